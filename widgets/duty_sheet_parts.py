"""The parts of the hand-over sheet on the screen: its counts, its course, its lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter

from services.domain.alert import AlertLevel
from services.domain.duty_sheet import DEADLINES, PROMISES, SHELVED, SIGNED, SOURCES, UNSIGNED, Line, Section, Sheet
from services.domain.handover import Handover, Signature, Stand, Standing
from services.domain.timebase import local
from widgets.duty_lines import standing_words, time_words
from widgets.glyphs import put_glyph
from widgets.look import LEVEL_WORDS, Look
from widgets.paint import LEFT, RIGHT, elide, figure, label, text, width_of

TOP = 116  # logical px of counts and course
COUNTS = {
    UNSIGNED: "未签收",
    SIGNED: "已签在办",
    SHELVED: "暂缓与挂起",
    DEADLINES: "即将到时",
    SOURCES: "数据源异常",
    PROMISES: "对外承诺",
}


def paint_counts(painter: QPainter, box: QRect, look: Look, sheet: Sheet) -> None:
    """Six figures; beside the unsigned their levels."""
    wide = box.width() / (len(COUNTS) + 1)  # the first is twice as wide, for its levels
    for at, (section_id, word) in enumerate(COUNTS.items()):
        x, y = box.left() + round((at + (at > 0)) * wide), box.top()
        label(painter, x, y + look.px(22), word, look.font("tick"), look.colour("text3"))
        count = len(sheet.section(section_id).lines)
        right = x + figure(painter, x, y + look.px(50), str(count), "", look) + look.px(10)
        if section_id == UNSIGNED:
            _paint_levels(painter, right, y + look.px(41), look, sheet.section(UNSIGNED))


def _paint_levels(painter: QPainter, x: int, y: int, look: Look, section: Section) -> None:
    for level in sorted(AlertLevel, reverse=True):
        count = sum(line.level is level for line in section.lines)
        if count:
            size = look.glyph("rail")
            put_glyph(painter, look, level, QPointF(x + size / 2, y), size, signed=False)
            x += size + look.px(3)
            x += label(painter, x, y + look.px(5), str(count), look.font("tick"), look.colour("text2")) + look.px(8)


def paint_course(painter: QPainter, box: QRect, look: Look, case: Handover | None, total: int, left: int) -> None:
    """编制 — 逐条接收 — 接班签字 — 交班签字, each with who and when."""
    signed = {signature.side: signature for signature in case.signatures} if case else {}
    steps = (
        ("编制", f"{case.prepared_name} {local(case.prepared_at):%H:%M}" if case else "", case is not None),
        ("逐条接收", f"{total - left} / {total} 项" if case else "", case is not None and not left),
        ("接班签字", _signed(signed.get("in")), "in" in signed),
        ("交班签字", _signed(signed.get("out")), "out" in signed),
    )
    wide = box.width() / len(steps)
    top = box.top() + look.px(66)
    running = next((n for n, (_, _, done) in enumerate(steps) if not done), len(steps)) if case else -1
    for at, (word, said, done) in enumerate(steps):
        x = box.left() + round(at * wide)
        token = "text2" if done else "ice" if at == running else ""
        _paint_dot(painter, QPointF(x + look.px(5), top + look.px(12)), look, token)
        ink = look.colour("text" if at == running else "text2" if done else "text3")
        place = x + look.px(16)
        label(painter, place, top + look.px(17), word, look.font("body"), ink)
        label(painter, place, top + look.px(36), said, look.font("tick"), look.colour("text3"))
        start = place + width_of(word, look.font("body")) + look.px(10)
        stop = box.left() + round((at + 1) * wide) - look.px(10)
        if at + 1 < len(steps):
            painter.fillRect(QRect(start, top + look.px(12), max(0, stop - start), look.hair), look.colour("line2"))


def _paint_dot(painter: QPainter, centre: QPointF, look: Look, token: str) -> None:
    """Filled when done or running, a ring while ahead."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if token else look.colour("line2"))
    painter.setBrush(look.colour(token) if token else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, look.px(4), look.px(4))
    painter.restore()


def _signed(signature: Signature | None) -> str:
    return f"{signature.by} {local(signature.at):%H:%M}" if signature is not None else ""


