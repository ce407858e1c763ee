"""What one window says: the events of one key, in order, up to the one that is judged."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import asin, cos, inf, radians, sin, sqrt
from operator import attrgetter
from typing import Any

from services.domain.area import Ground
from services.domain.kinds import Fence, Frequency, Rate, Travel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
MINUTE = 60_000_000  # microseconds
_DAY = 86_400_000_000
SHANGHAI = 8 * 3_600_000_000  # ahead of UTC, all year
_HOUR = 60 * MINUTE
_KM_A_DEGREE = 111.2  # rounded up
_EARTH_KM = 6371.0088  # mean radius; a great circle on it is within 0.6 % of the geodesic

Mark = tuple[int, str, str]  # (microseconds since 1970, source, event_id)
Item = tuple[int, str, str, Any, Any]  # a mark, the value that is compared, and the record
Figures = Mapping[str, Any]
Judge = Callable[[Sequence[Item]], Figures | None]  # figures when the last of the window is a hit
Value = Callable[[Any], Any]  # of a record; None: nothing to compare, never counted


def often(window: Sequence[Item], detect: Frequency) -> Figures | None:
    figures = _often(window, detect)
    if figures is None or not detect.gap:
        return figures
    pause = window[-1][0] - detect.gap // MICRO
    for i in range(len(window) - 1, 0, -1):
        if window[i - 1][0] <= pause:
            break
        if _often(window[:i], detect) is not None:
            return None
    return figures


def _often(window: Sequence[Item], detect: Frequency) -> Figures | None:
    if detect.gap:
        window = window[bisect_left(window, (window[-1][0] - detect.within // MICRO + 1,)) :]
    figures = counted(window, detect.at_least, detect.different_days)
    if figures is None:
        return None
    if detect.pairs is not None:
        return {**figures, "pairs": paired(window, detect.pairs.within // MICRO)}
    if not detect.different:
        return figures
    different = len({item[3] for item in window} - {""})
    return {**figures, "different": different} if different >= detect.least_different else None


def counted(window: Sequence[Item], at_least: int, different_days: int) -> Figures | None:
    """How many on how many days, when it is enough of both."""
    if len(window) < at_least:
        return None
    days = len(days_of(window))
    return {"count": len(window), "days": days, **ends_of(window)} if days >= different_days else None


def paired(window: Sequence[Item], within: int) -> int:
    """Neighbours of which the first may begin a pair and the second end it; a value says both."""
    return sum(one[3][0] and other[3][1] and other[0] - one[0] <= within for one, other in pairwise(window))


def alone(window: Sequence[Item]) -> Figures | None:
    return ends_of(window) if len(window) == 1 else None


def changed(window: Sequence[Item], detect: Rate) -> Figures | None:
    """The greatest move against any event before."""
    end = window[-1]
    moves = [(sized(end[3] - item[3], detect.direction), item) for item in window[:-1]]
    most, since = max(moves, key=lambda move: (move[0], move[1][:3]), default=(0.0, end))
    if most < detect.at_least:
        return None
    return {
        "change": end[3] - since[3],
        "minutes": (end[0] - since[0]) / MINUTE,
        "first_at": moment(since),
        "last_at": moment(end),
    }


def sized(move: float, direction: str) -> float:
    return abs(move) if direction == "either" else move if direction == "rise" else -move


def travelled(window: Sequence[Item], detect: Travel) -> Figures | None:
    """The fastest journey that would have been needed from any sighting before."""
    end = window[-1]
    journeys = [(needed_kmh(item, end, detect.min_km), item) for item in window[:-1] if _may_outrun(item, end, detect)]
    fastest, since = max(journeys, key=lambda journey: (journey[0], journey[1][:3]), default=(0.0, end))
    if fastest <= detect.over_kmh:
        return None
    there, here = since[3], end[3]
    return {
        "km": km_between(there[0], here[0]),
        "minutes": (end[0] - since[0]) / MINUTE,
        "needed_kmh": None if fastest == inf else fastest,
        "before_place": there[1],
        "differs": sum(1 for one, other in zip(there[2], here[2], strict=True) if one and other and one != other),
        "highest": max((value for value in (there[3], here[3]) if value is not None), default=None),
        "first_at": moment(since),
        "last_at": moment(end),
    }


def _may_outrun(before: Item, after: Item, detect: Travel) -> bool:
    """Whether along meridian and equator, never shorter than the great circle, it was far enough."""
    (lon, lat), (other_lon, other_lat) = before[3][0], after[3][0]
    most_km = _KM_A_DEGREE * (abs(other_lon - lon) + abs(other_lat - lat))
    return most_km >= detect.min_km and most_km * _HOUR > detect.over_kmh * (after[0] - before[0])


def crossed(window: Sequence[Item], detect: Fence) -> Figures | None:
    """What the newest decisive position says beside the one before it."""
    here, before = window[-1][3], window[-2][3] if len(window) > 1 else None
    since = _stay(window)
    inside_min = (window[-1][0] - since[0]) / MINUTE
    match detect.crossing:
        case "enter":
            hit = here != "" and before is not None and before != here
        case "leave":
            hit, since = bool(before) and before != here, _stay(window[:-1] or window)
            inside_min = (window[-1][0] - since[0]) / MINUTE
        case _:
            hit = here != "" and window[-1][0] - since[0] >= detect.dwell // MICRO
    if not hit:
        return None
    area = before if detect.crossing == "leave" else here
    return {"area": area, "inside_min": inside_min, "first_at": moment(since), "last_at": moment(window[-1])}


def is_out(window: Sequence[Item], detect: Fence) -> bool:
    """Whether the newest position ends what an entering or a stay began."""
    here, before = window[-1][3], window[-2][3] if len(window) > 1 else None
    return bool(before) and before != here and (here == "" or detect.crossing == "dwell")


def _stay(window: Sequence[Item]) -> Item:
    """Where the newest unbroken run in one area, or in none, began."""
    since = window[-1]
    for item in reversed(window):
        if item[3] != since[3]:
            break
        since = item
    return since


def whereabouts_of(detect: Fence) -> Value:
    """The area a record's position is in, ``""`` outside; None without a position and at the edge."""
    ground = Ground(detect.areas, detect.margin_m)

    def whereabouts(record: Any) -> str | None:
        return None if record.lon is None or record.lat is None else ground.at(record.lon, record.lat)

    return whereabouts


