"""Watches the cameras: once a minute what each checkpoint's devices are like, as an event and as a topic."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, case, func, select, type_coerce

from services.collect.checkpoint_feed import CUT_AFTER
from services.collect.clock_pairs import ClockPairs
from services.domain.camera_clock import Drift, doubted, drifts, trusted
from services.domain.camera_limits import LIMITS, CameraLimits
from services.domain.event import Batch, Event
from services.domain.passage import CheckpointPlace, CheckpointState
from services.domain.recognition import (
    HOUR,
    LEAST_BY_DAY,
    MINUTE,
    UNREADABLE,
    CameraHealth,
    CameraMemory,
    Sight,
    Tally,
)
from services.domain.snapshot import SourceStatus
from services.domain.view_library import joined
from services.store.columns import from_micros
from services.store.events import event_table
from services.store.schema import inbox
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 30.0
SOURCE = SourceStatus("camera_health", "卡口设备体检", late_after_s=3600)  # of ours: says nothing of the feeds
COMPARED_EVERY = timedelta(minutes=5)
SEEN_AGAIN = timedelta(hours=1)  # of passages read anew by a new start
AT_ONCE = 100_000  # passages read at one tick; a longer backlog takes several
SILENT_AFTER = timedelta(minutes=3)  # R-CKP-22
SURE_S = 0.5  # a drift is told with an error up to this, or when it is beyond the limit all the same
DRIFT_S = 1.0  # R-CKP-22C


class CamerasWatch:
    """What is worked out at one tick counts from the passages that came in since the last. For one caller."""

    def __init__(self, store: Store, limits: CameraLimits = LIMITS) -> None:
        self._store = store
        self._limits = limits
        self._read: int | None = None  # the number of the last passage
        self._cameras: dict[str, CameraMemory] = {}
        self._stands: dict[str, str] = {}  # at which checkpoint a device was first heard
        self._roaming: set[str] = set()  # devices of several checkpoints: no cameras
        self._pairs = ClockPairs()
        self._drifts: Mapping[str, Drift] = {}
        self._doubted: frozenset[str] = frozenset()
        self._compared: datetime | None = None

    def tick(self, now: datetime) -> None:
        with self._store.read() as connection:
            if self._read is None:
                self._read = self._begin(connection, now)
            self._see(self._news(connection))
        self._settle(now)
        places = joined(*(self._store.snapshot(topic, now).records for topic in ("checkpoint_places", "pushed_places")))
        cameras = self.cameras(places, now)
        states = tuple(self._states(places, cameras, now))
        self._store.take(Batch({"cameras": cameras}, states), SOURCE, now)

    def trusts(self, device_id: str) -> bool | None:
        """Whether the camera's clock is right; None while nothing is known of it. One whose passages arrive
        oddly is not trusted until it is known why. From any thread."""
        drift = self._drifts.get(device_id)
        return False if device_id in self._doubted else trusted(drift, self._limits.trusted_within_s)

    def cameras(self, places: Sequence[CheckpointPlace], now: datetime) -> tuple[CameraHealth, ...]:
        """Every camera ever heard, by checkpoint; one that is out of service is not asked about."""
        heard = [memory.last_heard for memory in self._cameras.values() if memory.last_heard is not None]
        cut = not heard or now - max(heard) > CUT_AFTER + MINUTE
        stopped = {place.id for place in places if not place.in_service}
        known = [memory for memory in self._cameras.values() if memory.checkpoint_id not in stopped]
        return tuple(
            _health(memory, self._drifts.get(memory.device_id), self.trusts(memory.device_id), now, cut=cut)
            for memory in sorted(known, key=lambda memory: (memory.checkpoint_name, memory.device_id))
        )

    def _see(self, sights: Sequence[Sight]) -> None:
        for sight in sights:
            if self._stands.setdefault(sight.device_id, sight.checkpoint_id) != sight.checkpoint_id:
                self._roaming.add(sight.device_id)
                self._cameras.pop(sight.device_id, None)
        named = [named for sight in sights if (named := self._named(sight)) is not None]
        for sight in named:
            memory = self._cameras.get(sight.device_id)
            if memory is None:
                self._cameras[sight.device_id] = memory = CameraMemory(sight.device_id, self._limits)
            memory.see(sight)
        self._pairs.see(named)

    def _named(self, sight: Sight) -> Sight | None:
        """By its checkpoint where the sender names no camera, or itself for every one of several checkpoints."""
        if sight.device_id and sight.device_id not in self._roaming:
            return sight
        return sight._replace(device_id=sight.checkpoint_id) if sight.checkpoint_id else None

    def _settle(self, now: datetime) -> None:
        for memory in self._cameras.values():
            memory.settle(now)
        jumped, arrivals = self._pairs.settle(now), self._pairs.arrivals()
        self._drifts = {name: drift for name, drift in self._drifts.items() if name not in jumped}
        every = MINUTE if doubted(arrivals, self._drifts) else COMPARED_EVERY
        if self._compared is None or not self._compared <= now < self._compared + every:
            self._compared = now
            self._drifts = drifts(self._pairs.differences(), arrivals)
        self._doubted = doubted(arrivals, self._drifts)

    def _states(
        self, places: Sequence[CheckpointPlace], cameras: Sequence[CameraHealth], now: datetime
    ) -> Iterator[Event]:
        """One for each checkpoint in service and minute, whoever works it out and however often."""
        minute = now.replace(second=0, microsecond=0)
        for place in places:
            if place.in_service:
                state = _state(place, [c for c in cameras if c.checkpoint_id == place.id], minute)
                yield Event(SOURCE.id, state.state_id, "checkpoint_state", minute, state)

    # ------------------------------------------------------------------------------------- the store

    def _begin(self, connection: Connection, now: datetime) -> int:
        """Count the day so far, and begin with the passages of the last hour. The number before them."""
        table = event_table("passage").table
        first = connection.execute(
            select(func.min(table.c.seq)).where(table.c.occurred_at >= now - SEEN_AGAIN, table.c.occurred_at <= now)
        ).scalar()
        newest = connection.execute(select(func.max(table.c.seq))).scalar() or 0
        begin = max(newest - AT_ONCE, first - 1) if first is not None else newest
        for sight, hour, tally in _hours(connection, now, begin, self._limits.poor_confidence):
            if (named := self._named(sight)) is not None:
                memory = self._cameras.setdefault(named.device_id, CameraMemory(named.device_id, self._limits))
                memory.stand(named)
                memory.remember(hour, tally)
        return begin

    def _news(self, connection: Connection) -> Sequence[Sight]:
        table = event_table("passage").table
        columns = [inbox.c.received_at if name == "received_at" else table.c[name] for name in Sight._fields]
        query = (
            select(table.c.seq, *columns)
            .join(inbox, inbox.c.seq == table.c.seq)
            .where(table.c.seq > (self._read or 0))
            .order_by(table.c.seq)
            .limit(AT_ONCE)
        )
        found = connection.execute(query).all()
        if found:
            self._read = found[-1].seq
        return [Sight._make(row[1:]) for row in found]


def _hours(
    connection: Connection, now: datetime, before: int, poor_below: float
) -> Iterable[tuple[Sight, datetime, Tally]]:
    """The last passage of each camera and hour, as far as it is known, with the hour's counts."""
    table = event_table("passage").table.c
    hour = type_coerce(table.occurred_at, BigInteger) // 3_600_000_000
    unread = case((table.plate_flag.in_(UNREADABLE), 1), else_=0)
    poor = case((table.plate_flag.in_(UNREADABLE), 1), (table.confidence < poor_below, 1), else_=0)
    by = (table.device_id, table.checkpoint_id, table.checkpoint_name)
    query = (
        select(*by, func.max(table.occurred_at), hour, func.count(), func.sum(unread), func.sum(poor))
        .where(table.occurred_at >= now - 24 * HOUR, table.occurred_at <= now, table.seq <= before)
        .group_by(*by, hour)
    )
    for device_id, place, name, last, number, vehicles, lost, dim in connection.execute(query):
        sight = Sight(device_id, place, name, "", "", None, None, None, "", None, last, last)
        yield sight, from_micros(int(number) * 3_600_000_000), Tally(vehicles, vehicles - int(lost), int(dim))


