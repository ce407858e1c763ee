"""探访计划: whom somebody must go and see, the soonest first; every kind of visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.timebase import local
from services.domain.visit import (
    KINDS,
    PROOF_WORDS,
    STATE_WORDS,
    AssignVisit,
    DropVisit,
    FailVisit,
    MakeVisit,
    Proof,
    Visit,
)
from widgets.care_list import TWO, CareListPane
from widgets.duty_rows import Act, Row

PROOFS = tuple(Proof)
WEEK = timedelta(days=7)
_AGAIN = (timedelta(hours=4), timedelta(days=1), timedelta(days=3))


class CareVisitsPane(CareListPane):
    """Topic: ``visits``. D made, F not made and when again, P who goes, X called off."""

    empty = "七日内没有到期的探访"

    def make_rows(self) -> Sequence[Row]:
        visits: Sequence[Visit] = self.records("visits")
        still = sorted((v for v in visits if v.is_open), key=lambda v: (v.due_at, v.id))
        late = [v for v in still if self.now is not None and v.due_at < self.now]
        soon = [v for v in still if v not in late and (self.now is None or v.due_at <= self.now + WEEK)]
        made = sorted((v for v in visits if v.made_at is not None), key=lambda v: v.made_at or v.due_at, reverse=True)
        self.note = f"七日内 {len(soon)}" + (f" · 逾期 {len(late)}" if late else "")
        rows: list[Row] = []
        for words, mine in (("逾期", late), ("七日内", soon), ("已探访", made[:6])):
            if mine:
                rows.append(Row(f"head:{words}", f"{words} {len(mine)}", 24, heading=True))
                rows += [Row(v.id, v, TWO) for v in mine]
        return rows

    def elder_id(self, row: Row) -> str:
        visit = row.record
        return visit.subject_id if isinstance(visit, Visit) and visit.kind == "elder" else ""

    def acts(self) -> Sequence[Act]:
        visit: Visit | None = self.record()
        if visit is None:
            return ()
        why = "" if visit.is_open else STATE_WORDS[visit.state]
        return (
            Act("made", "已探访", "D", why, primary=True),
            Act("failed", "未见到", "F", why),
            Act("assign", "派人", "P", why),
            Act("drop", "取消", "X", why),
        )

    def act(self, what: str) -> None:
        match what:
            case "made":
                choices = [PROOF_WORDS[one] for one in PROOFS]
                self.question("made", "凭什么", choices=choices, chosen=0, hint="（可不填）情况如何")
            case "failed":
                self.question("failed", "何时再去", choices=("4 时后", "明天", "三天后"), chosen=1, hint="为何未成")
            case "assign":
                self.question("assign", "谁去", hint="网格员 周丽")
            case _:
                self.question("drop", "取消这次探访", hint="原因")

    def answer(self, question: str, choice: int, words: str) -> None:
        if self.now is None:
            return
        match question:
            case "made":
                self.wish_about(MakeVisit, proof=PROOFS[max(0, choice)], text=words)
            case "failed":
                self.wish_about(FailVisit, reason=words, again_at=self.now + _AGAIN[max(0, choice)])
            case "assign":
                self.wish_about(AssignVisit, who=words)
            case "drop":
                self.wish_about(DropVisit, reason=words)

    def done_words(self, outcome: Any) -> str:
        return f"{STATE_WORDS[outcome.case.state]} {outcome.case.id}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_heading(painter, box, row.record)
            return
        visit: Visit = row.record
        late = visit.is_open and self.now is not None and visit.due_at < self.now
        first = (f"{visit.subject}　{KINDS[visit.kind]}", self._clock(visit))
        tries = f" · 未见到 {len(visit.tries)} 次" if visit.tries else ""
        why = visit.text or visit.why
        if visit.proof is not None:
            why = f"{PROOF_WORDS[visit.proof]} · {visit.reason}" if visit.reason else PROOF_WORDS[visit.proof]
        who = visit.made_by or visit.who or "未派人"
        self.paint_two(painter, box, first, (f"{why}{tries}", who), strong=late, quiet=not visit.is_open)

    def _clock(self, visit: Visit) -> str:
        if visit.made_at is not None:
            word = "" if visit.on_time else "（迟）"
            return f"{local(visit.made_at):%m-%d %H:%M}{word}"
        return self.clock("探访", visit.due_at) if visit.is_open else STATE_WORDS[visit.state]
