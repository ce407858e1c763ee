"""The community's watch over people and things: elders, fire devices, consumption, cameras."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from services.domain.community import CareClass, EagleEye, Elder, FireRow, Safety, UtilitySummary
from services.domain.community_rates import SILENT_AFTER_H, SMOKE, safety_of
from services.domain.event import Batch
from services.domain.figures import Series
from services.domain.masked import Masked
from services.domain.timebase import SHANGHAI, local, midnight_before
from services.sources.community_events import CAMERA_KINDS, moment, track_points
from services.sources.community_registers import Questions, day
from services.sources.community_tables import (
    BIAOJI,
    CHAOBIAO,
    HUODONG,
    LAOREN,
    LOUDONG,
    SHEBEI,
    SHEXIANG,
    TANFANG,
    XIAOQU,
    YINHUAN,
    YONGLIANG,
)
from services.sources.community_upstream import Answer, Row

BAND_DAYS = 7
_SLOT = timedelta(minutes=30)
_CARE = {"1": CareClass.HIGH, "2": CareClass.KEY, "3": CareClass.GENERAL}
_DEVICES = (
    (SMOKE, "YG", "独立烟感"),
    ("hydrant", "XHS", "消火栓 压力"),
    ("ebike", "DTCK", "电动车 梯控"),
    ("charging", "CDP", "充电棚"),
    ("gas", "KRQT", "可燃气体"),
)
_CAMERA_TITLES = {
    "falling_object": "疑似高空抛物",
    "ebike_in_lift": "电动车进电梯",
    "corridor_charging": "疑似楼道充电",
    "fire_lane_blocked": "疑似占用消防通道",
    "crowd": "疑似人员聚集",
}
_CURVES = (("1", "water", "用水", "m³/时"), ("2", "power", "用电", "kW"), ("3", "gas", "用气", "m³/时"))


def _stamp(at: datetime) -> str:
    return f"{local(at):%Y%m%d%H%M%S}"


def _moment(digits: str | None) -> datetime | None:
    return moment(digits) if digits else None


# -------------------------------------------------------------------------------------------- elders


def ask_elders(now: datetime) -> Questions:
    used = (
        CHAOBIAO.c.ljz - func.lag(CHAOBIAO.c.ljz).over(partition_by=CHAOBIAO.c.bbh, order_by=CHAOBIAO.c.cbsj)
    ).label("yl")
    steps = (
        select(CHAOBIAO.c.bbh, CHAOBIAO.c.cbsj, used)
        .where(CHAOBIAO.c.cbsj >= _stamp(now - timedelta(hours=49)), CHAOBIAO.c.bbh.in_(select(LAOREN.c.sbbh)))
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
        .where(HUODONG.c.hdsj >= _stamp(now - timedelta(hours=48)))
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


# ---------------------------------------------------------------------------------------------- fire


def ask_fire(now: datetime) -> Questions:
    heard = case((SHEBEI.c.zhsj > _stamp(now - timedelta(hours=24)), 1), else_=0)
    today = day(now)
    return {
        "shebei": select(
            SHEBEI.c.sblx,
            func.count().label("az"),
            func.sum(heard).label("zx"),
            func.sum(SHEBEI.c.bjbz).label("bj"),
            func.sum(case((SHEBEI.c.dlbfb < 15, 1), else_=0)).label("dd"),
            func.max(case((SHEBEI.c.bjbz == 1, SHEBEI.c.bz), else_="")).label("sm"),
        ).group_by(SHEBEI.c.sblx),
        "yinhuan": select(
            YINHUAN.c.sblx,
            func.count().label("dq"),
            func.sum(case(((YINHUAN.c.zgrq != "") & (YINHUAN.c.zgrq <= YINHUAN.c.dqrq), 1), else_=0)).label("zg"),
        )
        .where(YINHUAN.c.dqrq <= today, YINHUAN.c.dqrq >= day(now - timedelta(days=30)))
        .group_by(YINHUAN.c.sblx),
    }


def normalise_fire(answer: Answer, now: datetime) -> Batch:
    devices = {row["sblx"]: row for row in answer.rows["shebei"]}
    hazards = {row["sblx"]: row for row in answer.rows["yinhuan"]}
    return Batch(states={"fire": tuple(_fire_rows(devices, hazards))})


def _fire_rows(devices: dict[str, Row], hazards: dict[str, Row]) -> Iterable[FireRow]:
    for key, code, title in _DEVICES:
        if row := devices.get(code):
            silent, weak = int(row["az"]) - int(row["zx"]), int(row["dd"])
            hazard = hazards.get(code, {"dq": 0, "zg": 0})
            note = row["sm"] or (f"{silent} 失联" if silent else f"{weak} 低电" if weak else "")
            yield FireRow(
                id=key,
                title=title,
                installed=int(row["az"]),
                online=int(row["zx"]),
                alarms=int(row["bj"]),
                note=note,
                hazards_due=int(hazard["dq"]),
                hazards_rectified=int(hazard["zg"]),
            )


# --------------------------------------------------------------------------------------- consumption


def ask_usage(now: datetime) -> Questions:
    today, first = day(now), day(now - timedelta(days=BAND_DAYS))
    total = func.sum(YONGLIANG.c.yl).label("yl")
    sums = (
        select(YONGLIANG.c.blx, YONGLIANG.c.sdsj, total)
        .where(YONGLIANG.c.sdsj >= f"{first}000000", YONGLIANG.c.sdsj < f"{today}000000")
        .group_by(YONGLIANG.c.blx, YONGLIANG.c.sdsj)
        .subquery()
    )
    slot = func.substr(sums.c.sdsj, 9, 4)
    silent = case((BIAOJI.c.zhcb <= _stamp(now - timedelta(hours=SILENT_AFTER_H)), 1), else_=0)
    return {
        "fanwei": select(
            sums.c.blx, slot.label("sd"), func.min(sums.c.yl).label("xx"), func.max(sums.c.yl).label("sx")
        ).group_by(sums.c.blx, slot),
        "jinri": select(YONGLIANG.c.blx, YONGLIANG.c.sdsj, total)
        .where(YONGLIANG.c.sdsj >= f"{today}000000")
        .group_by(YONGLIANG.c.blx, YONGLIANG.c.sdsj),
        "biaoji": select(
            BIAOJI.c.blx, BIAOJI.c.bzt, func.count().label("sl"), func.sum(silent).label("sl_slw")
        ).group_by(BIAOJI.c.blx, BIAOJI.c.bzt),
    }


def normalise_usage(answer: Answer, now: datetime) -> Batch:
    """Half-hour sums as an hourly rate, today against the range of the same half hour of seven days."""
    midnight = midnight_before(now)
    moments = tuple(midnight + i * _SLOT for i in range(48))
    stamps = [_stamp(m) for m in moments]
    today = {(row["blx"], row["sdsj"]): 2 * float(row["yl"]) for row in answer.rows["jinri"]}
    band = {(row["blx"], row["sd"]): (2 * float(row["xx"]), 2 * float(row["sx"])) for row in answer.rows["fanwei"]}
    states: dict[str, Any] = {
        topic: (
            Series(
                id=topic,
                title=title,
                unit=unit,
                moments=moments,
                points=tuple(today.get((code, stamp)) for stamp in stamps),
                band=tuple(band.get((code, stamp[8:12])) for stamp in stamps),
            ),
        )
        for code, topic, title, unit in _CURVES
    }
    states["utilities"] = (_utilities(answer.rows["biaoji"]),)
    return Batch(states=states)


def _utilities(rows: Iterable[Row]) -> UtilitySummary:
    rows = list(rows)

    def count(code: str, words: str) -> int:
        return sum(int(row["sl"]) for row in rows if row["blx"] == code and row["bzt"] == words)

    return UtilitySummary(
        leaks=count("1", "漏损"),
        power_anomalies=count("2", "异常"),
        gas_alarms=count("3", "报警"),
        silent_meters=sum(int(row["sl_slw"]) for row in rows),
        meters=sum(int(row["sl"]) for row in rows),
    )


# ------------------------------------------------------------------------------------------- cameras


def ask_cameras(now: datetime) -> Questions:
    month_ago = _stamp(now - timedelta(days=30))
    newest = (
        select(*SHEXIANG.c, XIAOQU.c.xqmc, LOUDONG.c.ldmc)
        .select_from(
            SHEXIANG.outerjoin(XIAOQU, XIAOQU.c.xqbh == SHEXIANG.c.xqbh).outerjoin(
                LOUDONG, LOUDONG.c.ldbh == SHEXIANG.c.ldbh
            )
        )
        .where(SHEXIANG.c.gj != "", SHEXIANG.c.fssj >= month_ago)
        .order_by(SHEXIANG.c.fssj.desc())
        .limit(1)
    )
    return {
        "zuixin": newest,
        "jinri": select(func.count().label("sl")).where(SHEXIANG.c.fssj >= f"{day(now)}000000"),
        "shenhe": select(
            func.coalesce(func.sum(case((SHEXIANG.c.shzt == "1", 1), else_=0)), 0).label("ss"),
            func.coalesce(func.sum(case((SHEXIANG.c.shzt != "0", 1), else_=0)), 0).label("pd"),
        ).where(SHEXIANG.c.fssj >= month_ago),
    }


def normalise_cameras(answer: Answer, now: datetime) -> Batch:
    judged = answer.only("shenhe")
    newest = next(iter(answer.rows["zuixin"]), None)
    kind = str(CAMERA_KINDS.get(newest["sjlx"], "")) if newest else ""
    eye = EagleEye(
        event_id=newest["lsh"] if newest else "",
        title=_CAMERA_TITLES.get(kind, ""),
        estate_name=(newest["xqmc"] or "") if newest else "",
        building=(newest["ldmc"] or "") if newest else "",
        occurred_at=moment(newest["fssj"]).astimezone(now.tzinfo) if newest else None,
        track=tuple(track_points(newest["gj"])) if newest else (),
        frames=int(newest["zs"]) if newest else 0,
        floors_down=float(newest["xjcs"]) if newest else 0.0,
        excluded="鸟 晾衣 落叶" if kind == "falling_object" else "",
        today=int(answer.only("jinri")["sl"]),
        confirmed_30d=int(judged["ss"]),
        judged_30d=int(judged["pd"]),
    )
    return Batch(states={"eagle_eye": (eye,)})
