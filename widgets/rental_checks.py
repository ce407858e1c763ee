"""核查: verifications of residence and checks of let dwellings, the next due first, with what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.let_room import LetRoom, place_of
from services.domain.let_watch import safety_of
from services.domain.rental_check import (
    KIND_WORDS,
    STATE_WORDS,
    CancelCheck,
    CheckKind,
    PlanCheck,
    RecordCheck,
    RentalCheck,
)
from services.domain.rental_check_course import RULES as CHECKED
from services.domain.rental_safety import COLOUR_WORDS
from services.domain.rental_terms import ITEMS, TERMS, RentalTerms
from services.domain.residence import RESULT_WORDS, OpenResidence, RecordResidence, Residence, Result, WithdrawResidence
from services.domain.residence_course import RULES as VERIFIED
from services.domain.snapshot import Subject
from widgets.duty_rows import Act, Row
from widgets.followup_list import LINE, TWO, FollowUpPane
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.rental_check_words import STEWARD, found_of, result_words, told_words
from widgets.safety_marks import paint_mark

RESULTS = tuple(Result)
SOON = timedelta(days=7)
_MOST_DUE, _ENDED = 12, 6


class RentalChecksPane(FollowUpPane):
    """Topics ``rental_checks``, ``residences``, ``let_rooms``, ``rental_terms``, ``alerts``.

    V opens the verification of the selected alert, K records its result; P plans a check of the chosen or selected
    dwelling, R records one, X takes back. A row of an alert selects the alert, one of a dwelling the dwelling.
    """

    empty = "没有待办的核实与检查"

    def make_rows(self) -> Sequence[Row]:
        cases: Sequence[Residence] = self.records("residences")
        checks: Sequence[RentalCheck] = self.records("rental_checks")
        visits = sorted((c for c in cases if c.is_open), key=lambda c: (c.due_at, c.id))
        planned = sorted((c for c in checks if c.is_open), key=lambda c: (c.due_at, c.id))
        due = self._due({c.dwelling_id for c in planned}, checks)
        ended = [c for c in (*cases, *checks) if not c.is_open and self._ended_at(c) is not None]
        ended.sort(key=self._ended_at, reverse=True)
        self.note = f"待核实 {len(visits)} · 待检查 {len(planned)} · 未排 {len(due)}"
        rows = _group("居住核实", [Row(c.id, c, TWO) for c in visits])
        rows += _group("租房检查", [Row(c.id, c, TWO) for c in planned])
        rows += _group("7 日内到期、未排检查", [Row(f"due:{r.dwelling_id}", r, TWO) for r in due[:_MOST_DUE]])
        return rows + _group("近期了结", [Row(c.id, c, TWO) for c in ended[:_ENDED]])

    def _terms(self) -> RentalTerms:
        return next(iter(self.records("rental_terms")), TERMS)

    def _due(self, planned: set[str], checks: Sequence[RentalCheck]) -> list[LetRoom]:
        """Dwellings whose cycle is over or soon will be, the longest over first, then those never checked."""
        if self.now is None:
            return []
        limit, found = self.now + SOON, []
        mine: dict[str, list[RentalCheck]] = {}
        for check in checks:
            mine.setdefault(check.dwelling_id, []).append(check)
        for room in self.records("let_rooms"):
            next_due = safety_of(room, mine.get(room.dwelling_id, ()), self._terms()).next_due
            if room.dwelling_id not in planned and (next_due is None or next_due <= limit):
                found.append((next_due or limit, room.dwelling_id, room))
        return [room for _, _, room in sorted(found, key=lambda one: one[:2])]

    @staticmethod
    def _ended_at(case: Any) -> Any:
        return case.ended_at if isinstance(case, Residence) else case.done_at

    # -- what is done --------------------------------------------------------------------------

    def _dwelling(self) -> str:
        """Of the chosen row, else of the dwelling selected on the desk."""
        record = self.case()
        if isinstance(record, LetRoom):
            return record.dwelling_id
        chosen, alert = self._selected, self.alert()
        if alert is not None and alert.rule_id in CHECKED:
            return alert.subject_id
        return chosen.id if chosen is not None and chosen.kind == "dwelling" else ""

    def acts(self) -> Sequence[Act]:
        case, alert = self.case(), self.alert()
        verify = "" if alert is not None and alert.rule_id in VERIFIED else "先选未登记预警"
        visit = "" if isinstance(case, Residence) and case.is_open else "先选待核实"
        check = "" if isinstance(case, RentalCheck) and case.is_open else "先选待检查"
        back = "" if not visit or not check else "先选一条"
        return (
            Act("verify", "核实", "V", verify),
            Act("result", "核实结果", "K", visit),
            Act("plan", "排检查", "P", "" if self._dwelling() else "先选出租房"),
            Act("record", "检查结果", "R", check),
            Act("back", "撤回", "X", back),
        )

    def act(self, what: str) -> None:
        match what:
            case "verify":
                self.question("verify", "联勤警务室上门，同去的流管员", hint="吴小娟")
            case "result":
                words = [RESULT_WORDS[result] for result in RESULTS]
                hint = "居住证先写证号；其他写情况；可补 流管员 姓名"
                self.question("result", "核实结果", choices=words, chosen=0, hint=hint)
            case "plan":
                kinds = [KIND_WORDS[kind] for kind in CheckKind]
                self.question("plan", "排检查", choices=kinds, chosen=1, hint="（可不填）")
            case "record":
                parts = "".join(word[:1] for word in ITEMS.values())
                self.question(
                    "record", f"{'、'.join(ITEMS.values())} 各 0 至 3", hint=f"{parts}：001200 3 人 插线板过载"
                )
            case "back":
                self.question("back", "撤回", hint="原因")

    def answer(self, question: str, choice: int, words: str) -> None:
        case, alert = self.case(), self.alert()
        if question == "verify" and alert is not None:
            self.wish(OpenResidence(alert_id=alert.id, steward=words))
        elif question == "plan" and self._dwelling():
            about = alert.id if alert is not None and alert.rule_id in CHECKED else ""
            kind = tuple(CheckKind)[max(0, choice)]
            self.wish(PlanCheck(dwelling_id=self._dwelling(), kind=kind, alert_id=about))
        elif isinstance(case, Residence):
            self._answer_visit(question, choice, words, case)
        elif isinstance(case, RentalCheck):
            self._answer_check(question, words, case)

    def _answer_visit(self, question: str, choice: int, words: str, case: Residence) -> None:
        if question == "back":
            self.wish(WithdrawResidence(**self.about(case), reason=words))
        elif question == "result":
            result, steward = RESULTS[max(0, choice)], STEWARD.search(words)
            words = STEWARD.sub("", words, count=1).strip()
            said: dict[str, Any] = {"text": words, "steward": steward[1] if steward else ""}
            if result is Result.PERMIT:
                number, _, rest = words.partition(" ")
                said |= {"permit_no": number, "text": rest}
            self.wish(RecordResidence(**self.about(case), result=result, **said))

    def _answer_check(self, question: str, words: str, check: RentalCheck) -> None:
        if question == "back":
            self.wish(CancelCheck(**self.about(check), reason=words))
        elif question == "record":
            read = found_of(words)
            if read is None:
                self.say("先写六位数：结构、电线、逃生、电动车、燃气、拥挤，各 0 至 3")
                return
            found, persons, said = read
            self.wish(RecordCheck(**self.about(check), found=found, persons=persons, text=said))

    def done_words(self, outcome: Any) -> str:
        case = outcome.case
        if isinstance(case, RentalCheck) and case.score is not None:
            return f"{case.id} 安全码{COLOUR_WORDS[case.colour]} {case.score} 分" + (
                f" · 整改 {len(case.dangers)} 项" if case.dangers else ""
            )
        return f"已记录 {case.id}"

    def row_chosen(self, row: Row) -> None:
        super().row_chosen(row)
        dwelling = getattr(row.record, "dwelling_id", "")
        if dwelling and not getattr(row.record, "alert_id", ""):
            self.asked.emit("select", Subject("dwelling", dwelling))

    # -- painting ------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_quiet(painter, box, row.record)
        elif isinstance(row.record, Residence):
            self._paint_visit(painter, box, row.record)
        else:
            self._paint_dwelling(painter, box, row.record)

    def _paint_visit(self, painter: QPainter, box: QRect, case: Residence) -> None:
        clock = self.clock("核实", case.due_at) if case.is_open else (result_words(case), False)
        second = self.paint_head(painter, box, case.level, case.subject, clock, not case.is_open)
        steward = f"流管员 {case.steward or '待定'}"
        told = (case.place, steward, f"民警 {case.officer}" if case.officer else "")
        self.paint_quiet(painter, second, " · ".join(part for part in (*told, case.id) if part), case.permit_no)

    def _paint_dwelling(self, painter: QPainter, box: QRect, record: RentalCheck | LetRoom) -> None:
        look = self.look
        is_room = isinstance(record, LetRoom)
        colour = record.colour if is_room or not record.is_open else record.colour_before
        first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(20))
        side = look.px(10)
        paint_mark(painter, QRect(box.left(), first.center().y() - side // 2, side, side), colour, look)
        words, is_over = self._clock_of(record)
        font = look.font("body", weight=700 if is_over else None)
        quiet = not is_room and not record.is_open
        ink = look.colour("text3" if quiet else "text")
        text(painter, first, words, font, ink, RIGHT)
        left = box.left() + side + look.px(8)
        room = box.right() - left - width_of(words, font) - look.px(10)
        place = place_of(record) if is_room else record.place
        kind = "周期检查" if is_room else KIND_WORDS[record.kind]
        title = f"{place}　{kind} · 安全码{COLOUR_WORDS[colour]}"
        named, body = QRect(left, first.top(), room, first.height()), look.font("body")
        text(painter, named, elide(title, body, room), body, ink, LEFT)
        line = QRect(left, first.bottom(), box.right() - left, look.px(LINE))
        self.paint_quiet(painter, line, told_words(record))

    def _clock_of(self, record: RentalCheck | LetRoom) -> tuple[str, bool]:
        if isinstance(record, RentalCheck):
            return self.clock("检查", record.due_at) if record.is_open else (STATE_WORDS[record.state], False)
        mine = [c for c in self.records("rental_checks") if c.dwelling_id == record.dwelling_id]
        due = safety_of(record, mine, self._terms()).next_due
        return self.clock("检查", due) if due is not None else ("从未检查", True)


def _group(title: str, rows: list[Row]) -> list[Row]:
    return [Row(f"head:{title}", f"{title} {len(rows)}", 24, heading=True), *rows] if rows else []
