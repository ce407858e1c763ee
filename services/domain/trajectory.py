"""轨迹: where the vehicle of one open alert was, in the order it was there, and what lies between.

Distances are straight lines on the sphere, so they are the least it drove, and the speeds the least it
needed. What nobody saw is never filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise

from services.domain.alert import Alert, Verdict, Work
from services.domain.control_rules import ControlRules
from services.domain.deed import Wish
from services.domain.judge import km_between
from services.domain.officer import Officer
from services.domain.passage import Passage
from services.domain.plate import UNREAD
from services.domain.plate_search import no_searcher
from services.domain.scope import OUTSIDE, scope_of

SAME_PLACE_KM = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceVehicle(Wish):
    """Of the vehicle of this alert: no other can be named."""

    alert_id: str


class LegKind(StrEnum):
    SEEN = "seen"
    STAY = "stay"  # the same checkpoint again
    GAP = "gap"  # so long that anything may have happened
    IMPOSSIBLE = "impossible"  # no vehicle is so fast: two vehicles, a misread plate or a wrong clock


@dataclass(frozen=True, slots=True)
class Stop:
    """One passage on the way. ``km`` is the way so far."""

    passage_id: str
    at: datetime
    checkpoint_id: str
    name: str
    lon: float
    lat: float
    km: float
    direction: str = ""
    confidence: float | None = None
    clock_trusted: bool | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """From one stop to the next. ``kmh`` is None for a leg without duration."""

    kind: LegKind
    km: float
    took: timedelta
    kmh: float | None


@dataclass(frozen=True, slots=True)
class Trajectory:
    """``legs[i]`` leads from ``stops[i]`` to ``stops[i + 1]``. ``unplaced`` passages had no position."""

    audit_id: str
    alert_id: str
    plate_no: str
    since: datetime
    until: datetime
    fastest_kmh: float
    stops: tuple[Stop, ...] = ()
    legs: tuple[Leg, ...] = ()
    unplaced: int = 0
    more: bool = False  # there were more passages than are shown: these are the newest

    @property
    def km(self) -> float:
        return self.stops[-1].km if self.stops else 0.0


def untraceable(alert: Alert | None, officer: Officer) -> str:
    """Why the vehicle of this alert may not be followed by this officer now; '' when it may."""
    why = no_searcher(officer)
    if why:
        return why
    if alert is None or not scope_of(officer).sees(alert):
        return OUTSIDE
    return not_traced(alert)


def not_traced(alert: Alert) -> str:
    """Why nobody may follow the vehicle of this alert; '' while its case is open, signed and true so far."""
    if not alert.is_open:
        return "案件已办结，轨迹不再显示"
    if not alert.is_signed:
        return "预警尚未签收"
    if alert.work is Work.NEW:
        return "预警尚未核查"
    return "预警已判误报" if alert.verdict is Verdict.FALSE_ALARM else ""


def unread(plate_no: str) -> str:
    if not plate_no:
        return "该预警不涉及一辆有号牌的车"
    return "号牌未读全，不能当作一辆车追踪" if UNREAD in plate_no else ""


def window(alert: Alert, at: datetime, rules: ControlRules) -> tuple[datetime, datetime]:
    """What a case needs: some days before what happened, up to now."""
    return alert.occurred_at - timedelta(days=rules.trace_days), at


def course(passages: Iterable[Passage], rules: ControlRules) -> tuple[tuple[Stop, ...], tuple[Leg, ...], int]:
    """Stops and legs of passages in order of time, and how many had no position."""
    every = list(passages)
    seen = [p for p in every if p.lon is not None and p.lat is not None]
    legs = tuple(_leg(one, other, rules) for one, other in pairwise(seen))
    ways = accumulate((leg.km for leg in legs), initial=0.0)
    stops = tuple(_stop(p, km) for p, km in zip(seen, ways, strict=False))
    return stops, legs, len(every) - len(seen)


def _stop(p: Passage, km: float) -> Stop:
    assert p.lon is not None and p.lat is not None
    return Stop(
        p.passage_id, p.passed_at, p.checkpoint_id, p.checkpoint_name or p.checkpoint_id, p.lon, p.lat, km,
        p.direction, p.confidence, p.clock_trusted,
    )  # fmt: skip


def _leg(one: Passage, other: Passage, rules: ControlRules) -> Leg:
    assert one.lon is not None and one.lat is not None and other.lon is not None and other.lat is not None
    km = km_between((one.lon, one.lat), (other.lon, other.lat))
    took = other.passed_at - one.passed_at
    hours = took.total_seconds() / 3600
    kmh = km / hours if hours > 0 else None
    return Leg(_kind(km, took, kmh, rules), km, took, kmh)


def _kind(km: float, took: timedelta, kmh: float | None, rules: ControlRules) -> LegKind:
    if km >= SAME_PLACE_KM and (kmh is None or kmh > rules.fastest_kmh):
        return LegKind.IMPOSSIBLE
    if took > timedelta(minutes=rules.gap_minutes):
        return LegKind.GAP
    return LegKind.STAY if km < SAME_PLACE_KM else LegKind.SEEN


def trip_of(legs: Sequence[Leg], at: int) -> tuple[int, int]:
    """The first and the last stop of the drive that stop ``at`` belongs to: as far as no gap interrupts it.
    A stop that stands alone goes with its neighbours."""
    first = last = at
    while first > 0 and legs[first - 1].kind is not LegKind.GAP:
        first -= 1
    while last < len(legs) and legs[last].kind is not LegKind.GAP:
        last += 1
    return (first, last) if last > first else (max(0, at - 1), min(len(legs), at + 1))


def possible(stop: Stop, after: Stop, fastest_kmh: float) -> tuple[tuple[datetime, float], ...]:
    """Where it can have been between two stops: the corners of a parallelogram of time and way.

    As late and then as fast as it can, or as early: empty when even the fastest could not.
    """
    took, km = after.at - stop.at, after.km - stop.km
    quickest = timedelta(hours=km / fastest_kmh)
    if took <= timedelta(0) or quickest > took:
        return ()
    return (stop.at, stop.km), (stop.at + quickest, after.km), (after.at, after.km), (after.at - quickest, stop.km)
