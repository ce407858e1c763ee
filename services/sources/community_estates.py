"""Estates and their buildings, cell by cell, with who passed through them today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from services.domain.estates import Building, CellMark, Estate, Unit, Use
from services.domain.event import Batch
from services.domain.timebase import local
from services.sources.community_ground import ask_ground, corners, grounds
from services.sources.community_tables import (
    DANYUAN,
    FANGKE,
    FANGWU,
    LAOREN,
    LOUDONG,
    MENJIN,
    RENLIU,
    RENYUAN,
    XIAOQU,
    XUNLUO,
)
from services.sources.community_upstream import Answer, CommunityError, Questions, Row, day

_USUAL_DAYS = 7


def ask_estates(now: datetime) -> Questions:
    today = day(now)
    here = local(now)
    hour_of_day = func.substr(RENLIU.c.xssj, 9, 2)
    share = case((hour_of_day < f"{here:%H}", 1.0), (hour_of_day == f"{here:%H}", here.minute / 60), else_=0.0)
    return {
        "xiaoqu": select(*XIAOQU.c).order_by(XIAOQU.c.xqbh),
        "renshu": select(RENYUAN.c.xqbh, func.count().label("rs")).where(RENYUAN.c.zxrq == "").group_by(RENYUAN.c.xqbh),
        "loudong": select(*LOUDONG.c).order_by(LOUDONG.c.ldbh),
        "danyuan": select(*DANYUAN.c).order_by(DANYUAN.c.ldbh, DANYUAN.c.dyxh),
        "fangwu": select(*FANGWU.c).order_by(FANGWU.c.ldbh, FANGWU.c.dyxh, FANGWU.c.szlc, FANGWU.c.hxwz),
        "laoren": select(LAOREN.c.lrbh, LAOREN.c.fwbh),
        "fangke": select(FANGKE.c.rybm, FANGKE.c.fwbh),
        "jinri": select(MENJIN.c.ldbh, func.count().label("rs"))
        .where(MENJIN.c.txsj >= f"{today}000000")
        .group_by(MENJIN.c.ldbh),
        "pingjun": select(RENLIU.c.ldbh, (func.sum(RENLIU.c.rs * share) / _USUAL_DAYS).label("rs"))
        .where(RENLIU.c.xssj >= f"{day(now - timedelta(days=_USUAL_DAYS))}00", RENLIU.c.xssj < f"{today}00")
        .group_by(RENLIU.c.ldbh),
        "xunluo": select(*XUNLUO.c).order_by(XUNLUO.c.zdbh),
        **ask_ground(now),
    }


def normalise_estates(answer: Answer, now: datetime) -> Batch:
    rows = answer.rows
    if not rows["xiaoqu"]:
        raise CommunityError("社区库：表 xiaoqu 没有小区")
    people = _by(rows["renshu"], "xqbh", "rs")
    blocks = _grouped(rows["loudong"], "xqbh")
    patrols = _grouped(rows["xunluo"], "xqbh")
    estates = tuple(
        Estate(
            id=row["xqbh"],
            name=row["xqmc"],
            people=int(people.get(row["xqbh"], 0)),
            buildings=len(blocks.get(row["xqbh"], ())),
            outline=corners(row["lkzb"]),
            blocks=tuple(corners(b["lkzb"]) for b in blocks.get(row["xqbh"], ())),
            patrols=tuple((float(p["jd"]), float(p["wd"])) for p in patrols.get(row["xqbh"], ())),
            unknown=row["sbzt"] != "1",
        )
        for row in rows["xiaoqu"]
    )
    ground = tuple(grounds(rows, now))
    return Batch(states={"estates": estates, "buildings": tuple(_buildings(rows)), "estate_ground": ground})


def _buildings(rows: Mapping[str, tuple[Row, ...]]) -> Iterable[Building]:
    names = {row["xqbh"]: row["xqmc"] for row in rows["xiaoqu"]}
    units = _grouped(rows["danyuan"], "ldbh")
    dwellings = _grouped(rows["fangwu"], "ldbh")
    today, usual = _by(rows["jinri"], "ldbh", "rs"), _by(rows["pingjun"], "ldbh", "rs")
    elders, guests = _by(rows["laoren"], "fwbh", "lrbh"), _by(rows["fangke"], "fwbh", "rybm")
    for row in rows["loudong"]:
        code = row["ldbh"]
        here = dwellings.get(code, [])
        marks = tuple(_marks(here, elders, guests))
        yield Building(
            id=code,
            estate_id=row["xqbh"],
            estate_name=names.get(row["xqbh"], ""),
            name=row["ldmc"],
            units=tuple(_unit(unit, here) for unit in units.get(code, ())),
            marks=marks,
            passages_today=int(today.get(code, 0)),
            passages_usual=round(usual[code]) if usual.get(code) else None,
            elders=sum(mark.kind == "elder" for mark in marks),
            hydrant_mpa=row["snsyl"],
        )


def _unit(unit: Row, dwellings: Iterable[Row]) -> Unit:
    """Letters of the floors from the second up; a place without a dwelling is ``Use.NONE``."""
    cells = {(d["szlc"], d["hxwz"]): _use(d) for d in dwellings if d["dyxh"] == unit["dyxh"]}
    top = max((floor for floor, _ in cells), default=1)
    across = max((at for _, at in cells), default=-1) + 1
    floors = tuple(
        "".join(cells.get((floor, at), Use.NONE).value for at in range(across)) for floor in range(2, top + 1)
    )
    return Unit(f"{unit['dyxh']} 单元", unit["dtqk"], unit["dcyt"], floors)


def _use(dwelling: Row) -> Use:
    if dwelling["fwyt"] == "2":
        return Use.LET_REGISTERED if dwelling["czdj"] else Use.LET_OPEN
    return {"1": Use.OWN, "3": Use.VACANT}.get(dwelling["fwyt"], Use.UNKNOWN)


def _marks(dwellings: Iterable[Row], elders: Mapping[str, Any], guests: Mapping[str, Any]) -> Iterable[CellMark]:
    for d in dwellings:
        for kind, register in (("elder", elders), ("guest", guests)):
            if d["fwbh"] in register:
                yield CellMark(d["dyxh"], d["szlc"], d["hxwz"], kind, register[d["fwbh"]])


def _by(rows: Iterable[Row], key: str, value: str) -> dict[str, Any]:
    return {row[key]: row[value] for row in rows}


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups
