"""The front desk of let dwellings, the list of checks, and the drill into the population."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from services.domain.alert import AlertLevel, Outcome
from services.domain.community import DayFlow, Heads, PopulationSummary
from services.domain.let_room import LetRoom
from services.domain.rental_check import PlanCheck, RecordCheck
from services.domain.rental_safety import SafetyColour
from services.domain.rental_terms import ITEMS
from services.domain.residence import RecordResidence, Residence, Result, State
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.stay import CheckIn, CheckOut, Guest, MoveLease, Stay, StayState
from widgets.look import Face, Look, load_fonts, make_look
from widgets.pane import Pane
from widgets.population import PopulationPane
from widgets.rental_check_words import found_of
from widgets.rental_checks import RentalChecksPane
from widgets.stay_desk import StayDeskPane, guests_and_lease

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def look(qtbot: QtBot) -> Look:
    load_fonts()
    return make_look(Face.DESK)


def room(number: int, **said: Any) -> LetRoom:
    plain = LetRoom(
        dwelling_id=f"XQ01011{number:02d}01", estate_id="XQ01", estate_name="城市花园", building_id="XQ0101",
        building="1 幢", unit=1, floor=number, at=0, hotel_style=True, guests=2, rooms=2, area_m2=60.0,
        let_since=date(2026, 1, 5), lease_end=date(2027, 6, 30), colour=SafetyColour.GREEN,
        checked_on=date(2026, 11, 1),
    )  # fmt: skip
    return replace(plain, **said)


def stay(**said: Any) -> Stay:
    plain = Stay(
        id="RZ-261119-001", version=3, state=StayState.IN, dwelling_id="XQ010110201", estate_id="XQ01",
        building_id="XQ0101", place="城市花园 1 幢", guests=(Guest("第 1 人", "林*"),),
        entered_at=NOW - timedelta(days=2), recorded_at=NOW - timedelta(days=1),
        recorded_by="吴*", report_by=NOW + timedelta(days=1), late=False,
        lease_end=date(2027, 5, 1), leave_by=None,
    )  # fmt: skip
    return replace(plain, **said)


def shown(qtbot: QtBot, pane: Pane, **topics: Any) -> list[Any]:
    """What the pane asks for from now on."""
    qtbot.addWidget(pane)
    pane.resize(730, 420)
    pane.tick(NOW)
    for topic, records in topics.items():
        pane.show_snapshot(Snapshot(topic, tuple(records), NOW, Quality.GOOD))
    pane.show()
    asked: list[Any] = []
    pane.asked.connect(lambda what, about: asked.append((what, about)))
    return asked


def desk(qtbot: QtBot, look: Look) -> tuple[StayDeskPane, list[Any]]:
    pane = StayDeskPane("旅馆总台", {}, look)
    other = room(3, dwelling_id="XQ010210301", building_id="XQ0102", building="2 幢")
    asked = shown(qtbot, pane, let_rooms=(room(2), room(3), other), stays=(stay(),))
    return pane, asked


def test_that_the_front_desk_checks_in_with_names_and_a_lease(qtbot: QtBot, look: Look) -> None:
    pane, asked = desk(qtbot, look)
    assert pane.room_id == "XQ010110201"
    pane.answer("in", 1, "张三、李四光 至 2027-05-31")
    what, wish = asked[-1]
    assert (what, type(wish), wish.guests, wish.lease_end) == ("action", CheckIn, ("张三", "李四光"), date(2027, 5, 31))
    assert wish.entered_at == datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
    before = len(asked)
    pane.answer("in", 0, "张三 至 2027-02-31")
    assert len(asked) == before


def test_that_a_guest_leaves_or_stays_on_by_a_key(qtbot: QtBot, look: Look) -> None:
    pane, asked = desk(qtbot, look)
    pane.answer("out", -1, "")
    assert asked[-1][1] == CheckOut(case_id="RZ-261119-001", expected_version=3, left_at=NOW)
    pane.answer("lease", -1, "至 2027-09-01 续租")
    wish = asked[-1][1]
    assert (type(wish), wish.lease_end, wish.reason) == (MoveLease, date(2027, 9, 1), "续租")
    pane.show_outcome(Outcome(wish, None, "已由吴*改期"))
    assert [act.reason for act in pane.acts() if act.id == "out"] == [""]


def test_that_a_room_is_chosen_by_click_and_arrow_and_a_building_by_its_keys(qtbot: QtBot, look: Look) -> None:
    pane, asked = desk(qtbot, look)
    box = pane.rooms_box().adjusted(0, 0, 0, -look.px(22))
    cell = pane.rooms.cell(pane.rooms.by_id["XQ010110301"], box, look)
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=cell.center())
    assert asked[-1] == ("select", Subject("dwelling", "XQ010110301"))
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert pane.room_id == "XQ010110201"
    pane.press("B")
    assert (pane.building, pane.room_id) == ("XQ0102", "XQ010210301")
    pane.select(Subject("dwelling", "XQ010110301"))
    assert (pane.building, pane.room_id) == ("XQ0101", "XQ010110301")
    assert pane.rooms.at(QPoint(1, 1), box, look) == ""


def test_that_no_room_is_named_by_its_number(qtbot: QtBot, look: Look) -> None:
    pane, _ = desk(qtbot, look)
    assert pane.rooms.place_of("XQ010110201") == "1 单元 2 层"
    assert "0201" not in pane.note


def test_that_what_is_typed_for_guests_is_read_or_refused() -> None:
    assert guests_and_lease("张三 李四，王五") == (("张三", "李四", "王五"), None)
    assert guests_and_lease("至2027-1-2") == ((), date(2027, 1, 2))
    with pytest.raises(ValueError, match="day is out of range"):
        guests_and_lease("张三 至 2027-02-30")


def residence(**said: Any) -> Residence:
    plain = Residence(
        id="DJ-261119-001", version=1, state=State.OPEN, alert_id="YJ-1", rule_id="R-POP-01", level=AlertLevel.ORANGE,
        title="疑似未登记居住", subject="林* · 城市花园 3 幢", place="城市花园 南门", person_key="XQ01|x",
        department="公安", steward="吴*", opened_at=NOW, opened_by="王*", due_at=NOW + timedelta(days=2),
    )  # fmt: skip
    return replace(plain, **said)


def checks(qtbot: QtBot, look: Look) -> tuple[RentalChecksPane, list[Any]]:
    pane = RentalChecksPane("核查", {}, look)
    late = room(5, checked_on=date(2026, 7, 1))
    never = room(6, checked_on=None, colour=SafetyColour.NONE)
    topics = {"residences": (residence(),), "rental_checks": (), "let_rooms": (room(2), never, late)}
    return pane, shown(qtbot, pane, **topics)


def test_that_the_list_shows_visits_then_the_dwellings_whose_cycle_is_over(qtbot: QtBot, look: Look) -> None:
    pane, _ = checks(qtbot, look)
    keys = [row.key for row in pane.rows if not row.heading]
    assert keys == ["DJ-261119-001", "due:XQ010110501", "due:XQ010110601"]
    assert pane.note == "待核实 1 · 待检查 0 · 未排 2"


def test_that_a_result_a_plan_and_a_check_are_asked_with_what_was_typed(qtbot: QtBot, look: Look) -> None:
    pane, asked = checks(qtbot, look)
    pane.answer("result", 1, "331002202611220017 已领证")
    wish = asked[-1][1]
    assert wish == RecordResidence(
        case_id="DJ-261119-001", expected_version=1, result=Result.PERMIT, permit_no="331002202611220017", text="已领证"
    )
    pane.answer("result", 2, "流管员 赵小云 来看女儿")
    assert (asked[-1][1].steward, asked[-1][1].text, asked[-1][1].result) == ("赵小云", "来看女儿", Result.VISITOR)
    pane.choose("due:XQ010110501")
    pane.answer("plan", 1, "")
    assert asked[-1][1] == PlanCheck(dwelling_id="XQ010110501")


def test_that_six_digits_persons_and_words_are_one_check() -> None:
    assert found_of("001200 3 人 插线板过载") == (
        dict(zip(ITEMS, (0, 0, 1, 2, 0, 0), strict=True)), 3, "插线板过载",
    )  # fmt: skip
    assert found_of("0 0 1 2 0 0")
    assert found_of("00120") is None
    assert found_of("001204") is None
    assert RecordCheck(found={}).persons == 0


def test_that_the_population_opens_estate_by_estate_and_goes_back(qtbot: QtBot, look: Look) -> None:
    pane = PopulationPane("实有人口", {}, look)
    heads = tuple(Heads(f"XQ0{e}", f"小区{e}", f"XQ0{e}0{b}", f"{b} 幢", 90, 10 * b) for e in (1, 2) for b in (1, 2, 3))
    flows = tuple(DayFlow(date(2026, 11, 14 + i), i, 2) for i in range(7))
    record = PopulationSummary(540, 120, 7, (), flows, heads)
    asked = shown(qtbot, pane, population=(record,))
    pane.resize(431, 257)
    assert [(line.name, line.total, line.buildings) for line in pane.lines()] == [("小区1", 330, 3), ("小区2", 330, 3)]
    box = pane.list_box()
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(box.center().x(), box.top() + look.px(18) + 4))
    assert (pane.estate, asked[-1]) == ("XQ02", ("select", Subject("estate", "XQ02")))
    box = pane.list_box()
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(box.center().x(), box.top() + 4))
    assert asked[-1] == ("select", Subject("building", "XQ0201"))
    qtbot.keyClick(pane, Qt.Key.Key_Backspace)
    assert pane.estate == ""
    assert not pane.grab().isNull()
