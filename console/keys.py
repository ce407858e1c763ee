"""The keys of the desk, in one table; the manual's table is tested against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from widgets.card_actions import BUTTONS, MORE_KEY, PAGE_KEYS, TICK_KEYS, WAY_KEY
from widgets.card_meeting import FOLLOW_KEY, MEET_KEY
from widgets.card_outage import OUTAGE_KEY

# key → word of the desk that it calls
KEYS: Mapping[str, str] = {
    "F1": "search",
    "F6": "next",
    "F9": "sources",
    "F11": "wall",
    "M": "mute",
    "Ctrl+K": "search",
    "Ctrl+L": "lock",
    "Ctrl+T": "theme",
    "Ctrl++": "larger",
    "Ctrl+=": "larger",
    "Ctrl+-": "smaller",
    "Esc": "close",
}

CARD_KEYS = tuple(
    dict.fromkeys(
        [*(key for _, _, key in BUTTONS), MORE_KEY, WAY_KEY, *TICK_KEYS, *PAGE_KEYS, OUTAGE_KEY, MEET_KEY, FOLLOW_KEY]
    )
)


class Key(QShortcut):
    """One key of a window and the word it says. Letters and digits stay with a field that has the focus."""

    def __init__(self, window: QWidget, key: str, say: Callable[[str], None], word: str) -> None:
        super().__init__(QKeySequence(key), window)
        self._say, self._word = say, word
        self.activated.connect(self._fire)

    @Slot()
    def _fire(self) -> None:
        self._say(self._word)


def bind(window: QWidget, say: Callable[[str], None], scenes: tuple[str, ...]) -> None:
    """Words: those of ``KEYS``, ``card F2`` … and ``scene boats`` …"""
    words = dict(KEYS) | {key: f"card {key}" for key in CARD_KEYS}
    for number, scene in enumerate(scenes[:9], 1):
        words |= {str(number): f"scene {scene}", f"Ctrl+{number}": f"scene {scene}"}
    for key, word in words.items():
        Key(window, key, say, word)
