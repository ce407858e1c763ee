"""Every call but the vehicles' over real HTTP: directories, orders, hits, pictures, and what is too much."""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.auth import HTTPDigestAuth
from sqlalchemy import text

from services.collect.checkpoint_summaries import state
from services.collect.intake import Intake
from services.domain.estates import Estate
from services.domain.passage import CheckpointPlace
from services.domain.timebase import REAL
from services.receivers.viid import ViidReceiver
from services.store.images import Images
from services.store.store import Store

BODIES = Path(__file__).parents[1] / "recorded" / "viid"
DEVICE, OTHER = "33100200001190000012", "33100200001190000013"
TABLE = {"host": "127.0.0.1", "port": 0, "username": "jiaojiang", "password": "demo-only", "realm": "viid"}
BRIDGE = CheckpointPlace("33100200001210000005", "椒江二桥", 121.4385, 28.69, 6)
OUTLINE = ((121.43, 28.68), (121.44, 28.68), (121.44, 28.70), (121.43, 28.70))


class Camera:
    """Registers at once and names itself in each request."""

    def __init__(self, port: int, device: str = DEVICE) -> None:
        self._url = f"http://127.0.0.1:{port}/VIID"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Identify"] = device
        about = {"RegisterObject": {"DeviceID": device}}
        login = HTTPDigestAuth("jiaojiang", "demo-only")
        assert self._session.post(f"{self._url}/System/Register", json=about, auth=login, timeout=5).ok

    def ask(self, method: str, path: str, body: bytes = b"") -> requests.Response:
        return self._session.request(method, f"{self._url}/{path}", data=body, timeout=9)

    def post(self, path: str, name: str) -> list[tuple[str, int]]:
        told = self.ask("POST", path, (BODIES / name).read_bytes()).json()
        each = told["ResponseStatusListObject"]["ResponseStatusObject"]
        return [(status["Id"], status["StatusCode"]) for status in each]

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def images(tmp_path: Path) -> Images:
    return Images(tmp_path / "images")


@pytest.fixture
def receiver(sqlite_store: Store, images: Images) -> Iterator[ViidReceiver]:
    intake = Intake(sqlite_store, REAL)
    intake.start()
    running = ViidReceiver(TABLE, sqlite_store, intake, REAL, images=images)
    running.start()
    yield running
    running.stop()
    intake.stop()


@pytest.fixture
def camera(receiver: ViidReceiver) -> Iterator[Camera]:
    made = Camera(receiver.port)
    yield made
    made.close()


def one(store: Store, query: str) -> Any:
    with store.read() as connection:
        return connection.execute(text(query)).scalar_one()


def records(store: Store, topic: str) -> dict[str, Any]:
    return {record.id: record for record in store.snapshot(topic, datetime.now(UTC)).records}


# ---------------------------------------------------------------------------------------- directory


def test_that_a_pushed_checkpoint_names_passages_where_the_directory_knows_none(
    camera: Camera, sqlite_store: Store
) -> None:
    sqlite_store.put_topic("checkpoint_places", [BRIDGE], datetime.now(UTC))
    assert camera.post("Tollgates", "tollgates.json") == [
        ("33100200001210000077", 0),
        ("33100200001210000005", 0),
        ("33100200001210000078", 8),
        ("", 8),
    ]
    vehicle = {"PassTime": "20261121142907", "PlateNo": "浙J3C71F", "TollgateID": "33100200001210000077"}
    camera.ask("POST", "MotorVehicles", json.dumps({"MotorVehicleObject": vehicle}).encode())
    assert one(sqlite_store, "SELECT checkpoint_name FROM event_passage") == "葭沚北"
    points = {point.id: point for point in state(sqlite_store, datetime.now(UTC))["checkpoints"]}
    assert points["33100200001210000077"].name == "葭沚北"
    assert points[BRIDGE.id].status == "stopped"  # its library says so, whatever the directory says
    assert one(sqlite_store, "SELECT count(*) FROM quarantine") == 2


