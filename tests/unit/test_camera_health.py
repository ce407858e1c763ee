"""What the cameras are like, once a minute: reading, in time, not frozen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from services.collect import clock_pairs
from services.collect.camera_health import CamerasWatch, told_drift
from services.collect.clock_pairs import ClockPairs
from services.domain.event import Batch, Event
from services.domain.passage import CheckpointPlace, CheckpointState, Passage
from services.domain.recognition import CameraHealth, CameraMemory, Sight
from services.store.events import records
from services.store.schema import EVENT_TABLES
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PLACES = tuple(CheckpointPlace(f"c{n}", f"卡口 {n}", 121.4 + n / 50, 28.6, 4) for n in (1, 2))


def passages(count: int, end: datetime, checkpoint: str = "c1", **columns: object) -> list[Passage]:
    """The last ``count`` seconds before ``end``, one vehicle each."""
    return [
        replace(
            Passage(
                f"{checkpoint}-{end - n * SECOND:%d%H%M%S}", checkpoint, f"d-{checkpoint}", end - n * SECOND,
                checkpoint_name=f"卡口 {checkpoint[1:]}", plate_no=f"浙J{n:05}", plate_flag="civil", confidence=0.95,
                speed_kmh=30.0 + n % 40,
            ),
            **columns,
        )
        for n in range(count, 0, -1)
    ]  # fmt: skip


def take(store: Store, sent: Iterable[Passage]) -> None:
    """Each when it happened."""
    for each in sent:
        event = Event("viid", each.passage_id, "passage", each.passed_at, each)
        store.take(Batch(events=[event]), "viid", each.passed_at)


def taken_at_once(store: Store, sent: Iterable[Passage], at: datetime) -> None:
    store.take(Batch(events=[Event("viid", p.passage_id, "passage", p.passed_at, p) for p in sent]), "viid", at)


@pytest.fixture
def placed(sqlite_store: Store) -> Store:
    sqlite_store.put_topic("checkpoint_places", PLACES, NOW)
    return sqlite_store


def ticked(store: Store, at: datetime) -> tuple[dict[str, CameraHealth], dict[str, CheckpointState]]:
    """By a watch that has just been started."""
    CamerasWatch(store).tick(at)
    cameras = {camera.id: camera for camera in store.snapshot("cameras", at).records}
    with store.read() as connection:
        found = records(connection, "checkpoint_state", limit=2)
    return cameras, {state.checkpoint_id: state for state in found}


def test_that_the_share_of_plates_read_whole_is_told_of_the_last_minutes(placed):
    taken_at_once(placed, passages(30, NOW - MINUTE), NOW - 10 * SECOND)
    taken_at_once(placed, passages(20, NOW - 3 * MINUTE, plate_flag="unread"), NOW - 10 * SECOND)
    cameras, states = ticked(placed, NOW)
    assert (states["c1"].recognition_pct, states["c1"].passages) == (60.0, 50)
    assert states["c1"].poor_images_pct == 40.0
    assert (cameras["d-c1"].recognition_pct, cameras["d-c1"].online) == (60.0, True)


def test_that_a_checkpoint_nothing_came_from_is_unknown_not_zero(placed):
    taken_at_once(placed, passages(50, NOW - MINUTE), NOW - 10 * SECOND)
    _, states = ticked(placed, NOW)
    assert states["c2"] == CheckpointState("c2-202611210600", "c2", "卡口 2", NOW, lon=PLACES[1].lon, lat=28.6)


def test_that_few_vehicles_tell_nothing_of_a_camera(placed):
    taken_at_once(placed, passages(5, NOW - MINUTE, plate_flag="unread"), NOW - 10 * SECOND)
    _, states = ticked(placed, NOW)
    assert (states["c1"].recognition_pct, states["c1"].passages) == (None, 5)


def test_that_a_second_look_in_the_same_minute_and_a_new_start_double_nothing(placed):
    taken_at_once(placed, passages(50, NOW - MINUTE), NOW - 10 * SECOND)
    ticked(placed, NOW)
    ticked(placed, NOW + 40 * SECOND)
    with placed.read() as connection:
        count = connection.execute(select(func.count()).select_from(EVENT_TABLES["checkpoint_state"].table)).scalar()
    assert count == 2


def test_that_a_checkpoint_out_of_service_is_not_asked_about(placed):
    placed.put_topic("checkpoint_places", (PLACES[0], replace(PLACES[1], in_service=False)), NOW)
    taken_at_once(placed, [*passages(50, NOW - MINUTE), *passages(50, NOW - MINUTE, "c2")], NOW - 10 * SECOND)
    cameras, states = ticked(placed, NOW)
    assert (cameras.keys(), states.keys()) == ({"d-c1"}, {"c1"})


def test_that_no_camera_is_called_silent_while_the_whole_feed_is_cut(placed):
    taken_at_once(placed, passages(50, NOW - 20 * MINUTE), NOW - 20 * MINUTE)
    cameras, _ = ticked(placed, NOW)
    assert (cameras["d-c1"].online, cameras["d-c1"].passages) == (None, None)
    taken_at_once(placed, passages(1, NOW, "c2"), NOW)
    cameras, _ = ticked(placed, NOW + SECOND)
    assert (cameras["d-c1"].online, cameras["d-c2"].online) == (False, True)


def test_that_day_and_night_are_told_apart_and_survive_a_new_start(store):
    store.put_topic("checkpoint_places", PLACES, NOW)
    night = NOW - 10 * HOUR
    taken_at_once(store, passages(300, night, plate_flag="unread"), night)
    taken_at_once(store, passages(100, night + MINUTE * 20), night)
    taken_at_once(store, passages(300, NOW - 2 * HOUR), NOW - 2 * HOUR)
    cameras, _ = ticked(store, NOW)
    assert (cameras["d-c1"].recognition_night_pct, cameras["d-c1"].recognition_day_pct) == (25.0, 100.0)


def test_that_a_watch_counts_each_passage_once_whichever_tick_it_comes_in(placed):
    watch = CamerasWatch(placed)
    for n in range(4):
        taken_at_once(placed, passages(60, NOW + n * MINUTE), NOW + n * MINUTE)
        watch.tick(NOW + n * MINUTE + SECOND)
    (camera,) = watch.cameras(PLACES, NOW + 4 * MINUTE)
    assert camera.passages == 240


@pytest.mark.parametrize(
    ("columns", "sign"),
    [
        ({"image": "ab" * 32}, "图片"),
        ({"plate_no": "浙J8T56K"}, "号牌"),
        ({"opacity_pct": 12.5, "no_ppm": 310.0}, "尾气读数"),
        ({"speed_kmh": 41.0}, "车速"),
    ],
)
def test_that_a_reading_that_repeats_itself_is_frozen(columns, sign):
    memory = CameraMemory("d-c1")
    for each in passages(121, NOW, **columns):
        memory.see(sight(each))
    assert memory.frozen(NOW) == (2.0, sign)


def test_that_a_reading_that_moves_again_is_not_frozen():
    memory = CameraMemory("d-c1")
    for each in (
        *passages(100, NOW - MINUTE, opacity_pct=12.5, no_ppm=310.0),
        *passages(1, NOW, opacity_pct=9.0, no_ppm=3.0),
    ):
        memory.see(sight(each))
    assert memory.frozen(NOW) == (0.0, "")
    assert memory.frozen(NOW + HOUR) is None, "it is silent then: nothing is known"


def test_that_electric_cars_in_a_row_are_no_frozen_exhaust_reading():
    memory = CameraMemory("d-c1")
    for each in passages(60, NOW, opacity_pct=0.0, no_ppm=0.0):
        memory.see(sight(each))
    assert memory.frozen(NOW) == (0.0, "")


def test_that_a_camera_ten_minutes_slow_is_not_trusted_and_the_others_are(placed, monkeypatch):
    """Three cameras in a row, vehicles both ways; the middle one's clock is ten minutes slow."""
    monkeypatch.setattr(clock_pairs, "MOST_PAIRS", 500)
    sent: list[tuple[datetime, Passage]] = []
    for n in range(360):
        at, took = NOW - HOUR + n * 9 * SECOND, (200 + n * 37 % 11) * SECOND
        for leg, place in enumerate((1, 2, 3) if n % 2 else (3, 2, 1)):
            passed = at + leg * took
            shown = passed - 10 * MINUTE if place == 2 else passed
            record = Passage(f"{n}-{leg}", f"c{place}", f"d-c{place}", shown, plate_no=f"浙J{n:05}", plate_flag="civil")
            sent.append((passed, record))
    for minute in range(70):
        begin = NOW - HOUR + minute * MINUTE
        now = [record for passed, record in sent if begin <= passed < begin + MINUTE]
        taken_at_once(placed, now, begin + MINUTE)
    cameras, _ = ticked(placed, NOW + 10 * MINUTE)
    assert {name: camera.clock_trusted for name, camera in cameras.items()} == {
        "d-c1": True,
        "d-c2": False,
        "d-c3": True,
    }
    assert cameras["d-c2"].clock_ahead_s == pytest.approx(-600, abs=5)


