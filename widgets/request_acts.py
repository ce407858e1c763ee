"""What an officer may do with a hand-in, as buttons of the queue: offered by state, asked in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.domain.boats import HandInRequest, HandInState, may_follow
from services.domain.deed import Wish
from services.domain.hand_in_case import (
    AcceptHandIn,
    CancelHandIn,
    DisputeWeight,
    RejectHandIn,
    ReportNoShow,
    SettleDispute,
)
from services.domain.hand_in_course import OFFICERS
from services.domain.officer import Officer
from widgets.duty_rows import Act

_S = HandInState
_STEPS = (
    ("accept", "受理", "Y", _S.ACCEPTED),
    ("reject", "不符", "F", _S.REJECTED),
    ("missed", "未遇船", "U", _S.NO_SHOW),
    ("dispute", "争议", "D", _S.DISPUTED),
    ("cancel", "取消", "X", _S.CANCELLED),
)
_QUESTIONS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "reject": ("判为不符", ("重复申请", "非管辖渔船", "污染物不在受理范围"), "（可选上项或）写明理由"),
    "missed": ("未遇船", ("到位未见渔船", "渔船已离泊", "呼叫无应答"), "（可选上项或）写明情形"),
    "cancel": ("取消申请", ("渔民来电取消", "渔船已返航", "改日再交"), "（可选上项或）写明理由"),
    "dispute": ("计量争议", ("渔民不认船边计量", "仓边与船边相差过大"), "（可选上项或）写明争议，可附主张吨数"),
}


def acts_of(request: HandInRequest | None, officer: Officer | None) -> Sequence[Act]:
    """Filing is always offered; the rest as the state allows, with why it is refused to this officer."""
    why = "" if officer is not None and officer.role in OFFICERS else "须渔船调度员或值班人员"
    acts = [Act("file", "登记", "N", why)]
    if request is None:
        return acts
    for name, words, key, after in _STEPS:
        if may_follow(request.state, after) and not (name == "cancel" and request.reached(_S.SIGNED)):
            acts.append(Act(name, words, key, why, primary=name == "accept" and not why))
    if request.state is _S.DISPUTED:
        acts.append(Act("settle", "商定", "D", why, primary=not why))
    return [*acts, Act("past", "经过", "T")]


def asked_of(step: str, request: HandInRequest) -> dict[str, Any]:
    """What is asked before the step is taken; nothing before an acceptance."""
    if step == "settle":
        told = f"{request.weighed_t:.2f}" if request.weighed_t is not None else ""
        return {"words": f"商定 {request.number} 的吨数", "hint": "吨数，空格后写如何商定", "filled": told}
    words, choices, hint = _QUESTIONS[step]
    return {"words": f"{words} {request.number}", "choices": choices, "chosen": 0, "hint": hint}


def wish_of(step: str, request: HandInRequest, choice: int, words: str) -> Wish:
    """Raises ValueError, in Chinese, for a settlement without a mass."""
    about: dict[str, Any] = {"case_id": request.id, "expected_version": request.version}
    if step == "accept":
        return AcceptHandIn(**about)
    if step == "settle":
        mass_t, reason = split_mass(words)
        return SettleDispute(**about, agreed_t=mass_t, reason=reason)
    chosen = _QUESTIONS[step][1][choice] if 0 <= choice < len(_QUESTIONS[step][1]) else ""
    reason = "：".join(part for part in (chosen, words) if part)
    if step == "dispute":
        return DisputeWeight(**about, reason=reason, claimed_t=_claimed(words))
    made: Mapping[str, Any] = {"reject": RejectHandIn, "missed": ReportNoShow, "cancel": CancelHandIn}
    return made[step](**about, reason=reason)


def split_mass(words: str) -> tuple[float, str]:
    """``0.26 双方复秤`` → 0.26 and the rest. Raises ValueError in Chinese."""
    first, _, rest = words.strip().partition(" ")
    try:
        return float(first.removesuffix("t").removesuffix("吨")), rest.strip()
    except ValueError:
        raise ValueError("请先写吨数，例如 0.26 双方复秤") from None


def _claimed(words: str) -> float | None:
    try:
        return split_mass(words)[0]
    except ValueError:
        return None
