"""Lines flowed from top to bottom within a width: the same walk measures and paints, and knows what can be clicked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import AlertLevel, Stance
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, text, width_of, wrap

INDENT = 18  # of a line with a mark before it, logical px


class Flow:
    """``y`` is how far it has come, ``ends`` where each line ends, ``hits`` what a click means where,
    ``landmarks`` where the parts begin."""

    def __init__(self, look: Look, width: int, painter: QPainter | None = None) -> None:
        self.look, self.width, self.painter = look, width, painter
        self.y = 0
        self.ends: list[int] = []
        self.hits: list[tuple[QRect, Any]] = []
        self.landmarks: list[tuple[int, str]] = []

    def landmark(self, words: str) -> None:
        """The part that begins here, in a few words: said of it while it is scrolled out of sight."""
        self.landmarks.append((self.y, words))

    def line(self, left: str, right: str = "", ink: str = "text2", indent: int = 0, *, small: bool = False) -> None:
        """A sentence, wrapped, with a figure at the right end of its first line. ``indent`` in px."""
        look, painter = self.look, self.painter
        font = look.font("tick" if small else "body")
        high = look.px(20 if small else 22)
        used = width_of(right, font) + look.px(10) if right else 0
        for at, part in enumerate(wrap(left, font, self.width - indent - used)):
            if painter is not None:
                row = QRect(indent, self.y, self.width - indent, high)
                text(painter, row, part, font, look.colour(ink), LEFT)
                if right and at == 0:
                    text(painter, row, right, font, look.colour(ink), RIGHT)
            self.end(high)

    def head(self, left: str, right: str = "") -> None:
        self.y += self.look.px(6)
        self.line(left, right, "text3", small=True)

    def end(self, high: int) -> None:
        self.y += high
        self.ends.append(self.y)

    def click(self, top: int, what: Any) -> None:
        """What stands from ``top`` to here means ``what`` when it is clicked."""
        self.hits.append((QRect(0, top, self.width, self.y - top), what))

    def mark(self, stance: Stance | None) -> None:
        """Before the line to come: +, −, hatched, or a dot for what was looked for in vain."""
        look, painter = self.look, self.painter
        if painter is None:
            return
        middle = self.y + look.px(11)
        if stance is Stance.UNKNOWN:
            put_unknown(painter, look, QPointF(look.px(5), middle), look.px(11))
            return
        colour = look.colour("text" if stance is Stance.FOR else "c3" if stance is Stance.AGAINST else "text3")
        thick, arm = look.px(2), look.px(8)
        if stance is None:
            painter.fillRect(QRect(look.px(4), middle - look.px(1), look.px(3), look.px(3)), colour)
            return
        painter.fillRect(QRect(look.px(1), middle - thick // 2, arm, thick), colour)
        if stance is Stance.FOR:
            painter.fillRect(QRect(look.px(1) + arm // 2 - thick // 2, middle - arm // 2, thick, arm), colour)

    def glyph(self, level: AlertLevel, *, signed: bool) -> None:
        """Before the line to come: an alert's level."""
        if self.painter is not None:
            centre = QPointF(self.look.px(5), self.y + self.look.px(11))
            put_glyph(self.painter, self.look, level, centre, self.look.px(11), signed)
