"""How well a camera reads: counted from what it sent, and whether its readings have frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from services.domain.camera_limits import LIMITS, CameraLimits
from services.domain.plate import PlateKind
from services.domain.timebase import local

UNREADABLE = (PlateKind.NONE.value, PlateKind.UNREAD.value, PlateKind.ODD.value)
DAY = (6, 19)  # hours of Shanghai, the end open
WINDOW_MIN = 5  # over which "now" is measured
LEAST_BY_DAY = 200  # fewer tell nothing of a day or a night
HOURS = 24
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Sight(NamedTuple):
    """What one passage tells of the camera that saw it."""

    device_id: str
    checkpoint_id: str
    checkpoint_name: str
    plate_no: str
    plate_flag: str
    confidence: float | None
    opacity_pct: float | None
    no_ppm: float | None
    image: str
    speed_kmh: float | None
    occurred_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CameraHealth:
    """One camera: whether it speaks, reads and keeps time. None: not known."""

    id: str
    checkpoint_id: str
    checkpoint_name: str
    online: bool | None  # None while the whole feed is cut
    last_heard: datetime | None = None  # when something of it came in
    passages: int | None = None  # of the last minutes
    recognition_pct: float | None = None  # plates read whole / vehicles, last minutes
    recognition_day_pct: float | None = None  # of the last 24 h
    recognition_night_pct: float | None = None
    poor_images_pct: float | None = None  # not read whole, or with low confidence
    clock_ahead_s: float | None = None
    clock_error_s: float | None = None  # one standard error
    clock_pairs: int = 0  # vehicles other cameras saw as well; 0: told by arrival alone
    clock_trusted: bool | None = None
    frozen_min: float | None = None
    frozen_sign: str = ""  # which reading repeats


@dataclass(slots=True)
class Tally:
    """Vehicles of one stretch of time."""

    vehicles: int = 0
    read: int = 0
    poor: int = 0

    def add(self, flag: str, confidence: float | None, poor_below: float) -> None:
        whole = flag not in UNREADABLE
        self.vehicles += 1
        self.read += whole
        self.poor += not whole or (confidence is not None and confidence < poor_below)

    def include(self, other: Tally) -> None:
        self.vehicles += other.vehicles
        self.read += other.read
        self.poor += other.poor

    def read_pct(self, least: int) -> float | None:
        return 100 * self.read / self.vehicles if self.vehicles >= least else None

    def poor_pct(self, least: int) -> float | None:
        return 100 * self.poor / self.vehicles if self.vehicles >= least else None


# Which readings no two vehicles share by chance, and how often the same one comes in a row before it is frozen.
_SIGNS = {"图片": 3, "号牌": 5, "尾气读数": 5, "车速": 20}


def _shown(sight: Sight) -> tuple[object, ...]:
    """The value of each sign; None where there is none. An exhaust of nothing at all is an electric car."""
    exhaust = (sight.opacity_pct, sight.no_ppm) if sight.opacity_pct and sight.no_ppm else None
    plate = sight.plate_no if sight.plate_flag not in UNREADABLE else None
    return sight.image or None, plate, exhaust, sight.speed_kmh or None


@dataclass(slots=True)
class _Run:
    value: object = None
    count: int = 0
    since: datetime | None = None
    last: datetime | None = None

    def go_on(self, value: object, at: datetime) -> None:
        if value is None:
            return
        if value != self.value:
            self.value, self.count, self.since = value, 0, at
        self.count += 1
        self.last = at


@dataclass(slots=True)
class CameraMemory:
    """What is remembered of one camera. Passages are counted when they come in: its clock may be wrong."""

    device_id: str
    limits: CameraLimits = LIMITS
    checkpoint_id: str = ""
    checkpoint_name: str = ""
    last_heard: datetime | None = None
    minutes: dict[datetime, Tally] = field(default_factory=dict)
    hours: dict[datetime, Tally] = field(default_factory=dict)
    runs: tuple[_Run, ...] = field(default_factory=lambda: tuple(_Run() for _ in _SIGNS))

    def see(self, sight: Sight) -> None:
        at = sight.received_at
        self.stand(sight)
        minute = self.minutes.setdefault(at.replace(second=0, microsecond=0), Tally())
        minute.add(sight.plate_flag, sight.confidence, self.limits.poor_confidence)
        for run, value in zip(self.runs, _shown(sight), strict=True):
            run.go_on(value, at)

    def stand(self, sight: Sight) -> None:
        """Where it stands, and that it was heard."""
        self.checkpoint_id, self.checkpoint_name = sight.checkpoint_id, sight.checkpoint_name
        self.last_heard = max(sight.received_at, self.last_heard or sight.received_at)

    def remember(self, hour: datetime, tally: Tally) -> None:
        """Vehicles of an hour that were counted elsewhere."""
        self.hours.setdefault(hour, Tally()).include(tally)

    def settle(self, now: datetime) -> None:
        """Put minutes that are over for "now" into their hours, and forget hours of yesterday."""
        for minute in [m for m in self.minutes if m < now - (WINDOW_MIN + 1) * MINUTE]:
            self.remember(minute.replace(minute=0), self.minutes.pop(minute))
        for hour in [h for h in self.hours if h < now - (HOURS + 1) * HOUR]:
            del self.hours[hour]

    def lately(self, now: datetime) -> Tally:
        """The last minutes, the running one left out."""
        end = now.replace(second=0, microsecond=0)
        found = Tally()
        for minute, tally in self.minutes.items():
            if end - WINDOW_MIN * MINUTE <= minute < end:
                found.include(tally)
        return found

    def by_day(self, *, night: bool) -> Tally:
        found = Tally()
        for moment, tally in (*self.hours.items(), *self.minutes.items()):
            if night != (DAY[0] <= local(moment).hour < DAY[1]):
                found.include(tally)
        return found

    def frozen(self, now: datetime) -> tuple[float, str] | None:
        """For how many minutes which reading has not changed: 0 when none; None when none came lately."""
        if self.last_heard is None or now - self.last_heard > WINDOW_MIN * MINUTE:
            return None
        stuck = [
            ((run.last - run.since) / MINUTE, sign)
            for run, (sign, least) in zip(self.runs, _SIGNS.items(), strict=True)
            if run.count >= least and run.since is not None and run.last is not None
        ]
        return max(stuck, default=(0.0, ""))
