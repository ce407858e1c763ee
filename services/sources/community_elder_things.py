"""What the devices of elders and the community's calls to them report, one event a row."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, select

from services.domain.elder_call import Result, Whom
from services.domain.elder_events import ElderCallTold, ElderDevice
from services.sources.asking import RowError
from services.sources.community_events import PAGE, coded, moment_of, normalise_rows, number_of
from services.sources.community_tables import HUJIAO, LAOREN, LOUDONG, LRSJ, XIAOQU
from services.sources.community_upstream import Row

KINDS = {
    "01": "door",
    "02": "motion",
    "03": "power",
    "04": "outing",
    "05": "sos",
    "06": "fall",
    "07": "fall_recovered",
    "08": "smoke",
    "09": "gas",
    "10": "vital",
    "11": "homecoming",
}
WHOMS = {
    "1": Whom.ELDER,
    "2": Whom.FAMILY,
    "3": Whom.NEIGHBOUR,
    "4": Whom.GRID,
    "5": Whom.POLICE,
    "6": Whom.AMBULANCE,
}
RESULTS = {"1": Result.SAFE, "2": Result.TROUBLE, "3": Result.NO_ANSWER, "4": Result.BAD_NUMBER, "5": Result.REJECTED}
_MARKS = (0, 1, 2)


def device_events_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return (
        select(*LRSJ.c, LAOREN.c.fwbh, LAOREN.c.lrbh.label("yz"), LOUDONG.c.ldmc, XIAOQU.c.xqbh, XIAOQU.c.xqmc)
        .select_from(
            LRSJ.outerjoin(LAOREN, LAOREN.c.lrbh == LRSJ.c.lrbh)
            .outerjoin(LOUDONG, LOUDONG.c.ldbh == LAOREN.c.ldbh)
            .outerjoin(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
        )
        .where(LRSJ.c.id > cursor)
        .order_by(LRSJ.c.id)
        .limit(PAGE)
    )


def calls_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return (
        select(*HUJIAO.c, LAOREN.c.lrbh.label("yz"))
        .select_from(HUJIAO.outerjoin(LAOREN, LAOREN.c.lrbh == HUJIAO.c.lrbh))
        .where(HUJIAO.c.id > cursor)
        .order_by(HUJIAO.c.id)
        .limit(PAGE)
    )


def read_device_event(row: Row, now: datetime) -> tuple[datetime, ElderDevice]:
    at = moment_of(row["fssj"], now)
    _known_elder(row)
    kind = coded(KINDS, row["sjlx"], "unknown_kind", "事件类型")
    if row["cxbz"] not in _MARKS:
        raise RowError("bad_mark", f"超限标志须为 0、1 或 2：{row['cxbz']!r}")
    if not row["sbbh"]:
        raise RowError("no_device", "没有设备编号")
    value = None if row["sz"] is None else number_of(row["sz"], "bad_value", "数值")
    return at, ElderDevice(
        event_id=row["lsh"],
        elder_id=row["lrbh"],
        dwelling_id=row["fwbh"] or "",
        device_id=row["sbbh"],
        kind=kind,
        value=value,
        unit=row["dw"] or "",
        beyond=int(row["cxbz"]),
        estate_id=row["xqbh"] or "",
        estate_name=row["xqmc"] or "",
        building=row["ldmc"] or "",
        at=at,
    )


def read_call(row: Row, now: datetime) -> tuple[datetime, ElderCallTold]:
    at = moment_of(row["hjsj"], now)
    _known_elder(row)
    whom = coded(WHOMS, row["dx"], "unknown_whom", "呼叫对象")
    result = coded(RESULTS, row["jg"], "unknown_result", "呼叫结果")
    rank = row["sx"]
    if not isinstance(rank, int) or rank < 0:
        raise RowError("bad_value", f"联系顺序须为非负整数：{rank!r}")
    return at, ElderCallTold(row["lsh"], row["lrbh"], whom, rank, result, row["fs"] == "1", at)


def _known_elder(row: Row) -> None:
    if row["yz"] is None:
        raise RowError("unknown_elder", f"老人不认识：{row['lrbh']}")


normalise_device_events = partial(normalise_rows, "community_elder_devices", "elder_device", read_device_event)
normalise_calls = partial(normalise_rows, "community_elder_calls", "elder_call", read_call)
