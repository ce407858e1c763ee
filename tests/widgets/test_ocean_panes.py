"""The panes of 云仓: manifests in the order of what presses, a chain verified when it is looked at, trends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from services.domain.alert import Outcome
from services.domain.boats import Compartment, HandInState, Pollutant, StoreFlow, Warehouse
from services.domain.custody_state import ChainLink, CustodyChain, CustodyHead, Lamp
from services.domain.figures import Series
from services.domain.manifest import Manifest, manifest_of, manifests, with_lamp
from services.domain.manifest_events import balances, stage_now
from services.domain.question import Question
from services.domain.receipt_sheet import ReceiptSheet, TextFile
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.custody import START, draft, hand_in
from widgets.custody_chain import CustodyChainPane, check_words, witness_words
from widgets.look import Face, load_fonts, make_look
from widgets.manifests import ManifestsPane, clock_words, mass_words
from widgets.store_trend import StoreTrendPane, compartment_words, flow_words

NOW = START + timedelta(hours=12)
NAMES = {"YC-HM": "海门云仓"}


@pytest.fixture(autouse=True)
def fonts(qapp: object) -> None:
    load_fonts()


def told(*requests: Any, lamp: Lamp = Lamp.HOLDS) -> tuple[Manifest, ...]:
    return tuple(with_lamp(one, 2, lamp, "", witnessed=True) for one in manifests(requests, NAMES))


def snap(topic: str, *records: Any) -> Snapshot[Any]:
    return Snapshot(topic, records, NOW, Quality.GOOD)


def pane(qtbot: Any, kind: type, *snapshots: Snapshot[Any], size: tuple[int, int] = (520, 400)) -> Any:
    made = kind("题", {}, make_look(Face.DESK))
    qtbot.addWidget(made)
    made.resize(*size)
    made.tick(NOW)
    for one in snapshots:
        made.show_snapshot(one)
    return made


# -- manifests


def test_that_a_broken_chain_comes_first_and_what_was_disposed_of_last(qtbot: Any) -> None:
    fresh, late, done = (
        hand_in("01", HandInState.SIGNED),
        hand_in("02", HandInState.STORED),
        hand_in("03", HandInState.DISPOSED),
    )
    made = pane(qtbot, ManifestsPane, snap("manifests", *told(fresh, done), *told(late, lamp=Lamp.BROKEN)))
    assert [row.key for row in made.rows] == [
        "LD-20261121-02", "LD-20261121-01", "head:closed", "LD-20261121-03",
    ]  # fmt: skip
    assert made.note == "在办 2 · 闭环 1 · 差额 > 5 % 0 · 存证不符 1"
    assert not made.grab().isNull()


def test_that_a_row_selects_its_hand_in_and_the_other_way_round(qtbot: Any) -> None:
    made = pane(qtbot, ManifestsPane, snap("manifests", *told(hand_in("01"), hand_in("02"))))
    asked: list[object] = []
    made.asked.connect(lambda what, about: asked.append(about))
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(200, made.list_box().top() + 60))
    assert asked == [Subject("hand_in_request", made.rows[1].record.request_id)]
    made.select(Subject("hand_in_request", "SQ-20261121-01"))
    assert made.chosen == "LD-20261121-01"


def test_that_masses_and_limits_are_said_as_they_stand() -> None:
    one = manifest_of(hand_in(until=HandInState.REDUCED), NAMES)
    assert mass_words(one) == "348.0 → 342.0 kg · 减 300.0"
    assert clock_words(one, NOW) == ("处置 余 64 时", False)
    on_board = manifest_of(hand_in(until=HandInState.SIGNED), NAMES)
    assert clock_words(on_board, NOW + timedelta(hours=20)) == ("入仓 超 5 时 30 分", True)


# -- the five copies


def test_that_a_treated_tonne_is_no_missing_tonne() -> None:
    one = manifest_of(hand_in(until=HandInState.CLOSED), NAMES)
    assert one.treated_kg == 300.0
    assert [(t.given_kg, t.taken_kg, t.diff_kg) for t in one.transfers] == [
        (348.0, 342.0, -6.0), (42.0, 41.5, -0.5), (41.5, 41.4, -0.1),
    ]  # fmt: skip
    assert [record.diff_pct for record in balances(one)] == [1.72, 1.19, 0.24]
    assert not one.is_open and one.due_at is None


def test_that_a_dispute_s_agreed_mass_is_the_one_that_counts() -> None:
    one = manifest_of(replace(hand_in(until=HandInState.STORED), agreed_t=0.40), NAMES)
    assert one.copies[0].mass_kg == 400.0
    assert one.transfers[0].pct == 14.5


@pytest.mark.parametrize(
    ("until", "hours", "unstored", "undisposed"),
    [(HandInState.SIGNED, 25, 25, 0), (HandInState.STORED, 80, 0, 78), (HandInState.DISPOSED, 99, 0, 0)],
)
def test_that_whole_hours_are_counted_to_the_next_limit(
    until: HandInState, hours: int, unstored: int, undisposed: int
) -> None:
    """Collected 2.5 h, stored 4.5 h after filing."""
    since = timedelta(hours=2.5)
    stage = stage_now(manifest_of(hand_in(until=until), NAMES), "", START + since + timedelta(hours=hours))
    assert (stage.unstored_h, stage.undisposed_h) == (unstored, undisposed)
    assert stage.at <= START + since + timedelta(hours=hours)


# -- the chain


def chain(lamp: Lamp = Lamp.HOLDS, receipt: str = "DC2|x") -> CustodyChain:
    links = (
        ChainLink(50, 1, draft(7), "7164ee48" * 8, Lamp.HOLDS, is_witnessed=True),
        ChainLink(51, 2, draft(7), "c49940fa" * 8, lamp, "签名不符，内容被改动" if lamp is Lamp.BROKEN else ""),
    )
    return CustodyChain("LD-20261121-07", links, 140, "Wlf2tGQjiZ8s", 140, START, receipt, "custody-manifest v1\n")


def looked(qtbot: Any, answer: CustodyChain | None) -> tuple[Any, list[tuple[str, Any]]]:
    made = CustodyChainPane("存证链", {}, make_look(Face.DESK))
    qtbot.addWidget(made)
    made.resize(492, 400)
    asked: list[tuple[str, Any]] = []
    made.asked.connect(lambda what, about: asked.append((what, about)))
    made.show_snapshot(snap("custody_head", HEAD))
    made.show_snapshot(snap("manifests", *told(hand_in("07"))))
    assert asked == []  # nobody hears a pane while its scene is being built
    made.tick(NOW)
    what, question = asked[-1]
    assert (what, question) == ("question", Question("custody", "LD-20261121-07"))
    made.show_outcome(Outcome(question, None, "", answer))
    return made, asked


HEAD = CustodyHead("custody", "a.example/custody+00000000+x", "sea.example+00000000+x", size=140, root="Wlf2tGQjiZ8s")


def test_that_the_receipt_and_the_file_are_asked_for_as_they_were_verified(qtbot: Any) -> None:
    made, asked = looked(qtbot, chain())
    made.press("F")
    made.press("X")
    assert asked[-2] == ("print", ReceiptSheet(made._manifests()[0], chain(), NOW))
    assert asked[-1] == ("print", TextFile("存证-LD-20261121-07-140.txt", "custody-manifest v1\n"))
    assert not made.grab().isNull()


def test_that_a_broken_chain_gives_neither_and_says_why(qtbot: Any) -> None:
    made, asked = looked(qtbot, chain(Lamp.BROKEN, ""))
    before = len(asked)
    made.press("F")
    assert len(asked) == before
    assert made.acts()[0].reason == "存证不符"
    assert not made.grab().isNull()


def test_that_a_chain_is_verified_again_while_it_is_looked_at(qtbot: Any) -> None:
    made, asked = looked(qtbot, chain())
    made.tick(NOW + timedelta(seconds=10))
    assert len(asked) == 1
    made.tick(NOW + timedelta(seconds=31))
    assert len(asked) == 2


def test_that_another_manifest_s_answer_is_not_shown(qtbot: Any) -> None:
    made, _ = looked(qtbot, None)
    assert made.chain is None
    assert ("", "没有存证条目") in [row.record for row in made.rows]
    made.show_outcome(Outcome(Question("custody", "LD-1"), None, "", chain()))
    assert made.chain is None


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (replace(HEAD, witnessed=140, witnessed_at=NOW - timedelta(minutes=5)), ("sea.example 到第 140 条 · 5 分前",)),
        (
            replace(HEAD, witnessed=120, witnessed_at=NOW - timedelta(hours=9), witness_error="见证方连不上",
                    unwitnessed_since=NOW - timedelta(hours=8)),
            ("sea.example 到第 120 条 · 9 时 00 分前", "20 条待见证，已超 6 时：见证方连不上"),
        ),
        (replace(HEAD, witness_key=""), ("未设见证方，日志只由本中心签名",)),
    ],
)  # fmt: skip
def test_that_the_age_of_the_witness_and_what_it_has_not_seen_are_said(
    head: CustodyHead, said: tuple[str, ...]
) -> None:
    assert witness_words(head, NOW) == said


def test_that_a_broken_log_is_said_with_its_entry() -> None:
    assert check_words(HEAD) == "尚未重读"
    broken = replace(HEAD, checked_at=START, checked=139, holds=False, broken=7, reason="第 7 条签名不符")
    assert check_words(broken) == "✗ 14:27:00 第 7 条起不符：第 7 条签名不符"


# -- trends


def house(flow: StoreFlow | None = None) -> Warehouse:
    holds = (
        Compartment(Pollutant.OILY_WATER, 60, 58.0),
        Compartment(Pollutant.SEWAGE, 24, 81.0, leak=True, temp_c=31.0),
    )
    return Warehouse("YC-HM", "海门云仓", 121.4, 28.6, 2.0, holds, 19.0, flow)


def series(points: tuple[float | None, ...]) -> Series:
    moments = tuple(NOW - timedelta(hours=len(points) - at) for at in range(len(points)))
    return Series("YC-HM|SEWAGE", "海门云仓 生活污水", "%", moments, points, top=100)


def test_that_the_trend_opens_on_the_fullest_compartment_and_turns_by_key(qtbot: Any) -> None:
    points = (60.0, 62.0, None, 70.0, None, 81.0)
    made = pane(qtbot, StoreTrendPane, snap("warehouses", house()), snap("store_trends", series(points)))
    assert made.note == "海门云仓 · 生活污水 · 近 7 日"
    assert made.series is not None
    assert not made.grab().isNull()
    QTest.keyClick(made, Qt.Key.Key_Left)
    assert made.kind is Pollutant.OILY_WATER and made.series is None
    assert not made.grab().isNull()
    made.select(Subject("warehouse", "YC-9"))
    assert made.house_id == "YC-HM"


def test_that_what_the_books_leave_unexplained_is_said() -> None:
    since = datetime(2026, 11, 21, 6, 27, tzinfo=NOW.tzinfo)
    balanced = flow_words(StoreFlow(since, 1.5, 0.5, 0.25, 0.75))
    assert balanced[1][1] == "液位变化 +0.75 t · 差额 0，账实相符"
    assert balanced[0][1].endswith("进 1.50 − 处理 0.50 − 出 0.25 = 0.75 t")
    assert flow_words(StoreFlow(since, 1.5, 0.5, 0.0, 0.4))[1][1] == "液位变化 +0.40 t · 差额 0.60 t，未说明"
    assert flow_words(None) == (("质量平衡", "云仓没有报收支"),)


def test_that_a_leak_and_a_silent_gauge_are_said() -> None:
    assert "渗漏报警 · 31 ℃" in compartment_words(house().compartments[1], house(), None)[1]
    silent = Compartment(Pollutant.NETS, 10, None)
    assert "无读数" in compartment_words(silent, house(), None)[1]


def test_that_the_days_until_it_is_full_follow_the_week_s_net_inflow() -> None:
    """24 t at 81 % with 10 points more in four days: 0.6 t a day, and 4.56 t of room."""
    rising = series((71.0, *(None,) * 95, 81.0))
    assert "净流入 +0.60 t/日，8 天满" in compartment_words(house().compartments[1], house(), rising)[1]
    falling = series((91.0, *(None,) * 95, 81.0))
    assert "净流入 −0.60 t/日，不会满" in compartment_words(house().compartments[1], house(), falling)[1]
    short = series((71.0, None, 81.0))
    assert "天满" not in compartment_words(house().compartments[1], house(), short)[1]
