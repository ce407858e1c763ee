"""Does the sheet say all that is open, and can nothing be handed over that was not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain import handover as ho
from services.domain import promise as pr
from services.domain.alert import Ack, Alert, AlertLevel, Clock, Step, Visibility, Work
from services.domain.deed import Refused
from services.domain.duty_log import LineKind, LogNote
from services.domain.duty_sheet import (
    DEADLINES,
    INSTRUCTIONS,
    ITEMS,
    PROMISES,
    QUIET,
    SHELVED,
    SIGNED,
    SOURCES,
    UNSIGNED,
    Sheet,
    sheet,
)
from services.domain.handover import AcceptLine, PrepareHandover, SignHandover, Standing, State, WithdrawHandover
from services.domain.snapshot import Quality, SourceStatus
from tests.unit.duty_world import CHEN, EVENING, LI, QIAN, WALL, WANG, ZHAO, DutyWorld, alert, minutes, roster

OUT, IN = roster()[1], roster()[2]


def made(*alerts: Alert, now: datetime = EVENING, **given: Any) -> Sheet:
    return sheet(
        alerts,
        given.get("promises", ()),
        given.get("windows", ()),
        given.get("sources", ()),
        given.get("notes", ()),
        now,
        OUT,
        IN,
    )


def signed(number: int, level: AlertLevel = AlertLevel.YELLOW, **fields: Any) -> Alert:
    return alert(number, level, ack=Ack.ACKED, acked_by="王*", acked_at=EVENING - minutes(4), **fields)


def promised(number: int, due_at: datetime, **fields: Any) -> pr.Promise:
    made = pr.Promise(
        f"CN-{number:03d}", 1, pr.PromiseState.OPEN, "林女士", "回电", due_at, "", EVENING - minutes(60), "王*"
    )
    return replace(made, **fields)


def refused(world: DutyWorld, wish: Any, officer: Any, at: datetime = EVENING) -> str:
    with pytest.raises(Refused) as why:
        world.do(ho.STREAM, wish, officer, at)
    return why.value.reason_zh


def prepared(world: DutyWorld, at: datetime = EVENING) -> ho.Handover:
    return world.do(ho.STREAM, PrepareHandover(), WANG, at)


def fresh(world: DutyWorld, at: datetime = EVENING) -> Sheet:
    return ho.fresh_sheet(world, at, OUT, IN)


def accept_all(world: DutyWorld, case: ho.Handover, officer: Any = ZHAO, at: datetime = EVENING) -> ho.Handover:
    for stand in ho.remaining(case, fresh(world, at)):
        wish = AcceptLine(
            case_id=case.id, expected_version=case.version, line_id=stand.line.id, mark=stand.line.mark, remark=""
        )
        case = world.do(ho.STREAM, wish, officer, at)
    return case


def sign(case: ho.Handover, *, confirmed: bool = True) -> SignHandover:
    return SignHandover(case_id=case.id, expected_version=case.version, confirmed=confirmed)


# ------------------------------------------------------------------------------------- the sheet


def test_that_the_sheet_sorts_what_is_open_into_its_sections() -> None:
    told = made(
        alert(1, AlertLevel.BLUE),
        alert(2, AlertLevel.RED),
        signed(3, work=Work.DISPATCHED, department="公安"),
        signed(4, visibility=Visibility.SHELVED, shelved_until=EVENING + minutes(30)),
        signed(5, work=Work.SUSPENDED, suspended_until=EVENING + minutes(300)),
        alert(6, visibility=Visibility.SUPPRESSED, suppressed_by="云仓停用"),
        alert(7, visibility=Visibility.SUPPRESSED, suppressed_by="云仓停用"),
        signed(8, work=Work.CLOSED),
    )
    assert [line.subject for line in told.section(UNSIGNED).lines] == ["YJ-1122-0002", "YJ-1122-0001"]
    assert [line.owner for line in told.section(SIGNED).lines] == ["公安 王*"]
    assert [line.until for line in told.section(SHELVED).lines] == [EVENING + minutes(30), EVENING + minutes(300)]
    assert [line.text for line in told.section(QUIET).lines] == ["抑制 2 条"]
    assert [(c.level, c.open, c.unsigned) for c in told.counts] == [
        (AlertLevel.RED, 1, 1),
        (AlertLevel.ORANGE, 0, 0),
        (AlertLevel.YELLOW, 5, 2),
        (AlertLevel.BLUE, 1, 1),
    ]
    assert told.red_unsigned == 1


def test_that_every_open_alert_stands_in_exactly_one_section_to_accept() -> None:
    told = made(alert(1), signed(2), signed(3, visibility=Visibility.SHELVED, shelved_until=EVENING + minutes(5)))
    subjects = [line.subject for _, line in told.to_accept() if line.subject]
    assert sorted(subjects) == ["YJ-1122-0001", "YJ-1122-0002", "YJ-1122-0003"]


def test_that_deadlines_of_the_next_two_hours_are_listed_earliest_first_and_need_no_acceptance() -> None:
    soon = Clock(Step.DISPATCH, EVENING + minutes(50), started_at=EVENING)
    late = Clock(Step.ACK, EVENING - minutes(2), started_at=EVENING - minutes(5))
    far = Clock(Step.CLOSE, EVENING + minutes(121), started_at=EVENING)
    told = made(
        signed(1, clocks=(soon,)),
        alert(2, clocks=(late,)),
        signed(3, clocks=(far,)),
        promises=[promised(1, EVENING + minutes(20))],
    )
    section = told.section(DEADLINES)
    assert [line.subject for line in section.lines] == ["YJ-1122-0002", "CN-001", "YJ-1122-0001"]
    assert not section.accepted


def test_that_sick_sources_open_instructions_and_items_are_handed_over() -> None:
    note = LogNote("RZ-1", 1, True, LineKind.INSTRUCTION, "夜间加密巡查", EVENING, "陈*")
    told = made(
        sources=[
            SourceStatus("boats", "渔船", Quality.STALE, error="连不上"),
            SourceStatus("community", "社区", Quality.GOOD),
        ],
        notes=[note, replace(note, id="RZ-2", is_open=False)],
    )
    assert [(line.text, line.detail) for line in told.section(SOURCES).lines] == [("渔船", "滞后 · 连不上")]
    assert [line.text for line in told.section(INSTRUCTIONS).lines] == ["夜间加密巡查"]
    assert [line.text for line in told.section(ITEMS).lines] == ["机房钥匙 3 把", "对讲机 4 部"]


@given(st.lists(st.tuples(st.sampled_from(pr.PromiseState), st.integers(-600, 20_000), st.booleans()), max_size=12))
def test_that_any_open_promise_appears_on_the_sheet_of_the_shift_that_inherits_it(
    told: list[tuple[pr.PromiseState, int, bool]],
) -> None:
    promises = [
        promised(n, EVENING + minutes(due), state=state, passed_at=EVENING if passed else None)
        for n, (state, due, passed) in enumerate(told)
    ]
    on_sheet = {line.subject for line in made(promises=promises).section(PROMISES).lines}
    assert on_sheet == {p.id for p in promises if p.is_open}


def test_that_the_mark_moves_with_what_an_officer_must_know_and_with_nothing_else() -> None:
    plain = signed(1)
    line = made(plain).section(SIGNED).lines[0]
    assert made(replace(plain, count=9, version=12, last_at=EVENING)).section(SIGNED).lines[0].mark == line.mark
    for changed in (
        replace(plain, level=AlertLevel.RED),
        replace(plain, work=Work.DISPATCHED),
        replace(plain, department="公安"),
    ):
        assert made(changed).section(SIGNED).lines[0].mark != line.mark


# --------------------------------------------------------------------------------- the hand-over


def test_that_a_hand_over_is_refused_while_a_red_alert_is_unsigned_and_accepted_after() -> None:
    world = DutyWorld([alert(1, AlertLevel.RED), alert(2)])
    assert refused(world, PrepareHandover(), WANG) == "有 1 条红色预警未签收，不能交接"
    world.alerts[0] = signed(1, AlertLevel.RED)
    case = accept_all(world, prepared(world))
    case = world.do(ho.STREAM, sign(case), ZHAO)
    case = world.do(ho.STREAM, sign(case), WANG)
    assert case.state is State.DONE
    assert [(s.side, s.by) for s in case.signatures] == [("in", "赵*"), ("out", "王*")]


def test_that_a_red_raised_between_the_signatures_holds_the_hand_over() -> None:
    world = DutyWorld([alert(1)])
    case = world.do(ho.STREAM, sign(accept_all(world, prepared(world))), ZHAO)
    world.alerts.append(alert(2, AlertLevel.RED))
    assert refused(world, sign(case), WANG) == "有 1 条红色预警未签收，不能交接"


def test_that_a_hand_over_begins_ten_minutes_before_the_end_and_no_earlier() -> None:
    world = DutyWorld([])
    world.put("handover", done_of(roster()[0]))
    before = OUT.ends_at - minutes(10) - timedelta(seconds=1)
    assert refused(world, PrepareHandover(), WANG, before) == "最早 19:50 交接"
    assert prepared(world, OUT.ends_at - minutes(10)).sheet.shift.id == OUT.id


def test_that_a_shift_that_has_ended_is_still_handed_over_within_two_hours() -> None:
    world = DutyWorld([])
    case = prepared(world, OUT.ends_at + minutes(25))
    assert (case.sheet.shift.id, case.sheet.next_shift.id) == (OUT.id, IN.id)
    shifts = roster()
    assert ho.crews(shifts, [], OUT.ends_at + minutes(121))[0].id == IN.id
    assert ho.crews(shifts, [OUT.id], OUT.ends_at + minutes(5))[0].id == IN.id


def test_that_without_a_roster_the_usual_hours_count() -> None:
    shift, following = ho.crews((), [], datetime(2026, 11, 22, 11, 55, tzinfo=UTC))
    assert (shift.name, following.name) == ("早班", "晚班")
    assert shift.crew == ()


def test_that_a_line_that_moved_on_must_be_read_again() -> None:
    world = DutyWorld([alert(1)])
    case = prepared(world)
    read = next(line for _, line in case.sheet.to_accept() if line.subject)
    world.alerts[0] = replace(world.alerts[0], level=AlertLevel.ORANGE)
    wish = AcceptLine(case_id=case.id, expected_version=1, line_id=read.id, mark=read.mark)
    assert refused(world, wish, ZHAO) == "此项已变化，请重新阅读"
    (stand,) = [s for s in ho.stands(case, fresh(world)) if s.line.subject == "YJ-1122-0001"]
    assert stand.standing is Standing.CHANGED


def test_that_a_line_accepted_and_changed_since_is_marked_changed() -> None:
    world = DutyWorld([alert(1)])
    case = accept_all(world, prepared(world))
    assert not ho.remaining(case, fresh(world))
    world.alerts[0] = signed(1)
    (left,) = ho.remaining(case, fresh(world))
    assert (left.standing, left.section.id) == (Standing.CHANGED, SIGNED)
    assert refused(world, sign(case), ZHAO) == "还有 1 项未接收"


def test_that_an_alert_raised_meanwhile_is_a_new_line_and_a_closed_one_none() -> None:
    world = DutyWorld([alert(1)])
    case = prepared(world)
    world.alerts = [signed(1, work=Work.CLOSED), alert(2)]
    left = [s for s in ho.remaining(case, fresh(world)) if s.line.subject]
    assert [(s.line.subject, s.standing) for s in left] == [("YJ-1122-0002", Standing.NEW)]


def test_that_an_alert_between_the_signatures_must_be_accepted_first() -> None:
    world = DutyWorld([])
    case = world.do(ho.STREAM, sign(accept_all(world, prepared(world))), ZHAO)
    world.alerts.append(alert(5))
    assert refused(world, sign(case), WANG) == "接班签字后又有 1 项新增或变化，须接班人先接收"
    case = accept_all(world, case)
    assert world.do(ho.STREAM, sign(case), WANG).state is State.DONE


def test_that_both_signatures_are_of_two_people_of_the_two_crews() -> None:
    world = DutyWorld([])
    case = prepared(world)
    line = next(iter(ho.remaining(case, fresh(world)))).line
    accept = AcceptLine(case_id=case.id, expected_version=1, line_id=line.id, mark=line.mark)
    assert refused(world, accept, WANG) == "编制人不能替接班人接收"
    assert refused(world, accept, LI) == "须由接班人员接收"
    case = accept_all(world, case)
    assert refused(world, sign(case, confirmed=False), ZHAO) == "签字须先核对本人密码"
    case = world.do(ho.STREAM, sign(case), QIAN)
    assert refused(world, sign(case), QIAN) == "交接双方须为两人"
    assert refused(world, sign(case), ZHAO) == "接收人不能替交班人签字"
    assert world.do(ho.STREAM, sign(case), LI).state is State.DONE


@pytest.mark.parametrize("officer", [WALL, CHEN])
def test_that_only_the_desk_hands_over(officer: Any) -> None:
    assert refused(DutyWorld([]), PrepareHandover(), officer) == "须为值班员或值班长"


def test_that_there_is_one_open_sheet_and_a_withdrawn_one_may_be_made_anew() -> None:
    world = DutyWorld([])
    case = prepared(world)
    assert refused(world, PrepareHandover(), LI) == "交接单已编制，请逐条接收"
    gone = world.do(ho.STREAM, WithdrawHandover(case_id=case.id, expected_version=1, reason="漏报一处设备"), LI)
    assert (gone.state, gone.is_open) == (State.WITHDRAWN, False)
    assert prepared(world).is_open


def test_that_the_signed_sheet_carries_the_head_of_the_log() -> None:
    from services.domain.anchor import Anchor

    world = DutyWorld([])
    world.topics["chain_head"] = (Anchor("head", 812, "sm3:9f3c", EVENING),)
    case = world.do(ho.STREAM, sign(accept_all(world, prepared(world))), ZHAO)
    case = world.do(ho.STREAM, sign(case), WANG)
    assert (case.chain_seq, case.chain_hash) == (812, "sm3:9f3c")


def done_of(shift: Any) -> ho.Handover:
    empty = sheet((), (), (), (), (), shift.ends_at, shift, OUT)
    return ho.Handover("JJ-000", 5, State.DONE, empty, "qian", "钱*", shift.ends_at)


# -------------------------------------------------------------------------------- in the store


def test_that_the_store_hands_over_and_rebuilds_it_from_the_log(store: Any) -> None:
    store.put_topic("roster", roster(), EVENING)
    outcome = store.perform(PrepareHandover(), WANG, EVENING)
    assert outcome.done, outcome.refusal
    case = outcome.case
    for stand in ho.stands(case, case.sheet):
        wish = AcceptLine(
            case_id=case.id, expected_version=case.version, line_id=stand.line.id, mark=stand.line.mark, remark="已点"
        )
        case = store.perform(wish, ZHAO, EVENING).case
    case = store.perform(sign(case), ZHAO, EVENING).case
    stale = store.perform(sign(replace(case, version=1)), WANG, EVENING)
    assert stale.refusal == "赵*已先更新，请看最新"
    case = store.perform(sign(case), WANG, EVENING).case
    assert case.state is State.DONE
    assert store.snapshot("handovers", EVENING).records == (case,)
    store.rebuild()
    assert store.snapshot("handovers", EVENING).records == (case,)
    assert store.verify_chain() is None


# ------------------------------------------------------------------------------- whatever happens

STEPS = st.lists(
    st.tuples(st.sampled_from(["raise", "red", "sign", "close", "accept", "read all", "in", "out"]), st.integers(0, 7)),
    max_size=40,
)


def attempt(world: DutyWorld, case: ho.Handover, what: str, which: int) -> ho.Handover:
    """One thing that may happen while a hand-over is under way; a refusal changes nothing."""
    now = fresh(world)
    try:
        match what:
            case "raise" | "red":
                level = AlertLevel.RED if what == "red" else AlertLevel.YELLOW
                world.alerts.append(alert(len(world.alerts) + 1, level))
            case "sign" | "close" if world.alerts:
                at = which % len(world.alerts)
                work = Work.CLOSED if what == "close" else world.alerts[at].work
                world.alerts[at] = replace(world.alerts[at], ack=Ack.ACKED, acked_by="王*", work=work)
            case "accept":
                left = ho.remaining(case, now)
                line = left[which % len(left)].line if left else now.section(ITEMS).lines[0]
                about = {"case_id": case.id, "expected_version": case.version}
                wish = AcceptLine(**about, line_id=line.id, mark=line.mark)
                return world.do(ho.STREAM, wish, (ZHAO, WANG)[which % 2])
            case "read all":
                return accept_all(world, case)
            case "in" | "out":
                people = (ZHAO, QIAN) if what == "in" else (WANG, LI)
                return world.do(ho.STREAM, sign(case), people[which % 2])
    except Refused:
        return case
    return case


@given(STEPS)
def test_that_whatever_happens_a_finished_hand_over_was_read_whole_by_another_and_left_no_red_unsigned(
    steps: list[tuple[str, int]],
) -> None:
    world = DutyWorld([alert(1)])
    case = prepared(world)
    for what, which in [*steps, ("read all", 0), ("in", 0), ("read all", 0), ("out", 0)]:
        case = attempt(world, case, what, which)
    red = any(a.is_open and a.level is AlertLevel.RED and not a.is_signed for a in world.alerts)
    if case.state is not State.DONE:
        assert red
        return
    assert case.sheet.red_unsigned == 0
    read = {one.line_id: one for one in case.accepted}
    for _, line in case.sheet.to_accept():
        assert read[line.id].mark == line.mark
    coming, going = (next(s.by_id for s in case.signatures if s.side == side) for side in ("in", "out"))
    assert coming != going
    assert going not in {one.by_id for one in case.accepted}
