"""换班: one's own coming shifts, and the swaps that wait for somebody."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.masked import mask_name
from services.domain.officer import Role
from services.domain.roster import ASKED, DutyShift, OnDuty, Swap
from services.domain.swaps import STATE_WORDS, AgreeSwap, ApproveSwap, AskSwap, DeclineSwap
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.paint import LEFT, RIGHT, elide, text

_WEEK = "一二三四五六日"


class DutySwapsPane(DutyListPane):
    """Topics: ``roster``, ``swaps``. I asks somebody to sit in for the chosen shift, Y agrees or approves,
    X declines."""

    empty = "七日内没有本人班次"

    def make_rows(self) -> Sequence[Row]:
        swaps: Sequence[Swap] = self.records("swaps")
        rows: list[Row] = []
        if swaps:
            rows.append(Row("head:swaps", "换班单", 26, heading=True))
            rows += [Row(s.id, s, 44) for s in sorted(swaps, key=lambda s: (not s.is_open, s.starts_at))]
        mine = [shift for shift in self._coming() if self.officer is not None and shift.has(self.officer.id)]
        if mine:
            rows.append(Row("head:mine", "本人班次", 26, heading=True))
            rows += [Row(shift.id, shift, 28) for shift in mine]
        self.note = f"待办 {sum(swap.is_open for swap in swaps)}" if swaps else ""
        return rows

    def _coming(self) -> list[DutyShift]:
        return [s for s in self.records("roster") if self.now is not None and s.starts_at > self.now]

    def acts(self) -> Sequence[Act]:
        row = self.chosen_row()
        if row is not None and isinstance(row.record, DutyShift):
            return (Act("ask", "请人替班", "I", "" if self._others(row.record) else "无人可替"),)
        if row is None or not row.record.is_open:
            return ()
        swap, own = row.record, self.officer.id if self.officer is not None else ""
        if swap.state == ASKED:
            why = "" if own == swap.other_id else f"待 {mask_name(swap.other_name)} 同意"
            yes = Act("agree", "同意", "Y", why)
        else:
            leads = self.officer is not None and self.officer.role in (Role.SHIFT_LEAD, Role.DUTY_LEADER)
            yes = Act("approve", "批准", "Y", "" if leads and own not in (swap.asked_by, swap.other_id) else "须值班长")
        return (yes, Act("decline", "不换", "X"))

    def _others(self, shift: DutyShift) -> list[OnDuty]:
        """Equals who are in neither this shift nor the ones beside it."""
        shifts: Sequence[DutyShift] = self.records("roster")
        mine = next((p for p in shift.crew if self.officer is not None and p.officer_id == self.officer.id), None)
        near = [s for s in shifts if shift.starts_at in (s.starts_at, s.ends_at) or s.starts_at == shift.ends_at]
        people = {p.officer_id: p for s in shifts for p in s.crew}
        return [
            person
            for person in people.values()
            if mine is not None and person.role is mine.role and not any(s.has(person.officer_id) for s in near)
        ]

    def act(self, what: str) -> None:
        row = self.chosen_row()
        if row is None:
            return
        match what:
            case "ask":
                names = tuple(mask_name(person.name) for person in self._others(row.record)[:9])
                self.question("ask", f"请谁替 {_shift_words(row.record)}", choices=names, chosen=0, hint="原因")
            case "agree":
                self.wish(AgreeSwap(case_id=row.record.id, expected_version=row.record.version))
            case "approve":
                self.wish(ApproveSwap(case_id=row.record.id, expected_version=row.record.version))
            case "decline":
                self.question("decline", "不换", hint="原因")

    def answer(self, question: str, choice: int, words: str) -> None:
        row = self.chosen_row()
        if row is None:
            return
        if question == "decline":
            self.wish(DeclineSwap(case_id=row.record.id, expected_version=row.record.version, reason=words))
        else:
            other = self._others(row.record)[max(0, choice)]
            self.wish(AskSwap(shift_id=row.record.id, other_id=other.officer_id, reason=words))

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, record = self.look, row.record
        font, tick = look.font("body"), look.font("tick")
        if isinstance(record, str):
            text(painter, box.adjusted(0, look.px(4), 0, 0), record, tick, look.colour("text3"), LEFT)
            return
        if isinstance(record, DutyShift):
            text(painter, box, _shift_words(record), font, look.colour("text2"), LEFT)
            hours = f"{local(record.starts_at):%H:%M}–{local(record.ends_at):%H:%M}"
            text(painter, box, hours, font, look.colour("text"), RIGHT)
            return
        first = QRect(box.left(), box.top() + look.px(3), box.width(), look.px(20))
        second = QRect(box.left(), box.top() + look.px(22), box.width(), look.px(18))
        ink = look.colour("text" if record.is_open else "text3")
        when = f"{local(record.starts_at):%m-%d} {record.shift_name}"
        who = f"{mask_name(record.asked_name)} → {mask_name(record.other_name)}"
        text(painter, first, f"{when}　{who}", font, ink, LEFT)
        text(painter, first, STATE_WORDS[record.state], font, ink, RIGHT)
        told = " · ".join(part for part in (record.reason, record.answer) if part)
        text(painter, second, elide(told, tick, second.width()), tick, look.colour("text3"), LEFT)


def _shift_words(shift: DutyShift) -> str:
    there = local(shift.starts_at)
    return f"{there:%m-%d} 周{_WEEK[there.weekday()]} {shift.name}"
