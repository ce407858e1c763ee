"""Whatever comes in: an answer of the right form, one status an object, and 0 only for what is on disk."""

from __future__ import annotations

import base64
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.domain.event import Batch, Event, Refused
from services.domain.timebase import Timebase, local
from services.receivers.viid_app import UPLOADS, ViidApp
from services.receivers.viid_body import KINDS
from services.receivers.viid_digest import Secret
from services.receivers.viid_directory import Directory
from services.receivers.viid_library import Stated
from services.receivers.viid_reading import Item, Reading, read_body
from services.receivers.viid_record import Outcome, Pictured
from services.store.errors import StoreBusy
from services.store.images import Images
from services.store.store import Store, Taken

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
CLOCK = Timebase(0.0, NOW, 0.0)
DEVICE = "33100200001190000012"
CALLS = sorted(UPLOADS)
PICTURE = base64.b64encode(b"\xff\xd8\xff\xe0" + b"a small picture " * 120).decode()


class Straight:
    """An intake that commits each parcel at once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.is_full = False
        self.taken: list[Taken] = []

    def submit(self, events: Sequence[Event], refused: Sequence[Refused], source: str) -> Future[Taken]:
        future: Future[Taken] = Future()
        if self.is_full:
            future.set_exception(StoreBusy("收件队列已满，请稍后重发"))
        else:
            self.taken.append(self.store.take(Batch(events=events, refused=refused), source, NOW))
            future.set_result(self.taken[-1])
        return future


class Rig:
    """The app on a store, asked without a socket."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.intake = Straight(store)
        directory = Directory(store, CLOCK)
        self.images = Images(folder, now=CLOCK.now)
        self.app = ViidApp(Secret("a", "b"), self.intake, CLOCK, images=self.images, directory=directory)
        self.app._registry.register(DEVICE)

    def post(self, path: str, body: bytes, method: str = "POST") -> tuple[str, list[dict[str, Any]]]:
        told: list[str] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "HTTP_USER_IDENTIFY": DEVICE,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        (answer,) = self.app(environ, lambda status, _: told.append(status))
        read = json.loads(answer)
        if "ResponseStatusListObject" in read:
            return told[0], read["ResponseStatusListObject"]["ResponseStatusObject"]
        return told[0], [read["ResponseStatusObject"]]

    def rows(self) -> Counter[str]:
        with self.store.read() as connection:
            names = ("inbox", "quarantine")
            return Counter({n: connection.execute(text(f"SELECT count(*) FROM {n}")).scalar_one() for n in names})

    def has(self, outcome: Outcome) -> bool:
        """Whether it is on disk."""
        with self.store.read() as connection:
            if isinstance(outcome, Stated):
                topic = text("SELECT count(*) FROM topic_state WHERE topic = :topic AND key = :id")
                return connection.execute(topic, {"topic": outcome.topic, "id": outcome.id}).scalar_one() == 1
            if isinstance(outcome, Pictured):
                return self.images.path(outcome.sha) is not None
            assert isinstance(outcome, Event)
            there = text("SELECT count(*) FROM inbox WHERE event_id = :id")
            return connection.execute(there, {"id": outcome.event_id}).scalar_one() == 1

    def raw(self) -> list[bytes]:
        with self.store.read() as connection:
            return [bytes(raw) for n in ("inbox", "quarantine") for raw in _column(connection, n)]


def _column(connection: Any, table: str) -> Iterator[bytes]:
    yield from connection.execute(text(f"SELECT raw FROM {table}")).scalars()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("fuzz")
    with Store.open(f"sqlite:///{folder}/store.db") as store:
        yield Rig(store, folder / "images")


# ------------------------------------------------------------------------------------------ bodies

