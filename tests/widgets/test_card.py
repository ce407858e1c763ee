from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest

from services.domain.alert import (
    Ack,
    Action,
    Command,
    Evidence,
    FalseReason,
    Outcome,
    Stance,
    Tick,
    Verdict,
    Visibility,
    Work,
)
from services.domain.officer import Officer, Role
from services.domain.question import SIMILAR, Question
from services.domain.service_window import EndWindow, OpenWindow, ServiceWindow
from services.domain.similar import SimilarCase
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.shots.alerts_sheet import ALERTS, BLUE, FULL, RED, WANG, YELLOW, make_alert, snapshot
from tests.shots.sheet import NOW
from widgets.card import AlertCard
from widgets.card_outage import targets
from widgets.card_questions import departments_for
from widgets.card_text import CardText
from widgets.checklist import TickAsked
from widgets.look import Face, load_fonts, make_look

LI = Officer("li", "李强", Role.SHIFT_LEAD)
SIGNED = make_alert(9, YELLOW, "未派船", 3, 5, signed=True, department="公安")


@pytest.fixture
def card(qtbot) -> AlertCard:
    load_fonts()
    card = AlertCard("", {}, make_look(Face.DESK))
    qtbot.addWidget(card)
    card.resize(391, 613)
    card.show_officer(WANG)
    card.tick(NOW)
    card.show()
    return card


def show(card: AlertCard, alert) -> None:
    card.show_snapshot(snapshot([alert]))
    card.select(Subject("alert", alert.id))


def shown(card: AlertCard) -> dict[Action, str]:
    return {action: b.reason for action, b in card.buttons.items() if not b.isHidden()}


def test_that_an_unsigned_alert_offers_the_signature_first_and_says_why_the_rest_must_wait(card):
    show(card, FULL)
    assert card.buttons[Action.SIGN].primary
    reasons = shown(card)
    assert reasons[Action.SIGN] == ""
    assert reasons[Action.VERIFY] == "先签收"
    assert reasons[Action.CLOSE] == "先核查"


def test_that_f2_asks_to_sign_the_version_on_the_screen(card, qtbot):
    show(card, replace(FULL, version=7))
    with qtbot.waitSignal(card.asked) as asked:
        card.press("F2")
    assert asked.args == ["action", Command(FULL.id, Action.SIGN, 7)]


def test_that_a_refused_key_says_the_reason_in_place_and_asks_nothing(card, qtbot):
    show(card, FULL)
    with qtbot.assertNotEmitted(card.asked):
        card.press("F7")
    assert card._said == "办结：先核查"


def test_that_a_red_alert_cannot_be_shelved_and_says_so(card):
    show(card, make_alert(1, RED, "火警", 1, 1))
    assert card.buttons[Action.SHELVE].shown_text() == "暂缓 · 红色不可暂缓"


def test_that_a_false_alarm_asks_for_its_reason_in_place(card, qtbot):
    show(card, SIGNED)
    card.press("F8")
    assert card.ask.isVisible()
    with qtbot.waitSignal(card.asked) as asked:
        QTest.keyClick(card.ask, Qt.Key.Key_2)
        QTest.keyClick(card.ask.line, Qt.Key.Key_Return)
    command = asked.args[1]
    assert (command.action, command.false_reason) == (Action.FALSE_ALARM, FalseReason.WEATHER)
    assert not card.ask.isVisible()


def test_that_dispatch_asks_department_and_task_with_the_rules_department_chosen(card, qtbot):
    show(card, SIGNED)
    card.press("F4")
    card.ask.line.setText("到场核实")
    with qtbot.waitSignal(card.asked) as asked:
        QTest.keyClick(card.ask.line, Qt.Key.Key_Return)
    command = asked.args[1]
    assert (command.department, command.text) == ("公安", "到场核实")


