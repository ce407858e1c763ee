"""Notes on every order which of its vehicle's passages stand in an alert: the order's 命中记录."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, true

from services.domain.alert import Alert
from services.domain.kinds import WatchList
from services.domain.officer import ENGINE
from services.domain.passage import Passage
from services.domain.plate_pattern import readings
from services.domain.rule import Rule
from services.domain.watch_order import NAME, WatchOrder
from services.domain.watch_order_steps import NoteHit
from services.domain.watchlist import WatchKind
from services.store import casework, codec
from services.store.errors import StoreError
from services.store.passages import passages_of_plate
from services.store.schema import alert as alert_table
from services.store.schema import change
from services.store.store import Store
from services.store.streams import STREAMS

log = logging.getLogger(__name__)

EVERY_S = 1.0
ENDED_LATELY = timedelta(days=1)
_MARKS = select(change.c.seq).where(change.c.topic.in_(("alerts", STREAMS[NAME].topic))).order_by(change.c.topic)


class WatchHits:
    """Looks when alerts or orders have changed. What a stop left out is noted at the next look: the
    passages of an alert are compared with those the order has. Says once when the store does not answer."""

    def __init__(self, store: Store, rules: Callable[[], Iterable[Rule]]) -> None:
        self._store = store
        self._rules = rules
        self._seen: tuple[int, ...] = ()
        self._failing = False

    def tick(self, now: datetime) -> None:
        try:
            self._look(now)
        except StoreError as why:
            if not self._failing:
                log.warning("hits of watch orders wait for the store: %s", why)
            self._failing = True
            return
        if self._failing:
            log.info("hits of watch orders are noted again")
        self._failing = False

    def _look(self, now: datetime) -> None:
        with self._store.read() as reader:
            seen = tuple(reader.execute(_MARKS).scalars())
            if seen == self._seen:
                return
            found = [*hits(reader, tuple(_watching(self._rules())), now)]
        done = [self._store.perform(hit, ENGINE, now).done for hit in found]
        self._seen = seen if all(done) else ()


def _watching(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule.detect, WatchList) and rule.detect.list == WatchKind.VEHICLES:
            yield rule.id


def hits(reader: Connection, rule_ids: tuple[str, ...], now: datetime) -> Iterator[NoteHit]:
    """What is to be noted: each order's passages of an alert that it does not have yet."""
    for order in casework.shown(reader, STREAMS[NAME], now):
        if order.kind is WatchKind.VEHICLES and order.valid_from is not None and order.valid_until is not None:
            version = order.version
            for alert, passage in _hits_of(reader, order, rule_ids, now):
                yield NoteHit(
                    case_id=order.id,
                    expected_version=version,
                    alert_id=alert.id,
                    passage_id=passage.passage_id,
                    checkpoint_id=passage.checkpoint_id,
                    checkpoint_name=passage.checkpoint_name,
                    passed_at=passage.passed_at,
                )
                version += 1


def _hits_of(
    reader: Connection, order: WatchOrder, rule_ids: tuple[str, ...], now: datetime
) -> Iterator[tuple[Alert, Passage]]:
    assert order.valid_from is not None and order.valid_until is not None
    until = min(order.valid_until, order.ended_at or order.valid_until)
    told: set[str] = set()
    for alert in _alerts(reader, order, rule_ids, now):
        plate = alert.key.rpartition("|")[2]
        for passage in passages_of_plate(reader, plate, order.valid_from, until):
            known = order.noted(passage.passage_id) or passage.passage_id in told
            if not known and passage.passage_id in alert.event_ids and order.covers(passage.checkpoint_id):
                told.add(passage.passage_id)
                yield alert, passage


def _alerts(reader: Connection, order: WatchOrder, rule_ids: tuple[str, ...], now: datetime) -> tuple[Alert, ...]:
    keys = [f"{rule_id}|{plate}" for plate in readings(order.plate_no) for rule_id in rule_ids]
    lately = or_(alert_table.c.is_open == true(), alert_table.c.ended_at > now - ENDED_LATELY)
    query = select(alert_table.c.body).where(alert_table.c.key.in_(keys), lately).order_by(alert_table.c.raised_at)
    return codec.decode_all(Alert, reader.execute(query).scalars())
