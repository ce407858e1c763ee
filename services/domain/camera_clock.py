"""How far each camera's clock runs ahead of the others', from vehicles that two of them saw.

Seen at i and then at j, a vehicle tells ``t_j − t_i`` = the time it took + drift_j − drift_i; one that
drives back tells the time it took + drift_i − drift_j. What both directions have in common cancels out
in half their difference. Traffic that is slower in one direction alone looks like a drift: it shows as
loops that do not close, and then makes the error said with every figure larger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

LEAST_PAIRS = 40  # each way, before two clocks are compared
BLOCKS = 10  # a figure's error is taken from as many parts of its data; fewer than LEAST_PAIRS
QUANTILES = (0.05, 0.1, 0.2, 0.35, 0.5)  # of travel times; those who stop on the way are in the other half
FLOOR_S = 0.02  # no error is said to be smaller
WORTH_S = 3.0  # a comparison with a larger error is none: cameras with no road between them
FEWEST_CLOCKS = 3  # of two that differ nobody knows which one is right
COARSE_S = 20.0  # what the arrival of passages alone can tell
BALANCE = 0.1  # share of the rarer direction at which traffic both ways is believed
SURE = 3.0  # standard errors: dozens of clocks are judged every few minutes

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drift:
    """Seconds a clock is ahead of the middle one (behind: below 0), and the standard error of that.
    ``pairs`` vehicles told it; with none it is what the arrival of the passages says."""

    ahead_s: float
    error_s: float
    pairs: int = 0

    def beyond(self, limit_s: float) -> bool:
        """Whether it is off by more than that for sure."""
        return abs(self.ahead_s) - SURE * self.error_s > limit_s

    def within(self, limit_s: float) -> bool:
        return abs(self.ahead_s) + SURE * self.error_s <= limit_s


@dataclass(frozen=True, slots=True)
class Compared:
    """The clock of ``other`` is ``by_s`` ahead of that of ``one``."""

    one: str
    other: str
    by_s: float
    error_s: float
    pairs: int


Differences = Mapping[tuple[str, str], Seconds]
"""By two cameras, the first the smaller name: for each vehicle the second's time less the first's, in the
order they came in. Both directions in one."""


def drifts(differences: Differences, arrivals: Mapping[str, float]) -> dict[str, Drift]:
    """Every camera about which something can be said. ``arrivals`` is by how many seconds a camera's
    quickest passages seem to reach us before they happen (below 0: after): what it is behind the usual
    is a slow clock or a slow way, and vehicles seen by others tell which."""
    coarse = _coarse(differences, arrivals)
    compared = [found for pair, each in differences.items() if (found := _compare(pair, each, coarse)) is not None]
    known = {name: replace(drift, ahead_s=drift.ahead_s + coarse.get(name, 0.0)) for name, drift in _solve(compared)}
    known = _not_before_they_arrive(known, arrivals)
    usual = _middle(arrivals.values())
    ahead = {name: early_s - usual for name, early_s in arrivals.items() if early_s > max(usual, 0.0) + COARSE_S}
    return {name: Drift(off, COARSE_S / 4) for name, off in {**ahead, **coarse}.items()} | known


def doubted(arrivals: Mapping[str, float], known: Mapping[str, Drift]) -> frozenset[str]:
    """Cameras whose passages arrive oddly while nobody can say yet whether the clock or the way is to blame:
    for some minutes, until vehicles went both ways."""
    usual = _middle(arrivals.values())
    return frozenset(name for name, early_s in arrivals.items() if abs(early_s - usual) > COARSE_S) - known.keys()


def trusted(drift: Drift | None, within_s: float) -> bool | None:
    """None while nobody can say."""
    if drift is None:
        return None
    if drift.beyond(within_s):
        return False
    return True if drift.within(within_s) else None


def half_difference(there: Seconds, back: Seconds) -> tuple[float, float]:
    """Half of there less back, and its standard error, at the quantile that tells it best."""
    figures = (np.quantile(there, QUANTILES) - np.quantile(back, QUANTILES)) / 2
    errors = np.hypot(_errors(there), _errors(back)) / 2
    best = int(np.argmin(errors))
    return float(figures[best]), max(float(errors[best]), FLOOR_S)


# ------------------------------------------------------------------------------------------ private


def _errors(values: Seconds) -> Seconds:
    """The standard error of each quantile, from those of interleaved parts."""
    parts = values[: len(values) // BLOCKS * BLOCKS].reshape(-1, BLOCKS)
    return np.std(np.quantile(parts, QUANTILES, axis=0), axis=1, ddof=1) / np.sqrt(BLOCKS)


def _compare(pair: tuple[str, str], each: Seconds, coarse: Mapping[str, float]) -> Compared | None:
    shifted = each - (coarse.get(pair[1], 0.0) - coarse.get(pair[0], 0.0))
    there, back = shifted[shifted > 0], -shifted[shifted < 0]
    if min(len(there), len(back)) < LEAST_PAIRS:
        return None
    by_s, error_s = half_difference(there, back)
    return Compared(*pair, by_s, error_s, len(there) + len(back)) if error_s <= WORTH_S else None


def _coarse(differences: Differences, arrivals: Mapping[str, float]) -> dict[str, float]:
    """By how much a clock is minutes off: then all vehicles seem to drive one way only, unless it is
    taken for what its passages' arrival says."""
    usual = _middle(arrivals.values())
    found: dict[str, float] = {}
    for name, early_s in arrivals.items():
        off = early_s - usual
        if abs(off) > COARSE_S and _balance(differences, name, off) > max(_balance(differences, name, 0.0), BALANCE):
            found[name] = off
    return found


