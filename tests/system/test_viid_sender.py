"""The demo platform below us against the real receiver: back-pressure, faults, the same story each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice

import pytest
from sqlalchemy import text

from services.collect.intake import Intake
from services.district.part import Fault, Faults
from services.district.roads import SMOKY, WATCHED
from services.district.roads_network import BY_NAME, PLACES, SENDER_ID, SILENT
from services.district.roads_traffic import FLEET, LONGEST_TRIP_S, Traffic, hourly, rate_at, so_far, story, vehicle_of
from services.district.viid_body import vehicle_objects
from services.district.viid_sender import ViidSender
from services.domain.timebase import SHANGHAI, Timebase, starting
from services.receivers.viid import ViidReceiver
from services.store.store import Store

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
SECOND = int(START.timestamp())
LOGIN = {"username": "jiaojiang", "password": "demo-only", "realm": "viid"}


def story_only() -> Traffic:
    return Traffic(42, 0.0, story(START, WATCHED, SMOKY))


@contextmanager
def receiving(store: Store, clock: Timebase, port: int = 0) -> Iterator[ViidReceiver]:
    intake = Intake(store, clock)
    intake.start()
    receiver = ViidReceiver({"host": "127.0.0.1", "port": port, **LOGIN}, store, intake, clock)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()
        intake.stop()


def sender_to(port: int, clock: Timebase, faults: Faults) -> ViidSender:
    login = (LOGIN["username"], LOGIN["password"])
    return ViidSender(f"http://127.0.0.1:{port}", login, story_only(), clock, faults, 42)


def passages(store: Store) -> list[tuple[str, int]]:
    with store.read() as connection:
        rows = connection.execute(text("SELECT plate_no, count(*) FROM event_passage GROUP BY plate_no ORDER BY 1"))
        return [(plate, number) for plate, number in rows]


THE_STORY = [("浙J5C20K", 2), ("浙J7M35X", 2), ("浙J9R71E", 2)]


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.DUPLICATES, Fault.GARBAGE, Fault.DROP, Fault.ERROR])
def test_that_every_passage_arrives_once_whatever_the_sender_suffers(sqlite_store: Store, fault: Fault) -> None:
    clock = starting(START, 1.0)
    later = Timebase(clock.anchor_s - 590, clock.start, 1.0)
    faults = Faults()
    faults.switch("viid", fault)
    with receiving(sqlite_store, later) as receiver:
        sender = sender_to(receiver.port, later, faults)
        sender._push(fault)
        sender._uplink.leave()
    assert passages(sqlite_store) == THE_STORY


def test_that_what_got_no_ok_is_sent_again(sqlite_store: Store) -> None:
    clock = starting(START, 1.0)
    later = Timebase(clock.anchor_s - 590, clock.start, 1.0)
    with receiving(sqlite_store, later) as receiver:
        port = receiver.port
        sender = sender_to(port, later, Faults())
    sender._over.set()  # no waiting between tries
    sender._push(Fault.NONE)
    assert passages(sqlite_store) == []
    sender._over.clear()
    with receiving(sqlite_store, later, port):
        sender._push(Fault.NONE)
        sender._uplink.leave()
    assert passages(sqlite_store) == THE_STORY


def test_that_t2_is_told_within_five_minutes() -> None:
    seen = [s for s in story_only().between(SECOND, SECOND + 300) if s.opacity_pct is not None]
    assert [(s.place.name, s.vehicle.plate, s.opacity_pct) for s in seen] == [("椒江二桥", "浙J7M35X", 38.2)]
    (sent,) = vehicle_objects(seen, 42)
    assert sent["VehicleClass"] == "H31"
    assert sent["EmissionObject"]["Opacity"] == 38.2
    assert sent["EmissionObject"]["VspValid"] is True


def test_that_the_same_second_is_the_same_whenever_one_begins_to_look() -> None:
    early = Traffic(42, 5.0)
    list(early.between(SECOND - 40, SECOND))
    late = Traffic(42, 5.0)
    seen = vehicle_objects(early.between(SECOND, SECOND + 20), 42)
    assert seen == vehicle_objects(late.between(SECOND, SECOND + 20), 42)
    assert seen != vehicle_objects(Traffic(43, 5.0).between(SECOND, SECOND + 20), 43)


def test_that_ids_follow_the_protocol() -> None:
    assert {len(i) for p in PLACES for i in (p.id, p.device_id)} | {len(SENDER_ID)} == {20}
    sent = vehicle_objects(Traffic(42, 5.0).between(SECOND, SECOND + 20), 42)
    assert {len(each["MotorVehicleID"]) for each in sent} == {48}
    assert len({each["MotorVehicleID"] for each in sent}) == len(sent)


def test_that_the_rate_of_the_settings_is_met_in_the_afternoon_and_the_night_is_quiet() -> None:
    night = START.replace(hour=3)
    assert rate_at(START, 50.0, 42) == pytest.approx(50, rel=0.2)
    assert rate_at(night, 50.0, 42) < 6
    assert so_far(START, 42, 50.0) < hourly(START, 42, 50.0)[14]
    assert hourly(START - timedelta(days=1), 42, 50.0) != hourly(START, 42, 50.0)


def test_that_one_checkpoint_falls_silent() -> None:
    clock = starting(START, 1.0)
    sender = ViidSender("http://127.0.0.1:9", ("a", "b"), Traffic(42, 20.0), clock, Faults(), 42)
    place = BY_NAME[SILENT]
    seen = [s for s in Traffic(42, 20.0).between(SECOND, SECOND + 120) if s.place is place]
    spoken = [s for s in seen if sender._speaks(s)]
    assert spoken
    assert len(spoken) < len(seen)
    assert all(s.at_s < SECOND + 60 for s in spoken)


def test_that_vehicles_drive_from_neighbour_to_neighbour() -> None:
    traffic = Traffic(42, 5.0)
    by_plate: dict[str, list[str]] = {}
    for sighting in islice(traffic.between(SECOND, SECOND + 900), 4000):
        by_plate.setdefault(sighting.vehicle.plate, []).append(sighting.place.name)
    assert max(map(len, by_plate.values())) >= 3


def test_that_no_two_vehicles_of_the_fleet_have_one_plate_and_none_drives_twice_at_once() -> None:
    plates = {vehicle_of(42, index).plate[1:] for index in range(0, FLEET, 7)}
    assert len({plate[1:] for plate in plates}) == len(range(0, FLEET, 7))
    seen: dict[str, float] = {}
    for sighting in Traffic(42, 60.0).between(SECOND, SECOND + 300):
        before = seen.setdefault(sighting.vehicle.plate, sighting.at_s)
        assert sighting.at_s - before < LONGEST_TRIP_S
