"""The desk's foot: how the console itself is doing, in figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets import paint
from widgets.look import Look

translate = QCoreApplication.translate

ATTRIBUTION = "底图 © OpenStreetMap (ODbL) · GSHHG (LGPL-3)"


class Foot(QWidget):
    """Short facts from the left, the attribution (never dropped) and the version at the right."""

    def __init__(self, version: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._version = version
        self._facts: tuple[str, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_facts(self, facts: Sequence[str]) -> None:
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self.setAccessibleName("，".join(facts))
            self.update()

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("panel"))
        painter.fillRect(0, 0, self.width(), look.hair, look.colour("ground"))
        font, ink = look.font("tick"), look.colour("text3")
        right = self.width() - look.px(16)
        for text in (self._version, translate("shell", ATTRIBUTION)):
            width = paint.width_of(text, font)
            paint.text(painter, QRect(right - width, 0, width + 2, self.height()), text, font, ink)
            right -= width + look.px(24)
        x = look.px(16)
        for fact in self._facts:
            width = paint.width_of(fact, font)
            if x + width > right:
                break
            paint.text(painter, QRect(x, 0, width + 2, self.height()), fact, font, ink)
            x += width + look.px(28)
        painter.end()
