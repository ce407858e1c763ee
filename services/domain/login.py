"""Logging in: what is asked, what is answered, and when wrong passwords lock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.domain.account import Account
from services.domain.officer import Officer, Role
from services.domain.password import LoginRules
from services.domain.timebase import local

WRONG = "账号或口令不对"


@dataclass(frozen=True, slots=True)
class LogIn:
    """Asked at a seat. ``role`` may be left out by who has one only; ``new_password`` replaces one that
    is due; ``relieves`` is the id of the officer whose seat it was."""

    login: str
    password: str = field(repr=False)
    seat: str
    role: Role | None = None
    new_password: str = field(default="", repr=False)
    relieves: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is in, and what he should know: when and where he was in last, and how often others failed since."""

    officer: Officer
    roles: tuple[Role, ...]
    last_at: datetime | None = None
    last_from: str = ""
    failed: int = 0


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """The password is right; which role is it today?"""

    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class PasswordDue:
    """The password is right and must be replaced before anything else."""

    why: str


@dataclass(frozen=True, slots=True)
class Credential:
    """What is known of one log-in name, or of one seat (``@`` and its name). A name without an account is
    counted like any other, so that the answer does not tell which names exist."""

    account_id: str
    changed_at: datetime
    hash: str = field(default="", repr=False)
    earlier: tuple[str, ...] = field(default=(), repr=False)
    must_change: bool = False
    failed: int = 0
    locked_until: datetime | None = None
    last_login_at: datetime | None = None
    last_login_from: str = ""

    def is_locked(self, at: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > at

    def after_failure(self, at: datetime, rules: LoginRules) -> Credential:
        """Each full round of tries locks; a lock that has passed leaves the count."""
        failed = self.failed + 1
        locked = at + rules.locks_for if failed % rules.tries == 0 else self.locked_until
        return replace(self, failed=failed, locked_until=locked)

    def after_success(self, at: datetime, seat: str) -> Credential:
        return replace(self, failed=0, locked_until=None, last_login_at=at, last_login_from=seat)

    def unlocked(self) -> Credential:
        return replace(self, failed=0, locked_until=None)

    def tries_left(self, rules: LoginRules) -> int:
        return rules.tries - self.failed % rules.tries

    def replaced(self, hash_: str, at: datetime, rules: LoginRules, *, must_change: bool) -> Credential:
        earlier = (self.hash, *self.earlier) if self.hash else self.earlier
        kept = earlier[: max(0, rules.not_again - 1)]
        return replace(self, hash=hash_, earlier=kept, changed_at=at, must_change=must_change)


def locked_words(until: datetime) -> str:
    return f"失败次数过多，已锁定至 {local(until):%H:%M}"


def failed_words(left: int) -> str:
    return f"{WRONG}，还可试 {left} 次"


def due_reason(credential: Credential, at: datetime, rules: LoginRules) -> str:
    """Why the password must be replaced now; '' while it holds."""
    if credential.must_change:
        return "首次登录，请设定新口令"
    if rules.holds_for is not None and at - credential.changed_at >= rules.holds_for:
        return f"口令已用满 {rules.days} 天，请设定新口令"
    return ""


def unadmitted(account: Account, role: Role | None) -> str:
    """Why somebody with the right password still may not work; '' when he may."""
    if not account.is_open:
        return "账号已停用，请找系统管理员"
    if not account.roles:
        return "账号还没有岗位，请找安全管理员"
    if Role.WALL in account.roles:
        return "大屏账号不登录"
    if role is not None and role not in account.roles:
        return "账号没有这个岗位"
    return ""
