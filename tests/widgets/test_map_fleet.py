"""Thousands of boats: where they are now, what is painted, which is nearest."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter

from services.domain.fleet import FLEET_DTYPE, ColourCode, Fleet, VesselKind
from widgets.look import Face, make_look
from widgets.map.fleet import RECKON_S, SILENT_S, FleetLayer
from widgets.map.projection import Viewport, distance_m, lonlat
from widgets.map.sprites import HEADINGS, STYLES, cell_px, draw_atlas, draw_boat, sprite_side

NOW_MS = round(datetime(2026, 11, 21, 6, 32, tzinfo=UTC).timestamp() * 1000)
BAY = (121.35, 28.35, 122.05, 28.75)


def fleet(*boats):
    """Boats as dicts of columns; what is left out is a green fishing boat under way to the north-east."""
    rows = np.zeros(len(boats), FLEET_DTYPE)
    given = {"lon": 121.7, "lat": 28.55, "sog_kn": 6.0, "cog_deg": 45.0, "at_ms": NOW_MS, "code": ColourCode.GREEN}
    for number, boat in enumerate(boats):
        for column, value in ({"mmsi": 412_000_000 + number} | given | boat).items():
            rows[column][number] = value
    return Fleet(rows)


def layer(*boats, age_s=0.0):
    made = FleetLayer()
    made.show(fleet(*boats), NOW_MS + round(age_s * 1000))
    return made


def where(made, index=0):
    return lonlat(float(made.x[index]), float(made.y[index]))


def paint(made, view, look):
    picture = QImage(view.width, view.height, QImage.Format.Format_RGB32)
    picture.fill(look.colour("sea"))
    painter = QPainter(picture)
    made.paint(painter, view, look)
    painter.end()
    return picture


@pytest.mark.parametrize("course", [0, 45, 90, 200, 359])
def test_that_a_boat_sails_its_speed_along_its_course(course):
    made = layer({"sog_kn": 10.0, "cog_deg": course}, age_s=36)
    start, now = (121.7, 28.55), where(made)
    assert distance_m(start, now) == pytest.approx(10 * 1852 * 36 / 3600, rel=0.005)
    east, north = (now[0] - start[0]) * np.cos(np.radians(28.55)), now[1] - start[1]
    turned = (np.degrees(np.arctan2(east, north)) - course + 180) % 360 - 180
    assert abs(turned) < 0.5


def test_that_a_boat_under_way_stops_and_turns_dashed_a_minute_after_its_fix():
    assert not layer({}, age_s=RECKON_S - 1).frozen[0]
    late, later = layer({}, age_s=RECKON_S + 1), layer({}, age_s=RECKON_S + 500)
    assert late.frozen[0] and late.is_unknown(0)
    assert where(late) == pytest.approx(where(later), abs=1e-12)


def test_that_a_boat_at_its_berth_may_be_silent_for_two_reports():
    berthed = {"sog_kn": 0.0}
    assert not layer(berthed, age_s=SILENT_S - 1).frozen[0]
    assert layer(berthed, age_s=SILENT_S + 1).frozen[0]


def test_that_a_fix_from_the_future_moves_nothing_backwards():
    assert where(layer({}, age_s=-30)) == pytest.approx((121.7, 28.55), abs=1e-9)


def test_that_a_boat_of_unknown_speed_and_course_stays_where_it_was():
    made = layer({"sog_kn": np.nan, "cog_deg": np.nan}, age_s=50)
    assert where(made) == pytest.approx((121.7, 28.55), abs=1e-9)


def test_that_only_boats_in_the_window_are_painted(qapp):
    view, look = Viewport.around(*BAY, 900, 560), make_look(Face.DESK)
    made = layer({}, {"lon": 121.9}, {"lon": 125.0}, {"lat": 20.0})
    paint(made, view, look)
    assert (len(made), made.painted) == (4, 2)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("code", "token"), [(ColourCode.GREEN, "code_g"), (ColourCode.YELLOW, "code_y"), (ColourCode.RED, "code_r")]
)
def test_that_a_boat_is_painted_in_the_colour_of_its_code(qapp, theme, code, token):
    view, look = Viewport.around(121.6999, 28.5499, 121.7001, 28.5501, 40, 40), make_look(Face.DESK, theme)
    picture = paint(layer({"code": code}), view, look)
    found = {picture.pixelColor(x, y).name() for x in range(40) for y in range(40)}
    wanted = look.colour(token)
    assert any(
        sum(abs(a - b) for a, b in zip(QColorRgb(name), (wanted.red(), wanted.green(), wanted.blue()), strict=True))
        < 40
        for name in found
    )


def QColorRgb(name):
    return tuple(int(name[i : i + 2], 16) for i in (1, 3, 5))


def test_that_an_old_position_looks_different_from_a_new_one(qapp):
    view, look = Viewport.around(121.6999, 28.5499, 121.7001, 28.5501, 40, 40), make_look(Face.DESK)
    still = {"sog_kn": 0.0, "code": ColourCode.RED}
    assert paint(layer(still), view, look) != paint(layer(still, age_s=SILENT_S + 1), view, look)


def test_that_a_red_code_lies_on_top_of_green_ones():
    made = layer({"code": ColourCode.RED}, {}, {"code": ColourCode.YELLOW}, {"kind": VesselKind.COLLECTION})
    assert made.mmsi.tolist() == [412_000_001, 412_000_002, 412_000_000, 412_000_003]


places = st.tuples(st.floats(BAY[0], BAY[2]), st.floats(BAY[1], BAY[3]))


@given(st.lists(places, min_size=1, max_size=60), st.floats(0, 900), st.floats(0, 560))
def test_that_picking_finds_the_nearest_boat(spots, px, py):
    view = Viewport.around(*BAY, 900, 560)
    made = layer(*({"lon": lon, "lat": lat} for lon, lat in spots))
    found = made.nearest(view, px, py, within_px=2000)
    far = {
        412_000_000 + i: float(np.hypot(*np.subtract(view.to_px(lon, lat), (px, py))))
        for i, (lon, lat) in enumerate(spots)
    }
    assert far[found] == pytest.approx(min(far.values()), abs=1e-6)


def test_that_open_water_is_no_boat():
    view = Viewport.around(*BAY, 900, 560)
    x, y = view.to_px(121.7, 28.55)
    made = layer({})
    assert made.nearest(view, float(x) + 20, float(y), within_px=14) is None
    assert made.nearest(view, float(x) + 10, float(y), within_px=14) == 412_000_000
    assert FleetLayer().nearest(view, 10, 10, within_px=1000) is None


@pytest.mark.parametrize("side_px", [8, 11, 16, 22, 33, 44])
def test_that_no_hull_reaches_beyond_its_cell(qapp, side_px):
    look, cell = make_look(Face.DESK), cell_px(side_px, 1.0)
    for style in range(STYLES):
        for heading in range(HEADINGS):
            picture = QImage(3 * cell, 3 * cell, QImage.Format.Format_ARGB32_Premultiplied)
            picture.fill(0)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(1.5 * cell, 1.5 * cell)
            painter.rotate(heading * 360 / HEADINGS)
            draw_boat(painter, look, style, side_px / 2)
            painter.end()
            alpha = np.frombuffer(picture.bits(), np.uint8).reshape(3 * cell, 3 * cell, 4)[..., 3].astype(int)
            assert alpha[cell : 2 * cell, cell : 2 * cell].sum() > 0.995 * alpha.sum()


def test_that_the_atlas_holds_every_style_fresh_and_old_in_every_heading(qapp):
    cell = cell_px(11, 2.0)
    atlas = draw_atlas(make_look(Face.DESK), 11, 2.0)
    assert (atlas.width(), atlas.height()) == (cell * HEADINGS, cell * STYLES * 2)


def test_that_sprites_shrink_with_distance_and_in_a_crowd(qapp):
    look = make_look(Face.DESK)
    near, far = Viewport.around(121.69, 28.54, 121.71, 28.56, 900, 560), Viewport.around(120, 27, 124, 30, 900, 560)
    assert sprite_side(near, look) == 16
    assert sprite_side(far, look) == 8
    assert sprite_side(Viewport.around(*BAY, 900, 560), look, 400) == 11
    assert sprite_side(Viewport.around(*BAY, 900, 560), look, 50_000) == 8
    assert sprite_side(far, make_look(Face.WALL)) >= 16


def test_that_fifty_thousand_boats_are_all_painted(qapp):
    chance = np.random.default_rng(1)
    rows = np.zeros(50_000, FLEET_DTYPE)
    rows["lon"], rows["lat"] = chance.uniform(BAY[0], BAY[2], 50_000), chance.uniform(BAY[1], BAY[3], 50_000)
    rows["at_ms"] = NOW_MS
    made = FleetLayer()
    made.show(Fleet(rows), NOW_MS)
    paint(made, Viewport.around(*BAY, 900, 560), make_look(Face.DESK))
    assert made.painted == 50_000
