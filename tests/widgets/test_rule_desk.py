"""The rule desk shows what a version would have done, and asks for every step with the reason it is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from services.domain.alert import Outcome, Verdict
from services.domain.backtest import BackTest, Change, Count, DayCount, Judged, Rating, Scan, ScanPoint
from services.domain.officer import Officer, Role
from services.domain.release import Approve, Draft, Gate, Mark, Release, RollBack, Stage, Submit
from services.domain.rule_book import RuleEntry
from services.domain.rule_text import with_number, with_version
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.kinds import KINDS
from widgets.look import Face, load_fonts, make_look
from widgets.rule_steps import steps_of

AT = datetime(2026, 11, 21, 5, 40, tzinfo=UTC)
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
OLD = (Path(__file__).resolve().parents[2] / "resources" / "rules" / "R-POP-01.toml").read_text(encoding="utf-8")
NEW = with_version(with_number(OLD, "detect.at_least", 12), 9)
TOPICS = ("rule_book", "releases", "backtests")


def entry(**said) -> RuleEntry:
    plain = {
        "id": "R-POP-01", "title": "疑似未办理居住登记", "scene": "community", "version": 8, "text": OLD,
        "kind": "frequency", "event": "gate_passage", "tests": 7, "alerts_7d": 13, "rating": Rating(104, 64),
    }  # fmt: skip
    return RuleEntry(**{**plain, **said})


def release(stage=Stage.TESTED, **said) -> Release:
    marks = (
        Mark(Stage.DRAFT, AT, "王海涛", "快递误报"),
        Mark(Stage.CHECKED, AT, "规则引擎", "7 例自测通过"),
        Mark(Stage.TESTED, AT, "规则引擎", "90 日 168 → 131"),
    )
    plain = {
        "id": "R-POP-01@9", "version": 3, "rule_id": "R-POP-01", "rule_version": 9, "base_version": 8, "text": NEW,
        "base_text": OLD, "reason": "快递误报", "stage": stage, "drafter_id": "wang", "drafter": "王海涛",
        "drafted_at": AT, "tests": 7, "tested_at": AT, "marks": marks,
        "gates": (Gate("净丢失确认件", "2", "≤ 3", True), Gate("每日预警预算", "4.1", "≤ 3", False)),
    }  # fmt: skip
    return Release(**{**plain, **said})


def back_test(**said) -> BackTest:
    points = tuple(ScanPoint(float(v), 200 - 5 * v, Rating(104 - v, 64 - 2 * v), 1.0, v >= 10) for v in range(6, 19))
    lost = (
        Judged(
            "YJ-1", "k", AT, Verdict.TRUE, "城市花园 南门", "", "已登记", figures=(("进出 次", "10"), ("不同日", "6"))
        ),
        Judged("YJ-2", "k", AT, Verdict.NO_ACTION, "云西小区", "", "访客"),
    )
    plain = {
        "id": "R-POP-01@9", "rule_id": "R-POP-01", "version": 9, "base_version": 8, "title": "x",
        "since": AT - timedelta(days=90), "until": AT, "run_at": AT, "took_s": 1.9, "events": 1284310,
        "how": "DuckDB 批量判定", "alerts_before": 168, "alerts_after": 131, "before": Rating(104, 64),
        "after": Rating(97, 34), "days": (DayCount(date(2026, 11, 20), 2, 1, 1, 1),), "lost": lost, "net_lost": 1,
        "places": (Count("城市花园", 10, 8),), "changes": (Change("detect.at_least", "次数下限", "10", "12"),),
        "scan": Scan("detect.at_least", "次数下限", 10.0, 12.0, points), "recorded": 168,
    }  # fmt: skip
    return BackTest(**{**plain, **said})


@pytest.fixture
def desk(qtbot):
    load_fonts()
    look = make_look(Face.DESK)

    def make(kind, releases=(), tests=(), officer=WANG, entries=None):
        pane = KINDS[kind]("", {}, look)
        qtbot.addWidget(pane)
        pane.resize(1000 if kind in ("rule_days", "rule_list", "rule_head") else 460, 400)
        pane.tick(AT + timedelta(hours=1))
        for topic, records in zip(TOPICS, (entries or (entry(),), releases, tests), strict=True):
            pane.show_snapshot(Snapshot(topic, records, AT, Quality.GOOD))
        getattr(pane, "show_officer", lambda _officer: None)(officer)
        pane.grab()
        return pane

    return make


def acts(pane) -> dict[str, str]:
    return {act.id: act.reason for act in pane.acts()}


KIND_NAMES = ("rule_head", "rule_days", "rule_scan", "rule_lost", "rule_list", "rule_steps", "rule_edit")


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_that_every_pane_paints_while_waiting_and_without_a_back_test(desk, qtbot, kind):
    pane = KINDS[kind]("", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(460, 300)
    pane.grab()
    desk(kind)
    desk(kind, [release(Stage.FAILED, complaints=("自带测试不符",), tested_at=None)])
    desk(kind, [release()], [back_test(scan=None, days=(), lost=(), before=Rating(), after=Rating())])
    desk(kind, [release()], [back_test(doing="导出历史事件", share=0.2)])


def test_that_the_figures_stand_before_and_after_with_their_difference(desk):
    pane = desk("rule_days", [release()], [back_test()])
    assert pane.figures(back_test()) == [
        ("预警", "168", "131", "−37"),
        ("每日均", "1.87", "1.46", "−22 %"),
        ("确认", "104", "97", "−7"),
        ("误报", "64", "34", "−30"),
        ("精确率", "61.9 %", "74.0 %", "+12.1 点"),
    ]
    assert "1,284,310" in pane.note


def test_that_no_verdicts_are_an_unknown_precision(desk):
    pane = desk("rule_days", [release()], [back_test()])
    assert pane.figures(back_test(before=Rating(), after=Rating()))[-1] == ("精确率", "未知", "未知", "没有核实记录")


def test_that_the_head_says_both_versions_and_strikes_the_old_number(desk):
    pane = desk("rule_head", [release()], [back_test()])
    assert pane.story() == "第 8 版生效中 → 第 9 版已回测 · 起草 王* 13:40 · 理由 快递误报"
    assert pane.numbers()[0] == ("次数下限", "10", "12")
    assert all(new == "" for _, _, new in pane.numbers()[1:])
    assert "在线与批量判定差异 0 / 168" in pane.vouchers()


def test_that_the_head_says_what_share_of_the_known_cases_is_found_and_how_late(desk):
    days = (DayCount(date(2026, 11, 20), kept_confirmed=30, lost=2), DayCount(date(2026, 11, 21), kept_confirmed=8))
    pane = desk("rule_head", [release()], [back_test(days=days, delay_p50_s=2.0, delay_p95_s=93_600.0)])
    assert pane.vouchers()[-1] == "已知属实召回 38 / 40 · 时延 P50 2 秒 P95 26.0 时"


def test_that_the_lost_cases_are_summed_up_and_lead_to_their_alert(desk, qtbot):
    pane = desk("rule_lost", [release()], [back_test()])
    assert pane.summed_up(back_test()) == "丢失 2：1 件属实无需处置，净丢失 1"
    asked = []
    pane.asked.connect(lambda what, about: asked.append((what, about)))
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=pane.hits[0][0].center())
    assert asked == [("select", Subject("alert", "YJ-1"))]


def test_that_progress_stands_where_the_age_stands(desk):
    assert desk("rule_scan", [release()], [back_test(doing="扫描阈值", share=0.7)]).age_text() == "扫描阈值 70 %"
    assert desk("rule_scan", [release()], [back_test()]).age_text() == "更新于 11-21 13:40:00"


def test_that_the_steps_say_who_and_what_is_waited_for():
    steps = steps_of(release(Stage.SUBMITTED))
    assert [step.state for step in steps] == ["done", "done", "done", "now", "ahead", "ahead", "ahead"]
    assert steps[0].when == "王* 11-21 13:40"
    assert steps[3].when == "等待值班长"
    assert {step.state for step in steps_of(None)} == {"ahead"}


def test_that_a_duty_officer_submits_and_reads_on_the_button_why_he_may_not_approve(desk):
    pane = desk("rule_edit", [release()], [back_test()])
    assert acts(pane)["submit"] == ""
    assert acts(pane)["approve"] == "须值班长"
    wishes = []
    pane.asked.connect(lambda _what, wish: wishes.append(wish))
    assert pane.press("Ctrl+Enter")
    assert wishes == [Submit(case_id="R-POP-01@9", expected_version=3)]


def test_that_the_drafter_cannot_approve_his_own_draft(desk):
    own = Officer("wang", "王海涛", Role.SHIFT_LEAD)
    pane = desk("rule_edit", [release(Stage.SUBMITTED)], [back_test()], officer=own)
    assert acts(pane)["approve"] == "起草人不能批准自己的草案"


def test_that_a_shift_lead_approves_with_the_days_of_the_shadow(desk):
    pane = desk("rule_edit", [release(Stage.SUBMITTED)], [back_test()], officer=LI)
    wishes = []
    pane.asked.connect(lambda _what, wish: wishes.append(wish))
    pane.act("approve")
    pane.ask_line.choose(2)
    pane.ask_line.line.setText("改动小")
    pane.ask_line.confirm()
    assert wishes == [Approve(case_id="R-POP-01@9", expected_version=3, note="改动小", shadow_days=1)]


def test_that_a_number_changed_in_place_becomes_a_draft_with_a_reason(desk):
    pane = desk("rule_edit")
    assert acts(pane) == {"edit": ""}
    wishes = []
    pane.asked.connect(lambda _what, wish: wishes.append(wish))
    pane.act("edit")
    choice = next(i for i, n in enumerate(pane._offered) if n.path == "detect.at_least")
    pane.answer("number", choice, "12")
    assert pane.note == "未起草"
    assert any("12" in row.record for row in pane.rows if row.record.startswith("+"))
    pane.answer("draft", -1, "快递误报多")
    wish = wishes[0]
    assert isinstance(wish, Draft)
    assert (wish.rule_id, wish.reason, wish.base_text) == ("R-POP-01", "快递误报多", OLD)
    assert "at_least = 12" in wish.text
    pane.show_outcome(Outcome(wish, None, "", release(Stage.DRAFT)))
    assert pane.sketch == ""


def test_that_words_for_a_number_are_refused_and_the_text_stays(desk):
    pane = desk("rule_edit")
    pane.act("edit")
    pane.answer("number", 0, "十二")
    assert pane.sketch == ""
    assert "十二" in pane._said


def test_that_an_active_version_goes_back_by_one_button(desk):
    pane = desk("rule_edit", [release(Stage.ACTIVE)], [], officer=LI)
    wishes = []
    pane.asked.connect(lambda _what, wish: wishes.append(wish))
    pane.act("roll_back")
    pane.ask_line.line.setText("误报升高")
    pane.ask_line.confirm()
    assert wishes == [RollBack(case_id="R-POP-01@9", expected_version=3, reason="误报升高")]


def test_that_a_chosen_rule_is_followed_by_every_pane(desk, qtbot):
    entries = (entry(), entry(id="R-CKP-01", title="尾气超标", under_way=""))
    rules = desk("rule_list", entries=entries)
    asked = []
    rules.asked.connect(lambda what, about: asked.append((what, about)))
    qtbot.mouseClick(rules, Qt.MouseButton.LeftButton, pos=QPoint(100, rules.list_box().top() + 40))
    chosen = asked[-1][1]
    assert chosen.kind == "rule"
    head = desk("rule_head", [release()], [back_test()], entries=entries)
    head.select(Subject("rule", "R-CKP-01"))
    assert head.entry.title == "尾气超标"
    assert head.case is None


def test_that_no_alert_colour_is_used(desk):
    """Grey, data hues and the text: the levels keep their colours."""
    for kind in ("rule_days", "rule_scan", "rule_steps"):
        image = desk(kind, [release()], [back_test()]).grab().toImage()
        look = make_look(Face.DESK)
        from services.domain.alert import AlertLevel

        levels = {look.alert(level, fill=True).rgb() for level in AlertLevel}
        seen = {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
        assert not levels & seen
