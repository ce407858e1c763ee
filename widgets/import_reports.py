"""导入: what each import of the registers took, and row by row what did not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.import_report import ImportReport
from services.domain.snapshot import Snapshot
from widgets.look import Look
from widgets.table import TablePane

COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"title": "来源", "field": "what", "second": "why", "ink": "text", "stretch": 1.0},
    {"title": "时刻", "field": "at", "format": "minute", "width": 56, "missing": "blank"},
    {"title": "未收", "field": "refused", "format": "number", "align": "right", "width": 56, "missing": "blank"},
)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """An import, or under it one row that did not fit."""

    id: str
    what: str
    why: str
    at: datetime | None = None
    refused: int | None = None


class ImportReportsPane(TablePane):
    """Topic: ``import_reports``. No name and no number of a person stands in a report."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"empty": "还没有导入", "row": 46, **options, "columns": COLUMNS}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        refused = sum(report.refused_count for report in snapshot.records)
        self.note = f"{len(snapshot.records)} 份 · 未收 {refused:,} 行在隔离区" if snapshot.records else ""
        rows = tuple(row for report in snapshot.records for row in rows_of(report))
        super().draw(replace(snapshot, records=rows))


def rows_of(report: ImportReport) -> Iterator[ReportRow]:
    said = f"新 {report.taken:,} · 改 {report.changed:,} · 同 {report.unchanged:,} · 关 {report.closed:,}"
    what = f"{report.source} {report.format.upper()}"
    yield ReportRow(report.id, what, report.failed or said, report.at, report.refused_count)
    for number, misfit in enumerate(report.refused):
        where = " ".join(part for part in (misfit.table, f"第 {misfit.row} 行" if misfit.row else "整份") if part)
        kept = "（其余已收）" if misfit.kept else ""
        yield ReportRow(f"{report.id}/{number}", f"　{where} {misfit.field}", f"　{misfit.text}{kept}")
