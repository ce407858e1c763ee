"""What the community uses: water, power and gas of today against seven days, and which of its meters are silent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from services.domain.community import UtilitySummary
from services.domain.community_rates import SILENT_AFTER_H
from services.domain.event import Batch
from services.domain.figures import Series
from services.domain.meter_findings import GAS, LEAK, POWER, SILENT, MeterFinding, ProtectedSupply
from services.domain.timebase import midnight_before
from services.sources.community_events import moment
from services.sources.community_meters import METERS
from services.sources.community_tables import (
    BAODIAN,
    BIAOJI,
    FANGWU,
    LOUDONG,
    XIAOQU,
    YONGLIANG,
)
from services.sources.community_upstream import Answer, Questions, Row, day, stamp

BAND_DAYS = 7
LISTED = 60  # meters
_SLOT = timedelta(minutes=30)
_WHERE = (FANGWU.c.ldbh, LOUDONG.c.ldmc, XIAOQU.c.xqmc)
_MARKS = {"漏损": LEAK, "异常": POWER, "报警": GAS}
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
    heard_until = stamp(now - timedelta(hours=SILENT_AFTER_H))
    silent = case((BIAOJI.c.zhcb <= heard_until, 1), else_=0)
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
        "mingxi": select(BIAOJI.c.bbh, BIAOJI.c.blx, BIAOJI.c.xqbh, BIAOJI.c.zhcb, BIAOJI.c.bzt, *_WHERE)
        .select_from(
            BIAOJI.outerjoin(FANGWU, FANGWU.c.fwbh == BIAOJI.c.fwbh)
            .outerjoin(LOUDONG, LOUDONG.c.ldbh == FANGWU.c.ldbh)
            .outerjoin(XIAOQU, XIAOQU.c.xqbh == BIAOJI.c.xqbh)
        )
        .where((BIAOJI.c.zhcb <= heard_until) | BIAOJI.c.bzt.in_(_MARKS))
        .order_by(BIAOJI.c.zhcb, BIAOJI.c.bbh)
        .limit(LISTED),
        "baodian": select(BAODIAN.c.ldbh, func.count().label("hs"))
        .where(BAODIAN.c.tyrq != "", BAODIAN.c.zxrq == "")
        .group_by(BAODIAN.c.ldbh),
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
    states["silent_meters"] = tuple(_finding(row, now) for row in answer.rows["mingxi"])
    states["protected_supply"] = tuple(
        ProtectedSupply(row["ldbh"], int(row["hs"])) for row in answer.rows["baodian"] if row["ldbh"]
    )
    return Batch(states=states)


def _finding(row: Row, now: datetime) -> MeterFinding:
    """A meter that is silent, or marked by its own system."""
    heard = _heard(row["zhcb"], now)
    kind = _MARKS.get(row["bzt"], SILENT)
    hours = None if heard is None else (now - heard) / timedelta(hours=1)
    note = "从未上报" if hours is None else f"失联 {hours:.0f} 时" if kind == SILENT else row["bzt"]
    return MeterFinding(
        id=row["bbh"],
        meter_id=row["bbh"],
        kind=kind,
        meter_kind=METERS.get(row["blx"], ""),
        estate_id=row["xqbh"] or "",
        building_id=row["ldbh"] or "",
        at=heard,
        note=note,
        place=f"{row['xqmc'] or ''} {row['ldmc'] or ''}".strip(),
    )


def _heard(digits: str, now: datetime) -> datetime | None:
    try:
        return moment(digits).astimezone(now.tzinfo)
    except ValueError:
        return None


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
