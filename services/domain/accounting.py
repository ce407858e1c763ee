"""Who may make and change accounts.

Two people make an officer: the system administrator creates the account, the security
administrator gives it roles and bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from services.domain.account import (
    WALL,
    Account,
    BindWall,
    BoundsSet,
    CreateAccount,
    Created,
    Disable,
    Disabled,
    Enable,
    Enabled,
    GiveRole,
    Locked,
    MachineBound,
    PasswordSet,
    RoleGiven,
    RoleTaken,
    SetBounds,
    TakeRole,
    Unlocked,
    evolve,
)
from services.domain.deed import Refused, Said, Stream, World
from services.domain.officer import ADMINISTRATORS, ENGINE, Officer, Role
from services.domain.scope import BOUND_TO_AREA, BOUND_TO_DEPARTMENT

LOGIN = re.compile(r"[a-z][a-z0-9_.-]{1,31}")
RESERVED = frozenset({ENGINE.id, WALL})
AREA = re.compile(r"\d{6}|\d{9}|\d{12}|\d{12}[0-9A-Z]{1,6}")
ALONE = ADMINISTRATORS | {Role.WALL, Role.ENGINE}  # roles that an account holds alone


def decide(account: Account | None, wish: Any, officer: Officer, _at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, CreateAccount):
        return _creating(wish, officer, world)
    if isinstance(wish, BindWall):
        return _binding(account, wish, officer, world)
    if account is None:
        raise Refused("没有这个账号")
    if officer.id == account.id:
        raise Refused("不能改动自己的账号")
    match wish:
        case SetBounds():
            return (_bounding(wish, officer),)
        case GiveRole():
            return (_giving(account, wish.role, officer, world),)
        case TakeRole():
            return (_taking(account, wish.role, officer),)
        case Disable():
            return (_disabling(account, wish, officer),)
        case Enable():
            _only(officer, Role.SYSADMIN)
            if account.is_open:
                raise Refused("账号没有停用")
            return (Said(Enabled()),)
    raise Refused("不认识的请求")


def conflict(roles: Iterable[Role], role: Role) -> str:
    """Why ``role`` may not be held beside ``roles``; '' when it may."""
    held = [other for other in roles if other is not role]
    if held and (role in ALONE or any(other in ALONE for other in held)):
        return "管理员和大屏账号不得兼任其他岗位"
    return ""


def lacking_bounds(account: Account, role: Role) -> str:
    """A role that is bound to a place or a department needs one; '' when it has it."""
    if role in BOUND_TO_AREA and len(account.area) < 12:
        return "该岗位须先设定社区或网格代码"
    if role in BOUND_TO_DEPARTMENT and not account.department:
        return "该岗位须先设定部门"
    return ""


def _creating(wish: CreateAccount, officer: Officer, world: World) -> Sequence[Said]:
    if not _fills_an_empty_chair(officer, world):
        _only(officer, Role.SYSADMIN)
    if wish.login in RESERVED:
        raise Refused(f"账号名 {wish.login} 由系统保留")
    if not LOGIN.fullmatch(wish.login):
        raise Refused("账号须为 2 至 32 位小写字母、数字或 _.-，以字母开头")
    if not wish.name.strip():
        raise Refused("填写姓名")
    if world.case("account", wish.login) is not None:
        raise Refused(f"账号 {wish.login} 已存在")
    return (Said(Created(wish.name.strip(), wish.shift.strip()), case_id=wish.login),)


def _bounding(wish: SetBounds, officer: Officer) -> Said:
    _only(officer, Role.SECADMIN)
    if wish.area and not AREA.fullmatch(wish.area):
        raise Refused("区划代码须为 6、9、12 位数字，或社区代码加网格号")
    return Said(BoundsSet(wish.department.strip(), wish.area, wish.scenes))


def _giving(account: Account, role: Role, officer: Officer, world: World) -> Said:
    if not (role in ADMINISTRATORS and officer.role is Role.ENGINE and _nobody_is(role, world)):
        _only(officer, Role.SECADMIN)
    if role in (Role.ENGINE, Role.WALL):
        raise Refused("这个岗位不能授予")
    if role in account.roles:
        raise Refused("已有这个岗位")
    why = conflict(account.roles, role) or lacking_bounds(account, role)
    if why:
        raise Refused(why)
    return Said(RoleGiven(role))


def _taking(account: Account, role: Role, officer: Officer) -> Said:
    _only(officer, Role.SECADMIN)
    if role not in account.roles:
        raise Refused("没有这个岗位")
    return Said(RoleTaken(role))


def _disabling(account: Account, wish: Disable, officer: Officer) -> Said:
    _only(officer, Role.SYSADMIN)
    if not account.is_open:
        raise Refused("账号已停用")
    if not wish.reason.strip():
        raise Refused("填写停用原因")
    return Said(Disabled(wish.reason.strip()))


def _binding(account: Account | None, wish: BindWall, officer: Officer, world: World) -> Sequence[Said]:
    if officer.role is not Role.ENGINE or not _nobody_is(Role.SYSADMIN, world):
        _only(officer, Role.SYSADMIN)
    if account is not None and Role.WALL not in account.roles:
        raise Refused("这不是大屏账号")
    return (Said(MachineBound(wish.machine, wish.token), case_id=wish.case_id or WALL),)


def _only(officer: Officer, role: Role) -> None:
    if officer.role is not role:
        raise Refused("须系统管理员" if role is Role.SYSADMIN else "须安全管理员")


def _nobody_is(role: Role, world: World) -> bool:
    return not any(role in account.roles for account in world.cases("account"))


def _fills_an_empty_chair(officer: Officer, world: World) -> bool:
    """On the machine itself, before there are administrators."""
    return officer.role is Role.ENGINE and any(_nobody_is(role, world) for role in ADMINISTRATORS)


STREAM = Stream(
    name="account",
    prefix="ZH",
    case=Account,
    facts=(
        Created,
        BoundsSet,
        RoleGiven,
        RoleTaken,
        PasswordSet,
        Locked,
        Unlocked,
        Disabled,
        Enabled,
        MachineBound,
    ),
    wishes=(CreateAccount, SetBounds, GiveRole, TakeRole, Disable, Enable, BindWall),
    decide=decide,
    evolve=evolve,
    topic="accounts",
)
