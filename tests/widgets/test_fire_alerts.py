"""The fire pane's marks are alerts, never a device's own flag."""

from dataclasses import replace

import pytest

from services.domain.alert import AlertLevel, Work
from services.domain.community import FireRow
from services.domain.snapshot import Quality, Snapshot
from tests.scenes.fakes import NOW, alert, alerts
from widgets.fire import FirePane
from widgets.look import Face, make_look

LIFT = FireRow("ebike", "电动车 梯控", 38, 38, 1, "3 幢 3 单元")
HYDRANT = FireRow("hydrant", "消火栓 压力", 86, 85, 1, "0.12 MPa 欠压")


@pytest.fixture
def pane(qtbot):
    made = FirePane("消防", {}, make_look(Face.DESK))
    qtbot.addWidget(made)
    made.show_snapshot(Snapshot("fire", (LIFT, HYDRANT), NOW, Quality.GOOD))
    return made


def of_rule(rule: str, level: AlertLevel, **said):
    return replace(alert(int(level), level), rule_id=rule, **said)


def test_that_a_device_in_alarm_without_a_rule_has_no_mark(pane):
    pane.show_snapshot(alerts())
    assert (pane.alert_of(LIFT), pane.alert_of(HYDRANT)) == (None, None)


def test_that_the_worst_open_alert_of_the_kind_is_the_mark(pane):
    pane.show_snapshot(alerts(of_rule("R-FIR-06", AlertLevel.YELLOW), of_rule("R-FIR-06", AlertLevel.ORANGE)))
    assert pane.alert_of(LIFT).level is AlertLevel.ORANGE
    assert pane.alert_of(HYDRANT) is None


def test_that_a_closed_alert_leaves_no_mark(pane):
    pane.show_snapshot(alerts(of_rule("R-FIR-06", AlertLevel.YELLOW, work=Work.CLOSED)))
    assert pane.alert_of(LIFT) is None
