"""AIS as it comes: from a TCP feed, to our own TCP or UDP port, or from files; into one table of positions.

Positions are state, not events: the newest of each vessel goes to the store once a second as one
blob. What cannot be read goes to the quarantine with its reason.
"""

from __future__ import annotations

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from services.collect.intake import Submits
from services.collect.sea_watch import SeaWatch
from services.collect.site import Site, SiteError
from services.domain.ais_filters import EchoFilter, kind_of_ship_type
from services.domain.event import Batch, Refused
from services.domain.fleet import VesselKind
from services.domain.position import FeedHealth, PositionReport, PositionSource
from services.domain.position_gate import PositionGate
from services.domain.snapshot import SourceStatus
from services.receivers.ais_bits import AisPosition
from services.receivers.ais_links import FileReplay, Link, TcpClient, TcpServer, UdpServer
from services.receivers.fleet_keeper import FleetKeeper
from services.receivers.land import open_land
from services.receivers.nmea import SentenceReader
from services.receivers.positions import Positions
from services.receivers.track_keeper import TrackKeeper
from services.store.store import Store

log = logging.getLogger(__name__)

POSITION_TYPES = frozenset(
    {1, 2, 3, 9, 11, 18, 19, 27}
)  # of vessels and SAR aircraft; 4, 17 and 21 are shore and buoys
STATIC_TYPES = frozenset({5, 19, 24})
LINES_AT_ONCE = 2000  # of a file
QUARANTINED_A_MINUTE = 120  # stored lines of one source; the counts stay exact
LATE_AFTER_S = 60.0
UNKNOWN_SPEED_KN, UNKNOWN_COURSE = 102.3, 360.0
KINDS = {"fishing": VesselKind.FISHING, "official": VesselKind.OFFICIAL, "other": VesselKind.OTHER}
TITLES = {"ais": "AIS 岸站", "ais_files": "AIS 文件回放"}


