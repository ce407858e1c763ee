"""Carries a signature to the store once its officer has proved who is at the desk."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from console.actions import Actions
from console.session import Session
from services.domain.alert import Outcome
from services.domain.deed import Wish
from services.domain.login import LogIn
from services.domain.proof import PASSWORD_NEEDED, Proof


class Proving(QObject):
    """The password goes the way of every log-in: counted, locked and written down by the store. A desk
    without log-ins has nobody to ask and takes the officer at the desk."""

    def __init__(
        self, actions: Actions, session: Session, seat: str, *, attended: bool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._actions, self._session = actions, session
        self._seat, self._attended = seat, attended
        self._waiting: tuple[LogIn, Wish] | None = None
        actions.proof_asked.connect(self.take)

    @Slot(object)
    def take(self, proof: Proof) -> None:
        officer = self._session.officer
        if not self._attended:
            self._actions.send(proof.wish)
        elif not proof.password:
            self._actions.answer(Outcome(proof.wish, None, PASSWORD_NEEDED))
        else:
            login = LogIn(officer.id, proof.password, self._seat, officer.role)
            self._waiting = (login, proof.wish)
            self._actions.send(login)

    @Slot(object)
    def answer(self, outcome: Outcome) -> None:
        """What the store said to the password."""
        if self._waiting is None or outcome.command is not self._waiting[0]:
            return
        wish, self._waiting = self._waiting[1], None
        if outcome.done:
            self._actions.send(wish)
        else:
            self._actions.answer(Outcome(wish, None, outcome.refusal or "口令须先更换，请重新登录"))
