"""待查发现: a suspicion with its evidence, revised as more is known, withdrawn or checked. It judges nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.alert import Evidence
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.discharge import Assessment, Cause
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP, READERS

NAME = "finding"
TOPIC = "discharge_findings"
CHECKERS = DUTY_UP | {Role.DISPATCHER, Role.DEPT_LIAISON}


class FindingState(StrEnum):
    RAISED = "raised"
    WITHDRAWN = "withdrawn"
    CHECKED = "checked"


class CheckResult(StrEnum):
    NOTHING = "nothing"
    CONFIRMED = "confirmed"
    UNCLEAR = "unclear"


STATE_WORDS = {FindingState.RAISED: "待查", FindingState.WITHDRAWN: "已撤销", FindingState.CHECKED: "已核查"}
RESULT_WORDS = {
    CheckResult.NOTHING: "未见排放",
    CheckResult.CONFIRMED: "核查有排放",
    CheckResult.UNCLEAR: "不能判定",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseFinding(Wish):
    """Of the system. Nothing when there is one of that key already."""

    assessment: Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseFinding(Wish):
    """Of the system: late messages or a new code changed what speaks for it."""

    assessment: Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawFinding(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCheck(Wish):
    result: CheckResult
    text: str


@dataclass(frozen=True, slots=True)
class FindingRaised:
    assessment: Assessment
    text: str


@dataclass(frozen=True, slots=True)
class FindingRevised:
    assessment: Assessment
    text: str


@dataclass(frozen=True, slots=True)
class FindingWithdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class FindingChecked:
    result: CheckResult
    text: str


@dataclass(frozen=True, slots=True)
class DischargeFinding:
    """One finding as it stands. ``ended_by`` is masked, empty for the system."""

    id: str  # YX-261121-001
    version: int
    state: FindingState
    key: str
    cause: Cause
    boat_id: str
    vessel_no: str
    at: datetime
    place: str
    lon: float
    lat: float
    score: int
    coverage: float
    others_near: int
    why: str
    evidence: tuple[Evidence, ...]
    raised_at: datetime
    revised: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""
    result: CheckResult | None = None
    text: str = ""  # how it ended

    @property
    def is_open(self) -> bool:
        return self.state is FindingState.RAISED


def decide(
    finding: DischargeFinding | None, wish: Wish, officer: Officer, _at: datetime, world: World
) -> Sequence[Said]:
    if isinstance(wish, RaiseFinding | ReviseFinding) and officer.role is not Role.ENGINE:
        raise Refused("由系统比对产生")
    if isinstance(wish, RaiseFinding):
        if any(one.key == wish.assessment.key for one in world.cases(NAME, open_only=False)):
            raise Refused("已有这一发现")
        return [Said(FindingRaised(wish.assessment, wish.assessment.why))]
    if finding is None or not finding.is_open:
        raise Refused("发现已了结")
    match wish:
        case ReviseFinding(assessment=assessment):
            if assessment.key != finding.key or same(finding, assessment):
                raise Refused("没有变化")
            return [Said(FindingRevised(assessment, f"{finding.score} → {assessment.score} 分"))]
        case WithdrawFinding(reason=reason):
            _require_checker(officer)
            return [Said(FindingWithdrawn(_needed(reason, "请写明撤销原因")))]
        case RecordCheck(result=result, text=text):
            if officer.role is Role.ENGINE:
                raise Refused("核查结果由人员填写")
            _require_checker(officer)
            return [Said(FindingChecked(result, _needed(text, "请写明核查经过")))]
        case _:
            raise Refused("不认识的动作")


def same(finding: DischargeFinding, assessment: Assessment) -> bool:
    """Whether an assessment says nothing new. Coverage alone moves no version until it moved by a twentieth."""
    told = (finding.score, finding.others_near, finding.evidence) == (
        assessment.score,
        assessment.others_near,
        assessment.evidence,
    )
    return told and abs(finding.coverage - assessment.coverage) < 0.05


def _require_checker(officer: Officer) -> None:
    if officer.role not in CHECKERS and officer.role is not Role.ENGINE:
        raise Refused(READERS.get(officer.role, "须调度员、值班员或承办部门"))


def _needed(words: str, otherwise: str) -> str:
    if not words.strip():
        raise Refused(otherwise)
    return words.strip()


def evolve(finding: DischargeFinding | None, deed: Deed) -> DischargeFinding:
    match deed.fact:
        case FindingRaised(assessment=seen):
            return _standing(deed, seen, deed.at, 0)
        case FindingRevised(assessment=seen):
            assert finding is not None
            return _standing(deed, seen, finding.raised_at, finding.revised + 1)
    assert finding is not None
    by = "" if deed.role == Role.ENGINE else mask_name(deed.officer_name)
    ended = replace(finding, version=deed.version, ended_at=deed.at, ended_by=by)
    match deed.fact:
        case FindingWithdrawn(reason=reason):
            return replace(ended, state=FindingState.WITHDRAWN, text=reason)
        case FindingChecked(result=result, text=text):
            return replace(ended, state=FindingState.CHECKED, result=result, text=text)
    raise TypeError(f"no fact of a finding: {deed.fact!r}")


def _standing(deed: Deed, seen: Assessment, raised_at: datetime, revised: int) -> DischargeFinding:
    return DischargeFinding(
        id=deed.case_id,
        version=deed.version,
        state=FindingState.RAISED,
        key=seen.key,
        cause=seen.cause,
        boat_id=seen.boat_id,
        vessel_no=seen.vessel_no,
        at=seen.at,
        place=seen.place,
        lon=seen.lon,
        lat=seen.lat,
        score=seen.score,
        coverage=seen.coverage,
        others_near=seen.others_near,
        why=seen.why,
        evidence=seen.evidence,
        raised_at=raised_at,
        revised=revised,
    )


STREAM = Stream(
    name=NAME,
    prefix="YX",
    topic=TOPIC,
    case=DischargeFinding,
    facts=(FindingRaised, FindingRevised, FindingWithdrawn, FindingChecked),
    wishes=(RaiseFinding, ReviseFinding, WithdrawFinding, RecordCheck),
    decide=decide,
    evolve=evolve,
    shown_for=timedelta(days=30),
)