def test_that_a_camera_silent_for_hours_is_still_known_after_a_new_start(placed):
    taken_at_once(placed, passages(9, NOW - 5 * HOUR, "c2"), NOW - 5 * HOUR)
    taken_at_once(placed, passages(9, NOW), NOW)
    cameras, _ = ticked(placed, NOW)
    silent = cameras["d-c2"]
    assert (silent.checkpoint_name, silent.online, silent.last_heard) == ("卡口 2", False, NOW - 5 * HOUR - SECOND)


def test_that_a_sender_that_names_itself_for_every_checkpoint_is_no_camera(placed):
    for place in ("c1", "c2"):
        taken_at_once(placed, passages(40, NOW, place, device_id="platform"), NOW - MINUTE)
    taken_at_once(
        placed, [replace(p, passage_id=f"x{p.passage_id}", device_id="") for p in passages(9, NOW, "c2")], NOW - MINUTE
    )
    cameras, _ = ticked(placed, NOW)
    assert {name: camera.checkpoint_name for name, camera in cameras.items()} == {"c1": "卡口 1", "c2": "卡口 2"}
    assert cameras["c2"].passages == 49


def test_that_a_camera_that_arrives_oddly_is_not_trusted_until_it_is_known_why(placed):
    watch = CamerasWatch(placed)
    for place in ("c1", "c2", "c3"):
        taken_at_once(placed, passages(60, NOW, place), NOW)
    watch.tick(NOW)
    assert [watch.trusts(f"d-{place}") for place in ("c1", "c2")] == [None, None]
    taken_at_once(placed, passages(100, NOW - 9 * MINUTE, "c2"), NOW + MINUTE)
    watch.tick(NOW + MINUTE)
    assert [watch.trusts(f"d-{place}") for place in ("c1", "c2")] == [None, False]


