"""The desk's window: keys, selection, badges, panels, mute, theme."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.actions import Actions
from console.board import Board
from console.desk import Desk, Seat
from console.find import REGISTER, scene_for
from console.scene import Box, PaneSpec, Plan, Scene
from console.session import DEMO_ROSTER, Session
from console.sound import Silence
from console.stage import Stage
from console.vitals import silent_since
from services.domain.alert import Action, AlertLevel, Command, Outcome
from services.domain.boats import FishingBoat, SeaWeather
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.masked import Masked
from services.domain.snapshot import Quality, Snapshot, SourceStatus, Subject
from tests.scenes.fakes import KINDS, NOW, FailingPane, Speaker, alert, alerts, scene
from widgets.look import Face
from widgets.message import Message
from widgets.topbar import LevelCount

RED, ORANGE, YELLOW, BLUE = AlertLevel.RED, AlertLevel.ORANGE, AlertLevel.YELLOW, AlertLevel.BLUE
SCENES = (scene("home", "fleet"), scene("boats", "fleet"), Scene("bad", "bad", problem="bad.toml：[desk] 第 1 格 …"))


class Desktop:
    """A desk with everything it is told by, and the commands it asked for."""

    def __init__(self, qtbot, voice=None) -> None:
        self.board = Board()
        self.commands: list = []
        self.session = Session(DEMO_ROSTER)
        self.actions = Actions(lambda command, officer: self.commands.append((command, officer)), self.session)
        seat = Seat("椒江区指挥中心", True, "0.1.0", "库 SQLite WAL")
        voice = voice or Silence()
        self.desk = Desk(seat, SCENES, KINDS, self.board, self.actions, self.session, voice)
        qtbot.addWidget(self.desk)
        self.desk.resize(1920, 1080)
        with qtbot.waitActive(self.desk):
            self.desk.show()
            self.desk.activateWindow()
        self.desk.setFocus()

    def arrive(self, snapshot: Snapshot) -> None:
        self.board.put(snapshot)
        self.desk.take(snapshot)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.desk, key, modifier)

    @property
    def card(self):
        return self.desk.dock.panes[1]


@pytest.fixture
def seat(qtbot) -> Desktop:
    return Desktop(qtbot)


def test_that_the_scene_the_dock_and_the_bars_fill_the_window_without_overlap(seat):
    desk = seat.desk
    assert desk.stage.size() == desk.room.size()
    stage = desk.room.geometry()
    assert (stage.left(), stage.top()) == (71, 48)
    assert stage.right() + 2 == desk.dock.geometry().left() == 1920 - 391
    assert desk.foot.geometry().bottom() == 1079
    assert desk.foot.height() == 25


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_that_a_digit_shows_the_scene_of_that_place(seat, modifier):
    seat.press(Qt.Key.Key_2, modifier)
    assert seat.desk.scene == "boats"


def test_that_the_keys_of_the_card_reach_the_card(seat):
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F8):
        seat.press(key)
    assert seat.card.pressed == ["F2", "F8"]


def test_that_the_next_alert_key_walks_the_unsigned_ones_worst_first(seat):
    seat.arrive(alerts(alert(1, BLUE), alert(2, RED), alert(3, ORANGE), alert(4, RED, signed=True)))
    walked = []
    for _ in range(3):
        seat.press(Qt.Key.Key_F6)
        walked.append(seat.desk.selection.alert_id[-1])
    assert walked == ["3", "1", "2"]  # 2 was selected by itself on arrival


def test_that_the_worst_alert_is_on_the_card_before_anybody_chose(seat):
    seat.arrive(alerts(alert(1, BLUE), alert(2, ORANGE)))
    assert seat.card.selected[-1] == Subject("alert", "YJ-1121-0002")


def test_that_an_alert_marks_what_it_is_about_in_the_scene(seat):
    seat.arrive(alerts(alert(1), alert(2)))
    seat.actions.ask("select", Subject("alert", "YJ-1121-0002"))
    assert seat.desk.stage.panes[0].selected[-1] == Subject("boat", "2")


def test_that_a_thing_selected_in_the_scene_brings_its_alert_to_the_card(seat):
    seat.arrive(alerts(alert(1), alert(2)))
    seat.desk.stage.panes[0].asked.emit("select", Subject("boat", "2"))
    assert seat.card.selected[-1] == Subject("alert", "YJ-1121-0002")


def test_that_selection_survives_a_change_of_scene(seat):
    seat.arrive(alerts(alert(1), alert(2)))
    seat.desk.select(Subject("boat", "2"))
    seat.desk.show_scene("boats")
    assert seat.desk.stage.panes[0].selected == [Subject("boat", "2")]


def test_that_a_command_carries_the_officer_at_the_desk(seat):
    sign = Command("YJ-1121-0001", Action.SIGN, 1)
    seat.session.take_over("lead-b")
    seat.card.asked.emit("action", sign)
    assert [(c, o.id) for c, o in seat.commands] == [(sign, "lead-b")]


REFUSED = Outcome(Command("YJ-1121-0001", Action.SIGN, 1), None, "李* 已先一步签收")


def test_that_the_card_hears_what_became_of_its_command_and_nobody_repeats_it(seat):
    seat.arrive(alerts(alert(1)))
    seat.actions.answer(REFUSED)
    assert seat.card.outcomes == [REFUSED]
    assert not seat.desk.panels.notice.isVisible()


def test_that_an_officer_who_looks_at_another_alert_by_now_is_told_all_the_same(seat):
    seat.arrive(alerts(alert(1), alert(2, RED)))
    seat.actions.answer(REFUSED)
    assert seat.desk.panels.notice.isVisible()
    assert seat.desk.panels.notice.text == "YJ-1121-0001：李* 已先一步签收"


def test_that_the_counters_and_badges_add_up_to_the_open_alerts(seat):
    seat.arrive(alerts(alert(1, RED, signed=True), alert(2, ORANGE), alert(3, ORANGE), alert(4, YELLOW, scene="home")))
    levels = seat.desk.topbar._vitals.levels
    assert levels[RED] == LevelCount(1, 0)
    assert levels[ORANGE] == LevelCount(2, 2)
    badges = {name: button.badge for name, button in seat.desk.rail._buttons.items()}
    assert (badges["boats"].level, badges["boats"].count) == (ORANGE, 2)
    assert (badges["home"].level, badges["home"].count) == (YELLOW, 1)


def test_that_a_broken_scene_shows_its_problem_and_the_dock_goes_on(seat):
    seat.desk.show_scene("bad")
    assert isinstance(seat.desk.stage, Message)
    assert "bad.toml" in seat.desk.stage.text
    seat.arrive(alerts(alert(1)))
    assert seat.card.drawn[-1].records[0].id == "YJ-1121-0001"


def test_that_only_what_is_on_the_screen_is_wanted(seat):
    always = {"alerts", "noise", "service_windows", "sources", "sea_weather", "boat_register"}
    always |= {"interception_windows", "interceptions", "calibration"}  # of list and card
    assert seat.desk.topics == always | {"fleet"}
    seat.desk.show_scene("bad")
    assert "fleet" not in seat.desk.topics


def test_that_a_closed_scene_is_deleted(seat, qtbot):
    old = seat.desk.stage
    with qtbot.waitSignal(old.destroyed):
        seat.desk.show_scene("boats")


def test_that_search_finds_an_alert_by_its_plate_and_selects_it(seat):
    seat.arrive(alerts(alert(1), alert(2, subject="浙J·8T56K")))
    seat.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    search = seat.desk.panels.search
    QTest.keyClicks(search.field, "j8t56")
    assert [hit.kind for hit in search.hits] == ["预警"]
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert seat.desk.selection.alert_id == "YJ-1121-0002"
    assert not search.isVisible()


def test_that_what_was_found_is_shown_in_a_scene_that_has_it():
    register = PaneSpec("card", "格", (REGISTER,), Box(0, 0, 700, 1007))
    sea = Scene("boats", "渔船", plans={Face.DESK: Plan("", (1458, 1007), (register,))})
    scenes = (scene("home", "fleet"), scene("checkpoints"), sea)
    found = [alert(1, scene="boats"), alert(2, scene="gone")]
    assert scene_for(Subject("boat", "412"), found, scenes, "checkpoints") == "boats"
    assert scene_for(Subject("boat", "412"), found, scenes[:2], "checkpoints") == "checkpoints"
    assert scene_for(Subject("alert", "YJ-1121-0001"), found, scenes, "checkpoints") == "boats"
    assert scene_for(Subject("alert", "YJ-1121-0001"), found, scenes, "home") == "home"
    assert scene_for(Subject("alert", "YJ-1121-0002"), found, scenes, "checkpoints") == "checkpoints"


def test_that_a_boat_found_from_elsewhere_is_selected_in_its_scene(seat):
    seat.desk.show_scene("bad")
    seat.arrive(alerts(alert(7)))
    seat.desk.panels.taken.emit(Subject("alert", "YJ-1121-0007"))
    assert (seat.desk.scene, seat.desk.selection.alert_id) == ("boats", "YJ-1121-0007")


def test_that_letters_typed_into_the_search_are_not_taken_for_keys_of_the_desk(seat):
    seat.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    seat.desk.tick(NOW)
    QTest.keyClicks(seat.desk.panels.search.field, "m2")
    assert seat.desk.panels.search.field.text() == "m2"
    assert (seat.desk.scene, seat.desk.settings.mute_until) == ("home", None)


def test_that_escape_closes_the_panel_and_gives_the_keyboard_back(seat):
    seat.press(Qt.Key.Key_F9)
    assert seat.desk.panels.sources.isVisible()
    QTest.keyClick(seat.desk.panels.sources, Qt.Key.Key_Escape)
    assert not seat.desk.panels.sources.isVisible()
    seat.press(Qt.Key.Key_2)
    assert seat.desk.scene == "boats"


def test_that_another_officer_takes_the_desk_without_a_dialog(seat):
    seat.desk.obey("officer")
    seat.desk.panels.chooser.field.setText("带班领导")
    QTest.keyClick(seat.desk.panels.chooser.field, Qt.Key.Key_Return)
    assert seat.session.officer.id == "leader-1121"
    assert seat.desk.rail.officer.lines == ("陈*", "带班领导", "今日带班")
    assert seat.desk.settings.officer == "leader-1121"


def test_that_mute_counts_down_in_the_top_bar_and_ends_by_itself(seat):
    seat.desk.tick(NOW)
    seat.press(Qt.Key.Key_M)
    seat.desk.tick(NOW + timedelta(seconds=1))
    assert seat.desk.topbar._vitals.mute_left_s == 599
    seat.desk.tick(NOW + timedelta(minutes=10, seconds=1))
    assert seat.desk.topbar._vitals.mute_left_s == 0


def test_that_a_muted_desk_plays_nothing_and_sounds_again_after(qtbot):
    voice = Speaker()
    seat = Desktop(qtbot, voice)
    seat.arrive(alerts(alert(1, RED)))
    seat.desk.tick(NOW)
    seat.press(Qt.Key.Key_M)
    seat.desk.tick(NOW + timedelta(seconds=1))
    assert voice.played == [RED]
    seat.desk.tick(NOW + timedelta(minutes=11))
    assert voice.played == [RED, RED]


def test_that_theme_and_text_size_change_in_place_and_are_remembered(seat):
    stage = seat.desk.stage
    seat.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    for _ in range(3):
        seat.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert seat.desk.stage is stage
    assert stage.panes[0].look.theme.name == "light"
    assert (seat.desk.settings.theme, seat.desk.settings.text_scale) == ("light", 1.5)
    assert seat.desk.topbar.height() == 72


def test_that_a_lost_store_is_said_on_the_desk_until_it_answers(seat):
    seat.board.lose("连不上数据库服务器")
    seat.desk.tick(NOW)
    seat.desk.show_beat(1, 1)
    assert "连不上数据库服务器" in seat.desk.panels.notice.text
    seat.board.regain()
    seat.desk.tick(NOW)
    assert not seat.desk.panels.notice.isVisible()


def status(number: int, quality: Quality, late_after_s: float = 30.0, failing: bool = False) -> SourceStatus:
    taken = NOW - timedelta(seconds=90 + number)
    since = taken + timedelta(seconds=1 if failing else late_after_s) if quality is Quality.STALE else None
    return SourceStatus(f"s{number}", "系统", quality, taken, since, "", late_after_s)


def test_that_a_collector_that_stopped_is_said_on_the_desk(seat):
    late, daily = status(1, Quality.STALE), status(3, Quality.GOOD, 86400.0)
    seat.arrive(Snapshot("sources", (late, status(2, Quality.STALE, failing=True), daily), NOW, Quality.GOOD))
    seat.desk.tick(NOW)
    assert seat.desk.panels.notice.text.startswith("采集停了，屏上是 14:30:36 前的数据")


@pytest.mark.parametrize(
    "statuses",
    [
        (status(1, Quality.STALE), status(2, Quality.GOOD)),
        (status(1, Quality.STALE, failing=True), status(3, Quality.GOOD, 86400.0)),
        (),
    ],
)
def test_that_late_systems_alone_do_not_mean_a_stopped_collector(statuses):
    assert silent_since(statuses) is None


def test_that_a_pane_asking_for_something_unknown_is_a_mistake_of_the_program(seat):
    with pytest.raises(ValueError, match="known: select, action, question, open"):
        seat.actions.ask("opne", "boats")


def test_that_a_pane_opens_another_scene(seat):
    seat.desk.stage.panes[0].asked.emit("open", "boats")
    assert seat.desk.scene == "boats"


def test_that_a_scene_keeps_the_room_its_text_needs_and_scrolls(seat):
    desk = seat.desk
    desk.resize(1366, 768)
    assert desk.stage.width() >= 0.94 * 1458 > desk.room.width()
    assert desk.room.horizontalScrollBar().maximum() == desk.stage.width() - desk.room.viewport().width()
    desk.resize(1920, 1080)
    assert desk.stage.size() == desk.room.size()
    desk.step_scale(1)
    assert desk.stage.height() > 0.94 * 1000 * 1.25


def test_that_every_painted_part_of_the_shell_paints_at_each_text_size(seat):
    seat.arrive(alerts(alert(1, RED), alert(2, ORANGE)))
    seat.arrive(Snapshot("sources", (), NOW, Quality.GOOD))
    seat.desk.tick(NOW)
    for word in ("sources", "officer", "search", "larger", "larger", "theme"):
        seat.desk.obey(word)
        assert not seat.desk.grab().isNull()
    assert isinstance(seat.desk.stage, Stage)
    assert not any(isinstance(pane, FailingPane) for pane in seat.desk.stage.panes)


def test_that_the_weather_and_the_warning_of_the_sea_stand_in_the_top_bar(seat):
    weather = SeaWeather("t", "台州沿海", 47, "东北风", 5, 6, 1.4, -3.2, "海上大风蓝色预警", BLUE, NOW)
    seat.arrive(Snapshot("sea_weather", (weather,), NOW, Quality.GOOD))
    vitals = seat.desk.topbar._vitals
    assert vitals.weather == "东北风 5 级 · 浪高 1.4 m · −3 ℃"
    assert (vitals.warning.level, vitals.warning.text, vitals.warning.note) == (BLUE, "海上大风蓝色预警", "14:32 发布")


def test_that_search_finds_a_boat_by_part_of_its_name(seat):
    boat = FishingBoat(
        "412400027", "浙椒渔 61027", 412400027, "1", 30, 200, "拖网", "大陈", Masked("陈"), Masked("138"), 2.0
    )
    seat.arrive(Snapshot("boat_register", (boat,), NOW, Quality.GOOD))
    seat.desk.obey("search")
    seat.desk.panels.search.field.setText("渔61027")
    assert [hit.label for hit in seat.desk.panels.search.hits] == ["浙椒渔 61027"]
    QTest.keyClick(seat.desk.panels.search.field, Qt.Key.Key_Return)
    assert seat.desk.selection.subject == Subject("boat", "412400027")


def test_that_search_finds_a_ship_that_is_in_no_register_by_its_mmsi(seat):
    boat = FishingBoat(
        "258902111", "浙椒渔 61027", 258902111, "1", 30, 200, "拖网", "大陈", Masked("陈"), Masked("138"), 2.0
    )
    rows = np.zeros(3, FLEET_DTYPE)
    rows["mmsi"], rows["lon"], rows["lat"] = (258902000, 258902111, 212456000), 14.73, 55.317
    seat.arrive(Snapshot("boat_register", (boat,), NOW, Quality.GOOD))
    seat.arrive(Snapshot("fleet", Fleet(rows), NOW, Quality.GOOD))
    seat.desk.obey("search")
    seat.desk.panels.search.field.setText("258902")
    hits = seat.desk.panels.search.hits
    assert [hit.label for hit in hits] == ["浙椒渔 61027", "MMSI 258902000"]
    assert hits[1].target == Subject("boat", "258902000")
    assert hits[1].note.startswith("55°19.02′N")
