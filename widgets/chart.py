"""A curve in its usual range over the day: is this normal?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from services.domain.figures import Series
from services.domain.snapshot import Quality, Snapshot
from services.domain.timebase import local
from widgets.axes import TimeAxis, ValueAxis, hour, round_up, time_ticks, value_text, value_ticks
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, text, unknown_box, width_of
from widgets.pane import Pane

_NAN = float("nan")
_SERIES_TOKENS = ("measured", "c1", "c2", "c3", "c4")
_DASHES = (None, "c1", "c2", "c3", "c4")


class ChartPane(Pane):
    """The Series of a topic as curves, bands or bars; curves are made once and fed.

    Options: ``ids`` (which series), ``unit`` (else the first series'), ``band_note`` (what the band
    is: 近 28 日同时段), ``hours`` (length of the window; 24 from midnight when absent), ``top``.
    The range is fixed by ``top``: auto-range makes a flat line a storm. A gap stays a gap.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.has_header = bool(options.get("header", bool(title)))
        self.time_axis, self.value_axis = TimeAxis("bottom"), ValueAxis("left")
        self.plot = pg.PlotWidget(self, axisItems={"bottom": self.time_axis, "left": self.value_axis})
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(False, False)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.plot.showGrid(x=False, y=True, alpha=0.15)
        item: Any = self.plot.plotItem
        item.layout.setContentsMargins(0, look.px(8), look.px(16 if look.is_wall else 10), 0)
        self._box: pg.ViewBox = item.vb
        self._box.setDefaultPadding(0)
        self._curves: dict[str, pg.PlotDataItem] = {}
        self._bands: dict[str, tuple[pg.PlotCurveItem, pg.PlotCurveItem, pg.FillBetweenItem]] = {}
        self.series: list[Series] = []
        self.top = 1.0
        self._ends = EndLabels(self)
        self.plot.setVisible(False)
        self._dress()

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        every = [s for one in self.snapshots.values() for s in one.records if isinstance(s, Series)]
        wanted = self.options.get("ids")
        self.series = [s for s in every if wanted is None or s.id in wanted][:12]
        self.plot.setVisible(bool(self.series))
        for at, one in enumerate(self.series):
            self._feed(one, at)
        shown = {s.id for s in self.series}
        for name, curve in self._curves.items():
            curve.setVisible(name in shown)
        for name, band in self._bands.items():
            band[2].setVisible(name in shown)
        if self.series:
            self._set_range()
        self._dress_items()
        self._ends.update()

    def restyle(self, look: Look) -> None:
        super().restyle(look)
        self._dress()
        self._dress_items()

    def place(self) -> None:
        look = self.look
        body = self.body()
        top = body.top() + look.px(40 if look.is_wall else 18)
        self.plot.setGeometry(look.pad // 2, top, body.width() - look.pad, max(0, body.bottom() - top))
        self._ends.setGeometry(0, body.top(), body.width(), body.height())
        self._ends.raise_()

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        if not self.series:
            words = {Quality.WAITING: "读取中…", Quality.STALE: self.error_text() or "数据滞后"}
            said = words.get(self.quality(), "暂无数据")
            text(painter, body, said, self.look.font("body"), self.look.colour("text3"), CENTRE)

    # -- series to items ------------------------------------------------------------------------

    def _feed(self, one: Series, at: int) -> None:
        x = np.array([m.timestamp() for m in one.moments])
        y = np.array([_NAN if p is None else p for p in one.points], dtype=float)
        if any(one.band):
            self._feed_band(one, x)
        if one.kind == "bars":
            return
        if one.id not in self._curves:
            curve = pg.PlotDataItem(connect="finite", antialias=not self.look.is_wall)
            curve.setZValue(10 - at)
            self.plot.addItem(curve)
            self._curves[one.id] = curve
        self._curves[one.id].setData(x[: len(y)], y)

    def _feed_band(self, one: Series, x: Any) -> None:
        low = np.array([_NAN if b is None else b[0] for b in one.band], dtype=float)
        high = np.array([_NAN if b is None else b[1] for b in one.band], dtype=float)
        if one.id not in self._bands:
            lower, upper = pg.PlotCurveItem(pen=None), pg.PlotCurveItem(pen=None)
            between = pg.FillBetweenItem(lower, upper, pen=None)
            between.setZValue(-10)
            for item in (lower, upper, between):
                self.plot.addItem(item)
            self._bands[one.id] = (lower, upper, between)
        known = np.isfinite(low) & np.isfinite(high)
        lower, upper, _ = self._bands[one.id]
        lower.setData(x[: len(low)][known], low[known])
        upper.setData(x[: len(high)][known], high[known])

    def _set_range(self) -> None:
        moments = [m for s in self.series for m in s.moments]
        first, last = self._window(min(moments), max(moments))
        self.time_axis.setTicks([[(t, hour(t, last)) for t in time_ticks(first, last)], []])
        top = self.top = self._top()
        self._box.setRange(xRange=(first, last), yRange=(0, top * 1.04), padding=0)
        self.value_axis.setTicks([[(v, value_text(v)) for v in value_ticks(top)], []])

    def _window(self, first: datetime, last: datetime) -> tuple[float, float]:
        """A day stands still from midnight to midnight; a shorter window ends at its last moment."""
        hours = float(self.options.get("hours", 0))
        if hours:
            return (last - timedelta(hours=hours)).timestamp(), last.timestamp()
        if last - first >= timedelta(hours=12) and last - first <= timedelta(hours=24):
            midnight = local(first).replace(hour=0, minute=0, second=0, microsecond=0)
            if last <= midnight + timedelta(hours=24):
                return midnight.timestamp(), midnight.timestamp() + 86400
        return first.timestamp(), max(last.timestamp(), first.timestamp() + 1)

    def _top(self) -> float:
        fixed = self.options.get("top") or max((s.top for s in self.series if s.top), default=None)
        if fixed:
            return float(fixed)
        highest = max((p for s in self.series for p in s.points if p is not None), default=1.0)
        highest = max([highest, *(b[1] for s in self.series for b in s.band if b)])
        return round_up(highest)

    # -- looks -----------------------------------------------------------------------------------

    def _dress(self) -> None:
        look = self.look
        self.plot.setBackground(look.colour("panel"))
        for axis in (self.time_axis, self.value_axis):
            axis.setPen(pg.mkPen(None))
            axis.setTickPen(pg.mkPen(None))
            axis.setTextPen(look.colour("text3"))
            axis.setTickFont(look.font("tick"))
            axis.setStyle(tickLength=0, hideOverlappingLabels=False, tickTextOffset=look.px(12 if look.is_wall else 5))
        self.value_axis.setWidth(width_of("0,000", look.font("tick")) + look.px(20 if look.is_wall else 8))
        self.time_axis.setHeight(look.line("tick") + look.px(8 if look.is_wall else 2))
        self.value_axis.setTickPen(pg.mkPen(look.colour("text3"), width=look.hair))

    def _dress_items(self) -> None:
        look = self.look
        stale = self.quality() is Quality.STALE
        width = look.px(5) if look.is_wall else 1.8 * look.scale
        for at, one in enumerate(self.series):
            colour = look.colour("text3" if stale else _SERIES_TOKENS[at % len(_SERIES_TOKENS)])
            if one.id in self._curves:
                pen = pg.mkPen(colour, width=width)
                dash = _DASHES[at % len(_DASHES)]
                if dash and look.theme.dash[dash]:
                    pen.setDashPattern(
                        [d / width * look.scale * (2.6 if look.is_wall else 1) for d in look.theme.dash[dash]]
                    )
                self._curves[one.id].setPen(pen)
            if one.id in self._bands:
                self._bands[one.id][2].setBrush(look.colour("band"))

    # -- for what is painted over the plot ---------------------------------------------------------

    def spot(self, at: float, value: float) -> QPointF:
        """Where a value stands, in the px of ``EndLabels``."""
        seen = self.plot.mapFromScene(self._box.mapViewToScene(QPointF(at, value)))
        return QPointF(self.plot.mapToParent(seen) - self._ends.pos())

    def last_points(self) -> list[tuple[Series, QPointF, float]]:
        """Where each curve ends now, in the px of ``EndLabels``."""
        found = []
        for one in self.series:
            known = [(m, p) for m, p in zip(one.moments, one.points, strict=False) if p is not None]
            if one.kind == "bars" or not known:
                continue
            found.append((one, self.spot(known[-1][0].timestamp(), known[-1][1]), known[-1][1]))
        return found

    @property
    def unit(self) -> str:
        return str(self.options.get("unit", self.series[0].unit if self.series else ""))


class EndLabels(QWidget):
    """The unit at the top, a dot where each curve is now, and its name at its end."""

    def __init__(self, pane: ChartPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QEvent) -> None:
        pane, look = self._pane, self._pane.look
        if not pane.series:
            return
        painter = QPainter(self)
        line = QRect(look.pad, 0, self.width() - 2 * look.pad, look.line("tick"))
        tick = look.font("tick")
        names = [pane.unit] if pane.unit else []
        text(painter, line, " ".join(names), tick, look.colour("text3"), LEFT)
        note = str(pane.options.get("band_note", ""))
        if note and any(any(s.band) for s in pane.series):
            text(painter, line, note, tick, look.colour("text3"), RIGHT)
            side = look.px(24 if look.is_wall else 10)
            left = line.right() - width_of(note, tick) - look.px(8) - 2 * side
            painter.fillRect(QRect(left, line.center().y() - side // 2, 2 * side, side), look.colour("band"))
        for one in pane.series:
            if one.kind == "bars":
                self._bars(painter, one)
        if pane.series[0].kind != "bars":
            self._gaps(painter, pane.series[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = look.px(9) if look.is_wall else 3 * look.scale
        stale = pane.quality() is Quality.STALE
        ends = pane.last_points()
        for at, (_, spot, _) in enumerate(ends):
            painter.setPen(QPen(look.colour("panel"), look.hair))
            painter.setBrush(look.colour("text3" if stale else _SERIES_TOKENS[at % len(_SERIES_TOKENS)]))
            painter.drawEllipse(spot, radius, radius)
        if len(pane.series) > 1:
            self._names(painter, sorted(((spot, one.title) for one, spot, _ in ends), key=lambda e: e[0].y()), look)
        painter.end()

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
