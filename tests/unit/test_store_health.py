"""What the store says of its sources: who was heard, and when nobody is looking."""

from datetime import UTC, datetime, timedelta

import numpy as np

from services.domain.event import Batch
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.snapshot import Quality, SourceStatus
from services.store.store import Store

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
REGISTER = SourceStatus("register", "登记", late_after_s=26 * 3600)
CAMERAS = SourceStatus("cameras", "卡口", late_after_s=30)


def test_that_records_merged_elsewhere_count_as_received(store):
    store.take(Batch(merged=40), CAMERAS, NOON)
    store.take(Batch(merged=2), CAMERAS, NOON)
    [status] = store.snapshot("sources", NOON).records
    assert status.received == 42


def test_that_alerts_are_stale_when_every_frequent_source_is_late_whatever_a_daily_one_says(store):
    for source in (REGISTER, CAMERAS):
        store.take(Batch(), source, NOON)
    assert store.snapshot("alerts", NOON + timedelta(seconds=20)).quality is Quality.GOOD
    assert store.snapshot("alerts", NOON + timedelta(minutes=5)).quality is Quality.STALE


def test_that_a_site_of_slow_sources_only_is_judged_by_them(store):
    store.take(Batch(), REGISTER, NOON)
    assert store.snapshot("alerts", NOON + timedelta(hours=2)).quality is Quality.GOOD


def test_that_a_fleet_is_written_again_after_a_restart_that_heard_nothing_new(store_url):
    rows = np.zeros(300, FLEET_DTYPE)
    rows["mmsi"] = 412_000_000 + np.arange(300)
    rows["lon"], rows["lat"], rows["at_ms"] = 121.8, 28.5, round(NOON.timestamp() * 1000)
    for _ in range(2):
        with Store.open(store_url) as store:
            store.put_fleet(Fleet(rows.copy()).to_bytes(), NOON)
            assert len(store.snapshot("fleet", NOON).records) == 300
