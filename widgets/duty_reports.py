"""信息报送: which events are told upwards, how far, and the six elements asked one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.report_form import (
    ELEMENT_WORDS,
    PART_WORDS,
    Elements,
    EventReport,
    OpenReport,
    Part,
    SendReport,
    Sent,
    TellByPhone,
    elements_of,
)
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.duty_alert import AlertListPane
from widgets.duty_rows import Act, Row
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text
from widgets.words import long_limit, running

_ELEMENTS = tuple(f.name for f in fields(Elements))
_EMPTY = Elements("", "", "", "", "", "")


class DutyReportsPane(AlertListPane):
    """Topics: ``reports``, ``alerts``. O opens a report on the selected alert, H notes the telephone
    report, Z writes 首报 or 续报, F the final one; the elements come filled with what is known."""

    empty = "没有报送"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._form = _EMPTY
        self._at = 0  # the element being asked
        self._final = False

    def make_rows(self) -> Sequence[Row]:
        reports: Sequence[EventReport] = self.records("reports")
        ordered = sorted(reports, key=lambda one: (not one.is_open, one.id))
        self.note = f"报送中 {sum(one.is_open for one in reports)}" if reports else ""
        rows: list[Row] = []
        for report in ordered:
            rows.append(Row(report.id, report, 48))
            rows += [Row(f"{report.id}/{n}", sent, 28, heading=True) for n, sent in enumerate(report.sent)]
            if report.elements is not None:
                told = [(ELEMENT_WORDS[name], getattr(report.elements, name)) for name in _ELEMENTS]
                rows += [Row(f"{report.id}/{word}", (word, said), 26, heading=True) for word, said in told]
        return rows

    def _report(self) -> EventReport | None:
        row = self.chosen_row()
        return row.record if row is not None else None

    def acts(self) -> Sequence[Act]:
        report = self._report()
        opening = Act("open", "开始报送", "O", "" if self.alert() is not None else "先选预警")
        if report is None or not report.is_open:
            return (opening,)
        written = "续报" if report.done(Part.FIRST) else "首报"
        return (
            opening,
            Act("phone", "电话", "H"),
            Act("written", written, "Z", primary=True),
            Act("final", "终报", "F", "" if report.done(Part.FIRST) else "先首报"),
        )

    def act(self, what: str) -> None:
        alert = self.alert()
        if what == "open" and alert is not None:
            self.wish(OpenReport(alert_id=alert.id))
        elif what == "phone":
            self.question("phone", "电话报告给哪个单位", hint="区政府总值班室；可加说了什么")
        elif what in ("written", "final"):
            self._final = what == "final"
            self._begin_form()

    def _begin_form(self) -> None:
        report = self._report()
        if report is None:
            return
        alerts: Sequence[Alert] = self.records("alerts")
        alert = next((a for a in alerts if a.id == report.alert_id), None)
        self._form = report.elements or (elements_of(alert) if alert is not None else _EMPTY)
        self._at = 0
        self._ask_element()

    def _ask_element(self) -> None:
        name = _ELEMENTS[self._at]
        words = f"{self._at + 1} / {len(_ELEMENTS)}　{ELEMENT_WORDS[name]}"
        self.question("element", words, hint=ELEMENT_WORDS[name], filled=getattr(self._form, name))

    def answer(self, question: str, choice: int, words: str) -> None:
        report = self._report()
        if report is None:
            return
        about = {"case_id": report.id, "expected_version": report.version}
        if question == "phone":
            to_whom, _, said = words.partition(" ")
            self.wish(TellByPhone(**about, to_whom=to_whom, text=said))
            return
        self._form = replace(self._form, **{_ELEMENTS[self._at]: words})
        self._at += 1
        if self._at < len(_ELEMENTS):
            self._ask_element()
        else:
            self.wish(SendReport(**about, elements=self._form, final=self._final))

    def row_chosen(self, row: Row) -> None:
        self.asked.emit("select", Subject("alert", row.record.alert_id))

    # -- painting ------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, record = self.look, row.record
        if isinstance(record, EventReport):
            self._paint_report(painter, box, record)
            return
        indented = box.adjusted(look.px(14), 0, 0, 0)
        label, said = (_sent_words(record), "") if isinstance(record, Sent) else record
        font = look.font("body")
        if isinstance(record, Sent):
            text(painter, indented, elide(label, font, indented.width()), font, look.colour("text2"), LEFT)
            return
        text(painter, indented, label, look.font("tick"), look.colour("text3"), LEFT)
        value = indented.adjusted(look.px(84), 0, 0, 0)
        text(painter, value, elide(said, font, value.width()), font, look.colour("text"), LEFT)

    def _paint_report(self, painter: QPainter, box: QRect, report: EventReport) -> None:
        look = self.look
        first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(20))
        second = QRect(box.left(), box.top() + look.px(25), box.width(), look.px(18))
        strong, tick = look.font("body", weight=500), look.font("tick")
        clock = self._clock(report)
        room = box.width() - look.px(150)
        ink = look.colour("text" if report.is_open else "text3")
        text(painter, first, elide(report.title, strong, room), strong, ink, LEFT)
        text(painter, first, clock, strong, ink, RIGHT)
        told = f"{report.id} · {report.alert_id} · {local(report.opened_at):%H:%M} 起"
        text(painter, second, told, tick, look.colour("text3"), LEFT)

    def _clock(self, report: EventReport) -> str:
        """The clock that runs, or how far it has come."""
        if not report.is_open:
            return "已终报"
        clocks = ((Part.PHONE, report.phone_due_at), (Part.FIRST, report.written_due_at))
        part, due = next(((p, d) for p, d in clocks if not report.done(p)), (None, None))
        if part is None or due is None or self.now is None:
            return f"已{PART_WORDS[report.sent[-1].part]}" if report.sent else ""
        seconds = (due - self.now).total_seconds()
        return f"{PART_WORDS[part]} " + (f"余 {running(seconds)}" if seconds >= 0 else f"超 {long_limit(-seconds)}")


def _sent_words(sent: Sent) -> str:
    return " ".join(part for part in (f"{local(sent.at):%H:%M}", PART_WORDS[sent.part], sent.by, sent.text) if part)
