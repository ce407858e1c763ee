"""What stands round the alert list: its tabs, and the bar that says a flood is running."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from widgets.alert_lines import Tab
from widgets.look import Look
from widgets.paint import LEFT, label, text, width_of

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


def paint_flood_bar(painter: QPainter, bar: QRect, count: int, singly: bool, look: Look) -> None:
    painter.fillRect(bar, look.colour("raised"))
    painter.fillRect(QRect(bar.left(), bar.top(), look.px(2), bar.height()), look.colour("ice"))
    base = bar.center().y() + look.px(5)
    wide = label(painter, look.pad, base, "泛滥模式", look.font("body", weight=700), look.colour("text"))
    words = f"10 分钟 {count} 件，{'逐条列出' if singly else '按起因归并'}；仅红色响铃"
    label(painter, look.pad + wide + look.px(10), base, words, look.font("tick"), look.colour("text2"))
