"""值班日志: every entry of the log as it comes, and a line to write one's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.duty_log import LINE_WORDS, LineKind, LogNote, SettleLine, WriteLine
from services.domain.log_line import LogLine
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.paint import LEFT, RIGHT, elide, text

_KINDS = (LineKind.NOTE, LineKind.INSTRUCTION, LineKind.EQUIPMENT)


class DutyLogPane(DutyListPane):
    """Topics: ``duty_log``, ``duty_notes``. A writes a line, C corrects the chosen manual line with a new
    one, V settles the chosen instruction."""

    empty = "日志为空"

    def make_rows(self) -> Sequence[Row]:
        lines: Sequence[LogLine] = self.records("duty_log")
        manual = sum(line.manual for line in lines)
        self.note = f"最近 {len(lines)} 条 · 人工 {manual}" if lines else ""
        return [Row(line.id, line, 28) for line in lines]

    def acts(self) -> Sequence[Act]:
        row = self.chosen_row()
        manual = row is not None and row.record.manual
        instruction = self._instruction()
        return (
            Act("write", "记一条", "A"),
            Act("correct", "更正", "C", "" if manual else "选人工记录"),
            Act("settle", "已落实", "V", "" if instruction is not None else "选未落实指示"),
        )

    def _instruction(self) -> LogNote | None:
        row = self.chosen_row()
        notes: Sequence[LogNote] = self.records("duty_notes")
        return next((n for n in notes if row is not None and n.id == row.record.about and n.is_open), None)

    def act(self, what: str) -> None:
        match what:
            case "write":
                kinds = tuple(LINE_WORDS[kind] for kind in _KINDS)
                self.question("write", "值班日志，写入后不可改", choices=kinds, chosen=0, hint="内容")
            case "correct":
                self.question("correct", "更正为（原记录保留）", hint="内容")
            case "settle":
                self.question("settle", "指示已落实", hint="（可不填）结果")

    def answer(self, question: str, choice: int, words: str) -> None:
        row = self.chosen_row()
        match question:
            case "write":
                self.wish(WriteLine(line_kind=_KINDS[max(0, choice)], text=words))
            case "correct" if row is not None:
                self.wish(WriteLine(line_kind=LineKind.NOTE, text=words, refers=row.record.about))
            case "settle":
                note = self._instruction()
                if note is not None:
                    self.wish(SettleLine(case_id=note.id, expected_version=note.version, text=words))

    def row_chosen(self, row: Row) -> None:
        if row.record.about.startswith("YJ-"):
            self.asked.emit("select", Subject("alert", row.record.about))

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, line = self.look, row.record
        font, tick = look.font("body"), look.font("tick")
        moment, what, who = look.px(66), look.px(98), look.px(60)
        strong = look.colour("text" if line.manual else "text2")
        room = box.width() - moment - what - who
        cells = (
            (moment, f"{local(line.at):%H:%M:%S}", tick, look.colour("text3"), LEFT),
            (what, ("迟 " if line.late else "") + line.what, font, strong, LEFT),
            (room, line.text or line.about, font, strong, LEFT),
            (who, line.who, tick, look.colour("text3"), RIGHT),
        )
        x = box.left()
        for wide, words, face, ink, align in cells:
            cell = QRect(x, box.top(), wide - look.px(6 if align is LEFT else 0), box.height())
            text(painter, cell, elide(words, face, cell.width()), face, ink, align)
            x += wide
