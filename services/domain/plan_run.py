"""A response plan on one alert: proposed, started, worked step by step, ended; every step has its clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.response_plan import PlanStep, ResponsePlan
from services.domain.roles import DUTY_UP, ON_SEAT

LATE_AFTER = timedelta(minutes=1)


class RunState(StrEnum):
    PROPOSED = "proposed"
    RUNNING = "running"
    ENDED = "ended"
    DECLINED = "declined"


RUN_WORDS = {
    RunState.PROPOSED: "待带班领导启动",
    RunState.RUNNING: "执行中",
    RunState.ENDED: "已结束",
    RunState.DECLINED: "未启动",
}


@dataclass(frozen=True, slots=True)
class StepRun:
    """A step of a run. ``passed_at``: its time came and it was neither done nor skipped."""

    id: str
    text: str
    owner: str
    within_min: int
    due_at: datetime | None = None
    done_at: datetime | None = None
    by: str = ""  # masked name
    remark: str = ""
    skipped: bool = False
    passed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is None


@dataclass(frozen=True, slots=True)
class PlanRun:
    """One plan on one alert."""

    id: str  # YA-261122-001
    version: int
    state: RunState
    plan_id: str
    title: str
    alert_id: str
    steps: tuple[StepRun, ...]
    proposed_by: str
    started_by: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    text: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in (RunState.PROPOSED, RunState.RUNNING)

    def step(self, step_id: str) -> StepRun | None:
        return next((step for step in self.steps if step.id == step_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePlan(Wish):
    plan_id: str
    alert_id: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPlan(Wish):
    """On a proposed run, or at once with ``plan_id`` and ``alert_id``."""

    plan_id: str = ""
    alert_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinePlan(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoStep(Wish):
    step_id: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipStep(Wish):
    step_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPlan(Wish):
    text: str


@dataclass(frozen=True, slots=True)
class PlanProposed:
    """The plan as its file stood, so that a later edit of the file changes no run."""

    plan: ResponsePlan
    alert_id: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanStarted:
    dues: tuple[datetime, ...]
    plan: ResponsePlan | None = None  # set when nobody proposed it first
    alert_id: str = ""


@dataclass(frozen=True, slots=True)
class PlanDeclined:
    reason: str


@dataclass(frozen=True, slots=True)
class StepDone:
    step_id: str
    text: str
    remark: str


@dataclass(frozen=True, slots=True)
class StepSkipped:
    step_id: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class StepPassed:
    step_id: str
    text: str
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class PlanEnded:
    text: str


def decide(run: PlanRun | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, ProposePlan):
        if officer.role not in DUTY_UP:
            raise Refused("须值班长提出")
        plan = _known(wish.plan_id, wish.alert_id, world)
        return [Said(PlanProposed(plan, wish.alert_id, wish.text.strip()))]
    if isinstance(wish, StartPlan):
        return [Said(_started(run, wish, officer, at, world))]
    if run is None:
        raise Refused("没有这次预案")
    if isinstance(wish, DeclinePlan):
        if officer.role is not Role.DUTY_LEADER:
            raise Refused("须带班领导")
        if run.state is not RunState.PROPOSED:
            raise Refused(f"预案{RUN_WORDS[run.state]}")
        return [Said(PlanDeclined(_needed(wish.reason, "请写明不启动的原因")))]
    if run.state is not RunState.RUNNING:
        raise Refused(f"预案{RUN_WORDS[run.state]}")
    match wish:
        case DoStep() | SkipStep():
            return [Said(_stepped(run, wish, officer))]
        case EndPlan(text=text):
            return [Said(_ended(run, text, officer))]
        case _:
            raise Refused("不认识的预案动作")


def _started(run: PlanRun | None, wish: StartPlan, officer: Officer, at: datetime, world: World) -> PlanStarted:
    if officer.role is not Role.DUTY_LEADER:
        raise Refused("须带班领导启动")
    if run is None:
        plan = _known(wish.plan_id, wish.alert_id, world)
        return PlanStarted(_moments(plan.steps, at), plan, wish.alert_id)
    if run.state is not RunState.PROPOSED:
        raise Refused(f"预案{RUN_WORDS[run.state]}")
    return PlanStarted(_moments(run.steps, at))


def _moments(steps: Sequence[PlanStep | StepRun], at: datetime) -> tuple[datetime, ...]:
    return tuple(at + timedelta(minutes=step.within_min) for step in steps)


def _known(plan_id: str, alert_id: str, world: World) -> ResponsePlan:
    plan = next((plan for plan in world.topic("plans") if plan.id == plan_id), None)
    if plan is None:
        raise Refused(f"没有预案 {plan_id}")
    alert = world.alert(alert_id)
    if alert is None or not alert.is_open:
        raise Refused("须在未办结的预警上启动")
    if any(one.plan_id == plan_id and one.alert_id == alert_id for one in world.cases("plan_run")):
        raise Refused("此预警的这份预案已在办理")
    return plan


def _stepped(run: PlanRun, wish: DoStep | SkipStep, officer: Officer) -> StepDone | StepSkipped:
    step = run.step(wish.step_id)
    if step is None or not step.is_open:
        raise Refused("这一步已办")
    if officer.role not in ON_SEAT:
        raise Refused("须为值班或承办人员")
    if isinstance(wish, DoStep):
        return StepDone(step.id, step.text, wish.remark.strip())
    if officer.role not in DUTY_UP:
        raise Refused("须值班人员跳过")
    return StepSkipped(step.id, step.text, _needed(wish.reason, "请写明跳过的原因"))


def _ended(run: PlanRun, text: str, officer: Officer) -> PlanEnded:
    if officer.role is not Role.DUTY_LEADER:
        raise Refused("须带班领导结束")
    left = sum(step.is_open for step in run.steps)
    if left:
        raise Refused(f"还有 {left} 步未办，办完或跳过后结束")
    return PlanEnded(_needed(text, "请写明结果"))


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


def evolve(run: PlanRun | None, deed: Deed) -> PlanRun:
    by = mask_name(deed.officer_name)
    match deed.fact:
        case PlanProposed(plan, alert_id, text):
            steps = tuple(StepRun(s.id, s.text, s.owner, s.within_min) for s in plan.steps)
            state = RunState.PROPOSED
            return PlanRun(deed.case_id, deed.version, state, plan.id, plan.title, alert_id, steps, by, text=text)
        case PlanStarted(dues, plan, alert_id):
            if run is None:
                assert plan is not None
                proposed = replace(deed, fact=PlanProposed(plan, alert_id, ""))
                run = evolve(None, proposed)
            steps = tuple(replace(step, due_at=due) for step, due in zip(run.steps, dues, strict=True))
            running = replace(run, version=deed.version, state=RunState.RUNNING, steps=steps)
            return replace(running, started_by=by, started_at=deed.at)
    assert run is not None
    now = replace(run, version=deed.version)
    match deed.fact:
        case PlanDeclined(reason):
            return replace(now, state=RunState.DECLINED, ended_at=deed.at, text=reason)
        case PlanEnded(text):
            return replace(now, state=RunState.ENDED, ended_at=deed.at, text=text)
        case StepDone(step_id, _, remark):
            return _with_step(now, step_id, done_at=deed.at, by=by, remark=remark)
        case StepSkipped(step_id, _, reason):
            return _with_step(now, step_id, done_at=deed.at, by=by, remark=reason, skipped=True)
        case StepPassed(step_id, _, due_at):
            return _with_step(now, step_id, passed_at=due_at)
    raise TypeError(f"no fact of a plan: {deed.fact!r}")


def _with_step(run: PlanRun, step_id: str, **changes: Any) -> PlanRun:
    steps = tuple(replace(step, **changes) if step.id == step_id else step for step in run.steps)
    return replace(run, steps=steps)


def dues(run: PlanRun) -> Sequence[Due]:
    if run.state is not RunState.RUNNING:
        return ()
    return tuple(
        Due(f"step:{step.id}", step.due_at)
        for step in run.steps
        if step.is_open and step.passed_at is None and step.due_at is not None
    )


def expire(run: PlanRun, what: str, at: datetime) -> Sequence[Said]:
    """A step's time came: noted once."""
    step = run.step(what.removeprefix("step:"))
    if step is None or step.due_at is None or not any(due.what == what and due.due_at <= at for due in dues(run)):
        return ()
    return [Said(StepPassed(step.id, step.text, step.due_at, at - step.due_at > LATE_AFTER))]


STREAM = Stream(
    name="plan_run",
    prefix="YA",
    topic="plan_runs",
    case=PlanRun,
    facts=(PlanProposed, PlanStarted, PlanDeclined, StepDone, StepSkipped, StepPassed, PlanEnded),
    wishes=(ProposePlan, StartPlan, DeclinePlan, DoStep, SkipStep, EndPlan),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
)
