"""The steps of an order on its buttons: which are offered, what each asks, and the wish it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.domain.deed import Wish
from services.domain.officer import Officer
from services.domain.watch_order import Spot, WatchOrder
from services.domain.watch_order_refusal import refusal
from services.domain.watch_order_steps import (
    ApplyWatch,
    ApproveWatch,
    AskExtension,
    ConfirmSpot,
    RejectWatch,
    RevokeSpot,
    WithdrawWatch,
)
from widgets.duty_rows import Act

EXTENSIONS = (7, 15, 30)
_STEPS = (
    ("apply", "新申请", "N", ApplyWatch),
    ("approve", "批准", "A", ApproveWatch),
    ("reject", "驳回", "X", RejectWatch),
    ("extend", "延期", "E", AskExtension),
    ("withdraw", "撤控", "W", WithdrawWatch),
    ("confirm", "抽查确认", "C", ConfirmSpot),
    ("revoke", "抽查撤销", "V", RevokeSpot),
)
_QUESTIONS: Mapping[str, tuple[str, str]] = {
    "approve": ("批准", "（可不填）意见"),
    "reject": ("驳回", "理由"),
    "withdraw": ("撤控", "理由，写入记录"),
    "confirm": ("抽查：依据与事由相符", "（可不填）意见"),
    "revoke": ("抽查：撤销此单", "理由"),
}


def acts_of(order: WatchOrder | None, officer: Officer) -> Sequence[Act]:
    """Every step with why it is refused; those of the spot check only where one waits."""
    acts: list[Act] = []
    for name, words, key, wish in _STEPS:
        if name in ("confirm", "revoke") and (order is None or order.spot is not Spot.WAITING):
            continue
        why = refusal(None if wish is ApplyWatch else order, wish, officer)
        acts.append(Act(name, words, key, why, primary=not why and name in ("approve", "confirm")))
    return acts


def asked_of(step: str) -> dict[str, Any]:
    """What is asked before a step is taken."""
    if step == "extend":
        days = tuple(f"{n} 天" for n in EXTENSIONS)
        return {"words": "延期多久", "choices": days, "chosen": 0, "hint": "延期理由，批准人会看到"}
    words, hint = _QUESTIONS[step]
    return {"words": words, "hint": hint}


def wish_of(step: str, order: WatchOrder, choice: int, words: str) -> Wish:
    about: dict[str, Any] = {"case_id": order.id, "expected_version": order.version}
    match step:
        case "approve":
            return ApproveWatch(**about, note=words)
        case "reject":
            return RejectWatch(**about, reason=words)
        case "withdraw":
            return WithdrawWatch(**about, reason=words)
        case "extend":
            return AskExtension(**about, days=EXTENSIONS[max(0, choice)], reason=words)
        case "confirm":
            return ConfirmSpot(**about, note=words)
        case _:
            return RevokeSpot(**about, reason=words)
