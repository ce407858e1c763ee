"""How well next checkpoints and arrivals were foretold: what was said against what came."""

from __future__ import annotations

from collections.abc import Mapping
from math import log10
from typing import Any

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from services.domain.calibration import SLOTS, Calibration, Slot
from services.domain.precision import wilson
from services.domain.snapshot import Snapshot
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, hairline, text, width_of
from widgets.pane import Pane
from widgets.words import number

TICKS = (0, 25, 50, 75, 100)
FEW = 20  # below so many predictions a point is hollow


class CalibrationPane(Pane):
    """Topic ``calibration``. A point is a tenth of probability: right where it was said, up what came,
    with the interval the true share lies in; on the diagonal every prediction kept its word."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title or "预测可靠度", options, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        told = self._told()
        self.note = f"近 {told.days} 日 · {number(told.legs)} 段逐段先测后学" if told is not None and told.legs else ""
        said = [f"预测 {100 * s.foretold:.0f} %，实际 {100 * s.came:.0f} %，{number(s.n)} 次" for s in _slots(told)]
        self.setToolTip("\n".join(said))
        self.setAccessibleDescription("；".join(said))

    def _told(self) -> Calibration | None:
        return next(iter(self.records("calibration")), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        told, look = self._told(), self.look
        if told is None or not told.slots:
            words = "等待数据" if told is None else "尚无走完的路段可核对"
            text(painter, body, words, look.font("body"), look.colour("text3"), CENTRE)
            return
        tick = look.line("tick")
        beside = width_of("100", look.font("tick")) + look.px(6)
        side = min(body.height() - 3 * tick, round(body.width() * 0.5) - beside)
        plot = QRect(body.left() + look.pad + beside, body.top() + tick // 2, side, side)
        self._paint_axes(painter, plot)
        for slot in told.slots:
            self._paint_count(painter, plot, slot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for slot in told.slots:
            self._paint_slot(painter, plot, slot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        left = plot.right() + 2 * look.pad
        self._paint_figures(painter, QRect(left, plot.top(), body.right() - look.pad - left, plot.height()), told)

    def _paint_axes(self, painter: QPainter, plot: QRect) -> None:
        look, tick = self.look, self.look.font("tick")
        ink, high = look.colour("text3"), look.line("tick")
        for per_cent in TICKS:
            x, y = _at(plot, per_cent / 100, per_cent / 100)
            hairline(painter, look, plot.left(), round(y), plot.width())
            hairline(painter, look, round(x), plot.top(), plot.height(), True)
            beside = QRect(0, round(y) - high // 2, plot.left() - look.px(6), high)
            text(painter, beside, f"{per_cent}", tick, ink, RIGHT)
            below = QRect(round(x) - 2 * high, plot.bottom() + look.px(3), 4 * high, high)
            text(painter, below, f"{per_cent}", tick, ink, CENTRE)
        pen = QPen(look.colour("line2"), look.hair)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        under = QRect(plot.left(), plot.bottom() + look.px(3) + high, plot.width(), high)
        text(painter, under, "预测概率 % → 实际发生 % ↑", tick, ink, LEFT)

    def _paint_count(self, painter: QPainter, plot: QRect, slot: Slot) -> None:
        """How often it was said, as a bar from below: ten times as often is one step higher."""
        wide, step = plot.width() / SLOTS, plot.height() / 40
        left = plot.left() + int(min(SLOTS - 1, slot.foretold * SLOTS)) * wide
        high = round(step * (1 + log10(slot.n)))
        painter.fillRect(QRect(round(left) + 1, plot.bottom() - high, round(wide) - 2, high), self.look.colour("bar"))

    def _paint_slot(self, painter: QPainter, plot: QRect, slot: Slot) -> None:
        look = self.look
        low, top = wilson(round(slot.came * slot.n), slot.n)
        x, y = _at(plot, slot.foretold, slot.came)
        painter.setPen(QPen(look.colour("text3"), look.px(1.5)))
        painter.drawLine(QPointF(x, _at(plot, 0, low)[1]), QPointF(x, _at(plot, 0, top)[1]))
        radius = look.px(13 if look.is_wall else 4)
        painter.setPen(QPen(look.colour("text"), look.px(1.5)))
        painter.setBrush(look.colour("text") if slot.n >= FEW else look.colour("panel"))
        painter.drawEllipse(QPointF(x, y), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_figures(self, painter: QPainter, box: QRect, told: Calibration) -> None:
        look = self.look
        body, bold, high = look.font("body"), look.font("body", weight=500), round(1.2 * look.line("body"))
        for at, (name, value) in enumerate(figures(told)):
            row = QRect(box.left(), box.top() + at * high, box.width(), high)
            if row.bottom() > self.height():
                return
            text(painter, row, value, bold, look.colour("text"), RIGHT)
            room = row.width() - width_of(value, bold) - look.px(8)
            text(painter, row.adjusted(0, 0, room - row.width(), 0), name, body, look.colour("text2"), LEFT)
            hairline(painter, look, row.left(), row.bottom(), row.width())


def figures(told: Calibration) -> list[tuple[str, str]]:
    """What stands beside the plot; unknown is a dash."""
    coverage = "—" if told.coverage is None else f"{100 * told.coverage:.1f} %"
    error = "—" if told.error is None else f"{100 * told.error:.1f} 点"
    brier = "—" if told.brier is None else f"{told.brier:.3f}"
    return [
        (f"到达区间覆盖 应 {100 * told.promised:.0f} %", coverage),
        ("核对到达 次", number(told.timed)),
        ("概率平均偏差", error),
        ("均方误差 Brier", brier),
        ("学得 段", number(told.learnt)),
        ("路段 足量 / 稀少", f"{told.pairs} / {told.thin}"),
    ]


def _slots(told: Calibration | None) -> tuple[Slot, ...]:
    return told.slots if told is not None else ()


def _at(plot: QRect, foretold: float, came: float) -> tuple[float, float]:
    return plot.left() + foretold * plot.width(), plot.bottom() - came * plot.height()
