"""What the community's meters and gas sensors report, one event a report, read on from the last row number.

With each page come the reports around it, so that a counter is judged by its neighbours in time and not by
what happened to arrive before it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, case, func, select, union_all
from sqlalchemy.orm import aliased

from services.domain.community_told import MeterKind, MeterReading
from services.domain.event import Batch, Event, Refused
from services.domain.meter_events import GasReading
from services.domain.meter_settings import MeterSettings
from services.domain.meters import LOOK_BACK, Counted, Judged, course
from services.sources.asking import RowError
from services.sources.base import Fetch, Normalise
from services.sources.community_events import PAGE, coded, moment_of, number_of
from services.sources.community_tables import BIAOJI, CHAOBIAO, FANGWU, LOUDONG, RANQI, XIAOQU
from services.sources.community_upstream import Answer, Questions, Row, Upstream

METERS = {"1": MeterKind.WATER, "2": MeterKind.POWER, "3": MeterKind.GAS}
_SOURCE, _GAS = "community_meters", "community_gas"
_HIGHEST_LEL = 100.0


# ------------------------------------------------------------------------------------------- fetch


def _page(cursor: int) -> Select[*tuple[Any, ...]]:
    return select(CHAOBIAO).where(CHAOBIAO.c.id > cursor).order_by(CHAOBIAO.c.id).limit(PAGE)


def questions_after(cursor: int) -> Questions:
    """A page of readings with their meters, and every reading that is needed to judge them."""
    page = _page(cursor).cte("page")
    rows = (
        select(*page.c, BIAOJI.c.blx, BIAOJI.c.xqbh, BIAOJI.c.fwbh, FANGWU.c.ldbh)
        .select_from(
            page.outerjoin(BIAOJI, BIAOJI.c.bbh == page.c.bbh).outerjoin(FANGWU, FANGWU.c.fwbh == BIAOJI.c.fwbh)
        )
        .order_by(page.c.id)
    )
    return {"rows": rows, "around": _around(page)}


def _around(page: CTE) -> Select[*tuple[Any, ...]]:
    """Of each meter of the page: from a few readings before its earliest to two after its latest, and the one
    that arrived last before the page; as far as they had arrived."""
    first, last, latest = (
        select(found).scalar_subquery() for found in (func.min(page.c.id), func.max(page.c.id), func.max(page.c.cbsj))
    )
    ends = (
        select(page.c.bbh, func.min(page.c.cbsj).label("qi"), func.max(page.c.cbsj).label("zhi"))
        .group_by(page.c.bbh)
        .cte("ends")
    )
    told = aliased(CHAOBIAO, name="told")
    newest = (
        select(told.c.cbsj)
        .where(told.c.bbh == ends.c.bbh, told.c.id < first)
        .order_by(told.c.id.desc())
        .limit(1)
        .correlate(ends)
        .scalar_subquery()
    )
    spans = select(*ends.c, func.coalesce(newest, "").label("ys")).cte("spans").prefix_with("MATERIALIZED")
    # ``id + 0`` keeps databases from walking the index of arrivals where that of moments is meant.
    # No further than anything that arrived: else a long backlog would be walked to its end for each meter.
    until = case((spans.c.ys > latest, spans.c.ys), else_=latest)
    near = (
        select(
            spans.c.bbh,
            spans.c.ys,
            func.coalesce(_before(spans, last), "").label("qi"),
            func.coalesce(_after(spans, last, until, 2), _after(spans, last, until, 1), spans.c.zhi).label("zhi"),
        )
        .cte("near")
        .prefix_with("MATERIALIZED")
    )
    wanted = (CHAOBIAO.c.id, CHAOBIAO.c.lsh, CHAOBIAO.c.bbh, CHAOBIAO.c.cbsj, CHAOBIAO.c.ljz, CHAOBIAO.c.ccbh)
    found = (
        select(*wanted).select_from(near.join(CHAOBIAO, CHAOBIAO.c.bbh == near.c.bbh)).where(CHAOBIAO.c.id + 0 <= last)
    )
    between = found.where(CHAOBIAO.c.cbsj >= near.c.qi, CHAOBIAO.c.cbsj <= near.c.zhi)
    both = union_all(between, found.where(CHAOBIAO.c.cbsj == near.c.ys)).subquery()
    return select(*both.c)


def _before(spans: CTE, last: ScalarSelect[Any]) -> ScalarSelect[Any]:
    """The moment of the reading that is ``LOOK_BACK`` before the page's first."""
    other = aliased(CHAOBIAO, name="earlier")
    found = select(other.c.cbsj).where(other.c.bbh == spans.c.bbh, other.c.cbsj < spans.c.qi, other.c.id + 0 <= last)
    nth = found.order_by(other.c.cbsj.desc()).limit(1).offset(LOOK_BACK - 1)
    return nth.correlate(spans).scalar_subquery()


def _after(spans: CTE, last: ScalarSelect[Any], until: ColumnElement[Any], n: int) -> ScalarSelect[Any]:
    """The moment of the n-th reading after the page's last."""
    other = aliased(CHAOBIAO, name=f"later_{n}")
    found = select(other.c.cbsj).where(
        other.c.bbh == spans.c.bbh, other.c.cbsj > spans.c.zhi, other.c.cbsj <= until, other.c.id + 0 <= last
    )
    return found.order_by(other.c.cbsj).limit(1).offset(n - 1).correlate(spans).scalar_subquery()


