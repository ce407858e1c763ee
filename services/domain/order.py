"""In which order events happened, and which belong together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.domain.event import Event

Name = tuple[str, str]  # (source, event_id)


def order(event: Event) -> tuple[datetime, str, str]:
    """By moment; what happened at one moment is put in order by its name, so that there is only one."""
    return event.occurred_at, event.source, event.event_id


def name_of(event: Event) -> Name:
    return event.source, event.event_id


def known(event: Event, by: Sequence[str]) -> bool:
    return all(getattr(event.record, name) is not None for name in by)


def same(one: Event, other: Event, by: Sequence[str], other_by: Sequence[str] = ()) -> bool:
    pairs = zip(by, other_by or by, strict=True)
    return all(getattr(one.record, mine) == getattr(other.record, theirs) for mine, theirs in pairs)
