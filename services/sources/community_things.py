"""The community's watch over things: fire devices, consumption, cameras."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from services.domain.community import UtilitySummary
from services.domain.community_rates import SILENT_AFTER_H
from services.domain.event import Batch
from services.domain.figures import Series
from services.domain.timebase import midnight_before
from services.sources.community_tables import (
    BIAOJI,
    YONGLIANG,
)
from services.sources.community_upstream import Answer, Questions, Row, day, stamp

BAND_DAYS = 7
_SLOT = timedelta(minutes=30)
_CURVES = (("1", "water", "用水", "m³/时"), ("2", "power", "用电", "kW"), ("3", "gas", "用气", "m³/时"))


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
