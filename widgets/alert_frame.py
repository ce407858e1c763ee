"""What stands round the alert list: its tabs, and the bar that says a flood is running."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.noise import Flood
from services.domain.timebase import local
from widgets.alert_lines import Tab
from widgets.look import Look
from widgets.paint import LEFT, elide, label, text, width_of

TAB_WORDS = {Tab.SCENE: "本场景", Tab.ALL: "全部", Tab.MINE: "我的", Tab.OVERDUE: "超期"}


def paint_tabs(
    painter: QPainter, start: int, end: int, counts: Mapping[Tab, int], chosen: Tab, look: Look
) -> list[tuple[QRect, Tab]]:
    """The tabs from ``start`` on, without their counts when these would pass ``end``. Returns where each is."""
    font, gap = look.font("body"), look.px(12)
    counted = {tab: f"{word} {counts[tab]}" if tab in counts else word for tab, word in TAB_WORDS.items()}
    whole = sum(width_of(words, font) + gap for words in counted.values())
    hits = []
    for tab, words in (counted if start + whole <= end else TAB_WORDS).items():
        wide = width_of(words, font)
        box = QRect(start, 0, wide, look.head)
        text(painter, box, words, font, look.colour("text" if tab is chosen else "text2"), LEFT)
        if tab is chosen:
            painter.fillRect(QRect(start, look.head - look.px(3), wide, look.px(2)), look.colour("ice"))
        hits.append((box.adjusted(-gap // 2, 0, gap // 2, 0), tab))
        start += wide + gap
    return hits


def paint_flood_bar(painter: QPainter, bar: QRect, flood: Flood, singly: bool, end: int, look: Look) -> None:
    """How many came, how they are listed, which came first and what is heard; texts end before ``end``."""
    words = f"10 分钟 {flood.count} 件，{'逐条列出' if singly else '按起因归并'}"
    first = f"首发 {local(flood.since):%H:%M} {flood.first_out.title}"
    _paint_bar(painter, bar, "泛滥模式", words, f"每组响一声，红色不停 · {first}", end, look)


def paint_kept_bar(painter: QPainter, bar: QRect, title: str, words: str, end: int, look: Look) -> None:
    """Which part of the strip is looked at."""
    _paint_bar(painter, bar, title, "", words, end, look)


def _paint_bar(painter: QPainter, bar: QRect, title: str, beside: str, below: str, end: int, look: Look) -> None:
    painter.fillRect(bar, look.colour("raised"))
    painter.fillRect(QRect(bar.left(), bar.top(), look.px(2), bar.height()), look.colour("ice"))
    upper, lower = bar.top() + look.px(18), bar.top() + look.px(34)
    wide = label(painter, look.pad, upper, title, look.font("body", weight=700), look.colour("text"))
    tick = look.font("tick")
    left = look.pad + wide + look.px(10)
    label(painter, left, upper, elide(beside, tick, end - left) if beside else "", tick, look.colour("text2"))
    label(painter, look.pad, lower, elide(below, tick, end - look.pad), tick, look.colour("text2"))
