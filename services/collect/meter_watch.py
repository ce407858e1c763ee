"""Follows the readings of the community's meters and tells the rules what single readings do not say.

Every ten seconds it goes on from the last reading it saw; once a night it looks at the mains. An event's id
follows from what it is about, so one told twice (after a restart) is stored once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from services.domain.community import Elder
from services.domain.community_told import MeterKind, MeterReading
from services.domain.estates import Building, Estate
from services.domain.event import Batch, Event
from services.domain.gas_flow import GasRun, run_on
from services.domain.meter_baseline import Baselines
from services.domain.meter_events import BuildingOutage, GasFlow, NightFlow, PowerHour
from services.domain.meter_findings import TITLES, MeterFinding, ProtectedSupply
from services.domain.meter_settings import MeterSettings
from services.domain.outage import Count, OutageWatch
from services.domain.power_hour import PowerRun, hour_of
from services.domain.snapshot import SourceStatus
from services.domain.timebase import local
from services.store.columns import to_micros
from services.store.events import event_table, records
from services.store.store import Store

SOURCE = "meter_watch"
STATUS = SourceStatus(SOURCE, "表计巡查", late_after_s=1e9)  # heard of only when there is something
AT_ONCE = 5_000
BEGIN_BACK = 100_000  # readings looked at again after a start: an hour of forty thousand meters
MARKED_FOR = timedelta(days=7)
_MARKS_KEPT = 200


class MeterWatch:
    """``tick`` is for one thread. Raises StoreError; what was not written is told again at the next look."""

    def __init__(self, store: Store, settings: MeterSettings) -> None:
        self._store = store
        self._settings = settings
        self._seq: int | None = None
        self._gas: dict[str, GasRun] = {}
        self._power: dict[str, PowerRun] = {}
        self._outages = OutageWatch(settings)
        self._marks: deque[MeterFinding] = deque(maxlen=_MARKS_KEPT)
        self._baselines = Baselines()
        self._places: dict[str, str] = {}

    def tick(self, now: datetime) -> None:
        self._learn(now)
        while fresh := self._fresh():
            events = [event for reading in fresh for event in self._hear(reading)]
            self._tell(events, now)
        self._tell([_outage_event(told) for told in self._outages.look(now, lambda *of: self._count(now, *of))], now)

    def marks(self, now: datetime) -> Sequence[MeterFinding]:
        """New meters and counters that jumped lately, the newest first."""
        lately = now - MARKED_FOR
        return [mark for mark in reversed(self._marks) if mark.at is not None and mark.at > lately]

    # -- reading -----------------------------------------------------------------------------------

    def _fresh(self) -> list[MeterReading]:
        """The next readings in order of arrival; at a start those of the last hours first."""
        table = event_table("meter_reading").table
        with self._store.read() as connection:
            if self._seq is None:
                back = select(table.c.seq).order_by(table.c.seq.desc()).limit(1).offset(BEGIN_BACK)
                self._seq = connection.execute(back).scalar() or 0
            last = select(table.c.seq).where(table.c.seq > self._seq).order_by(table.c.seq).limit(AT_ONCE).subquery()
            end = connection.execute(select(func.max(last.c.seq))).scalar()
            if end is None:
                return []
            found = records(
                connection,
                "meter_reading",
                table.c.seq > self._seq,
                table.c.seq <= end,
                order=(table.c.occurred_at, table.c.seq),
                limit=AT_ONCE,
            )
        self._seq = end
        return list(found)

    def _learn(self, now: datetime) -> None:
        """The newest baselines, and the names of buildings."""
        night = self._store.meters.newest_night()
        if night != self._baselines.night:
            self._baselines = self._store.meters.newest()
        buildings: Sequence[Building] = self._store.snapshot("buildings", now).records
        estates: Sequence[Estate] = self._store.snapshot("estates", now).records
        self._places = {e.id: e.name for e in estates} | {b.id: f"{b.estate_name} {b.name}" for b in buildings}

    # -- what a reading says -----------------------------------------------------------------------

    def _hear(self, reading: MeterReading) -> Iterator[Event]:
        place = self._places.get(reading.building_id) or self._places.get(reading.estate_id, "")
        if reading.mark in TITLES:
            self._marks.append(_mark(reading, place))
        usual = self._baselines.usual
        self._outages.hear(reading, usual(reading.meter_id, local(reading.read_at).hour))
        told: GasFlow | PowerHour | None = None
        if reading.meter_kind == MeterKind.GAS and reading.dwelling_id:
            run = self._gas.get(reading.meter_id, GasRun())
            run, told = run_on(run, reading, self._baselines.high(reading.meter_id), place)
            self._gas[reading.meter_id] = run
        elif reading.meter_kind == MeterKind.POWER and reading.dwelling_id:
            hour = self._power.get(reading.meter_id, PowerRun())
            hour, told = hour_of(hour, reading, lambda h: usual(reading.meter_id, h), place)
            self._power[reading.meter_id] = hour
        if told is not None:
            kind = "gas_flow" if isinstance(told, GasFlow) else "power_hour"
            yield Event(SOURCE, f"{kind}/{reading.reading_id}", kind, reading.read_at, told)

    def _count(self, now: datetime, building: str, estate: str) -> Count:
        """Numbers of who needs somebody first; None where the list is not known."""
        elders = self._store.snapshot("elders", now)
        lists = self._store.snapshot("protected_supply", now)
        alone: Sequence[Elder] = elders.records
        protected: Sequence[ProtectedSupply] = lists.records
        whole = self._places.get(building, "")
        name = self._places.get(estate, "")
        return Count(
            building=whole.removeprefix(name).strip(),
            estate_name=name,
            elders=sum(e.dwelling_id.startswith(building) for e in alone) if elders.taken_at else None,
            protected=sum(p.households for p in protected if p.id == building) if lists.taken_at else None,
        )

    def _tell(self, events: Sequence[Event], now: datetime) -> None:
        if events:
            self._store.take(Batch(events=sorted(events, key=lambda event: event.occurred_at)), STATUS, now)


def night_event(told: NightFlow) -> Event:
    return Event(SOURCE, f"night_flow/{told.estate_id}/{told.night}", "night_flow", told.read_at, told)


def _outage_event(told: BuildingOutage) -> Event:
    state = "over" if told.over else str(told.affected)
    key = f"building_outage/{told.building_id}/{told.kind}/{to_micros(told.began_at)}/{state}"
    return Event(SOURCE, key, "building_outage", told.read_at, told)


def _mark(reading: MeterReading, place: str) -> MeterFinding:
    title = TITLES[reading.mark]
    return MeterFinding(
        id=reading.reading_id,
        meter_id=reading.meter_id,
        kind=reading.mark,
        meter_kind=reading.meter_kind,
        estate_id=reading.estate_id,
        building_id=reading.building_id,
        at=reading.read_at,
        note=f"{local(reading.read_at):%m-%d %H:%M} {title}",
        place=place,
    )


def marks_of(watch: MeterWatch, now: datetime) -> dict[str, Sequence[Any]]:
    return {"meter_marks": watch.marks(now)}
