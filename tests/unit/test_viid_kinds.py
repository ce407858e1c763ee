"""What each kind of VIID object is for us, and what is never kept of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.domain.community_told import CameraEvent
from services.domain.event import Event, Refused
from services.domain.passage import CheckpointPlace, DispositionHit, Passage, PersonEvent
from services.receivers.viid_kept import kept_unreadable
from services.receivers.viid_library import Stated
from services.receivers.viid_lookups import Lookups, Seen, Spot
from services.receivers.viid_reading import Reading, read_body
from services.receivers.viid_record import Pictured

BODIES = Path(__file__).parents[1] / "recorded" / "viid"
NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
PASSED = datetime(2026, 11, 21, 6, 29, 7, tzinfo=UTC)
BRIDGE = CheckpointPlace("33100200001210000005", "椒江二桥", 121.44, 28.69, 6, at_hub=False, blind_road=True)


def read(name: str, expected: str = "", **lookups: Any) -> Reading:
    return read_body((BODIES / name).read_bytes(), NOW, Lookups(**lookups), expected)


def only_event(reading: Reading) -> Event:
    (event,) = reading.events
    assert not reading.refused
    return event


def only_record(name: str, **lookups: Any) -> Any:
    return only_event(read(name, **lookups)).record


# ------------------------------------------------------------------------------------------ vehicles


def test_that_weight_load_smoke_brand_and_cover_come_with_the_passage() -> None:
    truck = only_record("weighing.json")
    assert (truck.axle_mass_t, truck.axles, truck.total_mass_t) == (11.5, 6, 52.3)
    assert (truck.is_loaded, truck.is_sheeted, truck.smoke_confirmed, truck.is_covered) == (True, False, True, True)
    assert (truck.vehicle_brand, truck.lane, truck.unread_chars) == ("解放", 2, 2)


def test_that_the_hour_is_the_districts_own() -> None:
    assert only_record("weighing.json").local_hour == pytest.approx(2 + 29 / 60 + 7 / 3600, abs=0.001)
    assert only_record("one_object.json").local_hour == pytest.approx(14 + 29 / 60 + 7 / 3600, abs=0.001)


def test_that_a_passage_without_readings_says_nothing_of_them() -> None:
    car = only_record("one_object.json")
    assert (car.axles, car.total_mass_t, car.is_loaded, car.is_sheeted, car.smoke_confirmed) == (None,) * 5
    assert (car.unread_chars, car.image, car.clock_trusted, car.at_hub) == (0, "", None, None)


def test_that_place_registers_and_clocks_are_asked_once_each() -> None:
    asked: list[Any] = []

    def facts(seen: Seen) -> dict[str, Any]:
        asked.append(seen)
        return {"is_scrapped": True, "use": "货运"}

    def clocks(device_id: str) -> bool:
        asked.append(device_id)
        return False

    truck = only_record("weighing.json", places={BRIDGE.id: BRIDGE}.get, facts=facts, clocks=clocks)
    assert (truck.checkpoint_name, truck.at_hub, truck.blind_road) == ("椒江二桥", False, True)
    assert (truck.is_scrapped, truck.use, truck.clock_trusted) == (True, "货运", False)
    seen = Seen("浙J--35X", truck.passed_at, BRIDGE.id, "H11", "红", "解放")
    assert asked == ["33100200001190000012", seen]


def test_that_the_picture_of_the_whole_vehicle_is_the_main_one_and_the_drivers_is_nowhere() -> None:
    reading = read("picture.json")
    event = only_event(reading)
    plate, whole, driver = json.loads(event.raw)["SubImageList"]["SubImageInfoObject"]
    assert set(reading.pictures) == {plate["DataSha256"], whole["DataSha256"]}
    assert event.record.image == whole["DataSha256"]
    assert (plate["Data"], whole["Data"], driver) == ("", "", {"Type": "04", "Data": ""})
    assert b"QUJD" not in event.raw
    assert all(data.startswith(b"\x89PNG") for data in reading.pictures.values())


def test_that_what_is_no_picture_is_not_kept_as_one() -> None:
    body = json.loads((BODIES / "picture.json").read_text())
    images = body["MotorVehicleListObject"]["MotorVehicleObject"][0]["SubImageList"]["SubImageInfoObject"]
    for image, data in zip(images, ("QUJDQUJD" * 400, "不是 base64", 12), strict=True):
        image["Data"] = data
    reading = read_body(json.dumps(body).encode(), NOW)
    assert not reading.pictures
    assert only_event(reading).record.image == ""
    assert b"QUJDQUJD" not in only_event(reading).raw


def test_that_a_lost_picture_leaves_the_passage_without_one() -> None:
    reading = read("picture.json")
    event = only_event(reading.without_pictures(reading.pictures))
    assert event.record.image == ""
    assert event.record.plate_no == "浙J3C71F"


# ------------------------------------------------------------------------------------------ persons


@pytest.mark.parametrize("name", ["person.json", "face.json", "nonmotor.json"])
def test_that_who_passes_on_foot_or_two_wheels_is_an_event_without_anybody(name: str) -> None:
    reading = read(name)
    event = only_event(reading)
    assert isinstance(event.record, PersonEvent)
    assert (event.kind, event.record.device_id, event.record.seen_at) == (
        "person_event",
        "33100200001190000012",
        PASSED,
    )
    assert not reading.pictures
    told = json.loads(event.raw)
    assert not {"Name", "IDNumber", "GenderCode", "FeatureList", "SubImageList", "PlateNo"} & set(told)


def test_that_a_person_that_is_refused_leaves_no_name_in_the_quarantine() -> None:
    body = {"FaceListObject": {"FaceObject": [{"FaceID": "x", "Name": "某某", "IDNumber": "110101199003070000"}]}}
    (refused,) = read_body(json.dumps(body).encode(), NOW).refused
    assert refused.reason == "no_pass_time"
    assert json.loads(refused.raw) == {"FaceID": "x"}


def test_that_a_person_inside_a_vehicle_belongs_to_it_and_is_left_out() -> None:
    vehicle = {"MotorVehicleID": "a", "PassTime": "20261121142907", "PersonObject": {"Name": "某某"}}
    event = only_event(read_body(json.dumps({"MotorVehicleObject": [vehicle]}).encode(), NOW))
    assert event.kind == "passage"
    assert "某某".encode() not in event.raw


# ------------------------------------------------------------------------------------------ hits


def test_that_a_notification_of_a_watched_vehicle_is_a_hit_and_its_passage() -> None:
    reading = read("disposition_notification.json", places={BRIDGE.id: BRIDGE}.get)
    (vehicle, person) = reading.items
    hit, passage = vehicle.outcomes
    assert isinstance(hit, Event)
    assert isinstance(hit.record, DispositionHit)
    assert (hit.kind, hit.record.category, hit.record.title) == ("disposition_hit", "vehicle", "车辆布控")
    assert (hit.record.checkpoint_name, hit.record.lon) == ("椒江二桥", 121.44)
    assert hit.record.object_id == "331002000011900000120220261121142907001510200151"
    assert isinstance(passage, Event)
    assert isinstance(passage.record, Passage)
    assert passage.record.plate_no == "浙J9R71E"
    assert vehicle.id == "331002000000042026112114290700001"
    assert len(person.outcomes) == 2


def test_that_a_hit_about_a_person_is_a_number_and_a_place() -> None:
    _, person = read("disposition_notification.json").items
    hit = person.outcomes[0]
    assert isinstance(hit, Event)
    assert (hit.record.category, hit.record.title) == ("person", "")
    assert all("某某".encode() not in each.raw for each in person.outcomes if isinstance(each, Event))
    assert all(b"110101" not in each.raw for each in person.outcomes if isinstance(each, Event))


# ------------------------------------------------------------------------------------------ cameras


def test_that_vendor_numbers_are_camera_events_of_the_community() -> None:
    reading = read("vendor_events.json", spots=lambda _: Spot("XQ01", "云健一区"))
    found = [event.record for event in reading.events]
    assert all(isinstance(record, CameraEvent) for record in found)
    assert [record.kind for record in found] == [
        "falling_object",
        "open_flame",
        "ebike",
        "illegal_construction",
        "vendor_669",
    ]
    assert {(record.estate_id, record.estate_name, record.camera_id) for record in found} == {
        ("XQ01", "云健一区", "33100200001320000007")
    }
    assert (found[0].track, found[0].frames, found[0].floors_down, found[0].score) == (
        "500,100 505,300 512,620",
        7,
        4.0,
        0.86,
    )
    (refused,) = reading.refused  # 19 is the norm's own: a line crossed
    assert refused.reason == "unsupported_object"


def test_that_a_vehicle_with_a_vendor_number_is_both() -> None:
    vehicle = {
        "MotorVehicleID": "a",
        "PassTime": "20261121142907",
        "DeviceID": "33100200001190000012",
        "SubImageList": {"SubImageInfoObject": [{"EventSort": 660}, {"EventSort": "660"}, {"EventSort": 1}]},
    }
    reading = read_body(json.dumps({"MotorVehicleObject": vehicle}).encode(), NOW)
    assert [event.kind for event in reading.events] == ["passage", "camera_event"]
    assert reading.events[1].record.kind == "shop_outside"
    assert len(reading.items) == 1


def test_that_a_picture_alone_is_a_file_and_a_face_alone_is_refused() -> None:
    reading = read("images.json")
    scene, face = reading.items
    assert [type(each) for each in scene.outcomes] == [Pictured]
    assert len(reading.pictures) == 1
    assert isinstance(face.outcomes[0], Refused)
    assert face.outcomes[0].reason == "no_kept_picture"
    assert b"iVBOR" not in face.outcomes[0].raw


# ------------------------------------------------------------------------------------------ directory


def test_that_the_directory_of_others_is_a_state() -> None:
    stated = read("tollgates.json").stated
    assert [(each.topic, each.id) for each in stated] == [
        ("pushed_places", "33100200001210000077"),
        ("pushed_places", "33100200001210000005"),
        ("pushed_places", "33100200001210000078"),
    ]
    assert stated[0].fields == {"name": "葭沚北", "lon": 121.4, "lat": 28.685, "in_service": True, "lanes": 4}
    assert stated[1].fields == {"in_service": False}


def test_that_a_cameras_password_is_not_kept() -> None:
    reading = read("apes.json")
    assert [(each.id, each.fields.get("is_online")) for each in reading.stated] == [
        ("33100200001190000012", True),
        ("33100200001320000007", False),
    ]
    assert b"not-to-be-kept" not in repr(reading).encode()
    assert [each.reason for each in reading.refused] == ["bad_directory"]


def test_that_a_change_of_status_comes_by_notification() -> None:
    (item,) = read("ape_status.json").items
    (stated,) = item.outcomes
    assert isinstance(stated, Stated)
    assert stated.fields == {"is_online": False}


def test_that_an_order_keeps_the_plate_of_a_vehicle_and_nothing_of_a_person() -> None:
    def order(category: int) -> Any:
        made = {"DispositionID": "1", "DispositionCategory": category, "TargetFeature": "(3=浙J8T56K)", "Title": "某某"}
        (stated,) = read_body(json.dumps({"DispositionObject": [made]}).encode(), NOW).stated
        return stated.fields

    assert order(2)["plate_no"] == "浙J8T56K"
    assert "plate_no" not in order(1)
    assert "某某" not in str(order(1))


# ------------------------------------------------------------------------------------------ no JSON


def test_that_an_unreadable_body_leaves_neither_pictures_nor_persons() -> None:
    picture = b'{"MotorVehicleObject": [{"Data": "' + b"QUJD" * 500 + b'"}, {"PlateNo": '
    assert kept_unreadable(picture) == b'{"MotorVehicleObject": [{"Data": "<2000>"}, {"PlateNo": '
    assert kept_unreadable(b'{"PersonObject": [{"Name": "x"') == b""
    assert kept_unreadable('{"FaceObject": '.encode("utf-16")) == b""
    (refused,) = read_body(picture, NOW).refused
    assert "SHA-256" in refused.detail
