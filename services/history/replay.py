"""Kinds without SQL: the exported events once through the rule's own detector, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
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
    numbers: dict[tuple[str, str], int] = {}
    hits: list[Hit] = []
    for number, event, outcomes in _told(duck, rule, listed, "events"):
        numbers[event.source, event.event_id] = number
        for found, at in outcomes:
            hits.append((numbers[found.event.source, found.event.event_id], to_micros(at)))
    return hits


def found_in(duck: duckdb.DuckDBPyConnection, rule: Rule, listed: Listed, table: str = "events") -> Iterator[Found]:
    """The same hits with their figures, of a table like ``events``."""
    return (found for _, _, outcomes in _told(duck, rule, listed, table) for found, _ in outcomes)


def _told(
    duck: duckdb.DuckDBPyConnection, rule: Rule, listed: Listed, table: str
) -> Iterator[tuple[int, Event, list[tuple[Found, datetime]]]]:
    """Each event with its number, and what is told when it comes, with the moment of that."""
    online = detector(rule, NOTHING_BEFORE, listed)
    for number, event in _events(duck, rule, table):
        by_clock = [(due, event.occurred_at) for due in online.due(event.occurred_at) if isinstance(due, Found)]
        by_event = [(hit, hit.event.occurred_at) for hit in told(rule, online, event) if isinstance(hit, Found)]
        yield number, event, [*by_clock, *by_event]


def _events(duck: duckdb.DuckDBPyConnection, rule: Rule, table: str) -> Iterator[tuple[int, Event]]:
    columns = tuple(rule.columns)
    query = f'SELECT "_seq", "_at", "_source", "_id", {names(columns)} FROM {table} ORDER BY "_at", "_n"'
    moments = [name for name, sort in rule.columns.items() if sort is Sort.TIME]
    reader = duck.cursor()
    reader.execute(query)
    while part := reader.fetchmany(_PART):
        for number, at, source, event_id, *values in part:
            record = dict(zip(columns, values, strict=True))
            for name in moments:
                record[name] = None if record[name] is None else from_micros(record[name])
            yield number, Event(source, event_id, rule.event, from_micros(at), SimpleNamespace(**record))
