"""The course of one dispute: who did what when, what is still due, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from services.domain.mediation import CHANNELS, STATE_WORDS, VISIT_WORDS, Mediation, State, Step, clock_word
from services.domain.mediation_filter import OPEN, matches, ordered
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Row
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text, wrap

_LINE, _DOT = 20, 7


class MediationTimelinePane(DutyListPane):
    """Topic: ``mediations``. Shows the selected ``dispute``; until one is, the first of the list."""

    empty = "选一件纠纷，看它的经过"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._shown = ""

    def select(self, subject: Subject | None) -> None:
        if subject is not None and subject.kind == "dispute" and subject.id != self._shown:
            self._shown = subject.id
            self.sight.move_to(0)
            self.refresh()

    def case(self) -> Mediation | None:
        cases: Sequence[Mediation] = self.records("mediations")
        found = next((case for case in cases if case.id == self._shown), None)
        if found is not None or self.now is None:
            return found
        now = self.now
        return next(iter(ordered([case for case in cases if matches(case, OPEN, now)], now)), None)

    def make_rows(self) -> Sequence[Row]:
        case = self.case()
        if case is None:
            self.note = ""
            return ()
        self.note = f"{case.title} · {case.number or case.id}"
        rows: list[Row] = []
        for i, (words, right) in enumerate(self._facts(case)):
            for j, line in enumerate(self._wrapped(words, 100 if right else 20)):
                rows.append(self._row(f"fact:{i}:{j}", ("", line, right if j == 0 else ""), 22))
        for i, line in enumerate(self._wrapped(case.words)):
            rows.append(self._row(f"words:{i}", ("quote", line, ""), _LINE))
        rows.append(self._row("head:steps", ("head", "经过", ""), 28))
        for i, (at, by, words) in enumerate(self._steps(case)):
            for j, line in enumerate(self._wrapped(words, 150) or [""]):
                record = ("dot", line, at, by) if j == 0 else ("line", line, "", "")
                rows.append(self._row(f"step:{i}:{j}", record, 24))
        due = self._due(case)
        if due:
            rows.append(self._row("head:due", ("head", "待办", ""), 28))
            rows += [self._row(f"due:{i}", ("", words, right), 22) for i, (words, right) in enumerate(due)]
        return rows

    @staticmethod
    def _row(key: str, record: tuple[str, ...], high: int) -> Row:
        return Row(key, record, high, heading=True)

    def _wrapped(self, words: str, taken: int = 20) -> list[str]:
        look = self.look
        room = max(look.px(120), self.width() - 2 * look.pad - look.px(taken))
        return wrap(words, look.font("body"), room) if words else []

    def _facts(self, case: Mediation) -> list[tuple[str, str]]:
        households = f"{len(case.households)} 户{' 联名' if case.collective else ''}"
        opponent = f"对方 {case.opponent}" if case.opponent else "对方未写"
        facts = [
            (case.where or case.estate_name, STATE_WORDS[case.state]),
            (f"{households} · {opponent}", CHANNELS.get(case.channel, "")),
            (f"调解员 {case.mediator or '未定'}", f"主办 {case.department}"),
        ]
        marks = ["暴力标志"] * case.violent + ["110 接警"] * case.called_110 + list(case.risk)
        if marks:
            facts.append((f"激化 {'、'.join(marks)}", ""))
        if case.joined:
            facts.append(
                (f"并入 {len(case.joined)} 件：{'、'.join(one.removeprefix('TJ-') for one in case.joined)}", "")
            )
        if case.main_id:
            facts.append((f"主案 {case.main_id}", ""))
        if case.agreement:
            facts.append((f"协议 {case.agreement}", ""))
        return facts

    @staticmethod
    def _steps(case: Mediation) -> list[tuple[str, str, str]]:
        lines = [(step.at, step.by, _said(step)) for step in case.steps]
        lines += [(note.at, note.by, f"记录 {note.text}") for note in case.notes]
        lines += [
            (visit.at, "", f"{visit.days} 日回访 {VISIT_WORDS[visit.result]}")
            for visit in case.visits
            if visit.result.value == "unreached"
        ]
        return [(_moment(at), by, words) for at, by, words in sorted(lines, key=lambda one: one[0])]

    def _due(self, case: Mediation) -> list[tuple[str, str]]:
        """What still runs, the earliest first; ages only where they were passed."""
        if not case.is_open or self.now is None:
            return []
        found: list[tuple[str, str]] = []
        for clock in sorted(case.clocks, key=lambda one: one.due_at):
            over = clock.due_at < self.now
            if clock.runs and (not clock.what.startswith("age") or over):
                word = f"{clock_word(clock.what)}{'已满' if clock.what.startswith('age') else ' 逾期' if over else ''}"
                found.append((word, _moment(clock.due_at)))
        return found

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look = self.look
        kind, words, right = row.record[:3]
        tick, body = look.font("tick"), look.font("body")
        if kind == "head":
            text(painter, box, words, tick, look.colour("text3"), LEFT)
            return
        if kind in ("dot", "line"):
            self._paint_step(painter, box, row.record)
            return
        ink = look.colour("text2" if kind == "quote" else "text")
        text(painter, box, right, tick, look.colour("text3"), RIGHT)
        text(painter, box, elide(words, body, box.width() - look.px(90 if right else 0)), body, ink, LEFT)

    def _paint_step(self, painter: QPainter, box: QRect, record: tuple[str, ...]) -> None:
        look = self.look
        kind, words, at, by = record
        x = box.left() + look.px(94)
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.drawLine(x, box.top(), x, box.bottom())
        if kind == "dot":
            side = look.px(_DOT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("text2"))
            painter.drawEllipse(x - side // 2, box.center().y() - side // 2, side, side)
            text(painter, box, at, look.font("tick", digits=True), look.colour("text3"), LEFT)
            text(painter, box, by, look.font("tick"), look.colour("text3"), RIGHT)
        room = QRect(x + look.px(12), box.top(), box.right() - x - look.px(56), box.height())
        text(painter, room, elide(words, look.font("body"), room.width()), look.font("body"), look.colour("text"), LEFT)


def _said(step: Step) -> str:
    """A return visit says itself which one it was."""
    if step.state is State.VISITING and step.text:
        return step.text
    return f"{STATE_WORDS[step.state]} {step.text}".strip()


def _moment(at: datetime) -> str:
    """The community tells days, not hours: midnight is no moment."""
    there = local(at)
    return f"{there:%m-%d}" if (there.hour, there.minute) == (0, 0) else f"{there:%m-%d %H:%M}"
