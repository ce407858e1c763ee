"""Meters of the demo community beyond the elders' own: the estates' mains, one building's power, some gas; and
what happens with them in the first hours: a leak of last night, a gas alarm, a building that goes dark.

A counter is a function of time alone, so nothing has to be remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from services.district.community_days import SLOT, Happening, number, slot_of
from services.district.community_estates import BuildingPlan, EstatePlan, Row
from services.district.community_registers import stamp

_SHAPES = {
    "1": (3, 2, 2, 2, 2, 4, 10, 14, 11, 8, 7, 8, 10, 8, 6, 6, 7, 10, 14, 15, 13, 10, 7, 4),
    "2": (6, 5, 4, 4, 4, 5, 7, 8, 7, 7, 7, 8, 9, 8, 7, 7, 8, 11, 14, 15, 15, 13, 11, 8),
    "3": (0, 0, 0, 0, 0, 0, 9, 11, 7, 4, 5, 12, 10, 4, 3, 3, 6, 13, 15, 10, 7, 5, 3, 0),
}
_UNITS = {"1": "m3", "2": "kWh", "3": "m3"}
_FIRST_KEY = 200  # the elders' meters number below
_NIGHTS = 9  # of the mains' past, enough for a median
_LEAKS_M3H = 6.0
_DARK_AFTER, _DARK_UNTIL = timedelta(minutes=12), timedelta(minutes=105)
_GAS_AFTER = timedelta(minutes=25)
_GAS_LEL = (3.5, 6.2, 8.4, 12.1, 13.0, 11.2, 7.5, 4.0, 1.8, 0.6)
_HOMES = 14


@dataclass(frozen=True, slots=True)
class DemoMeter:
    """``daily`` is m³ or kWh; ``leaks_from`` adds a steady loss."""

    number: int
    code: str
    kind: str
    estate: str
    dwelling: str
    daily: float
    base: float
    leaks_from: datetime | None = None

    def at(self, moment: datetime) -> float:
        """Its counter: whole days, and the part of this one."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        shape = _SHAPES[self.kind]
        hours = (moment - midnight) / timedelta(hours=1)
        whole = int(hours)
        part = (sum(shape[:whole]) + (shape[whole] * (hours - whole) if whole < 24 else 0)) / sum(shape)
        lost = 0.0
        if self.leaks_from is not None and moment > self.leaks_from:
            lost = _LEAKS_M3H * ((moment - self.leaks_from) / timedelta(hours=1))
        return round(self.base + self.daily * (midnight.toordinal() - 738_000 + part) + lost, 3)

    def row(self, heard: str) -> Row:
        return (self.code, self.kind, self.estate, self.dwelling, heard, "正常")


class MeterLife:
    """What these meters and the gas sensor of the story write."""

    def __init__(
        self, seed: int, start: datetime, estates: Sequence[EstatePlan], buildings: Sequence[BuildingPlan],
        houses: Sequence[Row],
    ) -> None:  # fmt: skip
        self._start = start
        self._estates = estates
        self._dark = next((b.code for b in buildings if b.estate is estates[0]), "")
        self.meters = tuple(_meters(seed, start, estates, self._dark, houses))
        self.mains = tuple(meter for meter in self.meters if not meter.dwelling)

    def rows(self, now: datetime) -> list[Row]:
        """The mains in the register of meters; homes' meters stand there already."""
        return [meter.row(stamp(now - timedelta(minutes=5))) for meter in self.mains]

    def past(self, now: datetime) -> list[Happening]:
        """The mains' nights, and the last hours of all."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        found: list[Happening] = []
        for back in range(_NIGHTS, -1, -1):
            night = midnight - timedelta(days=back)
            found += self._readings(self.mains, night + timedelta(hours=1), min(now, night + timedelta(hours=5)))
        return found + self._readings(self.meters, max(midnight + timedelta(hours=5), now - timedelta(hours=3)), now)

    def between(self, after: datetime, until: datetime) -> list[Happening]:
        """Readings and gas reports in ``(after, until]``."""
        return [*self._readings(self.meters, after, until), *self._gas(after, until)]

    def _readings(self, meters: Sequence[DemoMeter], after: datetime, until: datetime) -> list[Happening]:
        found: list[Happening] = []
        for meter in meters:
            at = slot_of(after - SLOT) + timedelta(seconds=(meter.number * 173) % 1800)
            while at <= until:
                if at > after and not self._is_dark(meter, at):
                    key = number(at, _FIRST_KEY + meter.number)
                    row = (key, f"CB{key}", meter.code, stamp(at), meter.at(at), _UNITS[meter.kind])
                    found.append(Happening(at, "chaobiao", row))
                at += SLOT
        return sorted(found, key=lambda happening: happening.at)

    def _is_dark(self, meter: DemoMeter, at: datetime) -> bool:
        dark = meter.kind == "2" and meter.dwelling.startswith(self._dark)
        return dark and self._start + _DARK_AFTER < at < self._start + _DARK_UNTIL

    def _gas(self, after: datetime, until: datetime) -> Iterator[Happening]:
        estate = self._estates[2 % len(self._estates)]
        for minute, lel in enumerate(_GAS_LEL):
            at = self._start + _GAS_AFTER + timedelta(minutes=minute)
            if after < at <= until:
                key = number(at, 900)
                row = (key, f"RQ{key}", "KRQT0021", "", f"{estate.code}05", estate.code, lel, stamp(at))
                yield Happening(at, "ranqi", row)


def _meters(
    seed: int, start: datetime, estates: Sequence[EstatePlan], dark: str, houses: Sequence[Row]
) -> Iterator[DemoMeter]:
    leaking = estates[3 % len(estates)]
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    for i, estate in enumerate(estates):
        leaks = midnight - timedelta(hours=3) if estate is leaking else None
        yield DemoMeter(i, f"ZB{estate.code}", "1", estate.code, "", estate.people * 0.1, 1000.0 * (i + 1), leaks)
    homes = [str(row[0]) for row in houses if str(row[1]) == dark][:_HOMES]
    rng = Random(f"{seed}/demo meters")
    for i, house in enumerate(homes):
        yield DemoMeter(6 + i, f"D{house}", "2", house[:4], house, rng.uniform(5, 14), rng.uniform(2_000, 9_000))
        if i < _HOMES // 2:
            yield DemoMeter(30 + i, f"Q{house}", "3", house[:4], house, rng.uniform(0.5, 1.2), rng.uniform(100, 900))
