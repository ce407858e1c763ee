"""Who came, who was refused and who looked behind a mask: entries of the log that no case holds.

Each entry is a closed case of its own with one deed; none is ever changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Alert
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.masked import mask_name
from services.domain.movement import TracePerson
from services.domain.officer import Officer, Role
from services.domain.plate_search import SearchPlate
from services.domain.reveal import REASON_LEAST, RevealSubject, no_revealer
from services.domain.scope import OUTSIDE, scope_of
from services.domain.trajectory import TraceVehicle


@dataclass(frozen=True, slots=True)
class Denied:
    """A command that the officer's role or scope does not allow. ``what`` is the command's word."""

    what: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    seat: str
    failed_before: int = 0
    relieved: str = ""  # id of the officer whose seat it was


@dataclass(frozen=True, slots=True)
class LogInFailed:
    login: str  # as typed: the account may not exist
    seat: str
    reason: str


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Too many wrong passwords for one account, or at one seat."""

    login: str
    seat: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LoggedOut:
    seat: str


@dataclass(frozen=True, slots=True)
class ScreenLocked:
    seat: str
    by_idleness: bool


@dataclass(frozen=True, slots=True)
class Revealed:
    """Somebody asked for what a mask hides. ``value_stored`` is False where only the mask is kept."""

    about: str
    field: str
    reason: str
    value_stored: bool


@dataclass(frozen=True, slots=True)
class RevealedOften:
    """One officer looked behind masks more often than a shift explains. For the administrator of security."""

    count: int
    hours: float


@dataclass(frozen=True, slots=True)
class PersonTraced:
    """The passages of the person of an open, verified alert were shown."""

    alert_id: str
    person_id: str  # pseudonym
    passages: int


@dataclass(frozen=True, slots=True)
class PlateSearched:
    """Somebody asked for one plate; ``rows`` passages and ``near`` other plates were shown."""

    plate_no: str
    reason: str
    alert_id: str
    legal_basis: str
    rows: int
    near: int


@dataclass(frozen=True, slots=True)
class VehicleTraced:
    """The way of the vehicle of an open alert was shown, with so many ``stops``."""

    alert_id: str
    plate_no: str
    stops: int


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """A package of evidence was asked for."""

    about: str
    receiver: str


@dataclass(frozen=True, slots=True)
class EvidenceMade:
    about: str
    receiver: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CustodyBroken:
    """The custody log was read again and does not hold from entry ``seq`` on; see docs/custody.md."""

    log: str
    seq: int
    manifest: str
    reason: str


AuditFact = (
    Denied
    | LoggedIn
    | LogInFailed
    | LockedOut
    | LoggedOut
    | ScreenLocked
    | Revealed
    | RevealedOften
    | PersonTraced
    | PlateSearched
    | VehicleTraced
    | EvidenceAsked
    | EvidenceMade
    | CustodyBroken
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLogOut(Wish):
    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteScreenLock(Wish):
    seat: str
    by_idleness: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCustodyBroken(Wish):
    """The collector's."""

    found: CustodyBroken


@dataclass(frozen=True, slots=True)
class AuditEntry:
    id: str
    version: int
    at: datetime
    officer_id: str
    officer: str  # masked
    role: str
    kind: str
    text: str
    is_open: bool = False


def decide(_case: AuditEntry | None, wish: Any, officer: Officer, _at: datetime, _world: World) -> Sequence[Said]:
    match wish:
        case NoteLogOut():
            return (Said(LoggedOut(wish.seat)),)
        case NoteScreenLock():
            return (Said(ScreenLocked(wish.seat, wish.by_idleness)),)
        case NoteCustodyBroken() if officer.role is Role.ENGINE:
            return (Said(wish.found),)
    raise Refused("不认识的请求")


def unrevealable(alert: Alert | None, reason: str, officer: Officer) -> str:
    """Why this officer may not look behind the masks of this alert; '' when he may."""
    if why := no_revealer(officer):
        return why
    if alert is None or not scope_of(officer).sees(alert):
        return OUTSIDE
    if len(reason.strip()) < REASON_LEAST:
        return f"查看明文须写明理由，至少 {REASON_LEAST} 个字"
    return ""


def evolve(_case: AuditEntry | None, deed: Deed) -> AuditEntry:
    return AuditEntry(
        deed.case_id,
        deed.version,
        deed.at,
        deed.officer_id,
        mask_name(deed.officer_name),
        deed.role,
        deed.kind,
        said_of(deed.fact),
    )


def said_of(fact: AuditFact) -> str:
    """One line for whoever reads the audit."""
    match fact:
        case Denied():
            return f"拒绝 {fact.what} {fact.about}：{fact.reason}"
        case LoggedIn():
            return f"登录 {fact.seat}" + (f"，接替 {fact.relieved}" if fact.relieved else "")
        case LogInFailed():
            return f"登录失败 {fact.login} 于 {fact.seat}：{fact.reason}"
        case LockedOut():
            return f"锁定 {fact.login or '本席'} 于 {fact.seat}"
        case LoggedOut():
            return f"退出 {fact.seat}"
        case ScreenLocked():
            return f"锁屏 {fact.seat}" + ("（无操作）" if fact.by_idleness else "")
        case Revealed():
            kept = "" if fact.value_stored else "（库中只存脱敏值）"
            return f"查看明文 {fact.about} {fact.field}：{fact.reason}{kept}"
        case RevealedOften():
            return f"{fact.hours:.0f} 小时内查看明文 {fact.count} 次"
        case PersonTraced():
            return f"查看通行轨迹 {fact.person_id}：预警 {fact.alert_id} · 显示 {fact.passages} 次"
        case EvidenceAsked():
            return f"申请证据包 {fact.about}，接收 {fact.receiver}"
        case EvidenceMade():
            return f"制成证据包 {fact.about}，接收 {fact.receiver}，SHA-256 {fact.sha256}"
        case PlateSearched():
            ground = " · ".join(part for part in (fact.alert_id, fact.legal_basis) if part)
            return f"查询号牌 {fact.plate_no}：{fact.reason} · {ground} · 显示 {fact.rows} 条"
        case CustodyBroken():
            return f"存证日志第 {fact.seq} 条起不实 {fact.manifest}：{fact.reason}"
        case VehicleTraced():
            return f"查看轨迹 {fact.plate_no}：预警 {fact.alert_id} · 显示 {fact.stops} 处"


STREAM = Stream(
    name="audit",
    prefix="SJ",
    case=AuditEntry,
    facts=(
        Denied,
        LoggedIn,
        LogInFailed,
        LockedOut,
        LoggedOut,
        ScreenLocked,
        Revealed,
        RevealedOften,
        PersonTraced,
        PlateSearched,
        VehicleTraced,
        EvidenceAsked,
        EvidenceMade,
        CustodyBroken,
    ),
    wishes=(NoteLogOut, NoteScreenLock, NoteCustodyBroken, SearchPlate, TraceVehicle, RevealSubject, TracePerson),
    decide=decide,
    evolve=evolve,
    topic="audit",
    shown_for=timedelta(days=7),
)
