"""The kinds of detection a rule may ask for, and the figures each of them can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from services.domain.area import Area
from services.domain.condition import Sort
from services.domain.kinds_runs import Chain, Consecutive, Pairs, Trips
from services.domain.logic import Truth
from services.domain.sieve import Sieve

NONE = timedelta(0)

# What a detection adds to the record's own columns.
FIGURES: Mapping[str, Sort] = {
    "count": Sort.NUMBER,
    "days": Sort.NUMBER,  # different days, Shanghai
    "different": Sort.NUMBER,  # values of the column a frequency asks to differ
    "pairs": Sort.NUMBER,  # pairs of neighbours a frequency counts beside its events
    "first_at": Sort.TIME,
    "last_at": Sort.TIME,
    "listed_reason": Sort.TEXT,
    "listed_by": Sort.TEXT,
    "listed_until": Sort.TIME,
    "held_min": Sort.NUMBER,
    "held_h": Sort.NUMBER,
    "silent_min": Sort.NUMBER,
    "silent_h": Sort.NUMBER,
    "change": Sort.NUMBER,
    "minutes": Sort.NUMBER,
    "km": Sort.NUMBER,
    "needed_kmh": Sort.NUMBER,
    "before_place": Sort.TEXT,  # where it was before
    "differs": Sort.NUMBER,
    "highest": Sort.NUMBER,  # of a column, in both sightings of a journey
    "contradictions": Sort.NUMBER,
    "usual": Sort.NUMBER,  # median of the same hour of past weeks
    "usual_low": Sort.NUMBER,
    "usual_high": Sort.NUMBER,
    "samples": Sort.NUMBER,
    "area": Sort.TEXT,
    "inside_min": Sort.NUMBER,
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """Each event that meets ``where`` is a detection."""

    @property
    def lookback(self) -> timedelta:
        return NONE


@dataclass(frozen=True, slots=True)
class WatchList:
    """An event whose column ``match`` holds a value that is on the list, and valid, at its moment."""

    list: str
    match: str

    @property
    def lookback(self) -> timedelta:
        return NONE


@dataclass(frozen=True, slots=True)
class Frequency:
    """``at_least`` events with the same values of ``by`` within ``within``, on ``different_days`` or more
    days and with ``least_different`` or more known values of ``different``; told again only when nothing
    was a hit for ``gap`` before. ``pairs`` are counted in the window and change no hit."""

    by: tuple[str, ...]
    at_least: int
    within: timedelta
    different_days: int = 1
    gap: timedelta = NONE
    different: str = ""
    least_different: int = 1
    pairs: Pairs | None = None

    @property
    def lookback(self) -> timedelta:
        return self.within + self.gap


@dataclass(frozen=True, slots=True)
class Rate:
    """``column`` moved by ``at_least`` against some event of the same ``by`` less than ``within`` before."""

    by: tuple[str, ...]
    column: str
    direction: str  # rise | fall | either
    at_least: float
    within: timedelta

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class Travel:
    """Seen less than ``within`` after an event of the same ``by`` that is so far away that more than
    ``over_kmh`` would have been needed. Nearer than ``min_km`` counts for nothing: clocks differ.
    ``compare`` are columns that should not change on the way; the higher ``highest`` of both sightings is
    told; contradictions are counted over ``again``."""

    by: tuple[str, ...]
    over_kmh: float
    min_km: float
    within: timedelta
    place: str
    compare: tuple[str, ...] = ()
    highest: str = ""
    again: timedelta = timedelta(days=1)

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """No event of the same ``by`` within ``within`` before it, though the feed is older than that."""

    by: tuple[str, ...]
    within: timedelta

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class Threshold:
    """``where`` held for ``hold`` without an event that meets ``clear``; over when ``clear`` held for
    ``release`` without one that meets ``where``. What meets neither (the dead band) changes nothing."""

    by: tuple[str, ...]
    hold: timedelta
    release: timedelta

    @property
    def lookback(self) -> timedelta:
        return self.hold + self.release


@dataclass(frozen=True, slots=True)
class Absence:
    """Nothing of ``by`` for ``within``, while ``others`` events of the same kind came in. Only what was
    heard within ``listen`` is listened for."""

    by: tuple[str, ...]
    within: timedelta
    others: int
    listen: timedelta

    @property
    def lookback(self) -> timedelta:
        return max(self.within, self.listen)


@dataclass(frozen=True, slots=True)
class Band:
    """Outside median ± ``spread`` × 1.4826 MAD of the same weekday and hour (Shanghai) of the last
    ``weeks`` weeks, and by more than ``least_move``: the event's ``column``, or, without one, the number
    of events in the hour. Says nothing with fewer than ``least`` samples."""

    by: tuple[str, ...]
    column: str
    direction: str  # high | low | both
    weeks: int
    spread: float
    least_move: float
    least: int

    @property
    def lookback(self) -> timedelta:
        return timedelta(weeks=self.weeks, hours=2)


@dataclass(frozen=True, slots=True)
class Fence:
    """``by`` entered or left one of the areas, or has been in it for ``dwell``. A position outside that is
    nearer than ``margin_m`` says nothing, nor does what is older than ``within``."""

    by: tuple[str, ...]
    areas: tuple[Area, ...]
    crossing: str  # enter | leave | dwell
    dwell: timedelta
    margin_m: float
    within: timedelta

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class Follow:
    """An event that is followed (or, ``expires``, is not followed ``grace`` after the time is up) within
    ``within`` by one of ``event`` that meets ``then`` and has the same key."""

    by: tuple[str, ...]
    within: timedelta
    expires: bool
    grace: timedelta
    event: str
    then_by: tuple[str, ...]
    then: str
    holds: Truth = field(compare=False, repr=False)
    sifts: Sieve = field(compare=False, repr=False)

    @property
    def lookback(self) -> timedelta:
        return 2 * self.within + self.grace


Windowed = Frequency | Rate | Travel | FirstSeen | Fence | Consecutive | Chain | Trips
Detect = Attribute | WatchList | Windowed | Threshold | Absence | Band | Follow
