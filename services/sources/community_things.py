"""The community's watch over things: fire devices, consumption, cameras."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from services.domain.community import EagleEye, FireRow, UtilitySummary, camera_title
from services.domain.community_rates import SILENT_AFTER_H, SMOKE
from services.domain.event import Batch
from services.domain.figures import Series
from services.domain.timebase import midnight_before
from services.sources.community_events import CAMERA_KINDS, moment, track_points
from services.sources.community_tables import (
    BIAOJI,
    LOUDONG,
    SHEBEI,
    SHEXIANG,
    XIAOQU,
    YINHUAN,
    YONGLIANG,
)
from services.sources.community_upstream import Answer, Questions, Row, day, stamp

BAND_DAYS = 7
_SLOT = timedelta(minutes=30)
_DEVICES = (
    (SMOKE, "YG", "独立烟感"),
    ("hydrant", "XHS", "消火栓 压力"),
    ("ebike", "DTCK", "电动车 梯控"),
    ("charging", "CDP", "充电棚"),
    ("gas", "KRQT", "可燃气体"),
)
_CURVES = (("1", "water", "用水", "m³/时"), ("2", "power", "用电", "kW"), ("3", "gas", "用气", "m³/时"))


# ---------------------------------------------------------------------------------------------- fire


def ask_fire(now: datetime) -> Questions:
    heard = case((SHEBEI.c.zhsj > stamp(now - timedelta(hours=24)), 1), else_=0)
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
    silent = case((BIAOJI.c.zhcb <= stamp(now - timedelta(hours=SILENT_AFTER_H)), 1), else_=0)
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
    stamps = [stamp(m) for m in moments]
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
    month_ago = stamp(now - timedelta(days=30))
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
        title=camera_title(kind),
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
