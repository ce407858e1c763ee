"""The scene 养老 and the pane 智慧养老: rows, keys, what an officer's answer asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt

from services.domain.alert import AlertLevel, Outcome
from services.domain.away import Away, AwayReason, MoveReturn, ReportAway, ReturnHome
from services.domain.community import CareClass, Elder, Safety
from services.domain.consent import WithdrawConsent
from services.domain.elder_call import ElderCall, EndCall, Ending, Kin, NextStep, RecordCall, Result, Step, Whom
from services.domain.elder_call_steps import boxes_of
from services.domain.elder_contact import FiledConsent
from services.domain.elder_terms import TERMS
from services.domain.masked import Masked
from services.domain.officer import Officer, Role
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.timebase import SHANGHAI
from services.domain.visit import FailVisit, MakeVisit, Proof, Visit, VisitState
from widgets.care_words import until_in
from widgets.elders_bar import class_words, watch_words
from widgets.kinds import KINDS
from widgets.look import Face, load_fonts, make_look

NOW = datetime(2026, 11, 21, 14, 32, tzinfo=SHANGHAI)
WANG = Officer("wang", "王海涛", Role.DUTY)
CANARY = "金丝雀"


def elder(index: int, safety: Safety = Safety.CONFIRMED, **said: Any) -> Elder:
    told = {"dwelling_id": f"D{index}", "visit_due": date(2026, 11, 30)} | said
    return Elder(
        f"LR{index}", Masked(f"林{CANARY}"), CareClass.KEY, "云锦苑", "3 幢", safety, (0.0,) * 24, NOW,
        "用水" if safety is Safety.CONFIRMED else "", "今日已确认", "探访 11-30", **told,
    )  # fmt: skip


ELDERS = (
    elder(1, Safety.PENDING, chain_id="HJ-1"),
    elder(2, Safety.UNKNOWN, devices_off=1, silent_device="求助按钮"),
    elder(3, Safety.AWAY),
    elder(4, Safety.UNKNOWN, unmonitored="已撤回同意"),
    elder(5, visit_late=True),
)
SOON, DAY = timedelta(minutes=8), timedelta(days=1)
BOXES, KIN = boxes_of(TERMS, CareClass.KEY), (Kin(1, "女儿", "陈*", "138****5678"),)
CHAIN = ElderCall(
    "HJ-1", 3, "LR1", "D1", "林*", "云锦苑 3 幢", CareClass.KEY, AlertLevel.ORANGE, "YJ-1", ("YJ-1",), "24 时未用水",
    KIN, BOXES, Step.FAMILY, NOW, NOW + SOON, NOW,
)  # fmt: skip
UNTIL = date(2026, 11, 23)
AWAY = Away("WC-1", 1, "LR3", "D3", "林*", AwayReason.FAMILY, UNTIL, NOW + 2 * DAY, "女儿", NOW, "王*")
LATE, PLANNED = NOW - DAY / 8, NOW - 8 * DAY
VISIT = Visit("ZF-1", 1, VisitState.PLANNED, "elder", "LR5", "林*", LATE, "按类别定期", "", PLANNED)
PAPER = FiledConsent("TY1", "LR5", Masked("林小明"), "本人", date(2026, 3, 2), ("water", "door"))
TOPICS: dict[str, tuple[Any, ...]] = {
    "elders": ELDERS,
    "alerts": (),
    "elder_calls": (CHAIN,),
    "aways": (AWAY,),
    "visits": (VISIT,),
    "elder_consents": (PAPER,),
    "consents": (),
}
OF = {
    "care_elders": ("elders", "alerts"),
    "care_chains": ("elder_calls", "elders"),
    "care_aways": ("aways", "elders"),
    "care_visits": ("visits", "elders"),
    "care_consents": ("elders", "elder_consents", "consents"),
    "elders": ("elders", "alerts"),
}
Make = Callable[..., Any]


@pytest.fixture
def make(qtbot: Any) -> Make:
    load_fonts()

    def made(kind: str, face: Face = Face.DESK, **topics: Any) -> Any:
        pane = KINDS[kind]("", {}, make_look(face, scale=1.0 if face is Face.DESK else 0.5))
        qtbot.addWidget(pane)
        pane.resize(570, 600)
        for topic in OF[kind]:
            pane.show_snapshot(Snapshot(topic, (TOPICS | topics)[topic], NOW, Quality.GOOD))
        pane.tick(NOW)
        if hasattr(pane, "show_officer"):
            pane.show_officer(WANG)
        pane.wished = []
        pane.asked.connect(lambda what, about: pane.wished.append((what, about)))
        return pane

    return made


def wished(pane: Any) -> Any:
    return [about for what, about in pane.wished if what == "action"][-1]


def press(qtbot: Any, pane: Any, key: str, choice: int = -1, words: str = "") -> Any:
    """The key, then the answer to what it asks."""
    qtbot.keyClick(pane, getattr(Qt.Key, f"Key_{key}"))
    pane.ask_line.answered.emit(choice, words)
    return wished(pane)


@pytest.mark.parametrize("kind", sorted(OF))
@pytest.mark.parametrize("full", [True, False])
def test_that_every_pane_of_the_care_of_elders_paints(make: Make, kind: str, full: bool) -> None:
    pane = make(kind, **({} if full else dict.fromkeys(TOPICS, ())))
    assert not pane.grab().isNull()


def test_that_elders_stand_by_who_needs_somebody_first(make: Make) -> None:
    pane = make("care_elders")
    assert [row.key for row in pane.rows if not row.heading] == ["LR1", "LR2", "LR3", "LR4", "LR5"]
    headings = [row.record for row in pane.rows if row.heading]
    assert headings == ["正在联系 1", "失联未知 1", "外出报备 1", "不监测 1", "今日已确认 1"]


def test_that_one_key_and_enter_report_an_elder_away(qtbot: Any, make: Make) -> None:
    pane = make("care_elders")
    pane.choose("LR5")
    assert press(qtbot, pane, "W", 0) == ReportAway(elder_id="LR5", reason=AwayReason.FAMILY, until=date(2026, 11, 24))
    assert press(qtbot, pane, "W", 1, "12-02 儿子陈明") == ReportAway(
        elder_id="LR5", reason=AwayReason.HOSPITAL, until=date(2026, 12, 2), told_by="儿子陈明"
    )
    pane.choose("LR3")
    assert {act.id: act.reason for act in pane.acts()}["away"] == "已报备外出"


def test_that_the_small_pane_reports_away_too_and_says_what_became_of_it(qtbot: Any, make: Make) -> None:
    pane = make("elders")
    pane.select(Subject("elder", "LR5"))
    wish = press(qtbot, pane, "W", 2, "5天")
    assert wish == ReportAway(elder_id="LR5", reason=AwayReason.TRAVEL, until=date(2026, 11, 26))
    pane.show_outcome(Outcome(wish, None, "返回日期早于今天"))
    assert pane.note == "返回日期早于今天"
    qtbot.keyClick(pane, Qt.Key.Key_Up)
    assert pane.wished[-1] == ("select", Subject("elder", "LR4"))


def test_that_every_call_is_recorded_with_whom_and_its_result(qtbot: Any, make: Make) -> None:
    pane = make("care_chains")
    about = {"case_id": "HJ-1", "expected_version": 3}
    for key, whom in (("B", Whom.ELDER), ("J", Whom.FAMILY), ("M", Whom.GRID), ("G", Whom.POLICE)):
        assert press(qtbot, pane, key, 2, "响铃") == RecordCall(
            **about, whom=whom, result=Result.NO_ANSWER, text="响铃"
        )
    assert press(qtbot, pane, "N") == NextStep(**about)
    ended = press(qtbot, pane, "X", 1, "开门送医")
    assert ended == EndCall(**about, ending=Ending.TO_HOSPITAL, text="开门送医")
    assert [act.id for act in pane.acts() if act.primary] == ["family"]


def test_that_a_running_chain_says_how_long_is_left_and_then_how_late_it_is(make: Make) -> None:
    pane = make("care_chains")
    assert pane._clock(CHAIN) == "联系家属 余 8:00"
    pane.tick(NOW + timedelta(minutes=9))
    assert pane._clock(CHAIN) == "联系家属 超 1:00"
    assert pane.note == "正在联系 1 · 超时 1"
    ended = replace(CHAIN, ended_at=NOW, ending=Ending.SAFE)
    pane.show_snapshot(Snapshot("elder_calls", (ended,), NOW, Quality.GOOD))
    assert {act.reason for act in pane.acts()} == {"已结束"}


def test_that_visits_and_returns_are_said_with_their_proof(qtbot: Any, make: Make) -> None:
    visits, about = make("care_visits"), {"case_id": "ZF-1", "expected_version": 1}
    assert press(qtbot, visits, "D", 0, "精神好") == MakeVisit(**about, proof=Proof.MET, text="精神好")
    failed = press(qtbot, visits, "F", 1, "无人")
    assert failed == FailVisit(**about, reason="无人", again_at=NOW + timedelta(days=1))
    assert visits.note == "七日内 0 · 逾期 1"
    aways, about = make("care_aways"), {"case_id": "WC-1", "expected_version": 1}
    assert press(qtbot, aways, "K", words="邻居见到") == ReturnHome(**about, text="邻居见到")
    moved = press(qtbot, aways, "G", words="25日 女儿")
    assert moved == MoveReturn(**about, until=date(2026, 11, 25), told_by="女儿")
    consents = make("care_consents")
    consents.choose("LR5")
    assert press(qtbot, consents, "X", words="本人") == WithdrawConsent(elder_id="LR5", reason="本人")


def test_that_the_wall_counts_and_names_nobody(make: Make) -> None:
    pane = make("elders", Face.WALL)
    assert not pane.grab().isNull()
    assert class_words(ELDERS) == "重点 1/3"  # neither away nor without consent
    assert watch_words(ELDERS) == "正在联系 1 · 探访逾期 1 · 设备离线 1"
    assert CANARY not in pane.note + pane.accessibleName() + pane.toolTip() + class_words(ELDERS)
    assert pane.focusPolicy() == Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize(
    ("typed", "until", "rest"),
    [
        ("", date(2026, 11, 24), ""),
        ("女儿陈红", date(2026, 11, 24), "女儿陈红"),
        ("12-02 女儿", date(2026, 12, 2), "女儿"),
        ("1月5日，儿子", date(2027, 1, 5), "儿子"),
        ("至 25 日", date(2026, 11, 25), ""),
        ("20号 女儿", date(2026, 12, 20), "女儿"),
        ("5天", date(2026, 11, 26), ""),
        ("2-30 女儿", date(2026, 11, 24), "2-30 女儿"),
    ],
)
def test_that_a_day_is_read_as_it_is_typed(typed: str, until: date, rest: str) -> None:
    assert until_in(typed, date(2026, 11, 21)) == (until, rest)
