"""诱导屏与短信: the texts on the road and on their way there, and the templates they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.road_text import (
    FREE,
    KIND_WORDS,
    STATE_WORDS,
    TEMPLATES,
    ApproveText,
    DraftText,
    RejectText,
    RoadText,
    SendAgain,
    State,
    Template,
    WithdrawText,
)
from services.domain.roles import DUTY_UP
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.words import case_clock_words

CHOICES = (*TEMPLATES, FREE)
HOURS = (1, 2, 4, 12, 24)
ENDED = 6
_ORDER = (State.DRAFTED, State.FAILED, State.QUEUED, State.SHOWN)


class FollowUpTextsPane(DutyListPane):
    """Topic: ``road_texts``. N writes one from a template, P approves, B does not, F sends again, X takes it off."""

    empty = "没有诱导文字；按 N 从模板拟一条"

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._draft: tuple[int, str, int] = (0, "", 1)  # template, words, hours

    def make_rows(self) -> Sequence[Row]:
        texts: Sequence[RoadText] = self.records("road_texts")
        still = sorted((t for t in texts if t.is_open), key=lambda t: (_ORDER.index(t.state), t.until))
        ended = sorted((t for t in texts if not t.is_open), key=lambda t: t.id, reverse=True)
        counts = [(word, sum(t.state is state for t in still)) for state, word in STATE_WORDS.items()]
        self.note = " · ".join(f"{word} {count}" for word, count in counts if count)
        rows = [Row(t.id, t, 42) for t in (*still, *ended[:ENDED])]
        templates = [Row(f"template:{one.id}", one, 24) for one in CHOICES]
        return [*rows, Row("head:templates", "模板", 26, heading=True), *templates]

    def proposed(self, keys: Sequence[str]) -> str:
        return next((key for key in keys if not key.startswith("template:")), "")

    def _text(self) -> RoadText | None:
        row = self.chosen_row()
        return row.record if row is not None and isinstance(row.record, RoadText) else None

    def acts(self) -> Sequence[Act]:
        said = self._text()
        desk = "" if self.officer is None or self.officer.role in DUTY_UP else "须值班员"
        write = Act("draft", "拟文", "N", desk)
        if said is None or not said.is_open:
            return (write,)
        off = Act("withdraw", "撤下", "X", desk)
        if said.state is State.DRAFTED:
            if self.officer is not None and self.officer.id == said.drafter_id:
                return (write, off, Act("approve", "批准", "P", "须由另一人批准"))
            return (write, off, Act("approve", "批准", "P", desk, primary=True), Act("reject", "不批准", "B", desk))
        again = (Act("again", "重发", "F", desk),) if said.state is State.FAILED else ()
        return (write, off, *again)

    def act(self, what: str) -> None:
        said = self._text()
        match what:
            case "draft":
                titles = [f"{t.title}{'·短信' if t.kind.value == 'sms' else ''}" for t in CHOICES]
                lasting = ("发布", [f"{hours} 时" for hours in HOURS])
                row = self.chosen_row()
                at = CHOICES.index(row.record) if row is not None and isinstance(row.record, Template) else -1
                hint = "（可）填空：路段、地点"
                self.question("draft", "用哪个模板，填什么", choices=titles, chosen=at, hint=hint, second=lasting)
            case "reject":
                self.question("reject", "不批准", hint="原因")
            case "withdraw":
                self.question("withdraw", "撤下", hint="（可）原因")
            case "approve" if said is not None:
                self.wish(ApproveText(**_about(said)))
            case "again" if said is not None:
                self.wish(SendAgain(**_about(said)))

    def answer(self, question: str, choice: int, words: str) -> None:
        chosen = self._text()
        match question:
            case "draft":
                second = self.ask_line.second_chosen
                self._draft = max(0, choice), words, HOURS[second] if second >= 0 else HOURS[0]
                asked = f"“{CHOICES[self._draft[0]].text.replace('{}', words or '…')}” 发到哪里"
                self.question("place", asked, hint="哪块屏，或哪些人")
            case "place" if self.now is not None:
                template, said, hours = self._draft
                until = self.now + timedelta(hours=hours)
                self.wish(DraftText(template=CHOICES[template].id, words=said, place=words, until=until))
            case "reject" if chosen is not None:
                self.wish(RejectText(**_about(chosen), reason=words))
            case "withdraw" if chosen is not None:
                self.wish(WithdrawText(**_about(chosen), reason=words))

    def done_words(self, outcome: Any) -> str:
        second = f"，“{outcome.case.needs_second}”须另一人批准" if outcome.case.state is State.DRAFTED else ""
        return f"{STATE_WORDS[outcome.case.state]} {outcome.case.id}{second}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, said = self.look, row.record
        if isinstance(said, Template):
            self._paint_template(painter, box, said)
            return
        if row.heading:
            text(painter, box, said, look.font("tick"), look.colour("text3"), LEFT)
            return
        ink = look.colour("text" if said.is_open else "text3")
        first = QRect(box.left(), box.top() + look.px(3), box.width(), look.px(20))
        second = QRect(box.left(), box.top() + look.px(21), box.width(), look.px(18))
        state = look.font("body", weight=700 if said.state in (State.FAILED, State.DRAFTED) else None)
        word = STATE_WORDS[said.state]
        text(painter, first, word, state, ink, RIGHT)
        font, tick = look.font("body"), look.font("tick")
        room = first.width() - width_of(word, state) - look.px(12)
        text(painter, first, elide(said.text, font, room), font, ink, LEFT)
        right = self._right(said)
        text(painter, second, right, tick, look.colour("text3"), RIGHT)
        by = said.drafted_by + (f" → {said.approved_by}" if said.approved_by and said.needs_second else "")
        told = " · ".join(part for part in (KIND_WORDS[said.kind], said.place, by, said.said) if part)
        room = second.width() - width_of(right, tick) - look.px(12)
        text(painter, second, elide(told, tick, room), tick, look.colour("text3"), LEFT)

    def _paint_template(self, painter: QPainter, box: QRect, one: Template) -> None:
        look, tick = self.look, self.look.font("tick")
        font = look.font("body")
        text(painter, box, one.title, font, look.colour("text2"), LEFT)
        left = box.left() + width_of("恶劣天气", font) + look.px(14)
        kind = KIND_WORDS[one.kind]
        text(painter, box, kind, tick, look.colour("text3"), RIGHT)
        room = box.right() - left - width_of(kind, tick) - look.px(10)
        words = elide(one.text.replace("{}", "＿＿"), tick, room)
        text(painter, QRect(left, box.top(), room, box.height()), words, tick, look.colour("text3"), LEFT)

    def _right(self, said: RoadText) -> str:
        if said.is_open and self.now is not None:
            return case_clock_words("发布", said.until, self.now)
        return f"{local(said.until):%m-%d %H:%M} 止"


def _about(said: RoadText) -> dict[str, Any]:
    return {"case_id": said.id, "expected_version": said.version}
