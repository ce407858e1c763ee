"""Points: whole numbers only, half at the signatures, the rest at closing, corrected by entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.collect.points_keeper import PointsKeeper, signed_by_collector
from services.domain.boats import HandInState, Pollutant, Signature
from services.domain.officer import ENGINE, Officer, Role
from services.domain.points import Stage, claim_of, earned, settled
from services.domain.points_account import account_id
from services.domain.points_case import PostPoints, RedeemPoints, SwapPlastic
from services.domain.points_terms import TERMS, points_from
from services.store.schema import EVENT_TABLES
from tests.unit.boat_requests import DISPATCHER, MINUTE, NOW, boat, request

BOAT = "412410007"
DAY = timedelta(days=1)


@pytest.fixture
def store(sqlite_store):
    """One database is enough here; test_boat_standing.py takes both."""
    return sqlite_store


@pytest.mark.parametrize(
    ("pollutant", "mass_kg", "points"),
    [
        (Pollutant.OILY_WATER, 348, 34),
        (Pollutant.OILY_WATER, 9, 0),
        (Pollutant.WASTE_OIL, 50, 15),
        (Pollutant.BATTERY, 30, 40),
        (Pollutant.PLASTIC, 3, 15),
        (Pollutant.GARBAGE, 3, 6),
        (Pollutant.SEWAGE, 900, 0),
    ],
)
def test_that_each_pollutant_earns_its_rate_and_parts_of_a_point_are_not_given(pollutant, mass_kg, points):
    assert earned(TERMS, pollutant, mass_kg) == points


@given(mass=st.integers(0, 5000), cap=st.integers(1, 700), stages=st.lists(st.sampled_from(Stage), max_size=4))
@settings(max_examples=60)
def test_that_halves_never_lose_or_invent_a_point(mass, cap, stages):
    terms = replace(TERMS, cap_per_day=cap)
    claim = claim_of(request(mass_t=mass / 1000))
    lines, total = (), 0
    for stage in (*stages, Stage.SIGNED, Stage.CLOSED):
        before = lines[0].posted if lines else 0
        lines = (settled(terms, lines, replace(claim, stage=stage)),)
        total += lines[0].posted - before
        if stage is Stage.VOID:
            assert total == 0
    assert total == min(cap, earned(terms, Pollutant.OILY_WATER, mass))


@given(masses=st.lists(st.integers(0, 9000), max_size=6), turns=st.lists(st.integers(0, 5), max_size=12))
@settings(max_examples=60)
def test_that_a_day_gives_no_more_than_its_cap_whatever_is_corrected(masses, turns):
    lines: dict[str, object] = {}
    for turn, mass in zip([*range(len(masses)), *turns], masses * 3, strict=False):
        claim = claim_of(request(turn, HandInState.CLOSED, mass / 1000))
        lines[claim.request_id] = settled(TERMS, lines.values(), claim)
        assert sum(line.posted for line in lines.values()) <= TERMS.cap_per_day


def test_that_what_is_not_signed_for_earns_nothing():
    assert claim_of(request(state=HandInState.WEIGHED)) is None
    assert claim_of(request(state=HandInState.SIGNED, mass_t=None)) is None
    assert claim_of(request(state=HandInState.CANCELLED)).stage is Stage.VOID


# ---------------------------------------------------------------------------------------- in the store


def account(store, boat_id=BOAT):
    return next(one for one in store.cases("points") if one.boat_id == boat_id)


def told(store, *requests, now=NOW):
    """The state of the hand-ins, put as the hand-in stream would show it."""
    store.shown = requests


@pytest.fixture
def keeper(store, monkeypatch):
    """Over a store whose hand-ins are what ``told`` last said."""
    store.put_topic("boat_register", (boat(),), NOW)
    made = PointsKeeper(store, TERMS)
    monkeypatch.setattr(made, "_requests", lambda _now: store.shown)
    monkeypatch.setattr(store, "changes_since", lambda seen: (seen + 1, frozenset({"hand_in_requests"})))
    return made


def test_that_half_is_posted_at_the_signatures_and_the_rest_at_closing_and_nothing_twice(store, keeper):
    for state, issued in (
        (HandInState.WEIGHED, None),
        (HandInState.SIGNED, 17),
        (HandInState.STORED, 17),
        (HandInState.CLOSED, 35),
    ):
        told(store, request(state=state, mass_t=0.358))
        for _ in range(2):
            keeper.tick(NOW)
        assert [one.issued for one in store.cases("points")] == ([] if issued is None else [issued])
    assert [entry.word for entry in account(store).recent] == ["实发", "预发", "期初"]
    assert account(store).balance == 135
    assert len(store.deeds(account_id(BOAT))) == 3


def test_that_a_corrected_mass_and_a_cancelled_hand_in_are_entries_of_their_own(store, keeper):
    closed = request(state=HandInState.CLOSED, mass_t=0.4)
    for shown, issued, word in (
        (closed, 40, "实发"),
        (replace(closed, agreed_t=0.31), 31, "更正"),
        (request(state=HandInState.CANCELLED, mass_t=0.31), 0, "冲销"),
    ):
        told(store, shown)
        keeper.tick(NOW)
        assert (account(store).issued, account(store).recent[0].word) == (issued, word)
    assert [deed.fact.points for deed in store.deeds(account_id(BOAT))[1:]] == [40, -9, -31]


def test_that_the_accounts_are_the_same_after_a_rebuild(store, keeper):
    told(store, request(1, HandInState.CLOSED), request(2, HandInState.SIGNED, 0.055, Pollutant.PLASTIC))
    keeper.tick(NOW)
    before = account(store)
    store.rebuild()
    assert account(store) == before


def test_that_what_was_signed_for_before_the_accounts_began_is_in_the_opening(store, keeper):
    old = request(9, HandInState.CLOSED, 1.0, at=NOW - timedelta(days=1))
    told(store, old, request(1, HandInState.CLOSED, 0.4))
    keeper.tick(NOW)
    assert (account(store).opening, account(store).issued) == (100, 40)
    told(store, old, request(1, HandInState.CLOSED, 0.4), request(2, HandInState.CLOSED, 0.4, at=NOW + DAY))
    keeper.tick(NOW + DAY)
    assert account(store).issued == 80
    assert [one.request_id for one in posted(store)] == ["SQ-20261121-01", "SQ-20261121-02"]


def test_that_points_are_given_only_by_the_system(store, keeper):
    claim = claim_of(request())
    assert store.perform(PostPoints(claim=claim), DISPATCHER, NOW).refusal == "积分由系统按签收与办结记账"


def test_that_a_redemption_is_refused_when_the_balance_is_short(store, keeper):
    spend = RedeemPoints(boat_id=BOAT, gift="water", quantity=6)
    assert store.perform(spend, DISPATCHER, NOW).refusal == "积分不足：余额 100，需 120"
    assert store.cases("points") == ()
    assert store.perform(replace(spend, quantity=2), DISPATCHER, NOW).done
    assert (account(store).balance, account(store).redeemed) == (60, 40)
    late = RedeemPoints(boat_id=BOAT, gift="water", case_id=account_id(BOAT), expected_version=1)
    assert "已先更新" in store.perform(late, DISPATCHER, NOW).refusal


def test_that_what_was_spent_before_a_correction_stays_spent(store, keeper):
    told(store, request(state=HandInState.CLOSED, mass_t=2.0))
    keeper.tick(NOW)
    assert store.perform(RedeemPoints(boat_id=BOAT, gift="oil", quantity=3), DISPATCHER, NOW).done
    told(store, request(state=HandInState.CANCELLED, mass_t=2.0))
    keeper.tick(NOW)
    assert account(store).balance == -200
    assert store.perform(RedeemPoints(boat_id=BOAT, gift="water"), DISPATCHER, NOW).refusal.startswith("积分不足")


def test_that_plastic_is_swapped_for_whole_gifts_and_costs_no_points(store, keeper):
    swap = SwapPlastic(boat_id=BOAT, gift="water", plastic_kg=1)
    assert store.perform(swap, DISPATCHER, NOW).refusal == "塑料不足：瓶装水每箱需 2 kg"
    assert store.perform(replace(swap, gift="loan"), DISPATCHER, NOW).refusal == "贷款利率优惠不接受塑料换取"
    assert store.perform(replace(swap, plastic_kg=5), DISPATCHER, NOW).done
    found = account(store)
    assert (found.plastic_kg, found.swaps, found.balance) == (5, 1, 100)
    assert found.recent[0].about == "塑料 5 kg 换瓶装水 2 箱"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.GRID_WORKER, Role.WALL])
def test_that_only_the_counter_gives_something_for_points(sqlite_store, role):
    sqlite_store.put_topic("boat_register", (boat(),), NOW)
    wish = RedeemPoints(boat_id=BOAT, gift="water")
    assert sqlite_store.perform(wish, Officer("x", "某", role), NOW).refusal


def test_that_the_summary_adds_up_the_accounts(store, keeper):
    told(store, request(1, HandInState.CLOSED, 1.0))
    keeper.tick(NOW)
    store.perform(RedeemPoints(boat_id=BOAT, gift="ice"), DISPATCHER, NOW)
    (summary,) = keeper.summaries[1].make(store, NOW)["points_summary"]
    assert (summary.opening, summary.issued, summary.redeemed, summary.balance) == (100, 100, 30, 170)
    assert summary.credit_yuan is None
    assert [entry.word for entry in summary.latest] == ["兑换", "实发", "期初"]


# ------------------------------------------------------------------------------------------ R-FSH-15


def posted(store):
    from services.store import events

    with store.read() as connection:
        found = events.records(connection, "points_posted")
    return sorted(found, key=lambda one: one.request_id)


def test_that_the_event_of_a_hand_in_is_told_once_with_what_stands_beside_it(store, keeper):
    told(store, *(request(number, mass_t=0.3) for number in (1, 2, 3)))
    keeper.tick(NOW)
    keeper.tick(NOW)
    assert "points_posted" in EVENT_TABLES
    assert [(one.hand_ins_today, one.same_mass, one.signer_is_collector) for one in posted(store)] == [(3, 3, None)] * 3


def test_that_identical_masses_of_other_things_or_long_ago_do_not_count(store, keeper):
    told(store, request(1, mass_t=0.3), request(2, mass_t=0.3, pollutant=Pollutant.SEWAGE))
    keeper.tick(NOW)
    told(store, request(3, mass_t=0.3, at=NOW + 31 * DAY))
    keeper.tick(NOW + 31 * DAY)
    assert [one.same_mass for one in posted(store)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("signers", "same"),
    [((), None), ((("boat", "陈**"),), None), ((("boat", "陈**"), ("collector", "陈**")), True)],
)
def test_that_an_unknown_signature_is_neither_the_same_nor_another(signers, same):
    shown = tuple(Signature(HandInState.SIGNED, party, name) for party, name in signers)
    assert signed_by_collector(request(signers=shown)) is same


# ------------------------------------------------------------------------------------------- settings


def test_that_a_site_sets_its_own_rates_and_gifts():
    terms = points_from({"rates": {"oily_water": [12, 100]}, "gifts": {"rice": {"name": "大米", "points": 50}}})
    assert earned(terms, Pollutant.OILY_WATER, 100) == 12
    assert earned(terms, Pollutant.GARBAGE, 1) == 2
    assert [gift.name for gift in terms.gifts] == ["大米"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"cap": 1}, "不认识的键 boats.points.cap"),
        ({"since": "2026-11-21"}, "boats.points.since 须为日期"),
        ({"cap_per_day": 0}, "boats.points.cap_per_day 须为"),
        ({"rates": {"soup": [1, 1]}}, "boats.points.rates.soup"),
        ({"rates": {"plastic": 5}}, "须写作 [分, 公斤]"),
        ({"gifts": {"rice": {"points": 5}}}, "须有 name 和 points"),
    ],
)
def test_that_a_wrong_setting_names_its_key(table, said):
    with pytest.raises(ValueError, match=r"boats\.points") as refused:
        points_from(table)
    assert said in str(refused.value)


def test_that_the_engine_alone_may_look_again(store, keeper):
    told(store, request())
    keeper.tick(NOW)
    wish = PostPoints(claim=claim_of(request()))
    assert store.perform(wish, ENGINE, NOW + MINUTE).refusal == "已记账"
