"""Who may come in: passwords kept as Argon2id, wrong ones counted, and the wall's machine known.

Hashing takes about 0.1 s on purpose. It is done outside the transaction, so that no writer waits,
and never on the thread of a window.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, select

from services.domain import account as accounting
from services.domain.account import Account, Locked, PasswordSet
from services.domain.alert import Outcome
from services.domain.audit import LockedOut, LoggedIn, LogInFailed
from services.domain.deed import Said
from services.domain.login import (
    Admission,
    Credential,
    LogIn,
    PasswordDue,
    RoleChoice,
    due_reason,
    failed_words,
    locked_words,
    unadmitted,
)
from services.domain.officer import ENGINE, Officer, Role
from services.domain.password import LOGIN_RULES, LoginRules, complaint
from services.store import changes, codec, deeds, rows, scoping
from services.store.schema import credential as credential_table
from services.store.streams import STREAMS

LONGEST_LOGIN = 64
NO_ACCOUNTS = "还没有账号，请先在本机运行 main.py account add"
Transaction = Callable[[], AbstractContextManager[Connection]]


@cache
def _hasher(rules: LoginRules) -> PasswordHasher:
    return PasswordHasher(
        time_cost=rules.argon2_time, memory_cost=rules.argon2_memory_kib, parallelism=rules.argon2_lanes
    )


@cache
def _nobodys(rules: LoginRules) -> str:
    """What the password of a name without an account is compared with, so that it takes as long."""
    return _hasher(rules).hash(secrets.token_urlsafe())


class Accounts:
    """The accounts of one store. Every call that takes a password takes its time; call it in no window."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    # ----------------------------------------------------------------------------------- log-in

    def log_in(self, wish: LogIn, at: datetime, rules: LoginRules = LOGIN_RULES) -> Outcome:
        """``case`` is an Admission, or what is still to be said (RoleChoice, PasswordDue) with a refusal.

        Five wrong ones in a row lock the account and the seat, whichever comes first, on disk.
        """
        login = wish.login.strip().casefold()[:LONGEST_LOGIN]
        with self._reading() as connection:
            known = _credential(connection, login, at)
            if not deeds.read(connection, "account"):
                return Outcome(wish, None, NO_ACCOUNTS)
        nobodys = _nobodys(rules)
        fits = _verifies(known.hash or nobodys, wish.password, rules) and bool(known.hash)
        fresh, complaint_zh = self._fresh_hash(known, wish, rules) if fits and wish.new_password else ("", "")
        with self._writing() as connection:
            attempt = _Attempt(connection, login, wish, at, rules)
            if attempt.mine.hash != known.hash:
                return Outcome(wish, None, "口令刚被更改，请重试")
            return attempt.judge(fits, fresh, complaint_zh)

    def _fresh_hash(self, known: Credential, wish: LogIn, rules: LoginRules) -> tuple[str, str]:
        with self._reading() as connection:
            account = scoping.account(connection, known.account_id)
        if account is None:
            return "", "没有这个账号"
        why = complaint(wish.new_password, account.id, account.name, rules) or _reused(known, wish.new_password, rules)
        return ("", why) if why else (_hasher(rules).hash(wish.new_password), "")

    # ---------------------------------------------------------------------------------- passwords

    def set_password(
        self, account_id: str, password: str, officer: Officer, at: datetime, rules: LoginRules = LOGIN_RULES
    ) -> str:
        """Set somebody's first password or replace a forgotten one; he must change it when he comes in.
        By the system administrator; by the machine itself only where there is none. '' or the refusal."""
        with self._reading() as connection:
            account, known = scoping.account(connection, account_id), _credential(connection, account_id, at)
        if account is None:
            return "没有这个账号"
        if officer.role is not Role.SYSADMIN and not (officer.role is Role.ENGINE and not known.hash):
            return "须系统管理员"
        why = complaint(password, account.id, account.name, rules) or _reused(known, password, rules)
        if why:
            return why
        fresh = _hasher(rules).hash(password)
        with self._writing() as connection:
            known = _credential(connection, account_id, at).replaced(fresh, at, rules, must_change=True)
            _keep(connection, known)
            _tell(connection, [(account_id, PasswordSet(must_change=True))], officer, at)
        return ""

    def unlock(self, account_id: str, officer: Officer, at: datetime) -> str:
        """By the security administrator. '' or the refusal."""
        with self._writing() as connection:
            account = scoping.account(connection, account_id)
            if officer.role is not Role.SECADMIN or officer.id == account_id:
                return "须另一位安全管理员" if officer.id == account_id else "须安全管理员"
            if account is None:
                return "没有这个账号"
            _keep(connection, _unlocked(_credential(connection, account_id, at)))
            _tell(connection, [(account_id, accounting.Unlocked())], officer, at)
        return ""

    def seed(self, accounts: Sequence[Account], password: str, at: datetime, rules: LoginRules = LOGIN_RULES) -> int:
        """A demo district's accounts, all with one password that is shown. How many were new."""
        with self._reading() as connection:
            missing = [account for account in accounts if scoping.account(connection, account.id) is None]
        if not missing:
            return 0
        shared = _hasher(rules).hash(password)
        with self._writing() as connection:
            missing = [account for account in missing if scoping.account(connection, account.id) is None]
            for account in missing:
                _tell(connection, [(account.id, fact) for fact in _facts_of(account)], ENGINE, at)
                _keep(connection, Credential(account.id, at, hash=shared))
        return len(missing)

    # --------------------------------------------------------------------------------------- wall

    def admits_wall(self, machine: str, token: str) -> bool:
        """Whether this machine, with this token (both as hashes), is bound to an open wall account."""
        with self._reading() as connection:
            walls = [a for a in deeds.read(connection, "account", open_only=True) if Role.WALL in a.roles]
        return any(
            secrets.compare_digest(a.machine, machine) and secrets.compare_digest(a.token, token)
            for a in walls
            if a.token
        )


