"""Keys as buttons print them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

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
