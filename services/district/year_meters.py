"""A simulated year of water, power and gas whose truth is known.

Honest noise: cold waves in which boilers run all night and heaters double a house's power, holidays on which
everybody stays up, pools that are filled at night by right, spray cans before a gas sensor, meters that are
swapped, a concentrator that falls silent without any outage. What rules look at is made by the collector's own
functions from readings, never written down as they would like it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from services.district.truth import Planted, Year
from services.district.year_meters_homes import gas_homes, power_homes
from services.domain.community_told import MeterReading
from services.domain.event import Event
from services.domain.meter_events import GasReading
from services.domain.meter_settings import METERS
from services.domain.night_flow import night_flow
from services.domain.outage import Count, OutageWatch
from services.domain.timebase import local

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
HALF_HOUR = timedelta(minutes=30)
SOURCE = "year_meters"
ESTATES = ("YJ01", "YJ02", "YJ03", "YJ04", "YJ05", "YJ06")
_LEAKS, _GAS_LEAKS, _OUTAGES, _SILENT = 7, 8, 8, 7


def year(seed: int, start: datetime, days: int) -> Year:
    """Follows from its arguments alone. Spread over the year; a shorter one has fewer cases."""
    events: list[Event] = []
    planted: list[Planted] = []
    first = local(start).replace(hour=0, minute=0, second=0, microsecond=0)
    for part in (_nights, _sensors, _outages, _silences, gas_homes, power_homes):
        for one in part(seed, first, days):
            (planted if isinstance(one, Planted) else events).append(one)  # type: ignore[arg-type]
    return Year(tuple(events), tuple(planted))


Made = Iterator[Event | Planted]


def moments(rng: Random, first: datetime, days: int, a_year: int, settle: int = 30) -> list[datetime]:
    """Midnights of so many days a year, apart from each other, after what is usual has been learnt."""
    count = round(a_year * days / 365)
    room = (days - settle - 10) / max(1, count)
    return [first + DAY * int(settle + (i + rng.uniform(0.1, 0.7)) * room) for i in range(count)] if room > 8 else []


# ---------------------------------------------------------------------------------------------- nights


def _nights(seed: int, first: datetime, days: int) -> Made:
    """Mains of six estates: leaks that grow until somebody mends them, pools, holidays."""
    rng = Random(f"{seed}/nights")
    leaks: dict[tuple[str, int], float] = {}
    for at in moments(rng, first, days, _LEAKS):
        estate, length, size = rng.choice(ESTATES), rng.randint(3, 9), rng.uniform(0.6, 2.2)
        began = (at - first).days
        for i in range(length):
            leaks[estate, began + i] = size * min(1.0, 0.5 + 0.25 * i)
        yield Planted("R-UTL-03", estate, at, at + (length + 1) * DAY)
    pools = {(rng.choice(ESTATES), rng.randrange(days)): rng.uniform(0.7, 1.4) for _ in range(round(days / 90))}
    for number, estate in enumerate(ESTATES):
        usual, past = 3.0 + number * 0.8, []
        for day in range(days):
            late = 1.18 if day % 30 in (0, 1) else 1.0  # holidays: everybody stays up
            drift = usual * late * rng.uniform(0.9, 1.12)
            extra = usual * (leaks.get((estate, day), 0.0) + pools.get((estate, day), 0.0))
            told = _night(estate, first + day * DAY, drift + extra, past[-METERS.night_nights :], rng)
            past.append(told.record.flow_m3h)
            yield told


def _night(estate: str, midnight: datetime, flow: float, past: list[float], rng: Random) -> Event:
    readings = [
        MeterReading(
            f"{estate}/{i}", f"{estate}Z", "water", midnight + 2 * HOUR + (i + 1) * HALF_HOUR, 0.0, "m3", "", estate,
            flow * rng.uniform(1.0, 1.2) / 2, 30.0,
        )
        for i in range(4)
    ]  # fmt: skip
    told = night_flow((estate, estate), local(midnight).date(), readings, past, METERS)
    assert told is not None
    return Event(SOURCE, f"night/{estate}/{told.night}", "night_flow", midnight + 4.75 * HOUR, told)


# --------------------------------------------------------------------------------------------- sensors


def _sensors(seed: int, first: datetime, days: int) -> Made:
    """Forty gas sensors: a whiff of the kitchen now and then, spray cans that are over in two minutes, leaks that
    rise until a valve is closed."""
    rng = Random(f"{seed}/sensors")
    for at in moments(rng, first, days, _GAS_LEAKS, settle=3):
        sensor = f"KRQT{rng.randrange(40):04d}"
        began = at + rng.uniform(6, 22) * HOUR
        height, length = rng.choice((8.0, 14.0, 26.0)), rng.randint(12, 50)
        yield Planted("R-UTL-01", sensor, began, began + (length + 10) * MINUTE)
        for minute in range(length + 8):
            rise = min(1.0, (minute + 1) / 8) if minute < length else max(0.0, 1 - (minute - length) / 5)
            yield _gas(sensor, began + minute * MINUTE, height * rise * rng.uniform(0.95, 1.05))
    for _ in range(round(days * 2.5)):
        at = first + rng.uniform(0, days) * DAY
        yield _gas(f"KRQT{rng.randrange(40):04d}", at, rng.uniform(0.5, 4.2))
    for i in range(round(days / 60)):  # spray cans
        at, sensor = first + (i * 60 + rng.uniform(5, 50)) * DAY, f"KRQT{rng.randrange(40):04d}"
        for minute, lel in enumerate((rng.uniform(5.2, 7), 3.4, 1.0)):
            yield _gas(sensor, at + minute * MINUTE, lel)


def _gas(sensor: str, at: datetime, lel: float) -> Event:
    name = f"{sensor}/{at.timestamp():.3f}"
    record = GasReading(name, sensor, round(lel, 1), ESTATES[0], f"{ESTATES[0]}03", "", at, "城市花园 3 幢")
    return Event(SOURCE, name, "gas_reading", at, record)


# --------------------------------------------------------------------------------------------- outages


@dataclass(frozen=True, slots=True)
class _Dark:
    """Three hours round one incident: ``stops`` of 24 meters go dark an hour in, ``zero`` of them still report."""

    at: datetime
    building: str
    stops: int
    zero: int


def _outages(seed: int, first: datetime, days: int) -> Made:
    """Outages of a whole building; a concentrator that falls silent, which looks the same; a few dead meters."""
    rng = Random(f"{seed}/outages")
    for i, at in enumerate(moments(rng, first, days, _OUTAGES, settle=3)):
        began = at + rng.uniform(7, 20) * HOUR
        stops = rng.randint(14, 24)
        dark = _Dark(began, f"{rng.choice(ESTATES)}{i % 9 + 1:02d}", stops, stops if i % 2 else 0)
        yield Planted("R-UTL-05", f"{dark.building}|power", began, began + 2 * HOUR)
        yield from _watched(dark, rng)
    for at in moments(rng, first + 5 * DAY, days - 5, 2, settle=3):
        yield from _watched(_Dark(at + 11 * HOUR, f"{rng.choice(ESTATES)}12", 24, 0), rng)
    for at in moments(rng, first + 9 * DAY, days - 9, 6, settle=3):
        yield from _watched(_Dark(at + 15 * HOUR, f"{rng.choice(ESTATES)}14", rng.randint(2, 8), 0), rng)


def _watched(dark: _Dark, rng: Random) -> Iterator[Event]:
    """The collector's own watch over two buildings, ten minutes at a time."""
    watch = OutageWatch(METERS)
    began, over = dark.at - HOUR, dark.at + 70 * MINUTE
    meters = [(dark.building, i) for i in range(24)] + [(f"{dark.building[:4]}90", i) for i in range(40)]
    offsets = {meter: rng.uniform(0, 30) * MINUTE for meter in meters}
    reports = sorted((began + offsets[meter] + i * HALF_HOUR, meter) for meter in meters for i in range(7))
    heard = 0
    for step in range(22):
        now = began + step * 10 * MINUTE
        while heard < len(reports) and reports[heard][0] <= now:
            at, meter = reports[heard]
            heard += 1
            out = meter[0] == dark.building and meter[1] < dark.stops and dark.at < at < over
            if not out or meter[1] < dark.zero:
                watch.hear(_power(meter, at, 0.0 if out and at - HALF_HOUR >= dark.at else 0.25), 0.4)
        for told in watch.look(now, lambda *_: Count(dark.building, dark.building[:4], 2, 1)):
            name = f"outage/{told.building_id}/{now.timestamp():.0f}/{told.affected}/{told.over}"
            yield Event(SOURCE, name, "building_outage", now, told)


