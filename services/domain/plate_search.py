"""查询: one plate, for a reason, on an open alert or a law, by one officer, and never without its row in the audit.

There is no way to ask for two plates, for a range or for everything at one place, and no answer may
leave the screen: nothing here can be exported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.alert import Alert
from services.domain.control_rules import ControlRules
from services.domain.deed import Wish
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.plate_pattern import NotOnePlate, one_plate
from services.domain.roles import DUTY_UP, READERS
from services.domain.scope import OUTSIDE, scope_of
from services.domain.watch_order_refusal import REASON_LEAST, VAGUE

SEARCHERS = DUTY_UP | {Role.POLICE_ROOM, Role.DEPT_LIAISON}
NEED_AN_ALERT = frozenset({Role.DEPT_LIAISON})  # a law alone opens no plate to a department


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlate(Wish):
    """``plate_no`` as typed. Either an open ``alert_id`` or a ``legal_basis`` of the site's list."""

    plate_no: str
    reason: str
    alert_id: str = ""
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class NearPlate:
    """Another plate that may have been meant, and how often it came: to look at it is a search of its own."""

    plate_no: str
    passages: int
    last_at: datetime
    differs: str = ""  # how, in words


@dataclass(frozen=True, slots=True)
class PlaceCount:
    checkpoint_id: str
    name: str
    passages: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PlateFound:
    """The answer to one search. ``rows`` newest first, ``more`` when there were more of them than are
    shown; none for a plate with an open character, which only names its ``near`` ones."""

    audit_id: str
    plate_no: str
    since: datetime
    until: datetime
    rows: tuple[Passage, ...] = ()
    places: tuple[PlaceCount, ...] = ()
    near: tuple[NearPlate, ...] = ()
    more: bool = False


def unsearchable(wish: SearchPlate, officer: Officer, alert: Alert | None, lately: int, rules: ControlRules) -> str:
    """Why this officer may not ask this, '' when he may. ``lately``: his searches of the last hour."""
    return (
        no_searcher(officer)
        or _no_plate(wish.plate_no)
        or _no_reason(wish.reason)
        or _no_ground(wish, officer, alert, rules)
        or (f"一小时内已查 {lately} 次，上限 {rules.searches_per_hour} 次" if lately >= rules.searches_per_hour else "")
    )


def no_searcher(officer: Officer) -> str:
    """Why this officer searches for no plate at all."""
    if officer.role in SEARCHERS:
        return ""
    return READERS.get(officer.role, "本岗位不可查询号牌")


def _no_plate(typed: str) -> str:
    try:
        one_plate(typed)
    except NotOnePlate as why:
        return str(why)
    return ""


def _no_reason(reason: str) -> str:
    words = reason.strip()
    return "" if len(words) >= REASON_LEAST and words not in VAGUE else f"须写明查询事由，至少 {REASON_LEAST} 个字"


def _no_ground(wish: SearchPlate, officer: Officer, alert: Alert | None, rules: ControlRules) -> str:
    if wish.alert_id:
        if alert is None or not scope_of(officer).sees(alert):
            return OUTSIDE
        return "" if alert.is_open else f"预警 {wish.alert_id} 已办结，不能再据此查询"
    if officer.role in NEED_AN_ALERT:
        return "部门联络员须凭在办预警查询"
    return "" if wish.legal_basis in rules.laws else "须选在办预警或法律依据"


def places_of(rows: Sequence[Passage]) -> tuple[PlaceCount, ...]:
    """How often at each checkpoint, the most first. ``rows`` newest first."""
    found: dict[str, list[Passage]] = {}
    for row in rows:
        found.setdefault(row.checkpoint_id, []).append(row)
    counted = [
        PlaceCount(place, seen[0].checkpoint_name or place, len(seen), seen[0].passed_at)
        for place, seen in found.items()
    ]
    return tuple(sorted(counted, key=lambda count: (-count.passages, count.checkpoint_id)))
