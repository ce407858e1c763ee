"""布控: the orders by what is to be done, the chosen one whole beside them, every step asked in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Outcome
from services.domain.control_rules import ControlRules, rules_in
from services.domain.officer import Officer, Role
from services.domain.passage import CheckpointPlace
from services.domain.plate_pattern import NotOnePlate
from services.domain.snapshot import Subject
from services.domain.watch_order import STATE_WORDS, Spot, WatchOrder
from services.domain.watch_order_steps import (
    ApplyWatch,
)
from widgets import control_form as form
from widgets.control_card import paint_card
from widgets.control_rows import paint_heading, paint_order, rows_of
from widgets.control_steps import acts_of, asked_of, wish_of
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row, alert_of
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, hairline, text

LIST_SHARE = 0.47
BUTTON_LINE = 34
BELOW_HIGH = 22
NOBODY = Officer("", "", Role.WALL)


class ControlOrdersPane(DutyListPane):
    """Topics: ``watch_orders``, ``control_rules``, ``checkpoint_places``, ``alerts``. A chosen order is what the
    desk points at."""

    empty = "没有布控单。按 N 申请"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: Any = None) -> None:
        super().__init__(title, options, look, parent)
        self.draft: form.Draft | None = None
        self._subject: Subject | None = None  # selected on the desk: an application made now names its alert

    # -- what there is -------------------------------------------------------------------------

    @property
    def orders(self) -> Sequence[WatchOrder]:
        return [order for order in self.records("watch_orders") if isinstance(order, WatchOrder)]

    @property
    def rules(self) -> ControlRules:
        return rules_in(self.records("control_rules"))

    @property
    def order(self) -> WatchOrder | None:
        row = self.chosen_row()
        return row.record if row is not None and isinstance(row.record, WatchOrder) else None

    @property
    def places(self) -> Mapping[str, str]:
        places = (place for place in self.records("checkpoint_places") if isinstance(place, CheckpointPlace))
        return {place.id: place.name for place in places}

    @property
    def units(self) -> tuple[str, ...]:
        """The units this officer may ask for; one of his own needs no asking."""
        officer = self.officer or NOBODY
        return () if officer.role in (Role.DEPT_LIAISON, Role.POLICE_ROOM) else self.rules.units

    def make_rows(self) -> Sequence[Row]:
        orders = self.orders
        active = sum(order.is_active for order in orders)
        checks = sum(order.is_active and order.spot is Spot.WAITING for order in orders)
        self.note = f"生效 {active}" + (f" · 待抽查 {checks}" if checks else "")
        return rows_of(orders)

    def select(self, subject: Subject | None) -> None:
        if subject is None or subject.kind != "watch_order":
            self._subject = subject
        elif subject.id != self.chosen:
            super().choose(subject.id)

    def choose(self, key: str) -> None:
        super().choose(key)
        self.asked.emit("select", Subject("watch_order", key))

    # -- steps ---------------------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        return acts_of(self.order, self.officer or NOBODY)

    def act(self, what: str) -> None:
        if what == "apply":
            alert = alert_of(self._subject, self.records("alerts"))
            self.draft = form.Draft(alert_id=alert.id if alert is not None else "")
            self._ask_form(form.PLATE)
        else:
            self.question(what, **asked_of(what))

    def answer(self, question: str, choice: int, words: str) -> None:
        if question in (form.PLATE, form.REASON, form.TERM):
            self._answer_form(question, choice, words)
            return
        order = self.order
        if order is None:
            return
        self.wish(wish_of(question, order, choice, words))

    def show_outcome(self, outcome: Outcome) -> None:
        """An application that is refused can be mended where it was."""
        refused = outcome.command is self._asked and isinstance(outcome.command, ApplyWatch) and not outcome.done
        super().show_outcome(outcome)
        if refused and self.draft is not None:
            self._ask_form(form.TERM)

    def done_words(self, outcome: Any) -> str:
        if isinstance(outcome.command, ApplyWatch):
            self.draft = None
            self.chosen, self._picked = outcome.case.id, True
        return f"{outcome.case.id} {STATE_WORDS[outcome.case.state]}"

    # -- the form ------------------------------------------------------------------------------

    def _ask_form(self, name: str, filled: str = "") -> None:
        assert self.draft is not None
        form.ask(name, self.draft, self.rules, self.units, self.places, self.question, filled)

    def _answer_form(self, question: str, choice: int, words: str) -> None:
        if self.draft is None:
            return
        second, ticked = self.ask_line.second_chosen, self.ask_line.ticked
        if question == form.PLATE:
            try:
                self.draft = form.with_plate(self.draft, choice, words)
            except NotOnePlate as why:
                self.say(str(why))
                self._ask_form(form.PLATE, words)
                return
            self._ask_form(form.REASON)
        elif question == form.REASON:
            self.draft = form.with_reason(self.draft, self.rules, choice, second, words)
            self._ask_form(form.TERM)
        else:
            unit = self.units[second] if 0 <= second < len(self.units) else ""
            self.wish(form.application(self.draft, self.rules, choice, unit, ticked, self.places))

    # -- layout --------------------------------------------------------------------------------

    @property
    def split(self) -> int:
        """Where the list ends and the order begins, px."""
        return round(self.width() * LIST_SHARE)

    def list_box(self) -> QRect:
        body = self.body()
        return QRect(body.left(), body.top(), self.split, body.height() - self.look.px(BELOW_HIGH))

    def card_box(self) -> QRect:
        body, look = self.body(), self.look
        left = self.split + look.pad
        foot = self._foot_high(self._flow()) + look.px(32)
        return QRect(left, body.top(), self.width() - left - look.pad, body.height() - foot)

    def place(self) -> None:
        if not self.ask_line.isHidden():
            wide = self.width() - self.split
            high = self.ask_line.height_for(wide)
            self.ask_line.setGeometry(self.split, self.height() - high, wide, high)
        self._dress_buttons()

    def _flow(self) -> Sequence[tuple[Act, QRect]]:
        """Where each button stands, counted from the upper edge of their lines."""
        look, found = self.look, []
        left, right = self.split + look.pad, self.width() - look.pad
        x, y = left, 0
        for act in self.acts():
            button = self._buttons.get(act.id) or self._made(act)
            button.setText(act.words)
            button.set_reason(act.reason)
            button.set_primary(act.primary)
            wide = min(button.sizeHint().width(), right - left)
            if x + wide > right and x > left:
                x, y = left, y + look.px(BUTTON_LINE)
            found.append((act, QRect(x, y, wide, look.px(28))))
            x += wide + look.px(6)
        return found

    def _dress_buttons(self) -> None:
        flow = self._flow()
        shown = {act.id for act, _ in flow}
        for name, button in self._buttons.items():
            button.setVisible(name in shown)
        top = self.height() - self._foot_high(flow)
        for act, box in flow:
            self._buttons[act.id].setGeometry(box.translated(0, top))

    def _foot_high(self, flow: Sequence[tuple[Act, QRect]]) -> int:
        return max((box.bottom() for _, box in flow), default=0) + self.look.px(9)

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        super().paint_body(painter, body)
        look = self.look
        hairline(painter, look, self.split, body.top(), body.height(), vertical=True)
        box, order = self.card_box(), self.order
        if self.draft is not None:
            self._paint_draft(painter, box, self.draft)
        elif order is not None:
            paint_card(painter, box, order, self.places, self.now, look)

    def _paint_one(self, painter: QPainter, box: QRect, row: Row) -> None:
        painter.save()
        painter.setClipRect(box.intersected(self.list_box()))
        super()._paint_one(painter, QRect(box.left(), box.top(), self.split, box.height()), row)
        painter.restore()

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        inner = QRect(box.left(), box.top(), self.split - 2 * self.look.pad, box.height())
        if row.heading:
            paint_heading(painter, inner, str(row.record), self.look)
        else:
            paint_order(painter, inner, row.record, self.now, self.look)

    def _paint_draft(self, painter: QPainter, box: QRect, draft: form.Draft) -> None:
        look = self.look
        top = QRect(box.left(), box.top() + look.px(8), box.width(), look.px(28))
        text(painter, top, "新申请", look.font("card"), look.colour("text"), LEFT)
        y = top.bottom() + look.px(10)
        font = look.font("body")
        for label, words in draft.lines():
            line = QRect(box.left(), y, box.width(), look.px(20))
            text(painter, line, label, look.font("tick"), look.colour("text3"), LEFT)
            told = line.adjusted(look.px(66), 0, 0, 0)
            text(painter, told, elide(words, font, told.width()), font, look.colour("text"), LEFT)
            y += look.px(24)

    def _paint_foot(self, painter: QPainter, box: QRect) -> None:
        """How many orders lie below; what became of the last wish, above the buttons."""
        look, card = self.look, self.card_box()
        if below := self.sight.below():
            left = QRect(look.pad, box.bottom() + 1, self.split - 2 * look.pad, look.px(BELOW_HIGH))
            text(painter, left, f"下方还有 {below}", look.font("tick"), look.colour("text3"), RIGHT)
        if not self._said:
            return
        y = card.bottom() + look.px(4) if self.ask_line.isHidden() else self.ask_line.y() - look.px(28)
        line = QRect(card.left(), y, card.width(), look.px(24))
        font = look.font("body", weight=500)
        text(painter, line, elide(self._said, font, line.width()), font, look.colour("text"), LEFT)

    def _cancelled(self) -> None:
        self.draft = None
        super()._cancelled()
