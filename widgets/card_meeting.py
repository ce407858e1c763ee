"""The card's two keys of an interception: I does the next step, T is for what is not to be stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.deed import Wish
from services.domain.intercept_window import InterceptionWindow, NextPlace, refusal
from services.domain.interception_case import (
    AcceptInterception,
    ConfirmInterception,
    FollowOnly,
    Interception,
    OrderInterception,
    OrderState,
    ReportIntercepted,
    ReportMissed,
    WithdrawInterception,
)
from services.domain.interception_orders import order_refusal
from services.domain.officer import Officer
from widgets.button import ActionButton
from widgets.card_questions import Answer, Question
from widgets.look import Look

translate = QCoreApplication.translate

MEET_KEY, FOLLOW_KEY = "I", "T"
ENDS = ("错过", "跟踪不拦", "撤令")


@dataclass(frozen=True, slots=True)
class Step:
    """What a key would do now: the button's words, and why not."""

    words: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """An alert with its window and the newest order about it, as they were when a key was pressed."""

    alert: Alert
    window: InterceptionWindow | None
    order: Interception | None
    chosen: str = ""

    @property
    def running(self) -> Interception | None:
        return self.order if self.order is not None and self.order.is_open else None

    @property
    def place(self) -> NextPlace | None:
        """Where the order would be for: as chosen, else the best, else the likeliest."""
        places = self.window.places if self.window is not None else ()
        chosen = next((one for one in places if one.checkpoint_id == self.chosen), None)
        best = self.window.best if self.window is not None else None
        return chosen or best or next(iter(places), None)

    def first(self, officer: Officer | None, now: datetime) -> Step:
        """拦截, then what follows it."""
        running = self.running
        if running is not None:
            words = {OrderState.ASKED: "确认拦截", OrderState.ORDERED: "单位受令"}.get(running.state, "已拦截")
            own = running.state is OrderState.ASKED and officer is not None and officer.id == running.asker_id
            return Step(words, "须由另一人" if own else "")
        place = self.place
        if officer is None or self.window is None or place is None:
            return Step("拦截", "未登录" if officer is None else "车辆未再出现")
        why = order_refusal(self.alert, officer) or refusal(place, now, self.window.margin_s)
        return Step(f"拦截 {place.name}", why)

    def second(self, officer: Officer | None) -> Step:
        if officer is None:
            return Step("跟踪不拦", "未登录")
        return Step("错过/不拦") if self.running is not None else Step("跟踪不拦", order_refusal(self.alert, officer))

    def step(self) -> Wish | None:
        """What I asks for."""
        running, place = self.running, self.place
        if running is None:
            if place is None:
                return None
            return OrderInterception(alert_id=self.alert.id, checkpoint_id=place.checkpoint_id, unit_id=place.unit_id)
        seen = {"case_id": running.id, "expected_version": running.version}
        match running.state:
            case OrderState.ASKED:
                return ConfirmInterception(**seen)
            case OrderState.ORDERED:
                return AcceptInterception(**seen)
            case _:
                return ReportIntercepted(**seen)

    def question(self) -> Question:
        """What T asks before it is a wish."""
        if self.running is None:
            return Question("跟踪不拦", hint="为何不拦，例如 人车密集不宜拦停")
        return Question(f"{self.running.line} 未拦", ENDS, hint="原因")

    def answered(self, answer: Answer) -> Wish:
        running = self.running
        if running is None:
            return FollowOnly(alert_id=self.alert.id, reason=answer.text)
        seen = {"case_id": running.id, "expected_version": running.version}
        match answer.chosen:
            case 0:
                return ReportMissed(reason=answer.text, **seen)
            case 1:
                return FollowOnly(reason=answer.text, **seen)
            case _:
                return WithdrawInterception(reason=answer.text, **seen)


def spoken(word: str) -> str:
    """In the interface's language."""
    said = {
        "拦截": translate("button", "拦截"),
        "跟踪不拦": translate("button", "跟踪不拦"),
        "确认拦截": translate("button", "确认拦截"),
        "单位受令": translate("button", "单位受令"),
        "已拦截": translate("button", "已拦截"),
        "错过/不拦": translate("button", "错过/不拦"),
    }
    return said[word]


class MeetingButtons:
    """The two buttons; hidden where no vehicle is to be met."""

    def __init__(self, card: QWidget, look: Look) -> None:
        self.meet = ActionButton("拦截", MEET_KEY, card, look=look)
        self.follow = ActionButton("跟踪不拦", FOLLOW_KEY, card, look=look)
        self.both = (self.meet, self.follow)
        self._is_shown = False
        for button in self.both:
            button.hide()

    def refresh(self, meeting: Meeting | None, officer: Officer | None, now: datetime | None, *, hidden: bool) -> bool:
        """Whether anything that takes room has changed."""
        shown = meeting is not None and now is not None and not hidden
        before = [(button.isHidden(), button.shown_text()) for button in self.both]
        for button in self.both:
            button.setVisible(shown)
        if meeting is not None and now is not None:
            for button, step in zip(self.both, (meeting.first(officer, now), meeting.second(officer)), strict=True):
                word, _, rest = step.words.partition(" ")
                button.setText(f"{spoken(word)} {rest}".strip())
                button.set_reason(step.reason)
            self.meet.set_primary(not self.meet.reason)
        return before != [(button.isHidden(), button.shown_text()) for button in self.both]
