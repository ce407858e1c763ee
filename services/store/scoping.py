"""An officer's scope where it counts: in the WHERE of every read, in the transaction of every command."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, true

from services.domain.account import Account
from services.domain.alert import Alert, Command, Outcome
from services.domain.audit import AuditFact, Denied
from services.domain.deed import Said, Stream, Wish
from services.domain.guard import GUARDS
from services.domain.officer import ADMINISTRATORS, Officer, Role
from services.domain.roles import READERS
from services.domain.scope import DISTRICT, OUTSIDE, Scope, scope_of
from services.domain.topics import scene_of_topic
from services.domain.watch_order_steps import ConfirmSpot, RevokeSpot
from services.store import cases, casework, changes, deeds
from services.store.streams import OF_WISH, STREAMS

OPEN_TO_ADMINISTRATORS = frozenset({"account", "audit"})
OPEN_WISHES = {ConfirmSpot: Role.SECADMIN, RevokeSpot: Role.SECADMIN}  # the one administrator who may


def condition(scope: Scope | None, table: Table) -> ColumnElement[bool]:
    """For the table of alerts: the rows ``scope.sees``, and a few of a department that is only named in
    them; ``sees`` says which it supports."""
    found: list[ColumnElement[bool]] = []
    if scope is not None and scope.scenes is not None:
        found.append(table.c.scene.in_(sorted(scope.scenes)))
    if scope is not None and scope.department:
        named = table.c.body.contains(f'"{scope.department}"', autoescape=True)
        found.append(or_(table.c.department == scope.department, named))
    if scope is not None and scope.area:
        place = func.coalesce(func.nullif(table.c.grid_code, ""), DISTRICT)
        found.append(func.substr(place, 1, len(scope.area)) == scope.area)
    if scope is not None and scope.unseen_kinds:
        found.append(table.c.subject_kind.not_in(sorted(scope.unseen_kinds)))
    return and_(true(), *found)


def scope_for(officer: Officer | None) -> Scope | None:
    """None reads for the program itself: no limit."""
    return scope_of(officer) if officer is not None else None


def may_read(scope: Scope | None, topic: str) -> bool:
    return scope is None or scope.sees_topic(topic, scene_of_topic(topic))


def may_read_stream(officer: Officer | None, stream: str) -> bool:
    scope = scope_for(officer)
    if scope is None or scope.role is Role.ENGINE:
        return True
    topic = STREAMS[stream].topic
    return may_read(scope, topic) if topic else scope.role not in ADMINISTRATORS


def seen(scope: Scope | None, stream: Stream, cases: Iterable[Any]) -> tuple[Any, ...]:
    """The cases of a stream as the scope may see them."""
    if scope is None or scope.role is Role.ENGINE:
        return tuple(cases)
    return tuple(one for case in cases if (one := stream.seen_by(scope, case)) is not None)


def sees_case(connection: Connection, stream: str, case_id: str, officer: Officer) -> bool:
    """Whether its log may be told: not to one who sees the case in part."""
    case = casework.read_one(connection, stream, case_id) if may_read_stream(officer, stream) else None
    return case is not None and seen(scope_of(officer), STREAMS[stream], [case]) == (case,)


def alert_for(connection: Connection, alert_id: str, officer: Officer | None) -> Alert | None:
    alert = cases.read_one(connection, alert_id)
    return alert if alert is None or officer is None or scope_of(officer).sees(alert) else None


def account(connection: Connection, account_id: str) -> Account | None:
    return casework.read_one(connection, "account", account_id)


def note(connection: Connection, fact: AuditFact, officer: Officer, at: datetime) -> str:
    """Put one fact into the audit, within the transaction under way. The entry's number."""
    register = deeds.Register(connection, at, officer)
    entry = register.add(STREAMS["audit"], Said(fact), "")
    register.write()
    changes.note(connection, ["audit"], at)
    return entry.id


def refuse(connection: Connection, asked: Command | Wish, officer: Officer, at: datetime) -> Outcome | None:
    """The refusal of what this officer may not ask at all, written into the audit; None when he may.

    What is merely not possible now (not signed yet, closed already) is decided elsewhere and no audit matter.
    """
    alert, reason = _denial(connection, asked, officer)
    if not reason:
        return None
    about = asked.alert_id if isinstance(asked, Command) else asked.case_id
    note(connection, Denied(_word(asked), about, reason), officer, at)
    return Outcome(asked, None if reason == OUTSIDE else alert, reason)


def _denial(connection: Connection, asked: Command | Wish, officer: Officer) -> tuple[Alert | None, str]:
    why = _unfit(connection, officer)
    if why:
        return None, why
    if isinstance(asked, Command):
        return _command_denial(connection, asked, officer)
    return None, _wish_denial(connection, asked, officer)


def _command_denial(connection: Connection, asked: Command, officer: Officer) -> tuple[Alert | None, str]:
    alert = cases.read_one(connection, asked.alert_id)
    if officer.role in READERS:
        return alert, READERS[officer.role]
    parent = cases.read_one(connection, asked.parent_id) if asked.parent_id else None
    if any(one is not None and not scope_of(officer).sees(one) for one in (alert, parent)):
        return None, OUTSIDE
    guard = GUARDS[asked.action]
    return alert, "" if officer.role in guard.roles else f"须{guard.who}"


def _wish_denial(connection: Connection, asked: Wish, officer: Officer) -> str:
    stream = OF_WISH[type(asked)].name
    if officer.role is Role.WALL:
        return READERS[Role.WALL]
    opened = stream in OPEN_TO_ADMINISTRATORS or officer.role is OPEN_WISHES.get(type(asked))
    if officer.role in ADMINISTRATORS and not opened:
        return "管理账号不办业务"
    if stream == "account" and officer.role not in ADMINISTRATORS and officer.role is not Role.ENGINE:
        return "须系统管理员或安全管理员"
    alert_id: Any = getattr(asked, "alert_id", "")
    outside = isinstance(alert_id, str) and alert_id and _is_outside(connection, alert_id, officer)
    return OUTSIDE if outside else ""


def _is_outside(connection: Connection, alert_id: str, officer: Officer) -> bool:
    alert = cases.read_one(connection, alert_id)
    return alert is not None and not scope_of(officer).sees(alert)


def _unfit(connection: Connection, officer: Officer) -> str:
    """An account that was disabled or lost the role since its log-in commands nothing more.

    An officer without an account is one of the site file's roster, or the program.
    """
    known = account(connection, officer.id)
    if known is None:
        return ""
    if not known.is_open:
        return "账号已停用"
    return "" if officer.role in known.roles else "账号没有这个岗位"


def _word(asked: Command | Wish) -> str:
    return asked.action.value if isinstance(asked, Command) else type(asked).__name__
