"""上交申请 in the order of their time limits: who waits, how long, which vessel comes, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from services.domain.alert import Outcome
from services.domain.boats import HandInRequest, HandInState
from services.domain.deed import Refused
from services.domain.hand_in_case import FileHandIn
from services.domain.snapshot import Quality, Subject
from widgets import request_form as form
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.hand_ins import KIND, resolve, worst_alerts
from widgets.look import Look
from widgets.paint import LEFT, elide, hairline, text, width_of
from widgets.request_acts import acts_of, asked_of, wish_of
from widgets.request_rows import (
    PastRow,
    QueueRow,
    about,
    paint_past,
    paint_queue_row,
    paint_titles,
    past_rows,
    queue_row,
)
from widgets.request_sheets import SHEETS, sheet_of

ROW = 25  # logical px, unless the scene says otherwise
TITLES = 22
_S = HandInState
_NAMES = tuple(SHEETS)
_TURNS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class RequestQueuePane(DutyListPane):
    """Topics: ``hand_in_requests``, ``alerts``, for filing ``boat_register`` and ``fleet``, for what is late of the
    bureau ``filed_hand_ins``. Options: ``row``. Left and Right turn the sheet, T shows the course of one."""

    empty = "没有在办的申请"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: Any = None) -> None:
        super().__init__(title, options, look, parent)
        self.sheet = _NAMES[0]
        self.draft: form.Draft | None = None
        self._past_of = ""  # the hand-in whose course is shown
        self._counts: Mapping[str, int] = {}
        self._tabs: list[tuple[QRect, str]] = []

    # -- told ----------------------------------------------------------------------------------

    @property
    def requests(self) -> Sequence[HandInRequest]:
        return self.records("hand_in_requests")

    def select(self, subject: Subject | None) -> None:
        found = resolve(subject, self.records("alerts"))
        if found is not None and found.kind == KIND and found.id != self.chosen:
            if self._past_of:
                self._past_of = found.id
            super().choose(found.id)

    def choose(self, key: str) -> None:
        super().choose(key)
        if not self._past_of:
            self.asked.emit("select", Subject(KIND, key))

    def quality(self) -> Quality:
        """Of the requests: they are kept here, whatever the bureau does."""
        snapshot = self.snapshots.get("hand_in_requests")
        return snapshot.quality if snapshot is not None else Quality.WAITING

    # -- rows ----------------------------------------------------------------------------------

    def make_rows(self) -> Sequence[Row]:
        snapshot = self.snapshots.get("hand_in_requests")
        now = self.now or (snapshot.taken_at if snapshot else None)
        if now is None or snapshot is None or snapshot.quality is Quality.WAITING:
            return ()
        high = int(self.options.get("row", ROW))
        shown = self._request(self._past_of)
        if shown is not None:
            return [Row(f"{nth}", past, high) for nth, past in enumerate(past_rows(shown, now))]
        self._past_of = ""
        alerts = worst_alerts(self.records("alerts"))
        self.note = self._bureau(now)
        sheets = {name: sheet_of(self.requests, name, now) for name in SHEETS}
        self._counts = {name: len(found) for name, found in sheets.items()}
        return [Row(r.id, queue_row(r, alerts.get(r.id), now), high) for r in sheets[self.sheet]]

    def _bureau(self, now: datetime) -> str:
        polled = self.snapshots.get("filed_hand_ins")
        if polled is None or polled.quality is not Quality.STALE or polled.taken_at is None:
            return ""
        return f"渔业局 {max(1, round((now - polled.taken_at).total_seconds() / 60))} 分未应答"

    def _request(self, key: str) -> HandInRequest | None:
        return next((r for r in self.requests if r.id == key), None)

    @property
    def request(self) -> HandInRequest | None:
        """The one the buttons are about."""
        return self._request(self._past_of or self.chosen)

    # -- steps ---------------------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        return () if self.look.is_wall else acts_of(self.request, self.officer)

    def act(self, what: str) -> None:
        request = self.request
        if what == "file":
            self.draft = form.Draft()
            self._ask_form(form.BOAT)
        elif what == "past":
            self._turn_past()
        elif request is None:
            return
        elif what == "accept":
            self.wish(wish_of(what, request, -1, ""))
        else:
            given = asked_of(what, request)
            self.question(what, given.pop("words"), **given)

    def answer(self, question: str, choice: int, words: str) -> None:
        if question in form.STEPS:
            self._answer_form(question, choice, words)
            return
        request = self.request
        if request is None:
            return
        try:
            self.wish(wish_of(question, request, choice, words))
        except ValueError as why:
            self.say(str(why))

    def show_outcome(self, outcome: Outcome) -> None:
        """What was refused of a filing can be mended where it was."""
        mine = outcome.command is self._asked
        super().show_outcome(outcome)
        if mine and isinstance(outcome.command, FileHandIn) and not outcome.done and self.draft is not None:
            self._ask_form(form.WHEN)

    def done_words(self, outcome: Outcome) -> str:
        case = outcome.case
        if isinstance(outcome.command, FileHandIn):
            self.draft, self.sheet = None, _NAMES[0]
            self.chosen, self._picked = case.id, True
            return f"已登记 {case.number}，待派船"
        return f"{case.number} {case.state_word}"

    def _turn_past(self) -> None:
        self._past_of = "" if self._past_of else self.chosen
        if not self._past_of:
            self._picked = True
        self.sight.top = 0
        self.refresh()

    # -- the form ------------------------------------------------------------------------------

    def _ask_form(self, step: str, filled: str = "") -> None:
        assert self.draft is not None
        given = form.asked(step, self.draft, self._places())
        self.question(step, given.pop("words"), **given, filled=filled)

    def _answer_form(self, step: str, choice: int, words: str) -> None:
        if self.draft is None:
            return
        if step == form.WHEN:
            if self.now is not None:
                self.wish(form.wish_of(self.draft, choice, words, self.now))
            return
        try:
            register = self.records("boat_register")
            self.draft = form.with_answer(step, self.draft, choice, words, register, self._places())
        except Refused as why:
            self.say(why.reason_zh)
            self._ask_form(step, words)
            return
        self._said = ""
        self._ask_form(form.STEPS[form.STEPS.index(step) + 1])

    def _places(self) -> Sequence[form.Place]:
        boat = self.draft.boat if self.draft is not None else None
        return form.places_of(self.requests, boat, self.records("fleet"))

    def _cancelled(self) -> None:
        self.draft = None
        super()._cancelled()

    # -- layout and painting -------------------------------------------------------------------

    def top_room(self) -> int:
        return TITLES

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        super().paint_body(painter, body)
        look = self.look
        top = QRect(0, body.top(), self.width(), look.px(TITLES))
        shown = self._request(self._past_of)
        if shown is not None:
            font = look.font("tick")
            line = top.adjusted(look.pad, 0, -look.pad, 0)
            words = f"{shown.number} {shown.vessel_no} · {about(shown)}"
            text(painter, line, elide(words, font, line.width()), font, look.colour("text2"), LEFT)
        elif self.rows:
            paint_titles(painter, top, look)
        hairline(painter, look, 0, top.bottom(), self.width())

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if isinstance(row.record, PastRow):
            paint_past(painter, box, row.record, self.look)
        elif isinstance(row.record, QueueRow):
            whole = QRect(0, box.top(), self.width(), box.height())
            paint_queue_row(painter, whole, row.record, self.look, stale=self.quality() is Quality.STALE)

    def header_room(self) -> int:
        return self._lay_tabs()[0][0].left() - self.look.pad if not self._past_of else super().header_room()

    def _lay_tabs(self) -> list[tuple[QRect, str]]:
        """The sheets with their counts, before the age at the right end of the header."""
        look, right = self.look, super().header_room() - self.look.pad
        font, tabs = look.font("body"), []
        for name in reversed(_NAMES):
            wide = width_of(self._tab(name), font)
            right -= wide + look.px(10)
            tabs.append((QRect(right, 0, wide, look.head), name))
        self._tabs = tabs[::-1]
        return self._tabs

    def _tab(self, name: str) -> str:
        return f"{name} {self._counts.get(name, 0)}"

    def _paint_header(self, painter: QPainter) -> None:
        super()._paint_header(painter)
        if self._past_of or self.look.is_wall:
            return
        look = self.look
        for box, name in self._lay_tabs():
            ink = "text" if name == self.sheet else "text2"
            text(painter, box, self._tab(name), look.font("body"), look.colour(ink), LEFT)
            if name == self.sheet:
                painter.fillRect(QRect(box.left(), look.head - look.px(3), box.width(), look.px(2)), look.colour("ice"))

    # -- Qt ------------------------------------------------------------------------------------

    def turn(self, by: int) -> None:
        at = max(0, min(_NAMES.index(self.sheet) + by, len(_NAMES) - 1))
        self.sheet, self.sight.top, self._picked = _NAMES[at], 0, False
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _TURNS and not self._past_of:
            self.turn(_TURNS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (key == Qt.Key.Key_Escape and self._past_of):
            self._turn_past()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        tab = next((name for box, name in self._tabs if box.contains(point)), None)
        if tab is not None and not self._past_of:
            self.turn(_NAMES.index(tab) - _NAMES.index(self.sheet))
            return
        super().mousePressEvent(event)
