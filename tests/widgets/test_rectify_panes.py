"""整改: what its three lists show, what their keys ask for, and what stands on a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from services.domain.alert import AlertLevel, Outcome
from services.domain.community import EagleEye, FireRow
from services.domain.community_told import CameraEvent
from services.domain.fire import DeviceKind, DeviceState, FireDevice
from services.domain.floor_candidate import Candidate, DropCandidates, FloorCandidate, Look, LookAtTrack, State
from services.domain.officer import Officer, Role
from services.domain.rectification import (
    Act,
    AskRectification,
    BeginRectification,
    MoveRectification,
    RecheckRectification,
    Rectification,
    ReportRectified,
    TransferRectification,
    WithdrawRectification,
)
from services.domain.rectification import State as Step
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.scenes.fakes import NOW, alert
from widgets.duty_list import DutyListPane
from widgets.eagle_eye import EagleEyePane
from widgets.eye_events import EyeEventsPane
from widgets.fire import FirePane
from widgets.fire_devices import FireDevicesPane, rank
from widgets.look import Face, load_fonts, make_look
from widgets.rectifications import RectificationsPane

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
LIAISON = Officer("zf", "吴强", Role.DEPT_LIAISON, department="综合执法")
TRACK = "574,96 578,140 583,208 590,300 597,420 608,570 622,760"

FELL = CameraEvent(
    "SX1", "C1", "XQ01", "城市花园", "3 幢", "falling_object", 0.9, NOW - HOUR, TRACK, 9, 5.0, fall_ms2=9.8
)
BIRD = replace(FELL, event_id="SX2", occurred_at=NOW - HOUR / 2, looks_like="bird")
CASE = FloorCandidate(
    id="LC-1",
    version=1,
    state=State.OPEN,
    alert_id="A4",
    event_id="SX1",
    estate_id="XQ01",
    estate_name="城市花园",
    building="3 幢",
    happened_at=FELL.occurred_at,
    opened_at=NOW,
    track=TRACK,
    frames=9,
    floors_down=5.0,
    candidates=(Candidate(11, "西列", 0.64), Candidate(10, "西列", 0.3)),
)
DANGER = Rectification(
    id="ZG-1",
    version=3,
    state=Step.ISSUED,
    source="R-FIR-03",
    place="城市花园 5 幢 东侧",
    danger="消火栓欠压",
    demand="查阀门",
    department="水务",
    due_at=NOW + 3 * DAY,
    promised_by=NOW + 3 * DAY,
    asked_at=NOW - DAY,
    asked_by="王*",
    acts=(Act(NOW - DAY, "下达", "王*", "查阀门"),),
)
HYDRANT = FireDevice(
    "XHS1", DeviceKind.HYDRANT, "XQ01", "城市花园", "5 幢", "", "5 幢东侧", DeviceState.NORMAL, NOW, 0.12, "MPa", 80
)
SMOKE = FireDevice(
    "YG1", DeviceKind.SMOKE, "XQ01", "城市花园", "3 幢", "2 单元", "公共走道", DeviceState.NORMAL, NOW, battery_pct=80
)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


class Desk:
    def __init__(self, pane: Any) -> None:
        self.pane = pane
        self.asked: list[tuple[str, Any]] = []
        pane.asked.connect(self.take)

    def take(self, what: str, about: Any) -> None:
        self.asked.append((what, about))

    def show(self, officer: Officer = WANG, **topics: Any) -> None:
        self.pane.show_officer(officer)
        self.pane.tick(NOW)
        for topic, records in topics.items():
            self.pane.show_snapshot(Snapshot(topic, tuple(records), NOW, Quality.GOOD))
        self.pane.grab()

    def answer(self, choice: int = -1, words: str = "") -> Any:
        ask = self.pane.ask_line
        if choice >= 0:
            ask.choices[choice].click()
        if not ask.isHidden():
            ask.line.setText(words)
            ask.confirm()
        return [about for what, about in self.asked if what == "action"][-1]

    @property
    def buttons(self) -> dict[str, str]:
        return {act.words: act.reason for act in self.pane.acts()}


@pytest.fixture
def desk(qtbot: QtBot) -> Any:
    def made(kind: type[DutyListPane]) -> Desk:
        pane: Any = kind("整改", {}, make_look(Face.DESK))
        qtbot.addWidget(pane)
        pane.resize(486, 924)
        pane.show()
        return Desk(pane)

    return made


# -- the Eagle Eye ------------------------------------------------------------------------------------


def test_that_what_waits_for_two_stands_first_and_v_says_which_floor(desk: Any, qtbot: QtBot) -> None:
    shown = desk(EyeEventsPane)
    shown.show(eye_events=(BIRD, FELL), floor_candidates=(CASE,), alerts=())
    assert [row.key for row in shown.pane.rows] == ["SX1", "SX2"]
    assert shown.pane.note == "7 日 2 起 · 待两人核实 1"
    qtbot.keyClick(shown.pane, Qt.Key.Key_V)
    assert [choice.text() for choice in shown.pane.ask_line.choices] == ["11 层 西列", "10 层 西列", "看不清，不认定"]
    wish = shown.answer(0, "抛点在三楼窗台以上")
    about = {"case_id": "LC-1", "expected_version": 1, "picture": CASE.picture}
    assert wish == LookAtTrack(**about, floor=11, column="西列", words="抛点在三楼窗台以上")


def test_that_one_who_cannot_tell_says_so(desk: Any, qtbot: QtBot) -> None:
    shown = desk(EyeEventsPane)
    shown.show(eye_events=(FELL,), floor_candidates=(CASE,), alerts=())
    qtbot.keyClick(shown.pane, Qt.Key.Key_V)
    assert shown.answer(2).floor is None
    qtbot.keyClick(shown.pane, Qt.Key.Key_X)
    about = {"case_id": "LC-1", "expected_version": 1}
    assert shown.answer(words="画面太糊") == DropCandidates(**about, reason="画面太糊")
    shown.pane.show_outcome(Outcome(shown.asked[-1][1], None, "", replace(CASE, state=State.DROPPED)))
    assert shown.pane._said == "无法认定 LC-1"


def test_that_the_first_looker_the_outsider_and_the_decided_case_have_no_button(desk: Any) -> None:
    shown = desk(EyeEventsPane)
    looked = replace(CASE, looks=(Look("wang", "王*", NOW, 1, 11, "西列"),))
    shown.show(eye_events=(FELL,), floor_candidates=(looked,), alerts=())
    assert shown.buttons["认定楼层"] == "须另一人核实"
    shown.show(LI)
    assert shown.buttons["认定楼层"] == ""
    shown.show(LIAISON)
    assert shown.buttons["认定楼层"] == "须值班员或警务室"
    done = replace(CASE, state=State.CONFIRMED, floor=11, column="西列")
    shown.show(LI, floor_candidates=(done,))
    assert shown.buttons == {"认定楼层": "两人已核实", "无法认定": "两人已核实"}
    shown.show(floor_candidates=())
    assert shown.buttons["认定楼层"] == "无候选楼层"


def test_that_the_second_reads_blind(desk: Any) -> None:
    shown = desk(EyeEventsPane)
    looks = (
        Look("wang", "王*", NOW, 1, 10, "西列"),
        Look("li", "李*", NOW, 1, 11, "西列"),
        Look("wang", "王*", NOW, 2, 11, "西列"),
    )
    shown.show(LI, eye_events=(FELL,), floor_candidates=(replace(CASE, looks=looks, round=2),), alerts=())
    said = [words for words, _ in shown.pane._case_lines(shown.pane.seen())]
    assert said[3:] == ["王* 10 层 西列 · 14:32", "李* 11 层 西列 · 14:32", "王* 已看 · 14:32"]
    shown.show(WANG)
    assert [words for words, _ in shown.pane._case_lines(shown.pane.seen())][-1] == "王* 11 层 西列 · 14:32"


def test_that_who_does_not_see_the_track_cannot_say_a_floor(desk: Any) -> None:
    shown = desk(EyeEventsPane)
    shown.pane.resize(486, 150)
    shown.show(eye_events=(FELL,), floor_candidates=(CASE,), alerts=())
    assert shown.buttons["认定楼层"] == "请先看轨迹图"


def test_that_a_chosen_event_selects_its_alert(desk: Any, qtbot: QtBot) -> None:
    shown = desk(EyeEventsPane)
    raised = replace(alert(4, AlertLevel.ORANGE), event_ids=("SX1",))
    shown.show(eye_events=(FELL, BIRD), floor_candidates=(), alerts=(raised,))
    qtbot.keyClick(shown.pane, Qt.Key.Key_Down)
    assert ("select", Subject("alert", raised.id)) in shown.asked


# -- devices ------------------------------------------------------------------------------------------


def test_that_what_deserves_a_look_stands_first(desk: Any) -> None:
    shown = desk(FireDevicesPane)
    burns = replace(SMOKE, id="YG2", state=DeviceState.ALARM)
    silent = replace(SMOKE, id="YG3", state=DeviceState.SILENT, heard_at=NOW - 30 * HOUR)
    weak, flaps = replace(SMOKE, id="YG4", battery_pct=9), replace(burns, id="YG5", flaps=6)
    gas = replace(silent, id="QT1", kind=DeviceKind.GAS)
    shown.show(fire_devices=(SMOKE, HYDRANT, weak, silent, gas, burns, flaps), alerts=(), rectifications=())
    assert [row.key for row in shown.pane.rows] == ["YG5", "YG2", "YG3", "XHS1", "YG4", "YG1"]
    assert [shown.pane._state_words(row.record) for row in shown.pane.rows] == [
        *("反复报警 6 次", "报警", "失联 30 时", "欠压", "低电", "正常")
    ]
    assert rank(replace(silent, value=0.05)) == 2
    assert shown.pane.note == "全部 · 异常 5"


def test_that_l_changes_what_is_listed_and_n_asks_for_a_rectification(desk: Any, qtbot: QtBot) -> None:
    shown = desk(FireDevicesPane)
    raised = replace(alert(4, AlertLevel.YELLOW), subject_kind="device", subject_id="XHS1")
    shown.show(fire_devices=(SMOKE, HYDRANT), alerts=(raised,), rectifications=())
    qtbot.keyClick(shown.pane, Qt.Key.Key_L)
    qtbot.keyClick(shown.pane, Qt.Key.Key_L)
    assert [row.key for row in shown.pane.rows] == ["XHS1"]
    qtbot.keyClick(shown.pane, Qt.Key.Key_N)
    wish = shown.answer(1, "静压偏低，查阀门并复测")
    assert wish == AskRectification(
        place="城市花园 5 幢 东侧",
        danger="消火栓 XHS1 静压偏低",
        demand="查阀门并复测",
        department="水务",
        alert_id=raised.id,
    )
    shown.show(rectifications=(replace(DANGER, matter="R-FIR-03|XHS1"),))
    assert shown.buttons["下达整改"] == "已有整改"


# -- rectifications -----------------------------------------------------------------------------------


def test_that_the_keys_lead_a_case_through_its_course(desk: Any, qtbot: QtBot) -> None:
    shown = desk(RectificationsPane)
    shown.show(rectifications=(DANGER,), alerts=())
    about: dict[str, Any] = {"case_id": "ZG-1", "expected_version": 3}
    assert (shown.pane.note, shown.buttons["下达"], shown.buttons["改期"]) == ("整改中 1", "先选预警", "须值班长")
    qtbot.keyClick(shown.pane, Qt.Key.Key_B)
    assert shown.answer(words="明早动工") == BeginRectification(**about, text="明早动工")
    qtbot.keyClick(shown.pane, Qt.Key.Key_X)
    assert shown.answer(words="误下") == WithdrawRectification(**about, reason="误下")
    shown.show(LI)
    qtbot.keyClick(shown.pane, Qt.Key.Key_G)
    assert shown.answer(2, "待供货") == MoveRectification(**about, due_at=DANGER.due_at + 7 * DAY, reason="待供货")


def test_that_done_carries_its_photo_and_another_looks(desk: Any, qtbot: QtBot, tmp_path: Path) -> None:
    shown = desk(RectificationsPane)
    shown.show(rectifications=(DANGER,), alerts=())
    about: dict[str, Any] = {"case_id": "ZG-1", "expected_version": 3}
    picture = tmp_path / "after.png"
    QImage(8, 8, QImage.Format.Format_RGB32).save(str(picture))
    qtbot.keyClick(shown.pane, Qt.Key.Key_D)
    shown.pane.ask_line.photos.take([picture])
    photos = (sha256(picture.read_bytes()).hexdigest(),)
    assert shown.answer(words="已换阀") == ReportRectified(**about, text="已换阀", photos=photos)
    told = replace(DANGER, state=Step.RECHECK, reported_by="wang", reported_at=NOW, recheck_by=NOW + DAY)
    shown.show(rectifications=(told,))
    assert shown.buttons["复查"] == "须另一人"
    shown.show(LI)
    qtbot.keyClick(shown.pane, Qt.Key.Key_V)
    assert shown.answer(1, "仍 0.12 MPa") == RecheckRectification(**about, passed=False, text="仍 0.12 MPa")


def test_that_only_what_is_overdue_can_be_handed_over(desk: Any, qtbot: QtBot) -> None:
    shown = desk(RectificationsPane)
    late = replace(DANGER, due_at=NOW - DAY, overdue_at=NOW - DAY, is_late=True)
    shown.show(rectifications=(DANGER,), alerts=())
    assert "移送" not in shown.buttons
    shown.show(rectifications=(late, replace(DANGER, id="ZG-2")))
    assert [row.key for row in shown.pane.rows] == ["ZG-1", "ZG-2"]
    assert shown.pane.note == "整改中 2 · 逾期 1"
    assert shown.pane._clock(late) == ("整改 超期 1 天", True)
    qtbot.keyClick(shown.pane, Qt.Key.Key_T)
    about: dict[str, Any] = {"case_id": "ZG-1", "expected_version": 3}
    assert shown.answer(0, "拒不整改") == TransferRectification(**about, department="综合执法", reason="拒不整改")


def test_that_n_asks_about_the_selected_alert(desk: Any, qtbot: QtBot) -> None:
    shown = desk(RectificationsPane)
    raised = alert(4, AlertLevel.YELLOW)
    shown.show(rectifications=(), alerts=(raised,))
    shown.pane.select(Subject("alert", raised.id))
    qtbot.keyClick(shown.pane, Qt.Key.Key_N)
    wish = shown.answer(0, "楼道堆物，三日内清出")
    assert (wish.alert_id, wish.danger, wish.demand, wish.department) == (raised.id, "楼道堆物", "三日内清出", "物业")


# -- the two panes of the community -------------------------------------------------------------------


def test_that_tracks_take_turns_and_what_was_filtered_out_is_not_among_them(qtbot: QtBot) -> None:
    pane = EagleEyePane("AI 鹰眼", {}, make_look(Face.WALL, scale=0.5))
    qtbot.addWidget(pane)
    other = replace(FELL, event_id="SX3", building="6 幢", occurred_at=NOW - 2 * HOUR)
    newest = EagleEye("SX1", "疑似高空抛物", "城市花园", "3 幢", FELL.occurred_at, (), 9, 5.0, "", 5, 16, 26)
    pane.show_snapshot(Snapshot("eagle_eye", (newest,), NOW, Quality.GOOD))
    pane.show_snapshot(Snapshot("eye_events", (BIRD, FELL, other), NOW, Quality.GOOD))
    seen = set()
    for step in range(4):
        pane.tick(NOW + step * timedelta(seconds=5))
        eye = pane.eye()
        assert eye is not None
        assert (eye.today, eye.judged_30d) == (5, 26)
        seen.add((eye.event_id, eye.building))
    assert seen == {("SX1", "3 幢"), ("SX3", "6 幢")}


@pytest.mark.parametrize("kind", [EagleEyePane, FirePane])
def test_that_a_click_or_enter_opens_the_scene_of_it_on_the_desk_alone(kind: Any, qtbot: QtBot) -> None:
    for face, opened in ((Face.DESK, 2), (Face.WALL, 0)):
        pane = kind("消防", {}, make_look(face))
        qtbot.addWidget(pane)
        pane.show_snapshot(Snapshot("fire", (FireRow("smoke", "独立烟感", 10, 9, 0, ""),), NOW, Quality.GOOD))
        asked: list[Any] = []
        pane.asked.connect(lambda what, about, asked=asked: asked.append((what, about)))
        qtbot.mouseClick(pane, Qt.MouseButton.LeftButton)
        qtbot.keyClick(pane, Qt.Key.Key_Return)
        assert asked == [("open", "rectify")] * opened
