"""Which ways of collection vessels are drawn, and how strongly: planned solid, of others faint, proposed dotted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.domain.boats import Proposal
from services.domain.dispatch_plan import DispatchPlan, PlanOffer, VesselRoute
from services.domain.execution_state import ExecutionState
from services.domain.snapshot import Subject
from widgets.hand_ins import KIND
from widgets.map.items import Line

VESSEL = "collection_vessel"
OFFER = "plan_offer"
Way = tuple[tuple[float, float], ...]


def plan_in_force(plans: Sequence[DispatchPlan]) -> DispatchPlan | None:
    return next((plan for plan in plans if plan.is_open), None)


def planned_lines(
    plan: DispatchPlan | None, execution: Sequence[ExecutionState], selected: Subject | None
) -> list[Line]:
    """What each vessel still has to sail; that of the selected one, or of the one that serves the selected
    hand-in, is solid and drawn last."""
    if plan is None:
        return []
    chosen = chosen_vessel(plan, selected)
    ways = {state.vessel_id: state.way for state in execution if state.way}
    lines = [_line(route, ways.get(route.vessel_id) or route.way, chosen) for route in plan.routes]
    return sorted((line for line in lines if len(line.points) > 1), key=lambda line: line.style == "route")


def chosen_vessel(plan: DispatchPlan | None, selected: Subject | None) -> str:
    """Whose way the officer looks at; "" for nobody's."""
    if selected is None:
        return ""
    if selected.kind == VESSEL:
        return selected.id
    return plan.vessel_of(selected.id) if plan is not None and selected.kind == KIND else ""


def proposed_lines(proposals: Sequence[Proposal], plan: DispatchPlan | None, selected: Subject | None) -> list[Line]:
    """To the selected hand-in, else to the one that waits longest; none to one that has a vessel."""
    wanted = selected.id if selected is not None and selected.kind == KIND else ""
    if selected is not None and selected.kind == VESSEL:
        return []
    if wanted and plan is not None and plan.vessel_of(wanted):
        return []
    mine = [one for one in proposals if one.request_id == wanted]
    if not mine and not wanted and proposals:
        mine = [one for one in proposals if one.request_id == proposals[0].request_id]
    ordered = sorted((one for one in mine if len(one.route) > 1 and not one.refusal), key=lambda one: -one.rank)
    return [Line(one.id, one.route, "plan", 1.25 if one.rank == 1 else 0.8) for one in ordered]


def offered_lines(offers: Iterable[PlanOffer], selected: Subject | None) -> list[Line]:
    """All ways of an offer while it is selected."""
    offer = next((one for one in offers if selected == Subject(OFFER, one.id)), None)
    if offer is None:
        return []
    return [Line(f"{offer.id}:{r.vessel_id}", r.way, "plan") for r in offer.routes if len(r.way) > 1]


def _line(route: VesselRoute, way: Way, chosen: str) -> Line:
    mine = route.vessel_id == chosen
    return Line(route.vessel_id, way, "route" if mine else "faint", arrow=mine)