def sight(each: Passage, received_at: datetime | None = None) -> Sight:
    columns = {name: getattr(each, name) for name in Sight._fields if name not in ("occurred_at", "received_at")}
    return Sight(**columns, occurred_at=each.passed_at, received_at=received_at or each.passed_at)


def test_that_a_clock_set_anew_is_compared_anew():
    pairs = ClockPairs()
    first = [sight(p) for p in (*passages(20, NOW, "c1"), *passages(20, NOW + MINUTE, "c2"), *passages(20, NOW, "c3"))]
    pairs.see(first)
    assert pairs.settle(NOW + MINUTE) == frozenset()
    assert len(pairs.differences()[("d-c1", "d-c2")]) == 20
    pairs.see(sight(p, received_at=p.passed_at - 30 * SECOND) for p in passages(100, NOW + 3 * MINUTE, "c2"))
    assert pairs.settle(NOW + 3 * MINUTE) == {"d-c2"}
    assert ("d-c1", "d-c2") not in pairs.differences()


def test_that_vehicles_of_another_day_are_not_compared():
    pairs = ClockPairs()
    pairs.see([sight(passages(1, NOW, "c1")[0]), sight(passages(1, NOW + HOUR, "c2")[0])])
    assert pairs.differences() == {}


def test_that_a_drift_is_told_only_as_well_as_it_is_known():
    camera = CameraHealth("d", "c", "卡口", True, clock_ahead_s=0.8, clock_error_s=0.3)
    assert told_drift(camera) == 0.8
    assert told_drift(replace(camera, clock_error_s=0.9)) is None
    assert told_drift(replace(camera, clock_ahead_s=600.0, clock_error_s=10.0)) == 600.0
    assert told_drift(replace(camera, clock_ahead_s=None)) is None
