"""The duty scene: what it shows, what its keys ask for, and what is printed of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from console.actions import Actions
from console.paper import laid_out
from console.printing import Printing, page_images, save_pdf
from console.proving import Proving
from console.session import Session
from services.domain import handover as ho
from services.domain.alert import Action, Command, Outcome
from services.domain.anchor import Anchor
from services.domain.duty_log import Called, CallResult, LineKind, SettleLine, WriteLine
from services.domain.handover import AcceptLine, PrepareHandover, SignHandover
from services.domain.plan_run import DoStep, StartPlan
from services.domain.promise import KeepPromise, MakePromise
from services.domain.proof import PASSWORD_NEEDED, Proof
from services.domain.report_form import OpenReport, SendReport
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.swaps import AgreeSwap
from services.reports.handover import handover_report
from services.reports.report import modules
from services.store.witness import PRINTED
from tests.unit.duty_world import CHEN, EVENING, WANG, ZHAO, alert, minutes
from tests.widgets import duty_board
from widgets.duty_contacts import DutyContactsPane
from widgets.duty_lines import time_words
from widgets.duty_log import DutyLogPane
from widgets.duty_plans import DutyPlansPane
from widgets.duty_promises import DutyPromisesPane, due_in
from widgets.duty_reports import DutyReportsPane
from widgets.duty_roster import DutyRosterPane
from widgets.duty_sheet import DutySheetPane, Printable
from widgets.duty_swaps import DutySwapsPane
from widgets.look import Face, load_fonts, make_look
from widgets.pane import Pane

PANES: dict[type[Pane], tuple[int, int]] = {
    DutyRosterPane: (1458, 92),
    DutySheetPane: (852, 915),
    DutyPromisesPane: (606, 262),
    DutyLogPane: (606, 300),
    DutyContactsPane: (270, 353),
    DutyPlansPane: (336, 353),
    DutyReportsPane: (520, 1007),
    DutySwapsPane: (378, 430),
}


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


def made(kind: type[Pane], qtbot: QtBot, *, open_sheet: bool = True, fed: bool = True, scale: float = 1.0) -> Any:
    pane: Any = kind("交接单", {}, make_look(Face.DESK, scale=scale))
    qtbot.addWidget(pane)
    pane.resize(*PANES[kind])
    pane.show()
    if fed:
        for snapshot in duty_board.snapshots(open_sheet=open_sheet):
            pane.show_snapshot(snapshot)
    pane.tick(EVENING)
    pane.wished = []
    pane.asked.connect(lambda what, about: pane.wished.append((what, about)))
    return pane


def press(qtbot: QtBot, pane: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(pane, key)


def typed(qtbot: QtBot, pane: Any, words: str) -> None:
    pane.ask_line.line.setText(words)
    pane.ask_line.confirm()


def told(pane: Any, case: Any, refusal: str = "") -> None:
    pane.show_outcome(Outcome(pane.wished[-1][1], None, refusal, case))


# --------------------------------------------------------------------------------------- all of them


@pytest.mark.parametrize("kind", list(PANES))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("fed", [True, False])
def test_that_every_pane_paints_at_each_text_size_full_and_empty(
    kind: type[Pane], scale: float, fed: bool, qtbot: QtBot
) -> None:
    pane = made(kind, qtbot, fed=fed, scale=scale)
    image = pane.grab().toImage()
    grounds = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 5)}
    assert (len(grounds) > 5) is fed or not fed


@pytest.mark.parametrize("kind", [DutySheetPane, DutyPromisesPane, DutyLogPane])
def test_that_stale_records_are_dated(kind: type[Pane], qtbot: QtBot) -> None:
    pane = made(kind, qtbot)
    topic = {DutySheetPane: "alerts", DutyPromisesPane: "promises", DutyLogPane: "duty_log"}[kind]
    old = pane.snapshots[topic]
    pane.show_snapshot(replace(old, quality=Quality.STALE, taken_at=EVENING - minutes(9)))
    assert pane.age_text() == "停在 19:46:00"


# ---------------------------------------------------------------------------------------- the sheet


def test_that_enter_accepts_line_after_line_each_with_the_version_the_store_answered(qtbot: QtBot) -> None:
    pane = made(DutySheetPane, qtbot)
    case = pane.handover
    waiting = [stand.line.id for stand in pane.left]
    press(qtbot, pane, Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert [wish.line_id for _, wish in pane.wished] == waiting[:1]  # the others wait for the new version
    told(pane, replace(case, version=case.version + 1))
    told(pane, replace(case, version=case.version + 2))
    assert [wish.line_id for _, wish in pane.wished] == waiting[:3]
    assert [wish.expected_version for _, wish in pane.wished] == [case.version + n for n in range(3)]
    assert all(isinstance(wish, AcceptLine) for _, wish in pane.wished)


def test_that_a_refusal_is_said_and_drops_what_was_pressed_ahead(qtbot: QtBot) -> None:
    pane = made(DutySheetPane, qtbot)
    press(qtbot, pane, Qt.Key.Key_Return, Qt.Key.Key_Return)
    told(pane, None, "此项已变化，请重新阅读")
    assert (len(pane.wished), pane._said) == (1, "此项已变化，请重新阅读")


def test_that_changed_and_new_lines_are_marked_and_signing_waits_for_them(qtbot: QtBot) -> None:
    pane = made(DutySheetPane, qtbot)
    marks = {stand.line.subject: stand.standing for stand in pane._stands.values()}
    assert marks["YJ-1122-0002"] is ho.Standing.CHANGED
    assert marks["YJ-1122-0013"] is ho.Standing.NEW
    sign = next(act for act in pane.acts() if act.id == "sign")
    assert sign.reason == f"还有 {len(pane.left)} 项"
    press(qtbot, pane, Qt.Key.Key_S)
    assert (pane.wished, pane._said) == ([], sign.reason)


def test_that_the_sheet_is_prepared_with_one_key_and_the_button_says_why_not(qtbot: QtBot) -> None:
    pane = made(DutySheetPane, qtbot, open_sheet=False)
    press(qtbot, pane, Qt.Key.Key_B)
    assert [type(wish) for _, wish in pane.wished] == [PrepareHandover]
    pane.tick(EVENING - timedelta(hours=1))
    assert pane.acts()[0].reason == "最早 19:50 交接"


def test_that_a_read_sheet_is_signed_after_a_confirmation_in_place(qtbot: QtBot) -> None:
    world = duty_board.world()
    case = duty_board.handover(world, accepted=99)
    pane = made(DutySheetPane, qtbot, open_sheet=False)
    pane.show_snapshot(Snapshot("alerts", tuple(world.alerts), EVENING, Quality.GOOD))
    pane.show_snapshot(Snapshot("handovers", (case,), EVENING, Quality.GOOD))
    pane.tick(EVENING)
    press(qtbot, pane, Qt.Key.Key_S)
    assert pane.wished == []
    qtbot.keyClick(pane.ask_line, Qt.Key.Key_1)
    (what, proof) = pane.wished[0]
    assert (what, type(proof.wish), proof.wish.case_id, proof.password) == ("prove", SignHandover, case.id, "")
    pane.show_outcome(Outcome(proof.wish, None, PASSWORD_NEEDED))
    assert pane.ask_line.line.echoMode() is QLineEdit.EchoMode.Password
    typed(qtbot, pane, "S3cret!!")
    (_, again) = pane.wished[1]
    assert (again.password, again.wish.confirmed) == ("S3cret!!", True)
    assert "S3cret" not in repr(again)


class Carried(Actions):
    """What would go to the store."""

    def __init__(self, session: Session) -> None:
        self.sent: list[Any] = []
        super().__init__(lambda asked, officer: self.sent.append(asked), session)


@pytest.mark.parametrize("attended", [True, False])
def test_that_a_signature_waits_for_the_password_where_the_desk_has_a_log_in(attended: bool, qapp: Any) -> None:
    session = Session((ZHAO,))
    actions = Carried(session)
    proving = Proving(actions, session, "席位 1", attended=attended, parent=actions)
    told: list[Outcome] = []
    actions.answered.connect(told.append)
    wish = SignHandover(case_id="JJ-1", expected_version=3, confirmed=True)
    actions.ask("prove", Proof(wish))
    if not attended:
        assert actions.sent == [wish]
        return
    assert [one.refusal for one in told] == [PASSWORD_NEEDED]
    actions.ask("prove", Proof(wish, "wrong"))
    proving.answer(Outcome(actions.sent[-1], None, "账号或口令不对"))
    assert (told[-1].command, told[-1].refusal) == (wish, "账号或口令不对")
    actions.ask("prove", Proof(wish, "right"))
    proving.answer(Outcome(actions.sent[-1], None))
    assert actions.sent[-1] is wish


def test_that_who_is_not_of_the_crew_is_told_on_the_button(qtbot: QtBot) -> None:
    pane = made(DutySheetPane, qtbot)
    pane.show_officer(WANG)
    assert pane.acts()[0].reason == "须接班人员"
    pane.show_officer(ZHAO)
    assert pane.acts()[0].reason == ""


def test_that_a_storm_is_worked_out_once_a_second(qtbot: QtBot) -> None:
    pane = made(DutySheetPane, qtbot)
    before, alerts = pane.sheet, pane.snapshots["alerts"]
    for number in range(50):
        more = (*alerts.records, alert(200 + number))
        pane.show_snapshot(replace(alerts, records=more))
    assert pane.sheet is before
    pane.tick(EVENING + timedelta(seconds=1))
    assert len(pane.sheet.section("unsigned").lines) == len(before.section("unsigned").lines) + 1


def test_that_a_remark_goes_with_the_line(qtbot: QtBot) -> None:
    pane = made(DutySheetPane, qtbot)
    press(qtbot, pane, Qt.Key.Key_R)
    typed(qtbot, pane, "钥匙少一把")
    assert pane.wished[0][1].remark == "钥匙少一把"


def test_that_the_counts_on_the_screen_are_those_of_the_lists(qtbot: QtBot) -> None:
    pane = made(DutySheetPane, qtbot)
    open_ones = [a for a in pane.records("alerts") if a.is_open]
    listed = [line for section in pane.sheet.sections[:3] for line in section.lines]
    hidden = sum(a.visibility == "suppressed" for a in open_ones)
    assert len(listed) + hidden == len(open_ones) == sum(count.open for count in pane.sheet.counts)


@pytest.mark.parametrize(
    ("section", "since", "until", "words"),
    [
        ("unsigned", -17, None, "已等 17 分"),
        ("signed", -4, None, "已签 4 分"),
        ("shelved", -4, 30, "至 20:25"),
        ("deadlines", -9, 7, "20:02 余 7:00"),
        ("promises", -9, -4, "19:51 超 4 分"),
        ("sources", -35, None, "自 19:20"),
    ],
)
def test_that_each_section_says_the_time_that_matters(
    section: str, since: int, until: int | None, words: str, qtbot: QtBot
) -> None:
    line = made(DutySheetPane, qtbot).sheet.sections[0].lines[0]
    moments = {"since": EVENING + minutes(since), "until": EVENING + minutes(until) if until is not None else None}
    assert time_words(section, replace(line, **moments), EVENING) == words


# ----------------------------------------------------------------------------------- the others


def test_that_a_promise_is_made_with_a_time_of_day_or_a_length(qtbot: QtBot) -> None:
    pane = made(DutyPromisesPane, qtbot)
    press(qtbot, pane, Qt.Key.Key_N)
    typed(qtbot, pane, "林女士 20:30前 回电说明")
    (_, wish) = pane.wished[0]
    assert isinstance(wish, MakePromise)
    assert (wish.to_whom, wish.what, wish.due_at) == ("林女士", "回电说明", EVENING + minutes(35))
    assert due_in("回电", 2, EVENING) == ("回电", EVENING + minutes(60))
    assert due_in("08:00前 回电", 0, EVENING)[1] == EVENING + timedelta(hours=12, minutes=5)


def test_that_the_earliest_promise_stands_first_and_is_kept_with_a_key(qtbot: QtBot) -> None:
    pane = made(DutyPromisesPane, qtbot)
    assert [row.key for row in pane.rows[:2]] == ["CN-261122-001", "CN-261122-002"]
    press(qtbot, pane, Qt.Key.Key_Down, Qt.Key.Key_K)
    typed(qtbot, pane, "")
    (_, wish) = pane.wished[0]
    assert (type(wish), wish.case_id) == (KeepPromise, "CN-261122-002")


def test_that_a_line_is_written_corrected_and_an_instruction_settled(qtbot: QtBot) -> None:
    pane = made(DutyLogPane, qtbot)
    press(qtbot, pane, Qt.Key.Key_A)
    typed(qtbot, pane, "巡查大厅")
    pane.choose("898")  # the instruction
    press(qtbot, pane, Qt.Key.Key_C)
    typed(qtbot, pane, "每一小时报一次")
    press(qtbot, pane, Qt.Key.Key_V)
    typed(qtbot, pane, "")
    wishes = [wish for _, wish in pane.wished]
    assert [type(wish) for wish in wishes] == [WriteLine, WriteLine, SettleLine]
    assert (wishes[0].line_kind, wishes[0].text) == (LineKind.NOTE, "巡查大厅")
    assert (wishes[1].refers, wishes[2].case_id) == ("RZ-261122-004", "RZ-261122-004")


def test_that_an_automatic_line_cannot_be_corrected(qtbot: QtBot) -> None:
    pane = made(DutyLogPane, qtbot)
    press(qtbot, pane, Qt.Key.Key_C)
    assert (pane.wished, pane._said) == ([], "选人工记录")


def test_that_a_call_is_logged_and_noted_on_the_selected_alert(qtbot: QtBot) -> None:
    pane = made(DutyContactsPane, qtbot)
    pane.select(Subject("alert", "YJ-1122-0001"))
    assert pane.rows[0].record == "交通运输局"  # the department of the alert first
    press(qtbot, pane, Qt.Key.Key_T)
    pane.ask_line.choose(2)
    typed(qtbot, pane, "")
    (_, called), (_, note) = pane.wished
    assert isinstance(called, Called)
    assert (called.result, called.alert_id) == (CallResult.NO_ANSWER, "YJ-1122-0001")
    assert isinstance(note, Command)
    assert (note.action, note.text) == (Action.NOTE, "电话 交通运输局 值班室 无人接听")


def test_that_the_running_plan_is_worked_step_by_step(qtbot: QtBot) -> None:
    pane = made(DutyPlansPane, qtbot)
    run = pane.rows[0].record
    pane.choose(f"{run.id}/2")
    press(qtbot, pane, Qt.Key.Key_D)
    typed(qtbot, pane, "已通报")
    (_, wish) = pane.wished[0]
    assert (type(wish), wish.step_id, wish.remark) == (DoStep, "2", "已通报")


def test_that_a_leader_starts_a_plan_on_the_selected_alert(qtbot: QtBot) -> None:
    pane = made(DutyPlansPane, qtbot)
    pane.show_officer(CHEN)
    pane.choose("fire")
    press(qtbot, pane, Qt.Key.Key_Q)
    assert (pane.wished, pane._said) == ([], "先选预警")
    pane.select(Subject("alert", "YJ-1122-0008"))
    press(qtbot, pane, Qt.Key.Key_Q)
    (_, wish) = pane.wished[0]
    assert (type(wish), wish.plan_id, wish.alert_id) == (StartPlan, "fire", "YJ-1122-0008")


def test_that_a_list_scrolls_by_whole_rows_and_counts_what_is_below(qtbot: QtBot) -> None:
    pane = made(DutyLogPane, qtbot)
    assert pane.sight.below() > 0
    for _ in range(30):
        press(qtbot, pane, Qt.Key.Key_Down)
    assert (pane.chosen, pane.sight.below()) == (pane.rows[-1].key, 0)
    assert pane.sight.top % pane.look.px(28) == 0


def test_that_a_written_report_asks_its_six_elements_filled_with_what_is_known(qtbot: QtBot) -> None:
    pane = made(DutyReportsPane, qtbot)
    press(qtbot, pane, Qt.Key.Key_Z)
    known = []
    for _ in range(6):
        known.append(pane.ask_line.line.text())
        pane.ask_line.line.setText(known[-1] + "。")
        pane.ask_line.confirm()
    (_, wish) = pane.wished[0]
    assert isinstance(wish, SendReport)
    assert (wish.elements.scope, wish.elements.measures) == ("下游两处卡口。", "已引导至安全停靠点。")
    assert (known[1], wish.final) == ("疏港大道", False)


def test_that_a_report_is_opened_on_the_selected_alert(qtbot: QtBot) -> None:
    pane = made(DutyReportsPane, qtbot)
    press(qtbot, pane, Qt.Key.Key_O)
    assert (pane.wished, pane._said) == ([], "先选预警")
    pane.select(Subject("alert", "YJ-1122-0004"))
    press(qtbot, pane, Qt.Key.Key_O)
    assert pane.wished[0][1] == OpenReport(alert_id="YJ-1122-0004")


def test_that_who_is_asked_agrees_and_nobody_else(qtbot: QtBot) -> None:
    pane = made(DutySwapsPane, qtbot)
    pane.show_officer(ZHAO)
    press(qtbot, pane, Qt.Key.Key_Y)
    assert (pane.wished, pane._said) == ([], "待 王* 同意")
    pane.show_officer(WANG)
    press(qtbot, pane, Qt.Key.Key_Y)
    assert isinstance(pane.wished[0][1], AgreeSwap)


# -------------------------------------------------------------------------------------- printing


def report(lines: int = 40, *, signed: bool = False) -> Any:
    world = duty_board.world()
    case = duty_board.handover(world, accepted=99 if signed else 6)
    world.alerts += [] if signed else [alert(100 + n) for n in range(lines)]
    if signed:
        sign = {"case_id": case.id, "expected_version": 0, "confirmed": True}
        case = world.do(ho.STREAM, SignHandover(**sign), ZHAO)
        case = world.do(ho.STREAM, SignHandover(**sign), WANG)
    fresh = ho.fresh_sheet(world, EVENING, case.sheet.shift, case.sheet.next_shift)
    head = Anchor("head", 1843, "sm3:" + "9f3c07ab" * 8, EVENING)
    return handover_report(fresh, case, head, EVENING, centre="椒江区指挥中心", demo=True), fresh


def test_that_the_print_has_every_line_of_the_sheet_and_the_same_numbers(qapp: Any) -> None:
    made, fresh = report()
    assert [len(table.rows) for table in made.tables] == [len(s.lines) for s in fresh.sections if s.lines]
    assert [table.title for table in made.tables] == [f"{s.title} {len(s.lines)}" for s in fresh.sections if s.lines]
    counts = dict(made.facts)["未结预警"]
    assert all(f"{count.open}（未签 {count.unsigned}）" in counts for count in fresh.counts)


def test_that_pages_break_between_rows_and_repeat_the_column_titles(qapp: Any) -> None:
    short, long = laid_out(report(0)[0]), laid_out(report(120)[0])
    assert 2 <= len(short) < len(long)
    image = page_images(report(120)[0], 60)[1]
    assert not image.isNull()


def test_that_a_pdf_has_the_pages_of_the_picture_and_fits_the_paper(qapp: Any, tmp_path: Path) -> None:
    made, _ = report()
    path = save_pdf(made, tmp_path / "reports")
    document = QPdfDocument()
    assert document.load(str(path)) == QPdfDocument.Error.None_
    assert document.pageCount() == len(laid_out(made))
    assert document.pagePointSize(0).toSize() == QSize(595, 842)
    page = QImage(QSize(595, 842), QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.drawImage(0, 0, document.render(0, page.size()))
    painter.end()
    document.close()
    edge = {page.pixelColor(x, y).name() for x in range(0, 595, 3) for y in (*range(5), *range(835, 842))}
    assert edge == {"#ffffff"}


def test_that_the_code_names_the_head_of_the_log_as_the_verifier_reads_it() -> None:
    made, _ = report()
    assert made.code.startswith(PRINTED + "1843|sm3:9f3c07ab")
    square = modules(made.code)
    assert len(square) == len(square[0]) >= 21
    assert square[0][:8] == (True,) * 7 + (False,)  # the finder pattern


def test_that_a_signed_sheet_prints_both_names(qapp: Any) -> None:
    made, _ = report(signed=True)
    assert [value.split("　")[0] for _, value in made.signatures] == ["王*", "赵*"]
    assert not any("待接收" in row[-1] for table in made.tables for row in table.rows)


def test_that_printing_says_where_it_is_or_why_not(qtbot: QtBot, tmp_path: Path) -> None:
    pane = made(DutySheetPane, qtbot)
    pane.print_sheet()
    (what, about) = pane.wished[0]
    assert (what, type(about)) == ("print", Printable)
    said: list[str] = []
    printing = Printing(tmp_path / "reports", "椒江区指挥中心", demo=True, parent=pane)
    printing.said.connect(said.append)
    printing.take(about)
    (path,) = (tmp_path / "reports").glob("*.pdf")
    assert said == [f"已存 {path}"]
    (tmp_path / "file").write_text("")
    refused = Printing(tmp_path / "file", "x", demo=False, parent=pane)
    refused.said.connect(said.append)
    refused.take(about)
    assert said[-1].startswith("没有存成：")
