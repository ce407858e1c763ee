"""What the store holds of the past, as the detectors of one rule ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.sql.selectable import Select

from services.domain.condition import fields_of
from services.domain.detector import Key, Past
from services.domain.event import Event
from services.domain.kinds import Band, Follow
from services.domain.logic import Truth
from services.domain.rule import Rule
from services.store.events import event_table
from services.store.schema import inbox

_MANY = 400  # keys asked for in one query

Reader = Callable[[], Connection | None]  # the transaction under way; None outside one


def past_of(rule: Rule, reader: Reader) -> Past:
    asked = _Asked(rule, reader)
    return Past(
        asked.seed, asked.latest, asked.newest, asked.seeds, asked.between, asked.since, asked.answers, asked.after
    )


class _Asked:
    """Every answer is empty outside a transaction. Rows are read with the columns the rule names."""

    def __init__(self, rule: Rule, reader: Reader) -> None:
        self._rule = rule
        self._reader = reader
        self._by: Sequence[str] = getattr(rule.detect, "by", ())

    def seed(self, key: Key, since: datetime) -> Iterator[Event]:
        """The stored events of one key that met ``where`` or ``clear``, newest first."""
        table = event_table(self._rule.event).table
        equal = [table.c[name] == value for name, value in zip(self._by, key, strict=True)]
        query = _events(self._rule.event).where(table.c.occurred_at >= since, *equal)
        return self._met(query.order_by(table.c.occurred_at.desc()))

    def seeds(self, keys: Sequence[Key], since: datetime) -> Mapping[Key, Sequence[Event]]:
        """The same of many keys, with one query for some hundred of them."""
        table = event_table(self._rule.event).table
        wanted = set(keys)
        found: dict[Key, list[Event]] = {}
        firsts = list({key[0] for key in keys})
        for start in range(0, len(firsts), _MANY):
            some = table.c[self._by[0]].in_(firsts[start : start + _MANY])
            for event in self._met(_events(self._rule.event).where(table.c.occurred_at >= since, some)):
                key = tuple(getattr(event.record, name) for name in self._by)
                if key in wanted:
                    found.setdefault(key, []).append(event)
        return found

    def latest(self, since: datetime) -> Iterator[Event]:
        """The newest stored event that met ``where`` of each key heard since then."""
        reader = self._reader()
        if reader is None:
            return
        table = event_table(self._rule.event).table
        columns = [table.c[name] for name in self._by]
        heard = select(*columns).where(table.c.occurred_at >= since, *(c.is_not(None) for c in columns)).distinct()
        for key in reader.execute(heard).all():
            newest = next(self.seed(tuple(key), since), None)
            if newest is not None:
                yield newest

    def newest(self) -> datetime | None:
        reader = self._reader()
        if reader is None:
            return None
        detect = self._rule.detect
        kinds = {self._rule.event, detect.event} if isinstance(detect, Follow) else {self._rule.event}
        tables = [event_table(kind).table for kind in kinds]
        moments = [reader.execute(select(func.max(table.c.occurred_at))).scalar() for table in tables]
        return max((moment for moment in moments if moment is not None), default=None)

    def between(self, key: Key, since: datetime, until: datetime) -> Iterator[Any]:
        """The records of one key that met ``where``, with no more columns than a band needs."""
        detect, reader, rule = self._rule.detect, self._reader(), self._rule
        if reader is None or not isinstance(detect, Band):
            return
        table = event_table(rule.event).table
        conditions = f"{rule.where} AND ({rule.unless})" if rule.unless else rule.where
        names = {*fields_of(conditions), *([detect.column] if detect.column else ()), self._by[0]}
        equal = [table.c[name] == value for name, value in zip(self._by, key, strict=True)]
        query = select(*(table.c[name] for name in names)).where(
            table.c.occurred_at >= since, table.c.occurred_at < until, *equal
        )
        for row in reader.execute(query):
            if rule.matches(row) is True:
                yield row

    def since(self, since: datetime) -> Iterable[Event]:
        table = event_table(self._rule.event).table
        return self._those(self._rule.event, table.c.occurred_at >= since, self._rule.matches)

    def answers(self, since: datetime) -> Iterable[Event]:
        detect = self._rule.detect
        if not isinstance(detect, Follow):
            return ()
        table = event_table(detect.event).table
        return self._those(detect.event, table.c.occurred_at >= since, detect.holds)

    def after(self, event: Event, most: int) -> int:
        """Counted by the numbers given in the order of arrival."""
        reader = self._reader()
        if reader is None:
            return 0
        own = select(inbox.c.seq).where(inbox.c.source == event.source, inbox.c.event_id == event.event_id)
        seq = event_table(self._rule.event).table.c.seq
        later = select(seq).where(seq > own.scalar_subquery()).limit(most).subquery()
        return reader.execute(select(func.count()).select_from(later)).scalar() or 0

    def _met(self, query: Select[Any, Any, Any]) -> Iterator[Event]:
        rule, clears = self._rule, self._rule.clears
        for event in self._read(query, rule.event):
            if rule.matches(event.record) is True or (clears is not None and clears(event.record) is True):
                yield event

    def _those(self, kind: str, where: Any, holds: Truth) -> Iterator[Event]:
        return (event for event in self._read(_events(kind).where(where), kind) if holds(event.record) is True)

    def _read(self, query: Select[Any, Any, Any], kind: str) -> Iterator[Event]:
        reader = self._reader()
        if reader is None:
            return
        record_type = event_table(kind).record
        names = tuple(record_type.__dataclass_fields__)
        for row in reader.execute(query).mappings():
            record = record_type(**{name: row[name] for name in names})
            yield Event(row["of_source"], row["of_event"], kind, row["occurred_at"], record)


def _events(kind: str) -> Select[Any, Any, Any]:
    table = event_table(kind).table
    return select(table, inbox.c.source.label("of_source"), inbox.c.event_id.label("of_event")).join(
        inbox, inbox.c.seq == table.c.seq
    )
