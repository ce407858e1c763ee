"""Reads from the store what findings are assessed by: tracks of the whole fleet, codes, hand-ins on both sides."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import select

from services.domain import hand_in_case
from services.domain.boat_activity import ActivityBlock, HandedInLedger
from services.domain.boats import FishingBoat, Pollutant
from services.domain.code_terms import TERMS as CODE_TERMS
from services.domain.code_terms import CodeTerms
from services.domain.colour_code import BoatCode, expected_kg
from services.domain.discharge import Known
from services.domain.discharge_terms import DischargeTerms
from services.domain.points import claim_of
from services.domain.timebase import local
from services.domain.track import BLOCK_MS, Fixes, no_fixes, unpack
from services.domain.track_search import ordered
from services.store.columns import from_micros, to_micros
from services.store.schema import boat_track
from services.store.store import Store

SETTLED = timedelta(hours=1)  # an episode at the very begin of what was read may be cut
Low = Callable[[str, datetime], bool | None]


def known_at(
    store: Store, terms: DischargeTerms, span: tuple[datetime, datetime], now: datetime, *, whole: bool
) -> Known:
    """With the tracks of ``span``. ``whole`` reads what hand-ins were expected as well, which only slow
    episodes ask for."""
    codes: Sequence[BoatCode] = store.snapshot("boat_codes", now).records
    fixes = fleet_fixes(store, *span)
    low = low_hand_ins(store, terms.low_share, now) if whole else _nobody_knows
    return Known(fixes, {one.id: one for one in codes}, terms, low, span[0] + SETTLED)


def fleet_fixes(store: Store, since: datetime, until: datetime, mmsi: Sequence[int] | None = None) -> Fixes:
    """Every kept fix of every boat, or of these, between both moments, in the order of boat and moment."""
    first, last = (_end_of_block(moment) for moment in (since, until))
    query = select(boat_track.c.mmsi, boat_track.c.at, boat_track.c.blob).where(boat_track.c.at.between(first, last))
    if mmsi is not None:
        query = query.where(boat_track.c.mmsi.in_(mmsi))
    with store.read() as connection:
        rows = connection.execute(query).all()
    if not rows:
        return no_fixes()
    found = np.concatenate([unpack(row.mmsi, to_micros(row.at) // 1000 - BLOCK_MS, row.blob) for row in rows])
    at = found["at_ms"]
    return ordered(found[(at >= to_micros(since) // 1000) & (at <= to_micros(until) // 1000)])


def _end_of_block(moment: datetime) -> datetime:
    """A block is named by its end."""
    begin_ms = to_micros(moment) // 1000 // BLOCK_MS * BLOCK_MS
    return from_micros((begin_ms + BLOCK_MS) * 1000)


def low_hand_ins(store: Store, share: float, now: datetime, code_terms: CodeTerms = CODE_TERMS) -> Low:
    """Whether the hand-ins before and after a moment were both below ``share`` of what was expected since
    the one before each."""
    block: ActivityBlock | None = store.snapshot("boat_activity", now).first()
    ledger: HandedInLedger | None = store.snapshot("hand_in_ledger", now).first()
    boats: Sequence[FishingBoat] = store.snapshot("boat_register", now).records
    if block is None or ledger is None:
        return _nobody_knows
    given = _given(store, ledger)
    activity = block.unpacked()
    power = {boat.mmsi: boat.power_kw for boat in boats}

    def low(boat_id: str, moment: datetime) -> bool | None:
        mmsi, days = int(boat_id), given.get(boat_id, ())
        row = int(activity.rows_of(np.array([mmsi], np.uint32))[0])
        place = bisect_left([day for day, _ in days], local(moment).date())
        if row < 0 or mmsi not in power or not 1 <= place < len(days):
            return None
        hours = activity.under_way_h[row][None, :]
        daily = expected_kg(np.array([power[mmsi]]), hours, code_terms.k)[0]
        return all(_is_low(days, at, daily, activity.first_day, share) for at in (place - 1, place))

    return low


def _is_low(days: Sequence[tuple[date, int]], at: int, daily: object, first_day: date, share: float) -> bool:
    day, kg = days[at]
    since = days[at - 1][0] if at else first_day
    begin, end = max(0, (since - first_day).days), max(0, (day - first_day).days)
    owed = float(np.asarray(daily)[begin:end].sum())
    return owed > 0 and kg < share * owed


def _given(store: Store, ledger: HandedInLedger) -> Mapping[str, list[tuple[date, int]]]:
    found: dict[str, list[tuple[date, int]]] = {}
    for mmsi, day, kg in ledger.rows:
        found.setdefault(str(mmsi), []).append((day, kg))
    for request in store.cases(hand_in_case.NAME):
        claim = claim_of(request)
        if claim is not None and claim.day >= ledger.until and claim.pollutant is Pollutant.OILY_WATER:
            found.setdefault(claim.boat_id, []).append((claim.day, claim.mass_kg))
    return {boat: sorted(days) for boat, days in found.items()}


def _nobody_knows(_boat_id: str, _moment: datetime) -> bool | None:
    return None
