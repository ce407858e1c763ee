"""Positions of a JT/T 808 platform over HTTP: JSON rows in millionths of a degree, local time without a zone."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from services.collect.site import Site, SiteError
from services.domain.beidou import FixBlock
from services.domain.datum import declared, to_wgs84
from services.domain.event import Batch, Refused
from services.domain.fleet import FLEET_DTYPE, Fleet, VesselKind
from services.domain.platform_settings import PlatformSettings, platform_from
from services.sources.asking import asker
from services.sources.base import Source

KEY = "positions"
TIMEOUT_S = (3.0, 10.0)
AHEAD = timedelta(minutes=5)
POSITIONED, SOUTH, WEST = 0b10, 0b100, 0b1000  # of the status word of JT/T 808, 0x0200
WRITTEN = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%y%m%d%H%M%S", "%Y%m%d%H%M%S")
LON, LAT, AT = ("longitude", "lon", "lng"), ("latitude", "lat"), ("time", "gpsTime", "dateTime")
TERMINAL = ("sim", "terminal", "terminalId", "phone")


class RowError(ValueError):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def sources(site: Site) -> Sequence[Source]:
    """One for ``[sources.positions]``. Raises SiteError for a setting that cannot be used."""
    table = site.sources.get(KEY)
    if table is None:
        return ()
    try:
        settings = platform_from(table)
    except ValueError as why:
        raise SiteError(str(why)) from why

    def normalise(answer: Any, now: datetime) -> Batch:
        return platform_fixes(answer, settings, now)

    fetch = asker(settings.url, TIMEOUT_S)("")
    return (Source(KEY, "船载终端平台", settings.every_s, 600, fetch, normalise, ("platform_fixes",)),)


def platform_fixes(answer: Any, settings: PlatformSettings, now: datetime) -> Batch:
    """Each boat's newest row. Raises DatumError where neither the site nor the answer declares a datum."""
    rows = answer if isinstance(answer, list) else answer["data"]
    datum = settings.datum or declared(answer.get("datum") if isinstance(answer, Mapping) else None)
    newest: dict[int, tuple[float, ...]] = {}
    refused: list[Refused] = []
    for row in rows:
        try:
            fix = _fix(row, settings, now)
        except RowError as why:
            refused.append(Refused(KEY, why.reason, str(why), _raw(row)))
        except (ValueError, TypeError, OverflowError) as why:
            refused.append(Refused(KEY, "bad_value", f"字段值读不懂：{why}", _raw(row)))
        else:
            mmsi = int(fix[0])
            if mmsi not in newest or newest[mmsi][5] < fix[5]:
                newest[mmsi] = fix
    made = np.zeros(len(newest), FLEET_DTYPE)
    if newest:
        mmsi, lon, lat, sog, cog, at = np.array(list(newest.values()), float).T
        made["lon"], made["lat"] = to_wgs84(datum, lon, lat)
        made["mmsi"], made["sog_kn"], made["cog_deg"] = mmsi.astype(np.uint32), sog, cog
        made["at_ms"] = np.rint(at * 1000).astype(np.int64)
        made["kind"] = int(VesselKind.OTHER)
    return Batch({"platform_fixes": (FixBlock(KEY, Fleet(made).to_bytes()),)}, refused=tuple(refused))


def _fix(row: Any, settings: PlatformSettings, now: datetime) -> tuple[float, ...]:
    if not isinstance(row, Mapping):
        raise RowError("bad_value", "船位不是一条记录")
    mmsi = _mmsi(row, settings)
    status = row.get("status")
    if isinstance(status, int) and not status & POSITIONED:
        raise RowError("no_position", "终端未定位")
    lon, lat = (_number(_first(row, names)) / settings.degrees for names in (LON, LAT))
    if isinstance(status, int):
        lon, lat = -abs(lon) if status & WEST else lon, -abs(lat) if status & SOUTH else lat
    if lon == 0.0 and lat == 0.0:
        raise RowError("no_position", "经纬度为零")
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise RowError("out_of_range", f"经纬度不可能：{lon:g}, {lat:g}（一度是否为 {settings.degrees:g}）")
    at = _moment(_first(row, AT), settings)
    if at > now + AHEAD:
        raise RowError("future_time", "定位时间在未来")
    speed, course = row.get("speed"), row.get("direction")
    knots = math.nan if speed is None else _number(speed) * settings.knots
    turn = math.nan if course is None or not 0 <= _number(course) <= 360 else _number(course) % 360
    return mmsi, lon, lat, math.nan if knots < 0 else knots, turn, at.timestamp()


def _mmsi(row: Mapping[str, Any], settings: PlatformSettings) -> int:
    told = row.get("mmsi")
    if told is None:
        terminal = str(_first(row, TERMINAL)).lstrip("0")
        known = {number.lstrip("0"): mmsi for number, mmsi in settings.terminals.items()}
        if terminal not in known:
            raise RowError("unknown_terminal", f"终端 {terminal} 不在 terminals 表中")
        told = known[terminal]
    mmsi = int(told)
    if not 100_000_000 <= mmsi <= 999_999_999:
        raise RowError("bad_mmsi", f"MMSI 不是 9 位：{told}")
    return mmsi


def _moment(text: Any, settings: PlatformSettings) -> datetime:
    for form in WRITTEN:
        try:
            return datetime.strptime(str(text), form).replace(tzinfo=settings.zone)
        except ValueError:
            continue
    raise RowError("bad_time", f"时间读不懂：{text!r}")


def _first(row: Mapping[str, Any], names: Sequence[str]) -> Any:
    for name in names:
        if row.get(name) is not None:
            return row[name]
    raise RowError("missing_field", f"缺少字段 {'/'.join(names)}")


def _number(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number):
        raise RowError("bad_value", f"不是数：{value!r}")
    return number


def _raw(row: Any) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=str).encode()
