"""联系链: the contact chains that run, each with its clock, every call with its result, and the next button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.elder_call import (
    ENDING_WORDS,
    RESULT_WORDS,
    STEP_WORDS,
    ElderCall,
    EndCall,
    Ending,
    NextStep,
    RecordCall,
    Result,
    SendSomebody,
    Step,
    Whom,
)
from services.domain.roles import DUTY_UP
from services.domain.timebase import local
from widgets.care_list import LINE, TWO, CareListPane
from widgets.duty_rows import Act, Row
from widgets.glyphs import put_glyph
from widgets.paint import LEFT, elide, text
from widgets.words import running

RESULTS = tuple(Result)
ENDINGS = (Ending.FOUND_WELL, Ending.TO_HOSPITAL, Ending.OTHER)
SHOWN = (Step.PHONE, Step.FAMILY, Step.DOOR, Step.POLICE)
_WHOM = {"elder": Whom.ELDER, "family": Whom.FAMILY, "door": Whom.GRID, "police": Whom.POLICE}


class CareChainsPane(CareListPane):
    """Topic: ``elder_calls``. B, J, M, G record a call to the elder, the family, the door, police and 120;
    P sends somebody, N does not wait for the clock, X ends the chain with what was found."""

    empty = "没有正在联系的老人"

    def make_rows(self) -> Sequence[Row]:
        chains: Sequence[ElderCall] = self.records("elder_calls")
        still = sorted((c for c in chains if c.is_open), key=lambda c: (-c.level, c.due_at, c.id))
        ended = sorted((c for c in chains if not c.is_open), key=lambda c: c.ended_at or c.opened_at, reverse=True)
        late = sum(self.now is not None and c.due_at < self.now for c in still)
        self.note = f"正在联系 {len(still)}" + (f" · 超时 {late}" if late else "")
        rows = [Row(c.id, c, self._high(c)) for c in still]
        if ended:
            rows.append(Row("head:ended", f"24 时内结束 {len(ended)}", 24, heading=True))
            rows += [Row(c.id, c, self._high(c)) for c in ended[:8]]
        return rows

    def _high(self, chain: ElderCall) -> int:
        steps = 24 if chain.is_open else 0
        calls = LINE * len(self._lines(chain)) + 4 if chain.id == self.chosen else 0
        return TWO + steps + calls

    def _lines(self, chain: ElderCall) -> list[str]:
        said = [
            f"{local(call.at):%H:%M} {call.who} {RESULT_WORDS[call.result]} · {call.by}"
            + (f" · {call.text}" if call.text else "")
            for call in chain.calls
        ]
        said += [f"{local(one.at):%H:%M} {STEP_WORDS[one.step]}无确认 · {one.by}" for one in chain.passed[-4:]]
        nobody = [f"联系人 {kin.rank} {kin.relation} {kin.name} {kin.phone}" for kin in chain.kin]
        return sorted(said) + (nobody if chain.is_open else [])

    def acts(self) -> Sequence[Act]:
        chain: ElderCall | None = self.record()
        if chain is None:
            return ()
        why = "" if chain.is_open else "已结束"
        desk = "" if self.officer is None or self.officer.role in DUTY_UP else "须值班员"
        last = why or ("已是最后一步" if chain.step is Step.POLICE else "")
        step = chain.step if chain.is_open else None
        return (
            Act("elder", "本人", "B", why, primary=step in (Step.PHONE, Step.AGAIN)),
            Act("family", "家属", "J", why, primary=step is Step.FAMILY),
            Act("door", "敲门", "M", why, primary=step is Step.DOOR),
            Act("police", "公安120", "G", why, primary=step is Step.POLICE),
            Act("send", "派人", "P", why),
            Act("next", "下一步", "N", last),
            Act("end", "结束", "X", why or desk),
        )

    def act(self, what: str) -> None:
        results = [RESULT_WORDS[one] for one in RESULTS]
        chain: ElderCall | None = self.record()
        kin = chain.next_kin() if chain is not None else None
        match what:
            case "send":
                self.question("send", "谁上门", hint="网格员 周丽")
            case "next":
                self.question("next", "不等时限，转下一步", hint="（可不填）为什么")
            case "end":
                self.question("end", "找到后", choices=[ENDING_WORDS[one] for one in ENDINGS], hint="怎样确认的")
            case "family":
                who = f"{kin.rank} {kin.relation} {kin.name}" if kin else "家属"
                self.question("family", who, choices=results, hint="接通平安须写怎么知道的")
            case _:
                words = {"elder": "本人", "door": "敲门", "police": "公安与 120"}[what]
                self.question(what, words, choices=results, hint="（可不填）说了什么")

    def answer(self, question: str, choice: int, words: str) -> None:
        match question:
            case "send":
                self.wish_about(SendSomebody, who=words)
            case "next":
                self.wish_about(NextStep, reason=words)
            case "end":
                self.wish_about(EndCall, ending=ENDINGS[max(0, choice)], text=words)
            case _ if choice >= 0:
                self.wish_about(RecordCall, whom=_WHOM[question], result=RESULTS[choice], text=words)
            case _:
                self.say("先选结果")

    def done_words(self, outcome: Any) -> str:
        chain: ElderCall = outcome.case
        return f"{chain.id} {STEP_WORDS[chain.step] if chain.is_open else ENDING_WORDS[chain.ending or Ending.OTHER]}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_heading(painter, box, row.record)
            return
        chain: ElderCall = row.record
        put_glyph(painter, self.look, chain.level, self.spot(box), self.look.glyph("table"), True)
        late = chain.is_open and self.now is not None and chain.due_at < self.now
        first = (f"{chain.name}　{chain.place} · {chain.reason}", self._clock(chain))
        told = f"{chain.id} · 未接 {chain.unanswered}" + (f" · 第 {chain.round} 轮" if chain.round > 1 else "")
        second = (told + (f" · {chain.sent} 已出发" if chain.sent else ""), chain.text if not chain.is_open else "")
        self.paint_two(painter, box, first, second, indent=20, strong=late, quiet=not chain.is_open)
        y = box.top() + self.look.px(TWO)
        if chain.is_open:
            self._paint_steps(painter, QRect(box.left(), y - self.look.px(2), box.width(), self.look.px(22)), chain)
            y += self.look.px(24)
        if row.key == self.chosen:
            self._paint_lines(painter, box, y, self._lines(chain))

    def _clock(self, chain: ElderCall) -> str:
        if not chain.is_open:
            return ENDING_WORDS[chain.ending or Ending.OTHER]
        if self.now is None:
            return STEP_WORDS[chain.step]
        left = (chain.due_at - self.now).total_seconds()
        word = "再拨" if chain.step is Step.AGAIN else STEP_WORDS[chain.step]
        return f"{word} 余 {running(left)}" if left >= 0 else f"{word} 超 {running(-left)}"

    def _paint_steps(self, painter: QPainter, box: QRect, chain: ElderCall) -> None:
        """The four steps; what is done is quiet, what runs stands on a line."""
        look = self.look
        at = SHOWN.index(chain.step) if chain.step in SHOWN else 1
        wide = (box.width() - look.px(20)) // len(SHOWN)
        for place, step in enumerate(SHOWN):
            here = place == at
            font = look.font("tick", weight=700 if here else None)
            slot = QRect(box.left() + look.px(20) + place * wide, box.top(), wide - look.px(8), box.height())
            words = STEP_WORDS[Step.AGAIN] if here and chain.step is Step.AGAIN else STEP_WORDS[step]
            text(painter, slot, elide(words, font, slot.width()), font, look.colour("text" if here else "text3"), LEFT)
            under = QRect(slot.left(), slot.bottom() - look.px(2), slot.width(), look.px(2))
            painter.fillRect(under, look.colour("ice" if here else "bar" if place < at else "line"))

    def _paint_lines(self, painter: QPainter, box: QRect, top: int, lines: Sequence[str]) -> None:
        look, font = self.look, self.look.font("tick")
        left = box.left() + look.px(20)
        for at, words in enumerate(lines):
            line = QRect(left, top + at * look.px(LINE), box.right() - left, look.px(LINE))
            text(painter, line, elide(words, font, line.width()), font, look.colour("text2"), LEFT)
