"""阈值扫描: precision with its 95 % band and the share of confirmed cases kept, for each value of one number.

Where a value would raise what nobody ever verified there is no curve but a hatch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from services.domain.backtest import Scan, ScanPoint
from widgets.hatch import hatch_brush
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, LEFT, RIGHT, hairline, polyline, text, width_of
from widgets.rule_pane import TestedPane

Place = Callable[[float, float], QPointF]  # value of the number, share 0–1 → where


class RuleScanPane(TestedPane):
    """The active and the drafted value stand as lines; the curve's words stand at its end."""

    def refresh(self) -> None:
        test = self.test
        self.note = "阴影为 95 % 区间" if test is not None and test.scan is not None else ""

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, test = self.look, self.test
        if test is None or test.scan is None or len(test.scan.points) < 2:
            nothing = "这次改动没有可扫描的数值" if test is not None and not test.doing else self.nothing_said()
            paint_waiting(painter, body.adjusted(look.pad, 0, -look.pad, 0), self, nothing)
            return
        scan = test.scan
        top, foot = body.top() + look.px(26), look.px(44)
        plot = QRect(look.px(44), top, body.width() - look.px(44) - look.px(76), body.bottom() - foot - top)
        first, last = scan.points[0].value, scan.points[-1].value

        def place(value: float, share: float) -> QPointF:
            x = plot.left() + plot.width() * (value - first) / (last - first)
            return QPointF(x, plot.bottom() - plot.height() * share)

        self._paint_axes(painter, plot, scan, place)
        known = [p for p in scan.points if p.is_known and p.rating.precision is not None]
        self._paint_band(painter, known, place)
        self._paint_unknown(painter, plot, scan, place)
        self._paint_curves(painter, plot, known, place)
        self._paint_values(painter, plot, scan, place)

    def _paint_axes(self, painter: QPainter, plot: QRect, scan: Scan, place: Place) -> None:
        look, tick = self.look, self.look.font("tick")
        text(painter, QRect(0, plot.top() - look.px(24), plot.left() - look.px(8), look.px(18)), "%", tick,
             look.colour("text3"), RIGHT)  # fmt: skip
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = round(place(scan.points[0].value, share).y())
            hairline(painter, look, plot.left(), y, plot.width())
            box = QRect(0, y - look.px(9), plot.left() - look.px(8), look.px(18))
            text(painter, box, f"{100 * share:.0f}", tick, look.colour("text3"), RIGHT)
        values = [p.value for p in scan.points]
        step = max(1, (len(values) - 1) // 6)
        for value in values[::step]:
            x = round(place(value, 0).x())
            box = QRect(x - look.px(30), plot.bottom() + look.px(4), look.px(60), look.px(18))
            text(painter, box, f"{value:g}", tick, look.colour("text3"), CENTRE)
        name = QRect(plot.left(), plot.bottom() + look.px(22), plot.width(), look.px(18))
        text(painter, name, f"阈值：{scan.label}", tick, look.colour("text3"), CENTRE)

    def _paint_band(self, painter: QPainter, known: Sequence[ScanPoint], place: Place) -> None:
        ends = [(p.value, bounds) for p in known if (bounds := p.rating.interval) is not None]
        if len(ends) < 2:
            return
        low = [place(value, bounds[0]) for value, bounds in ends]
        high = [place(value, bounds[1]) for value, bounds in ends]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour("band"))
        painter.drawPolygon(QPolygonF([*high, *reversed(low)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_unknown(self, painter: QPainter, plot: QRect, scan: Scan, place: Place) -> None:
        """Up to the last value that nobody verified, on the side where the unknown is."""
        look, font = self.look, self.look.font("body")
        unknown = [p.value for p in scan.points if not p.is_known]
        if not unknown:
            return
        below = unknown[0] < scan.active
        edge = round(place(scan.active, 0).x())
        left, right = (plot.left(), edge) if below else (round(place(unknown[0], 0).x()), plot.right())
        box = QRect(left, plot.top(), right - left, plot.height())
        painter.fillRect(box, hatch_brush(look, box.topLeft()))
        words = ("低于现行值，" if below else "宽于现行值，", "从未核实，未知")
        wide = max(width_of(line, font) for line in words) + look.px(12)
        if wide > box.width() + look.px(40):
            return
        ground = QRect(box.center().x() - wide // 2, box.center().y() - look.px(22), wide, look.px(44))
        painter.fillRect(ground, look.colour("panel"))
        for at, line in enumerate(words):
            row = QRect(ground.left(), ground.top() + at * look.px(22), wide, look.px(22))
            text(painter, row, line, font, look.colour("text2"), CENTRE)

    def _paint_curves(self, painter: QPainter, plot: QRect, known: Sequence[ScanPoint], place: Place) -> None:
        look, font = self.look, self.look.font("body")
        precision = [place(p.value, p.rating.precision or 0.0) for p in known]
        kept = [place(p.value, p.kept) for p in known if p.kept is not None]
        polyline(painter, precision, look.colour("text"), look.px(1.8))
        if len(kept) > 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(look.colour("c1"), look.px(1.8))
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(kept))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        ends = [(line[-1].y(), words, token) for line, words, token in
                ((precision, "精确率", "text"), (kept, "保留确认", "c1")) if line]  # fmt: skip
        if len(ends) == 2 and abs(ends[0][0] - ends[1][0]) < look.px(18):
            ends[1] = (ends[0][0] + look.px(18), *ends[1][1:])
        for y, words, token in ends:
            box = QRect(plot.right() + look.px(6), round(y) - look.px(10), look.px(70), look.px(20))
            text(painter, box, words, font, look.colour(token), LEFT)

    def _paint_values(self, painter: QPainter, plot: QRect, scan: Scan, place: Place) -> None:
        look, tick = self.look, self.look.font("tick")
        spots = [("现行", scan.active, "text3")]
        if scan.draft != scan.active:
            spots.append(("草案", scan.draft, "text"))
        taken = QRect()
        for word, value, token in spots:
            x = round(place(value, 0).x())
            pen = QPen(look.colour(token), look.hair)
            if word == "现行":
                pen.setDashPattern([3, 3])
            painter.setPen(pen)
            painter.drawLine(x, plot.top(), x, plot.bottom())
            said = f"{word} {value:g}"
            wide = width_of(said, tick) + look.px(4)
            box = QRect(x - wide // 2, plot.top() - look.px(22), wide, look.px(18))
            if box.intersects(taken):
                box.moveLeft(taken.right() + look.px(6))
            text(painter, box, said, tick, look.colour(token), CENTRE)
            taken = box
        point = next((p for p in scan.points if p.value == scan.draft and p.is_known), None)
        if point is not None and point.rating.precision is not None:
            self._paint_point(painter, point, place)

    def _paint_point(self, painter: QPainter, point: ScanPoint, place: Place) -> None:
        """The drafted value on both curves, in figures."""
        look, font = self.look, self.look.font("body", weight=500)
        precision, bounds = point.rating.precision or 0.0, point.rating.interval or (0.0, 0.0)
        marks = [
            (
                place(point.value, precision),
                "text",
                f"{100 * precision:.1f}（{100 * bounds[0]:.0f}–{100 * bounds[1]:.0f}）",
                1,
            )
        ]
        if point.kept is not None:
            marks.append((place(point.value, point.kept), "c1", f"{100 * point.kept:.1f}", -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, token, words, side in marks:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour(token))
            painter.drawEllipse(QRectF(at.x() - look.px(3.5), at.y() - look.px(3.5), look.px(7), look.px(7)))
            box = QRect(round(at.x()) + look.px(8), round(at.y()) + (look.px(3) if side > 0 else -look.px(20)),
                        width_of(words, font) + look.px(4), look.px(18))  # fmt: skip
            if side > 0:
                painter.fillRect(box.adjusted(0, 0, look.px(2), 0), look.colour("panel"))
            text(painter, box, words, font, look.colour(token), LEFT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