ENVELOPES = [f"{kind}{ending}" for kind in sorted(KINDS) for ending in ("ListObject", "ObjectList", "Object")]
KEYS = st.sampled_from(
    [
        *ENVELOPES,
        *("SubscribeNotificationListObject", "SubscribeNotificationObject", "DispositionNotificationObject"),
        *("NotificationID", "MotorVehicleID", "PersonID", "TollgateID", "ApeID", "DeviceID", "SubscribeID"),
        *("PassTime", "ShotTime", "TriggerTime", "PlateNo", "PlateReliability", "HasPlate", "Speed", "LaneNo"),
        *("SubImageList", "SubImageInfoObject", "ImageInfo", "Image", "Data", "Type", "EventSort", "DeviceList"),
        *("EmissionObject", "WeighingObject", "LoadObject", "SmokeObject", "TrackObject", "Opacity", "Axles"),
        *("Longitude", "Latitude", "Status", "IsOnline", "Direction", "DispositionCategory", "TargetFeature", "Name"),
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            *("20261121142907", "20261121142907123", "1795242547250", "2026-11-21 14:29:07", "20261122 142907"),
            *("浙J8T56K", "浙J-8T5-", "\ud800", "\x00", "9" * 48, "3310020000042026112114290700001234"),
            *(10**80, -(2**63), 1e308, "1e999", "NaN", "01", "11", 600, 619, 660, PICTURE, "data:image/jpeg;base64,x"),
        ]
    ),
)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=25,
)


@st.composite
def vehicles(draw: st.DrawFn) -> dict[str, Any]:
    """Nearly right: a passage with a few members gone wrong."""
    vehicle: dict[str, Any] = {
        "MotorVehicleID": draw(st.sampled_from(["", DEVICE, "9" * 48, "8" * 48, "7" * 47])),
        "PassTime": draw(st.sampled_from(["20261121142907", 1795242547250, "", "20261122142907", "not a time"])),
        "PlateNo": draw(st.sampled_from(["浙J8T56K", "浙J8T5-K", "无车牌", "", 12345])),
    }
    return vehicle | draw(st.dictionaries(KEYS, ANY_JSON, max_size=4))


BODIES = st.one_of(
    ANY_JSON,
    vehicles(),
    st.lists(vehicles(), max_size=4),
    st.lists(vehicles(), max_size=4).map(lambda v: {"MotorVehicleListObject": {"MotorVehicleObject": v}}),
    st.lists(vehicles(), max_size=3).map(
        lambda v: {"SubscribeNotificationObject": [{"NotificationID": "1", "MotorVehicleObjectList": v}]}
    ),
)
CODE_PAGES = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "big5", "shift_jis")


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """As bytes, in one of several code pages, sometimes cut short or with a key twice."""
    plain = json.dumps(draw(BODIES), ensure_ascii=draw(st.booleans()))
    if draw(st.integers(0, 5)) == 0:
        plain = plain.replace('"PlateNo"', '"PassTime"').replace("{", '{"PlateNo": "", ', 1)
    body = plain.encode(draw(st.sampled_from(CODE_PAGES)), "replace")
    return body[: draw(st.integers(0, len(body)))] if draw(st.integers(0, 8)) == 0 else body


# ------------------------------------------------------------------------------------------ laws


@given(st.sampled_from(CALLS), written())
@settings(max_examples=80)
def test_that_every_body_is_answered_object_by_object_and_accounted_for(rig: Rig, path: str, body: bytes) -> None:
    expected = read_body(body, NOW, expected=UPLOADS[path])
    before = rig.rows()
    rig.intake.taken.clear()
    http, statuses = rig.post(path, body)
    grown = rig.rows() - before
    assert http.split()[0] in ("200", "400")
    assert len(statuses) == (1 if expected.bad_json else len(expected.items))
    assert {status["StatusCode"] for status in statuses} <= {0, 7, 8}
    assert all(len(status["LocalTime"]) == 14 for status in statuses)
    (taken,) = rig.intake.taken or (Taken(0, 0, 0),)
    bad_states = sum(status["StatusCode"] == 8 and not item.refused for item, status in _pairs(expected, statuses))
    assert (grown["inbox"], grown["quarantine"]) == (taken.stored, taken.refused)
    assert taken.stored + taken.duplicates == len(expected.events)
    assert taken.refused >= len(expected.refused) + bad_states
    for item, status in _pairs(expected, statuses):
        assert status["StatusCode"] != 0 or not item.refused
        if status["StatusCode"] == 0:
            assert all(rig.has(outcome) for outcome in item.outcomes)


