"""Where checkpoints and cameras are: the polled directory, and what other view libraries tell us of theirs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from services.domain.area import Area, Ground
from services.domain.estates import Estate
from services.domain.passage import CheckpointPlace
from services.domain.timebase import Timebase
from services.domain.view_library import Camera, joined
from services.receivers.viid_library import BLANK, Stated, first_place
from services.receivers.viid_lookups import Spot
from services.store.errors import StoreError
from services.store.store import Store

LOOK_AGAIN_S = 10.0
MOST = 20_000  # records of one topic
NO_SPOT = Spot("", "")
_LIFT_WORDS = ("电梯", "轿厢", "梯厢")


class Directory:
    """Looked up again every ten seconds, and at once after a push. Thread-safe.

    A store that cannot answer leaves what was known: a passage never waits for its name.
    """

    def __init__(self, store: Store, timebase: Timebase) -> None:
        self._store = store
        self._timebase = timebase
        self._looked_s = float("-inf")
        self._places: Mapping[str, CheckpointPlace] = {}
        self._spots: Mapping[str, Spot] = {}
        self._turn = threading.Lock()

    def __call__(self, number: str) -> CheckpointPlace | None:
        """The checkpoint of that number, or the camera as one."""
        self._keep_up()
        return self._places.get(number)

    def spot(self, device_id: str) -> Spot:
        """Which estate a camera stands in; without one, what it calls its place."""
        self._keep_up()
        return self._spots.get(device_id, NO_SPOT)

    def records(self, topic: str) -> Sequence[Any]:
        """Everything known under ``pushed_places`` (with the polled directory), ``pushed_cameras`` or
        ``pushed_lanes``. Raises StoreError."""
        told = self._read(topic)
        return joined(self._read("checkpoint_places"), told) if topic == "pushed_places" else told

    def take(self, stated: Iterable[Stated], device_id: str = "") -> Sequence[Stated]:
        """Keep what was told; what cannot be kept is returned. All of the rest is on disk then. Raises StoreError."""
        by_topic: dict[str, list[Stated]] = {}
        for each in stated:
            by_topic.setdefault(each.topic, []).append(each)
        if not by_topic:
            return ()
        left: list[Stated] = []
        with self._turn:
            for topic, some in by_topic.items():
                left += self._merge(topic, some, device_id)
            self._looked_s = float("-inf")
        return left

    # ------------------------------------------------------------------------------------- private

    def _merge(self, topic: str, stated: Sequence[Stated], device_id: str) -> Sequence[Stated]:
        known = {record.id: record for record in self._read(topic)}
        places = {p.id: p for p in self._read("checkpoint_places")} if topic == "pushed_places" else {}
        left: list[Stated] = []
        for each in stated:
            before = known.get(each.id) or places.get(each.id)
            record = _updated(before, each, device_id)
            if record is None or (each.id not in known and len(known) >= MOST):
                left.append(each)
            else:
                known[each.id] = record
        self._store.put_topic(topic, tuple(known.values()), self._timebase.now())
        return left

    def _keep_up(self) -> None:
        now_s = time.monotonic()
        if now_s - self._looked_s > LOOK_AGAIN_S or (not self._places and now_s - self._looked_s > 1):
            self._looked_s = now_s
            self._look()

    def _look(self) -> None:
        try:
            cameras: Sequence[Camera] = self._read("pushed_cameras")
            places = joined(self._read("checkpoint_places"), self._read("pushed_places"))
            estates = self._read("estates")
        except StoreError:
            return
        self._spots = _spots(cameras, estates)
        self._places = {p.id: p for p in (*_as_places(cameras), *places)}

    def _read(self, topic: str) -> Sequence[Any]:
        return self._store.snapshot(topic, self._now).records

    @property
    def _now(self) -> datetime:
        return self._timebase.now()


def _updated(before: Any, stated: Stated, device_id: str) -> Any:
    """The record with what was told of it; None for a checkpoint that could be anywhere."""
    told = dict(stated.fields)
    if stated.topic == "subscriptions_to_us" and device_id:
        told["device_id"] = device_id
    if before is None and stated.topic == "pushed_places":
        return first_place(stated.id, told)
    record = before if before is not None else BLANK[stated.topic](stated.id)
    names = {field.name for field in fields(record)}
    return replace(record, **{name: each for name, each in told.items() if name in names})


def _as_places(cameras: Iterable[Camera]) -> Iterable[CheckpointPlace]:
    for each in cameras:
        if each.lon is not None and each.lat is not None:
            yield CheckpointPlace(each.id, each.name or each.place or each.id, each.lon, each.lat, 0)


def _spots(cameras: Iterable[Camera], estates: Iterable[Estate]) -> Mapping[str, Spot]:
    by_id = {each.id: each for each in estates if len(each.outline) >= 3}
    ground = Ground([Area(each.id, each.outline) for each in by_id.values()], 0.0)
    found: dict[str, Spot] = {}
    for each in cameras:
        estate_id = ground.at(each.lon, each.lat) if each.lon is not None and each.lat is not None else ""
        lift = any(word in f"{each.place}{each.name}" for word in _LIFT_WORDS)
        name = by_id[estate_id].name if estate_id else each.place or each.name
        found[each.id] = Spot(estate_id or "", name, lift)
    return found
