"""The officer's hand on the sea map: find, lock, follow, look back along a track; ways and waiting times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from services.domain.alert import AlertLevel, Outcome
from services.domain.boats import (
    CollectionVessel,
    HandInRequest,
    HandInState,
    Pollutant,
    Proposal,
    StateAt,
)
from services.domain.dispatch_plan import DispatchPlan, OfferKind, PlanOffer, PlanStop, StopKind, VesselRoute
from services.domain.execution_state import ExecutionState
from services.domain.fences import Fence, FenceKind
from services.domain.fleet import FLEET_DTYPE, ColourCode, Fleet
from services.domain.position import DoubtedBoat
from services.domain.question import TRACK, Question
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.track import TRACK_DTYPE, Track, track_asked
from widgets.look import Face, load_fonts, make_look
from widgets.map.fleet import FleetLayer
from widgets.map.items import Shape
from widgets.map.sprites import STYLES
from widgets.map.targets import MOST, Targets, kept_targets
from widgets.sea_count import Port
from widgets.sea_map import SeaMapPane
from widgets.sea_marks import doubt_marks, request_marks, used_limit, vessel_marks
from widgets.sea_routes import offered_lines, planned_lines, proposed_lines
from widgets.sea_search import find_target
from widgets.sea_track import spot_words, time_marks, track_lines

NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)
BOAT = Subject("boat", "412410077")
WAY = ((121.70, 28.60), (121.75, 28.55), (121.80, 28.50))


@pytest.fixture(autouse=True)
def targets():
    kept_targets.cache_clear()
    yield kept_targets()
    kept_targets.cache_clear()


def fleet(*boats: tuple[int, float, float, float]) -> Fleet:
    """MMSI, longitude, latitude, age in seconds."""
    rows = np.zeros(len(boats), FLEET_DTYPE)
    for row, (mmsi, lon, lat, age_s) in zip(rows, boats, strict=True):
        row["mmsi"], row["lon"], row["lat"], row["sog_kn"], row["cog_deg"] = mmsi, lon, lat, 8.2, 90
        row["at_ms"] = (NOW.timestamp() - age_s) * 1000
        row["code"] = ColourCode.GREEN
    return Fleet(rows)


def request(state: HandInState = HandInState.ACCEPTED, waited_min: float = 5, number: str = "07") -> HandInRequest:
    at = NOW - timedelta(minutes=waited_min)
    return HandInRequest(
        f"SQ-20261121-{number}", number, "412410077", "浙椒渔 61027", Pollutant.OILY_WATER, 0.4, "下大陈锚地",
        121.83, 28.42, False, "zlb", state, (StateAt(state, at),),
    )  # fmt: skip


def plan(*vessels: str) -> DispatchPlan:
    stop = PlanStop(StopKind.COLLECT, "SQ-20261121-07", "07", "", "", 121.8, 28.5, NOW, NOW, NOW, 0.4)
    routes = [VesselRoute(v, v, (stop,) if at == 0 else (), WAY) for at, v in enumerate(vessels)]
    return DispatchPlan("JH-261121-001", 3, OfferKind.GREEDY, tuple(routes), (), 1.0, NOW, "王*")


def proposal(rank: int, number: str = "07", refusal: str = "") -> Proposal:
    return Proposal(
        f"{number}-{rank}", f"SQ-20261121-{number}", number, rank, f"V{rank}", "", route=WAY, refusal=refusal
    )


def track(*minutes: float, mmsi: int = 412410077) -> Track:
    fixes = np.zeros(len(minutes), TRACK_DTYPE)
    fixes["mmsi"], fixes["sog_kn"], fixes["cog_deg"] = mmsi, 6.0, 45
    fixes["at_ms"] = [(NOW - timedelta(minutes=m)).timestamp() * 1000 for m in minutes]
    fixes["lon"], fixes["lat"] = np.linspace(121.7, 121.8, len(minutes)), 28.5
    return Track(mmsi, fixes)


@pytest.fixture
def pane(qtbot):
    load_fonts()
    pane = SeaMapPane("海域态势", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(852, 596)
    pane.tick(NOW)
    pane.show_snapshot(Snapshot("fleet", fleet((412410077, 121.75, 28.55, 12)), NOW, Quality.GOOD))
    pane.asks = []
    pane.asked.connect(lambda what, about: pane.asks.append((what, about)))
    pane.show()
    return pane


def press(pane: SeaMapPane, key: Qt.Key) -> None:
    QTest.keyClick(pane.map, key)


# -- ways -----------------------------------------------------------------------------------------


def test_that_the_planned_way_of_the_selected_vessel_is_solid_and_others_faint():
    lines = planned_lines(plan("A", "B"), (), Subject("collection_vessel", "B"))
    assert [(line.id, line.style) for line in lines] == [("A", "faint"), ("B", "route")]


def test_that_a_selected_hand_in_shows_the_way_of_the_vessel_that_serves_it():
    lines = planned_lines(plan("A", "B"), (), Subject("hand_in_request", "SQ-20261121-07"))
    assert [(line.id, line.style) for line in lines] == [("B", "faint"), ("A", "route")]


def test_that_what_a_vessel_still_has_to_sail_comes_before_what_was_planned():
    rest = ((121.75, 28.55), (121.80, 28.50))
    (line,) = planned_lines(plan("A"), (ExecutionState("A", way=rest),), None)
    assert line.points == rest


def test_that_proposals_are_dotted_the_first_last_and_none_for_a_hand_in_with_a_vessel():
    offers = (proposal(1), proposal(2), proposal(3, refusal="浪高超限"))
    lines = proposed_lines(offers, None, None)
    assert [(line.id, line.style) for line in lines] == [("07-2", "plan"), ("07-1", "plan")]
    assert proposed_lines(offers, plan("A"), Subject("hand_in_request", "SQ-20261121-07")) == []


def test_that_an_offer_is_drawn_while_it_is_selected():
    offer = PlanOffer("TY-1", OfferKind.BEST, 0, "", "", 0, 1, 1, 1, 1, 1, (), 0, (), plan("A").routes, NOW)
    assert [line.style for line in offered_lines([offer], Subject("plan_offer", "TY-1"))] == ["plan"]
    assert offered_lines([offer], None) == []


# -- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waited_min", "tone"), [(5, None), (14, None), (16, AlertLevel.YELLOW), (31, AlertLevel.ORANGE)]
)
def test_that_a_hand_in_is_coloured_by_how_long_it_waits_for_a_vessel(waited_min, tone):
    (mark,) = request_marks([request(waited_min=waited_min)], {}, None, NOW)
    assert mark.tone is tone
    assert mark.fill == pytest.approx(waited_min / 15)


def test_that_a_hand_in_with_a_vessel_has_no_waiting_colour_and_one_in_store_no_mark():
    (mark,) = request_marks([request(HandInState.EN_ROUTE, 90)], {}, None, NOW)
    assert (mark.fill, mark.tone) == (None, None)
    assert request_marks([request(HandInState.STORED)], {}, None, NOW) == []
    assert used_limit(request(HandInState.EN_ROUTE), NOW) is None


def test_that_a_vessel_that_fell_silent_is_drawn_as_unknown_with_how_long():
    vessel = CollectionVessel("413300101", "渔清 01", 413300101, 9, 1.5, 3, NOW, (), "待命", lon=121.7, lat=28.5)
    (mark,) = vessel_marks([vessel], fleet((413300101, 121.7, 28.5, 1500)), NOW)
    assert (mark.unknown, mark.note) == (True, "静默 25 分")
    (mark,) = vessel_marks([vessel], fleet((413300101, 121.7, 28.5, 30)), NOW)
    assert not mark.unknown


def test_that_a_boat_that_fell_silent_is_drawn_with_the_unknown_glyph():
    layer = FleetLayer()
    layer.show(fleet((1, 121.7, 28.5, 700), (2, 121.7, 28.4, 10)), round(NOW.timestamp() * 1000))
    rows = dict(zip(layer.mmsi.tolist(), layer._row.tolist(), strict=True))
    assert rows == {1: ColourCode.UNKNOWN + STYLES, 2: ColourCode.GREEN}


def test_that_two_boats_with_one_mmsi_are_marked_at_both_places():
    twin = DoubtedBoat("412410077", 412410077, "浙椒渔 61027", "一码两船", NOW, 121.7, 28.5, 122.0, 28.6, 17.0)
    marks = doubt_marks([twin, replace(twin, other_lon=None, other_lat=None)])
    assert [(m.lon, m.shape, m.note) for m in marks] == [
        (121.7, Shape.TWIN, "一码两船"),
        (122.0, Shape.TWIN, "一码两船"),
    ]


def test_that_fences_are_drawn_but_ports(pane):
    ring = ((121.6, 28.6), (121.7, 28.6), (121.7, 28.7))
    fences = tuple(Fence(kind.value, kind, ring) for kind in FenceKind)
    pane.show_snapshot(Snapshot("fences", fences, NOW, Quality.GOOD))
    areas = pane.map._layers.areas.by_layer["围栏"]
    assert [(area.label, area.style) for area in areas] == [("closed", "closed"), ("poor_reception", "geofence")]


def test_that_wind_arrows_stand_on_water_only_and_only_where_the_wind_is_known(pane):
    wind, view = pane.map._wind, pane.map.view
    assert "风浪" not in pane.map.layers()
    pane.map.set_wind(45.0, 5)
    assert "风浪" in pane.map.layers()
    places = wind._places(view, pane.look)
    assert len(places) > 5
    inland = view.to_px(121.40, 28.55)
    assert min(abs(x - inland[0]) + abs(y - inland[1]) for x, y in places) > 40
    assert all(view.to_lonlat(x, y)[0] > 121.35 for x, y in places)


# -- the track --------------------------------------------------------------------------------------


def test_that_a_silence_is_dashed_and_says_its_length():
    lines = track_lines(track(120, 110, 100, 40, 30))
    assert [line.style for line in lines] == ["track", "track", "gap"]
    assert lines[2].label.startswith("断 1 时 00 分 · ")


def test_that_hours_along_a_track_are_named_in_shanghai_time():
    assert [mark.label for mark in time_marks(track(*range(150, 0, -10)))] == ["13:00", "14:00"]


def test_that_a_moment_says_its_age_and_a_silence_its_length():
    way = track(120, 110, 40, 30)
    assert spot_words(way, NOW - timedelta(minutes=35), NOW) == "13:57:07 · 35 分前 · 6.0 kn"
    assert spot_words(way, NOW - timedelta(minutes=80), NOW).endswith("断 1 时 10 分")
    assert spot_words(way, NOW - timedelta(minutes=5), NOW).endswith("无船位")


def test_that_t_asks_for_the_track_and_the_slider_moves_along_it(pane):
    pane.select(BOAT)
    high = pane.map.height()
    press(pane, Qt.Key.Key_T)
    question = next(about for what, about in pane.asks if what == "question")
    assert question.what == TRACK
    assert track_asked(question.about).mmsi == 412410077
    assert pane.map.height() < high
    pane.show_outcome(Outcome(question, None, "", track(120, 110, 100, 40, 30)))
    pane.hand.slider.go(NOW - timedelta(minutes=105))
    assert "1 时 45 分前 · 6.0 kn" in pane.hand.slider.words
    pane.grab()
    press(pane, Qt.Key.Key_Escape)
    assert pane.map.height() == high


def test_that_the_line_of_time_is_dragged_and_played(pane):
    pane.select(BOAT)
    press(pane, Qt.Key.Key_T)
    slider = pane.hand.slider
    pane.show_outcome(Outcome(pane.asks[-1][1], None, "", track(600, 300, 100, 40, 30)))
    line = slider._line()
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(line.center().x(), line.center().y()))
    assert abs(slider.moment - (NOW - timedelta(hours=12))) < timedelta(minutes=3)
    before = slider.moment
    press(pane, Qt.Key.Key_Space)
    assert slider.is_playing
    slider._play_on()
    assert slider.moment - before == timedelta(seconds=6)
    slider.go(slider.until)
    slider._play_on()
    assert not slider.is_playing


def test_that_an_answer_to_an_older_question_is_not_shown(pane):
    pane.select(BOAT)
    press(pane, Qt.Key.Key_T)
    pane.show_outcome(Outcome(Question(TRACK, "1 0 1"), None, "", track(30, 20)))
    assert pane.hand.track.track is None


def test_that_a_boat_without_positions_says_so(pane):
    pane.select(BOAT)
    press(pane, Qt.Key.Key_T)
    pane.show_outcome(Outcome(pane.asks[-1][1], None, "", track()))
    assert "24 时内无船位" in pane.hand.slider.words


# -- targets ----------------------------------------------------------------------------------------


def test_that_l_locks_the_selected_boat_and_the_map_follows_it(pane, targets):
    pane.select(BOAT)
    press(pane, Qt.Key.Key_L)
    assert targets.followed == BOAT
    moved = fleet((412410077, 121.80, 28.50, 0))
    pane.show_snapshot(Snapshot("fleet", moved, NOW, Quality.GOOD))
    x, y = pane.map.view.to_px(121.80, 28.50)
    assert (x, y) == pytest.approx((pane.map.width() / 2, pane.map.height() / 2), abs=1)


def test_that_the_chip_says_name_speed_and_age_of_the_fix(pane):
    pane.select(BOAT)
    (row,) = pane.hand.chip.rows
    assert (row.name, row.fix, row.silent) == ("MMSI 412410077", "8.2 kn · 12 秒前", False)
    pane.show_snapshot(Snapshot("fleet", fleet((412410077, 121.75, 28.55, 1500)), NOW, Quality.GOOD))
    pane.tick(NOW)
    assert pane.hand.chip.rows[0].fix == "静默 25 分"


def test_that_esc_unlocks_and_the_hand_only_lets_go(pane, targets):
    pane.select(BOAT)
    press(pane, Qt.Key.Key_L)
    press(pane, Qt.Key.Key_Left)
    assert (targets.locked, targets.followed) == ([BOAT], None)
    press(pane, Qt.Key.Key_L)
    press(pane, Qt.Key.Key_Escape)
    assert targets.locked == []


def test_that_locked_targets_survive_a_change_of_scene(qtbot, pane, targets):
    pane.select(BOAT)
    press(pane, Qt.Key.Key_L)
    again = SeaMapPane("海域态势", {}, make_look(Face.DESK))
    qtbot.addWidget(again)
    again.tick(NOW)
    assert [row.subject for row in again.hand.chip.rows] == [BOAT]


def test_that_a_full_list_of_targets_loses_its_oldest():
    targets = Targets()
    for number in range(MOST + 1):
        targets.lock(Subject("boat", str(number)))
    assert [target.id for target in targets.locked] == [str(number) for number in range(1, MOST + 1)]


def test_that_letters_are_the_maps_only_while_it_has_the_focus(qtbot, pane):
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier)
    pane.map.clearFocus()
    assert not pane.hand.takes(override)
    qtbot.waitExposed(pane)
    pane.activateWindow()
    pane.map.setFocus()
    QApplication.processEvents()
    assert pane.hand.takes(override)


def test_that_the_map_stays_in_its_waters_when_a_far_boat_is_selected_and_goes_there_when_asked(pane):
    far = fleet((412410077, 121.75, 28.55, 12), (412410099, 123.5, 29.5, 12))
    pane.show_snapshot(Snapshot("fleet", far, NOW, Quality.GOOD))
    before = pane.map.view
    pane.select(Subject("boat", "412410099"))
    assert pane.map.view == before
    assert pane.hand.chip.rows[0].hint.startswith("图外 Z")
    press(pane, Qt.Key.Key_Z)
    assert pane.map.view.to_px(123.5, 29.5)[0] == pytest.approx(pane.map.width() / 2, abs=3)
    press(pane, Qt.Key.Key_Home)
    assert pane.map.view.to_px(123.5, 29.5)[0] > pane.map.width()


def test_that_a_boat_lying_in_port_is_drawn_while_it_is_selected(pane):
    pane._ports = [Port("大陈渔港", 121.75, 28.55)]
    still = fleet((412410077, 121.75, 28.55, 12)).rows.copy()
    still["sog_kn"] = 0
    pane.show_snapshot(Snapshot("fleet", Fleet(still), NOW, Quality.GOOD))
    assert pane.map.place_of(BOAT) is None
    pane.select(BOAT)
    assert pane.map.place_of(BOAT) == pytest.approx((121.75, 28.55))


def test_that_a_target_is_found_by_name_number_and_mmsi():
    vessel = CollectionVessel("413300101", "渔清 01", 413300101, 9, 1.5, 3, NOW, (), "待命")
    heard = fleet((412999888, 121.7, 28.5, 10))
    found = [find_target(w, [vessel], [], [request()], heard) for w in ("渔清01", "3300101", "07", "999888", "", "无")]
    assert [[hit.target.kind for hit in hits] for hits in found] == [
        ["collection_vessel"], ["collection_vessel"], ["hand_in_request"], ["boat"], [], [],
    ]  # fmt: skip


def test_that_a_found_target_is_selected_and_brought_near(pane):
    pane.hand.open_search()
    QTest.keyClicks(pane.hand.search.field, "412410077")
    QTest.keyClick(pane.hand.search.field, Qt.Key.Key_Return)
    assert pane.asks[-1] == ("select", BOAT)
    assert not pane.hand.search.isVisible()
    x, y = pane.map.view.to_px(121.75, 28.55)
    assert (x, y) == pytest.approx((pane.map.width() / 2, pane.map.height() / 2), abs=3)


def test_that_esc_in_the_field_of_the_search_stays_with_it(pane):
    pane.hand.open_search()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    QApplication.sendEvent(pane.hand.search.field, override)
    assert override.isAccepted()
    QTest.keyClick(pane.hand.search.field, Qt.Key.Key_Escape)
    assert not pane.hand.search.isVisible()


def test_that_the_wall_takes_no_hand(qtbot):
    load_fonts()
    wall = SeaMapPane("海域态势", {}, make_look(Face.WALL))
    qtbot.addWidget(wall)
    wall.tick(NOW)
    wall.select(BOAT)
    assert wall.hand is None
