"""People, rentals, disputes and party branches as topics: counted by their database, put into our words here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from services.domain.community import (
    AgeBand,
    DisputeSummary,
    PartySummary,
    PopulationSummary,
    RentalSummary,
)
from services.domain.event import Batch
from services.domain.figures import Bar
from services.domain.timebase import local
from services.sources.community_tables import (
    CHUZUFANG,
    DANGZUZHI,
    JIUFEN,
    RENYUAN,
)
from services.sources.community_upstream import Answer, CommunityError, Questions, Row, day

_BANDS = ("80+", "70", "60", "50", "40", "30", "20", "10", "0")
_ORIGINS = 4  # named; the others together


# ------------------------------------------------------------------------------- people and rentals


def ask_people(now: datetime) -> Questions:
    today, week_ago = day(now), day(now - timedelta(days=7))
    lives = RENYUAN.c.zxrq == ""
    floats = RENYUAN.c.rylb == "2"
    age = (int(today) - cast(RENYUAN.c.csrq, Integer)) // 10_000
    band = case((age >= 80, 8), else_=age // 10)
    soon = day(now + timedelta(days=30))
    return {
        "lei": select(RENYUAN.c.rylb, RENYUAN.c.djbz, func.count().label("rs"))
        .where(lives)
        .group_by(RENYUAN.c.rylb, RENYUAN.c.djbz),
        "nianling": select(band.label("nl"), RENYUAN.c.xb, func.count().label("rs"))
        .where(lives, func.length(RENYUAN.c.csrq) == 8)
        .group_by(band, RENYUAN.c.xb),
        "liuru": select(func.count().label("rs")).where(floats, lives, RENYUAN.c.djrq > week_ago),
        "liuchu": select(func.count().label("rs")).where(floats, RENYUAN.c.zxrq > week_ago),
        "huji": select(RENYUAN.c.hjss, func.count().label("rs"))
        .where(floats, lives, RENYUAN.c.hjss != "浙江")
        .group_by(RENYUAN.c.hjss)
        .order_by(func.count().desc(), RENYUAN.c.hjss),
        "chuzu": select(
            func.count().label("hs"),
            _total(CHUZUFANG.c.lgsgl).label("lgs"),
            _total(case((CHUZUFANG.c.htdq.between(today, soon), 1), else_=0)).label("dq"),
            _total(CHUZUFANG.c.jcyq).label("yq"),
            _total(CHUZUFANG.c.dhy).label("dhy"),
        ),
    }


def normalise_people(answer: Answer, now: datetime) -> Batch:
    rows = answer.rows
    counts = {(row["rylb"], bool(row["djbz"])): int(row["rs"]) for row in rows["lei"]}
    resident = sum(n for (kind, _), n in counts.items() if kind == "1")
    registered, unregistered = counts.get(("2", True), 0), counts.get(("2", False), 0)
    population = PopulationSummary(
        resident=resident,
        floating=registered + unregistered,
        net_flow_7d=int(answer.only("liuru")["rs"]) - int(answer.only("liuchu")["rs"]),
        bands=_bands(rows["nianling"]),
    )
    lets = answer.only("chuzu")
    rentals = RentalSummary(
        rentals=int(lets["hs"]),
        hotel_style=int(lets["lgs"]),
        expiring_30d=int(lets["dq"]),
        checks_overdue=int(lets["yq"]),
        to_verify=int(lets["dhy"]),
        registered=registered,
        unregistered=unregistered,
        origins=_origins(rows["huji"]),
    )
    return Batch(states={"population": (population,), "rentals": (rentals,)})


def _bands(rows: Iterable[Row]) -> tuple[AgeBand, ...]:
    counts = {(int(row["nl"]), row["xb"]): int(row["rs"]) for row in rows}
    total = sum(counts.values()) or 1
    return tuple(
        AgeBand(
            label,
            round(1000 * counts.get((8 - i, "1"), 0) / total, 1),
            round(1000 * counts.get((8 - i, "2"), 0) / total, 1),
        )
        for i, label in enumerate(_BANDS)
    )


def _origins(rows: Iterable[Row]) -> tuple[Bar, ...]:
    counts = [(row["hjss"], int(row["rs"])) for row in rows]
    lines = counts[:_ORIGINS]
    if rest := sum(n for _, n in counts[_ORIGINS:]):
        lines.append(("其他省外", rest))
    return bars(lines)


def bars(lines: Iterable[tuple[str, int]]) -> tuple[Bar, ...]:
    lines = list(lines)
    longest = max((n for _, n in lines), default=0) or 1
    return tuple(Bar(label, n / longest, f"{n:,}") for label, n in lines)


# ------------------------------------------------------------------------------- disputes and party


def ask_cases(now: datetime) -> Questions:
    return {
        "jiufen": select(*JIUFEN.c).where(JIUFEN.c.slrq >= f"{local(now).year}0101"),
        "dang": select(
            func.count().label("zb"),
            *(_total(c).label(c.name) for c in (DANGZUZHI.c.dys, DANGZUZHI.c.jhs, DANGZUZHI.c.wcs)),
            *(_total(c).label(c.name) for c in (DANGZUZHI.c.zyss, DANGZUZHI.c.sbd)),
        ),
    }


def normalise_cases(answer: Answer, now: datetime) -> Batch:
    cases = answer.rows["jiufen"]
    today = local(now).date()
    still_open = [row for row in cases if not row["hjrq"]]
    due = [row for row in cases if row["dqrq"] <= day(now)]
    lengths = [(_date(row["hjrq"]) - _date(row["slrq"])).days for row in cases if row["hjrq"]]
    kinds: dict[str, int] = {}
    for row in cases:
        kinds[row["jflx"]] = kinds.get(row["jflx"], 0) + 1
    disputes = DisputeSummary(
        year=today.year,
        open=len(still_open),
        over_7d=sum((today - _date(row["slrq"])).days > 7 for row in still_open),
        mean_days=round(sum(lengths) / len(lengths), 1) if lengths else None,
        resolved=sum(bool(row["hjrq"]) for row in due),
        due=len(due),
        kinds=bars(sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:4]),
        per_week=round(7 * len(cases) / max(7, today.timetuple().tm_yday), 1),
    )
    sums = answer.only("dang")
    party = PartySummary(
        members=int(sums["dys"]),
        branches=int(sums["zb"]),
        meetings_done=int(sums["wcs"]),
        meetings_planned=int(sums["jhs"]),
        volunteer_hours=int(sums["zyss"]),
        double_reports=int(sums["sbd"]),
    )
    return Batch(states={"disputes": (disputes,), "party": (party,)})


def _date(digits: str) -> Any:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a day of their calendar
    except ValueError:
        raise CommunityError(f"社区库：日期读不懂：{digits}") from None


def _total(what: ColumnElement[Any] | Any) -> ColumnElement[Any]:
    return func.coalesce(func.sum(what), 0)
