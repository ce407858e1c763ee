"""Events are stored once, whole, with what the rules found in them, or not at all."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from services.domain.alert import AlertLevel, Detection
from services.domain.community_told import CameraEvent, GatePassage, MeterReading
from services.domain.event import Batch, Event, Refused
from services.store import events as stored_events
from services.store.errors import StoreError
from services.store.schema import EVENT_TABLES, alert, case_event, inbox, quarantine
from services.store.store import Store, Taken

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def reading(name: str, at: datetime = NOW, value: float = 1.5) -> Event:
    record = MeterReading(name, "m1", "water", at, value, "m3", "d1")
    return Event("meters", name, "meter_reading", at, record, f"raw {name}".encode())


def crowd(name: str, at: datetime = NOW) -> Event:
    return Event("cameras", name, "camera_event", at, CameraEvent(name, "c1", "e1", "东苑", "3 幢", "crowd", 0.9, at))


def stored(store: Store, table=inbox) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


class Finds:
    """Rules that find what they are told to find, and remember what they were shown."""

    def __init__(self, *found: Detection) -> None:
        self.found = found
        self.shown: list[Event] = []
        self.past: list[Event] = []
        self.forgot = 0

    def detections(self, events, reader):
        self.shown += events
        self.past = list(stored_events.past(reader, "meter_reading"))
        return self.found

    def forget(self) -> None:
        self.forgot += 1


DETECTION = Detection(
    "k1", "r1", 1, "≥ 10 次", "community", AlertLevel.YELLOW, "标题", "林*", "林**", "person", "p1", "东苑", NOW
)


def test_that_an_event_is_kept_as_received_and_as_a_record(store):
    event = reading("a")
    assert store.take(Batch(events=[event]), "meters", NOW) == Taken(1, 0, 0)
    with store.read() as connection:
        assert connection.execute(select(inbox.c.raw, inbox.c.received_at)).one() == (b"raw a", NOW)
        assert stored_events.records(connection, "meter_reading") == (event.record,)


def test_that_an_event_sent_again_is_counted_and_left_out(store):
    store.take(Batch(events=[reading("a"), reading("b")]), "meters", NOW)
    taken = store.take(Batch(events=[reading("b"), reading("c"), reading("c")]), "meters", NOW)
    assert (taken.stored, taken.duplicates) == (1, 2)
    assert stored(store) == stored(store, EVENT_TABLES["meter_reading"].table) == 3


def test_that_one_id_from_two_sources_is_two_events(store):
    other = replace(reading("a"), source="other")
    assert store.take(Batch(events=[reading("a"), other]), "meters", NOW).stored == 2


def test_that_a_batch_may_hold_several_kinds(store):
    store.take(Batch(events=[reading("a"), crowd("b"), reading("c")]), "mixed", NOW)
    with store.read() as connection:
        assert [r.reading_id for r in stored_events.records(connection, "meter_reading")] == ["c", "a"]
        assert [r.event_id for r in stored_events.records(connection, "camera_event")] == ["b"]


@pytest.mark.parametrize("size", [150, 700])
def test_that_a_large_batch_with_duplicates_is_stored_once(store, size):
    batch = [reading(str(i)) for i in range(size)]
    store.take(Batch(events=batch[::3]), "meters", NOW)
    taken = store.take(Batch(events=batch), "meters", NOW)
    assert taken.stored + taken.duplicates == size
    with store.read() as connection:
        names = {r.reading_id for r in stored_events.records(connection, "meter_reading", limit=size * 2)}
    assert names == {str(i) for i in range(size)}


def test_that_text_of_every_kind_survives_a_bulk_write(store):
    odd = ["\\N", "a\tb", "第\n一", "'\"", "", "\\", "𠮷", "NULL", "{}"] * 40
    batch = [reading(f"{i}") for i in range(len(odd))]
    batch = [replace(e, record=replace(e.record, estate_id=text)) for e, text in zip(batch, odd, strict=True)]
    store.take(Batch(events=batch), "meters", NOW)
    with store.read() as connection:
        read = stored_events.records(connection, "meter_reading", limit=1000)
    assert [r.estate_id for r in reversed(read)] == odd


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=6))
def test_that_whatever_is_sent_again_each_event_is_there_once(sqlite_store, batches):
    already = stored(sqlite_store)
    prefix = f"{already}-{id(batches)}-"
    counted = 0
    for names in batches:
        taken = sqlite_store.take(Batch(events=[reading(f"{prefix}{n}") for n in names]), "meters", NOW)
        assert taken.stored + taken.duplicates == len(names)
        counted += taken.stored
    assert counted == len({n for names in batches for n in names}) == stored(sqlite_store) - already


def test_that_refused_records_are_kept_whole_with_the_reason_and_counted(store):
    refused = [Refused("ais", "bad_checksum", "校验和不符", b"!AIVDM\x00\xff"), Refused("ais", "bad_json", "坏", b"{")]
    assert store.take(Batch(refused=refused), "ais", NOW).refused == 2
    with store.read() as connection:
        kept = connection.execute(select(quarantine.c.reason, quarantine.c.raw).order_by(quarantine.c.seq)).all()
    assert kept == [("bad_checksum", b"!AIVDM\x00\xff"), ("bad_json", b"{")]
    (source,) = store.snapshot("sources", NOW).records
    assert source.quarantined == 2


def test_that_rules_see_new_events_only_and_the_tables_as_they_were_before(store):
    rules = Finds()
    store.take(Batch(events=[reading("a")]), "meters", NOW)
    store.use_rules(rules)
    store.take(Batch(events=[reading("a"), reading("b")]), "meters", NOW)
    assert [e.event_id for e in rules.shown] == ["b"]
    assert [(e.source, e.event_id, e.record) for e in rules.past] == [("meters", "a", reading("a").record)]


def test_that_past_events_come_in_the_order_they_happened(store):
    late, early = reading("late", NOW), reading("early", NOW - timedelta(hours=1))
    store.take(Batch(events=[late, early]), "meters", NOW)
    table = EVENT_TABLES["meter_reading"].table
    with store.read() as connection:
        found = [e.event_id for e in stored_events.past(connection, "meter_reading", table.c.meter_id == "m1")]
        assert found == ["early", "late"]
        assert not list(stored_events.past(connection, "meter_reading", table.c.occurred_at > NOW))


def test_that_an_event_and_its_alert_are_stored_together(store):
    store.use_rules(Finds(DETECTION))
    taken = store.take(Batch(events=[reading("a")]), "meters", NOW)
    assert [a.id for a in taken.alerts] == ["YJ-1121-0001"]
    assert store.changes_since(0)[1] == {"alerts", "sources"}


def test_that_a_batch_that_fails_leaves_no_event_and_no_alert_and_the_rules_forget(store):
    rules = Finds(DETECTION)
    store.use_rules(rules)
    with pytest.raises(StoreError):
        store.take(Batch(events=[reading("a")], states={"no_such_topic": ()}), "meters", NOW)
    assert (stored(store), stored(store, alert), stored(store, case_event), rules.forgot) == (0, 0, 0, 1)


def test_that_a_rule_that_breaks_loses_its_batch_and_says_so(store):
    class Broken(Finds):
        def detections(self, events, reader):
            raise ZeroDivisionError

    rules = Broken()
    store.use_rules(rules)
    with pytest.raises(ZeroDivisionError):
        store.take(Batch(events=[reading("a")]), "meters", NOW)
    assert (stored(store), rules.forgot) == (0, 1)


def test_that_many_threads_may_take_at_once(store):
    def send(thread: int) -> None:
        for i in range(10):
            store.take(Batch(events=[reading(f"{thread}-{i}"), reading(f"shared-{i}")]), "meters", NOW)

    threads = [threading.Thread(target=send, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored(store) == 50


def test_that_a_gate_passage_keeps_every_field(store):
    passage = GatePassage("p1", "e1", "东苑", "南门", "in", "x9", "visitor", 0, 1, 0, NOW, "3 幢", "林*")
    store.take(Batch(events=[Event("gate", "p1", "gate_passage", NOW, passage)]), "gate", NOW)
    with store.read() as connection:
        assert stored_events.records(connection, "gate_passage") == (passage,)


ODD = {
    "half a character": {"estate_id": "a\ud83d"},
    "a moment without a zone": {"read_at": datetime(2026, 1, 1)},  # noqa: DTZ001
    "nothing where something must be": {"meter_id": None},
    "a zero character": {"estate_id": "a\0b"},
    "words for a number": {"cum_value": "many"},
}
HELD_BY_SQLITE = ("a zero character", "words for a number")


@pytest.mark.allows_logs  # psycopg's own, of the abandoned pipeline
@pytest.mark.parametrize("size", [3, 300])
@pytest.mark.parametrize("odd", ODD)
def test_that_an_event_the_database_cannot_hold_is_quarantined_alone(store, odd, size):
    batch = [reading(str(i)) for i in range(size)]
    batch[1] = replace(batch[1], record=replace(batch[1].record, **ODD[odd]))
    store.use_rules(Finds(DETECTION))
    taken = store.take(Batch(events=batch), "meters", NOW)
    refused = 0 if store._gate.is_sqlite and odd in HELD_BY_SQLITE else 1
    assert (taken.stored, taken.refused) == (size - refused, refused)
    assert [a.count for a in taken.alerts] == [1]
    with store.read() as connection:
        kept = connection.execute(select(quarantine.c.reason, quarantine.c.raw)).all()
    assert kept == [("unstorable", b"raw 1")] * refused


def test_that_a_detail_may_quote_what_cannot_be_stored(store):
    store.take(Batch(refused=[Refused("m", "bad_text", "a\0b\ud83d", b"\0")]), "m", NOW)
    with store.read() as connection:
        assert connection.execute(select(quarantine.c.detail)).scalar_one() == "a\ufffdb?"


@pytest.mark.parametrize("size", [3, 300])
def test_that_a_whole_number_may_stand_for_a_fraction(store, size):
    batch = [replace(e, record=replace(e.record, cum_value=7)) for e in map(reading, map(str, range(size)))]
    assert store.take(Batch(events=batch), "meters", NOW).stored == size