def gas_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return (
        select(*RANQI.c, XIAOQU.c.xqmc, LOUDONG.c.ldmc)
        .select_from(
            RANQI.outerjoin(XIAOQU, XIAOQU.c.xqbh == RANQI.c.xqbh).outerjoin(LOUDONG, LOUDONG.c.ldbh == RANQI.c.ldbh)
        )
        .where(RANQI.c.id > cursor)
        .order_by(RANQI.c.id)
        .limit(PAGE)
    )


def fetch_readings(upstream: Upstream) -> Fetch:
    """The cursor is the last row's number."""

    def fetch(cursor: str) -> Answer:
        rows = dict(upstream.ask(**questions_after(int(cursor or 0))).rows)
        return Answer(rows, str(rows["rows"][-1]["id"]) if rows["rows"] else cursor)

    return fetch


# --------------------------------------------------------------------------------------- normalise


def reading_normaliser(settings: MeterSettings) -> Normalise:
    """Readings into events by these settings; one that cannot be becomes a refused record with its reason."""
    return partial(_normalise, settings)


def _normalise(settings: MeterSettings, answer: Answer, now: datetime) -> Batch:
    refused: list[Refused] = []
    fresh: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in answer.rows["rows"]:
        try:
            _check(row, now)
        except RowError as why:
            refused.append(_refused(_SOURCE, row, why.reason, str(why)))
        else:
            fresh[str(row["bbh"])][int(row["id"])] = row
    near: dict[str, list[Row]] = defaultdict(list)
    for row in answer.rows["around"]:
        near[str(row["bbh"])].append(row)
    events: list[Event] = []
    for meter, rows in fresh.items():
        for judged in _judge(settings, rows, near[meter], now):
            row = rows[judged.counted.number]
            if judged.refused:
                refused.append(_refused(_SOURCE, row, judged.refused, judged.detail))
            else:
                events.append(_event(row, judged))
    events.sort(key=lambda event: event.occurred_at)
    return Batch(events=tuple(events), refused=tuple(refused), cursor=answer.cursor)


def _check(row: Row, now: datetime) -> None:
    """Raises RowError for what no neighbour is needed to refuse."""
    moment_of(row["cbsj"], now)
    if row["blx"] is None:
        raise RowError("unknown_meter", f"表计不认识：{row['bbh']}")
    coded(METERS, row["blx"], "unknown_kind", "表类型")
    number_of(row["ljz"], "bad_value", "累计值")


def _judge(settings: MeterSettings, rows: dict[int, Row], near: Iterable[Row], now: datetime) -> list[Judged]:
    first = next(iter(rows.values()))
    ability = settings.ability(METERS[first["blx"]], is_main=not first["fwbh"])
    reports = {number: _counted(row, now) for number, row in rows.items()}
    for row in near:
        number = int(row["id"])
        try:
            if number not in reports:
                number_of(row["ljz"], "bad_value", "累计值")
                reports[number] = _counted(row, now)
        except RowError:
            continue  # refused when it came
    return course(tuple(reports.values()), rows.keys(), ability)


def _counted(row: Row, now: datetime) -> Counted:
    at = moment_of(row["cbsj"], now)
    return Counted(int(row["id"]), str(row["lsh"]), at, float(row["ljz"]), str(row.get("ccbh") or ""))


def _event(row: Row, judged: Judged) -> Event:
    record = MeterReading(
        reading_id=row["lsh"],
        meter_id=row["bbh"],
        meter_kind=METERS[row["blx"]],
        read_at=judged.counted.at,
        cum_value=judged.counted.value,
        unit=row["dw"],
        dwelling_id=row["fwbh"] or "",
        estate_id=row["xqbh"] or "",
        used=judged.used,
        minutes=judged.minutes,
        mark=judged.mark,
        building_id=row["ldbh"] or "",
    )
    return Event(_SOURCE, row["lsh"], "meter_reading", judged.counted.at, record, _raw(row))


def read_gas(row: Row, now: datetime) -> Event:
    """Raises RowError."""
    at = moment_of(row["sbsj"], now)
    if not row["sbbh"] or row["xqmc"] is None:
        raise RowError("unknown_sensor", f"燃气探测器不认识：{row['sbbh']} {row['xqbh']}")
    lel = number_of(row["nd"], "bad_value", "浓度")
    if lel > _HIGHEST_LEL:
        raise RowError("bad_value", f"浓度超过 100 % LEL：{lel:g}")
    place = f"{row['xqmc']} {row['ldmc'] or ''}".strip()
    record = GasReading(row["lsh"], row["sbbh"], lel, row["xqbh"], row["ldbh"] or "", row["fwbh"] or "", at, place)
    return Event(_GAS, row["lsh"], "gas_reading", at, record, _raw(row))


def normalise_gas(answer: Answer, now: datetime) -> Batch:
    events, refused = _each(answer.rows["rows"], lambda row: read_gas(row, now))
    return Batch(events=events, refused=refused, cursor=answer.cursor)


def _each(rows: Iterable[Row], read: Callable[[Row], Event]) -> tuple[tuple[Event, ...], tuple[Refused, ...]]:
    events: list[Event] = []
    refused: list[Refused] = []
    for row in rows:
        try:
            events.append(read(row))
        except RowError as why:
            refused.append(_refused(_GAS, row, why.reason, str(why)))
    return tuple(events), tuple(refused)


def _refused(source: str, row: Row, reason: str, detail: str) -> Refused:
    return Refused(source, reason, detail, _raw(row))


def _raw(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()
