"""One position of one boat, whoever told it: AIS, Beidou terminals, a JT/T 808 platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, IntFlag
from typing import NamedTuple


class PositionSource(IntEnum):
    AIS = 0
    BEIDOU = 1
    PLATFORM = 2  # a JT/T 808 platform over HTTP


SOURCE_WORDS = {PositionSource.AIS: "AIS", PositionSource.BEIDOU: "北斗", PositionSource.PLATFORM: "平台"}


class Doubt(IntFlag):
    """What speaks against a boat's positions. Such a boat is shown, and kept out of the rules of the sea."""

    NONE = 0
    ON_LAND = 1
    TWIN = 2  # two boats transmit one MMSI


DOUBT_WORDS = {Doubt.ON_LAND: "船位在陆上", Doubt.TWIN: "一码两船"}


class PositionReport(NamedTuple):
    """WGS-84 degrees, knots, degrees from north; NaN where the sender does not know. Moments are Unix
    seconds, as all senders tell them; ``at_s`` of an untimed report (``timed`` False) is ours."""

    source: PositionSource
    mmsi: int
    at_s: float
    received_s: float
    lon: float
    lat: float
    sog_kn: float
    cog_deg: float
    heading_deg: float
    timed: bool = True

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.at_s, UTC)

    @property
    def received_at(self) -> datetime:
        return datetime.fromtimestamp(self.received_s, UTC)


# Why a position is not taken, and the officer's word for it.
DROP_WORDS = {
    "no_position": "无定位",
    "out_of_range": "超出范围",
    "speed_jump": "跳点",
    "duplicate": "重复",
    "older": "旧于已知",
    "future_time": "时间在未来",
    "twin": "一码两船",
    "on_land": "在陆上",
}


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How one feed of positions is. ``counts`` are reasons of ``DROP_WORDS`` since the collector's start;
    ``older`` reports go into the track, ``on_land`` ones are shown; the others are not taken."""

    id: str
    title: str
    heard_at: datetime | None
    reports: int  # believed
    counts: tuple[tuple[str, int], ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class DoubtedBoat:
    """A boat whose positions are doubted now. ``other_lon`` and ``other_lat`` are the second place of a twin."""

    id: str  # MMSI as text
    mmsi: int
    vessel_no: str
    doubt: str  # of DOUBT_WORDS
    since: datetime
    lon: float
    lat: float
    other_lon: float | None = None
    other_lat: float | None = None
    apart_nm: float | None = None
