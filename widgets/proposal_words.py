"""What 派船 says of a vessel, of overrides, and of what was done."""

from __future__ import annotations

from typing import Any

from services.domain.alert import Outcome
from services.domain.boats import HandInRequest, Proposal
from services.domain.dispatch_plan import AssignVessel, DispatchPlan, OverrideStatistics, ReassignVessel
from services.domain.duty_log import CALL_WORDS, Called
from services.domain.timebase import local


def words_of(offer: Proposal, request: HandInRequest, margin: float) -> str:
    """Why this vessel, or why not; ``margin`` is what an estimate is multiplied with."""
    if offer.refusal:
        return f"{offer.vessel_name} 不可行：{offer.refusal}。仍要派须写明理由，由计划核验。"
    place = "首选" if offer.rank == 1 else f"第 {offer.rank} 选"
    need = f"估重 {request.est_t:.2f} × {margin:g} = {request.est_t * margin:.2f} t"
    room = f"余舱 {offer.spare_t:.2f} t；航程 {offer.distance_nm:.1f} nm"
    return f"{place} {offer.vessel_name}：{offer.reason}；{need}，{room}。"


def counted(records: Any) -> str:
    """How often the first proposal was not taken of late, and most often why."""
    found = next(iter(records), None)
    if not isinstance(found, OverrideStatistics):
        return "改选须填理由"
    told = f"近 {found.days} 日改选 {found.overridden}/{found.assigned}"
    return f"{told}：{found.by_reason[0].name} {found.by_reason[0].count}" if found.by_reason else told


def done_words(outcome: Outcome) -> str:
    """``07 已派渔清 01，预计 15:00 到``."""
    wish, plan = outcome.command, outcome.case
    if isinstance(wish, Called):
        return f"已记通话 {CALL_WORDS[wish.result]}"
    if not isinstance(wish, AssignVessel | ReassignVessel) or not isinstance(plan, DispatchPlan):
        return "已记录"
    route = plan.route(wish.vessel_id)
    stop = next((s for s in route.stops if s.request_id == wish.request_id), None) if route is not None else None
    if route is None or stop is None:
        return plan.last_change
    word = "改派" if isinstance(wish, ReassignVessel) else "已派"
    return f"{stop.number} {word}{route.vessel_name}，预计 {local(stop.begin_at):%H:%M} 到"
