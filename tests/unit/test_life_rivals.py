"""Two desks on one alert: the second is told who was first, with both values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from services.domain.alert import Action, Alert, AlertLevel, Command, Work
from services.domain.life import Refusal, decide
from services.domain.officer import Officer
from services.domain.reasons import FalseReason, ResultCode, ReturnReason
from tests.unit.alert_life import AT, DUTY, LEAD, LIAISON, after, at_work, found, minutes, raised

UNTIL: datetime = AT + minutes(30)


def told(first: Alert, wish: Action, seen: int, who: Officer = LEAD, **fields: Any) -> str:
    with pytest.raises(Refusal) as refused:
        decide(first, Command(first.id, wish, seen, **fields), who, AT)
    return refused.value.reason_zh


def dispatched(department: str) -> tuple[Alert, int]:
    seen = at_work(Work.VERIFYING)
    return after(seen, Action.DISPATCH, department=department, text="核实"), seen.version


def test_that_who_signs_second_is_told_who_signed() -> None:
    alert = raised()
    assert told(after(alert, Action.SIGN), Action.SIGN, alert.version) == "王*已先签收，请看最新"


def test_that_both_departments_are_named() -> None:
    first, seen = dispatched("交通")
    wish = {"department": "公安", "text": "核实"}
    assert told(first, Action.DISPATCH, seen, **wish) == "王*已先派往交通（您要派往公安），请看最新"


def test_that_the_same_wish_is_said_to_be_the_same() -> None:
    first, seen = dispatched("公安")
    wish = {"department": "公安", "text": "上门"}
    assert told(first, Action.DISPATCH, seen, **wish) == "王*已先派往公安（您也要派往公安），请看最新"


@pytest.mark.parametrize(
    ("action", "done", "wish", "wanted", "said"),
    [
        (Action.SHELVE, {"text": "x", "until": UNTIL}, Action.SIGN, {}, "王*已先暂缓至 11-20 14:30（您要签收）"),
        (
            Action.SIGN,
            {},
            Action.SHELVE,
            {"text": "x", "until": UNTIL},
            "王*已先签收（您要暂缓至 11-20 14:30）",
        ),
        (Action.SIGN, {}, Action.RELEVEL, {"level": AlertLevel.RED}, "王*已先签收（您要调为红色）"),
        (Action.SIGN, {}, Action.NOTE, {"text": "电话"}, "王*已先签收（您要备注“电话”）"),
    ],
)
def test_that_each_is_told_in_its_own_words(action, done, wish, wanted, said) -> None:
    alert = raised()
    assert told(after(alert, action, **done), wish, alert.version, **wanted) == f"{said}，请看最新"


def test_that_a_verdict_names_its_reason() -> None:
    seen = at_work(Work.VERIFYING)
    first = after(seen, Action.FALSE_ALARM, false_reason=FalseReason.WEATHER)
    said = told(first, Action.FALSE_ALARM, seen.version, false_reason=FalseReason.TEST)
    assert said == "王*已先定为误报（天气影响）（您要定为误报（测试）），请看最新"


def test_that_a_return_a_result_and_a_close_are_told_with_theirs() -> None:
    seen = at_work(Work.DISPATCHED)
    back = after(seen, Action.RETURN, LIAISON, return_reason=ReturnReason.UNCLEAR)
    assert told(back, Action.ACCEPT, seen.version).startswith("周*已先退回（任务信息不全）（您要接单）")
    seen = at_work(Work.HANDLING)
    fed = after(seen, Action.FEEDBACK, LIAISON, text="x", result=ResultCode.DONE)
    assert told(fed, Action.SUSPEND, seen.version, until=UNTIL).startswith("周*已先反馈“已处置完毕”（您要挂起至")
    seen = after(at_work(Work.VERIFYING), Action.NO_ACTION)
    closed = after(seen, Action.CLOSE, text="本人在家，已经逐户核对过并登记")
    assert told(closed, Action.CLOSE, seen.version, text="误报") == (
        "王*已先办结“本人在家，已经逐户核对…”（您要办结“误报”），请看最新"
    )


def test_that_a_rise_is_told_as_one() -> None:
    alert = raised()
    assert told(found(alert, AlertLevel.RED), Action.SHELVE, alert.version, DUTY) == (
        "系统已先升为红色（您要暂缓），请看最新"
    )


def test_that_a_version_nobody_has_seen_is_refused_without_naming_anyone() -> None:
    alert = raised()
    assert told(alert, Action.SIGN, alert.version + 1) == f"{alert.id} 尚无此版本，请看最新"
