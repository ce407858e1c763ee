"""Letters on the sea map inside the desk: the map's while it has the focus, the card's otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.scene import Box, PaneSpec, Plan, Scene
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.scenes import test_desk
from tests.scenes.fakes import KINDS, NOW
from tests.scenes.test_desk import SCENES, Desktop
from widgets.look import Face
from widgets.map.targets import kept_targets
from widgets.sea_map import SeaMapPane

BOAT = Subject("boat", "412410077")


@pytest.fixture
def seat(qtbot, monkeypatch) -> Desktop:
    spec = PaneSpec("sea_map", "海域态势", ("fleet",), Box(0, 0, 1458, 1007))
    sea = Scene("boats", "渔船", "boat", 1, {Face.DESK: Plan("渔船", (1458, 1007), (spec,))})
    monkeypatch.setattr(test_desk, "SCENES", (SCENES[0], sea))
    monkeypatch.setattr(test_desk, "KINDS", {**KINDS, "sea_map": SeaMapPane})
    kept_targets.cache_clear()
    seat = Desktop(qtbot)
    seat.press(Qt.Key.Key_2)
    boat = Fleet(fleet_of(412410077))
    seat.arrive(Snapshot("fleet", boat, NOW, Quality.GOOD))
    map_of(seat).tick(NOW)
    seat.actions.ask("select", BOAT)
    yield seat
    kept_targets.cache_clear()


def fleet_of(mmsi: int):
    rows = np.zeros(1, FLEET_DTYPE)
    rows["mmsi"], rows["lon"], rows["lat"], rows["sog_kn"] = mmsi, 121.75, 28.55, 8
    rows["at_ms"] = NOW.timestamp() * 1000
    return rows


def map_of(seat: Desktop) -> SeaMapPane:
    return seat.desk.stage.panes[0]


def test_that_the_map_takes_its_letters_from_the_card_only_with_the_focus(seat):
    seat.press(Qt.Key.Key_T)
    assert seat.card.pressed == ["T"]
    pane = map_of(seat)
    pane.map.setFocus()
    QTest.keyClick(pane.map, Qt.Key.Key_T)
    QTest.keyClick(pane.map, Qt.Key.Key_L)
    assert seat.card.pressed == ["T"]
    assert pane.hand.track.is_open
    assert kept_targets().followed == BOAT
    QTest.keyClick(pane.map, Qt.Key.Key_Escape)
    QTest.keyClick(pane.map, Qt.Key.Key_Escape)
    assert not pane.hand.track.is_open
    assert kept_targets().followed is None


def test_that_what_is_typed_into_the_search_stays_there(seat):
    pane = map_of(seat)
    seat.press(Qt.Key.Key_Slash)
    QTest.keyClicks(pane.hand.search.field, "4124 tl1")
    assert pane.hand.search.field.text() == "4124 tl1"
    assert (seat.desk.scene, seat.card.pressed) == ("boats", [])
    QTest.keyClick(pane.hand.search.field, Qt.Key.Key_Escape)
    assert not pane.hand.search.isVisible()


def test_that_a_locked_target_is_still_followed_after_another_scene(seat):
    pane = map_of(seat)
    pane.map.setFocus()
    QTest.keyClick(pane.map, Qt.Key.Key_L)
    seat.press(Qt.Key.Key_1)
    seat.press(Qt.Key.Key_2)
    again = map_of(seat)
    assert again is not pane
    again.tick(NOW)
    assert [row.subject for row in again.hand.chip.rows] == [BOAT]
    x, y = again.map.view.to_px(121.75, 28.55)
    assert (x, y) == pytest.approx((again.map.width() / 2, again.map.height() / 2), abs=2)
