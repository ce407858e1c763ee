"""Passages as they come: a fixed ring of rows, and below it how many come each second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QPointF, QRect, Qt, Slot
from PySide6.QtGui import QKeySequence, QMouseEvent, QPainter, QShortcut
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.figures import Series
from services.domain.passage import Passage
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.timebase import local
from widgets.button import ActionButton
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, hairline, sparkline, text, width_of
from widgets.pane import Pane
from widgets.stream_cells import CELLS, words_of

ROWS_PER_S = 20
KEPT_HITS = 5  # rows with an alert that stay when newer ones push the others out
KEPT_FOR = timedelta(minutes=10)
STALE_AFTER = timedelta(seconds=30)
LOW_CONFIDENCE = 0.85
ROW, HEAD, RATE = 28, 26, 112  # logical px of the desk; the wall's are three times as high


class StreamPane(Pane):
    """Topics: ``passages``, ``passage_rate``, ``alerts``.

    At most 20 rows a second come up, hits before others; a hit stays while others pass. Space holds
    the stream still and the header counts what waits. The wall masks plates.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.rows: tuple[Passage, ...] = ()  # newest first
        self._seen: set[str] = set()
        self._came_at: datetime | None = None
        self._hits: dict[str, Alert] = {}
        self._selected: Subject | None = None
        self.is_paused = False
        self._held: set[str] = set()
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
        fresh = [p for p in passages if p.passage_id not in self._seen]
        missed = [p for p in passages if p.passage_id in self._hits and not self._shows(p)]
        if self.is_paused:
            self._held |= {p.passage_id for p in fresh}
            return
        self._seen = {p.passage_id for p in passages}
        chosen = self._chosen(fresh, self._budget(snapshot))
        self._show([*chosen, *(p for p in missed if p not in chosen)])

    def _budget(self, snapshot: Snapshot[Any] | None) -> int:
        """How many rows may come up now: 20 for each second since the last, at most a full pane."""
        came_at = snapshot.taken_at if snapshot else None
        before, self._came_at = self._came_at, came_at
        if before is None or came_at is None:
            return self.row_count
        return min(self.row_count, round(ROWS_PER_S * (came_at - before).total_seconds()))

    def _chosen(self, fresh: list[Passage], budget: int) -> list[Passage]:
        return sorted(fresh, key=lambda p: (p.passage_id in self._hits, p.passed_at), reverse=True)[:budget]

    def _show(self, more: Iterable[Passage]) -> None:
        rows = sorted((*more, *self.rows), key=lambda p: p.passed_at, reverse=True)
        since = rows[0].passed_at - KEPT_FOR if rows else None
        hits = [p for p in rows if p.passage_id in self._hits and since is not None and p.passed_at >= since]
        kept = {p.passage_id for p in hits[:KEPT_HITS]}
        room = self.row_count - len(kept)
        others = [p for p in rows if p.passage_id not in kept][: max(0, room)]
        shown = kept | {p.passage_id for p in others}
        self.rows = tuple(p for p in rows if p.passage_id in shown)[: self.row_count]

    def _shows(self, passage: Passage) -> bool:
        return any(p.passage_id == passage.passage_id for p in self.rows)

    def _newest(self) -> datetime | None:
        return max((p.passed_at for p in self.records("passages")), default=None)

    def _say(self) -> None:
        if self.is_paused:
            self.note = f"已暂停 {len(self._held)} 条"
            return
        hits = sum(a.is_open for a in {a.id: a for a in self._hits.values()}.values())
        self.note = f"命中 {hits} 起未结" if hits else "无未结命中"

    @Slot()
    def toggle_pause(self) -> None:
        self.is_paused = not self.is_paused
        self._held = set()
        if self.pause_button is not None:
            self.pause_button.setText("继续" if self.is_paused else "暂停")
        if not self.is_paused:
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

    def _row_box(self, at: int) -> QRect:
        top = self.body().top() + self.look.px(HEAD * self._factor) + at * self.row_height
        return QRect(0, top, self.width(), self.row_height)

    def place(self) -> None:
        if self.pause_button is not None:
            hint = self.pause_button.sizeHint()
            age = width_of("更新于 00:00:00", self.look.font("tick"))
            left = self.width() - 2 * self.look.pad - age - hint.width()
            self.pause_button.setGeometry(left, (self.look.head - hint.height()) // 2, hint.width(), hint.height())

    def _add_pause(self) -> None:
        self.pause_button = ActionButton("暂停", "空格", self, look=self.look)
        self.pause_button.clicked.connect(self.toggle_pause)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Space), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.toggle_pause)

    # -- painting -----------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        self._paint_head(painter, body)
        if not self.rows:
            words = {Quality.WAITING: self.error_text() or "读取中…", Quality.STALE: self.error_text() or "数据滞后"}
            box = body.adjusted(0, 0, 0, -self.look.px(RATE * self._factor))
            said = words.get(self.quality(), "暂无过车")
            text(painter, box, said, self.look.font("body"), self.look.colour("text3"), CENTRE)
        for at, passage in enumerate(self.rows[: self.row_count]):
            self._paint_row(painter, self._row_box(at), passage)
        high = self.look.px(RATE * self._factor)
        self._paint_rate(painter, QRect(0, body.bottom() + 1 - high, self.width(), high))

    def _columns(self, box: QRect) -> list[QRect]:
        look, factor = self.look, self._factor
        fixed = sum(look.px(c.width * factor) for c in CELLS)
        left, boxes = box.left() + look.pad, []
        for cell in CELLS:
            wide = look.px(cell.width * factor) if cell.width else box.width() - 2 * look.pad - fixed
            boxes.append(QRect(left, box.top(), wide - look.px(6 * factor if cell.align is LEFT else 0), box.height()))
            left += wide + (look.px(10 * factor) if cell.title == "置信" else 0)
        return boxes

    def _paint_head(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        line = QRect(0, body.top(), self.width(), look.px(HEAD * self._factor))
        for cell, box in zip(CELLS, self._columns(line), strict=True):
            text(painter, box, cell.title, look.font("tick"), look.colour("text3"), cell.align)
        hairline(painter, look, 0, line.bottom(), self.width())

    def _paint_row(self, painter: QPainter, row: QRect, passage: Passage) -> None:
        look = self.look
        hit = self._hits.get(passage.passage_id)
        if self._is_selected(passage, hit):
            painter.fillRect(row, look.colour("raised"))
            painter.fillRect(QRect(row.left(), row.top(), look.px(2), row.height()), look.colour("ice"))
        faded = self.quality() is Quality.STALE
        for cell, box, words in zip(
            CELLS, self._columns(row), words_of(passage, masked=self.look.is_wall), strict=True
        ):
            bright = cell.bright or (cell.title == "置信" and (passage.confidence or 1.0) < LOW_CONFIDENCE)
            token = "text3" if faded else "text" if bright else "text2"
            if cell.title == "命中" and hit is not None:
                self._paint_hit(painter, box, hit)
            else:
                text(
                    painter,
                    box,
                    elide(words, look.font("body"), box.width()),
                    look.font("body"),
                    look.colour(token),
                    cell.align,
                )
        hairline(painter, look, look.pad, row.bottom(), row.width() - 2 * look.pad)

    def _paint_hit(self, painter: QPainter, box: QRect, alert: Alert) -> None:
        look = self.look
        side = look.px(30) if look.is_wall else look.glyph("table")
        centre = QPointF(box.left() + side / 2, box.center().y() + 0.5)
        put_glyph(painter, look, alert.level, centre, side, alert.is_signed)
        inner = box.adjusted(side + look.px(5 * self._factor), 0, look.px(6 * self._factor), 0)
        font = look.font("body")
        text(painter, inner, elide(alert.title, font, inner.width()), font, look.colour("text"))

    def _is_selected(self, passage: Passage, hit: Alert | None) -> bool:
        chosen = self._selected
        if chosen is None:
            return False
        if chosen.kind == "alert":
            return hit is not None and hit.id == chosen.id
        return chosen.id == (passage.checkpoint_id if chosen.kind == "checkpoint" else passage.passage_id)

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
        at = (event.position().toPoint().y() - self._row_box(0).top()) // self.row_height
        if not self.look.is_wall and 0 <= at < len(self.rows):
            passage = self.rows[at]
            hit = self._hits.get(passage.passage_id)
            subject = Subject("alert", hit.id) if hit else Subject("passage", passage.passage_id)
            self.asked.emit("select", subject)
