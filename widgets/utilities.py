"""Water, power and gas of the whole community against their usual range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.community import UtilitySummary
from services.domain.figures import Series
from services.domain.snapshot import Snapshot
from widgets.chart import ChartPane
from widgets.glyphs import put_unknown
from widgets.look import Look
from widgets.paint import CENTRE, label, text, width_of

_TABS = (("water", "水"), ("power", "电"), ("gas", "气"))


class UtilitiesPane(ChartPane):
    """One of the three curves, chosen in the header (desk) or by option ``shows`` (wall).

    Topics: ``water``, ``power``, ``gas``, ``utilities``. The wall adds a line of counts under it.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        self.shows = str(options.get("shows", "water"))
        if self.shows not in dict(_TABS):
            raise ValueError(f"shows = {self.shows!r}，可用：{'、'.join(k for k, _ in _TABS)}")
        self._tabs: list[tuple[QRect, str]] = []
        super().__init__(title, options, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        record = self._record()
        if record is not None and not self.look.is_wall:
            self.note = f"漏损 {record.leaks} · 抄表失联 {record.silent_meters}"
        self._show()

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

    def choose(self, which: str) -> None:
        self.shows = which
        self._show()
        self.update()

    def _record(self) -> UtilitySummary | None:
        return next((r for r in self.records("utilities") if isinstance(r, UtilitySummary)), None)

    @property
    def unit(self) -> str:
        """The header has no room for the curve's name, so it stands before the unit."""
        first = next((s for s in self.series if isinstance(s, Series)), None)
        return f"{first.title} {first.unit}" if first and not self.look.is_wall else ""

    def body(self) -> QRect:
        foot = self.look.px(64) if self.look.is_wall else 0
        return super().body().adjusted(0, 0, 0, -foot)

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        super().paint_body(painter, body)
        if self.look.is_wall and (record := self._record()) is not None:
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        which = next((key for box, key in self._tabs if box.contains(spot)), None)
        if which is None:
            super().mousePressEvent(event)
        else:
            self.choose(which)
