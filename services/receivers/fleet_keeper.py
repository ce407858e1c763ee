"""Publishes the merged fleet once a second and says how its feeds are."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from services.domain.beidou import FixBlock
from services.domain.colour_code import overlaid
from services.domain.event import Batch
from services.domain.fleet import Fleet, VesselKind
from services.domain.position import DOUBT_WORDS, Doubt, DoubtedBoat, FeedHealth, PositionSource
from services.domain.position_gate import Known, apart_nm
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import Timebase
from services.receivers.fleet_table import Heard
from services.receivers.positions import PolledFixes, Positions, reports_of
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 1.0
WELL_EVERY_S = 5.0  # how often a feed that is well says so
LOOK_S = 10.0  # between two ticks
BEIDOU = "boat_positions"  # key of the HTTP source of Beidou fixes
POLLED = {
    "beidou_fixes": (BEIDOU, "北斗船位", PositionSource.BEIDOU),
    "platform_fixes": ("positions", "船载终端平台", PositionSource.PLATFORM),
}


Look = Callable[[Heard, datetime], None]


class Feed(Protocol):
    """What the keeper needs to know of a receiver."""

    @property
    def key(self) -> str: ...

    @property
    def heard_at_s(self) -> float: ...

    @property
    def error(self) -> str: ...

    @property
    def reports(self) -> int: ...

    def status(self) -> SourceStatus: ...

    def health(self) -> FeedHealth: ...


class PolledFeed:
    """A topic of fixes that a source fills, as a feed of positions."""

    def __init__(self, key: str, title: str, source: PositionSource) -> None:
        self._key, self._title = key, title
        self._fixes = PolledFixes(source)
        self._counts: Counter[str] = Counter()
        self._reports = 0
        self.heard_at: datetime | None = None

    def take(self, blocks: Sequence[FixBlock], positions: Positions, now: datetime) -> None:
        for block in blocks:
            self.heard_at = now
            news = self._fixes.news(block.fleet, now.timestamp())
            self._reports += positions.take(news, self._counts)

    def health(self) -> FeedHealth:
        counts = tuple(sorted(self._counts.items()))
        return FeedHealth(self._key, self._title, self.heard_at, self._reports, counts)


class FleetKeeper:
    """Reads registers and polled fixes back from the store, so that a restart loses nothing. ``looks`` are
    shown the whole fleet at each tick of theirs: a fault of one is told by who ticks, and stops no position."""

    def __init__(
        self,
        store: Store,
        positions: Positions,
        feeds: Sequence[Feed],
        timebase: Timebase,
        looks: Mapping[str, Look] | None = None,
    ) -> None:
        self._store = store
        self._positions = positions
        self._table = positions.table
        self._feeds = feeds
        self._timebase = timebase
        shown = [(name, partial(self._show, look)) for name, look in (looks or {}).items()]
        self.ticks: Sequence[tuple[str, Callable[[datetime], None]]] = (("position_feeds", self._health), *shown)
        self._seen = 0
        self._polled = {topic: PolledFeed(*about) for topic, about in POLLED.items()}
        self._numbers: dict[int, str] = {}
        self._said_well: dict[str, float] = {}
        self._counted: dict[str, int] = {}
        self._failing: dict[str, datetime] = {}
        self._store_fails = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        self._safely(self._announce)
        while not self._over.wait(EVERY_S):
            self._safely(self.beat)

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except StoreError as why:
            if not self._store_fails:
                log.warning("the fleet cannot be written: %s", why)
            self._store_fails = True
        else:
            if self._store_fails:
                log.info("the fleet is written again")
            self._store_fails = False

    def _announce(self) -> None:
        for feed in self._feeds:
            self._store.mark(feed.status(), topics=("fleet",))

    def beat(self) -> None:
        """One second's work."""
        now = self._timebase.now()
        seen, moved = self._store.changes_since(self._seen)
        if moved & {"boat_register", "boat_codes"}:
            boats = self._store.snapshot("boat_register", now).records
            codes = overlaid(boats, self._store.snapshot("boat_codes", now).records)
            self._table.know({b.mmsi: VesselKind.FISHING for b in boats}, codes)
            self._numbers.update((b.mmsi, b.vessel_no) for b in boats)
        if "collection_vessels" in moved:
            vessels = self._store.snapshot("collection_vessels", now).records
            self._table.know({v.mmsi: VesselKind.COLLECTION for v in vessels}, {})
            self._numbers.update((v.mmsi, v.name) for v in vessels)
        for topic, polled in self._polled.items():
            if topic in moved:
                polled.take(self._store.snapshot(topic, now).records, self._positions, now)
        if not self._seen:
            self._remember(now)
        self._seen = seen
        fleet = self._table.take()
        if fleet is not None:
            self._store.put_fleet(fleet.to_bytes(), now, self._source(now))
        for feed in self._feeds:
            self._say(feed, now)

    def _show(self, look: Look, now: datetime) -> None:
        look(self._table.heard(), now)

    def _health(self, now: datetime) -> None:
        feeds = [feed.health() for feed in self._feeds]
        feeds += [polled.health() for polled in self._polled.values() if polled.heard_at]
        self._store.put_topic("position_feeds", feeds, now)
        self._store.put_topic("doubted_boats", self._doubted(), now)

    def _remember(self, now: datetime) -> None:
        """What was published before this start: a boat that only AIS had told of is not forgotten."""
        fleet = self._store.snapshot("fleet", now).records
        if isinstance(fleet, Fleet):
            rows = fleet.rows[fleet.rows["at_ms"] <= now.timestamp() * 1000]
            self._positions.take(reports_of(rows, PositionSource.AIS, now.timestamp()), Counter())

    def _doubted(self) -> list[DoubtedBoat]:
        doubted = self._positions.doubted()
        return [_doubted(mmsi, self._numbers.get(mmsi, ""), known) for mmsi, known in sorted(doubted.items())]

    def _source(self, now: datetime) -> str:
        """Whose the fleet is: the feed heard last, else Beidou's service."""
        fresh = [f for f in self._feeds if now.timestamp() - f.heard_at_s < f.status().late_after_s]
        return max(fresh, key=lambda f: f.heard_at_s).key if fresh else BEIDOU

    def _say(self, feed: Feed, now: datetime) -> None:
        if feed.error:
            if feed.key not in self._failing:
                self._failing[feed.key] = now
                log.warning("%s: %s", feed.key, feed.error)
                said = feed.status()
                self._store.mark(
                    SourceStatus(
                        said.id, said.title, Quality.STALE,
                        failing_since=now, error=feed.error, late_after_s=said.late_after_s,
                    )
                )  # fmt: skip
            return
        if feed.heard_at_s > self._said_well.get(feed.key, 0.0):
            due = now.timestamp() - self._said_well.get(feed.key, 0.0) >= WELL_EVERY_S
            if due or feed.key in self._failing:
                reports = feed.reports
                self._store.take(Batch(merged=reports - self._counted.get(feed.key, 0)), feed.status(), now)
                self._counted[feed.key] = reports
                self._said_well[feed.key] = feed.heard_at_s
            if self._failing.pop(feed.key, None):
                log.info("%s is heard again", feed.key)


def _doubted(mmsi: int, vessel_no: str, known: Known) -> DoubtedBoat:
    here, other = known.here, known.other if known.is_twin else None
    since_s = known.twin_since_s if known.is_twin else known.land_since_s
    return DoubtedBoat(
        id=str(mmsi),
        mmsi=mmsi,
        vessel_no=vessel_no,
        doubt=DOUBT_WORDS[Doubt.TWIN if known.is_twin else Doubt.ON_LAND],
        since=datetime.fromtimestamp(since_s, UTC),
        lon=here.lon,
        lat=here.lat,
        other_lon=other.lon if other else None,
        other_lat=other.lat if other else None,
        apart_nm=round(apart_nm(here.lon, here.lat, other.lon, other.lat), 1) if other else None,
    )
