"""A hand-in's states, limits and proposals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from services.domain import boat_proposals
from services.domain.alert import AlertLevel
from services.domain.boat_proposals import nautical_miles, straightly
from services.domain.boats import (
    HAND_IN_ORDER,
    CollectionVessel,
    FleetPlan,
    HandInRequest,
    HandInState,
    HandInStep,
    Hold,
    Leg,
    LegKind,
    Pollutant,
    StateAt,
    compartment_level,
    may_follow,
    running_limit,
    share_done,
)
from services.domain.fleet_state import FleetState

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def hand_in(state: HandInState = HandInState.ACCEPTED, **changes) -> HandInRequest:
    reached = HAND_IN_ORDER[: HAND_IN_ORDER.index(state) + 1]
    history = tuple(StateAt(s, NOW - minutes(20 - i)) for i, s in enumerate(reached))
    given = HandInRequest(
        "SQ-20261121-07", "07", "412416860", "浙椒渔 61027", Pollutant.OILY_WATER, 0.42, "下大陈锚地",
        121.834, 28.422, False, "zlb", state, history,
    )  # fmt: skip
    return replace(given, **changes)


def vessel(number: int, lon: float, lat: float, **changes) -> CollectionVessel:
    given = CollectionVessel(
        id=str(number), name=f"渔清 {number:02d}", mmsi=number, speed_kn=10.0, wave_limit_m=2.5, crew=4,
        licence_until=NOW + timedelta(days=90), holds=(Hold(Pollutant.OILY_WATER, 2.0, 0.5),), doing="待命",
        lon=lon, lat=lat,
    )  # fmt: skip
    return replace(given, **changes)


def scene(*vessels: CollectionVessel, requests=None, plans=(), wave_m: float | None = 1.4) -> FleetState:
    return FleetState(NOW, vessels, requests or (hand_in(),), (), plans, wave_m=wave_m)


def propose(state: FleetState):
    return boat_proposals.propose(state, straightly(state))


def test_that_every_state_leads_to_the_next_and_none_is_skipped():
    for before, after in pairwise(HAND_IN_ORDER):
        assert may_follow(before, after)
    assert not may_follow(HandInState.FILED, HandInState.ASSIGNED)
    assert not may_follow(HandInState.CLOSED, HandInState.FILED)


def test_that_a_signed_hand_in_can_no_longer_be_cancelled():
    assert may_follow(HandInState.ASSIGNED, HandInState.CANCELLED)
    assert not may_follow(HandInState.SIGNED, HandInState.CANCELLED)


@pytest.mark.parametrize(
    ("state", "step", "limit"),
    [
        (HandInState.FILED, HandInStep.ACCEPT, minutes(5)),
        (HandInState.ACCEPTED, HandInStep.ASSIGN, minutes(15)),
        (HandInState.ASSIGNED, HandInStep.COLLECT, timedelta(hours=24)),
        (HandInState.IN_TRANSIT, HandInStep.STORE, timedelta(hours=24)),
        (HandInState.STORED, HandInStep.DISPOSE, timedelta(hours=72)),
    ],
)
def test_that_each_state_has_the_limit_of_its_step(state, step, limit):
    request = hand_in(state)
    found = running_limit(request)
    assert found is not None
    assert found[0] is step
    since = {HandInStep.COLLECT: HandInState.FILED, HandInStep.STORE: HandInState.COLLECTING}.get(step, state)
    assert found[1] == request.reached(since) + limit


def test_that_a_closed_hand_in_has_no_limit():
    assert running_limit(hand_in(HandInState.CLOSED)) is None
    assert share_done(HandInState.CLOSED) == 1.0
    assert share_done(HandInState.REJECTED) is None


def test_that_an_eta_within_the_grace_is_not_late():
    window = NOW + minutes(30)
    request = hand_in(HandInState.ASSIGNED, window_to=window, eta=window + minutes(20))
    assert request.late_by is None
    assert replace(request, eta=window + minutes(24)).late_by == minutes(24)


@pytest.mark.parametrize(
    ("level_pct", "level"),
    [
        (None, None),
        (79.9, None),
        (80.0, AlertLevel.YELLOW),
        (95.6, AlertLevel.ORANGE),
        (100.0, AlertLevel.RED),
    ],
)
def test_that_a_compartment_is_coloured_from_eighty_per_cent_on_and_unknown_is_not_normal(level_pct, level):
    assert compartment_level(level_pct) is level


# -- proposals ---------------------------------------------------------------------------------


def test_that_a_degree_of_latitude_is_sixty_nautical_miles():
    assert nautical_miles((121.0, 28.0), (121.0, 29.0)) == pytest.approx(60.04, abs=0.01)


def test_that_the_nearest_of_equal_vessels_is_first():
    far, near = vessel(1, 121.5, 28.6), vessel(2, 121.80, 28.45)
    ranked = propose(scene(far, near))
    assert [p.vessel_id for p in ranked] == ["2", "1"]
    assert ranked[0].rank == 1
    assert ranked[0].reason.startswith("最先到")


def test_that_a_cost_is_the_sum_of_its_parts():
    for proposal in propose(scene(vessel(1, 121.5, 28.6), vessel(2, 121.8, 28.45))):
        assert proposal.cost == pytest.approx(sum(proposal.parts), abs=1e-3)
        assert len(proposal.parts) == 5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wave_limit_m": 1.2}, "浪 1.4 m 超其上限 1.2 m"),
        ({"holds": (Hold(Pollutant.OILY_WATER, 2.0, 1.69),)}, "余舱 0.31 t 不足 0.50 t"),
        ({"licence_until": NOW}, "许可已过期"),
    ],
)
def test_that_a_vessel_that_cannot_go_says_why(changes, said):
    ranked = propose(scene(vessel(1, 121.8, 28.45, **changes), vessel(2, 121.5, 28.6)))
    assert [(p.rank, p.refusal) for p in ranked] == [(1, ""), (0, said)]


def test_that_waves_do_not_matter_in_port():
    weak = vessel(1, 121.43, 28.69, wave_limit_m=1.2)
    assert propose(scene(weak, requests=(hand_in(in_port=True),)))[0].refusal == ""


def test_that_a_vessel_alongside_finishes_first_and_names_whom_it_puts_off():
    beside = hand_in(HandInState.COLLECTING, id="a", number="05", vessel_id="1", lon=121.80, lat=28.478)
    following = hand_in(HandInState.ASSIGNED, id="b", number="06", vessel_id="1", lon=121.93, lat=28.517)
    legs = (
        Leg(LegKind.COLLECT, NOW - minutes(20), NOW + minutes(10), "05"),
        Leg(LegKind.SAIL, NOW + minutes(10), NOW + minutes(50), "06", planned=True),
        Leg(LegKind.COLLECT, NOW + minutes(50), NOW + minutes(60), "06", planned=True),
    )
    plan = FleetPlan("1", "渔清 01", "靠帮 05", 1.5, legs)
    ship = vessel(1, 121.80, 28.478)
    alone = propose(scene(ship))[0]
    busy = propose(scene(ship, requests=(hand_in(), beside, following), plans=(plan,)))[0]
    assert busy.minutes == alone.minutes + 8
    assert busy.others.startswith("06 +")
    assert alone.others == "无"


def test_that_only_hand_ins_without_a_vessel_get_proposals():
    assert propose(scene(vessel(1, 121.8, 28.4), requests=(hand_in(HandInState.EN_ROUTE),))) == ()
