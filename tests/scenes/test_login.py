"""The door of the desk: nobody reads before log-in or behind the cover, and alerts are heard all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from console.core import Core
from console.lock import Idle
from console.session import DEMO_PASSWORD, NOBODY
from console.settings import Settings
from services.domain.account import Account
from services.domain.alert import Action, AlertLevel, Command, Detection
from services.domain.officer import Role
from services.domain.password import LoginRules
from services.domain.timebase import REAL
from services.store.errors import StoreUnreachable
from services.store.store import Store
from tests.scenes.fakes import Speaker
from tests.scenes.sites import plain_site
from widgets.login import Typed

RULES = LoginRules(argon2_memory_kib=8_192, argon2_time=1, argon2_lanes=1)
GOOD = "Haifeng-2026"
WANG = Account("wang", 1, "王海涛", (Role.DUTY,), "乙班 08–20")
ZHOU = Account("zhou", 1, "周敏", (Role.DISPATCHER,))
LI = Account("li", 1, "李建国", (Role.DUTY, Role.SHIFT_LEAD))
SYSADMIN = Account("sys", 1, "孙", (Role.SYSADMIN,)).officer(Role.SYSADMIN)
SECRET_PLACE = "下大陈锚地东侧"


class Room:
    """A desk on a store, turned by hand."""

    def __init__(self, url: str, folder: Path, **site) -> None:
        self.url = url
        given = {"demo": False, "login": RULES} | site
        self.speaker = Speaker()
        self.core = Core(replace(plain_site(url, folder), **given), self.speaker, attended=True)
        self.desk = self.core.open_desk(Settings(scene="plain"))
        self.desk.resize(1600, 900)
        self.desk.show()
        self.core.feed._done.wait = lambda timeout=None: False  # type: ignore[method-assign]

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            self.core.feed.turn()
            self.core.clock.tick()

    def come_in(self, login: str = "wang", password: str = GOOD, **rest) -> None:
        self.desk.cover.form.submitted.emit(Typed(login, password, **rest))
        self.turn()

    def second(self) -> None:
        self.desk.tick(REAL.now())

    @property
    def readable(self) -> list[QWidget]:
        """Everything on the screen that is not the cover."""
        cover = self.desk.cover
        return [
            w for w in self.desk.findChildren(QWidget) if w.isVisible() and w is not cover and not cover.isAncestorOf(w)
        ]

    @property
    def audit(self) -> list[str]:
        with Store.open(self.url) as store:
            return [entry.text for entry in sorted(store.cases("audit"), key=lambda entry: entry.id)]

    @property
    def alerts(self) -> list[str]:
        return [alert.scene for alert in self.core.board.get("alerts").records]


def raise_alert(url: str, scene: str = "boats", level: AlertLevel = AlertLevel.RED) -> None:
    now = REAL.now()
    found = Detection(scene, "R", 1, "规则", scene, level, "越界", "浙椒渔 1", "浙椒渔", "boat", "1", SECRET_PLACE, now)
    with Store.open(url) as store:
        store.report([found], now)


@pytest.fixture
def room(qapp, sqlite_url, tmp_path) -> Iterator[Room]:
    with Store.open(sqlite_url) as store:
        store.accounts.seed([WANG, ZHOU, LI], GOOD, REAL.now(), RULES)
    raise_alert(sqlite_url)
    made = Room(sqlite_url, tmp_path)
    made.turn()
    yield made
    made.core.feed._close()
    made.core.stop()


@pytest.fixture
def demo(qapp, sqlite_url, tmp_path) -> Iterator[Room]:
    raise_alert(sqlite_url)
    made = Room(sqlite_url, tmp_path, demo=True)
    made.turn()
    yield made
    made.core.feed._close()
    made.core.stop()


# ------------------------------------------------------------------------------------------- coming in


def test_that_a_real_site_opens_shut_and_reads_nothing_before_somebody_is_in(room):
    room.turn(3)
    assert room.desk.door.is_shut
    assert room.readable == []
    assert room.alerts == []
    assert room.core.feed._read_s == {}
    assert room.desk.cover.words.officer == ""
    assert room.desk.cover.words.unsigned == {}
    assert room.desk.cover.words.hint == ""


def test_that_a_wrong_password_opens_nothing_and_says_how_often_one_may_still_try(room):
    room.come_in(password="wrong")
    assert room.desk.cover.form.said == "账号或口令不对，还可试 4 次"
    assert room.desk.door.is_shut
    assert room.alerts == []


def test_that_the_right_password_opens_the_desk_on_what_the_officer_may_see(room):
    room.come_in()
    assert not room.desk.door.is_shut
    assert room.desk.cover.isHidden()
    assert room.alerts == ["boats"]
    assert room.desk._session.lines == ("王*", "值班员", "乙班 08–20")
    assert room.desk.panels.notice.text == "首次登录"


def test_that_the_last_log_in_and_the_failures_since_are_shown(room):
    room.come_in()
    room.desk.obey("leave")
    room.turn()
    room.come_in(password="wrong")
    room.come_in()
    assert room.desk.panels.notice.text.startswith("上次登录 ")
    assert room.desk.panels.notice.text.endswith("其后登录失败 1 次")


def test_that_who_has_two_roles_chooses_one_by_its_button(room):
    form = room.desk.cover.form
    form.login.setText("li")
    form.password.setText(GOOD)
    form.submit()
    room.turn()
    assert [button.text() for button in form._roles] == ["值班员", "值班长"]
    assert room.desk.door.is_shut
    form._roles[1].click()
    room.turn()
    assert room.desk._session.officer.role is Role.SHIFT_LEAD


def test_that_a_password_that_is_due_is_replaced_on_the_same_screen(room):
    with Store.open(room.url) as store:
        store.accounts.set_password("wang", "First-one-1", SYSADMIN, REAL.now(), RULES)
    form = room.desk.cover.form
    form.login.setText("wang")
    form.password.setText("First-one-1")
    form.submit()
    room.turn()
    assert (form.said, form.fresh.isHidden()) == ("首次登录，请设定新口令", False)
    form.fresh.setText("Second-one-2")
    form.again.setText("Second-one-3")
    form.submit()
    assert form.said == "两次输入的新口令不同"
    form.again.setText("Second-one-2")
    form.submit()
    room.turn()
    assert not room.desk.door.is_shut


@pytest.mark.allows_logs
def test_that_a_store_out_of_reach_is_said_on_the_cover(room, monkeypatch):
    def fail(*_args):
        raise StoreUnreachable("连不上数据库服务器")

    monkeypatch.setattr(room.core.feed, "_open_store", fail)
    room.core.feed._close()
    room.come_in()
    room.second()
    assert "数据库连不上" in room.desk.cover.form.said
    assert "连不上数据库服务器" in room.desk.cover.words.trouble


# -------------------------------------------------------------------------------------------- the cover


def test_that_behind_the_cover_nothing_is_on_the_screen_or_in_a_readable_name(room):
    room.come_in()
    room.desk.obey("lock")
    room.turn(2)
    assert room.readable == []
    shown = [w for w in room.desk.findChildren(QWidget) if w.isVisible()]
    told = " ".join(f"{w.accessibleName()} {w.accessibleDescription()} {w.toolTip()}" for w in shown)
    assert not any(word in told for word in ("越界", "浙椒渔", SECRET_PLACE))
    assert room.desk.windowTitle() == room.core.site.name


def test_that_what_the_cover_paints_does_not_depend_on_what_is_behind_it(room):
    room.come_in()
    room.second()
    room.desk.obey("lock")
    room.second()
    with_alert = room.desk.grab().toImage()
    room.desk.topbar.show()  # even were something left, it lies below
    room.desk.cover.tick(room.desk._now)
    assert room.desk.grab().toImage() == with_alert


def test_that_the_cover_tells_the_officer_and_counts_that_move(room):
    room.come_in()
    room.second()
    room.desk.obey("lock")
    room.second()
    words = room.desk.cover.words
    assert words.officer == "王* 值班员 乙班 08–20"
    assert words.unsigned[AlertLevel.RED] == 1
    raise_alert(room.url, "community", AlertLevel.ORANGE)
    room.turn()
    room.second()
    assert room.desk.cover.words.unsigned[AlertLevel.ORANGE] == 1


def test_that_alerts_sound_on_behind_the_cover(room):
    room.come_in()
    room.desk.obey("lock")
    room.speaker.played.clear()
    room.second()
    assert room.speaker.played == [AlertLevel.RED]


def test_that_no_word_of_a_key_or_click_reaches_the_desk_behind(room):
    room.come_in()
    room.desk.obey("lock")
    scene = room.desk.scene
    for word in ("search", "sources", "officer", "scene boats", "card F2", "theme", "mute", "wall"):
        room.desk.obey(word)
    assert room.desk.scene == scene
    assert room.core.wall is None
    assert room.readable == []


def test_that_letters_and_digits_are_typed_into_the_password(room, qtbot):
    with qtbot.waitActive(room.desk):
        room.desk.activateWindow()
    room.desk.cover.form.password.setFocus()
    QTest.keyClicks(room.desk.cover.form.password, "m1L2")
    assert room.desk.cover.form.password.text() == "m1L2"


def test_that_the_officer_goes_on_with_his_password_and_role(room):
    room.come_in("li", role="shift_lead")
    room.desk.obey("lock")
    room.turn()
    form = room.desk.cover.form
    assert form.login.isHidden()
    form.password.setText(GOOD)
    form.submit()
    room.turn()
    assert not room.desk.door.is_shut
    assert room.desk._session.officer.role is Role.SHIFT_LEAD
    assert room.desk.findChildren(QWidget)
    assert room.desk.topbar.isVisible()


def test_that_another_officer_takes_the_seat_over_and_sees_his_own_scope_only(room):
    raise_alert(room.url, "community")
    room.come_in()
    assert sorted(room.alerts) == ["boats", "community"]
    room.desk.obey("switch")
    room.come_in("zhou")
    assert room.alerts == ["boats"]
    assert room.desk._session.officer.id == "zhou"
    assert any("接替 wang" in text for text in room.audit)


def test_that_switching_back_asks_the_one_who_locked_it_again(room):
    room.come_in()
    room.desk.obey("lock")
    form = room.desk.cover.form
    form.other.click()
    assert not form.login.isHidden()
    form.other.click()
    assert form.login.isHidden()


def test_that_logging_out_leaves_nothing_on_the_board(room):
    room.come_in()
    room.desk.obey("leave")
    room.turn(2)
    assert room.desk.door.is_shut
    assert room.alerts == []
    assert room.desk._session.officer == NOBODY
    assert room.audit[-1].startswith("退出")
    assert room.desk.cover.words.officer == ""


# ------------------------------------------------------------------------------------------------- idle


def test_that_a_touch_begins_the_time_anew(qapp):
    now = [0.0]
    idle = Idle(600, lambda: now[0])
    now[0] = 599
    assert not idle.is_over
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(1, 1),
        QPointF(1, 1),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    idle.eventFilter(idle, move)
    now[0] = 1198
    assert not idle.is_over
    now[0] = 1199
    assert idle.is_over


def test_that_an_untouched_desk_covers_itself_once_and_that_is_written_down(room):
    room.come_in()
    now = [0.0]
    room.desk.idle = Idle(600, lambda: now[0], room.desk)
    room.second()
    assert not room.desk.door.is_shut
    now[0] = 600
    room.second()
    room.second()
    room.turn()
    assert room.desk.door.is_shut
    assert [text for text in room.audit if "锁屏" in text] == [room.audit[-1]]
    assert room.audit[-1].endswith("（无操作）")


def test_that_a_site_may_switch_the_idle_lock_off(qapp):
    assert not Idle(0, lambda: 1e9).is_over


def test_that_the_window_itself_is_watched_and_not_its_widgets(room):
    room.second()
    assert room.desk.idle._window is room.desk.windowHandle()


# ------------------------------------------------------------------------------------------------ demo


def test_that_a_demo_opens_without_a_password_and_shows_its_own_on_the_cover(demo):
    assert not demo.desk.door.is_shut
    assert demo.alerts == ["boats"]
    demo.desk.obey("lock")
    assert demo.desk.cover.words.hint == f"账号 duty-b，口令 {DEMO_PASSWORD}"
    demo.desk.cover.form.password.setText(DEMO_PASSWORD)
    demo.desk.cover.form.submit()
    demo.turn()
    assert not demo.desk.door.is_shut


def test_that_a_demo_with_log_in_asks_for_it(qapp, sqlite_url, tmp_path):
    room = Room(sqlite_url, tmp_path, demo=True, login=replace(RULES, auto_login=False))
    room.turn()
    assert room.desk.door.is_shut
    room.come_in("lead-b", DEMO_PASSWORD)
    assert room.desk._session.officer.role is Role.SHIFT_LEAD
    room.core.feed._close()
    room.core.stop()


def test_that_auto_login_means_nothing_on_a_real_site(room):
    assert room.core.site.login.auto_login
    assert room.desk.door.is_shut


def test_that_taking_over_on_a_demo_shows_the_other_officers_scope(demo):
    raise_alert(demo.url, "community")
    demo.turn()
    assert sorted(demo.alerts) == ["boats", "community"]
    demo.desk._session.take_over("dispatch-b")
    demo.turn()
    assert demo.alerts == ["boats"]
    demo.desk._session.take_over("auditadmin")
    demo.turn()
    assert demo.alerts == []


# ------------------------------------------------------------------------------------------- going out


def test_that_closing_the_window_logs_the_officer_out(room):
    room.come_in()
    room.desk.close()
    room.turn()
    assert room.audit[-1].startswith("退出")


def test_that_what_was_asked_before_the_lock_is_not_said_over_the_cover(room):
    room.come_in()
    shown = room.core.board.get("alerts").records[0]
    room.desk.selection = type(room.desk.selection)()
    room.desk._actions.ask("action", Command(shown.id, Action.SIGN, shown.version))
    room.desk.obey("lock")
    room.turn(2)
    assert room.readable == []


def test_that_nobodys_eyes_never_read_as_the_program(room, monkeypatch):
    """A log-out in the middle of a round: what is still read is read as the officer who left."""
    room.come_in()
    eyes = []
    store = room.core.feed._store
    snapshot = store.snapshot

    def leaving(topic, now, officer=None):
        eyes.append(officer)
        room.core.feed.read_as(None)
        return snapshot(topic, now, officer)

    monkeypatch.setattr(store, "snapshot", leaving)
    room.core.feed._unread |= room.core.feed._wanted
    room.turn(2)
    assert eyes
    assert None not in eyes
    assert room.alerts == []
