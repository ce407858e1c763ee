"""Wakes the window's loop from the feed's thread without a signal crossing threads."""

from __future__ import annotations

import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot


class Bell(QObject):
    """A socket pair: any thread may ``ring`` one end, Qt's own loop hears the other.

    Rings before the bell is heard are one ring. Only bytes cross the threads.
    """

    rang = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hear, self._pull = socket.socketpair()
        self._hear.setblocking(False)
        self._pull.setblocking(False)
        self._notifier = QSocketNotifier(self._hear.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)

    def ring(self) -> None:
        try:
            self._pull.send(b"!")
        except OSError:  # full: it rings already; closed: nobody listens any more
            return

    def close(self) -> None:
        """Idempotent."""
        self._notifier.setEnabled(False)
        self._hear.close()
        self._pull.close()

    @Slot()
    def _heard(self) -> None:
        try:
            self._hear.recv(4096)
        except OSError:
            return
        self.rang.emit()
