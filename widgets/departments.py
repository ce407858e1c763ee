"""The six departments: what each has open, what is late, what it closed today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import Clock
from services.domain.passage import BoardItem, DepartmentRow
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import CENTRE, RIGHT, bar, elide, figure_font, hairline, label, text, width_of
from widgets.pane import Pane
from widgets.words import case_clock_words, clock_words

_COUNTS = ("未结", "超期", "今办结")
_ITEM_HIGH = 38


class DepartmentsPane(Pane):
    """Topic: ``departments``. Columns with their worst items on the desk, rows with bars on the wall.

    An overdue count is underlined, not coloured: the level owns the colour.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._selected: Subject | None = None
        self.hits: list[tuple[QRect, BoardItem]] = []

    def draw(self, snapshot: Snapshot[Any]) -> None:
        pass

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        self.update()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self.update(self.body())

    @property
    def departments(self) -> Sequence[DepartmentRow]:
        return [r for r in self.records("departments") if isinstance(r, DepartmentRow)]

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        self.hits = []
        rows = self.departments
        if not rows:
            why = self.error_text()
            words = {Quality.WAITING: why or "读取中…", Quality.STALE: why or "数据滞后"}
            said = words.get(self.quality(), "暂无部门数据")
            text(painter, body, said, self.look.font("body"), self.look.colour("text3"), CENTRE)
        elif self.look.is_wall:
            self._paint_rows(painter, body, rows)
        else:
            wide = body.width() / len(rows)
            for at, row in enumerate(rows):
                left = round(at * wide)
                self._paint_column(painter, QRect(left, body.top(), round((at + 1) * wide) - left, body.height()), row)
                if at:
                    hairline(
                        painter, self.look, left, body.top() + self.look.px(8), body.height() - self.look.px(16), True
                    )

    # -- desk ---------------------------------------------------------------------------------

    def _paint_column(self, painter: QPainter, column: QRect, row: DepartmentRow) -> None:
        look = self.look
        inner = column.adjusted(look.pad, 0, -look.px(6), 0)
        name_y = inner.top() + look.px(20)
        label(painter, inner.left(), name_y, row.department, look.font("lead", weight=500), look.colour("text"))
        self._paint_counts(painter, inner, row)
        top = inner.top() + look.px(88)
        hairline(painter, look, inner.left(), top, inner.width() - look.px(6))
        if not row.items:
            label(painter, inner.left(), top + look.px(26), "无未结事项", look.font("body"), look.colour("text3"))
            return
        high = look.px(_ITEM_HIGH)
        room = (inner.bottom() - top - look.px(28)) // high
        for at, item in enumerate(row.items[: max(1, room)]):
            box = QRect(column.left() + look.px(2), top + look.px(6) + at * high, column.width() - look.px(4), high)
            self._paint_item(painter, box, item)
        left_out = row.open - min(len(row.items), max(1, room))
        if left_out > 0:
            words = f"另 {left_out} 件"
            label(painter, inner.left(), inner.bottom() - look.px(10), words, look.font("tick"), look.colour("text3"))

    def _paint_counts(self, painter: QPainter, inner: QRect, row: DepartmentRow) -> None:
        """The open count leads; the two beside it are a step smaller, all on one baseline."""
        look = self.look
        baseline, name_y = inner.top() + look.px(54), inner.top() + look.px(76)
        x = inner.left()
        values = (row.open, row.overdue, row.closed_today)
        wide = (inner.width() - look.px(8)) / 3
        for at, (value, name) in enumerate(zip(values, _COUNTS, strict=True)):
            font = figure_font(look, "kpi" if at == 0 else "count")
            token = "text3" if value == 0 else "text" if at < 2 else "text2"
            left = x + round(at * wide)
            width = label(painter, left, baseline, str(value), font, look.colour(token))
            if at == 1 and value:
                painter.fillRect(QRect(left, baseline + look.px(4), width, look.px(2)), look.colour("text"))
            label(painter, left, name_y, name, look.font("tick"), look.colour("text3"))

    def _paint_item(self, painter: QPainter, box: QRect, item: BoardItem) -> None:
        look = self.look
        if self._selected == Subject("alert", item.alert_id):
            painter.fillRect(box, look.colour("raised"))
            painter.fillRect(QRect(box.left(), box.top(), look.px(2), box.height()), look.colour("ice"))
        side = look.glyph("table")
        left = box.left() + look.pad - look.px(2)
        put_glyph(painter, look, item.level, QPointF(left + side / 2, box.top() + look.px(13)), side, item.signed)
        left += side + look.px(6)
        room = box.right() - left - look.px(4)
        font = look.font("body", weight=None if item.signed else 500)
        label(painter, left, box.top() + look.px(17), elide(item.title, font, room), font, look.colour("text"))
        tick = look.font("tick")
        whole, limit = self._item_words(item)
        note = whole if not limit or width_of(whole, tick) <= room else limit
        label(painter, left, box.top() + look.px(33), elide(note, tick, room), tick, look.colour("text3"))
        self.hits.append((box, item))

    def _item_words(self, item: BoardItem) -> tuple[str, str]:
        """The clock that runs and the place; and the clock alone, for where both do not fit."""
        limit = ""
        if item.due_at is not None and self.now is not None:
            if item.word:
                limit = case_clock_words(item.word, item.due_at, self.now)
            elif item.step is not None:
                limit = clock_words(Clock(item.step, item.due_at), self.now)
        return " · ".join(part for part in (limit, item.place.partition(" ")[0]) if part), limit

    # -- wall ---------------------------------------------------------------------------------

    def _paint_rows(self, painter: QPainter, body: QRect, rows: Sequence[DepartmentRow]) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        head = look.px(56)
        ends = [inner.right() - round(inner.width() * share) for share in (0.40, 0.20, 0.0)]
        line = QRect(inner.left(), inner.top(), inner.width(), head)
        text(painter, line, "部门", look.font("tick"), look.colour("text3"))
        for end, name in zip(ends, _COUNTS, strict=True):
            text(
                painter,
                QRect(inner.left(), line.top(), end - inner.left(), head),
                name,
                look.font("tick"),
                look.colour("text3"),
                RIGHT,
            )
        most = max((r.open for r in rows), default=0) or 1
        high = (inner.height() - head) / len(rows)
        for at, row in enumerate(rows):
            box = QRect(inner.left(), inner.top() + head + round(at * high), inner.width(), round(high))
            hairline(painter, look, box.left(), box.top(), box.width())
            self._paint_wall_row(painter, box, row, row.open / most, ends)

    def _paint_wall_row(
        self, painter: QPainter, box: QRect, row: DepartmentRow, share: float, ends: Sequence[int]
    ) -> None:
        look = self.look
        text(painter, box, row.department, look.font("lead"), look.colour("text"))
        name_room = width_of("综合执法", look.font("lead")) + look.px(60)
        side = look.glyph("list")
        centre = QPointF(box.left() + name_room + side / 2, box.center().y())
        if row.worst is not None:
            put_glyph(painter, look, row.worst, centre, side, row.worst_signed)
        left = box.left() + name_room + side + look.px(50)
        length = ends[0] - look.px(150) - left
        if row.open:
            bar(painter, QRect(left, box.center().y() - look.px(12), length, look.px(24)), share, look)
        size = look.px(72)
        for at, (value, end) in enumerate(zip((row.open, row.overdue, row.closed_today), ends, strict=True)):
            font = figure_font(look, "kpi", 72)
            token = "text3" if value == 0 else "text" if at < 2 else "text2"
            cell = QRect(end - size * 3, box.top(), size * 3, box.height())
            text(painter, cell, str(value), font, look.colour(token), RIGHT)
            if at == 1 and value:
                wide = width_of(str(value), font)
                painter.fillRect(
                    QRect(end - wide, box.center().y() + look.px(40), wide, look.px(5)), look.colour("text")
                )

    # -- Qt -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        item = next((item for box, item in self.hits if box.contains(spot)), None)
        if item is not None and not self.look.is_wall:
            self.asked.emit("select", Subject("alert", item.alert_id))