def _pairs(reading: Reading, statuses: Sequence[dict[str, Any]]) -> Sequence[tuple[Item, dict[str, Any]]]:
    return list(zip(reading.items, statuses, strict=True))


@given(st.sampled_from(CALLS), written())
@settings(max_examples=40)
def test_that_nothing_is_half_taken_by_a_full_intake(rig: Rig, path: str, body: bytes) -> None:
    expected = read_body(body, NOW, expected=UPLOADS[path])
    before = rig.rows()
    rig.intake.is_full = True
    try:
        http, statuses = rig.post(path, body)
    finally:
        rig.intake.is_full = False
    assert rig.rows() == before
    if expected.events or expected.refused:
        assert http.startswith("503")
        assert [status["StatusCode"] for status in statuses] == [2] * len(expected.items)


@given(st.binary(max_size=300), st.sampled_from([*CALLS, "/viid/doorinfos", "/viid", "/"]))
@settings(max_examples=40)
def test_that_any_bytes_get_an_answer(rig: Rig, body: bytes, path: str) -> None:
    for method in ("POST", "PUT", "GET", "DELETE"):
        try:
            http, _ = rig.post(path, body, method)
        except KeyError:  # a directory tells its records, not a status
            assert method == "GET"
        else:
            assert http.split()[0] in ("200", "400", "403", "404", "405")


def test_that_no_picture_and_no_person_reached_a_row(rig: Rig) -> None:
    face = {"FaceID": "1", "ShotTime": "20261121142907", "Name": "某某", "SubImageList": {"Data": PICTURE}}
    rig.post("/VIID/Faces", json.dumps({"FaceObject": [face]}).encode())
    rig.post("/VIID/MotorVehicles", json.dumps({"MotorVehicleObject": [{"X": {"Data": PICTURE}}]}).encode())
    assert not [raw for raw in rig.raw() if PICTURE.encode() in raw or "某某".encode() in raw]


# ------------------------------------------------------------------------------------------ clocks


def passing(rig: Rig, at: datetime, name: str) -> str:
    vehicle = {"MotorVehicleID": name * 48, "PassTime": f"{local(at):%Y%m%d%H%M%S}", "PlateNo": "浙J8T56K"}
    http, statuses = rig.post("/VIID/MotorVehicles", json.dumps({"MotorVehicleObject": vehicle}).encode())
    assert (http, statuses[0]["StatusCode"]) == ("200 OK", 0)
    with rig.store.read() as connection:
        return connection.execute(
            text("SELECT time_flag FROM event_passage WHERE passage_id = :id"), {"id": name * 48}
        ).scalar_one()


def test_that_a_clock_ahead_and_a_passage_from_tomorrow_are_kept_and_flagged(rig: Rig) -> None:
    assert passing(rig, NOW + timedelta(minutes=10), "1") == "ahead"
    assert passing(rig, NOW - timedelta(minutes=10), "2") == ""
    assert passing(rig, NOW + timedelta(days=1), "3") == "ahead"


def test_that_a_deep_body_and_a_huge_number_are_only_refused(rig: Rig) -> None:
    http, statuses = rig.post("/VIID/MotorVehicles", b"[" * 200_000)
    assert (http[:3], statuses[0]["StatusCode"]) == ("400", 7)
    http, statuses = rig.post("/VIID/MotorVehicles", b'{"MotorVehicleObject": {"Speed": 1' + b"0" * 5000 + b"}}")
    assert (http[:3], statuses[0]["StatusCode"]) in (("400", 7), ("200", 8))


@contextmanager
def _measured() -> Iterator[list[int]]:
    import tracemalloc

    tracemalloc.start()
    peak: list[int] = []
    try:
        yield peak
    finally:
        peak.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


def test_that_fifty_megabytes_are_refused_unread(rig: Rig) -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/VIID/MotorVehicles",
        "HTTP_USER_IDENTIFY": DEVICE,
        "CONTENT_LENGTH": "50000000",
        "wsgi.input": Endless(),
    }
    with _measured() as peak:
        (answer,) = rig.app(environ, lambda status, _: told.append(status))
    assert told[0].startswith("413")
    assert json.loads(answer)["ResponseStatusObject"]["StatusCode"] == 8
    assert peak[0] < 2_000_000
