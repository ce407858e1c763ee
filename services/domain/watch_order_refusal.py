"""Who may ask for what of an order in which state, in the words of a greyed button."""

from __future__ import annotations

from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP
from services.domain.watch_order import STATE_WORDS, Spot, WatchOrder, WatchState
from services.domain.watch_order_steps import (
    ApplyWatch,
    ApproveWatch,
    AskExtension,
    ConfirmSpot,
    NoteHit,
    RejectWatch,
    RevokeSpot,
    WithdrawWatch,
)

APPLICANTS = DUTY_UP | {Role.POLICE_ROOM, Role.DEPT_LIAISON}
APPROVERS = frozenset({Role.DUTY_LEADER})
REASON_LEAST = 4  # characters
VAGUE = frozenset({"关注", "重点关注", "关注车辆", "需要关注", "持续关注", "工作需要", "领导要求"})


def refusal(order: WatchOrder | None, wish: type, officer: Officer) -> str:
    """Why this may not be asked now, in the button's words; empty when it may."""
    return _refused_role(order, wish, officer) or _refused_state(order, wish)


def _refused_role(order: WatchOrder | None, wish: type, officer: Officer) -> str:
    role = officer.role
    if wish is NoteHit:
        return "" if role is Role.ENGINE else "命中由规则引擎记入"
    if wish in (ConfirmSpot, RevokeSpot):
        return _refused_checker(order, officer)
    if wish in (ApproveWatch, RejectWatch):
        return _refused_approver(order, officer)
    return "" if role in APPLICANTS else "须值班、公安或部门联络岗位"


def _refused_approver(order: WatchOrder | None, officer: Officer) -> str:
    if officer.role not in APPROVERS:
        return "审批须带班领导"
    own = order is not None and officer.id in (order.applied_by_id, order.extension.by_id if order.extension else "")
    return "申请人不能审批自己的申请" if own else ""


def _refused_checker(order: WatchOrder | None, officer: Officer) -> str:
    if officer.role is not Role.SECADMIN:
        return "抽查须安全管理员"
    own = order is not None and officer.id in (order.applied_by_id, order.approved_by_id)
    return "申请或审批人不能自己抽查" if own else ""


def _refused_state(order: WatchOrder | None, wish: type) -> str:
    if order is None:
        return "" if wish is ApplyWatch else "先选一张布控单"
    if wish is ApplyWatch:
        return ""
    word = STATE_WORDS[order.state]
    if wish in (ApproveWatch, RejectWatch):
        waits = order.state is WatchState.APPLIED or (order.is_active and order.extension is not None)
        return "" if waits else f"{word}，没有待审批的申请"
    if wish in (ConfirmSpot, RevokeSpot):
        return "" if order.is_active and order.spot is Spot.WAITING else "不在抽查之列"
    if wish is AskExtension:
        if order.is_active and order.extension is not None:
            return "已有延期申请待批"
        return "" if order.is_active else f"{word}，不能延期"
    if wish is WithdrawWatch:
        return "" if order.is_open else f"{word}，已无可撤"
    return "" if order.valid_from is not None else f"{word}，没有生效过"
