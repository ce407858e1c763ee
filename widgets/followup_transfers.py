"""移送: what went to which department, whether it took it, and what came of it; two clocks, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.case_transfer import (
    STATE_WORDS,
    AcceptTransfer,
    CaseTransfer,
    RefuseTransfer,
    ReportResult,
    SendTransfer,
    State,
    WithdrawTransfer,
)
from services.domain.officer import Role
from services.domain.reasons import NAMES_ANOTHER, RESULT_WORDS, RETURN_WORDS, ResultCode, ReturnReason
from services.domain.roles import DUTY_UP
from services.domain.timebase import local
from services.domain.transfer_course import RECEIVERS
from widgets.duty_rows import Act, Row
from widgets.followup_list import LINE, TWO, FollowUpPane

REASONS, RESULTS = tuple(ReturnReason), tuple(ResultCode)
CLOCKS = {State.SENT: "接收", State.ACCEPTED: "反馈"}


class FollowUpTransfersPane(FollowUpPane):
    """Topics: ``case_transfers``, ``alerts``. By department. S sends, A accepts, B refuses, G reports the
    result, X withdraws."""

    empty = "没有移送；先为预警制作证据包"

    def make_rows(self) -> Sequence[Row]:
        cases: Sequence[CaseTransfer] = self.records("case_transfers")
        still = [case for case in cases if case.is_open]
        late = sum(case.overdue_at is not None for case in still)
        self.note = f"未了结 {len(still)}" + (f" · 超期 {late}" if late else "") if cases else ""
        rows: list[Row] = []
        for name in dict.fromkeys((*RECEIVERS, *(case.department for case in cases))):
            mine = sorted((case for case in cases if case.department == name), key=_order)
            if mine:
                waiting = sum(case.is_open for case in mine)
                rows.append(Row(f"head:{name}", f"{name}　{waiting} / {len(mine)}", 26, heading=True))
                rows += [Row(case.id, case, self._high(case)) for case in mine]
        return rows

    def _high(self, case: CaseTransfer) -> int:
        return TWO + 6 + LINE * len(self._lines(case)) if case.id == self.chosen else TWO

    def _lines(self, case: CaseTransfer) -> list[str]:
        """Every step with who took it."""
        said: list[str] = []
        if case.sent_at is not None:
            said += self.lines_of(f"{local(case.sent_at):%m-%d %H:%M} {case.sent_by}移送：{case.text}")
        if case.accepted_at is not None:
            said.append(f"{local(case.accepted_at):%m-%d %H:%M} {case.accepted_by}接收")
        if case.result is not None:
            told = (RESULT_WORDS[case.result], case.result_text, case.document)
            said += self.lines_of("反馈：" + " · ".join(part for part in told if part))
        if case.reason:
            more = f"，建议{case.suggested}" if case.suggested else ""
            said += self.lines_of(f"{STATE_WORDS[case.state]}：{case.reason}{more}")
        return said

    # -- what may be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        case = self.case()
        if not isinstance(case, CaseTransfer):
            return ()
        desk = "" if self.officer is None or self.officer.role in DUTY_UP else "须值班员"
        theirs = self._not_theirs(case)
        match case.state:
            case State.READY:
                return (Act("send", "移送", "S", desk, primary=True), Act("withdraw", "撤回", "X", desk))
            case State.SENT:
                taken = (Act("accept", "接收", "A", theirs, primary=True), Act("refuse", "退回", "B", theirs))
                return (*taken, Act("withdraw", "撤回", "X", desk))
            case State.ACCEPTED:
                return (Act("result", "反馈结果", "G", theirs, primary=True), Act("withdraw", "撤回", "X", desk))
            case State.PREPARING | State.FAILED | State.RETURNED:
                return (Act("withdraw", "撤回", "X", desk),)
            case _:
                return ()

    def _not_theirs(self, case: CaseTransfer) -> str:
        officer = self.officer
        if officer is None or officer.role in DUTY_UP:
            return ""
        return "" if officer.role is Role.DEPT_LIAISON and officer.department == case.department else "须承办单位"

    def foot_room(self) -> int:
        return 42

    def act(self, what: str) -> None:
        case = self.case()
        match what:
            case "send":
                self.question("send", f"移送{case.department}", hint="移送意见，如：请依法处理并反馈")
            case "accept":
                self.wish(AcceptTransfer(**self.about(case)))
            case "refuse":
                others = [name for name in RECEIVERS if name != case.department]
                reasons = [RETURN_WORDS[reason] for reason in REASONS]
                self.question("refuse", "退回原因", choices=reasons, hint="（可）说明", second=("应由", others))
            case "result":
                self.question("result", "办理结果", choices=list(RESULT_WORDS.values()), hint="结果 文书号，空格隔开")
            case "withdraw":
                self.question("withdraw", "撤回移送", hint="原因")

    def answer(self, question: str, choice: int, words: str) -> None:
        case = self.case()
        if case is None:
            return
        about = self.about(case)
        match question:
            case "send":
                self.wish(SendTransfer(**about, text=words))
            case "refuse":
                self._refuse(case, REASONS[max(0, choice)], words)
            case "result":
                said, _, document = words.strip().partition(" ")
                self.wish(ReportResult(**about, result=RESULTS[max(0, choice)], text=said, document=document))
            case "withdraw":
                self.wish(WithdrawTransfer(**about, reason=words))

    def _refuse(self, case: CaseTransfer, reason: ReturnReason, words: str) -> None:
        others = [name for name in RECEIVERS if name != case.department]
        second = self.ask_line.second_chosen
        named = others[second] if second >= 0 and reason in NAMES_ANOTHER else ""
        self.wish(RefuseTransfer(**self.about(case), reason=reason, text=words, suggested=named))

    def done_words(self, outcome: Any) -> str:
        return f"{STATE_WORDS[outcome.case.state]} {outcome.case.id}"

    # -- painting ------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_quiet(painter, box, row.record)
            return
        case: CaseTransfer = row.record
        title = f"{case.title}　{case.subject.rpartition(' · ')[2]}"
        second = self.paint_head(painter, box, case.level, title, self._clock(case), not case.is_open)
        state = STATE_WORDS[case.state] + (f" · 退回 {case.refusals} 次" if case.refusals else "")
        told = (case.place.partition(" ")[0], case.id)
        self.paint_quiet(painter, second, " · ".join(part for part in told if part), state)
        if row.key == self.chosen:
            self.paint_lines(painter, second.translated(0, self.look.px(LINE + 2)), self._lines(case))

    def _clock(self, case: CaseTransfer) -> tuple[str, bool]:
        word = CLOCKS.get(case.state)
        return self.clock(word, case.due_at) if word else ("", False)


def _order(case: CaseTransfer) -> tuple[bool, bool, str]:
    return not case.is_open, case.due_at is None, f"{case.due_at or case.asked_at:%Y%m%d%H%M%S}"
