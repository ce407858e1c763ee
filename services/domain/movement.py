"""通行: when one pseudonym went through which gate, for one open, signed and verified case about it.

Nobody can be named: the alert says who. Nothing is put together outside a case, and what the gates
did not see is never filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from services.domain.alert import Alert, Verdict, Work
from services.domain.community_told import GatePassage
from services.domain.deed import Wish
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP, READERS
from services.domain.scope import OUTSIDE, scope_of
from services.domain.subject_kind import person_of
from services.domain.timebase import local, midnight_before

TRACERS = DUTY_UP | {Role.POLICE_ROOM}
SPAN = timedelta(days=30)  # longer no passage of a pseudonym is kept without a hit
MOST = 2_000
NIGHT_FROM, NIGHT_UNTIL = 20, (5, 10)  # in after 20:00, next out from 05:00 until 10:00
UNVERIFIED = frozenset({Work.NEW, Work.VERIFYING})


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePerson(Wish):
    """Of the person of this alert: no other can be named."""

    alert_id: str


@dataclass(frozen=True, slots=True)
class Pass:
    at: datetime
    gate: str
    inward: bool
    announced: bool  # a registered visitor that day


@dataclass(frozen=True, slots=True)
class Movement:
    """``passes`` oldest first; ``more`` when there were more: these are the newest."""

    audit_id: str
    alert_id: str
    alias: str
    estate_name: str
    since: datetime
    until: datetime
    passes: tuple[Pass, ...] = ()
    more: bool = False

    @property
    def days(self) -> int:
        return len({local(one.at).date() for one in self.passes})

    @property
    def gates(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.gate for one in self.passes))


def untraceable_person(alert: Alert | None, officer: Officer) -> str:
    """Why this officer may not see where the person of this alert went; '' when he may."""
    if officer.role not in TRACERS:
        return READERS.get(officer.role, "本岗位不可查看通行轨迹")
    if alert is None or not scope_of(officer).sees(alert):
        return OUTSIDE
    return not_shown(alert)


def not_shown(alert: Alert) -> str:
    """Why nobody may see it; '' while the case is open, signed, verified and not found false."""
    if not person_of(alert):
        return "该预警不涉及一个门禁化名"
    if not alert.is_open:
        return "案件已办结，通行轨迹不再显示"
    if not alert.is_signed:
        return "预警尚未签收"
    if alert.verdict in (Verdict.FALSE_ALARM, Verdict.NO_ACTION):
        return "预警已判误报或无需处置"
    if alert.work in UNVERIFIED and alert.verdict is not Verdict.TRUE:
        return "核查未完成"
    return ""


def passes_of(passages: Sequence[GatePassage]) -> tuple[Pass, ...]:
    """``passages`` oldest first."""
    return tuple(Pass(p.passed_at, p.gate, p.direction == "in", bool(p.visitor)) for p in passages)


def stays(passes: Sequence[Pass]) -> tuple[tuple[datetime, datetime], ...]:
    """From each way in to the next passage, when that is a way out: there the person was inside."""
    return tuple((one.at, other.at) for one, other in pairwise(passes) if one.inward and not other.inward)


def nights(passes: Sequence[Pass]) -> int:
    """Stays that began after 20:00 and ended the next morning between 05:00 and 10:00."""
    return sum(_is_night(came, went) for came, went in stays(passes))


def _is_night(came: datetime, went: datetime) -> bool:
    next_day = local(midnight_before(came)).date() + timedelta(days=1)
    left = local(went)
    return local(came).hour >= NIGHT_FROM and left.date() == next_day and NIGHT_UNTIL[0] <= left.hour < NIGHT_UNTIL[1]
