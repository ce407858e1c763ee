"""The life of an alert: what an officer's command, a detection or the clock makes of it.

``decide`` and its engine-side siblings say what happens, ``evolve`` says what the alert is then.
Both are pure; the log of happenings alone rebuilds every alert. The laws: a repeat of an open key
counts and never moves a shelf or a clock; the level only rises, and a rise takes the signature and
the shelf away because it is a fact nobody has seen; returning to normal neither signs nor closes;
unshelved by hand is signed, by time is unsigned; a closed alert is never used again; a red one is
closed by two persons; nobody is told of a missing signature after it was given or the alert ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.domain.alert import Action, Alert, Command, Step, Verdict
from services.domain.clocks import clocks_after, paused, relevelled
from services.domain.evolve import evolve
from services.domain.expiry import dues, expiring
from services.domain.finding import clearing, raising, showing, suppressing
from services.domain.guard import WORK_WORDS, refusal, refusals
from services.domain.happening import HAPPENING_WORDS, Due, Happening, HappeningKind
from services.domain.lacking import missing
from services.domain.levels import LIMITS, Limits
from services.domain.merging import absorbing, following, parting, unfit
from services.domain.officer import Officer
from services.domain.rivals import overtaken
from services.domain.roles import LEADS

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
    "following",
    "parting",
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
    Action.RELEVEL: HappeningKind.RELEVELLED,
    Action.REFUSE_SUSPENSION: HappeningKind.SUSPENSION_REFUSED,
    Action.CONFIRM: HappeningKind.CONFIRMED,
    Action.SUPERVISE: HappeningKind.SUPERVISED,
    Action.NOTE: HappeningKind.NOTED,
    Action.LINK: HappeningKind.LINKED,
    Action.UNLINK: HappeningKind.UNLINKED,
    Action.TICK: HappeningKind.TICKED,
    Action.UNTICK: HappeningKind.UNTICKED,
}


class Refusal(Exception):  # noqa: N818 a refusal is an answer, not a fault
    """A command that may not be done. ``reason_zh`` is ready for the button or the card."""

    def __init__(self, reason_zh: str) -> None:
        super().__init__(reason_zh)
        self.reason_zh = reason_zh


def decide(
    alert: Alert, command: Command, officer: Officer, at: datetime, limits: Limits = LIMITS, parent: Alert | None = None
) -> Happening:
    """What an officer's command makes happen. Raises Refusal. A merge is told its ``parent``.

    A version older than the last one a person or a rise made is refused; repeats, notes and late
    clocks that came in between are not held against the officer.
    """
    if command.expected_version > alert.version:
        raise Refusal(f"{alert.id} 尚无此版本，请看最新")
    if command.expected_version < alert.acted_version:
        raise Refusal(overtaken(alert, command))
    why = refusal(alert, command.action, officer) or missing(alert, command, officer, at, limits)
    if not why and command.action is Action.MERGE:
        why = unfit(parent, alert, command.parent_id)
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
        parent_id=command.parent_id or alert.parent_id,
        level=command.level,
        return_reason=command.return_reason,
        result=command.result,
        photos=tuple(dict.fromkeys(command.photos)),
        satisfaction=command.satisfaction,
        clocks=clocks_after(alert, command, at, limits),
    )
    return replace(said, **_particulars(alert, command, officer, at, limits, parent))


def _particulars(
    alert: Alert, command: Command, officer: Officer, at: datetime, limits: Limits, parent: Alert | None
) -> Mapping[str, Any]:
    """What this kind of happening says beyond the command's own words."""
    match command.action:
        case Action.TICK | Action.UNTICK:
            return {"line": command.line}
        case Action.SIGN | Action.UNSHELVE:
            return {"until": limits.sign_holds(alert.level, at), "rungs": ()}
        case Action.REVIEW:
            return {"verdict": alert.verdict or Verdict.TRUE}
        case Action.FALSE_ALARM:
            return {"verdict": Verdict.FALSE_ALARM}
        case Action.NO_ACTION:
            return {"verdict": Verdict.NO_ACTION}
        case Action.CLOSE:
            return {"verdict": alert.verdict, "false_reason": alert.false_reason, "rungs": ()}
        case Action.DISPATCH:
            return {"evidence": tuple(alert.evidence[place] for place in sorted(set(command.released)))}
        case Action.RETURN:
            return {"bounced": alert.returns + 1 >= limits.bounces}
        case Action.MERGE if parent is not None:
            return {"clocks": parent.clocks}
        case Action.SUSPEND:
            return _suspension(alert, command, officer, at)
        case Action.RELEVEL if command.level is not None:
            return relevelled(alert, command.level, at, limits)
        case _:
            return {}


def _suspension(alert: Alert, command: Command, officer: Officer, at: datetime) -> Mapping[str, Any]:
    """A duty officer's wish waits; a shift lead's word, on his own or on the wish, stops the clocks."""
    if officer.role not in LEADS:
        return {"kind": HappeningKind.SUSPENSION_ASKED}
    return {
        "text": command.text.strip() or alert.suspension_asked,
        "until": command.until or alert.suspended_until,
        "clocks": paused(alert.clocks, at),
    }
