"""Elders who live alone: water, proofs of activity and visits, read together into one answer a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from services.domain.community import CareClass, Elder, Safety
from services.domain.community_rates import SILENT_AFTER_H, safety_of
from services.domain.event import Batch
from services.domain.masked import Masked
from services.domain.timebase import SHANGHAI, local, midnight_before
from services.sources.community_events import moment
from services.sources.community_tables import (
    BIAOJI,
    CHAOBIAO,
    HUODONG,
    LAOREN,
    LOUDONG,
    TANFANG,
    XIAOQU,
)
from services.sources.community_upstream import Answer, Questions, Row, day, stamp

_CARE = {"1": CareClass.HIGH, "2": CareClass.KEY, "3": CareClass.GENERAL}


def _moment(digits: str | None) -> datetime | None:
    return moment(digits) if digits else None


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
        "laoren": select(*LAOREN.c, LOUDONG.c.ldmc, XIAOQU.c.xqmc, BIAOJI.c.zhcb)
        .select_from(
            LAOREN.join(LOUDONG, LOUDONG.c.ldbh == LAOREN.c.ldbh)
            .join(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
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
    }


def normalise_elders(answer: Answer, now: datetime) -> Batch:
    """Those who need somebody stand first: pending by their silence, unknown, away, confirmed."""
    rows = answer.rows
    water: dict[str, dict[str, float]] = {}
    for row in rows["xiaoshi"]:
        water.setdefault(row["bbh"], {})[row["xs"]] = float(row["yl"])
    last_use = {row["bbh"]: row["sj"] for row in rows["yongshui"]}
    visits = {row["lrbh"]: row for row in rows["tanfang"]}
    proofs: dict[str, tuple[str, str]] = {}
    for row in rows["huodong"]:
        proofs[row["lrbh"]] = max(proofs.get(row["lrbh"], ("", "")), (row["sj"], row["hdlx"]))
    elders = [
        _elder(
            row,
            now,
            water.get(row["sbbh"], {}),
            last_use.get(row["sbbh"]),
            proofs.get(row["lrbh"], ("", "")),
            visits.get(row["lrbh"]),
        )
        for row in rows["laoren"]
    ]
    return Batch(states={"elders": tuple(sorted(elders, key=_urgency))})


_ORDER = (Safety.PENDING, Safety.UNKNOWN, Safety.AWAY, Safety.CONFIRMED)


def _urgency(elder: Elder) -> tuple[int, float, str]:
    at = elder.last_activity.timestamp() if elder.last_activity else 0.0
    return _ORDER.index(elder.safety), -at if elder.safety is Safety.CONFIRMED else at, elder.id


def _elder(
    row: Row, now: datetime, hours: dict[str, float], used_at: str | None, proof: tuple[str, str], visit: Row | None
) -> Elder:
    midnight = midnight_before(now)
    first_hour = f"{local(midnight):%Y%m%d%H}"
    today = sum(amount for hour, amount in hours.items() if hour >= first_hour)
    proved_at = _moment(proof[0])
    heard = _moment(row["zhcb"])
    safety = safety_of(
        now,
        away_until=_moment(row["wcdq"]),
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
        care=_CARE.get(row["gllb"], CareClass.GENERAL),
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
