"""The cameras' table and the line of all devices: trouble first, unknown stays unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from services.domain.passage import DeviceHealth
from services.domain.recognition import CameraHealth
from services.domain.register import RegisterHealth
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.cameras import CamerasPane, clock_words, row_of, troubles
from widgets.devices import DevicesPane
from widgets.look import Face, Look, load_fonts, make_look

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)
GOOD = CameraHealth(
    "33100200001190000010", "c10", "下陈", True, NOW, 210, 98.2, 98.4, 95.0, 3.0, 0.2, 0.2, 9000, True, 0.0
)
REGISTER = RegisterHealth("inspections", "年检登记", "交警", 48, NOW, 90_000, stale=False)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


@pytest.fixture(params=[Face.DESK, Face.WALL])
def look(request: pytest.FixtureRequest) -> Look:
    return make_look(request.param, scale=0.5 if request.param is Face.WALL else 1.0)


def shown(qtbot: QtBot, look: Look, *cameras: CameraHealth) -> CamerasPane:
    pane = CamerasPane("卡口设备", {}, look)
    qtbot.addWidget(pane)
    pane.resize(look.px(760), look.px(300))
    pane.show_snapshot(Snapshot("cameras", cameras, NOW, Quality.GOOD))
    pane.tick(NOW)
    assert not pane.grab().isNull()
    return pane


def test_that_cameras_with_trouble_come_first_and_are_counted(qtbot, look):
    silent = replace(GOOD, id="d2", checkpoint_id="c2", checkpoint_name="前所东", online=False)
    pane = shown(qtbot, look, GOOD, replace(GOOD, id="d3", checkpoint_id="c3", checkpoint_name="洪家"), silent)
    assert [pane.model.record(row).name for row in range(3)] == ["前所东", "下陈", "洪家"]
    assert pane.note == "3 台 · 异常 1"


def test_that_a_row_selects_its_checkpoint(qtbot, look):
    pane = shown(qtbot, look, GOOD)
    with qtbot.waitSignal(pane.asked) as asked:
        pane.view.clicked.emit(pane.model.index(0, 0))
    assert asked.args == ["select", Subject("checkpoint", "c10")]


def test_that_two_cameras_of_one_checkpoint_are_told_apart(qtbot, look):
    pane = shown(qtbot, look, GOOD, replace(GOOD, id="33100200001190000011"))
    assert {pane.model.record(row).name for row in range(2)} == {"下陈 10", "下陈 11"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"online": False}, ["失联"]),
        ({"online": None, "recognition_pct": None}, []),
        ({"clock_ahead_s": 600.0, "clock_error_s": 0.5, "clock_trusted": False}, ["时钟不可信"]),
        ({"clock_ahead_s": -1.6, "clock_error_s": 0.1}, ["时钟漂移"]),
        ({"clock_ahead_s": 1.6, "clock_error_s": 0.9}, []),
        ({"frozen_min": 12.4, "frozen_sign": "尾气读数"}, ["尾气读数不变 12 分"]),
        ({"recognition_pct": 84.0, "poor_images_pct": 48.0}, ["识别率低", "画质下降"]),
    ],
)
def test_that_trouble_is_what_is_over_a_limit_for_sure(changes, said):
    assert troubles(replace(GOOD, **changes)) == said


def test_that_a_clock_is_told_with_its_error_and_unknown_without():
    assert clock_words(GOOD) == "+0.2 ±0.2"
    assert clock_words(replace(GOOD, clock_ahead_s=-600.2, clock_error_s=10.0)) == "-600 ±10"
    assert clock_words(replace(GOOD, clock_ahead_s=None)) is None
    assert row_of(replace(GOOD, recognition_pct=None)).now_pct is None


def test_that_waiting_is_said(qtbot, look):
    pane = CamerasPane("卡口设备", {}, look)
    qtbot.addWidget(pane)
    pane.show_snapshot(Snapshot("cameras"))
    assert pane.model.rowCount() == 0


def devices(qtbot: QtBot, look: Look, *registers: RegisterHealth) -> DevicesPane:
    pane = DevicesPane("", {}, look)
    qtbot.addWidget(pane)
    pane.resize(look.px(488), look.px(110))
    health = DeviceHealth(23, 24, "前所东 失联 6 分", 1, "下陈 88.1 %", 0, "", 1, "下陈 48 % 读不清")
    pane.show_snapshot(Snapshot("device_health", (health,), NOW, Quality.GOOD))
    pane.show_snapshot(Snapshot("registers", registers, NOW, Quality.GOOD))
    assert not pane.grab().isNull()
    return pane


def test_that_a_stale_register_is_named_with_the_rules_it_holds(qtbot, look):
    stale = replace(REGISTER, as_of=NOW - timedelta(hours=60), stale=True, held_rules=("R-CKP-04", "R-CKP-05"))
    line = devices(qtbot, look, REGISTER, stale).lines()[-1]
    assert line == ("登记库滞后", "1 / 2", "年检登记 · 停判 R-CKP-04 等 2 条", True)


def test_that_registers_that_are_current_are_a_quiet_line_and_none_is_no_line(qtbot, look):
    assert devices(qtbot, look, REGISTER).lines()[-1] == ("登记库滞后", "0", "", False)
    assert [name for name, *_ in devices(qtbot, look).lines()][-1] == "画质、读数异常"


def test_that_a_register_that_holds_no_rule_says_of_when_it_is(qtbot, look):
    stale = replace(REGISTER, as_of=NOW - timedelta(hours=60), stale=True)
    assert devices(qtbot, look, stale).lines()[-1][2] == "年检登记 11-19"


def test_that_a_register_that_never_came_says_so(qtbot, look):
    never = replace(REGISTER, as_of=None, stale=True)
    assert devices(qtbot, look, never).lines()[-1][2] == "年检登记 未收到"
