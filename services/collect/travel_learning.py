"""Learns from passages how vehicles go from checkpoint to checkpoint, and keeps the score of what it foretold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from services.collect.summary import Summary
from services.domain.calibration import Calibration, Score, calibration, scored
from services.domain.intercept_settings import InterceptSettings
from services.domain.passage import CheckpointPlace
from services.domain.travel_legs import Sightings, legs, no_sightings
from services.domain.travel_table import LegKey, Spot, TravelTable, apart_km, count_legs
from services.domain.travel_time import Counts, days
from services.domain.view_library import joined
from services.store.travel_times import Learnt, SightingRow

if TYPE_CHECKING:
    from services.store.store import Store

EVERY_S = 30.0
SLICE = timedelta(minutes=1)  # learnt in whole slices
SETTLED = timedelta(minutes=1)  # younger sightings may still be on their way
AT_ONCE = 20_000  # passages read in one step
STEPS = 8  # in one tick, while there is a past to catch up with
DIRECTIONS = ("", "东", "西", "南", "北", "东北", "西南", "东南", "西北")


class TravelLearning:
    """Reads each passage once. A leg is learnt when its horizon has passed, arrivals and leavings of one
    crowd together; before that it is foretold by the table as it was, and scored.

    ``table`` is always whole: a tick makes the next one and puts it in its place.
    """

    def __init__(self, store: Store, settings: InterceptSettings) -> None:
        self._store = store
        self._settings = settings
        self.table = TravelTable({}, settings)
        self._days: dict[int, dict[LegKey, Counts]] | None = None  # None: not read yet
        self._scores: dict[int, Score] = {}
        self._learnt_until = datetime.fromtimestamp(0, UTC)
        self._seq: int | None = None
        self._seen = no_sightings()
        self._newest_s = 0.0
        self._numbers: dict[str, int] = {}
        self._places: list[str] = []

    def tick(self, now: datetime) -> None:
        directory, pushed = (
            self._store.snapshot(topic, now).records for topic in ("checkpoint_places", "pushed_places")
        )
        places: Sequence[CheckpointPlace] = joined(directory, pushed)
        spots = {place.id: Spot(place.id, place.name, place.lon, place.lat) for place in places}
        if not spots:
            return  # nothing can be placed yet, and what is read is not read again
        if self._days is None:
            self._open(now)
        if spots != self.table.spots:
            self.table = self.table.known_by(spots.values())
        for _ in range(STEPS):
            if not self._step(now):
                return

    def calibrated(self, now: datetime) -> Calibration:
        total = Score()
        for score in self._scores.values():
            total = total.plus(score)
        return calibration(total, self.table, now)

    # -- one step --------------------------------------------------------------------------------

    def _open(self, now: datetime) -> None:
        """Where the last run came to; at first, as far back as is kept."""
        travel, oldest = self._store.travel, now - timedelta(days=self._settings.days)
        self._learnt_until = max(travel.learnt_until() or oldest, oldest)
        self._scores = travel.scores(self._first_day(now))
        self._days = travel.days(self._first_day(now))
        first = travel.first_seq(self._learnt_until)
        self._seq = None if first is None else first - 1
        self._sum_up()

    def _step(self, now: datetime) -> bool:
        """Read some more and learn what is ripe; whether there is more to read."""
        if self._seq is None:
            first = self._store.travel.first_seq(self._learnt_until)
            if first is None:
                return False
            self._seq = first - 1
        before = self._seq
        self._seq, rows = self._store.travel.sightings(before, self._settings.confidence, AT_ONCE)
        self._take(rows)
        is_behind = self._seq - before >= AT_ONCE
        known_s = min(self._newest_s, now.timestamp()) if is_behind else now.timestamp()
        self._learn(known_s - SETTLED.total_seconds(), now)
        return is_behind

    def _take(self, rows: Sequence[SightingRow]) -> None:
        since = self._learnt_until
        rows = [row for row in rows if row.checkpoint_id in self.table.spots and row.at >= since]
        if not rows:
            return
        at_s = np.array([row.at.timestamp() for row in rows])
        more = Sightings(
            np.array([hash(row.plate_no) for row in rows], np.int64),
            at_s,
            np.array([self._number(row.checkpoint_id) for row in rows], np.int64),
            np.array([DIRECTIONS.index(row.direction) if row.direction in DIRECTIONS else 0 for row in rows], np.int64),
        )
        self._newest_s = max(self._newest_s, float(at_s.max()))
        self._seen = self._seen.and_(more)

    def _number(self, place: str) -> int:
        if place not in self._numbers:
            self._numbers[place] = len(self._places)
            self._places.append(place)
        return self._numbers[place]

    def _learn(self, known_s: float, now: datetime) -> None:
        """The legs that began a horizon before ``known_s``, in whole slices."""
        step_s, since_s = SLICE.total_seconds(), self._learnt_until.timestamp()
        until_s = (known_s - self._settings.horizon_s) // step_s * step_s
        if until_s <= since_s or self._days is None:
            return
        found = legs(self._seen, since_s, until_s, self._settings.horizon_s, self._too_fast(), self._settings.silent_s)
        ended = count_legs(found, self._places, DIRECTIONS, self._settings)
        learnt_until = datetime.fromtimestamp(until_s, UTC)
        scores = {day: self._scores.get(day, Score()).plus(scored(self.table, of_day)) for day, of_day in ended.items()}
        totals = {day: _added(self._days.get(day, {}), of_day) for day, of_day in ended.items()}
        first_day = self._first_day(now)
        self._store.travel.keep(Learnt(totals, scores, first_day, learnt_until), now)
        self._days |= {day: self._days.get(day, {}) | of_day for day, of_day in totals.items()}
        self._scores |= scores
        self._learnt_until = learnt_until
        self._seen = self._seen.where(self._seen.at_s >= until_s)
        if any(day < first_day for day in self._days):
            self._days = {day: of_day for day, of_day in self._days.items() if day >= first_day}
            self._scores = {day: score for day, score in self._scores.items() if day >= first_day}
            self._sum_up()
        else:
            for of_day in ended.values():
                self.table = self.table.plus(of_day)

    def _too_fast(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Seconds between two places in which no one vehicle makes it."""
        spots = [self.table.spots[place] for place in self._places if place in self.table.spots]
        if len(spots) < len(self._places) or not spots:
            return np.zeros((max(1, len(self._places)),) * 2)
        km = np.array([[apart_km(one, other) for other in spots] for one in spots])
        return km / self._settings.too_fast_kmh * 3600

    def _sum_up(self) -> None:
        table = TravelTable(self.table.spots, self._settings)
        for of_day in (self._days or {}).values():
            table = table.plus(of_day)
        self.table = table

    def _first_day(self, now: datetime) -> int:
        return int(days(np.array([now.timestamp()]))[0]) - self._settings.days + 1


def _added(before: Mapping[LegKey, Counts], more: Mapping[LegKey, Counts]) -> dict[LegKey, Counts]:
    """The rows of a day that change, whole."""
    return {key: before[key] + counts if key in before else counts for key, counts in more.items()}


def calibrating(learning: TravelLearning) -> Summary:
    """Topic ``calibration``, with how much is learnt."""

    def make(_: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        return {"calibration": (learning.calibrated(now),)}

    return Summary("calibration", EVERY_S, ("calibration",), make)
