"""How a rule version becomes active: draft, checks, back-test, a second person, shadow, active; one click back.

The case of a version is ``R-POP-01@8``. Its log holds the text, who asked and why, what the checks and the
back-test said, and which conditions held; the texts of the active cases take the place of the shipped files.
Alerts keep the version that raised them: nothing here touches one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish
from services.domain.officer import Role

DRAFTERS = frozenset({Role.DUTY, Role.ANALYST, Role.SHIFT_LEAD, Role.DUTY_LEADER})
APPROVERS = frozenset({Role.SHIFT_LEAD, Role.DUTY_LEADER})
NAME = "rule"  # of the stream


@dataclass(frozen=True, slots=True)
class Limits:
    """When a version may be released [D]."""

    net_lost: int = 3  # confirmed cases nobody else would find
    daily_alerts: float = 3.0
    shadow_days: int = 7


LIMITS = Limits()


class Stage(StrEnum):
    DRAFT = "draft"
    CHECKED = "checked"
    FAILED = "failed"  # its own tests, or the reader, refuse it
    TESTED = "tested"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SHADOW = "shadow"
    READY = "ready"  # the shadow's time is over
    ACTIVE = "active"
    REPLACED = "replaced"
    ROLLED_BACK = "rolled_back"
    DISCARDED = "discarded"


STAGE_WORDS: Mapping[Stage, str] = {
    Stage.DRAFT: "草案",
    Stage.CHECKED: "已检查",
    Stage.FAILED: "检查未过",
    Stage.TESTED: "已回测",
    Stage.SUBMITTED: "待批准",
    Stage.APPROVED: "已批准",
    Stage.SHADOW: "影子运行",
    Stage.READY: "影子期满",
    Stage.ACTIVE: "生效中",
    Stage.REPLACED: "已被替代",
    Stage.ROLLED_BACK: "已退回",
    Stage.DISCARDED: "已弃用",
}
OVER = frozenset({Stage.REPLACED, Stage.ROLLED_BACK, Stage.DISCARDED})
BEFORE_APPROVAL = frozenset({Stage.DRAFT, Stage.CHECKED, Stage.FAILED, Stage.TESTED, Stage.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Gate:
    """One release condition as it was found. ``holds`` None is said and decides nothing."""

    label: str
    value: str
    limit: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Mark:
    """One step that was taken: what, when, by whom, and the words that went with it."""

    stage: Stage
    at: datetime
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """One version on its way. ``version`` counts the log's entries, ``rule_version`` is the rule's."""

    id: str
    version: int
    rule_id: str
    rule_version: int
    base_version: int
    text: str
    base_text: str
    reason: str
    stage: Stage
    drafter_id: str
    drafter: str
    drafted_at: datetime
    tests: int = 0
    complaints: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    tested: str = ""  # the back-test in one sentence
    tested_at: datetime | None = None
    asked_span_days: int = 90
    approver: str = ""
    shadow_days: int = LIMITS.shadow_days
    replaces: str = ""  # the case that was active before this one
    shadow_until: datetime | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.stage not in OVER

    @property
    def waits_for_check(self) -> bool:
        return self.stage is Stage.DRAFT

    @property
    def waits_for_back_test(self) -> bool:
        return self.stage in (Stage.CHECKED, Stage.TESTED, Stage.SUBMITTED) and self.tested_at is None

    @property
    def unmet(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if gate.holds is False)


# ------------------------------------------------------------------------------------------- facts


@dataclass(frozen=True, slots=True)
class Drafted:
    rule_id: str
    rule_version: int
    base_version: int
    text: str
    base_text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Redrafted:
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The reader's and the rule's own tests' verdict; ``complaints`` empty when all is well."""

    tests: int
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackTestAsked:
    span_days: int


@dataclass(frozen=True, slots=True)
class BackTested:
    summary: str
    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    note: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    note: str
    shadow_days: int
    over_conditions: tuple[str, ...] = ()  # conditions that did not hold, approved all the same


@dataclass(frozen=True, slots=True)
class Returned:
    """Not approved: back to the drafter."""

    reason: str


@dataclass(frozen=True, slots=True)
class ShadowStarted:
    until: datetime


@dataclass(frozen=True, slots=True)
class ShadowEnded:
    pass


@dataclass(frozen=True, slots=True)
class Activated:
    replaces: str = ""  # the case that was active before


@dataclass(frozen=True, slots=True)
class Replaced:
    by: str


@dataclass(frozen=True, slots=True)
class RolledBack:
    reason: str
    restores: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    after: str


@dataclass(frozen=True, slots=True)
class Discarded:
    reason: str


# ------------------------------------------------------------------------------------------ wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Wish):
    """A new version; with a ``case_id`` the same draft once more."""

    rule_id: str
    base_version: int
    text: str
    base_text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCheck(Wish):
    """The engine's."""

    tests: int
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBackTest(Wish):
    span_days: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBackTest(Wish):
    """The engine's."""

    summary: str
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(Wish):
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Wish):
    """Fewer than the usual days in the shadow need a reason."""

    note: str = ""
    shadow_days: int = LIMITS.shadow_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartShadow(Wish):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Activate(Wish):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBack(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard(Wish):
    reason: str


WISHES = (
    *(Draft, NoteCheck, AskBackTest, NoteBackTest, Submit, Approve, Return),
    *(StartShadow, Activate, RollBack, Discard),
)
