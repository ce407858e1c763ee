"""Who goes out although the moratorium bars it, or asks for a permit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from services.domain.event import Event
from services.domain.fences import place_word
from services.domain.moratorium import Moratorium, Period, Season
from services.domain.sea_events import BoatAtSea
from services.domain.sea_view import SeaView
from services.domain.silent_boats import SOURCE
from services.domain.timebase import local

FRESH_MS = 30 * 60_000  # an older fix does not say where a boat is


class SeasonWatch:
    """Tells a boat once when it is out in a period that concerns its gear, and once when it is in again."""

    def __init__(self) -> None:
        self._out: dict[int, Period] = {}

    def look(self, view: SeaView, calendar: Moratorium | None) -> list[Event]:
        if calendar is None:
            return []
        periods = {gear: calendar.of(gear, view.now) for gear in {b.gear_type for b in view.boats.values()}}
        barred = {gear for gear, period in periods.items() if period is not None}
        if not barred and not self._out:
            return []
        fresh = view.watched & (view.now_ms - view.rows["at_ms"] <= FRESH_MS)
        events: list[Event] = []
        for row in np.flatnonzero(fresh).tolist():
            boat = view.boats[int(view.rows["mmsi"][row])]
            if boat.gear_type in barred or boat.mmsi in self._out:
                events += self._boat(view, row, periods.get(boat.gear_type), calendar)
        return events

    def _boat(self, view: SeaView, row: int, period: Period | None, calendar: Moratorium) -> Iterator[Event]:
        mmsi, before = int(view.rows["mmsi"][row]), self._out.get(int(view.rows["mmsi"][row]))
        is_out = period is not None and not bool(view.in_port[row])
        if is_out and period != before:
            assert period is not None
            self._out[mmsi] = period
            yield _event(view, row, period, calendar, "at_sea")
        elif not is_out and before is not None:
            del self._out[mmsi]
            yield _event(view, row, before if period else _ended(before), calendar, "in_port" if period else "at_sea")


def _ended(period: Period) -> Period:
    """The moratorium is over while the boat is out."""
    return Period(period.gear, period.types, Season.OPEN, period.since, period.until)


def _event(view: SeaView, row: int, period: Period, calendar: Moratorium, state: str) -> Event:
    fix = view.rows[row]
    boat = view.boats[int(fix["mmsi"])]
    lon, lat = float(fix["lon"]), float(fix["lat"])
    record = BoatAtSea(
        boat.id, boat.vessel_no, boat.gear_type, state, period.season.value, period.gear, boat.special_permit,
        period.since, period.until, calendar.ordered_by, place_word(view.fences, lon, lat), lon, lat, view.now,
    )  # fmt: skip
    day = f"{local(view.now):%Y%m%d%H}"
    return Event(SOURCE, f"{boat.mmsi}-season-{period.season.value}-{state}-{day}", "boat_at_sea", view.now, record)
