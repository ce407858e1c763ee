"""静默渔船: of whom nothing is heard by any way, at sea first, the longest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.alert import AlertLevel
from services.domain.sea_safety import SilentBoat
from services.domain.snapshot import Snapshot
from services.domain.timebase import local
from widgets.look import Look
from widgets.table import TablePane

COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"title": "船名号", "field": "vessel_no", "ink": "text", "width": 120, "glyph": "level"},
    {"title": "静默", "field": "last_at", "format": "age", "align": "right", "width": 80},
    {"title": "最后船位", "field": "heard", "width": 84},
    {"title": "位置", "field": "place", "stretch": 1.0},
)
LONG_MIN = 120.0  # R-FSH-09


@dataclass(frozen=True, slots=True)
class SilentRow:
    """A boat as a line of the table; ``level`` marks those the rule looks at."""

    id: str
    vessel_no: str
    last_at: datetime
    heard: str
    place: str
    level: AlertLevel | None


class SilentBoatsPane(TablePane):
    """Topic: ``silent_boats``. A row selects its boat."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        fixed = {"columns": COLUMNS, "subject": "boat"}
        super().__init__(title, {"empty": "没有静默渔船", **options, **fixed}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        boats: Sequence[SilentBoat] = snapshot.records
        now = snapshot.taken_at
        rows = [row_of(boat, now) for boat in sorted(boats, key=lambda b: (not b.at_sea, b.last_at))]
        out = sum(boat.at_sea for boat in boats)
        long = sum(row.level is not None for row in rows)
        self.note = f"海上 {out} · 在港 {len(boats) - out} · 超 2 小时 {long}" if boats else ""
        super().draw(replace(snapshot, records=tuple(rows)))


def row_of(boat: SilentBoat, now: datetime | None) -> SilentRow:
    minutes = 0.0 if now is None else (now - boat.last_at).total_seconds() / 60
    is_watched = boat.at_sea and not boat.poor_reception and minutes > LONG_MIN
    place = f"{boat.place} · 信号盲区" if boat.poor_reception else boat.place if boat.at_sea else f"{boat.place} 港内"
    level = None
    if is_watched:
        level = AlertLevel.RED if (boat.wind_bft or 0) >= 8 else AlertLevel.ORANGE
    heard = f"{local(boat.last_at):%H:%M} {boat.last_source}"
    return SilentRow(boat.id, boat.vessel_no, boat.last_at, heard, place, level)
