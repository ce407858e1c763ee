"""Who may come in: passwords kept as Argon2id, wrong ones counted, and the wall's machine known.

Hashing takes about 0.1 s on purpose. It is done outside the transaction, so that no writer waits,
and never on the thread of a window.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection

from services.domain import account as facts
from services.domain.account import Account, PasswordSet
from services.domain.alert import Outcome
from services.domain.audit import Denied
from services.domain.login import Credential, LogIn
from services.domain.officer import ENGINE, Officer, Role
from services.domain.password import LOGIN_RULES, LoginRules, complaint
from services.store import casework, credentials, scoping
from services.store.attempt import Attempt, tell

LONGEST_LOGIN = 64
NO_ACCOUNTS = "还没有账号，请先在本机运行 main.py account add"
Transaction = Callable[[], AbstractContextManager[Connection]]


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
            known = credentials.read(connection, login, at)
            if not casework.read(connection, "account"):
                return Outcome(wish, None, NO_ACCOUNTS)
        nobodys = credentials.nobodys(rules)
        fits = credentials.verifies(known.hash or nobodys, wish.password, rules) and bool(known.hash)
        fresh, complaint_zh = self._fresh_hash(known, wish, rules) if fits and wish.new_password else ("", "")
        with self._writing() as connection:
            attempt = Attempt(connection, login, wish, at, rules)
            if attempt.mine.hash != known.hash:
                return Outcome(wish, None, "口令刚被更改，请重试")
            return attempt.judge(fits, fresh, complaint_zh)

    def _fresh_hash(self, known: Credential, wish: LogIn, rules: LoginRules) -> tuple[str, str]:
        with self._reading() as connection:
            account = scoping.account(connection, known.account_id)
        if account is None:
            return "", "没有这个账号"
        why = complaint(wish.new_password, account.id, account.name, rules) or credentials.reused(
            known, wish.new_password, rules
        )
        return ("", why) if why else (credentials.hasher(rules).hash(wish.new_password), "")

    # ---------------------------------------------------------------------------------- passwords

    def set_password(
        self, account_id: str, password: str, officer: Officer, at: datetime, rules: LoginRules = LOGIN_RULES
    ) -> str:
        """Set somebody's first password or replace a forgotten one; he must change it when he comes in.
        By the system administrator; by the machine itself only where there is none. '' or the refusal."""
        with self._reading() as connection:
            account, known = scoping.account(connection, account_id), credentials.read(connection, account_id, at)
        if account is None:
            return "没有这个账号"
        if officer.role is not Role.SYSADMIN and not (officer.role is Role.ENGINE and not known.hash):
            return self._denied("password", account_id, "须系统管理员", officer, at)
        why = complaint(password, account.id, account.name, rules) or credentials.reused(known, password, rules)
        if why:
            return why
        fresh = credentials.hasher(rules).hash(password)
        with self._writing() as connection:
            known = credentials.read(connection, account_id, at).replaced(fresh, at, rules, must_change=True)
            credentials.keep(connection, known)
            tell(connection, [(account_id, PasswordSet(must_change=True))], officer, at)
        return ""

    def unlock(self, account_id: str, officer: Officer, at: datetime) -> str:
        """By the security administrator. '' or the refusal."""
        if officer.role is not Role.SECADMIN or officer.id == account_id:
            reason = "不能解锁自己的账号" if officer.id == account_id else "须安全管理员"
            return self._denied("unlock", account_id, reason, officer, at)
        with self._writing() as connection:
            if scoping.account(connection, account_id) is None:
                return "没有这个账号"
            credentials.keep(connection, credentials.read(connection, account_id, at).unlocked())
            tell(connection, [(account_id, facts.Unlocked())], officer, at)
        return ""

    def _denied(self, what: str, account_id: str, reason: str, officer: Officer, at: datetime) -> str:
        with self._writing() as connection:
            scoping.note(connection, Denied(what, account_id, reason), officer, at)
        return reason

    def seed(self, accounts: Sequence[Account], password: str, at: datetime, rules: LoginRules = LOGIN_RULES) -> int:
        """A demo district's accounts, all with one password that is shown. How many were new."""
        with self._reading() as connection:
            missing = [account for account in accounts if scoping.account(connection, account.id) is None]
        if not missing:
            return 0
        shared = credentials.hasher(rules).hash(password)
        with self._writing() as connection:
            missing = [account for account in missing if scoping.account(connection, account.id) is None]
            for account in missing:
                tell(connection, [(account.id, fact) for fact in _facts_of(account)], ENGINE, at)
                credentials.keep(connection, Credential(account.id, at, hash=shared))
        return len(missing)

    # --------------------------------------------------------------------------------------- wall

    def admits_wall(self, machine: str, token: str) -> bool:
        """Whether this machine, with this token (both as hashes), is bound to an open wall account."""
        with self._reading() as connection:
            walls = [a for a in casework.read(connection, "account", open_only=True) if Role.WALL in a.roles]
        return any(
            secrets.compare_digest(a.machine, machine) and secrets.compare_digest(a.token, token)
            for a in walls
            if a.token
        )


def _facts_of(account: Account) -> Sequence[object]:
    if Role.WALL in account.roles:
        return (facts.MachineBound(account.machine, account.token),)
    bounds = facts.BoundsSet(account.department, account.area, account.scenes)
    roles = [facts.RoleGiven(role) for role in account.roles]
    return (facts.Created(account.name, account.shift), bounds, *roles, PasswordSet(must_change=False))
