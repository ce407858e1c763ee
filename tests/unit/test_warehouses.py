"""Warehouses: leak, temperature and books as they are read, and the week behind the trend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.collect.store_trends import trends
from services.district.history_stores import store_past
from services.district.sea_places import DEPOTS
from services.domain.event import Batch
from services.sources import boats_read
from services.store.store import Store
from tests.custody import START


def row(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": "YC-HM", "name": "海门云仓", "lon": 121.4, "lat": 28.6, "treatment_t_h": 2.0,
        "compartments": [["OILY_WATER", 60, 58.0], ["WASTE_OIL", 6, 30.0, True, 61.5]],
    }  # fmt: skip
    return {"datum": "WGS-84", "warehouses": [plain | changes]}


def test_that_leak_temperature_and_books_are_read_where_they_are_told() -> None:
    flow = {"since": START.timestamp(), "in_t": 1.5, "treated_t": 0.5, "out_t": 0.0, "change_t": -0.1}
    batch = boats_read.warehouses(row(flow=flow), START)
    house = batch.states["warehouses"][0]
    assert (house.compartments[0].leak, house.compartments[1].leak, house.compartments[1].temp_c) == (None, True, 61.5)
    assert house.flow is not None and round(house.flow.unexplained_t, 3) == -1.1
    assert [(e.record.leak, e.record.temp_c) for e in batch.events] == [(None, None), (True, 61.5)]


@pytest.mark.parametrize(
    "changes",
    [
        {"compartments": [["OILY_WATER", 60, 58.0, "yes"]]},
        {"compartments": [["OILY_WATER", 60, 58.0, False, 9000]]},
        {"flow": {"since": 0, "in_t": -1, "treated_t": 0, "out_t": 0, "change_t": 0}},
        {"flow": {"since": 0, "in_t": 1, "treated_t": 0, "out_t": 0, "change_t": float("nan")}},
        {"flow": {"in_t": 1}},
    ],
)
def test_that_a_row_with_impossible_books_is_refused_and_kept(changes: dict[str, Any]) -> None:
    batch = boats_read.warehouses(row(**changes), START)
    assert batch.states["warehouses"] == ()
    assert len(batch.refused) == 1


def test_that_a_warehouse_that_empties_has_no_day_when_it_is_full() -> None:
    assert boats_read.warehouses(row(net_inflow_t_day=-0.2), START).states["warehouses"][0].days_to_full is None
    assert boats_read.warehouses(row(net_inflow_t_day=1.0), START).states["warehouses"][0].days_to_full == 25.2


def test_that_a_leak_is_told_at_once_and_not_taken_for_the_reading_before() -> None:
    calm = row(compartments=[["WASTE_OIL", 6, 30.0, False]])
    one, two = (
        boats_read.warehouses(told, START).events[0]
        for told in (calm, row(compartments=[["WASTE_OIL", 6, 30.0, True]]))
    )
    assert one.event_id != two.event_id


def test_that_the_trend_is_a_week_by_the_hour_with_gaps_where_nothing_was_read(store: Store) -> None:
    now = START + timedelta(minutes=20)
    oily = [e for e in store_past(START, 42) if e.event_id.startswith("YC-HM:OILY_WATER:")]
    past = [event for event in oily if event.occurred_at.hour != 3]
    store.take(Batch(states=boats_read.warehouses(row(), START).states, events=past), "warehouses", START)
    trend = next(one for one in trends(store, now)["store_trends"] if one.id == "YC-HM|OILY_WATER")
    assert len(trend.moments) == len(trend.points) == 7 * 24 + 1
    gaps = [moment for moment, point in zip(trend.moments, trend.points, strict=True) if point is None]
    assert {moment.hour for moment in gaps[:-1]} == {19}  # three in the morning, in UTC
    assert trend.title == "海门云仓 含油污水"


def test_that_the_demo_s_past_is_the_same_for_the_same_seed_and_ends_where_it_begins() -> None:
    past = store_past(START, 42)
    assert past == store_past(START, 42)
    assert past != store_past(START, 7)
    assert len({event.event_id for event in past}) == len(past)
    for depot in DEPOTS:
        last = [
            e.record.level_pct for e in past if e.record.warehouse_id == depot.id and e.record.pollutant == "OILY_WATER"
        ][-1]
        assert abs(last - (depot.level_pct[0] or 0)) < 8
