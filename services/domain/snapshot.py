"""What a topic last told us, and how much to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

Record = TypeVar("Record")


class Quality(StrEnum):
    """How far a reader may rely on a snapshot."""

    WAITING = "waiting"  # nothing has arrived yet
    GOOD = "good"
    STALE = "stale"  # the last fetch failed or is overdue; these are the records from before it


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[Record]):
    """All records of one topic, as of one moment. Never mutated, so never locked."""

    topic: str
    records: Sequence[Record] = ()
    taken_at: datetime | None = None
    quality: Quality = Quality.WAITING
    error: str = ""

    def first(self) -> Record | None:
        """The only record of a topic that holds one, or None while waiting."""
        return self.records[0] if len(self.records) else None


@dataclass(frozen=True, slots=True)
class Subject:
    """What an officer points at: one thing that every pane showing it marks together.

    ``kind`` is one of ``boat collection_vessel hand_in_request warehouse checkpoint passage
    estate building dwelling person elder device dispute case alert``; ``id`` is unique within the kind.
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The health of one upstream system, as 数据源 lists it."""

    id: str  # the source's key
    title: str  # Chinese name of the system
    quality: Quality = Quality.WAITING
    taken_at: datetime | None = None  # of the last good answer
    failing_since: datetime | None = None
    error: str = ""
    late_after_s: float = 60.0
    quarantined: int = 0  # refused records since the store was made
    received: int = 0
