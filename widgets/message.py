"""Stands where a scene should be and says why it is not there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets import paint
from widgets.look import Look

translate = QCoreApplication.translate


class Message(QWidget):
    """A title and sentences, wrapped and whole."""

    def __init__(self, text: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.text = text
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(text)

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("panel"))
        step = "title" if look.is_wall else "card"
        y = self.height() // 3
        head = QRect(look.pad, y, self.width() - 2 * look.pad, look.line(step))
        title = translate("shell", "这个场景打不开")
        paint.text(painter, head, title, look.font(step), look.colour("text"), paint.CENTRE)
        y += look.line(step) + look.pad
        for line in paint.wrap(self.text, look.font("body"), min(self.width() - 4 * look.pad, look.px(900))):
            box = QRect(look.pad, y, self.width() - 2 * look.pad, look.line("body"))
            paint.text(painter, box, line, look.font("body"), look.colour("text2"), paint.CENTRE)
            y += look.line("body")
        painter.end()
