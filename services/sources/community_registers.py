"""The community's registers as topics: counted by their database, put into our words here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, case, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from services.domain.community import (
    AgeBand,
    Building,
    CellMark,
    DisputeSummary,
    Estate,
    PartySummary,
    Point,
    PopulationSummary,
    RentalSummary,
    Unit,
    Use,
)
from services.domain.event import Batch
from services.domain.figures import Bar
from services.domain.timebase import local
from services.sources.community_tables import (
    CHUZUFANG,
    DANGZUZHI,
    DANYUAN,
    FANGKE,
    FANGWU,
    JIUFEN,
    LAOREN,
    LOUDONG,
    MENJIN,
    RENLIU,
    RENYUAN,
    XIAOQU,
    XUNLUO,
)
from services.sources.community_upstream import Answer, CommunityError, Row

Questions = Mapping[str, Select[*tuple[Any, ...]]]

_USUAL_DAYS = 7
_BANDS = ("80+", "70", "60", "50", "40", "30", "20", "10", "0")
_ORIGINS = 4  # named; the others together


def day(moment: datetime) -> str:
    return f"{local(moment):%Y%m%d}"


# -------------------------------------------------------------------------------- estates, buildings


def ask_estates(now: datetime) -> Questions:
    today = day(now)
    here = local(now)
    hour_of_day = func.substr(RENLIU.c.xssj, 9, 2)
    share = case((hour_of_day < f"{here:%H}", 1.0), (hour_of_day == f"{here:%H}", here.minute / 60), else_=0.0)
    return {
        "xiaoqu": select(*XIAOQU.c).order_by(XIAOQU.c.xqbh),
        "renshu": select(RENYUAN.c.xqbh, func.count().label("rs")).where(RENYUAN.c.zxrq == "").group_by(RENYUAN.c.xqbh),
        "loudong": select(*LOUDONG.c).order_by(LOUDONG.c.ldbh),
        "danyuan": select(*DANYUAN.c).order_by(DANYUAN.c.ldbh, DANYUAN.c.dyxh),
        "fangwu": select(*FANGWU.c).order_by(FANGWU.c.ldbh, FANGWU.c.dyxh, FANGWU.c.szlc, FANGWU.c.hxwz),
        "laoren": select(LAOREN.c.lrbh, LAOREN.c.fwbh),
        "fangke": select(FANGKE.c.rybm, FANGKE.c.fwbh),
        "jinri": select(MENJIN.c.ldbh, func.count().label("rs"))
        .where(MENJIN.c.txsj >= f"{today}000000")
        .group_by(MENJIN.c.ldbh),
        "pingjun": select(RENLIU.c.ldbh, (func.sum(RENLIU.c.rs * share) / _USUAL_DAYS).label("rs"))
        .where(RENLIU.c.xssj >= f"{day(now - timedelta(days=_USUAL_DAYS))}00", RENLIU.c.xssj < f"{today}00")
        .group_by(RENLIU.c.ldbh),
        "xunluo": select(*XUNLUO.c).order_by(XUNLUO.c.zdbh),
    }


def normalise_estates(answer: Answer, now: datetime) -> Batch:
    rows = answer.rows
    if not rows["xiaoqu"]:
        raise CommunityError("社区库：表 xiaoqu 没有小区")
    people = _by(rows["renshu"], "xqbh", "rs")
    blocks = _grouped(rows["loudong"], "xqbh")
    patrols = _grouped(rows["xunluo"], "xqbh")
    estates = tuple(
        Estate(
            id=row["xqbh"],
            name=row["xqmc"],
            people=int(people.get(row["xqbh"], 0)),
            buildings=len(blocks.get(row["xqbh"], ())),
            outline=corners(row["lkzb"]),
            blocks=tuple(corners(b["lkzb"]) for b in blocks.get(row["xqbh"], ())),
            patrols=tuple((float(p["jd"]), float(p["wd"])) for p in patrols.get(row["xqbh"], ())),
            unknown=row["sbzt"] != "1",
        )
        for row in rows["xiaoqu"]
    )
    return Batch(states={"estates": estates, "buildings": tuple(_buildings(rows))})


def corners(text: str) -> tuple[Point, ...]:
    """``lon,lat;lon,lat`` in CGCS2000, which is WGS-84 to a few centimetres."""
    try:
        pairs = [pair.split(",") for pair in text.split(";") if pair]
        return tuple((float(lon), float(lat)) for lon, lat in pairs)
    except ValueError:
        raise CommunityError(f"社区库：轮廓坐标读不懂：{text[:40]}") from None


def _buildings(rows: Mapping[str, tuple[Row, ...]]) -> Iterable[Building]:
    names = {row["xqbh"]: row["xqmc"] for row in rows["xiaoqu"]}
    units = _grouped(rows["danyuan"], "ldbh")
    dwellings = _grouped(rows["fangwu"], "ldbh")
    today, usual = _by(rows["jinri"], "ldbh", "rs"), _by(rows["pingjun"], "ldbh", "rs")
    elders, guests = _by(rows["laoren"], "fwbh", "lrbh"), _by(rows["fangke"], "fwbh", "rybm")
    for row in rows["loudong"]:
        code = row["ldbh"]
        here = dwellings.get(code, [])
        marks = tuple(_marks(here, elders, guests))
        yield Building(
            id=code,
            estate_id=row["xqbh"],
            estate_name=names.get(row["xqbh"], ""),
            name=row["ldmc"],
            units=tuple(_unit(unit, here) for unit in units.get(code, ())),
            marks=marks,
            passages_today=int(today.get(code, 0)),
            passages_usual=round(usual[code]) if usual.get(code) else None,
            elders=sum(mark.kind == "elder" for mark in marks),
            hydrant_mpa=row["snsyl"],
        )


def _unit(unit: Row, dwellings: Iterable[Row]) -> Unit:
    """Letters of the floors from the second up; a place without a dwelling is ``Use.NONE``."""
    cells = {(d["szlc"], d["hxwz"]): _use(d) for d in dwellings if d["dyxh"] == unit["dyxh"]}
    top = max((floor for floor, _ in cells), default=1)
    across = max((at for _, at in cells), default=-1) + 1
    floors = tuple(
        "".join(cells.get((floor, at), Use.NONE).value for at in range(across)) for floor in range(2, top + 1)
    )
    return Unit(f"{unit['dyxh']} 单元", unit["dtqk"], unit["dcyt"], floors)


def _use(dwelling: Row) -> Use:
    if dwelling["fwyt"] == "2":
        return Use.LET_REGISTERED if dwelling["czdj"] else Use.LET_OPEN
    return {"1": Use.OWN, "3": Use.VACANT}.get(dwelling["fwyt"], Use.UNKNOWN)


def _marks(dwellings: Iterable[Row], elders: Mapping[str, Any], guests: Mapping[str, Any]) -> Iterable[CellMark]:
    for d in dwellings:
        for kind, register in (("elder", elders), ("guest", guests)):
            if d["fwbh"] in register:
                yield CellMark(d["dyxh"], d["szlc"], d["hxwz"], kind, register[d["fwbh"]])


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


def _by(rows: Iterable[Row], key: str, value: str) -> dict[str, Any]:
    return {row[key]: row[value] for row in rows}


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups
