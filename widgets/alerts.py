"""The alert list: what is wrong now, worst first, how long it has waited and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, Qt, Slot
from PySide6.QtGui import QKeySequence, QMouseEvent, QPainter, QPalette, QShortcut
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.masked import mask_name
from services.domain.noise import NOISE_WORDS, NoiseCounts
from services.domain.officer import Officer
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets import alert_groups, alert_lines, noise_strip
from widgets.alert_frame import paint_flood_bar, paint_kept_bar, paint_tabs
from widgets.alert_lines import CAUSE, Line, Tab, wall_place
from widgets.alert_row import AlertDelegate
from widgets.alert_sight import NOTHING, Sight, Wanted, sight
from widgets.alert_view import AlertView, Blink
from widgets.alert_wall import paint_wall_list
from widgets.button import ActionButton
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, hairline, text, width_of
from widgets.pane import Pane
from widgets.records import Column, RecordModel

MOST_LINES = 200


class AlertsPane(Pane):
    """Unsigned red on top, then level, unsigned before signed, the longest waiting first.

    A flood is grouped by rule and place, red ones never; L (逐条) lists them singly. What is out of
    sight is counted at the foot, and what noise control keeps back on the strip below it: a click or
    N lists it, Backspace returns. On the wall there is nothing to press: the worst few, large, with wall masks.

    Options: ``scene`` (wall: only its alerts), ``limit`` (wall: most lines, default 6).
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.wanted = Wanted(scene=str(options.get("scene", "")))
        self.sight = NOTHING
        self.reduce_motion = bool(options.get("reduce_motion", False))
        self._selected = ""
        self._tab_hits: list[tuple[QRect, Tab]] = []
        self._part_hits: list[noise_strip.Placed] = []
        said = _said_on_wall if look.is_wall else _said
        self.model = RecordModel([Column("预警", said)], _key_of, self)
        self._make_list()
        self.blink = Blink(self)
        self.blink.beat.connect(self._repaint_pinned)

    def _make_list(self) -> None:
        self.view = AlertView(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(AlertDelegate(self))
        self.view.setAccessibleName(self.title)
        self.view.clicked.connect(self._ask)
        self.view.activated.connect(self._ask)
        self.view.moved.connect(self._ask)
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.view.setVisible(False)
        self.singly_button = ActionButton("逐条", "L", self, look=self.look)
        self.singly_button.clicked.connect(self.toggle_singly)
        self.back_button = ActionButton("返回", "退格", self, look=self.look)
        self.back_button.clicked.connect(self.show_all)
        for button, key, pressed in (
            (self.singly_button, Qt.Key.Key_L, self.toggle_singly),
            (self.back_button, Qt.Key.Key_Backspace, self.show_all),
            (None, Qt.Key.Key_N, self.show_next_kept),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(pressed)
            if button is not None:
                button.hide()
        self._dress()

    @property
    def row_height(self) -> int:
        """About 50 px, so that whole rows fill the list."""
        row, room = self.look.px(50), self.view.height()
        count = max(1, round(room / row))
        return min(max(room // count, self.look.px(46)), self.look.px(54))

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._refresh()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self._refresh()
        self.view.viewport().update()
        self.update()

    def select(self, subject: Subject | None) -> None:
        self._selected = subject.id if subject is not None and subject.kind == "alert" else ""
        self._mark_selected(scroll=True)

    def show_scene(self, scene: str) -> None:
        """本场景 means this one from now on."""
        self._want(scene=scene)

    def show_officer(self, officer: Officer) -> None:
        """我的 means this officer's."""
        self._want(officer=mask_name(officer.name))

    def restyle(self, look: Look) -> None:
        super().restyle(look)
        self.singly_button.restyle(look)
        self.back_button.restyle(look)
        self._dress()

    # -- what to show --------------------------------------------------------------------------

    @property
    def in_flood(self) -> bool:
        return self.sight.flood is not None

    @property
    def tab(self) -> Tab:
        return self.wanted.tab

    def quality(self) -> Quality:
        """That of the alerts; their counts come and go with the collector."""
        snapshot = self.snapshots.get("alerts")
        return snapshot.quality if snapshot else Quality.WAITING

    def _want(self, **changes: Any) -> None:
        self.wanted = replace(self.wanted, **changes)
        self._refresh()
        self.update()

    def _refresh(self) -> None:
        """Sort once, tell the model once; a thousand alerts cost some milliseconds."""
        now = self.now or self._newest_moment()
        if now is None:
            return
        before = self.sight
        counts = next(iter(self.records("noise")), NoiseCounts())
        alerts: Sequence[Alert] = self.records("alerts")
        self.sight = sight(
            alerts,
            now,
            self.wanted,
            in_flood=self.in_flood,
            held=counts.held,
            limits=counts.limits,
        )
        if before.flood is not None and self.sight.flood is None:
            self.wanted = replace(self.wanted, singly=False, unfolded=frozenset())
        if not self.look.is_wall:
            self._show_lines(before)
        pinned = any(line.is_pinned for line in self.sight.lines)
        self.blink.run(pinned and not self.reduce_motion and self.isVisible())

    def _show_lines(self, before: Sight) -> None:
        made = list(self.sight.lines)
        self.model.show(self._listed(made))
        self.view.setVisible(bool(made))
        self._mark_selected()
        moved = noise_strip.height(before.parts, self.width(), self.look) != self._strip_height()
        if moved or (before.flood is None) is not (self.sight.flood is None):
            self.place()

    def _listed(self, made: list[Line]) -> list[Line]:
        """The worst of them, and the selected one; nobody scrolls further, the foot counts the rest."""
        chosen = [line for line in made[MOST_LINES:] if line.key == self._selected]
        return made[:MOST_LINES] + chosen

    def _newest_moment(self) -> datetime | None:
        return max((s.taken_at for s in self.snapshots.values() if s.taken_at), default=None)

    def _mark_selected(self, scroll: bool = False) -> None:
        row = self.model.row_of(self._selected)
        chosen = self.view.selectionModel()
        if row is None:
            chosen.clearSelection()
            return
        index = self.model.index(row, 0)
        if not chosen.isSelected(index):
            chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if scroll:
            self.view.scrollTo(index)

    # -- asked ---------------------------------------------------------------------------------

    @Slot(QModelIndex)
    def _ask(self, index: QModelIndex) -> None:
        line: Line = self.model.record(index.row())
        if line.alert is not None:
            self._selected = line.alert.id
            self.asked.emit("select", Subject("alert", line.alert.id))
            return
        if line.key.startswith(CAUSE):
            self._want(unfolded=self.wanted.unfolded ^ {line.key.removeprefix(CAUSE)})

    @Slot()
    def toggle_singly(self) -> None:
        """In a flood: every alert on its own line, or back to groups."""
        if not self.in_flood or self.wanted.kept:
            return
        self._want(singly=not self.wanted.singly)
        self.singly_button.setText("归并" if self.wanted.singly else "逐条")
        self.place()

    def choose_tab(self, tab: Tab) -> None:
        self._want(tab=tab, kept="")
        self.view.scrollToTop()
        self.place()

    def show_kept(self, sort: str) -> None:
        """List what stands behind one count of the strip; the same again returns."""
        self._want(kept="" if sort == self.wanted.kept else sort)
        self.view.scrollToTop()
        self.place()

    @Slot()
    def show_all(self) -> None:
        if self.wanted.kept:
            self.show_kept(self.wanted.kept)

    @Slot()
    def show_next_kept(self) -> None:
        """The next count of the strip, and after the last one everything."""
        sorts = [part.sort for part in self.sight.parts]
        at = sorts.index(self.wanted.kept) + 1 if self.wanted.kept in sorts else 0
        if sorts:
            self.show_kept(sorts[at] if at < len(sorts) else self.wanted.kept)

    @property
    def is_dimmed(self) -> bool:
        return self.blink.dimmed

    @Slot()
    def _repaint_pinned(self) -> None:
        """Only the rows that blink."""
        if self.look.is_wall:
            self.update()
            return
        for row in range(self.model.rowCount()):
            line: Line = self.model.record(row)
            if not line.is_pinned:
                return
            self.view.update(self.model.index(row, 0))

    # -- layout and paint ------------------------------------------------------------------------

    def place(self) -> None:
        look, body = self.look, self.body()
        if look.is_wall:
            return
        bar = self._bar()
        kept = bool(self.wanted.kept)
        has_bar = kept or self.in_flood
        top = bar.bottom() + 1 if has_bar else body.top()
        self.view.setGeometry(0, top, self.width(), max(0, self._foot_box().top() - top))
        self.view.scheduleDelayedItemsLayout()
        for button, is_shown in ((self.singly_button, self.in_flood and not kept), (self.back_button, kept)):
            button.setVisible(is_shown)
            hint = button.sizeHint()
            left = self.width() - look.pad - hint.width()
            button.setGeometry(left, bar.center().y() - hint.height() // 2 + 1, hint.width(), hint.height())

    def _bar(self) -> QRect:
        return QRect(0, self.body().top(), self.width(), self.look.px(44))

    def _strip_height(self) -> int:
        return noise_strip.height(self.sight.parts, self.width(), self.look)

    def _strip_box(self) -> QRect:
        high = self._strip_height()
        return QRect(0, self.height() - high, self.width(), high)

    def _foot_box(self) -> QRect:
        """What is out of sight, above the strip."""
        high = self.look.px(25)
        return QRect(0, self.height() - self._strip_height() - high, self.width(), high)

    def age_text(self) -> str:
        age = super().age_text()
        return age if self.look.is_wall or self.quality() is not Quality.GOOD else age.removeprefix("更新于 ")

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        if self.look.is_wall:
            self._paint_wall(painter, body)
            return
        look = self.look
        hairline(painter, look, 0, body.top() - look.hair, self.width())
        end = min(self.singly_button.x(), self.back_button.x()) - look.px(8)
        if self.wanted.kept:
            words = alert_groups.kept_words(self.wanted.kept, self.sight.lines)
            paint_kept_bar(painter, self._bar(), NOISE_WORDS[self.wanted.kept], words, end, look)
        elif self.sight.flood is not None:
            paint_flood_bar(painter, self._bar(), self.sight.flood, self.wanted.singly, end, look)
        self._paint_foot(painter, self._foot_box())
        if self.sight.parts:
            hairline(painter, look, 0, self._strip_box().top(), self.width())
        self._part_hits = noise_strip.paint(painter, self._strip_box(), self.sight.parts, self.wanted.kept, look)

    def _paint_header(self, painter: QPainter) -> None:
        super()._paint_header(painter)
        if not self.look.is_wall:
            self._paint_tabs(painter)
        else:
            self._paint_wall_counts(painter)

    def _paint_tabs(self, painter: QPainter) -> None:
        end = self.width() - self.look.pad - width_of(self.age_text(), self.look.font("tick")) - self.look.px(8)
        start = self.look.pad + width_of(self.title, self.look.font("pane")) + self.look.px(12)
        self._tab_hits = paint_tabs(painter, start, end, self.sight.counts, self.tab, self.look)

    def _paint_foot(self, painter: QPainter, foot: QRect) -> None:
        look, tick = self.look, self.look.font("tick")
        inner = foot.adjusted(look.pad, 0, -look.pad, 0)
        if not self.model.rowCount():
            words = self._empty_words("无" if self.wanted.kept else "无未结预警")
            above = QRect(0, self.body().top(), self.width(), foot.top() - self.body().top())
            text(painter, above, words, look.font("body"), look.colour("text3"), CENTRE)
        hidden = alert_lines.level_counts(self._out_of_sight())
        if hidden:
            text(painter, inner, f"另有 {hidden}", tick, look.colour("text3"), LEFT)

    def _out_of_sight(self) -> list[Line]:
        """Lines scrolled out above or below, whole or by half, or beyond the end of the list."""
        high = self.row_height
        first = -(-self.view.verticalScrollBar().value() // high)
        last = (self.view.verticalScrollBar().value() + self.view.viewport().height()) // high
        seen = {self.model.key_at(row) for row in range(first, min(last, self.model.rowCount()))}
        return [line for line in self.sight.lines if line.key not in seen]

    def _paint_wall_counts(self, painter: QPainter) -> None:
        look = self.look
        x = look.pad + width_of(self.title, look.font("pane")) + look.pad
        box = QRect(x, 0, self.width() - x, look.head)
        text(painter, box, alert_lines.level_counts(self.sight.shown), look.font("tick"), look.colour("text3"), LEFT)

    def _paint_wall(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        worst = alert_lines.one_a_cause(self.sight.shown, self.now)
        if worst and self.now is not None:
            most = int(self.options.get("limit", 6))
            paint_wall_list(painter, inner, worst, most, look, self.now, self.is_dimmed)
        else:
            text(painter, inner, self._empty_words("无未结预警"), look.font("body"), look.colour("text3"), CENTRE)

    def _empty_words(self, nothing: str) -> str:
        return nothing if self.quality() is not Quality.WAITING else self.error_text() or "读取中…"

    def _dress(self) -> None:
        palette = QPalette(self.view.palette())
        for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Window):
            palette.setColor(role, self.look.colour("panel"))
        self.view.setPalette(palette)
        self.view.scheduleDelayedItemsLayout()
        self.place()

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        self.update()

    # -- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        for box, tab in self._tab_hits:
            if box.contains(spot):
                self.choose_tab(tab)
                return
        for box, part in self._part_hits:
            if box.contains(spot):
                self.show_kept(part.sort)
                return
        super().mousePressEvent(event)


def _key_of(line: Line) -> str:
    return line.key


def _said(line: Line) -> str:
    """What a screen reader hears of a line."""
    return f"{line.title} {line.count} 条" if line.alert is None else f"{line.alert.title} {line.alert.place}"


def _said_on_wall(line: Line) -> str:
    if line.alert is None:
        return f"{line.title} {line.count} 条"
    return f"{line.alert.title} {wall_place(line.alert) or line.alert.wall_subject}"
