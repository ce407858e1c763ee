"""What may be asked of the alerts of all time: filters, order, a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import Ack, Alert, AlertLevel, Work


class AlertOrder(StrEnum):
    """Equal ones follow with the newest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LEVEL = "level"  # the worst first
    WORK = "work"
    DEPARTMENT = "department"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class AlertSearch:
    """An empty filter takes everything. ``since`` ≤ raised < ``before``; ``text`` is part of the number,
    the dedup key or the subject's id; ``grid`` the beginning of an area's code."""

    scenes: tuple[str, ...] = ()
    levels: tuple[AlertLevel, ...] = ()
    works: tuple[Work, ...] = ()
    ack: Ack | None = None
    is_open: bool | None = None
    rule_ids: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    grid: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    since: datetime | None = None
    before: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, and how many there are in all."""

    total: int
    alerts: tuple[Alert, ...]
