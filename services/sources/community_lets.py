"""The register of lets, landlords' reports, registrations that fall due, dwellings out of the ordinary and what the
police's own system sends: an alert's number and a place, nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from services.domain.event import Batch, Event, Refused
from services.domain.let_room import TOPIC, LetRoom
from services.domain.people_events import DwellingState, PoliceMatch, RegistrationDue
from services.domain.rental_safety import SafetyColour
from services.domain.stay import FiledStay
from services.domain.timebase import SHANGHAI, local
from services.sources.asking import RowError
from services.sources.base import Fetch
from services.sources.community_events import PAGE, moment_of, normalise_rows, number_of
from services.sources.community_let_tables import FANGWURB, GATZ, JUZHUDENGJI, RUZHU
from services.sources.community_tables import CHUZUFANG, FANGWU, LOUDONG, RENYUAN, XIAOQU
from services.sources.community_upstream import Answer, Questions, Row, Upstream, stamp

STEPS = (30, 7)  # days before its end at which a registration is told
IDLE_DAYS = 45
_SHOWN = timedelta(days=30)
_OPENS = time(9)  # the hour of day at which what falls due that day is told
_USES = {"1": "own", "2": "let", "3": "vacant"}
_LEVELS = range(1, 5)


def _day(digits: Any) -> date | None:
    """Of eight digits; None for none. Raises RowError for a day that is none."""
    if not digits:
        return None
    try:
        return datetime.strptime(str(digits), "%Y%m%d").date()  # noqa: DTZ007 - a day of their calendar
    except ValueError:
        raise RowError("bad_day", f"日期不可能：{digits}") from None


def _morning(on: date) -> datetime:
    return datetime.combine(on, _OPENS, SHANGHAI)


# -------------------------------------------------------------------------------- rooms and reports


def ask_lets(now: datetime) -> Questions:
    guests = (
        select(RENYUAN.c.fwbh, func.count().label("rs"))
        .where(RENYUAN.c.zxrq == "", RENYUAN.c.djbz == 1)
        .group_by(RENYUAN.c.fwbh)
        .subquery()
    )
    rooms = (
        select(*CHUZUFANG.c, FANGWU.c.ldbh, FANGWU.c.dyxh, FANGWU.c.szlc, FANGWU.c.hxwz, LOUDONG.c.ldmc, LOUDONG.c.xqbh)
        .add_columns(XIAOQU.c.xqmc, func.coalesce(guests.c.rs, 0).label("rs"))
        .select_from(
            CHUZUFANG.join(FANGWU, FANGWU.c.fwbh == CHUZUFANG.c.fwbh)
            .join(LOUDONG, LOUDONG.c.ldbh == FANGWU.c.ldbh)
            .join(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
            .outerjoin(guests, guests.c.fwbh == CHUZUFANG.c.fwbh)
        )
        .order_by(CHUZUFANG.c.fwbh)
    )
    since = stamp(now - _SHOWN)
    reports = select(*RUZHU.c).where(or_(RUZHU.c.tfsj == "", RUZHU.c.rzsj >= since, RUZHU.c.tfsj >= since))
    return {"fang": rooms, "ruzhu": reports.order_by(RUZHU.c.rzbh)}


def normalise_lets(answer: Answer, now: datetime) -> Batch:
    refused: list[Refused] = []
    rooms = tuple(_read_all(answer.rows["fang"], _room, refused))
    reports = tuple(_read_all(answer.rows["ruzhu"], partial(_report, now=now), refused))
    return Batch(states={TOPIC: rooms, "filed_stays": reports}, refused=tuple(refused))


def _read_all(rows: tuple[Row, ...], read: Callable[[Row], Any], refused: list[Refused]) -> Iterator[Any]:
    for row in rows:
        try:
            yield read(row)
        except RowError as why:
            raw = json.dumps(row, ensure_ascii=False).encode()
            refused.append(Refused("community_lets", why.reason, str(why), raw))


def _room(row: Row) -> LetRoom:
    if row["aqm"] not in range(len(SafetyColour)):
        raise RowError("unknown_colour", f"安全码不认识：{row['aqm']}")
    return LetRoom(
        dwelling_id=row["fwbh"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building_id=row["ldbh"],
        building=row["ldmc"],
        unit=int(row["dyxh"]),
        floor=int(row["szlc"]),
        at=int(row["hxwz"]),
        hotel_style=bool(row["lgsgl"]),
        guests=int(row["rs"]),
        rooms=row["js"],
        area_m2=row["mj"],
        let_since=_day(row["qzrq"]),
        lease_end=_day(row["htdq"]),
        colour=SafetyColour(row["aqm"]),
        checked_on=_day(row["jcrq"]),
        regulars=row["cgrs"],
        strangers=int(row["xcrs"]),
        strangers_since=_day(row["xcrq"]),
    )


def _report(row: Row, now: datetime) -> FiledStay:
    names = tuple(name for name in row["xms"].split(",") if name)
    if not names:
        raise RowError("no_person", "入住报送没有姓名")
    left_at = moment_of(row["tfsj"], now) if row["tfsj"] else None
    entered_at = moment_of(row["rzsj"], now)
    if left_at is not None and left_at < entered_at:
        raise RowError("bad_time", f"退房早于入住：{row['tfsj']}")
    ids = tuple(row["rybms"].split(",")) if row["rybms"] else ()
    return FiledStay(row["rzbh"], row["fwbh"], names, ids, entered_at, _day(row["htdq"]), left_at)


# ------------------------------------------------------------------------------------ registrations


def fetch_registrations(upstream: Upstream, now: Callable[[], datetime]) -> Fetch:
    """What came to a step of its time, was renewed or cancelled since the day of the cursor."""

    def fetch(cursor: str) -> Answer:
        today = local(now()).date()
        since = _day(cursor) or today - timedelta(days=STEPS[0])
        found = upstream.ask(rows=registrations_since(since, today)).rows["rows"]
        return Answer({"rows": found, "since": ({"day": f"{since:%Y%m%d}"},)}, f"{today:%Y%m%d}")

    return fetch


def registrations_since(since: date, today: date) -> Select[*tuple[Any, ...]]:
    """Those whose step lies after ``since`` up to today; news of the day itself come again and are known again."""

    def came(days: int) -> Any:
        first, last = (f"{one + timedelta(days=days):%Y%m%d}" for one in (since, today))
        return and_(JUZHUDENGJI.c.dqrq > first, JUZHUDENGJI.c.dqrq <= last)

    first = f"{since:%Y%m%d}"
    waits = and_(JUZHUDENGJI.c.zxrq == "", or_(*(came(days) for days in STEPS), JUZHUDENGJI.c.wsts >= IDLE_DAYS))
    news = or_(JUZHUDENGJI.c.xqrq >= first, JUZHUDENGJI.c.zxrq >= first)
    return (
        select(*JUZHUDENGJI.c, LOUDONG.c.ldmc, XIAOQU.c.xqbh, XIAOQU.c.xqmc)
        .select_from(
            JUZHUDENGJI.outerjoin(FANGWU, FANGWU.c.fwbh == JUZHUDENGJI.c.fwbh)
            .outerjoin(LOUDONG, LOUDONG.c.ldbh == FANGWU.c.ldbh)
            .outerjoin(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
        )
        .where(or_(waits, news))
        .order_by(JUZHUDENGJI.c.djbh)
    )


def normalise_registrations(answer: Answer, now: datetime) -> Batch:
    """A row is told once for each step it came to; the moment is the morning of that day, so that a backlog is old."""
    since = _day(answer.only("since")["day"])
    assert since is not None
    events: list[Event] = []
    refused: list[Refused] = []
    for row in answer.rows["rows"]:
        try:
            events += _told(row, since, local(now).date())
        except RowError as why:
            raw = json.dumps(row, ensure_ascii=False).encode()
            refused.append(Refused("community_registrations", why.reason, str(why), raw))
    return Batch(events=tuple(events), refused=tuple(refused), cursor=answer.cursor)


def _told(row: Row, since: date, today: date) -> Iterator[Event]:
    if row["xqmc"] is None:
        raise RowError("unknown_dwelling", f"房屋不认识：{row['fwbh']}")
    ends = _day(row["dqrq"])
    if ends is None:
        raise RowError("bad_day", "没有到期日")
    cancelled, renewed, idle = _day(row["zxrq"]), _day(row["xqrq"]), row["wsts"]
    if cancelled is not None:
        yield _registration(row, "cancelled", (ends - today).days, None, cancelled, f"zx{row['zxrq']}")
        return
    if renewed is not None and renewed >= since:
        yield _registration(row, "renewed", (ends - today).days, idle, renewed, f"xq{row['xqrq']}")
    for days in STEPS:
        on = ends - timedelta(days=days)
        if since < on <= today:
            yield _registration(row, "due", days, idle, on, f"{row['dqrq']}-{days}")
    if idle is not None and idle >= IDLE_DAYS:
        on = today - timedelta(days=idle - IDLE_DAYS)
        yield _registration(row, "due", (ends - today).days, idle, on, f"ws{on:%Y%m%d}")


def _registration(row: Row, state: str, days_left: int, idle: int | None, on: date, step: str) -> Event:
    at = _morning(on)
    record = RegistrationDue(
        registration_id=row["djbh"],
        person_id=row["rybm"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building=row["ldmc"],
        dwelling_id=row["fwbh"],
        state=state,
        days_left=days_left,
        idle_days=idle,
        at=at,
    )
    raw = json.dumps(row, ensure_ascii=False).encode()
    return Event("community_registrations", f"{row['djbh']}-{step}", "registration_due", at, record, raw)


# ----------------------------------------------------------------------- dwellings and the police's word


def dwellings_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return (
        select(*FANGWURB.c, FANGWU.c.fwyt, LOUDONG.c.ldmc, XIAOQU.c.xqbh, XIAOQU.c.xqmc, CHUZUFANG.c.js, CHUZUFANG.c.mj)
        .select_from(
            FANGWURB.outerjoin(FANGWU, FANGWU.c.fwbh == FANGWURB.c.fwbh)
            .outerjoin(LOUDONG, LOUDONG.c.ldbh == FANGWU.c.ldbh)
            .outerjoin(XIAOQU, XIAOQU.c.xqbh == LOUDONG.c.xqbh)
            .outerjoin(CHUZUFANG, CHUZUFANG.c.fwbh == FANGWURB.c.fwbh)
        )
        .where(FANGWURB.c.id > cursor)
        .order_by(FANGWURB.c.id)
        .limit(PAGE)
    )


def police_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return select(*GATZ.c).where(GATZ.c.id > cursor).order_by(GATZ.c.id).limit(PAGE)


def read_dwelling(row: Row, now: datetime) -> tuple[datetime, DwellingState]:
    """The day is over at its end; what a report does not count stays unknown."""
    on = _day(row["rq"])
    if on is None or row["xqmc"] is None:
        raise RowError("bad_day" if on is None else "unknown_dwelling", f"房屋日报读不懂：{row['fwbh']} {row['rq']}")
    at = datetime.combine(on, time(23, 59), SHANGHAI)
    if at > now + timedelta(days=1):
        raise RowError("future_time", f"日期在未来：{row['rq']}")
    return at, DwellingState(
        dwelling_id=row["fwbh"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building=row["ldmc"],
        use=_USES.get(row["fwyt"], "unknown"),
        vacant=int(row["fwyt"] == "3"),
        registered=int(row["djrs"]),
        regular_persons=row["cgrs"],
        rooms=row["js"],
        area_m2=row["mj"],
        water_m3d=_use(row["ysl"], "用水"),
        power_kwhd=_use(row["ydl"], "用电"),
        at=at,
    )


def _use(value: Any, what: str) -> float | None:
    return None if value is None else number_of(value, "bad_value", what)


def read_police(row: Row, now: datetime) -> tuple[datetime, PoliceMatch]:
    """Columns that would say who it is are not read, and their table has none."""
    at = moment_of(row["fssj"], now)
    if not row["dd"] or not str(row["dj"]).isdigit() or int(row["dj"]) not in _LEVELS:
        raise RowError("bad_level", f"公安通知读不懂：等级 {row['dj']} 地点 {row['dd']}")
    return at, PoliceMatch(row["tzbh"], row["xqbh"], row["dd"], int(row["dj"]), at)


def normalise_dwellings(answer: Answer, now: datetime) -> Batch:
    numbered = _numbered(answer, "id")
    return normalise_rows("community_dwellings", "dwelling_state", read_dwelling, numbered, now)


def normalise_police(answer: Answer, now: datetime) -> Batch:
    numbered = _numbered(answer, "tzbh")
    return normalise_rows("community_police", "police_match", read_police, numbered, now)


def _numbered(answer: Answer, column: str) -> Answer:
    """Their number of a row under the name an event's number has."""
    return Answer({"rows": tuple({**row, "lsh": str(row[column])} for row in answer.rows["rows"])}, answer.cursor)
