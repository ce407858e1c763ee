"""登记库: each department's register with its age, and the rules that cannot speak while it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.register import RegisterHealth
from services.domain.snapshot import Snapshot
from widgets.look import Look
from widgets.table import TablePane

COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"title": "登记库", "field": "title", "ink": "text", "width": 132},
    {"title": "单位", "field": "owner", "width": 84},
    {"title": "截至", "field": "as_of", "format": "moment", "width": 96, "missing": "hatch"},
    {"title": "条数", "field": "entries", "format": "number", "align": "right", "width": 60, "missing": "hatch"},
    {"title": "停判规则", "field": "held", "stretch": 1.0, "missing": "blank"},
)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A register as a line of the table; ``held`` says which rules are silent because it is stale."""

    id: str
    title: str
    owner: str
    as_of: datetime | None
    entries: int | None
    stale: bool
    held: str | None


class RegistersPane(TablePane):
    """Topic: ``registers``. The stale ones first."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"empty": "没有接入登记库", **options, "columns": COLUMNS}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        rows = sorted((row_of(one) for one in snapshot.records), key=lambda row: (not row.stale, row.id))
        stale = sum(row.stale for row in rows)
        self.note = f"{len(rows)} 份 · {f'过期 {stale}' if stale else '均在有效期'}" if rows else ""
        super().draw(replace(snapshot, records=tuple(rows)))


def row_of(register: RegisterHealth) -> RegisterRow:
    said = None
    if register.stale:
        age = "未收到" if register.as_of is None else f"超过 {register.stale_after_h:g} 时"
        said = f"{age}：{'、'.join(register.held_rules) or '无规则停判'}"
    elif register.unread:
        said = f"{register.unread} 条读不懂，按未知"
    return RegisterRow(
        register.id, register.title, register.owner, register.as_of, register.entries, register.stale, said
    )
