"""三色码 and the blind-spot score: what a boat handed in against what its engine hours let expect.

A mark to look, no penalty. Where too few hours were heard the code is unknown, and unknown is never green.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.domain.boat_activity import Activity, HandedInLedger
from services.domain.boats import FishingBoat, HandInRequest, Pollutant
from services.domain.code_terms import CodeTerms
from services.domain.fleet import ColourCode
from services.domain.points import Stage, claim_of

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


@dataclass(frozen=True, slots=True)
class Handed:
    """Oily water of every boat, one row a boat and one column a day, and the day of its last hand-in of
    anything (ordinal; 0: none known)."""

    kg: Floats
    last_day: NDArray[np.int64]


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
    columns = (
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
    rows_of = zip(boats, *(column.tolist() for column in columns), strict=True)
    return tuple(_code(boat, Worked(*told), terms) for boat, *told in rows_of)


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


def handed_in(
    boats: Sequence[FishingBoat],
    days: int,
    first_day: date,
    ledger: HandedInLedger | None,
    requests: Sequence[HandInRequest],
) -> Handed:
    """The bureau's book and, from the day it ends on, the console's own hand-ins; no day is counted twice.
    What was handed in on the day after the last column is counted with it: today is not over."""
    kg, last = np.zeros((len(boats), days)), np.zeros(len(boats), np.int64)
    row_of = {boat.mmsi: i for i, boat in enumerate(boats)}
    until = ledger.until if ledger is not None else date.min
    told = list(ledger.rows) if ledger is not None else []
    for claim in filter(None, map(claim_of, requests)):
        if claim.day >= until and claim.stage is not Stage.VOID and claim.boat_id.isdigit():
            mass = claim.mass_kg if claim.pollutant is Pollutant.OILY_WATER else 0
            told.append((int(claim.boat_id), claim.day, mass))
    for mmsi, day, mass in told:
        row = row_of.get(mmsi)
        if row is None:
            continue
        last[row] = max(int(last[row]), day.toordinal())
        column = (day - first_day).days
        if 0 <= column <= days:
            kg[row, min(column, days - 1)] += mass
    return Handed(kg, last)


def blind_spot(owed_kg: Floats, classes: NDArray[np.intp], least: int) -> tuple[Floats, NDArray[np.intp]]:
    """By how many standard deviations a boat owes more than its peers, and how many they are. NaN where
    what it owes is unknown, where peers are fewer than ``least`` or all alike."""
    known = ~np.isnan(owed_kg)
    size = int(classes.max(initial=-1)) + 1
    value = np.where(known, owed_kg, 0.0)
    count = np.bincount(classes, weights=known, minlength=size)
    mean = np.bincount(classes, weights=value, minlength=size) / np.maximum(count, 1)
    off = np.where(known, owed_kg - mean[classes], 0.0)
    spread = np.sqrt(np.bincount(classes, weights=off**2, minlength=size) / np.maximum(count - 1, 1))
    peers = count[classes].astype(np.intp)
    usable = known & (peers >= least) & (spread[classes] > 1e-6)
    return np.where(usable, off / np.maximum(spread[classes], 1e-6), np.nan), peers


def peer_classes(boats: Sequence[FishingBoat], terms: CodeTerms) -> NDArray[np.intp]:
    """The number of each boat's class: length, gear and port alike."""
    lengths = np.searchsorted(np.array(terms.length_classes_m), [boat.length_m for boat in boats], side="right")
    numbers: dict[tuple[int, str, str], int] = {}
    found = [
        numbers.setdefault((int(length), boat.gear_type, boat.home_port), len(numbers))
        for boat, length in zip(boats, lengths, strict=True)
    ]
    return np.array(found, np.intp)


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
