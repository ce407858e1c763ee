"""Counts side by side as bars: which cause, which origin, which department has most."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.figures import Bar
from services.domain.snapshot import Quality, Snapshot
from widgets.paint import LEFT, RIGHT, bar, elide, text, width_of
from widgets.pane import Pane


class BarsPane(Pane):
    """``label ▮▮▮▮ text`` lines in grey; an unknown share is hatched.

    Options: ``label_width`` in logical px (else the widest label), ``limit`` (most lines),
    ``header``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_header = bool(self.options.get("header", bool(self.title)))
        self.bars: list[Bar] = []

    def draw(self, snapshot: Snapshot[Any]) -> None:
        every = [b for s in self.snapshots.values() for b in s.records if isinstance(b, Bar)]
        self.bars = every[: int(self.options.get("limit", len(every) or 1))]

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, -look.pad // 2)
        font = look.font("body")
        if not self.bars:
            words = (self.error_text() or "读取中…") if self.quality() is Quality.WAITING else "无数据"
            text(painter, inner, words, font, look.colour("text3"), LEFT)
            return
        figures = look.font("body", weight=700 if not look.is_wall else 500)
        widest = max(width_of(b.label, font) for b in self.bars)
        label_width = look.px(float(self.options.get("label_width", 0))) or min(widest, inner.width() // 3)
        value_width = max(width_of(b.text, figures) for b in self.bars)
        gap = look.px(24 if look.is_wall else 12)
        pitch = min(inner.height() / len(self.bars), look.row)
        high = look.px(22 if look.is_wall else 8)
        stale = self.quality() is Quality.STALE
        for at, one in enumerate(self.bars):
            line = QRect(inner.left(), inner.top() + round(at * pitch), inner.width(), round(pitch))
            left = line.left() + label_width + gap
            room = line.width() - label_width - value_width - 2 * gap
            name = QRect(line.left(), line.top(), label_width, line.height())
            text(painter, name, elide(one.label, font, label_width), font, look.colour("text2"))
            bar(painter, QRect(left, line.center().y() - high // 2, room, high), one.share, look)
            text(painter, line, one.text, figures, look.colour("text3" if stale else "text"), RIGHT)
