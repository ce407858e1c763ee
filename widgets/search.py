"""Ctrl+K: one line that finds a boat, a plate, an alert, a scene or a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets import paint
from widgets.look import Look

translate = QCoreApplication.translate

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. ``target`` is whatever the console does with it when it is chosen."""

    kind: str  # 船 车 预警 场景 命令
    label: str
    note: str
    target: Any


Find = Callable[[str], Sequence[Hit]]


class SearchPanel(QWidget):
    """A field and the hits under it; arrows move, Enter takes, Esc closes. Not modal: alerts go on behind it."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(
        self, find: Find, prompt: str, look: Look, parent: QWidget | None = None, *, most: int = SHOWN
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.most = most
        self._find = find
        self._hits: tuple[Hit, ...] = ()
        self._at = 0
        self.field = QLineEdit(self)
        self.field.setFrame(False)
        self.field.setPlaceholderText(prompt)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.setAccessibleName(prompt)
        self.hide()

    def open(self) -> None:
        self.field.clear()
        self._search("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def restyle(self, look: Look) -> None:
        self.look = look
        self._fit()
        self.update()

    def wanted_height(self, count: int) -> int:
        look = self.look
        return look.px(42) + look.row * max(1, count) + look.px(6)

    @property
    def hits(self) -> tuple[Hit, ...]:
        return self._hits

    @Slot(str)
    def _search(self, text: str) -> None:
        self._hits = tuple(self._find(text.strip()))[: self.most]
        self._at = 0
        self._fit()
        self.update()

    def _fit(self) -> None:
        look = self.look
        self.field.setFont(look.font("body"))
        self.field.setGeometry(look.pad, look.px(6), self.width() - 2 * look.pad, look.px(30))
        self.resize(self.width(), self.wanted_height(len(self._hits)))

    def _take(self, number: int) -> None:
        if 0 <= number < len(self._hits):
            hit = self._hits[number]
            self.closed.emit()
            self.chosen.emit(hit)

    def _row_at(self, y: float) -> int:
        return int(y - self.look.px(42)) // self.look.row

    # -- Qt -----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self.closed.emit()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._at)
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._hits:
                self._at = (self._at + (1 if key == Qt.Key.Key_Down else -1)) % len(self._hits)
                self.update()
                return True
        return super().eventFilter(watched, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._take(self._row_at(event.position().y()))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("raised"))
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        y = look.px(42)
        paint.hairline(painter, look, look.pad, y - look.px(3), self.width() - 2 * look.pad)
        if not self._hits:
            box = QRect(look.pad, y, self.width(), look.row)
            paint.text(painter, box, translate("shell", "没有找到"), look.font("body"), look.colour("text3"))
        for number, hit in enumerate(self._hits):
            self._paint_hit(painter, hit, y, chosen=number == self._at)
            y += look.row
        painter.end()

    def _paint_hit(self, painter: QPainter, hit: Hit, y: int, *, chosen: bool) -> None:
        look = self.look
        if chosen:
            painter.fillRect(1, y, self.width() - 2, look.row, look.colour("hover"))
            painter.fillRect(1, y, look.px(2), look.row, look.colour("ice"))
        left, right = look.pad, self.width() - look.pad
        kind = QRect(left, y, look.px(44) if hit.kind else look.px(6), look.row)
        paint.text(painter, kind, translate("shell", hit.kind), look.font("tick"), look.colour("text3"))
        note_width = paint.width_of(hit.note, look.font("tick"))
        note = QRect(right - note_width, y, note_width + 2, look.row)
        paint.text(painter, note, hit.note, look.font("tick"), look.colour("text3"))
        room = note.left() - kind.right() - look.px(12)
        label = paint.elide(hit.label, look.font("body"), room)
        box = QRect(kind.right(), y, room, look.row)
        paint.text(painter, box, label, look.font("body"), look.colour("text"))
