"""What arrives: batches of events and states, and what was refused of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, once. ``(source, event_id)`` is unique for ever.

    ``record`` is a frozen dataclass of the kind's type (``passage`` → ``Passage``, …); its fields
    are the columns of the kind's table and the names a rule's ``where`` may use.
    """

    source: str
    event_id: str
    kind: str
    occurred_at: datetime
    record: Any
    raw: bytes = b""  # as received; kept in the inbox


@dataclass(frozen=True, slots=True)
class Refused:
    """A record we could not take: kept whole in the quarantine, with the reason.

    ``reason`` is a short stable code (``bad_checksum``, ``no_pass_time``, ``bad_json`` …) that is
    counted; ``detail`` says it in Chinese for the officer.
    """

    source: str
    reason: str
    detail: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer of one source, normalised.

    ``states`` maps a topic to all its records (the newest whole state of that topic);
    ``cursor`` is handed to the next fetch and is committed together with the events. ``merged`` counts
    records that became part of a common state elsewhere (positions of the fleet): they only add to what
    the source is known to have sent.
    """

    states: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    events: Sequence[Event] = ()
    refused: Sequence[Refused] = ()
    cursor: str = ""
    merged: int = 0
