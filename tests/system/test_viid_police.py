"""The demo police against our own client and receiver: what it was told to watch for comes back as a hit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import text

from services.collect.intake import Intake
from services.collect.site import Site
from services.district import police
from services.district.part import DistrictSettings, Fault, Faults
from services.district.police import HITS, SEEN, Police
from services.district.police_book import PoliceBook
from services.district.police_platform import PLATFORM_ID
from services.district.roads import SMOKY, WATCHED
from services.district.roads_traffic import Traffic, story
from services.district.viid_body import vehicle_objects
from services.district.viid_uplink import Uplink
from services.domain.timebase import SHANGHAI, Timebase
from services.receivers.viid import ViidReceiver
from services.store.store import Store
from tests.system.viid_above import DEVICE, LOGIN, Recording, platform

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
SECOND = int(START.timestamp())
TABLE = {"host": "127.0.0.1", "port": 0, "username": LOGIN[0], "password": LOGIN[1], "realm": "viid"}
PLATE = WATCHED[0].plate


class Line:
    """An uplink that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def keep_alive(self) -> None:
        """There is nobody to hear it."""

    def leave(self) -> None:
        """As above."""

    def post(self, path: str, body: bytes) -> None:
        self.sent.append((path, json.loads(body)))

    def hits(self, category: str) -> list[dict[str, Any]]:
        each = [body["DispositionNotificationListObject"] for path, body in self.sent if path == HITS]
        objects = [one for told in each for one in told["DispositionNotificationObject"]]
        return [one for one in objects if one["DispositionCategory"] == category]


@pytest.fixture
def above() -> Iterator[Recording]:
    with platform() as running:
        yield running


def police_of(above: Recording, line: Any, seed: int = 42) -> Police:
    return Police(above, line, Timebase(0.0, START), Faults(), seed)


def disposition(**more: Any) -> dict[str, Any]:
    return {
        "DispositionID": "331002000000012026112100000000001",
        "Title": "车辆布控",
        "DispositionCategory": "2",
        "TargetFeature": f"(3={PLATE})",
        "PriorityLevel": 3,
        "ApplicantName": "值班",
        "ApplicantOrg": "公安",
        "BeginTime": "20261121000000",
        "EndTime": "20261220000000",
        "OperateType": 0,
        "DispositionRange": "2",
    } | more


def subscription(serial: int, detail: str) -> dict[str, Any]:
    return {
        "SubscribeID": f"3310020000000320261121000000{serial:05d}",
        "Title": "订阅",
        "SubscribeDetail": detail,
        "ResourceURI": PLATFORM_ID,
        "ApplicantName": "值班",
        "ApplicantOrg": "指挥中心",
        "BeginTime": "20261121000000",
        "EndTime": "20271121000000",
        "ReceiveAddr": "http://127.0.0.1:9",
        "OperateType": 0,
    }


@cache
def seen() -> list[dict[str, Any]]:
    return vehicle_objects(Traffic(42, 0.0, story(START, WATCHED, SMOKY)).between(SECOND, SECOND + 600), 42)


def test_that_each_passage_of_a_watched_plate_is_one_hit(above: Recording) -> None:
    above.book.set([disposition()])
    line = Line()
    room = police_of(above, line)
    room.hear(seen())
    room.work(START)
    hits = line.hits("2")
    assert [hit["MotorVehicleObject"]["PlateNo"] for hit in hits] == [PLATE, PLATE]
    assert all(hit["CntObjectID"] == hit["MotorVehicleObject"]["MotorVehicleID"] for hit in hits)
    assert {len(hit["NotificationID"]) for hit in hits} == {33}
    assert len({hit["NotificationID"] for hit in hits}) == 2


@pytest.mark.parametrize(
    "order",
    [
        disposition(TollgateList="33100200001210000024", DispositionRange="1"),
        disposition(EndTime="20261121140000"),
        disposition(BeginTime="20261122000000"),
    ],
)
def test_that_place_and_time_of_an_order_count(above: Recording, order: dict[str, Any]) -> None:
    assert [verdict.code for verdict in above.book.set([order])] == [0]
    line = Line()
    room = police_of(above, line)
    room.hear(seen())
    room.work(START)
    assert line.hits("2") == []


def test_that_a_lifted_order_is_silent(above: Recording) -> None:
    above.book.set([disposition()])
    above.book.lift(disposition()["DispositionID"])
    assert above.book.watching(PLATE) == ()


