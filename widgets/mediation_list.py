"""调解: the disputes with their clocks, and what a mediator does with the chosen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.deed import Refused
from services.domain.mediation import STATE_WORDS, Mediation, clock_word
from services.domain.mediation_filter import (
    ALL,
    FILTER,
    OPEN,
    hand_up_due,
    is_late,
    is_risky,
    matches,
    ordered,
    together,
)
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.look import Look
from widgets.mediation_acts import acts_of, asked_of, wish_of
from widgets.mediation_form import STEPS, Draft, asked_in, filled_in
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.words import case_clock_words

MOST = 300
_TWO = 46
_MANY = 5  # households over one matter, from which the row says so


class MediationListPane(DutyListPane):
    """Topics: ``mediations``, ``estates``, ``alerts``. Selects ``dispute``; a selected filter narrows it. N files a
    new one; the other keys are on the buttons of the chosen case."""

    empty = "没有符合的纠纷；按 N 登记一件"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._wanted = OPEN
        self._together: Mapping[tuple[str, str], int] = {}
        self._draft = Draft()

    def select(self, subject: Subject | None) -> None:
        if subject is None:
            return
        if subject.kind == FILTER:
            self._wanted = subject.id
            self.refresh()
            return
        wanted = subject.id if subject.kind == "dispute" else self._of_alert(subject)
        if not wanted or wanted == self.chosen:
            return
        if not any(row.key == wanted for row in self.rows):
            self._wanted = ALL
            self.refresh()
        if any(row.key == wanted for row in self.rows):
            self.choose(wanted)

    def _of_alert(self, subject: Subject) -> str:
        """The case an alert is about; of one that was joined, its main case."""
        alerts = self.records("alerts") if subject.kind == "alert" else ()
        about = next((a.subject_id for a in alerts if a.id == subject.id and a.subject_kind == "dispute"), "")
        case = next((case for case in self.records("mediations") if case.id == about), None)
        return case.main_id or case.id if case is not None else ""

    def make_rows(self) -> Sequence[Row]:
        if self.now is None:
            return ()
        now, cases = self.now, self.records("mediations")
        self._together = together(cases)
        found = ordered([case for case in cases if matches(case, self._wanted, now)], now)
        late = sum(is_late(case, now) for case in found)
        word = self._wanted.partition(":")[2] or ("全部" if self._wanted == ALL else "在办与回访")
        self.note = f"{word} {len(found)} 件" + (f" · 逾期 {late}" if late else "") if len(cases) else ""
        return [Row(case.id, case, _TWO) for case in found[:MOST]]

    def case(self) -> Mediation | None:
        row = self.chosen_row()
        return row.record if row is not None else None

    def row_chosen(self, row: Row) -> None:
        self.asked.emit("select", Subject("dispute", row.key))

    def step(self, by: int) -> None:
        super().step(by)
        row = self.chosen_row()
        if row is not None:
            self.row_chosen(row)

    # -- acts ------------------------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        return acts_of(self.case(), self.officer)

    def act(self, what: str) -> None:
        case = self.case()
        if what == "file":
            self._draft = Draft()
            self._ask_form(STEPS[0])
        elif case is not None and self.now is not None:
            asked = asked_of(what, case, self.records("mediations"))
            if asked is None:
                self.wish(wish_of(what, case, -1, "", self.now, self.ask_line, ()))
            else:
                self.question(what, **asked)

    def answer(self, question: str, choice: int, words: str) -> None:
        if self.now is None:
            return
        try:
            if question in STEPS:
                self._fill(question, choice, words)
                return
            case = self.case()
            if case is not None:
                about = (*self.records("mediations"), *self.records("alerts"))
                self.wish(wish_of(question, case, choice, words, self.now, self.ask_line, about))
        except Refused as why:
            self.say(why.reason_zh)

    def _ask_form(self, step: str) -> None:
        self.question(step, **asked_in(step, self._draft, self.records("estates")))

    def _fill(self, step: str, choice: int, words: str) -> None:
        line = self.ask_line
        done = filled_in(step, self._draft, choice, words, line.second_chosen, line.ticked, self.records("estates"))
        if isinstance(done, Draft):
            self._draft = done
            self._ask_form(STEPS[STEPS.index(step) + 1])
        else:
            self.wish(done)

    def done_words(self, outcome: Any) -> str:
        return f"{STATE_WORDS[outcome.case.state]} {outcome.case.id}"

    # -- painting --------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, case = self.look, row.record
        first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(20))
        second = QRect(box.left(), box.top() + look.px(24), box.width(), look.px(18))
        ink = look.colour("text" if case.is_open else "text3")
        words, over = self._clock(case)
        bold = look.font("body", weight=700 if over else None)
        text(painter, first, words, bold, ink, RIGHT)
        many = f" · {len(case.households)} 户" if len(case.households) > 1 else ""
        font = look.font("body", weight=700 if case.collective or is_risky(case) else None)
        room = first.width() - width_of(words, bold) - look.px(12)
        text(painter, first, elide(f"{case.title}{many}　{case.where}", font, room), font, ink, LEFT)
        tick, quiet = look.font("tick"), look.colour("text3")
        right = self._marks(case)
        text(painter, second, right, tick, look.colour("text2") if is_risky(case) else quiet, RIGHT)
        told = " · ".join(part for part in (STATE_WORDS[case.state], case.number or case.id, case.mediator) if part)
        room = second.width() - width_of(right, tick) - look.px(12)
        text(painter, second, elide(told, tick, room), tick, quiet, LEFT)

    def _clock(self, case: Mediation) -> tuple[str, bool]:
        clock = case.running
        if not case.is_open or clock is None or self.now is None:
            return STATE_WORDS[case.state], False
        return case_clock_words(clock_word(clock.what), clock.due_at, self.now), clock.due_at < self.now

    def _marks(self, case: Mediation) -> str:
        days = case.open_days(self.now) if self.now is not None else 0
        many = self._together.get((case.estate_id, case.topic), 0) if case.is_unresolved else 0
        parts = (
            f"同事由 {many} 户" if many >= _MANY and many > len(case.households) else "",
            hand_up_due(case, self.now) if self.now is not None else "",
            "激化" if is_risky(case) and case.is_unresolved else "",
            "联名" if case.collective else "",
            f"在办 {days} 天" if case.is_unresolved else "",
            f"并入 {len(case.joined)} 件" if case.joined else "",
        )
        return " · ".join(part for part in parts if part)
