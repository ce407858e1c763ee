"""Passages as they come: a fixed ring of rows, and below it how many come each second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QKeySequence, QMouseEvent, QPainter, QShortcut, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert, Outcome
from services.domain.figures import Series
from services.domain.passage import Passage
from services.domain.passage_page import PageAsked, page_asked
from services.domain.question import PASSAGES, Question
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.timebase import local
from widgets.button import ActionButton
from widgets.look import Look
from widgets.paint import CENTRE, RIGHT, sparkline, text, width_of
from widgets.pane import Pane
from widgets.passage_book import PassageBook
from widgets.stream_ring import ROWS_PER_S, Ring
from widgets.stream_rows import HEAD, ROW, StreamRows

STALE_AFTER = timedelta(seconds=30)
WHEEL_ROWS = 3
RATE = 112  # logical px of the desk; the wall's are three times as high


class StreamPane(Pane):
    """Topics: ``passages``, ``passage_rate``, ``alerts``.

    At most 20 rows a second come up, hits before others; a hit stays while others pass. Space holds
    the stream still and the header counts what waits; the wheel, the page keys and the rail at the
    right edge go back through all passages that are kept. The wall masks plates.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.ring = Ring()
        self._hits: dict[str, Alert] = {}
        self._selected: Subject | None = None
        self.book: PassageBook | None = None  # while the past is looked at
        self._dragging = False
        self.pause_button: ActionButton | None = None
        if not look.is_wall:
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self._add_pause()

    # -- told ---------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        if snapshot.topic == "alerts":
            self._hits = {event: a for a in snapshot.records if a.scene == "checkpoints" for event in a.event_ids}
        if snapshot.topic in ("passages", "alerts"):
            self._take(self.records("passages"), self.snapshots.get("passages"))
        self._say()

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        self.update()

    def restyle(self, look: Look) -> None:
        super().restyle(look)
        if self.pause_button is not None:
            self.pause_button.restyle(look)

    def quality(self) -> Quality:
        """A stream that has dried up is stale, whatever the store says of its last summary."""
        newest = self._newest()
        if newest is not None and self.now is not None and self.now - newest > STALE_AFTER:
            return Quality.STALE
        return super().quality()

    def age_text(self) -> str:
        newest = self._newest()
        if newest is not None and self.quality() is Quality.STALE:
            return f"停在 {local(newest):%H:%M:%S}"
        return super().age_text()

    # -- the ring -----------------------------------------------------------------------------

    def _take(self, passages: Sequence[Passage], snapshot: Snapshot[Any] | None) -> None:
        self.ring.turn(passages, self._hits, self.row_count, snapshot.taken_at if snapshot else None)

    @property
    def rows(self) -> Sequence[Passage]:
        """Newest first."""
        return self.ring.rows

    def _newest(self) -> datetime | None:
        return max((p.passed_at for p in self.records("passages")), default=None)

    def _say(self) -> None:
        if self.book is not None and self.book.at is not None:
            self.note = f"回看 {local(self.book.at):%m-%d %H:%M:%S} · 新到 {len(self.ring.held)}"
            return
        if self.ring.is_held:
            self.note = f"已暂停 {len(self.ring.held)} 条"
            return
        hits = sum(a.is_open for a in {a.id: a for a in self._hits.values()}.values())
        self.note = f"命中 {hits} 起未结" if hits else "无未结命中"

    # -- the past -----------------------------------------------------------------------------

    @property
    def shown(self) -> Sequence[Passage]:
        """The rows on the screen: of the stream, or of the past that was scrolled to."""
        if self.book is None or not self.book.rows:
            return self.rows[: self.row_count]
        first = int(self.book.top)
        return self.book.rows[first : first + self.row_count + 2]

    def scroll_rows(self, rows: float) -> None:
        """Into the past, or with fewer than none towards now. Scrolling holds the stream still."""
        if self.book is None:
            newest = self._newest()
            if rows <= 0 or newest is None:
                return
            if not self.ring.is_held:
                self.toggle_pause()
            self.book = PassageBook()
            self._ask(self.book.jump(self.rows[0].passed_at if self.rows else newest))
        self.book.scroll(rows, self.row_count)
        self._ask(self.book.wanted(self.row_count))
        self._say()
        self.update()

    def show_outcome(self, outcome: Outcome) -> None:
        """A page of the past has come."""
        question = outcome.command
        if self.book is None or not isinstance(question, Question) or question.what != PASSAGES:
            return
        self.book.take(page_asked(question.about), outcome.case if outcome.done else None)
        self._ask(self.book.wanted(self.row_count))
        self._say()
        self.update()

    def _ask(self, page: PageAsked | None) -> None:
        if page is not None:
            self.asked.emit("question", page.question())

    def _drag(self, y: int) -> None:
        """Go to where the rail was taken hold of."""
        rail, book = self._rail(), self.book
        at = book.moment_at((y - rail.top()) / max(1, rail.height())) if book is not None else None
        self._dragging = True
        if book is not None and at is not None and not book.is_waiting:
            self._ask(book.jump(at))
            self.update()

    @Slot()
    def toggle_pause(self) -> None:
        self.ring.is_held = not self.ring.is_held
        self.ring.held.clear()
        self.book = None
        if self.pause_button is not None:
            self.pause_button.setText("继续" if self.ring.is_held else "暂停")
        if not self.ring.is_held:
            self._take(self.records("passages"), None)
        self._say()
        self.update()

    # -- geometry -----------------------------------------------------------------------------

    @property
    def _factor(self) -> int:
        return 3 if self.look.is_wall else 1

    @property
    def row_height(self) -> int:
        return self.look.px(ROW * self._factor)

    @property
    def row_count(self) -> int:
        around = self.look.px((HEAD + RATE) * self._factor)
        return max(1, (self.body().height() - around) // self.row_height)

    def _rows_box(self) -> QRect:
        around = self.look.px(HEAD * self._factor), -self.look.px(RATE * self._factor)
        return self.body().adjusted(0, around[0], 0, around[1])

    def _row_box(self, at: int) -> QRect:
        above = round(self.book.top % 1 * self.row_height) if self.book is not None and self.book.rows else 0
        return QRect(0, self._rows_box().top() + at * self.row_height - above, self.width(), self.row_height)

    def _rail(self) -> QRect:
        box, wide = self._rows_box(), self.look.px(4)
        return QRect(box.right() + 1 - wide - self.look.px(2), box.top(), wide, box.height())

    def place(self) -> None:
        if self.pause_button is not None:
            hint = self.pause_button.sizeHint()
            age = width_of("更新于 00:00:00", self.look.font("tick"))
            left = self.width() - 2 * self.look.pad - age - hint.width()
            self.pause_button.setGeometry(left, (self.look.head - hint.height()) // 2, hint.width(), hint.height())

    def _add_pause(self) -> None:
        self.pause_button = ActionButton("暂停", "空格", self, look=self.look)
        self.pause_button.clicked.connect(self.toggle_pause)
        keys = {
            Qt.Key.Key_Space: self.toggle_pause,
            Qt.Key.Key_PageDown: self.page_down,
            Qt.Key.Key_PageUp: self.page_up,
        }
        for key, do in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    @Slot()
    def page_down(self) -> None:
        self.scroll_rows(self.row_count - 1)

    @Slot()
    def page_up(self) -> None:
        self.scroll_rows(1 - self.row_count)

    # -- painting -----------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        rows = StreamRows(look, self.width(), self._hits, self._selected, self.quality() is Quality.STALE)
        rows.paint_head(painter, QRect(0, body.top(), self.width(), look.px(HEAD * self._factor)))
        if not self.shown:
            words = {Quality.WAITING: self.error_text() or "读取中…", Quality.STALE: self.error_text() or "数据滞后"}
            said = "读取中…" if self.book is not None else words.get(self.quality(), "暂无过车")
            text(painter, self._rows_box(), said, look.font("body"), look.colour("text3"), CENTRE)
        self._paint_rows(painter, rows)
        if self.book is not None:
            self._paint_thumb(painter, self.book)
        high = look.px(RATE * self._factor)
        self._paint_rate(painter, QRect(0, body.bottom() + 1 - high, self.width(), high))

    def _paint_rows(self, painter: QPainter, rows: StreamRows) -> None:
        columns = rows.columns()
        painter.save()
        painter.setClipRect(self._rows_box())
        for at, passage in enumerate(self.shown):
            rows.paint(painter, self._row_box(at), passage, columns)
        painter.restore()

    def _paint_thumb(self, painter: QPainter, book: PassageBook) -> None:
        """Where this is between the newest passage, above, and the oldest that is kept."""
        place = book.share
        if place is not None:
            rail, look = self._rail(), self.look
            painter.fillRect(rail, look.colour("line"))
            high = look.px(24)
            top = rail.top() + round(place * (rail.height() - high))
            painter.fillRect(QRect(rail.left(), top, rail.width(), high), look.colour("text3"))

    def _paint_rate(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        inner = box.adjusted(look.pad, 0, -look.pad, 0)
        line = look.px(24 * self._factor)
        series = next((s for s in self.records("passage_rate") if isinstance(s, Series)), None)
        points = series.points if series else ()
        known = [p for p in points if p is not None]
        mean = f"均 {sum(known) / len(known):.1f} / 秒 · " if known else ""
        caption = QRect(inner.left(), inner.top(), inner.width(), line)
        tick, quiet = look.font("tick"), look.colour("text3")
        text(painter, caption, f"每秒过车 · 近 {len(points) or 90} 秒", tick, quiet)
        text(painter, caption, f"{mean}上屏限 {ROWS_PER_S} 行/秒", tick, quiet, RIGHT)
        foot = QRect(inner.left(), inner.bottom() - line + look.px(4), inner.width(), line)
        top = max(known, default=1.0) * 1.1
        sparkline(painter, inner.adjusted(0, line, 0, -line), points, look, top=top)
        text(painter, foot, f"−{len(points) or 90} 秒", tick, quiet)
        text(painter, foot, "现在", tick, quiet, RIGHT)

    # -- Qt -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        if self.book is not None and spot.x() >= self._rail().left() - self.look.px(6):
            self._drag(spot.y())
            return
        at = (spot.y() - self._row_box(0).top()) // self.row_height
        if not self.look.is_wall and self._rows_box().contains(spot) and 0 <= at < len(self.shown):
            passage = self.shown[at]
            hit = self._hits.get(passage.passage_id)
            subject = Subject("alert", hit.id) if hit else Subject("passage", passage.passage_id)
            self.asked.emit("select", subject)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.book is not None and self._dragging:
            self._drag(event.position().toPoint().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        moved = event.pixelDelta().y() / self.row_height or event.angleDelta().y() / 120 * WHEEL_ROWS
        if not self.look.is_wall and moved:
            self.scroll_rows(-moved)
        event.accept()
