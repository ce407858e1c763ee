"""The part of the card that may be longer than its room; some of its lines can be clicked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from widgets.card_text import ALONE, Around, CardText
from widgets.look import Look


class CardBody(QWidget):
    """``chosen`` says what was clicked: a Subject, or a TickAsked."""

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.alert: Alert | None = None
        self.around: Around = ALONE
        self._ends: list[int] = []
        self._hits: list[tuple[QRect, Any]] = []
        self._landmarks: list[tuple[int, str]] = []
        self.setMouseTracking(True)

    def show_alert(self, alert: Alert | None, look: Look, width: int, around: Around = ALONE) -> None:
        self.alert, self.look, self.around = alert, look, around
        told = CardText(alert, look, width - 2 * look.pad, None, around) if alert is not None else None
        self._ends = told.ends if told is not None else []
        self._hits = told.hits if told is not None else []
        self._landmarks = told.landmarks if told is not None else []
        self.setFixedSize(width, told.y if told is not None else 0)
        self.update()

    def whole_lines(self, room: int) -> int:
        """As much of the room as whole lines fill, so that none is cut through."""
        if self.height() <= room:
            return room
        return max((end for end in self._ends if end <= room), default=room)

    def parts_below(self, y: int) -> str:
        """``事件 3 件 · 要点 1/3``: the parts of which no more than the head stands above ``y``."""
        return " · ".join(words for top, words in self._landmarks if top + self.look.px(46) > y)

    def meant_at(self, spot: QPoint) -> Any | None:
        spot = spot - QPoint(self.look.pad, 0)
        return next((what for box, what in self._hits if box.contains(spot)), None)

    # -- Qt ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.look.colour("panel"))
        if self.alert is not None:
            painter.translate(self.look.pad, 0)
            CardText(self.alert, self.look, self.width() - 2 * self.look.pad, painter, self.around)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hand = self.meant_at(event.position().toPoint()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        what = self.meant_at(event.position().toPoint())
        if what is not None and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(what)
