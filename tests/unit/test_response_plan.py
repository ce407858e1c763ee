"""Is a plan proposed, started, worked step by step and ended by those who may, and timed."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.domain import plan_run as rp
from services.domain.deed import Refused
from services.domain.plan_run import (
    DeclinePlan,
    DoStep,
    EndPlan,
    PlanRun,
    ProposePlan,
    RunState,
    SkipStep,
    StartPlan,
)
from services.domain.response_plan import PlanError, plan_for, read_plan
from tests.unit.duty_world import CHEN, EVENING, LI, WALL, WANG, DutyWorld, alert, minutes

PLANS = Path(rp.__file__).parents[2] / "resources" / "plans"
PLAN = read_plan(
    {
        "title": "住宅火情处置",
        "rules": ["R-FIR-02"],
        "step": [
            {"text": "复核", "owner": "值班员", "within_min": 1},
            {"text": "转 119", "owner": "值班员", "within_min": 3},
        ],
    },
    "fire.toml",
)


def world() -> DutyWorld:
    made = DutyWorld([alert(1)])
    made.topics["plans"] = (PLAN,)
    return made


def step(case: PlanRun) -> dict[str, Any]:
    return {"case_id": case.id, "expected_version": case.version}


def started(there: DutyWorld) -> PlanRun:
    return there.do(rp.STREAM, StartPlan(plan_id="fire", alert_id="YJ-1122-0001"), CHEN)


def refusal(there: DutyWorld, wish: Any, officer: Any) -> str:
    with pytest.raises(Refused) as why:
        there.do(rp.STREAM, wish, officer)
    return why.value.reason_zh


def test_that_a_shift_lead_proposes_and_the_duty_leader_starts() -> None:
    there = world()
    case = there.do(rp.STREAM, ProposePlan(plan_id="fire", alert_id="YJ-1122-0001"), LI)
    assert (case.state, case.steps[0].due_at) == (RunState.PROPOSED, None)
    assert refusal(there, StartPlan(**step(case)), LI) == "须带班领导启动"
    case = there.do(rp.STREAM, StartPlan(**step(case)), CHEN, EVENING + minutes(2))
    assert case.state is RunState.RUNNING
    assert [s.due_at for s in case.steps] == [EVENING + minutes(3), EVENING + minutes(5)]


def test_that_the_leader_may_start_at_once_or_decline() -> None:
    there = world()
    assert started(there).proposed_by == "陈*"
    assert refusal(there, StartPlan(plan_id="fire", alert_id="YJ-1122-0001"), CHEN) == "此预警的这份预案已在办理"
    other = world()
    case = other.do(rp.STREAM, ProposePlan(plan_id="fire", alert_id="YJ-1122-0001"), LI)
    case = other.do(rp.STREAM, DeclinePlan(**step(case), reason="误报"), CHEN)
    assert (case.state, case.is_open) == (RunState.DECLINED, False)


def test_that_a_plan_ends_when_every_step_is_done_or_skipped_with_a_reason() -> None:
    there = world()
    case = started(there)
    assert refusal(there, EndPlan(**step(case), text="已处置"), CHEN) == "还有 2 步未办，办完或跳过后结束"
    case = there.do(rp.STREAM, DoStep(**step(case), step_id="1", remark="画面确认"), WANG)
    assert refusal(there, DoStep(**step(case), step_id="1"), WANG) == "这一步已办"
    assert refusal(there, SkipStep(**step(case), step_id="2", reason=" "), WANG) == "请写明跳过的原因"
    case = there.do(rp.STREAM, SkipStep(**step(case), step_id="2", reason="居民已自行扑灭"), WANG)
    case = there.do(rp.STREAM, EndPlan(**step(case), text="无伤亡"), CHEN)
    assert (case.state, case.steps[1].skipped, case.text) == (RunState.ENDED, True, "无伤亡")


def test_that_an_overdue_step_is_marked_once() -> None:
    there = world()
    case = started(there)
    case = there.expire(rp.STREAM, case, EVENING + minutes(1))
    assert [s.passed_at for s in case.steps] == [EVENING + minutes(1), None]
    assert [due.what for due in rp.dues(case)] == ["step:2"]
    (late,) = rp.expire(case, "step:2", EVENING + timedelta(hours=1))
    assert late.fact.late


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (StartPlan(plan_id="none", alert_id="YJ-1122-0001"), "没有预案 none"),
        (StartPlan(plan_id="fire", alert_id="YJ-9"), "未办结的预警"),
        (DoStep(step_id="1"), "没有这次预案"),
    ],
)
def test_that_a_plan_needs_its_file_and_an_open_alert(wish: Any, why: str) -> None:
    assert why in refusal(world(), wish, CHEN)


def test_that_the_wall_starts_nothing() -> None:
    assert refusal(world(), StartPlan(plan_id="fire", alert_id="YJ-1122-0001"), WALL) == "须带班领导启动"
    assert refusal(world(), ProposePlan(plan_id="fire", alert_id="YJ-1122-0001"), WALL) == "须值班长提出"


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.toml")), ids=lambda path: path.stem)
def test_that_every_shipped_plan_reads_and_says_it_is_demo(path: Path) -> None:
    plan = read_plan(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    assert plan.source == "演示数据"
    assert plan_for([plan], plan.rules[0]) is plan


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({}, "缺少 title"),
        ({"title": "x"}, "没有"),
        ({"title": "x", "step": [{"text": "a", "owner": "b", "within_min": 0}]}, "第 1 步：within_min"),
        ({"title": "x", "step": [{"text": "a", "within_min": 1}]}, "缺少 owner"),
        ({"title": "x", "rules": "R", "step": [{"text": "a", "owner": "b", "within_min": 1}]}, "rules"),
    ],
)
def test_that_a_plan_with_an_error_is_refused_with_its_place(table: dict[str, Any], why: str) -> None:
    with pytest.raises(PlanError, match=why):
        read_plan(table, "p.toml")


def test_that_the_store_runs_a_plan_and_rebuilds_it(store: Any) -> None:
    from tests.unit.test_duty_log import found

    store.put_topic("plans", [PLAN], EVENING)
    (raised,) = store.report([found()], EVENING)
    case = store.perform(StartPlan(plan_id="fire", alert_id=raised.id), CHEN, EVENING).case
    store.expire(EVENING + minutes(1))
    store.expire(EVENING + minutes(2))
    (held,) = store.snapshot("plan_runs", EVENING).records
    assert (held.id, held.version, held.steps[0].passed_at) == (case.id, 2, EVENING + minutes(1))
    store.rebuild()
    assert store.snapshot("plan_runs", EVENING).records == (held,)
