"""What the collector makes of stored readings: events for the rules, marks, nights, baselines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.collect.meter_nights import MeterNights, MeterUsual, work
from services.collect.meter_watch import MeterWatch
from services.collect.site import Site, SiteError
from services.domain.community_told import MeterReading
from services.domain.estates import Building, Estate
from services.domain.event import Batch, Event
from services.domain.meter_findings import ProtectedSupply
from services.domain.meter_settings import METERS
from services.domain.timebase import SHANGHAI
from services.store import events as stored
from services.store.store import Store

MIDNIGHT = datetime(2026, 11, 21, tzinfo=SHANGHAI)


def take(store: Store, *readings: MeterReading) -> None:
    events = [Event("m", one.reading_id, "meter_reading", one.read_at, one) for one in readings]
    store.take(Batch(events=events), "m", MIDNIGHT + timedelta(days=1))


def reading(
    hours: float, used: float | None, *, meter: str = "Q1", kind: str = "gas", dwelling: str = "E1B3-1",
    building: str = "E1B3", mark: str = "",
) -> MeterReading:  # fmt: skip
    at = MIDNIGHT + timedelta(hours=hours)
    return MeterReading(f"{meter}/{hours}", meter, kind, at, 1.0, "m3", dwelling, "E1", used, 30.0, mark, building)


def told(store: Store, kind: str) -> Sequence[Any]:
    table = stored.event_table(kind).table
    with store.read() as connection:
        return stored.records(connection, kind, order=(table.c.occurred_at,))


def places(store: Store) -> None:
    store.put_topic("estates", [Estate("E1", "城市花园", 1, 1, (), ())], MIDNIGHT)
    store.put_topic("buildings", [Building("E1B3", "E1", "城市花园", "3 幢", (), (), 0, None, 0, None)], MIDNIGHT)


def test_that_gas_that_runs_all_night_is_told_once_for_each_reading(store: Store) -> None:
    places(store)
    take(store, *(reading(i / 2, 0.1) for i in range(1, 7)))
    now = MIDNIGHT + timedelta(hours=3)
    MeterWatch(store, METERS).tick(now)
    MeterWatch(store, METERS).tick(now)  # after a restart
    flows = told(store, "gas_flow")
    assert [flow.night_min for flow in flows] == [60, 90, 120, 150, 180]
    assert flows[0].place == "城市花园 3 幢"


def test_that_power_is_held_against_the_stored_baseline(sqlite_store: Store) -> None:
    sqlite_store.meters.keep(MIDNIGHT.date(), [("D1", 28, 1.0, None, " ".join(["0.4"] * 24))])
    take(sqlite_store, *(reading(12 + i / 2, 1.6, meter="D1", kind="power") for i in range(3)))
    MeterWatch(sqlite_store, METERS).tick(MIDNIGHT + timedelta(hours=14))
    hours = told(sqlite_store, "power_hour")
    assert [(one.kw, one.usual_kw, one.times_usual) for one in hours] == [(3.2, 0.4, 8.0)] * 2


def test_that_a_dark_building_is_told_with_numbers_only(sqlite_store: Store) -> None:
    places(sqlite_store)
    sqlite_store.put_topic("protected_supply", [ProtectedSupply("E1B3", 2)], MIDNIGHT)
    lit = [reading(h, 0.3, meter=f"D{i}", kind="power") for h in (0.5, 1.0) for i in range(12)]
    others = [
        reading(h, 0.3, meter=f"X{i}", kind="power", building="E1B4", dwelling=f"E1B4-{i}")
        for h in (0.5, 1.0, 1.5)
        for i in range(20)
    ]
    dark = [reading(1.5, 0.0, meter=f"D{i}", kind="power") for i in range(12)]
    take(sqlite_store, *lit, *others, *dark)
    MeterWatch(sqlite_store, METERS).tick(MIDNIGHT + timedelta(hours=1.5))
    outages = told(sqlite_store, "building_outage")
    assert [(o.affected, o.zero, o.building, o.protected, o.elders) for o in outages] == [(12, 12, "3 幢", 2, None)]


def test_that_new_meters_are_marked_for_a_week(sqlite_store: Store) -> None:
    take(sqlite_store, reading(1, 0.2, mark="replaced"), reading(2, 0.1))
    watch = MeterWatch(sqlite_store, METERS)
    watch.tick(MIDNIGHT + timedelta(hours=3))
    assert [(mark.kind, mark.title) for mark in watch.marks(MIDNIGHT + timedelta(days=1))] == [("replaced", "换表")]
    assert watch.marks(MIDNIGHT + timedelta(days=9)) == []


def main(night: int, flow_m3h: float) -> list[MeterReading]:
    """Of one night, ``night`` days after the 21st."""
    return [
        reading(24 * night + 2.5 + i / 2, flow_m3h / 2, meter="Z1", kind="water", dwelling="", building="")
        for i in range(4)
    ]


def test_that_nights_are_told_once_each_and_leaks_stand_out(store: Store) -> None:
    places(store)
    take(store, *(one for night in range(-9, 0) for one in main(night, 4.0)), *main(0, 7.0))
    nights = MeterNights(store, METERS)
    now = MIDNIGHT + timedelta(hours=5)
    nights.tick(now)
    MeterNights(store, METERS).tick(now + timedelta(minutes=1))  # after a restart
    flows = told(store, "night_flow")
    assert len(flows) == 10
    assert (flows[-1].flow_m3h, flows[-1].median_28d, flows[-1].times_median) == (7.0, 4.0, 1.75)
    assert flows[3].median_28d is None
    assert flows[-1].estate_name == "城市花园"


def test_that_the_night_s_run_is_made_once_and_not_by_day(sqlite_store: Store, tmp_path: Path) -> None:
    take(sqlite_store, *(reading(-24 * day + i / 2, 0.1) for day in range(1, 16) for i in range(1, 5)))
    usual = MeterUsual(sqlite_store, Site(folder=tmp_path), METERS)
    usual.tick(MIDNIGHT + timedelta(hours=12))
    assert not (tmp_path / "meters").exists()
    usual.tick(MIDNIGHT + timedelta(hours=5))
    assert len(list((tmp_path / "meters" / "days").iterdir())) == 15
    assert sqlite_store.meters.newest_night() == MIDNIGHT.date()
    usual.stop()


def test_that_settings_that_cannot_be_used_stop_the_collector(sqlite_store: Store) -> None:
    with pytest.raises(SiteError, match=r"community\.meters\.water"):
        work(sqlite_store, Site(community={"meters": {"water": 1}}))
