"""What an alert is after an officer did something: worked on it, judged it, ended it, hid it, merged it."""

from __future__ import annotations

from services.domain.alert import Ack, Alert, AlertLevel, Visibility, Work
from services.domain.evolve_parts import (
    IN_SIGHT,
    UNASKED,
    UNJUDGED,
    Changes,
    higher,
    ids_joined,
    joined,
    moves,
    noted,
    reached,
)
from services.domain.happening import Happening
from services.domain.masked import mask_name
from services.domain.officer import Role
from services.domain.reasons import FALSE_WORDS


def acked(alert: Alert, happening: Happening) -> Changes:
    return {
        "ack": Ack.ACKED,
        "acked_by": mask_name(happening.officer_name),
        "acked_at": happening.at,
        "acked_until": happening.until,
        "steps": reached(alert, happening, Ack.ACKED.value),
    }


def dispatched(alert: Alert, happening: Happening) -> Changes:
    return {
        "work": Work.DISPATCHED,
        "department": happening.department,
        "task": happening.text,
        "released": happening.evidence,
        "return_reason": None,
        "result": None,
        "steps": reached(alert, happening, Work.DISPATCHED.value),
        **UNJUDGED,
    }


def fed_back(alert: Alert, happening: Happening) -> Changes:
    return {
        **moves(Work.FEEDBACK)(alert, happening),
        **noted(alert, happening),
        "result": happening.result,
        "photos": tuple(dict.fromkeys((*alert.photos, *happening.photos))),
        **UNASKED,
    }


def reviewed(alert: Alert, happening: Happening) -> Changes:
    judged = {"verdict": happening.verdict, "judged_by": happening.officer_id}
    return {**moves(Work.REVIEW)(alert, happening), **judged}


def sent_back(alert: Alert, happening: Happening) -> Changes:
    return {**moves(Work.REWORK)(alert, happening), **noted(alert, happening), **UNJUDGED}


def returned(alert: Alert, happening: Happening) -> Changes:
    changes = {
        **moves(Work.RETURNED)(alert, happening),
        **noted(alert, happening),
        "returns": alert.returns + 1,
        "return_reason": happening.return_reason,
    }
    if happening.bounced:
        changes |= {"bounced": True, "escalated": True, "escalated_to": higher(alert, Role.SHIFT_LEAD)}
    return changes


def suspension_asked(alert: Alert, happening: Happening) -> Changes:
    asked = {"suspension_asked": happening.text, "suspended_until": happening.until}
    return {**asked, **noted(alert, happening)}


def suspension_refused(alert: Alert, happening: Happening) -> Changes:
    return {**UNASKED, **noted(alert, happening)}


def suspended(alert: Alert, happening: Happening) -> Changes:
    return {
        **moves(Work.SUSPENDED)(alert, happening),
        **noted(alert, happening),
        "work_before": alert.work,
        "suspended_until": happening.until,
        "suspension_asked": "",
    }


def resumed(alert: Alert, happening: Happening) -> Changes:
    work = alert.work_before or Work.HANDLING
    return {**moves(work)(alert, happening), "work_before": None, "suspended_until": None}


def judged(_alert: Alert, happening: Happening) -> Changes:
    return {
        "verdict": happening.verdict,
        "false_reason": happening.false_reason,
        "disposition": _verdict_text(happening),
        "judged_by": happening.officer_id,
        "confirmed_by": "",
    }


def confirmed(_alert: Alert, happening: Happening) -> Changes:
    return {"confirmed_by": happening.officer_id}


def _verdict_text(happening: Happening) -> str:
    reason = happening.false_reason
    head = f"误报：{FALSE_WORDS[reason]}" if reason is not None else "属实无需处置"
    return f"{head}。{happening.text}" if happening.text else head


def closed(alert: Alert, happening: Happening) -> Changes:
    return {
        **moves(Work.CLOSED)(alert, happening),
        "disposition": happening.text or alert.disposition,
        "closed_at": happening.at,
        "verdict": happening.verdict or alert.verdict,
        "false_reason": happening.false_reason if happening.verdict else alert.false_reason,
        "satisfaction": happening.satisfaction,
        "acked_until": None,
        **UNASKED,
        **IN_SIGHT,
    }


def reopened(alert: Alert, happening: Happening) -> Changes:
    return {
        **moves(Work.VERIFYING)(alert, happening),
        **noted(alert, happening),
        **acked(alert, happening),
        "steps": reached(alert, happening, Work.VERIFYING.value),
        "closed_at": None,
        "satisfaction": None,
        "returns": 0,
        "bounced": False,
        "parent_id": "",
        "clocks_before": (),
        **UNJUDGED,
    }


def merged(alert: Alert, happening: Happening) -> Changes:
    return {
        **moves(Work.MERGED)(alert, happening),
        "work_before": alert.work,
        "parent_id": happening.parent_id,
        "clocks_before": alert.clocks,
        **IN_SIGHT,
    }


def unmerged(alert: Alert, happening: Happening) -> Changes:
    moved = moves(alert.work_before or Work.NEW)(alert, happening)
    return {**moved, "work_before": None, "parent_id": "", "clocks_before": ()}


def absorbed(alert: Alert, happening: Happening) -> Changes:
    return {
        "children": (*alert.children, happening.parent_id),
        "evidence": joined(alert.evidence, happening.evidence),
        "event_ids": ids_joined(alert.event_ids, happening.event_ids),
    }


def parted(alert: Alert, happening: Happening) -> Changes:
    return {"children": tuple(child for child in alert.children if child != happening.parent_id)}


def shelved(alert: Alert, happening: Happening) -> Changes:
    return {"visibility": Visibility.SHELVED, "shelved_until": happening.until, **noted(alert, happening)}


def unshelved(alert: Alert, happening: Happening) -> Changes:
    return {**IN_SIGHT, **acked(alert, happening)}


def supervised(_alert: Alert, _happening: Happening) -> Changes:
    return {"supervised": True}


def relevelled(alert: Alert, happening: Happening) -> Changes:
    level = happening.level
    if level is None:
        raise ValueError(f"{alert.id}: set to no level")
    changes: Changes = {"level": level, **noted(alert, happening)}
    if alert.is_signed:
        changes |= {"acked_until": happening.until}
    if level is AlertLevel.RED:
        changes |= {**IN_SIGHT, "lowered_by": ""}
    elif alert.level is AlertLevel.RED:
        changes |= {"lowered_by": happening.officer_id}
    return changes
