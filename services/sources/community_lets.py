"""The register of lets, landlords' reports, dwellings out of the ordinary and what the police's own system sends: an
alert's number and a place, nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, func, or_, select

from services.domain.event import Batch, Refused
from services.domain.let_room import TOPIC, LetRoom
from services.domain.people_events import DwellingState, PoliceMatch
from services.domain.rental_safety import SafetyColour
from services.domain.stay import FiledStay
from services.domain.timebase import SHANGHAI
from services.sources.asking import RowError
from services.sources.community_events import PAGE, moment_of, normalise_rows, number_of
from services.sources.community_let_tables import FANGWURB, GATZ, RUZHU
from services.sources.community_registrations import day_of
from services.sources.community_tables import CHUZUFANG, FANGWU, LOUDONG, RENYUAN, XIAOQU
from services.sources.community_upstream import Answer, Questions, Row, stamp

_SHOWN = timedelta(days=30)
_USES = {"1": "own", "2": "let", "3": "vacant"}
_LEVELS = range(1, 5)


# -------------------------------------------------------------------------------- rooms and reports


def ask_lets(now: datetime) -> Questions:
    guests = (
        select(RENYUAN.c.fwbh, func.count().label("rs"))
        .where(RENYUAN.c.zxrq == "", RENYUAN.c.djbz == 1)
        .group_by(RENYUAN.c.fwbh)
        .subquery()
    )
    rooms = (
        select(*CHUZUFANG.c, FANGWU.c.ldbh, FANGWU.c.dyxh, FANGWU.c.szlc, FANGWU.c.hxwz, LOUDONG.c.ldmc, LOUDONG.c.xqbh)
        .add_columns(XIAOQU.c.xqmc, func.coalesce(guests.c.rs, 0).label("rs"))
        .select_from(
            CHUZUFANG.join(FANGWU, FANGWU.c.fwbh == CHUZUFANG.c.fwbh)
            .join(LOUDONG, LOUDONG.c.ldbh == FANGWU.c.ldbh)
            .join(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
            .outerjoin(guests, guests.c.fwbh == CHUZUFANG.c.fwbh)
        )
        .order_by(CHUZUFANG.c.fwbh)
    )
    since = stamp(now - _SHOWN)
    reports = select(*RUZHU.c).where(or_(RUZHU.c.tfsj == "", RUZHU.c.rzsj >= since, RUZHU.c.tfsj >= since))
    return {"fang": rooms, "ruzhu": reports.order_by(RUZHU.c.rzbh)}


def normalise_lets(answer: Answer, now: datetime) -> Batch:
    refused: list[Refused] = []
    rooms = tuple(_read_all(answer.rows["fang"], _room, refused))
    reports = tuple(_read_all(answer.rows["ruzhu"], partial(_report, now=now), refused))
    return Batch(states={TOPIC: rooms, "filed_stays": reports}, refused=tuple(refused))


def _read_all(rows: tuple[Row, ...], read: Callable[[Row], Any], refused: list[Refused]) -> Iterator[Any]:
    for row in rows:
        try:
            yield read(row)
        except RowError as why:
            raw = json.dumps(row, ensure_ascii=False).encode()
            refused.append(Refused("community_lets", why.reason, str(why), raw))


def _room(row: Row) -> LetRoom:
    if row["aqm"] not in range(len(SafetyColour)):
        raise RowError("unknown_colour", f"安全码不认识：{row['aqm']}")
    return LetRoom(
        dwelling_id=row["fwbh"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building_id=row["ldbh"],
        building=row["ldmc"],
        unit=int(row["dyxh"]),
        floor=int(row["szlc"]),
        at=int(row["hxwz"]),
        hotel_style=bool(row["lgsgl"]),
        guests=int(row["rs"]),
        rooms=row["js"],
        area_m2=row["mj"],
        let_since=day_of(row["qzrq"]),
        lease_end=day_of(row["htdq"]),
        colour=SafetyColour(row["aqm"]),
        checked_on=day_of(row["jcrq"]),
        regulars=row["cgrs"],
        strangers=int(row["xcrs"]),
        strangers_since=day_of(row["xcrq"]),
    )


def _report(row: Row, now: datetime) -> FiledStay:
    names = tuple(name for name in row["xms"].split(",") if name)
    if not names:
        raise RowError("no_person", "入住报送没有姓名")
    left_at = moment_of(row["tfsj"], now) if row["tfsj"] else None
    entered_at = moment_of(row["rzsj"], now)
    if left_at is not None and left_at < entered_at:
        raise RowError("bad_time", f"退房早于入住：{row['tfsj']}")
    ids = tuple(row["rybms"].split(",")) if row["rybms"] else ()
    return FiledStay(row["rzbh"], row["fwbh"], names, ids, entered_at, day_of(row["htdq"]), left_at)


# ----------------------------------------------------------------------- dwellings and the police's word


def dwellings_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return (
        select(*FANGWURB.c, FANGWU.c.fwyt, LOUDONG.c.ldmc, XIAOQU.c.xqbh, XIAOQU.c.xqmc, CHUZUFANG.c.js, CHUZUFANG.c.mj)
        .select_from(
            FANGWURB.outerjoin(FANGWU, FANGWU.c.fwbh == FANGWURB.c.fwbh)
            .outerjoin(LOUDONG, LOUDONG.c.ldbh == FANGWU.c.ldbh)
            .outerjoin(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
            .outerjoin(CHUZUFANG, CHUZUFANG.c.fwbh == FANGWURB.c.fwbh)
        )
        .where(FANGWURB.c.id > cursor)
        .order_by(FANGWURB.c.id)
        .limit(PAGE)
    )


def police_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return select(*GATZ.c).where(GATZ.c.id > cursor).order_by(GATZ.c.id).limit(PAGE)


def read_dwelling(row: Row, now: datetime) -> tuple[datetime, DwellingState]:
    """The day is over at its end; what a report does not count stays unknown."""
    on = day_of(row["rq"])
    if on is None or row["xqmc"] is None:
        raise RowError("bad_day" if on is None else "unknown_dwelling", f"房屋日报读不懂：{row['fwbh']} {row['rq']}")
    at = datetime.combine(on, time(23, 59), SHANGHAI)
    if at > now + timedelta(days=1):
        raise RowError("future_time", f"日期在未来：{row['rq']}")
    return at, DwellingState(
        dwelling_id=row["fwbh"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building=row["ldmc"],
        use=_USES.get(row["fwyt"], "unknown"),
        vacant=int(row["fwyt"] == "3"),
        registered=int(row["djrs"]),
        regular_persons=row["cgrs"],
        rooms=row["js"],
        area_m2=row["mj"],
        water_m3d=_use(row["ysl"], "用水"),
        power_kwhd=_use(row["ydl"], "用电"),
        at=at,
    )


def _use(value: Any, what: str) -> float | None:
    return None if value is None else number_of(value, "bad_value", what)


def read_police(row: Row, now: datetime) -> tuple[datetime, PoliceMatch]:
    """Columns that would say who it is are not read, and their table has none."""
    at = moment_of(row["fssj"], now)
    if not row["dd"] or not str(row["dj"]).isdigit() or int(row["dj"]) not in _LEVELS:
        raise RowError("bad_level", f"公安通知读不懂：等级 {row['dj']} 地点 {row['dd']}")
    return at, PoliceMatch(row["tzbh"], row["xqbh"], row["dd"], int(row["dj"]), at)


def normalise_dwellings(answer: Answer, now: datetime) -> Batch:
    numbered = _numbered(answer, "id")
    return normalise_rows("community_dwellings", "dwelling_state", read_dwelling, numbered, now)


def normalise_police(answer: Answer, now: datetime) -> Batch:
    numbered = _numbered(answer, "tzbh")
    return normalise_rows("community_police", "police_match", read_police, numbered, now)


def _numbered(answer: Answer, column: str) -> Answer:
    """Their number of a row under the name an event's number has."""
    return Answer({"rows": tuple({**row, "lsh": str(row[column])} for row in answer.rows["rows"])}, answer.cursor)
