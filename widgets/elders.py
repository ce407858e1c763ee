"""Elders who live alone: who was heard of today, who was not, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import Outcome
from services.domain.away import REASON_WORDS
from services.domain.community import Elder, Safety
from services.domain.community_rates import safe_rate
from services.domain.deed import Wish
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.ask import Ask
from widgets.care_away import REASONS, away_wish
from widgets.elders_bar import class_words, paint_bar, paint_counts, watch_words
from widgets.elders_rows import COLUMNS, ago, is_about, paint_row
from widgets.estate_alerts import showing
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import RIGHT, elide, figure, hairline, label, text, width_of
from widgets.pane import Pane

__all__ = ["EldersPane", "ago", "is_about"]

_BAR_HIGH, _COUNTS_HIGH, _CLASS_HIGH, _HEAD_HIGH, _ROW_HIGH = 20, 40, 18, 24, 42


class EldersPane(Pane):
    """Desk: safe bar, counts, and a list of the elders with those first who need somebody; the wheel
    scrolls it, ↑ ↓ choose, W reports the chosen one away. Wall: numbers only, no names. Silence is unknown
    and never counts as safe."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.first = 0
        self._selected: Subject | None = None
        self._hits: list[tuple[QRect, Subject]] = []
        self._said = ""
        self._wish: Wish | None = None
        self.ask_line = Ask(look, self)
        self.ask_line.answered.connect(self._answered)
        self.ask_line.cancelled.connect(self._cancelled)
        if not look.is_wall:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        count = len(self.elders)
        self.note = f"独居 {count} 人" if self.look.is_wall else self._said or f"独居 {count} 人 · 失联不计平安"
        self.first = min(self.first, max(0, count - 1))

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        rows = [i for i, e in enumerate(self.elders) if subject and subject.id in (e.id, e.dwelling_id)]
        if rows and not self.first <= rows[0] < self.first + self._visible():
            self.first = rows[0]
        self.update()

    @property
    def elders(self) -> Sequence[Elder]:
        return [e for e in self.records("elders") if isinstance(e, Elder)]

    def _visible(self) -> int:
        look = self.look
        used = look.px(_BAR_HIGH + _COUNTS_HIGH + _CLASS_HIGH + _HEAD_HIGH) + look.px(8)
        return max(1, (self.body().height() - used) // look.px(_ROW_HIGH))

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        self._hits = []
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        elders = self.elders
        if not elders:
            paint_waiting(painter, inner, self, "没有登记的独居老人")
            return
        counts = Counter(e.safety for e in elders)
        if look.is_wall:
            self._paint_wall(painter, inner, counts)
            return
        bar = QRect(inner.left(), inner.top() + look.px(2), inner.width(), look.px(_BAR_HIGH - 4))
        paint_bar(painter, look, bar, counts)
        line = QRect(inner.left(), inner.top() + look.px(_BAR_HIGH), inner.width(), look.px(_COUNTS_HIGH))
        paint_counts(painter, look, line, counts, stale=self.quality() is Quality.STALE)
        told = QRect(inner.left(), line.bottom() + 1, inner.width(), look.px(_CLASS_HIGH))
        text(painter, told, class_words(elders), look.font("tick"), look.colour("text2"))
        text(painter, told, watch_words(elders), look.font("tick"), look.colour("text2"), RIGHT)
        head = QRect(inner.left(), told.bottom() + 1, inner.width(), look.px(_HEAD_HIGH))
        for words, x in COLUMNS:
            box = head.adjusted(look.px(x), 0, 0, 0)
            text(painter, box, words, look.font("tick"), look.colour("text3"))
        hairline(painter, look, inner.left(), head.bottom(), inner.width())
        self._paint_rows(painter, QRect(inner.left(), head.bottom() + 1, inner.width(), inner.bottom() - head.bottom()))

    def _paint_rows(self, painter: QPainter, area: QRect) -> None:
        look = self.look
        alerts = showing(self.records("alerts"))
        elders, now = self.elders, self.now or self._taken()
        shown = elders[self.first : self.first + self._visible()]
        for at, elder in enumerate(shown):
            row = QRect(area.left(), area.top() + at * look.px(_ROW_HIGH), area.width(), look.px(_ROW_HIGH))
            alert = next((a for a in alerts if is_about(a, elder)), None)
            paint_row(painter, look, row, elder, alert, now, chosen=elder == self.chosen())
            hairline(painter, look, row.left(), row.bottom(), row.width())
            self._hits.append((row, Subject("elder", elder.id)))
        left = len(elders) - self.first - len(shown)
        y = area.top() + len(shown) * look.px(_ROW_HIGH)
        if left > 0 and area.bottom() - y >= look.px(18):
            words = f"另 {left} 人 · 滚轮翻看"
            text(
                painter,
                QRect(area.left(), y, area.width(), area.bottom() - y),
                words,
                look.font("tick"),
                look.colour("text3"),
            )

    def _taken(self) -> datetime | None:
        snapshot = self.snapshots.get("elders")
        return snapshot.taken_at if snapshot else None

    def _paint_wall(self, painter: QPainter, inner: QRect, counts: Mapping[Safety, int]) -> None:
        look = self.look
        rate = safe_rate(self.elders)
        label(painter, inner.left(), inner.top() + look.px(38), "今日平安确认", look.font("body"), look.colour("text2"))
        y = inner.top() + look.px(146)
        used = figure(painter, inner.left(), y, rate.text(), "%", look, size=112)
        target = str(self.options.get("target", "98"))
        words = f"{rate.part} / {rate.whole}，目标 {target}"
        x = max(inner.left() + used + look.px(48), inner.left() + inner.width() * 0.44)
        label(painter, x, y, words, look.font("body"), look.colour("text2"))
        tick = look.font("tick")
        classes, watched = class_words(self.elders), watch_words(self.elders)
        right = inner.left() + inner.width() - width_of(classes, tick)
        label(painter, right, inner.top() + look.px(38), classes, tick, look.colour("text2"))
        label(painter, inner.left(), inner.bottom() - look.px(16), watched, tick, look.colour("text2"))
        bar = QRect(inner.left(), y + look.px(32), inner.width(), look.px(44))
        paint_bar(painter, look, bar, counts)
        line = QRect(inner.left(), bar.bottom() + look.px(20), inner.width(), look.px(70))
        paint_counts(painter, look, line, counts, stale=self.quality() is Quality.STALE)
        self._paint_wall_alerts(painter, inner.left(), bar.bottom() + look.px(160), inner.width())

    def _paint_wall_alerts(self, painter: QPainter, x: float, y: float, room: int) -> None:
        """What is open about elders, by rule, as counts; the two with most, side by side."""
        look = self.look
        open_alerts = [
            a
            for a in showing(self.records("alerts"))
            if a.subject_kind == "elder" or any(is_about(a, e) for e in self.elders)
        ]
        if not open_alerts:
            label(painter, x, y, "无养老预警", look.font("body"), look.colour("text3"))
            return
        most, size, font = Counter(a.rule_id for a in open_alerts).most_common(2), look.glyph("list"), look.font("body")
        slot, indent = room // len(most), size + look.px(16)
        for rule_id, count in most:
            one = max((a for a in open_alerts if a.rule_id == rule_id), key=lambda a: a.level)
            put_glyph(painter, look, one.level, QPointF(x + size / 2, y - look.px(14)), size, one.is_signed)
            times = f" ×{count}"
            title = elide(one.title, font, slot - indent - width_of(times, font) - look.px(24))
            label(painter, x + indent, y, title + times, font, look.colour("text"))
            x += slot

    # -- one click away ------------------------------------------------------------------------

    def chosen(self) -> Elder | None:
        chosen = self._selected
        return next((e for e in self.elders if chosen is not None and chosen.id in (e.id, e.dwelling_id)), None)

    def ask_away(self) -> None:
        elder = self.chosen()
        if elder is None or elder.safety is Safety.AWAY:
            self._say("先选一位老人" if elder is None else "已报备外出")
            return
        words = [REASON_WORDS[one] for one in REASONS]
        hint = "（可不填，三天）12-02 或 5天，由谁告知"
        self.ask_line.open(f"{elder.name} 外出报备至", words, 0, hint)
        self.place()

    def place(self) -> None:
        if not self.ask_line.isHidden():
            high = self.ask_line.height_for(self.width())
            self.ask_line.setGeometry(0, self.height() - high, self.width(), high)

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is self._wish:
            self._wish = None
            self._say(outcome.refusal or f"已报备 {outcome.case.words}")

    def _say(self, words: str) -> None:
        self._said = self.note = words
        self.update()

    @Slot(int, str)
    def _answered(self, choice: int, words: str) -> None:
        self.setFocus()
        elder = self.chosen()
        if elder is not None and self.now is not None:
            self._wish = away_wish(elder, choice, words, self.now)
            self.asked.emit("action", self._wish)

    @Slot()
    def _cancelled(self) -> None:
        self.setFocus()

    def restyle(self, look: Look) -> None:
        self.ask_line.restyle(look)
        super().restyle(look)

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """W is its own while it has the keyboard."""
        mine = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_w(event)
        if mine:
            event.accept()
        return mine or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() == Qt.Key.Key_W:
            self.ask_away()
        elif (by := steps.get(Qt.Key(event.key()))) is not None and self.elders:
            elder, every = self.chosen(), list(self.elders)
            at = every.index(elder) + by if elder in every else 0
            self.asked.emit("select", Subject("elder", every[max(0, min(at, len(every) - 1))].id))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        step = -1 if event.angleDelta().y() > 0 else 1
        last = max(0, len(self.elders) - self._visible())
        self.first = min(last, max(0, self.first + step))
        self.update()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        subject = next((s for box, s in self._hits if box.contains(spot)), None)
        if subject is None:
            super().mousePressEvent(event)
        else:
            self.asked.emit("select", subject)


def _is_w(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_W and event.modifiers() == Qt.KeyboardModifier.NoModifier
