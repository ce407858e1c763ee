"""派船方案: what is chosen is what is sent, and only that; every refusal is said where it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from services.domain.alert import Command, Outcome
from services.domain.boats import HandInState
from services.domain.dispatch_plan import AssignVessel, ConfirmPlan, OfferKind, ReassignVessel
from services.domain.duty_log import Called
from services.domain.officer import Officer
from services.domain.plan_ask_case import AskReplan, AskState, AskWhatIf, Scenario
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.widgets.plan_world import (
    ANALYST,
    DISPATCHER,
    NOW,
    SILENT,
    ask,
    execution,
    fleet,
    measures,
    offer,
    proposals,
    route,
    stop,
    what_if,
)
from widgets.ask import Ask
from widgets.look import Face, load_fonts, make_look
from widgets.proposal import ProposalPane
from widgets.proposal_words import counted
from widgets.what_if_table import lines_of

SEVENTH = Subject("hand_in_request", "SQ-20261121-07")
UNDER_WAY = Subject("hand_in_request", "SQ-20261121-17")
DAY = fleet(5)
PLAN = DAY["dispatch_plan"][0]
Asked = list[tuple[str, Any]]


def shown(
    qtbot: QtBot,
    topics: Mapping[str, Sequence[Any]] = DAY,
    officer: Officer = DISPATCHER,
    size: tuple[int, int] = (606, 288),
    desk: QWidget | None = None,
) -> tuple[Any, Asked]:
    load_fonts()
    pane = ProposalPane("派船方案", {}, make_look(Face.DESK), desk)
    if desk is None:
        qtbot.addWidget(pane)
    pane.resize(*size)
    asked: Asked = []
    pane.asked.connect(lambda what, about: asked.append((what, about)))
    pane.tick(NOW)
    pane.show_officer(officer)
    for topic, records in topics.items():
        pane.show_snapshot(Snapshot(topic, tuple(records), NOW, Quality.GOOD))
    pane.select(SEVENTH)
    pane.show()
    pane.setFocus()
    return pane, asked


def wishes(asked: Asked) -> list[Any]:
    return [about for what, about in asked if what == "action"]


def reason(pane: ProposalPane, act: str) -> str:
    return next(one.reason for one in pane.acts() if one.id == act)


# -- 派船 ------------------------------------------------------------------------------------------


def test_that_a_sends_the_first_vessel_at_once_with_the_version_on_the_screen(qtbot):
    pane, asked = shown(qtbot)
    QTest.keyClick(pane, Qt.Key.Key_A)
    assert wishes(asked) == [AssignVessel(request_id=SEVENTH.id, vessel_id="413100001", expected_version=12)]
    assert pane.said == "已送出，等待回执"
    assert reason(pane, "send") == "正在送出"


def test_that_another_vessel_than_the_first_is_sent_with_a_reason_only(qtbot):
    pane, asked = shown(qtbot)
    QTest.keyClick(pane, Qt.Key.Key_Down)
    QTest.keyClick(pane, Qt.Key.Key_A)
    assert wishes(asked) == []
    pane.ask_line.choose(1)
    pane.ask_line.line.setText("顺潮")
    pane.ask_line.confirm()
    (wish,) = wishes(asked)
    assert (wish.vessel_id, wish.reason) == ("413100002", "就近有他船，顺潮")


def test_that_other_is_no_reason_by_itself(qtbot):
    pane, asked = shown(qtbot)
    pane.step(1)
    pane.press("A")
    pane.ask_line.choose(4)
    pane.ask_line.confirm()
    assert wishes(asked) == []
    assert not pane.ask_line.isHidden()
    pane.ask_line.choose(4)
    pane.ask_line.line.setText("船长病假")
    pane.ask_line.confirm()
    assert wishes(asked)[0].reason == "船长病假"


def test_that_a_vessel_that_cannot_go_can_be_wished_for_with_a_reason(qtbot):
    pane, asked = shown(qtbot)
    pane.step(3)
    assert pane.chosen_row().record.refusal
    pane.press("A")
    pane.ask_line.choose(0)
    pane.ask_line.confirm()
    assert wishes(asked)[0].vessel_id == "413100004"


def test_that_what_nobody_selected_is_selected_before_it_is_sent(qtbot):
    pane, asked = shown(qtbot)
    pane.select(None)
    pane.press("A")
    assert asked == [("select", SEVENTH)]
    pane.select(SEVENTH)
    pane.press("A")
    assert len(wishes(asked)) == 1


def test_that_a_hand_in_with_a_vessel_is_given_to_another_one_by_r(qtbot):
    pane, asked = shown(qtbot)
    pane.select(UNDER_WAY)
    assert pane.title.endswith("申请 17")
    assert pane.acts()[0].id == "again"
    assert reason(pane, "again") == "已在该船"
    pane.choose("413100003")
    pane.press("R")
    pane.ask_line.choose(0)
    pane.ask_line.confirm()
    (wish,) = wishes(asked)
    assert isinstance(wish, ReassignVessel)
    assert (wish.request_id, wish.vessel_id, wish.reason) == (UNDER_WAY.id, "413100003", "原船失联或故障")


@pytest.mark.parametrize("done", [True, False])
def test_that_the_pane_says_what_became_of_a_wish(qtbot, done):
    pane, asked = shown(qtbot)
    pane.press("A")
    (wish,) = wishes(asked)
    sent = replace(PLAN, routes=(route(1, stop(7, 28)),))
    refusal = "" if done else "李* 14:31 已先更新：改派 07 → 渔清 03，请看最新"
    pane.show_outcome(Outcome(wish, None, case=sent if done else None, refusal=refusal))
    assert pane.said == (refusal or "07 已派渔清 01，预计 15:00 到")
    assert reason(pane, "send") == ""


def test_that_what_cannot_be_done_yet_says_why_on_its_button(qtbot):
    pane, asked = shown(qtbot)
    pane.press_from_afar("W")
    pane.press_from_afar("R")
    assert pane.sheet.word == "派船"
    assert pane.said == "尚未派船"
    assert wishes(asked) == []


def test_that_a_reader_may_look_and_not_send(qtbot):
    pane, asked = shown(qtbot, officer=ANALYST)
    pane.press("A")
    assert wishes(asked) == []
    assert pane.said == "研判账号只读"


def test_that_a_reason_is_sent_for_what_it_was_asked_about_and_from_the_plan_it_was_asked_under(qtbot):
    """Meanwhile somebody else has sent a vessel to it: the store will say so."""
    pane, asked = shown(qtbot)
    pane.step(1)
    pane.press("A")
    others = tuple(replace(r, state=HandInState.COLLECTING) if r.number == "07" else r for r in DAY["hand_in_requests"])
    pane.show_snapshot(Snapshot("hand_in_requests", others, NOW, Quality.GOOD))
    pane.show_snapshot(Snapshot("dispatch_plan", (replace(PLAN, version=13),), NOW, Quality.GOOD))
    pane.ask_line.choose(0)
    pane.ask_line.confirm()
    (wish,) = wishes(asked)
    assert (wish.request_id, wish.vessel_id, wish.expected_version) == (SEVENTH.id, "413100002", 12)


def test_that_a_vessel_picked_for_one_hand_in_is_not_picked_for_the_next(qtbot):
    pane, _ = shown(qtbot)
    pane.select(None)
    pane.step(2)
    assert pane.chosen == "413100003"
    pane.show_snapshot(Snapshot("proposals", proposals("SQ-20261121-09"), NOW, Quality.GOOD))
    assert pane.title.endswith("申请 09")
    assert pane.chosen == "413100001"


def test_that_the_vessels_for_a_hand_in_that_has_one_are_ranked_as_if_it_waited(qtbot):
    pane, _ = shown(qtbot)
    pane.select(UNDER_WAY)
    offers = [row.record for row in pane.rows]
    assert [offer.rank for offer in offers[:3]] == [1, 2, 3]
    assert all(offer.eta is not None for offer in offers[:3])
    assert all(offer.request_id == UNDER_WAY.id for offer in offers)


def test_that_a_call_shows_masks_only_and_goes_into_the_log(qtbot):
    pane, asked = shown(qtbot)
    pane.press("C")
    assert pane.ask_line.question == "浙椒渔 61027 船东 陈* 138****5678"
    pane.ask_line.confirm()
    (called,) = wishes(asked)
    assert isinstance(called, Called)
    assert "13812345678" not in repr(called)
    assert not any(isinstance(about, Command) for _, about in asked)


def test_that_an_owner_nobody_knows_is_not_called(qtbot):
    pane, _ = shown(qtbot, {**DAY, "boat_register": ()})
    assert reason(pane, "call") == "船册无此船"


def test_that_a_suggestion_stands_on_top_and_r_asks_for_a_new_plan(qtbot):
    pane, asked = shown(qtbot, {**DAY, "execution": (execution(3, suggestion="建议重排：渔清 03 晚 20 分"), SILENT)})
    assert pane.suggested == "建议重排：渔清 02 失联 16 分，06、09 待改派，另 1 条"
    pane.press("R")
    assert wishes(asked) == [AskReplan(why="渔清 02 失联 16 分，06、09 待改派")]
    assert pane.sheet.word == "重排"


def test_that_letters_work_from_elsewhere_on_the_desk(qtbot):
    pane, asked = shown(qtbot)
    pane.press_from_afar("W")
    assert pane.sheet.word == "推演"
    pane.press_from_afar("A")
    assert pane.sheet.word == "派船"
    assert len(wishes(asked)) == 1


@pytest.fixture
def desk(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(700, 400)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    return window


def test_that_a_letter_typed_into_a_field_sends_nothing(qtbot, desk):
    _, asked = shown(qtbot, desk=desk)
    field = QLineEdit(desk)
    field.show()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A)
    assert field.text() == "a"
    assert wishes(asked) == []


def test_that_a_letter_pressed_anywhere_else_on_the_desk_sends(qtbot, desk):
    _, asked = shown(qtbot, desk=desk)
    place = QPushButton(desk)
    place.show()
    place.setFocus()
    QTest.keyClick(place, Qt.Key.Key_A)
    assert len(wishes(asked)) == 1


def test_that_a_letter_pressed_into_somebody_elses_question_sends_nothing(qtbot, desk):
    pane, asked = shown(qtbot, desk=desk)
    question = Ask(pane.look, desk)
    question.open("误报原因", choices=("天气", "其他"))
    QTest.keyClick(question, Qt.Key.Key_A)
    assert wishes(asked) == []


def test_that_overrides_are_summed_up_in_a_line():
    assert counted(()) == "改选须填理由"
    assert counted(DAY["override_statistics"]) == "近 30 日改选 3/41：就近有他船 2"


# -- 重排 ------------------------------------------------------------------------------------------


def replanning(qtbot: QtBot, topics: Mapping[str, Sequence[Any]] = DAY) -> tuple[Any, Asked]:
    pane, asked = shown(qtbot, topics)
    pane.press_from_afar("P")
    return pane, asked


def test_that_enter_confirms_only_the_second_time(qtbot):
    pane, asked = replanning(qtbot)
    QTest.keyClick(pane, Qt.Key.Key_2)
    QTest.keyClick(pane, Qt.Key.Key_Return)
    assert wishes(asked) == []
    QTest.keyClick(pane, Qt.Key.Key_Return)
    assert wishes(asked) == [ConfirmPlan(offer_id="best-1", expected_version=12)]


def test_that_an_armed_confirmation_goes_out_by_itself_and_by_esc(qtbot):
    pane, asked = replanning(qtbot)
    pane.press("Enter")
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert pane.acts()[0].id == "arm"
    pane.press("Enter")
    pane.tick(NOW + timedelta(seconds=7))
    assert pane.acts()[0].id == "arm"
    assert wishes(asked) == []


def test_that_another_choice_disarms(qtbot):
    pane, _ = replanning(qtbot)
    pane.press("Enter")
    pane.sheet.key("2")
    assert pane.sheet.armed == ""


def test_that_an_offer_from_an_older_plan_cannot_be_confirmed_and_says_who_changed_it(qtbot):
    newer = replace(PLAN, version=13, changed_by="李*", last_change="改派 07 → 渔清 03")
    pane, asked = replanning(qtbot, {**DAY, "dispatch_plan": (newer,)})
    pane.press("Enter")
    assert wishes(asked) == []
    assert "计划已由 李* 改为第 13 版（改派 07 → 渔清 03）" in pane.sheet.told()
    assert all(column.stale for column in pane.sheet.columns()[1:])


def test_that_the_quick_plan_stands_alone_while_the_better_ones_are_worked_out(qtbot):
    quick = offer(OfferKind.GREEDY, made_at=NOW)
    pane, _ = replanning(qtbot, {**DAY, "plan_offers": (offer(OfferKind.BEST), quick), "plan_asks": (ask(),)})
    assert [offer.kind for offer in pane.sheet.book.offers] == [OfferKind.GREEDY]
    assert pane.sheet.columns()[-1].waits
    assert pane.sheet.told()[0] == "计算中 4 秒，计划照旧执行"
    assert reason(pane, "replan") == "计算中"


def test_that_a_failed_planning_says_why(qtbot):
    failed = ask(AskState.FAILED, refusal="求解器未答，已停")
    pane, _ = replanning(qtbot, {**DAY, "plan_asks": (failed,)})
    assert "未算成：求解器未答，已停" in pane.sheet.told()


def test_that_moves_and_what_is_left_out_are_listed_with_why(qtbot):
    pane, _ = replanning(qtbot)
    keys = [row.key for row in pane.rows]
    assert keys == ["head:moves", "move:SQ-20261121-07", "move:SQ-20261121-12", "move:SQ-20261121-15",
                    "head:unserved", "left:SQ-20261121-21", "left:SQ-20261121-22"]  # fmt: skip
    assert pane.rows[0].record == "改动 2 件 · 新派 1 件"


# -- 推演 ------------------------------------------------------------------------------------------


def test_that_a_what_if_is_asked_with_what_was_chosen(qtbot):
    pane, asked = shown(qtbot)
    pane.press("W")
    assert reason(pane, "run") == "先选假设"
    QTest.keyClick(pane, Qt.Key.Key_Space)
    QTest.keyClick(pane, Qt.Key.Key_Plus)
    pane.choose("extra:")
    QTest.keyClick(pane, Qt.Key.Key_Space)
    pane.choose("out:413100002")
    QTest.keyClick(pane, Qt.Key.Key_Space)
    QTest.keyClick(pane, Qt.Key.Key_Return)
    assert wishes(asked) == [AskWhatIf(scenario=Scenario(("413100002",), 8, 20))]


def test_that_the_answer_to_ones_own_question_is_shown(qtbot):
    other = what_if("TY-261121-009", id="w2", made_at=NOW, words="他人所问")
    pane, asked = shown(qtbot, {**DAY, "what_ifs": (other, what_if())})
    pane.press("W")
    assert pane.sheet.found.words == "他人所问"
    pane.sheet.key("空格")
    pane.press("Enter")
    scenario = Scenario((), 7)
    answer = ask(id="TY-261121-002", scenario=scenario)
    pane.show_outcome(Outcome(wishes(asked)[0], None, case=answer))
    pane.show_snapshot(Snapshot("plan_asks", (answer,), NOW, Quality.GOOD))
    assert pane.sheet.computing
    assert pane.sheet.found.words == "渔清 02 停航 · 风 7 级"


def test_that_a_difference_is_judged_in_words():
    found = lines_of(what_if(base=measures(served=33, mean_wait_min=None)))
    said = {line.name: (line.words, line.judged) for line in found}
    assert said["已排"] == ("不变", "")
    assert said["里程 nm"] == ("少 11.4", "好")
    assert said["收班"] == ("晚 1 时 02 分", "差")
    assert said["均等待 分"] == ("—", "")


def test_that_what_is_saved_by_doing_less_is_not_called_good():
    said = {line.name: (line.words, line.judged) for line in lines_of(what_if())}
    assert said["已排"] == ("少 5 件", "差")
    assert said["里程 nm"] == ("少 11.4", "因少排")


# -- the whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["", "P", "W"])
@pytest.mark.parametrize("size", [(606, 288), (400, 260), (900, 500)])
def test_that_each_sheet_is_painted_in_each_state(qtbot, letter, size):
    empty, _ = shown(qtbot, {}, size=size)
    full, _ = shown(qtbot, fleet(30), size=size)
    pictures = []
    for pane in (empty, full):
        if letter:
            pane.press_from_afar(letter)
        pictures.append(pane.grab().toImage())
    assert pictures[0] != pictures[1]


def test_that_the_tabs_are_turned_by_arrows_and_keep_their_place(qtbot):
    pane, _ = shown(qtbot)
    pane.step(2)
    QTest.keyClick(pane, Qt.Key.Key_Right)
    QTest.keyClick(pane, Qt.Key.Key_Right)
    assert pane.sheet.word == "推演"
    QTest.keyClick(pane, Qt.Key.Key_Left)
    QTest.keyClick(pane, Qt.Key.Key_Left)
    assert pane.chosen == "413100003"


def test_that_a_hand_in_beyond_help_does_not_hide_the_one_that_waits(qtbot):
    collected = next(r for r in DAY["hand_in_requests"] if r.state is HandInState.COLLECTING)
    pane, _ = shown(qtbot)
    pane.select(Subject("hand_in_request", collected.id))
    assert pane.title.endswith("申请 07")
