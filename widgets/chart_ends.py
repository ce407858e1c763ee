"""What stands over a plot: unit, bars, hatched gaps, the dot of now and the names of the curves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from services.domain.figures import Series
from services.domain.snapshot import Quality
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, text, unknown_box, width_of

if TYPE_CHECKING:
    from widgets.chart import ChartPane

SERIES_TOKENS = ("measured", "c1", "c2", "c3", "c4")


class EndLabels(QWidget):
    """The unit at the top, a dot where each curve is now, and its name at its end."""

    def __init__(self, pane: ChartPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        pane, look = self._pane, self._pane.look
        if not pane.series:
            return
        painter = QPainter(self)
        self._top_line(painter)
        for one in pane.series:
            if one.kind == "bars":
                self._bars(painter, one)
        if pane.series[0].kind != "bars":
            self._gaps(painter, pane.series[0])
        self._ends(painter, look)
        painter.end()

    def _top_line(self, painter: QPainter) -> None:
        """The unit at the left, what the band is at the right."""
        pane, look, tick = self._pane, self._pane.look, self._pane.look.font("tick")
        line = QRect(look.pad, 0, self.width() - 2 * look.pad, look.line("tick"))
        text(painter, line, pane.unit, tick, look.colour("text3"), LEFT)
        note = str(pane.options.get("band_note", ""))
        if note and any(any(s.band) for s in pane.series):
            text(painter, line, note, tick, look.colour("text3"), RIGHT)
            side = look.px(24 if look.is_wall else 10)
            left = line.right() - width_of(note, tick) - look.px(8) - 2 * side
            painter.fillRect(QRect(left, line.center().y() - side // 2, 2 * side, side), look.colour("band"))

    def _ends(self, painter: QPainter, look: Look) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = look.px(9) if look.is_wall else 3 * look.scale
        stale = self._pane.quality() is Quality.STALE
        ends = self._pane.last_points()
        for at, (_, spot, _) in enumerate(ends):
            painter.setPen(QPen(look.colour("panel"), look.hair))
            painter.setBrush(look.colour("text3" if stale else SERIES_TOKENS[at % len(SERIES_TOKENS)]))
            painter.drawEllipse(spot, radius, radius)
        if len(self._pane.series) > 1:
            self._names(painter, sorted(((spot, one.title) for one, spot, _ in ends), key=lambda e: e[0].y()), look)

    def _bars(self, painter: QPainter, one: Series) -> None:
        """Columns on whole px, all of one width."""
        pane = self._pane
        stale = pane.quality() is Quality.STALE
        colour = pane.look.colour("text3" if stale else "bar")
        left, right = (pane.spot(m.timestamp(), 0) for m in (one.moments[0], one.moments[-1]))
        wide = max(1, int((right.x() - left.x()) / max(1, len(one.moments) - 1) * 0.8))
        for moment, value in zip(one.moments, one.points, strict=False):
            if value is not None:
                top = pane.spot(moment.timestamp(), value)
                x, y = round(top.x() - wide / 2), round(top.y())
                painter.fillRect(QRect(x, y, wide, max(1, round(left.y()) - y)), colour)

    def _gaps(self, painter: QPainter, one: Series) -> None:
        """Missing stretches between known points are hatched: not zero, and not a straight line."""
        known = [at for at, p in enumerate(one.points) if p is not None]
        for before, after in pairwise(known):
            if after - before > 1:
                low = self._pane.spot(one.moments[before].timestamp(), 0)
                high = self._pane.spot(one.moments[after].timestamp(), self._pane.top)
                box = QRect(
                    round(low.x()) + 2, round(high.y()), round(high.x() - low.x()) - 4, round(low.y() - high.y())
                )
                unknown_box(painter, box, self._pane.look)

    def _names(self, painter: QPainter, ends: Sequence[tuple[QPointF, str]], look: Look) -> None:
        """Each at the end of its curve, from the top, moved down until it does not touch the one above."""
        tick, high = look.font("tick"), look.line("tick")
        lowest = float("-inf")
        for spot, title in ends:
            y = max(spot.y() - high / 2, lowest)
            lowest = y + high
            wide = width_of(title, tick)
            x = min(spot.x() + look.px(24 if look.is_wall else 8), self.width() - look.pad - wide)
            text(painter, QRect(round(x), round(y), wide + 4, high), title, tick, look.colour("text2"))
