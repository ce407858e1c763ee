"""Is each transition right: by whom, from where, with what, and what the clocks do."""

from __future__ import annotations

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
    Evidence,
    Step,
    Verdict,
    Visibility,
    Work,
)
from services.domain.happening import Happening, HappeningKind
from services.domain.levels import LIMITS
from services.domain.life import (
    Refusal,
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
from services.domain.reasons import FalseReason, ReturnReason, Satisfaction
from tests.unit.alert_life import (
    AT,
    BOATS,
    DUTY,
    LEAD,
    LEADER,
    LIAISON,
    POLICE,
    WALL,
    after,
    at_work,
    detection,
    due,
    minutes,
    raised,
    why_not,
)


def test_that_the_straight_way_leads_from_new_to_archived_and_each_step_is_on_the_step_line() -> None:
    alert = at_work(Work.ARCHIVED)
    assert [what for what, _, _ in alert.steps] == [
        "new", "acked", "verifying", "dispatched", "accepted", "handling", "feedback", "review", "closed", "archived",
    ]  # fmt: skip
    assert alert.verdict is Verdict.TRUE
    assert alert.disposition == "已办居住登记"
    assert alert.steps[1][2] == "王*"


PARENT = raised(number=2, key="R|other")


@pytest.mark.parametrize(
    ("work", "action", "who", "fields", "becomes"),
    [
        (Work.DISPATCHED, Action.RETURN, LIAISON, {"return_reason": ReturnReason.UNCLEAR}, Work.RETURNED),
        (Work.HANDLING, Action.SUSPEND, LEAD, {"text": "待设备", "until": AT + minutes(60)}, Work.SUSPENDED),
        (Work.REVIEW, Action.REWORK, DUTY, {"text": "照片不清"}, Work.REWORK),
        (Work.REVIEW, Action.CLOSE, DUTY, {"text": "好", "satisfaction": Satisfaction.FAIR}, Work.CLOSED),
        (Work.CLOSED, Action.REOPEN, LEAD, {"text": "复发"}, Work.VERIFYING),
        (Work.HANDLING, Action.MERGE, DUTY, {"parent_id": "YJ-1120-0002", "parent": PARENT}, Work.MERGED),
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
    anywhere = (
        {"merge", "shelve", "supervise", "note", "relevel", "link"}
        if work not in (Work.CLOSED, Work.ARCHIVED)
        else set()
    )
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
        ("tell:dept_liaison", minutes(2)),
        ("tell:duty_leader", minutes(3)),
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


def test_that_the_ladder_tells_the_desk_the_shift_lead_the_department_and_the_chief() -> None:
    alert = raised(AlertLevel.ORANGE)
    rungs = ("ack", 3), ("tell:shift_lead", 4.5), ("tell:dept_liaison", 6), ("tell:duty_leader", 9)
    told = []
    for what, after_min in rungs:
        assert expiring(alert, what, AT + minutes(after_min - 0.1)) is None
        happening = expiring(alert, what, AT + minutes(after_min))
        assert happening is not None
        told.append(happening.text)
        alert = evolve(alert, happening)
    assert told == ["duty", "shift_lead", "dept_liaison", "duty_leader"]
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
    alert = after(at_work(Work.DISPATCHED), Action.RETURN, LIAISON, at=at, return_reason=ReturnReason.UNCLEAR)
    assert due(alert, "dispatch") == at + minutes(30)
    assert alert.clock(Step.ONSITE) is None


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


# ----------------------------------------------------------------------------------------- the rest


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
    alert = after(after(alert, Action.NOTE, text="甲"), Action.NOTE, POLICE, text="乙")
    assert [(note.text, note.by) for note in alert.notes] == [("甲", "王*"), ("乙", "李*")]


def test_that_a_department_acts_on_its_own_tasks_and_notes_where_it_supports() -> None:
    alert = at_work(Work.DISPATCHED, support=("消防救援",))
    fire = Officer("f", "丁火", Role.DEPT_LIAISON, department="消防救援")
    traffic = Officer("j", "郑洁", Role.DEPT_LIAISON, department="交通运输")
    nobody = Officer("n", "无名", Role.DEPT_LIAISON)
    assert refusals(alert, LIAISON)[Action.ACCEPT] == ""
    assert (refusals(alert, fire)[Action.ACCEPT], refusals(alert, fire)[Action.NOTE]) == ("非本部门任务", "")
    assert (refusals(alert, traffic)[Action.RETURN], refusals(alert, traffic)[Action.NOTE]) == ("非本部门任务",) * 2
    assert refusals(alert, nobody)[Action.ACCEPT] == "账号未设部门"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN])
def test_that_who_does_not_work_on_alerts_commands_nothing(role: Role) -> None:
    assert all(refusals(at_work(Work.REVIEW), Officer("x", "某", role)).values())


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
