"""What map, card, list and plot say of an interception: figures, refusals, nothing the wall may not show."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from services.domain.alert import Alert, AlertLevel, Outcome
from services.domain.calibration import Calibration, Slot
from services.domain.intercept_window import InterceptionWindow, Jump, NextPlace, Reach, Seen
from services.domain.interception_case import (
    AcceptInterception,
    ConfirmInterception,
    FollowOnly,
    Interception,
    OrderInterception,
    OrderState,
    ReportMissed,
)
from services.domain.passage import Checkpoint, CheckpointStatus
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.travel_time import Basis
from services.domain.units import Unit, UnitState
from tests.shots.alerts_sheet import ORANGE, WANG, make_alert
from tests.shots.sheet import NOW
from widgets.alert_row import meeting_words
from widgets.calibration import CalibrationPane, figures
from widgets.card import AlertCard
from widgets.card_next import PlaceChosen
from widgets.checkpoint_map import CheckpointMapPane
from widgets.checkpoint_map_head import head_words
from widgets.checkpoint_map_window import jump_words, rings, unit_marks
from widgets.look import Face, load_fonts, make_look

LEADER = replace(WANG, id="chen", name="陈志远")


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


def vehicle(**more: Any) -> Alert:
    plain = {"scene": "checkpoints", "subject_kind": "passage", "subject_id": "p1", "rule_id": "R-CKP-06"}
    words = {"subject": "浙J·8T56K", "wall_subject": "椒江二桥 · 浙J·8**6K", "place": "椒江二桥 南"}
    return make_alert(415, ORANGE, "套牌嫌疑", 2.4, 1, **{"signed": True, **plain, **words, **more})


def place(name: str, hops: int = 1, **more: Any) -> NextPlace:
    plain: dict[str, Any] = {
        "checkpoint_id": name,
        "name": name,
        "lon": 121.47,
        "lat": 28.66,
        "hops": hops,
        "via": "椒江二桥",
        "chance": 0.62,
        "p20_at": NOW + seconds(4 * 60 + 5),
        "p80_at": NOW + seconds(6 * 60 + 58),
        "basis": Basis.HOURS,
        "n": 412,
        "reach": Reach.IN_TIME,
        "unit_id": "JJ07",
        "call_sign": "交警 07",
        "unit_s": 180.0,
        "catch": 0.9,
        "order_by": NOW + seconds(118),
    }
    return NextPlace(**(plain | more))


BEST = place("疏港大道口")
LATE = place(
    "东环大道口",
    lat=28.643,
    lon=121.447,
    chance=0.23,
    p80_at=NOW + seconds(9 * 60 + 20),
    reach=Reach.TOO_LATE,
    unit_id="JJ03",
    call_sign="交警 03",
    unit_s=470.0,
    order_by=NOW - seconds(30),
)
FAR = place(
    "三甲", 2, lat=28.633, lon=121.498, via="疏港大道口", chance=0.09, reach=Reach.NO_UNIT, unit_id="", call_sign=""
)
SEEN = Seen("椒江二桥", "椒江二桥", 121.4385, 28.69, NOW - seconds(146), "南", 2)


def window(alert: Alert | None = None, *places: NextPlace, **more: Any) -> InterceptionWindow:
    alert = alert or vehicle()
    told = places or (BEST, LATE, FAR)
    made = InterceptionWindow(alert.id, alert.level, SEEN, "平峰", 0.06, 120.0, 180.0, 1800.0, told, 28.0, 45.0)
    return replace(made, **more)


def order(state: OrderState = OrderState.ORDERED, **more: Any) -> Interception:
    made = Interception("LJ-1", 3, state, vehicle().id, NOW - seconds(40), "王*", "wang")
    until = {"confirm_by": NOW + seconds(140), "feedback_by": NOW + seconds(1700)}
    return replace(made, checkpoint_name="疏港大道口", call_sign="交警 07", **{**until, **more})


def snap(topic: str, *records: Any, at: datetime = NOW) -> Snapshot[Any]:
    return Snapshot(topic, records, at, Quality.GOOD)


# -------------------------------------------------------------------------------------------- card


@pytest.fixture
def card(qtbot: QtBot) -> AlertCard:
    load_fonts()
    made = AlertCard("", {}, make_look(Face.DESK))
    qtbot.addWidget(made)
    made.resize(391, 613)
    made.show_officer(WANG)
    made.tick(NOW)
    made.show()
    return made


def show(card: AlertCard, alert: Alert, *orders: Interception, told: InterceptionWindow | None = None) -> None:
    card.show_snapshot(snap("alerts", alert))
    card.show_snapshot(snap("interception_windows", told or window(alert)))
    card.show_snapshot(snap("interceptions", *orders))
    card.select(Subject("alert", alert.id))


def test_that_the_card_lists_the_next_checkpoints_with_chance_minutes_unit_and_verdict(card: AlertCard) -> None:
    show(card, vehicle())
    part = card.card_body.around.next
    assert part is not None
    assert [(r.name, r.chance, r.minutes, r.unit, r.refused) for r in part.rows] == [
        ("疏港大道口", "62 %", "4–7 分", "交警 07 到位 3 分 可拦", False),
        ("东环大道口", "23 %", "4–10 分", "交警 03 到位 8 分 来不及", True),
        ("› 三甲", "9 %", "4–7 分", "附近无单位", True),
    ]
    assert part.note == "平峰 · 离网或漏识 6 % · 时间本时段 样本 412"


def test_that_red_says_by_when_to_decide_until_somebody_has(card: AlertCard) -> None:
    told = window(decide_by=NOW + seconds(53))
    show(card, vehicle(), told=told)
    part = card.card_body.around.next
    assert part is not None and part.decide == "须在 14:33:00 前决定"
    card.tick(NOW + seconds(54))
    late = card.card_body.around.next
    assert late is not None and late.decide == "决定已超时"
    card.show_snapshot(snap("interceptions", order(OrderState.ASKED)))
    decided = card.card_body.around.next
    assert decided is not None and decided.decide == ""


def test_that_a_card_about_something_else_has_no_such_part(card: AlertCard) -> None:
    other = make_alert(9, ORANGE, "未派船", 3, 5, signed=True)
    show(card, other, told=window())
    assert card.card_body.around.next is None
    assert card.meeting.meet.isHidden() and card.meeting.follow.isHidden()


def test_that_i_orders_the_best_place_and_is_the_step_to_take(card: AlertCard, qtbot: QtBot) -> None:
    show(card, vehicle())
    assert card.meeting.meet.shown_text() == "拦截 疏港大道口"
    assert card.meeting.meet.primary and not any(b.primary for b in card.buttons.values())
    with qtbot.waitSignal(card.asked) as asked:
        card.press("I")
    assert asked.args == [
        "action",
        OrderInterception(alert_id=vehicle().id, checkpoint_id="疏港大道口", unit_id="JJ07"),
    ]


def test_that_a_line_that_is_clicked_aims_the_order_and_says_why_it_cannot_be(card: AlertCard, qtbot: QtBot) -> None:
    show(card, vehicle())
    card._choose(PlaceChosen("东环大道口"))
    assert card.meeting.meet.shown_text() == "拦截 东环大道口 · P80 9 分 < 10 分"
    with qtbot.assertNotEmitted(card.asked):
        card.press("I")
    assert card._said == "拦截 东环大道口：P80 9 分 < 10 分"


def test_that_an_unsigned_alert_is_signed_first(card: AlertCard) -> None:
    show(card, vehicle(signed=False))
    assert card.meeting.meet.shown_text() == "拦截 疏港大道口 · 先签收"
    assert not card.meeting.meet.primary


def test_that_the_button_greys_when_its_moment_has_passed(card: AlertCard) -> None:
    show(card, vehicle())
    card.tick(NOW + seconds(119))
    assert card.meeting.meet.shown_text() == "拦截 疏港大道口 · P80 4 分 < 5 分"


def test_that_t_asks_why_not_to_stop_it(card: AlertCard, qtbot: QtBot) -> None:
    show(card, vehicle())
    card.press("T")
    assert card.ask.isVisible()
    card.ask.line.setText("校门口人多")
    with qtbot.waitSignal(card.asked) as asked:
        QTest.keyClick(card.ask.line, Qt.Key.Key_Return)
    assert (asked.args or [None, None])[1] == FollowOnly(alert_id=vehicle().id, reason="校门口人多")


@pytest.mark.parametrize(
    ("state", "words", "wish"),
    [
        (OrderState.ORDERED, "单位受令", AcceptInterception(case_id="LJ-1", expected_version=3)),
        (OrderState.ASKED, "确认拦截", ConfirmInterception(case_id="LJ-1", expected_version=3)),
    ],
)
def test_that_i_goes_on_with_a_running_order(
    card: AlertCard, qtbot: QtBot, state: OrderState, words: str, wish: Any
) -> None:
    show(card, vehicle(), order(state))
    card.show_officer(LEADER)
    assert card.meeting.meet.shown_text() == words
    with qtbot.waitSignal(card.asked) as asked:
        card.press("I")
    assert (asked.args or [None, None])[1] == wish


def test_that_who_asked_for_a_red_order_does_not_confirm_it(card: AlertCard) -> None:
    show(card, vehicle(), order(OrderState.ASKED))
    assert card.meeting.meet.shown_text() == "确认拦截 · 须由另一人"


def test_that_t_ends_a_running_order_with_a_reason(card: AlertCard, qtbot: QtBot) -> None:
    show(card, vehicle(), order())
    card.press("T")
    with qtbot.waitSignal(card.asked) as asked:
        QTest.keyClick(card.ask, Qt.Key.Key_1)
        card.ask.line.setText("未见车辆")
        QTest.keyClick(card.ask.line, Qt.Key.Key_Return)
    assert (asked.args or [None, None])[1] == ReportMissed(case_id="LJ-1", expected_version=3, reason="未见车辆")


def test_that_orders_stand_on_the_card_with_what_became_of_them(card: AlertCard) -> None:
    show(card, vehicle(), order(OrderState.MISSED), order(id="LJ-2", asked_at=NOW))
    part = card.card_body.around.next
    assert part is not None
    assert [state for _, state in part.orders] == ["错过", "已下令 反馈余 29 分内"]


def test_that_a_refused_order_says_so_where_it_was_asked(card: AlertCard) -> None:
    show(card, vehicle())
    wish = OrderInterception(alert_id=vehicle().id, checkpoint_id="疏港大道口")
    card.show_outcome(Outcome(wish, None, "赵*已下令：疏港大道口"))
    assert card._said == "赵*已下令：疏港大道口"
    card.show_outcome(Outcome(wish, None, "", order()))
    assert card._said == "已记录 LJ-1"


# --------------------------------------------------------------------------------------------- map

POINTS = [
    Checkpoint(name, name, lon, lat, 4, CheckpointStatus.ONLINE, 900)
    for name, lon, lat in (
        ("椒江二桥", 121.4385, 28.69),
        ("疏港大道口", 121.47, 28.66),
        ("东环大道口", 121.447, 28.643),
        ("三甲", 121.498, 28.633),
        ("洪家", 121.403, 28.601),
    )
]
UNITS = [
    Unit("JJ07", "交警 07", "交警", 121.48, 28.67, UnitState.FREE, NOW),
    Unit("JJ11", "交警 11", "交警", 121.40, 28.70, UnitState.BUSY, NOW),
]


@pytest.fixture(params=[Face.DESK, Face.WALL])
def face(request: pytest.FixtureRequest) -> Face:
    return request.param


def map_of(qtbot: QtBot, face: Face, told: InterceptionWindow, alert: Alert | None = None) -> CheckpointMapPane:
    load_fonts()
    look = make_look(face, scale=0.5 if face is Face.WALL else 1.0)
    pane = CheckpointMapPane("卡口与拦截", {}, look)
    qtbot.addWidget(pane)
    pane.resize(846 if face is Face.DESK else 1120, 632 if face is Face.DESK else 795)
    pane.tick(NOW)
    pane.show_snapshot(snap("checkpoints", *POINTS))
    pane.show_snapshot(snap("alerts", alert or vehicle()))
    pane.show_snapshot(snap("interception_windows", told))
    pane.show_snapshot(snap("units", *UNITS))
    pane.tick(NOW)
    return pane


def names_on(pane: CheckpointMapPane) -> dict[str, str]:
    pane.grab()
    return {name.text: name.note for name in pane.map._layout.names}


def test_that_the_map_says_where_it_can_be_met_and_where_not(qtbot: QtBot) -> None:
    pane = map_of(qtbot, Face.DESK, window())
    said = names_on(pane)
    assert said["疏港大道口 62 %"] == "可拦截 4–7 分"
    assert said["东环大道口 23 %"] == "不可：P80 9 分 < 10 分"
    assert said["三甲 9 %"] == "4–7 分 · 附近无可派单位"
    assert said["椒江二桥"].endswith("南向 2 车道")
    assert "交警 07 · 到位 3 分" in said


def test_that_a_next_checkpoint_with_an_alert_of_its_own_still_says_when_it_can_be_met(
    qtbot: QtBot, face: Face
) -> None:
    pane = map_of(qtbot, face, window())
    other = replace(vehicle(), id="YJ-2", key="k2", subject_id="p2", title="尾气超标", place="疏港大道口 东")
    pane.show_snapshot(snap("alerts", vehicle(), other))
    assert "可拦截" in names_on(pane)["疏港大道口 62 %"]


def test_that_the_wall_shows_no_full_plate_and_of_patrols_the_call_sign_only(qtbot: QtBot) -> None:
    said = names_on(map_of(qtbot, Face.WALL, window()))
    words = " ".join([*said, *said.values()])
    assert "8T56K" not in words and "浙J·8**6K" in words
    assert "交警 07" in said and "到位" not in words and "交警 11" not in words
    assert said["疏港大道口 62 %"] == "4–7 分可拦截"
    assert said["东环大道口 23 %"] == ""


def test_that_no_two_labels_of_a_window_overlap(qtbot: QtBot, face: Face) -> None:
    pane = map_of(qtbot, face, window(jump=Jump(replace(SEEN, lat=28.601, lon=121.403), SEEN, 10.8, 188.0, 207.0)))
    said = names_on(pane)
    assert said.get("10.8 km / 3 分 08 秒", "") == ("需 207 km/h" if face is Face.DESK else "")
    boxes = [place.box for place in pane.map._layout.places]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_that_the_head_counts_down_to_the_last_moment_of_an_order() -> None:
    assert head_words(window(), NOW) == "01:58"
    assert head_words(window(), NOW + seconds(119)) == "下令窗口已过"
    assert head_words(window(None, LATE), NOW) == "单位均来不及"
    assert head_words(window(is_over=True), NOW) == "车辆未再出现"
    assert head_words(None, NOW) == ""
    assert head_words(window(), NOW, [order(OrderState.MISSED), order()]) == "拦截 已下令 交警 07"
    assert head_words(window(), NOW, [order(OrderState.ASKED)]) == "拦截 待第二人确认"


def test_that_a_second_repaints_the_head_and_no_more_than_it_must(qtbot: QtBot) -> None:
    pane = map_of(qtbot, Face.DESK, window())
    pane.tick(NOW + seconds(1))
    assert pane._head == "01:57"
    before = pane.map._layers.version
    pane.tick(NOW + seconds(1.2))
    assert pane.map._layers.version == before


def test_that_the_selected_alert_decides_which_window_is_drawn(qtbot: QtBot) -> None:
    pane = map_of(qtbot, Face.DESK, window())
    pane.select(Subject("alert", "YJ-other"))
    assert "疏港大道口 62 %" not in names_on(pane)
    pane.select(Subject("passage", "p1"))
    assert "疏港大道口 62 %" in names_on(pane)


def test_that_rings_grow_with_the_time_and_end_with_the_window() -> None:
    early, late = (rings(window(), NOW + seconds(s), wall=False) for s in (0, 60))
    assert [one.id for one in early] == ["P20", "P80"]
    assert early[0].radius_m == pytest.approx(28 / 3.6 * 146)
    assert all(a.radius_m < b.radius_m for a, b in zip(early, late, strict=True))
    assert rings(window(is_over=True), NOW, wall=False) == ()


def test_that_a_jump_says_what_speed_it_would_need() -> None:
    assert jump_words(Jump(SEEN, SEEN, 10.8, 188.0, 207.0)) == ("10.8 km / 3 分 08 秒", "需 207 km/h")
    assert jump_words(Jump(SEEN, SEEN, 3.0, 0.0, None)) == ("3 km / 0 秒", "同一时刻")


def test_that_a_busy_patrol_is_hatched_and_one_out_of_service_is_gone() -> None:
    off = replace(UNITS[0], state=UnitState.OFF)
    (busy,) = unit_marks([UNITS[1], off], None, wall=False)
    assert busy.unknown and busy.note == "执行任务"


# ------------------------------------------------------------------------------------ list and plot


def test_that_the_list_counts_down_once_the_alert_is_signed() -> None:
    told = [window()]
    assert meeting_words(vehicle(), told, NOW) == "拦截 余 1:58"
    assert meeting_words(vehicle(signed=False), told, NOW) == ""
    assert meeting_words(vehicle(), told, NOW + seconds(200)) == ""
    assert meeting_words(vehicle(), told, NOW, [order(OrderState.ACCEPTED)]) == "拦截 单位已受令 交警 07"


def told_well(**more: Any) -> Calibration:
    slots = (Slot(0.05, 0.03, 12), Slot(0.35, 0.36, 90_000), Slot(0.62, 0.61, 140_000))
    plain = Calibration("calibration", NOW, 28, 230_012, slots, 0.599, 0.6, 150_000, 0.49, 0.006, 610_001, 64, 301)
    return replace(plain, **more)


def test_that_the_plot_says_what_was_measured_and_unknown_is_no_zero(qtbot: QtBot, face: Face) -> None:
    load_fonts()
    pane = CalibrationPane("", {}, make_look(face, scale=0.5 if face is Face.WALL else 1.0))
    qtbot.addWidget(pane)
    pane.resize(488, 292)
    pane.grab()
    pane.show_snapshot(snap("calibration", told_well()))
    pane.grab()
    assert pane.note == "近 28 日 · 230,012 段逐段先测后学"
    assert "预测 62 %，实际 61 %，140,000 次" in pane.accessibleDescription()
    assert figures(told_well())[0] == ("到达区间覆盖 应 60 %", "59.9 %")
    empty = told_well(slots=(), coverage=None, error=None, brier=None, timed=0, legs=0)
    assert [value for _, value in figures(empty)][:4] == ["—", "0", "—", "—"]
    pane.show_snapshot(snap("calibration", empty))
    pane.grab()


def test_that_the_card_says_how_well_intervals_kept_their_word(card: AlertCard) -> None:
    show(card, vehicle())
    card.show_snapshot(snap("calibration", told_well()))
    part = card.card_body.around.next
    assert part is not None and part.note.endswith("区间实测覆盖 60 %")


def test_that_red_is_worst_on_the_wall(qtbot: QtBot) -> None:
    pane = map_of(qtbot, Face.WALL, window())
    red = replace(vehicle(), id="YJ-red", level=AlertLevel.RED)
    pane.show_snapshot(snap("alerts", vehicle(), red))
    pane.show_snapshot(snap("interception_windows", window(), window(red, FAR)))
    assert pane._window is not None and pane._window.id == "YJ-red"
