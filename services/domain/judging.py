"""How each kind of window reads a record, and how it judges the events of one key."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, NamedTuple

from services.domain.judge import (
    MICRO,
    Judge,
    Value,
    alone,
    changed,
    crossed,
    often,
    sighting_of,
    travelled,
    whereabouts_of,
)
from services.domain.judge_runs import in_a_row, travelled_often, trip_parts_of, unbroken
from services.domain.kinds import Fence, FirstSeen, Frequency, Rate, Travel, Windowed
from services.domain.kinds_runs import Chain, Consecutive, Trips
from services.domain.logic import Truth


class Judging(NamedTuple):
    """``least`` items must lie within ``near`` microseconds, open at the far end, or nothing can be said."""

    value: Value
    judge: Judge
    least: int
    near: int


def judging_of(detect: Windowed, matches: Truth) -> Judging:
    """``matches`` is the rule's own condition, which some kinds tell from the opposite."""
    match detect:
        case Frequency():
            value = _worded(detect.different) if detect.different else _pair_parts(detect)
            return Judging(value, lambda window: often(window, detect), detect.at_least, detect.within // MICRO)
        case Rate():
            value = attrgetter(detect.column)
            return Judging(value, lambda window: changed(window, detect), 2, detect.within // MICRO)
        case Travel():
            return Judging(sighting_of(detect), lambda window: travelled(window, detect), 2, detect.within // MICRO)
        case Fence():
            return Judging(whereabouts_of(detect), lambda window: crossed(window, detect), 2, detect.within // MICRO)
        case FirstSeen():
            return Judging(_nothing, alone, 1, detect.within // MICRO)
        case _:
            return _judging_of_runs(detect, matches)


def _judging_of_runs(detect: Consecutive | Chain | Trips, matches: Truth) -> Judging:
    match detect:
        case Consecutive():
            value, near = (lambda record: matches(record) is True), detect.within // MICRO
            return Judging(value, lambda window: in_a_row(window, detect), detect.at_least, near)
        case Chain():
            near = detect.gap // MICRO + 1
            return Judging(_nothing, lambda window: unbroken(window, detect), 2, near)
        case Trips():
            near = detect.longest // MICRO + 1
            return Judging(trip_parts_of(detect), lambda window: travelled_often(window, detect), 2, near)


def _worded(column: str) -> Value:
    """The word of a column, ``""`` when it is unknown: counted, but no place of its own."""
    read = attrgetter(column)
    return lambda record: read(record) or ""


def _pair_parts(detect: Frequency) -> Value:
    """(may begin a pair, may end it) of a record, where pairs are counted."""
    pairs = detect.pairs
    if pairs is None:
        return _nothing
    return lambda record: (pairs.is_first(record) is True, pairs.is_then(record) is True)


def _nothing(_record: Any) -> Any:
    return ()