def test_that_a_digit_chooses_the_department_although_a_task_is_proposed(card, qtbot):
    show(card, SIGNED)
    card.press("F4")
    proposed = card.ask.line.text()
    for key in (Qt.Key.Key_3, Qt.Key.Key_2):
        QTest.keyClick(card.ask, key)
    with qtbot.waitSignal(card.asked) as asked:
        QTest.keyClick(card.ask, Qt.Key.Key_Return)
    assert (asked.args[1].department, asked.args[1].text) == (departments_for(SIGNED)[1], proposed)
    assert not card.ask.line.hasFocus()


def test_that_a_false_alarm_is_not_offered_to_a_department(card):
    show(card, replace(SIGNED, verdict=Verdict.FALSE_ALARM))
    assert not card.buttons[Action.DISPATCH].primary
    assert card.buttons[Action.CLOSE].primary


def test_that_the_last_visible_line_of_a_long_card_is_whole(card):
    show(card, replace(FULL, guidance=tuple("核实后到场处置并反馈结果" * 3 for _ in range(9))))
    ends = CardText(card.alert, card.look, card.width() - 2 * card.look.pad).ends
    assert card.card_body.height() > card.scroller.height()
    assert card.scroller.height() in ends


def test_that_an_empty_task_is_asked_again_and_escape_asks_nothing(card, qtbot):
    show(card, SIGNED)
    card.press("F4")
    card.ask.line.setText("  ")
    with qtbot.assertNotEmitted(card.asked):
        QTest.keyClick(card.ask.line, Qt.Key.Key_Return)
        assert card.ask.isVisible()
        QTest.keyClick(card.ask, Qt.Key.Key_Escape)
    assert not card.ask.isVisible()


def test_that_an_open_question_keeps_its_keys_from_the_desks_shortcuts(card, qtbot):
    taken = []
    for key in ("1", "Esc", "Return"):
        QShortcut(QKeySequence(key), card, lambda key=key: taken.append(key))
    show(card, SIGNED)
    QTest.keyClick(card, Qt.Key.Key_1)
    assert taken == ["1"]
    card.press("F8")
    QTest.keyClick(card.ask, Qt.Key.Key_1)
    assert card.ask.chosen == 0
    QTest.keyClick(card.ask.line, Qt.Key.Key_Escape)
    assert taken == ["1"]
    assert not card.ask.isVisible()


def test_that_shelving_asks_how_long_and_why(card, qtbot):
    show(card, SIGNED)
    card.press("F10")
    card.ask.choose(1)
    card.ask.line.setText("等船东回电")
    with qtbot.waitSignal(card.asked) as asked:
        card.ask.confirm()
    assert (asked.args[1].until, asked.args[1].text) == (NOW + timedelta(minutes=30), "等船东回电")


def test_that_a_shelved_alert_offers_to_be_shown_again_with_the_same_key(card, qtbot):
    show(card, replace(SIGNED, visibility=Visibility.SHELVED, shelved_until=NOW + timedelta(minutes=9)))
    with qtbot.waitSignal(card.asked) as asked:
        card.press("F10")
    assert asked.args[1].action is Action.UNSHELVE


@pytest.mark.parametrize(
    ("work", "action"),
    [
        (Work.DISPATCHED, Action.ACCEPT),
        (Work.ACCEPTED, Action.HANDLE),
        (Work.HANDLING, Action.FEEDBACK),
        (Work.FEEDBACK, Action.REVIEW),
    ],
)
def test_that_f5_is_the_next_step_of_the_work(card, work, action):
    show(card, replace(SIGNED, work=work))
    assert action in shown(card)
    assert card.buttons[action].primary


def test_that_closing_an_orange_one_needs_the_shift_lead(card):
    orange = replace(ALERTS[2], work=Work.REVIEW, verdict=Verdict.TRUE)
    show(card, orange)
    assert "值班长" in card.buttons[Action.CLOSE].reason
    card.show_officer(LI)
    assert card.buttons[Action.CLOSE].reason == ""


def test_that_the_outcome_is_said_in_place_for_eight_seconds(card):
    show(card, FULL)
    command = Command(FULL.id, Action.SIGN, 1)
    card.show_outcome(Outcome(command, None, "李* 已先签收"))
    assert card._said == "李* 已先签收"
    card.tick(NOW + timedelta(seconds=9))
    assert card._said == ""


