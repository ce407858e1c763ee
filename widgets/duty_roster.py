"""值班表 as a strip: who is on duty now, who comes next, and the seven days ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.masked import mask_name
from services.domain.officer import Role
from services.domain.roster import DutyShift, current
from services.domain.snapshot import Snapshot
from services.domain.timebase import local
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, elide, figure, hairline, label, text, unknown_box
from widgets.pane import Pane
from widgets.words import duration

_POSTS = ((Role.DUTY_LEADER, "带班"), (Role.SHIFT_LEAD, "值班长"), (Role.DUTY, "值班员"))
_WEEK = "一二三四五六日"
_NOW_WIDE, _NEXT_WIDE = 400, 300


class DutyRosterPane(Pane):
    """Topics: ``roster``, ``swaps``. A crew nobody entered is hatched, never blank."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.has_header = False

    def draw(self, snapshot: Snapshot[Any]) -> None:
        open_swaps = [swap for swap in self.records("swaps") if swap.is_open]
        self.note = f"换班待办 {len(open_swaps)}" if open_swaps else ""

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self.update()

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        shifts: Sequence[DutyShift] = self.records("roster")
        this = current(shifts, self.now) if self.now else None
        if this is None or self.now is None:
            area = body.adjusted(look.pad, look.px(8), -look.pad, 0)
            paint_waiting(painter, area, self, "没有值班表")
            return
        following = next((shift for shift in shifts if shift.starts_at == this.ends_at), None)
        now_box = QRect(look.pad, body.top(), look.px(_NOW_WIDE), body.height())
        self._paint_shift(painter, now_box, "本班", this, f"余 {duration((this.ends_at - self.now).total_seconds())}")
        next_box = QRect(now_box.right(), body.top(), look.px(_NEXT_WIDE), body.height())
        if following is not None:
            hairline(
                painter,
                look,
                next_box.left() - look.px(16),
                body.top() + look.px(12),
                body.height() - look.px(24),
                True,
            )
            self._paint_shift(painter, next_box, "下一班", following, "")
        left = next_box.right() + look.px(8)
        self._divide(painter, left - look.px(16), body)
        self._paint_days(painter, QRect(left, body.top(), body.right() - left - look.pad, body.height()), shifts, this)

    def _divide(self, painter: QPainter, x: int, body: QRect) -> None:
        inset = self.look.px(12)
        hairline(painter, self.look, x, body.top() + inset, body.height() - 2 * inset, vertical=True)

    def _paint_shift(self, painter: QPainter, box: QRect, word: str, shift: DutyShift, left: str) -> None:
        look = self.look
        tick, body = look.font("tick"), look.font("body")
        quiet = look.colour("text3")
        x, y = box.left(), box.top()
        hours = f"{local(shift.starts_at):%H:%M}–{local(shift.ends_at):%H:%M}"
        team = f" · {shift.team}" if shift.team else ""
        first, second, base = (y + round(box.height() * share) for share in (0.21, 0.58, 0.88))
        label(painter, x, first, f"{word} · {shift.name}{team}", tick, quiet)
        wide = figure(painter, x, second, hours, "", look)
        if left:
            label(painter, x + wide + look.px(12), second, left, body, look.colour("text2"))
        if not shift.crew:
            unknown_box(painter, QRect(x, base - look.px(13), look.px(120), look.px(16)), look)
            label(painter, x + look.px(130), base, "人员未知", body, look.colour("text2"))
            return
        for role, post in _POSTS:
            people = shift.of(role)
            if people:
                x += label(painter, x, base, post + " ", tick, quiet)
                names = "、".join(mask_name(p.name) + ("（替）" if p.instead_of else "") for p in people)
                x += label(painter, x, base, names, body, look.colour("text")) + look.px(14)

    def _paint_days(self, painter: QPainter, box: QRect, shifts: Sequence[DutyShift], this: DutyShift) -> None:
        """A column a day, a row a shift; the running one stands on the raised ground."""
        look = self.look
        days = sorted({local(s.starts_at).date() for s in shifts if s.starts_at >= this.starts_at})[:7]
        names = list(dict.fromkeys(s.name for s in sorted(shifts, key=lambda s: local(s.starts_at).time())))
        head = look.px(26)
        lead = look.px(40)
        days = days[: max(1, (box.width() - lead) // look.px(70))]  # as many as fit whole
        wide = (box.width() - lead) / max(1, len(days))
        high = (box.height() - head - look.px(8)) / max(1, len(names))
        for row, name in enumerate(names):
            line = QRect(box.left(), round(box.top() + head + row * high), lead, round(high))
            text(painter, line, name, look.font("tick"), look.colour("text3"))
        for column, day in enumerate(days):
            x = box.left() + lead + round(column * wide)
            title = QRect(x, box.top() + look.px(6), round(wide), head - look.px(6))
            word = f"{day:%m-%d} {_WEEK[day.weekday()]}"
            text(painter, title, word, look.font("tick"), look.colour("text3"), CENTRE)
            for row, name in enumerate(names):
                shift = next((s for s in shifts if s.name == name and local(s.starts_at).date() == day), None)
                cell = QRect(x, round(box.top() + head + row * high), round(wide) - look.hair, round(high) - look.hair)
                self._paint_cell(painter, cell, shift, this)

    def _paint_cell(self, painter: QPainter, cell: QRect, shift: DutyShift | None, this: DutyShift) -> None:
        look = self.look
        if shift is None:
            return
        if shift.id == this.id:
            painter.fillRect(cell, look.colour("raised"))
        desk = [p for p in shift.crew if p.role is not Role.DUTY_LEADER]
        if not desk:
            unknown_box(painter, cell.adjusted(look.px(6), look.px(6), -look.px(6), -look.px(6)), look)
            return
        words = " ".join(mask_name(person.name) for person in desk)
        font = look.font("body")
        ink = look.colour("text" if shift.id == this.id else "text2")
        text(painter, cell, elide(words, font, cell.width()), font, ink, CENTRE)
