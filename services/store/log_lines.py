"""值班日志 as a query over the one log: nothing of it is kept a second time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, select

from services.domain.alert import Alert
from services.domain.happening import Happening
from services.domain.log_line import QUIET, QUIET_DEEDS, LogLine, line_of, line_of_deed
from services.store import codec, deeds, ledger
from services.store.schema import alert as alert_table
from services.store.schema import case_event

OTHERS = ("account", "audit")  # who came and went is the audit administrator's


def newest(connection: Connection, limit: int) -> tuple[LogLine, ...]:
    """The last entries of the log that officers may read, newest first."""
    query = select(case_event).where(
        case_event.c.stream.not_in(OTHERS), case_event.c.kind.not_in([*(kind.value for kind in QUIET), *QUIET_DEEDS])
    )
    found = connection.execute(query.order_by(case_event.c.seq.desc()).limit(limit)).all()
    titles = _titles(connection, {row.case_id for row in found if row.stream == ledger.ALERTS})
    return tuple(_line(row, titles) for row in found)


def _titles(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    bodies = connection.execute(select(alert_table.c.body).where(alert_table.c.id.in_(sorted(ids)))).scalars()
    return {alert.id: f"{alert.title} {alert.place}".strip() for alert in codec.decode_all(Alert, bodies)}


def _line(row: Row[Any], titles: dict[str, str]) -> LogLine:
    if row.stream == ledger.ALERTS:
        return line_of(codec.decode(Happening, row.body), row.seq, titles.get(row.case_id, ""))
    return line_of_deed(deeds.deed_of(row), row.seq)
