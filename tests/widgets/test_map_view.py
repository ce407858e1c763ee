"""The map as an officer meets it: what is drawn, picked, moved, measured."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import AlertLevel
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.snapshot import Subject
from widgets.look import Face, load_fonts, make_look
from widgets.map.basemap import ATTRIBUTION, read_coast
from widgets.map.items import Area, Circle, Line, Mark, Shape
from widgets.map.labels import Side
from widgets.map.pane import shipped_coast
from widgets.map.vectors import pen_of
from widgets.map.view import FLEET_LAYER, MapView

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)
VIEW = (121.35, 28.35, 122.05, 28.75)
PORT = Mark(Subject("port", "hm"), 121.45, 28.69, Shape.PORT, "海门港 612", rank=3)
REQUEST = Mark(
    Subject("hand_in_request", "07"), 121.86, 28.42, Shape.REQUEST, "07 已等 17 分", rank=0, level=AlertLevel.YELLOW
)


@pytest.fixture(scope="module")
def coast(qapp):
    load_fonts()
    return read_coast()


@pytest.fixture
def view(qtbot, coast):
    made = MapView(make_look(Face.DESK), coast)
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.fit(*VIEW)
    return made


def boats(*spots):
    rows = np.zeros(len(spots), FLEET_DTYPE)
    for number, (lon, lat) in enumerate(spots):
        rows[number] = (412_000_000 + number, lon, lat, 6.0, 90.0, round(NOW.timestamp() * 1000), 0, 1)
    return Fleet(rows)


def at(view, lon, lat):
    x, y = view.view.to_px(lon, lat)
    return QPointF(float(x), float(y))


def move(view, spot, button=Qt.MouseButton.NoButton):
    """The mouse moves to a point of the window, with a button held or not."""
    none, modifier = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(spot), QPointF(spot), none, button, modifier)
    QCoreApplication.sendEvent(view, event)


def colours(view):
    picture = view.grab().toImage()
    return [picture.pixelColor(x, y).name() for x in range(0, 900, 7) for y in range(0, 560, 7)]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_the_bay_is_painted_as_sea_and_land(view, theme):
    view.restyle(make_look(Face.DESK, theme))
    seen, look = colours(view), make_look(Face.DESK, theme)
    for token, share in (("sea", 0.3), ("land", 0.2)):
        assert seen.count(look.colour(token).name()) > share * len(seen)


def test_that_the_islands_of_dachen_are_land_and_the_water_round_them_is_not(view):
    picture, look = view.grab().toImage(), make_look(Face.DESK)
    for lon, lat, token in ((121.885, 28.497, "land"), (121.75, 28.42, "sea"), (121.42, 28.60, "land")):
        assert picture.pixelColor(at(view, lon, lat).toPoint()).name() == look.colour(token).name()


def test_that_the_base_is_not_drawn_anew_while_the_hand_moves(view, qtbot):
    view.grab()
    drawn = view._base.drawn
    for _ in range(10):
        view.pan(6, 3)
        view.grab()
    assert view._base.drawn == drawn
    qtbot.waitUntil(lambda: (view.grab(), view._base.drawn == drawn + 1)[1], timeout=3000)


def test_that_a_shifted_base_shows_the_coast_where_it_is(view):
    before = view.grab().toImage()
    view.pan(40, -30)
    after = view.grab().toImage()
    same = [
        before.pixelColor(x, y).name() == after.pixelColor(x + 40, y - 30).name()
        for x in range(100, 500, 9)
        for y in range(100, 400, 9)
    ]
    assert sum(same) > 0.97 * len(same)


def test_that_what_lies_beyond_the_data_is_not_painted_as_sea(view):
    view.fit(120.0, 27.5, 123.5, 29.6)
    picture, look = view.grab().toImage(), make_look(Face.DESK)
    assert picture.pixelColor(at(view, 123.2, 28.0).toPoint()).name() == look.colour("ground").name()


def test_that_no_coast_is_drawn_where_the_data_was_cut(view):
    view.fit(120.99, 28.3, 121.2, 28.45)
    picture, look = view.grab().toImage(), make_look(Face.DESK)
    x = at(view, 121.0, 28.4).x()
    found = {picture.pixelColor(round(x) + d, y).name() for d in (-1, 0, 1) for y in range(100, 460, 3)}
    assert look.colour("coast").name() not in found


def test_that_the_nearest_mark_is_picked(view):
    view.set_marks("港口", [PORT])
    view.set_marks("申请", [REQUEST])
    assert view.pick(at(view, PORT.lon, PORT.lat) + QPointF(4, 3)) == PORT.subject
    assert view.pick(at(view, REQUEST.lon, REQUEST.lat)) == REQUEST.subject
    assert view.pick(at(view, 121.7, 28.6)) is None


def test_that_a_mark_is_picked_before_the_boat_under_it(view):
    view.set_fleet(boats((REQUEST.lon, REQUEST.lat), (121.7, 28.6)), NOW)
    view.set_marks("申请", [REQUEST])
    assert view.pick(at(view, REQUEST.lon, REQUEST.lat)) == REQUEST.subject
    assert view.pick(at(view, 121.7, 28.6)) == Subject("boat", "412000001")


def test_that_a_hidden_layer_is_neither_picked_nor_painted(view):
    view.set_marks("申请", [REQUEST])
    view.set_fleet(boats((121.7, 28.6)), NOW)
    shown = view.grab().toImage()
    for layer in ("申请", FLEET_LAYER):
        view.show_layer(layer, False)
    assert view.pick(at(view, REQUEST.lon, REQUEST.lat)) is None
    assert view.pick(at(view, 121.7, 28.6)) is None
    assert view.grab().toImage() != shown
    view.show_layer("申请", True)
    assert view.pick(at(view, REQUEST.lon, REQUEST.lat)) == REQUEST.subject


def test_that_layers_are_named_in_the_order_they_came(view):
    view.set_lines("航线", [Line("r", ((121.5, 28.5), (121.8, 28.5)))])
    view.set_marks("申请", [REQUEST])
    view.set_circles("可达", [Circle("c", 121.6, 28.5, 3000)])
    assert view.layers() == ("申请", "航线", "可达")
    view.set_fleet(boats((121.7, 28.6)), NOW)
    assert view.layers()[0] == FLEET_LAYER


def test_that_an_alert_at_a_checkpoint_stands_beside_it_and_both_are_picked(view):
    alert = Subject("alert", "1")
    gate = Mark(Subject("checkpoint", "k"), 121.7, 28.6, Shape.CHECKPOINT)
    view.set_marks("卡口", [gate])
    view.set_marks("预警", [Mark(alert, 121.7, 28.6, Shape.NAME, rank=0, level=AlertLevel.RED)])
    spot, red = at(view, 121.7, 28.6), make_look(Face.DESK).alert(AlertLevel.RED, fill=True).name()
    picture = view.grab().toImage()
    assert view.pick(spot + QPointF(2, 0)) == gate.subject
    assert view.pick(spot - QPointF(14, 0)) == alert
    assert picture.pixelColor(spot.toPoint() - QPoint(15, 0)).name() == red
    assert picture.pixelColor(spot.toPoint()).name() != red


def test_that_an_area_is_picked_where_nothing_stands_in_it(view):
    zone = Subject("geofence", "g")
    view.set_areas("围栏", [Area("g", ((121.6, 28.5), (121.8, 28.5), (121.8, 28.65), (121.6, 28.65)), subject=zone)])
    assert view.pick(at(view, 121.7, 28.6)) == zone
    assert view.pick(at(view, 121.9, 28.6)) is None


def test_that_a_click_picks_and_a_drag_does_not(view, qtbot):
    view.set_marks("申请", [REQUEST])
    spot = at(view, REQUEST.lon, REQUEST.lat).toPoint()
    with qtbot.waitSignal(view.picked) as heard:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert heard.args == [REQUEST.subject]
    before = view.view
    with qtbot.assertNotEmitted(view.picked):
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=spot)
        move(view, spot + QPoint(60, 20), Qt.MouseButton.LeftButton)
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=spot + QPoint(60, 20))
    assert view.view.x < before.x


def test_that_the_wheel_zooms_round_the_cursor(view):
    spot = QPointF(700, 120)
    before, place = view.view.zoom, view.view.to_lonlat(700, 120)
    wheel = QWheelEvent(
        spot,
        spot,
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(view, wheel)
    assert view.view.zoom == pytest.approx(before * 1.25**2)
    assert view.view.to_lonlat(700, 120) == pytest.approx(place)


def test_that_keys_move_and_zoom(view, qtbot):
    start = view.view
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.view.zoom > start.zoom
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.view.zoom == pytest.approx(start.zoom)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.view.x > start.x


def test_that_a_wall_takes_no_input(view):
    view.set_interactive(False)
    assert view.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert view.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_that_hovering_says_what_is_there_once(view, qtbot):
    view.set_marks("申请", [REQUEST])
    spot = at(view, REQUEST.lon, REQUEST.lat).toPoint()
    with qtbot.waitSignal(view.hovered) as heard:
        move(view, spot)
    assert heard.args == ["07 已等 17 分"]
    with qtbot.assertNotEmitted(view.hovered):
        move(view, spot + QPoint(1, 1))
    with qtbot.waitSignal(view.hovered) as heard:
        move(view, QPoint(300, 300))
    assert heard.args == [""]


def test_that_the_tape_adds_up_clicks_until_escape(view, qtbot):
    view.measure(True)
    for x in (300, 400, 500):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(x, 300))
    assert len(view.measured) == 3
    assert view.measured[1] == pytest.approx(view.view.to_lonlat(400, 300))
    view.grab()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.is_measuring and view.measured == ()


def test_that_selecting_far_away_brings_it_into_the_window_once(view):
    far = Mark(Subject("port", "far"), 122.2, 28.9, Shape.PORT, "远港")
    view.set_marks("港口", [far, PORT])
    before = view.view
    view.select(PORT.subject)
    assert view.view == before
    view.select(far.subject)
    assert view.view.to_lonlat(450, 280) == pytest.approx((122.2, 28.9))
    view.fit(*VIEW)
    view.select(far.subject)
    assert view.view == before


def test_that_zooming_to_a_selected_boat_goes_to_where_it_is_now(view):
    view.set_fleet(boats((121.7, 28.6)), NOW)
    view.tick(NOW + timedelta(seconds=60))
    view.select(Subject("boat", "412000000"), zoom=True)
    lon, lat = view.view.to_lonlat(450, 280)
    assert lon == pytest.approx(121.7 + 0.1 / 60 / np.cos(np.radians(28.6)), abs=2e-5)
    assert lat == pytest.approx(28.6)
    assert view.view.metres_per_px() <= 25.1


@pytest.mark.parametrize("face", list(Face))
def test_that_a_selected_boat_is_ringed_and_named(qtbot, coast, face):
    look = make_look(face)
    view = MapView(look, coast)
    qtbot.addWidget(view)
    view.resize(900, 560)
    view.fit(*VIEW)
    view.set_fleet(boats((121.7, 28.6)), NOW)
    plain = [c for c in colours(view) if c == look.colour("ice").name()]
    view.describe = lambda subject: "浙椒渔 61027\n流刺网"
    view.select(Subject("boat", "412000000"))
    assert not plain
    spot, picture = at(view, 121.7, 28.6).toPoint(), view.grab().toImage()
    assert [name.text for name in view._layout.names] == ["浙椒渔 61027"]
    near = {picture.pixelColor(spot.x() + x, spot.y() + y).name() for x in range(-40, 41) for y in range(-40, 41)}
    assert look.colour("ice").name() in near


def test_that_a_tick_moves_boats_and_a_later_one_freezes_them(view):
    view.set_fleet(boats((121.7, 28.6)), NOW)
    start = view._fleet.x[0]
    view.tick(NOW + timedelta(seconds=30))
    assert view._fleet.x[0] > start and not view._fleet.frozen[0]
    view.tick(NOW + timedelta(seconds=61))
    assert view._fleet.frozen[0]


def test_that_a_name_of_the_base_gives_way_to_a_mark_of_that_name(view):
    view.set_marks("地名", [Mark(Subject("place", "海门港"), 121.5, 28.6, Shape.NAME, "海门港")])
    view.set_marks("港口", [PORT])
    view.grab()
    assert [name.text for name in view._layout.names] == ["海门港 612"]


def test_that_names_of_areas_rings_and_lines_are_laid_out_too(view):
    view.set_areas("围栏", [Area("g", ((121.6, 28.5), (121.8, 28.5), (121.7, 28.65)), "closed", "临时禁航区")])
    view.set_circles("可达", [Circle("c", 121.55, 28.45, 3000, True, "P80 可达")])
    view.set_lines("航线", [Line("r", ((121.8, 28.6), (122.0, 28.6)), "plan", 1.0, "备选", True)])
    view.grab()
    assert {view._layout.names[p.index].text for p in view._layout.places} == {"临时禁航区", "P80 可达", "备选"}


def test_that_no_name_lies_under_a_box_a_pane_put_over_the_map(view):
    view.set_marks("港口", [PORT])
    view.grab()
    left, top, right, bottom = view._layout.places[0].box
    over = QWidget(view)
    over.setGeometry(round(left) + 20, round(top) - 5, 60, 30)
    over.show()
    view.grab()
    moved = view._layout.places[0].box
    assert moved != (left, top, right, bottom)
    assert not over.geometry().intersects(QRectF(*moved[:2], moved[2] - moved[0], moved[3] - moved[1]).toAlignedRect())


def test_that_names_ride_along_with_a_drag_and_find_new_places_at_rest(view, qtbot):
    view.set_marks("港口", [PORT])
    view.grab()
    assert view._layout.places[0].side is Side.RIGHT
    laid = view._laid_view
    view.pan(900 - 30 - at(view, PORT.lon, PORT.lat).x(), 0)
    view.grab()
    assert view._laid_view == laid
    qtbot.waitUntil(lambda: (view.grab(), view._layout.places[0].side is Side.LEFT)[1], timeout=3000)


@pytest.mark.parametrize("face", list(Face))
@pytest.mark.parametrize("shape", list(Shape))
def test_that_every_shape_is_painted_known_and_unknown(qtbot, coast, face, shape):
    view = MapView(make_look(face), coast)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.fit(121.6, 28.5, 121.7, 28.6)
    empty = view.grab().toImage()
    pictures = []
    for unknown in (False, True):
        mark = Mark(Subject("x", "1"), 121.65, 28.55, shape, "名", heading_deg=45, fill=0.5, unknown=unknown)
        view.set_marks("层", [mark])
        pictures.append(view.grab().toImage())
        assert pictures[-1] != empty
    if shape not in (Shape.NAME, Shape.SEA_NAME):
        assert pictures[0] != pictures[1]


def test_that_the_attribution_names_both_sources(view):
    assert view.attribution() == ATTRIBUTION
    assert "OpenStreetMap" in ATTRIBUTION and "GSHHG" in ATTRIBUTION


def test_that_maps_opened_and_closed_leave_nothing(qapp, coast):
    look, left = make_look(Face.DESK), []
    for _ in range(60):
        view = MapView(look, coast)
        view.resize(200, 150)
        view.set_fleet(boats((121.7, 28.6)), NOW)
        view.set_marks("港口", [PORT])
        view.grab()
        view.deleteLater()
        left.append(view)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not any(shiboken6.isValid(view) for view in left)


def test_that_a_map_that_is_resized_twice_before_it_is_seen_draws_its_base_once(qtbot):
    seen = MapView(make_look(Face.DESK), shipped_coast())
    qtbot.addWidget(seen)
    seen.resize(400, 300)
    seen.fit(121.3, 28.4, 122.0, 28.8)
    seen.resize(500, 320)
    seen.grab()
    assert seen._base.drawn == 1


@pytest.mark.parametrize("style", ["route", "road_major", "ring"])
def test_that_lines_of_a_small_wall_are_as_much_thinner(style):
    look = make_look(Face.WALL)
    whole, half = pen_of(style, look).widthF(), pen_of(style, look.scaled(0.5)).widthF()
    assert half == pytest.approx(whole / 2)


def opened(qtbot, coast, look):
    """A map that a scene opened: resized twice, then painted once."""
    made = MapView(look, coast)
    qtbot.addWidget(made)
    made.fit(121.31, 28.41, 122.01, 28.81)
    made.resize(400, 300)
    made.resize(510, 330)
    return made, made.grab().toImage()


def test_that_a_scene_opened_again_draws_no_base(qtbot):
    coast = read_coast()
    first, seen = opened(qtbot, coast, make_look(Face.DESK))
    again, same = opened(qtbot, coast, make_look(Face.DESK))
    light, other = opened(qtbot, coast, make_look(Face.DESK, "light"))
    assert [opened_map._base.drawn for opened_map in (first, again, light)] == [1, 0, 1]
    assert same == seen != other


def test_that_only_the_view_a_scene_opens_with_is_kept(qtbot):
    coast, look = read_coast(), make_look(Face.DESK)
    drawn = []
    for _ in range(2):
        made, _ = opened(qtbot, coast, look)
        made.zoom(2.0)
        made.grab()
        drawn.append(made._base.drawn)
    assert drawn == [2, 1]


def test_that_a_map_nobody_sees_draws_nothing(qtbot, coast):
    unseen = MapView(make_look(Face.DESK), coast)
    qtbot.addWidget(unseen)
    unseen.fit(*VIEW)
    unseen.resize(300, 200)
    qtbot.waitUntil(lambda: not unseen._rest.isActive(), timeout=3000)
    assert unseen._base.drawn == 0


@pytest.mark.parametrize("face", list(Face))
def test_that_no_boat_shows_through_the_scale_bar(qtbot, coast, face):
    look = make_look(face)
    view = MapView(look, coast)
    qtbot.addWidget(view)
    view.resize(900, 560)
    view.fit(*VIEW)
    x, y = 900 - look.pad - look.px(10), 560 - look.pad - look.line("tick") // 2
    bare = view.grab().toImage()
    view.set_fleet(boats(*(view.view.to_lonlat(x + dx, y + dy) for dx in range(-9, 9, 2) for dy in range(-9, 9, 2))))
    crowded = view.grab().toImage()
    for px in range(x - 8, x + 8):
        before, after = (picture.pixelColor(px, y).getRgb()[:3] for picture in (bare, crowded))
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 25
