"""The panes of the boats scene draw each state and mark the same hand-in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from services.domain.boat_proposals import propose, straightly
from services.domain.boats import HandInState
from services.domain.fleet import FLEET_DTYPE, Fleet, VesselKind
from services.domain.fleet_state import FleetState
from services.domain.snapshot import Quality, Snapshot, Subject
from services.sources import boats_read
from widgets.fleet_rows import FleetRowsPane
from widgets.gantt import GanttPane
from widgets.hand_ins import limit_words
from widgets.look import Face, load_fonts, make_look
from widgets.proposal import ProposalPane
from widgets.queue_counters import STAGES, QueueCountersPane
from widgets.request_queue import RequestQueuePane
from widgets.sea_count import Port, count_fleet
from widgets.sea_map import SeaMapPane
from widgets.warehouse import WarehousePane

RECORDED = Path(__file__).parents[1] / "recorded" / "boats"
NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)
SEVENTH = Subject("hand_in_request", "SQ-20261121-07")
PANES = [SeaMapPane, RequestQueuePane, ProposalPane, GanttPane, WarehousePane, FleetRowsPane, QueueCountersPane]


def recorded(name: str) -> dict:
    return {"cursor": "", **json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def states() -> dict[str, tuple]:
    found: dict[str, tuple] = {}
    for read, name in (
        (boats_read.register, "register"), (boats_read.hand_ins, "requests"), (boats_read.vessels, "vessels"),
        (boats_read.warehouses, "warehouses"), (boats_read.weather, "weather"),
    ):  # fmt: skip
        found |= read(recorded(name), NOW).states
    found["hand_in_requests"] = found.pop("filed_hand_ins")  # what the keeper makes of them reads the same
    state = FleetState(
        NOW,
        found["collection_vessels"],
        found["hand_in_requests"],
        found["warehouses"],
        found["fleet_plans"],
        wave_m=1.4,
    )
    found["proposals"] = propose(state, straightly(state))
    found["fleet"] = boats_read.positions(recorded("positions"), NOW).states["beidou_fixes"][0].fleet
    return found


def make(qtbot, kind, states, face: Face = Face.DESK, quality: Quality = Quality.GOOD, **options):
    load_fonts()
    pane = kind("标题", options, make_look(face))
    qtbot.addWidget(pane)
    pane.resize(900, 420)
    pane.tick(NOW)
    for topic, records in states.items():
        pane.show_snapshot(Snapshot(topic, records, NOW, quality))
    pane.show()
    return pane


@pytest.mark.parametrize("face", list(Face))
@pytest.mark.parametrize("kind", PANES)
def test_that_a_pane_is_painted_waiting_filled_and_stale(qtbot, states, kind, face):
    empty = make(qtbot, kind, {}, face)
    before = empty.grab().toImage()
    full = make(qtbot, kind, states, face)
    assert full.grab().toImage() != before
    stale = make(qtbot, kind, states, face, Quality.STALE)
    assert stale.age_text().startswith("停在")
    stale.grab()


def test_that_the_queue_is_in_the_order_of_limits_and_says_what_is_overdue(qtbot, states):
    pane = make(qtbot, RequestQueuePane, states)
    rows = [row.record for row in pane.rows]
    assert rows[0].number == "07"
    assert rows[0].limit == "派船 超 2 分"
    assert rows[0].waited == "17 分"
    assert len(rows) == 9


def test_that_a_row_asks_for_its_hand_in(qtbot, states):
    pane = make(qtbot, RequestQueuePane, states)
    box = pane.list_box()
    with qtbot.waitSignal(pane.asked) as asked:
        QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(40, box.top() + 5))
    assert asked.args == ["select", SEVENTH]


@pytest.mark.parametrize("kind", [RequestQueuePane, ProposalPane, GanttPane])
def test_that_the_selected_hand_in_is_marked(qtbot, states, kind):
    pane = make(qtbot, kind, states)
    before = pane.grab().toImage()
    pane.select(Subject("hand_in_request", "SQ-20261121-09"))
    assert pane.grab().toImage() != before


def test_that_the_proposal_is_for_the_selected_hand_in_and_else_for_the_longest_waiting(qtbot, states):
    pane = make(qtbot, ProposalPane, states)
    assert pane.title.endswith("申请 07")
    pane.select(Subject("hand_in_request", "SQ-20261121-09"))
    assert pane.title.endswith("申请 09")
    pane.select(Subject("hand_in_request", "SQ-20261121-05"))
    assert pane.title.endswith("申请 07")


def test_that_the_estimate_is_called_a_straight_line(qtbot, states):
    assert "直线估算" in make(qtbot, ProposalPane, states).note


def test_that_a_click_on_a_leg_selects_its_hand_in(qtbot, states):
    pane = make(qtbot, GanttPane, states)
    pane.grab()
    hit = next(hit for hit in pane.hits if hit.number == "05")
    with qtbot.waitSignal(pane.asked) as asked:
        QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=hit.box.center())
    assert asked.args[1].id.endswith(hit.number)


def test_that_the_first_proposal_stands_as_a_ghost_in_its_vessels_row(qtbot, states):
    pane = make(qtbot, GanttPane, states)
    pane.select(SEVENTH)
    pane.grab()
    assert [hit.number for hit in pane.hits].count("07") == 1


def test_that_a_silent_gauge_is_hatched_and_named_unknown(qtbot, states):
    pane = make(qtbot, WarehousePane, states)
    before = pane.grab().toImage()
    houses = recorded("warehouses")
    houses["warehouses"][1]["compartments"][5][2] = 0.0
    pane.show_snapshot(
        Snapshot("warehouses", boats_read.warehouses(houses, NOW).states["warehouses"], NOW, Quality.GOOD)
    )
    assert pane.grab().toImage() != before


def test_that_a_click_on_a_warehouse_selects_it(qtbot, states):
    pane = make(qtbot, WarehousePane, states)
    pane.grab()
    with qtbot.waitSignal(pane.asked) as asked:
        QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=pane.hits[2][0].center())
    assert asked.args == ["select", Subject("warehouse", "YC-DC")]


def test_that_every_hand_in_of_today_is_in_exactly_one_counter(qtbot, states):
    every = [s for _, stage in STAGES for s in stage]
    assert sorted(every) == sorted(HandInState)
    pane = make(qtbot, QueueCountersPane, states, Face.WALL)
    assert pane.title == f"标题 {len(pane.today())}"


def test_that_the_counters_start_anew_at_midnight(qtbot, states):
    pane = make(qtbot, QueueCountersPane, states, Face.WALL)
    pane.tick(datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC))
    assert pane.title == "标题 11"
    pane.tick(datetime(2026, 11, 21, 16, 0, 1, tzinfo=UTC))
    assert pane.title == "标题 0"


# -- the sea map -------------------------------------------------------------------------------


def fleet(*rows: tuple[float, float, float, float, VesselKind]) -> Fleet:
    array = np.zeros(len(rows), FLEET_DTYPE)
    for i, (lon, lat, sog, age_s, kind) in enumerate(rows):
        array[i] = (412000000 + i, lon, lat, sog, 90.0, (NOW.timestamp() - age_s) * 1000, kind, 1)
    return Fleet(array)


VIEW = (121.3, 28.3, 122.0, 28.8)
HAIMEN = Port("海门港", 121.45, 28.68)


def test_that_a_boat_counts_once_moored_silent_or_seen():
    fish = VesselKind.FISHING
    found = count_fleet(
        fleet(
            (121.451, 28.681, 0.0, 10, fish),  # in port
            (121.451, 28.681, 5.0, 10, fish),  # leaving it
            (121.80, 28.50, 0.0, 10, fish),  # drifting at sea
            (121.80, 28.50, 3.0, 1000, fish),  # silent
            (123.00, 28.50, 3.0, 10, fish),  # out of the picture
            (121.80, 28.50, 3.0, 10, VesselKind.COLLECTION),  # no fishing boat
        ),
        [HAIMEN], VIEW, NOW,
    )  # fmt: skip
    assert (found.moored, found.seen, found.silent, found.outside) == ((1,), 2, 1, 1)
    assert list(found.under_way) == [False, True, True, True, True, True]


@given(
    st.lists(
        st.tuples(
            st.floats(121, 123), st.floats(28, 29), st.floats(0, 9), st.integers(0, 2000), st.sampled_from(VesselKind)
        ),
        max_size=30,
    ),
    st.sets(st.integers(412000000, 412000040)),
)
def test_that_the_parts_of_the_count_add_up_to_the_register(rows, register):
    registered = np.array(sorted(register), np.uint32)
    found = count_fleet(fleet(*rows), [HAIMEN], VIEW, NOW, registered)
    assert found.seen + sum(found.moored) + found.outside + found.silent + found.unseen == len(register)


def test_that_the_map_says_where_every_registered_boat_is(qtbot, states):
    pane = make(qtbot, SeaMapPane, states, ports=[{"name": "海门港", "lon": 121.447, "lat": 28.6845}])
    parts = [int(word.replace(",", "")) for word in pane.note.partition(" · 他船")[0].split() if word[0].isdigit()]
    assert sum(parts) == len(states["boat_register"])
    before = pane.note
    boats = (*states["boat_register"], replace(states["boat_register"][0], id="412999999"))
    pane.show_snapshot(Snapshot("boat_register", boats, NOW, Quality.GOOD))
    assert pane.note != before
    assert "无船位" in pane.note


def test_that_a_fishing_boat_of_no_register_is_another_ship():
    found = count_fleet(
        fleet((121.80, 28.50, 3.0, 10, VesselKind.FISHING)), [HAIMEN], VIEW, NOW, np.array([], np.uint32)
    )
    assert (found.seen, found.others) == (0, 1)


def test_that_boats_in_port_are_counted_at_its_name_and_not_drawn(qtbot, states):
    ports = [{"name": "海门港", "lon": 121.447, "lat": 28.6845}]
    pane = make(qtbot, SeaMapPane, states, ports=ports)
    assert "在港" in pane.note
    mark = pane.map.words_of(Subject("port", "海门港"))
    assert mark.startswith("海门港 ")
    assert int(mark.split()[1]) > 0


def test_that_a_boat_is_told_by_its_number_and_never_by_its_owner(qtbot, states):
    pane = make(qtbot, SeaMapPane, states)
    boat = states["boat_register"][0]
    words = pane.describe(Subject("boat", boat.id))
    assert boat.vessel_no in words
    assert boat.owner.unmasked() not in words


def test_that_a_selected_hand_in_is_ringed_on_the_map(qtbot, states):
    pane = make(qtbot, SeaMapPane, states)
    pane.select(SEVENTH)
    assert pane.map.selected == SEVENTH


def test_that_the_wind_blows_only_where_it_is_known(qtbot, states):
    pane = make(qtbot, SeaMapPane, {})
    assert not pane.wind.isVisibleTo(pane)
    pane.show_snapshot(Snapshot("sea_weather", states["sea_weather"], NOW, Quality.GOOD))
    assert pane.wind.isVisibleTo(pane)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("11", "渔清 03 靠帮"),
        ("08", "渔清 03 14:50"),
        ("06", "渔清 02 迟 24 分"),
        ("04", "入仓 余 22 时"),
        ("10", "派船 余 11 分"),
    ],
)
def test_that_a_limit_is_said_in_words(states, number, said):
    request = next(r for r in states["hand_in_requests"] if r.number == number)
    assert limit_words(request, NOW) == said


def test_that_the_body_of_a_pane_is_left_of_nothing(qtbot, states):
    """A click beside every row asks for nothing."""
    pane = make(qtbot, GanttPane, states)
    pane.grab()
    asked: list[object] = []
    pane.asked.connect(lambda what, about: asked.append(about))
    QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(pane.width() - 2, pane.height() - 2))
    assert asked == []


def test_that_waiting_grows_with_the_clock(qtbot, states):
    pane = make(qtbot, RequestQueuePane, states)
    pane.tick(NOW + timedelta(minutes=3))
    assert pane.rows[0].record.waited == "20 分"


def test_that_g_goes_to_other_ships_and_back(qtbot, states):
    pane = make(qtbot, SeaMapPane, states)
    home = pane.map.view
    danish = fleet((10.5, 56.0, 9.0, 5, VesselKind.OTHER), (10.7, 56.2, 9.0, 5, VesselKind.OTHER))
    pane.show_snapshot(Snapshot("fleet", danish, NOW, Quality.GOOD))
    assert "他船 2" in pane.note
    QTest.keyClick(pane.map, Qt.Key.Key_G)
    lon, lat = pane.map.view.to_lonlat(pane.map.width() / 2, pane.map.height() / 2)
    assert (round(lon, 1), round(lat, 1)) == (10.6, 56.1)
    QTest.keyClick(pane.map, Qt.Key.Key_G)
    assert pane.map.view == home
