"""告知复检: who was told to have the vehicle inspected, by when, and what the station found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.inspection_notice import (
    STATE_WORDS,
    InspectionNotice,
    IssueNotice,
    RecordInspection,
    State,
    WithdrawNotice,
)
from services.domain.inspection_texts import WAY_WORDS, Way
from services.domain.plate import spelled
from services.domain.roles import DUTY_UP
from services.domain.timebase import local
from widgets.duty_rows import Act, Row
from widgets.followup_list import LINE, TWO, FollowUpPane

WAYS = tuple(Way)
ENDED = 8  # of those that are over


class FollowUpNoticesPane(FollowUpPane):
    """Topics: ``inspection_notices``, ``alerts``. N tells the owner of the selected alert's vehicle, R enters a
    result from paper, X withdraws. The chosen one shows its text."""

    empty = "没有告知复检；选一条尾气或逾期未检预警，按 N 告知车主"

    def make_rows(self) -> Sequence[Row]:
        notices: Sequence[InspectionNotice] = self.records("inspection_notices")
        still = sorted((n for n in notices if n.is_open), key=lambda n: (n.due_at, n.id))
        ended = sorted((n for n in notices if not n.is_open), key=lambda n: n.ended_at or n.issued_at, reverse=True)
        late = sum(n.overdue_at is not None for n in still)
        self.note = f"待复检 {len(still)}" + (f" · 超期 {late}" if late else "") if notices else ""
        rows = [Row(n.id, n, self._high(n)) for n in still]
        if ended:
            rows.append(Row("head:ended", f"近 30 日了结 {len(ended)}", 26, heading=True))
            rows += [Row(n.id, n, self._high(n)) for n in ended[:ENDED]]
        return rows

    def _high(self, notice: InspectionNotice) -> int:
        return TWO + 6 + LINE * len(self._lines(notice)) if notice.id == self.chosen else TWO

    def _lines(self, notice: InspectionNotice) -> list[str]:
        """The text as it went out, to whom, and every inspection."""
        to_whom = " ".join(part for part in (notice.owner, notice.phone) if part) or "车主信息在登记部门"
        said = [f"{WAY_WORDS[notice.way]} → {to_whom}" + (f" · {notice.sending}" if notice.sending else "")]
        said += self.lines_of(notice.text)
        for one in notice.inspections:
            word = "合格" if one.passed else "不合格"
            found = f"{local(one.at):%m-%d %H:%M} {one.station} {word}"
            said += self.lines_of(found + (f" · {one.text}" if one.text else ""))
        said += [f"期内再次检出 {alert_id}" for alert_id in notice.further]
        return said + ([f"撤回：{notice.reason}"] if notice.reason else [])

    def acts(self) -> Sequence[Act]:
        notice = self.case()
        desk = "" if self.officer is None or self.officer.role in DUTY_UP else "须值班员"
        alert = self.alert()
        why = desk or ("先选预警" if alert is None else "")
        ended = "先选一条" if notice is None else "" if notice.is_open else STATE_WORDS[notice.state]
        return (
            Act("issue", "告知车主", "N", why),
            Act("record", "录入复检", "R", ended),
            Act("withdraw", "撤回", "X", desk or ended),
        )

    def act(self, what: str) -> None:
        match what:
            case "issue":
                ways = [WAY_WORDS[way] for way in WAYS]
                self.question("issue", "怎样告知", choices=ways, chosen=0, hint="（可）车主姓名 电话，只留脱敏")
            case "record":
                self.question("record", "检验结果", choices=("合格", "不合格"), hint="检测站，说明")
            case "withdraw":
                self.question("withdraw", "撤回告知", hint="原因")

    def answer(self, question: str, choice: int, words: str) -> None:
        alert, notice = self.alert(), self.case()
        if question == "issue" and alert is not None:
            owner, _, phone = words.strip().partition(" ")
            self.wish(IssueNotice(alert_id=alert.id, way=WAYS[max(0, choice)], owner=owner, phone=phone))
        elif notice is not None and question == "record" and self.now is not None:
            station, _, said = words.replace("，", " ").strip().partition(" ")
            told: dict[str, Any] = {"station": station, "text": said, "inspected_at": self.now, "passed": choice == 0}
            self.wish(RecordInspection(**self.about(notice), **told))
        elif notice is not None and question == "withdraw":
            self.wish(WithdrawNotice(**self.about(notice), reason=words))

    def done_words(self, outcome: Any) -> str:
        return f"{STATE_WORDS[outcome.case.state]} {outcome.case.id}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_quiet(painter, box, row.record)
            return
        notice: InspectionNotice = row.record
        title = f"{notice.title}　{spelled(notice.plate_no)}"
        second = self.paint_head(painter, box, notice.level, title, self._clock(notice), not notice.is_open)
        told = " · ".join(part for part in (notice.place.partition(" ")[0], notice.department, notice.id) if part)
        self.paint_quiet(painter, second, told, self._right(notice))
        if row.key == self.chosen:
            self.paint_lines(painter, second.translated(0, self.look.px(LINE + 2)), self._lines(notice))

    def _clock(self, notice: InspectionNotice) -> tuple[str, bool]:
        if not notice.is_open:
            return STATE_WORDS[notice.state], False
        return self.clock("再检" if notice.state is State.FAILED else "复检", notice.due_at)

    def _right(self, notice: InspectionNotice) -> str:
        if notice.further:
            return f"再次超标 {len(notice.further)}"
        return notice.sending or WAY_WORDS[notice.way]
