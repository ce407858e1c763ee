"""People and the dwellings they rent, as their databases count them: topics ``population`` and ``rentals``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from services.domain.community import AgeBand, DayFlow, Heads, PopulationSummary, RentalSummary
from services.domain.event import Batch
from services.domain.figures import Bar
from services.domain.timebase import local
from services.sources.community_let_tables import JUZHUDENGJI
from services.sources.community_tables import CHUZUFANG, FANGWU, LOUDONG, RENYUAN, XIAOQU
from services.sources.community_upstream import Answer, Questions, Row, day

_BANDS = ("80+", "70", "60", "50", "40", "30", "20", "10", "0")
_ORIGINS = 4  # named; the others together
FLOW_DAYS = 7


def ask_people(now: datetime) -> Questions:
    today, week_ago = day(now), day(now - timedelta(days=FLOW_DAYS))
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
        "liuru": select(RENYUAN.c.djrq.label("rq"), func.count().label("rs"))
        .where(floats, lives, RENYUAN.c.djrq > week_ago)
        .group_by(RENYUAN.c.djrq),
        "liuchu": select(RENYUAN.c.zxrq.label("rq"), func.count().label("rs"))
        .where(floats, RENYUAN.c.zxrq > week_ago)
        .group_by(RENYUAN.c.zxrq),
        "loudong": select(
            XIAOQU.c.xqbh, XIAOQU.c.xqmc, LOUDONG.c.ldbh, LOUDONG.c.ldmc, RENYUAN.c.rylb, func.count().label("rs")
        )
        .select_from(
            RENYUAN.join(FANGWU, FANGWU.c.fwbh == RENYUAN.c.fwbh)
            .join(LOUDONG, LOUDONG.c.ldbh == FANGWU.c.ldbh)
            .join(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
        )
        .where(lives)
        .group_by(XIAOQU.c.xqbh, XIAOQU.c.xqmc, LOUDONG.c.ldbh, LOUDONG.c.ldmc, RENYUAN.c.rylb)
        .order_by(LOUDONG.c.ldbh),
        "huji": select(RENYUAN.c.hjss, func.count().label("rs"))
        .where(floats, lives, RENYUAN.c.hjss != "浙江")
        .group_by(RENYUAN.c.hjss)
        .order_by(func.count().desc(), RENYUAN.c.hjss),
        "chuzu": select(
            func.count().label("hs"),
            _total(CHUZUFANG.c.lgsgl).label("lgs"),
            _total(CHUZUFANG.c.jcyq).label("yq"),
            _total(CHUZUFANG.c.dhy).label("dhy"),
            _total(case((CHUZUFANG.c.htdq.between(today, soon), 1), else_=0)).label("zq"),
        ),
        "dengji": select(func.count().label("dq")).where(
            JUZHUDENGJI.c.zxrq == "", JUZHUDENGJI.c.dqrq.between(today, soon)
        ),
    }


def normalise_people(answer: Answer, now: datetime) -> Batch:
    rows = answer.rows
    counts = {(row["rylb"], bool(row["djbz"])): int(row["rs"]) for row in rows["lei"]}
    resident = sum(n for (kind, _), n in counts.items() if kind == "1")
    registered, unregistered = counts.get(("2", True), 0), counts.get(("2", False), 0)
    flows = tuple(_flows(rows["liuru"], rows["liuchu"], now))
    population = PopulationSummary(
        resident=resident,
        floating=registered + unregistered,
        net_flow_7d=sum(one.came - one.left for one in flows),
        bands=_bands(rows["nianling"]),
        flows=flows,
        heads=tuple(_heads(rows["loudong"])),
    )
    lets = answer.only("chuzu")
    rentals = RentalSummary(
        rentals=int(lets["hs"]),
        hotel_style=int(lets["lgs"]),
        expiring_30d=int(answer.only("dengji")["dq"]),
        checks_overdue=int(lets["yq"]),
        to_verify=int(lets["dhy"]),
        registered=registered,
        unregistered=unregistered,
        origins=_origins(rows["huji"]),
        leases_30d=int(lets["zq"]),
    )
    return Batch(states={"population": (population,), "rentals": (rentals,)})


def _flows(came: Iterable[Row], left: Iterable[Row], now: datetime) -> Iterator[DayFlow]:
    """The last seven days, today last; a day nobody moved on counts 0."""
    ins, outs = ({str(row["rq"]): int(row["rs"]) for row in rows} for rows in (came, left))
    for back in range(FLOW_DAYS - 1, -1, -1):
        at = now - timedelta(days=back)
        yield DayFlow(local(at).date(), ins.get(day(at), 0), outs.get(day(at), 0))


def _heads(rows: Iterable[Row]) -> Iterator[Heads]:
    counts: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for row in rows:
        counts.setdefault((row["xqbh"], row["xqmc"], row["ldbh"], row["ldmc"]), {})[row["rylb"]] = int(row["rs"])
    for building, kinds in counts.items():
        yield Heads(*building, kinds.get("1", 0), kinds.get("2", 0))


def _bands(rows: Iterable[Row]) -> tuple[AgeBand, ...]:
    counts = {(int(row["nl"]), row["xb"]): int(row["rs"]) for row in rows}
    heads = sum(counts.values()) or 1
    return tuple(
        AgeBand(
            label,
            round(1000 * counts.get((8 - i, "1"), 0) / heads, 1),
            round(1000 * counts.get((8 - i, "2"), 0) / heads, 1),
        )
        for i, label in enumerate(_BANDS)
    )


def _origins(rows: Iterable[Row]) -> tuple[Bar, ...]:
    counts = [(row["hjss"], int(row["rs"])) for row in rows]
    lines: list[tuple[Any, int]] = counts[:_ORIGINS]
    if rest := sum(n for _, n in counts[_ORIGINS:]):
        lines.append(("其他省外", rest))
    return bars(lines)


def bars(lines: Iterable[tuple[str, int]]) -> tuple[Bar, ...]:
    lines = list(lines)
    longest = max((n for _, n in lines), default=0) or 1
    return tuple(Bar(label, n / longest, f"{n:,}") for label, n in lines)


def _total(what: ColumnElement[Any] | Any) -> ColumnElement[Any]:
    return func.coalesce(func.sum(what), 0)
