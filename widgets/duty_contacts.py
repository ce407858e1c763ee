"""通讯录: departments and who answers there; what became of a call goes into the log and the case."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Action, Command
from services.domain.contacts import Contact
from services.domain.duty_log import CALL_WORDS, Called, CallResult
from widgets.duty_alert import AlertListPane
from widgets.duty_rows import Act, Row
from widgets.paint import LEFT, RIGHT, elide, text

_RESULTS = tuple(CallResult)


class DutyContactsPane(AlertListPane):
    """Topics: ``contacts``, ``alerts``. T records a call; with an alert selected it is noted there too."""

    empty = "没有通讯录"

    def make_rows(self) -> Sequence[Row]:
        contacts: Sequence[Contact] = self.records("contacts")
        alert = self.alert()
        first = [c for c in contacts if alert is not None and alert.department and alert.department in c.department]
        ordered = [*first, *(c for c in contacts if c not in first)]
        rows: list[Row] = []
        for department, own in groupby(ordered, key=lambda contact: contact.department):
            rows.append(Row(f"head:{department}", department, 26, heading=True))
            rows += [Row(contact.id, contact, 28) for contact in own]
        self.note = f"{len(contacts)} 个号码" if contacts else ""
        return rows

    def acts(self) -> Sequence[Act]:
        return (Act("call", "记通话", "T", "" if self.chosen_row() else "先选联系人"),)

    def act(self, what: str) -> None:
        row = self.chosen_row()
        if row is not None:
            alert = self.alert()
            about = f" · {alert.id}" if alert is not None else ""
            results = tuple(CALL_WORDS.values())
            words = f"{row.record.spoken} {row.record.phone}{about}"
            self.question("call", words, choices=results, chosen=0, hint="（可不填）说了什么")

    def answer(self, question: str, choice: int, words: str) -> None:
        row = self.chosen_row()
        if row is None:
            return
        alert = self.alert()
        result = _RESULTS[max(0, choice)]
        about = alert.id if alert is not None else ""
        self.wish(Called(contact=row.record.spoken, result=result, text=words, alert_id=about))
        if alert is not None:
            said = "，".join(part for part in (f"电话 {row.record.spoken} {CALL_WORDS[result]}", words) if part)
            self.asked.emit("action", Command(alert.id, Action.NOTE, alert.version, text=said))

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look = self.look
        if row.heading:
            line = box.adjusted(0, look.px(4), 0, 0)
            text(painter, line, row.record, look.font("tick"), look.colour("text3"), LEFT)
            return
        contact, font = row.record, look.font("body")
        room = box.width() - look.px(80)
        words = " ".join(part for part in (contact.unit, contact.person) if part)
        text(painter, box, elide(words, font, room), font, look.colour("text2"), LEFT)
        text(painter, box, contact.phone, font, look.colour("text"), RIGHT)
