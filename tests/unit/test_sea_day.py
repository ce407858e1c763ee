"""海上日报 and the figures of the fleet: every figure with its formula, what is unknown said as unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from services.collect.sea_days import SeaDays, day_so_far, sailed
from services.domain.boats import (
    CollectionVessel,
    Compartment,
    FleetPlan,
    HandInState,
    Hold,
    Leg,
    LegKind,
    Pollutant,
    Warehouse,
)
from services.domain.discharge_case import CheckResult
from services.domain.fleet import ColourCode
from services.domain.points import PointsSummary
from services.domain.sea_day import of_day, states, tonnes
from services.domain.sea_figures import (
    CostTerms,
    cost_cut,
    cost_from,
    days_to_full,
    empty_miles,
    empty_share,
    overdue_boats,
    plastics,
    warehouse_use,
)
from services.domain.track_search import ordered
from services.reports.report import Report
from services.reports.sea_day import sea_day_report
from tests.unit.boat_requests import MINUTE, NOW, request
from tests.unit.test_discharge import coded, track

HOUR = timedelta(hours=1)
DAY = NOW.date()


@pytest.fixture
def store(sqlite_store):
    """One database is enough here; test_boat_standing.py takes both."""
    return sqlite_store


def leg(kind, begin_h, end_h, **more):
    return Leg(kind, NOW + begin_h * HOUR, NOW + end_h * HOUR, **more)


def house(*levels, days=None):
    cells = tuple(Compartment(kind, 10.0, level) for kind, level in zip(Pollutant, levels, strict=False))
    return Warehouse("W", "海门云仓", 121.4, 28.7, 2.0, cells, days)


# -------------------------------------------------------------------------------------------- figures


def test_that_empty_miles_begin_when_it_is_known_what_is_on_board():
    legs = (
        leg(LegKind.SAIL, -9, -8),  # nobody knows what it carried
        leg(LegKind.UNLOAD, -8, -7),
        leg(LegKind.SAIL, -7, -5),
        leg(LegKind.COLLECT, -5, -4),
        leg(LegKind.SAIL, -4, -3),
        leg(LegKind.COLLECT, -3, -2.5),
        leg(LegKind.SAIL, -2.5, 0.5),
        leg(LegKind.SAIL, 1, 2, planned=True),
    )
    assert empty_share(legs, NOW - 12 * HOUR, NOW) == (2.0, 5.5)
    assert empty_share(legs, NOW - 6 * HOUR, NOW) == (1.0, 4.5)
    plan = FleetPlan("1", "渔清 01", "待命", 1.0, legs)
    assert empty_miles([plan], NOW - 12 * HOUR, NOW).value == "36"
    assert empty_miles([replace(plan, legs=legs[:1])], NOW - 12 * HOUR, NOW).unknown


def test_that_a_silent_gauge_is_neither_empty_nor_full():
    found = warehouse_use([house(50.0, None, 100.0)])
    assert (found.value, found.note) == ("75", "目标 < 85 · 1 格未知")
    assert warehouse_use([house(None)]).unknown
    assert days_to_full([house(50.0, days=12.4), house(1.0)]).note == "海门云仓 · 1 座未知"
    assert days_to_full([house(50.0)]).unknown


def test_that_overdue_boats_are_counted_by_code_and_unknown_ones_apart():
    codes = [coded(kind) for kind in (ColourCode.RED, ColourCode.YELLOW, ColourCode.UNKNOWN, ColourCode.GREEN)]
    found = overdue_boats(codes)
    assert (found.value, found.note) == ("2", "红 1 · 黄 1 · 未知 1")
    assert overdue_boats([]).unknown


def test_that_costs_are_compared_only_with_a_baseline_that_was_set():
    assert cost_cut(CostTerms()).unknown
    assert cost_cut(cost_from({"baseline_yuan_t": 2000, "now_yuan_t": 600})).value == "70"
    for wrong in ({"baseline": 1}, {"now_yuan_t": 0}, {"now_yuan_t": "x"}):
        with pytest.raises(ValueError, match=r"boats\.cost\."):
            cost_from(wrong)


def test_that_plastics_are_unknown_before_the_first_account():
    assert plastics(None).unknown
    assert plastics(PointsSummary(1, 0, 0, 0, 46, 5, 0, None, 0, ())).note == "5 次"


# ------------------------------------------------------------------------------------------------ day


def test_that_tonnes_are_of_what_was_signed_for_that_day_and_nothing_is_made_up():
    found = tonnes(
        [
            request(1, HandInState.STORED, 0.3, stored_t=0.29),
            request(2, HandInState.SIGNED, 0.2),
            request(3, HandInState.WEIGHED, 9.0),
            request(4, HandInState.SIGNED, 9.0, at=NOW - 24 * HOUR),
            request(5, HandInState.SIGNED, 0.05, Pollutant.PLASTIC, agreed_t=0.04),
        ],
        DAY,
    )
    assert [(r.pollutant, r.hand_ins, r.weighed_t, r.stored_t, r.unweighed) for r in found] == [
        (Pollutant.OILY_WATER, 2, 0.5, 0.29, 1),
        (Pollutant.PLASTIC, 1, 0.04, 0.0, 1),
    ]


def test_that_requests_are_counted_by_state_in_the_order_of_the_states():
    every = [request(1), request(2, HandInState.CLOSED), request(3), request(4, at=NOW - 24 * HOUR)]
    assert states(of_day(every, DAY)) == ((HandInState.SIGNED, 2), (HandInState.CLOSED, 1))


def test_that_no_way_is_counted_across_a_silence():
    legs = np.concatenate([track(minutes=[-90, -80], east_per_min=0.01), track(minutes=[-20, -10], east_per_min=0.01)])
    km, heard = sailed(ordered(legs), 412_410_007, NOW - 2 * HOUR, NOW)
    assert km == pytest.approx(2 * 0.1 * 0.8788 * 60 * 1.852, rel=0.01)
    assert heard == pytest.approx(4 / 12)
    assert sailed(legs, 1, NOW - HOUR, NOW) == (None, 0.0)


def filled(store):
    vessel = CollectionVessel(
        "413300101", "渔清 01", 413_300_101, 9.0, 2.5, 4, NOW, (Hold(Pollutant.OILY_WATER, 2.0, 1.0),), "返航"
    )
    plan = FleetPlan(vessel.id, vessel.name, "返航", 1.0, (leg(LegKind.COLLECT, -2, -1), leg(LegKind.UNLOAD, -0.5, 0)))
    store.put_topic("collection_vessels", (vessel,), NOW)
    store.put_topic("fleet_plans", (plan,), NOW)
    store.put_topic("warehouses", (house(50.0, None),), NOW)
    store.keep_fixes(track(413_300_101, minutes=range(-60, 1, 5), east_per_min=0.001))


def test_that_the_day_says_what_it_does_not_know(store):
    filled(store)
    days = SeaDays(CostTerms())
    for summary in days.summaries:
        for topic, records in summary.make(store, NOW).items():
            store.put_topic(topic, records, NOW)
    day = store.snapshot("sea_days", NOW).first()
    (vessel,) = day.vessels
    assert (vessel.calls, vessel.unloads, vessel.fill) == (1, 1, 0.5)
    assert vessel.km == pytest.approx(5.9, abs=0.2)
    assert day.overrides is None
    said = "\n".join(day.unknown)
    for words in ("海门云仓：生活污水液位未知", "三色码取自渔船档案", "治污成本降幅：未设基线", "渔清 01"):
        assert words in said


def test_that_yesterday_stays_as_it_was_last_added_up(sqlite_store):
    filled(sqlite_store)
    days = SeaDays(CostTerms())
    make = days.summaries[1].make
    for moment in (NOW, NOW + MINUTE, NOW + 12 * HOUR, NOW + 36 * HOUR):
        sqlite_store.put_topic("sea_days", make(sqlite_store, moment)["sea_days"], moment)
        shown = [one.id for one in sqlite_store.snapshot("sea_days", moment).records]
    assert shown == ["2026-11-23", "2026-11-22"]


def report(store) -> Report:
    filled(store)
    day = replace(day_so_far(store, NOW), tonnes=tonnes([request()], DAY), by_state=states([request()]), filed=1)
    return sea_day_report(day, centre="椒江区指挥中心", demo=True)


def test_that_the_report_says_in_words_what_is_unknown_and_nobodys_name(sqlite_store):
    made = report(sqlite_store)
    titles = [table.title for table in made.tables]
    assert titles[0] == "当日申请按状态" or titles[0] == "指标与算法"
    assert titles[-1] == "未知与缺口"
    overrides = next(table for table in made.tables if table.title == "改选收集船的原因")
    assert overrides.rows == (("未统计", "—"),)
    assert all(len(row) == len(table.columns) == len(table.shares) for table in made.tables for row in table.rows)
    assert made.demo
    assert CheckResult.CONFIRMED.value not in str(made)
