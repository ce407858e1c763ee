"""The demo's own meters: counters that never run backwards, and what happens with them in the first hours."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from services.collect.meter_nights import MeterNights
from services.collect.meter_watch import MeterWatch
from services.domain.meter_settings import METERS
from services.domain.timebase import local
from services.sources.community import community_sources
from services.sources.community_upstream import Upstream
from services.store import events as stored
from services.store.store import Store
from tests.unit.community_demo import START, community, standing


def test_that_counters_only_grow_and_the_same_moment_reads_the_same(tmp_path: Path) -> None:
    with community(f"sqlite:///{tmp_path / 'c.db'}") as (life, _):
        supply = life._supply
        at = [START + i * timedelta(minutes=17) for i in range(-200, 200)]
        for meter in supply.meters:
            counts = [meter.at(local(moment)) for moment in at]
            assert counts == sorted(counts)
        once = supply.between(local(START), local(START) + timedelta(hours=3))
        halves = [
            happening
            for i in range(2)
            for happening in supply.between(*(local(START) + timedelta(hours=1.5 * n) for n in (i, i + 1)))
        ]
        assert sorted(map(repr, once)) == sorted(map(repr, halves))


@pytest.mark.timeout(30)
def test_that_the_first_two_hours_bring_a_leak_a_gas_alarm_and_a_dark_building(
    tmp_path: Path, sqlite_store: Store
) -> None:
    url = f"sqlite:///{tmp_path / 'c.db'}"
    told: dict[str, list[object]] = defaultdict(list)
    with community(url) as (life, _):
        watch = MeterWatch(sqlite_store, METERS)
        nights = MeterNights(sqlite_store, METERS)
        for minute in (0, 0, 75, 150):
            now = START + timedelta(minutes=minute)
            life.go_on(local(now))
            for source in community_sources(Upstream(url), standing(now)):
                if source.key in ("community_meters", "community_gas", "community_estates"):
                    answer = source.fetch(sqlite_store.cursor(source.key))
                    sqlite_store.take(source.normalise(answer, now), source.key, now)
            watch.tick(now)
        nights.look(START.date(), START)
    with sqlite_store.read() as connection:
        for kind in ("night_flow", "gas_reading", "building_outage", "meter_reading"):
            told[kind] = list(stored.records(connection, kind, limit=20_000))
    leaks = [flow for flow in told["night_flow"] if flow.times_median and flow.times_median > 1.5]  # type: ignore[attr-defined]
    assert len({flow.estate_id for flow in leaks}) == 1  # type: ignore[attr-defined]
    assert {flow.night for flow in leaks} == {"2026-11-21"}  # type: ignore[attr-defined]
    assert max(gas.lel_pct for gas in told["gas_reading"]) >= 10  # type: ignore[attr-defined]
    assert [dark.over for dark in sorted(told["building_outage"], key=lambda o: o.read_at)] == [False, True]  # type: ignore[attr-defined]
