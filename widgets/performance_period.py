"""What the panes of alarm performance share: the chosen period, its figures, and a hint under the pointer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from services.domain.performance import Performance, formulas
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.timebase import local
from services.domain.yardstick import PERIOD_WORDS, Yardstick
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.pane import Pane

PERIOD = "period"  # the kind of Subject by which the chooser tells every pane
ON_WALL = 2.6  # a logical px of the desk on the wall's canvas


class PeriodPane(Pane):
    """Topics: ``alarm_performance``, ``yardstick``. Option ``period``: which one at first (``today``).

    Subclasses override ``paint_period``. What they note in ``hints`` is said under the pointer, and a
    click on what they note in ``alerts`` selects the alert.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.period = str(options.get("period", "today"))
        if self.period not in PERIOD_WORDS:
            raise ValueError(f"period = {self.period!r}，可用：{'、'.join(PERIOD_WORDS)}")
        self.hints: list[tuple[QRect, str]] = []
        self.alerts: list[tuple[QRect, str]] = []
        self.selected_alert = ""

    # -- told ---------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Painted from the records."""

    def select(self, subject: Subject | None) -> None:
        if subject is None:
            return
        if subject.kind == PERIOD and subject.id in PERIOD_WORDS:
            self.show_period(subject.id)
        elif subject.kind == "alert":
            self.selected_alert = subject.id
            self.update()

    def show_period(self, period: str) -> None:
        self.period = period
        self.update()

    # -- for subclasses -----------------------------------------------------------------------

    @property
    def figures(self) -> Performance | None:
        """Of the chosen period; None while there are none."""
        every = (r for r in self.records("alarm_performance") if isinstance(r, Performance))
        return next((r for r in every if r.id == self.period), None)

    @property
    def yardstick(self) -> Yardstick:
        return next((r for r in self.records("yardstick") if isinstance(r, Yardstick)), Yardstick())

    def formula(self, of: str) -> str:
        return formulas(self.yardstick)[of]

    def span(self, logical: float) -> int:
        """Px of a length given in the desk's logical px, on either face."""
        return self.look.px(logical * (ON_WALL if self.look.is_wall else 1))

    @property
    def ink(self) -> str:
        """The token of a value: quiet when it is old."""
        return "text3" if self.quality() is Quality.STALE else "text"

    def paint_period(self, painter: QPainter, area: QRect, figures: Performance) -> None:
        raise NotImplementedError

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        self.hints, self.alerts = [], []
        area = body.adjusted(self.look.pad, 0, -self.look.pad, -self.look.pad // 2)
        figures = self.figures
        if figures is None:
            paint_waiting(painter, area, self, "尚无绩效数据")
        else:
            self.paint_period(painter, area, figures)

    # -- Qt -----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hint_at(event.pos()), self)
            return True
        return super().event(event)

    def hint_at(self, spot: QPoint) -> str:
        return next((words for box, words in self.hints if box.contains(spot)), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        alert = next((alert for box, alert in self.alerts if box.contains(spot)), "")
        if alert and not self.look.is_wall and event.button() is Qt.MouseButton.LeftButton:
            self.selected_alert = alert
            self.update()
            self.asked.emit("select", Subject("alert", alert))


def moment_words(moment: datetime, now: datetime) -> str:
    """``14:32`` today, ``11-20 14:32`` before."""
    there = local(moment)
    return f"{there:%H:%M}" if there.date() == local(now).date() else f"{there:%m-%d %H:%M}"


def percent(share: float | None, decimals: int = 0) -> str | None:
    """``41``; None of nothing."""
    return None if share is None else f"{100 * share:.{decimals}f}"