def test_that_a_hit_about_a_person_is_an_id_and_a_place(above: Recording) -> None:
    line = Line()
    room = police_of(above, line)
    for minute in range(0, 200, 5):
        room.work(START + timedelta(minutes=minute))
    hits = line.hits("1")
    assert 10 < len(hits) < 60  # about one in 400 s
    for hit in hits:
        assert set(hit["PersonObject"]) == {"PersonID", "InfoKind", "DeviceID", "TollgateID", "PersonAppearTime"}
        assert len(hit["PersonObject"]["PersonID"]) == 48


def test_that_neighbours_are_told_of_only_to_who_subscribed(above: Recording) -> None:
    line = Line()
    room = police_of(above, line)
    room.work(START + timedelta(minutes=2))
    assert [path for path, _ in line.sent if path == SEEN] == []
    above.book.subscribe([subscription(1, "13"), subscription(2, "7")])
    room.work(START + timedelta(minutes=4))
    told = neighbours_told(line)
    assert [len(one["TollgateObjectList"]["TollgateObject"]) for one in told if "TollgateObjectList" in one] == [3]
    vehicles = [one for one in told if "MotorVehicleObjectList" in one]
    assert 25 < len(vehicles) < 75  # the minutes before the subscription as well
    assert {one["SubscribeID"] for one in vehicles} == {subscription(1, "13")["SubscribeID"]}


def test_that_the_same_is_told_however_often_and_late_one_begins_to_work(above: Recording) -> None:
    above.book.subscribe([subscription(1, "13")])
    once, often = Line(), Line()
    police_of(above, once).work(START + timedelta(minutes=8))
    room = police_of(above, often)
    for second in range(0, 481, 7):
        room.work(START + timedelta(seconds=second))
    room.work(START + timedelta(minutes=8))
    assert once.hits("1") == often.hits("1")
    assert neighbours_told(once) == neighbours_told(often)


def neighbours_told(line: Line) -> list[dict[str, Any]]:
    bodies = [body["SubscribeNotificationListObject"] for path, body in line.sent if path == SEEN]
    return [body["SubscribeNotificationObject"][0] for body in bodies]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Title": ""}, "缺少 Title"),
        ({"DispositionID": "33"}, "不是 33 位"),
        ({"BeginTime": "2026-11-21 00:00"}, "14 位时间"),
        ({"TargetFeature": "浙J5C20K"}, "没有号牌"),
    ],
)
def test_that_what_lacks_something_is_refused(change: dict[str, Any], words: str) -> None:
    (verdict,) = PoliceBook().set([disposition(**change)])
    assert verdict.code == 8
    assert words in verdict.text


def test_that_an_id_is_set_once_and_only_known_ones_change() -> None:
    book = PoliceBook()
    assert [v.code for v in book.set([disposition(), disposition()])] == [0, 4]
    assert [v.code for v in book.change([disposition(), disposition(DispositionID="9" * 33)])] == [0, 4]
    assert [v.code for v in book.set(["x", 5, None])] == [8, 8, 8]
    assert (book.lift("x").code, book.cancel("x").code) == (4, 4)


@contextmanager
def receiving(store: Store, clock: Timebase) -> Iterator[ViidReceiver]:
    intake = Intake(store, clock)
    intake.start()
    receiver = ViidReceiver(TABLE, store, intake, clock)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()
        intake.stop()


def test_that_hits_and_neighbours_arrive_in_our_store(sqlite_store: Store, above: Recording) -> None:
    above.book.set([disposition()])
    above.book.subscribe([subscription(1, "13"), subscription(2, "7")])
    clock = Timebase(0.0, START)
    with receiving(sqlite_store, Timebase(0.0, START, 0.0)) as receiver:
        uplink = Uplink(f"http://127.0.0.1:{receiver.port}", LOGIN, PLATFORM_ID)
        room = Police(above, uplink, clock, Faults(), 42)
        room.hear(seen())
        room.work(START)
        room.work(START + timedelta(minutes=10), Fault.DUPLICATES)
        uplink.leave()
    with sqlite_store.read() as connection:
        hits = dict(
            connection.execute(text("SELECT category, count(*) FROM event_disposition_hit GROUP BY category")).all()
        )
        places = connection.execute(
            text("SELECT DISTINCT checkpoint_name FROM event_passage WHERE checkpoint_id NOT LIKE '331002%'")
        ).scalars()
        assert set(places) == {"黄岩东出口", "路桥北出口", "金清西"}
        refused = connection.execute(text("SELECT reason FROM quarantine")).scalars().all()
    assert hits["vehicle"] == 2
    assert hits["person"] >= 1
    assert refused == []


def test_that_a_site_without_a_platform_has_no_police() -> None:
    assert police.parts(DistrictSettings(), Site(), Faults()) == ((), None)
    assert len(DEVICE) == len(PLATFORM_ID) == 20
