"""The foot of the sea map while a track is shown: a line of time to drag along, and to play sixty times as fast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from services.domain.timebase import local
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, text, width_of

HIGH = 46
SPANS_H = (6, 24, 72)
RATE = 60.0  # of playing
_BEAT_MS = 100
_HOURS = (1, 2, 3, 6, 12, 24)
_TICK_PX = 70  # between two hours that are named

Heard = Sequence[tuple[datetime, datetime]]


class TrackSlider(QWidget):
    """Says which moment is looked at. The line is bright where the boat was heard and hatched where it was not."""

    moved = Signal(object)  # datetime
    wanted_span = Signal(int)  # hours
    closed = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.since = self.until = self.moment = datetime.fromtimestamp(0).astimezone()
        self.span_h = SPANS_H[1]
        self.words = ""
        self._heard: Heard = ()
        self._dragging = False
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._play_on)
        self.setAccessibleName("航迹时间")
        self.setVisible(False)

    # -- told -----------------------------------------------------------------------------------

    def show_span(self, since: datetime, until: datetime, heard: Heard, span_h: int) -> None:
        """A new track; the moment is its end."""
        self.since, self.until, self._heard, self.span_h = since, until, heard, span_h
        self.go(until)

    def say(self, words: str) -> None:
        self.words = words
        self.setAccessibleDescription(words)
        self.update()

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    @property
    def is_playing(self) -> bool:
        return self._beat.isActive()

    def play(self, on: bool) -> None:
        """From the moment on; from the beginning when it is the end."""
        if on and self.moment >= self.until:
            self.go(self.since)
        if on:
            self._beat.start()
        else:
            self._beat.stop()
        self.update()

    def go(self, moment: datetime) -> None:
        self.moment = min(max(moment, self.since), self.until)
        self.moved.emit(self.moment)
        self.update()

    @Slot()
    def _play_on(self) -> None:
        self.go(self.moment + timedelta(seconds=RATE * _BEAT_MS / 1000))
        if self.moment >= self.until:
            self.play(False)

    # -- geometry -------------------------------------------------------------------------------

    def _button(self) -> QRect:
        return QRect(self.look.pad, 0, self.look.px(58), self.height())

    def _line(self) -> QRect:
        left = self._button().right() + self.look.px(10)
        return QRect(left, self.look.px(25), self.width() - left - self.look.pad, self.look.px(7))

    def _spans(self) -> list[tuple[QRect, int]]:
        """What stands right of the words: the spans, and the cross that closes."""
        font, right, boxes = self.look.font("tick"), self.width() - self.look.pad, []
        for hours in (0, *reversed(SPANS_H)):
            width = width_of(_span_word(hours), font) + self.look.px(12)
            boxes.append((QRect(right - width, 0, width, self.look.px(22)), hours))
            right -= width
        return boxes

    def _x(self, moment: datetime) -> float:
        line = self._line()
        return line.left() + line.width() * ((moment - self.since) / max(self.until - self.since, timedelta(seconds=1)))

    def _moment_at(self, x: float) -> datetime:
        line = self._line()
        return self.since + (self.until - self.since) * min(1.0, max(0.0, (x - line.left()) / max(1, line.width())))

    # -- the hand -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        span = next((hours for box, hours in self._spans() if box.contains(at)), None)
        if self._button().contains(at):
            self.play(not self.is_playing)
        elif span is not None:
            self.closed.emit() if span == 0 else self.wanted_span.emit(span)
        else:
            self._dragging = True
            self.go(self._moment_at(at.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.go(self._moment_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    # -- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("panel"))
        painter.fillRect(QRectF(0, 0, self.width(), look.hair), look.colour("line2"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_button(painter)
        self._paint_line(painter)
        self._paint_words(painter)
        painter.end()

    def _paint_button(self, painter: QPainter) -> None:
        look, box = self.look, self._button()
        side, x, y = look.px(11), float(box.left()), box.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("text"))
        if self.is_playing:
            for shift in (0.0, 0.6):
                painter.drawRect(QRectF(x + shift * side, y - side / 2, side * 0.35, side))
        else:
            corners = ((0, -0.55), (0.9, 0), (0, 0.55))
            painter.drawPolygon(QPolygonF([QPointF(x + a * side, y + b * side) for a, b in corners]))
        words = box.adjusted(look.px(18), 0, 0, 0)
        text(painter, words, f"×{RATE:.0f}", look.font("tick"), look.colour("text2"), LEFT)

    def _paint_line(self, painter: QPainter) -> None:
        look, line = self.look, self._line()
        painter.fillRect(line, look.colour("well"))
        painter.fillRect(line, hatch_brush(look))
        for begin, end in self._heard:
            left, right = self._x(max(begin, self.since)), self._x(min(end, self.until))
            room = QRectF(left, line.top(), max(1.5, right - left), line.height())
            painter.fillRect(room, look.colour("bar"))
        self._paint_hours(painter)
        x = self._x(self.moment)
        painter.setPen(QPen(look.colour("ice"), look.px(2)))
        painter.drawLine(QPointF(x, line.top() - look.px(4)), QPointF(x, line.bottom() + look.px(4)))

    def _paint_hours(self, painter: QPainter) -> None:
        look, line = self.look, self._line()
        hours = (self.until - self.since) / timedelta(hours=1)
        every = next((h for h in _HOURS if line.width() / max(hours / h, 1e-6) >= look.px(_TICK_PX)), _HOURS[-1])
        hour = local(self.since).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        wide = look.px(_TICK_PX)
        while hour < self.until:
            x = round(self._x(hour))
            if hour.hour % every == 0 and line.left() + wide / 2 < x < line.right() - wide / 2:
                room = QRect(x - wide // 2, line.bottom() + look.px(1), wide, look.px(13))
                words = f"{hour:%H:%M}" if hour.hour else f"{hour.month}月{hour.day}日"
                text(painter, room, words, look.font("tick"), look.colour("text3"), CENTRE)
            hour += timedelta(hours=1)

    def _paint_words(self, painter: QPainter) -> None:
        look, font = self.look, self.look.font("tick")
        for box, hours in self._spans():
            chosen = hours == self.span_h
            text(painter, box, _span_word(hours), font, look.colour("text" if chosen else "text3"), RIGHT)
        left = self._line().left()
        room = QRect(left, 0, self._spans()[-1][0].left() - left, look.px(22))
        text(painter, room, self.words, look.font("body"), look.colour("text"), LEFT)


def _span_word(hours: int) -> str:
    return "关闭 Esc" if hours == 0 else f"{hours} 时" if hours < 48 else f"{hours // 24} 日"
