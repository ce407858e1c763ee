"""Where the desk's scene stands: the whole room, or a scrolled part of the scene where the room is too small."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from console.stage import Stage
from widgets.look import Look
from widgets.message import Message

TIGHTEST = 0.94  # a scene may lose this much before its text would touch


class Room(QScrollArea):
    """A scene fills it. On a small screen or with large text it keeps the size its text needs and scrolls:
    figures that cover each other would be read wrong."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)

    def show_stage(self, stage: Stage | Message) -> None:
        """Put a scene here; the one before is deleted once nothing of it runs any more."""
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        stage.setMinimumSize(self._needed(stage))
        self.setWidget(stage)
        stage.show()

    def restyle(self, look: Look) -> None:
        self.look = look
        stage = self.widget()
        if isinstance(stage, Stage | Message):
            stage.restyle(look)
            stage.setMinimumSize(self._needed(stage))

    def _needed(self, stage: Stage | Message) -> QSize:
        if not isinstance(stage, Stage):
            return QSize(0, 0)
        wide, high = (round(side * self.look.scale * TIGHTEST) for side in stage.plan.canvas)
        return QSize(wide, high)
