"""Disputes: how many are open and for how long, what they are about, how many of those due were resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.community import DisputeSummary
from services.domain.figures import Bar
from services.domain.mediation_filter import FILTER
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.facts import Fact, facts_height, paint_bars, paint_facts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import hairline, label
from widgets.pane import Pane

_KINDS = 4  # as many types as the desk has lines for
SCENE = "mediation"


class DisputesPane(Pane):
    """Desk: this year's cases by age and type; a line points the list of scene ``mediation`` at its cases.
    Wall: the published year (options ``published``, ``published_note``) over this year's."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.lines: list[tuple[QRect, str]] = []  # what is painted where: its filter
        if not look.is_wall:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        record = self._record()
        if record is not None:
            joint = f" · 联名 {record.collective}" if record.collective else ""
            self.note = "" if self.look.is_wall else f"今年 {record.total} · 2021 年 113{joint}"
            self.setAccessibleDescription(_spoken(record))

    def _record(self) -> DisputeSummary | None:
        return next((r for r in self.records("disputes") if isinstance(r, DisputeSummary)), None)

    # -- painting --------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, -look.pad // 2)
        record = self._record()
        self.lines = []
        if record is None:
            paint_waiting(painter, inner, self)
        elif look.is_wall:
            self._paint_wall(painter, inner, record)
        else:
            self._paint_desk(painter, inner, record)

    def _paint_desk(self, painter: QPainter, inner: QRect, record: DisputeSummary) -> None:
        look, stale = self.look, self.quality() is Quality.STALE
        facts = (
            Fact("在办", f"{record.open:,}"),
            Fact("超 7 日", f"{record.over_7d:,}"),
            Fact("平均化解", _mean(record), "天"),
            Fact("已到期化解", f"{record.resolved:,} / {record.due:,}" if record.due else None),
        )
        paint_facts(painter, inner, facts, look, stale=stale, even=False)
        rest = inner.adjusted(0, facts_height(look) + look.px(2), 0, 0)
        half = rest.width() // 2 - look.px(8)
        left = QRect(rest.left(), rest.top(), half, rest.height())
        right = QRect(rest.right() - half, rest.top(), half, rest.height())
        self._paint_lines(painter, left, record.ages, "age", 62, stale=stale)
        self._paint_lines(painter, right, record.kinds[:_KINDS], "type", 70, stale=stale)

    def _paint_lines(
        self, painter: QPainter, area: QRect, bars: tuple[Bar, ...], what: str, names: float, *, stale: bool
    ) -> None:
        paint_bars(painter, area, bars, self.look, names, stale=stale)
        pitch = min(area.height() / max(1, len(bars)), self.look.px(26))
        for at, one in enumerate(bars):
            line = QRect(area.left(), area.top() + round(at * pitch), area.width(), round(pitch))
            self.lines.append((line, f"{what}:{one.label}"))

    def _paint_wall(self, painter: QPainter, inner: QRect, record: DisputeSummary) -> None:
        look, stale = self.look, self.quality() is Quality.STALE
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
            Fact("平均化解", _mean(record), "天"),
        )
        paint_facts(painter, inner.adjusted(0, look.px(186), 0, 0), facts, look, stale=stale, size=80)
        words = _due_words(record)
        label(painter, inner.left(), inner.top() + look.px(378), words, look.font("tick"), look.colour("text2"))

    # -- asking ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        where = event.position().toPoint()
        found = next((key for box, key in self.lines if box.contains(where)), "")
        if self.look.is_wall:
            return
        self.setFocus()
        if found:
            self._lead_to(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.look.is_wall:
            self._lead_to("open")
        else:
            super().keyPressEvent(event)

    def _lead_to(self, wanted: str) -> None:
        """The scene first: its list then takes the filter."""
        self.asked.emit("open", SCENE)
        self.asked.emit("select", Subject(FILTER, wanted))


def _mean(record: DisputeSummary) -> str | None:
    return None if record.mean_days is None else f"{record.mean_days:.1f}"


def _due_words(record: DisputeSummary) -> str:
    if not record.due:
        return f"{record.year} 年登记 {record.total:,} 件，尚无到期"
    left = record.due - record.resolved
    done = "均已化解" if not left else f"未化解 {left} 件"
    return f"{record.year} 年到期 {record.due:,} 件，{done}"


def _spoken(record: DisputeSummary) -> str:
    ages = "，".join(f"{one.label} {one.text} 件" for one in record.ages)
    return f"在办 {record.open} 件（{ages}）；{_due_words(record)}"
