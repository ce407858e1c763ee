"""Which old passages of a gate stay: those of a person whose case is open, and of nobody else.

A track without a hit goes whole when its time is over; no statistics by person are made of it, for nobody needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, true

from services.domain import residence
from services.store import casework
from services.store.schema import EVENT_TABLES
from services.store.schema import alert as alert_table

SCENE = "community"


class GateTracks:
    """What the sweep asks of ``gate_passage`` before it lets rows go."""

    def __init__(self) -> None:
        table = EVENT_TABLES["gate_passage"].table
        self.columns = (table.c.person_id, table.c.estate_id)

    def is_ready(self, connection: Connection, most: int) -> bool:
        return True

    def leaving(self, connection: Connection, old: Sequence[Any], at: datetime) -> Sequence[Any]:
        held = _held(connection) if old else frozenset()
        return [row for row in old if f"{row.estate_id}|{row.person_id}" not in held]


def _held(connection: Connection) -> frozenset[str]:
    """``estate|person`` of every open alert about one, and of every verification under way."""
    keys = connection.execute(
        select(alert_table.c.key).where(alert_table.c.is_open == true(), alert_table.c.scene == SCENE)
    ).scalars()
    of_alerts = (key.partition("|")[2] for key in keys)
    of_cases = (case.person_key for case in casework.open_by_id(connection, residence.NAME))
    return frozenset((*of_alerts, *of_cases))
