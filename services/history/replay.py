"""Kinds without SQL: the exported events once through the rule's own detector, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import duckdb

from services.domain.condition import Sort
from services.domain.detect import detector
from services.domain.detector import Listed
from services.domain.event import Event
from services.domain.rule import Found, Rule
from services.domain.rule_check import NOTHING_BEFORE, told
from services.history.dialect import names
from services.store.columns import from_micros, to_micros

_PART = 10_000  # events in memory at once

Hit = tuple[int, int]  # number of the event, microseconds when it was told


def replayed(duck: duckdb.DuckDBPyConnection, rule: Rule, listed: Listed) -> list[Hit]:
    """Every hit the online detector tells of ``events``, and by the clock each time the feed moves on."""
    online = detector(rule, NOTHING_BEFORE, listed)
    numbers: dict[tuple[str, str], int] = {}
    hits: list[Hit] = []
    for number, event in _events(duck, rule):
        numbers[event.source, event.event_id] = number
        for due in online.due(event.occurred_at):
            if not isinstance(due, Found):
                continue
            hits.append((numbers[due.event.source, due.event.event_id], to_micros(event.occurred_at)))
        for outcome in told(rule, online, event):
            if isinstance(outcome, Found):
                end = outcome.event
                hits.append((numbers[end.source, end.event_id], to_micros(end.occurred_at)))
    return hits


def _events(duck: duckdb.DuckDBPyConnection, rule: Rule) -> Iterator[tuple[int, Event]]:
    columns = tuple(rule.columns)
    query = f'SELECT "_seq", "_at", "_source", "_id", {names(columns)} FROM events ORDER BY "_at", "_n"'
    moments = [name for name, sort in rule.columns.items() if sort is Sort.TIME]
    reader = duck.cursor()
    reader.execute(query)
    while part := reader.fetchmany(_PART):
        for number, at, source, event_id, *values in part:
            record = dict(zip(columns, values, strict=True))
            for name in moments:
                record[name] = None if record[name] is None else from_micros(record[name])
            yield number, Event(source, event_id, rule.event, from_micros(at), SimpleNamespace(**record))
