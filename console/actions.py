"""Turns what a pane asked for into a command, a selection or another scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from console.session import Session
from services.domain.alert import Command, Outcome
from services.domain.deed import Wish
from services.domain.login import LogIn
from services.domain.officer import Officer
from services.domain.proof import Proof
from services.domain.question import Question
from services.domain.receipt_sheet import ReceiptSheet, TextFile
from services.domain.sea_day import SeaDay
from services.domain.snapshot import Subject
from widgets.card_actions import DONE_WORDS
from widgets.duty_sheet import Printable

WORDS = ("select", "action", "question", "open", "back", "print", "prove")
_CARRIED = {"action": Command | Wish, "question": Question}  # to the store, by the word


class Actions(QObject):
    """Panes ask by word: ``select`` a Subject, ``action`` a Command or a Wish,
    ``question`` a Question, ``open`` a scene's id or a Subject, ``back`` to where the subject was opened,
    ``print`` what is to be saved, ``prove`` a Proof."""

    selected = Signal(object)
    scene_asked = Signal(str)
    opened = Signal(object)  # a Subject whose card is wanted
    back_asked = Signal()
    answered = Signal(object)  # the Outcome of a command
    print_asked = Signal(object)
    proof_asked = Signal(object)

    def __init__(
        self,
        perform: Callable[[Command | Wish | LogIn | Question, Officer], None],
        session: Session,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._perform = perform
        self._session = session

    @Slot(str, object)
    def ask(self, what: str, about: Any) -> None:
        if isinstance(about, _CARRIED.get(what, ())):
            self._perform(about, self._session.officer)
        elif what == "open" and isinstance(about, str):
            self.scene_asked.emit(about)
        elif what == "open" and isinstance(about, Subject):
            self.opened.emit(about)
        elif what == "back":
            self.back_asked.emit()
        elif what == "select" and (about is None or isinstance(about, Subject)):
            self.selected.emit(about)
        elif what == "print" and isinstance(about, Printable | ReceiptSheet | SeaDay | TextFile):
            self.print_asked.emit(about)
        elif what == "prove" and isinstance(about, Proof):
            self.proof_asked.emit(about)
        else:
            raise ValueError(f"a pane asked {what!r} about {about!r}; known: {', '.join(WORDS)}")

    def send(self, asked: Wish | LogIn) -> None:
        """What the desk itself asks: to come in, to note that it was locked or left."""
        self._perform(asked, self._session.officer)

    @Slot(object)
    def answer(self, outcome: Outcome) -> None:
        self.answered.emit(outcome)


def said(outcome: Outcome) -> str:
    """What became of a command, for an officer who looks elsewhere by now."""
    if not isinstance(outcome.command, Command):
        return outcome.refusal or f"已记录 {outcome.case.id}"
    alert = outcome.command.alert_id
    return f"{DONE_WORDS[outcome.command.action]} {alert}" if outcome.done else f"{alert}：{outcome.refusal}"
