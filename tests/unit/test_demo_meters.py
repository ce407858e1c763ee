"""The demo's own meters: counters that never run backwards, and what happens with them in the first hours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from services.collect.meter_nights import MeterNights
from services.collect.meter_watch import MeterWatch
from services.collect.rules import RuleRunner, read_rules
from services.domain.alert import AlertLevel
from services.domain.meter_settings import METERS
from services.domain.timebase import local
from services.sources.community import community_sources
from services.sources.community_upstream import Upstream
from services.store import events as stored
from services.store.store import Store
from tests.unit.community_demo import START, community, standing

RULES = Path(__file__).parents[2] / "resources" / "rules"


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
    """From the rows of their database to our alerts, each raised once."""
    url, clock = f"sqlite:///{tmp_path / 'c.db'}", [START]
    rules = [rule for rule in read_rules(RULES) if rule.id.startswith("R-UTL")]
    sqlite_store.use_rules(RuleRunner(rules, now=lambda: clock[0]))
    with community(url) as (life, _):
        watch = MeterWatch(sqlite_store, METERS)
        for minute in (0, 0, 75, 150):
            now = clock[0] = START + timedelta(minutes=minute)
            life.go_on(local(now))
            for source in community_sources(Upstream(url), standing(now)):
                if source.key in ("community_meters", "community_gas", "community_estates"):
                    answer = source.fetch(sqlite_store.cursor(source.key))
                    sqlite_store.take(source.normalise(answer, now), source.key, now)
            watch.tick(now)
        MeterNights(sqlite_store, METERS).tick(clock[0])
    alerts = {alert.rule_id: alert for alert in sqlite_store.snapshot("alerts", clock[0]).records}
    assert set(alerts) == {"R-UTL-01", "R-UTL-03", "R-UTL-05"}
    assert alerts["R-UTL-01"].level is AlertLevel.ORANGE
    assert (alerts["R-UTL-03"].level, alerts["R-UTL-03"].subject_id) == (AlertLevel.YELLOW, "XQ04")
    assert "14" in alerts["R-UTL-05"].title
    with sqlite_store.read() as connection:
        dark = stored.records(connection, "building_outage", limit=10)
    assert sorted(told.over for told in dark) == [False, True]
