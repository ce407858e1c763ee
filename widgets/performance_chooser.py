"""The period all figures of the scene are about: a row of buttons and two keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen, QShortcut
from PySide6.QtWidgets import QWidget

from services.domain.snapshot import Quality, Subject
from services.domain.timebase import local
from services.domain.yardstick import PERIOD_WORDS
from widgets.look import Look
from widgets.paint import CENTRE, RIGHT, label, text, width_of
from widgets.performance_period import PERIOD, PeriodPane

KEYS = {"[": -1, "]": 1}
METHOD = "EEMUA 191 · ISA-18.2 口径"


class PerformancePeriodPane(PeriodPane):
    """今日 · 本班 · 24 小时 · 7 日 · 30 日. ``[`` and ``]`` step from anywhere in the window, the arrow keys
    while the row has the focus. Every pane of the scene is told by the selection."""

    has_header = False

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.segments: list[tuple[QRect, str]] = []
        self.is_ringed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        back, forth = (QShortcut(QKeySequence(key), self) for key in KEYS)
        back.activated.connect(self.step_back)
        forth.activated.connect(self.step_on)
        self._describe()

    @Slot()
    def step_back(self) -> None:
        self.step(-1)

    @Slot()
    def step_on(self) -> None:
        self.step(1)

    def step(self, by: int) -> None:
        names = tuple(PERIOD_WORDS)
        self.choose(names[max(0, min(len(names) - 1, names.index(self.period) + by))])

    def choose(self, period: str) -> None:
        if period != self.period:
            self.show_period(period)
            self.asked.emit("select", Subject(PERIOD, period))

    def show_period(self, period: str) -> None:
        super().show_period(period)
        self._describe()

    def _describe(self) -> None:
        self.setAccessibleDescription(PERIOD_WORDS[self.period])

    # -- painted ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        baseline = body.center().y() + look.px(6)
        x = look.pad + label(painter, look.pad, baseline, self.title, look.font("lead"), look.colour("text"))
        x = self._paint_segments(painter, x + look.px(20), body)
        hint = look.font("tick")
        label(painter, x + look.px(10), baseline - look.px(1), "[  ]", hint, look.colour("text3"))
        self._paint_window(painter, body.adjusted(x + look.px(48), 0, -look.pad, 0))

    def _paint_segments(self, painter: QPainter, x: int, body: QRect) -> int:
        look, font = self.look, self.look.font("body")
        high = look.px(26)
        top = body.center().y() - high // 2
        self.segments = []
        for period, words in PERIOD_WORDS.items():
            box = QRect(x, top, width_of(words, font) + look.px(24), high)
            chosen = period == self.period
            if chosen:
                painter.fillRect(box, look.colour("ice"))
            painter.setPen(QPen(look.colour("line2"), look.hair))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            text(painter, box, words, font, look.colour("on_ice" if chosen else "text2"), CENTRE)
            self.segments.append((box, period))
            x = box.right()
        if self.is_ringed:
            whole = self.segments[0][0].united(self.segments[-1][0])
            painter.setPen(QPen(look.colour("ice"), look.px(1.5)))
            painter.drawRect(whole.adjusted(-2, -2, 1, 1))
        return x

    def _paint_window(self, painter: QPainter, room: QRect) -> None:
        """From when to when, by which method, and how old."""
        look = self.look
        parts = [METHOD, self.age_text()]
        figures = self.figures
        if figures is not None:
            since, until = local(figures.since), local(figures.until)
            parts.insert(0, f"{since:%m-%d %H:%M} – {until:%m-%d %H:%M}")
        stale = self.quality() is Quality.STALE
        words = "  ·  ".join(parts)
        text(painter, room, words, look.font("tick"), look.colour("text2" if stale else "text3"), RIGHT)

    # -- Qt -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        period = next((period for box, period in self.segments if box.contains(spot)), "")
        if period:
            self.choose(period)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.step(by)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring is for the keyboard: a window that opens or a click asks for none."""
        self.is_ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.is_ringed = False
        self.update()
