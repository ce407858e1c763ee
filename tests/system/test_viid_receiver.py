"""The GA/T 1400 receiver over real HTTP into a real store: who may speak, and what an OK is worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.auth import HTTPDigestAuth
from sqlalchemy import text

from services.collect.intake import Intake
from services.domain.passage import CheckpointPlace
from services.domain.snapshot import Quality
from services.domain.timebase import REAL
from services.receivers.viid import ViidApp, ViidReceiver, ingest_viid
from services.receivers.viid_digest import Secret
from services.serving import WsgiServer
from services.store.errors import StoreBusy
from services.store.store import Store, Taken

BODIES = Path(__file__).parents[1] / "recorded" / "viid"
DEVICE = "33100200001190000012"
STATES_RECORDED = 9  # tollgates, lanes, cameras, a subscription, an order: kept as they are now, not as events
TABLE = {"host": "127.0.0.1", "port": 0, "username": "jiaojiang", "password": "demo-only", "realm": "viid"}


class Sender:
    """A camera: registers once, then names itself in each request."""

    def __init__(self, port: int, password: str = "demo-only", device: str = DEVICE) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["User-Identify"] = device
        self.auth = HTTPDigestAuth("jiaojiang", password)
        self.device = device

    def register(self) -> requests.Response:
        body = {"RegisterObject": {"DeviceID": self.device}}
        return self.session.post(f"{self.url}/VIID/System/Register", json=body, auth=self.auth, timeout=5)

    def post(self, path: str, body: bytes = b"{}", **headers: str) -> requests.Response:
        return self.session.post(self.url + path, data=body, headers=headers, timeout=5)

    def close(self) -> None:
        self.session.close()


@pytest.fixture
def receiver(sqlite_store: Store) -> Iterator[ViidReceiver]:
    intake = Intake(sqlite_store, REAL)
    intake.start()
    running = ViidReceiver(TABLE, sqlite_store, intake, REAL)
    running.start()
    yield running
    running.stop()
    intake.stop()


@pytest.fixture
def sender(receiver: ViidReceiver) -> Iterator[Sender]:
    camera = Sender(receiver.port)
    yield camera
    camera.close()


@pytest.fixture
def registered(sender: Sender) -> Sender:
    assert sender.register().status_code == 200
    return sender


def recorded(name: str) -> bytes:
    return (BODIES / name).read_bytes()


def statuses(answer: requests.Response) -> list[int]:
    told = answer.json()
    each = told["ResponseStatusListObject"]["ResponseStatusObject"] if "ResponseStatusListObject" in told else None
    return [s["StatusCode"] for s in each or [told["ResponseStatusObject"]]]


def count(store: Store, table: str) -> int:
    with store.read() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_that_a_device_registers_lives_and_leaves(sender: Sender) -> None:
    assert sender.session.post(f"{sender.url}/VIID/System/Register", timeout=5).status_code == 401
    assert statuses(sender.register()) == [0]
    assert statuses(sender.post("/VIID/System/Keepalive", recorded("keepalive.json"))) == [0]
    assert statuses(sender.post("/VIID/System/Unregister", recorded("keepalive.json"))) == [0]
    assert sender.post("/VIID/System/Keepalive", recorded("keepalive.json")).status_code == 401


def test_that_a_wrong_password_gets_no_further(receiver: ViidReceiver) -> None:
    camera = Sender(receiver.port, password="guess")
    assert camera.register().status_code == 401
    assert camera.post("/VIID/MotorVehicles", recorded("vehicles.json")).status_code == 401
    camera.close()


def test_that_an_unregistered_device_is_told_so_and_stores_nothing(sender: Sender, sqlite_store: Store) -> None:
    answer = sender.post("/VIID/MotorVehicles", recorded("vehicles.json"))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Digest ")
    assert statuses(answer) == [4]
    assert count(sqlite_store, "inbox") == 0


def test_that_only_listed_devices_register_when_there_is_a_list(sqlite_store: Store) -> None:
    intake = Intake(sqlite_store, REAL)
    running = ViidReceiver({**TABLE, "devices": ["33100200001190000099"]}, sqlite_store, intake, REAL)
    running.start()
    known, unknown = Sender(running.port, device="33100200001190000099"), Sender(running.port)
    assert statuses(known.register()) == [0]
    assert unknown.register().status_code == 403
    for camera in (known, unknown):
        camera.close()
    running.stop()


def test_that_anyone_may_ask_the_time(sender: Sender) -> None:
    told = requests.get(f"{sender.url}/VIID/System/Time", timeout=5).json()
    assert len(told["SystemTimeObject"]["LocalTime"]) == 14


def test_that_each_object_of_a_batch_gets_its_own_answer(registered: Sender, sqlite_store: Store) -> None:
    answer = registered.post("/VIID/MotorVehicles", recorded("no_time.json"))
    assert statuses(answer) == [0, 8, 8, 8]
    assert count(sqlite_store, "event_passage") == 1
    assert count(sqlite_store, "quarantine") == 3


def test_that_what_was_answered_ok_is_on_disk_once(registered: Sender, sqlite_store: Store) -> None:
    for _ in range(3):
        assert statuses(registered.post("/VIID/MotorVehicles", recorded("vehicles.json"))) == [0, 0, 0]
    assert count(sqlite_store, "inbox") == 3
    assert count(sqlite_store, "event_passage") == 3


def test_that_a_notification_is_answered_as_one(registered: Sender, sqlite_store: Store) -> None:
    answer = registered.post("/VIID/SubscribeNotifications", recorded("notification.json"))
    (status,) = answer.json()["ResponseStatusListObject"]["ResponseStatusObject"]
    assert (status["Id"], status["StatusCode"]) == ("331002000000042026112114291000001", 0)
    assert count(sqlite_store, "event_passage") == 2


@pytest.mark.parametrize("content_type", ["application/json;charset=UTF-8", "application/VIID+JSON"])
def test_that_the_answer_speaks_the_senders_dialect(registered: Sender, content_type: str) -> None:
    answer = registered.post("/VIID/MotorVehicles", recorded("one_object.json"), **{"Content-Type": content_type})
    assert answer.headers["Content-Type"].split(";")[0] == content_type.split(";")[0]


def test_that_a_body_that_is_no_json_is_kept_whole(registered: Sender, sqlite_store: Store) -> None:
    answer = registered.post("/VIID/MotorVehicles", recorded("truncated.txt"))
    assert (answer.status_code, statuses(answer)) == (400, [7])
    with sqlite_store.read() as connection:
        raw, reason = connection.execute(text("SELECT raw, reason FROM quarantine")).one()
    assert (bytes(raw), reason) == (recorded("truncated.txt"), "bad_json")


def test_that_a_call_we_do_not_serve_is_refused_and_kept(registered: Sender, sqlite_store: Store) -> None:
    answer = registered.post("/VIID/DoorInfos", recorded("door_infos.json"))
    assert (answer.status_code, statuses(answer)) == (404, [4])
    assert count(sqlite_store, "quarantine") == 1


def test_that_persons_are_taken(registered: Sender, sqlite_store: Store) -> None:
    assert statuses(registered.post("/VIID/Persons", recorded("person.json"))) == [0]
    assert count(sqlite_store, "event_person_event") == 1


def test_that_the_directory_gives_a_passage_its_place(sqlite_store: Store) -> None:
    place = CheckpointPlace("33100200001210000005", "椒江二桥", 121.4385, 28.69, 6)
    now = datetime.now(UTC)
    sqlite_store.put_topic("checkpoint_places", [place], now)
    ingest_viid([BODIES / "one_object.json"], sqlite_store)
    with sqlite_store.read() as connection:
        assert connection.execute(text("SELECT checkpoint_name FROM event_passage")).scalar() == "椒江二桥"


def test_that_the_source_says_what_it_took_and_refused(registered: Sender, sqlite_store: Store) -> None:
    registered.post("/VIID/MotorVehicles", recorded("no_time.json"))
    (status,) = [s for s in sqlite_store.snapshot("sources", datetime.now(UTC)).records if s.id == "viid"]
    assert (status.quality, status.quarantined) == (Quality.GOOD, 3)


def test_that_every_recorded_body_is_accounted_for(sqlite_store: Store) -> None:
    files = sorted(p for p in BODIES.iterdir() if p.suffix in (".json", ".txt"))
    told = ingest_viid(files, sqlite_store)
    assert told["read"] == told["stored"] + told["duplicate"] + sum(told["quarantined"].values())
    assert told["quarantined"] == {
        "unsupported_object": 6,
        "no_pass_time": 1,
        "bad_time": 2,
        "bad_json": 1,
        "bad_directory": 4,
        "no_kept_picture": 1,
        "picture_lost": 1,
    }
    inbox = count(sqlite_store, "inbox")
    assert inbox == told["stored"] - STATES_RECORDED
    again = ingest_viid(files, sqlite_store)
    assert (again["stored"], again["duplicate"]) == (STATES_RECORDED, inbox + told["duplicate"])


def test_that_saved_bodies_may_come_one_a_line(sqlite_store: Store, tmp_path: Path) -> None:
    lines = tmp_path / "passages.jsonl"
    bodies = [json.dumps(json.loads(recorded(n))) for n in ("one_object.json", "exhaust.json")]
    lines.write_text("\n".join([*bodies, "{broken"]), encoding="utf-8")
    told = ingest_viid([lines], sqlite_store)
    assert (told["stored"], told["quarantined"]) == (2, {"bad_json": 1})


class FullStore:
    """An intake whose store cannot write."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def submit(self, events: Any, refused: Any, source: str) -> Future[Taken]:
        future: Future[Taken] = Future()
        future.set_exception(self._error)
        return future


