"""A curve in its usual range over the day: is this normal?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.figures import Series
from services.domain.snapshot import Quality, Snapshot
from services.domain.timebase import local
from widgets.axes import TimeAxis, ValueAxis, hour, round_up, time_ticks, value_text, value_ticks
from widgets.chart_ends import SERIES_TOKENS, EndLabels
from widgets.look import Look
from widgets.paint import CENTRE, text, width_of
from widgets.pane import Pane

_NAN = float("nan")
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
        axes = {"bottom": self.time_axis, "left": self.value_axis}
        self.plot = pg.PlotWidget(self, axisItems=axes, enableMenu=False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(False, False)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.plot.showGrid(x=False, y=True, alpha=0.15)
        item: Any = self.plot.plotItem
        item.ctrlMenu.setParent(self.plot, Qt.WindowType.Popup)  # pyqtgraph leaves it without an owner
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
        self.series = [s for s in every if s.moments and (wanted is None or s.id in wanted)][:12]
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
            why = self.error_text()
            words = {Quality.WAITING: why or "读取中…", Quality.STALE: why or "数据滞后"}
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
        item: Any = self.plot.plotItem
        item.layout.setContentsMargins(0, look.px(8), look.px(24 if look.is_wall else 10), 0)
        jut = width_of("0,000", look.font("tick"))  # the first and the last label stand half outside the plot
        for axis in (self.time_axis, self.value_axis):
            axis.setPen(pg.mkPen(None))
            axis.setTickPen(pg.mkPen(None))
            axis.setTextPen(look.colour("text3"))
            axis.setTickFont(look.font("tick"))
            axis.setStyle(tickLength=0, hideOverlappingLabels=jut, tickTextOffset=look.px(12 if look.is_wall else 5))
        self.value_axis.setWidth(jut + look.px(20 if look.is_wall else 8))
        self.time_axis.setHeight(look.line("tick") + look.px(8 if look.is_wall else 2))
        self.value_axis.setTickPen(pg.mkPen(look.colour("text3"), width=look.hair))

    def _dress_items(self) -> None:
        look = self.look
        stale = self.quality() is Quality.STALE
        width = look.px(5) if look.is_wall else 1.8 * look.scale
        for at, one in enumerate(self.series):
            colour = look.colour("text3" if stale else SERIES_TOKENS[at % len(SERIES_TOKENS)])
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