def test_that_a_done_command_shows_the_alert_it_made(card):
    show(card, FULL)
    signed = replace(FULL, version=2, ack=Ack.ACKED, acked_by="王*")
    card.show_outcome(Outcome(Command(FULL.id, Action.SIGN, 1), signed))
    assert card._said == "已签收"
    assert card.buttons[Action.SIGN].isHidden()
    assert card.buttons[Action.VERIFY].primary


def test_that_an_outcome_about_another_alert_is_not_said_here(card):
    show(card, FULL)
    card.show_outcome(Outcome(Command("YJ-other", Action.SIGN, 1), None, "不行"))
    assert card._said == ""


def test_that_the_actions_stay_where_they_are_when_the_text_grows(card):
    show(card, FULL)
    before = card.buttons[Action.SIGN].geometry()
    longer = replace(FULL, version=2, evidence=FULL.evidence * 5, guidance=FULL.guidance * 3)
    card.show_snapshot(snapshot([longer]))
    assert card.alert == longer
    assert card.buttons[Action.SIGN].geometry() == before
    assert card.scroller.verticalScrollBar().maximum() > 0


def test_that_the_evidence_keeps_a_least_height(qapp):
    load_fonts()
    look = make_look(Face.DESK)
    none = replace(FULL, evidence=())
    assert CardText(none, look, 367).y == CardText(FULL, look, 367).y


def test_that_no_two_buttons_overlap_and_all_lie_within_the_card(card):
    for alert in (FULL, SIGNED, ALERTS[0], ALERTS[2]):
        show(card, alert)
        boxes = [b.geometry() for b in card.buttons.values() if not b.isHidden()]
        assert all(card.rect().contains(box) for box in boxes)
        assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_that_it_is_drawn_at_every_scale_in_both_themes(card, theme, scale):
    look = make_look(Face.DESK, theme, scale)
    show(card, FULL)
    card.resize(look.px(391), look.px(613))
    card.restyle(look)
    image = card.grab().toImage()
    assert image.pixelColor(image.width() - 2, 2) == look.colour("panel")


def test_that_without_a_selection_it_says_how_to_get_one(card):
    card.select(None)
    assert shown(card) == {}
    assert not card.grab().isNull()


# ------------------------------------------------------------------- checklist, incident, past cases, way

GUIDED = make_alert(30, YELLOW, "未派船", 3, 5, guidance=("先签收", "【调度员｜2 分】回叫船东", "改约"), version=4)
JUDGED = (Verdict.FALSE_ALARM, FalseReason.DUPLICATE, "")
PAST = SimilarCase("YJ-1103-0012", "未派船", "申请 02", "下大陈锚地", NOW, NOW, *JUDGED, False, True, 0.1)


def told(card: AlertCard) -> list[str]:
    """The words of the card's body, as they would be painted."""
    said: list[str] = []

    class Listener(CardText):
        def line(self, left: str, right: str = "", *rest, **more) -> None:
            said.append(f"{left}|{right}" if right else left)
            super().line(left, right, *rest, **more)

    Listener(card.alert, card.look, 2000, None, card.card_body.around)
    return said


def meaning(card: AlertCard, kind: type) -> list:
    """What clicks on the body mean, of one sort, with where."""
    return [
        (box.center() + QPoint(card.look.pad, 0), what) for box, what in card.card_body._hits if isinstance(what, kind)
    ]


def test_that_the_guidance_is_a_checklist_with_owners_and_progress(card):
    show(card, replace(GUIDED, ticks=(Tick(0, NOW, "王*"),)))
    lines = told(card)
    at = lines.index("处置要点|1/3 已完成")
    assert lines[at + 1 : at + 4] == ["先签收|14:32 王*", "调度员　回叫船东|2 分", "改约"]


