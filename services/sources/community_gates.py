"""What the community's gates report: one passage an event, a read that repeats itself once.

A gate that stutters sends the same person, gate and direction again within seconds. The first read is the
passage; the others go to the quarantine as ``repeated_read``, for they would count as habits of a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, func, select

from services.domain.community_told import GatePassage, PersonCategory
from services.domain.event import Batch, Refused
from services.domain.timebase import local
from services.sources.asking import RowError
from services.sources.base import Fetch
from services.sources.community_events import PAGE, coded, moment, moment_of, normalise_rows
from services.sources.community_tables import FANGKE, LOUDONG, MENJIN, XIAOQU
from services.sources.community_upstream import Answer, Row, Upstream

SOURCE = "community_gates"
REPEAT = timedelta(seconds=10)  # [D] of one person at one gate in one direction
_CONTEXT = 500  # reads before the cursor that a repeat may follow

CATEGORIES = {
    "10": PersonCategory.RESIDENT,
    "20": PersonCategory.FLOATING,
    "30": PersonCategory.VISITOR,
    "40": PersonCategory.COURIER,
    "50": PersonCategory.PROPERTY,
    "99": PersonCategory.UNKNOWN,
}
DIRECTIONS = {"1": "in", "2": "out"}


def gates_after(cursor: int) -> Select[*tuple[Any, ...]]:
    # Of the visitors' names only the first character leaves their system.
    known_as = func.substr(FANGKE.c.xm, 1, 1)
    return (
        select(*MENJIN.c, XIAOQU.c.xqmc, LOUDONG.c.ldmc, known_as.label("xing"))
        .select_from(
            MENJIN.outerjoin(XIAOQU, XIAOQU.c.xqbh == MENJIN.c.xqbh)
            .outerjoin(LOUDONG, LOUDONG.c.ldbh == MENJIN.c.ldbh)
            .outerjoin(FANGKE, FANGKE.c.rybm == MENJIN.c.rybm)
        )
        .where(MENJIN.c.id > cursor)
        .order_by(MENJIN.c.id)
        .limit(PAGE)
    )


def reads_before(cursor: int) -> Select[*tuple[Any, ...]]:
    """The newest reads up to the cursor: what comes next may repeat one of them."""
    columns = (MENJIN.c.lsh, MENJIN.c.xqbh, MENJIN.c.mjmc, MENJIN.c.fx, MENJIN.c.rybm, MENJIN.c.txsj)
    return select(*columns).where(MENJIN.c.id <= cursor).order_by(MENJIN.c.id.desc()).limit(_CONTEXT)


def fetch_gates(upstream: Upstream) -> Fetch:
    """Rows after the cursor, at most a page of them; the cursor is the last row's number."""

    def fetch(cursor: str) -> Answer:
        last = int(cursor or 0)
        answer = upstream.ask(rows=gates_after(last), before=reads_before(last))
        found = answer.rows["rows"]
        return Answer(answer.rows, str(found[-1]["id"]) if found else cursor)

    return fetch


def normalise_gates(answer: Answer, now: datetime, repeat: timedelta = REPEAT) -> Batch:
    rows = answer.rows["rows"]
    again = set(_repeats((*answer.rows.get("before", ()), *rows), repeat))
    single = tuple(row for row in rows if row["lsh"] not in again)
    batch = normalise_rows(SOURCE, "gate_passage", read_passage, replace(answer, rows={"rows": single}), now)
    repeated = tuple(_refusal(row) for row in rows if row["lsh"] in again)
    return replace(batch, refused=(*batch.refused, *repeated))


def read_passage(row: Row, now: datetime) -> tuple[datetime, GatePassage]:
    at = moment_of(row["txsj"], now)
    if not row["mjmc"] or row["xqmc"] is None:
        raise RowError("unknown_gate", f"门禁不认识：{row['xqbh']} {row['mjmc']}")
    if not row["rybm"]:
        raise RowError("no_person", "没有人员别名")
    there = local(at)
    return at, GatePassage(
        passage_id=row["lsh"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        gate=row["mjmc"],
        direction=coded(DIRECTIONS, row["fx"], "bad_direction", "进出方向"),
        person_id=row["rybm"],
        category=_category(row),
        registered=int(bool(row["djbz"])),
        resident=int(bool(row["czbz"])),
        visitor=int(bool(row["fkbz"])),
        passed_at=at,
        building=row["ldmc"] or "",
        known_as=f"{row['xing']}*" if row["xing"] else "",
        local_hour=there.hour + there.minute / 60 + there.second / 3600,
        minor=_flag(row.get("wcnbz")),
        kin=_flag(row.get("qsbz")),
        protected=_flag(row.get("ghbz")),
        accompanied=_flag(row.get("txbz")),
    )


def _category(row: Row) -> str:
    """One the lists do not contradict: a resident who does not live there, somebody on no list who is on one."""
    category = coded(CATEGORIES, row["rylb"], "unknown_category", "人员类别")
    listed = bool(row["djbz"]) or bool(row["czbz"])
    if (category == PersonCategory.RESIDENT and not row["czbz"]) or (category == PersonCategory.UNKNOWN and listed):
        said = f"{row['rylb']} 登记 {row['djbz']} 常住 {row['czbz']}"
        raise RowError("impossible_category", f"人员类别与名单矛盾：{said}")
    return category


def _flag(value: Any) -> int | None:
    return None if value is None else int(bool(value))


def _repeats(rows: Iterable[Row], within: timedelta) -> Iterator[str]:
    """Numbers of the reads that follow one like them within so long, in a row however long."""
    last: dict[tuple[str, ...], tuple[datetime, str]] = {}
    for at, row in sorted(_dated(rows), key=lambda one: (one[0], one[1]["lsh"])):
        key = (row["xqbh"], row["mjmc"], row["fx"], row["rybm"])
        before = last.get(key)
        last[key] = at, row["lsh"]
        if before is not None and at - before[0] <= within and before[1] != row["lsh"]:
            yield row["lsh"]


def _dated(rows: Iterable[Row]) -> Iterator[tuple[datetime, Row]]:
    for row in rows:
        try:
            yield moment(str(row["txsj"])), row
        except ValueError:
            continue


def _refusal(row: Row) -> Refused:
    raw = json.dumps(row, ensure_ascii=False).encode()
    return Refused(SOURCE, "repeated_read", f"同一人同一门同向重复读卡：{row['mjmc']}", raw)


def normaliser(repeat: timedelta) -> partial[Batch]:
    return partial(normalise_gates, repeat=repeat)
