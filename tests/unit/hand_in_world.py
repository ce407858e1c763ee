"""A hand-in for tests: a row of the bureau's, a case made of it, and officers who act on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.domain.boats import HandInRequest, HandInState, Pollutant, StateAt
from services.domain.deed import Wish
from services.domain.officer import Officer, Role

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)  # 14:30 in Shanghai
S = HandInState
DISPATCHER = Officer("lin", "林小明", Role.DISPATCHER)
CADRE = Officer("li", "李某", Role.COMMUNITY_CADRE)
MINUTE = timedelta(minutes=1)


def row(*states: HandInState, number: str = "11", **changes) -> HandInRequest:
    """As polled: each state a minute after the one before, the first at ``NOW``."""
    steps = tuple(StateAt(state, NOW + i * MINUTE) for i, state in enumerate(states or (S.FILED,)))
    return replace(
        HandInRequest(
            id=f"SQ-20261121-{number}",
            number=number,
            boat_id="412410001",
            vessel_no="浙椒渔 61588",
            pollutant=Pollutant.OILY_WATER,
            est_t=0.28,
            place="大陈锚地",
            lon=121.8,
            lat=28.5,
            in_port=False,
            channel="zlb",
            state=steps[-1].state,
            history=steps,
        ),
        **changes,
    )


def way(until: HandInState) -> tuple[HandInState, ...]:
    order = tuple(S)[:14]
    return order[: order.index(until) + 1]


def on(case: HandInRequest, wish: type[Wish], **said) -> Wish:
    return wish(case_id=case.id, expected_version=case.version, **said)


def states(case: HandInRequest) -> Sequence[str]:
    return [step.state.value for step in case.history]
