"""Keys as buttons print them, and letters a pane takes wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

_NAMES = {
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Space: "空格",
    Qt.Key.Key_Delete: "Del",
    Qt.Key.Key_Plus: "+",
    Qt.Key.Key_Minus: "-",
}


def name_of(event: QKeyEvent) -> str:
    """``A``, ``Enter``, ``空格``; "" of a key with a modifier."""
    if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
        return ""
    return _NAMES.get(Qt.Key(event.key()), event.text().upper())


class Letter(QShortcut):
    """A letter of the whole window that ``owner`` takes; what has the focus may want it first."""

    def __init__(self, letter: str, owner: QWidget, press: Callable[[str], None]) -> None:
        super().__init__(QKeySequence(letter), owner)
        self._letter, self._press = letter, press
        self.activated.connect(self._fire)

    @Slot()
    def _fire(self) -> None:
        self._press(self._letter)
