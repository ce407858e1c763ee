"""``main.py account``: accounts are made where the database is, by the administrators and by nobody else."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from console import binding
from console.account_arguments import BY
from console.settings import state_dir
from services.collect.opening import open_for
from services.collect.site import Site
from services.domain.account import (
    WALL,
    Account,
    BindWall,
    CreateAccount,
    Disable,
    Enable,
    GiveRole,
    SetBounds,
    TakeRole,
)
from services.domain.deed import Wish
from services.domain.login import LogIn, PasswordDue
from services.domain.masked import mask_name
from services.domain.officer import ADMINISTRATORS, ENGINE, Officer, Role
from services.domain.timebase import local
from services.store.store import Store

Ask = Callable[[str], str]  # a password, never shown


class AccountRefusedError(RuntimeError):
    """Not done; the message says why."""


def run(site: Site, options: argparse.Namespace, ask: Ask) -> str:
    """What was done, in one line or a table. Raises AccountRefusedError, StoreError, OSError."""
    with open_for(site) as store:
        if options.do == "list":
            return _table(store)
        officer = _administrator(store, site, options.by, BY[options.do], ask) if options.by else ENGINE
        if options.do == "audit":
            return _audit(store, officer)
        office = Office(store, site, officer, ask)
        if options.do == "bind-wall":
            return office.bind_wall(state_dir())
        if not options.login:
            raise AccountRefusedError("写明账号")
        return office.do(options)


class Office:
    """One administrator at work."""

    def __init__(self, store: Store, site: Site, officer: Officer, ask: Ask) -> None:
        self._store, self._site, self._officer, self._ask = store, site, officer, ask

    def do(self, options: argparse.Namespace) -> str:
        match options.do:
            case "add":
                return self._add(options)
            case "password":
                return self._set_password(self._known(options.login).id)
            case "unlock":
                self._demand(self._store.accounts.unlock(options.login, self._officer, self._now))
                return f"已解锁 {options.login}"
            case _:
                account = self._known(options.login)
                after = self._perform(_wish(options, account))
                return f"已更新 {_line(after)}"

    def bind_wall(self, folder: Path) -> str:
        bound = binding.bind(folder)
        known = self._find(WALL)
        wish = BindWall(
            case_id=WALL if known else "",
            expected_version=known.version if known else 0,
            machine=bound.machine,
            token=bound.token,
        )
        self._perform(wish)
        return f"本机已绑定为大屏，凭据在 {folder / binding.TOKEN}"

    def _add(self, options: argparse.Namespace) -> str:
        if options.role and (self._officer is not ENGINE or Role(options.role) not in ADMINISTRATORS):
            raise AccountRefusedError("岗位由安全管理员另授：account give；本机只能直接建首位管理员")
        made = self._perform(CreateAccount(login=options.login, name=options.name, shift=options.shift))
        if options.role:
            made = self._perform(GiveRole(case_id=made.id, expected_version=made.version, role=Role(options.role)))
        return f"{self._set_password(made.id)}；{_line(made)}"

    def _set_password(self, login: str) -> str:
        password = self._ask(f"{login} 的口令：")
        accounts = self._store.accounts
        self._demand(accounts.set_password(login, password, self._officer, self._now, self._site.login))
        return f"已设口令，{login} 首次登录时须更改"

    def _perform(self, wish: Wish) -> Account:
        outcome = self._store.perform(wish, self._officer, self._now)
        self._demand(outcome.refusal)
        return outcome.case

    def _known(self, login: str) -> Account:
        found = self._find(login)
        if found is None:
            raise AccountRefusedError(f"没有账号 {login}")
        return found

    def _find(self, login: str) -> Account | None:
        return next((a for a in self._store.cases("account") if a.id == login), None)

    @staticmethod
    def _demand(refusal: str) -> None:
        if refusal:
            raise AccountRefusedError(refusal)

    @property
    def _now(self) -> datetime:
        return self._site.timebase.now()


def _wish(options: argparse.Namespace, account: Account) -> Wish:
    case_id, version = account.id, account.version
    role = Role(options.role) if options.role else None
    if options.do in ("give", "take") and role is None:
        raise AccountRefusedError("写明岗位 --role")
    match options.do, role:
        case "give", Role():
            return GiveRole(case_id=case_id, expected_version=version, role=role)
        case "take", Role():
            return TakeRole(case_id=case_id, expected_version=version, role=role)
        case "disable", _:
            return Disable(case_id=case_id, expected_version=version, reason=options.reason)
        case "enable", _:
            return Enable(case_id=case_id, expected_version=version)
        case _:
            scenes = tuple(name.strip() for name in options.scenes.split(",") if name.strip())
            return SetBounds(
                case_id=case_id,
                expected_version=version,
                department=options.department,
                area=options.area,
                scenes=scenes,
            )


def _administrator(store: Store, site: Site, login: str, role: Role, ask: Ask) -> Officer:
    """Lets the administrator in as at a desk: wrong passwords count and lock. Replaces one that is due."""
    wish = LogIn(login, ask(f"{login} 的口令："), f"{platform.node()}（命令行）", role)
    outcome = store.accounts.log_in(wish, site.timebase.now(), site.login)
    if isinstance(outcome.case, PasswordDue):
        fresh = ask(f"{outcome.refusal}：")
        again = LogIn(wish.login, wish.password, wish.seat, role, fresh)
        outcome = store.accounts.log_in(again, site.timebase.now(), site.login)
    if not outcome.done:
        raise AccountRefusedError(outcome.refusal)
    return outcome.case.officer


def _table(store: Store) -> str:
    known = sorted(store.cases("account"), key=lambda account: account.id)
    return "\n".join(_line(account) for account in known) or "还没有账号"


def _audit(store: Store, officer: Officer) -> str:
    """The whole audit, oldest first. The machine itself may not read it."""
    if officer.role is not Role.AUDITADMIN:
        raise AccountRefusedError("须审计管理员：--as 账号")
    entries = sorted(store.cases("audit", officer), key=lambda entry: (entry.at, entry.id))
    return "\n".join(f"{local(e.at):%Y-%m-%d %H:%M:%S}  {e.id}  {e.officer} {e.role}  {e.text}" for e in entries)


def _line(account: Account) -> str:
    roles = "、".join(account.roles) or "没有岗位"
    bounds = " ".join(filter(None, (account.department, account.area, ",".join(account.scenes))))
    state = "" if account.is_open else "（已停用）"
    return f"{account.id}  {mask_name(account.name)}  {roles}  {bounds}".rstrip() + state
