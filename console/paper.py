"""A report on A4 pages: rows never break across a page, and column titles come again on each.

Everything is laid out in quarter points, so a PDF, a printer and a picture break at the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from services.reports.report import Report, Table, modules
from widgets.look import TEXT_FAMILIES
from widgets.paint import wrap

UNIT = 4.0  # units a point
WIDE, HIGH = 595.28 * UNIT, 841.89 * UNIT
INK, QUIET, LINE = QColor("#14202E"), QColor("#505F70"), QColor("#B8C2CE")
_EDGE, _HEAD, _FOOT = 45 * UNIT, 22 * UNIT, 22 * UNIT
_TOP, _BOTTOM = _EDGE + _HEAD, HIGH - _EDGE - _FOOT
_ROOM = WIDE - 2 * _EDGE
_CELL = 4 * UNIT
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop

Draw = Callable[[QPainter, float], None]  # at this height


@dataclass(frozen=True, slots=True)
class Block:
    """Something of one piece. ``glued`` stays on the page of what follows it."""

    high: float
    draw: Draw
    glued: bool = False


@dataclass(slots=True)
class Pages:
    """Blocks in their order, broken into pages."""

    pages: list[list[tuple[float, Draw]]] = field(default_factory=lambda: [[]])
    _y: float = _TOP

    def add(self, block: Block, following: float = 0.0, again: Block | None = None) -> None:
        """Place a block; ``again`` is put first on a page that it opens."""
        if self._y + block.high + (following if block.glued else 0.0) > _BOTTOM and self.pages[-1]:
            self.pages.append([])
            self._y = _TOP
            if again is not None:
                self._put(again)
        self._put(block)

    def _put(self, block: Block) -> None:
        self.pages[-1].append((self._y, block.draw))
        self._y += block.high


def laid_out(report: Report) -> Sequence[Draw]:
    """One painter a page, to be called with a painter in units and 0."""
    flow = Pages()
    flow.add(_opening(report))
    for table in report.tables:
        head = _row(table, table.columns, _font(8), QUIET)
        rows = [_row(table, row, _font(8.5), INK) for row in table.rows]
        flow.add(_heading(table), head.high + rows[0].high if rows else head.high)
        flow.add(Block(head.high, head.draw, glued=True), rows[0].high if rows else 0)
        for row in rows:
            flow.add(row, again=head)
    flow.add(_signatures(report))
    return [_page(report, placed, number, len(flow.pages)) for number, placed in enumerate(flow.pages, 1)]


def _page(report: Report, placed: Sequence[tuple[float, Draw]], number: int, count: int) -> Draw:
    def draw(painter: QPainter, _y: float) -> None:
        for y, one in placed:
            one(painter, y)
        _frame(painter, report, f"第 {number} / {count} 页")

    return draw


def _frame(painter: QPainter, report: Report, pages: str) -> None:
    """Header and footer."""
    top, bottom = _EDGE, HIGH - _EDGE
    _line(painter, top + 4 * UNIT)
    _line(painter, bottom - 12 * UNIT)
    for y, left, right in (
        (top - 12 * UNIT, report.subtitle, "演示数据" if report.demo else ""),
        (bottom - 8 * UNIT, report.foot, pages),
    ):
        box = QRectF(_EDGE, y, _ROOM, 14 * UNIT)
        _say(painter, box, left, _font(8), QUIET)
        _say(painter, box, right, _font(8), QUIET, _RIGHT)


def _opening(report: Report) -> Block:
    """Title and facts at the left, the anchor of the log at the right."""
    code = report.code_pt * UNIT
    room = _ROOM - (code + 24 * UNIT if report.code else 0)
    label = 56 * UNIT
    facts = [(name, wrap(value, _font(9), int(room - label))) for name, value in report.facts]
    high = 34 * UNIT + sum(max(1, len(lines)) * 13 * UNIT + 3 * UNIT for _, lines in facts)
    high = max(high, code + 8 * UNIT + 10 * UNIT * len(report.code_words) if report.code else 0)

    def draw(painter: QPainter, y: float) -> None:
        _say(painter, QRectF(_EDGE, y, room, 28 * UNIT), report.title, _font(18, 700))
        at = y + 34 * UNIT
        for name, lines in facts:
            _say(painter, QRectF(_EDGE, at, label, 13 * UNIT), name, _font(9), QUIET)
            for line in lines or [""]:
                _say(painter, QRectF(_EDGE + label, at, room - label, 13 * UNIT), line, _font(9))
                at += 13 * UNIT
            at += 3 * UNIT
        if report.code:
            _anchor(painter, report, y)

    return Block(high, draw)


def _anchor(painter: QPainter, report: Report, y: float) -> None:
    """Whole units a module, or scanners stumble over seams."""
    rows = modules(report.code)
    side = int(report.code_pt * UNIT // len(rows))
    left, top = round(_EDGE + _ROOM) - side * len(rows), round(y)
    for down, row in enumerate(rows):
        for along, dark in enumerate(row):
            if dark:
                painter.fillRect(left + along * side, top + down * side, side, side, Qt.GlobalColor.black)
    at = top + side * len(rows) + 4 * UNIT
    for words in report.code_words:
        box = QRectF(_EDGE, at, _ROOM, 10 * UNIT)
        _say(painter, box, words, _font(7), QUIET, _RIGHT)
        at += 10 * UNIT


def _heading(table: Table) -> Block:
    def draw(painter: QPainter, y: float) -> None:
        box = QRectF(_EDGE, y + 12 * UNIT, _ROOM, 16 * UNIT)
        _say(painter, box, table.title, _font(11, 700))
        if table.note:
            _say(painter, box.translated(0, 2.5 * UNIT), table.note, _font(8), QUIET, _RIGHT)

    return Block(31 * UNIT, draw, glued=True)


def _row(table: Table, words: Sequence[str], font: QFont, ink: QColor) -> Block:
    """Cells with a hairline above them; as high as the one with most lines."""
    total = sum(table.shares)
    wides = [_ROOM * share / total for share in table.shares]
    cells = [
        [line for part in cell.split("\n") for line in (wrap(part, font, int(wide - _CELL)) or [""])]
        for cell, wide in zip(words, wides, strict=True)
    ]
    step = 12 * UNIT
    high = max(len(lines) for lines in cells) * step + 6 * UNIT

    def draw(painter: QPainter, y: float) -> None:
        _line(painter, y)
        x = _EDGE
        for lines, wide in zip(cells, wides, strict=True):
            for at, line in enumerate(lines):
                box = QRectF(x, y + 3 * UNIT + at * step, wide - _CELL, step)
                _say(painter, box, line, font, ink)
            x += wide

    return Block(high, draw)


def _signatures(report: Report) -> Block:
    def draw(painter: QPainter, y: float) -> None:
        wide = _ROOM / max(1, len(report.signatures))
        for at, (label, value) in enumerate(report.signatures):
            box = QRectF(_EDGE + at * wide, y + 24 * UNIT, wide - 12 * UNIT, 16 * UNIT)
            _say(painter, box, label, _font(9), QUIET)
            _say(painter, box.adjusted(44 * UNIT, 0, 0, 0), value, _font(10, 500))
            painter.fillRect(QRectF(box.left(), box.bottom() + 3 * UNIT, box.width(), 2), LINE)

    return Block(52 * UNIT, draw)


def _say(
    painter: QPainter, box: QRectF, words: str, font: QFont, ink: QColor = INK, align: Qt.AlignmentFlag = _LEFT
) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, align.value | Qt.TextFlag.TextSingleLine.value | Qt.TextFlag.TextDontClip.value, words)


def _line(painter: QPainter, y: float) -> None:
    painter.fillRect(QRectF(_EDGE, y, _ROOM, 2), LINE)


def _font(points: float, weight: int = 400) -> QFont:
    font = QFont()
    font.setFamilies(TEXT_FAMILIES)
    font.setPixelSize(round(points * UNIT))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
