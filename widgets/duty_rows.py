"""Rows and buttons of a duty list, and which of the rows are in sight: whole ones, never cut through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.domain.alert import Alert
from services.domain.snapshot import Subject
from widgets.look import Look


def alert_of(subject: Subject | None, alerts: Sequence[Alert]) -> Alert | None:
    """The open alert an officer points at, or the worst one of the thing pointed at."""
    if subject is None:
        return None
    about = [a for a in alerts if a.is_open and (a.id == subject.id or _thing(a) == subject)]
    return max(about, key=lambda alert: alert.level, default=None)


def _thing(alert: Alert) -> Subject:
    return Subject(alert.subject_kind, alert.subject_id)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``high`` in logical px; a heading cannot be chosen."""

    key: str
    record: Any
    high: int = 30
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A button at the foot and its key. ``reason`` says on the button why it may not be pressed."""

    id: str
    words: str
    key: str = ""
    reason: str = ""
    primary: bool = False


class Scroll:
    """Where a list stands, in px from its top; always at a row's edge."""

    def __init__(self) -> None:
        self.top = 0
        self._rows: Sequence[Row] = ()
        self._highs: list[int] = []
        self._room = 0

    def show(self, rows: Sequence[Row], look: Look, room: int) -> None:
        """These rows in a room this high; the place is kept as far as it can be."""
        self._rows, self._highs, self._room = rows, [look.px(row.high) for row in rows], room
        self.move_to(self.top)

    def move_to(self, wanted: int) -> None:
        """To the next row's edge at or after ``wanted``."""
        target = max(0, min(wanted, sum(self._highs) - self._room))
        edge = 0
        for high in self._highs:
            if edge >= target:
                break
            edge += high
        self.top = edge

    def reveal(self, key: str) -> None:
        """Move as little as needed to have the row in sight."""
        y = 0
        for row, high in zip(self._rows, self._highs, strict=True):
            if row.key == key:
                self.move_to(y if y < self.top else max(self.top, y + high - self._room))
                return
            y += high

    def in_sight(self) -> list[tuple[Row, int, int]]:
        """Whole rows with their distance from the list's upper edge and their height, in px."""
        seen: list[tuple[Row, int, int]] = []
        y = -self.top
        for row, high in zip(self._rows, self._highs, strict=True):
            if y >= 0 and y + high <= self._room + 1:
                seen.append((row, y, high))
            y += high
        return seen

    def below(self) -> int:
        """How many rows that can be chosen lie below the lower edge."""
        y, hidden = -self.top, 0
        for row, high in zip(self._rows, self._highs, strict=True):
            y += high
            hidden += not row.heading and y > self._room + 1
        return hidden

    def row_at(self, y: int) -> Row | None:
        return next((row for row, top, high in self.in_sight() if top <= y < top + high), None)
