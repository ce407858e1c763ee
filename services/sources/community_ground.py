"""The ground of the estates as a sketch: what is drawn between and around the blocks, grid cells, devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from services.domain.estate_ground import (
    STREETS,
    Block,
    DeviceMark,
    EstateGround,
    Feature,
    FeatureKind,
    GridCell,
    MarkState,
)
from services.domain.estates import Point
from services.sources.community_fire import DEVICE_KINDS
from services.sources.community_tables import DANYUAN, DIWU, FANGWU, SHEBEI, WANGGE
from services.sources.community_upstream import CommunityError, Questions, Row, stamp

SILENT = timedelta(hours=24)
LOW_PCT = 15
IN_STREETS = ("XHS", "CDP")  # drawn whatever their state; the others only when something is wrong
_KINDS = {
    "1": FeatureKind.ROAD,
    "2": FeatureKind.GATE,
    "3": FeatureKind.GREEN,
    "4": FeatureKind.WATER,
    "5": FeatureKind.STREET,
}


def ask_ground(now: datetime) -> Questions:
    wrong = or_(SHEBEI.c.bjbz == 1, SHEBEI.c.zhsj <= stamp(now - SILENT), SHEBEI.c.dlbfb < LOW_PCT)
    drawn = or_(SHEBEI.c.sblx.in_(IN_STREETS), wrong)
    return {
        "diwu": select(*DIWU.c).order_by(DIWU.c.dwbh),
        "wangge": select(*WANGGE.c).order_by(WANGGE.c.wgbh),
        "cengshu": select(FANGWU.c.ldbh, func.max(FANGWU.c.szlc).label("cs")).group_by(FANGWU.c.ldbh),
        "tishu": select(DANYUAN.c.ldbh, func.count().label("ts")).group_by(DANYUAN.c.ldbh),
        "weizhi": select(*(SHEBEI.c[name] for name in ("sbbh", "sblx", "xqbh", "zhsj", "bjbz", "dlbfb", "jd", "wd")))
        .where(SHEBEI.c.jd.is_not(None), SHEBEI.c.wd.is_not(None), drawn)
        .order_by(SHEBEI.c.sbbh),
    }


def grounds(rows: Mapping[str, Sequence[Row]], now: datetime) -> Iterator[EstateGround]:
    """One an estate, and one of what lies between them. ``loudong`` and ``xiaoqu`` are the estates' own."""
    floors = {row["ldbh"]: int(row["cs"] or 0) for row in rows["cengshu"]}
    units = {row["ldbh"]: int(row["ts"]) for row in rows["tishu"]}
    for code in ("", *(row["xqbh"] for row in rows["xiaoqu"])):
        yield EstateGround(
            id=code or STREETS,
            blocks=tuple(_blocks((row for row in rows["loudong"] if row["xqbh"] == code), floors, units)),
            features=tuple(_features(row for row in rows["diwu"] if row["xqbh"] == code)),
            cells=tuple(
                GridCell(row["wgbh"], row["wgmc"], corners(row["lkzb"]))
                for row in rows["wangge"]
                if row["xqbh"] == code
            ),
            devices=tuple(_mark(row, now) for row in rows["weizhi"] if row["xqbh"] == code),
        )


def corners(text: str) -> tuple[Point, ...]:
    """``lon,lat;lon,lat`` in CGCS2000, which is WGS-84 to a few centimetres."""
    try:
        pairs = [pair.split(",") for pair in text.split(";") if pair]
        return tuple((float(lon), float(lat)) for lon, lat in pairs)
    except ValueError:
        raise CommunityError(f"社区库：轮廓坐标读不懂：{text[:40]}") from None


def _blocks(rows: Iterable[Row], floors: Mapping[str, int], units: Mapping[str, int]) -> Iterator[Block]:
    for row in rows:
        code = row["ldbh"]
        yield Block(code, row["ldmc"], corners(row["lkzb"]), floors.get(code, 0), units.get(code, 0))


def _features(rows: Iterable[Row]) -> Iterator[Feature]:
    for row in rows:
        kind = _KINDS.get(row["dwlx"])
        if kind is None:
            raise CommunityError(f"社区库：地物类型 {row['dwlx'][:4]} 没有说明")
        if points := corners(row["zb"]):
            yield Feature(kind.value, points, row["dwmc"], float(row["kd"]))


def _mark(row: Row, now: datetime) -> DeviceMark:
    kind = DEVICE_KINDS.get(row["sblx"])
    return DeviceMark(
        row["sbbh"], kind.value if kind else row["sblx"], (float(row["jd"]), float(row["wd"])), _state(row, now)
    )


def _state(row: Row, now: datetime) -> str:
    """An alarm stands until it is heard to end; what is silent is unknown, whatever its battery was."""
    if row["bjbz"]:
        return MarkState.ALARM
    if row["zhsj"] <= stamp(now - SILENT):
        return MarkState.UNKNOWN
    return MarkState.WEAK if row["dlbfb"] < LOW_PCT else MarkState.GOOD
