"""Where the story's vessels are, and what they have done, when the district starts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.district.sea_hand_in import HandIn
from services.district.sea_leg import Work
from services.district.sea_places import DEPOTS
from services.district.sea_story import PAST_LEGS, moment
from services.district.sea_water import Point
from services.district.sea_work import Ship
from services.domain.boats import HandInState, LegKind


def underway(hand_ins: Sequence[HandIn], ships: Sequence[Ship], start: datetime) -> None:
    """03 and those before are stored, 04 is being unloaded, 05 collected; then 06 is next, and 08."""
    by_number = {h.number: h for h in hand_ins if h.filing.number}
    for number, depot in (("01", 0), ("02", 0), ("03", 0)):
        stored = by_number[number].reached[HandInState.STORED]
        reached = dict(by_number[number].reached)
        by_number[number].store(DEPOTS[depot], stored)
        by_number[number].reached |= reached
    second, third, fifth = ships[1], ships[2], ships[4]
    begin, berth = moment(start, -12), (fifth.crew.at, fifth.crew.at)
    unloading = Work(LegKind.UNLOAD, begin, moment(start, 10), begin, berth, depot=DEPOTS[0])
    fifth.work.append(unloading)
    by_number["04"].store(DEPOTS[0], unloading.end)
    collecting = by_number["05"]
    collecting.collecting_min = (4.0, 28.0, 31.0)
    before = moment(start, -22)
    second.work.append(
        Work(LegKind.SAIL, moment(start, -60), before, moment(start, -62), _spot(collecting), collecting)
    )
    second.take(collecting, before - timedelta(seconds=1))
    second.take(by_number["06"], before + timedelta(seconds=1))
    third.take(by_number["08"], moment(start, 9.0))


def past(ship: int, start: datetime) -> list[Work]:
    """Works from before the start have no path: nobody asks where a vessel was then."""
    return [
        Work(p.kind, begin, moment(start, p.end), begin, number=p.number, note=p.note)
        for p in PAST_LEGS
        if p.vessel == ship
        for begin in [moment(start, p.begin)]
    ]


def _spot(hand_in: HandIn) -> tuple[Point, Point]:
    return hand_in.place, hand_in.place
