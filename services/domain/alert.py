"""The words of an alert: four independent dimensions, its clocks, its evidence.

Condition is written by the engine alone; ack, work and visibility by officers. Keeping them apart
is what lets an alert be signed while active, cleared while unsigned, or shelved while dispatched
without any state meaning two things. What happens to an alert is in ``life.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from services.domain.reasons import FalseReason, ResultCode, ReturnReason, Satisfaction


class AlertLevel(IntEnum):
    """红橙黄蓝, IV to I."""

    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4


class Condition(StrEnum):
    ACTIVE = "active"
    RTN = "rtn"  # returned to normal


class Ack(StrEnum):
    UNACK = "unack"
    ACKED = "acked"


class Work(StrEnum):
    NEW = "new"
    VERIFYING = "verifying"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    FEEDBACK = "feedback"
    REVIEW = "review"
    CLOSED = "closed"
    ARCHIVED = "archived"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    REWORK = "rework"
    MERGED = "merged"


ENDED = frozenset({Work.CLOSED, Work.ARCHIVED, Work.MERGED})


class Visibility(StrEnum):
    VISIBLE = "visible"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"
    OUT_OF_SERVICE = "out_of_service"


class Verdict(StrEnum):
    TRUE = "true"  # 属实
    FALSE_ALARM = "false_alarm"  # 误报
    NO_ACTION = "no_action"  # 属实无需处置


class Stance(StrEnum):
    FOR = "for"  # 依据 +
    AGAINST = "against"  # 存疑 −
    UNKNOWN = "unknown"  # hatched


class Step(StrEnum):
    """The clocks of an alert, in the order they run."""

    ACK = "ack"  # 签收
    DISPATCH = "dispatch"  # 派单
    ONSITE = "onsite"  # 到场
    FEEDBACK = "feedback"  # 首次反馈
    CLOSE = "close"  # 办结


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of 依据 / 存疑: what was seen, its figure at the right, which way it speaks."""

    text: str
    value: str = ""
    stance: Stance = Stance.FOR
    at: datetime | None = None
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the rule with the value that met it: ``30 日进出 次 | 12 | ≥ 10``."""

    label: str
    value: str
    limit: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One running, paused or stopped time limit of an alert."""

    step: Step
    due_at: datetime
    stopped_at: datetime | None = None
    started_at: datetime | None = None
    late_at: datetime | None = None  # when its passing was noted; it is noted once
    paused_at: datetime | None = None
    own_due_at: datetime | None = None  # its limit, while a task agreed on an earlier one

    @property
    def runs(self) -> bool:
        return self.stopped_at is None and self.paused_at is None


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the escalation ladder still ahead: whom to tell when nobody has signed by then."""

    role: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the guidance that was done."""

    line: int  # its place in ``guidance``, from 0
    at: datetime
    by: str  # masked name


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on an alert. Comments are only ever added."""

    text: str
    at: datetime
    by: str  # masked name


@dataclass(frozen=True, slots=True)
class Alert:
    """The current state of one alert: a fold of its case events, never edited in place.

    ``subject`` is masked for the desk, ``wall_subject`` for the wall; neither ever holds a full
    name, room or (wall) plate. ``key`` is the dedup key: at most one alert per key is open.
    ``version`` grows by one with every happening; commands must name the version they saw.
    """

    id: str  # YJ-1121-0417
    version: int
    key: str
    rule_id: str
    rule_version: int
    rule_text: str  # the rule in a sentence, with its numbers, as it stood when it fired
    scene: str  # community | boats | checkpoints | home
    level: AlertLevel
    title: str
    subject: str
    wall_subject: str
    subject_kind: str
    subject_id: str
    place: str
    occurred_at: datetime
    raised_at: datetime
    last_at: datetime
    lon: float | None = None
    lat: float | None = None
    grid_code: str = ""  # administrative code of its place, down to the grid where known: 331002…
    count: int = 1
    condition: Condition = Condition.ACTIVE
    ack: Ack = Ack.UNACK
    acked_by: str = ""
    acked_at: datetime | None = None
    work: Work = Work.NEW
    visibility: Visibility = Visibility.VISIBLE
    shelved_until: datetime | None = None
    suppressed_by: str = ""
    escalated: bool = False
    supervised: bool = False
    department: str = ""  # lead department; the board's column
    support: tuple[str, ...] = ()
    task: str = ""
    verdict: Verdict | None = None
    false_reason: FalseReason | None = None
    disposition: str = ""
    returns: int = 0
    parent_id: str = ""
    previous_id: str = ""
    parameters: tuple[Parameter, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    guidance: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    steps: tuple[tuple[str, datetime, str], ...] = ()  # (work or ack reached, when, by whom), for the card's step line
    closed_at: datetime | None = None
    demo: bool = True
    acked_until: datetime | None = None  # a signature with no work behind it lapses
    escalated_to: str = ""  # the highest role told so far
    rungs: tuple[Rung, ...] = ()
    work_before: Work | None = None  # what RESUME and UNMERGE go back to
    suspended_until: datetime | None = None
    suspension_asked: str = ""  # the reason a duty officer gave; a shift lead approves
    notes: tuple[Note, ...] = ()
    acted_version: int = 0  # the last version that repeats, notes and late clocks did not make
    acted_by: str = ""  # masked name of whoever made it; 系统 for the engine
    acted: str = ""  # what it was, as a HappeningKind's value
    found_level: AlertLevel | None = None  # the worst the engine has found; ``level`` may be set by hand
    lowered_by: str = ""  # id of the officer who took it down from red
    judged_by: str = ""  # id of the officer who gave the verdict
    confirmed_by: str = ""  # id of the second person, for a red verdict that ends it
    bounced: bool = False  # sent back so often that a shift lead dispatches
    return_reason: ReturnReason | None = None
    released: tuple[Evidence, ...] = ()  # what the department was given to see, as it stood
    result: ResultCode | None = None
    photos: tuple[str, ...] = ()  # SHA-256 of each
    satisfaction: Satisfaction | None = None
    children: tuple[str, ...] = ()  # merged into it and not taken out again
    clocks_before: tuple[Clock, ...] = ()  # its own, while it shows its parent's
    links: tuple[str, ...] = ()  # what it is about, as kind:id; see ``incident.py``
    within: tuple[str, ...] = ()  # what that stands in, as kind:id; see ``suppression.py``
    incident_id: str = ""
    linked_why: str = ""
    unlinked: bool = False  # an officer took it out of an incident: only an officer puts it back
    flaps: tuple[datetime, ...] = ()  # its raises of late, while they may still make a chatter
    chattering: bool = False
    calm_at: datetime | None = None  # when a chattering one has been quiet for long enough
    closes_when_calm: bool = False
    ticks: tuple[Tick, ...] = ()
    counters: tuple[Evidence, ...] = ()  # what was looked for that would speak against it

    @property
    def is_open(self) -> bool:
        return self.work not in ENDED

    @property
    def is_signed(self) -> bool:
        return self.ack is Ack.ACKED

    @property
    def worst_found(self) -> AlertLevel:
        return self.found_level or self.level

    def clock(self, step: Step) -> Clock | None:
        return next((c for c in self.clocks if c.step is step), None)

    @property
    def running(self) -> Clock | None:
        """The time limit that counts now: the first clock neither stopped nor paused."""
        return next((c for c in self.clocks if c.runs), None) if self.is_open else None


class Action(StrEnum):
    """What an officer may ask for. Names of commands; the guards are in ``life.py``."""

    SIGN = "sign"
    VERIFY = "verify"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    HANDLE = "handle"
    FEEDBACK = "feedback"
    REVIEW = "review"
    REWORK = "rework"
    RETURN = "return"
    SUSPEND = "suspend"
    RESUME = "resume"
    FALSE_ALARM = "false_alarm"
    NO_ACTION = "no_action"
    CLOSE = "close"
    ARCHIVE = "archive"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    REOPEN = "reopen"
    RELEVEL = "relevel"
    REFUSE_SUSPENSION = "refuse_suspension"
    CONFIRM = "confirm"
    SUPERVISE = "supervise"
    NOTE = "note"
    LINK = "link"  # into the incident of alert ``parent_id``
    UNLINK = "unlink"
    TICK = "tick"
    UNTICK = "untick"


@dataclass(frozen=True, slots=True)
class Command:
    """An officer's wish. ``expected_version`` is the version on the officer's screen: of two
    officers who act on the same version one wins and the other is told who."""

    alert_id: str
    action: Action
    expected_version: int
    text: str = ""  # note, reason, task, disposition
    department: str = ""
    false_reason: FalseReason | None = None
    until: datetime | None = None
    parent_id: str = ""
    level: AlertLevel | None = None
    return_reason: ReturnReason | None = None
    result: ResultCode | None = None
    photos: tuple[str, ...] = ()  # SHA-256, 64 hexadecimal digits each
    satisfaction: Satisfaction | None = None
    released: tuple[int, ...] = ()  # places in the alert's evidence that the department may see
    line: int = -1  # place in the guidance


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command, or of a wish about a case of another stream. ``refusal`` is empty
    when it was done, else a Chinese sentence."""

    command: Any
    alert: Alert | None
    refusal: str = ""
    case: Any = None

    @property
    def done(self) -> bool:
        return not self.refusal


@dataclass(frozen=True, slots=True)
class Detection:
    """What a rule found: everything an alert needs that is not its life."""

    key: str
    rule_id: str
    rule_version: int
    rule_text: str
    scene: str
    level: AlertLevel
    title: str
    subject: str
    wall_subject: str
    subject_kind: str
    subject_id: str
    place: str
    occurred_at: datetime
    lon: float | None = None
    lat: float | None = None
    department: str = ""
    support: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    guidance: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()
    standing: bool = False  # a condition that lasts: seen again at the same level it is no repeat
    grid_code: str = ""
    links: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    counters: tuple[Evidence, ...] = ()
