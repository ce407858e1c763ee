"""The home scene's map: every alert where it is, ports not buried under moored boats."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from services.domain.alert import AlertLevel, Visibility, Work
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.snapshot import Quality, Snapshot
from tests.scenes.fakes import NOW, alert, alerts
from widgets.district_map import DistrictMapPane
from widgets.look import Face, make_look

BRIDGE = (121.45, 28.68)


@pytest.fixture
def pane(qtbot):
    made = DistrictMapPane("全区态势", {}, make_look(Face.DESK))
    qtbot.addWidget(made)
    made.resize(852, 596)
    made.tick(NOW)
    return made


def at_bridge(number: int, level: AlertLevel, **said):
    return replace(alert(number, level), lon=BRIDGE[0], lat=BRIDGE[1], **said)


def picked(pane):
    x, y = pane.map.view.to_px(*BRIDGE)
    return pane.map.pick(QPointF(float(x), float(y)))


def test_that_the_worst_of_several_alerts_at_one_place_is_the_one_drawn(pane):
    pane.show_snapshot(alerts(at_bridge(1, AlertLevel.YELLOW), at_bridge(2, AlertLevel.RED)))
    assert picked(pane).id == at_bridge(2, AlertLevel.RED).id


@pytest.mark.parametrize("over", [{"work": Work.CLOSED}, {"visibility": Visibility.SHELVED}])
def test_that_an_alert_that_is_over_or_shelved_is_not_drawn(pane, over):
    pane.show_snapshot(alerts(at_bridge(1, AlertLevel.RED, **over)))
    assert picked(pane) is None


def test_that_boats_in_port_are_counted_and_not_drawn(pane):
    rows = np.zeros(3, FLEET_DTYPE)
    rows["mmsi"] = [412000001, 412000002, 412000003]
    rows["lon"], rows["lat"] = [121.447, 121.447, 121.80], [28.6845, 28.6845, 28.60]
    rows["sog_kn"] = [0, 0, 6]
    rows["at_ms"] = round(NOW.timestamp() * 1000)
    pane.show_snapshot(Snapshot("fleet", Fleet(rows), NOW, Quality.GOOD))
    assert pane.strip_note() == "在图 1 艘 · 在港 2 艘"


def test_that_an_empty_fleet_is_no_count_of_zero(pane):
    pane.show_snapshot(Snapshot("fleet", ()))
    assert pane.strip_note() == ""
