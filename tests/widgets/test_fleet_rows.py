"""收集船队 on the wall: how each vessel keeps to its plan, the worst first where there is no room for all."""

from __future__ import annotations

from typing import Any

from services.domain.snapshot import Quality, Snapshot
from tests.widgets.plan_world import NOW, SILENT, execution, fleet
from widgets.fleet_rows import FleetRowsPane
from widgets.gantt_lanes import troubles
from widgets.look import Face, load_fonts, make_look


def shown(qtbot, count: int, *states: Any) -> FleetRowsPane:
    load_fonts()
    pane = FleetRowsPane("收集船队", {}, make_look(Face.WALL, scale=0.5))
    qtbot.addWidget(pane)
    pane.resize(710, 312)
    for topic, records in {**fleet(count), "execution": states}.items():
        pane.show_snapshot(Snapshot(topic, tuple(records), NOW, Quality.GOOD))
    return pane


def test_that_a_vessel_that_keeps_to_its_plan_is_said_nothing_of():
    assert troubles(None) == []
    assert troubles(execution(1, drift_min=3, silent_min=2, off_route_nm=0.2)) == []


def test_that_what_is_out_of_the_ordinary_is_said_in_words():
    state = execution(1, drift_min=-12, off_route_nm=1.3, overload_t=0.2)
    assert troubles(state) == ["偏航 1.3 nm", "超载 0.20 t", "早 12 分"]
    assert troubles(SILENT) == ["失联 16 分"]


def test_that_all_are_shown_when_there_is_room(qtbot):
    vessels, behind = shown(qtbot, 5).shown(242)
    assert (len(vessels), behind) == (5, 0)


def test_that_the_worst_of_thirty_are_shown_and_the_others_counted(qtbot):
    pane = shown(qtbot, 30, SILENT, execution(23, drift_min=12), execution(25, suggestion="建议重排：渔清 25 晚 22 分"))
    vessels, behind = pane.shown(242)
    assert {"渔清 02", "渔清 23", "渔清 25"} <= {vessel.name for vessel in vessels}
    assert [vessel.name for vessel in vessels] == sorted(vessel.name for vessel in vessels)
    assert len(vessels) + behind == 30
    assert pane.note == "建议重排 2 条"


def test_that_a_suggestion_changes_the_picture(qtbot):
    assert shown(qtbot, 5).grab().toImage() != shown(qtbot, 5, SILENT).grab().toImage()