def test_that_a_click_ticks_a_line_of_the_version_on_the_screen_and_another_takes_it_back(card, qtbot):
    show(card, GUIDED)
    spot, _ = meaning(card, TickAsked)[1]
    with qtbot.waitSignal(card.asked) as asked:
        qtbot.mouseClick(card.card_body, Qt.MouseButton.LeftButton, pos=spot)
    assert asked.args == ["action", Command(GUIDED.id, Action.TICK, 4, line=1)]
    show(card, replace(GUIDED, version=5, ticks=(Tick(1, NOW, "王*"),)))
    with qtbot.waitSignal(card.asked) as asked:
        card.press("Alt+2")
    assert asked.args == ["action", Command(GUIDED.id, Action.UNTICK, 5, line=1)]


def test_that_a_key_beyond_the_checklist_asks_nothing(card, qtbot):
    show(card, GUIDED)
    with qtbot.assertNotEmitted(card.asked):
        card.press("Alt+9")


def test_that_the_incident_is_told_with_why_and_a_click_selects_another_of_it(card, qtbot):
    mine = replace(GUIDED, incident_id="SJ-1121-003", linked_why="同一申请，与“预计迟到”同时")
    other = replace(make_alert(31, RED, "预计迟到", 3, 5, signed=True), incident_id="SJ-1121-003")
    card.show_snapshot(snapshot([mine, other]))
    card.select(Subject("alert", mine.id))
    lines = told(card)
    assert lines[lines.index("同一事件 SJ-1121-003|2 件 · 主办 王*") + 1] == "同一申请，与“预计迟到”同时"
    ((spot, subject),) = meaning(card, Subject)
    with qtbot.waitSignal(card.asked) as asked:
        qtbot.mouseClick(card.card_body, Qt.MouseButton.LeftButton, pos=spot)
    assert asked.args == ["select", subject] == ["select", Subject("alert", other.id)]


def test_that_an_alert_that_joins_the_incident_later_appears_at_once(card):
    mine = replace(GUIDED, incident_id="SJ-1121-003")
    show(card, mine)
    assert not any(line.startswith("同一事件") for line in told(card))
    other = replace(make_alert(31, RED, "预计迟到", 3, 5), incident_id="SJ-1121-003")
    card.show_snapshot(snapshot([mine, other]))
    assert any(line.startswith("同一事件") for line in told(card))


def test_that_taking_out_of_the_incident_asks_for_the_reason(card, qtbot):
    show(card, replace(GUIDED, incident_id="SJ-1121-003"))
    card.press("Shift+F9")
    card.ask.line.setText("号牌误读")
    with qtbot.waitSignal(card.asked) as asked:
        card.ask.confirm()
    assert asked.args == ["action", Command(GUIDED.id, Action.UNLINK, 4, text="号牌误读")]


def test_that_linking_offers_the_open_alerts_what_they_share_first(card, qtbot):
    mine = replace(GUIDED, links=("boat:1",))
    near = make_alert(32, BLUE, "近", 3, 5)
    same = replace(make_alert(33, BLUE, "同船", 99, 5), links=("boat:1",))
    card.show_snapshot(snapshot([mine, near, same]))
    card.select(Subject("alert", mine.id))
    card.press("Shift+F9")
    assert [button.text().split()[-2] for button in card.ask.choices][:1] == ["同船"]
    card.ask.choose(0)
    card.ask.line.setText("同一条船")
    with qtbot.waitSignal(card.asked) as asked:
        card.ask.confirm()
    assert asked.args == ["action", Command(mine.id, Action.LINK, 4, text="同一条船", parent_id=same.id)]


def test_that_selecting_asks_for_past_cases_and_shows_how_they_ended(card, qtbot):
    card.show_snapshot(snapshot([GUIDED]))
    with qtbot.waitSignal(card.asked) as asked:
        card.select(Subject("alert", GUIDED.id))
    assert asked.args == ["question", Question(SIMILAR, GUIDED.id)]
    assert "查找中…" in told(card)
    card.show_outcome(Outcome(Question(SIMILAR, "YJ-other"), None, "", (PAST,)))
    assert "查找中…" in told(card)
    card.show_outcome(Outcome(Question(SIMILAR, GUIDED.id), None, "", (PAST,)))
    lines = told(card)
    at = lines.index("相似往例|属实 0/1")
    assert lines[at + 1 : at + 3] == ["11-21 下大陈锚地|误报：重复预警", "同一地点，数值相近"]


