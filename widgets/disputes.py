"""Disputes: how many are open, how long they take, what they are about."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.community import DisputeSummary
from services.domain.snapshot import Quality, Snapshot
from widgets.facts import Fact, facts_height, paint_bars, paint_facts
from widgets.notes import paint_waiting
from widgets.paint import hairline, label
from widgets.pane import Pane


class DisputesPane(Pane):
    """Desk: this year's cases and their kinds. Wall: the published year (options ``published``,
    ``published_note``) over this year's."""

    def draw(self, snapshot: Snapshot[Any]) -> None:
        record = self._record()
        if record is not None and not self.look.is_wall:
            self.note = f"每周约 {record.per_week} 件"

    def _record(self) -> DisputeSummary | None:
        return next((r for r in self.records("disputes") if isinstance(r, DisputeSummary)), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, -look.pad // 2)
        record = self._record()
        if record is None:
            paint_waiting(painter, inner, self)
            return
        stale = self.quality() is Quality.STALE
        mean = None if record.mean_days is None else f"{record.mean_days:.1f}"
        if look.is_wall:
            self._paint_wall(painter, inner, record, mean, stale)
            return
        facts = (
            Fact("在办", f"{record.open:,}"),
            Fact("超 7 日", f"{record.over_7d:,}"),
            Fact("平均化解", mean, "天"),
            Fact(f"{record.year} 年已到期化解", f"{record.resolved:,} / {record.due:,}"),
        )
        paint_facts(painter, inner, facts, look, stale=stale, even=False)
        rest = inner.adjusted(0, facts_height(look) + look.px(2), 0, 0)
        paint_bars(painter, rest, record.kinds, look, 86, stale=stale)

    def _paint_wall(
        self, painter: QPainter, inner: QRect, record: DisputeSummary, mean: str | None, stale: bool
    ) -> None:
        look = self.look
        published = str(self.options.get("published", "100"))
        paint_facts(painter, inner, (Fact("2021 化解率", published, "%"),), look, size=104)
        note = str(self.options.get("published_note", "113 / 113 件"))
        font = look.font("lead", digits=True, weight=500)
        label(painter, inner.left() + inner.width() * 0.42, inner.top() + look.px(134), note, font, look.colour("text"))
        line = inner.top() + look.px(178)
        hairline(painter, look, inner.left(), line, inner.width())
        facts = (
            Fact("在办", f"{record.open:,}", "件"),
            Fact("超 7 日", f"{record.over_7d:,}", "件"),
            Fact("平均化解", mean, "天"),
        )
        paint_facts(painter, inner.adjusted(0, look.px(186), 0, 0), facts, look, stale=stale, size=80)
        left = record.due - record.resolved
        done = "均已化解" if not left else f"未化解 {left} 件"
        words = f"{record.year} 年到期 {record.due:,} 件，{done}"
        label(painter, inner.left(), inner.top() + look.px(378), words, look.font("tick"), look.colour("text2"))
