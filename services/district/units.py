"""The demo's patrols: each drives its beat round and round; where it is follows from seed and district time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import atan2, cos, degrees, radians
from random import Random
from urllib.parse import urlsplit

from services.collect.site import Site
from services.district.http import HttpPart
from services.district.part import DistrictSettings, Faults, Part
from services.district.roads_network import BY_NAME, Place, distance_km
from services.domain.timebase import Timebase, local

PATROL_KMH = (24, 38)
ASIDE = (-0.0062, 0.0035)  # degrees from the checkpoint a unit stands by
STATES = ("巡逻", "巡逻", "巡逻", "巡逻", "出警")  # by turns of a quarter of an hour


@dataclass(frozen=True, slots=True)
class Beat:
    """A unit and the checkpoints its beat leads past; it ends where it begins. One alone: it stands near it."""

    id: str
    call_sign: str
    department: str
    round: tuple[str, ...]
    always_free: bool = False


BEATS: tuple[Beat, ...] = (
    Beat("JJ03", "交警 03", "公安交警", ("白云山", "东环大道口", "开发大道东", "海昌路", "白云山")),
    Beat("JJ05", "交警 05", "公安交警", ("中心大道西", "市府大道西", "台州东站", "甬台温高速口", "中心大道西"), True),
    Beat("JJ07", "交警 07", "公安交警", ("疏港大道口", "三甲", "东环大道口", "海门港", "疏港大道口"), True),
    Beat("JJ09", "交警 09", "公安交警", ("三甲",), True),
    Beat("JJ11", "交警 11", "公安交警", ("前所", "前所东", "前所", "章安", "前所")),
    Beat("TJ02", "特警 02", "公安", ("海门港", "白云山", "葭沚", "白云山", "海门港"), True),
    Beat("ZF01", "运管 01", "交通", ("洪家", "机场路", "沿海高速口", "下陈", "开发大道东", "海昌路", "洪家")),
    Beat("JJ15", "交警 15", "公安交警", ("滨海大道", "月湖", "聚洋大道", "三甲", "滨海大道")),
)


def parts(settings: DistrictSettings, site: Site, faults: Faults) -> Sequence[Part]:
    """Nothing for a site without ``[sources.units]``."""
    table = site.sources.get("units")
    if table is None:
        return []
    address = urlsplit(str(table["url"]))
    patrols = Patrols(settings.seed, settings.timebase)
    return [HttpPart("units", str(address.hostname), int(address.port or 80), {"/units": patrols.units}, faults)]


class Patrols:
    """What the dispatch system answers when asked."""

    def __init__(self, seed: int, timebase: Timebase) -> None:
        self._seed = seed
        self._timebase = timebase

    def units(self, _: Mapping[str, str]) -> object:
        now = self._timebase.now()
        return {"datum": "WGS-84", "units": [self._unit(beat, now) for beat in BEATS]}

    def _unit(self, beat: Beat, now: datetime) -> Mapping[str, object]:
        lon, lat, course = position(beat, now.timestamp(), self._seed)
        return {
            "UnitID": beat.id,
            "CallSign": beat.call_sign,
            "Department": beat.department,
            "Longitude": round(lon, 6),
            "Latitude": round(lat, 6),
            "Course": round(course),
            "State": state(beat, now.timestamp(), self._seed),
            "PositionTime": f"{local(now):%Y%m%d%H%M%S}",
        }


def position(beat: Beat, at_s: float, seed: int) -> tuple[float, float, float]:
    """Longitude, latitude and course, at a steady speed along straight legs."""
    if len(beat.round) == 1:
        place = BY_NAME[beat.round[0]]
        return place.lon + ASIDE[0], place.lat + ASIDE[1], 0.0
    chance = Random(f"beat:{seed}:{beat.id}")
    kmh = chance.uniform(*PATROL_KMH)
    places = [BY_NAME[name] for name in beat.round]
    legs = list(pairwise(places))
    lengths = [distance_km(one, other) for one, other in legs]
    driven = (at_s / 3600 * kmh + chance.uniform(0, sum(lengths))) % sum(lengths)
    for (one, other), length in zip(legs, lengths, strict=True):
        if driven <= length:
            return _between(one, other, driven / length)
        driven -= length
    return _between(*legs[-1], 1.0)


def _between(one: Place, other: Place, share: float) -> tuple[float, float, float]:
    east = (other.lon - one.lon) * cos(radians(one.lat))
    course = degrees(atan2(east, other.lat - one.lat)) % 360
    return one.lon + share * (other.lon - one.lon), one.lat + share * (other.lat - one.lat), course


def state(beat: Beat, at_s: float, seed: int) -> str:
    if beat.always_free:
        return "待命" if len(beat.round) == 1 else STATES[0]
    return Random(f"turn:{seed}:{beat.id}:{int(at_s // 900)}").choice(STATES)
