"""The section of one building: what a cell selects and says, and that no room number is ever in it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from benchmarks.section import ACROSS, FLOORS, NOW, SIZE, alerts, building, pane
from services.domain.estates import CellMark
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.look import Face, Look, load_fonts, make_look
from widgets.section import SectionPane
from widgets.section_plan import Plan, code_of, place_of

LOWEST, HIGHEST = "XQ010310201", f"XQ01032{FLOORS + 1}04"


@pytest.fixture
def look() -> Look:
    load_fonts()
    return make_look(Face.DESK)


@pytest.fixture
def section(qtbot, look) -> SectionPane:
    made = pane(look, 42)
    qtbot.addWidget(made)
    made.show_snapshot(Snapshot("alerts", (), NOW, Quality.GOOD))
    made.grab()
    return made


def spot(section: SectionPane, code: str) -> QPoint:
    place = place_of(code, building(42))
    assert place is not None
    assert section._cells.grid is not None
    return section._cells.grid.cell(*place).center()


def asked(section: SectionPane, act: Callable[[], None]) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    section.asked.connect(lambda what, about: told.append((what, about)))
    act()
    return told


def test_that_a_code_and_its_cell_name_each_other():
    here = building(42)
    for code in (LOWEST, HIGHEST):
        place = place_of(code, here)
        assert place is not None
        assert code_of(here, place) == code
    assert place_of("XQ020310201", here) is None
    assert place_of("XQ0103", here) is None


def test_that_a_click_on_a_cell_selects_its_dwelling_and_a_double_click_opens_it(qtbot, section):
    at = spot(section, LOWEST)
    told = asked(section, lambda: qtbot.mouseClick(section, Qt.MouseButton.LeftButton, pos=at))
    assert told == [("select", Subject("dwelling", LOWEST))]
    told = asked(section, lambda: qtbot.mouseDClick(section, Qt.MouseButton.LeftButton, pos=at))
    assert ("open", Subject("dwelling", LOWEST)) in told


def test_that_an_elders_cell_selects_the_elder_and_an_alerts_cell_the_alert(look):
    mark = CellMark(1, 2, 0, "elder", "L9")
    here = building(42)
    calm = Plan.of(type(here)(**{f: getattr(here, f) for f in here.__slots__} | {"marks": (mark,)}), ())
    assert calm.subject((0, 2, 0)) == Subject("elder", "L9")
    worst = alerts(42)
    plan = Plan.of(here, worst)
    place = place_of(worst[0].subject_id, here)
    assert place is not None
    found = plan.subject(place)
    assert found is not None
    assert found.kind == "alert"


def test_that_enter_opens_the_selected_cell_and_arrows_walk_over_dwellings(qtbot, section):
    section.select(Subject("dwelling", LOWEST))
    up = asked(section, lambda: qtbot.keyClick(section, Qt.Key.Key_Up))
    assert up[0] == ("select", Subject("dwelling", "XQ010310301"))
    section.select(up[0][1])
    right = asked(section, lambda: qtbot.keyClick(section, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier))
    assert right[0] == ("select", Subject("dwelling", "XQ010310302"))
    assert ("open", right[0][1]) in asked(section, lambda: qtbot.keyClick(section, Qt.Key.Key_Return))


def test_that_hovering_tells_what_a_cell_means_and_never_a_room(section):
    words = section.hint_at(spot(section, HIGHEST))
    assert words.startswith(f"2 单元 {FLOORS + 1} 层第 {ACROSS} 户（室号已遮）")
    assert "3304" not in words
    assert section.hint_at(QPoint(2, section.height() - 2)) == ""


def test_that_the_wall_tells_nothing_on_hover(qtbot):
    load_fonts()
    wall = pane(make_look(Face.WALL, scale=0.5), 42)
    qtbot.addWidget(wall)
    wall.grab()
    assert wall.hint_at(QPoint(300, 500)) == ""


def test_that_an_alert_about_a_dwelling_alone_stands_in_its_cell():
    found = alerts(42)
    plan = Plan.of(building(42), found)
    assert {a.id for a in plan.alerts.values()} <= {a.id for a in found}
    assert place_of(found[0].subject_id, building(42)) in plan.alerts


def test_that_a_selected_dwelling_is_framed_and_the_building_turned_to(section, qtbot):
    before = section.grab().toImage()
    section.select(Subject("dwelling", HIGHEST))
    assert section.grab().toImage() != before


def test_that_33_floors_of_8_are_redrawn_within_a_frame(look, qtbot):
    full = pane(look, 42)
    qtbot.addWidget(full)
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    took = []
    for _ in range(9):
        began = time.process_time()
        full.render(image)
        took.append(time.process_time() - began)
    assert min(took) < 0.016
