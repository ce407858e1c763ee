"""The life of an alert: what an officer's command, a detection or the clock makes of it.

``decide`` and its engine-side siblings say what happens, ``evolve`` says what the alert is then.
Both are pure; the log of happenings alone rebuilds every alert. The laws: a repeat of an open key
counts and never moves a shelf or a clock; the level only rises, and a rise takes the signature and
the shelf away because it is a fact nobody has seen; returning to normal neither signs nor closes;
unshelved by hand is signed, by time is unsigned; a closed alert is never used again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.domain.alert import (
    Ack,
    Action,
    Alert,
    AlertLevel,
    Command,
    Condition,
    Detection,
    Step,
    Verdict,
    Visibility,
    Work,
)
from services.domain.clocks import clocks_after, resumed, stopped, tightened, unsigned_again
from services.domain.evolve import evolve
from services.domain.guard import LEADS, WORK_WORDS, missing, refusal, refusals
from services.domain.happening import HAPPENING_WORDS, Due, Happening, HappeningKind
from services.domain.levels import LIMITS, Limits
from services.domain.officer import ENGINE, Officer

__all__ = [
    "HAPPENING_WORDS",
    "LIMITS",
    "STEP_WORDS",
    "WORK_WORDS",
    "Due",
    "Happening",
    "HappeningKind",
    "Refusal",
    "absorbing",
    "clearing",
    "decide",
    "dues",
    "evolve",
    "expiring",
    "raising",
    "refusals",
    "showing",
    "suppressing",
]

STEP_WORDS: Mapping[Step, str] = {
    Step.ACK: "签收",
    Step.DISPATCH: "派单",
    Step.ONSITE: "到场",
    Step.FEEDBACK: "反馈",
    Step.CLOSE: "办结",
}

KINDS: Mapping[Action, HappeningKind] = {
    Action.SIGN: HappeningKind.SIGNED,
    Action.VERIFY: HappeningKind.VERIFYING,
    Action.DISPATCH: HappeningKind.DISPATCHED,
    Action.ACCEPT: HappeningKind.ACCEPTED,
    Action.HANDLE: HappeningKind.HANDLING,
    Action.FEEDBACK: HappeningKind.FED_BACK,
    Action.REVIEW: HappeningKind.REVIEWED,
    Action.REWORK: HappeningKind.SENT_BACK,
    Action.RETURN: HappeningKind.RETURNED,
    Action.SUSPEND: HappeningKind.SUSPENDED,
    Action.RESUME: HappeningKind.RESUMED,
    Action.FALSE_ALARM: HappeningKind.JUDGED,
    Action.NO_ACTION: HappeningKind.JUDGED,
    Action.CLOSE: HappeningKind.CLOSED,
    Action.ARCHIVE: HappeningKind.ARCHIVED,
    Action.MERGE: HappeningKind.MERGED,
    Action.UNMERGE: HappeningKind.UNMERGED,
    Action.SHELVE: HappeningKind.SHELVED,
    Action.UNSHELVE: HappeningKind.UNSHELVED,
    Action.REOPEN: HappeningKind.REOPENED,
    Action.SUPERVISE: HappeningKind.SUPERVISED,
    Action.NOTE: HappeningKind.NOTED,
}


class Refusal(Exception):  # noqa: N818 a refusal is an answer, not a fault
    """A command that may not be done. ``reason_zh`` is ready for the button or the card."""

    def __init__(self, reason_zh: str) -> None:
        super().__init__(reason_zh)
        self.reason_zh = reason_zh


def decide(alert: Alert, command: Command, officer: Officer, at: datetime, limits: Limits = LIMITS) -> Happening:
    """What an officer's command makes happen. Raises Refusal.

    A version older than the last one a person or a rise made is refused; repeats, notes and late
    clocks that came in between are not held against the officer.
    """
    if not alert.acted_version <= command.expected_version <= alert.version:
        raise Refusal(f"{alert.acted_by}已先{HAPPENING_WORDS[HappeningKind(alert.acted)]}，请看最新")
    why = refusal(alert, command.action, officer) or missing(alert, command, officer, at, limits)
    if why:
        raise Refusal(why)
    said = Happening(
        kind=KINDS[command.action],
        alert_id=alert.id,
        version=alert.version + 1,
        at=at,
        officer_id=officer.id,
        officer_name=officer.name,
        role=officer.role.value,
        text=command.text.strip(),
        department=command.department.strip(),
        false_reason=command.false_reason,
        until=command.until,
        parent_id=command.parent_id,
        clocks=clocks_after(alert, command, at, limits),
    )
    return replace(said, **_particulars(alert, command, officer, at, limits))


def raising(
    existing_open: Alert | None,
    detection: Detection,
    at: datetime,
    new_id: str,
    previous_id: str = "",
    limits: Limits = LIMITS,
) -> Happening | None:
    """What a detection makes happen: a new alert, or a repeat of the open one with the same key.

    None when it says nothing new: a standing condition that the open alert already shows at this level.
    """
    if existing_open is None:
        return _by_engine(
            HappeningKind.RAISED,
            new_id,
            1,
            at,
            previous_id=previous_id,
            level=detection.level,
            clocks=tuple(limits.clock(detection.level, step, at) for step in (Step.ACK, Step.DISPATCH, Step.CLOSE)),
            rungs=limits.ladder(detection.level, at),
            detection=detection,
        )
    alert = existing_open
    if detection.level > alert.level:
        return _by_engine(
            HappeningKind.REPEATED,
            alert.id,
            alert.version + 1,
            at,
            level=detection.level,
            clocks=tightened(alert, detection.level, at, limits),
            rungs=limits.ladder(detection.level, at),
            detection=detection,
        )
    if detection.standing and alert.condition is Condition.ACTIVE:
        return None
    return _by_engine(HappeningKind.REPEATED, alert.id, alert.version + 1, at, detection=detection)


def clearing(alert: Alert, at: datetime, auto_close: bool = False) -> Happening | None:
    """The condition is back to normal. ``auto_close`` is a rule's wish and holds for an untouched blue one."""
    if not alert.is_open or alert.condition is Condition.RTN:
        return None
    if auto_close and alert.level is AlertLevel.BLUE and alert.work is Work.NEW:
        return _by_engine(
            HappeningKind.AUTO_CLOSED,
            alert.id,
            alert.version + 1,
            at,
            text="条件消除，自动办结",
            verdict=Verdict.NO_ACTION,
            clocks=stopped(alert.clocks, at),
            rungs=(),
        )
    return _by_engine(HappeningKind.CLEARED, alert.id, alert.version + 1, at)