def test_that_past_cases_that_cannot_be_read_say_why(card):
    show(card, GUIDED)
    card.show_outcome(Outcome(Question(SIMILAR, GUIDED.id), None, "没有写入：数据库连不上"))
    assert "查不到：没有写入：数据库连不上" in told(card)


def test_that_counter_evidence_is_found_unknown_or_looked_for_in_vain(card):
    counters = (
        Evidence("施工许可", "查无", Stance.FOR),
        Evidence("白名单", "停在 11-18 06:00", Stance.UNKNOWN),
        Evidence("外出报备", "至 11-22", Stance.AGAINST),
    )
    show(card, replace(GUIDED, counters=counters))
    lines = told(card)
    at = lines.index("反证核查|已查 2/3")
    assert lines[at + 1 : at + 4] == ["外出报备|至 11-22", "白名单|停在 11-18 06:00", "施工许可|查无"]


def test_that_what_noise_control_does_to_an_alert_is_said_on_its_card(card):
    hidden = replace(GUIDED, visibility=Visibility.SUPPRESSED, suppressed_by="YJ-1121-0002", chattering=True, count=12)
    show(card, hidden)
    assert told(card)[:2] == ["已抑制：因 YJ-1121-0002", "反复触发 12 次，安静后平息，不逐次报警"]


def test_that_g_opens_the_alerts_scene_and_selects_it(card, qtbot):
    show(card, GUIDED)
    asked = []
    card.asked.connect(lambda *what: asked.append(what))
    card.press("G")
    assert asked == [("open", "boats"), ("select", Subject("alert", GUIDED.id))]
    card.show_scene("boats")
    assert card._way() == ""
    card.show_scene("home")
    assert card._way() == "去渔船 G"


def test_that_parts_out_of_sight_are_named_and_alt_down_shows_them(card):
    card.resize(391, 500)
    show(card, replace(FULL, ticks=(Tick(0, NOW, "王*"),)))
    below = card.card_body.parts_below(card.scroller.height())
    assert "要点 1/3" in below
    card.press("Alt+Down")
    assert card.scroller.verticalScrollBar().value() > 0
    card.press("Alt+Up")
    assert card.scroller.verticalScrollBar().value() == 0


# ------------------------------------------------------------------------------------- out of service

DEVICE = replace(GUIDED, within=("estate:E1", "device:C7", "source:viid"))


def test_that_a_device_is_taken_out_of_service_from_its_alert(card, qtbot):
    show(card, DEVICE)
    assert targets(DEVICE) == [("device", "C7"), ("estate", "E1"), ("source", "viid"), ("rule", "R-FSH-01")]
    card.press("Shift+F12")
    card.ask.choose(1)
    card.ask.line.setText("检修")
    with qtbot.waitSignal(card.asked) as asked:
        card.ask.confirm()
    until = NOW + timedelta(hours=4)
    assert asked.args == ["action", OpenWindow(subject_kind="device", subject_id="C7", ends_at=until, reason="检修")]


def test_that_what_is_out_of_service_is_put_back_in_the_version_that_is_known(card, qtbot):
    window = ServiceWindow("TY-1", 3, "device", "C7", NOW, NOW + timedelta(hours=1), "检修", False, "王*", begun=True)
    card.show_snapshot(Snapshot("service_windows", [window], NOW, Quality.GOOD))
    show(card, replace(DEVICE, visibility=Visibility.OUT_OF_SERVICE, suppressed_by="TY-1"))
    card.press("Shift+F2")
    assert card.outage.text() == "恢复服务"
    card.press("Shift+F12")
    with qtbot.waitSignal(card.asked) as asked:
        card.ask.confirm()
    assert asked.args == ["action", EndWindow(case_id="TY-1", expected_version=3)]


def test_that_a_department_may_not_take_things_out_of_service(card):
    card.show_officer(Officer("d", "陈联络", Role.DEPT_LIAISON, department="公安"))
    show(card, DEVICE)
    card.press("Shift+F12")
    assert not card.ask.isVisible()
    assert "须值班员" in card._said
