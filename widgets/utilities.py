"""Water, power and gas of the whole community against their usual range, and the meters that need somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.community import UtilitySummary
from services.domain.figures import Series
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.chart import ChartPane
from widgets.glyphs import put_unknown
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, hairline, label, text, width_of
from widgets.usage_strip import paint_strip
from widgets.utility_list import Line, lines_of, paint_lines

_TABS = (("water", "水"), ("power", "电"), ("gas", "气"))
_ALL = "all"
_LIST = 168  # logical px of the desk's list


class UtilitiesPane(ChartPane):
    """Desk: one of the three curves, chosen in the header, beside the list of meters; a click selects one.
    Wall: the curve of option ``shows``, or ``all`` three side by side, over a line of counts; no meter.

    Topics: ``water``, ``power``, ``gas``, ``utilities``; for the list ``alerts``, ``silent_meters`` and
    ``meter_marks``.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        self.shows = str(options.get("shows", "water"))
        choices = (*(key for key, _ in _TABS), _ALL)
        if self.shows not in choices:
            raise ValueError(f"shows = {self.shows!r}，可用：{'、'.join(choices)}")
        self._tabs: list[tuple[QRect, str]] = []
        self._hits: list[tuple[QRect, Subject]] = []
        self._selected: Subject | None = None
        super().__init__(title, options, look, parent)

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        record = self._record()
        if record is not None and not self.look.is_wall:
            self.note = f"漏损 {record.leaks} · 抄表失联 {record.silent_meters}"
        self._show()

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        self.update()

    def choose(self, which: str) -> None:
        self.shows = which
        self._show()
        self.update()

    def _show(self) -> None:
        """Hand the chosen series to the chart, and only that."""
        chosen = self.snapshots.get(self.shows)
        if chosen is not None:
            kept = self.snapshots
            self.snapshots = {self.shows: chosen}
            try:
                super().draw(chosen)
            finally:
                self.snapshots = kept

    def _record(self) -> UtilitySummary | None:
        return next((r for r in self.records("utilities") if isinstance(r, UtilitySummary)), None)

    @property
    def lines(self) -> list[Line]:
        """The list; the wall has none."""
        if self.look.is_wall:
            return []
        return lines_of(self.records("alerts"), [*self.records("silent_meters"), *self.records("meter_marks")])

    @property
    def unit(self) -> str:
        """The header has no room for the curve's name, so it stands before the unit."""
        first = next((s for s in self.series if isinstance(s, Series)), None)
        return f"{first.title} {first.unit}" if first and not self.look.is_wall else ""

    # -- places --------------------------------------------------------------------------------

    def body(self) -> QRect:
        foot = self.look.px(64) if self.look.is_wall else 0
        return super().body().adjusted(0, 0, 0, -foot)

    def place(self) -> None:
        super().place()
        if not self.look.is_wall:
            wide = self.body().width() - self._list_wide()
            self.plot.resize(wide - self.look.pad // 2, self.plot.height())
            self._ends.resize(wide, self._ends.height())

    def _list_wide(self) -> int:
        return min(self.look.px(_LIST), self.width() * 2 // 5)

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        if self.look.is_wall:
            self._paint_wall(painter, body)
            return
        left = body.adjusted(0, 0, -self._list_wide(), 0)
        super().paint_body(painter, left)
        area = QRect(left.right(), body.top(), self._list_wide(), body.height()).adjusted(
            self.look.px(8), 0, -self.look.pad, -self.look.px(4)
        )
        self._paint_list(painter, area)

    def _paint_list(self, painter: QPainter, area: QRect) -> None:
        look = self.look
        head = QRect(area.left(), area.top(), area.width(), look.line("tick"))
        lines = self.lines
        text(
            painter,
            head,
            f"异常与失联 {len(lines)}" if lines else "没有异常表计",
            look.font("tick"),
            look.colour("text3"),
        )
        hairline(painter, look, area.left(), head.bottom(), area.width())
        rows = QRect(area.left(), head.bottom() + look.px(3), area.width(), area.bottom() - head.bottom() - look.px(3))
        self._hits = paint_lines(painter, rows, lines, look, self._selected)

    def _paint_wall(self, painter: QPainter, body: QRect) -> None:
        if self.shows != _ALL:
            super().paint_body(painter, body)
        else:
            series = [s for key, _ in _TABS for s in self.records(key) if isinstance(s, Series)]
            inner = body.adjusted(self.look.pad, 0, -self.look.pad, 0)
            if series:
                paint_strip(painter, inner, series, self.look, stale=self.quality() is Quality.STALE)
            else:
                paint_waiting(painter, inner, self)
        if (record := self._record()) is not None:
            painter.setClipping(False)
            self._paint_counts(painter, record)

    def _paint_counts(self, painter: QPainter, record: UtilitySummary) -> None:
        look = self.look
        font = look.font("tick")
        words = (
            f"漏损 {record.leaks}",
            f"用电异常 {record.power_anomalies}",
            f"燃气报警 {record.gas_alarms}",
            f"失联 {record.silent_meters} 表",
        )
        mark = look.px(48)
        room = self.width() - 2 * look.pad - mark - sum(width_of(w, font) for w in words)
        x, y = float(look.pad), self.height() - look.px(28)
        for at, one in enumerate(words):
            if at == len(words) - 1:
                put_unknown(painter, look, QPointF(x + look.px(16), y - look.px(11)), look.px(34))
                x += mark
            x += label(painter, x, y, one, font, look.colour("text2")) + room / (len(words) - 1)

    def _paint_header(self, painter: QPainter) -> None:
        super()._paint_header(painter)
        self._tabs = []
        look = self.look
        if look.is_wall:
            return
        font = look.font("body")
        x = self.width() - look.pad - width_of(self.age_text(), look.font("tick")) - look.px(16)
        for key, words in reversed(_TABS):
            wide = width_of(words, font) + look.px(10)
            x -= wide
            box = QRect(x, 0, wide, look.head)
            chosen = key == self.shows
            painter.fillRect(box.adjusted(0, 0, 0, -look.px(4)), look.colour("panel"))
            text(painter, box, words, font, look.colour("text" if chosen else "text3"), CENTRE)
            if chosen:
                painter.fillRect(
                    QRect(x + look.px(4), look.head - look.px(5), wide - look.px(8), look.px(2)), look.colour("ice")
                )
            self._tabs.append((box, key))

    # -- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        which = next((key for box, key in self._tabs if box.contains(spot)), None)
        subject = next((subject for box, subject in self._hits if box.contains(spot)), None)
        if which is not None:
            self.choose(which)
        elif subject is not None:
            self.asked.emit("select", subject)
        else:
            super().mousePressEvent(event)
