"""The register of elders who live alone: water, proofs of activity and visits, read into one answer a person.

What officers and the collector know beside it (away notices, consent, chains, visits of ours) is added by
``services/collect/elder_works.py``, which fills the topic every list reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from services.domain.community import CareClass, Elder, Safety
from services.domain.community_rates import SILENT_AFTER_H, safety_of
from services.domain.elder_view import urgency
from services.domain.event import Batch, Refused
from services.domain.masked import Masked
from services.domain.timebase import SHANGHAI, local, midnight_before
from services.sources.community_events import moment
from services.sources.community_tables import (
    BIAOJI,
    CHAOBIAO,
    HUODONG,
    LAOREN,
    LOUDONG,
    LRSB,
    TANFANG,
    XIAOQU,
    ZDBH,
)
from services.sources.community_upstream import Answer, Questions, Row, day, stamp

_CARE = {"1": CareClass.HIGH, "2": CareClass.KEY, "3": CareClass.GENERAL}


SILENT_FROM_H = 20.0  # read from here on, so that a rule can see 24 h come
_DEVICES = {
    "01": "门磁",
    "02": "活动感应",
    "03": "求助按钮",
    "04": "跌倒雷达",
    "05": "手环",
    "06": "烟感",
    "07": "燃气探测",
}
_TIMES = (("wcdq", 14), ("zhcb", 14), ("tfdq", 8))


def _moment(digits: str | None) -> datetime | None:
    """None for what is no moment: it proves nothing."""
    try:
        return moment(digits) if digits else None
    except ValueError:
        return None


def ask_elders(now: datetime) -> Questions:
    used = (
        CHAOBIAO.c.ljz - func.lag(CHAOBIAO.c.ljz).over(partition_by=CHAOBIAO.c.bbh, order_by=CHAOBIAO.c.cbsj)
    ).label("yl")
    steps = (
        select(CHAOBIAO.c.bbh, CHAOBIAO.c.cbsj, used)
        .where(CHAOBIAO.c.cbsj >= stamp(now - timedelta(hours=49)), CHAOBIAO.c.bbh.in_(select(LAOREN.c.sbbh)))
        .subquery()
    )
    hour = func.substr(steps.c.cbsj, 1, 10)
    month_ago = day(now - timedelta(days=30))
    return {
        "laoren": select(*LAOREN.c, LOUDONG.c.ldmc, XIAOQU.c.xqbh, XIAOQU.c.xqmc, BIAOJI.c.zhcb)
        .select_from(
            LAOREN.outerjoin(LOUDONG, LOUDONG.c.ldbh == LAOREN.c.ldbh)
            .outerjoin(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
            .outerjoin(BIAOJI, BIAOJI.c.bbh == LAOREN.c.sbbh)
        )
        .order_by(LAOREN.c.lrbh),
        "xiaoshi": select(steps.c.bbh, hour.label("xs"), func.sum(steps.c.yl).label("yl"))
        .where(steps.c.yl.is_not(None))
        .group_by(steps.c.bbh, hour),
        "yongshui": select(steps.c.bbh, func.max(steps.c.cbsj).label("sj")).where(steps.c.yl > 0).group_by(steps.c.bbh),
        "huodong": select(HUODONG.c.lrbh, HUODONG.c.hdlx, func.max(HUODONG.c.hdsj).label("sj"))
        .where(HUODONG.c.hdsj >= stamp(now - timedelta(hours=48)))
        .group_by(HUODONG.c.lrbh, HUODONG.c.hdlx),
        "tanfang": select(TANFANG.c.lrbh, TANFANG.c.ydrq, TANFANG.c.sdrq)
        .where(TANFANG.c.ydrq >= month_ago, TANFANG.c.ydrq <= day(now))
        .order_by(TANFANG.c.ydrq),
        "zuijin": select(TANFANG.c.lrbh, func.max(TANFANG.c.sdrq).label("rq"))
        .where(TANFANG.c.sdrq != "", TANFANG.c.sdrq <= day(now))
        .group_by(TANFANG.c.lrbh),
        "bianhua": select(ZDBH.c.lrbh, func.max(ZDBH.c.bhsj).label("sj"))
        .where(ZDBH.c.bhsj <= stamp(now), ZDBH.c.bhsj >= stamp(now - timedelta(days=92)))
        .group_by(ZDBH.c.lrbh),
        "lrsb": select(LRSB.c.lrbh, LRSB.c.sblx, LRSB.c.zhsj)
        .where(LRSB.c.zhsj < stamp(now - timedelta(hours=SILENT_FROM_H)))
        .order_by(LRSB.c.zhsj.desc(), LRSB.c.sbbh),
        "xintiao": select(func.max(LRSB.c.zhsj).label("sj")),
    }


class ElderRows:
    """``normalise`` of the source. A field that cannot be read is left out, said once, and never takes the
    elder off the list: an unreadable away notice leaves her watched."""

    def __init__(self) -> None:
        self._refused: set[bytes] = set()

    def __call__(self, answer: Answer, now: datetime) -> Batch:
        refused: dict[bytes, Refused] = {}
        rows = [mended(row, refused) for row in answer.rows["laoren"]]
        elders = _elders({**answer.rows, "laoren": tuple(rows)}, now)
        new = [one for raw, one in refused.items() if raw not in self._refused]
        self._refused = set(refused)
        return Batch(states={"elder_register": tuple(sorted(elders, key=urgency))}, refused=tuple(new))


def mended(row: Row, refused: dict[bytes, Refused]) -> Row:
    """The row with what nobody can read taken out, and told."""
    odd = [
        key for key, length in (("wcdq", 14), ("zhcb", 14), ("tfdq", 8)) if row[key] and not _is_time(row[key], length)
    ]
    told = [("bad_time", f"老人 {row['lrbh']} 的 {key} 不是时间：{row[key]}") for key in odd]
    if row["xqmc"] is None:
        told.append(("unknown_building", f"老人 {row['lrbh']} 的楼栋不认识：{row['ldbh']}"))
    if row["gllb"] not in _CARE:
        told.append(("unknown_class", f"老人 {row['lrbh']} 的管理类别不认识：{row['gllb']}，按高风险看护"))
    for number, (reason, detail) in enumerate(told):
        raw = json.dumps({**row, "xm": "*", "n": number}, ensure_ascii=False).encode()
        refused[raw] = Refused("community_elders", reason, detail, raw)
    lost = {"xqbh": row["xqbh"] or "", "xqmc": row["xqmc"] or "未知小区", "ldmc": row["ldmc"] or "未知楼栋"}
    return {**row, **dict.fromkeys(odd, ""), **lost}


def _is_time(digits: str, length: int) -> bool:
    return len(digits) == length and _moment(digits.ljust(14, "0")) is not None


def _elders(rows: Mapping[str, Sequence[Row]], now: datetime) -> list[Elder]:
    water: dict[str, dict[str, float]] = {}
    for row in rows["xiaoshi"]:
        water.setdefault(row["bbh"], {})[row["xs"]] = float(row["yl"])
    last_use = {row["bbh"]: row["sj"] for row in rows["yongshui"]}
    visits = {row["lrbh"]: row for row in rows["tanfang"]}
    proofs: dict[str, tuple[str, str]] = {}
    for row in rows["huodong"]:
        proofs[row["lrbh"]] = max(proofs.get(row["lrbh"], ("", "")), (row["sj"], row["hdlx"]))
    visited = {row["lrbh"]: row["rq"] for row in rows["zuijin"]}
    changed = {row["lrbh"]: row["sj"] for row in rows["bianhua"]}
    silent = _silent_devices(rows)
    return [
        replace(
            _elder(
                row,
                now,
                water.get(row["sbbh"], {}),
                last_use.get(row["sbbh"]),
                proofs.get(row["lrbh"], ("", "")),
                visits.get(row["lrbh"]),
            ),
            visited_at=_evening(visited.get(row["lrbh"], "")),
            changed_at=_moment(changed.get(row["lrbh"])),
            **silent.get(row["lrbh"], {}),
        )
        for row in rows["laoren"]
    ]


def _silent_devices(rows: Mapping[str, Sequence[Row]]) -> dict[str, dict[str, Any]]:
    """By elder: the device that is silent longest, and how many are for a day. Counted in the feed's own
    time, so that a feed that is down makes no device silent."""
    newest = next((_moment(row["sj"]) for row in rows["xintiao"]), None)
    found: dict[str, dict[str, Any]] = {}
    for row in rows["lrsb"]:
        at = _moment(row["zhsj"])
        if at is None or newest is None or newest - at < timedelta(hours=SILENT_FROM_H):
            continue
        off = found.get(row["lrbh"], {}).get("devices_off", 0) + (newest - at > timedelta(hours=SILENT_AFTER_H))
        named = _DEVICES.get(row["sblx"], "设备")
        found[row["lrbh"]] = {"devices_off": off, "silent_device": named, "silent_since": at}
    return found


def _evening(digits: str) -> datetime | None:
    """A day without an hour counts to its end: a visit is never held to be older than it is."""
    at = _moment(digits.ljust(14, "0")) if digits else None
    return at + timedelta(hours=24) if at else None


def _elder(
    row: Row, now: datetime, hours: dict[str, float], used_at: str | None, proof: tuple[str, str], visit: Row | None
) -> Elder:
    midnight = midnight_before(now)
    first_hour = f"{local(midnight):%Y%m%d%H}"
    today = sum(amount for hour, amount in hours.items() if hour >= first_hour)
    proved_at = _moment(proof[0])
    heard = _moment(row["zhcb"])
    away_until = _moment(row["wcdq"])
    safety = safety_of(
        now,
        away_until=away_until,
        water_today_m3=today,
        proved_today=proved_at is not None and proved_at >= midnight,
        last_reading_at=heard,
    )
    last = max((m for m in (_moment(used_at), proved_at) if m), default=None)
    due = _day_of(row["tfdq"])
    note, step = _words(safety, row, now, heard, last, due)
    return Elder(
        id=row["lrbh"],
        name=Masked(row["xm"]),
        care=_CARE.get(row["gllb"], CareClass.HIGH),
        estate_name=row["xqmc"],
        building=row["ldmc"],
        safety=safety,
        water_24h=_last_day(hours, now, heard),
        last_activity=last.astimezone(now.tzinfo) if last else None,
        proof=(proof[1] if proof[1] and proved_at and proved_at >= midnight else "用水")
        if safety is Safety.CONFIRMED
        else "",
        note=note,
        next_step=step,
        visit_due=due,
        visit_on_time=None if visit is None else bool(visit["sdrq"]) and visit["sdrq"] <= visit["ydrq"],
        dwelling_id=row["fwbh"],
        estate_id=row["xqbh"],
        away_until=away_until,
        proved_at=proved_at,
    )


def _last_day(hours: dict[str, float], now: datetime, heard: datetime | None) -> tuple[float | None, ...]:
    """m³ of each of the last 24 hours; hours after the meter's last word are None."""
    starts = [local(now).replace(minute=0, second=0, microsecond=0) - timedelta(hours=23 - i) for i in range(24)]
    return tuple(
        round(hours.get(f"{start:%Y%m%d%H}", 0.0), 4) if heard is not None and start <= heard else None
        for start in starts
    )


def _words(
    safety: Safety, row: Row, now: datetime, heard: datetime | None, last: datetime | None, due: date | None
) -> tuple[str, str]:
    if safety is Safety.AWAY:
        return row["wcsm"], "外出报备"
    if safety is Safety.CONFIRMED:
        return "今日已确认", f"探访 {due:%m-%d}" if due else ""
    if safety is Safety.UNKNOWN:
        silent = f"水表失联 {int((now - heard).total_seconds() // 3600)} 时" if heard else "水表从未上报"
        return silent, row["xcjh"] or "待上门"
    quiet_h = (now - last).total_seconds() / 3600 if last else SILENT_AFTER_H
    return "今日待确认", "应上门查看" if quiet_h >= SILENT_AFTER_H else "应电话核实"


def _day_of(digits: str) -> date | None:
    return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=SHANGHAI).date() if digits else None
