"""From everything heard of one elder to what the rules look at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.domain.community import CareClass, Elder
from services.domain.elder_baseline import Baseline, personal_limit
from services.domain.elder_events import PROOFS, SENSED, ElderActivity
from services.domain.elder_terms import TERMS, ElderTerms
from services.domain.elder_water import Quiet, counted_hours
from services.domain.event import Event

SOURCE_ID = "elder_watch"
SILENT_H = 24.0
DEFAULT_LOW_H = 12.0
_TOLD_FROM_H, _LONG_FROM_H = 4.0, 20.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one elder now. ``feed_at`` is the newest word of any meter: a feed that is down makes
    nobody silent. ``watched_from`` is when she came back, or when a person last proved her safe."""

    elder: Elder
    quiet: Quiet | None = None
    feed_at: datetime | None = None
    baseline: Baseline | None = None
    away: bool = False
    stopped: bool = False
    watched_from: datetime | None = None
    proofs: Mapping[str, datetime] = field(default_factory=dict)  # newest of each kind
    outings: int = 0  # of the last four weeks
    devices: Mapping[str, datetime] = field(default_factory=dict)  # what it is called, last heard
    unanswered: int = 0
    door_unanswered: bool = False
    trouble: bool = False


def activity_of(heard: Heard, now: datetime, terms: ElderTerms = TERMS) -> ElderActivity:
    elder, quiet = heard.elder, heard.quiet
    since = _low_since(heard)
    nights = elder.care is not CareClass.GENERAL
    low = counted_hours(since, quiet.heard_at, nights, terms) if quiet and since else None
    device, silent_h = _most_silent(heard.devices, now)
    return ElderActivity(
        elder_id=elder.id,
        dwelling_id=elder.dwelling_id,
        estate_id=elder.estate_id,
        estate_name=elder.estate_name,
        building=elder.building,
        care=elder.care.value,
        state="stopped" if heard.stopped else "away" if heard.away else "watched",
        meter=_meter(heard),
        low_h=_round(low),
        dry_h=_round(_hours(since, quiet.heard_at)) if quiet and since else None,
        water_24h_m3=quiet.day_m3 if quiet else None,
        some_use=quiet.some_use if quiet else False,
        personal_h=personal_limit(heard.baseline, since, nights, DEFAULT_LOW_H, terms) if since else None,
        run_h=_round(_hours(quiet.run_from, quiet.heard_at)) or 0.0 if quiet and quiet.run_from else 0.0,
        drip_lph=round(quiet.drip_m3h * 1000, 1) if quiet else 0.0,
        idle_h=_round(_idle(heard, now)),
        unanswered=heard.unanswered,
        door_unanswered=heard.door_unanswered,
        trouble=heard.trouble,
        out_week=round(heard.outings / 4, 1) if heard.outings else None,
        home_h=_round(_home(heard, now)),
        silent_h=_round(silent_h),
        silent_device=device,
        at=now,
    )


def stage_of(activity: ElderActivity) -> tuple[object, ...]:
    """What makes an activity worth telling when it differs from the last that was told: half hours of what
    lasts long, and everything that turns."""
    return (
        activity.state,
        activity.meter,
        _steps(activity.low_h, _TOLD_FROM_H),
        _steps(activity.dry_h, _LONG_FROM_H),
        _steps(activity.idle_h, _LONG_FROM_H) if (activity.dry_h or 0.0) >= _LONG_FROM_H else None,
        activity.unanswered > 0,
        activity.door_unanswered,
        activity.trouble,
        _steps(activity.run_h, _LONG_FROM_H),
        (activity.water_24h_m3 or 0.0) > 1.5 and round(activity.water_24h_m3 or 0.0, 1),
        _steps(activity.home_h, _LONG_FROM_H) if (activity.out_week or 0.0) >= 3 else None,
        _steps(activity.silent_h, _LONG_FROM_H),
    )


def event_of(activity: ElderActivity) -> Event:
    ident = f"{activity.elder_id}:{activity.at:%Y%m%d%H%M%S%f}:{activity.state}"
    return Event(SOURCE_ID, ident, "elder_activity", activity.at, activity)


def is_quiet_stage(stage: tuple[object, ...]) -> bool:
    """Whether there is nothing to tell of an elder nothing was told of before."""
    return stage[0] == "watched" and not any(part not in (None, False) for part in stage[2:])


def _low_since(heard: Heard) -> datetime | None:
    if heard.quiet is None:
        return None
    since = heard.quiet.since or heard.quiet.known_from
    return max(since, heard.watched_from) if heard.watched_from else since


def _meter(heard: Heard) -> str:
    if heard.quiet is None:
        return "none"
    behind = (heard.feed_at or heard.quiet.heard_at) - heard.quiet.heard_at
    return "silent" if behind > timedelta(hours=SILENT_H) else "reports"


def _idle(heard: Heard, now: datetime) -> float | None:
    """None where no sensor ever spoke: its silence says nothing."""
    if not any(kind in SENSED for kind in heard.proofs):
        return None
    known = [at for kind, at in heard.proofs.items() if kind in PROOFS]
    return _hours(max(*known, heard.watched_from or known[0]), now)


def _home(heard: Heard, now: datetime) -> float | None:
    """Since she went out or came in last."""
    known = [at for kind, at in heard.proofs.items() if kind in ("outing", "homecoming")]
    if not known:
        return None
    return _hours(max(*known, heard.watched_from or known[0]), now)


def _most_silent(devices: Mapping[str, datetime], now: datetime) -> tuple[str, float | None]:
    if not devices:
        return "", None
    name, at = min(devices.items(), key=lambda item: (item[1], item[0]))
    return name, _hours(at, now)


def _hours(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since) / timedelta(hours=1))


def _round(hours: float | None) -> float | None:
    """To a hundredth, downwards: 23.999 h are not yet 24."""
    return None if hours is None else int(hours * 100 + 1e-6) / 100


def _steps(hours: float | None, at_least: float) -> int | None:
    return None if hours is None or hours < at_least else int(hours * 2)
