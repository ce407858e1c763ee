"""One sentence about what just happened, where the officer is looking; it goes by itself."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets import paint
from widgets.hatch import hatch_brush
from widgets.look import Look

STAYS_MS = 8000


class Notice(QWidget):
    """Shown for eight seconds, or until ``clear`` when it tells of a trouble that lasts."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._text = ""
        self._lasting = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAYS_MS)
        self._timer.timeout.connect(self._lapse)
        self.hide()

    @property
    def text(self) -> str:
        return self._text or self._lasting

    def say(self, text: str) -> None:
        self._text = text
        self._timer.start()
        self._show()

    def hold(self, text: str) -> None:
        """Say it until it is held no more (``hold("")``)."""
        if text != self._lasting:
            self._lasting = text
            self._show()

    def clear(self) -> None:
        """Say nothing more, whatever lasts."""
        self._timer.stop()
        self._text = self._lasting = ""
        self._show()

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    def wanted_height(self, width: int) -> int:
        look = self.look
        lines = paint.wrap(self.text, look.font("body"), width - 3 * look.pad)
        return max(1, len(lines)) * look.line("body") + look.px(14)

    def _lapse(self) -> None:
        self._text = ""
        self._show()

    def _show(self) -> None:
        self.setAccessibleName(self.text)
        self.setVisible(bool(self.text))
        if self.text:
            bottom = self.geometry().bottom()
            high = self.wanted_height(self.width())
            self.setGeometry(self.x(), bottom - high + 1, self.width(), high)
            self.raise_()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._timer.stop()
        self._lapse()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("raised"))
        edge = QRect(0, 0, look.px(4), self.height())
        painter.fillRect(edge, hatch_brush(look) if not self._text else look.colour("ice"))
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        y = look.px(7)
        for line in paint.wrap(self.text, look.font("body"), self.width() - 3 * look.pad):
            box = QRect(look.pad + look.px(6), y, self.width(), look.line("body"))
            paint.text(painter, box, line, look.font("body"), look.colour("text"))
            y += look.line("body")
        painter.end()