# ------------------------------------------------------------------------------------------- records


def _health(
    memory: CameraMemory, drift: Drift | None, trusts: bool | None, now: datetime, *, cut: bool
) -> CameraHealth:
    lately, frozen, least = memory.lately(now), memory.frozen(now), memory.limits.least_vehicles
    online = memory.last_heard is not None and now - memory.last_heard <= SILENT_AFTER
    return CameraHealth(
        id=memory.device_id,
        checkpoint_id=memory.checkpoint_id,
        checkpoint_name=memory.checkpoint_name,
        online=None if cut else online,
        last_heard=memory.last_heard,
        passages=None if cut else lately.vehicles,
        recognition_pct=lately.read_pct(least),
        recognition_day_pct=memory.by_day(night=False).read_pct(LEAST_BY_DAY),
        recognition_night_pct=memory.by_day(night=True).read_pct(LEAST_BY_DAY),
        poor_images_pct=lately.poor_pct(least),
        clock_ahead_s=drift.ahead_s if drift else None,
        clock_error_s=drift.error_s if drift else None,
        clock_pairs=drift.pairs if drift else 0,
        clock_trusted=trusts,
        frozen_min=frozen[0] if frozen else None,
        frozen_sign=frozen[1] if frozen else "",
    )


def _state(place: CheckpointPlace, cameras: Sequence[CameraHealth], minute: datetime) -> CheckpointState:
    """The worst of its cameras."""
    counts = _known(c.passages for c in cameras)
    return CheckpointState(
        state_id=f"{place.id}-{minute:%Y%m%d%H%M}",
        checkpoint_id=place.id,
        checkpoint_name=place.name,
        at=minute,
        recognition_pct=min(_known(c.recognition_pct for c in cameras), default=None),
        clock_drift_s=max(_known(told_drift(c) for c in cameras), key=abs, default=None),
        frozen_min=max(_known(c.frozen_min for c in cameras), default=None),
        poor_images_pct=max(_known(c.poor_images_pct for c in cameras), default=None),
        passages=sum(counts) if counts else None,
        lon=place.lon,
        lat=place.lat,
    )


def told_drift(camera: CameraHealth) -> float | None:
    """The drift where it is known well enough to be held against a limit of a second."""
    if camera.clock_ahead_s is None or camera.clock_error_s is None:
        return None
    drift = Drift(camera.clock_ahead_s, camera.clock_error_s)
    return drift.ahead_s if drift.error_s <= SURE_S or drift.beyond(DRIFT_S) else None


def _known(figures: Iterable[Any]) -> list[Any]:
    return [figure for figure in figures if figure is not None]
