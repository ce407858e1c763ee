"""The list widget of the alerts and the only blink of the console."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_BLINK_MS = 500  # half of the 1 Hz period


class AlertView(QListView):
    """A list of one height; arrow keys ask like a click does."""

    moved = Signal(QModelIndex)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in _MOVES and self.currentIndex().isValid():
            self.moved.emit(self.currentIndex())


class Blink(QObject):
    """1 Hz, 100 / 55 %, while ``run(True)``; ``dimmed`` says which half it is in."""

    beat = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.dimmed = False
        self._timer = QTimer(self)
        self._timer.setInterval(_BLINK_MS)
        self._timer.timeout.connect(self._toggle)

    @property
    def runs(self) -> bool:
        return self._timer.isActive()

    def run(self, wanted: bool) -> None:
        if wanted and not self.runs:
            self._timer.start()
        elif not wanted and self.runs:
            self._timer.stop()
            self.dimmed = False
            self.beat.emit()

    @Slot()
    def _toggle(self) -> None:
        self.dimmed = not self.dimmed
        self.beat.emit()
