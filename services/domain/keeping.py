"""How long each kind of record is kept, and what may be set about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from services.domain.rule import Rule

LATE = timedelta(days=1)  # kept longer than said, so that an event up to a day late finds its whole window
LONGEST_DAYS = 3650

_EVENTS: Mapping[str, timedelta | None] = MappingProxyType(
    {
        "passage": timedelta(days=30),
        "person_event": timedelta(days=30),
        "disposition_hit": timedelta(days=180),
        "checkpoint_state": timedelta(days=30),
        "convoy": timedelta(days=180),
        "reinspection": None,
        "gate_passage": timedelta(days=30),
        "dwelling_state": timedelta(days=60),
        "registration_due": timedelta(days=400),
        "rental_state": timedelta(days=400),
        "stay": timedelta(days=400),
        "police_match": timedelta(days=180),
        "meter_reading": timedelta(days=14),  # its half hours stay 400 days in the archive of meters
        "gas_reading": timedelta(days=180),
        "gas_flow": timedelta(days=180),
        "power_hour": timedelta(days=180),
        "night_flow": timedelta(days=400),
        "building_outage": timedelta(days=400),
        "camera_event": timedelta(days=180),
        "fire_device": timedelta(days=180),
        "camera_state": timedelta(days=180),
        "elder_activity": timedelta(days=60),
        "elder_device": timedelta(days=30),  # outings of four weeks
        "elder_call": timedelta(days=60),
        "elder_visit": timedelta(days=400),
        "dispute_filed": timedelta(days=400),
        "dispute_state": timedelta(days=400),
        "party_activity": timedelta(days=400),
        "roof_change": timedelta(days=400),
        "warehouse_level": timedelta(days=400),
        "vessel_execution": timedelta(days=400),
        "mass_balance": None,
        "manifest_stage": None,
        "custody_check": timedelta(days=400),
        "hand_in_filed": None,
        "hand_in_progress": None,
        "boat_code": None,
        "discharge_finding": None,
        "points_posted": None,
        "certificate": timedelta(days=400),
        "boat_silence": timedelta(days=180),
        "boat_at_sea": timedelta(days=400),
        "gale_recall": timedelta(days=400),
        "fence_crossing": timedelta(days=180),
        "encounter": timedelta(days=30),
    }
)
_OTHERS = ("passage_hit", "passage_statistics", "raw", "quarantine", "sample", "track")


@dataclass(frozen=True, slots=True)
class Keeping:
    """The time each kind is kept from the moment it happened or was received, whichever is later.

    An event's None is for ever. Alerts and their log are for ever and not listed. ``raw`` is the body
    of an event as received; its record stays for the time of its kind. A passage of a vehicle with a hit
    stays for ``passage_hit``, the pseudonymised statistics of the others for ``passage_statistics``.
    """

    events: Mapping[str, timedelta | None] = field(default_factory=lambda: _EVENTS)
    passage_hit: timedelta = timedelta(days=184)  # six months, whichever
    passage_statistics: timedelta = timedelta(days=180)
    raw: timedelta = timedelta(days=7)
    quarantine: timedelta = timedelta(days=90)
    sample: timedelta = timedelta(days=400)
    track: timedelta = timedelta(days=90)

    def events_before(self, kind: str, now: datetime) -> datetime | None:
        """Events of this kind before that moment are no longer kept; None when all are."""
        kept = self.events.get(kind)
        return now - kept - LATE if kept else None


def settable() -> tuple[str, ...]:
    """The names of ``[retention]`` in the site file."""
    return (*(kind for kind, kept in _EVENTS.items() if kept), *_OTHERS)


def keeping_from(table: Mapping[str, Any]) -> Keeping:
    """The defaults with these days. Raises ValueError that names the key and the choices."""
    days = {name: _time(name, value) for name, value in table.items()}
    others = {name: kept for name, kept in days.items() if name in _OTHERS}
    events = {name: kept for name, kept in days.items() if name not in _OTHERS}
    return Keeping(events={**_EVENTS, **events}, **others)


def too_short(keeping: Keeping, rules: Iterable[Rule]) -> str:
    """Which rule looks back further than its events are kept, in Chinese; empty when none does. A rule
    by plate may look back as far as vehicles with a hit are kept: it is about those."""
    for rule in rules:
        kept = keeping.events.get(rule.event)
        if kept and rule.event == "passage" and "plate_no" in getattr(rule.detect, "by", ()):
            kept = max(kept, keeping.passage_hit)
        if kept and rule.detect.lookback > kept:
            return (
                f"retention.{rule.event} 为 {kept.days} 天，短于规则 {rule.id} 的时间窗 {_said(rule.detect.lookback)}"
            )
    return ""


def _time(name: str, days: Any) -> timedelta:
    if name not in settable():
        raise ValueError(f"不认识的键 retention.{name}，可用：{'、'.join(settable())}")
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"retention.{name} 须为 1 至 {LONGEST_DAYS} 的整数天数，现为 {days!r}")
    return timedelta(days=days)


def _said(span: timedelta) -> str:
    return f"{span / timedelta(days=1):g} 天"
