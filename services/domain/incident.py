"""Incidents: alerts about one household, vehicle or vessel within minutes are one thread.

What an alert is about is a *link*, ``kind:id``, taken from the event it rests on. Two alerts belong
together when they share a link and their times are no further apart than the window; what belongs
together through others belongs together. Persons are never a link: no movement of a person is put
together without a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.alert import Alert, Detection

# Columns of an event that name a thing which may be in several alerts, and the kind of the thing.
SAME: Mapping[str, str] = {
    "plate_no": "vehicle",
    "dwelling_id": "dwelling",
    "boat_id": "boat",
    "mmsi": "vessel",
    "vessel_id": "vessel",
    "request_id": "hand_in_request",
    "warehouse_id": "warehouse",
}
# Columns that name what a thing stands in.
AROUND: Mapping[str, str] = {
    "estate_id": "estate",
    "checkpoint_id": "checkpoint",
    "device_id": "device",
    "camera_id": "device",
    "meter_id": "device",
}
SUBJECTS: Mapping[str, str] = {
    "elder": "dwelling",
    **{kind: kind for kind in ("dwelling", "boat", "vessel", "warehouse", "hand_in_request", "device")},
    "collection_vessel": "vessel",
}
LINK_WORDS: Mapping[str, str] = {
    "vehicle": "同一车辆",
    "dwelling": "同一住户",
    "boat": "同一渔船",
    "vessel": "同一船舶",
    "hand_in_request": "同一申请",
    "warehouse": "同一云仓",
    "device": "同一设备",
}


def links_of(record: Mapping[str, object]) -> tuple[str, ...]:
    """What an event is about; an unread plate is about nothing."""
    found = {f"{kind}:{value}" for name, kind in SAME.items() if (value := record.get(name)) and "-" not in str(value)}
    return tuple(sorted(found))


def within_of(record: Mapping[str, object]) -> tuple[str, ...]:
    """What the thing of an event stands in."""
    return tuple(sorted({f"{kind}:{value}" for name, kind in AROUND.items() if (value := record.get(name))}))


def linked(found: Detection) -> tuple[str, ...]:
    """The links of a detection: the event's own, and its subject when that can be in several alerts."""
    kind = SUBJECTS.get(found.subject_kind)
    own = {f"{kind}:{found.subject_id}"} if kind and found.subject_id else set()
    return tuple(sorted({*found.links, *own}))


def around(found: Detection) -> tuple[str, ...]:
    """Everything a detection can be found by: what it is about, its subject, and what that stands in."""
    own = {f"{found.subject_kind}:{found.subject_id}"} if found.subject_id else set()
    return tuple(sorted({*found.within, *linked(found), *own}))


def gap(one: Alert, other: Alert) -> timedelta:
    """How far apart two alerts are; each lasts from its first event to its last."""
    apart = max(one.occurred_at, other.occurred_at) - min(one.last_at, other.last_at)
    return max(apart, timedelta())


def belong(one: Alert, other: Alert, window: timedelta) -> bool:
    shared = set(one.links) & set(other.links)
    return bool(shared) and not one.unlinked and not other.unlinked and gap(one, other) <= window


def why_linked(one: Alert, other: Alert) -> str:
    """``同一车辆，与“尾气超标”相隔 3 分``: no id and no plate, so that it can stand anywhere."""
    shared = sorted(set(one.links) & set(other.links))
    same = "、".join(dict.fromkeys(LINK_WORDS.get(link.partition(":")[0], "同一对象") for link in shared)) or "人工关联"
    minutes = int(gap(one, other).total_seconds() // 60)
    return f"{same}，与“{other.title}”{f'相隔 {minutes} 分' if minutes else '同时'}"


def threads(alerts: Sequence[Alert], window: timedelta) -> tuple[tuple[Alert, ...], ...]:
    """The alerts that belong together, each group by its beginning; alerts of one incident stay together."""
    ordered = sorted(alerts, key=_order)
    group = list(range(len(ordered)))

    def root(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    by_link: dict[str, list[int]] = {}
    for at, alert in enumerate(ordered):
        for link in (*alert.links, f"incident:{alert.incident_id}"):
            by_link.setdefault(link, []).append(at)
    by_link.pop("incident:", None)
    for link, members in by_link.items():
        for place, at in enumerate(members):
            for other in members[:place]:
                if link.startswith("incident:") or belong(ordered[at], ordered[other], window):
                    group[max(root(at), root(other))] = min(root(at), root(other))
    made: dict[int, list[Alert]] = {}
    for at, alert in enumerate(ordered):
        made.setdefault(root(at), []).append(alert)
    return tuple(tuple(members) for members in made.values())


@dataclass(frozen=True, slots=True)
class Incident:
    """One thread: its alerts by their beginning, the one it hangs on, and who has it in hand."""

    id: str
    members: tuple[Alert, ...]

    @property
    def parent(self) -> Alert:
        """The worst of it; of equals the one that came first."""
        return min(self.members, key=lambda alert: (not alert.is_open, -alert.level, *_order(alert)))

    @property
    def owner(self) -> str:
        """Masked name of who signed the parent, else of the first who signed any; empty when nobody did."""
        signed = [alert for alert in (self.parent, *self.members) if alert.acked_by]
        return signed[0].acked_by if signed else ""

    @property
    def scenes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(alert.scene for alert in self.members))


def incident_of(alert: Alert, alerts: Iterable[Alert]) -> Incident | None:
    """The thread an alert stands in; None when it stands alone."""
    if not alert.incident_id:
        return None
    members = sorted((a for a in alerts if a.incident_id == alert.incident_id), key=_order)
    return Incident(alert.incident_id, tuple(members)) if len(members) > 1 else None


def _order(alert: Alert) -> tuple[datetime, str, str]:
    return alert.occurred_at, alert.key, alert.id
