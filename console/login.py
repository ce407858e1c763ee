"""The door of the desk: who is let in, when it is shut, and what the cover says meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from console import tally
from console.actions import Actions
from console.session import Session, role_word
from services.domain.alert import Alert, Outcome
from services.domain.audit import NoteLogOut, NoteScreenLock
from services.domain.login import Admission, LogIn, PasswordDue, RoleChoice
from services.domain.officer import Role
from services.domain.timebase import local
from widgets.cover import Cover, Words
from widgets.login import Typed

translate = QCoreApplication.translate

OWN = (LogIn, NoteLogOut, NoteScreenLock)  # what the door asks; the answers are no pane's


class Door(QObject):
    """Shut, it shows the cover and nothing else; who it opens for, the store has said.

    ``hint`` is a demo's: its one password, and some of the accounts that have it.
    """

    opened = Signal(str)  # what the officer should know: when and where he was in last
    closed = Signal()

    def __init__(
        self, cover: Cover, session: Session, actions: Actions, seat: str, hint: Sequence[str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._cover, self._session, self._actions = cover, session, actions
        self._seat, self._hint = seat, tuple(hint)
        self._since = ""
        self._now: datetime | None = None
        self._is_own = True  # the officer who locked it is asked, not another one
        self.is_shut = False
        cover.form.submitted.connect(self._submit)
        cover.form.switched.connect(self._switch)

    def shut(self, *, by_idleness: bool = False) -> None:
        """Cover the desk. Alerts go on sounding; nobody is logged out."""
        if self.is_shut:
            return
        self._since = f"{local(self._now):%H:%M} " + translate("login", "起锁定") if self._now else ""
        if self._session.is_manned:
            self._actions.send(NoteScreenLock(seat=self._seat, by_idleness=by_idleness))
        self._close(own=True)

    def leave(self) -> None:
        """Log out: the next one begins with an empty desk."""
        self.end()
        self._session.leave()
        self._close(own=False)

    def end(self) -> None:
        """The officer goes; written down before the window is gone."""
        if self._session.is_manned:
            self._actions.send(NoteLogOut(seat=self._seat))

    def switch(self) -> None:
        """Somebody else wants the seat; until he is in, it stays whose it is."""
        self.shut()
        self._ask(own=False)

    def refresh(self, now: datetime, alerts: Iterable[Alert], trouble: str) -> None:
        """Once a second, shut or open."""
        self._now = now
        if self.is_shut:
            manned = self._session.is_manned
            counts = {level: count.unsigned for level, count in tally.levels(alerts).items()} if manned else {}
            self._cover.show_words(replace(self._cover.words, unsigned=counts, trouble=trouble))
            self._cover.tick(now)

    def answer(self, outcome: Outcome) -> None:
        """What the store said to a log-in."""
        if not isinstance(outcome.command, LogIn) or not self.is_shut:
            return
        form = self._cover.form
        form.say(outcome.refusal)
        if outcome.done:
            self._open(outcome.case)
        elif isinstance(outcome.case, RoleChoice):
            form.ask_role([(role.value, role_word(role)) for role in outcome.case.roles])
        elif isinstance(outcome.case, PasswordDue):
            form.ask_fresh()
        else:
            form.forget_password()
        self._cover.refit()

    def _close(self, *, own: bool) -> None:
        self.is_shut = True
        self._ask(own=own and self._session.is_manned)
        self._cover.show()
        self._cover.raise_()
        self._cover.form.focus()
        self.closed.emit()

    def _open(self, admission: Admission) -> None:
        self.is_shut = False
        self._cover.form.ask("")
        self._cover.hide()
        self._session.sit(admission.officer)
        self.opened.emit(_last_time(admission))

    def _ask(self, *, own: bool) -> None:
        self._is_own = own
        manned = self._session.is_manned
        words = replace(
            self._cover.words, officer=" ".join(self._session.lines).strip(), since=self._since if manned else ""
        )
        login = self._session.officer.id if own else ""
        self._cover.show_words(replace(words, hint=self._hint_for(login)))
        self._cover.form.ask(login, can_switch=manned)
        self._cover.refit()

    def _hint_for(self, login: str) -> str:
        if not self._hint:
            return ""
        password, *accounts = self._hint
        named = login or "、".join(accounts)
        return translate("login", "账号") + f" {named}，" + translate("login", "口令") + f" {password}"

    @Slot(object)
    def _submit(self, typed: Typed) -> None:
        role = Role(typed.role) if typed.role else self._session.officer.role if self._is_own else None
        relieves = self._session.officer.id if self._session.is_manned else ""
        self._actions.send(LogIn(typed.login, typed.password, self._seat, role, typed.new_password, relieves))

    @Slot()
    def _switch(self) -> None:
        self._ask(own=not self._is_own)


def is_own(outcome: Any) -> bool:
    return isinstance(outcome.command, OWN)


def _last_time(admission: Admission) -> str:
    if admission.last_at is None:
        return translate("login", "首次登录")
    said = translate("login", "上次登录") + f" {local(admission.last_at):%m-%d %H:%M}，{admission.last_from}"
    if admission.failed:
        said += "。" + translate("login", "其后登录失败") + f" {admission.failed} " + translate("login", "次")
    return said


def first_words(centre: str, seat: str) -> Words:
    return Words(centre, seat=translate("login", "席位") + f" {seat}")
