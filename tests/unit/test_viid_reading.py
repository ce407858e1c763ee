"""Every shape and dirt of a VIID body: stored or refused with its reason, never lost, never a crash."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.event import Event, Refused
from services.domain.passage import CheckpointPlace, Passage, PersonEvent
from services.domain.vehicle import class_word, colour_word
from services.receivers.viid_lookups import Lookups
from services.receivers.viid_reading import read_body
from services.receivers.viid_time import read_moment, written

BODIES = Path(__file__).parents[1] / "recorded" / "viid"
NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
PASSED = datetime(2026, 11, 21, 6, 29, 7, tzinfo=UTC)


def body(name: str) -> bytes:
    return (BODIES / name).read_bytes()


def passages(name: str, expected: str = "MotorVehicle") -> list[Passage]:
    reading = read_body(body(name), NOW, expected=expected)
    assert not reading.refused
    return [event.record for event in reading.events]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("vehicles.json", 3),
        ("one_object.json", 1),
        ("no_outer_list.json", 2),
        ("list_spelled_as_notification.json", 1),
        ("bare_object.json", 1),
        ("notification.json", 2),
        ("notification_spelled_as_upload.json", 1),
        ("gb18030.txt", 1),
        ("utf16.txt", 1),
    ],
)
def test_that_every_envelope_gives_its_passages(name: str, count: int) -> None:
    found = passages(name)
    assert len({p.passage_id for p in found}) == count
    assert {p.passed_at for p in found} == {PASSED}


def test_that_words_and_figures_are_read_whatever_their_type() -> None:
    first, second, third = passages("vehicles.json")
    assert (first.plate_no, first.plate_colour, first.lane, first.speed_kmh) == ("浙J3C71F", "蓝", 2, 61.0)
    assert (first.direction, first.confidence, first.has_plate) == ("北", 0.99, True)
    assert (second.plate_no, second.plate_raw, second.plate_flag) == ("浙JD18803", "浙Ｊ·d18803", "new_energy_small")
    assert (second.has_plate, second.lane, second.speed_kmh) == (True, 3, 52.0)
    assert (third.plate_no, third.plate_flag, third.has_plate, third.confidence) == ("", "none", False, None)


def test_that_exhaust_readings_come_with_the_passage() -> None:
    (truck,) = passages("exhaust.json")
    assert (truck.opacity_pct, truck.ringelmann, truck.no_ppm, truck.vsp_valid) == (38.2, 1.0, 820.0, True)
    assert truck.axle_mass_t == 4.1
    assert class_word(truck.vehicle_class) == "轻货"


def test_that_a_passage_full_of_empty_strings_is_kept_with_its_flags() -> None:
    (passage,) = passages("empty_strings.json")
    assert (passage.plate_no, passage.plate_flag, passage.time_flag) == ("浙J4861", "odd", "epoch")
    assert (passage.lane, passage.speed_kmh, passage.has_plate, passage.checkpoint_id) == (None, None, None, "")
    assert len(passage.passage_id) == 64


def test_that_a_passage_that_is_blank_but_for_plate_and_time_is_kept() -> None:
    (passage,) = passages("all_blank.json")
    assert (passage.plate_no, passage.passed_at, passage.has_plate) == ("浙J00001", PASSED, True)
    assert (passage.lane, passage.speed_kmh, passage.confidence, passage.vehicle_brand) == (None, None, None, "")
    assert (passage.is_covered, len(passage.passage_id), len(passage.image)) == (False, 64, 64)


def test_that_a_device_id_used_for_every_passage_does_not_make_them_one() -> None:
    assert len({p.passage_id for p in passages("device_id_as_vehicle_id.json")}) == 2


def test_that_every_spelling_of_a_moment_is_understood_and_flagged() -> None:
    found = passages("times.json")
    flags = ["", "milliseconds", "epoch", "epoch", "repaired", "repaired", "repaired"]
    assert [p.time_flag for p in found] == flags
    assert {p.passed_at.replace(microsecond=0) for p in found} == {PASSED}


def test_that_a_picture_can_tell_the_time() -> None:
    (passage,) = passages("time_only_in_picture.json")
    assert passage.time_flag == "from_image"
    assert passage.passed_at == PASSED.replace(second=8)


def test_that_a_passage_without_a_time_is_refused_alone() -> None:
    reading = read_body(body("no_time.json"), NOW)
    assert len(reading.events) == 1
    assert [r.reason for r in reading.refused] == ["no_pass_time", "bad_time", "bad_time"]
    assert all(b"PlateNo" in r.raw for r in reading.refused)


def test_that_a_clock_ahead_is_flagged_not_refused() -> None:
    early = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    (item,) = read_body(body("one_object.json"), early).events
    assert item.record.time_flag == "ahead"


def test_that_an_unread_plate_keeps_its_mark() -> None:
    (passage,) = passages("unread_plate.json")
    assert (passage.plate_no, passage.plate_flag) == ("浙JD12-45", "unread")


def test_that_doubled_keys_lose_neither_values_nor_objects() -> None:
    first, second = passages("nan_and_double_keys.txt")
    assert (first.plate_no, first.speed_kmh, first.lane) == ("浙J3C71F", 44.0, None)
    assert second.plate_no == "浙J3C71F"


def test_that_a_person_is_an_event_without_a_name() -> None:
    (event,) = read_body(body("person.json"), NOW).events
    assert event.kind == "person_event"
    assert isinstance(event.record, PersonEvent)
    assert event.record.seen_at == PASSED


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("register.json", "unsupported_object"),
        ("register_response.json", "unsupported_object"),
        ("door_infos.json", "unsupported_object"),
        ("truncated.txt", "bad_json"),
    ],
)
def test_that_what_we_do_not_take_is_kept_with_its_reason(name: str, reason: str) -> None:
    reading = read_body(body(name), NOW)
    assert not reading.events
    (refused,) = reading.refused
    assert refused.reason == reason
    assert refused.raw


def test_that_the_directory_names_the_checkpoint() -> None:
    place = CheckpointPlace("33100200001210000005", "椒江二桥", 121.44, 28.69, 6)
    (event,) = read_body(body("one_object.json"), NOW, Lookups(places={place.id: place}.get)).events
    assert (event.record.checkpoint_name, event.record.lon, event.record.lat) == ("椒江二桥", 121.44, 28.69)


def test_that_a_body_nested_without_end_is_kept_whole() -> None:
    deep = b'{"A":' * 100_000
    (refused,) = read_body(deep, NOW).refused
    assert refused.raw == deep


def test_that_moments_survive_writing_and_reading() -> None:
    assert read_moment(written(PASSED)) == (PASSED, "")


@pytest.mark.parametrize("text", ["", "0", "abc", "99999999999999", "20260230000000", "1" * 400, "٢٠٢٦١١٢١١٤٢٩٠٧"])
def test_that_what_is_no_moment_is_none(text: str) -> None:
    assert read_moment(text) is None


def test_that_colour_codes_and_words_meet() -> None:
    assert [colour_word(c) for c in ("5", "05", "蓝", "蓝色", "", "77")] == ["蓝", "蓝", "蓝", "蓝", "", ""]


KEYS = st.sampled_from(
    [
        "MotorVehicleListObject",
        "MotorVehicleObjectList",
        "MotorVehicleObject",
        "PersonObject",
        "SubscribeNotificationListObject",
        "SubscribeNotificationObject",
        "NotificationID",
        "MotorVehicleID",
        "PassTime",
        "PlateNo",
        "SubImageList",
        "SubImageInfoObject",
        "ShotTime",
        "EmissionObject",
        "Opacity",
        "Speed",
        "LaneNo",
        "HasPlate",
        "PlateReliability",
        "Direction",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["20261121142907", "1795242547250", "浙J8T56K", "-", "\ud800", "\x00", 10**80, 1e308]),
)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=20,
)


@given(ANY_JSON)
def test_that_any_json_gives_events_and_refusals_and_never_an_error(value: Any) -> None:
    for item in read_body(json.dumps(value).encode(), NOW, expected="MotorVehicle").items:
        for outcome in item.outcomes:
            if isinstance(outcome, Event):
                assert outcome.event_id
                assert outcome.raw
            elif isinstance(outcome, Refused):
                assert outcome.reason
                outcome.detail.encode()


@given(st.binary(max_size=200))
def test_that_any_bytes_are_kept(blob: bytes) -> None:
    reading = read_body(blob, NOW)
    if reading.bad_json:
        assert reading.refused[0].raw == blob