class Receiver(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(slots=True)
class Ears:
    """Lines of one feed into the positions; keeps count of everything that did not get there."""

    positions: Positions
    reader: SentenceReader
    echo: EchoFilter = field(default_factory=EchoFilter)
    dropped: Counter[str] = field(default_factory=Counter)
    stored: int = 0
    messages: Counter[int] = field(default_factory=Counter)

    def hear(self, lines: Sequence[bytes], now_s: float) -> list[Refused]:
        """Take a block of lines; what was refused of it, or of parts given up meanwhile."""
        refused: list[Refused] = []
        reports: list[PositionReport] = []
        is_new, messages, source = self.echo.is_new, self.messages, PositionSource.AIS
        for heard in self.reader.hear(lines, now_s):
            if isinstance(heard, Refused):
                refused.append(heard)
                continue
            message, payload, at_s, timed, _ = heard
            if not is_new(payload, at_s):
                continue
            if isinstance(message, AisPosition):
                kind, mmsi, lon, lat, sog, cog, heading, _ = message
                messages[kind] += 1
                reports.append(PositionReport(source, mmsi, at_s, now_s, lon, lat, sog, cog, heading, timed))
            else:
                messages[int(message.msg_type)] += 1
                reports += self._other(message, at_s, now_s, timed=timed)
        self.stored += self.positions.take(reports, self.dropped)
        return refused

    def _other(self, message: Any, at_s: float, now_s: float, *, timed: bool) -> Iterator[PositionReport]:
        """What pyais read: a vessel's own words about itself, and the positions of rarer types."""
        kind, mmsi = int(message.msg_type), int(message.mmsi)
        if kind in STATIC_TYPES:
            self._describe(mmsi, message)
        if kind in POSITION_TYPES and message.lon is not None and message.lat is not None:
            yield PositionReport(
                PositionSource.AIS, mmsi, at_s, now_s, float(message.lon), float(message.lat),
                _known(message, "speed", 63.0 if kind == 27 else UNKNOWN_SPEED_KN),
                _known(message, "course", UNKNOWN_COURSE), _known(message, "heading", UNKNOWN_COURSE), timed,
            )  # fmt: skip

    def _describe(self, mmsi: int, message: Any) -> None:
        """Types 24 A and B are two messages of one vessel, in either order."""
        table = self.positions.table
        ship_type = int(getattr(message, "ship_type", 0) or 0)
        name = str(getattr(message, "shipname", "") or "").strip(" @")
        callsign = str(getattr(message, "callsign", "") or "").strip(" @")
        table.name(mmsi, name, callsign, ship_type)
        if ship_type:
            table.call(mmsi, KINDS[kind_of_ship_type(ship_type)])


def _known(message: Any, name: str, unknown_from: float) -> float:
    """NaN for what the sender marks as not available, or does not send in this type."""
    value = getattr(message, name, None)
    return math.nan if value is None or float(value) >= unknown_from else float(value)


class AisReceiver:
    """One feed: a link that brings bytes, ears that understand them, a quota of what is quarantined."""

    def __init__(self, key: str, link: Link, ears: Ears, intake: Submits, now_s: Callable[[], float]) -> None:
        self.key = key
        self.title = TITLES.get(key, f"AIS {key}")
        self.ears = ears
        self.link = link
        self._intake = intake
        self._now_s = now_s
        self._minute = -1
        self._room = QUARANTINED_A_MINUTE
        self.not_kept = 0  # refused lines over the quota: counted, not stored
        self.heard_at_s = 0.0
        link.on_lines = self.take

    def start(self) -> None:
        self.link.start()

    def stop(self) -> None:
        self.link.stop()

    @property
    def error(self) -> str:
        return self.link.error

    @property
    def reports(self) -> int:
        """Credible position reports since the start."""
        return self.ears.stored

    def take(self, lines: Sequence[bytes]) -> None:
        now_s = self._now_s()
        refused = self.ears.hear(lines, now_s)
        if lines:
            self.heard_at_s = now_s
        minute = int(now_s // 60)
        if minute != self._minute:
            self._minute, self._room = minute, QUARANTINED_A_MINUTE
        kept = refused[: self._room]
        self._room -= len(kept)
        self.not_kept += len(refused) - len(kept)
        if kept:
            self._intake.submit((), kept, self.key)

    def health(self) -> FeedHealth:
        ears = self.ears
        counts = ears.dropped + Counter({"duplicate": ears.echo.duplicates}) + ears.reader.refused
        heard_at = datetime.fromtimestamp(self.heard_at_s, UTC) if self.heard_at_s else None
        return FeedHealth(self.key, self.title, heard_at, ears.stored, tuple(sorted(counts.items())), self.error)

    def status(self) -> SourceStatus:
        return SourceStatus(self.key, self.title, late_after_s=LATE_AFTER_S)


def receivers(site: Site, store: Store, intake: Submits) -> Sequence[Receiver]:
    """Every ``[receivers.ais…]`` of the site, and the keeper that publishes what they hear."""
    tracks, watch = TrackKeeper(store), SeaWatch(site, store)
    positions = Positions(gate=PositionGate(is_land=open_land().holds), late=tracks.late)
    found = [
        AisReceiver(
            key,
            _link(key, settings),
            Ears(positions, SentenceReader(key, replayed=settings.get("mode") == "file")),
            intake,
            lambda: site.timebase.now().timestamp(),
        )
        for key, settings in site.receivers.items()
        if key.partition("_")[0] == "ais"
    ]
    if not found and "boats" not in site.sources:
        return ()
    looks = {"sea_watch": watch.look, "tracks": tracks.look}
    return (*found, FleetKeeper(store, positions, found, site.timebase, looks))


def _link(key: str, settings: Mapping[str, Any]) -> Link:
    mode = settings.get("mode", "tcp_client")
    try:
        if mode == "tcp_client":
            return TcpClient(str(settings["host"]), int(settings["port"]))
        if mode == "tcp_server":
            return TcpServer(str(settings.get("host", "127.0.0.1")), int(settings["port"]))
        if mode == "udp":
            return UdpServer(str(settings.get("host", "127.0.0.1")), int(settings["port"]))
        if mode == "file":
            files = [Path(f) for f in settings["files"]]
            pace, repeat = float(settings.get("lines_per_s", 200.0)), bool(settings.get("repeat", True))
            return FileReplay(files, pace, repeat=repeat)
    except KeyError as missing:
        raise SiteError(f"[receivers.{key}] 缺少 {missing}") from missing
    raise SiteError(f"[receivers.{key}] mode = {mode!r}，可用：tcp_client、tcp_server、udp、file")


def ingest_ais(files: Iterable[Path], store: Store) -> dict[str, Any]:
    """Read whole files into a store: newest position of each vessel, and every refused line.

    Times are the tag blocks' own, else the moment of reading. Raises OSError for a file that cannot be read.
    """
    ears = Ears(Positions(), SentenceReader("ais", live=False))
    refused: list[Refused] = []
    now_s = time.time()
    for path in files:
        with Path(path).open("rb") as lines:
            while block := list(islice(lines, LINES_AT_ONCE)):
                refused += ears.hear(block, now_s)
    refused += ears.reader.close()
    fleet = ears.positions.table.take()
    at = Site().timebase.now()
    for start in range(0, max(len(refused), 1), 5000):
        part = refused[start : start + 5000]
        store.take(Batch(refused=part), SourceStatus("ais", TITLES["ais"], late_after_s=LATE_AFTER_S), at)
    if fleet is not None:
        store.put_fleet(fleet.to_bytes(), at, "ais")
    return {
        "protocol": "ais",
        "read": ears.reader.read,
        "messages": sum(ears.messages.values()),
        "stored": ears.stored,
        "vessels": 0 if fleet is None else len(fleet),
        "duplicate": ears.echo.duplicates,
        "ignored": dict(sorted(ears.reader.ignored.items())),
        "dropped": dict(sorted(ears.dropped.items())),
        "quarantined": dict(sorted(ears.reader.refused.items())),
    }
