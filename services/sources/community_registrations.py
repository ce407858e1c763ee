"""Residence registrations that fall due, are renewed, are cancelled or stand for a home where nobody is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select

from services.domain.event import Batch, Event, Refused
from services.domain.people_events import RegistrationDue
from services.domain.timebase import SHANGHAI, local
from services.sources.asking import RowError
from services.sources.base import Fetch
from services.sources.community_let_tables import JUZHUDENGJI
from services.sources.community_tables import FANGWU, LOUDONG, XIAOQU
from services.sources.community_upstream import Answer, Row, Upstream

STEPS = (30, 7)  # days before its end at which a registration is told
IDLE_DAYS = 45
_OPENS = time(9)  # the hour of day at which what falls due that day is told


def day_of(digits: Any) -> date | None:
    """Of eight digits; None for none. Raises RowError for a day that is none."""
    if not digits:
        return None
    try:
        return datetime.strptime(str(digits), "%Y%m%d").date()  # noqa: DTZ007 - a day of their calendar
    except ValueError:
        raise RowError("bad_day", f"日期不可能：{digits}") from None


def _morning(on: date) -> datetime:
    return datetime.combine(on, _OPENS, SHANGHAI)


def fetch_registrations(upstream: Upstream, now: Callable[[], datetime]) -> Fetch:
    """What came to a step of its time, was renewed or cancelled since the day of the cursor."""

    def fetch(cursor: str) -> Answer:
        today = local(now()).date()
        since = day_of(cursor) or today - timedelta(days=STEPS[0])
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
    since = day_of(answer.only("since")["day"])
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
    ends = day_of(row["dqrq"])
    if ends is None:
        raise RowError("bad_day", "没有到期日")
    cancelled, renewed, idle = day_of(row["zxrq"]), day_of(row["xqrq"]), row["wsts"]
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
