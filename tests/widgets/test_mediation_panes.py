"""Does a mediator see what is due, get to a case by keyboard and mouse, and ask for the right thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from services.domain.alert import AlertLevel
from services.domain.community import DisputeSummary, PartySummary
from services.domain.estates import Estate
from services.domain.mediation import DisputeType, Mediation, State
from services.domain.mediation_acts import (
    AcceptDispute,
    ArrangeMeeting,
    FileDispute,
    JoinDisputes,
    NoteDispute,
    RecordAgreement,
    RecordPerformance,
)
from services.domain.mediation_figures import summary_of
from services.domain.mediation_filter import FILTER, OPEN, hand_up_due, matches
from services.domain.mediation_merge import case_of
from services.domain.mediation_terms import TERMS
from services.domain.party import ActivityKind, PartyActivity, PartyBranch
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.timebase import SHANGHAI
from tests.unit.dispute_world import ANALYST, LIN, NOW, resolved, row
from tests.unit.duty_world import alert
from widgets.disputes import DisputesPane
from widgets.look import Face, load_fonts, make_look
from widgets.mediation_funnel import MediationFunnelPane
from widgets.mediation_list import MediationListPane
from widgets.mediation_timeline import MediationTimelinePane
from widgets.party import PartyPane
from widgets.party_branches import PartyBranchesPane

DAY = timedelta(days=1)
LATER = NOW + 9 * DAY


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp):
    load_fonts()


def cases() -> tuple[Mediation, ...]:
    rows = (
        row(accepted_at=NOW, words="停车费涨价"),
        row("JF2", type=DisputeType.NEIGHBOUR, topic="噪声", words="对方扬言动刀"),
        resolved(row("JF3", topic="物业费"), 2, 7),
        row("JF4", households=("XQ01-a", "XQ01-b"), collective=True),
    )
    return tuple(case_of(one, TERMS, LATER, "社区") for one in rows)


def shown(qtbot, kind: type, size: tuple[int, int], face: Face = Face.DESK, **topics: Any) -> Any:
    pane = kind("纠纷", {}, make_look(face))
    qtbot.addWidget(pane)
    pane.resize(*size)
    if hasattr(pane, "show_officer"):
        pane.show_officer(LIN)
    pane.tick(LATER)
    for topic, records in topics.items():
        pane.show_snapshot(Snapshot(topic, records, LATER, Quality.GOOD))
    pane.asks = []
    pane.asked.connect(lambda what, about: pane.asks.append((what, about)))
    pane.show()
    return pane


@pytest.fixture
def listed(qtbot) -> Any:
    estates = (Estate("XQ01", "城市花园", 100, 4, (), ()), Estate("XQ02", "云西小区", 100, 4, (), ()))
    return shown(qtbot, MediationListPane, (660, 800), mediations=cases(), estates=estates, alerts=())


def wishes(pane: Any) -> list[Any]:
    return [about for what, about in pane.asks if what == "action"]


def test_that_the_dangerous_one_stands_first_and_what_is_resolved_last(listed):
    assert [r.record.number for r in listed.rows] == ["JF2", "JF4", "JF1", "JF3"]
    assert listed.note == "在办与回访 4 件 · 逾期 2"


def test_that_a_filter_narrows_the_list_and_a_selected_dispute_is_found_outside_it(listed):
    listed.select(Subject(FILTER, "type:邻里"))
    assert [r.record.number for r in listed.rows] == ["JF2"]
    listed.select(Subject("dispute", "TJ-JF3"))
    assert listed.case().number == "JF3"


def test_that_an_alert_selected_elsewhere_leads_to_its_case(listed):
    about = alert(7, rule_id="R-DSP-01", subject_kind="dispute", subject_id="TJ-JF1")
    listed.show_snapshot(Snapshot("alerts", (about,), LATER, Quality.GOOD))
    listed.select(Subject("alert", about.id))
    assert listed.case().number == "JF1"


def test_that_a_case_that_should_have_gone_up_says_where_to():
    filed = case_of(row(accepted_at=NOW), TERMS, LATER, "社区")
    assert [hand_up_due(filed, NOW + days * DAY) for days in (9, 16, 31)] == ["", "应上交街道", "应上交区中心"]
    assert hand_up_due(replace(filed, state=State.STREET), NOW + 16 * DAY) == ""


def test_that_the_arrow_keys_walk_the_cases_and_select_them(listed, qtbot):
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    assert listed.asks == [("select", Subject("dispute", "TJ-JF4"))]


def test_that_a_key_accepts_and_the_buttons_follow_the_state(listed, qtbot):
    assert [act.id for act in listed.acts()] == ["file", "accept", "decline", "note"]
    qtbot.keyClick(listed, Qt.Key.Key_Y)
    assert wishes(listed) == [AcceptDispute(case_id="TJ-JF2", expected_version=1)]
    listed.choose("TJ-JF1")
    assert [act.id for act in listed.acts()] == ["file", "arrange", "hand_up", "join", "note", "withdraw"]


def test_that_who_may_not_act_is_told_why(listed):
    listed.show_officer(ANALYST)
    assert {act.reason for act in listed.acts()} == {"须社区、司法或值班人员"}
    listed.show_officer(replace(LIN, area="331002002009"))
    assert {act.id: act.reason for act in listed.acts()}["accept"] == "不在本社区"


def test_that_a_dispute_is_filed_by_three_questions(listed, qtbot):
    line = listed.ask_line
    qtbot.keyClick(listed, Qt.Key.Key_N)
    line.choose(2)
    line.seconds[1].click()
    line.line.setText("3幢501、3幢502")
    line.confirm()
    line.choose(0)
    line.line.setText("物业公司")
    line.confirm()
    line.line.setText("要求退停车费")
    line.ticks[2].click()
    line.confirm()
    (wish,) = wishes(listed)
    assert wish == FileDispute(
        type=DisputeType.PROPERTY,
        topic="停车收费",
        estate_id="XQ02",
        dwellings=("3幢501", "3幢502"),
        words="要求退停车费",
        opponent="物业公司",
        collective=True,
        called_110=True,
    )


def test_that_a_form_without_an_estate_says_so_and_asks_for_nothing(listed, qtbot):
    qtbot.keyClick(listed, Qt.Key.Key_N)
    listed.ask_line.line.setText("3幢501")
    listed.ask_line.confirm()
    assert wishes(listed) == []


def test_that_what_is_asked_in_place_becomes_the_wish(listed, qtbot):
    listed.choose("TJ-JF1")
    line = listed.ask_line
    qtbot.keyClick(listed, Qt.Key.Key_M)
    line.line.setText("社区调解室")
    line.choose(1)
    line.confirm()
    qtbot.keyClick(listed, Qt.Key.Key_K)
    line.line.setText("对方不来")
    line.ticks[0].click()
    line.confirm()
    arranged, noted = wishes(listed)
    about = {"case_id": "TJ-JF1", "expected_version": 2}
    when = (LATER + DAY).astimezone(SHANGHAI).replace(hour=14, minute=0)
    assert arranged == ArrangeMeeting(**about, at=when, place="社区调解室")
    assert noted == NoteDispute(**about, text="对方不来", violent=True)


def test_that_an_agreement_and_its_performance_are_asked_for_with_their_spans(listed, qtbot):
    moved = [replace(case, state=State.MEDIATING) if case.number == "JF1" else case for case in cases()]
    listed.show_snapshot(Snapshot("mediations", moved, LATER, Quality.GOOD))
    listed.choose("TJ-JF1")
    qtbot.keyClick(listed, Qt.Key.Key_A)
    listed.ask_line.line.setText("退一半")
    listed.ask_line.seconds[0].click()
    listed.ask_line.confirm()
    listed.show_snapshot(Snapshot("mediations", [replace(c, state=State.AGREED) for c in moved], LATER, Quality.GOOD))
    qtbot.keyClick(listed, Qt.Key.Key_P)
    listed.ask_line.choose(0)
    listed.ask_line.confirm()
    about = {"case_id": "TJ-JF1", "expected_version": 2}
    agreed, performed = wishes(listed)
    assert agreed == RecordAgreement(**about, text="退一半", perform_by=LATER + 7 * DAY)
    assert performed == RecordPerformance(**about, done=True)


def test_that_joining_proposes_those_of_the_same_matter_and_answers_their_alert(listed, qtbot):
    about = alert(7, AlertLevel.ORANGE, rule_id="R-DSP-04", key="R-DSP-04|XQ01|停车收费", subject_kind="dispute")
    listed.show_snapshot(Snapshot("alerts", (about,), LATER, Quality.GOOD))
    listed.choose("TJ-JF1")
    qtbot.keyClick(listed, Qt.Key.Key_J)
    listed.ask_line.confirm()
    (wish,) = wishes(listed)
    assert wish == JoinDisputes(case_id="TJ-JF1", expected_version=2, others=("TJ-JF4",), alert_id=about.id)


def test_that_the_funnel_counts_what_the_list_would_show(qtbot):
    funnel = shown(qtbot, MediationFunnelPane, (300, 900), mediations=cases())
    for key in (OPEN, "mark:联名", "mark:激化", "state:受理", "type:物业", "age:8–15 天"):
        assert funnel._counts[key] == sum(matches(case, key, LATER) for case in cases())
    funnel.choose("state:受理")
    funnel.row_chosen(funnel.chosen_row())
    assert funnel.asks == [("select", Subject(FILTER, "state:受理"))]


def test_that_the_course_of_the_selected_case_is_told_with_what_is_still_due(qtbot):
    pane = shown(qtbot, MediationTimelinePane, (498, 560), mediations=cases())
    pane.select(Subject("dispute", "TJ-JF3"))
    said = [record[1] for record in (r.record for r in pane.rows)]
    assert "达成协议 社区报已化解" in said
    assert "30 日回访" in said
    assert pane.note == "物业 物业费 · JF3"


def test_that_a_branch_opens_to_its_activities(qtbot):
    held = PartyActivity("A1", ActivityKind.LECTURE, "党课", LATER - 5 * DAY, LATER - 4 * DAY, 28, 30)
    missing = PartyActivity("A2", ActivityKind.GROUP, "党小组会", LATER - 4 * DAY)
    branches = (
        PartyBranch("ZB01", "第1支部", 30, 12, 90, (held, missing)),
        PartyBranch("ZB02", "第2支部", 20, 8, 40, (replace(held, id="A3"),)),
    )
    pane = shown(qtbot, PartyBranchesPane, (498, 364), party_branches=branches)
    assert [r.key for r in pane.rows] == ["ZB01", "A1", "A2", "ZB02"]
    qtbot.keyClick(pane, Qt.Key.Key_Down)
    assert [r.key for r in pane.rows] == ["ZB01", "ZB02", "A3"]
    assert pane.note == "三会一课 2/3 · 未记录 1"


def test_that_the_community_pane_leads_to_the_cases_it_counts(qtbot):
    summary = summary_of(cases(), LATER)
    pane = shown(qtbot, DisputesPane, (431, 208), disputes=(summary,))
    pane.grab()
    box = next(box for box, key in pane.lines if key == "type:邻里")
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=box.center())
    assert pane.asks == [("open", "mediation"), ("select", Subject(FILTER, "type:邻里"))]
    assert "2021 年 113" in pane.note


def test_that_nothing_on_the_wall_can_be_clicked(qtbot):
    summary = DisputeSummary(2026, 1, 0, None, 0, 0, ())
    wall = shown(qtbot, DisputesPane, (958, 540), Face.WALL, disputes=(summary,))
    party = shown(qtbot, PartyPane, (958, 356), Face.WALL, party=(PartySummary(412, 11, 3, 4, 90, 20),))
    for pane in (wall, party):
        pane.grab()
        qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(60, 200))
        assert pane.asks == []


def test_that_the_party_pane_opens_the_branches(qtbot):
    pane = shown(qtbot, PartyPane, (431, 208), party=(PartySummary(412, 11, 3, 4, 90, 20),))
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert pane.asks == [("open", "mediation")]
    assert "3/4" in pane.accessibleDescription()


@pytest.mark.parametrize("kind", [MediationFunnelPane, MediationListPane, MediationTimelinePane, PartyBranchesPane])
def test_that_an_empty_pane_waits_and_a_full_one_paints(qtbot, kind):
    empty = shown(qtbot, kind, (500, 400))
    assert not empty.grab().isNull()
    full = shown(qtbot, kind, (500, 400), mediations=cases(), estates=(), alerts=(), party_branches=())
    assert not full.grab().isNull()
