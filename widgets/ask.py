"""A question asked in place: a few choices, a line of text, Enter or Esc. Never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets.button import ActionButton
from widgets.look import Look
from widgets.paint import LEFT, hairline, text
from widgets.photos import Photos


class Ask(QWidget):
    """``question``, its ``choices`` (keys 1–9) and, if wanted, one line of text.

    Emits ``answered(choice, text)`` with the index of the choice (−1 when there are none), or
    ``cancelled``. It holds the keyboard while it is open, and says itself what is still missing.
    More may be asked with it, all of it optional and reached with Tab: a ``second`` choice
    (``second_chosen``), lines to tick (``ticked``), photos (``photos.names``).
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
        self.second_chosen = -1
        self.ticked: tuple[int, ...] = ()
        self._labels = ("", "")
        self.choices: list[ActionButton] = []
        self.seconds: list[ActionButton] = []
        self.ticks: list[ActionButton] = []
        self.photos = Photos(look, self)
        self.photos.complained.connect(self._complain)
        self.photos.hide()
        self.line = QLineEdit(self)
        self.line.setFrame(False)
        self.confirm_button = ActionButton("确定", "Enter", self, look=look, primary=True)
        self.confirm_button.clicked.connect(self.confirm)
        self.cancel_button = ActionButton("取消", "Esc", self, look=look)
        self.cancel_button.clicked.connect(self.cancel)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def open(
        self,
        question: str,
        choices: Sequence[str] = (),
        chosen: int = -1,
        hint: str | None = None,
        filled: str = "",
        *,
        second: tuple[str, Sequence[str]] = ("", ()),
        ticks: tuple[str, Sequence[str]] = ("", ()),
        ticked: Sequence[int] = (),
        photos: bool = False,
    ) -> None:
        """``hint`` None means no text is wanted; the text may be empty only when it starts with （可）.
        ``second`` and ``ticks`` are what is asked and what there is."""
        self._forget()
        self.question, self.chosen, self._complaint = question, chosen, ""
        self._wants_text = hint is not None
        self._labels = (second[0], ticks[0])
        self.ticked = tuple(ticked)
        keys = [str(number) if number < 10 else "" for number in range(1, len(choices) + 1)]
        self.choices = [self._part(words, key) for words, key in zip(choices, keys, strict=True)]
        self.seconds = [self._part(words) for words in second[1]]
        self.ticks = [self._part(words) for words in ticks[1]]
        for parts, slot in self._groups():
            for at, button in enumerate(parts):
                button.setObjectName(str(at))
                button.clicked.connect(slot)
        self._mark()
        self.photos.setVisible(photos)
        self.line.setVisible(self._wants_text)
        self.line.setPlaceholderText(hint or "")
        self.line.setText(filled)
        self.restyle(self.look)
        self.show()
        self.raise_()
        settled = not choices or (chosen >= 0 and not filled)  # a text proposed with choices: they come first
        (self.line if self._wants_text and settled else self).setFocus()

    def _part(self, words: str, key: str = "") -> ActionButton:
        button = ActionButton(words, key, self, look=self.look)
        button.show()
        return button

    def _groups(self) -> tuple[tuple[list[ActionButton], Callable[[], None]], ...]:
        return (
            (self.choices, self._choose_sender),
            (self.seconds, self._choose_second),
            (self.ticks, self._tick_sender),
        )

    def _forget(self) -> None:
        for old in (*self.choices, *self.seconds, *self.ticks):
            old.hide()
            old.deleteLater()
        self.second_chosen = -1
        self.photos.clear()

    def _mark(self) -> None:
        """Show what is chosen and ticked."""
        for at, button in enumerate(self.choices):
            button.set_primary(at == self.chosen)
        for at, button in enumerate(self.seconds):
            button.set_primary(at == self.second_chosen)
        for at, button in enumerate(self.ticks):
            button.set_primary(at in self.ticked)

    def height_for(self, width: int) -> int:
        """The room it needs at this width."""
        return self._arrange(width)

    def restyle(self, look: Look) -> None:
        self.look = look
        always = (self.photos, self.confirm_button, self.cancel_button)
        for button in (*self.choices, *self.seconds, *self.ticks, *always):
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
        self._mark()
        if not self._wants_text and not self.seconds and not self.ticks:
            self.confirm()
        elif self._wants_text and not self.line.text():
            self.line.setFocus()

    @Slot()
    def confirm(self) -> None:
        said = self.line.text().strip() if self._wants_text else ""
        if self.choices and self.chosen < 0:
            self._complain("请先选一项")
        elif self._wants_text and not said and not self.line.placeholderText().startswith("（可"):
            self._complain("请填写")
        else:
            self.photos.shut()
            self.hide()
            self.answered.emit(self.chosen, said)

    @Slot()
    def cancel(self) -> None:
        self.photos.shut()
        self.hide()
        self.cancelled.emit()

    @Slot()
    def _choose_sender(self) -> None:
        self.choose(int(self.sender().objectName()))

    @Slot()
    def _choose_second(self) -> None:
        """The same again takes it back: a second choice may be left out."""
        at = int(self.sender().objectName())
        self.second_chosen = -1 if at == self.second_chosen else at
        self._mark()

    @Slot()
    def _tick_sender(self) -> None:
        at = int(self.sender().objectName())
        self.ticked = tuple(sorted({*self.ticked} ^ {at}))
        self._mark()

    @Slot(str)
    def _complain(self, words: str) -> None:
        self._complaint = words
        self.update()

    def _arrange(self, width: int) -> int:
        look = self.look
        pad, gap, high = look.pad, look.px(6), look.px(28)
        y = self._flow(self.choices, look.px(34), width)
        if self._wants_text:
            self.line.setGeometry(pad, y, max(0, width - 2 * pad), high)
            y += high + gap
        for parts in (self.seconds, self.ticks):
            if parts:
                y = self._flow(parts, y + look.px(22), width)
        shown = [button for button in (self.photos, self.confirm_button, self.cancel_button) if not button.isHidden()]
        x = pad
        for button in shown:
            hint = button.sizeHint()
            button.setGeometry(x, y, hint.width(), high)
            x += hint.width() + gap
        return y + high + look.px(10)

    def _flow(self, buttons: Sequence[ActionButton], y: int, width: int) -> int:
        """Lay them in rows from ``y``; where what follows begins."""
        look = self.look
        pad, gap, high = look.pad, look.px(6), look.px(28)
        x = pad
        for button in buttons:
            wide = min(button.sizeHint().width(), width - 2 * pad)
            if x + wide > width - pad:
                x, y = pad, y + high + gap
            button.setGeometry(x, y, wide, high)
            x += wide + gap
        return y + high + gap if buttons else y

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
        for words, parts in zip(self._labels, (self.seconds, self.ticks), strict=True):
            if parts:
                above = QRect(look.pad, parts[0].y() - look.px(22), line.width(), look.px(20))
                text(painter, above, words, look.font("tick"), look.colour("text2"), LEFT)
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
        """Enter in the line comes here too: a line hands it on, so that it confirms once."""
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