def paint_heading(painter: QPainter, box: QRect, look: Look, section: Section) -> None:
    line = box.adjusted(0, look.px(6), 0, 0)
    font = look.font("body", weight=500)
    text(painter, line, section.title, font, look.colour("text"), LEFT)
    told = f"{len(section.lines)} 项" if section.accepted else f"{len(section.lines)} 项 · 已列于其他各节，不另接收"
    after = line.adjusted(width_of(section.title, font) + look.px(10), 0, 0, 0)
    text(painter, after, told, look.font("tick"), look.colour("text3"), LEFT)


@dataclass(frozen=True, slots=True)
class Told:
    """A line as it reads now; ``read``: it is being accepted, so where it stands is said too."""

    section: str
    line: Line
    stand: Stand | None
    now: datetime
    read: bool

    @property
    def words(self) -> str:
        level = f"{LEVEL_WORDS[self.line.level]} " if self.line.level is not None else ""
        return level + self.line.text

    @property
    def token(self) -> str:
        waits = self.stand is None or self.stand.standing is not Standing.ACCEPTED
        return "text" if waits else "text2"


def line_high(width: int, look: Look) -> int:
    """Logical px of a line: where a wide one does not fit, it takes two."""
    return 30 if width >= look.px(760) else 48


def paint_line(painter: QPainter, box: QRect, look: Look, told: Told) -> None:
    """Glyph, what, where, who, when, and where it stands between the crews."""
    line = told.line
    if line.level is not None:
        centre = QPointF(box.left() + look.px(6), box.top() + look.px(16))
        put_glyph(painter, look, line.level, centre, look.glyph("table"), line.signed)
    inner = box.adjusted(look.px(20), 0, 0, 0)
    if box.height() > look.px(40):
        _paint_twice(painter, inner, look, told)
    else:
        _paint_once(painter, inner, look, told)


def _paint_once(painter: QPainter, box: QRect, look: Look, told: Told) -> None:
    states, times, owner, gap = (look.px(n) for n in (138 if told.read else 0, 126, 118, 8))
    line, room = told.line, box.width() - states - times - owner
    what = room if not line.detail else room * 46 // 100
    font, plain = look.font("body"), look.colour("text2")
    last = 0 if not told.read else gap
    cells = (
        (what, gap, told.words, font, look.colour(told.token), LEFT),
        (room - what, gap, line.detail, font, plain, LEFT),
        (owner, gap, line.owner, look.font("tick"), look.colour("text3"), LEFT),
        (times, last, time_words(told.section, line, told.now), font, plain, RIGHT),
    )
    x = box.left()
    for wide, after, said, face, ink, align in cells:
        cell = QRect(x, box.top(), wide - after, box.height())
        text(painter, cell, elide(said, face, cell.width()), face, ink, align)
        x += wide
    _paint_stand(painter, QRect(x, box.top(), states, box.height()), look, told.stand)


def _paint_twice(painter: QPainter, box: QRect, look: Look, told: Told) -> None:
    line, states = told.line, look.px(130)
    first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(22))
    second = QRect(box.left(), box.top() + look.px(25), box.width(), look.px(19))
    font, tick = look.font("body"), look.font("tick")
    room = box.width() - states
    text(painter, first, elide(told.words, font, room), font, look.colour(told.token), LEFT)
    detail = " · ".join(part for part in (line.detail, line.owner) if part)
    text(painter, second, elide(detail, tick, room), tick, look.colour("text3"), LEFT)
    text(painter, second, time_words(told.section, line, told.now), tick, look.colour("text2"), RIGHT)
    _paint_stand(painter, first.adjusted(room, 0, 0, 0), look, told.stand)


def _paint_stand(painter: QPainter, box: QRect, look: Look, stand: Stand | None) -> None:
    """What presses is in the text's own colour: a change, a new line."""
    if stand is None:
        return
    pressing = stand.standing in (Standing.CHANGED, Standing.NEW)
    font = look.font("body", weight=500) if pressing else look.font("body")
    ink = "text3" if stand.standing is Standing.ACCEPTED else "text" if pressing else "text2"
    text(painter, box, elide(standing_words(stand), font, box.width()), font, look.colour(ink), RIGHT)
