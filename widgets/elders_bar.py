"""How many elders were heard of today, as a bar, as numbers, and by class; shared by desk and wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.community import CareClass, Elder, Safety
from services.domain.community_rates import safe_rate
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import label, width_of

CARE_WORDS = {CareClass.HIGH: "高", CareClass.KEY: "重点", CareClass.GENERAL: "一般"}
COUNTED = (
    (Safety.CONFIRMED, "已确认", "已确认"),
    (Safety.AWAY, "外出报备", "外出"),
    (Safety.PENDING, "待确认", "待确认"),
    (Safety.UNKNOWN, "失联 未知", "失联未知"),
)


def paint_bar(painter: QPainter, look: Look, bar: QRect, counts: Mapping[Safety, int]) -> None:
    """One part a state; the few that matter are never thinner than they can be seen."""
    total = sum(counts.values())
    least = look.px(24 if look.is_wall else 8)
    widths = {s: max(least, bar.width() * counts[s] // total) if counts[s] else 0 for s, _, _ in COUNTED}
    widths[Safety.CONFIRMED] = max(0, bar.width() - sum(w for s, w in widths.items() if s is not Safety.CONFIRMED))
    if not counts[Safety.CONFIRMED]:
        widths[Safety.PENDING] += widths.pop(Safety.CONFIRMED)
    x = bar.left()
    for safety, _, _ in COUNTED:
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


def paint_counts(painter: QPainter, look: Look, line: QRect, counts: Mapping[Safety, int], *, stale: bool) -> None:
    words_of = 2 if look.is_wall else 1
    step, gap = ("lead", 12) if look.is_wall else ("count", 5)
    digits, font = look.font(step, digits=True, weight=500), look.font("body")
    widths = [width_of(f"{counts[c[0]]}", digits) + look.px(gap) + width_of(c[words_of], font) for c in COUNTED]
    spare = (line.width() - sum(widths)) / (len(COUNTED) - 1)
    x, y = float(line.left()), line.top() + look.px(46 if look.is_wall else 30)
    for counted, wide in zip(COUNTED, widths, strict=True):
        ink = look.colour("text3" if stale else "text")
        used = label(painter, x, y, f"{counts[counted[0]]}", digits, ink)
        label(painter, x + used + look.px(gap), y, counted[words_of], font, look.colour("text2"))
        x += wide + spare


def class_words(elders: Sequence[Elder]) -> str:
    """``高 9/9 · 重点 21/23 · 一般 30/33``: confirmed of those watched and at home, by class."""
    rates = ((word, safe_rate([e for e in elders if e.care is care])) for care, word in CARE_WORDS.items())
    return " · ".join(f"{word} {rate.part}/{rate.whole}" for word, rate in rates if rate.whole)


def watch_words(elders: Sequence[Elder]) -> str:
    """``正在联系 2 · 探访逾期 1 · 设备离线 3``: what somebody must see to; no names."""
    counted = (
        ("正在联系", sum(bool(e.chain_id) for e in elders)),
        ("探访逾期", sum(e.visit_late for e in elders)),
        ("设备离线", sum(e.devices_off for e in elders)),
    )
    return " · ".join(f"{word} {count}" for word, count in counted)
