"""Who lives here: heads by kind, age pyramid, net flow."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.community import AgeBand, PopulationSummary
from services.domain.snapshot import Quality, Snapshot
from widgets.facts import Fact, facts_height, paint_facts
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, figure, label, text, width_of
from widgets.pane import Pane
from widgets.words import MINUS


class PopulationPane(Pane):
    """Desk: three figures over the pyramid, men left, women right, in ‰ of all.

    Wall: the published total (options ``published`` and ``estates``), the share of residents and
    floating people as one bar, the net flow.
    """

    def draw(self, snapshot: Snapshot[Any]) -> None:
        record = self._record()
        if record is not None and not self.look.is_wall:
            self.note = f"小区口径 {record.total:,} 人"

    def _record(self) -> PopulationSummary | None:
        return next((r for r in self.records("population") if isinstance(r, PopulationSummary)), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        record, look = self._record(), self.look
        inner = body.adjusted(look.pad, 0, -look.pad, -look.pad // 2)
        if record is None:
            paint_waiting(painter, inner, self)
        elif look.is_wall:
            self._paint_wall(painter, inner, record)
        else:
            self._paint_desk(painter, inner, record)

    @property
    def _stale(self) -> bool:
        return self.quality() is Quality.STALE

    def _paint_desk(self, painter: QPainter, inner: QRect, record: PopulationSummary) -> None:
        high = facts_height(self.look)
        facts = (
            Fact("常住", f"{record.resident:,}"),
            Fact("流动", f"{record.floating:,}"),
            Fact("近 7 日净流入", signed(record.net_flow_7d)),
        )
        line = QRect(inner.left(), inner.top(), self.look.px(340), high)
        paint_facts(painter, line, facts, self.look, stale=self._stale)
        self._paint_pyramid(painter, inner.adjusted(0, high + self.look.px(2), 0, 0), record.bands)

    def _paint_pyramid(self, painter: QPainter, area: QRect, bands: tuple[AgeBand, ...]) -> None:
        look = self.look
        foot = look.line("tick")
        widest = max((max(b.male_permille, b.female_permille) for b in bands), default=1.0) or 1.0
        middle, ages = area.left() + round(area.width() * 0.5), look.px(36)
        reach = area.width() // 2 - ages // 2 - look.px(30)
        pitch = (area.height() - foot) / max(1, len(bands))
        high = max(2, round(pitch) - look.px(4))
        for at, band in enumerate(bands):
            top = area.top() + round(at * pitch)
            men, women = (round(reach * v / widest) for v in (band.male_permille, band.female_permille))
            painter.fillRect(QRect(middle - ages // 2 - men, top, men, high), look.colour("bar"))
            painter.fillRect(QRect(middle + ages // 2, top, women, high), look.colour("measured"))
            box = QRect(middle - ages // 2, top - look.px(4), ages, high + look.px(8))
            text(painter, box, band.label, look.font("tick"), look.colour("text3"), CENTRE)
        line = QRect(area.left(), area.bottom() - foot + 1, area.width(), foot)
        for words, box in (
            ("男", QRect(line.left(), line.top(), middle - ages - line.left(), foot)),
            ("年龄 · ‰", line.adjusted(middle - line.left() - ages, 0, -(line.right() - middle - ages), 0)),
            ("女", QRect(middle + ages, line.top(), line.right() - middle - ages, foot)),
        ):
            text(painter, box, words, look.font("tick"), look.colour("text3"), CENTRE)

    def _paint_wall(self, painter: QPainter, inner: QRect, record: PopulationSummary) -> None:
        look = self.look
        facts = (
            Fact("实有人口", str(self.options.get("published", f"{record.total:,}")), "人"),
            Fact("小区", str(self.options.get("estates", "6")), "个"),
        )
        paint_facts(painter, inner, facts, look, stale=self._stale, size=112, even=False)
        top = inner.top() + look.px(200)
        high = look.px(40)
        share = round(inner.width() * record.resident / max(1, record.total))
        painter.fillRect(QRect(inner.left(), top, share - look.px(4), high), look.colour("bar"))
        painter.fillRect(QRect(inner.left() + share, top, inner.width() - share, high), look.colour("measured"))
        lead, y = look.font("lead", digits=True, weight=500), top + high + look.px(52)
        body = look.font("body")
        for words, figure_text, right in (("常住", record.resident, False), ("流动", record.floating, True)):
            number = f"{figure_text:,}"
            wide = width_of(words, body) + look.px(16) + width_of(number, lead)
            x = inner.right() - wide if right else inner.left()
            x += label(painter, x, y, words, body, look.colour("text2")) + look.px(16)
            label(painter, x, y, number, lead, look.colour("text"))
        y += look.px(84)
        x = inner.left() + label(painter, inner.left(), y, "近 7 日净流入", body, look.colour("text2")) + look.px(60)
        figure(painter, x, y, signed(record.net_flow_7d), "人", look, size=56)


def signed(number: int) -> str:
    return f"+{number:,}" if number > 0 else f"{MINUS}{-number:,}" if number < 0 else "0"
