"""What is asked of the planner. Stream ``plan_ask``: the plan keeper answers, nothing is applied by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.dispatch_course import may_dispatch
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.plan_ask_case import (
    NAME,
    AnswerAsk,
    AskAnswered,
    AskFailed,
    AskReplan,
    AskState,
    AskWhatIf,
    PlanAsk,
    ReplanAsked,
    Scenario,
    WhatIfAsked,
)

MOST_EXTRA = 200
GALE_BFT = 12


def decide(ask: PlanAsk | None, wish: Wish, officer: Officer, _at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, AnswerAsk):
        return _answered(ask, wish, officer)
    if not may_dispatch(officer):
        raise Refused("须调度员或值班人员")
    match wish:
        case AskReplan(why=why):
            if any(one.scenario is None for one in world.cases(NAME)):
                raise Refused("正在重排，请稍候")
            return [Said(ReplanAsked("重排", why.strip()))]
        case AskWhatIf(scenario=scenario):
            return [Said(WhatIfAsked(words_of(scenario, world), scenario))]
        case _:
            raise Refused("不认识的询问")


def _answered(ask: PlanAsk | None, wish: AnswerAsk, officer: Officer) -> Sequence[Said]:
    if officer.role is not Role.ENGINE:
        raise Refused("只由计划进程回答")
    if ask is None or not ask.is_open:
        raise Refused("已回答过")
    fact = AskFailed(ask.what, wish.refusal) if wish.refusal else AskAnswered(ask.what)
    return [Said(fact)]


def words_of(scenario: Scenario, world: World) -> str:
    """``渔清 02 停航 · 风 7 级 · 加 20 件 · 大陈云仓 满``. Raises Refused for what cannot be asked."""
    if scenario.is_empty:
        raise Refused("请先选一种假设")
    if scenario.wind_bft is not None and not 0 <= scenario.wind_bft <= GALE_BFT:
        raise Refused(f"风力须在 0 到 {GALE_BFT} 级之间")
    if not 0 <= scenario.extra_requests <= MOST_EXTRA:
        raise Refused(f"加申请须在 0 到 {MOST_EXTRA} 件之间")
    vessels = {one.id: one.name for one in world.topic("collection_vessels")}
    warehouses = {one.id: one.name for one in world.topic("warehouses")}
    if unknown := [i for i in scenario.vessels_out if i not in vessels]:
        raise Refused(f"没有收集船 {'、'.join(unknown)}")
    if unknown := [i for i in scenario.warehouses_full if i not in warehouses]:
        raise Refused(f"没有云仓 {'、'.join(unknown)}")
    parts = [f"{vessels[i]} 停航" for i in scenario.vessels_out]
    parts += [f"风 {scenario.wind_bft} 级"] if scenario.wind_bft is not None else []
    parts += [f"加 {scenario.extra_requests} 件"] if scenario.extra_requests else []
    return " · ".join([*parts, *(f"{warehouses[i]} 满" for i in scenario.warehouses_full)])


def evolve(ask: PlanAsk | None, deed: Deed) -> PlanAsk:
    fact = deed.fact
    match fact:
        case ReplanAsked(what=what, why=why):
            return _begun(deed, what, why, None)
        case WhatIfAsked(what=what, scenario=scenario):
            return _begun(deed, what, "", scenario)
        case AskAnswered():
            assert ask is not None
            return replace(ask, version=deed.version, state=AskState.ANSWERED, answered_at=deed.at)
        case AskFailed(reason=reason):
            assert ask is not None
            return replace(ask, version=deed.version, state=AskState.FAILED, answered_at=deed.at, refusal=reason)
    raise TypeError(f"no fact of an ask: {fact!r}")


def _begun(deed: Deed, what: str, why: str, scenario: Scenario | None) -> PlanAsk:
    by = mask_name(deed.officer_name)
    return PlanAsk(deed.case_id, deed.version, AskState.WAITING, deed.at, by, what, why, scenario)


STREAM = Stream(
    name=NAME,
    prefix="TY",
    topic="plan_asks",
    case=PlanAsk,
    facts=(ReplanAsked, WhatIfAsked, AskAnswered, AskFailed),
    wishes=(AskReplan, AskWhatIf, AnswerAsk),
    decide=decide,
    evolve=evolve,
    shown_for=timedelta(hours=12),
)
