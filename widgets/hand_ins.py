"""How a hand-in is said in a row: its alert, its time limit, and which one is selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.domain.alert import Alert, Visibility
from services.domain.boats import (
    HandInRequest,
    HandInState,
    HandInStep,
    running_limit,
)
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.words import duration

KIND = "hand_in_request"
STEP_WORDS = {
    HandInStep.ACCEPT: "受理",
    HandInStep.ASSIGN: "派船",
    HandInStep.COLLECT: "收集",
    HandInStep.STORE: "入仓",
    HandInStep.DISPOSE: "处置",
}
_UNDER_WAY = (HandInState.ASSIGNED, HandInState.EN_ROUTE)
_BESIDE = (HandInState.ALONGSIDE, HandInState.COLLECTING, HandInState.WEIGHED, HandInState.SIGNED)


def limit_words(request: HandInRequest, now: datetime) -> str:
    """``派船 超 2 分``, ``渔清 03 15:06``, ``渔清 02 迟 24 分``, ``渔清 02 靠帮``, ``入仓 余 21 时``."""
    if request.state in _UNDER_WAY and request.vessel_name:
        if request.late_by is not None:
            return f"{request.vessel_name} 迟 {duration(request.late_by.total_seconds())}"
        return f"{request.vessel_name} {local(request.eta):%H:%M}" if request.eta else request.vessel_name
    if request.state in _BESIDE:
        return f"{request.vessel_name} 靠帮"
    limit = running_limit(request)
    if limit is None:
        return "—"
    step, due = limit
    left = (due - now).total_seconds()
    word = "余" if left >= 0 else "超"
    return f"{STEP_WORDS[step]} {word} {_long(abs(left))}"


def _long(seconds: float) -> str:
    if seconds >= 36_000:
        return f"{seconds / 3600:.0f} 时"
    return duration(max(60.0, seconds))


def due_at(request: HandInRequest) -> datetime:
    limit = running_limit(request)
    return limit[1] if limit else request.filed_at


def worst_alerts(alerts: Iterable[Alert]) -> dict[str, Alert]:
    """The worst open alert about each subject, unsigned before signed."""
    worst: dict[str, Alert] = {}
    for alert in alerts:
        if not alert.is_open or alert.visibility is not Visibility.VISIBLE:
            continue
        before = worst.get(alert.subject_id)
        if before is None or (alert.level, not alert.is_signed) > (before.level, not before.is_signed):
            worst[alert.subject_id] = alert
    return worst


def resolve(subject: Subject | None, alerts: Sequence[Alert]) -> Subject | None:
    """An alert stands for what it is about."""
    if subject is not None and subject.kind == "alert":
        alert = next((a for a in alerts if a.id == subject.id), None)
        return Subject(alert.subject_kind, alert.subject_id) if alert else subject
    return subject
