"""What stands above and below the sheets of 派船方案: tabs, the monitor's suggestion, what was said."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from widgets.ask import Ask
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.plan_sheet import Sheet

Tabs = list[tuple[QRect, Sheet]]


def lay_tabs(sheets: Sequence[Sheet], right: int, look: Look) -> Tabs:
    """The words of the sheets with their letters, ending before ``right`` px."""
    laid: Tabs = []
    for sheet in reversed(sheets):
        letter = width_of(f" {sheet.letter}", look.font("tick")) if sheet.letter else 0
        wide = width_of(sheet.word, look.font("body")) + letter
        right -= wide + look.px(14)
        laid.append((QRect(right, 0, wide, look.head), sheet))
    return laid[::-1]


def paint_tabs(painter: QPainter, tabs: Tabs, chosen: Sheet, look: Look) -> None:
    for box, sheet in tabs:
        ink = look.colour("text" if sheet is chosen else "text2")
        text(painter, box, sheet.word, look.font("body"), ink, LEFT)
        text(painter, box, sheet.letter, look.font("tick"), look.colour("text3"), RIGHT)
        if sheet is chosen:
            painter.fillRect(QRect(box.left(), look.head - look.px(3), box.width(), look.px(2)), look.colour("ice"))


def paint_band(painter: QPainter, box: QRect, words: str, key: str, look: Look) -> None:
    """A suggestion and the key that leads to what it suggests."""
    font = look.font("body", weight=500)
    painter.fillRect(box, look.colour("raised"))
    painter.fillRect(QRect(0, box.top(), look.px(2), box.height()), look.colour("ice"))
    line = box.adjusted(look.pad, 0, -look.pad, 0)
    room = line.width() - (width_of(key, look.font("tick")) + look.pad if key else 0)
    text(painter, line, elide(words, font, room), font, look.colour("text"), LEFT)
    text(painter, line, key, look.font("tick"), look.colour("text3"), RIGHT)


def paint_said(painter: QPainter, foot: QRect, said: str, buttons_end: int, look: Look) -> None:
    """What became of the last wish: in the foot beside the buttons, or in the line above it."""
    if not said:
        return
    font = look.font("body", weight=500)
    line = foot.adjusted(buttons_end + look.pad, 0, -look.pad, 0)
    if line.width() < width_of(said, font):
        line = QRect(foot.left(), foot.top() - look.px(24), foot.width(), look.px(24))
        painter.fillRect(line, look.colour("raised"))
        line = line.adjusted(look.pad, 0, -look.pad, 0)
    text(painter, line, elide(said, font, line.width()), font, look.colour("text"), LEFT)


def paint_below(painter: QPainter, foot: QRect, below: int, buttons_end: int, look: Look) -> None:
    """How many rows lie below the lower edge."""
    words, font = f"下方还有 {below}", look.font("tick")
    line = foot.adjusted(buttons_end + look.pad, 0, -look.pad, 0)
    if below and width_of(words, font) <= line.width():
        text(painter, line, words, font, look.colour("text3"), RIGHT)


def is_asked(focus: QWidget | None) -> bool:
    """Whether the keyboard is in a question that is open."""
    while focus is not None:
        if isinstance(focus, Ask):
            return True
        focus = focus.parentWidget()
    return False
