"""What the engine makes happen: an alert is raised, repeated, cleared, hidden or shown again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.domain.alert import Alert, AlertLevel, Condition, Detection, Step, Verdict, Visibility, Work
from services.domain.clocks import stopped, tightened, waiting
from services.domain.happening import Happening, HappeningKind
from services.domain.levels import LIMITS, Limits
from services.domain.officer import ENGINE


def by_engine(kind: HappeningKind, alert_id: str, version: int, at: datetime, **fields: Any) -> Happening:
    return Happening(kind, alert_id, version, at, ENGINE.id, ENGINE.name, ENGINE.role.value, **fields)


def raising(
    existing_open: Alert | None,
    detection: Detection,
    at: datetime,
    new_id: str,
    previous_id: str = "",
    limits: Limits = LIMITS,
    *,
    demo: bool = True,
) -> Happening | None:
    """What a detection makes happen: a new alert, or a repeat of the open one with the same key.

    It rises when the engine finds it worse than ever before and than it stands: a level set by hand
    holds against what was known when it was set. None when it says nothing new: a standing condition
    that the open alert already shows.
    """
    if existing_open is None:
        return by_engine(
            HappeningKind.RAISED,
            new_id,
            1,
            at,
            previous_id=previous_id,
            level=detection.level,
            clocks=tuple(limits.clock(detection.level, step, at) for step in (Step.ACK, Step.DISPATCH, Step.CLOSE)),
            rungs=limits.ladder(detection.level, at),
            detection=detection,
            demo=demo,
        )
    alert = existing_open
    if detection.level > max(alert.level, alert.worst_found):
        return by_engine(
            HappeningKind.REPEATED,
            alert.id,
            alert.version + 1,
            at,
            level=detection.level,
            detection=detection,
            **waiting(tightened(alert.clocks, detection.level, at, limits), detection.level, at, limits),
        )
    if detection.standing and alert.condition is Condition.ACTIVE:
        return None
    return by_engine(HappeningKind.REPEATED, alert.id, alert.version + 1, at, detection=detection)


def clearing(alert: Alert, at: datetime, auto_close: bool = False) -> Happening | None:
    """The condition is back to normal. ``auto_close`` is a rule's wish and holds for an untouched blue one."""
    if not alert.is_open or alert.condition is Condition.RTN:
        return None
    if auto_close and alert.level is AlertLevel.BLUE and alert.work is Work.NEW and not alert.children:
        return by_engine(
            HappeningKind.AUTO_CLOSED,
            alert.id,
            alert.version + 1,
            at,
            text="条件消除，自动办结",
            verdict=Verdict.NO_ACTION,
            clocks=stopped(alert.clocks, at),
            rungs=(),
        )
    return by_engine(HappeningKind.CLEARED, alert.id, alert.version + 1, at)


def suppressing(alert: Alert, by: str, at: datetime, out_of_service: bool = False) -> Happening | None:
    """The engine hides an alert because of ``by`` (a cause, or the device's own outage). Never a red one."""
    if not alert.is_open or alert.level is AlertLevel.RED or alert.visibility is not Visibility.VISIBLE:
        return None
    kind = HappeningKind.TAKEN_OUT if out_of_service else HappeningKind.SUPPRESSED
    return by_engine(kind, alert.id, alert.version + 1, at, text=by)


def showing(alert: Alert, at: datetime, limits: Limits = LIMITS) -> Happening | None:
    """What was suppressed or out of service is shown again; an unsigned one has its time to sign from now."""
    if not alert.is_open or alert.visibility not in (Visibility.SUPPRESSED, Visibility.OUT_OF_SERVICE):
        return None
    again = {} if alert.is_signed else waiting(alert.clocks, alert.level, at, limits)
    return by_engine(HappeningKind.SHOWN, alert.id, alert.version + 1, at, **again)
