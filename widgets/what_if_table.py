"""现状 beside 推演: what would be more or less, and whether that is better, in shape and word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter, QPolygonF

from services.domain.plan_ask_case import Measures, WhatIf
from services.domain.timebase import local
from widgets.look import Look
from widgets.paint import LEFT, MISSING, RIGHT, elide, hairline, text, width_of
from widgets.words import duration, number

HEAD, ROW, LEAST_ROW = 24, 22, 19
Value = float | datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One difference. ``way`` is 1 for more, −1 for less, 0 for the same; ``judged`` says what it is worth."""

    name: str
    base: str
    changed: str
    words: str
    way: int
    judged: str


@dataclass(frozen=True, slots=True)
class _Measure:
    name: str
    read: Callable[[Measures], Value]
    more_is_better: bool
    decimals: int = 0
    unit: str = ""


_MEASURES = (
    _Measure("已排", lambda m: m.served, more_is_better=True, unit="件"),
    _Measure("未排", lambda m: m.unserved, more_is_better=False, unit="件"),
    _Measure("超时窗", lambda m: m.overdue, more_is_better=False, unit="件"),
    _Measure("均等待 分", lambda m: m.mean_wait_min, more_is_better=False, unit="分"),
    _Measure("里程 nm", lambda m: m.distance_nm, more_is_better=False, decimals=1),
    _Measure("代价", lambda m: m.cost, more_is_better=False),
    _Measure("收班", lambda m: m.latest_end, more_is_better=False),
)


def lines_of(found: WhatIf) -> list[Line]:
    """What is saved because less is done is called so and not good."""
    fewer = found.changed.served < found.base.served
    return [_line(measure, measure.read(found.base), measure.read(found.changed), fewer) for measure in _MEASURES]


def _judged(measure: _Measure, way: int, fewer: bool) -> str:
    if not way:
        return ""
    if (way > 0) is not measure.more_is_better:
        return "差"
    return "因少排" if fewer else "好"


def _line(measure: _Measure, base: Value, changed: Value, fewer: bool) -> Line:
    before, after = _said(measure, base), _said(measure, changed)
    if base is None or changed is None:
        return Line(measure.name, before, after, MISSING, 0, "")
    if isinstance(base, datetime) and isinstance(changed, datetime):
        minutes = round((changed - base).total_seconds() / 60)
        way = (minutes > 0) - (minutes < 0)
        words = f"{'晚' if way > 0 else '早'} {duration(abs(minutes) * 60)}" if way else "不变"
    else:
        assert not isinstance(base, datetime) and not isinstance(changed, datetime)
        apart = round(changed - base, measure.decimals)
        way = (apart > 0) - (apart < 0)
        much = f"{number(abs(apart), measure.decimals)} {measure.unit}".strip()
        words = f"{'多' if way > 0 else '少'} {much}" if way else "不变"
    return Line(measure.name, before, after, words, way, _judged(measure, way, fewer))


def _said(measure: _Measure, value: Value) -> str:
    if value is None:
        return MISSING
    return f"{local(value):%H:%M}" if isinstance(value, datetime) else number(value, measure.decimals)


def paint_lines(painter: QPainter, box: QRect, lines: list[Line], look: Look) -> None:
    head = look.px(HEAD)
    row = max(look.px(LEAST_ROW), min(look.px(ROW), (box.height() - head) // max(1, len(lines))))
    cells = _cells(box, look)
    heads = ("", "现状" if cells[1].width() > 0 else "", "推演", "差")
    for cell, word, align in zip(cells, heads, (LEFT, RIGHT, RIGHT, LEFT), strict=True):
        at = QRect(cell.left(), box.top(), cell.width(), head)
        text(painter, at, word, look.font("tick"), look.colour("text3"), align)
    hairline(painter, look, box.left(), box.top() + head - look.hair, box.width())
    for number_, line in enumerate(lines):
        top = box.top() + head + number_ * row
        if top + row > box.bottom() + look.px(4):
            return
        _paint_line(painter, [QRect(c.left(), top, c.width(), row) for c in cells], line, look)


def _cells(box: QRect, look: Look) -> list[QRect]:
    narrow = box.width() < look.px(310)  # 现状 goes first: its difference says the same
    wide = [look.px(width) for width in (72, 0 if narrow else 56, 56)]
    spare = max(0, box.width() - look.pad - sum(wide) - look.px(130)) // 6
    wide = [width + spare if width else 0 for width in wide]
    wide.append(box.width() - look.pad - sum(wide))
    cells, left = [], box.left()
    for width in wide:
        cells.append(QRect(left, 0, width - look.px(6), 0))
        left += width
    cells[3].setLeft(cells[3].left() + look.px(8))
    return cells


def _paint_line(painter: QPainter, cells: list[QRect], line: Line, look: Look) -> None:
    moved = line.way != 0
    text(painter, cells[0], line.name, look.font("tick"), look.colour("text3"), LEFT)
    if cells[1].width() > 0:
        text(painter, cells[1], line.base, look.font("body"), look.colour("text2"), RIGHT)
    font = look.font("body", weight=500 if moved else 400)
    text(painter, cells[2], line.changed, font, look.colour("text" if moved else "text2"), RIGHT)
    side = look.px(9)
    if moved:
        _paint_way(painter, QRect(cells[3].left(), cells[3].center().y() - side // 2, side, side), line.way, look)
    words = QRect(
        cells[3].left() + side + look.px(6), cells[3].top(), cells[3].width() - side - look.px(6), cells[3].height()
    )
    said = f"{line.words}，{line.judged}" if line.judged else line.words
    if width_of(said, font) > words.width():
        said = elide(line.words, font, words.width())
    text(painter, words, said, font, look.colour("text" if moved else "text3"), LEFT)


def _paint_way(painter: QPainter, box: QRect, way: int, look: Look) -> None:
    """A triangle that points up for more and down for less."""
    top, low = (box.top(), box.bottom()) if way > 0 else (box.bottom(), box.top())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look.colour("text"))
    painter.setBrush(look.colour("text"))
    painter.drawPolygon(
        QPolygonF([QPointF(box.left(), low), QPointF(box.right(), low), QPointF(box.center().x(), top)])
    )
    painter.restore()
