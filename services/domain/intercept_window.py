"""The interception window: where a vehicle will pass next, when, and which unit can be there in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, floor

from services.domain.alert import Alert, AlertLevel, Verdict, Visibility
from services.domain.intercept_settings import InterceptSettings
from services.domain.next_places import NARROW, WIDE, Coming, next_places
from services.domain.travel_table import TravelTable, apart_km
from services.domain.travel_time import Basis, hour_class
from services.domain.units import Unit, can_go, travel_s

STEP_S = 5  # moments are told in steps of so much, so that nothing on the screen trembles
MOST = 5  # next checkpoints told


class Reach(StrEnum):
    """Whether a unit can be at a checkpoint before the vehicle."""

    IN_TIME = "in_time"  # before the P20
    TIGHT = "tight"  # before the P80
    TOO_LATE = "too_late"  # refused
    NO_UNIT = "no_unit"


REACH_WORDS = {Reach.IN_TIME: "可拦", Reach.TIGHT: "可能错过", Reach.TOO_LATE: "来不及", Reach.NO_UNIT: "附近无单位"}
ORDERABLE = frozenset({Reach.IN_TIME, Reach.TIGHT})


@dataclass(frozen=True, slots=True)
class Seen:
    """A plate at a checkpoint, without the plate."""

    checkpoint_id: str
    name: str
    lon: float
    lat: float
    at: datetime
    direction: str = ""
    lane: int | None = None


@dataclass(frozen=True, slots=True)
class NextPlace:
    """One checkpoint the vehicle may pass next. ``chance`` that it does, ``p20_at`` and ``p80_at`` when,
    on what ``basis`` of ``n`` legs; ``unit_s`` with which the nearest free unit is there, 0 for none;
    ``catch`` the chance that the unit is there first, if it comes this way at all."""

    checkpoint_id: str
    name: str
    lon: float
    lat: float
    hops: int
    via: str  # id of the checkpoint before
    chance: float
    p20_at: datetime
    p80_at: datetime
    basis: Basis
    n: int
    reach: Reach = Reach.NO_UNIT
    unit_id: str = ""
    call_sign: str = ""
    unit_s: float = 0.0
    catch: float = 0.0
    order_by: datetime | None = None  # the last moment at which an order makes sense


@dataclass(frozen=True, slots=True)
class Jump:
    """Two sightings of one plate that no one vehicle can have made."""

    seen: Seen  # the earlier one
    again: Seen
    km: float
    seconds: float
    needed_kmh: float | None  # None: at the same moment


@dataclass(frozen=True, slots=True)
class InterceptionWindow:
    """Of one alert: a record of topic ``interception_windows``. ``order_by`` is that of ``best``; a window
    that ``is_over`` names no places: the vehicle has not been seen again."""

    id: str  # of the alert
    level: AlertLevel
    seen: Seen
    hours: str  # class of hours
    lost: float  # chance that it has left the network, or is passed unread
    margin_s: float
    decision_s: float
    feedback_s: float
    places: tuple[NextPlace, ...] = ()
    slow_kmh: float = 0.0  # straight line, from where it was seen: four in five are faster
    fast_kmh: float = 0.0  # and four in five no faster
    jump: Jump | None = None
    decide_by: datetime | None = None  # red: by then somebody must have decided
    is_over: bool = False

    @property
    def best(self) -> NextPlace | None:
        """Where most is to be gained by an order."""
        able = [place for place in self.places if place.reach in ORDERABLE]
        return max(able, key=lambda place: place.chance * place.catch, default=None)

    @property
    def order_by(self) -> datetime | None:
        best = self.best
        return best.order_by if best else None


def wants_window(alert: Alert, settings: InterceptSettings) -> bool:
    """Whether this alert is about a vehicle to be met on its way."""
    if not alert.is_open or alert.scene != "checkpoints" or alert.subject_kind != "passage":
        return False
    if alert.visibility is not Visibility.VISIBLE or alert.verdict in (Verdict.FALSE_ALARM, Verdict.NO_ACTION):
        return False
    return alert.level is AlertLevel.RED or (alert.rule_id in settings.rules and alert.level >= settings.least_level)


def window(
    alert: Alert,
    seen: Seen,
    table: TravelTable,
    units: Sequence[Unit],
    settings: InterceptSettings,
    now: datetime,
    jump: Jump | None = None,
) -> InterceptionWindow:
    """From where it was seen last and for how long it has not been seen since."""
    hours = settings.classes[hour_class(seen.at.timestamp(), settings)]
    elapsed_s = max(0.0, (now - seen.at).total_seconds())
    lost, coming = next_places(table, seen.checkpoint_id, seen.direction, hours, elapsed_s)
    over = elapsed_s > settings.horizon_s or 1 - lost < settings.lost_below
    likely = [] if over else [one for one in coming if one.chance >= settings.least_chance]
    slow, fast = (0.0, 0.0) if over else _speeds(table, seen.checkpoint_id, hours, likely)
    free = [unit for unit in units if can_go(unit, now, settings)]
    red = alert.level is AlertLevel.RED
    return InterceptionWindow(
        id=alert.id,
        level=alert.level,
        seen=seen,
        hours=hours,
        lost=round(lost, 2),
        margin_s=60 * settings.margin_min,
        decision_s=60 * settings.decision_min,
        feedback_s=60 * settings.feedback_min,
        places=tuple(_met(one, free, now, settings) for one in likely[:MOST]),
        slow_kmh=slow,
        fast_kmh=fast,
        jump=jump,
        decide_by=alert.raised_at + timedelta(minutes=settings.decision_min) if red else None,
        is_over=over,
    )


def _speeds(table: TravelTable, here: str, hours: str, likely: Sequence[Coming]) -> tuple[float, float]:
    """As the crow flies, towards the next places by their chances."""
    next_ones = [one for one in likely if one.hops == 1]
    total = sum(one.chance for one in next_ones)
    if not total:
        return 0.0, 0.0
    found = [0.0, 0.0]
    for one in next_ones:
        spread, km = table.spread(here, one.spot.id, hours), apart_km(table.spots[here], one.spot)
        for at, q in enumerate((WIDE, NARROW)):
            found[at] += one.chance / total * km / spread.quantile(q) * 3600
    return round(found[0], 1), round(found[1], 1)


def _met(coming: Coming, free: Sequence[Unit], now: datetime, settings: InterceptSettings) -> NextPlace:
    """The place with the free unit that is there first."""
    spot = coming.spot
    place = NextPlace(
        checkpoint_id=spot.id,
        name=spot.name,
        lon=spot.lon,
        lat=spot.lat,
        hops=coming.hops,
        via=coming.via,
        chance=round(coming.chance, 2),
        p20_at=stepped(now + timedelta(seconds=coming.p20_s)),
        p80_at=stepped(now + timedelta(seconds=coming.p80_s)),
        basis=coming.basis,
        n=coming.n,
    )
    by_time = [(travel_s(unit, spot, settings), unit.id, unit) for unit in free]
    unit_s, _, unit = min(by_time, default=(0.0, "", None))
    if unit is None or unit_s > settings.horizon_s:
        return place
    need_s = unit_s + settings.margin_s
    return replace(
        place,
        reach=reach(need_s, coming.p20_s, coming.p80_s),
        unit_id=unit.id,
        call_sign=unit.call_sign,
        unit_s=float(STEP_S * ceil(unit_s / STEP_S)),
        catch=round(float((coming.arrivals_s >= need_s).mean()), 1),
        order_by=stepped(now + timedelta(seconds=coming.p80_s - need_s)),
    )


def reach(need_s: float, p20_s: float, p80_s: float) -> Reach:
    """``need_s`` is the unit's way with the margin; all from now."""
    if need_s > p80_s:
        return Reach.TOO_LATE
    return Reach.IN_TIME if need_s <= p20_s else Reach.TIGHT


def refusal(place: NextPlace, now: datetime, margin_s: float) -> str:
    """Why no order for this place makes sense now; "" when one does."""
    if place.reach is Reach.NO_UNIT:
        return "附近无可派单位"
    p80_s, need_s = (place.p80_at - now).total_seconds(), place.unit_s + margin_s
    if place.reach is Reach.TOO_LATE or need_s > p80_s:
        return f"P80 {floor(max(0.0, p80_s) / 60)} 分 < {ceil(need_s / 60)} 分"
    return ""


def minutes_words(place: NextPlace, now: datetime) -> str:
    """``4–7 分``: P20 to P80 from now, rounded outward."""
    p20, p80 = ((at - now).total_seconds() / 60 for at in (place.p20_at, place.p80_at))
    return f"{max(0, floor(p20))}–{max(1, ceil(p80))} 分"


def stepped(moment: datetime) -> datetime:
    """To whole steps, so that a window worked out anew is the same record while nothing moved."""
    return datetime.fromtimestamp(STEP_S * round(moment.timestamp() / STEP_S), moment.tzinfo)
