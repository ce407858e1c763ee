"""Alerts of all time, filtered, sorted and paged by the database.

The filters and the order look at columns that one index holds (``ix_alert_find``), so that the bodies
of the page alone are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from services.domain.alert import Alert, Work
from services.domain.scope import Scope
from services.domain.search import AlertOrder, AlertSearch, Found
from services.store import codec, scoping
from services.store.schema import alert

MOST = 1_000  # alerts of one page

_WORK = case({work.value: place for place, work in enumerate(Work)}, value=alert.c.work)
_FIRST: dict[AlertOrder, tuple[ColumnElement[Any], ...]] = {
    AlertOrder.NEWEST: (),
    AlertOrder.OLDEST: (alert.c.raised_at.asc(), alert.c.id.asc()),
    AlertOrder.LEVEL: (alert.c.level.desc(),),
    AlertOrder.WORK: (_WORK,),
    AlertOrder.DEPARTMENT: (alert.c.department.asc(),),
    AlertOrder.RULE: (alert.c.rule_id.asc(),),
}


def find(
    connection: Connection,
    search: AlertSearch,
    order: AlertOrder,
    limit: int,
    offset: int,
    scope: Scope | None,
) -> Found:
    """At most ``MOST`` a page, and only what the scope sees. In a department's scope ``total`` may count
    a few that name it without being its own."""
    where = and_(scoping.condition(scope, alert), *_filters(search))
    total = connection.execute(select(func.count()).select_from(alert).where(where)).scalar_one()
    page = select(alert.c.id).where(where).order_by(*_FIRST[order], alert.c.raised_at.desc(), alert.c.id.desc())
    names = connection.execute(page.limit(max(0, min(limit, MOST))).offset(max(0, offset))).scalars().all()
    bodies: dict[str, str] = {}
    if names:
        of_page = select(alert.c.id, alert.c.body).where(alert.c.id.in_(names))
        bodies = {row.id: row.body for row in connection.execute(of_page)}
    page_of = codec.decode_all(Alert, [bodies[name] for name in names])
    return Found(int(total), page_of if scope is None else tuple(filter(scope.sees, page_of)))


def _filters(search: AlertSearch) -> Iterator[ColumnElement[bool]]:
    for column, wanted in (
        (alert.c.scene, search.scenes),
        (alert.c.level, search.levels),
        (alert.c.work, search.works),
        (alert.c.rule_id, search.rule_ids),
        (alert.c.department, search.departments),
    ):
        if wanted:
            yield column.in_(wanted)
    for column, value in (
        (alert.c.ack, search.ack),
        (alert.c.is_open, search.is_open),
        (alert.c.subject_kind, search.subject_kind or None),
        (alert.c.subject_id, search.subject_id or None),
    ):
        if value is not None:
            yield column == value
    if search.grid:
        yield alert.c.grid_code.startswith(search.grid, autoescape=True)
    if search.since is not None:
        yield alert.c.raised_at >= search.since
    if search.before is not None:
        yield alert.c.raised_at < search.before
    if search.text:
        named = (alert.c.id, alert.c.key, alert.c.subject_id)
        yield or_(*(column.contains(search.text, autoescape=True) for column in named))
