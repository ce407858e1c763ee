"""What is asked and what is written of a hand-in. Stream ``hand_in``; the case is ``boats.HandInRequest``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.boats import (
    LIMITS,
    POLLUTANT_WORDS,
    STATE_WORDS,
    Clock,
    HandInRequest,
    HandInState,
    HandInStep,
    Pollutant,
    Signature,
    StateAt,
)
from services.domain.deed import Wish

NAME = "hand_in"
PREFIX = "SQ"
TOPIC = "hand_in_requests"
FILED_TOPIC = "filed_hand_ins"  # the bureau's rows as polled
LIMITS_TOPIC = "hand_in_limits"  # one record: HandInLimits in force
CHANNEL_WORDS = {"zlb": "浙里办", "phone": "电话", "counter": "窗口"}
DESK_CHANNELS = ("phone", "counter")

ASSIGNABLE = frozenset({HandInState.FILED, HandInState.ACCEPTED, HandInState.REASSIGNED, HandInState.NO_SHOW})
MOVABLE = frozenset({HandInState.ASSIGNED, HandInState.EN_ROUTE})


DESK, BUREAU = "desk", "bureau"  # how a state is known: done here, or told


def is_ordered_here(request: HandInRequest) -> bool:
    """Whether its vessel was sent from a desk, not by the bureau's other seats."""
    sent = [step for step in request.history if step.state is HandInState.ASSIGNED]
    return bool(sent) and sent[-1].told == DESK


def why_not_assignable(request: HandInRequest | None) -> str:
    """For who would say ``HandInAssigned`` or ``HandInReassigned``; empty when he may."""
    if request is None:
        return "没有这件申请"
    if request.state in ASSIGNABLE or request.state in MOVABLE:
        return ""
    return f"申请 {request.number} 已{request.state_word}，不能派船"


# ------------------------------------------------------------------------------------------ wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHandIn(Wish):
    """By telephone or at the counter. ``caller`` may hold a name and a number; the log gets their masks."""

    vessel_no: str
    pollutant: Pollutant
    est_t: float
    place: str
    lon: float
    lat: float
    in_port: bool
    channel: str  # phone | counter
    window_from: datetime | None = None
    window_to: datetime | None = None
    caller: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptHandIn(Wish):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectHandIn(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelHandIn(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNoShow(Wish):
    """The vessel did not find the boat."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeWeight(Wish):
    """``claimed_t`` is what the other party says it was, if it says."""

    reason: str
    claimed_t: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDispute(Wish):
    reason: str
    agreed_t: float


@dataclass(frozen=True, slots=True)
class Told:
    """What the bureau says of a hand-in beside its states. What is None or empty is not said, and changes
    nothing."""

    vessel_id: str = ""
    vessel_name: str = ""
    eta: datetime | None = None
    window_to: datetime | None = None
    weighed_t: float | None = None
    stored_t: float | None = None
    reduced_t: float | None = None
    transferred_t: float | None = None
    disposed_t: float | None = None
    warehouse: str = ""
    manifest: str = ""
    carrier: str = ""
    disposer: str = ""
    reason: str = ""
    photos: tuple[str, ...] = ()
    signers: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFiled(Wish):
    """The keeper's: a row of the bureau's that is no case yet, with all it has been through; ``more`` of them
    in the same transaction."""

    request: HandInRequest
    more: tuple[HandInRequest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress(Wish):
    """The keeper's: what one answer of the bureau's brings new to one case."""

    steps: tuple[StateAt, ...] = ()
    told: Told = Told()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCollecting(Wish):
    """The keeper's: no vessel may go out to it in this weather."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCollecting(Wish):
    """The keeper's: the next weather window has begun."""


# ------------------------------------------------------------------------------------------- facts


@dataclass(frozen=True, slots=True)
class RequestFiled:
    """``by`` is who filed it: 渔民, or the officer's masked name."""

    number: str  # empty: the case's own
    boat_id: str
    vessel_no: str
    pollutant: Pollutant
    est_t: float
    place: str
    lon: float
    lat: float
    in_port: bool
    channel: str
    filed_at: datetime
    by: str
    told: str
    accept_by: datetime
    collect_by: datetime
    window_from: datetime | None = None
    window_to: datetime | None = None
    caller: str = ""
    grace: timedelta = LIMITS.window_grace

    @property
    def what(self) -> str:
        return f"{self.vessel_no} {POLLUTANT_WORDS[self.pollutant]} {self.est_t:.2f} t"


@dataclass(frozen=True, slots=True)
class RequestAccepted:
    assign_by: datetime


@dataclass(frozen=True, slots=True)
class RequestRejected:
    reason: str


@dataclass(frozen=True, slots=True)
class RequestCancelled:
    """``vessel_name`` was bound for it and is told."""

    reason: str
    vessel_name: str = ""


@dataclass(frozen=True, slots=True)
class HandInAssigned:
    """Said into the case by stream ``dispatch_plan``."""

    vessel_id: str
    vessel_name: str
    eta: datetime | None
    window_to: datetime | None
    plan_id: str

    @property
    def what(self) -> str:
        return self.vessel_name


@dataclass(frozen=True, slots=True)
class HandInReassigned:
    """Said into the case by stream ``dispatch_plan``: another vessel, and why."""

    vessel_id: str
    vessel_name: str
    eta: datetime | None
    window_to: datetime | None
    plan_id: str
    reason: str

    @property
    def what(self) -> str:
        return self.vessel_name


@dataclass(frozen=True, slots=True)
class VesselMissed:
    reason: str
    assign_by: datetime


@dataclass(frozen=True, slots=True)
class WeightDisputed:
    reason: str
    claimed_t: float | None


@dataclass(frozen=True, slots=True)
class DisputeSettled:
    reason: str
    agreed_t: float


@dataclass(frozen=True, slots=True)
class ProgressReported:
    steps: tuple[StateAt, ...]
    told: Told
    clocks: tuple[Clock, ...]  # those the steps start

    @property
    def what(self) -> str:
        return " ".join(STATE_WORDS[step.state] for step in self.steps)


@dataclass(frozen=True, slots=True)
class LimitPassed:
    """``late``: noted well after, because nobody was counting."""

    step: HandInStep
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class CollectingHeld:
    reason: str


@dataclass(frozen=True, slots=True)
class CollectingResumed:
    due_at: datetime


FACTS = (
    RequestFiled,
    RequestAccepted,
    RequestRejected,
    RequestCancelled,
    HandInAssigned,
    HandInReassigned,
    VesselMissed,
    WeightDisputed,
    DisputeSettled,
    ProgressReported,
    LimitPassed,
    CollectingHeld,
    CollectingResumed,
)
WISHES = (
    FileHandIn,
    AcceptHandIn,
    RejectHandIn,
    CancelHandIn,
    ReportNoShow,
    DisputeWeight,
    SettleDispute,
    ReportFiled,
    ReportProgress,
    HoldCollecting,
    ResumeCollecting,
)
