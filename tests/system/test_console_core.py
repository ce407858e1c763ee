"""The console on a real store: what is committed comes to the screen, what is signed goes to disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject

from console.core import Core
from console.settings import Settings
from console.sound import Silence
from services.domain.alert import Action, AlertLevel, Command, Detection
from services.domain.event import Batch
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import REAL
from services.store.store import Store
from tests.scenes.sites import plain_site
from widgets.card import AlertCard


def detection(number: int) -> Detection:
    now = REAL.now()
    return Detection(
        key=f"k{number}",
        rule_id="R-1",
        rule_version=1,
        rule_text="规则",
        scene="boats",
        level=AlertLevel.YELLOW,
        title=f"预警 {number}",
        subject="浙椒渔 1",
        wall_subject="浙椒渔",
        subject_kind="boat",
        subject_id="1",
        place="锚地",
        occurred_at=now,
    )


class Room:
    """A console on a store, turned by hand: no thread runs, nothing waits."""

    def __init__(self, url: str, folder: Path) -> None:
        self.core = Core(plain_site(url, folder), Silence())
        self.desk = self.core.open_desk(Settings(scene="plain"))
        self.core.feed._done.wait = lambda timeout=None: False  # type: ignore[method-assign]

    def turn(self) -> None:
        self.core.feed.turn()
        self.core.clock.tick()

    def close(self) -> None:
        self.core.feed._close()
        self.core.stop()

    @property
    def said(self) -> str:
        """The card's line about the last command."""
        card = self.desk.dock.panes[1]
        assert isinstance(card, AlertCard)
        return card._said

    @property
    def shown(self) -> list[str]:
        return [alert.title for alert in self.core.board.get("alerts").records]


@pytest.fixture
def room(qapp, sqlite_url, tmp_path) -> Iterator[Room]:
    made = Room(sqlite_url, tmp_path)
    yield made
    made.close()


def signing(room: Room) -> Command:
    alert = room.core.board.get("alerts").records[0]
    return Command(alert.id, Action.SIGN, alert.version)


def test_that_an_alert_that_was_committed_is_on_the_card_one_turn_later(room, sqlite_url):
    with Store.open(sqlite_url) as store:
        store.report([detection(1)], REAL.now())
    room.turn()
    assert room.shown == ["预警 1"]
    assert room.desk.selection.alert_id == room.core.board.get("alerts").records[0].id


def test_that_a_signature_asked_on_the_card_is_on_disk_and_back_on_the_screen(room, sqlite_url):
    with Store.open(sqlite_url) as store:
        store.report([detection(1)], REAL.now())
        room.turn()
        room.desk.dock.asked.emit("action", signing(room))
        room.turn()
        (alert,) = store.snapshot("alerts", REAL.now()).records
        assert alert.is_signed
        assert alert.acked_by
    room.turn()
    assert room.core.board.get("alerts").records[0].is_signed
    assert "已签收" in room.said


def test_that_of_two_desks_that_sign_at_once_one_wins_and_the_other_is_told_who(qapp, room, sqlite_url, tmp_path):
    other = Room(sqlite_url, tmp_path)
    other.core.desk._session.take_over("lead-b")
    with Store.open(sqlite_url) as store:
        store.report([detection(1)], REAL.now())
    room.turn()
    other.turn()
    room.desk.dock.asked.emit("action", signing(room))
    other.desk.dock.asked.emit("action", signing(other))
    room.turn()
    other.turn()
    assert "已签收" in room.said
    assert "王" in other.said
    other.close()


def test_that_an_alert_rings_and_is_shown_before_the_next_beat(qtbot, sqlite_url, tmp_path):
    core = Core(plain_site(sqlite_url, tmp_path), Silence())
    core.open_desk(Settings(scene="plain"))
    core.clock.tick()
    core.feed.start()
    arrived: list[str] = []
    core.clock.arrived.connect(lambda snapshot: arrived.extend(a.title for a in snapshot.records))
    with Store.open(sqlite_url) as store:
        store.report([detection(1)], REAL.now())
        qtbot.waitUntil(lambda: "预警 1" in arrived, timeout=5000)
    core.stop()


def test_that_a_store_that_cannot_be_opened_leaves_a_window_that_says_so(qapp, tmp_path, caplog):
    room = Room(f"sqlite:///{tmp_path}/nowhere/district.db", tmp_path)
    room.turn()
    room.desk.tick(REAL.now())
    assert "读不到数据库" in room.desk.panels.notice.text
    assert "打不开数据库文件" in room.core.board.trouble
    room.close()


def test_that_a_store_that_comes_late_is_picked_up_by_the_open_window(qapp, tmp_path, caplog):
    folder = tmp_path / "late"
    room = Room(f"sqlite:///{folder}/district.db", tmp_path)
    room.turn()
    folder.mkdir()
    with Store.open(f"sqlite:///{folder}/district.db") as store:
        store.report([detection(1)], REAL.now())
        room.turn()
        room.turn()
    assert room.shown == ["预警 1"]
    assert room.core.board.trouble == ""
    room.close()


@pytest.mark.slow
def test_that_a_database_server_stopped_and_started_again_costs_a_message_and_no_record(
    qapp, postgres, tmp_path, caplog
):
    postgres_url = postgres.new_database()
    room = Room(postgres_url, tmp_path)
    with Store.open(postgres_url) as store:
        store.report([detection(1)], REAL.now())
    room.turn()
    postgres.stop()
    try:
        room.turn()
        room.turn()
        assert "连不上" in room.core.board.trouble
        assert room.shown == ["预警 1"]
        assert room.core.board.get("alerts").quality is Quality.STALE
        room.desk.dock.asked.emit("action", signing(room))
        room.turn()
        assert "没有写入" in room.said
    finally:
        postgres.start()
    room.turn()
    room.turn()
    assert room.core.board.trouble == ""
    room.close()


def test_that_stopping_leaves_no_window_no_thread_and_may_be_asked_twice(qapp, sqlite_url, tmp_path):
    core = Core(plain_site(sqlite_url, tmp_path), Silence())
    desk = core.open_desk(Settings(scene="plain"))
    core.toggle_wall()
    parts: list[QObject] = [desk, core.wall, *desk.findChildren(QObject)]
    core.start()
    core.stop()
    core.stop()
    assert not [part for part in parts if shiboken6.isValid(part)]
    assert not core.feed.is_alive()
    assert not core.watch.is_alive()


def test_that_a_wrong_scene_of_the_site_is_shown_as_its_own_message(qapp, tmp_path, sqlite_url):
    plain_site(sqlite_url, tmp_path)
    (tmp_path / "scenes" / "local.toml").write_text('title = "本地"\n[desk]\n', encoding="utf-8")
    room = Room(sqlite_url, tmp_path)
    room.desk.show_scene("local")
    assert "local.toml：[desk] 没有 [[desk.pane]]" in room.desk.stage.text
    room.close()


def test_that_the_sources_of_the_store_reach_the_lamp(room, sqlite_url):
    with Store.open(sqlite_url) as store:
        store.take(Batch(), SourceStatus("boats", "渔船船位"), REAL.now())
        store.mark(SourceStatus("gates", "小区门禁", Quality.STALE, error="连接被拒"))
    room.turn()
    vitals = room.desk.topbar._vitals
    assert (vitals.sources_good, vitals.sources) == (1, 2)
