"""What rules in shadow find: rows to be counted and compared, never alerts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert

from services.domain.alert import Detection
from services.store import codec, rows
from services.store.schema import shadow

MOST = 1000  # rows of one rule an hour; what is beyond is counted
_HOUR = timedelta(hours=1)


class Shadows:
    """Writes within the transaction that stores the events."""

    def __init__(self) -> None:
        self._hours: dict[str, tuple[datetime, int]] = {}

    def keep(self, connection: Connection, found: Sequence[Detection], at: datetime) -> int:
        """Write them down; how many were left out."""
        kept = [detection for detection in found if self._has_room(detection.rule_id, at)]
        if kept:
            first = rows.take_numbers(connection, "shadow", len(kept))
            connection.execute(insert(shadow), [_row(first + i, found, at) for i, found in enumerate(kept)])
        return len(found) - len(kept)

    def _has_room(self, rule_id: str, at: datetime) -> bool:
        began, count = self._hours.get(rule_id, (at, 0))
        if not began <= at < began + _HOUR:
            began, count = at, 0
        self._hours[rule_id] = began, count + 1
        return count < MOST


def _row(number: int, found: Detection, at: datetime) -> dict[str, object]:
    return {
        "id": number,
        "rule_id": found.rule_id,
        "rule_version": found.rule_version,
        "key": found.key,
        "level": found.level,
        "occurred_at": found.occurred_at,
        "at": at,
        "body": codec.encode(found),
    }
