"""What an alert is after a happening: the fold that rebuilds every alert from its log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.alert import Ack, Alert, AlertLevel, Condition, Evidence, Note, Visibility, Work
from services.domain.happening import HAPPENING_WORDS, Happening, HappeningKind
from services.domain.levels import LADDER, LEVEL_WORDS
from services.domain.marks import MARKS, marked
from services.domain.masked import mask_name
from services.domain.officer import Role
from services.domain.reasons import FALSE_WORDS, RESULT_WORDS, RETURN_WORDS

EVENT_IDS_KEPT = 200  # of the newest; the log has them all

# Happenings that change nothing an officer decides on: a command that names an older version still holds.
QUIET = frozenset(
    {
        HappeningKind.CLEARED,
        HappeningKind.NOTED,
        HappeningKind.ESCALATED,
        HappeningKind.ABSORBED,
        HappeningKind.PARTED,
        HappeningKind.SHOWN,
    }
    | MARKS
)

ENGINE_WORD = "系统"

Changes = dict[str, Any]


def evolve(alert: Alert | None, happening: Happening) -> Alert:
    """The alert after ``happening``. Raises ValueError when the happening is not the alert's next one."""
    if alert is None:
        return marked(None, _raised(happening), happening)
    if (alert.id, alert.version + 1) != (happening.alert_id, happening.version):
        raise ValueError(f"{happening.alert_id} v{happening.version} does not follow {alert.id} v{alert.version}")
    changes = CHANGES[happening.kind](alert, happening)
    if happening.clocks is not None:
        changes["clocks"] = happening.clocks
    if happening.rungs is not None:
        changes["rungs"] = happening.rungs
    if happening.kind not in QUIET and not _is_plain_repeat(happening):
        changes |= {"acted_version": happening.version, "acted_by": _who(happening), "acted": happening.kind.value}
    return marked(alert, replace(alert, version=happening.version, **changes), happening)


def _is_plain_repeat(happening: Happening) -> bool:
    return happening.kind is HappeningKind.REPEATED and happening.level is None


def _raised(happening: Happening) -> Alert:
    found = happening.detection
    if happening.kind is not HappeningKind.RAISED or found is None:
        raise ValueError(f"{happening.alert_id}: a log begins with a raise, not {happening.kind}")
    return Alert(
        id=happening.alert_id,
        version=happening.version,
        key=found.key,
        rule_id=found.rule_id,
        rule_version=found.rule_version,
        rule_text=found.rule_text,
        scene=found.scene,
        level=found.level,
        title=found.title,
        subject=found.subject,
        wall_subject=found.wall_subject,
        subject_kind=found.subject_kind,
        subject_id=found.subject_id,
        place=found.place,
        occurred_at=found.occurred_at,
        raised_at=happening.at,
        last_at=found.occurred_at,
        lon=found.lon,
        lat=found.lat,
        grid_code=found.grid_code,
        department=found.department,
        support=found.support,
        previous_id=happening.previous_id,
        parameters=found.parameters,
        evidence=found.evidence,
        guidance=found.guidance,
        event_ids=found.event_ids[-EVENT_IDS_KEPT:],
        clocks=happening.clocks or (),
        rungs=happening.rungs or (),
        steps=((Work.NEW.value, happening.at, ENGINE_WORD),),
        acted_version=happening.version,
        acted_by=_who(happening),
        acted=happening.kind.value,
        found_level=found.level,
        demo=happening.demo,
    )


def _reached(alert: Alert, happening: Happening, what: str) -> tuple[tuple[str, Any, str], ...]:
    return (*alert.steps, (what, happening.at, _who(happening)))


def _who(happening: Happening) -> str:
    return ENGINE_WORD if happening.role == Role.ENGINE else mask_name(happening.officer_name)


def _moves(work: Work) -> Callable[[Alert, Happening], Changes]:
    """A happening that only moves the work on."""

    def change(alert: Alert, happening: Happening) -> Changes:
        return {"work": work, "steps": _reached(alert, happening, work.value)}

    return change


def _acked(alert: Alert, happening: Happening) -> Changes:
    return {
        "ack": Ack.ACKED,
        "acked_by": mask_name(happening.officer_name),
        "acked_at": happening.at,
        "acked_until": happening.until,
        "steps": _reached(alert, happening, Ack.ACKED.value),
    }


