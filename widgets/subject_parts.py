"""The parts of a card as one column: headings, labelled values, rows and small histories, one under the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.snapshot import Subject
from services.domain.subject_card import Entry, Line, Part, Strip
from services.domain.timebase import local
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, chip, elide, hairline, sparkline, text, unknown_box, width_of

HEAD, ENTRY, LINE, SECOND, GAP, STRIP = 28, 24, 24, 18, 14, 62
LABEL, TIME = 84, 86
UNKNOWN_WIDE = 64


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card shows beyond itself: clear text by field, the row the keyboard stands on, what is selected."""

    clear: Mapping[str, str] = field(default_factory=dict)
    standing: Subject | None = None
    selected: Subject | None = None


class Column:
    """One walk from the top: with a painter it paints, without one it measures. ``hits`` is what a click means:
    a Subject opens, a text is the field of a mask."""

    def __init__(self, area: QRect, look: Look, shown: Shown, painter: QPainter | None = None) -> None:
        self.look, self.shown, self.painter = look, shown, painter
        self.left, self.width, self.y = area.left(), area.width(), area.top()
        self.hits: list[tuple[QRect, Subject | str]] = []

    def walk(self, parts: Sequence[Part]) -> int:
        """The lower edge of the last part."""
        for part in parts:
            self._head(part)
            self._body(part)
            self.y += self.look.px(GAP if not part.is_empty else GAP // 2)
        return self.y

    def _row(self, high: int) -> QRect:
        box = QRect(self.left, self.y, self.width, self.look.px(high))
        self.y += box.height()
        return box

    def _head(self, part: Part) -> None:
        box, look = self._row(HEAD), self.look
        if self.painter is None:
            return
        name = look.font("body", weight=500)
        text(self.painter, box, part.title, name, look.colour("text"))
        room = box.width() - width_of(part.title, name) - look.px(14)
        tick = look.font("tick")
        note = part.note or (part.empty if part.is_empty else "")
        text(self.painter, box, elide(note, tick, room), tick, look.colour("text3"), RIGHT)
        hairline(self.painter, look, box.left(), box.bottom(), box.width())

    def _body(self, part: Part) -> None:
        if not part.known:
            self._unknown(part.empty)
            return
        for entry in part.entries:
            self._entry(entry)
        for line in part.lines:
            self._line(line)
        if part.strip is not None:
            self._strip(part.strip)
        if part.more:
            self._quiet(f"另 {part.more} 条")

    def _quiet(self, words: str) -> None:
        box = self._row(LINE)
        if self.painter is not None:
            tick = self.look.font("tick")
            text(self.painter, box, elide(words, tick, box.width()), tick, self.look.colour("text3"))

    def _unknown(self, why: str) -> None:
        """Hatched, with why: what nobody tells us is no empty list."""
        box, look = self._row(LINE), self.look
        if self.painter is None:
            return
        wide = look.px(UNKNOWN_WIDE)
        unknown_box(self.painter, QRect(box.left(), box.top() + look.px(5), wide, box.height() - look.px(10)), look)
        rest = box.adjusted(wide + look.px(10), 0, 0, 0)
        words, tick = f"未知 · {why}", look.font("tick")
        text(self.painter, rest, elide(words, tick, rest.width()), tick, look.colour("text3"))

    # -- labelled values -----------------------------------------------------------------------------

    def _entry(self, entry: Entry) -> None:
        box, look, painter = self._row(ENTRY), self.look, self.painter
        if entry.field:
            self.hits.append((box, entry.field))
        if painter is None:
            return
        tick, body = look.font("tick"), look.font("body")
        text(painter, box, entry.label, tick, look.colour("text3"))
        value = box.adjusted(look.px(LABEL), 0, 0, 0)
        clear = self.shown.clear.get(entry.field) if entry.field else None
        if clear is None and entry.value is None:
            wide = look.px(UNKNOWN_WIDE)
            unknown_box(painter, QRect(value.left(), box.top() + look.px(5), wide, box.height() - look.px(10)), look)
            used = wide
        else:
            font = look.font("body", weight=500) if clear is not None else body
            words = elide(clear if clear is not None else entry.value or "", font, value.width())
            text(painter, value, words, font, look.colour("text"))
            used = width_of(words, font)
        self._after(painter, value.adjusted(used + look.px(10), 0, 0, 0), entry, clear is not None)

    def _after(self, painter: QPainter, rest: QRect, entry: Entry, is_clear: bool) -> None:
        look, tick = self.look, self.look.font("tick")
        if entry.field and rest.width() > look.px(44):
            used = chip(painter, rest.left(), rest.center().y(), "明文" if is_clear else "已遮", look, filled=is_clear)
            rest = rest.adjusted(used + look.px(8), 0, 0, 0)
        if entry.note and rest.width() > look.px(30):
            text(painter, rest, elide(entry.note, tick, rest.width()), tick, look.colour("text3"))

    # -- rows ------------------------------------------------------------------------------------------

    def _line(self, line: Line) -> None:
        look = self.look
        box = self._row(LINE + (SECOND if line.second else 0))
        if line.subject is not None:
            self.hits.append((box, line.subject))
        if self.painter is None:
            return
        self._ground(self.painter, box, line)
        first = QRect(box.left(), box.top(), box.width(), look.px(LINE))
        left = self._state_and_time(self.painter, first, line)
        if line.second:
            second = QRect(left.left(), box.top() + look.px(LINE - 3), box.right() - left.left(), look.px(SECOND))
            tick = look.font("tick")
            text(self.painter, second, elide(line.second, tick, second.width()), tick, look.colour("text3"))

    def _ground(self, painter: QPainter, box: QRect, line: Line) -> None:
        look, about = self.look, line.subject
        if about is None or about not in (self.shown.standing, self.shown.selected):
            return
        painter.fillRect(box.adjusted(-look.px(6), 0, look.px(6), 0), look.colour("raised"))
        if about == self.shown.standing:
            bar = QRect(box.left() - look.px(6), box.top(), look.px(2), box.height())
            painter.fillRect(bar, look.colour("ice"))

    def _state_and_time(self, painter: QPainter, first: QRect, line: Line) -> QRect:
        """Paints the first line; gives the rectangle its words stand in."""
        look, tick = self.look, self.look.font("tick")
        body = look.font("body", weight=500 if line.is_open else 400)
        text(painter, first, line.state, tick, look.colour("text" if line.is_open else "text3"), RIGHT)
        left = first.adjusted(0, 0, -width_of(line.state, tick) - look.px(8), 0)
        if line.at is not None:
            text(painter, left, f"{local(line.at):%m-%d %H:%M}", tick, look.colour("text3"), LEFT)
            left = left.adjusted(look.px(TIME), 0, 0, 0)
        if line.level is not None:
            size = look.glyph("table")
            put_glyph(painter, look, line.level, QPointF(left.left() + size / 2, left.center().y()), size, line.signed)
            left = left.adjusted(size + look.px(8), 0, 0, 0)
        ink = look.colour("text" if line.is_open or line.subject is not None else "text2")
        text(painter, left, elide(line.words, body, left.width()), body, ink)
        return left

    # -- a small history -------------------------------------------------------------------------------

    def _strip(self, strip: Strip) -> None:
        box, look, painter = self._row(STRIP), self.look, self.painter
        if painter is None:
            return
        plot = box.adjusted(0, look.px(8), 0, -look.px(20))
        known = [value for value in strip.values if value is not None]
        top = strip.top or max(known, default=0.0) * 1.05 or 1.0
        sparkline(painter, plot, strip.values, look, top)
        tick, quiet = look.font("tick"), look.colour("text3")
        foot = QRect(box.left(), plot.bottom() + look.px(2), box.width(), look.px(18))
        text(painter, foot, strip.first, tick, quiet)
        text(painter, foot, strip.last, tick, quiet, RIGHT)
        most = f"最高 {max(known, default=0):.3g} {strip.unit}"
        middle = f"{most} · {strip.limit_words}" if strip.limit_words else most
        text(painter, foot, middle, tick, quiet, Qt.AlignmentFlag.AlignCenter)
        if strip.limit is not None and strip.limit < top:
            y = plot.bottom() - round(plot.height() * strip.limit / top)
            painter.setPen(QPen(look.colour("text3"), look.hair, Qt.PenStyle.DashLine))
            painter.drawLine(plot.left(), y, plot.right(), y)
