"""超期未交船: boats whose code is yellow or red, with what they owe, how sure that is, and their blind-spot score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.colour_code import BoatCode
from services.domain.fleet import ColourCode
from services.domain.snapshot import Quality, Snapshot
from widgets.look import Look
from widgets.table import TablePane

COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"title": "船名号", "field": "vessel_no", "ink": "text", "weight": 500, "width": 104},
    {"title": "码", "field": "code", "width": 40},
    {"title": "交付比", "field": "ratio", "format": "number", "decimals": 2, "align": "right", "width": 58},
    {"title": "应交 kg", "field": "expected_kg", "format": "number", "align": "right", "width": 62},
    {"title": "未交 日", "field": "days_without", "format": "number", "align": "right", "width": 58, "missing": "dash"},
    {"title": "盲区 90 日", "field": "score", "format": "number", "decimals": 1, "align": "right", "width": 76},
    {"title": "30 日", "field": "score_short", "format": "number", "decimals": 1, "align": "right", "width": 50},
    {"title": "覆盖 %", "field": "coverage", "format": "percent", "align": "right", "width": 56},
    {"title": "船籍港", "field": "home_port", "stretch": 1.0},
)
CODES = {ColourCode.RED: "红", ColourCode.YELLOW: "黄"}
MOST = 300


@dataclass(frozen=True, slots=True)
class OverdueRow:
    id: str
    vessel_no: str
    code: str
    ratio: float | None
    expected_kg: float
    days_without: int | None
    score: float | None
    score_short: float | None
    coverage: float
    home_port: str


class OverdueBoatsPane(TablePane):
    """Topic: ``boat_codes``. Red before yellow, the lowest ratio first. A score without enough peers is hatched."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        given = {"columns": COLUMNS, "subject": "boat", "empty": "没有超期未交的船", "row": 27}
        super().__init__(title, {**given, **options}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        codes: list[BoatCode] = list(snapshot.records)
        late = sorted((one for one in codes if one.is_overdue), key=_order)
        unknown = sum(one.code is ColourCode.UNKNOWN for one in codes)
        red = sum(one.code is ColourCode.RED for one in late)
        if snapshot.quality is not Quality.WAITING:
            self.note = f"红 {red} · 黄 {len(late) - red} · 未知 {unknown} · 系数为演示值"
        super().draw(replace(snapshot, records=tuple(row_of(one) for one in late[:MOST])))


def _order(one: BoatCode) -> tuple[bool, float, str]:
    return one.code is not ColourCode.RED, one.ratio if one.ratio is not None else 2.0, one.id


def row_of(one: BoatCode) -> OverdueRow:
    return OverdueRow(
        id=one.id,
        vessel_no=one.vessel_no,
        code=CODES[one.code],
        ratio=one.ratio,
        expected_kg=one.expected_kg,
        days_without=one.days_without,
        score=one.score,
        score_short=one.score_short,
        coverage=one.coverage,
        home_port=one.home_port,
    )
