"""Time and way of one vehicle: slopes are speeds, the shaded part is where it can have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from services.domain.timebase import local
from services.domain.trajectory import LegKind, Trajectory, possible
from widgets.axes import time_ticks, value_text
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, text, width_of

LEAST_SPAN_S = 600.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's own coordinates: seconds since 1970 to the right, kilometres up."""

    box: QRect
    first: float
    last: float
    top_km: float

    def at(self, moment: datetime, km: float) -> QPointF:
        x = (moment.timestamp() - self.first) / (self.last - self.first)
        return QPointF(self.box.left() + x * self.box.width(), self.box.bottom() - km / self.top_km * self.box.height())


def frame_of(found: Trajectory, box: QRect) -> Frame:
    """All stops with a little room on either side."""
    first, last = found.stops[0].at.timestamp(), found.stops[-1].at.timestamp()
    spare = max(LEAST_SPAN_S, last - first) * 0.04
    return Frame(box, first - spare, last + spare, max(1.0, found.km * 1.1))


def paint_plot(painter: QPainter, area: QRect, found: Trajectory, at: int, look: Look) -> None:
    """``at`` is the stop the slider stands on."""
    box = area.adjusted(look.px(40), look.px(20), -look.px(8), -look.px(22))
    frame = frame_of(found, box)
    _paint_axes(painter, area, frame, look)
    painter.save()
    painter.setClipRect(box.adjusted(-2, -2, 2, 2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for n, leg in enumerate(found.legs):
        _paint_leg(painter, frame, found, n, leg.kind, look)
    radius = look.px(3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("text"))
    for stop in found.stops:
        painter.drawEllipse(frame.at(stop.at, stop.km), radius, radius)
    _paint_slider(painter, frame, found, at, look)
    painter.restore()


def _paint_axes(painter: QPainter, area: QRect, frame: Frame, look: Look) -> None:
    tick, quiet, box = look.font("tick"), look.colour("text3"), frame.box
    text(painter, QRect(area.left(), area.top(), area.width(), look.px(18)), "里程 km（直线累计）", tick, quiet, LEFT)
    days = frame.last - frame.first > 86_400
    for moment in time_ticks(frame.first, frame.last):
        when = datetime.fromtimestamp(moment, UTC)
        x = round(frame.at(when, 0).x())
        painter.fillRect(QRect(x, box.top(), look.hair, box.height()), look.colour("line"))
        words = f"{local(when):%m-%d %H:%M}" if days else f"{local(when):%H:%M}"
        wide = width_of(words, tick) + look.px(4)
        left = min(max(area.left(), x - wide // 2), area.right() - wide)
        text(painter, QRect(left, box.bottom() + look.px(3), wide, look.px(18)), words, tick, quiet, CENTRE)
    for km in _steps(frame.top_km):
        y = round(frame.at(datetime.fromtimestamp(frame.first, UTC), km).y())
        painter.fillRect(QRect(box.left(), y, box.width(), look.hair), look.colour("line"))
        label = QRect(area.left(), y - look.px(9), look.px(34), look.px(18))
        text(painter, label, value_text(km), tick, quiet, RIGHT)


def _steps(top: float) -> list[float]:
    step = next((s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500) if top / s <= 5), 1000.0)
    return [n * step for n in range(int(top / step) + 1)]


def _paint_leg(painter: QPainter, frame: Frame, found: Trajectory, n: int, kind: LegKind, look: Look) -> None:
    one, other = found.stops[n], found.stops[n + 1]
    corners = possible(one, other, found.fastest_kmh)
    if corners and kind is not LegKind.STAY:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("band"))
        painter.drawPolygon(QPolygonF([frame.at(*corner) for corner in corners]))
    start, end = frame.at(one.at, one.km), frame.at(other.at, other.km)
    if kind is LegKind.IMPOSSIBLE:
        side = max(look.px(10), round(end.x() - start.x()))
        painter.fillRect(
            QRect(round(start.x()) - look.px(3), round(end.y()), side + look.px(6), round(start.y() - end.y())),
            hatch_brush(look),
        )
    pen = QPen(look.colour("text" if kind is not LegKind.GAP else "text3"), look.px(2))
    if kind in (LegKind.GAP, LegKind.IMPOSSIBLE):
        pen.setDashPattern([3, 3] if kind is LegKind.GAP else [1, 2])
    painter.setPen(pen)
    painter.drawLine(start, end)


def _paint_slider(painter: QPainter, frame: Frame, found: Trajectory, at: int, look: Look) -> None:
    stop = found.stops[at]
    spot = frame.at(stop.at, stop.km)
    painter.setPen(QPen(look.colour("ice"), look.px(1)))
    painter.drawLine(QPointF(spot.x(), frame.box.top()), QPointF(spot.x(), frame.box.bottom()))
    painter.setBrush(look.colour("panel"))
    painter.setPen(QPen(look.colour("ice"), look.px(2)))
    painter.drawEllipse(spot, look.px(5), look.px(5))
