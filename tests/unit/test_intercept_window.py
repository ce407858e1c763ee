"""Does a window say rightly where the vehicle may be met, by whom, and when it is too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.collect.interceptions import free_units, jump_of
from services.domain.alert import Alert, AlertLevel, Verdict, Visibility
from services.domain.intercept_settings import InterceptSettings
from services.domain.intercept_window import (
    InterceptionWindow,
    Reach,
    Seen,
    minutes_words,
    reach,
    refusal,
    wants_window,
    window,
)
from services.domain.interception_case import Interception, OrderState
from services.domain.next_places import next_places
from services.domain.travel_table import LEFT, LegKey, Spot, TravelTable
from services.domain.travel_time import Basis, counted
from services.domain.units import Unit, UnitState, travel_s
from tests.unit.duty_world import EVENING, alert, minutes

SETTINGS = InterceptSettings(weekend="", hours=())
SPOTS = {
    "a": Spot("a", "椒江二桥", 121.4385, 28.6900),
    "b": Spot("b", "疏港大道口", 121.4700, 28.6600),
    "c": Spot("c", "东环大道口", 121.4470, 28.6430),
    "d": Spot("d", "三甲", 121.4980, 28.6330),
}
SEEN = Seen("a", "椒江二桥", 121.4385, 28.6900, EVENING, "南", 2)


def ends(here: str, there: str, low_s: float, high_s: float, n: int) -> tuple[LegKey, Any]:
    return LegKey(here, "南", "平峰", there), counted(np.linspace(low_s, high_s, n))


TABLE = TravelTable(SPOTS, SETTINGS).plus(
    dict(
        [
            ends("a", "b", 240, 420, 6200),
            ends("a", "c", 360, 540, 2300),
            ends("a", LEFT, 0, 0, 1500),
            ends("b", "d", 240, 360, 800),
            ends("b", LEFT, 0, 0, 200),
        ]
    )
)


def unit(call_sign: str, place: str, km_away: float = 0.0, **more: Any) -> Unit:
    spot = SPOTS[place]
    made = Unit(call_sign, call_sign, "交警", spot.lon, spot.lat + km_away / 110.95, UnitState.FREE, EVENING)
    return replace(made, **more)


def vehicle_alert(level: AlertLevel = AlertLevel.ORANGE, **more: Any) -> Alert:
    fields = {"scene": "checkpoints", "subject_kind": "passage", "rule_id": "R-CKP-08", **more}
    return alert(1, level, **fields)


def at(seconds: float, *units: Unit, level: AlertLevel = AlertLevel.ORANGE) -> InterceptionWindow:
    there = [replace(one, seen_at=EVENING + timedelta(seconds=seconds)) for one in units]
    return window(vehicle_alert(level), SEEN, TABLE, there, SETTINGS, EVENING + timedelta(seconds=seconds))


def test_that_the_next_checkpoints_stand_with_their_chance_and_their_minutes() -> None:
    first, second, third = at(0).places
    assert [(one.name, one.hops) for one in (first, second, third)] == [
        ("疏港大道口", 1),
        ("东环大道口", 1),
        ("三甲", 2),
    ]
    assert (first.chance, second.chance) == (0.62, 0.23)
    assert third.chance == pytest.approx(0.62 * 0.8, abs=0.03), "and a little by way of 东环大道口"
    assert minutes_words(first, EVENING) == "4–7 分"
    assert minutes_words(third, EVENING) == "9–12 分"
    assert (first.basis, first.n) == (Basis.HOURS, 6200)
    assert at(0).lost == 0.15


def test_that_a_place_fades_as_the_times_to_reach_it_pass_and_leaving_grows() -> None:
    chances = [{one.name: one.chance for one in at(s).places if one.hops == 1} for s in (0, 330, 500)]
    assert chances[0]["疏港大道口"] == 0.62
    assert 0.35 < chances[1]["疏港大道口"] < 0.5
    assert "疏港大道口" not in chances[2]
    assert at(0).lost < at(330).lost < at(500).lost


def test_that_arrivals_are_told_from_now_and_never_lie_behind() -> None:
    for seconds in (0, 200, 300, 400):
        for place in at(seconds).places:
            now = EVENING + timedelta(seconds=seconds)
            assert now - timedelta(seconds=5) <= place.p20_at <= place.p80_at


def test_that_the_window_ends_when_it_has_most_likely_left() -> None:
    assert at(600).is_over and at(600).places == ()
    assert at(1300).is_over


def test_that_a_new_sighting_moves_the_window_at_once() -> None:
    moved = replace(SEEN, checkpoint_id="b", name="疏港大道口", at=EVENING + timedelta(seconds=300))
    now = EVENING + timedelta(seconds=302)
    after = window(vehicle_alert(), moved, TABLE, [], SETTINGS, now)
    assert after.places[0].name == "三甲" and after.seen == moved
    assert "椒江二桥" not in [one.name for one in after.places], "it does not turn back"
    assert after.places[0].p20_at > now + minutes(3)


def test_that_a_place_no_directory_knows_gives_no_window_but_no_error() -> None:
    lost, coming = next_places(TABLE, "nowhere", "南", "平峰", 10)
    assert (lost, list(coming)) == (1.0, [])


# The requirement: refused when P80 < unit's time + 2 min.
@pytest.mark.parametrize(
    ("need_min", "p20_min", "p80_min", "told"),
    [
        (5, 6, 9, Reach.IN_TIME),
        (6, 6, 9, Reach.IN_TIME),
        (8, 6, 9, Reach.TIGHT),
        (9, 6, 9, Reach.TIGHT),
        (10, 6, 9, Reach.TOO_LATE),
    ],
)
def test_that_a_unit_is_in_time_before_p20_and_refused_after_p80(
    need_min: float, p20_min: float, p80_min: float, told: Reach
) -> None:
    assert reach(need_min * 60, p20_min * 60, p80_min * 60) is told


def test_that_the_nearest_free_unit_counts_and_the_last_moment_to_order_follows_from_it() -> None:
    near, far = unit("交警 07", "b", 0.8), unit("交警 03", "b", 5)
    place = at(0, far, near).places[0]
    assert (place.call_sign, place.reach) == ("交警 07", Reach.IN_TIME)
    need_s = travel_s(near, SPOTS["b"], SETTINGS) + 120
    assert place.order_by is not None
    left = (place.order_by - EVENING).total_seconds()
    assert left == pytest.approx((place.p80_at - EVENING).total_seconds() - need_s, abs=6)


def test_that_a_unit_too_far_is_refused_with_both_figures() -> None:
    place = next(one for one in at(0, unit("交警 03", "c", 9)).places if one.name == "东环大道口")
    assert place.reach is Reach.TOO_LATE
    why = refusal(place, EVENING, 120)
    assert why.startswith("P80 8 分 < ") and int(why.split()[-2]) > 8


def test_that_what_was_in_time_is_refused_once_its_moment_has_passed() -> None:
    told = at(0, unit("交警 07", "b", 0.8))
    place = told.places[0]
    assert place.order_by is not None
    assert refusal(place, place.order_by - timedelta(seconds=10), told.margin_s) == ""
    assert "P80" in refusal(place, place.order_by + timedelta(seconds=15), told.margin_s)


@pytest.mark.parametrize(
    "other",
    [
        unit("忙", "b", state=UnitState.BUSY),
        unit("停", "b", state=UnitState.OFF),
        unit("旧", "b", seen_at=EVENING - minutes(6)),
    ],
)
def test_that_a_unit_that_is_busy_off_or_long_unseen_is_not_counted_on(other: Unit) -> None:
    told = window(vehicle_alert(), SEEN, TABLE, [other], SETTINGS, EVENING)
    assert {one.reach for one in told.places} == {Reach.NO_UNIT}
    assert told.order_by is None
    assert refusal(told.places[0], EVENING, 120) == "附近无可派单位"


def test_that_a_unit_under_an_order_is_busy() -> None:
    order = Interception("LJ-1", 1, OrderState.ORDERED, "YJ-1", EVENING, "王**", "wang", unit_id="交警 07")
    (busy, free) = free_units([unit("交警 07", "b"), unit("交警 03", "c")], [order])
    assert (busy.state, free.state) == (UnitState.BUSY, UnitState.FREE)
    ended = replace(order, state=OrderState.MISSED)
    assert free_units([unit("交警 07", "b")], [ended])[0].state is UnitState.FREE


def test_that_the_best_place_is_where_an_order_gains_most() -> None:
    assert at(0, unit("交警 07", "b", 0.8)).best == at(0, unit("交警 07", "b", 0.8)).places[0]
    late_for_b = at(0, unit("交警 09", "d"))
    assert late_for_b.best is not None
    assert late_for_b.best.name == "三甲"


def test_that_red_says_by_when_to_decide() -> None:
    assert at(0).decide_by is None
    red = at(0, level=AlertLevel.RED)
    assert red.decide_by == vehicle_alert(AlertLevel.RED).raised_at + minutes(3)


@given(st.integers(0, 1500), st.floats(0, 12))
@settings(max_examples=40)
def test_that_chances_and_catches_stay_shares_at_any_moment(seconds: int, km: float) -> None:
    told = at(seconds, unit("交警 07", "b", km))
    assert 0 <= told.lost <= 1
    assert sum(one.chance for one in told.places if one.hops == 1) + told.lost <= 1.03
    for one in told.places:
        assert 0 <= one.catch <= 1 and SETTINGS.least_chance - 0.01 <= one.chance <= 1


@pytest.mark.parametrize(
    ("one", "asked"),
    [
        (vehicle_alert(), True),
        (vehicle_alert(AlertLevel.RED, rule_id="R-CKP-99"), True),
        (vehicle_alert(AlertLevel.YELLOW), False),
        (vehicle_alert(rule_id="R-CKP-01"), False),
        (vehicle_alert(scene="boats"), False),
        (vehicle_alert(subject_kind="device"), False),
        (vehicle_alert(visibility=Visibility.SHELVED), False),
        (vehicle_alert(verdict=Verdict.FALSE_ALARM), False),
    ],
)
def test_that_windows_are_for_vehicles_to_be_met_only(one: Alert, asked: bool) -> None:
    assert wants_window(one, SETTINGS) is asked


def test_that_two_sightings_no_one_vehicle_can_have_made_are_a_jump() -> None:
    there = Seen("d", "三甲", 121.498, 28.633, EVENING - timedelta(seconds=90))
    jump = jump_of([SEEN, there], 180)
    assert jump is not None
    assert (jump.km, jump.seconds, jump.needed_kmh) == (8.6, 90.0, 344)
    slow = replace(there, at=EVENING - minutes(10))
    assert jump_of([SEEN, slow], 180) is None
    assert jump_of([SEEN], 180) is None
    same = jump_of([SEEN, replace(there, at=EVENING)], 180)
    assert same is not None and same.needed_kmh is None
