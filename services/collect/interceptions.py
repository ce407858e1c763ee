"""Keeps the interception window of every alert that asks for one: a new sighting moves it within seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from services.collect.summary import Summary
from services.collect.travel_learning import TravelLearning
from services.domain.alert import Alert
from services.domain.intercept_settings import InterceptSettings
from services.domain.intercept_window import InterceptionWindow, Jump, Seen, wants_window, window
from services.domain.interception_case import Interception, OrderState
from services.domain.travel_table import Spot, TravelTable, apart_km
from services.domain.units import Unit, UnitState
from services.store.events import event_table
from services.store.travel_times import last_sightings

if TYPE_CHECKING:
    from services.store.store import Store

EVERY_S = 2.0
AROUND = timedelta(seconds=1)  # an alert happened when its passage did


class Windows:
    """The windows by the newest table. Alerts whose vehicle was last seen over ``horizon`` ago keep theirs,
    empty, until they are closed; one whose vehicle was stopped has none."""

    def __init__(self, learning: TravelLearning, settings: InterceptSettings) -> None:
        self._learning = learning
        self._settings = settings
        self._plates: dict[str, str] = {}  # by alert

    def make(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        alerts: Sequence[Alert] = store.snapshot("alerts", now).records
        orders: Sequence[Interception] = store.snapshot("interceptions", now).records
        stands = {order.alert_id for order in orders if order.state is OrderState.INTERCEPTED}
        wanted = [alert for alert in alerts if alert.id not in stands and wants_window(alert, self._settings)]
        ids = {alert.id for alert in wanted}
        self._plates = {alert_id: plate for alert_id, plate in self._plates.items() if alert_id in ids}
        if not wanted:
            return {"interception_windows": ()}
        units = free_units(store.snapshot("units", now).records, orders)
        table = self._learning.table
        with store.read() as connection:
            found = [self._window(connection, alert, table, units, now) for alert in wanted]
        return {"interception_windows": tuple(one for one in found if one is not None)}

    def _window(
        self, connection: Connection, alert: Alert, table: TravelTable, units: Sequence[Unit], now: datetime
    ) -> InterceptionWindow | None:
        """None where the passage of the alert is not known any more, or its place is in no directory."""
        plate, confidence = self._plate(connection, alert), self._settings.confidence
        if not plate:
            return None
        seen = seen_of(last_sightings(connection, plate, now, confidence), table)
        before = seen_of(last_sightings(connection, plate, alert.occurred_at, confidence), table)
        if not seen:
            return None
        jump = jump_of(before, self._settings.too_fast_kmh)
        return window(alert, seen[0], table, units, self._settings, now, jump)

    def _plate(self, connection: Connection, alert: Alert) -> str:
        """Whose passage raised it; looked up once. It stays here, in memory."""
        if alert.id not in self._plates:
            passages: Any = event_table("passage").table.c
            around = (alert.occurred_at - AROUND, alert.occurred_at + AROUND)
            query = select(passages.plate_no).where(passages.passage_id == alert.subject_id)
            found = connection.execute(query.where(passages.occurred_at.between(*around))).scalar()
            self._plates[alert.id] = found or ""
        return self._plates[alert.id]


def free_units(units: Iterable[Unit], orders: Iterable[Interception]) -> Sequence[Unit]:
    """A unit under an order is busy, whatever it says of itself."""
    taken = {order.unit_id for order in orders if order.is_open}
    return [replace(unit, state=UnitState.BUSY) if unit.id in taken else unit for unit in units]


def seen_of(rows: Iterable[Any], table: TravelTable) -> list[Seen]:
    """Sightings at places the directory knows, newest first."""
    found: list[Seen] = []
    for row in rows:
        spot = table.spots.get(row.checkpoint_id)
        if spot is not None:
            found.append(Seen(spot.id, spot.name, spot.lon, spot.lat, row.occurred_at, row.direction, row.lane))
    return found


def jump_of(seen: Sequence[Seen], too_fast_kmh: float) -> Jump | None:
    """What the two newest sightings need: None when one vehicle can have made both."""
    if len(seen) < 2:
        return None
    later, earlier = seen[:2]
    here, there = (Spot(one.checkpoint_id, one.name, one.lon, one.lat) for one in (later, earlier))
    km, seconds = apart_km(here, there), (later.at - earlier.at).total_seconds()
    needed = km / seconds * 3600 if seconds > 0 else None
    if km < 0.1 or (needed is not None and needed <= too_fast_kmh):
        return None
    return Jump(earlier, later, round(km, 1), seconds, None if needed is None else round(needed))


def summary(learning: TravelLearning, settings: InterceptSettings) -> Summary:
    return Summary("interceptions", EVERY_S, ("interception_windows",), Windows(learning, settings).make)
