"""Departments' registers and inspection results over HTTP: each a source of its own, with the age of its content.

``GET <url>/registers/<name>?since=<as_of we hold>`` answers ``{"register", "as_of", "covers", "entries"}``;
``"unchanged": true`` instead of entries spares both sides a long list. ``docs/registers.md`` has the keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from services.collect.site import Site
from services.domain.event import Batch, Event, Refused
from services.domain.passage import Reinspection
from services.domain.plate import UNREAD, normalise
from services.domain.register import (
    KINDS,
    InspectionLine,
    OffenceLine,
    PermitLine,
    ScrappedLine,
    VehicleLine,
)
from services.domain.timebase import SHANGHAI, local
from services.domain.vehicle import colour_word
from services.sources.asking import asker
from services.sources.base import Source

TIMEOUT_S = (3.0, 20.0)
EVERY_S = 300.0
LATE_AFTER_S = 1200.0
RESULTS_EVERY_S = 30.0
AHEAD = timedelta(minutes=10)  # a register drawn up later than that is none
MOST_UNREAD = 0.1  # more than this share unreadable: the whole answer is refused
RESULTS = "reinspections"

Entry = Mapping[str, Any]
_BAD = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


def sources(site: Site) -> Sequence[Source]:
    """One source a register and one of inspection results; none without ``[sources.registers]``."""
    table = site.sources.get("registers")
    if table is None:
        return ()
    ask = asker(str(table["url"]).rstrip("/"), TIMEOUT_S, "since")
    registers = [
        Source(
            name, f"登记册 {kind.title}", EVERY_S, LATE_AFTER_S, ask(f"/registers/{name}"), partial(read, name), (name,)
        )
        for name, kind in KINDS.items()
    ]
    return (*registers, Source(RESULTS, "复检结果", RESULTS_EVERY_S, 180, ask("/reinspections"), results))


# ------------------------------------------------------------------------------------------ registers


def read(name: str, answer: Mapping[str, Any], now: datetime) -> Batch:
    """Raises ValueError for another register, one of tomorrow, or one of which too much is unreadable."""
    if not isinstance(answer, Mapping):
        raise ValueError("应答不是一个对象")
    if answer.get("register") != name:
        raise ValueError(f"应为 {name}，收到的是 {str(answer.get('register'))[:40]}")
    as_of = _moment(answer["as_of"])
    if as_of > now + AHEAD:
        raise ValueError(f"登记册时点 {local(as_of):%Y-%m-%d %H:%M} 晚于现在")
    if answer.get("unchanged") is True:
        return Batch(cursor=str(answer["as_of"]))
    covers = _areas(answer.get("covers") or [])
    entries: Sequence[Any] = answer["entries"]
    if not isinstance(entries, list):
        raise ValueError("entries 须为一张表")
    lines, unread, refused = _lines(name, entries)
    if len(refused) > MOST_UNREAD * len(entries):
        raise ValueError(f"{len(entries)} 条中有 {len(refused)} 条读不出，整册不采用")
    register = KINDS[name].record(name, as_of, covers, tuple(unread), tuple(lines))
    return Batch({name: (register,)}, refused=refused, cursor=str(answer["as_of"]))


def _areas(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(area, str) and 1 <= len(area) <= 2 for area in given):
        raise ValueError("covers 须为一张表，各为号牌前一位或两位，如 浙J")
    return tuple(given)


def _lines(name: str, entries: Sequence[Any]) -> tuple[list[Any], list[str], list[Refused]]:
    lines: list[Any] = []
    unread: list[str] = []
    refused: list[Refused] = []
    reader = _READERS[name]
    for entry in entries:
        plate = ""
        try:
            plate = _plate(entry)
            lines.append(reader(plate, entry))
        except _BAD as why:
            body = json.dumps(entry, ensure_ascii=False, default=str).encode("utf-8", "replace")
            refused.append(Refused(name, "bad_register_entry", f"登记册条目读不出：{_said(why)}", body))
            if plate:
                unread.append(plate)
    return lines, unread, refused


def _plate(entry: Entry) -> str:
    plate = normalise(_word(entry, "plate"))
    if not plate or UNREAD in plate:
        raise ValueError("没有完整的号牌")
    return plate


def _word(entry: Entry, key: str) -> str:
    """Raises ValueError for what no database takes."""
    word = str(entry.get(key, ""))
    word.encode()
    return word


def _said(why: Exception) -> str:
    return f"缺少 {why}" if isinstance(why, KeyError) else str(why)[:120]


def _vehicle(plate: str, entry: Entry) -> VehicleLine:
    return VehicleLine(
        plate,
        _word(entry, "use"),
        _word(entry, "class").upper(),
        colour_word(_word(entry, "colour")),
        _word(entry, "brand"),
    )


def _inspection(plate: str, entry: Entry) -> InspectionLine:
    return InspectionLine(plate, _moment(entry["valid_until"]))


def _scrapped(plate: str, entry: Entry) -> ScrappedLine:
    return ScrappedLine(plate, _moment(entry["since"]))


def _offences(plate: str, entry: Entry) -> OffenceLine:
    count = int(entry["open"])
    if count < 0:
        raise ValueError(f"未处理数不能为 {count}")
    return OffenceLine(plate, count)


def _permit(plate: str, entry: Entry) -> PermitLine:
    valid = _moment(entry["valid_from"]), _moment(entry["valid_until"])
    if valid[0] >= valid[1]:
        raise ValueError("有效期止不晚于起")
    hours = entry.get("hours")
    return PermitLine(
        plate,
        _word(entry, "number"),
        *valid,
        route=_route(entry.get("route", ())),
        hours=_hours(hours) if hours is not None else None,
        destination=_word(entry, "destination"),
    )


def _route(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(each, str) and each.isascii() for each in given):
        raise ValueError("route 须为卡口编号的表")
    return tuple(given)


def _hours(given: Sequence[Any]) -> tuple[float, float]:
    begin, end = (float(hour) for hour in given)
    if not (0 <= begin <= 24 and 0 <= end <= 24) or begin == end:
        raise ValueError(f"时段 {begin:g}–{end:g} 不成立")
    return begin, end


_READERS: Mapping[str, Callable[[str, Entry], Any]] = {
    **{name: _permit for name, kind in KINDS.items() if kind.uses},
    "vehicle_register": _vehicle,
    "inspection_register": _inspection,
    "scrapped_register": _scrapped,
    "offence_register": _offences,
}


# -------------------------------------------------------------------------------------------- results


def results(answer: Mapping[str, Any], now: datetime) -> Batch:
    """复检结果 after the one we had last; the cursor is the last result's number."""
    events: list[Event] = []
    refused: list[Refused] = []
    cursor = ""
    for entry in answer["results"]:
        try:
            record = _result(entry)
        except _BAD as why:
            body = json.dumps(entry, ensure_ascii=False, default=str).encode("utf-8", "replace")
            refused.append(Refused(RESULTS, "bad_result", f"复检结果读不出：{_said(why)}", body))
            continue
        events.append(Event(RESULTS, record.result_id, "reinspection", record.inspected_at, record))
        cursor = record.result_id
    return Batch(events=events, refused=refused, cursor=cursor or str(answer.get("since", "")))


def _result(entry: Entry) -> Reinspection:
    if not isinstance(entry["passed"], bool) or not _word(entry, "id"):
        raise ValueError("编号或结论缺失")
    return Reinspection(
        result_id=_word(entry, "id"),
        plate_no=_plate(entry),
        station=_word(entry, "station"),
        inspected_at=_moment(entry["inspected_at"]),
        passed=entry["passed"],
        text=_word(entry, "text"),
    )


def _moment(given: Any) -> datetime:
    """ISO 8601; a day without a time is its beginning, a time without a zone is Shanghai's."""
    try:
        moment = datetime.fromisoformat(given)
    except (ValueError, TypeError):
        raise ValueError(f"时刻读不懂：{str(given)[:40]!r}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)