@pytest.mark.parametrize("error", [StoreBusy("磁盘已满"), TimeoutError()])
def test_that_a_store_that_cannot_write_makes_the_sender_keep_its_data(error: Exception) -> None:
    app = ViidApp(Secret("jiaojiang", "demo-only"), FullStore(error), REAL)
    server = WsgiServer(app, "127.0.0.1", 0, "viid-test")
    server.start()
    camera = Sender(server.port)
    assert camera.register().status_code == 200
    answer = camera.post("/VIID/MotorVehicles", recorded("vehicles.json"))
    assert (answer.status_code, statuses(answer)) == (503, [2, 2, 2])
    assert answer.headers["Retry-After"] == "1"
    broken = camera.post("/VIID/MotorVehicles", recorded("truncated.txt"))
    assert (broken.status_code, statuses(broken)) == (503, [2])
    camera.close()
    server.stop()


class Hours:
    """A clock in seconds that is turned by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_that_a_registration_ends_after_five_silent_minutes_and_every_request_renews_it() -> None:
    clock = Hours()
    app = ViidApp(Secret("jiaojiang", "demo-only"), FullStore(StoreBusy("")), REAL, clock=clock)
    server = WsgiServer(app, "127.0.0.1", 0, "viid-test")
    server.start()
    camera = Sender(server.port)
    camera.register()
    for _ in range(3):
        clock.now += 290
        assert camera.post("/VIID/System/Keepalive", recorded("keepalive.json")).status_code == 200
    clock.now += 301
    assert camera.post("/VIID/System/Keepalive", recorded("keepalive.json")).status_code == 401
    camera.close()
    server.stop()
