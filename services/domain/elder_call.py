"""联系链: from the first sign to a proven answer: the phone, the family in order, somebody at the door, police
and 120. Every call with whom, when and what came of it; every step has a clock that moves the chain on.

The chain ends on a proven safe answer, on an away notice, or when she was found; never because time passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel
from services.domain.community import CareClass
from services.domain.deed import Wish

NAME = "elder_call"


class Step(StrEnum):
    PHONE = "phone"  # robot or officer calls the elder
    FAMILY = "family"
    AGAIN = "again"  # nobody reached, and the level does not send anybody to the door yet
    DOOR = "door"
    POLICE = "police"


STEP_WORDS: Mapping[Step, str] = {
    Step.PHONE: "电话本人",
    Step.FAMILY: "联系家属",
    Step.AGAIN: "待再拨",
    Step.DOOR: "上门敲门",
    Step.POLICE: "公安 + 120",
}


class Whom(StrEnum):
    ELDER = "elder"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    GRID = "grid"
    POLICE = "police"
    AMBULANCE = "ambulance"


WHOM_WORDS: Mapping[Whom, str] = {
    Whom.ELDER: "本人",
    Whom.FAMILY: "家属",
    Whom.NEIGHBOUR: "邻居上门",
    Whom.GRID: "网格员上门",
    Whom.POLICE: "公安",
    Whom.AMBULANCE: "120",
}
AT_THE_DOOR = frozenset({Whom.NEIGHBOUR, Whom.GRID})


class Result(StrEnum):
    SAFE = "safe"
    TROUBLE = "trouble"
    NO_ANSWER = "no_answer"
    BAD_NUMBER = "bad_number"
    REJECTED = "rejected"


RESULT_WORDS: Mapping[Result, str] = {
    Result.SAFE: "接通平安",
    Result.TROUBLE: "接通异常",
    Result.NO_ANSWER: "未接",
    Result.BAD_NUMBER: "空号",
    Result.REJECTED: "拒接",
}
UNREACHED = frozenset({Result.NO_ANSWER, Result.BAD_NUMBER, Result.REJECTED})


class Ending(StrEnum):
    SAFE = "safe"
    AWAY = "away"
    FOUND_WELL = "found_well"
    TO_HOSPITAL = "to_hospital"
    OTHER = "other"


ENDING_WORDS: Mapping[Ending, str] = {
    Ending.SAFE: "确认平安",
    Ending.AWAY: "外出报备",
    Ending.FOUND_WELL: "已见到本人，平安",
    Ending.TO_HOSPITAL: "已找到，送医",
    Ending.OTHER: "其他",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall(Wish):
    """By the engine for an alert, or by an officer for an elder he worries about."""

    alert_id: str = ""
    elder_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinAlert(Wish):
    """By the engine: another alert about the same elder, or the same one at a higher level."""

    alert_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCall(Wish):
    """``rank`` is the place in the list of the family, from 1. ``call_id`` and ``called_at`` are of the robot's.
    A safe word of the family counts as proof only with ``text``: how they know."""

    whom: Whom
    result: Result
    rank: int = 0
    text: str = ""
    call_id: str = ""
    called_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep(Wish):
    """Do not wait for the clock."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSomebody(Wish):
    """Who goes to the door."""

    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCall(Wish):
    ending: Ending
    text: str


@dataclass(frozen=True, slots=True)
class Boxes:
    """Minutes of each step as they stood when the chain began, and the level that sends somebody to the door."""

    phone_min: float
    family_min: float
    door_min: float
    police_min: float
    red_min: float
    again_min: float
    tries: int
    door_at: AlertLevel


@dataclass(frozen=True, slots=True)
class Kin:
    """One of those who may be called, as the log may hold them."""

    rank: int
    relation: str
    name: str  # masked
    phone: str  # masked


@dataclass(frozen=True, slots=True)
class ChainOpened:
    elder_id: str
    dwelling_id: str
    name: str  # masked
    place: str  # estate and building
    care: CareClass
    alert_id: str
    level: AlertLevel
    reason: str
    kin: tuple[Kin, ...]
    boxes: Boxes
    step: Step
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AlertJoined:
    alert_id: str
    level: AlertLevel
    reason: str
    step: Step
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CallMade:
    """``step`` and ``due_at`` are those that hold after it."""

    whom: Whom
    rank: int
    who: str  # relation and mask
    result: Result
    text: str
    call_id: str
    called_at: datetime
    by_robot: bool
    step: Step
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StepPassed:
    """The clock of ``passed`` ran out, or an officer did not wait (``reason``)."""

    passed: Step
    step: Step
    due_at: datetime
    late: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Overran:
    """Police and 120 were asked and nobody has said anything since. Noted once."""

    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class SomebodySent:
    who: str  # masked


@dataclass(frozen=True, slots=True)
class ChainEnded:
    ending: Ending
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    whom: Whom
    rank: int
    who: str
    result: Result
    text: str
    at: datetime
    by: str  # 机器人, or a masked name
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that is over, and when."""

    step: Step
    at: datetime
    by: str  # 时限到, or a masked name
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ElderCall:
    """One chain as it stands. ``alert_id`` is the worst of ``alert_ids``: what is done is told on it."""

    id: str  # HJ-261122-001
    version: int
    elder_id: str
    dwelling_id: str
    name: str
    place: str
    care: CareClass
    level: AlertLevel
    alert_id: str
    alert_ids: tuple[str, ...]
    reason: str
    kin: tuple[Kin, ...]
    boxes: Boxes
    step: Step
    step_since: datetime
    due_at: datetime
    opened_at: datetime
    calls: tuple[Call, ...] = ()
    passed: tuple[Passed, ...] = ()
    round: int = 1
    sent: str = ""  # who is on the way to the door
    overran_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    text: str = ""

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def unanswered(self) -> int:
        """Calls to the elder that nobody took."""
        return sum(call.whom is Whom.ELDER and call.result in UNREACHED for call in self.calls)

    @property
    def door_unanswered(self) -> bool:
        return any(call.whom in AT_THE_DOOR and call.result in UNREACHED for call in self.calls)

    @property
    def trouble(self) -> bool:
        return any(call.result is Result.TROUBLE for call in self.calls)

    def next_kin(self) -> Kin | None:
        """The first of the family who was not called since the step began."""
        called = {call.rank for call in self.calls if call.whom is Whom.FAMILY and call.at >= self.step_since}
        return next((kin for kin in self.kin if kin.rank not in called), None)
