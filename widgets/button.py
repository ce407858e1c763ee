"""A button that says its key, and why it is refused."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from widgets.look import Look
from widgets.paint import CENTRE, LEFT, elide, text, width_of


class ActionButton(QAbstractButton):
    """Text, key and, when it may not be pressed, the reason: ``办结 · 须值班长 F7``.

    A refused button stays enabled for Qt so that the keyboard reaches it; pressing it emits
    ``refused`` with the reason instead of ``clicked``. Its width does not change with its text
    unless the layout asks ``sizeHint`` again.
    """

    refused = Signal(str)

    def __init__(self, text: str, key: str = "", parent: QWidget | None = None, *, look: Look, primary: bool = False):
        super().__init__(parent)
        self.look = look
        self.key = key
        self.primary = primary
        self.reason = ""
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"{text} {key}".strip())

    def set_reason(self, reason: str) -> None:
        """Refuse with a reason of a few words; an empty one allows."""
        if reason == self.reason:
            return
        self.reason = reason
        self.setAccessibleDescription(reason)
        self.updateGeometry()
        self.update()

    def set_primary(self, primary: bool) -> None:
        self.primary = primary
        self.update()

    def restyle(self, look: Look) -> None:
        self.look = look
        self.updateGeometry()
        self.update()

    def ask(self) -> None:
        """What its key does: press it, or say why not."""
        if self.reason:
            self.refused.emit(self.reason)
        else:
            self.click()

    def shown_text(self) -> str:
        return f"{self.text()} · {self.reason}" if self.reason else self.text()

    # -- Qt -----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        look = self.look
        width = 2 * (look.hair + look.px(9)) + 2 + width_of(self.shown_text(), look.font("body"))
        if self.key:
            width += look.px(8) + width_of(self.key, look.font("tick"))
        return QSize(width, look.px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.look.px(48), self.look.px(28))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.reason:
            self.refused.emit(self.reason)
            event.accept()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.ask()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        box = self.rect().adjusted(look.hair, look.hair, -look.hair, -look.hair)
        self._paint_ground(painter, box)
        ice = self.primary and not self.reason
        ink = look.colour("on_ice" if ice else "text3" if self.reason else "text")
        inner = box.adjusted(look.px(9), 0, -look.px(9), 0)
        key_width = width_of(self.key, look.font("tick")) + look.px(8) if self.key else 0
        font = look.font("body")
        shown = elide(self.shown_text(), font, inner.width() - key_width)
        body = QRect(inner.left(), inner.top(), inner.width() - key_width, inner.height())
        text(painter, body, shown, font, ink, LEFT if self.key else CENTRE)
        if self.key:
            quiet = look.colour("on_ice" if ice else "text3")
            key_box = QRect(inner.right() - key_width + look.px(8), inner.top(), key_width, inner.height())
            text(painter, key_box, self.key, look.font("tick"), quiet, LEFT)
        painter.end()

    def _paint_ground(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = look.px(2)
        frame = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
        pen = QPen(look.colour("line2"), look.hair)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.reason:
            pen.setDashPattern([3, 3])
        elif self.primary:
            painter.setBrush(look.colour("ice"))
            pen.setColor(look.colour("ice"))
        elif self.isDown() or self.underMouse():
            painter.setBrush(look.colour("hover"))
        painter.setPen(pen)
        painter.drawRoundedRect(frame, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("ice"), look.px(1.5)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), radius + 1, radius + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
