"""The words of what is asked of the planner: a new plan, or what would be if. Stream ``plan_ask``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish
from services.domain.dispatch_plan import PlanOffer

NAME = "plan_ask"


class AskState(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    FAILED = "failed"


ASK_WORDS = {AskState.WAITING: "计算中", AskState.ANSWERED: "已算出", AskState.FAILED: "未算成"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """What would be changed; nothing changed is 现状. ``vessels_out`` and ``warehouses_full`` are ids."""

    vessels_out: tuple[str, ...] = ()
    wind_bft: int | None = None
    extra_requests: int = 0
    warehouses_full: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Scenario()


@dataclass(frozen=True, slots=True)
class Measures:
    """What a plan would come to. ``overdue`` are hand-ins begun after their window; ``mean_wait_min`` is from
    now to the collection, over the served ones, None where there are none."""

    served: int
    unserved: int
    overdue: int
    mean_wait_min: float | None
    distance_nm: float
    cost: float
    latest_end: datetime | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A record of topic ``what_ifs``. ``offer`` is the plan of the changed state, to be looked at, never
    confirmed. ``refusal`` says why there is none."""

    id: str
    ask_id: str
    scenario: Scenario
    base: Measures
    changed: Measures
    offer: PlanOffer
    made_at: datetime
    words: str = ""  # 渔清 02 停航 · 风 7 级
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReplan(Wish):
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhatIf(Wish):
    scenario: Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAsk(Wish):
    """By the plan keeper: the answer stands in ``plan_offers`` or ``what_ifs``, or there is none."""

    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ReplanAsked:
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class WhatIfAsked:
    what: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class AskAnswered:
    what: str


@dataclass(frozen=True, slots=True)
class AskFailed:
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlanAsk:
    """A record of topic ``plan_asks``. ``scenario`` is None of a new plan."""

    id: str  # TY-261122-001
    version: int
    state: AskState
    asked_at: datetime
    asked_by: str  # masked name
    what: str
    why: str = ""
    scenario: Scenario | None = None
    answered_at: datetime | None = None
    refusal: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is AskState.WAITING
