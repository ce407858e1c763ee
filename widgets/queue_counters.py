"""今日申请 as seven counters along the way from filing to disposal, with the three rates under them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.boats import HAND_IN_ENDED, HAND_IN_ORDER, STATE_WORDS, HandInRequest, HandInState
from services.domain.figures import Figure
from services.domain.hand_in_times import is_overdue
from services.domain.snapshot import Snapshot
from services.domain.timebase import midnight_before
from widgets.glyphs import put_glyph
from widgets.hand_ins import worst_alerts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, LEFT, figure, figure_font, hairline, text, unknown_box, width_of
from widgets.pane import Pane

_S = HandInState
STAGES: tuple[tuple[str, frozenset[HandInState]], ...] = (
    ("待受理", frozenset({_S.FILED})),
    ("待派船", frozenset({_S.ACCEPTED, _S.REASSIGNED, _S.NO_SHOW})),
    ("前往", frozenset({_S.ASSIGNED, _S.EN_ROUTE})),
    ("收集", frozenset({_S.ALONGSIDE, _S.COLLECTING, _S.WEIGHED, _S.SIGNED, _S.DISPUTED})),
    ("运输", frozenset({_S.IN_TRANSIT})),
    ("入仓处置", frozenset({_S.STORED, _S.REDUCED, _S.TRANSFERRED, _S.DISPOSED})),
    ("今了结", HAND_IN_ENDED),
)
EXCEPTIONS = frozenset(_S) - frozenset(HAND_IN_ORDER)
RATES = ("response", "on_time", "closed_loop")


class QueueCountersPane(Pane):
    """Topics: ``hand_in_requests``, ``boat_figures``, ``alerts``. Every hand-in filed today is in exactly one
    counter; a counter with an alert carries the worst one's mark, and says below what is out of the ordinary."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._name = title

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self.title = f"{self._name} {len(self.today())}" if self.records("hand_in_requests") else self._name

    def tick(self, now: datetime) -> None:
        before, self.now = self.now, now
        if before is None or midnight_before(before) != midnight_before(now):
            self.title = f"{self._name} {len(self.today())}"
            self.update()

    def today(self) -> list[HandInRequest]:
        snapshot = self.snapshots.get("hand_in_requests")
        now = self.now or (snapshot.taken_at if snapshot else None)
        every: Sequence[HandInRequest] = self.records("hand_in_requests")
        return [r for r in every if now is not None and r.filed_at >= midnight_before(now)]

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        if not self.records("hand_in_requests"):
            paint_waiting(painter, body, self, "今日无申请")
            return
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        split = inner.top() + round(inner.height() * 0.52)
        self._paint_counters(painter, QRect(inner.left(), inner.top(), inner.width(), split - inner.top()))
        hairline(painter, look, inner.left(), split, inner.width())
        self._paint_rates(painter, QRect(inner.left(), split, inner.width(), inner.bottom() - split))

    def _paint_counters(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        alerts = worst_alerts(self.records("alerts"))
        today = self.today()
        wide = box.width() / len(STAGES)
        font = figure_font(look, "kpi")
        baseline = box.top() + round(box.height() * 0.47)
        for at, (name, states) in enumerate(STAGES):
            mine = [r for r in today if r.state in states]
            cell = QRect(round(box.left() + at * wide), box.top(), round(wide), box.height())
            if at:
                hairline(painter, look, cell.left(), cell.top() + look.px(30), cell.height() - look.px(60), True)
            value = str(len(mine))
            ended = states is HAND_IN_ENDED
            x = cell.center().x() - width_of(value, font) / 2
            figure(painter, x, baseline, value, "", look, colour=look.colour("text2" if ended else "text"))
            worst: list[Alert] = [alerts[r.id] for r in mine if r.id in alerts]
            if worst:
                alert = max(worst, key=lambda a: (a.level, not a.is_signed))
                size = look.glyph("list")
                centre = QPointF(x + width_of(value, font) + size, baseline - look.px(60 if look.is_wall else 16))
                put_glyph(painter, look, alert.level, centre, size, alert.is_signed)
            label = QRect(cell.left(), baseline + look.px(14), cell.width(), look.line("body"))
            text(painter, label, name, look.font("body"), look.colour("text2"), CENTRE)
            below = QRect(label.left(), label.bottom() - look.px(2), label.width(), look.line("tick"))
            text(painter, below, self._odd(mine), look.font("tick"), look.colour("text3"), CENTRE)

    def _odd(self, requests: Sequence[HandInRequest]) -> str:
        """What is out of the ordinary among them: exceptions by name, else how many are overdue."""
        found = Counter(r.state for r in requests if r.state in EXCEPTIONS)
        if found:
            state, count = found.most_common(1)[0]
            return f"{STATE_WORDS[state]} {count}"
        late = sum(is_overdue(r, self.now) for r in requests if self.now is not None)
        return f"超时 {late}" if late else ""

    def _paint_rates(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        found: dict[str, Figure] = {f.id: f for f in self.records("boat_figures")}
        wide = box.width() / len(RATES)
        for at, key in enumerate(RATES):
            each = found.get(key)
            if each is None:
                continue
            left = round(box.left() + at * wide)
            top = box.top() + look.px(12)
            label = QRect(left, top, round(wide), look.line("body"))
            text(painter, label, each.label, look.font("body"), look.colour("text2"), LEFT)
            baseline = label.bottom() + look.px(76)
            if each.unknown:
                unknown_box(painter, QRect(left, baseline - look.px(40), look.px(120), look.px(40)), look)
            else:
                figure(painter, left, baseline, each.value, each.unit, look, size=88)
            note = QRect(left, baseline + look.px(10), round(wide) - look.px(10), look.line("tick"))
            text(painter, note, each.note, look.font("tick"), look.colour("text3"), LEFT)
