"""Reads the passages page by page, each page one range of the index of moments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from services.domain.officer import Officer
from services.domain.passage_page import PAGE_ROWS, PassagePage, page_asked
from services.store.events import event_table, records
from services.store.scoping import may_read, scope_for


def passage_page(connection: Connection, about: str, officer: Officer | None = None) -> PassagePage:
    """The page that was asked for; an empty one for an officer without the checkpoint scene."""
    if not may_read(scope_for(officer), "passages"):
        return PassagePage(())
    asked = page_asked(about)
    table: Any = event_table("passage").table.c
    if asked.older:
        beyond = and_(table.occurred_at == asked.at, table.passage_id < asked.passage_id)
        where = or_(table.occurred_at < asked.at, beyond) if asked.passage_id else table.occurred_at <= asked.at
        order = (table.occurred_at.desc(), table.passage_id.desc())
        bound = table.occurred_at <= asked.at
    else:
        beyond = and_(table.occurred_at == asked.at, table.passage_id > asked.passage_id)
        where = or_(table.occurred_at > asked.at, beyond)
        order = (table.occurred_at, table.passage_id)
        bound = table.occurred_at >= asked.at
    rows = records(connection, "passage", bound, where, order=order, limit=PAGE_ROWS)
    oldest, newest = (connection.execute(select(end(table.occurred_at))).scalar() for end in (func.min, func.max))
    return PassagePage(rows if asked.older else rows[::-1], oldest, newest)
