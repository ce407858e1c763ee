"""Accounts: who may log in, in which roles and for what part of the district; what is said of one, what is
asked, and what the log makes of it. No password and no hash is ever in the log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.domain.deed import Deed, Wish
from services.domain.officer import Officer, Role

WALL = "wall"  # the one account without a password


@dataclass(frozen=True, slots=True)
class Account:
    """``id`` is the log-in name. ``is_open`` is False once it was disabled."""

    id: str
    version: int
    name: str  # full name; screens show the mask
    roles: tuple[Role, ...] = ()
    shift: str = ""
    department: str = ""
    area: str = ""
    scenes: tuple[str, ...] = ()
    is_open: bool = True
    locked_until: datetime | None = None  # by wrong passwords; what counts is the credential
    machine: str = ""  # the wall's: hashes of the machine and of the token it was bound with
    token: str = ""

    def officer(self, role: Role) -> Officer:
        """This person at work in one of the roles."""
        return Officer(self.id, self.name, role, self.shift, self.department, self.area, self.scenes)


# ------------------------------------------------------------------------------------------- facts


@dataclass(frozen=True, slots=True)
class Created:
    name: str
    shift: str = ""


@dataclass(frozen=True, slots=True)
class BoundsSet:
    department: str
    area: str
    scenes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleGiven:
    role: Role


@dataclass(frozen=True, slots=True)
class RoleTaken:
    role: Role


@dataclass(frozen=True, slots=True)
class PasswordSet:
    must_change: bool


@dataclass(frozen=True, slots=True)
class Locked:
    until: datetime


@dataclass(frozen=True, slots=True)
class Unlocked:
    pass


@dataclass(frozen=True, slots=True)
class Disabled:
    reason: str


@dataclass(frozen=True, slots=True)
class Enabled:
    pass


@dataclass(frozen=True, slots=True)
class MachineBound:
    machine: str
    token: str


# ------------------------------------------------------------------------------------------ wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount(Wish):
    login: str
    name: str
    shift: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBounds(Wish):
    department: str = ""
    area: str = ""
    scenes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRole(Wish):
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRole(Wish):
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Disable(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enable(Wish):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class BindWall(Wish):
    """Bind the wall's account to one machine. Both are hashes."""

    machine: str
    token: str


def evolve(account: Account | None, deed: Deed) -> Account:
    fact = deed.fact
    if account is None:
        if isinstance(fact, Created):
            return Account(deed.case_id, deed.version, fact.name, shift=fact.shift)
        return Account(deed.case_id, deed.version, "大屏", (Role.WALL,), machine=fact.machine, token=fact.token)
    account = replace(account, version=deed.version)
    match fact:
        case BoundsSet():
            return replace(account, department=fact.department, area=fact.area, scenes=fact.scenes)
        case RoleGiven():
            return replace(account, roles=(*account.roles, fact.role))
        case RoleTaken():
            return replace(account, roles=tuple(role for role in account.roles if role is not fact.role))
        case Locked():
            return replace(account, locked_until=fact.until)
        case Unlocked():
            return replace(account, locked_until=None)
        case Disabled():
            return replace(account, is_open=False)
        case Enabled():
            return replace(account, is_open=True)
        case MachineBound():
            return replace(account, machine=fact.machine, token=fact.token)
        case _:
            return account
