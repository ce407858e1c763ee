"""积分与信用, 待查发现, 超期未交船: what they show of a real store and what their keys ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.printing import Printing
from services.collect.findings_keeper import FindingsKeeper
from services.collect.points_keeper import PointsKeeper
from services.collect.sea_days import SeaDays, day_so_far
from services.domain.boats import HandInState
from services.domain.discharge_case import CheckResult, RecordCheck, WithdrawFinding
from services.domain.discharge_terms import TERMS as DISCHARGE
from services.domain.fleet import ColourCode
from services.domain.officer import Officer, Role
from services.domain.points import CreditApplication
from services.domain.points_case import RedeemPoints, SwapPlastic
from services.domain.points_terms import TERMS
from services.domain.sea_figures import CostTerms
from services.domain.snapshot import Subject
from tests.unit.boat_requests import DISPATCHER, NOW, boat, request
from tests.unit.test_discharge import coded, put, track
from widgets.boat_figures import BoatFiguresPane
from widgets.findings_pane import FindingsPane
from widgets.look import Face, load_fonts, make_look
from widgets.overdue_boats import OverdueBoatsPane
from widgets.points_pane import FORMULAS, PointsPane

BOAT = "412410007"
POINTS = ("points_summary", "points_accounts", "points_terms", "boat_register", "hand_in_requests", "alerts")


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


class Desk:
    """One pane on a store: what it asks for is done, and it is shown what became of it."""

    def __init__(self, pane: Any, store: Any, topics: tuple[str, ...], officer: Officer = DISPATCHER) -> None:
        self.pane, self.store, self.topics = pane, store, topics
        self.asked: list[Any] = []
        pane.asked.connect(self.take)
        pane.show_officer(officer)
        self.show()

    def take(self, what: str, about: Any) -> None:
        self.asked.append(about)
        if what == "action":
            self.pane.show_outcome(self.store.perform(about, DISPATCHER, NOW))
            self.show()

    def show(self) -> None:
        for topic in self.topics:
            self.pane.show_snapshot(self.store.snapshot(topic, NOW))
        self.pane.tick(NOW)

    def answer(self, choice: int, words: str) -> None:
        self.pane.answer(self.pane._question, choice, words)


@pytest.fixture
def counter(qtbot, sqlite_store, monkeypatch):
    """The pane over a store in which one hand-in was closed."""
    store = sqlite_store
    store.put_topic("boat_register", (boat(),), NOW)
    loan = CreditApplication("XD-1", BOAT, "浙椒渔 10007", "合作银行甲", 300_000, 200_000, NOW)
    store.put_topic("credit_applications", (loan, replace(loan, id="XD-2", granted_yuan=None)), NOW)
    keeper = PointsKeeper(store, TERMS)
    monkeypatch.setattr(keeper, "_requests", lambda _now: (request(1, HandInState.CLOSED, 1.0),))
    keeper.tick(NOW)
    for summary in keeper.summaries:
        for topic, records in summary.make(store, NOW).items():
            store.put_topic(topic, records, NOW)
    pane = PointsPane("积分与信用", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(446, 679)
    return Desk(pane, store, POINTS)


def lines(pane) -> list[Any]:
    return [row.record[0] if isinstance(row.record, tuple) else row.record.word for row in pane.rows]


def test_that_the_account_of_the_boat_pointed_at_stands_above_the_latest_entries(counter):
    pane = counter.pane
    assert lines(pane) == ["最近分录", "实发", "期初"]
    pane.select(Subject("boat", BOAT))
    assert lines(pane) == ["浙椒渔 10007", "实发", "期初", "最近分录", "实发", "期初"]
    assert pane.rows[0].record[1] == "余额 200"


def test_that_nothing_is_given_before_a_boat_is_pointed_at(counter):
    assert {act.reason for act in counter.pane.acts()} == {"先选一艘船"}
    counter.pane.press("D")
    assert counter.asked == []


def test_that_a_redemption_is_asked_in_place_and_its_refusal_is_said(counter):
    pane = counter.pane
    pane.select(Subject("boat", BOAT))
    pane.press("D")
    counter.answer(0, "两")
    assert pane._said == "须为整数"
    counter.answer(4, "1")
    assert pane._said == "积分不足：余额 200，需 500"
    counter.answer(0, "2")
    assert isinstance(counter.asked[-1], RedeemPoints)
    assert pane._said == "瓶装水 2 箱，余额 160"
    pane.press("S")
    counter.answer(0, "5")
    assert isinstance(counter.asked[-1], SwapPlastic)
    assert pane._said == "塑料 5 kg 换瓶装水 2 箱，余额 160"


def test_that_every_figure_has_its_formula_and_published_credit_is_not_added(counter):
    pane = counter.pane
    pane.grab()
    assert [words for _, words in pane.hints] == list(FORMULAS.values())
    assert "不相加" in FORMULAS["credit"]
    summary = counter.store.snapshot("points_summary", NOW).first()
    assert (summary.credit_yuan, summary.credit_count) == (200_000, 1)


def test_that_a_reader_is_told_why_he_may_not(counter):
    counter.pane.show_officer(Officer("x", "某甲", Role.ANALYST))
    assert {act.reason for act in counter.pane.acts()} == {"须调度员或值班员"}


# ------------------------------------------------------------------------------------------- findings


@pytest.fixture
def found(qtbot, sqlite_store):
    put(sqlite_store, track())
    FindingsKeeper(sqlite_store, DISCHARGE).tick(NOW)
    pane = FindingsPane("待查发现", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(606, 420)
    return Desk(pane, sqlite_store, ("discharge_findings", "alerts"))


def test_that_a_check_is_recorded_with_its_words(found):
    found.pane.press("V")
    found.answer(0, "登船看舱，取样未见异常")
    assert isinstance(found.asked[-1], RecordCheck)
    assert found.store.cases("finding")[0].result is CheckResult.NOTHING
    assert found.pane._said.startswith("已核查")
    assert found.pane.acts() == ()
    found.pane.grab()


def test_that_a_finding_is_withdrawn_only_with_a_reason(found):
    found.pane.press("X")
    found.answer(-1, "")
    assert found.pane._said == "请写明撤销原因"
    found.answer(-1, "已见船在港")
    assert isinstance(found.asked[-1], WithdrawFinding)
    assert found.pane._said.startswith("已撤销")


def test_that_choosing_a_finding_points_at_its_boat(found):
    found.pane.row_chosen(found.pane.rows[0])
    assert found.asked == [Subject("boat", BOAT)]


# ------------------------------------------------------------------------------------------- overdue


def test_that_red_stands_before_yellow_and_unknown_is_counted_not_listed(qtbot, sqlite_store):
    kinds = (ColourCode.YELLOW, ColourCode.UNKNOWN, ColourCode.RED, ColourCode.GREEN)
    shown = tuple(replace(coded(kind, 412_410_000 + at), score=None) for at, kind in enumerate(kinds))
    sqlite_store.put_topic("boat_codes", shown, NOW)
    pane = OverdueBoatsPane("超期未交船", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(606, 308)
    pane.show_snapshot(sqlite_store.snapshot("boat_codes", NOW + timedelta(seconds=1)))
    rows = [pane.model.record(at) for at in range(pane.model.rowCount())]
    assert [row.code for row in rows] == ["红", "黄"]
    assert pane.note == "红 1 · 黄 1 · 未知 1 · 系数为演示值"
    pane.grab()


# ------------------------------------------------------------------------------------------- day report


def test_that_the_strip_prints_the_day_only_when_it_was_added_up(qtbot, sqlite_store):
    pane = BoatFiguresPane("渔省心", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(1458, 83)
    asked: list[Any] = []
    pane.asked.connect(lambda what, about: asked.append((what, about)))
    pane.print_day()
    assert asked == []
    for summary in SeaDays(CostTerms()).summaries:
        for topic, records in summary.make(sqlite_store, NOW).items():
            sqlite_store.put_topic(topic, records, NOW)
    for topic in ("boat_figures", "sea_days"):
        pane.show_snapshot(sqlite_store.snapshot(topic, NOW))
    pane.grab()
    pane.button.click()
    assert [(what, about.id) for what, about in asked] == [("print", "2026-11-21")]
    assert pane.body().right() <= pane.button.geometry().left()


def test_that_the_day_is_saved_as_a_pdf(qtbot, sqlite_store, tmp_path):
    printing = Printing(tmp_path, "椒江区指挥中心", demo=True)
    said: list[str] = []
    printing.said.connect(said.append)
    printing.take(day_so_far(sqlite_store, NOW))
    assert said == [f"已存 {tmp_path / '海上日报-2026-11-21-142700.pdf'}"]
    assert (tmp_path / "海上日报-2026-11-21-142700.pdf").read_bytes().startswith(b"%PDF")
