"""What officers owe each other: reasons, results, photos, second persons, visits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.alert import Action, Alert, AlertLevel, Evidence, Step, Verdict, Work
from services.domain.levels import LIMITS
from services.domain.life import dues, evolve, expiring, refusals
from services.domain.officer import Officer, Role
from services.domain.reasons import FalseReason, ResultCode, ReturnReason, Satisfaction
from tests.unit.alert_life import (
    AT,
    DUTY,
    DUTY2,
    LEAD,
    LEAD2,
    LEADER,
    LEADER2,
    LIAISON,
    PHOTO,
    after,
    at_work,
    due,
    minutes,
    raised,
    why_not,
)

# ----------------------------------------------------------------------------------- sending and returning


def test_that_a_return_needs_a_reason_and_who_says_others_names_them() -> None:
    alert = at_work(Work.DISPATCHED)
    assert why_not(alert, Action.RETURN, LIAISON, text="不归我们") == "选择退回原因"
    assert why_not(alert, Action.RETURN, LIAISON, return_reason=ReturnReason.OTHER) == "其他原因须写明"
    assert why_not(alert, Action.RETURN, LIAISON, return_reason=ReturnReason.NOT_OURS) == "填写建议承办单位"
    own = {"return_reason": ReturnReason.NOT_OURS, "department": "公安"}
    assert why_not(alert, Action.RETURN, LIAISON, **own) == "建议单位不能是本单位"
    back = after(alert, Action.RETURN, LIAISON, return_reason=ReturnReason.UNCLEAR)
    assert (back.work, back.return_reason, back.department) == (Work.RETURNED, ReturnReason.UNCLEAR, "公安")


def returned_twice() -> Alert:
    alert = at_work(Work.DISPATCHED)
    ours = Officer("j", "郑洁", Role.DEPT_LIAISON, department="交通")
    alert = after(alert, Action.RETURN, LIAISON, return_reason=ReturnReason.NOT_OURS, department="交通", text="系车辆")
    alert = after(alert, Action.DISPATCH, department="交通", text="核实")
    return after(alert, Action.RETURN, ours, return_reason=ReturnReason.OUT_OF_AREA, department="港航")


def test_that_a_second_return_goes_to_the_shift_lead() -> None:
    alert = returned_twice()
    assert (alert.escalated, alert.escalated_to) == (True, Role.SHIFT_LEAD)
    assert [note.text for note in alert.notes] == [
        "退回：非本部门职责：系车辆，建议交通",
        "退回：不在本辖区，建议港航",
    ]
    assert why_not(alert, Action.DISPATCH, department="市监", text="核实") == "多次退回，须值班长派单"
    sent = after(alert, Action.DISPATCH, LEAD, department="市监", text="核实")
    assert (sent.work, sent.return_reason) == (Work.DISPATCHED, None)


def test_that_how_many_returns_are_one_too_many_is_a_setting() -> None:
    strict = replace(LIMITS, bounces=1)
    back = after(at_work(Work.DISPATCHED), Action.RETURN, LIAISON, limits=strict, return_reason=ReturnReason.UNCLEAR)
    assert refusals(back, DUTY)[Action.DISPATCH] == "多次退回，须值班长派单"
    patient = after(at_work(Work.DISPATCHED), Action.RETURN, LIAISON, return_reason=ReturnReason.UNCLEAR)
    assert refusals(patient, DUTY)[Action.DISPATCH] == ""


def test_that_a_department_sees_the_lines_released_as_they_stood() -> None:
    lines = (Evidence("甲", "1"), Evidence("乙", "2"), Evidence("丙", "3"))
    alert = at_work(Work.VERIFYING, evidence=lines)
    assert why_not(alert, Action.DISPATCH, department="公安", text="核实", released=(0, 3)) == "所勾选的依据不存在"
    assert why_not(alert, Action.DISPATCH, department="公安", text="核实", released=(-1,)) == "所勾选的依据不存在"
    sent = after(alert, Action.DISPATCH, department="公安", text="核实", released=(2, 0, 2))
    assert sent.released == (lines[0], lines[2])
    assert sent.evidence == lines


def test_that_an_agreed_end_falls_with_the_task_that_was_returned() -> None:
    alert = at_work(Work.VERIFYING)
    own = due(alert, "close")
    sent = after(alert, Action.DISPATCH, department="公安", text="核实", until=AT + minutes(60))
    assert due(sent, "close") == AT + minutes(60)
    back = after(sent, Action.RETURN, LIAISON, return_reason=ReturnReason.UNCLEAR)
    assert due(back, "close") == own
    again = after(back, Action.DISPATCH, department="公安", text="核实", until=AT + minutes(90))
    assert due(again, "close") == AT + minutes(90)


# -------------------------------------------------------------------------------------------- suspending


def test_that_a_duty_officer_asks_for_suspension_and_a_shift_lead_grants_it() -> None:
    until = AT + minutes(120)
    asked = after(at_work(Work.HANDLING), Action.SUSPEND, DUTY, text="等备件", until=until)
    assert (asked.work, asked.suspension_asked) == (Work.HANDLING, "等备件")
    assert asked.running is not None, "asking stops no clock"
    assert why_not(asked, Action.SUSPEND, DUTY, text="x", until=until) == "已申请，待值班长批准"
    granted = after(asked, Action.SUSPEND, LEAD)
    assert (granted.work, granted.suspended_until, granted.suspension_asked) == (Work.SUSPENDED, until, "")
    assert granted.running is None


def test_that_a_shift_lead_refuses_a_suspension_with_a_reason() -> None:
    asked = after(at_work(Work.HANDLING), Action.SUSPEND, DUTY, text="等备件", until=AT + minutes(120))
    assert refusals(asked, DUTY)[Action.REFUSE_SUSPENSION] == "须值班长"
    assert refusals(at_work(Work.HANDLING), LEAD)[Action.REFUSE_SUSPENSION] == "无挂起申请"
    assert why_not(asked, Action.REFUSE_SUSPENSION, LEAD) == "填写驳回原因"
    refused = after(asked, Action.REFUSE_SUSPENSION, LEAD, text="备件已到")
    assert (refused.work, refused.suspension_asked, refused.suspended_until) == (Work.HANDLING, "", None)
    assert refused.clocks == asked.clocks
    assert refused.notes[-1].text == "驳回挂起：备件已到"
    assert refusals(refused, DUTY)[Action.SUSPEND] == ""


def test_that_a_wish_to_suspend_ends_with_the_work_it_was_about() -> None:
    asked = after(at_work(Work.HANDLING), Action.SUSPEND, DUTY, text="等备件", until=AT + minutes(120))
    fed = after(asked, Action.FEEDBACK, LIAISON, text="好了", result=ResultCode.DONE)
    assert (fed.suspension_asked, fed.suspended_until) == ("", None)


@pytest.mark.parametrize(
    ("level", "days", "why"),
    [
        (AlertLevel.BLUE, 21, ""),
        (AlertLevel.BLUE, 22, "蓝色最迟挂起至 12-11 17:30"),
        (AlertLevel.ORANGE, 6, "橙色最迟挂起至 11-25 17:30"),
        (AlertLevel.RED, 2, "红色最迟挂起至 11-21 14:00"),
    ],
)
def test_that_a_suspension_ends_within_the_working_days_of_its_level(level: AlertLevel, days: int, why: str) -> None:
    """Blue: fifteen working days from Friday 20 November are Friday 11 December."""
    alert, fields = at_work(Work.HANDLING, level), {"text": "等", "until": AT + minutes(days * 24 * 60)}
    if why:
        assert why_not(alert, Action.SUSPEND, LEAD, **fields) == why
    else:
        assert after(alert, Action.SUSPEND, LEAD, **fields).work is Work.SUSPENDED


def test_that_suspension_pauses_the_clocks_and_resuming_moves_them_by_as_much() -> None:
    handling = at_work(Work.HANDLING)
    before = due(handling, "close")
    paused = after(handling, Action.SUSPEND, LEAD, text="等", until=AT + minutes(600))
    assert {d.what for d in dues(paused)} == {"resume"}
    resumed = after(paused, Action.RESUME, DUTY, at=AT + minutes(90))
    assert (resumed.work, due(resumed, "close")) == (Work.HANDLING, before + minutes(90))


def test_that_a_suspension_ends_by_itself_and_a_late_end_adds_no_time() -> None:
    handling = at_work(Work.HANDLING)
    paused = after(handling, Action.SUSPEND, LEAD, text="等", until=AT + minutes(60))
    happening = expiring(paused, "resume", AT + minutes(300))
    assert happening is not None
    assert happening.late
    again = evolve(paused, happening)
    assert (again.work, due(again, "close")) == (Work.HANDLING, due(handling, "close") + minutes(60))


# --------------------------------------------------------------------------------------- feedback, closing


def test_that_a_feedback_needs_a_result_and_words() -> None:
    alert = at_work(Work.HANDLING)
    assert why_not(alert, Action.FEEDBACK, LIAISON, text="好了") == "选择处置结果"
    assert why_not(alert, Action.FEEDBACK, LIAISON, result=ResultCode.DONE) == "填写处置情况"
    fed = after(alert, Action.FEEDBACK, LIAISON, text="好了", result=ResultCode.EDUCATED)
    assert (fed.work, fed.result, fed.notes[-1].text) == (Work.FEEDBACK, ResultCode.EDUCATED, "反馈：已劝导告知。好了")


@pytest.mark.parametrize(
    ("level", "photos", "why"),
    [
        (AlertLevel.YELLOW, (), ""),
        (AlertLevel.ORANGE, (), "橙色及以上须附照片至少 1 张"),
        (AlertLevel.RED, (), "橙色及以上须附照片至少 1 张"),
        (AlertLevel.RED, ("IMG_1.jpg",), "照片须以 SHA-256 命名"),
        (AlertLevel.YELLOW, ("x" * 64,), "照片须以 SHA-256 命名"),
        (AlertLevel.RED, (PHOTO,), ""),
    ],
)
def test_that_from_orange_up_a_feedback_has_a_photo(level: AlertLevel, photos: tuple[str, ...], why: str) -> None:
    fields = {"text": "好了", "result": ResultCode.DONE, "photos": photos}
    alert = at_work(Work.HANDLING, level)
    if why:
        assert why_not(alert, Action.FEEDBACK, LIAISON, **fields) == why
    else:
        assert after(alert, Action.FEEDBACK, LIAISON, **fields).photos == photos


def test_that_how_many_photos_from_which_level_is_a_setting_and_one_photo_is_not_two() -> None:
    two = replace(LIMITS, photos=2, photos_from=AlertLevel.RED)
    fields = {"limits": two, "text": "好了", "result": ResultCode.DONE, "photos": (PHOTO, PHOTO)}
    red = at_work(Work.HANDLING, AlertLevel.RED)
    assert why_not(red, Action.FEEDBACK, LIAISON, **fields) == "红色须附照片至少 2 张"
    assert after(at_work(Work.HANDLING, AlertLevel.ORANGE), Action.FEEDBACK, LIAISON, **fields).photos == (PHOTO,)


def test_that_photos_of_an_earlier_feedback_are_kept() -> None:
    alert = after(at_work(Work.REVIEW), Action.REWORK, text="看不清")
    alert = after(alert, Action.HANDLE, LIAISON)
    other = "cd" * 32
    alert = after(alert, Action.FEEDBACK, LIAISON, text="重拍", result=ResultCode.DONE, photos=(other, PHOTO))
    assert alert.photos == (PHOTO, other)


def test_that_people_are_asked_afterwards() -> None:
    alert = at_work(Work.REVIEW)
    assert why_not(alert, Action.CLOSE, text="已登记") == "选择回访结果"
    closed = after(alert, Action.CLOSE, text="已登记", satisfaction=Satisfaction.NOT_REACHED)
    assert closed.satisfaction is Satisfaction.NOT_REACHED
    assert after(at_work(Work.REVIEW, scene="checkpoints"), Action.CLOSE, text="已登记").work is Work.CLOSED
    judged = after(at_work(Work.VERIFYING), Action.FALSE_ALARM, false_reason=FalseReason.WEATHER)
    assert after(judged, Action.CLOSE).satisfaction is None, "nobody was visited for a false alarm"


# -------------------------------------------------------------------------------------------- red by two


def test_that_who_reviewed_a_red_one_does_not_close_it() -> None:
    fed = at_work(Work.FEEDBACK, AlertLevel.RED)
    fields = {"text": "好", "satisfaction": Satisfaction.SATISFIED}
    own = after(fed, Action.REVIEW, LEADER)
    assert refusals(own, LEADER)[Action.CLOSE] == "须由另一人办结"
    assert after(own, Action.CLOSE, LEADER2, **fields).work is Work.CLOSED
    assert after(after(fed, Action.REVIEW, DUTY), Action.CLOSE, LEADER, **fields).work is Work.CLOSED


@pytest.mark.parametrize(
    ("action", "fields", "verdict"),
    [
        (Action.FALSE_ALARM, {"false_reason": FalseReason.EQUIPMENT}, Verdict.FALSE_ALARM),
        (Action.NO_ACTION, {}, Verdict.NO_ACTION),
    ],
)
def test_that_a_verdict_that_ends_a_red_one_is_confirmed_by_a_second_person(action, fields, verdict) -> None:
    alert = after(at_work(Work.VERIFYING, AlertLevel.RED), action, LEAD, **fields)
    assert refusals(alert, LEADER)[Action.CLOSE] == "先由另一人复核"
    assert refusals(alert, DUTY)[Action.CONFIRM] == "须值班长"
    assert refusals(alert, LEAD)[Action.CONFIRM] == "须由另一人复核"
    confirmed = after(alert, Action.CONFIRM, LEAD2)
    assert (confirmed.confirmed_by, confirmed.verdict) == (LEAD2.id, verdict)
    assert refusals(confirmed, LEADER)[Action.CONFIRM] == "已复核"
    assert after(confirmed, Action.CLOSE, LEADER).work is Work.CLOSED


def test_that_a_new_verdict_is_confirmed_anew() -> None:
    alert = after(at_work(Work.VERIFYING, AlertLevel.RED), Action.NO_ACTION)
    alert = after(alert, Action.CONFIRM, LEAD)
    alert = after(alert, Action.FALSE_ALARM, false_reason=FalseReason.TEST)
    assert refusals(alert, LEADER)[Action.CLOSE] == "先由另一人复核"


def test_that_only_red_and_only_what_ends_it_is_confirmed() -> None:
    assert refusals(at_work(Work.VERIFYING, AlertLevel.RED), LEAD)[Action.CONFIRM] == "尚未定性"
    yellow = after(at_work(Work.VERIFYING), Action.NO_ACTION)
    assert refusals(yellow, LEAD)[Action.CONFIRM] == "无须复核"
    assert refusals(yellow, DUTY)[Action.CLOSE] == ""


def test_that_who_took_it_down_from_red_does_not_close_it() -> None:
    alert = after(at_work(Work.REVIEW, AlertLevel.RED), Action.RELEVEL, LEAD, text="已控制", level=AlertLevel.BLUE)
    assert refusals(alert, LEAD)[Action.CLOSE] == "须由另一人办结"
    assert refusals(alert, DUTY2)[Action.CLOSE] == ""


def test_that_reopening_forgets_the_verdict_and_who_gave_it() -> None:
    closed = at_work(Work.CLOSED, AlertLevel.RED)
    again = after(closed, Action.REOPEN, LEAD, text="复燃")
    assert (again.verdict, again.judged_by, again.confirmed_by, again.satisfaction) == (None, "", "", None)
    assert again.photos == closed.photos
    assert again.clock(Step.CLOSE) is not None


def test_that_nothing_goes_before_signing_whatever_the_level() -> None:
    for level in AlertLevel:
        assert why_not(raised(level), Action.VERIFY) == "先签收"
