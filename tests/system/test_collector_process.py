"""The collector against its worst days: killed, its store gone, full or read-only, its clock set wrong."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.auth import HTTPDigestAuth
from sqlalchemy import Engine, event, text

from console.board import Board
from console.feed import Feed
from console.verbs import main
from services.collect.collector import collect
from services.collect.site import Site
from services.domain.happening import HappeningKind
from services.domain.snapshot import Quality
from services.domain.timebase import SHANGHAI, Timebase, starting
from services.store.store import Store
from tests.system.running import Program, wait_for
from tests.system.test_kill import Camera, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90), pytest.mark.allows_logs]

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
LOGIN = {"username": "jiaojiang", "password": "demo-only", "realm": "viid"}


@contextmanager
def collecting(url: str, port: int, clock: Timebase | None = None) -> Iterator[None]:
    """The whole collector in a thread, with a receiver for passages and no source to ask."""
    table = {"host": "127.0.0.1", "port": port, **LOGIN}
    site = Site(store_url=url, timebase=clock or starting(START), receivers={"viid": table})
    over = threading.Event()
    thread = threading.Thread(target=collect, args=(site, over), name="collector")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def sending(port: int, count: int = 2) -> Iterator[list[Camera]]:
    over = threading.Event()
    cameras = [Camera(serial, port, over) for serial in range(1, count + 1)]
    for camera in cameras:
        camera.start()
    try:
        yield cameras
    finally:
        over.set()
        for camera in cameras:
            camera.join()


def acknowledged(cameras: list[Camera]) -> set[str]:
    return {each for camera in cameras for each in camera.acknowledged}


def until_more(cameras: list[Camera], said: str) -> None:
    had = [len(camera.acknowledged) for camera in cameras]
    wait_for(lambda: all(len(c.acknowledged) > n for c, n in zip(cameras, had, strict=True)), f"an OK {said}")


def until_refused(cameras: list[Camera]) -> None:
    had = [camera.repeated for camera in cameras]
    wait_for(lambda: all(c.repeated > n + 1 for c, n in zip(cameras, had, strict=True)), "a refusal")


def assert_each_is_there_once(url: str, cameras: list[Camera]) -> None:
    with Store.open(url) as store, store.read() as connection:
        stored = connection.execute(text("SELECT event_id FROM inbox")).scalars().all()
        typed = connection.execute(text("SELECT passage_id FROM event_passage")).scalars().all()
    assert acknowledged(cameras) <= set(stored)
    assert len(stored) == len(set(stored)) == len(typed) == len(set(typed))


def answer_to_one(port: int, serial: int = 0, **said: Any) -> requests.Response:
    """One passage, its digest on the request itself."""
    device = "33100200001190000099"
    passage = {"MotorVehicleID": f"{device}0220261121142907{serial:05d}0200001", "PassTime": "20261121142907", **said}
    return requests.post(
        f"http://127.0.0.1:{port}/VIID/MotorVehicles",
        data=json.dumps({"MotorVehicleObject": [passage]}),
        headers={"User-Identify": device},
        auth=HTTPDigestAuth(LOGIN["username"], LOGIN["password"]),
        timeout=15,
    )


def is_listening(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/VIID/System/Time", timeout=5).ok
    except requests.RequestException:
        return False


# ---------------------------------------------------------------------------------------------- killed


def test_that_the_real_collector_killed_in_mid_stream_loses_and_doubles_nothing(
    tmp_path: Path, sqlite_url: str
) -> None:
    port, chance = free_port(), random.Random(3)
    login = "".join(f'{key} = "{value}"\n' for key, value in LOGIN.items())
    site = tmp_path / "site.toml"
    site.write_text(
        f'[store]\nurl = "{sqlite_url}"\n[receivers.viid]\nhost = "127.0.0.1"\nport = {port}\n{login}', encoding="utf-8"
    )
    with sending(port) as cameras:
        for life in range(4):
            with Program("collect", "--site", site, log=tmp_path / "collect.log") as collector:
                until_more(cameras, f"in life {life}")
                time.sleep(chance.uniform(0.0, 0.2))  # a moment within the stream that no step of it chooses
                if life < 3:
                    collector.kill()
                else:
                    assert collector.end() == 0
    assert "Traceback" not in (tmp_path / "collect.log").read_text(encoding="utf-8")
    assert_each_is_there_once(sqlite_url, cameras)


# ------------------------------------------------------------------------------------- the store's faults


@contextmanager
def every_connection(pragma: str) -> Iterator[None]:
    """From now on, on every new connection to SQLite."""

    def connected(connection: Any, _record: Any) -> None:
        connection.execute(pragma)

    event.listen(Engine, "connect", connected)
    try:
        yield
    finally:
        event.remove(Engine, "connect", connected)


def test_that_a_collector_whose_store_is_read_only_at_start_waits_for_it(sqlite_url: str, caplog: Any) -> None:
    port = free_port()
    path = sqlite_url.removeprefix("sqlite:///")
    with every_connection("PRAGMA query_only = ON"), collecting(sqlite_url, port):
        wait_for(lambda: "waiting for the store: 数据库只读" in caplog.text, "a word of the read-only store")
        assert not is_listening(port)
        assert Path(path).exists()
    with collecting(sqlite_url, port):
        wait_for(lambda: is_listening(port), "the receiver")
        assert answer_to_one(port).status_code == 200
    assert caplog.text.count("waiting for the store") == 1


def test_that_a_full_disk_answers_busy_and_takes_everything_when_there_is_room(sqlite_url: str) -> None:
    port, pages = free_port(), [1_000_000]

    def lent(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages[0]}")

    event.listen(Engine, "checkout", lent)
    try:
        with collecting(sqlite_url, port):
            wait_for(lambda: is_listening(port), "the receiver")
            with sending(port) as cameras:
                until_more(cameras, "before the disk is full")
                pages[0] = 1  # as many as there are
                until_refused(cameras)
                # One small passage may still find room on a half-filled page; that is an honest OK.
                answers = (answer_to_one(port, serial) for serial in range(200))
                assert_busy(next(a for a in answers if a.status_code != 200))
                pages[0] = 1_000_000
                until_more(cameras, "when there is room")
    finally:
        event.remove(Engine, "checkout", lent)
    assert_each_is_there_once(sqlite_url, cameras)


def test_that_a_server_stopped_and_started_loses_nothing_and_the_console_goes_stale_and_mends(
    postgres: Any, request: Any
) -> None:
    url, port, board = postgres.new_database("district_template"), free_port(), Board()
    request.addfinalizer(lambda: postgres.drop_database(url))
    feed = Feed(lambda: Store.open(url), board, starting(START))
    feed.want(["alerts", "sources"])
    with collecting(url, port), sending(port) as cameras:
        feed.start()
        try:
            until_more(cameras, "before the server stops")
            wait_for(lambda: board.get("sources").quality is Quality.GOOD, "the console's list of sources")
            postgres.stop()
            try:
                until_refused(cameras)
                assert_busy(answer_to_one(port))
                wait_for(lambda: "连不上数据库" in board.trouble, "the console's word of it")
                assert board.get("sources").quality is Quality.STALE
                assert board.get("sources").records
            finally:
                postgres.start()
            until_more(cameras, "after the server started")
            wait_for(lambda: not board.trouble and board.get("sources").quality is Quality.GOOD, "the console again")
        finally:
            feed.stop()
    assert_each_is_there_once(url, cameras)


def test_that_a_store_that_can_never_be_opened_ends_the_collector_with_a_sentence(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database at all, really" * 100)
    (tmp_path / "site.toml").write_text('[store]\nurl = "sqlite:///x.db"\n', encoding="utf-8")
    assert main(["collect", "--site", str(tmp_path / "site.toml")]) == 1
    assert "采集不能开始：数据库文件已损坏" in capsys.readouterr().err


def assert_busy(answer: requests.Response) -> None:
    assert answer.status_code == 503
    told = answer.json()["ResponseStatusListObject"]["ResponseStatusObject"]
    assert [each["StatusCode"] for each in told] == [2]


# ------------------------------------------------------------------------------------ a clock that jumps


def test_that_a_clock_that_jumps_between_two_lives_marks_late_once_and_raises_no_storm(sqlite_url: str) -> None:
    port = free_port()
    smoky = {"HasPlate": 1, "PlateNo": "浙J7M35X", "PlateReliability": "98"}
    smoky["EmissionObject"] = {"Opacity": 38.2, "Ringelmann": 0, "NO": 820, "VspValid": True}
    told: list[tuple[int, Counter[HappeningKind]]] = []
    for jump in (timedelta(), timedelta(hours=1), timedelta(hours=-1), timedelta(hours=1), timedelta()):
        clock = starting(START + timedelta(minutes=5) + jump)
        with collecting(sqlite_url, port, clock), Store.open(sqlite_url) as store:
            wait_for(lambda: is_listening(port), "the receiver")
            assert answer_to_one(port, **smoky).status_code == 200
            store.expire(clock.now())  # as the collector's own clock does each second
            alerts = store.snapshot("alerts", clock.now()).records
            told.append((len(alerts), Counter(h.kind for a in alerts for h in store.happenings(a.id))))
            assert store.verify_chain() is None
    assert told[0][0] == 1
    assert told[0][1][HappeningKind.RAISED] == 1
    assert told[1] != told[0]
    assert told[1:] == [told[1]] * 4
