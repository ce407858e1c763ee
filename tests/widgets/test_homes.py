"""The scene 房人: what a card shows and hides, how long clear text stays, where a click leads, what the tree finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from benchmarks.section import NOW, building
from services.domain.address_book import ADDRESS_SEARCH, AddressHit
from services.domain.alert import Ack, Alert, AlertLevel, Outcome, Work
from services.domain.estates import Estate
from services.domain.masked import Masked
from services.domain.movement import Movement, Pass, TracePerson
from services.domain.officer import Officer, Role
from services.domain.question import Question
from services.domain.reveal import Clear, RevealSubject
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.subject_card import CardAsked, Entry, Line, Part, Strip, SubjectCard, unknown
from tests.widgets.painted import painted_words as words
from widgets.address_tree import AddressTreePane
from widgets.look import Face, load_fonts, make_look
from widgets.movement_plot import days_shown
from widgets.pane import Pane
from widgets.subject_card import PATIENCE, SubjectCardPane
from widgets.subject_movement import SubjectMovementPane

HOME, LIN = Subject("dwelling", "XQ010310201"), Subject("person", "XQ01-3f9a5b7c21")
CANARY = "金丝雀"
POLICE = Officer("P1", "王海涛", Role.POLICE_ROOM)
CADRE = Officer("C1", "李红", Role.COMMUNITY_CADRE, area="331002002001")


def alert(number: int = 1, **changed: Any) -> Alert:
    at = NOW - timedelta(minutes=5)
    made = Alert(
        f"YJ-{number}", 1, f"R-POP-01|XQ01|{LIN.id}", "R-POP-01", 1, "", "community", AlertLevel.YELLOW,
        "疑似未办理居住登记", "林*", "一人", "estate", "XQ01", "城市花园 南门", at, at, at, department="公安",
    )  # fmt: skip
    return replace(made, **changed)


def snap(topic: str, *records: Any) -> Snapshot[Any]:
    return Snapshot(topic, records, NOW, Quality.GOOD)


def card_of(subject: Subject = HOME) -> SubjectCard:
    person = Line("李*", "常住", "未登记", subject=Subject("person", "R1"), is_open=True)
    hit = Line("低用水", "YJ-1", "核查中", NOW, Subject("alert", "YJ-1"), AlertLevel.ORANGE)
    strip = Strip((0.1, None, 0.3), "11-20", "11-22", "m³", 0.5, 0.2, "平安线")
    facts = (Entry("产权人", "张*", field="owner"), Entry("用途", None, "未填"), Entry("室号", "***", field="room"))
    columns = (
        (Part("房屋", facts), Part("用水", strip=strip)),
        (Part("住户", lines=(person,)), unknown("入住")),
        (Part("预警", lines=(hit,), more=3),),
    )
    return SubjectCard(subject, "城市花园 3 幢 1 单元 ***", "出租", columns, NOW, "XQ0103", ("待核",))


class Asked(list[tuple[str, Any]]):
    def of(self, what: str) -> list[Any]:
        return [about for word, about in self if word == what]


@pytest.fixture
def show(qtbot: Any) -> Callable[..., tuple[Any, Asked]]:
    load_fonts()

    def made(kind: type[Pane], wide: int, high: int, officer: Officer = POLICE) -> tuple[Any, Asked]:
        pane = kind("格", {}, make_look(Face.DESK))
        qtbot.addWidget(pane)
        pane.resize(wide, high)
        asked = Asked()
        pane.asked.connect(lambda what, about: asked.append((what, about)))
        if hasattr(pane, "show_officer"):
            pane.show_officer(officer)
        pane.tick(NOW)
        pane.show()
        return pane, asked

    return made


@pytest.fixture
def card(show: Any) -> tuple[SubjectCardPane, Asked]:
    pane, asked = show(SubjectCardPane, 1058, 587)
    pane.select(HOME)
    pane.show_outcome(Outcome(asked.of("question")[-1], None, "", card_of()))
    pane.grab()
    return pane, asked


# ------------------------------------------------------------------------------------------- the card


def test_that_a_selected_subject_is_asked_for_and_its_card_painted_with_what_is_unknown(card):
    pane, asked = card
    assert asked.of("question") == [CardAsked(HOME, NOW).question()]
    painted = words(pane)
    for told in (
        "城市花园 3 幢 1 单元 ***",
        "待核",
        "张*",
        "已遮",
        "李*",
        "未登记",
        "未知 · 未接入",
        "另 3 条",
        "最高 0.3 m³",
    ):
        assert told in painted


def test_that_what_has_no_card_leaves_the_card_as_it_is(card):
    pane, asked = card
    pane.select(Subject("estate", "XQ01"))
    pane.select(None)
    assert (pane.subject, len(asked.of("question"))) == (HOME, 1)


def test_that_a_card_is_asked_again_when_its_records_moved_and_never_while_an_answer_is_due(card):
    pane, asked = card
    pane.show_snapshot(snap("alerts"))
    pane.tick(NOW + timedelta(seconds=2))
    assert len(asked.of("question")) == 1
    pane.tick(NOW + timedelta(seconds=6))
    pane.show_snapshot(snap("alerts"))
    pane.tick(NOW + timedelta(seconds=20))
    assert len(asked.of("question")) == 2
    pane.tick(NOW + timedelta(seconds=6) + PATIENCE)
    assert len(asked.of("question")) == 3


def test_that_an_answer_to_an_older_question_is_no_longer_shown(card):
    pane, asked = card
    pane.select(LIN)
    pane.show_outcome(Outcome(asked.of("question")[0], None, "", card_of()))
    assert pane.card is None
    pane.show_outcome(Outcome(asked.of("question")[-1], None, "", None))
    assert "登记簿中没有" in words(pane)


def test_that_until_somebody_is_picked_the_card_of_the_worst_alert_is_proposed(show):
    pane, asked = show(SubjectCardPane, 1058, 587)
    assert "在左侧选一处地址" in words(pane)
    lost = alert(7, level=AlertLevel.RED, subject_kind="device", subject_id="CAM-7")
    pane.show_snapshot(snap("alerts", lost, alert()))
    assert pane.subject == Subject("device", "CAM-7")
    pane.show_outcome(Outcome(asked.of("question")[-1], None, "", None))
    assert pane.subject == LIN
    pane.select(HOME)
    pane.show_snapshot(snap("alerts", alert(2, key="R-ELD-02|W1", subject_kind="elder", subject_id="X")))
    assert pane.subject == HOME


def test_that_keys_walk_the_rows_and_enter_opens_them(qtbot, card):
    pane, asked = card
    for _ in range(2):
        qtbot.keyClick(pane, Qt.Key.Key_Down)
    qtbot.keyClick(pane, Qt.Key.Key_Up)
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    qtbot.keyClick(pane, Qt.Key.Key_Backspace)
    assert asked.of("open") == [Subject("person", "R1")]
    assert asked.of("back") == [None]


def test_that_an_alerts_row_is_selected_and_not_opened(card):
    pane, asked = card
    pane.follow(Subject("alert", "YJ-1"))
    assert (asked.of("select"), asked.of("open")) == ([Subject("alert", "YJ-1")], [])


def test_that_the_card_of_a_building_shows_its_section_and_a_click_opens_a_dwelling(qtbot, show):
    pane, asked = show(SubjectCardPane, 1058, 587)
    pane.show_snapshot(snap("buildings", building(42)))
    about = Subject("building", "XQ0103")
    pane.select(about)
    pane.show_outcome(Outcome(asked.of("question")[-1], None, "", replace(card_of(about), badges=())))
    pane.grab()
    assert "1 单元" in words(pane)
    grid = pane.view._section.grid
    everywhere = ((unit, floor, at) for unit in (0, 1) for floor in range(2, 34) for at in range(4))
    place = next(p for p in everywhere if pane.view._plan.subject(p).kind == "dwelling")
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=grid.cell(*place).center())
    assert asked.of("open")[0].kind == "dwelling"
    assert "室号已遮" in pane.view.hint_at(grid.cell(*place).center())


def test_that_a_long_card_scrolls_and_stops_at_its_ends(card):
    pane, _ = card
    lines = tuple(Line(f"第 {n} 步", "说明") for n in range(30))
    pane.card = replace(card_of(), columns=((Part("经过", lines=lines),),))
    pane.grab()
    assert pane.view.below > 0
    pane.view.scroll(100_000)
    pane.grab()
    assert (pane.view.below, "滚轮" in words(pane)) == (0, False)
    pane.view.scroll(-100_000)
    assert pane.view.top == 0


# ---------------------------------------------------------------------------------------- clear text


def reveal(pane: SubjectCardPane, asked: Asked, at: Any = NOW, in_shift: int = 1) -> RevealSubject:
    pane.reveal.begin("owner")
    pane.reveal.ask_line.choose(0)
    pane.reveal.ask_line.line.setText("复核登记住址")
    pane.reveal.ask_line.confirm()
    wish = asked.of("action")[-1]
    value = Clear("SJ-1", "dwelling", HOME.id, "owner", Masked(CANARY, "****"), at, in_shift)
    pane.show_outcome(Outcome(wish, None, "", value))
    return wish


def test_that_clear_text_is_asked_with_a_reason_and_shown_for_a_minute_under_the_officers_name(card):
    pane, asked = card
    wish = reveal(pane, asked)
    assert (wish.kind, wish.subject_id, wish.field) == ("dwelling", HOME.id, "owner")
    assert wish.reason == "上门核实：复核登记住址"
    painted = words(pane)
    for told in (CANARY, "明文", "王海涛 P1", "SJ-1", "余 1:00"):
        assert told in painted
    pane.tick(NOW + timedelta(seconds=59))
    assert CANARY in words(pane)
    pane.tick(NOW + timedelta(seconds=60))
    assert CANARY not in words(pane)
    assert "王海涛" not in words(pane)


def test_that_no_accessible_text_and_no_printed_state_holds_clear_text(card):
    pane, asked = card
    reveal(pane, asked)
    said = " ".join(
        f"{w.accessibleName()} {w.accessibleDescription()} {w.toolTip()}" for w in (pane, *pane.findChildren(QWidget))
    )
    assert CANARY not in f"{said} {pane.reveal.clear} {pane.reveal.clear!r}"


@pytest.mark.parametrize("what", ["subject", "officer", "hidden"])
def test_that_clear_text_goes_with_the_subject_the_officer_and_the_scene(card, what):
    pane, asked = card
    reveal(pane, asked)
    match what:
        case "subject":
            pane.select(LIN)
        case "officer":
            pane.show_officer(CADRE)
        case _:
            pane.hide()
            pane.show()
    assert pane.reveal.clear is None
    assert CANARY not in words(pane)


def test_that_clear_text_of_another_subject_is_never_shown_on_this_card(card):
    pane, asked = card
    pane.reveal.begin("owner")
    pane.reveal._answered(0, "复核登记住址")
    other = Clear("SJ-1", "dwelling", "XQ010310202", "owner", Masked(CANARY, "****"), NOW, 1)
    pane.show_outcome(Outcome(asked.of("action")[-1], None, "", other))
    assert CANARY not in words(pane)


def test_that_a_refusal_is_said_on_the_card_and_for_a_role_without_right_on_the_button(card):
    pane, asked = card
    pane.reveal.begin("owner")
    pane.reveal._answered(0, "复核登记住址")
    pane.show_outcome(Outcome(asked.of("action")[-1], None, "不在本席范围"))
    assert "不在本席范围" in words(pane)
    pane.show_officer(CADRE)
    pane.show_outcome(Outcome(asked.of("question")[-1], None, "", card_of()))
    assert pane.reveal.button.shown_text() == "查看明文 · 本岗位不可查看明文"
    before = len(asked.of("action"))
    pane.follow("owner")
    assert len(asked.of("action")) == before
    assert pane.reveal.ask_line.isHidden()


def test_that_with_several_masks_the_officer_says_which_one(card):
    pane, asked = card
    pane.reveal.start()
    assert [b.text() for b in pane.reveal.ask_line.choices] == ["产权人", "室号"]
    pane.reveal._answered(1, "")
    assert "室号" in pane.reveal.ask_line.question
    pane.reveal._answered(2, "救助上门开门")
    assert asked.of("action")[-1].field == "room"


def test_that_more_looks_than_a_shift_explains_are_said_on_the_screen(card):
    pane, asked = card
    reveal(pane, asked, in_shift=21)
    assert "本班第 21 次" in words(pane)


# ------------------------------------------------------------------------------------------ movement

VERIFIED = {"ack": Ack.ACKED, "work": Work.DISPATCHED}


def movement(alert_id: str = "YJ-1") -> Movement:
    days = [NOW - timedelta(days=n) for n in (5, 3, 3, 1)]
    passes = tuple(Pass(at + timedelta(hours=n), "南门", n % 2 == 0, n == 1) for n, at in enumerate(days))
    return Movement("SJ-9", alert_id, "化名 …7c21", "城市花园", NOW - timedelta(days=30), NOW, passes)


def test_that_passages_are_asked_for_by_the_case_of_the_selected_person_only(show):
    pane, asked = show(SubjectMovementPane, 328, 420)
    assert pane.button.shown_text() == "看通行 · 没有这个人的在办预警"
    pane.show_snapshot(snap("alerts", alert()))
    pane.select(LIN)
    assert pane.button.shown_text() == "看通行 · 预警尚未签收"
    pane.show_snapshot(snap("alerts", alert(ack=Ack.ACKED, work=Work.VERIFYING)))
    assert pane.button.shown_text() == "看通行 · 核查未完成"
    pane.button.ask()
    assert not asked.of("action")
    pane.show_snapshot(snap("alerts", alert(**VERIFIED)))
    pane.button.ask()
    assert asked.of("action") == [TracePerson(alert_id="YJ-1")]
    pane.show_outcome(Outcome(asked.of("action")[0], None, "", movement()))
    painted = words(pane)
    for told in ("南门", "3 日 4 次", "浅底 登记访客日"):
        assert told in painted


@pytest.mark.parametrize("what", ["closed", "subject", "officer", "hidden"])
def test_that_passages_leave_the_screen_with_the_case_the_subject_the_officer_and_the_scene(show, what):
    pane, asked = show(SubjectMovementPane, 328, 420)
    pane.show_snapshot(snap("alerts", alert(**VERIFIED)))
    pane.select(LIN)
    pane.button.ask()
    pane.show_outcome(Outcome(asked.of("action")[0], None, "", movement()))
    assert pane.found is not None
    match what:
        case "closed":
            pane.show_snapshot(snap("alerts", alert(ack=Ack.ACKED, work=Work.CLOSED)))
        case "subject":
            pane.select(HOME)
        case "officer":
            pane.show_officer(CADRE)
        case _:
            pane.hide()
    assert pane.found is None
    assert "南门" not in words(pane)


def test_that_a_registered_resident_cannot_be_followed(show):
    pane, asked = show(SubjectMovementPane, 328, 420)
    pane.show_snapshot(snap("alerts", alert(**VERIFIED)))
    pane.select(Subject("person", "XQ01R00001"))
    pane.button.ask()
    assert not asked.of("action")


def test_that_a_role_without_right_is_told_so_on_the_button(show):
    pane, _ = show(SubjectMovementPane, 328, 420, CADRE)
    pane.show_snapshot(snap("alerts", alert(**VERIFIED)))
    pane.select(LIN)
    assert pane.button.shown_text() == "看通行 · 本岗位不可查看通行轨迹"


def test_that_the_plot_shows_thirty_days_at_most_the_newest():
    long_ago = Pass(NOW - timedelta(days=90), "南门", True, False)
    found = replace(movement(), passes=(long_ago, *movement().passes))
    assert len(days_shown(found)) == 30
    assert len(days_shown(movement())) == 5
    assert days_shown(replace(found, passes=())) == []


# ---------------------------------------------------------------------------------------- the tree


@pytest.fixture
def tree(show: Any) -> tuple[AddressTreePane, Asked]:
    pane, asked = show(AddressTreePane, 400, 1007)
    pane.show_snapshot(snap("estates", Estate("XQ01", "城市花园", 1862, 12, (), ())))
    pane.show_snapshot(snap("buildings", building(42)))
    pane.show_snapshot(snap("alerts", alert(3, subject_kind="dwelling", subject_id=HOME.id)))
    return pane, asked


def titles(pane: AddressTreePane) -> list[str]:
    return [getattr(row.record, "title", "") for row in pane.rows]


def test_that_the_tree_opens_level_by_level_down_to_a_dwelling_without_a_room_number(qtbot, tree):
    pane, asked = tree
    assert titles(pane) == ["城市花园", "3 幢"]
    qtbot.keyClick(pane, Qt.Key.Key_Down)
    for _ in range(2):
        qtbot.keyClick(pane, Qt.Key.Key_Right)
        qtbot.keyClick(pane, Qt.Key.Key_Down)
    assert titles(pane)[:4] == ["城市花园", "3 幢", "1 单元", "33 层 第 1 户"]
    assert len(pane.rows) == 1 + 1 + 2 + 128
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert asked.of("select")[-1] == Subject("dwelling", "XQ010313301")
    assert "3301" not in words(pane)
    qtbot.keyClick(pane, Qt.Key.Key_Left)
    qtbot.keyClick(pane, Qt.Key.Key_Left)
    assert pane.chosen == "unit XQ0103-1"
    assert len(pane.rows) == 4


def test_that_an_alert_in_a_dwelling_shows_on_everything_that_holds_it(tree):
    pane, _ = tree
    pane.select(HOME)
    marked = [row.record.title for row in pane.rows if row.record.alert is not None]
    assert marked == ["城市花园", "3 幢", "1 单元", "2 层 第 1 户"]


def test_that_what_is_selected_anywhere_is_opened_and_marked(tree):
    pane, _ = tree
    pane.select(HOME)
    assert pane.chosen == "dwelling XQ010310201"
    pane.select(Subject("boat", "7"))
    assert pane.chosen == "dwelling XQ010310201"
    mark = next(m for m in building(42).marks if m.kind == "elder")
    pane.select(Subject("elder", mark.subject_id))
    assert pane.chosen == f"dwelling XQ0103{mark.unit}{mark.floor:02d}{mark.at + 1:02d}"


def test_that_typing_asks_once_and_shows_what_was_found_without_a_room(qtbot, tree):
    pane, asked = tree
    pane.field.setText("城市花园 3 幢 2 单元 302")
    pane.search()
    assert asked.of("question") == [Question(ADDRESS_SEARCH, "城市花园 3 幢 2 单元 302")]
    hits = (
        AddressHit("dwelling", "XQ010320302", "城市花园 3 幢 2 单元 ***", "XQ010320302"),
        AddressHit("person", "R1", "林*"),
    )
    pane.show_outcome(Outcome(asked.of("question")[0], None, "", hits))
    painted = words(pane)
    assert "城市花园 3 幢 2 单元 ***" in painted
    assert "XQ010320302" not in painted
    qtbot.keyClick(pane.field, Qt.Key.Key_Return)
    assert asked.of("select") == [Subject("dwelling", "XQ010320302")]
    qtbot.keyClick(pane.field, Qt.Key.Key_Escape)
    assert titles(pane)[0] == "城市花园"


def test_that_nothing_found_is_said(tree):
    pane, asked = tree
    pane.field.setText("没有这里")
    pane.search()
    pane.show_outcome(Outcome(asked.of("question")[0], None, "", ()))
    assert "没有找到" in words(pane)


SIZES = ((SubjectCardPane, (1058, 587)), (SubjectMovementPane, (328, 420)), (AddressTreePane, (400, 1007)))


@pytest.mark.parametrize(("kind", "size"), SIZES)
def test_that_each_pane_repaints_in_the_light_theme_and_larger(show, kind, size):
    pane, _ = show(kind, *size)
    pane.show_snapshot(snap("alerts", alert()))
    dark = pane.grab().toImage()
    pane.restyle(make_look(Face.DESK, "light", 1.25))
    assert pane.grab().toImage() != dark