def _power(meter: tuple[str, int], at: datetime, used: float) -> MeterReading:
    name = f"D{meter[0]}{meter[1]:02d}"
    return MeterReading(f"{name}/{at}", name, "power", at, 0.0, "kWh", name[1:], meter[0][:4], used, 30.0, "", meter[0])


# -------------------------------------------------------------------------------------------- silences


def _silences(seed: int, first: datetime, days: int) -> Made:
    """Twelve meters that report every eight hours: batteries that die, a bad day of radio, swaps by a fitter."""
    rng = Random(f"{seed}/silences")
    dead: dict[int, list[tuple[datetime, datetime]]] = {i: [] for i in range(12)}
    for i, at in enumerate(moments(rng, first, days, _SILENT, settle=3)):
        began, ends = at + 9 * HOUR, at + rng.uniform(2.2, 6) * DAY
        dead[i % 12].append((began, ends))
        yield Planted("R-UTL-06", f"S{i % 12:02d}", began, ends + 8 * HOUR)
    for i, at in enumerate(moments(rng, first + 4 * DAY, days - 4, 12, settle=3)):  # a bad day of radio
        dead[i % 12].append((at + 3 * HOUR, at + 17 * HOUR))
    for i, at in enumerate(moments(rng, first + 7 * DAY, days - 7, 2, settle=3)):  # swapped, and set up two days later
        dead[(i + 5) % 12].append((at + 10 * HOUR, at + 52 * HOUR))
    for number in range(12):
        for step in range(days * 3):
            at = first + step * 8 * HOUR + number * 7 * MINUTE
            if not any(begin <= at < end for begin, end in dead[number]):
                name = f"S{number:02d}"
                record = MeterReading(
                    f"{name}/{step}", name, "power", at, float(step), "kWh", f"YJ0101{number}", ESTATES[0]
                )
                yield Event(SOURCE, record.reading_id, "meter_reading", at, record)
