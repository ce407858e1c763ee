"""Is each transition right: by whom, from where, with what, and what the clocks do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from services.domain.alert import (
    Ack,
    Action,
    Alert,
    AlertLevel,
    Command,
    Condition,
    Detection,
    Evidence,
    FalseReason,
    Step,
    Verdict,
    Visibility,
    Work,
)
from services.domain.happening import Happening, HappeningKind
from services.domain.levels import LIMITS
from services.domain.life import (
    Refusal,
    absorbing,
    clearing,
    decide,
    dues,
    evolve,
    expiring,
    raising,
    refusals,
    showing,
    suppressing,
)
from services.domain.officer import ENGINE, Officer, Role

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # Friday 14:00 in Shanghai
WALL = Officer("w", "大屏", Role.WALL)
DUTY = Officer("d", "王建国", Role.DUTY)
LEAD = Officer("l", "赵明", Role.SHIFT_LEAD)
LEADER = Officer("b", "钱进", Role.DUTY_LEADER)
POLICE = Officer("p", "李卫", Role.POLICE_ROOM)
LIAISON = Officer("t", "周航", Role.DEPT_LIAISON)
BOATS = Officer("s", "陈海", Role.DISPATCHER)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def detection(level: AlertLevel = AlertLevel.YELLOW, at: datetime = AT, **fields: object) -> Detection:
    plain = Detection(
        key="R|k",
        rule_id="R",
        rule_version=3,
        rule_text="限 10 次",
        scene="community",
        level=level,
        title="疑似",
        subject="林*",
        wall_subject="林**",
        subject_kind="estate",
        subject_id="E1",
        place="城市花园",
        occurred_at=at,
        evidence=(Evidence("进出", "10 次"),),
        event_ids=("e1",),
    )
    return replace(plain, **fields)


def raised(level: AlertLevel = AlertLevel.YELLOW, at: datetime = AT, **fields: object) -> Alert:
    happening = raising(None, detection(level, at, **fields), at, "YJ-1120-0001")
    assert happening is not None
    return evolve(None, happening)


def after(alert: Alert, action: Action, who: Officer = DUTY, at: datetime = AT, **fields: object) -> Alert:
    command = Command(alert.id, action, alert.version, **fields)
    return evolve(alert, decide(alert, command, who, at))


def why_not(alert: Alert, action: Action, who: Officer = DUTY, at: datetime = AT, **fields: object) -> str:
    with pytest.raises(Refusal) as refused:
        decide(alert, Command(alert.id, action, alert.version, **fields), who, at)
    return refused.value.reason_zh


def due(alert: Alert, what: str) -> datetime:
    return next(d.due_at for d in dues(alert) if d.what == what)


WAY: list[tuple[Action, Officer, dict[str, object]]] = [
    (Action.SIGN, DUTY, {}),
    (Action.VERIFY, DUTY, {}),
    (Action.DISPATCH, DUTY, {"department": "公安", "text": "上门核实"}),
    (Action.ACCEPT, LIAISON, {}),
    (Action.HANDLE, LIAISON, {}),
    (Action.FEEDBACK, LIAISON, {"text": "已登记"}),
    (Action.REVIEW, DUTY, {}),
    (Action.CLOSE, DUTY, {"text": "已办居住登记"}),
    (Action.ARCHIVE, DUTY, {}),
]


def at_work(work: Work, level: AlertLevel = AlertLevel.YELLOW) -> Alert:
    """An alert on the straight way at ``work``."""
    alert = raised(level)
    for action, who, fields in WAY:
        if alert.work is work and (work is not Work.NEW):
            break
        if action is Action.CLOSE and level >= AlertLevel.ORANGE:
            who = LEADER
        alert = after(alert, action, who, **fields)
    assert alert.work is work
    return alert


def test_that_the_straight_way_leads_from_new_to_archived_and_each_step_is_on_the_step_line() -> None:
    alert = at_work(Work.ARCHIVED)
    assert [what for what, _, _ in alert.steps] == [
        "new", "acked", "verifying", "dispatched", "accepted", "handling", "feedback", "review", "closed", "archived",
    ]  # fmt: skip
    assert alert.verdict is Verdict.TRUE
    assert alert.disposition == "已办居住登记"
    assert alert.steps[1][2] == "王*"


@pytest.mark.parametrize(
    ("work", "action", "who", "fields", "becomes"),
    [
        (Work.DISPATCHED, Action.RETURN, LIAISON, {"text": "非本部门"}, Work.RETURNED),
        (Work.HANDLING, Action.SUSPEND, LEAD, {"text": "待设备", "until": AT + minutes(60)}, Work.SUSPENDED),
        (Work.REVIEW, Action.REWORK, DUTY, {"text": "照片不清"}, Work.REWORK),
        (Work.REVIEW, Action.CLOSE, DUTY, {"text": "好"}, Work.CLOSED),
        (Work.CLOSED, Action.REOPEN, LEAD, {"text": "复发"}, Work.VERIFYING),
        (Work.HANDLING, Action.MERGE, DUTY, {"parent_id": "YJ-1120-0002"}, Work.MERGED),
        (Work.CLOSED, Action.ARCHIVE, DUTY, {}, Work.ARCHIVED),
    ],
)
def test_that_a_side_way_leads_where_the_table_says(
    work: Work, action: Action, who: Officer, fields: dict[str, object], becomes: Work
) -> None:
    assert after(at_work(work), action, who, **fields).work is becomes


@pytest.mark.parametrize(
    ("work", "allowed"),
    [
        (Work.VERIFYING, {"dispatch", "false_alarm", "no_action", "sign"}),
        (Work.DISPATCHED, {"accept", "return", "sign"}),
        (Work.ACCEPTED, {"handle", "sign"}),
        (Work.HANDLING, {"feedback", "suspend", "sign"}),
        (Work.FEEDBACK, {"review", "false_alarm", "no_action", "sign"}),
        (Work.REVIEW, {"rework", "close", "false_alarm", "no_action", "sign"}),
        (Work.CLOSED, {"archive", "reopen"}),
        (Work.ARCHIVED, set()),
    ],
)
def test_that_only_the_transitions_of_the_table_are_open_to_anyone(work: Work, allowed: set[str]) -> None:
    alert = at_work(work)
    everyone = (DUTY, LEAD, LEADER, LIAISON, POLICE)
    anywhere = {"merge", "shelve", "supervise", "note"} if work not in (Work.CLOSED, Work.ARCHIVED) else set()
    anywhere |= {"note"} if work is Work.CLOSED else set()
    allowed_to_any = {a.value for a in Action if any(refusals(alert, who)[a] == "" for who in everyone)}
    assert allowed_to_any == allowed - {"sign"} | anywhere


@pytest.mark.parametrize("who", [WALL, ENGINE])
def test_that_the_wall_and_the_engine_may_command_nothing(who: Officer) -> None:
    assert all(refusals(raised(), who).values())


def test_that_every_refusal_is_a_short_chinese_sentence() -> None:
    for work in (Work.NEW, Work.VERIFYING, Work.DISPATCHED, Work.HANDLING, Work.REVIEW, Work.CLOSED, Work.ARCHIVED):
        alert = raised() if work is Work.NEW else at_work(work)
        for who in (WALL, DUTY, LEAD, LEADER, LIAISON, POLICE, BOATS, ENGINE):
            for why in refusals(alert, who).values():
                assert len(why) <= 16
                assert not any("a" <= c <= "z" or c in ",;:" for c in why)


def test_that_nothing_goes_before_signing() -> None:
    assert why_not(raised(), Action.VERIFY) == "先签收"


@pytest.mark.parametrize(
    ("level", "who", "why"),
    [
        (AlertLevel.BLUE, DUTY, ""),
        (AlertLevel.YELLOW, DUTY, ""),
        (AlertLevel.ORANGE, DUTY, "橙色须值班长"),
        (AlertLevel.ORANGE, LEAD, ""),
        (AlertLevel.RED, DUTY, "红色须带班领导"),
        (AlertLevel.RED, LEAD, "红色须带班领导"),
        (AlertLevel.RED, LEADER, ""),
        (AlertLevel.YELLOW, LIAISON, "须值班员"),
    ],
)
def test_that_closing_takes_the_rank_of_the_level(level: AlertLevel, who: Officer, why: str) -> None:
    assert refusals(at_work(Work.REVIEW, level), who)[Action.CLOSE] == why


def test_that_an_alert_without_a_verdict_cannot_be_closed() -> None:
    assert why_not(at_work(Work.VERIFYING), Action.CLOSE, text="算了") == "先派单或定性"


def test_that_a_false_alarm_needs_a_reason_and_other_needs_words() -> None:
    alert = at_work(Work.VERIFYING)
    assert why_not(alert, Action.FALSE_ALARM) == "选择误报原因"
    assert why_not(alert, Action.FALSE_ALARM, false_reason=FalseReason.OTHER) == "其他原因须写明"
    judged = after(alert, Action.FALSE_ALARM, false_reason=FalseReason.WEATHER)
    assert (judged.work, judged.verdict) == (Work.VERIFYING, Verdict.FALSE_ALARM)
    closed = after(judged, Action.CLOSE)
    assert (closed.work, closed.verdict, closed.false_reason) == (
        Work.CLOSED,
        Verdict.FALSE_ALARM,
        FalseReason.WEATHER,
    )
    assert closed.disposition == "误报：天气影响"


def test_that_a_verdict_of_no_action_may_be_closed_without_more_words() -> None:
    closed = after(after(at_work(Work.VERIFYING), Action.NO_ACTION), Action.CLOSE)
    assert (closed.verdict, closed.disposition) == (Verdict.NO_ACTION, "属实无需处置")


def test_that_dispatch_needs_department_and_task_and_keeps_within_the_time_to_close() -> None:
    alert = at_work(Work.VERIFYING)
    late = alert.clock(Step.CLOSE).due_at + minutes(1)
    assert why_not(alert, Action.DISPATCH, text="核实") == "选择派往部门"
    assert why_not(alert, Action.DISPATCH, department="公安") == "填写任务要求"
    assert why_not(alert, Action.DISPATCH, department="公安", text="核实", until=late) == "完成时限不得晚于办结时限"
    until = AT + minutes(600)
    sent = after(alert, Action.DISPATCH, department="公安", text="核实", until=until)
    assert (sent.department, sent.task, sent.clock(Step.CLOSE).due_at) == ("公安", "核实", until)


def test_that_a_second_return_goes_to_the_shift_lead() -> None:
    alert = at_work(Work.DISPATCHED)
    alert = after(alert, Action.RETURN, LIAISON, text="非本部门", department="交通")
    alert = after(alert, Action.DISPATCH, department="交通", text="核实")
    alert = after(alert, Action.RETURN, LIAISON, text="也不是")
    assert alert.escalated
    assert alert.escalated_to == Role.SHIFT_LEAD
    assert [note.text for note in alert.notes] == ["退回：非本部门，建议交通", "退回：也不是"]
    assert why_not(alert, Action.DISPATCH, department="市监", text="核实") == "两次退回，须值班长派单"
    assert after(alert, Action.DISPATCH, LEAD, department="市监", text="核实").work is Work.DISPATCHED


def test_that_a_duty_officer_asks_for_suspension_and_a_shift_lead_grants_it() -> None:
    until = AT + minutes(120)
    asked = after(at_work(Work.HANDLING), Action.SUSPEND, DUTY, text="等备件", until=until)
    assert (asked.work, asked.suspension_asked) == (Work.HANDLING, "等备件")
    assert why_not(asked, Action.SUSPEND, DUTY, text="x", until=until) == "已申请，待值班长批准"
    granted = after(asked, Action.SUSPEND, LEAD)
    assert (granted.work, granted.suspended_until, granted.suspension_asked) == (Work.SUSPENDED, until, "")


def test_that_suspension_pauses_the_clocks_and_resuming_moves_them_by_as_much() -> None:
    handling = at_work(Work.HANDLING)
    before = handling.clock(Step.CLOSE).due_at
    paused = after(handling, Action.SUSPEND, LEAD, text="等", until=AT + minutes(600))
    assert {d.what for d in dues(paused)} == {"resume"}
    assert paused.running is None
    resumed = after(paused, Action.RESUME, DUTY, at=AT + minutes(90))
    assert (resumed.work, resumed.clock(Step.CLOSE).due_at) == (Work.HANDLING, before + minutes(90))


def test_that_a_suspension_ends_by_itself() -> None:
    paused = after(at_work(Work.HANDLING), Action.SUSPEND, LEAD, text="等", until=AT + minutes(60))
    happening = expiring(paused, "resume", AT + minutes(60))
    assert happening is not None
    assert evolve(paused, happening).work is Work.HANDLING


# ------------------------------------------------------------------------------------------ shelving


def test_that_red_cannot_be_shelved() -> None:
    alert = raised(AlertLevel.RED)
    assert why_not(alert, Action.SHELVE, text="x", until=AT + minutes(5)) == "红色不可暂缓"


@pytest.mark.parametrize(
    ("who", "span", "why"),
    [
        (DUTY, minutes(60), ""),
        (DUTY, minutes(61), "暂缓超过 60 分钟须值班长"),
        (LEAD, minutes(24 * 60), ""),
        (LEAD, minutes(24 * 60 + 1), "暂缓最长 24 小时"),
        (LIAISON, minutes(5), "须值班员"),
    ],
)
def test_that_the_length_of_a_shelf_depends_on_the_role(who: Officer, span: timedelta, why: str) -> None:
    if why:
        assert why_not(raised(), Action.SHELVE, who, text="夜间施工", until=AT + span) == why
    else:
        alert = after(raised(), Action.SHELVE, who, text="夜间施工", until=AT + span)
        assert (alert.visibility, alert.shelved_until) == (Visibility.SHELVED, AT + span)


def test_that_a_shelf_needs_a_reason_and_an_end() -> None:
    assert why_not(raised(), Action.SHELVE, until=AT + minutes(5)) == "填写暂缓原因"
    assert why_not(raised(), Action.SHELVE, text="x") == "暂缓须有晚于现在的时限"
    assert why_not(raised(), Action.SHELVE, text="x", until=AT) == "暂缓须有晚于现在的时限"


def shelved(span: float = 30) -> Alert:
    return after(raised(), Action.SHELVE, text="x", until=AT + minutes(span))


def test_that_unshelving_by_hand_signs_and_by_time_unsigns() -> None:
    by_hand = after(shelved(), Action.UNSHELVE)
    assert (by_hand.visibility, by_hand.ack, by_hand.acked_by) == (Visibility.VISIBLE, Ack.ACKED, "王*")
    signed = after(shelved(), Action.SIGN)
    ended = expiring(signed, "unshelve", AT + minutes(30))
    assert ended is not None
    by_time = evolve(signed, ended)
    assert (by_time.visibility, by_time.ack, by_time.shelved_until) == (Visibility.VISIBLE, Ack.UNACK, None)
    assert due(by_time, "ack") == AT + minutes(40)


def test_that_a_shelved_alert_is_not_escalated_for_want_of_a_signature() -> None:
    alert = shelved(60)
    assert expiring(alert, Step.ACK, AT + minutes(20)) is None
    assert expiring(alert, "tell:shift_lead", AT + minutes(40)) is None


def test_that_a_repeat_counts_and_moves_neither_shelf_nor_clocks() -> None:
    alert = shelved()
    happening = raising(alert, detection(at=AT + minutes(10)), AT + minutes(10), "")
    assert happening is not None
    repeated = evolve(alert, happening)
    assert repeated.count == 2
    assert (repeated.shelved_until, repeated.clocks, repeated.visibility) == (
        alert.shelved_until,
        alert.clocks,
        Visibility.SHELVED,
    )


def test_that_a_standing_condition_seen_again_says_nothing() -> None:
    alert = raised(standing=True)
    assert raising(alert, detection(standing=True), AT, "") is None
    cleared = clearing(alert, AT)
    assert cleared is not None
    again = raising(evolve(alert, cleared), detection(standing=True), AT, "")
    assert again is not None
    assert again.kind is HappeningKind.REPEATED


# ------------------------------------------------------------------------------------- level, normal


def test_that_a_rise_takes_the_signature_and_the_shelf_and_shortens_the_clocks() -> None:
    alert = after(shelved(), Action.SIGN)
    at = AT + minutes(5)
    happening = raising(alert, detection(AlertLevel.RED, at), at, "")
    assert happening is not None
    risen = evolve(alert, happening)
    assert (risen.level, risen.ack, risen.visibility) == (AlertLevel.RED, Ack.UNACK, Visibility.VISIBLE)
    assert due(risen, "ack") == at + minutes(1)
    assert due(risen, "close") == at + minutes(240)


def test_that_a_lower_level_is_only_a_repeat() -> None:
    alert = after(raised(AlertLevel.ORANGE), Action.SIGN)
    happening = raising(alert, detection(AlertLevel.BLUE), AT, "")
    assert happening is not None
    repeated = evolve(alert, happening)
    assert (repeated.level, repeated.ack) == (AlertLevel.ORANGE, Ack.ACKED)


def test_that_returning_to_normal_neither_signs_nor_closes() -> None:
    alert = raised(AlertLevel.BLUE)
    happening = clearing(alert, AT)
    assert happening is not None
    normal = evolve(alert, happening)
    assert (normal.condition, normal.ack, normal.work) == (Condition.RTN, Ack.UNACK, Work.NEW)
    assert clearing(normal, AT) is None


def test_that_a_rule_may_close_an_untouched_blue_alert_and_no_other() -> None:
    for alert in (raised(AlertLevel.YELLOW), at_work(Work.VERIFYING, AlertLevel.BLUE)):
        happening = clearing(alert, AT, auto_close=True)
        assert happening is not None
        assert evolve(alert, happening).is_open
    blue = raised(AlertLevel.BLUE)
    happening = clearing(blue, AT, auto_close=True)
    assert happening is not None
    closed = evolve(blue, happening)
    assert (closed.work, closed.verdict) == (Work.CLOSED, Verdict.NO_ACTION)


def test_that_what_comes_after_closing_is_a_new_alert_that_names_the_old_one() -> None:
    happening = raising(None, detection(), AT, "YJ-1120-0009", previous_id="YJ-1120-0001")
    assert happening is not None
    alert = evolve(None, happening)
    assert (alert.id, alert.previous_id, alert.count) == ("YJ-1120-0009", "YJ-1120-0001", 1)


def test_that_a_repeat_keeps_every_line_of_evidence_and_renews_its_figure() -> None:
    alert = raised()
    more = detection(evidence=(Evidence("进出", "11 次"), Evidence("夜宿", "3 晚")), event_ids=("e2",))
    happening = raising(alert, more, AT, "")
    assert happening is not None
    repeated = evolve(alert, happening)
    assert [(line.text, line.value) for line in repeated.evidence] == [("进出", "11 次"), ("夜宿", "3 晚")]
    assert repeated.event_ids == ("e1", "e2")


# ----------------------------------------------------------------------------------- clocks, versions


def test_that_the_clocks_of_a_level_are_those_of_the_table() -> None:
    alert = raised(AlertLevel.RED)
    assert [(d.what, d.due_at - AT) for d in dues(alert)] == [
        ("ack", minutes(1)),
        ("dispatch", minutes(3)),
        ("close", minutes(240)),
        ("tell:shift_lead", minutes(1)),
        ("tell:duty_leader", minutes(5)),
    ]


def test_that_working_day_limits_skip_the_week_end() -> None:
    alert = raised(AlertLevel.YELLOW)  # on a Friday
    assert due(alert, "close") == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # Wednesday 17:30 in Shanghai
    sent = after(after(after(alert, Action.SIGN), Action.VERIFY), Action.DISPATCH, department="公安", text="核实")
    assert due(sent, "onsite") == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 3.5 h on Friday, half an hour on Monday


def test_that_signing_dispatching_and_feeding_back_stop_their_clocks() -> None:
    alert = at_work(Work.FEEDBACK)
    assert [(clock.step, clock.stopped_at is None) for clock in alert.clocks] == [
        (Step.ACK, False),
        (Step.DISPATCH, False),
        (Step.ONSITE, False),
        (Step.FEEDBACK, False),
        (Step.CLOSE, True),
    ]


def test_that_a_passed_clock_escalates_once() -> None:
    alert = raised()
    happening = expiring(alert, Step.ACK, AT + minutes(10))
    assert happening is not None
    late = evolve(alert, happening)
    assert late.escalated
    assert not happening.late
    assert late.clock(Step.ACK).late_at == AT + minutes(10)
    assert expiring(late, Step.ACK, AT + minutes(20)) is None


def test_that_a_clock_that_passed_while_nobody_looked_is_marked_late() -> None:
    happening = expiring(raised(), Step.ACK, AT + minutes(60))
    assert happening is not None
    assert happening.late
    assert happening.due_at == AT + minutes(10)


def test_that_nothing_expires_before_its_time_or_after_signing() -> None:
    assert expiring(raised(), Step.ACK, AT + minutes(9)) is None
    signed = after(raised(), Action.SIGN)
    assert expiring(signed, Step.ACK, AT + minutes(60)) is None
    assert expiring(signed, "tell:shift_lead", AT + minutes(60)) is None


def test_that_the_ladder_tells_the_shift_lead_and_then_the_duty_leader() -> None:
    alert = raised(AlertLevel.RED)
    for what, after_min in (("tell:shift_lead", 1), ("tell:duty_leader", 5)):
        happening = expiring(alert, what, AT + minutes(after_min))
        assert happening is not None
        alert = evolve(alert, happening)
    assert alert.escalated_to == Role.DUTY_LEADER
    assert alert.rungs == ()


def test_that_a_signature_with_no_work_behind_it_lapses() -> None:
    signed = after(raised(AlertLevel.RED), Action.SIGN)
    happening = expiring(signed, "sign_lapse", AT + minutes(30))
    assert happening is not None
    lapsed = evolve(signed, happening)
    assert lapsed.ack is Ack.UNACK
    assert due(lapsed, "ack") == AT + minutes(31)
    assert "sign_lapse" not in {d.what for d in dues(at_work(Work.DISPATCHED))}


def test_that_a_return_restarts_the_dispatch_clock() -> None:
    at = AT + minutes(100)
    alert = after(at_work(Work.DISPATCHED), Action.RETURN, LIAISON, at=at, text="非本部门")
    assert due(alert, "dispatch") == at + minutes(30)
    assert alert.clock(Step.ONSITE) is None


def test_that_of_two_officers_on_one_version_the_second_is_told_who_was_first() -> None:
    alert = raised()
    signed = after(alert, Action.SIGN, DUTY)
    with pytest.raises(Refusal) as refused:
        decide(signed, Command(alert.id, Action.SIGN, alert.version), LEAD, AT)
    assert refused.value.reason_zh == "王*已先签收，请看最新"


def test_that_a_plain_repeat_is_not_held_against_an_officer_but_a_rise_is() -> None:
    alert = raised()
    seen = alert.version
    repeat = raising(alert, detection(), AT, "")
    assert repeat is not None
    alert = evolve(alert, repeat)
    assert decide(alert, Command(alert.id, Action.SIGN, seen), DUTY, AT).kind is HappeningKind.SIGNED
    rise = raising(alert, detection(AlertLevel.RED), AT, "")
    assert rise is not None
    alert = evolve(alert, rise)
    with pytest.raises(Refusal):
        decide(alert, Command(alert.id, Action.SIGN, seen), DUTY, AT)


def test_that_a_version_from_the_future_is_refused() -> None:
    alert = raised()
    with pytest.raises(Refusal):
        decide(alert, Command(alert.id, Action.SIGN, alert.version + 1), DUTY, AT)


# --------------------------------------------------------------------------------- merging, the rest


def test_that_a_merge_moves_evidence_up_and_unmerging_runs_the_clocks_on() -> None:
    parent = raised(key="R|other", evidence=(Evidence("甲", "1"),))
    parent = replace(parent, id="YJ-1120-0002")
    child = after(raised(), Action.SIGN)
    absorbed = evolve(parent, absorbing(parent, child, DUTY, AT))
    assert [line.text for line in absorbed.evidence] == ["甲", "进出"]
    merged = after(child, Action.MERGE, parent_id=parent.id, at=AT + minutes(5))
    assert not merged.is_open
    assert dues(merged) == ()
    again = after(merged, Action.UNMERGE, at=AT + minutes(9))
    assert (again.work, again.parent_id, again.clocks) == (Work.NEW, "", child.clocks)


def test_that_an_alert_cannot_be_merged_into_itself_or_a_closed_one() -> None:
    alert = raised()
    assert why_not(alert, Action.MERGE, parent_id=alert.id) == "不能并入自己"
    with pytest.raises(Refusal, match="已办结"):
        absorbing(replace(at_work(Work.CLOSED), id="x"), alert, DUTY, AT)


def test_that_reopening_asks_for_a_new_verdict_and_starts_new_clocks() -> None:
    at = AT + minutes(1000)
    again = after(at_work(Work.CLOSED), Action.REOPEN, LEAD, at=at, text="复发")
    assert (again.work, again.verdict, again.closed_at, again.ack) == (Work.VERIFYING, None, None, Ack.ACKED)
    assert due(again, "dispatch") == at + minutes(30)


def test_that_suppression_hides_all_but_red_and_ends() -> None:
    assert suppressing(raised(AlertLevel.RED), "停电", AT) is None
    alert = raised()
    happening = suppressing(alert, "停电", AT)
    assert happening is not None
    hidden = evolve(alert, happening)
    assert (hidden.visibility, hidden.suppressed_by) == (Visibility.SUPPRESSED, "停电")
    assert expiring(hidden, Step.ACK, AT + minutes(60)) is None
    back = showing(hidden, AT + minutes(60))
    assert back is not None
    shown = evolve(hidden, back)
    assert shown.visibility is Visibility.VISIBLE
    assert due(shown, "ack") == AT + minutes(70)


def test_that_supervising_is_for_leads_and_notes_are_only_added() -> None:
    alert = raised()
    assert why_not(alert, Action.SUPERVISE) == "须值班长"
    alert = after(alert, Action.SUPERVISE, LEAD)
    assert alert.supervised
    alert = after(after(alert, Action.NOTE, text="甲"), Action.NOTE, LIAISON, text="乙")
    assert [(note.text, note.by) for note in alert.notes] == [("甲", "王*"), ("乙", "周*")]


def test_that_a_desk_acts_only_within_its_reach() -> None:
    assert refusals(raised(), BOATS)[Action.NOTE] == "不在本席职责"
    assert refusals(raised(scene="boats"), BOATS)[Action.NOTE] == ""
    assert refusals(raised(scene="boats"), POLICE)[Action.NOTE] == "不在本席职责"


def test_that_happenings_and_alerts_survive_json() -> None:
    alert = at_work(Work.DISPATCHED)
    assert msgspec.json.decode(msgspec.json.encode(alert), type=Alert) == alert
    happening = raising(None, detection(), AT, "x")
    assert msgspec.json.decode(msgspec.json.encode(happening), type=Happening) == happening


def test_that_a_happening_out_of_turn_cannot_be_folded_in() -> None:
    alert = raised()
    happening = decide(alert, Command(alert.id, Action.SIGN, 1), DUTY, AT)
    with pytest.raises(ValueError, match="does not follow"):
        evolve(evolve(alert, happening), happening)
    with pytest.raises(ValueError, match="begins with a raise"):
        evolve(None, happening)


def test_that_every_level_has_every_clock() -> None:
    for level in AlertLevel:
        assert set(LIMITS.levels[level].limits) == set(Step)
