"""When nobody has touched the desk for too long."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QWindow

_TOUCHES = frozenset(
    {
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.KeyPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


def awake_or_asleep_s() -> float:
    """Seconds that also pass while the machine sleeps: an open lid must not be an open desk."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Idle(QObject):
    """Counts from the last touch of one window. It looks at the window's own events, where all input
    arrives once, and at no widget's."""

    def __init__(
        self, after_s: float, since_s: Callable[[], float] = awake_or_asleep_s, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._after_s = after_s
        self._since_s = since_s
        self._touched_s = since_s()
        self._window: QWindow | None = None

    def watch(self, window: QWindow | None) -> None:
        if window is not None and window is not self._window:
            self._window = window
            window.installEventFilter(self)

    def touch(self) -> None:
        self._touched_s = self._since_s()

    @property
    def is_over(self) -> bool:
        """Never, where ``after_s`` is 0."""
        return self._after_s > 0 and self._since_s() - self._touched_s >= self._after_s

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touch()
        return super().eventFilter(watched, event)
