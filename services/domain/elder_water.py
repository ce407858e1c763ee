"""What a water meter says of the person behind it: for how long too little ran, and what never stops running.

Pure. A reading's ``used`` is what ran since the reading before, so a gap between two readings hides nothing
that their counters did not see.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.elder_terms import TERMS, ElderTerms
from services.domain.timebase import local

_DAY = timedelta(hours=24)
LITRE = 0.001
_MOST_OF_A_DAY = timedelta(hours=18)
_GAP = 1.6  # of the usual step: what is longer has lost a reading
_TRICKLE = 0.0005  # m³ in a half hour: less is the counter's own play


@dataclass(frozen=True, slots=True)
class Use:
    """What one meter counted since its reading before."""

    at: datetime
    used: float


@dataclass(frozen=True, slots=True)
class Quiet:
    """``since`` None: less than the least water in all that is known, which begins at ``known_from``."""

    known_from: datetime
    heard_at: datetime
    since: datetime | None
    drip_m3h: float
    run_from: datetime | None
    day_m3: float | None  # of the 24 h up to ``heard_at``; None when less is known
    some_use: bool


def quiet_of(uses: Sequence[Use], terms: ElderTerms = TERMS) -> Quiet | None:
    """Of readings in order of time; None without any."""
    if not uses:
        return None
    drip = steady_flow(uses, terms)
    heard_at = uses[-1].at
    day = [use for use in uses if use.at > heard_at - _DAY]
    known = uses[0].at <= heard_at - _DAY
    return Quiet(
        known_from=uses[0].at,
        heard_at=heard_at,
        since=_quiet_since(uses, drip, terms.low_m3),
        drip_m3h=drip,
        run_from=_running_from(uses),
        day_m3=round(sum(use.used for use in day), 4) if known else None,
        some_use=any(use.used >= LITRE for use in day),
    )


def steady_flow(uses: Sequence[Use], terms: ElderTerms = TERMS) -> float:
    """m³ an hour that ran in every stretch of the last 24 h; 0 unless at least 18 of them are known stretch by
    stretch. More than a drip is no drip: it is not taken off."""
    day = uses[_first_after(uses, uses[-1].at - _DAY) :]
    step = _usual_step(day)
    least, known = float("inf"), timedelta()
    for before, use in itertools.pairwise(day):
        stretch = use.at - before.at
        if step / 2 <= stretch <= step * _GAP:
            known += stretch
            least = min(least, use.used / (stretch / timedelta(hours=1)))
    return least if known >= _MOST_OF_A_DAY and least <= terms.drip_m3h else 0.0


def _usual_step(uses: Sequence[Use]) -> timedelta:
    steps = sorted(use.at - before.at for before, use in itertools.pairwise(uses))
    return steps[len(steps) // 2] if steps else timedelta()


def _first_after(uses: Sequence[Use], at: datetime) -> int:
    """The place of the last reading at or before the moment, so that the first stretch is whole."""
    return max(0, bisect_right(uses, at, key=lambda use: use.at) - 1)


def _quiet_since(uses: Sequence[Use], drip: float, low_m3: float) -> datetime | None:
    """The moment after which less than ``low_m3`` ran, the drip left out."""
    total = 0.0
    for at in range(len(uses) - 1, -1, -1):
        hours = (uses[at].at - uses[at - 1].at) / timedelta(hours=1) if at else 0.0
        total += max(0.0, uses[at].used - drip * hours)
        if round(total, 6) >= low_m3:
            return uses[at].at
    return None


def _running_from(uses: Sequence[Use]) -> datetime | None:
    """Since when water ran in every stretch; None when the newest had none. A stretch longer than usual may
    have stood still in between: it ends the row."""
    step = _usual_step(uses)
    first: datetime | None = None
    for at in range(len(uses) - 1, 0, -1):
        if uses[at].used < _TRICKLE or uses[at].at - uses[at - 1].at > step * _GAP:
            break
        first = uses[at - 1].at
    return first


def counted_hours(since: datetime, until: datetime, nights: bool, terms: ElderTerms = TERMS) -> float:
    """Hours between two moments; without ``nights`` those of the night (Shanghai) are left out."""
    whole = max(0.0, (until - since) / timedelta(hours=1))
    if nights or whole == 0.0:
        return whole
    night = 0.0
    day = local(since).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while day <= until:
        begins, ends = _night(day, terms)
        night += max(0.0, (min(ends, until) - max(begins, since)) / timedelta(hours=1))
        day += timedelta(days=1)
    return max(0.0, whole - night)


def _night(day: datetime, terms: ElderTerms) -> tuple[datetime, datetime]:
    begins = day + timedelta(hours=terms.night_from_h)
    over = 24 if terms.night_until_h <= terms.night_from_h else 0
    return begins, day + timedelta(hours=terms.night_until_h + over)
