"""How a cell of a table is painted: column spec in, pixels out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from services.domain.alert import AlertLevel
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, MISSING, RIGHT, elide, level_bar, sparkline, text, unknown_box
from widgets.words import worded

if TYPE_CHECKING:
    from widgets.table import TablePane

_ALIGN = {"left": LEFT, "right": RIGHT, "centre": CENTRE}
STYLES = (
    *("text", "number", "percent", "time", "minute", "date", "day", "moment", "duration", "age", "left"),
    *("share", "spark"),
)


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a table as a scene writes it.

    ``field`` may be dotted. ``format`` is one of STYLES. ``width`` is logical px; columns without
    one share what is left by ``stretch``. ``glyph`` names a field with an AlertLevel or None, and
    ``signed`` one with a bool. ``second`` names a field painted as a quiet second line.
    ``missing`` = ``hatch`` (not known), ``dash`` (there is none) or ``blank``.
    """

    title: str
    field: str
    format: str = "text"
    align: str = "left"
    decimals: int = 0
    width: float = 0
    stretch: float = 1
    weight: int = 400
    ink: str = "text2"
    glyph: str = ""
    signed: str = ""
    second: str = ""
    missing: str = "hatch"
    suffix: str = ""

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> ColumnSpec:
        """Raises ValueError that names the wrong key or format and the choices."""
        known = [f.name for f in fields(cls)]
        for key in table:
            if key not in known:
                raise ValueError(f"列 {table.get('title', '')!r} 不认识的键 {key!r}，可用：{'、'.join(known)}")
        spec = cls(**table)
        if spec.format not in STYLES:
            raise ValueError(f"列 {spec.title!r} 的 format = {spec.format!r}，可用：{'、'.join(STYLES)}")
        if spec.align not in _ALIGN:
            raise ValueError(f"列 {spec.title!r} 的 align = {spec.align!r}，可用：{'、'.join(_ALIGN)}")
        return spec

    @cached_property
    def get(self) -> Any:
        return attrgetter(self.field)

    def value(self, record: Any) -> Any:
        return self.get(record)

    def words(self, record: Any, now: datetime | None) -> str | None:
        """What the cell says; None is unknown."""
        value = self.get(record)
        if value is None:
            return {"hatch": None, "dash": MISSING}.get(self.missing, "")
        if self.format in ("share", "spark"):
            return ""
        return worded(value, self.format, self.decimals, now) + self.suffix

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        return _ALIGN[self.align]


class CellDelegate(QStyledItemDelegate):
    """Paints a table of a TablePane: no grid, one hairline a row, digits in line."""

    def __init__(self, pane: TablePane) -> None:
        super().__init__(pane)
        self._pane = pane

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        pane, look = self._pane, self._pane.look
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_ground(painter, rect, index, selected)
        spec = pane.columns[index.column()]
        record = pane.model.record(index.row())
        fresh = pane.model.is_new(index.row())
        inner = rect.adjusted(look.pad if index.column() == 0 else look.px(6), 0, -look.px(6), -look.hair)
        if index.column() == len(pane.columns) - 1:
            inner.setRight(rect.right() - look.pad)
        ink = "text3" if pane.is_stale else "text" if fresh or selected else spec.ink
        weight = 700 if fresh and not look.is_wall else spec.weight
        if spec.glyph:
            inner.setLeft(self._paint_glyph(painter, inner, spec, record, look))
        self._paint_value(painter, inner, spec, record, look.font("body", weight=weight), ink)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._pane.look.px(40), self._pane.row_height)

    def _paint_ground(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, selected: bool
    ) -> None:
        pane, look = self._pane, self._pane.look
        hovered = index.row() == pane.view.hovered_row
        if selected or hovered:
            painter.fillRect(rect, look.colour("raised" if selected else "hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), look.hair), look.colour("line"))
        if selected and index.column() == 0:
            painter.fillRect(
                QRect(rect.left(), rect.top(), look.px(2) * (2 if look.is_wall else 1), rect.height()),
                look.colour("ice"),
            )
        if index.row() == pane.view.focused_row:
            ice = look.colour("ice")
            painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), look.hair), ice)
            painter.fillRect(QRect(rect.left(), rect.bottom() - look.hair + 1, rect.width(), look.hair), ice)

    def _paint_glyph(self, painter: QPainter, inner: QRect, spec: ColumnSpec, record: Any, look: Look) -> int:
        """The alert mark before the text. Returns where the text starts: all rows alike."""
        size = look.glyph("table") if not look.is_wall else look.px(30)
        level = getattr(record, spec.glyph)
        if isinstance(level, AlertLevel):
            signed = bool(getattr(record, spec.signed)) if spec.signed else False
            centre = QPointF(inner.left() + size / 2, inner.center().y() + 0.5)
            put_glyph(painter, look, level, centre, size, signed)
        return inner.left() + size + look.px(12 if look.is_wall else 5)

    def _paint_value(
        self, painter: QPainter, inner: QRect, spec: ColumnSpec, record: Any, font: QFont, ink: str
    ) -> None:
        look = self._pane.look
        said = spec.words(record, self._pane.now)
        if said is None:
            self._paint_unknown(painter, inner, spec, look)
        elif spec.format == "share":
            high = look.px(22 if look.is_wall else 6)
            level_bar(painter, QRect(inner.left(), inner.center().y() - high // 2, inner.width(), high),
                      spec.value(record), look, ticks=())  # fmt: skip
        elif spec.format == "spark":
            sparkline(painter, inner.adjusted(0, look.px(6), 0, -look.px(6)), spec.value(record), look)
        elif spec.second:
            half = inner.height() // 2
            upper = QRect(inner.left(), inner.top() + look.px(2), inner.width(), half)
            lower = QRect(inner.left(), inner.top() + half - look.px(2), inner.width(), half)
            text(painter, upper, elide(said, font, inner.width()), font, look.colour(ink), spec.alignment)
            quiet, small = str(getattr(record, spec.second) or ""), look.font("tick")
            text(painter, lower, elide(quiet, small, inner.width()), small, look.colour("text3"), spec.alignment)
        else:
            text(painter, inner, elide(said, font, inner.width()), font, look.colour(ink), spec.alignment)

    def _paint_unknown(self, painter: QPainter, inner: QRect, spec: ColumnSpec, look: Look) -> None:
        wide = inner.width() if spec.format in ("share", "spark") else min(inner.width(), look.px(_UNKNOWN_WIDTH))
        high = look.px(28 if look.is_wall else 10)
        left = inner.right() - wide + 1 if spec.align == "right" else inner.left()
        unknown_box(painter, QRect(left, inner.center().y() - high // 2, wide, high), look)


_UNKNOWN_WIDTH = 32