UNJUDGED: Mapping[str, Any] = {
    "verdict": None,
    "false_reason": None,
    "disposition": "",
    "judged_by": "",
    "confirmed_by": "",
}
UNSIGNED: Mapping[str, Any] = {"ack": Ack.UNACK, "acked_by": "", "acked_at": None, "acked_until": None}
IN_SIGHT: Mapping[str, Any] = {"visibility": Visibility.VISIBLE, "shelved_until": None, "suppressed_by": ""}


def _repeated(alert: Alert, happening: Happening) -> Changes:
    found = happening.detection
    if found is None:
        raise ValueError(f"{alert.id}: a repeat without a detection")
    changes: Changes = {
        "count": alert.count + 1,
        "condition": Condition.ACTIVE,
        "last_at": max(alert.last_at, found.occurred_at),
        "occurred_at": min(alert.occurred_at, found.occurred_at),
        "evidence": _joined(alert.evidence, found.evidence),
        "event_ids": _ids_joined(alert.event_ids, found.event_ids),
        "found_level": max(alert.worst_found, found.level),
    }
    if found.occurred_at >= alert.last_at:  # a late one counts, but does not turn the figures back
        changes |= {"parameters": found.parameters, "place": found.place, "lon": found.lon, "lat": found.lat}
        changes |= {"rule_version": found.rule_version, "rule_text": found.rule_text}
    if happening.level is not None:
        changes |= {"level": happening.level, "title": found.title, "escalated_to": "", **UNSIGNED, **IN_SIGHT}
        changes |= {"parameters": found.parameters, "guidance": found.guidance}
        changes |= {"lowered_by": "" if happening.level is AlertLevel.RED else alert.lowered_by}
    return changes


