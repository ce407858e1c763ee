"""Alarms that wear operators out: standing, stale, chattering and fleeting ones, by ISA-18.2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.alert import AlertLevel
from services.domain.course import Course
from services.domain.yardstick import Period, Yardstick

LISTED = 50  # of each kind; their number is always whole


class Nuisance(StrEnum):
    STANDING = "standing"
    STALE = "stale"
    CHATTERING = "chattering"
    FLEETING = "fleeting"


NUISANCE_WORDS = {
    Nuisance.STANDING: "久报",
    Nuisance.STALE: "久搁",
    Nuisance.CHATTERING: "抖动",
    Nuisance.FLEETING: "一闪",
}


@dataclass(frozen=True, slots=True)
class Bother:
    """One alert on a list. ``at`` is since when it stands or lies, or when it last chattered or flashed;
    ``count`` how often it was raised, of a chattering one; ``seconds`` how long a fleeting one lasted."""

    alert_id: str
    level: AlertLevel
    signed: bool
    is_open: bool
    title: str
    subject: str
    at: datetime
    count: int = 1
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Bothers:
    """One kind: how many there are, and the worst of them."""

    kind: Nuisance
    count: int
    shown: tuple[Bother, ...] = ()


def bothers(courses: Sequence[Course], period: Period, yardstick: Yardstick) -> tuple[Bothers, ...]:
    """The four lists. Standing and stale are as of the period's end; chattering and fleeting within it."""
    return (
        _listed(Nuisance.STANDING, standing(courses, period.until, yardstick)),
        _listed(Nuisance.STALE, stale(courses, period.until, yardstick)),
        _listed(Nuisance.CHATTERING, chattering(courses, period, yardstick)),
        _listed(Nuisance.FLEETING, fleeting(courses, period, yardstick)),
    )


def standing(courses: Iterable[Course], now: datetime, yardstick: Yardstick) -> list[Bother]:
    """Open alerts whose condition has been active without a break for more than ``standing_after_h``."""
    limit = timedelta(hours=yardstick.standing_after_h)
    found = [
        _bother(c, c.active_since) for c in courses if c.is_open and c.active_since and now - c.active_since > limit
    ]
    return sorted(found, key=lambda b: b.at)


def stale(courses: Iterable[Course], now: datetime, yardstick: Yardstick) -> list[Bother]:
    """Open alerts that no person has touched for more than ``stale_after_h``, nor ever since they were raised."""
    limit = timedelta(hours=yardstick.stale_after_h)
    left = ((c, c.touched_at or c.raised_at) for c in courses if c.is_open)
    return sorted((_bother(c, at) for c, at in left if now - at > limit), key=lambda b: b.at)


def fleeting(courses: Iterable[Course], period: Period, yardstick: Yardstick) -> list[Bother]:
    """Alerts raised in the period whose condition was back to normal in less than ``fleeting_under_s``."""
    found = []
    for c in courses:
        if c.first_clear is not None and c.raised_at in period:
            lasted = (c.first_clear - c.raised_at).total_seconds()
            if lasted < yardstick.fleeting_under_s:
                found.append(_bother(c, c.raised_at, seconds=lasted))
    return sorted(found, key=lambda b: b.at, reverse=True)


def chattering(courses: Iterable[Course], period: Period, yardstick: Yardstick) -> list[Bother]:
    """Keys that in the period were raised ``chatter_raises`` times within a minute, or went through
    ``chatter_cycles`` returns to normal within ten. A key's alerts are taken together: one that closes
    by itself and is raised anew chatters just the same; so does one the engine said it of. The newest alert
    stands for its key."""
    by_key: dict[str, list[Course]] = {}
    for course in courses:
        if len(course.raises) > 1 or course.clears or course.chattered_at:
            by_key.setdefault(course.found.key, []).append(course)
    found = []
    for same in by_key.values():
        raises = sorted(at for c in same for at in c.raises if at in period)
        clears = sorted(at for c in same for at in c.clears if at in period)
        raised_often = last_burst(
            raises, yardstick.chatter_raises, timedelta(seconds=yardstick.chatter_raises_within_s)
        )
        cycled = last_burst(clears, yardstick.chatter_cycles, timedelta(minutes=yardstick.chatter_cycles_within_min))
        told = [c.chattered_at for c in same if c.chattered_at in period]
        last = max((at for at in (raised_often, cycled, *told) if at is not None), default=None)
        if last is not None:
            newest = max(same, key=lambda c: (c.raised_at, c.id))
            found.append(_bother(newest, last, count=len(raises)))
    return sorted(found, key=lambda b: (-b.count, b.alert_id))


def last_burst(moments: Sequence[datetime], count: int, within: timedelta) -> datetime | None:
    """The newest of the moments with which ``count`` of them lie in less than ``within``; None if there is none."""
    for at in range(len(moments) - 1, count - 2, -1):
        if moments[at] - moments[at - count + 1] < within:
            return moments[at]
    return None


def _listed(kind: Nuisance, found: Sequence[Bother]) -> Bothers:
    return Bothers(kind, len(found), tuple(found[:LISTED]))


def _bother(course: Course, at: datetime, count: int = 1, seconds: float = 0.0) -> Bother:
    found = course.found
    signed = bool(course.marks) and course.marks[-1].signed_at is not None
    return Bother(course.id, course.level, signed, course.is_open, found.title, found.subject, at, count, seconds)
