"""隐患整改: what must be put right by whom by when, what was done, and the look that strikes it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.officer import Role
from services.domain.rectification import (
    STATE_WORDS,
    AskRectification,
    BeginRectification,
    MoveRectification,
    RecheckRectification,
    Rectification,
    ReportRectified,
    State,
    TransferRectification,
    WithdrawRectification,
)
from services.domain.roles import DUTY_UP, LEADS
from services.domain.timebase import local
from widgets.duty_rows import Act, Row
from widgets.followup_list import LINE, TWO, FollowUpPane

DEPARTMENTS = ("物业", "消防", "水务", "综合执法", "供电", "运维")
ENFORCERS = ("综合执法", "消防", "公安", "住建")
MOVES = {1: "1 天", 3: "3 天", 7: "7 天"}
ENDED = 12


class RectificationsPane(FollowUpPane):
    """Topics: ``rectifications``, ``alerts``. N asks for one about the selected alert, B begins, D says done (with a
    photo), V looks again, G moves, T hands over what is overdue, X withdraws. The chosen one shows its course."""

    empty = "没有未了结的整改；选一条预警，按 N 下达"

    def make_rows(self) -> Sequence[Row]:
        cases: Sequence[Rectification] = self.records("rectifications")
        still = sorted((c for c in cases if c.is_open), key=lambda c: (_due(c), c.id))
        ended = sorted((c for c in cases if not c.is_open), key=lambda c: c.ended_at or c.asked_at, reverse=True)
        late = sum(case.overdue_at is not None for case in still)
        self.note = f"整改中 {len(still)}" + (f" · 逾期 {late}" if late else "") if cases else ""
        rows = [Row(c.id, c, self._high(c)) for c in still]
        if ended:
            rows.append(Row("head:ended", f"近 30 日了结 {len(ended)}", 26, heading=True))
            rows += [Row(c.id, c, self._high(c)) for c in ended[:ENDED]]
        return rows

    def _high(self, case: Rectification) -> int:
        return TWO + 6 + LINE * len(self._lines(case)) if case.id == self.chosen else TWO

    def _lines(self, case: Rectification) -> list[str]:
        lines: list[str] = []
        for act in case.acts:
            said = f"{local(act.at):%m-%d %H:%M} {act.word} · {act.by}"
            said += f" · {act.text}" if act.text else ""
            lines += self.lines_of(said + (f" · 照片 {len(act.photos)}" if act.photos else ""))
        return lines

    # -- what may be done ------------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        """Those that the chosen case's state knows; the room is narrow."""
        case, alert = self.case(), self.alert()
        found = [Act("ask", "下达", "N", "" if alert is not None else "先选预警")]
        if case is None or not case.is_open:
            return found
        if case.state is State.RECHECK:
            mine = self.officer is not None and self.officer.id == case.reported_by
            found.append(Act("recheck", "复查", "V", "须另一人" if mine else "", primary=not mine))
        else:
            if case.state is State.ISSUED:
                found.append(Act("begin", "开始", "B"))
            found.append(Act("report", "完成", "D", primary=True))
        role = self.officer.role if self.officer else Role.DUTY
        desk = "" if role in DUTY_UP else "须值班员"
        if case.overdue_at is not None:
            found.append(Act("transfer", "移送", "T", desk))
        found.append(Act("move", "改期", "G", "" if role in LEADS else "须值班长"))
        found.append(Act("withdraw", "撤回", "X", desk))
        return found

    def act(self, what: str) -> None:
        match what:
            case "ask":
                self.question(
                    "ask", "下达哪个单位整改", choices=DEPARTMENTS, hint="隐患，要求：电池堆放，清出并加装充电柜"
                )
            case "begin":
                self.question("begin", "开始整改", hint="（可）安排")
            case "report":
                self.question("report", "整改完成", hint="做了什么", photos=True)
            case "recheck":
                choices = ("合格，销号", "不合格")
                self.question("recheck", "复查结果", choices=choices, hint="（可）看到什么；不合格须写明", photos=True)
            case "move":
                self.question("move", "往后改", choices=tuple(MOVES.values()), chosen=1, hint="原因")
            case "transfer":
                self.question("transfer", "移送哪个单位", choices=ENFORCERS, hint="理由")
            case "withdraw":
                self.question("withdraw", "撤回整改", hint="原因")

    def answer(self, question: str, choice: int, words: str) -> None:
        if question == "ask":
            self._ask(choice, words)
            return
        case = self.case()
        if case is None:
            return
        about: dict[str, Any] = self.about(case)
        photos = tuple(self.ask_line.photos.names)
        match question:
            case "begin":
                self.wish(BeginRectification(**about, text=words))
            case "report":
                self.wish(ReportRectified(**about, text=words, photos=photos))
            case "recheck":
                self.wish(RecheckRectification(**about, passed=choice == 0, text=words, photos=photos))
            case "move":
                due = case.due_at + timedelta(days=tuple(MOVES)[max(0, choice)])
                self.wish(MoveRectification(**about, due_at=due, reason=words))
            case "transfer":
                self.wish(TransferRectification(**about, department=ENFORCERS[max(0, choice)], reason=words))
            case "withdraw":
                self.wish(WithdrawRectification(**about, reason=words))

    def _ask(self, choice: int, words: str) -> None:
        alert = self.alert()
        if alert is None:
            return
        danger, _, demand = words.partition("，")
        department = DEPARTMENTS[max(0, choice)]
        place = alert.place or alert.wall_subject
        self.wish(AskRectification(place=place, danger=danger, demand=demand, department=department, alert_id=alert.id))

    def done_words(self, outcome: Any) -> str:
        return f"{STATE_WORDS[outcome.case.state]} {outcome.case.id}"

    # -- painting ----------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_quiet(painter, box, row.record)
            return
        case: Rectification = row.record
        title = f"{case.danger}　{case.place}"
        second = self.paint_head(painter, box, case.level, title, self._clock(case), not case.is_open)
        told = " · ".join(part for part in (case.department, case.source, case.id) if part)
        self.paint_quiet(painter, second, told, self._right(case))
        if row.key == self.chosen:
            self.paint_lines(painter, second.translated(0, self.look.px(LINE + 2)), self._lines(case))

    def _clock(self, case: Rectification) -> tuple[str, bool]:
        if not case.is_open:
            return STATE_WORDS[case.state], False
        if case.state is State.RECHECK:
            return self.clock("复查", case.recheck_by)
        return self.clock("整改", case.due_at)

    def _right(self, case: Rectification) -> str:
        if case.is_open:
            return STATE_WORDS[case.state]
        return "逾期" if case.is_late else f"{local(case.ended_at):%m-%d}" if case.ended_at else ""


def _due(case: Rectification) -> Any:
    return case.recheck_by if case.state is State.RECHECK and case.recheck_by else case.due_at
