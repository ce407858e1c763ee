"""Is an event told upwards in order, whole, by those who may, and against its clocks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.domain import report_form as rf
from services.domain.deed import Refused
from services.domain.report_form import Elements, OpenReport, Part, SendReport, TellByPhone, elements_of
from tests.unit.duty_world import EVENING, LI, WALL, WANG, DutyWorld, alert, minutes

WHOLE = Elements("2026-11-22 19:50", "疏港大道", "规则 R-CKP-10", "危化品车偏离路线", "下游两处卡口", "已通报交警")


def opened(world: DutyWorld) -> rf.EventReport:
    return world.do(rf.STREAM, OpenReport(alert_id="YJ-1122-0001"), WANG)


def step(case: rf.EventReport) -> dict[str, Any]:
    return {"case_id": case.id, "expected_version": case.version}


def refusal(world: DutyWorld, wish: Any, officer: Any = WANG) -> str:
    with pytest.raises(Refused) as why:
        world.do(rf.STREAM, wish, officer)
    return why.value.reason_zh


def test_that_the_parts_follow_one_another_and_the_final_one_ends_it() -> None:
    world = DutyWorld([alert(1)])
    case = opened(world)
    assert refusal(world, SendReport(**step(case), elements=WHOLE, final=True), LI) == "先首报，再终报"
    case = world.do(rf.STREAM, TellByPhone(**step(case), to_whom="区政府总值班室"), WANG)
    for _ in range(2):
        case = world.do(rf.STREAM, SendReport(**step(case), elements=WHOLE), WANG)
    assert refusal(world, SendReport(**step(case), elements=WHOLE, final=True)) == "终报须值班长"
    case = world.do(rf.STREAM, SendReport(**step(case), elements=WHOLE, final=True), LI)
    assert [one.part for one in case.sent] == [Part.PHONE, Part.FIRST, Part.FOLLOW_UP, Part.FINAL]
    assert not case.is_open
    assert refusal(world, SendReport(**step(case), elements=WHOLE)) == "报送已终报"


@pytest.mark.parametrize(
    ("element", "word"),
    [
        ("time", "时间"),
        ("place", "地点"),
        ("source", "信息来源"),
        ("kind", "事件类型"),
        ("scope", "影响范围"),
        ("measures", "已采取措施"),
    ],
)
def test_that_a_written_part_without_one_of_the_six_elements_is_refused(element: str, word: str) -> None:
    world = DutyWorld([alert(1)])
    case = opened(world)
    partial = replace(WHOLE, **{element: " "})
    assert refusal(world, SendReport(**step(case), elements=partial)) == f"六要素缺“{word}”"


def test_that_the_alert_fills_in_what_it_knows() -> None:
    told = elements_of(alert(1))
    assert (told.time, told.place, told.kind) == ("2026-11-22 19:50", "城市花园", "电动车进电梯")
    assert told.missing == "影响范围"


def test_that_both_clocks_run_from_the_opening_and_pass_once() -> None:
    world = DutyWorld([alert(1)])
    case = opened(world)
    assert [(due.what, due.due_at - EVENING) for due in rf.dues(case)] == [
        ("phone", minutes(20)),
        ("first", minutes(40)),
    ]
    case = world.do(rf.STREAM, TellByPhone(**step(case), to_whom="区政府总值班室"), WANG)
    case = world.expire(rf.STREAM, case, EVENING + minutes(50))
    assert (case.passed, rf.dues(case)) == ((Part.FIRST,), ())


def test_that_the_times_are_the_sites() -> None:
    world = DutyWorld([alert(1)])
    world.topics["roster"] = tuple(replace(s, phone_min=10, written_min=30) for s in world.topics["roster"])
    assert [due.due_at - EVENING for due in rf.dues(opened(world))] == [minutes(10), minutes(30)]


def test_that_one_alert_is_told_once_and_by_the_duty_room_only() -> None:
    world = DutyWorld([alert(1)])
    assert refusal(world, OpenReport(alert_id="YJ-1122-0001"), WALL) == "须为值班人员"
    assert refusal(world, OpenReport(alert_id="YJ-9")) == "没有编号为 YJ-9 的预警"
    opened(world)
    assert refusal(world, OpenReport(alert_id="YJ-1122-0001")) == "此预警已在报送"


def test_that_the_store_keeps_a_report_and_rebuilds_it(sqlite_store: Any) -> None:
    from tests.unit.test_duty_log import found

    (raised,) = sqlite_store.report([found()], EVENING)
    case = sqlite_store.perform(OpenReport(alert_id=raised.id), WANG, EVENING).case
    case = sqlite_store.perform(SendReport(**step(case), elements=WHOLE), WANG, EVENING).case
    sqlite_store.expire(EVENING + minutes(60))
    (held,) = sqlite_store.snapshot("reports", EVENING).records
    assert (held.passed, held.elements) == ((Part.PHONE,), WHOLE)
    sqlite_store.rebuild()
    assert sqlite_store.snapshot("reports", EVENING).records == (held,)
