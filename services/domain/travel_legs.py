"""From sightings of plates to legs: where each vehicle was seen next, after how long, or never again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEFT = -1  # the place of a vehicle that was not seen again
SAME_PLACE_S = 60.0  # seen again at the same place within so long: the same passage, told twice


@dataclass(frozen=True, slots=True)
class Sightings:
    """Columns of equal length, in any order. ``plate`` is a hash, ``place`` and ``direction`` numbers."""

    plate: Ints
    at_s: Floats  # Unix seconds
    place: Ints
    direction: Ints

    def __len__(self) -> int:
        return len(self.at_s)

    def where(self, keep: NDArray[np.bool_]) -> Sightings:
        return Sightings(self.plate[keep], self.at_s[keep], self.place[keep], self.direction[keep])

    def and_(self, other: Sightings) -> Sightings:
        return Sightings(
            np.concatenate([self.plate, other.plate]),
            np.concatenate([self.at_s, other.at_s]),
            np.concatenate([self.place, other.place]),
            np.concatenate([self.direction, other.direction]),
        )


@dataclass(frozen=True, slots=True)
class Legs:
    """Columns of equal length: from ``here`` towards ``direction`` at ``at_s`` to ``there`` in ``took_s``;
    for one that left ``there`` is ``LEFT`` and ``took_s`` 0."""

    here: Ints
    direction: Ints
    at_s: Floats
    there: Ints
    took_s: Floats

    def __len__(self) -> int:
        return len(self.at_s)

    def where(self, keep: NDArray[np.bool_]) -> Legs:
        return Legs(self.here[keep], self.direction[keep], self.at_s[keep], self.there[keep], self.took_s[keep])


def no_sightings() -> Sightings:
    return Sightings(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))


def legs(
    seen: Sightings,
    since_s: float,
    until_s: float,
    horizon_s: float,
    too_fast: NDArray[np.float64],
    silent_s: float = 30.0,
) -> Legs:
    """The legs that began in ``since_s`` ≤ t < ``until_s``. ``seen`` must reach to ``until_s + horizon_s``.

    Arrivals and leavings are told of one and the same crowd, so neither is counted ahead of the other.
    ``too_fast[here, there]`` seconds or less is two vehicles under one plate: no leg. A leg during
    which all checkpoints together were still for ``silent_s`` is none either: nobody was listening.
    """
    order = np.lexsort((seen.at_s, seen.plate))
    plate, at_s, place = seen.plate[order], seen.at_s[order], seen.place[order]
    direction = seen.direction[order]
    told_twice = np.zeros(len(order), bool)
    told_twice[1:] = (plate[1:] == plate[:-1]) & (place[1:] == place[:-1]) & (np.diff(at_s) < SAME_PLACE_S)
    kept = ~told_twice
    plate, at_s, place, direction = plate[kept], at_s[kept], place[kept], direction[kept]
    took = np.full(len(at_s), np.inf)
    there = np.full(len(at_s), LEFT, np.int64)
    if len(at_s) > 1:
        again = plate[1:] == plate[:-1]
        took[:-1][again] = np.diff(at_s)[again]
        arrived = took[:-1] <= horizon_s
        there[:-1][arrived] = place[1:][arrived]
    began = (at_s >= since_s) & (at_s < until_s)
    possible = (there == LEFT) | (took > too_fast[place, np.maximum(there, 0)])
    heard = np.append(np.sort(seen.at_s), until_s + horizon_s)
    chosen = began & possible & ~_unheard(heard, at_s, np.minimum(took, horizon_s), silent_s)
    took[there == LEFT] = 0.0
    return Legs(place, direction, at_s, there, took).where(chosen)


def _unheard(heard: Floats, begins: Floats, lasts: Floats, silent_s: float) -> NDArray[np.bool_]:
    """Which spans hold a stretch in which nothing at all was heard."""
    silent = np.flatnonzero(np.diff(heard) > silent_s)
    if not len(silent):
        return np.zeros(len(begins), bool)
    starts, ends = heard[silent], heard[silent + 1]
    first = np.searchsorted(ends, begins, side="right")  # the first silence that ends after the span began
    known = first < len(starts)
    return known & (starts[np.minimum(first, len(starts) - 1)] < begins + lasts)