def _joined(known: tuple[Evidence, ...], new: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Every line ever shown; a line seen again has its newest figure."""
    lines = {(line.text, line.stance): line for line in known}
    lines.update({(line.text, line.stance): line for line in new})
    return tuple(lines.values())


def _ids_joined(known: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *new)))[-EVENT_IDS_KEPT:]


def _cleared(_alert: Alert, _happening: Happening) -> Changes:
    return {"condition": Condition.RTN}


def _auto_closed(alert: Alert, happening: Happening) -> Changes:
    return {"condition": Condition.RTN, **_closed(alert, happening)}


def _unchanged(_alert: Alert, _happening: Happening) -> Changes:
    return {}


def _lapsed(_alert: Alert, _happening: Happening) -> Changes:
    return dict(UNSIGNED)


def _dispatched(alert: Alert, happening: Happening) -> Changes:
    return {
        "work": Work.DISPATCHED,
        "department": happening.department,
        "task": happening.text,
        "released": happening.evidence,
        "return_reason": None,
        "result": None,
        "steps": _reached(alert, happening, Work.DISPATCHED.value),
        **UNJUDGED,
    }


def _fed_back(alert: Alert, happening: Happening) -> Changes:
    return {
        **_moves(Work.FEEDBACK)(alert, happening),
        **_noted(alert, happening),
        "result": happening.result,
        "photos": tuple(dict.fromkeys((*alert.photos, *happening.photos))),
        **UNASKED,
    }


def _reviewed(alert: Alert, happening: Happening) -> Changes:
    judged = {"verdict": happening.verdict, "judged_by": happening.officer_id}
    return {**_moves(Work.REVIEW)(alert, happening), **judged}


def _sent_back(alert: Alert, happening: Happening) -> Changes:
    return {**_moves(Work.REWORK)(alert, happening), **_noted(alert, happening), **UNJUDGED}


def _returned(alert: Alert, happening: Happening) -> Changes:
    changes = {
        **_moves(Work.RETURNED)(alert, happening),
        **_noted(alert, happening),
        "returns": alert.returns + 1,
        "return_reason": happening.return_reason,
    }
    if happening.bounced:
        changes |= {"bounced": True, "escalated": True, "escalated_to": _higher(alert, Role.SHIFT_LEAD)}
    return changes


def _higher(alert: Alert, role: str) -> str:
    """The higher of the role told now and the one told before."""
    return max(alert.escalated_to, role, key=lambda told: LADDER.index(Role(told)) if told else -1)


UNASKED: Mapping[str, Any] = {"suspension_asked": "", "suspended_until": None}


def _suspension_asked(alert: Alert, happening: Happening) -> Changes:
    asked = {"suspension_asked": happening.text, "suspended_until": happening.until}
    return {**asked, **_noted(alert, happening)}


def _suspension_refused(alert: Alert, happening: Happening) -> Changes:
    return {**UNASKED, **_noted(alert, happening)}


def _suspended(alert: Alert, happening: Happening) -> Changes:
    return {
        **_moves(Work.SUSPENDED)(alert, happening),
        **_noted(alert, happening),
        "work_before": alert.work,
        "suspended_until": happening.until,
        "suspension_asked": "",
    }


def _resumed(alert: Alert, happening: Happening) -> Changes:
    work = alert.work_before or Work.HANDLING
    return {**_moves(work)(alert, happening), "work_before": None, "suspended_until": None}


def _judged(_alert: Alert, happening: Happening) -> Changes:
    return {
        "verdict": happening.verdict,
        "false_reason": happening.false_reason,
        "disposition": _verdict_text(happening),
        "judged_by": happening.officer_id,
        "confirmed_by": "",
    }


def _confirmed(_alert: Alert, happening: Happening) -> Changes:
    return {"confirmed_by": happening.officer_id}


def _verdict_text(happening: Happening) -> str:
    reason = happening.false_reason
    head = f"误报：{FALSE_WORDS[reason]}" if reason is not None else "属实无需处置"
    return f"{head}。{happening.text}" if happening.text else head


def _closed(alert: Alert, happening: Happening) -> Changes:
    return {
        **_moves(Work.CLOSED)(alert, happening),
        "disposition": happening.text or alert.disposition,
        "closed_at": happening.at,
        "verdict": happening.verdict or alert.verdict,
        "false_reason": happening.false_reason or alert.false_reason,
        "satisfaction": happening.satisfaction,
        "acked_until": None,
        **UNASKED,
        **IN_SIGHT,
    }


def _reopened(alert: Alert, happening: Happening) -> Changes:
    return {
        **_moves(Work.VERIFYING)(alert, happening),
        **_noted(alert, happening),
        **_acked(alert, happening),
        "steps": _reached(alert, happening, Work.VERIFYING.value),
        "closed_at": None,
        "satisfaction": None,
        "returns": 0,
        "bounced": False,
        "parent_id": "",
        "clocks_before": (),
        **UNJUDGED,
    }


def _merged(alert: Alert, happening: Happening) -> Changes:
    return {
        **_moves(Work.MERGED)(alert, happening),
        "work_before": alert.work,
        "parent_id": happening.parent_id,
        "clocks_before": alert.clocks,
        **IN_SIGHT,
    }


def _unmerged(alert: Alert, happening: Happening) -> Changes:
    moved = _moves(alert.work_before or Work.NEW)(alert, happening)
    return {**moved, "work_before": None, "parent_id": "", "clocks_before": ()}


def _absorbed(alert: Alert, happening: Happening) -> Changes:
    return {
        "children": (*alert.children, happening.parent_id),
        "evidence": _joined(alert.evidence, happening.evidence),
        "event_ids": _ids_joined(alert.event_ids, happening.event_ids),
    }


def _parted(alert: Alert, happening: Happening) -> Changes:
    return {"children": tuple(child for child in alert.children if child != happening.parent_id)}


def _shelved(alert: Alert, happening: Happening) -> Changes:
    return {"visibility": Visibility.SHELVED, "shelved_until": happening.until, **_noted(alert, happening)}


def _unshelved(alert: Alert, happening: Happening) -> Changes:
    return {**IN_SIGHT, **_acked(alert, happening)}


def _shelf_ended(_alert: Alert, _happening: Happening) -> Changes:
    return {**IN_SIGHT, **UNSIGNED}


def _suppressed(_alert: Alert, happening: Happening) -> Changes:
    return {"visibility": Visibility.SUPPRESSED, "suppressed_by": happening.text}


def _taken_out(_alert: Alert, happening: Happening) -> Changes:
    return {"visibility": Visibility.OUT_OF_SERVICE, "suppressed_by": happening.text}


def _shown(_alert: Alert, _happening: Happening) -> Changes:
    return dict(IN_SIGHT)


def _escalated(alert: Alert, happening: Happening) -> Changes:
    told = _higher(alert, happening.text) if happening.text else alert.escalated_to
    return {"escalated": True, "escalated_to": told}


def _supervised(_alert: Alert, _happening: Happening) -> Changes:
    return {"supervised": True}


def _relevelled(alert: Alert, happening: Happening) -> Changes:
    level = happening.level
    if level is None:
        raise ValueError(f"{alert.id}: set to no level")
    changes: Changes = {"level": level, **_noted(alert, happening)}
    if alert.is_signed:
        changes |= {"acked_until": happening.until}
    if level is AlertLevel.RED:
        changes |= {**IN_SIGHT, "lowered_by": ""}
    elif alert.level is AlertLevel.RED:
        changes |= {"lowered_by": happening.officer_id}
    return changes


def _noted(alert: Alert, happening: Happening) -> Changes:
    return {"notes": (*alert.notes, Note(_note_text(alert, happening), happening.at, _who(happening)))}


def _note_text(alert: Alert, happening: Happening) -> str:
    words, text = HAPPENING_WORDS[happening.kind], happening.text
    match happening.kind:
        case HappeningKind.NOTED:
            return text
        case HappeningKind.RETURNED:
            reason = happening.return_reason
            said = "：".join(part for part in (RETURN_WORDS[reason] if reason else "", text) if part)
            return f"{words}：{said}，建议{happening.department}" if happening.department else f"{words}：{said}"
        case HappeningKind.FED_BACK if happening.result is not None:
            return f"{words}：{RESULT_WORDS[happening.result]}。{text}"
        case HappeningKind.RELEVELLED if happening.level is not None:
            return f"{words}：{LEVEL_WORDS[alert.level]}→{LEVEL_WORDS[happening.level]}，{text}"
        case _:
            return f"{words}：{text}"


CHANGES: Mapping[HappeningKind, Callable[[Alert, Happening], Changes]] = {
    HappeningKind.REPEATED: _repeated,
    HappeningKind.CLEARED: _cleared,
    HappeningKind.AUTO_CLOSED: _auto_closed,
    HappeningKind.SIGNED: _acked,
    HappeningKind.SIGN_LAPSED: _lapsed,
    HappeningKind.VERIFYING: _moves(Work.VERIFYING),
    HappeningKind.DISPATCHED: _dispatched,
    HappeningKind.ACCEPTED: _moves(Work.ACCEPTED),
    HappeningKind.HANDLING: _moves(Work.HANDLING),
    HappeningKind.FED_BACK: _fed_back,
    HappeningKind.REVIEWED: _reviewed,
    HappeningKind.SENT_BACK: _sent_back,
    HappeningKind.RETURNED: _returned,
    HappeningKind.SUSPENSION_ASKED: _suspension_asked,
    HappeningKind.SUSPENSION_REFUSED: _suspension_refused,
    HappeningKind.SUSPENDED: _suspended,
    HappeningKind.RESUMED: _resumed,
    HappeningKind.JUDGED: _judged,
    HappeningKind.CONFIRMED: _confirmed,
    HappeningKind.CLOSED: _closed,
    HappeningKind.ARCHIVED: _moves(Work.ARCHIVED),
    HappeningKind.REOPENED: _reopened,
    HappeningKind.MERGED: _merged,
    HappeningKind.UNMERGED: _unmerged,
    HappeningKind.ABSORBED: _absorbed,
    HappeningKind.PARTED: _parted,
    HappeningKind.SHELVED: _shelved,
    HappeningKind.UNSHELVED: _unshelved,
    HappeningKind.SHELF_ENDED: _shelf_ended,
    HappeningKind.SUPPRESSED: _suppressed,
    HappeningKind.TAKEN_OUT: _taken_out,
    HappeningKind.SHOWN: _shown,
    HappeningKind.ESCALATED: _escalated,
    HappeningKind.SUPERVISED: _supervised,
    HappeningKind.RELEVELLED: _relevelled,
    HappeningKind.NOTED: _noted,
    **dict.fromkeys(MARKS, _unchanged),
}
