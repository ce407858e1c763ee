"""What officers found out about a rule's alerts, as the alert table holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from services.domain.alert import Alert
from services.domain.backtest import Judged
from services.domain.timebase import local
from services.store import codec
from services.store.schema import alert as alert_table

ELSEWHERE = timedelta(days=30)  # [D] how long after a lost case another rule's alert still counts as finding it


def alerts_of(reader: Connection, rule_id: str, since: datetime, until: datetime) -> tuple[Alert, ...]:
    """Every alert of a rule that occurred in the span, judged or not."""
    bodies = select(alert_table.c.body).where(
        alert_table.c.rule_id == rule_id, alert_table.c.raised_at >= since - timedelta(days=1)
    )
    alerts = codec.decode_all(Alert, reader.execute(bodies).scalars())
    return tuple(alert for alert in alerts if since <= alert.occurred_at < until)


def judged(alerts: Iterable[Alert]) -> tuple[Judged, ...]:
    """The verdicts among them, oldest first."""
    cases = [
        Judged(
            alert.id,
            alert.key,
            alert.occurred_at,
            alert.verdict,
            alert.place,
            alert.wall_subject,
            alert.disposition,
            alert.false_reason,
            alert.rule_version,
            tuple((parameter.label, parameter.value) for parameter in alert.parameters),
        )
        for alert in alerts
        if alert.verdict is not None
    ]
    return tuple(sorted(cases, key=lambda case: (case.at, case.alert_id)))


def found_elsewhere(reader: Connection, rule_id: str, lost: Sequence[Judged]) -> tuple[Judged, ...]:
    """The lost cases, each with the other rule that raised the same matter within ``ELSEWHERE`` after it.

    The same matter is the same key but for the rule's id.
    """
    return tuple(replace(case, found_by=_found_by(reader, rule_id, case)) for case in lost)


def _found_by(reader: Connection, rule_id: str, case: Judged) -> str:
    matter = case.key.partition("|")[2]
    others = (
        select(alert_table.c.rule_id, alert_table.c.raised_at)
        .where(
            alert_table.c.key.endswith(f"|{matter}", autoescape=True),
            alert_table.c.rule_id != rule_id,
            alert_table.c.raised_at >= case.at,
            alert_table.c.raised_at < case.at + ELSEWHERE,
        )
        .order_by(alert_table.c.raised_at)
        .limit(1)
    )
    found = reader.execute(others).first() if matter else None
    if found is None:
        return ""
    days = (local(found.raised_at).date() - local(case.at).date()).days
    return f"{found.rule_id} {_later(days)}"


def _later(days: int) -> str:
    return "当日" if days == 0 else "次日" if days == 1 else f"{days} 日后"
