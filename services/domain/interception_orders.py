"""Who may order an interception of what, and whether it makes sense: all that an order is refused for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.domain.alert import Alert, AlertLevel, Work
from services.domain.deed import Refused, World
from services.domain.intercept_window import InterceptionWindow, NextPlace, refusal
from services.domain.interception_case import (
    STATE_WORDS,
    FollowedOnly,
    FollowOnly,
    Interception,
    InterceptionConfirmed,
    InterceptionOrdered,
    OrderInterception,
    OrderState,
)
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP, LEADS

NAME = "interception"
POLICE = frozenset({"公安", "交警", "公安交警"})  # departments whose liaisons order for themselves

PATROLS = POLICE | {"交通", "交通运输", "综合执法"}


def order_refusal(alert: Alert, officer: Officer) -> str:
    """Why this officer may order nothing about this alert now; "" when he may."""
    if not may_order(officer):
        return "须值班员或公安"
    if not alert.is_open:
        return "预警已办结"
    if not alert.is_signed:
        return "先签收"
    return "先核查号牌" if alert.work is Work.NEW else ""


def may_order(officer: Officer) -> bool:
    return officer.role in DUTY_UP or (officer.role is Role.DEPT_LIAISON and officer.department in POLICE)


def may_report(officer: Officer) -> bool:
    """Who enters what the road says: duty officers, and liaisons of those who have patrols."""
    return officer.role in DUTY_UP or (officer.role is Role.DEPT_LIAISON and officer.department in PATROLS)


def ordered(wish: OrderInterception, officer: Officer, at: datetime, world: World) -> InterceptionOrdered:
    alert = _alert(wish.alert_id, officer, world)
    _require_free(alert.id, world)
    told = _window(alert.id, world)
    place = _place(told, wish)
    reason = refusal(place, at, told.margin_s)
    if reason:
        raise Refused(f"{place.name}来不及：{reason}" if "P80" in reason else f"{place.name}：{reason}")
    other = next((one for one in world.cases(NAME) if one.unit_id == place.unit_id), None)
    if other is not None:
        raise Refused(f"{place.call_sign} 已受令 {other.id}，请另选单位")
    red = alert.level is AlertLevel.RED
    return InterceptionOrdered(
        what=f"{place.name} · {place.call_sign}",
        alert_id=alert.id,
        checkpoint_id=place.checkpoint_id,
        checkpoint_name=place.name,
        unit_id=place.unit_id,
        call_sign=place.call_sign,
        chance=place.chance,
        p20_at=place.p20_at,
        p80_at=place.p80_at,
        unit_s=place.unit_s,
        red=red,
        confirm_by=at + timedelta(seconds=told.decision_s) if red else None,
        feedback_by=at + timedelta(seconds=told.feedback_s),
    )


def _window(alert_id: str, world: World) -> InterceptionWindow:
    windows: Sequence[InterceptionWindow] = world.topic("interception_windows")
    found = next((one for one in windows if one.id == alert_id), None)
    if found is None or found.is_over:
        raise Refused("没有拦截窗口：车辆未再出现")
    return found


def _place(told: InterceptionWindow, wish: OrderInterception) -> NextPlace:
    place = next((one for one in told.places if one.checkpoint_id == wish.checkpoint_id), None)
    if place is None:
        raise Refused("车辆去向已变，请看最新的下一卡口")
    if wish.unit_id and place.unit_id and wish.unit_id != place.unit_id:
        raise Refused(f"最近的单位已是 {place.call_sign}，请看最新")
    return place


def confirmed(case: Interception, officer: Officer, at: datetime, world: World) -> InterceptionConfirmed:
    if case.state is not OrderState.ASKED or case.feedback_by is None:
        raise Refused("无须再确认")
    if officer.role not in LEADS and not (may_order(officer) and officer.role is Role.DEPT_LIAISON):
        raise Refused("红色拦截须值班长或公安确认")
    if officer.id == case.asker_id:
        raise Refused("须由另一人确认")
    alert = world.alert(case.alert_id)
    if alert is None or not alert.is_open:
        raise Refused("预警已办结")
    return InterceptionConfirmed(case.line, at + (case.feedback_by - case.asked_at))


def followed(wish: FollowOnly, officer: Officer, world: World) -> FollowedOnly:
    alert = _alert(wish.alert_id, officer, world)
    _require_free(alert.id, world)
    return FollowedOnly("不下拦截令", alert.id, needed(wish.reason, "请写明为何不拦"))


def _alert(alert_id: str, officer: Officer, world: World) -> Alert:
    alert = world.alert(alert_id)
    if alert is None:
        raise Refused(f"没有编号为 {alert_id} 的预警")
    reason = order_refusal(alert, officer)
    if reason:
        raise Refused(reason)
    return alert


def _require_free(alert_id: str, world: World) -> None:
    other = next((one for one in world.cases(NAME) if one.alert_id == alert_id), None)
    if other is not None:
        raise Refused(f"{other.asked_by}已下令：{other.line}（{STATE_WORDS[other.state]}）")


def require_orderer(officer: Officer) -> None:
    if not may_order(officer):
        raise Refused("须值班员或公安")


def require_road(case: Interception, officer: Officer) -> None:
    """What the road says is entered by who may hear it; it says nothing of an order that was not given yet."""
    if not may_report(officer):
        raise Refused("须值班员或路面单位所属部门")
    if case.state is OrderState.ASKED:
        raise Refused("尚待第二人确认")


def needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()
