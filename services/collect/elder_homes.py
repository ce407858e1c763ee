"""Smoke and gas at an elder's home, told by the estate's own detectors, into the words rules of elders look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.domain.community import Elder
from services.domain.elder_events import ElderDevice
from services.domain.elder_terms import ElderTerms
from services.domain.event import Batch, Event
from services.domain.fire import DeviceKind, DeviceState
from services.domain.snapshot import SourceStatus
from services.store.events import event_table, records
from services.store.store import Store

SOURCE = SourceStatus("elder_homes", "老人家中报警", late_after_s=14 * 86_400.0)
_BACK = timedelta(minutes=30)


class ElderHomes:
    """For one caller at a time. The store leaves out what was told already."""

    def __init__(self, store: Store, terms: ElderTerms) -> None:
        self._store, self._terms = store, terms
        self._told: frozenset[str] = frozenset()

    def tell(self, elders: Sequence[Elder], now: datetime) -> None:
        homes = {elder.dwelling_id: elder for elder in elders if elder.dwelling_id}
        found = {event.event_id: event for event in self._alarms(homes, now)}
        new = [event for name, event in found.items() if name not in self._told]
        if new:
            self._store.take(Batch(events=tuple(new)), SOURCE, now)
        self._told = frozenset(found)

    def _alarms(self, homes: Mapping[str, Elder], now: datetime) -> list[Event]:
        smoke, gas = event_table("fire_device").table.c, event_table("gas_reading").table.c
        since = now - _BACK
        with self._store.read() as connection:
            fires = records(
                connection,
                "fire_device",
                smoke.occurred_at > since,
                smoke.kind == DeviceKind.SMOKE.value,
                smoke.state == DeviceState.ALARM.value,
                smoke.dwelling_id != "",
            )
            leaks = records(connection, "gas_reading", gas.occurred_at > since, gas.lel_pct >= self._terms.gas_lel_pct)
        told = [_event(homes, one.dwelling_id, "smoke", one.report_id, one.device_id, one.value, one.unit, one.at)
                for one in fires]  # fmt: skip
        told += [_event(homes, one.dwelling_id, "gas", one.reading_id, one.meter_id, one.lel_pct, "%LEL", one.read_at)
                 for one in leaks]  # fmt: skip
        return [event for event in told if event is not None]


def _event(homes: Mapping[str, Elder], dwelling_id: str, kind: str, *said: Any) -> Event | None:
    elder = homes.get(dwelling_id)
    if elder is None:
        return None
    ident, device_id, value, unit, at = said
    record = ElderDevice(
        event_id=ident,
        elder_id=elder.id,
        dwelling_id=dwelling_id,
        device_id=device_id,
        kind=kind,
        value=value,
        unit=unit,
        beyond=0,
        estate_id=elder.estate_id,
        estate_name=elder.estate_name,
        building=elder.building,
        at=at,
    )
    return Event(SOURCE.id, f"{kind}:{ident}", "elder_device", at, record)
