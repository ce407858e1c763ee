"""Elders who live alone: who was heard of today, who was not, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.community import CareClass, Elder, Safety
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.estate_alerts import showing
from widgets.glyphs import put_glyph, put_unknown
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import elide, figure, hairline, label, sparkline, text, unknown_box, width_of
from widgets.pane import Pane
from widgets.words import duration

CARE_WORDS = {CareClass.HIGH: "高", CareClass.KEY: "重点", CareClass.GENERAL: "一般"}
_COUNTED = (
    (Safety.CONFIRMED, "已确认", "已确认"),
    (Safety.AWAY, "外出报备", "外出"),
    (Safety.PENDING, "待确认", "待确认"),
    (Safety.UNKNOWN, "失联 未知", "失联未知"),
)
_COLUMNS = (("老人", 0), ("类别", 60), ("24 时用水", 102), ("最近活动", 206), ("今日 / 下一步", 298))
_BAR_HIGH, _COUNTS_HIGH, _HEAD_HIGH, _ROW_HIGH = 20, 46, 26, 42
_SPARK_TOP_M3 = 0.04


class EldersPane(Pane):
    """Desk: safe bar, counts, and a list of the elders with those first who need somebody; the wheel
    scrolls it. Wall: numbers only, no names. Silence is unknown and never counts as safe."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.first = 0
        self._selected: Subject | None = None
        self._hits: list[tuple[QRect, Subject]] = []

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        count = len(self.elders)
        self.note = f"独居 {count} 人" if self.look.is_wall else f"独居 {count} 人 · 失联不计平安"
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
        used = look.px(_BAR_HIGH + _COUNTS_HIGH + _HEAD_HIGH) + look.px(8)
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
        self._paint_bar(painter, bar, counts)
        line = QRect(inner.left(), inner.top() + look.px(_BAR_HIGH), inner.width(), look.px(_COUNTS_HIGH))
        self._paint_counts(painter, line, counts)
        head = QRect(inner.left(), line.bottom() + 1, inner.width(), look.px(_HEAD_HIGH))
        for words, x in _COLUMNS:
            box = head.adjusted(look.px(x), 0, 0, 0)
            text(painter, box, words, look.font("tick"), look.colour("text3"))
        hairline(painter, look, inner.left(), head.bottom(), inner.width())
        self._paint_rows(painter, QRect(inner.left(), head.bottom() + 1, inner.width(), inner.bottom() - head.bottom()))

    def _paint_bar(self, painter: QPainter, bar: QRect, counts: Mapping[Safety, int]) -> None:
        """One part a state; the few that matter are never thinner than they can be seen."""
        look = self.look
        total = sum(counts.values())
        least = look.px(24 if look.is_wall else 8)
        widths = {s: max(least, bar.width() * counts[s] // total) if counts[s] else 0 for s, _, _ in _COUNTED}
        widths[Safety.CONFIRMED] = max(0, bar.width() - sum(w for s, w in widths.items() if s is not Safety.CONFIRMED))
        if not counts[Safety.CONFIRMED]:
            widths[Safety.PENDING] += widths.pop(Safety.CONFIRMED)
        x = bar.left()
        for safety, _, _ in _COUNTED:
            part = QRect(x, bar.top(), widths.get(safety, 0), bar.height())
            x += part.width()
            if part.width() <= 0:
                continue
            part.setWidth(max(2, part.width() - look.px(4 if look.is_wall else 2)))
            if safety is Safety.CONFIRMED:
                painter.fillRect(part, look.colour("bar"))
            elif safety is Safety.PENDING:
                painter.fillRect(part, look.colour("measured"))
            else:
                if safety is Safety.UNKNOWN:
                    painter.fillRect(part, hatch_brush(look, part.topLeft()))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.colour("text3"), look.hair))
                painter.drawRect(QRectF(part).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_counts(self, painter: QPainter, line: QRect, counts: Mapping[Safety, int]) -> None:
        look = self.look
        words_of = 2 if look.is_wall else 1
        step, gap = ("lead", 12) if look.is_wall else ("count", 5)
        digits, font = look.font(step, digits=True, weight=500), look.font("body")
        widths = [width_of(f"{counts[c[0]]}", digits) + look.px(gap) + width_of(c[words_of], font) for c in _COUNTED]
        spare = (line.width() - sum(widths)) / (len(_COUNTED) - 1)
        x, y = float(line.left()), line.top() + look.px(46 if look.is_wall else 30)
        for counted, wide in zip(_COUNTED, widths, strict=True):
            ink = look.colour("text3" if self.quality() is Quality.STALE else "text")
            used = label(painter, x, y, f"{counts[counted[0]]}", digits, ink)
            label(painter, x + used + look.px(gap), y, counted[words_of], font, look.colour("text2"))
            x += wide + spare

    def _paint_rows(self, painter: QPainter, area: QRect) -> None:
        look = self.look
        alerts = showing(self.records("alerts"))
        elders = self.elders
        shown = elders[self.first : self.first + self._visible()]
        for at, elder in enumerate(shown):
            row = QRect(area.left(), area.top() + at * look.px(_ROW_HIGH), area.width(), look.px(_ROW_HIGH))
            self._paint_row(painter, row, elder, alerts)
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

    def _paint_row(self, painter: QPainter, row: QRect, elder: Elder, alerts: Sequence[Alert]) -> None:
        look = self.look
        if self._selected is not None and self._selected.id in (elder.id, elder.dwelling_id):
            painter.fillRect(row.adjusted(-look.pad, 0, look.pad, 0), look.colour("raised"))
            painter.fillRect(QRect(row.left() - look.pad, row.top(), look.px(2), row.height()), look.colour("ice"))
        alert = next((a for a in alerts if is_about(a, elder)), None)
        spot = QPointF(row.left() + look.px(7), row.center().y())
        if alert is not None:
            put_glyph(painter, look, alert.level, spot, look.glyph("table"), alert.is_signed)
        elif elder.safety is Safety.UNKNOWN:
            put_unknown(painter, look, spot, look.glyph("table"))
        name = look.font("body", weight=500 if elder.safety in (Safety.PENDING, Safety.UNKNOWN) else 400)
        text(painter, row.adjusted(look.px(20), 0, 0, 0), str(elder.name), name, look.colour("text"))
        care = row.adjusted(look.px(_COLUMNS[1][1]), 0, 0, 0)
        text(painter, care, CARE_WORDS[elder.care], look.font("body"), look.colour("text2"))
        spark = QRect(
            row.left() + look.px(_COLUMNS[2][1]), row.top() + look.px(10), look.px(92), row.height() - look.px(20)
        )
        self._paint_water(painter, spark, elder)
        last = row.adjusted(look.px(_COLUMNS[3][1]), 0, 0, 0)
        text(painter, last, self._last_words(elder), look.font("body"), look.colour("text2"))
        self._paint_next(painter, row, elder)

    def _paint_water(self, painter: QPainter, box: QRect, elder: Elder) -> None:
        look = self.look
        if elder.safety is Safety.UNKNOWN:
            unknown_box(painter, box, look)
            return
        if not any(elder.water_24h):
            painter.setPen(QPen(look.colour("text3"), look.hair, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
            return
        sparkline(painter, box, elder.water_24h, look, top=_SPARK_TOP_M3)

    def _last_words(self, elder: Elder) -> str:
        if elder.safety is Safety.UNKNOWN:
            return "未知"
        if elder.safety is Safety.AWAY:
            return "外出"
        if elder.last_activity is None:
            return "无记录"
        return ago(elder.last_activity, self.now or self._taken())

    def _taken(self) -> datetime | None:
        snapshot = self.snapshots.get("elders")
        return snapshot.taken_at if snapshot else None

    def _paint_next(self, painter: QPainter, row: QRect, elder: Elder) -> None:
        look = self.look
        room = row.width() - look.px(_COLUMNS[4][1])
        x = row.left() + look.px(_COLUMNS[4][1])
        first = look.font("body", weight=500 if elder.safety in (Safety.PENDING, Safety.UNKNOWN) else 400)
        ink = look.colour("text2" if elder.safety is Safety.CONFIRMED else "text")
        label(painter, x, row.top() + look.px(18), elide(elder.note, first, room), first, ink)
        tick = look.font("tick")
        label(painter, x, row.top() + look.px(34), elide(elder.next_step, tick, room), tick, look.colour("text3"))

    def _paint_wall(self, painter: QPainter, inner: QRect, counts: Mapping[Safety, int]) -> None:
        look = self.look
        monitored = sum(counts.values()) - counts[Safety.AWAY]
        sure = counts[Safety.CONFIRMED]
        label(painter, inner.left(), inner.top() + look.px(38), "今日平安确认", look.font("body"), look.colour("text2"))
        y = inner.top() + look.px(146)
        value = f"{sure * 1000 // monitored / 10:.1f}" if monitored else "—"
        used = figure(painter, inner.left(), y, value, "%", look, size=112)
        target = str(self.options.get("target", "98"))
        words = f"{sure} / {monitored}，目标 {target}"
        x = max(inner.left() + used + look.px(48), inner.left() + inner.width() * 0.44)
        label(painter, x, y, words, look.font("body"), look.colour("text2"))
        bar = QRect(inner.left(), y + look.px(32), inner.width(), look.px(44))
        self._paint_bar(painter, bar, counts)
        self._paint_counts(painter, QRect(inner.left(), bar.bottom() + look.px(20), inner.width(), look.px(70)), counts)
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

    # -- Qt ------------------------------------------------------------------------------------

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


def ago(moment: datetime, now: datetime | None) -> str:
    """``12 分前``, ``1 时前``, ``24 时 04 分前``."""
    if now is None:
        return "未知"
    seconds = (now - moment).total_seconds()
    words = duration(seconds) if seconds < 3600 else _hours(seconds)
    return words if words == "刚刚" else f"{words}前"


def _hours(seconds: float) -> str:
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} 时 {minutes:02d} 分" if hours >= 24 and minutes else f"{hours} 时"


def is_about(alert: Alert, elder: Elder) -> bool:
    """A meter's alert names the dwelling, a visit's the elder."""
    return elder.id in (alert.subject_id, *alert.key.split("|")) or alert.subject_id == (elder.dwelling_id or elder.id)
