"""Who lives here: heads by kind, age pyramid, who came and went, estate by estate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.community import PopulationSummary
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.facts import Fact, facts_height, paint_facts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import figure, label, width_of
from widgets.pane import Pane
from widgets.population_parts import Line, estates_of, lines_of, paint_flows, paint_line, paint_pyramid, signed

_LINE = 18  # logical px of a line of the list
_FLOW = 50
_LIST = 0.44  # of the width


class PopulationPane(Pane):
    """Desk: three figures over the pyramid (men left, women right, in ‰ of all) and, beside it, who came and who
    left in the last seven days over the estates. A click on an estate opens its buildings, on a building selects
    it; Backspace and a click on the head go back.

    Wall: the published total (options ``published`` and ``estates``), the share of residents and
    floating people as one bar, the net flow.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.estate = ""  # whose buildings are listed; empty: the estates
        self.chosen = ""
        self._first = 0  # line of the list that stands on top

    def draw(self, snapshot: Snapshot[Any]) -> None:
        record = self._record()
        if record is not None and not self.look.is_wall:
            self.note = f"小区口径 {record.total:,} 人"

    def select(self, subject: Subject | None) -> None:
        self.chosen = subject.id if subject is not None and subject.kind in ("estate", "building") else ""
        self.update()

    def _record(self) -> PopulationSummary | None:
        return next((r for r in self.records("population") if isinstance(r, PopulationSummary)), None)

    # -- the list ------------------------------------------------------------------------------

    def lines(self) -> Sequence[Line]:
        record = self._record()
        if record is None:
            return ()
        return lines_of(record.heads, self.estate) if self.estate else estates_of(record.heads)

    def list_box(self) -> QRect:
        """Where the lines stand, under the flows or, for buildings, under the name of the estate."""
        look, body = self.look, self.body()
        top = body.top() + facts_height(look) + look.px(2 + (_LINE if self.estate else _FLOW))
        wide = round(body.width() * _LIST)
        return QRect(body.right() - wide - look.pad, top, wide, max(0, body.bottom() - top - look.px(4)))

    def line_at(self, y: int) -> Line | None:
        box, pitch = self.list_box(), self.look.px(_LINE)
        at = (y - box.top()) // pitch + self._first
        lines = self.lines()
        return lines[at] if box.top() <= y < box.bottom() and 0 <= at < len(lines) else None

    def open_line(self, line: Line) -> None:
        """An estate shows its buildings; a building is selected."""
        if self.estate:
            self.chosen = line.id
            self.asked.emit("select", Subject("building", line.id))
        else:
            self.estate, self._first = line.id, 0
            self.asked.emit("select", Subject("estate", line.id))
        self.update()

    def go_back(self) -> bool:
        was, self.estate, self._first = self.estate, "", 0
        self.update()
        return bool(was)

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        record, look = self._record(), self.look
        inner = body.adjusted(look.pad, 0, -look.pad, -look.pad // 2)
        if record is None:
            paint_waiting(painter, inner, self)
        elif look.is_wall:
            self._paint_wall(painter, inner, record)
        else:
            self._paint_desk(painter, inner, record)

    @property
    def _stale(self) -> bool:
        return self.quality() is Quality.STALE

    def _paint_desk(self, painter: QPainter, inner: QRect, record: PopulationSummary) -> None:
        look, high = self.look, facts_height(self.look)
        facts = (
            Fact("常住", f"{record.resident:,}"),
            Fact("流动", f"{record.floating:,}"),
            Fact("近 7 日净流入", signed(record.net_flow_7d)),
        )
        line = QRect(inner.left(), inner.top(), min(inner.width(), look.px(340)), high)
        paint_facts(painter, line, facts, look, stale=self._stale)
        right = self.list_box() if record.heads else QRect(inner.right(), 0, 0, 0)
        left = inner.adjusted(0, high + look.px(2), -(inner.right() - right.left() + look.pad), 0)
        paint_pyramid(painter, left, record.bands, look)
        if record.heads:
            self._paint_list(painter, right, record)

    def _paint_list(self, painter: QPainter, box: QRect, record: PopulationSummary) -> None:
        look, pitch, lines = self.look, self.look.px(_LINE), self.lines()
        head = QRect(box.left(), self.body().top() + facts_height(look), box.width(), look.px(_FLOW))
        if self.estate:
            name = next((h.estate_name for h in record.heads if h.estate_id == self.estate), "")
            back = Line("", f"‹ {name}", sum(line.total for line in lines), 0, 0)
            paint_line(painter, QRect(head.left(), head.top(), head.width(), pitch), back, 0, look, quiet=True)
        else:
            paint_flows(painter, head, record.flows, look)
        room = box.height() // pitch
        most = max((line.total for line in lines), default=0)
        for i, line in enumerate(lines[self._first : self._first + room]):
            row = QRect(box.left(), box.top() + i * pitch, box.width(), pitch)
            if line.id == self.chosen:
                painter.fillRect(row, look.colour("raised"))
            paint_line(painter, row, line, most, look)

    def _paint_wall(self, painter: QPainter, inner: QRect, record: PopulationSummary) -> None:
        look = self.look
        facts = (
            Fact("实有人口", str(self.options.get("published", f"{record.total:,}")), "人"),
            Fact("小区", str(self.options.get("estates", "6")), "个"),
        )
        paint_facts(painter, inner, facts, look, stale=self._stale, size=112, even=False)
        top, high = inner.top() + look.px(200), look.px(40)
        share = round(inner.width() * record.resident / max(1, record.total))
        painter.fillRect(QRect(inner.left(), top, share - look.px(4), high), look.colour("bar"))
        painter.fillRect(QRect(inner.left() + share, top, inner.width() - share, high), look.colour("measured"))
        lead, y = look.font("lead", digits=True, weight=500), top + high + look.px(52)
        body = look.font("body")
        for words, heads, right in (("常住", record.resident, False), ("流动", record.floating, True)):
            number = f"{heads:,}"
            wide = width_of(words, body) + look.px(16) + width_of(number, lead)
            x = inner.right() - wide if right else inner.left()
            x += label(painter, x, y, words, body, look.colour("text2")) + look.px(16)
            label(painter, x, y, number, lead, look.colour("text"))
        y += look.px(84)
        x = inner.left() + label(painter, inner.left(), y, "近 7 日净流入", body, look.colour("text2")) + look.px(60)
        wide = figure(painter, x, y, signed(record.net_flow_7d), "人", look, size=56)
        left = x + wide + look.px(70)
        if record.flows and inner.right() - left > look.px(200):
            paint_flows(painter, QRect(round(left), y - look.px(64), round(inner.right() - left), look.px(84)),
                        record.flows, look)  # fmt: skip

    # -- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        spot, box = event.position().toPoint(), self.list_box()
        if self.look.is_wall or spot.x() < box.left():
            return
        line = self.line_at(spot.y())
        if line is not None:
            self.open_line(line)
        elif spot.y() < box.top():
            self.go_back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Backspace or not self.go_back():
            super().keyPressEvent(event)

    def wheelEvent(self, event: Any) -> None:
        room = self.list_box().height() // self.look.px(_LINE)
        step = -1 if event.angleDelta().y() > 0 else 1
        self._first = max(0, min(self._first + step, len(self.lines()) - room))
        self.update()
