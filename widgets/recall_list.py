"""召回名单: boats outside whose wind rating the forecast reaches, the farthest from port first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.sea_safety import RecallRow, SeaSafety
from services.domain.snapshot import Snapshot
from widgets.look import Look
from widgets.table import TablePane

COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"title": "船名号", "field": "vessel_no", "ink": "text", "width": 94},
    {"title": "抗风 级", "field": "rating", "align": "right", "width": 50},
    {"title": "返港 时", "field": "hours", "format": "number", "decimals": 1, "align": "right", "width": 52},
    {"title": "大风前", "field": "left", "ink": "text", "align": "right", "width": 62},
    {"title": "位置", "field": "place", "stretch": 1.0},
)


@dataclass(frozen=True, slots=True)
class RecallLine:
    """``rating`` ends in * where it was taken from the boat's length. ``left`` is the time in hand if the
    boat turns home now: 余 or, when the gale is there first, 差."""

    id: str
    vessel_no: str
    rating: str
    hours: float
    left: str
    place: str


class RecallListPane(TablePane):
    """Topics: ``recall_list``, ``sea_safety``. A row selects its boat."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        fixed = {"columns": COLUMNS, "subject": "boat"}
        empty = "12 小时内没有达到抗风等级的大风"
        super().__init__(title, {"empty": empty, **options, **fixed}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._note()
        if snapshot.topic == "recall_list":
            rows: Sequence[RecallRow] = snapshot.records
            super().draw(replace(snapshot, records=tuple(line_of(row, snapshot.taken_at) for row in rows)))

    def _note(self) -> None:
        safety: SeaSafety | None = next(iter(self.records("sea_safety")), None)
        rows: Sequence[RecallRow] = self.records("recall_list")
        if safety is None or not safety.recalled:
            self.note = ""
            return
        listed = f"{len(rows)}/{safety.recalled}" if safety.recalled > len(rows) else f"{safety.recalled}"
        self.note = f"列 {listed} · 超时限 {safety.far} · *按船长"


def line_of(row: RecallRow, now: datetime | None) -> RecallLine:
    rating = f"{row.rating_bft}" if row.is_rating_known else f"{row.rating_bft}*"
    left_h = 0.0 if now is None else (row.gale_at - now).total_seconds() / 3600 - row.hours_to_port
    left = f"余 {left_h:.1f}" if left_h >= 0 else f"差 {-left_h:.1f}"
    return RecallLine(row.id, row.vessel_no, rating, row.hours_to_port, left, row.place)
