"""A question asked in place: a few choices, a line of text, Enter or Esc. Never a dialog."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets.button import ActionButton
from widgets.look import Look
from widgets.paint import LEFT, hairline, text


class Ask(QWidget):
    """``question``, its ``choices`` (keys 1–9) and, if wanted, one line of text.

    Emits ``answered(choice, text)`` with the index of the choice (−1 when there are none), or
    ``cancelled``. It holds the keyboard while it is open, and says itself what is still missing.
    """

    answered = Signal(int, str)
    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.question = ""
        self.chosen = -1
        self._wants_text = False
        self._complaint = ""
        self.choices: list[ActionButton] = []
        self.line = QLineEdit(self)
        self.line.setFrame(False)
        self.line.returnPressed.connect(self.confirm)
        self.confirm_button = ActionButton("确定", "Enter", self, look=look, primary=True)
        self.confirm_button.clicked.connect(self.confirm)
        self.cancel_button = ActionButton("取消", "Esc", self, look=look)
        self.cancel_button.clicked.connect(self.cancel)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def open(
        self, question: str, choices: Sequence[str] = (), chosen: int = -1, hint: str | None = None, filled: str = ""
    ) -> None:
        """``hint`` None means no text is wanted; the text may be empty only when it starts with （可）."""
        for old in self.choices:
            old.hide()
            old.deleteLater()
        self.question, self.chosen, self._complaint = question, chosen, ""
        self._wants_text = hint is not None
        self.choices = []
        for number, words in enumerate(choices, 1):
            button = ActionButton(words, str(number), self, look=self.look, primary=number - 1 == chosen)
            button.setObjectName(str(number - 1))
            button.clicked.connect(self._choose_sender)
            button.show()
            self.choices.append(button)
        self.line.setVisible(self._wants_text)
        self.line.setPlaceholderText(hint or "")
        self.line.setText(filled)
        self.restyle(self.look)
        self.show()
        self.raise_()
        settled = not choices or (chosen >= 0 and not filled)  # a text proposed with choices: they come first
        (self.line if self._wants_text and settled else self).setFocus()

    def height_for(self, width: int) -> int:
        """The room it needs at this width."""
        return self._arrange(width)

    def restyle(self, look: Look) -> None:
        self.look = look
        for button in (*self.choices, self.confirm_button, self.cancel_button):
            button.restyle(look)
        palette = QPalette(self.line.palette())
        palette.setColor(QPalette.ColorRole.Base, look.colour("well"))
        palette.setColor(QPalette.ColorRole.Text, look.colour("text"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, look.colour("text3"))
        self.line.setPalette(palette)
        self.line.setFont(look.font("body"))
        self.line.setTextMargins(look.px(6), 0, look.px(6), 0)
        self._arrange(self.width())
        self.update()

    def choose(self, index: int) -> None:
        """Take a choice; with no text wanted that is the answer."""
        if not 0 <= index < len(self.choices):
            return
        self.chosen = index
        for at, button in enumerate(self.choices):
            button.set_primary(at == index)
        if not self._wants_text:
            self.confirm()
        elif not self.line.text():
            self.line.setFocus()

    @Slot()
    def confirm(self) -> None:
        said = self.line.text().strip() if self._wants_text else ""
        if self.choices and self.chosen < 0:
            self._complain("请先选一项")
        elif self._wants_text and not said and not self.line.placeholderText().startswith("（可"):
            self._complain("请填写")
        else:
            self.hide()
            self.answered.emit(self.chosen, said)

    @Slot()
    def cancel(self) -> None:
        self.hide()
        self.cancelled.emit()

    @Slot()
    def _choose_sender(self) -> None:
        self.choose(int(self.sender().objectName()))

    def _complain(self, words: str) -> None:
        self._complaint = words
        self.update()

    def _arrange(self, width: int) -> int:
        look = self.look
        pad, gap, high = look.pad, look.px(6), look.px(28)
        x, y = pad, look.px(34)
        for button in self.choices:
            wide = min(button.sizeHint().width(), width - 2 * pad)
            if x + wide > width - pad:
                x, y = pad, y + high + gap
            button.setGeometry(x, y, wide, high)
            x += wide + gap
        if self.choices:
            y += high + gap
        if self._wants_text:
            self.line.setGeometry(pad, y, max(0, width - 2 * pad), high)
            y += high + gap
        x = pad
        for button in (self.confirm_button, self.cancel_button):
            hint = button.sizeHint()
            button.setGeometry(x, y, hint.width(), high)
            x += hint.width() + gap
        return y + high + look.px(10)

    # -- Qt ------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("raised"))
        hairline(painter, look, 0, 0, self.width())
        line = QRect(look.pad, look.px(6), self.width() - 2 * look.pad, look.px(22))
        words = self.question if not self._complaint else f"{self.question}　{self._complaint}"
        text(painter, line, words, look.font("body", weight=500), look.colour("text"), LEFT)
        if self._wants_text:
            painter.setPen(QPen(look.colour("ice" if self.line.hasFocus() else "line2"), look.hair))
            painter.drawRect(self.line.geometry().adjusted(-1, -1, 0, 0))
        painter.end()

    def event(self, event: QEvent) -> bool:
        """While it is open its keys are its own, not the desk's (1–9 change scenes, Esc closes panels)."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.cancel()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirm()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and not self.line.hasFocus():
            self.choose(key - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)


def _own(event: QKeyEvent) -> bool:
    key = event.key()
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return plain and (key in _KEYS or Qt.Key.Key_1 <= key <= Qt.Key.Key_9)


_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