def _balance(differences: Differences, name: str, off: float) -> float:
    """The share of the rarer direction among the vehicles this camera shares with others."""
    rarer = total = 0
    for (one, other), each in differences.items():
        if name in (one, other):
            there = int(np.count_nonzero(each > (off if name == other else -off)))
            rarer += min(there, len(each) - there)
            total += len(each)
    return rarer / total if total >= LEAST_PAIRS else 0.0


def _solve(compared: Sequence[Compared]) -> Iterable[tuple[str, Drift]]:
    """Least squares over each group of cameras that vehicles connect, its middle clock taken as right."""
    for group in _groups(compared):
        edges = [each for each in compared if each.one in group]
        if len(group) < FEWEST_CLOCKS:
            continue
        names = sorted(group)
        place = {name: n for n, name in enumerate(names)}
        ends = np.zeros((len(edges), len(names)))
        for n, each in enumerate(edges):
            ends[n, place[each.one]], ends[n, place[each.other]] = -1.0, 1.0
        weights = np.array([each.error_s**-2 for each in edges])
        told = np.array([each.by_s for each in edges])
        spread = np.linalg.pinv(ends.T @ (weights[:, None] * ends))
        ahead = spread @ (ends.T @ (weights * told))
        over = len(edges) - len(names) + 1
        unclosed = float(weights @ (told - ends @ ahead) ** 2) / over if over > 0 else 1.0
        errors = np.sqrt(np.diag(spread) * max(1.0, unclosed))
        ahead = ahead - np.median(ahead)
        for name, figure, error in zip(names, ahead, errors, strict=True):
            pairs = sum(each.pairs for each in edges if name in (each.one, each.other))
            yield name, Drift(float(figure), float(error), pairs)


def _groups(compared: Sequence[Compared]) -> list[set[str]]:
    groups: list[set[str]] = []
    for each in compared:
        joined = [group for group in groups if each.one in group or each.other in group]
        groups = [group for group in groups if group not in joined]
        groups.append({each.one, each.other}.union(*joined))
    return groups


def _not_before_they_arrive(known: dict[str, Drift], arrivals: Mapping[str, float]) -> dict[str, Drift]:
    """Nothing arrives before it happens: where that seems so of most, all clocks are fast by as much."""
    early = _middle(arrivals[name] - drift.ahead_s for name, drift in known.items() if name in arrivals)
    if early <= 0:
        return known
    return {name: replace(drift, ahead_s=drift.ahead_s + early) for name, drift in known.items()}


def _middle(values: Iterable[float]) -> float:
    held = list(values)
    return float(np.median(held)) if held else 0.0
