"""Time and way of one vehicle: slopes are speeds, the shaded part is where it can have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from services.domain.timebase import local
from services.domain.trajectory import LegKind, Trajectory, possible, trip_of
from widgets.axes import time_ticks, value_text
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, text, width_of

LEAST_SPAN_S = 600.0
WHOLE_HIGH = 96  # logical px


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's own coordinates: seconds since 1970 to the right, kilometres up."""

    box: QRect
    first: float
    last: float
    low_km: float
    top_km: float

    def at(self, moment: datetime, km: float) -> QPointF:
        x = (moment.timestamp() - self.first) / (self.last - self.first)
        y = (km - self.low_km) / (self.top_km - self.low_km)
        return QPointF(self.box.left() + x * self.box.width(), self.box.bottom() - y * self.box.height())


def frame_of(found: Trajectory, box: QRect, first: int, last: int) -> Frame:
    """These stops with a little room round them."""
    one, other = found.stops[first], found.stops[last]
    begin, end = one.at.timestamp(), other.at.timestamp()
    spare = max(LEAST_SPAN_S, end - begin) * 0.05
    km = max(1.0, other.km - one.km)
    return Frame(box, begin - spare, end + spare, one.km - 0.02 * km, one.km + 1.08 * km)


def whole_box(area: QRect, look: Look) -> QRect:
    """Where the whole time stands, above."""
    return QRect(area.left() + look.px(40), area.top() + look.px(20), area.width() - look.px(48), look.px(WHOLE_HIGH))


def drive_box(area: QRect, look: Look) -> QRect:
    """Where the drive of the chosen stop stands, below."""
    whole = whole_box(area, look)
    top = whole.bottom() + look.px(46)
    return QRect(whole.left(), top, whole.width(), area.bottom() - look.px(22) - top)


def paint_plot(painter: QPainter, area: QRect, found: Trajectory, at: int, look: Look) -> None:
    """The whole time above, below the drive of stop ``at``, on which the slider stands."""
    trip = trip_of(found.legs, at)
    every = (0, len(found.stops) - 1)
    _paint_part(painter, area, frame_of(found, whole_box(area, look), *every), found, every, at, look)
    frame = frame_of(found, drive_box(area, look), *trip)
    _paint_part(painter, area, frame, found, trip, at, look)


def _paint_part(
    painter: QPainter, area: QRect, frame: Frame, found: Trajectory, part: tuple[int, int], at: int, look: Look
) -> None:
    _paint_axes(painter, area, frame, found.stops[part[0]].km, look)
    painter.save()
    painter.setClipRect(frame.box.adjusted(-2, -2, 2, 2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for n in range(part[0], part[1]):
        _paint_leg(painter, frame, found, n, found.legs[n].kind, look)
    radius = look.px(2.5 if part[1] - part[0] > 12 else 3.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("text"))
    for stop in found.stops[part[0] : part[1] + 1]:
        painter.drawEllipse(frame.at(stop.at, stop.km), radius, radius)
    _paint_slider(painter, frame, found, at, look)
    painter.restore()


def _paint_axes(painter: QPainter, area: QRect, frame: Frame, zero_km: float, look: Look) -> None:
    """Kilometres count from ``zero_km``."""
    tick, quiet, box = look.font("tick"), look.colour("text3"), frame.box
    title = QRect(area.left(), box.top() - look.px(20), area.width(), look.px(18))
    words = "全期　里程 km（直线累计）" if box.height() <= look.px(WHOLE_HIGH) else "本次行程　里程 km"
    text(painter, title, words, tick, quiet, LEFT)
    days = frame.last - frame.first > 86_400
    for moment in time_ticks(frame.first, frame.last):
        when = datetime.fromtimestamp(moment, UTC)
        x = round(frame.at(when, zero_km).x())
        painter.fillRect(QRect(x, box.top(), look.hair, box.height()), look.colour("line"))
        words = f"{local(when):%m-%d %H:%M}" if days else f"{local(when):%H:%M}"
        wide = width_of(words, tick) + look.px(4)
        left = min(max(area.left(), x - wide // 2), area.right() - wide)
        text(painter, QRect(left, box.bottom() + look.px(3), wide, look.px(18)), words, tick, quiet, CENTRE)
    for km in _steps(frame.top_km - zero_km, 3 if box.height() <= look.px(WHOLE_HIGH) else 6):
        y = round(frame.at(datetime.fromtimestamp(frame.first, UTC), zero_km + km).y())
        painter.fillRect(QRect(box.left(), y, box.width(), look.hair), look.colour("line"))
        label = QRect(area.left(), y - look.px(9), look.px(34), look.px(18))
        text(painter, label, value_text(km), tick, quiet, RIGHT)


def _steps(top: float, most: int) -> list[float]:
    step = next((s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500) if top / s <= most), 1000.0)
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