def test_that_the_directory_is_told_as_the_norm_words_it(camera: Camera, sqlite_store: Store) -> None:
    sqlite_store.put_topic("checkpoint_places", [BRIDGE], datetime.now(UTC))
    camera.post("Tollgates", "tollgates.json")
    told = camera.ask("GET", "Tollgates").json()["TollgateListObject"]["TollgateObject"]
    assert [(each["TollgateID"], each["Name"], each["Status"]) for each in told] == [
        (BRIDGE.id, "椒江二桥", "2"),
        ("33100200001210000077", "葭沚北", "1"),
    ]
    only = camera.ask("GET", f"Tollgates?TollgateID={BRIDGE.id}").json()["TollgateListObject"]["TollgateObject"]
    assert [each["TollgateID"] for each in only] == [BRIDGE.id]
    second = camera.ask("GET", "Tollgates?RecordStartNo=2&PageRecordNum=1").json()
    assert [each["Name"] for each in second["TollgateListObject"]["TollgateObject"]] == ["葭沚北"]


def test_that_cameras_and_lanes_are_kept_and_told(camera: Camera, sqlite_store: Store) -> None:
    assert [status for _, status in camera.post("APEs", "apes.json")] == [0, 0, 8]
    assert [status for _, status in camera.post("Lanes", "lanes.json")] == [0, 0]
    assert camera.post("SubscribeNotifications", "ape_status.json") == [("331002000000042026112114295900002", 0)]
    told = camera.ask("GET", "APEs").json()["APEListObject"]["APEObject"]
    assert [(each["ApeID"], each["IsOnline"]) for each in told] == [(DEVICE, "2"), ("33100200001320000007", "2")]
    assert "Password" not in told[0]
    lanes = camera.ask("GET", "Lanes").json()["LaneListObject"]["LaneObject"]
    assert [(lane["LaneId"], lane["LaneNo"]) for lane in lanes] == [("1", 1), ("2", 2)]
    assert records(sqlite_store, "pushed_cameras")[DEVICE].name == "椒江二桥北 1 号"


def test_that_a_camera_within_an_estate_speaks_for_it(camera: Camera, sqlite_store: Store) -> None:
    sqlite_store.put_topic("estates", [Estate("XQ01", "云健一区", 1700, 12, OUTLINE, ())], datetime.now(UTC))
    vendor = "33100200001320000007"
    about = {"ApeID": vendor, "Name": "东门", "Longitude": 121.435, "Latitude": 28.69, "IsOnline": "1"}
    camera.ask("POST", "APEs", json.dumps({"APEObject": [about]}).encode())
    assert [status for _, status in camera.post("Scenes", "vendor_events.json")] == [0, 0, 0, 0, 0, 8]
    assert one(sqlite_store, "SELECT count(*) FROM event_camera_event WHERE estate_name = '云健一区'") == 5


# ---------------------------------------------------------------------------------------- orders


def test_that_a_subscription_is_kept_and_only_its_own_library_may_cancel_it(
    camera: Camera, receiver: ViidReceiver, sqlite_store: Store
) -> None:
    number = "20260101000000000001"
    assert camera.post("Subscribes", "subscribe.json") == [(number, 0)]
    kept = records(sqlite_store, "subscriptions_to_us")[number]
    assert (kept.device_id, kept.detail, kept.is_cancelled) == (DEVICE, "13", False)
    other = Camera(receiver.port, OTHER)
    assert other.ask("PUT", f"Subscribes/{number}").status_code == 404
    other.close()
    cancelled = camera.ask("PUT", f"Subscribes/{number}", b'{"SubscribeObject": {"SubscribeCancelReason": "x"}}')
    assert cancelled.json()["ResponseStatusListObject"]["ResponseStatusObject"][0]["StatusCode"] == 0
    assert records(sqlite_store, "subscriptions_to_us")[number].is_cancelled
    camera.ask("PUT", f"Subscribes/{number}", b'{"SubscribeObject": {"OperateType": "0"}}')
    assert not records(sqlite_store, "subscriptions_to_us")[number].is_cancelled
    assert camera.ask("PUT", "Subscribes/nobody-knows-this").status_code == 404


