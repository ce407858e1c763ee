"""三色码 and the blind-spot score: what a boat handed in against what its engine hours let expect.

A mark to look, no penalty. Where too few hours were heard the code is unknown, and unknown is never green.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.domain.blind_spot import blind_spot, peer_classes
from services.domain.boat_activity import Activity
from services.domain.boats import FishingBoat
from services.domain.code_terms import CodeTerms
from services.domain.fleet import ColourCode
from services.domain.handed_in import Handed

Floats = NDArray[np.float64]
CODE_WORDS = {
    ColourCode.UNKNOWN: "未知",
    ColourCode.GREEN: "绿码",
    ColourCode.YELLOW: "黄码 待查",
    ColourCode.RED: "红码 待查",
}


@dataclass(frozen=True, slots=True)
class BoatCode:
    """How one boat stands. ``id`` is its MMSI as text; masses are kilograms of oily water.

    ``ratio`` is None while nothing is owed; ``days_without`` is None for a boat that did not sail since
    its last hand-in; where no book has one it counts from the first day looked at. A score is None with too few peers.
    """

    id: str
    vessel_no: str
    home_port: str
    gear_type: str
    code: ColourCode
    ratio: float | None
    expected_kg: float
    handed_in_kg: float
    days_without: int | None
    days_sailed: int
    coverage: float  # 0–1, share of hours with a fix
    score: float | None  # of the whole time: standard deviations above the peers
    score_short: float | None
    peers: int
    why: str
    last_hand_in: date | None = None

    @property
    def is_overdue(self) -> bool:
        return self.code in (ColourCode.YELLOW, ColourCode.RED)


def codes(
    boats: Sequence[FishingBoat],
    activity: Activity,
    handed: Handed,
    confirmed: Collection[str],
    today: date,
    terms: CodeTerms,
) -> tuple[BoatCode, ...]:
    """The code of every boat. ``handed`` has the rows of ``boats`` and the columns of ``activity``;
    ``confirmed`` are the boats whose discharge was found to be one."""
    if not boats:
        return ()
    told = (column.tolist() for column in _columns(boats, activity, handed, confirmed, today, terms))
    return tuple(_code(boat, Worked(*row), terms) for boat, *row in zip(boats, *told, strict=True))


def _columns(
    boats: Sequence[FishingBoat],
    activity: Activity,
    handed: Handed,
    confirmed: Collection[str],
    today: date,
    terms: CodeTerms,
) -> tuple[NDArray[Any], ...]:
    """In the order of ``Worked``, a value a boat."""
    rows = activity.rows_of(np.array([boat.mmsi for boat in boats], np.uint32))
    hours, heard = (_of(table, rows) for table in (activity.under_way_h, activity.heard_h))
    power = np.array([boat.power_kw for boat in boats])
    expected_daily = expected_kg(power, hours, terms.k)
    expected, given = expected_daily.sum(axis=1), handed.kg.sum(axis=1)
    coverage = heard.mean(axis=1) / 24.0 if heard.shape[1] else np.zeros(len(boats))
    known = (rows >= 0) & (coverage >= terms.least_coverage)
    without, sailed_since = _days_without(handed.last_day, hours, activity.first_day, today)
    found = np.array([boat.id in confirmed for boat in boats])
    ratio = np.where(expected >= terms.least_expected_kg, given / np.maximum(expected, 1e-9), np.nan)
    colour = _colours(ratio, np.where(sailed_since, without, 0), known, found, terms)
    owed = np.where(known[:, None], expected_daily - handed.kg, np.nan)
    classes = peer_classes(boats, terms)
    score, peers = blind_spot(owed.sum(axis=1), classes, terms.least_peers)
    short, _ = blind_spot(owed[:, -terms.short_days :].sum(axis=1), classes, terms.least_peers)
    return (
        colour,
        np.round(ratio, 3),
        np.round(expected, 1),
        np.round(given, 1),
        without,
        sailed_since,
        (hours > 0).sum(axis=1),
        np.round(coverage, 3),
        np.round(score, 2),
        np.round(short, 2),
        peers,
        known,
        found,
        handed.last_day,
    )


class Worked(NamedTuple):
    """The figures of one boat as they were worked out, a NaN where one is unknown."""

    colour: int
    ratio: float
    expected: float
    given: float
    without: int
    sailed_since: bool
    sailed: int
    coverage: float
    score: float
    short: float
    peers: int
    known: bool
    found: bool
    last_day: int


def _code(boat: FishingBoat, worked: Worked, terms: CodeTerms) -> BoatCode:
    return BoatCode(
        id=boat.id,
        vessel_no=boat.vessel_no,
        home_port=boat.home_port,
        gear_type=boat.gear_type,
        code=ColourCode(worked.colour),
        ratio=_known(worked.ratio),
        expected_kg=worked.expected,
        handed_in_kg=worked.given,
        days_without=worked.without if worked.sailed_since else None,
        days_sailed=worked.sailed,
        coverage=worked.coverage,
        score=_known(worked.score),
        score_short=_known(worked.short),
        peers=worked.peers,
        why=_why(worked, terms),
        last_hand_in=date.fromordinal(worked.last_day) if worked.last_day else None,
    )


def expected_kg(power_kw: Floats, hours: Floats, k: Sequence[tuple[float, float]]) -> Floats:
    """Oily water of each boat and day. Hours nobody heard are not made up: it is a lower bound."""
    limits, rates = np.array([limit for limit, _ in k]), np.array([rate for _, rate in k])
    which = np.minimum(np.searchsorted(limits, power_kw), len(rates) - 1)
    return (rates[which] * power_kw / 100.0)[:, None] * hours


def overlaid(boats: Iterable[FishingBoat], known: Iterable[BoatCode]) -> dict[int, ColourCode]:
    """The code of each vessel by MMSI: what was worked out, else what the register says."""
    found = {boat.mmsi: boat.code for boat in boats}
    found.update((int(one.id), one.code) for one in known)
    return found


# ------------------------------------------------------------------------------------------ private


def _of(table: Floats, rows: NDArray[np.intp]) -> Floats:
    """The rows of the boats; zeros for those unknown, whose coverage is then none."""
    if not table.shape[0]:
        return np.zeros((len(rows), table.shape[1]))
    return np.where((rows >= 0)[:, None], table[np.maximum(rows, 0)], 0.0)


def _days_without(
    last_day: NDArray[np.int64], hours: Floats, first_day: date, today: date
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Days since the last hand-in, or since the look begins where there is none; and whether it sailed
    since then."""
    begins = first_day.toordinal()
    since = np.maximum(last_day, begins)
    without = today.toordinal() - np.where(last_day > 0, last_day, begins)
    days = begins + np.arange(hours.shape[1])
    return without, ((hours > 0) & (days[None, :] > since[:, None])).any(axis=1)


def _colours(
    ratio: Floats, without: NDArray[np.int64], known: NDArray[np.bool_], found: NDArray[np.bool_], terms: CodeTerms
) -> NDArray[np.intp]:
    red = (ratio < terms.yellow_from) | (without > terms.red_days)
    yellow = (ratio < terms.green_from) | (without > terms.yellow_days)
    code = np.where(red, int(ColourCode.RED), np.where(yellow, int(ColourCode.YELLOW), int(ColourCode.GREEN)))
    return np.where(found, int(ColourCode.RED), np.where(known, code, int(ColourCode.UNKNOWN)))


def _why(worked: Worked, terms: CodeTerms) -> str:
    if worked.found:
        return "排放经核查确认"
    if not worked.known:
        return f"有船位的时间不足 {terms.least_coverage:.0%}"
    parts = ["应交不足" if isnan(worked.ratio) else f"交付比 {worked.ratio:.2f}"]
    if worked.sailed_since and worked.without > terms.yellow_days:
        parts.append(f"出海未交 {worked.without} 日")
    return "，".join(parts)


def _known(value: float) -> float | None:
    return None if isnan(value) else value
