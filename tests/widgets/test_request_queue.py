"""The queue of hand-ins: sheets by state, what may be done with one, and filing for who rings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from services.domain.alert import Outcome
from services.domain.boats import Clock, HandInStep, Pollutant, StateAt
from services.domain.hand_in_case import (
    AcceptHandIn,
    CancelHandIn,
    DisputeWeight,
    FileHandIn,
    RejectHandIn,
    ReportNoShow,
    SettleDispute,
)
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.unit.hand_in_world import CADRE, DISPATCHER, MINUTE, NOW, S, row, way
from tests.unit.test_hand_in_course import BOAT
from widgets.hand_ins import KIND
from widgets.look import Face, load_fonts, make_look
from widgets.paint import width_of
from widgets.request_queue import RequestQueuePane
from widgets.request_rows import COLUMNS, WHOLE, cells, past_rows
from widgets.request_sheets import SHEETS

DUE = Clock(HandInStep.ASSIGN, NOW + MINUTE)
EVERY = (
    row(number="01"),
    row(*way(S.ACCEPTED), number="02", clocks=(DUE,)),
    row(*way(S.ASSIGNED), number="03", vessel_name="渔清 03"),
    row(*way(S.EN_ROUTE), number="04", vessel_name="渔清 03"),
    row(*way(S.WEIGHED), number="05", weighed_t=0.3),
    row(*way(S.STORED), number="06", weighed_t=0.3, stored_t=0.25),
    row(*way(S.STORED), S.DISPUTED, number="07", weighed_t=0.3, stored_t=0.25),
    row(*way(S.EN_ROUTE), S.NO_SHOW, number="08"),
    row(S.FILED, S.CANCELLED, number="09", reason="渔民来电取消"),
    row(*way(S.ACCEPTED), number="001", channel="phone", caller="王* 138****5678"),
)


@pytest.fixture
def pane(qtbot):
    load_fonts()
    made = RequestQueuePane("申请队列", {}, make_look(Face.DESK))
    qtbot.addWidget(made)
    made.resize(606, 308)
    made.tick(NOW + 20 * MINUTE)
    made.show_officer(DISPATCHER)
    made.show_snapshot(Snapshot("hand_in_requests", EVERY, NOW, Quality.GOOD))
    made.show_snapshot(Snapshot("boat_register", (BOAT,), NOW, Quality.GOOD))
    made.show()
    return made


def of(number: str):
    return next(one for one in EVERY if one.number == number)


def asked(qtbot, pane, press):
    with qtbot.waitSignal(pane.asked, check_params_cb=lambda what, _: what == "action") as signal:
        press()
    return signal.args[1]


def test_that_each_sheet_shows_its_states_and_its_count(pane):
    found = {}
    for name in SHEETS:
        found[name] = sorted(row.record.number for row in pane.rows)
        pane.turn(1)
    assert found == {
        "全部": ["001", "01", "02", "03", "04", "05", "06", "07", "08"],
        "新": ["001", "01", "02", "08"],
        "已派": ["03"],
        "在途": ["04", "05", "07"],
        "超时": ["001", "01", "02", "08"],
        "已结": ["09"],
    }


@pytest.mark.parametrize(
    ("number", "offered"),
    [
        ("01", "NYFXT"),
        ("02", "NXT"),
        ("03", "NUXT"),
        ("04", "NUXT"),
        ("05", "NDT"),
        ("06", "NDT"),
        ("07", "NDT"),
        ("08", "NXT"),
    ],
)
def test_that_the_buttons_are_those_of_the_state(pane, number, offered):
    pane.select(Subject(KIND, of(number).id))
    assert "".join(act.key for act in pane.acts()) == offered
    assert not {"A", "R", "W", "C"} & set(offered)


def test_that_who_may_not_act_reads_why_on_the_button(pane):
    pane.show_officer(CADRE)
    assert {act.reason for act in pane.acts() if act.id != "past"} == {"须渔船调度员或值班人员"}


@pytest.mark.parametrize(
    ("number", "key", "typed", "wish"),
    [
        ("01", "Y", None, AcceptHandIn()),
        ("01", "F", "", RejectHandIn(reason="重复申请")),
        ("04", "X", "船东来电", CancelHandIn(reason="渔民来电取消：船东来电")),
        ("04", "U", "", ReportNoShow(reason="到位未见渔船")),
        ("06", "D", "0.30 仓边偏少", DisputeWeight(reason="渔民不认船边计量：0.30 仓边偏少", claimed_t=0.3)),
        ("07", "D", "0.26 双方复秤", SettleDispute(agreed_t=0.26, reason="双方复秤")),
    ],
)
def test_that_a_key_asks_for_its_wish_of_the_chosen_hand_in(qtbot, pane, number, key, typed, wish):
    pane.select(Subject(KIND, of(number).id))

    def press() -> None:
        QTest.keyClick(pane, key.lower())
        if typed is not None:
            pane.ask_line.line.setText(typed)
            pane.ask_line.confirm()

    assert asked(qtbot, pane, press) == replace(wish, case_id=of(number).id, expected_version=0)


def test_that_a_settlement_without_a_mass_is_asked_again_in_words(pane):
    pane.select(Subject(KIND, of("07").id))
    pane.press("D")
    pane.ask_line.line.setText("双方复秤")
    pane.ask_line.confirm()
    assert "请先写吨数" in pane._said


def test_that_a_call_is_filed_in_four_questions_and_a_refusal_leads_back(qtbot, pane):
    pane.press("N")
    pane.ask_line.line.setText("99999")
    pane.ask_line.confirm()
    assert pane._said == "渔船档案里没有 99999"
    for typed in ("61588", "0,3", "0.3", "121.8 28.5 大陈西"):
        pane.ask_line.line.setText(typed)
        pane.ask_line.confirm()
    pane.ask_line.choose(1)
    pane.ask_line.line.setText("王海波 13812345678")
    wish = asked(qtbot, pane, pane.ask_line.confirm)
    assert wish == FileHandIn(
        vessel_no=BOAT.vessel_no, pollutant=Pollutant.OILY_WATER, est_t=0.3, place="大陈西", lon=121.8, lat=28.5,
        in_port=False, channel="phone", window_to=pane.now + timedelta(hours=2), caller="王海波 13812345678",
    )  # fmt: skip
    pane.show_outcome(Outcome(wish, None, "时窗已过"))
    assert pane._said == "时窗已过"
    assert not pane.ask_line.isHidden()


def test_that_the_course_of_one_says_when_who_how_known_and_how_late(pane):
    told = (
        StateAt(S.FILED, NOW, "渔民", "bureau"),
        StateAt(S.ACCEPTED, NOW + 7 * MINUTE, "林*", "desk"),
    )
    late = row(number="01", history=told, state=S.ACCEPTED, clocks=(Clock(HandInStep.ACCEPT, NOW + 5 * MINUTE), DUE))
    rows = past_rows(late, NOW + 20 * MINUTE)
    assert [(one.state, one.at, one.by, one.told) for one in rows] == [
        ("已申请", "11-21 14:30:00", "渔民", "渔业局"),
        ("已受理", "11-21 14:37:00", "林*", "本台"),
    ]
    assert rows[1].late == "超 2 分 · 派船 超 19 分"
    pane.show_snapshot(Snapshot("hand_in_requests", (late,), NOW, Quality.GOOD))
    QTest.keyClick(pane, Qt.Key.Key_T)
    assert len(pane.rows) == 2
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert len(pane.rows) == 1


def test_that_a_silent_bureau_is_said_and_the_cases_stay(pane):
    pane.show_snapshot(Snapshot("filed_hand_ins", (), NOW, Quality.STALE, "连接超时"))
    assert pane.note == "渔业局 20 分未应答"
    assert pane.quality() is Quality.GOOD
    assert pane.rows


LONGEST = {
    "state": "减量化", "number": "088 电", "vessel_no": "浙椒渔 61027", "pollutant": "含油污水", "est": "10.42",
    "waited": "9 时 59 分", "limit": "渔清 02 迟 2 时 24 分",
}  # fmt: skip


def test_that_the_queue_cuts_nothing_short_on_the_desk_but_a_place(pane):
    look = pane.look
    assert WHOLE <= 603
    for column, cell in cells(pane.list_box(), look):
        room = cell.width() - (look.glyph("table") + look.px(5) if column.field == "state" else 0)
        assert width_of(column.title, look.font("tick")) <= room
        assert width_of(LONGEST.get(column.field, ""), look.font("body", weight=column.weight)) <= room, column.title
    assert {column.field for column in COLUMNS} - LONGEST.keys() == {"place"}