def test_that_an_order_is_kept_and_lifted(camera: Camera, sqlite_store: Store) -> None:
    number = "331002000000012026112109150100001"
    assert camera.post("Dispositions", "disposition.json") == [(number, 0)]
    assert camera.ask("PUT", f"Dispositions/{number}").ok
    assert records(sqlite_store, "police_orders")[number].is_lifted


def test_that_a_hit_is_an_event_and_its_vehicle_a_passage(camera: Camera, sqlite_store: Store) -> None:
    told = camera.post("DispositionNotifications", "disposition_notification.json")
    assert [status for _, status in told] == [0, 0]
    assert one(sqlite_store, "SELECT count(*) FROM event_disposition_hit") == 2
    assert one(sqlite_store, "SELECT plate_no FROM event_passage") == "浙J9R71E"
    assert one(sqlite_store, "SELECT title FROM event_disposition_hit WHERE category = 'person'") == ""


# ---------------------------------------------------------------------------------------- pictures


def test_that_a_passages_picture_is_a_file_before_its_ok(camera: Camera, sqlite_store: Store, images: Images) -> None:
    for _ in range(2):
        assert [status for _, status in camera.post("MotorVehicles", "picture.json")] == [0]
    path = images.path(one(sqlite_store, "SELECT image FROM event_passage"))
    assert path is not None
    assert path.read_bytes().startswith(b"\x89PNG")
    assert len(list(images.folder.rglob("*.jpg"))) == 2  # the vehicle and its plate; no driver


def test_that_faces_leave_no_file(camera: Camera, sqlite_store: Store, images: Images) -> None:
    assert [status for _, status in camera.post("Faces", "face.json")] == [0]
    assert [status for _, status in camera.post("Images", "images.json")] == [0, 8]
    assert len(list(images.folder.rglob("*.jpg"))) == 1
    assert one(sqlite_store, "SELECT count(*) FROM event_person_event") == 1


def test_that_nobody_fetches_pictures_over_this_port(camera: Camera) -> None:
    assert camera.ask("GET", "Images").status_code == 403
    assert camera.ask("GET", "Images/33100200001190000012022026112114290700001").status_code == 403


def test_that_a_full_picture_disk_loses_the_picture_and_not_the_passage(
    camera: Camera, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Images, "put", full)
    assert [status for _, status in camera.post("MotorVehicles", "picture.json")] == [0]
    assert one(sqlite_store, "SELECT image FROM event_passage") == ""
    assert one(sqlite_store, "SELECT detail FROM quarantine WHERE reason = 'picture_lost'").startswith("2 张图片")
    assert any("could not be written" in each.getMessage() for each in caplog.records)


# ---------------------------------------------------------------------------------------- too much


def test_that_fifty_megabytes_of_base64_are_refused_politely(camera: Camera, sqlite_store: Store) -> None:
    body = b'{"MotorVehicleObject": {"PassTime": "20261121142907", "SubImageList": {"Data": "' + b"A" * 50_000_000
    answer = camera.ask("POST", "MotorVehicles", body)
    told = answer.json()["ResponseStatusObject"]
    assert (answer.status_code, told["StatusCode"]) == (413, 8)
    assert "MB" in told["StatusString"]
    assert one(sqlite_store, "SELECT length(raw) FROM quarantine WHERE reason = 'too_large'") == 0
    assert [status for _, status in camera.post("MotorVehicles", "vehicles.json")] == [0, 0, 0]


def test_that_a_camera_that_breaks_off_leaves_nothing(
    camera: Camera, receiver: ViidReceiver, sqlite_store: Store
) -> None:
    body = (BODIES / "vehicles.json").read_bytes()
    head = f"POST /VIID/MotorVehicles HTTP/1.1\r\nHost: x\r\nUser-Identify: {DEVICE}\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=5) as line:
        line.sendall(head.encode() + body[: len(body) // 2])
    assert [status for _, status in camera.post("MotorVehicles", "one_object.json")] == [0]
    assert one(sqlite_store, "SELECT count(*) FROM inbox") == 1
