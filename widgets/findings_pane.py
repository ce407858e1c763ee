"""待查发现: what is to be looked at, with what speaks for and against, and how it ended. It judges nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alert import AlertLevel, Evidence, Stance
from services.domain.discharge import CAUSE_WORDS
from services.domain.discharge_case import (
    CHECKERS,
    RESULT_WORDS,
    STATE_WORDS,
    CheckResult,
    DischargeFinding,
    FindingState,
    RecordCheck,
    WithdrawFinding,
)
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.duty_rows import Act, Row
from widgets.followup_list import LINE, TWO, FollowUpPane
from widgets.hand_ins import resolve
from widgets.hatch import hatch_brush
from widgets.paint import RIGHT, elide, text, width_of

RESULTS = tuple(CheckResult)
SIGNS = {Stance.FOR: "＋", Stance.AGAINST: "－", Stance.UNKNOWN: "？"}


class FindingsPane(FollowUpPane):
    """Topics: ``discharge_findings``, ``alerts``. The open ones by score, then those that ended. V records a
    check, X withdraws; both want words."""

    empty = "没有待查发现"

    def make_rows(self) -> Sequence[Row]:
        found: Sequence[DischargeFinding] = self.records("discharge_findings")
        still = sorted((one for one in found if one.is_open), key=lambda one: (-one.score, one.id))
        over = sorted((one for one in found if not one.is_open), key=lambda one: one.ended_at or one.raised_at)
        self.note = f"待查 {len(still)} · 已了结 {len(over)} · 推算所得" if found else ""
        return [Row(one.id, one, self._high(one)) for one in (*still, *reversed(over))]

    def _high(self, one: DischargeFinding) -> int:
        if one.id != self.chosen:
            return TWO
        return TWO + 8 + LINE * (len(one.evidence) + len(self._ended(one)))

    def proposed(self, keys: Sequence[str]) -> str:
        chosen = resolve(self._selected, self.records("alerts"))
        about = next((r.key for r in self.rows if chosen is not None and r.record.boat_id == chosen.id), "")
        return about or (keys[0] if keys else "")

    def row_chosen(self, row: Row) -> None:
        self.asked.emit("select", Subject("boat", row.record.boat_id))

    # -- what may be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        case = self.case()
        if not isinstance(case, DischargeFinding) or not case.is_open:
            return ()
        officer = self.officer
        why = "" if officer is None or officer.role in CHECKERS else "须调度员、值班员或承办部门"
        return (Act("check", "已核查", "V", why, primary=True), Act("withdraw", "撤销", "X", why))

    def foot_room(self) -> int:
        return 42

    def act(self, what: str) -> None:
        if what == "check":
            words = [RESULT_WORDS[one] for one in RESULTS]
            self.question("check", "核查结果", choices=words, hint="核查经过，如：登船看舱，取样未见异常")
        else:
            self.question("withdraw", "撤销待查", hint="原因")

    def answer(self, question: str, choice: int, words: str) -> None:
        case = self.case()
        if not isinstance(case, DischargeFinding):
            return
        if question == "check":
            self.wish(RecordCheck(**self.about(case), result=RESULTS[max(0, choice)], text=words))
        else:
            self.wish(WithdrawFinding(**self.about(case), reason=words))

    def done_words(self, outcome: Any) -> str:
        return f"{STATE_WORDS[outcome.case.state]} {outcome.case.id}"

    # -- painting ------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        one: DischargeFinding = row.record
        second = self._paint_title(painter, box, one)
        left = f"{CAUSE_WORDS[one.cause]} · {local(one.at):%m-%d %H:%M} · {one.place}"
        more = f" · 修订 {one.revised} 次" if one.revised else ""
        self.paint_quiet(painter, second, left + more, f"船位覆盖 {one.coverage:.0%} · {one.id}")
        if row.key == self.chosen:
            self._paint_evidence(painter, second.translated(0, self.look.px(LINE + 4)), one)

    def _paint_title(self, painter: QPainter, box: QRect, one: DischargeFinding) -> QRect:
        """The level's glyph only while it is open. The room for the second line."""
        title = f"{one.vessel_no}　{one.why}"
        if one.is_open:
            return self.paint_head(painter, box, AlertLevel.ORANGE, title, (f"依据 {one.score} 分", False))
        look, body = self.look, self.look.font("body")
        left = box.left() + look.glyph("table") + look.px(6)
        first = QRect(left, box.top() + look.px(4), box.right() - left, look.px(20))
        words = self._end_words(one)
        text(painter, first, words, body, look.colour("text3"), RIGHT)
        room = first.width() - width_of(words, body) - look.px(10)
        text(painter, first, elide(title, body, room), body, look.colour("text3"))
        return QRect(left, first.bottom(), box.right() - left, look.px(LINE))

    def _end_words(self, one: DischargeFinding) -> str:
        return RESULT_WORDS[one.result] if one.result is not None else STATE_WORDS[one.state]

    def _ended(self, one: DischargeFinding) -> list[str]:
        if one.is_open or one.ended_at is None:
            return []
        by = one.ended_by or "系统"
        word = "撤销" if one.state is FindingState.WITHDRAWN else "核查"
        return self.lines_of(f"{local(one.ended_at):%m-%d %H:%M} {by}{word}：{one.text}")

    def _paint_evidence(self, painter: QPainter, line: QRect, one: DischargeFinding) -> None:
        for at, said in enumerate(one.evidence):
            self._paint_one_line(painter, line.translated(0, at * self.look.px(LINE)), said)
        below = line.translated(0, len(one.evidence) * self.look.px(LINE))
        self.paint_lines(painter, below, self._ended(one))

    def _paint_one_line(self, painter: QPainter, line: QRect, said: Evidence) -> None:
        look, tick = self.look, self.look.font("tick")
        sign = QRect(line.left(), line.top(), look.px(18), line.height())
        if said.stance is Stance.UNKNOWN:
            mark = QRect(line.left(), line.top() + look.px(4), look.px(10), look.px(10))
            painter.fillRect(mark, hatch_brush(look, mark.topLeft()))
        else:
            text(painter, sign, SIGNS[said.stance], tick, look.colour("text2"))
        ink = look.colour("text2" if said.stance is Stance.FOR else "text3")
        text(painter, line, said.value, tick, ink, RIGHT)
        room = line.width() - look.px(18) - width_of(said.value, tick) - look.px(10)
        words = QRect(line.left() + look.px(18), line.top(), room, line.height())
        text(painter, words, elide(said.text, tick, room), tick, ink)
