"""Other books about the boats over HTTP: activity, hand-ins of the past, certificates, credit, what was seen at sea.

All of ``[sources.boat_records]``. A site without that table keeps the register's colour codes.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import numpy as np

from services.collect.site import Site
from services.domain.boat_activity import MOST_BYTES, ActivityBlock, HandedInLedger
from services.domain.certificates import Certificate
from services.domain.datum import declared, to_wgs84
from services.domain.discharge_witness import BY_WORDS, FilmReport, TankCheck
from services.domain.event import Batch
from services.domain.points import CreditApplication
from services.sources.asking import asker, read_rows
from services.sources.base import Source

TIMEOUT_S = (3.0, 20.0)
AHEAD = timedelta(minutes=5)
LONGEST_DAYS = 400

Row = Mapping[str, Any]
Record = TypeVar("Record")


def sources(site: Site) -> Sequence[Source]:
    """Five sources, none without the table; ``every_s`` changes the pace by path as in ``[sources.boats]``."""
    table = site.sources.get("boat_records")
    if table is None:
        return ()
    ask = asker(str(table["url"]).rstrip("/"), TIMEOUT_S, "known")
    pace: Mapping[str, float] = table.get("every_s", {})

    def source(key: str, title: str, path: str, every_s: float, late_s: float, read: Any, *topics: str) -> Source:
        return Source(key, title, pace.get(path, every_s), late_s, ask(f"/{path}"), read, topics)

    day = 2 * 86_400.0
    return (
        source("boat_activity", "渔船活动日报", "activity", 300, day, activity, "boat_activity"),
        source("hand_in_ledger", "上交台账", "handed_in", 300, day, handed_in, "hand_in_ledger"),
        source("certificates", "渔船证书", "certificates", 600, day, certificates, "certificates"),
        source("credit", "渔省心信用贷款", "credit", 600, day, credit, "credit_applications"),
        source("sea_witness", "油膜与舱检", "witness", 10, 900, witness, "film_reports", "tank_checks"),
    )


def activity(answer: Row, _now: datetime) -> Batch:
    """Nothing when the platform says the version we know is still its newest. Raises ValueError for
    tables that cannot be what they say."""
    version = str(answer.get("version", ""))
    if "mmsi" not in answer and version:
        return Batch(cursor=version)
    days = int(answer["days"])
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"活动日报的天数不可能：{days}")
    mmsi = np.array(answer["mmsi"], np.int64)
    if len(np.unique(mmsi)) != len(mmsi) or ((mmsi < 100_000_000) | (mmsi > 999_999_999)).any():
        raise ValueError("活动日报的 MMSI 重复或不是 9 位")
    tables = [_table(answer[name], len(mmsi), days, name) for name in ("under_way", "heard", "calls")]
    if any((table > 240).any() for table in tables[:2]):
        raise ValueError("活动日报中一日超过 24 小时")
    under_way, heard, calls = tables
    if (under_way > heard).any():
        raise ValueError("活动日报中航行时间多于有船位的时间")
    first = date.fromisoformat(str(answer["first_day"]))
    block = ActivityBlock.of("beidou", first, mmsi, under_way / 10.0, heard / 10.0, calls)
    return Batch({"boat_activity": (block,)}, cursor=version)


def handed_in(answer: Row, _now: datetime) -> Batch:
    since, until = (date.fromisoformat(str(answer[name])) for name in ("since", "until"))

    def read(row: Any) -> tuple[int, date, int]:
        mmsi, day, kg = row
        read = int(mmsi), since + timedelta(days=int(day)), int(kg)
        if not 0 <= read[2] <= 1_000_000 or not since <= read[1] < until:
            raise ValueError("日期或重量越界")
        return read

    rows, refused = read_rows("hand_in_ledger", answer["rows"], read)
    return Batch({"hand_in_ledger": (HandedInLedger("bureau", since, until, rows),)}, refused=refused)


def certificates(answer: Row, _now: datetime) -> Batch:
    def read(row: Any) -> Certificate:
        if row["holder_kind"] not in ("collection", "fishing"):
            raise ValueError(f"持证船种类不认识：{row['holder_kind']!r}")
        kind, holder = _text(row, "kind"), _text(row, "holder")
        return Certificate(
            f"{int(row['mmsi'])}:{kind}", str(int(row["mmsi"])), holder, row["holder_kind"], kind, _at(row["until"])
        )

    found, refused = read_rows("certificates", answer["certificates"], read)
    return Batch({"certificates": found}, refused=refused)


def credit(answer: Row, now: datetime) -> Batch:
    def read(row: Any) -> CreditApplication:
        granted = row.get("granted_yuan")
        asked = _yuan(row["asked_yuan"])
        filed = _not_ahead(_at(row["filed_at"]), now)
        return CreditApplication(
            _text(row, "id"),
            str(int(row["mmsi"])),
            _text(row, "vessel_no"),
            _text(row, "bank"),
            asked,
            None if granted is None else _yuan(granted),
            filed,
        )

    found, refused = read_rows("credit", answer["applications"], read)
    return Batch({"credit_applications": found}, refused=refused)


def witness(answer: Row, now: datetime) -> Batch:
    """Raises DatumError without a declared datum."""
    datum = declared(answer.get("datum"))

    def film(row: Any) -> FilmReport:
        if row["by"] not in BY_WORDS:
            raise ValueError(f"报告来源不认识：{row['by']!r}")
        lon, lat = to_wgs84(datum, float(row["lon"]), float(row["lat"]))
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(f"经纬度不可能：{lon}, {lat}")
        area = row.get("area_m2")
        seen = _not_ahead(_at(row["seen_at"]), now)
        return FilmReport(
            _text(row, "id"), seen, float(lon), float(lat), row["by"], None if area is None else float(area)
        )

    def check(row: Any) -> TankCheck:
        level = float(row["level_pct"])
        if not 0 <= level <= 100:
            raise ValueError(f"舱位不可能：{level}")
        at = _not_ahead(_at(row["at"]), now)
        return TankCheck(_text(row, "id"), str(int(row["mmsi"])), at, _text(row, "port"), level)

    films, bad_films = read_rows("sea_witness", answer["films"], film)
    checks, bad_checks = read_rows("sea_witness", answer["tank_checks"], check)
    return Batch({"film_reports": films, "tank_checks": checks}, refused=(*bad_films, *bad_checks))


# ------------------------------------------------------------------------------------------ private


def _table(told: Any, boats: int, days: int, name: str) -> Any:
    """Raises ValueError for anything but a byte a boat and day."""
    try:
        opened = zlib.decompressobj()
        table = opened.decompress(base64.b64decode(str(told), validate=True), MOST_BYTES)
    except (binascii.Error, zlib.error) as why:
        raise ValueError(f"活动日报的 {name} 解不开：{why}") from None
    if len(table) != boats * days:
        raise ValueError(f"活动日报的 {name} 应为 {boats} 船 × {days} 日")
    return np.frombuffer(table, np.uint8).reshape(boats, days)


def _at(stamp: Any) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)


def _not_ahead(moment: datetime, now: datetime) -> datetime:
    if moment > now + AHEAD:
        raise ValueError("时间在未来")
    return moment


def _text(row: Row, name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} 不是文字：{value!r}")
    return value


def _yuan(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**9:
        raise ValueError(f"金额不可能：{value!r}")
    return value
