"""How well was predicted: every leg is foretold by what was learnt before it, then counted against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from services.domain.next_places import LEAST_WAY, NARROW, WIDE, still_under_way
from services.domain.travel_table import LEFT, LegKey, TravelTable
from services.domain.travel_time import EDGES, Counts, Spread

SLOTS = 10  # bins of the reliability plot, each a tenth of probability wide


@dataclass(frozen=True, slots=True)
class Score:
    """Sums only, so that scores add up. ``trials[s]`` predictions fell into slot s, ``foretold[s]`` is the
    sum of their probabilities, ``came[s]`` how many came true; ``brier`` sums the squared error over all
    places of ``legs`` legs; of ``timed`` arrivals ``within`` lay between P20 and P80."""

    trials: tuple[float, ...] = (0.0,) * SLOTS
    foretold: tuple[float, ...] = (0.0,) * SLOTS
    came: tuple[float, ...] = (0.0,) * SLOTS
    brier: float = 0.0
    legs: float = 0.0
    timed: float = 0.0
    within: float = 0.0

    def plus(self, other: Score) -> Score:
        return Score(
            _added(self.trials, other.trials),
            _added(self.foretold, other.foretold),
            _added(self.came, other.came),
            self.brier + other.brier,
            self.legs + other.legs,
            self.timed + other.timed,
            self.within + other.within,
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """One point of the reliability plot."""

    foretold: float  # mean probability said
    came: float  # share that came true
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the screen shows of it: the one record of topic ``calibration``. Shares are None while nothing
    was scored. ``legs`` were foretold and seen to end since ``since``."""

    id: str
    at: datetime
    days: int
    legs: int
    slots: tuple[Slot, ...]
    coverage: float | None  # share of arrivals between P20 and P80
    promised: float  # share that should lie there
    timed: int
    brier: float | None  # mean squared error of a leg, 0 best
    error: float | None  # mean distance of foretold from come true, weighted by how often it was said
    learnt: int  # legs in the table
    pairs: int  # legs of the network with enough of them
    thin: int  # and those told by distance


def _added(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def scored(table: TravelTable, ended: Mapping[LegKey, Counts], elapsed_s: float = 0.0) -> Score:
    """These legs held against what ``table`` said before it knew them, ``elapsed_s`` after each began: all of
    them took longer. Arrivals are exact to their bin."""
    trials, foretold, came = (np.zeros(SLOTS) for _ in range(3))
    brier = legs = timed = within = 0.0
    for (here, direction, hours), where in _by_start(ended).items():
        if here not in table.spots:
            continue
        chances = still_under_way(table, here, direction, hours, elapsed_s)
        total = sum(float(counts.sum()) for counts in where.values())
        legs += total
        for there in dict.fromkeys((*chances, *where)):
            p, n = chances.get(there, 0.0), float(where[there].sum()) if there in where else 0.0
            if p >= LEAST_WAY:  # what is less is never said
                slot = min(SLOTS - 1, int(p * SLOTS))
                trials[slot] += total
                foretold[slot] += total * p
                came[slot] += n
            brier += total * p * p - 2 * p * n + n
            if n and there != LEFT and there in table.spots:
                timed += n
                within += _within(table.spread(here, there, hours), where[there], elapsed_s)
    return Score(_plain(trials), _plain(foretold), _plain(came), brier, legs, timed, within)


def _by_start(ended: Mapping[LegKey, Counts]) -> Mapping[tuple[str, str, str], Mapping[str, Counts]]:
    found: dict[tuple[str, str, str], dict[str, Counts]] = {}
    for key, counts in ended.items():
        found.setdefault((key.here, key.direction, key.hours), {})[key.there] = counts
    return found


def _within(spread: Spread, counts: Counts, elapsed_s: float) -> float:
    """How many of these arrivals lay between P20 and P80; those of a bin lie evenly in it."""
    p20, p80 = spread.quantile(NARROW, elapsed_s), spread.quantile(WIDE, elapsed_s)
    starts = np.maximum(EDGES[:-1], elapsed_s)
    inside = np.clip(np.minimum(p80, EDGES[1:]) - np.maximum(p20, starts), 0, None)
    return float((counts * inside / np.maximum(EDGES[1:] - starts, 1e-9)).sum())


def _plain(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(values.tolist())


def calibration(score: Score, table: TravelTable, at: datetime) -> Calibration:
    """The sums as shares."""
    slots = tuple(
        Slot(foretold / n, came / n, round(n))
        for n, foretold, came in zip(score.trials, score.foretold, score.came, strict=True)
        if n
    )
    said = sum(slot.n for slot in slots)
    error = sum(slot.n * abs(slot.foretold - slot.came) for slot in slots) / said if said else None
    pairs, thin = _pairs(table)
    return Calibration(
        id="calibration",
        at=at,
        days=table.settings.days,
        legs=round(score.legs),
        slots=slots,
        coverage=score.within / score.timed if score.timed else None,
        promised=WIDE - NARROW,
        timed=round(score.timed),
        brier=score.brier / score.legs if score.legs else None,
        error=error,
        learnt=table.legs,
        pairs=pairs,
        thin=thin,
    )


def _pairs(table: TravelTable) -> tuple[int, int]:
    seen: dict[tuple[str, str], int] = {}
    for key, counts in table.counts.items():
        if key.there != LEFT:
            seen[key.here, key.there] = seen.get((key.here, key.there), 0) + int(counts.sum())
    enough = sum(1 for n in seen.values() if n >= table.settings.thin)
    return enough, len(seen) - enough