def dues(alert: Alert) -> tuple[Due, ...]:
    """Everything that will come to this alert by itself; the rows of the deadline table."""
    if not alert.is_open:
        return ()
    unsigned = alert.ack is Ack.UNACK and alert.visibility is Visibility.VISIBLE
    found = [
        Due(clock.step.value, clock.due_at)
        for clock in alert.clocks
        if clock.runs and clock.late_at is None and (clock.step is not Step.ACK or unsigned)
    ]
    if unsigned:
        found += [Due(f"tell:{rung.role}", rung.due_at) for rung in alert.rungs]
    if alert.shelved_until is not None:
        found.append(Due("unshelve", alert.shelved_until))
    if alert.acked_until and alert.ack is Ack.ACKED and alert.work in (Work.NEW, Work.VERIFYING):
        found.append(Due("sign_lapse", alert.acked_until))
    if alert.work is Work.SUSPENDED and alert.suspended_until:
        found.append(Due("resume", alert.suspended_until))
    return tuple(found)


def expiring(alert: Alert, what: Step | str, at: datetime, limits: Limits = LIMITS) -> Happening | None:
    """What a passed deadline makes happen; None when it no longer counts or has not passed yet.

    One that passed while nobody ran the clock happens once, marked late.
    """
    due = next((d for d in dues(alert) if d.what == what and d.due_at <= at), None)
    if due is None:
        return None
    happened = _by_engine(
        HappeningKind.ESCALATED,
        alert.id,
        alert.version + 1,
        at,
        due_at=due.due_at,
        late=at - due.due_at > limits.late_after,
    )
    if due.what == "unshelve":
        return replace(happened, kind=HappeningKind.SHELF_ENDED, **unsigned_again(alert, at, limits))
    if due.what == "sign_lapse":
        return replace(happened, kind=HappeningKind.SIGN_LAPSED, **unsigned_again(alert, at, limits))
    if due.what == "resume":
        return replace(happened, kind=HappeningKind.RESUMED, clocks=resumed(alert.clocks, at))
    if due.what.startswith("tell:"):
        role = due.what.removeprefix("tell:")
        rungs = tuple(rung for rung in alert.rungs if rung.role != role)
        return replace(happened, text=role, rungs=rungs, step=Step.ACK)
    step = Step(due.what)
    clocks = tuple(replace(c, late_at=at) if c.step is step and c.runs else c for c in alert.clocks)
    return replace(happened, step=step, clocks=clocks)


