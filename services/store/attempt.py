"""One try to come in, judged and counted inside the transaction that writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from services.domain.account import Account, Locked, PasswordSet
from services.domain.alert import Outcome
from services.domain.audit import LockedOut, LoggedIn, LogInFailed
from services.domain.deed import Said
from services.domain.login import (
    Admission,
    LogIn,
    PasswordDue,
    RoleChoice,
    due_reason,
    failed_words,
    locked_words,
    unadmitted,
)
from services.domain.officer import ENGINE, Officer
from services.domain.password import LoginRules
from services.store import changes, credentials, deeds, scoping
from services.store.streams import STREAMS


class Attempt:
    """One try to come in, inside the transaction that counts it."""

    def __init__(self, connection: Connection, login: str, wish: LogIn, at: datetime, rules: LoginRules) -> None:
        self._connection, self._wish, self._at, self._rules = connection, wish, at, rules
        self._account = scoping.account(connection, login)
        self._login = login
        self.mine = credentials.read(connection, login, at)
        self._seat = credentials.read(connection, f"@{wish.seat}", at)

    def judge(self, fits: bool, fresh: str, complaint_zh: str) -> Outcome:
        locks = [c.locked_until for c in (self.mine, self._seat) if c.is_locked(self._at)]
        until = max((lock for lock in locks if lock is not None), default=None)
        if until is not None:
            self._note_failure("锁定中")
            return self._no(locked_words(until))
        if not fits or self._account is None:
            return self._fail()
        why = unadmitted(self._account, self._wish.role)
        if why:
            self._note_failure(why)
            return self._no(why)
        due = due_reason(self.mine, self._at, self._rules)
        if complaint_zh or (due and not fresh):
            return self._no(complaint_zh or due, PasswordDue(due))
        if self._wish.role is None and len(self._account.roles) > 1:
            return self._no("请选择本次岗位", RoleChoice(self._account.roles))
        return self._admit(self._account, fresh)

    def _no(self, refusal: str, case: object = None) -> Outcome:
        return Outcome(self._wish, None, refusal, case)

    def _fail(self) -> Outcome:
        after = [c.after_failure(self._at, self._rules) for c in (self.mine, self._seat)]
        self._note_failure("口令不对" if self._account is not None else "没有这个账号")
        for credential in after:
            credentials.keep(self._connection, credential)
        until = max((c.locked_until for c in after if c.is_locked(self._at) and c.locked_until), default=None)
        if until is None:
            return self._no(failed_words(min(c.tries_left(self._rules) for c in after)))
        scoping.note(self._connection, LockedOut(self._login, self._wish.seat, until), ENGINE, self._at)
        if self._account is not None and after[0].is_locked(self._at):
            tell(self._connection, [(self._login, Locked(until))], ENGINE, self._at)
        return self._no(locked_words(until))

    def _note_failure(self, reason: str) -> None:
        scoping.note(self._connection, LogInFailed(self._login, self._wish.seat, reason), ENGINE, self._at)

    def _admit(self, account: Account, fresh: str) -> Outcome:
        before = self.mine
        officer = account.officer(self._wish.role or account.roles[0])
        after = before.after_success(self._at, self._wish.seat)
        if fresh:
            after = after.replaced(fresh, self._at, self._rules, must_change=False)
            tell(self._connection, [(account.id, PasswordSet(must_change=False))], officer, self._at)
        credentials.keep(self._connection, after)
        credentials.keep(self._connection, self._seat.after_success(self._at, self._wish.seat))
        relieved = self._wish.relieves if self._wish.relieves != account.id else ""
        scoping.note(self._connection, LoggedIn(self._wish.seat, before.failed, relieved), officer, self._at)
        return Outcome(
            self._wish,
            None,
            "",
            Admission(officer, account.roles, before.last_login_at, before.last_login_from, before.failed),
        )


def tell(connection: Connection, facts: Sequence[tuple[str, object]], officer: Officer, at: datetime) -> None:
    register = deeds.Register(connection, at, officer)
    for account_id, fact in facts:
        register.add(STREAMS["account"], Said(fact), account_id)
    register.write()
    changes.note(connection, ["accounts"], at)
