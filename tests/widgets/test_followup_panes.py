"""协同处置: what the four panes show of a real store, what their keys ask for, and what stands on a button."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from services.collect.packaging import Packaging
from services.collect.site import Site
from services.domain.alert import Outcome
from services.domain.case_transfer import AcceptTransfer, AskPackage, RefuseTransfer, SendTransfer, WithdrawTransfer
from services.domain.inspection_notice import IssueNotice, RecordInspection, WithdrawNotice
from services.domain.inspection_texts import Way
from services.domain.officer import ENGINE
from services.domain.reasons import ReturnReason
from services.domain.road_text import TEMPLATES, ApproveText, DraftText
from services.domain.snapshot import Subject
from tests.unit.followup_world import HU, LI, START, WANG, WU, World, exhaust
from widgets.duty_list import DutyListPane
from widgets.followup_evidence import FollowUpEvidencePane
from widgets.followup_notices import FollowUpNoticesPane
from widgets.followup_texts import FollowUpTextsPane
from widgets.followup_transfers import FollowUpTransfersPane
from widgets.look import Face, load_fonts, make_look
from widgets.words import case_clock_words

TOPICS = ("alerts", "inspection_notices", "case_transfers", "road_texts")


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


@pytest.fixture
def world(sqlite_store):
    return World(sqlite_store)


class Desk:
    """One pane on a store: what it asks for is done, and it is shown what became of it."""

    def __init__(self, pane: Any, world: World) -> None:
        self.pane, self.world = pane, world
        self.asked: list[tuple[str, Any]] = []
        pane.asked.connect(self.take)
        self.show()

    def take(self, what: str, about: Any) -> None:
        self.asked.append((what, about))

    def show(self, officer: Any = WANG) -> None:
        self.pane.show_officer(officer)
        for topic in TOPICS:
            self.pane.show_snapshot(self.world.store.snapshot(topic, self.world.now, officer))
        self.pane.tick(self.world.now)

    def select(self, alert_id: str) -> None:
        self.pane.select(Subject("alert", alert_id))

    @property
    def wish(self) -> Any:
        return [about for what, about in self.asked if what == "action"][-1]

    def answer(self, choice: int = -1, words: str = "") -> None:
        ask = self.pane.ask_line
        if choice >= 0:
            ask.choices[choice].click()
        ask.line.setText(words)
        ask.confirm()

    def done(self) -> Outcome:
        """Have the wish granted, or refused."""
        outcome = self.world.store.perform(self.wish, self.pane.officer, self.world.now)
        self.pane.show_outcome(outcome)
        self.show(self.pane.officer)
        return outcome


@pytest.fixture
def desk(qtbot: QtBot, world):
    def made(kind: type[DutyListPane]) -> Desk:
        pane: Any = kind("协同", {}, make_look(Face.DESK))
        qtbot.addWidget(pane)
        pane.resize(480, 600)
        pane.show()
        return Desk(pane, world)

    return made


def buttons(desk: Desk) -> dict[str, str]:
    return {act.words: act.reason for act in desk.pane.acts()}


def test_that_n_tells_the_owner_of_the_selected_alert(desk, world, qtbot):
    world.verified()
    shown = desk(FollowUpNoticesPane)
    assert buttons(shown)["告知车主"] == "先选预警"
    shown.select(world.alert_id)
    qtbot.keyClick(shown.pane, Qt.Key.Key_N)
    shown.answer(1, "林小明 13812345678")
    assert shown.wish == IssueNotice(alert_id=world.alert_id, way=Way.LETTER, owner="林小明", phone="13812345678")
    assert shown.done().done
    assert shown.pane.note == "待复检 1"
    notice = shown.pane.case()
    assert (notice.owner, shown.pane._clock(notice)) == ("林*", ("复检 余 30 天", False))
    assert any("机动车检验告知书" in line for line in shown.pane._lines(notice))


def test_that_a_result_from_paper_and_a_withdrawal_are_asked_for_by_key(desk, world, qtbot):
    notice = world.issued()
    shown = desk(FollowUpNoticesPane)
    qtbot.keyClick(shown.pane, Qt.Key.Key_R)
    shown.answer(1, "椒江检测站 超限值")
    assert isinstance(shown.wish, RecordInspection)
    assert (shown.wish.passed, shown.wish.station, shown.wish.text) == (False, "椒江检测站", "超限值")
    assert shown.done().done
    assert shown.pane._clock(shown.pane.case())[0] == "再检 余 30 天"
    qtbot.keyClick(shown.pane, Qt.Key.Key_X)
    shown.answer(words="误告")
    assert shown.wish == WithdrawNotice(case_id=notice.id, expected_version=2, reason="误告")
    shown.done()
    assert buttons(shown)["撤回"] == "已撤回"


def test_that_an_overdue_notice_is_told_apart_and_counted(desk, world):
    world.issued()
    world.after(days=32)
    shown = desk(FollowUpNoticesPane)
    assert shown.pane.note == "待复检 1 · 超期 1"
    assert shown.pane._clock(shown.pane.case()) == ("复检 超期 2 天", True)


def test_that_a_chosen_row_selects_its_alert_everywhere(desk, world):
    world.issued()
    shown = desk(FollowUpNoticesPane)
    shown.pane.row_chosen(shown.pane.rows[0])
    assert shown.asked[-1] == ("select", Subject("alert", world.alert_id))


def test_that_a_transfer_offers_what_its_state_and_the_officer_allow(desk, world, qtbot):
    world.packed()
    shown = desk(FollowUpTransfersPane)
    assert list(buttons(shown)) == ["移送", "撤回"]
    qtbot.keyClick(shown.pane, Qt.Key.Key_S)
    shown.answer(words="请依法处理")
    assert isinstance(shown.wish, SendTransfer)
    shown.done()
    assert list(buttons(shown)) == ["接收", "退回", "撤回"]
    shown.show(WU)
    assert buttons(shown) == {"接收": "", "退回": "", "撤回": "须值班员"}
    qtbot.keyClick(shown.pane, Qt.Key.Key_A)
    assert isinstance(shown.wish, AcceptTransfer)
    shown.done()
    assert list(buttons(shown)) == ["反馈结果", "撤回"]
    assert shown.pane._clock(shown.pane.case())[0].startswith("反馈 余")
    qtbot.keyClick(shown.pane, Qt.Key.Key_G)
    shown.answer(0, "已责令维修 台环责改12号")
    assert (shown.wish.text, shown.wish.document) == ("已责令维修", "台环责改12号")
    assert shown.done().done
    shown.show(HU)
    assert shown.pane.rows == []


def test_that_a_refusal_names_who_should_have_it(desk, world, qtbot):
    world.sent()
    shown = desk(FollowUpTransfersPane)
    shown.show(WU)
    qtbot.keyClick(shown.pane, Qt.Key.Key_B)
    shown.pane.ask_line.seconds[0].click()
    shown.answer(list(ReturnReason).index(ReturnReason.NOT_OURS), "")
    assert isinstance(shown.wish, RefuseTransfer)
    assert (shown.wish.reason, shown.wish.suggested) == (ReturnReason.NOT_OURS, "公安")
    shown.done()
    assert "被退回：非本部门职责，建议公安" in shown.pane._lines(shown.pane.case())


def test_that_a_refused_wish_says_why_and_leaves_everything(desk, world, qtbot):
    case = world.packed()
    shown = desk(FollowUpTransfersPane)
    world.wish(WithdrawTransfer(case_id=case.id, expected_version=case.version, reason="重复"))
    qtbot.keyClick(shown.pane, Qt.Key.Key_S)
    shown.answer(words="请处理")
    assert shown.done().refusal == "王*已先更新，请看最新"
    assert shown.pane._said == "王*已先更新，请看最新"


def test_that_e_asks_for_a_package_and_the_pane_shows_what_is_in_it(desk, world, qtbot, tmp_path):
    world.verified()
    shown = desk(FollowUpEvidencePane)
    assert buttons(shown)["制作证据包"] == "先选预警"
    shown.select(world.alert_id)
    qtbot.keyClick(shown.pane, Qt.Key.Key_E)
    assert [button.text() for button in shown.pane.ask_line.choices][:2] == ["生态环境", "公安交警"]
    shown.answer(0)
    assert shown.wish == AskPackage(alert_id=world.alert_id, department="生态环境")
    shown.done()
    assert buttons(shown) == {"制作证据包": "制作中"}
    Packaging(world.store, Site(folder=tmp_path), lambda _sha: None).tick(world.now)
    shown.show()
    case = shown.pane.transfer()
    said = "\n".join(str(row.record) for row in shown.pane.rows)
    for words in (case.sha256[:8], "('缺件', '过车记录没有图片')", "timeline.json", "自检通过"):
        assert words in said
    assert list(buttons(shown)) == ["重制证据包"]


def test_that_without_a_case_of_the_scene_the_package_made_last_is_shown(desk, world):
    world.packed()
    shown = desk(FollowUpEvidencePane)
    assert shown.pane.transfer() is not None
    assert buttons(shown) == {"制作证据包": "先选预警"}
    other = world.find(exhaust("浙J00001", 7))
    shown.show()
    shown.select(other.id)
    assert shown.pane.transfer() is None


def test_that_a_text_is_written_from_the_chosen_template_in_two_questions(desk, world, qtbot):
    shown = desk(FollowUpTextsPane)
    shown.pane.choose(f"template:{TEMPLATES[3].id}")
    qtbot.keyClick(shown.pane, Qt.Key.Key_N)
    assert shown.pane.ask_line.chosen == 3
    shown.pane.ask_line.seconds[1].click()
    shown.answer(words="椒江二桥北向")
    shown.answer(words="二桥北诱导屏")
    assert isinstance(shown.wish, DraftText)
    assert (shown.wish.template, shown.wish.words, shown.wish.place) == ("closed", "椒江二桥北向", "二桥北诱导屏")
    assert shown.done().case.text == "椒江二桥北向封闭 请提前绕行"
    assert "须另一人批准" in shown.pane._said
    shown.pane.choose(shown.pane.rows[0].key)
    assert buttons(shown)["批准"] == "须由另一人批准"
    shown.show(LI)
    qtbot.keyClick(shown.pane, Qt.Key.Key_P)
    assert isinstance(shown.wish, ApproveText)
    assert shown.done().done
    assert shown.pane.note == "待发 1"


def test_that_a_plate_on_a_sign_is_refused_on_the_pane(desk, world, qtbot):
    shown = desk(FollowUpTextsPane)
    qtbot.keyClick(shown.pane, Qt.Key.Key_N)
    shown.answer(0, "浙J8T56K 停车")
    shown.answer(words="二桥北")
    assert shown.done().refusal == "不得出现号牌、证件或电话号码"


@pytest.mark.parametrize("kind", [FollowUpNoticesPane, FollowUpTransfersPane, FollowUpEvidencePane])
def test_that_an_empty_pane_says_so_in_words(desk, kind):
    assert desk(kind).pane.rows in ((), [])
    assert kind.empty


@pytest.mark.parametrize("kind", [FollowUpNoticesPane, FollowUpTransfersPane, FollowUpEvidencePane, FollowUpTextsPane])
def test_that_a_department_may_press_nothing_of_the_desk(desk, world, kind):
    notice = world.issued()
    world.wish(world.inspected(notice, passed=False), ENGINE)
    world.sent()
    shown = desk(kind)
    shown.select(world.alert_id)
    shown.show(HU)
    assert set(buttons(shown).values()) <= {"须值班员", "须承办单位", "先选预警", "先选一条", "先选一条预警"}
    shown.pane.grab()


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=29, hours=5), "复检 余 29 天"),
        (timedelta(hours=21, minutes=9), "复检 余 21 时"),
        (timedelta(minutes=9), "复检 余 9 分"),
        (-timedelta(days=1, hours=3), "复检 超期 1 天"),
        (-timedelta(hours=5, minutes=54), "复检 超期 5 时 54 分"),
    ],
)
def test_that_a_far_deadline_is_said_in_days_and_a_near_one_in_hours(span, words):
    assert case_clock_words("复检", START + span, START) == words