def absorbing(parent: Alert, child: Alert, officer: Officer, at: datetime) -> Happening:
    """The parent's side of a merge: the child's evidence moves up. Raises Refusal if it cannot take it."""
    if not parent.is_open:
        raise Refusal(f"目标预警{WORK_WORDS[parent.work]}")
    if parent.id == child.id or parent.parent_id == child.id:
        raise Refusal("不能并入自己")
    return Happening(
        kind=HappeningKind.ABSORBED,
        alert_id=parent.id,
        version=parent.version + 1,
        at=at,
        officer_id=officer.id,
        officer_name=officer.name,
        role=officer.role.value,
        parent_id=child.id,
        evidence=child.evidence,
        event_ids=child.event_ids,
    )


def suppressing(alert: Alert, by: str, at: datetime, out_of_service: bool = False) -> Happening | None:
    """The engine hides an alert because of ``by`` (a cause, or the device's own outage). Never a red one."""
    if not alert.is_open or alert.level is AlertLevel.RED or alert.visibility is not Visibility.VISIBLE:
        return None
    kind = HappeningKind.TAKEN_OUT if out_of_service else HappeningKind.SUPPRESSED
    return _by_engine(kind, alert.id, alert.version + 1, at, text=by)


def showing(alert: Alert, at: datetime, limits: Limits = LIMITS) -> Happening | None:
    """What was suppressed or out of service is shown again; an unsigned one has its time to sign from now."""
    if not alert.is_open or alert.visibility not in (Visibility.SUPPRESSED, Visibility.OUT_OF_SERVICE):
        return None
    waiting = {} if alert.is_signed else unsigned_again(alert, at, limits)
    return _by_engine(HappeningKind.SHOWN, alert.id, alert.version + 1, at, **waiting)


def _by_engine(kind: HappeningKind, alert_id: str, version: int, at: datetime, **fields: Any) -> Happening:
    return Happening(kind, alert_id, version, at, ENGINE.id, ENGINE.name, ENGINE.role.value, **fields)


def _particulars(alert: Alert, command: Command, officer: Officer, at: datetime, limits: Limits) -> Mapping[str, Any]:
    match command.action:
        case Action.SIGN:
            return {"until": limits.sign_holds(alert.level, at), "rungs": ()}
        case Action.UNSHELVE:
            return {"until": limits.sign_holds(alert.level, at), "rungs": ()}
        case Action.REVIEW:
            return {"verdict": alert.verdict or Verdict.TRUE}
        case Action.FALSE_ALARM:
            return {"verdict": Verdict.FALSE_ALARM}
        case Action.NO_ACTION:
            return {"verdict": Verdict.NO_ACTION}
        case Action.CLOSE:
            return {"verdict": alert.verdict, "false_reason": alert.false_reason, "rungs": ()}
        case Action.SUSPEND if officer.role not in LEADS:
            return {"kind": HappeningKind.SUSPENSION_ASKED}
        case Action.SUSPEND:
            return {
                "text": command.text.strip() or alert.suspension_asked,
                "until": command.until or alert.suspended_until,
                "clocks": tuple(replace(c, paused_at=at) if c.runs else c for c in alert.clocks),
            }
        case _:
            return {}
