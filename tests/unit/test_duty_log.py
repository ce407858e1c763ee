"""Does the duty log hold every transition and every manual line, unchanged, newest first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from services.collect.duty_summaries import DutyRoom
from services.collect.site import Site
from services.domain import duty_log
from services.domain.alert import Action, AlertLevel, Command, Detection
from services.domain.deed import Refused
from services.domain.duty_log import Called, CallResult, LineKind, SettleLine, WriteLine
from services.domain.promise import MakePromise
from services.store.schema import case_event
from tests.unit.duty_world import CHEN, EVENING, WALL, WANG, DutyWorld, alert, minutes


def found(at: Any = EVENING) -> Detection:
    return Detection(
        key="R-FIR-06|7",
        rule_id="R-FIR-06",
        rule_version=1,
        rule_text="规则",
        scene="community",
        level=AlertLevel.YELLOW,
        title="电动车进电梯",
        subject="3 幢",
        wall_subject="3 幢",
        subject_kind="device",
        subject_id="7",
        place="城市花园",
        occurred_at=at,
    )


def lines(store: Any) -> list[tuple[str, str, str, str]]:
    told = DutyRoom(Site()).duty_log(store, EVENING)["duty_log"]
    return [(line.what, line.about, line.text, line.who) for line in told]


def test_that_transitions_and_manual_lines_stand_in_one_log_newest_first(store: Any) -> None:
    (raised,) = store.report([found()], EVENING)
    store.perform(Command(raised.id, Action.SIGN, raised.version), WANG, EVENING + minutes(1))
    note = store.perform(WriteLine(line_kind=LineKind.NOTE, text="巡查大厅"), WANG, EVENING + minutes(2)).case
    due = EVENING + minutes(60)
    promise = store.perform(MakePromise(to_whom="林女士", what="回电", due_at=due), WANG, EVENING + minutes(3)).case
    assert lines(store)[:4] == [
        ("承诺", promise.id, "林女士 · 回电", "王*"),
        ("记事", note.id, "巡查大厅", "王*"),
        ("签收", raised.id, "电动车进电梯 城市花园", "王*"),
        ("预警", raised.id, "电动车进电梯 城市花园", "系统"),
    ]


def test_that_repeats_are_no_lines_and_the_query_keeps_no_copy(sqlite_store: Any) -> None:
    sqlite_store.report([found()], EVENING)
    sqlite_store.report([found(EVENING + minutes(1))], EVENING + minutes(1))
    assert [line[0] for line in lines(sqlite_store)] == ["预警"]


def test_that_a_correction_is_a_new_line_that_refers_and_the_old_one_stays(store: Any) -> None:
    first = store.perform(WriteLine(line_kind=LineKind.NOTE, text="巡查 3 处"), WANG, EVENING).case
    store.perform(WriteLine(line_kind=LineKind.NOTE, text="巡查 4 处", refers=first.id), WANG, EVENING + minutes(1))
    assert [line[::2] for line in lines(store)] == [
        ("更正 记事", f"巡查 4 处 · 更正 {first.id}"),
        ("记事", "巡查 3 处"),
    ]
    missing = store.perform(WriteLine(line_kind=LineKind.NOTE, text="x", refers="RZ-0"), WANG, EVENING)
    assert missing.refusal == "没有编号为 RZ-0 的日志，不能更正"


def test_that_the_database_refuses_to_change_a_line(sqlite_store: Any) -> None:
    sqlite_store.perform(WriteLine(line_kind=LineKind.NOTE, text="原文"), WANG, EVENING)
    with pytest.raises(DatabaseError), sqlite_store._gate.engine.begin() as connection:
        connection.execute(update(case_event).values(body="{}"))


def test_that_an_instruction_stays_open_until_it_is_settled() -> None:
    world = DutyWorld()
    case = world.do(duty_log.STREAM, WriteLine(line_kind=LineKind.INSTRUCTION, text="夜间加密巡查"), CHEN)
    assert case.is_open
    case = world.do(duty_log.STREAM, SettleLine(case_id=case.id, expected_version=1, text="已加派"), WANG)
    assert (case.is_open, case.settled) == (False, "已加派")
    with pytest.raises(Refused, match="没有待落实"):
        world.do(duty_log.STREAM, SettleLine(case_id=case.id, expected_version=2), WANG)


def test_that_a_call_is_logged_with_its_result() -> None:
    world = DutyWorld([alert(1)])
    wish = Called(contact="消防救援大队 值班室", result=CallResult.NO_ANSWER, alert_id="YJ-1122-0001")
    case = world.do(duty_log.STREAM, wish, WANG)
    assert (case.text, case.alert_id) == ("消防救援大队 值班室 无人接听", "YJ-1122-0001")


@pytest.mark.parametrize(
    ("wish", "officer", "why"),
    [
        (WriteLine(line_kind=LineKind.NOTE, text=" "), WANG, "请写明内容"),
        (WriteLine(line_kind=LineKind.NOTE, text="长" * 501), WANG, "最多 500 字"),
        (WriteLine(line_kind=LineKind.NOTE, text="x"), WALL, "值班或承办"),
        (WriteLine(line_kind=LineKind.NOTE, text="x", alert_id="YJ-9"), WANG, "没有编号为 YJ-9"),
    ],
)
def test_that_a_line_without_sense_or_right_is_refused(wish: Any, officer: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        DutyWorld().do(duty_log.STREAM, wish, officer)


def test_that_the_log_is_worked_out_anew_only_when_it_has_grown(
    sqlite_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.store import log_lines

    asked: list[int] = []
    real = log_lines.newest
    monkeypatch.setattr(log_lines, "newest", lambda c, n: (asked.append(n), real(c, n))[1])
    room = DutyRoom(Site())
    for at in range(3):
        room.duty_log(sqlite_store, EVENING + timedelta(seconds=at))
    sqlite_store.perform(WriteLine(line_kind=LineKind.NOTE, text="x"), WANG, EVENING)
    room.duty_log(sqlite_store, EVENING)
    assert len(asked) == 2


def test_that_every_entry_an_officer_may_read_has_a_word_of_its_own() -> None:
    from services.domain.log_line import FACT_WORDS
    from services.store.log_lines import OTHERS
    from services.store.streams import FACTS

    said_elsewhere = {"line_written"}  # by the kind of the line
    kinds = {kind for stream, kind in FACTS if stream not in OTHERS} - said_elsewhere
    assert sorted(kinds - FACT_WORDS.keys()) == []


def test_that_a_line_shows_no_whole_file_and_no_second_line() -> None:
    from services.domain.deed import Deed
    from services.domain.log_line import LONGEST, line_of_deed
    from services.domain.release import Drafted

    fields = {"rule_id": "R-POP-01", "rule_version": 8, "base_version": 7, "text": "id = 1\n" * 50, "base_text": ""}
    fact = Drafted(**fields, reason="快递与探亲误报多" * 20)
    line = line_of_deed(Deed("rule", "GZ-1", 1, "drafted", EVENING, "wang", "王海涛", "duty", fact), 7)
    assert line.what == "规则起草"
    assert line.text.startswith("R-POP-01 · 快递与探亲误报多")
    assert len(line.text) <= 2 * LONGEST
