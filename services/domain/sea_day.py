"""海上日报: one day of the boats' scene added up, with what is not known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.domain.boats import (
    POLLUTANT_WORDS,
    STATE_WORDS,
    CollectionVessel,
    FleetPlan,
    HandInRequest,
    HandInState,
    LegKind,
    Pollutant,
    Warehouse,
)
from services.domain.colour_code import BoatCode
from services.domain.discharge_case import RESULT_WORDS, DischargeFinding
from services.domain.discharge_case import STATE_WORDS as FINDING_WORDS
from services.domain.figures import Figure
from services.domain.fleet import ColourCode
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import local

KM_PER_NM = 1.852
_SEA = frozenset(
    (
        *("boat_register", "boat_positions", "positions", "hand_ins", "vessels", "warehouses", "sea_weather"),
        *("boat_activity", "hand_in_ledger", "certificates", "credit", "sea_witness", "sea_watch"),
    )
)


@dataclass(frozen=True, slots=True)
class TonnesRow:
    """What was collected of one pollutant; a mass is None while a hand-in of it is not weighed there."""

    pollutant: Pollutant
    hand_ins: int
    weighed_t: float
    stored_t: float
    unweighed: int  # signed for without a mass, or on the way to a warehouse


@dataclass(frozen=True, slots=True)
class VesselRow:
    """A collection vessel's day. ``km`` is None without a track; ``heard`` the share of the ten minutes with
    a fix, 0–1; ``fill`` as it stands now, 0–1."""

    id: str
    name: str
    doing: str
    calls: int
    unloads: int
    km: float | None
    heard: float
    fill: float


@dataclass(frozen=True, slots=True)
class FindingRow:
    id: str
    vessel_no: str
    why: str
    score: int
    state: str


@dataclass(frozen=True, slots=True)
class ManifestRow:
    id: str
    vessel_no: str
    pollutant: str
    stage: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class SeaDay:
    """From midnight (Shanghai) of ``day`` to ``as_of``. ``by_state`` is of the hand-ins filed that day,
    ``carried`` how many open ones are older. ``overrides`` are reasons with their counts, None where nobody
    counts them."""

    id: str  # 2026-11-21
    day: date
    as_of: datetime
    figures: tuple[Figure, ...]
    by_state: tuple[tuple[HandInState, int], ...]
    filed: int
    carried: int
    tonnes: tuple[TonnesRow, ...]
    vessels: tuple[VesselRow, ...]
    overrides: tuple[tuple[str, int], ...] | None
    findings: tuple[FindingRow, ...]
    manifests: tuple[ManifestRow, ...]
    unknown: tuple[str, ...]


def of_day(requests: Iterable[HandInRequest], day: date) -> list[HandInRequest]:
    """Those filed on that day of Shanghai."""
    return [one for one in requests if local(one.filed_at).date() == day]


def states(requests: Iterable[HandInRequest]) -> tuple[tuple[HandInState, int], ...]:
    """How many stand in each state, in the order of the states."""
    count = Counter(one.state for one in requests)
    return tuple((state, count[state]) for state in STATE_WORDS if count[state])


def tonnes(requests: Iterable[HandInRequest], day: date) -> tuple[TonnesRow, ...]:
    """By pollutant, of what was signed for on that day; nothing is made up for what was not weighed."""
    found: dict[Pollutant, list[HandInRequest]] = {}
    for one in requests:
        signed = one.reached(HandInState.SIGNED)
        if signed is not None and local(signed).date() == day:
            found.setdefault(one.pollutant, []).append(one)
    return tuple(
        TonnesRow(
            pollutant,
            len(mine),
            round(sum(one.collected_t or 0.0 for one in mine), 3),
            round(sum(one.stored_t or 0.0 for one in mine), 3),
            sum(one.collected_t is None or one.stored_t is None for one in mine),
        )
        for pollutant in POLLUTANT_WORDS
        if (mine := found.get(pollutant))
    )


def vessel_row(
    vessel: CollectionVessel, plan: FleetPlan | None, track: tuple[float | None, float], since: datetime, now: datetime
) -> VesselRow:
    """``track``: kilometres and the share of the day heard."""
    begun = [leg for leg in (plan.legs if plan is not None else ()) if since <= leg.begin < now and not leg.planned]
    return VesselRow(
        vessel.id,
        vessel.name,
        vessel.doing,
        sum(leg.kind is LegKind.COLLECT for leg in begun),
        sum(leg.kind is LegKind.UNLOAD for leg in begun),
        None if track[0] is None else round(track[0], 1),
        round(track[1], 2),
        vessel.fill,
    )


def finding_row(one: DischargeFinding) -> FindingRow:
    state = RESULT_WORDS[one.result] if one.result is not None else FINDING_WORDS[one.state]
    return FindingRow(one.id, one.vessel_no, one.why, one.score, state)


def is_of_sea(source: str) -> bool:
    return source in _SEA or source.startswith("ais")


def unknowns(
    figures: Sequence[Figure],
    rows: Sequence[TonnesRow],
    vessels: Sequence[VesselRow],
    warehouses: Sequence[Warehouse],
    codes: Sequence[BoatCode],
    sources: Iterable[SourceStatus],
) -> tuple[str, ...]:
    """Everything the report cannot say, one sentence each."""
    said = [f"{one.label}：{one.note or '无数据'}" for one in figures if one.unknown]
    said += [f"{POLLUTANT_WORDS[row.pollutant]}：{row.unweighed} 件尚未全程计量" for row in rows if row.unweighed]
    for house in warehouses:
        silent = [POLLUTANT_WORDS[c.pollutant] for c in house.compartments if c.level_pct is None]
        said += [f"{house.name}：{'、'.join(silent)}液位未知"] if silent else []
    quiet = [f"{row.name} {row.heard:.0%}" for row in vessels if row.heard < 0.5]
    said += [f"收集船当日有船位的时间不足一半：{'、'.join(quiet)}，里程偏低"] if quiet else []
    if codes:
        count = sum(one.code is ColourCode.UNKNOWN for one in codes)
        said += [f"{count} 艘船有船位的时间不足，三色码未知"] if count else []
    else:
        said.append("渔船活动日报未到，三色码取自渔船档案")
    stale = [one.title for one in sources if one.quality is Quality.STALE and is_of_sea(one.id)]
    said += [f"数据源滞后：{'、'.join(stale)}"] if stale else []
    return tuple(said)
