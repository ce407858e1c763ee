"""Finds past cases like one alert with three looks at indexes, whatever the history holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.sql.selectable import Select

from services.domain.alert import Alert, Work
from services.domain.officer import Officer
from services.domain.scope import scope_of
from services.domain.similar import SimilarCase, similar
from services.store import cases, codec
from services.store.schema import alert as alert_table
from services.store.schema import alert_link

NEWEST = 200  # of the rule's closed alerts
OF_SUBJECT = 50  # of those about the same thing

_ENDED = alert_table.c.work.in_([Work.CLOSED, Work.ARCHIVED])


def similar_to(connection: Connection, alert_id: str, officer: Officer | None = None) -> tuple[SimilarCase, ...]:
    """The nearest closed alerts of the same rule that the officer may see; empty for an unknown alert."""
    alert = cases.read_one(connection, alert_id)
    if alert is None:
        return ()
    scope = scope_of(officer) if officer is not None else None
    found = chain.from_iterable(_read(connection, query) for query in _queries(alert))
    return similar(alert, (one for one in found if scope is None or scope.sees(one)))


def _queries(alert: Alert) -> Iterator[Select[Any]]:
    ended = select(alert_table.c.body).where(_ENDED, alert_table.c.ended_at.is_not(None))
    newest = alert_table.c.ended_at.desc()
    of_rule = alert_table.c.rule_id == alert.rule_id
    yield ended.where(of_rule).order_by(newest).limit(NEWEST)
    if alert.subject_id:
        of_subject = (alert_table.c.subject_kind == alert.subject_kind, alert_table.c.subject_id == alert.subject_id)
        yield ended.where(*of_subject).order_by(newest).limit(OF_SUBJECT)
    if alert.links:
        hang = select(alert_link.c.alert_id).where(alert_link.c.link.in_(alert.links))
        hang = hang.order_by(alert_link.c.at.desc()).limit(OF_SUBJECT)
        yield ended.where(alert_table.c.id.in_(hang))


def _read(connection: Connection, query: Select[Any]) -> tuple[Alert, ...]:
    return codec.decode_all(Alert, connection.execute(query).scalars())
