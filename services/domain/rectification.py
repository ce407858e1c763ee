"""隐患整改: a hidden danger is told to whoever must put it right, looked at again, and only then struck off.

Any part of the console may ask for one by saying ``RectificationAsked`` into this stream (see ``asking``), an
officer by hand. One matter has at most one open case. Photos are known by their SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel
from services.domain.deed import Said, Wish, World

NAME = "rectification"
TOPIC = "rectifications"


class State(StrEnum):
    ISSUED = "issued"
    WORKING = "working"
    RECHECK = "recheck"  # said to be done
    SETTLED = "settled"
    TRANSFERRED = "transferred"  # overdue: to whoever may enforce it
    WITHDRAWN = "withdrawn"


STATE_WORDS: Mapping[State, str] = {
    State.ISSUED: "下达",
    State.WORKING: "整改中",
    State.RECHECK: "待复查",
    State.SETTLED: "销号",
    State.TRANSFERRED: "移送",
    State.WITHDRAWN: "撤回",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRectification(Wish):
    """By hand. ``due_at`` None is the site's time limit."""

    place: str
    danger: str
    department: str
    demand: str = ""
    due_at: datetime | None = None
    alert_id: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginRectification(Wish):
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRectified(Wish):
    text: str
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckRectification(Wish):
    """By another than who reported it."""

    passed: bool
    text: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRectification(Wish):
    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRectification(Wish):
    department: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRectification(Wish):
    reason: str


@dataclass(frozen=True, slots=True)
class RectificationAsked:
    """``source`` is the rule or the kind of work that found it (``R-FIR-03``, ``rental_check``); ``matter`` is
    what has one open case at most (a device, a dwelling). ``place`` names no room."""

    source: str
    place: str
    danger: str
    department: str
    due_at: datetime
    matter: str = ""
    demand: str = ""
    alert_id: str = ""
    level: AlertLevel = AlertLevel.YELLOW
    estate_id: str = ""
    photos: tuple[str, ...] = ()
    demo: bool = True


@dataclass(frozen=True, slots=True)
class RectificationBegun:
    text: str


@dataclass(frozen=True, slots=True)
class RectificationReported:
    text: str
    photos: tuple[str, ...]
    recheck_by: datetime


@dataclass(frozen=True, slots=True)
class RectificationRechecked:
    """``due_at`` holds from now on when it was not passed."""

    passed: bool
    text: str
    photos: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RectificationMoved:
    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RectificationPassed:
    """A deadline passed: to put it right, or to look again. ``late``: noted well after."""

    what: str
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class RectificationTransferred:
    department: str
    reason: str


@dataclass(frozen=True, slots=True)
class RectificationWithdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """One line of what was done, for the desk."""

    at: datetime
    word: str
    by: str  # masked
    text: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rectification:
    """One case as it stands. ``reported_at`` is when it was said to be done, of the report that stands;
    ``overdue_at`` the deadline that was missed."""

    id: str  # ZG-261122-001
    version: int
    state: State
    source: str
    place: str
    danger: str
    demand: str
    department: str
    due_at: datetime
    promised_by: datetime  # the deadline it is measured by
    asked_at: datetime
    asked_by: str  # masked
    matter: str = ""
    alert_id: str = ""
    level: AlertLevel = AlertLevel.YELLOW
    estate_id: str = ""
    acts: tuple[Act, ...] = ()
    reported_at: datetime | None = None
    reported_by: str = ""  # officer's id: another one looks again
    recheck_by: datetime | None = None
    recheck_passed_at: datetime | None = None
    overdue_at: datetime | None = None
    is_late: bool = False  # a deadline was missed once
    ended_at: datetime | None = None
    demo: bool = True

    @property
    def is_open(self) -> bool:
        return self.state in (State.ISSUED, State.WORKING, State.RECHECK)

    @property
    def title(self) -> str:
        return self.danger

    @property
    def at(self) -> datetime:
        return self.asked_at

    @property
    def photos(self) -> tuple[str, ...]:
        return tuple(photo for act in self.acts for photo in act.photos)


def on_time(case: Rectification) -> bool | None:
    """Whether it was put right by the date first set or set anew beforehand; None while that is open, or it was
    withdrawn. What was said to be done in time and stood the look counts, however late the look; time given
    after a look that was not passed is no excuse."""
    if case.state is State.WITHDRAWN:
        return None
    if case.is_late or case.state is State.TRANSFERRED:
        return False
    if case.state is State.SETTLED:
        return case.reported_at is not None and case.reported_at <= case.promised_by
    return None


def asking(world: World, fact: RectificationAsked) -> Sequence[Said]:
    """What another part of the console says to ask for one; nothing when the matter has an open case."""
    if fact.matter and any(case.matter == fact.matter for case in world.cases(NAME)):
        return ()
    return (Said(fact, stream=NAME),)
