"""What an alert is after the engine did something: found it again, let time pass, hid it or showed it."""

from __future__ import annotations

from services.domain.alert import Alert, AlertLevel, Condition, Visibility, Work
from services.domain.evolve_parts import (
    ENGINE_WORD,
    EVENT_IDS_KEPT,
    IN_SIGHT,
    UNSIGNED,
    Changes,
    higher,
    ids_joined,
    joined,
    who,
)
from services.domain.evolve_work import closed
from services.domain.happening import Happening, HappeningKind


def raised(happening: Happening) -> Alert:
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
        acted_by=who(happening),
        acted=happening.kind.value,
        found_level=found.level,
        demo=happening.demo,
    )


def repeated(alert: Alert, happening: Happening) -> Changes:
    found = happening.detection
    if found is None:
        raise ValueError(f"{alert.id}: a repeat without a detection")
    changes: Changes = {
        "count": alert.count + 1,
        "condition": Condition.ACTIVE,
        "last_at": max(alert.last_at, found.occurred_at),
        "occurred_at": min(alert.occurred_at, found.occurred_at),
        "evidence": joined(alert.evidence, found.evidence),
        "event_ids": ids_joined(alert.event_ids, found.event_ids),
        "found_level": max(alert.worst_found, found.level),
    }
    if found.occurred_at >= alert.last_at:  # a late one counts, but does not turn the figures back
        changes |= {"parameters": found.parameters, "place": found.place, "lon": found.lon, "lat": found.lat}
        changes |= {"rule_version": found.rule_version, "rule_text": found.rule_text}
    if happening.level is not None:
        changes |= {"level": happening.level, "title": found.title, "escalated_to": "", **UNSIGNED, **IN_SIGHT}
        changes |= {"parameters": found.parameters, "guidance": found.guidance}
        if not alert.department:  # a suspicion that nobody led becomes somebody's; an officer's choice stays
            changes |= {"department": found.department, "support": found.support}
        changes |= {"lowered_by": "" if happening.level is AlertLevel.RED else alert.lowered_by}
    return changes


def cleared(_alert: Alert, _happening: Happening) -> Changes:
    return {"condition": Condition.RTN}


def auto_closed(alert: Alert, happening: Happening) -> Changes:
    return {"condition": Condition.RTN, **closed(alert, happening)}


def lapsed(_alert: Alert, _happening: Happening) -> Changes:
    return dict(UNSIGNED)


def shelf_ended(_alert: Alert, _happening: Happening) -> Changes:
    return {**IN_SIGHT, **UNSIGNED}


def suppressed(_alert: Alert, happening: Happening) -> Changes:
    return {"visibility": Visibility.SUPPRESSED, "suppressed_by": happening.text}


def taken_out(_alert: Alert, happening: Happening) -> Changes:
    return {"visibility": Visibility.OUT_OF_SERVICE, "suppressed_by": happening.text}


def shown(_alert: Alert, _happening: Happening) -> Changes:
    return dict(IN_SIGHT)


def escalated(alert: Alert, happening: Happening) -> Changes:
    told = higher(alert, happening.text) if happening.text else alert.escalated_to
    return {"escalated": True, "escalated_to": told}


def unchanged(_alert: Alert, _happening: Happening) -> Changes:
    return {}
