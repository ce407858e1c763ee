"""What a package of evidence is made of, read in one view of the store: the case as it stood at one row of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from services.domain import life
from services.domain.alert import Alert
from services.domain.happening import Happening
from services.domain.passage import Passage
from services.store import codec, deeds, ledger
from services.store.schema import EVENT_TABLES, case_event, casework, inbox
from services.store.streams import STREAMS


@dataclass(frozen=True, slots=True)
class CaseFile:
    """``rows`` are those of the log that are about the alert and its cases, oldest first; ``alert`` and
    ``cases`` are what they make. ``passages`` are the ones the rule rested on and no other; ``gone`` counts
    those that are no longer kept."""

    alert: Alert
    cases: tuple[Any, ...]
    rows: tuple[Row[Any], ...]
    passages: tuple[Passage, ...]
    gone: int

    @property
    def last(self) -> Row[Any]:
        return self.rows[-1]


def case_file(connection: Connection, alert_id: str, up_to: int = 0) -> CaseFile | None:
    """None for an unknown alert. ``up_to`` is the last row of the log to be looked at; 0 is all."""
    about = [alert_id, *_cases_about(connection, alert_id)]
    within = (case_event.c.seq <= up_to,) if up_to else ()
    query = select(case_event).where(case_event.c.case_id.in_(about), *within).order_by(case_event.c.seq)
    rows = tuple(connection.execute(query).all())
    alert: Alert | None = None
    cases: dict[str, Any] = {}
    for row in rows:
        if row.stream == ledger.ALERTS:
            alert = life.evolve(alert, codec.decode(Happening, row.body))
        else:
            deed = deeds.deed_of(row)
            cases[deed.case_id] = STREAMS[deed.stream].evolve(cases.get(deed.case_id), deed)
    if alert is None:
        return None
    passages = _passages(connection, alert.event_ids)
    return CaseFile(alert, tuple(cases.values()), rows, passages, _how_many_gone(connection, alert.event_ids))


def _cases_about(connection: Connection, alert_id: str) -> Sequence[str]:
    """The numbers of the cases of streams whose record names the alert as theirs."""
    named = casework.c.body.contains(f'"alert_id":"{alert_id}"', autoescape=True)
    return connection.execute(select(casework.c.case_id).where(named).order_by(casework.c.case_id)).scalars().all()


def _passages(connection: Connection, event_ids: Sequence[str]) -> tuple[Passage, ...]:
    spec = EVENT_TABLES["passage"]
    columns = [spec.table.c[field] for field in Passage.__dataclass_fields__]
    query = select(*columns).join(inbox, inbox.c.seq == spec.table.c.seq)
    query = query.where(inbox.c.kind == "passage", inbox.c.event_id.in_(event_ids))
    rows = connection.execute(query.order_by(spec.table.c.occurred_at, spec.table.c.seq)).all()
    return tuple(Passage(*row) for row in rows)


def _how_many_gone(connection: Connection, event_ids: Sequence[str]) -> int:
    """Of the events the alert rests on, those that were let go of."""
    known = select(func.count(inbox.c.event_id.distinct())).where(inbox.c.event_id.in_(event_ids))
    return len(set(event_ids)) - connection.execute(known).scalar_one()
