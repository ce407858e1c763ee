"""承诺: what was promised to whom by when, the earliest first, with a clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.promise import (
    STATE_WORDS,
    BreakPromise,
    KeepPromise,
    MakePromise,
    MovePromise,
    Promise,
)
from services.domain.timebase import SHANGHAI, local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.paint import LEFT, RIGHT, elide, text
from widgets.words import long_limit, running

IN_MINUTES = {15: "15 分", 30: "30 分", 60: "1 时", 120: "2 时", 240: "4 时"}
_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)\s*前?\s*")


def due_in(words: str, choice: int, now: datetime) -> tuple[str, datetime]:
    """What was typed without its time, and the moment: ``16:00前 回电`` beats the chosen length.
    A time of day that has passed is tomorrow's."""
    found = _CLOCK.search(words)
    if found is None:
        return words.strip(), now + timedelta(minutes=list(IN_MINUTES)[max(0, choice)])
    there = local(now)
    at = time(int(found["hour"]), int(found["minute"]))
    due = datetime.combine(there.date(), at, SHANGHAI)
    if due <= there:
        due += timedelta(days=1)
    return _CLOCK.sub("", words, count=1).strip(), due.astimezone(now.tzinfo)


class DutyPromisesPane(DutyListPane):
    """Topic: ``promises``. N makes one: ``林女士 16:00前 回电``; K keeps, G moves, X breaks the chosen one."""

    empty = "没有未了结的承诺"

    def make_rows(self) -> Sequence[Row]:
        promises: Sequence[Promise] = self.records("promises")
        opened = sorted((p for p in promises if p.is_open), key=lambda p: (p.due_at, p.id))
        ended = sorted((p for p in promises if not p.is_open), key=lambda p: p.id, reverse=True)
        self.note = f"待兑现 {len(opened)}" + (f" · 24 时内了结 {len(ended)}" if ended else "")
        return [Row(p.id, p, 44) for p in (*opened, *ended[:3])]

    def acts(self) -> Sequence[Act]:
        row = self.chosen_row()
        why = "先选一条" if row is None else "" if row.record.is_open else "已了结"
        return (
            Act("make", "新承诺", "N"),
            Act("keep", "已兑现", "K", why),
            Act("move", "改期", "G", why),
            Act("break", "未兑现", "X", why),
        )

    def act(self, what: str) -> None:
        lengths = tuple(IN_MINUTES.values())
        match what:
            case "make":
                hint = "林女士 回电说明进展；可写 16:00前"
                self.question("make", "对谁、承诺什么，何时前", choices=lengths, chosen=1, hint=hint)
            case "keep":
                self.question("keep", "已兑现", hint="（可不填）结果")
            case "move":
                self.question("move", "改到何时", choices=lengths, chosen=1, hint="改期原因；可写 16:00前")
            case "break":
                self.question("break", "未兑现", hint="原因")

    def answer(self, question: str, choice: int, words: str) -> None:
        now = self.now
        if now is None:
            return
        if question == "make":
            said, due = due_in(words, choice, now)
            to_whom, _, what = said.partition(" ")
            self.wish(MakePromise(to_whom=to_whom, what=what, due_at=due))
            return
        row = self.chosen_row()
        if row is None:
            return
        about = {"case_id": row.record.id, "expected_version": row.record.version}
        match question:
            case "keep":
                self.wish(KeepPromise(**about, text=words))
            case "break":
                self.wish(BreakPromise(**about, reason=words))
            case "move":
                reason, due = due_in(words, choice, now)
                self.wish(MovePromise(**about, due_at=due, reason=reason))

    def done_words(self, outcome: Any) -> str:
        return f"{STATE_WORDS[outcome.case.state]} {outcome.case.id}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, promise = self.look, row.record
        clock = look.px(150)
        ink = look.colour("text" if promise.is_open else "text3")
        font, tick = look.font("body"), look.font("tick")
        first = QRect(box.left(), box.top() + look.px(3), box.width(), look.px(20))
        second = QRect(box.left(), box.top() + look.px(22), box.width(), look.px(18))
        room = box.width() - clock
        text(painter, first, elide(f"{promise.to_whom}　{promise.what}", font, room), font, ink, LEFT)
        told = " · ".join(part for part in (promise.made_by, promise.id, promise.alert_id) if part)
        told += f" · 改期 {promise.moved} 次" if promise.moved else ""
        text(painter, second, elide(told, tick, room), tick, look.colour("text3"), LEFT)
        self._paint_clock(painter, first, second, promise)

    def _paint_clock(self, painter: QPainter, first: QRect, second: QRect, promise: Promise) -> None:
        look = self.look
        if not promise.is_open or self.now is None:
            text(painter, first, STATE_WORDS[promise.state], look.font("body"), look.colour("text3"), RIGHT)
            return
        seconds = (promise.due_at - self.now).total_seconds()
        left = f"余 {running(seconds)}" if seconds >= 0 else f"超 {long_limit(-seconds)}"
        font = look.font("body", weight=700 if seconds < 0 else 500)
        text(painter, first, left, font, look.colour("text"), RIGHT)
        late = "已到时 · " if promise.passed_at is not None else ""
        due = f"{late}{local(promise.due_at):%m-%d %H:%M} 前"
        text(painter, second, due, look.font("tick"), look.colour("text3"), RIGHT)
