"""Whether the water, power or gas of a whole building has gone: many of its meters stopped within minutes.

A meter that reports every half hour cannot say when it stopped, only between which moments. Those of one
building that can have stopped within the same few minutes are counted together. When nobody else reports
either, it is the feed that is silent, and nothing is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.domain.community_told import MeterKind, MeterReading
from services.domain.meter_events import BuildingOutage
from services.domain.meter_settings import MeterSettings

FORGET = timedelta(hours=24)  # silent longer is R-UTL-06's matter
_DREW = 0.01  # m³ or kWh before it stopped
_USUAL = {MeterKind.WATER: 0.02, MeterKind.POWER: 0.05, MeterKind.GAS: 0.05}  # an hour, for a zero to mean anything
_GROWN = 5  # further meters are worth telling

Where = tuple[str, str]  # building, kind of meter


@dataclass(frozen=True, slots=True)
class Count:
    """What looking after a building brings along: names and numbers, never who."""

    building: str = ""
    estate_name: str = ""
    elders: int | None = None
    protected: int | None = None


@dataclass(slots=True)
class _Meter:
    estate_id: str
    last_at: datetime
    drew: bool = False
    stopped: tuple[datetime, datetime] | None = None  # at zero: between which moments that began


@dataclass(slots=True)
class _Told:
    affected: int
    began_at: datetime


class OutageWatch:
    """For one thread. ``hear`` each reading in any order, ``look`` now and then."""

    def __init__(self, settings: MeterSettings) -> None:
        self._settings = settings
        self._meters: dict[Where, dict[str, _Meter]] = defaultdict(dict)
        self._told: dict[Where, _Told] = {}
        self._newest: datetime | None = None

    def hear(self, reading: MeterReading, usual: float | None) -> None:
        """``usual`` is the meter's median use in this hour of the day, if it is known."""
        where = (reading.building_id, reading.meter_kind)
        meter = self._meters[where].get(reading.meter_id)
        if meter is None:
            meter = self._meters[where][reading.meter_id] = _Meter(reading.estate_id, reading.read_at)
        elif reading.read_at <= meter.last_at:
            return
        meter.last_at = reading.read_at
        self._newest = max(self._newest or reading.read_at, reading.read_at)
        if reading.used is None or not reading.minutes:
            return
        if reading.used > 0:
            meter.drew, meter.stopped = reading.used >= _DREW, None
        elif meter.stopped is None and meter.drew and _ought(reading, usual):
            began = reading.read_at - timedelta(minutes=reading.minutes)
            meter.stopped = (began - timedelta(minutes=self._settings.reports_min), began)

    def look(self, now: datetime, count: Callable[[str, str], Count]) -> list[BuildingOutage]:
        """What began, grew or is over. ``count`` is asked for (building, estate) of what is told."""
        if self._newest is None:
            return []
        feed = min(now, self._newest)
        lately = feed - timedelta(minutes=self._settings.silent_min)
        speaking = sum(meter.last_at >= lately for of in self._meters.values() for meter in of.values())
        buildings = [where for where in self._meters if where[0]]  # a main is in none, but it speaks
        return [told for where in buildings for told in self._look_at(where, feed, lately, speaking, count)]

    def _look_at(
        self, where: Where, feed: datetime, lately: datetime, speaking: int, count: Callable[[str, str], Count]
    ) -> Iterator[BuildingOutage]:
        meters = self._meters[where]
        before = self._told.get(where)
        spans = list(self._stopped(meters, feed, lately, for_ever=before is not None))
        affected, began = together(spans, timedelta(minutes=self._settings.outage_window_min))
        here = sum(meter.last_at >= lately for meter in meters.values())
        if before is None:
            if affected < self._settings.outage_meters or speaking - here < affected:
                return
        elif affected < self._settings.outage_meters / 2:
            del self._told[where]
            yield self._outage(where, (0, 0), before.began_at, feed, count, over=True)
            return
        elif affected < before.affected + _GROWN:
            return
        else:
            began = before.began_at
        self._told[where] = _Told(affected, began)
        zero = sum(meter.stopped is not None and meter.last_at >= lately for meter in meters.values())
        zero = min(zero, affected)
        yield self._outage(where, (affected - zero, zero), began, feed, count, over=False)

    def _stopped(
        self, meters: dict[str, _Meter], feed: datetime, lately: datetime, *, for_ever: bool
    ) -> Iterator[tuple[datetime, datetime]]:
        for meter in meters.values():
            if meter.last_at < lately:
                if for_ever or feed - meter.last_at < FORGET:
                    yield meter.last_at, meter.last_at + timedelta(minutes=self._settings.reports_min)
            elif meter.stopped is not None:
                yield meter.stopped

    def _outage(
        self,
        where: Where,
        split: tuple[int, int],
        began: datetime,
        feed: datetime,
        count: Callable[[str, str], Count],
        *,
        over: bool,
    ) -> BuildingOutage:
        building, kind = where
        meters = self._meters[where]
        estate = next(iter(meters.values())).estate_id
        known = count(building, estate)
        return BuildingOutage(
            building_id=building,
            building=known.building,
            estate_id=estate,
            estate_name=known.estate_name,
            kind=kind,
            silent=split[0],
            zero=split[1],
            affected=sum(split),
            meters=len(meters),
            over=over,
            elders=known.elders,
            protected=known.protected,
            began_at=began,
            read_at=feed,
        )


def together(spans: Sequence[tuple[datetime, datetime]], window: timedelta) -> tuple[int, datetime]:
    """How many of the spans of uncertainty can hold a moment within one window, and when it begins at the
    earliest. A sweep over their ends."""
    if not spans:
        return 0, datetime.max.replace(tzinfo=UTC)
    edges = sorted([(first - window, 0) for first, _ in spans] + [(last, 1) for _, last in spans])
    best, here, at = 0, 0, edges[0][0]
    for moment, ends in edges:
        here += -1 if ends else 1
        if here > best:
            best, at = here, moment + window
    return best, at


def _ought(reading: MeterReading, usual: float | None) -> bool:
    """Whether a zero means something: this meter usually draws in this hour. What is not known means nothing,
    but for power, which a dwelling that drew a moment ago never draws none of."""
    if usual is None:
        return reading.meter_kind == MeterKind.POWER
    return usual >= _USUAL[MeterKind(reading.meter_kind)]
