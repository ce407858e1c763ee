"""What a topic holds, how old it is, how far to trust it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select, update

from services.domain.boats import Compartment, Pollutant, Warehouse
from services.domain.event import Batch, Event
from services.domain.figures import Figure
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.snapshot import Quality, SourceStatus
from services.domain.topics import TOPICS
from services.store.errors import StoreError, UnknownTopic, Unstorable
from services.store.history import SAMPLED
from services.store.schema import sample, topic_state

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TOPIC = "community_figures"


def figures(*values: str) -> tuple[Figure, ...]:
    return tuple(Figure(f"f{i}", f"指标{i}", value) for i, value in enumerate(values))


def take(store, *values: str, at: datetime = NOW, source: SourceStatus | str = "community"):
    return store.take(Batch(states={TOPIC: figures(*values)}), source, at)


def boats(*rows: tuple[int, float, float, datetime]) -> Fleet:
    made = np.zeros(len(rows), FLEET_DTYPE)
    for i, (mmsi, lon, lat, at) in enumerate(rows):
        made[i] = (mmsi, lon, lat, np.nan, 90.0, int(at.timestamp() * 1000), 0, 1)
    return Fleet(made)


def test_that_a_topic_nobody_has_filled_is_waiting(store):
    snapshot = store.snapshot(TOPIC, NOW)
    assert (snapshot.quality, snapshot.records, snapshot.taken_at) == (Quality.WAITING, (), None)


def test_that_a_state_comes_back_as_the_records_it_was(store):
    take(store, "4,400+", "93.8")
    snapshot = store.snapshot(TOPIC, NOW)
    assert snapshot.records == figures("4,400+", "93.8")
    assert (snapshot.quality, snapshot.taken_at) == (Quality.GOOD, NOW)


def test_that_a_new_state_replaces_the_old_one_whole(store):
    take(store, "1", "2", "3")
    changed = (figures("1", "9")[1], figures("1")[0])
    store.put_topic(TOPIC, changed, NOW)
    assert store.snapshot(TOPIC, NOW).records == changed


def test_that_only_changed_records_are_written(store):
    take(store, "1", "2")
    take(store, "1", "7", at=NOW + timedelta(seconds=5))
    with store.read() as connection:
        written = dict(connection.execute(select(topic_state.c.key, topic_state.c.at)).all())
    assert written == {"f0": NOW, "f1": NOW + timedelta(seconds=5)}


def test_that_records_with_one_key_are_all_kept(store):
    twice = (*figures("1"), *figures("2"))
    store.put_topic(TOPIC, twice, NOW)
    assert store.snapshot(TOPIC, NOW).records == twice


def test_that_records_which_did_not_change_are_not_decoded_again(store):
    take(store, "1")
    before = store.snapshot(TOPIC, NOW)
    take(store, "1", at=NOW + timedelta(seconds=1))
    after = store.snapshot(TOPIC, NOW)
    assert after.taken_at == NOW + timedelta(seconds=1)
    assert after.records is before.records


def test_that_a_topic_turns_stale_when_its_source_is_late(store):
    take(store, "1", source=SourceStatus("community", "社区", late_after_s=30))
    assert store.snapshot(TOPIC, NOW + timedelta(seconds=30)).quality is Quality.GOOD
    late = store.snapshot(TOPIC, NOW + timedelta(seconds=31))
    assert (late.quality, late.error, late.records) == (Quality.STALE, "超过 30 秒没有更新", figures("1"))


def test_that_a_broken_source_keeps_its_records_and_turns_its_topics_stale(store):
    take(store, "1")
    store.mark(SourceStatus("community", "社区", Quality.STALE, error="连接被拒", failing_since=NOW))
    snapshot = store.snapshot(TOPIC, NOW)
    assert (snapshot.quality, snapshot.error, snapshot.records) == (Quality.STALE, "连接被拒", figures("1"))


def test_that_a_mended_source_makes_its_topics_good_again(store):
    take(store, "1")
    store.mark(SourceStatus("community", "社区", Quality.STALE, error="连接被拒", failing_since=NOW))
    take(store, "1", at=NOW + timedelta(seconds=9))
    assert store.snapshot(TOPIC, NOW + timedelta(seconds=9)).quality is Quality.GOOD
    (source,) = store.snapshot("sources", NOW + timedelta(seconds=9)).records
    assert (source.error, source.failing_since) == ("", None)


def test_that_a_topic_says_why_it_has_never_been_filled(store):
    status = SourceStatus("community", "社区", Quality.STALE, error="连接超时", failing_since=NOW)
    store.mark(status, topics=[TOPIC])
    snapshot = store.snapshot(TOPIC, NOW)
    assert (snapshot.quality, snapshot.error) == (Quality.WAITING, "连接超时")


def test_that_announcing_a_source_again_forgets_nothing_about_it(store):
    take(store, "1", "2")
    store.mark(SourceStatus("community", "社区数据库", late_after_s=5), topics=[TOPIC])
    (source,) = store.snapshot("sources", NOW).records
    assert source == SourceStatus("community", "社区数据库", Quality.GOOD, NOW, late_after_s=5, received=2)
    assert store.snapshot(TOPIC, NOW).records == figures("1", "2")


def test_that_a_summary_without_a_source_never_turns_stale(store):
    store.put_topic(TOPIC, figures("1"), NOW)
    assert store.snapshot(TOPIC, NOW + timedelta(days=3)).quality is Quality.GOOD


def test_that_sources_say_when_they_are_late(store):
    take(store, "1", source=SourceStatus("community", "社区", late_after_s=30))
    (source,) = store.snapshot("sources", NOW + timedelta(minutes=2)).records
    assert (source.quality, source.failing_since) == (Quality.STALE, NOW + timedelta(seconds=30))


def test_that_alerts_are_not_called_good_while_no_source_answers(store):
    take(store, "1", source=SourceStatus("community", "社区", late_after_s=30))
    assert store.snapshot("alerts", NOW).quality is Quality.GOOD
    blind = store.snapshot("alerts", NOW + timedelta(minutes=1))
    assert (blind.quality, blind.taken_at) == (Quality.STALE, NOW)


def test_that_a_source_goes_on_where_it_was(store):
    assert store.cursor("community") == ""
    store.take(Batch(cursor="17"), "community", NOW)
    store.take(Batch(), "community", NOW)
    assert store.cursor("community") == "17"


def test_that_a_batch_that_fails_half_way_leaves_nothing(store):
    with pytest.raises(UnknownTopic):
        store.take(Batch(states={TOPIC: figures("1"), "no_such": ()}, cursor="9"), "community", NOW)
    assert store.snapshot(TOPIC, NOW).quality is Quality.WAITING
    assert store.cursor("community") == ""
    assert store.changes_since(0) == (0, frozenset())


def test_that_an_unknown_topic_is_named_with_the_choices(store):
    with pytest.raises(UnknownTopic, match=r"'nothing'.*alerts"):
        store.snapshot("nothing", NOW)


def test_that_an_unknown_kind_of_event_is_refused_whole(store):
    with pytest.raises(StoreError, match="'rumour'"):
        store.take(Batch(events=[Event("x", "1", "rumour", NOW, None)]), "x", NOW)


@pytest.mark.parametrize("topic", ["alerts", "sources"])
def test_that_the_stores_own_topics_cannot_be_written(store, topic):
    with pytest.raises(StoreError):
        store.put_topic(topic, (), NOW)


@pytest.mark.allows_logs
def test_that_records_of_another_version_are_stale_and_not_fatal(store):
    take(store, "1")
    with store._gate.turn(), store._gate.writing() as connection:
        connection.execute(update(topic_state).values(body='{"no":"figure"}'))
    snapshot = store.snapshot(TOPIC, NOW)
    assert (snapshot.quality, snapshot.records) == (Quality.STALE, ())
    assert "另一版本" in snapshot.error


def test_that_a_fleet_comes_back_with_every_position(store):
    fleet = boats((412000001, 121.45, 28.68, NOW), (412000002, 121.9, 28.5, NOW))
    store.put_fleet(fleet.to_bytes(), NOW, "ais")
    read = store.snapshot("fleet", NOW).records
    assert (len(read), read[1].mmsi, read[1].lon, read[1].at) == (2, 412000002, 121.9, NOW)
    assert np.isnan(read[0].sog_kn)


def test_that_a_fleet_may_come_as_a_state_of_a_batch(store):
    store.take(Batch(states={"fleet": boats((1, 121.0, 28.0, NOW))}), "ais", NOW)
    assert store.snapshot("fleet", NOW).records.find(1).lat == 28.0


def test_that_levels_of_a_warehouse_are_kept_when_they_move(store):
    def warehouse(level: float | None, other: float) -> Warehouse:
        gauges = (Compartment(Pollutant.SEWAGE, 30.0, level), Compartment(Pollutant.NETS, 5.0, other))
        return Warehouse("w1", "大陈云仓", 121.9, 28.5, 2.0, gauges)

    for seconds, level in ((0, 40.0), (10, 41.0), (70, 41.0), (80, None), (200, 41.0), (1000, 41.0)):
        store.put_topic("warehouses", [warehouse(level, seconds)], NOW + timedelta(seconds=seconds))
    with store.read() as connection:
        ours = select(sample.c.at, sample.c.value).where(sample.c.key == "w1", sample.c.field == "SEWAGE")
        kept = connection.execute(ours.order_by(sample.c.at)).all()
    assert [((at - NOW).total_seconds(), value) for at, value in kept] == [(0, 40.0), (70, 41.0), (1000, 41.0)]


def test_that_every_sampled_topic_is_a_topic():
    assert SAMPLED.keys() <= TOPICS.keys()


def test_that_a_state_that_cannot_be_stored_is_refused_in_words_and_the_old_one_stays(store):
    take(store, "1")
    with pytest.raises(Unstorable, match="无法入库"):
        take(store, "\ud83d")
    assert store.snapshot(TOPIC, NOW).records == figures("1")