class _Attempt:
    """One try to come in, inside the transaction that counts it."""

    def __init__(self, connection: Connection, login: str, wish: LogIn, at: datetime, rules: LoginRules) -> None:
        self._connection, self._wish, self._at, self._rules = connection, wish, at, rules
        self._account = scoping.account(connection, login)
        self._login = login
        self.mine = _credential(connection, login, at)
        self._seat = _credential(connection, f"@{wish.seat}", at)

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
            _keep(self._connection, credential)
        until = max((c.locked_until for c in after if c.is_locked(self._at) and c.locked_until), default=None)
        if until is None:
            return self._no(failed_words(min(c.tries_left(self._rules) for c in after)))
        scoping.note(self._connection, LockedOut(self._login, self._wish.seat, until), ENGINE, self._at)
        if self._account is not None and after[0].is_locked(self._at):
            _tell(self._connection, [(self._login, Locked(until))], ENGINE, self._at)
        return self._no(locked_words(until))

    def _note_failure(self, reason: str) -> None:
        scoping.note(self._connection, LogInFailed(self._login, self._wish.seat, reason), ENGINE, self._at)

    def _admit(self, account: Account, fresh: str) -> Outcome:
        before = self.mine
        officer = account.officer(self._wish.role or account.roles[0])
        after = before.after_success(self._at, self._wish.seat)
        if fresh:
            after = after.replaced(fresh, self._at, self._rules, must_change=False)
            _tell(self._connection, [(account.id, PasswordSet(must_change=False))], officer, self._at)
        _keep(self._connection, after)
        _keep(self._connection, self._seat.after_success(self._at, self._wish.seat))
        relieved = self._wish.relieves if self._wish.relieves != account.id else ""
        scoping.note(self._connection, LoggedIn(self._wish.seat, before.failed, relieved), officer, self._at)
        return Outcome(
            self._wish,
            None,
            "",
            Admission(officer, account.roles, before.last_login_at, before.last_login_from, before.failed),
        )


def _credential(connection: Connection, account_id: str, at: datetime) -> Credential:
    row = connection.execute(select(credential_table).where(credential_table.c.account_id == account_id)).first()
    if row is None:
        return Credential(account_id, at)
    return Credential(
        row.account_id,
        row.changed_at,
        row.hash,
        codec.decode(tuple[str, ...], row.earlier),
        row.must_change,
        row.failed,
        row.locked_until,
        row.last_login_at,
        row.last_login_from,
    )


def _keep(connection: Connection, credential: Credential) -> None:
    written = {name: getattr(credential, name) for name in Credential.__slots__}
    rows.upsert(connection, credential_table, [written | {"earlier": codec.encode(credential.earlier)}])


def _unlocked(credential: Credential) -> Credential:
    return Credential(
        credential.account_id,
        credential.changed_at,
        credential.hash,
        credential.earlier,
        credential.must_change,
        last_login_at=credential.last_login_at,
        last_login_from=credential.last_login_from,
    )


def _tell(connection: Connection, facts: Sequence[tuple[str, object]], officer: Officer, at: datetime) -> None:
    register = deeds.Register(connection, at, officer)
    for account_id, fact in facts:
        register.add(STREAMS["account"], Said(fact), account_id)
    register.write()
    changes.note(connection, ["accounts"], at)


def _facts_of(account: Account) -> Sequence[object]:
    if Role.WALL in account.roles:
        return (accounting.MachineBound(account.machine, account.token),)
    bounds = accounting.BoundsSet(account.department, account.area, account.scenes)
    roles = [accounting.RoleGiven(role) for role in account.roles]
    return (accounting.Created(account.name, account.shift), bounds, *roles, PasswordSet(must_change=False))


def _verifies(hash_: str, password: str, rules: LoginRules) -> bool:
    try:
        return _hasher(rules).verify(hash_, password)
    except (Argon2Error, InvalidHashError):
        return False


def _reused(known: Credential, password: str, rules: LoginRules) -> str:
    used = [known.hash, *known.earlier][: rules.not_again] if known.hash else []
    if any(_verifies(hash_, password, rules) for hash_ in used):
        return f"不得与最近 {rules.not_again} 次用过的口令相同"
    return ""
