"""What every pane of a scene has in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.subject_kind import CARDED
from services.domain.timebase import local
from widgets.look import Look


class Pane(QWidget):
    """A titled part of the screen that shows the snapshots it is given and asks for things.

    A pane never fetches and never writes. It is told (``show_snapshot``, ``select``, ``tick``) and
    it asks (``asked``); the console decides what to do about it. The header is painted here:
    title, a quiet note, and at its right end the age of what the pane shows. What a click selected
    is opened by a double click, and by Enter where a subclass leaves that key alone.

    Subclasses override ``draw`` (a topic has new records), ``place`` (lay out child widgets in the
    body) or ``paint_body`` (painted panes); nothing else is needed.
    """

    asked = Signal(str, object)  # what ("select", "action", "open"), about which Subject or Command

    has_header = True
    opens = ""  # the scene that a press on the pane, or Enter, leads to; on the desk

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options = options
        self.look = look
        self.title = title
        self.note = str(options.get("note", ""))
        self.snapshots: dict[str, Snapshot[Any]] = {}
        self.now: datetime | None = None
        self.head_taken = 0  # px before the age that something else stands in
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._pointed: Subject | None = None  # what this pane selected last
        self.asked.connect(self._note_asked)

    # -- told by the console ------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot[Any]) -> None:
        self.snapshots[snapshot.topic] = snapshot
        self.draw(snapshot)
        self.update()

    def select(self, subject: Subject | None) -> None:
        """The officer selected something somewhere; mark it here if it is shown here."""

    def tick(self, now: datetime) -> None:
        """Called each second with the district's time. Count-downs override and repaint their part."""
        self.now = now

    def restyle(self, look: Look) -> None:
        """Theme or scale changed: keep the data, repaint."""
        self.look = look
        self.place()
        self.update()

    # -- for subclasses -----------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Show the records of one topic."""
        raise NotImplementedError

    def place(self) -> None:
        """Give child widgets their geometry within ``body()``."""

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        """Paint what stands under the header."""

    def body(self) -> QRect:
        top = self.look.head if self.has_header else 0
        return QRect(0, top, self.width(), max(0, self.height() - top))

    def records(self, topic: str) -> Any:
        """The records of a topic, or an empty tuple while nothing has arrived."""
        snapshot = self.snapshots.get(topic)
        return snapshot.records if snapshot else ()

    def quality(self) -> Quality:
        """The worst quality of what the pane shows."""
        qualities = {s.quality for s in self.snapshots.values()}
        for quality in (Quality.STALE, Quality.WAITING):
            if quality in qualities:
                return quality
        return Quality.GOOD if qualities else Quality.WAITING

    def age_text(self) -> str:
        """When the newest of it came; of what has stopped, when the first of it did."""
        taken = [s.taken_at for s in self.snapshots.values() if s.taken_at is not None]
        stopped = [s.taken_at for s in self.snapshots.values() if s.taken_at and s.quality is Quality.STALE]
        if not taken:
            return "等待数据"
        return f"停在 {local(min(stopped)):%H:%M:%S}" if stopped else f"更新于 {local(max(taken)):%H:%M:%S}"

    def error_text(self) -> str:
        return next((s.error for s in self.snapshots.values() if s.error), "")

    # -- Qt -----------------------------------------------------------------------------------

    @Slot(str, object)
    def _note_asked(self, what: str, about: object) -> None:
        if what == "select":
            self._pointed = about if isinstance(about, Subject) else None

    def _open(self) -> bool:
        subject = self._pointed
        opens = subject is not None and (subject.kind in CARDED or subject.kind == "alert") and not self.look.is_wall
        if opens:
            self.asked.emit("open", subject)
        return opens

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pointed = None
        super().mouseDoubleClickEvent(event)  # a press, which selects
        self._open()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.opens:
            super().mousePressEvent(event)
        elif not self.look.is_wall:
            self.setFocus()
            self.asked.emit("open", self.opens)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enters and self.opens and not self.look.is_wall:
            self.asked.emit("open", self.opens)
        elif not enters or not self._open():
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.look.colour("panel"))
        if self.has_header and event.rect().top() < self.look.head:
            self._paint_header(painter)
        if event.rect().bottom() >= self.body().top():
            painter.save()
            painter.setClipRect(self.body())
            self.paint_body(painter, self.body())
            painter.restore()
        painter.end()

    def header_room(self) -> int:
        """Where the note must end, in px: before the age, and before what a subclass puts there."""
        age_width = QFontMetrics(self.look.font("tick")).horizontalAdvance(self.age_text())
        return self.width() - 2 * self.look.pad - age_width - self.head_taken

    def _paint_header(self, painter: QPainter) -> None:
        """Title never elides, the note may, the age never."""
        look = self.look
        box = QRect(look.pad, 0, self.width() - 2 * look.pad, look.head)
        align = Qt.AlignmentFlag.AlignVCenter
        stale = self.quality() is Quality.STALE
        painter.setFont(look.font("tick"))
        age = self.age_text()
        painter.setPen(look.colour("text2" if stale else "text3"))
        painter.drawText(box, align | Qt.AlignmentFlag.AlignRight, age)
        title_font = look.font("pane")
        painter.setFont(title_font)
        painter.setPen(look.colour("text"))
        painter.drawText(box, align | Qt.AlignmentFlag.AlignLeft, self.title)
        left = box.left() + QFontMetrics(title_font).horizontalAdvance(self.title) + look.pad
        room = self.header_room() - left
        if self.note and room > look.px(24):
            painter.setFont(look.font("tick"))
            painter.setPen(look.colour("text3"))
            note = QFontMetrics(painter.font()).elidedText(self.note, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left, 0, room, look.head), align | Qt.AlignmentFlag.AlignLeft, note)
