"""Words in the header of a pane of which one is chosen: which of the panes that share its place is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.look import Look
from widgets.paint import CENTRE, text, width_of


class HeadTabs(QWidget):
    """``chosen`` carries the place of the word that was pressed. ← and → go on to the next."""

    chosen = Signal(int)

    def __init__(self, words: Sequence[str], at: int, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.words, self.at, self.look = tuple(words), at, look
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(" ".join(words))

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    def boxes(self) -> list[QRect]:
        boxes, left = [], 0
        for word in self.words:
            wide = width_of(word, self.look.font("body")) + self.look.px(14)
            boxes.append(QRect(left, 0, wide, self.look.head))
            left += wide
        return boxes

    def wanted_width(self) -> int:
        return self.boxes()[-1].right() + 1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for at, box in enumerate(self.boxes()):
            if box.contains(event.position().toPoint()):
                self.chosen.emit(at)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.chosen.emit((self.at + step) % len(self.words))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(event.rect(), look.colour("panel"))
        for at, (word, box) in enumerate(zip(self.words, self.boxes(), strict=True)):
            ink = "text" if at == self.at else "text3"
            text(painter, box, word, look.font("body"), look.colour(ink), CENTRE)
            if at == self.at:
                token = "text" if self.hasFocus() else "ice"
                line = QRect(box.left() + look.px(4), look.head - look.px(5), box.width() - look.px(8), look.px(2))
                painter.fillRect(line, look.colour(token))
        painter.end()