def needed_kmh(before: Item, after: Item, min_km: float) -> float:
    """The speed it takes, 0 for places too near; infinite when both are at one moment."""
    km = km_between(before[3][0], after[3][0])
    hours = (after[0] - before[0]) / MINUTE / 60
    if km < min_km:
        return 0.0
    return km / hours if hours else inf


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great circle between two (lon, lat) in degrees."""
    east, north = radians(other[0] - one[0]), radians(other[1] - one[1])
    half = sin(north / 2) ** 2 + cos(radians(one[1])) * cos(radians(other[1])) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half)))


def sighting_of(detect: Travel) -> Value:
    """((lon, lat), place's name, what should not change, what is told of both); None without a position."""
    place = attrgetter(detect.place)
    compared = _row_reader(detect.compare)
    highest = attrgetter(detect.highest) if detect.highest else lambda _record: None

    def sighting(record: Any) -> Any:
        if record.lon is None or record.lat is None:
            return None
        return (record.lon, record.lat), place(record) or "", compared(record), highest(record)

    return sighting


def ends_of(window: Sequence[Item]) -> Figures:
    return {"first_at": moment(window[0]), "last_at": moment(window[-1])}


def days_of(window: Iterable[Item]) -> set[int]:
    return {(item[0] + SHANGHAI) // _DAY for item in window}


def moment(item: Item) -> datetime:
    return EPOCH + item[0] * MICRO


def micros(at: datetime) -> int:
    return (at - EPOCH) // MICRO


def _row_reader(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) < 2:
        return lambda record: tuple(getattr(record, name) for name in names)
    return attrgetter(*names)
