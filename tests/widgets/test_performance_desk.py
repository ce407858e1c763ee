"""The scene 绩效: what its panes say of a full day, of an empty one, of an old one, and on the wall."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from console.board import Board
from console.scene import read_scene
from console.stage import Stage
from services.domain.alarm_rates import Share
from services.domain.snapshot import Quality, Subject
from services.domain.topics import TOPICS
from services.domain.yardstick import PERIOD_WORDS, Yardstick
from tests.shots.performance_day import NOW, performances, snapshots
from widgets.kinds import KINDS
from widgets.look import RESOURCES, Face, load_fonts, make_look
from widgets.performance_bothers import PerformanceBothersPane
from widgets.performance_chooser import PerformancePeriodPane
from widgets.performance_figures import PerformanceFiguresPane, figures_of
from widgets.performance_floods import PerformanceFloodsPane
from widgets.performance_period import PERIOD, PeriodPane
from widgets.performance_precision import PerformancePrecisionPane
from widgets.performance_rate import PerformanceRatePane

DAY = performances()
EMPTY = performances(())
PANES = [kind for name, kind in KINDS.items() if name.startswith("performance_")]


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


def shown(qtbot: QtBot, kind: type, records: Any = DAY, quality: Quality = Quality.GOOD, **options: Any) -> Any:
    pane = kind("题", options, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(940, 300)
    for snapshot in snapshots(records, quality):
        pane.show_snapshot(snapshot)
    pane.tick(NOW)
    assert not pane.grab().isNull()
    return pane


def staged(qtbot: QtBot, face: Face = Face.DESK) -> Stage:
    plan = read_scene(RESOURCES / "scenes" / "performance.toml", KINDS, TOPICS).plans[face]
    stage = Stage(plan, KINDS, make_look(face, scale=0.5 if face is Face.WALL else 1.0), Board())
    qtbot.addWidget(stage)
    stage.resize(1458, 1007)
    for snapshot in snapshots(DAY):
        stage.take(snapshot)
    return stage


@pytest.mark.parametrize("records", [DAY, EMPTY, ()], ids=["full", "empty", "waiting"])
@pytest.mark.parametrize("quality", [Quality.GOOD, Quality.STALE])
@pytest.mark.parametrize("kind", PANES, ids=lambda k: k.__name__)
def test_that_every_pane_paints_a_full_an_empty_and_an_old_day(qtbot, kind, quality, records):
    pane = shown(qtbot, kind, records, quality)
    if records == () and isinstance(pane, PeriodPane):
        assert pane.figures is None


@pytest.mark.parametrize("kind", [k for k in PANES if issubclass(k, PeriodPane)], ids=lambda k: k.__name__)
def test_that_a_wrong_period_is_the_scene_files_mistake(qtbot, kind):
    with pytest.raises(ValueError, match="可用：today"):
        kind("题", {"period": "year"}, make_look(Face.DESK))


def test_that_the_big_figures_are_those_of_the_record():
    today = DAY[0]
    figures = {f.id: f for f in figures_of(today, Yardstick())}
    assert figures["per_hour"].value == f"{today.per_hour:.1f}"
    assert figures["floods"].value == str(len(today.floods))
    assert figures["kept"].note == f"{sum(k.kept for k in today.kept)}/{sum(k.decided for k in today.kept)}"
    assert all(f.formula for f in figures.values())


def test_that_what_was_not_measured_is_said_and_never_zero():
    figures = {f.id: f for f in figures_of(EMPTY[0], Yardstick())}
    assert {figures[i].value for i in ("ack", "close", "kept", "bounce", "precision")} == {"—"}
    assert figures["bounce"].note == "尚无派单"


def test_that_a_rate_carries_its_fraction():
    made = replace(DAY[0], bounce=Share(1, 8))
    figures = {f.id: f for f in figures_of(made, Yardstick())}
    assert (figures["bounce"].value, figures["bounce"].note) == ("12.5", "1/8")


def test_that_a_click_on_a_segment_tells_every_pane_of_the_scene(qtbot):
    stage = staged(qtbot)
    stage.grab()
    chooser = next(p for p in stage.panes if isinstance(p, PerformancePeriodPane))
    stage.asked.connect(lambda _what, subject: stage.select(subject))
    box, period = chooser.segments[4]
    qtbot.mouseClick(chooser, Qt.MouseButton.LeftButton, pos=box.center())
    assert period == "month"
    assert {p.period for p in stage.panes if isinstance(p, PeriodPane | PerformanceFiguresPane)} == {"month"}
    assert stage.panes[1].figures[0].value == f"{DAY[4].per_hour:.1f}"


def test_that_brackets_and_arrows_step_through_the_periods_and_stop_at_the_ends(qtbot):
    pane = shown(qtbot, PerformancePeriodPane)
    asked: list[tuple[str, Subject]] = []
    pane.asked.connect(lambda what, subject: asked.append((what, subject)))
    with qtbot.waitExposed(pane):
        pane.show()
    pane.setFocus()
    qtbot.keyClick(pane, Qt.Key.Key_BracketRight)
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    qtbot.keyClick(pane, Qt.Key.Key_BracketLeft)
    assert asked == [("select", Subject(PERIOD, p)) for p in ("shift", "day", "shift")]
    for _ in PERIOD_WORDS:
        pane.step_back()
    assert pane.period == "today"


def test_that_selecting_a_boat_leaves_the_period_as_it_is(qtbot):
    pane = shown(qtbot, PerformanceRatePane)
    pane.select(Subject(PERIOD, "week"))
    pane.select(Subject("boat", "7"))
    pane.select(None)
    assert pane.period == "week"


def test_that_a_click_on_a_bother_selects_its_alert(qtbot):
    pane = shown(qtbot, PerformanceBothersPane)
    box, alert = pane.alerts[0]
    with qtbot.waitSignal(pane.asked) as caught:
        qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=box.center())
    assert caught.args == ["select", Subject("alert", alert)]
    assert alert == "YJ-1118-0000"


def test_that_a_click_on_a_flood_selects_the_alert_it_began_with(qtbot):
    pane = shown(qtbot, PerformanceFloodsPane)
    box, alert = pane.alerts[0]
    with qtbot.waitSignal(pane.asked) as caught:
        qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=box.center())
    assert caught.args == ["select", Subject("alert", alert)]
    assert alert == DAY[0].floods[0].first_alert


@pytest.mark.parametrize("kind", [k for k in PANES if k not in (PerformancePeriodPane, PerformanceFiguresPane)])
@pytest.mark.parametrize("records", [DAY, EMPTY], ids=["full", "empty"])
def test_that_every_figure_says_its_formula_under_the_pointer(qtbot, kind, records):
    pane = shown(qtbot, kind, records)
    middle = QPoint(pane.width() // 8, pane.body().top() + pane.look.px(14))
    assert pane.hint_at(middle)


def test_that_the_flood_line_and_the_highest_bar_are_in_sight(qtbot):
    pane = shown(qtbot, PerformanceRatePane)
    assert pane.top_of(DAY[0]) >= max(DAY[0].bars.counts)
    assert pane.top_of(EMPTY[0]) > Yardstick().flood_over


def test_that_the_axis_of_a_day_stands_still(qtbot):
    pane = shown(qtbot, PerformanceRatePane)
    first, last = pane.window_of(DAY[0])
    assert last - first == 86400


def test_that_a_weak_rule_is_counted_beside_the_title(qtbot):
    pane = shown(qtbot, PerformancePrecisionPane)
    assert pane.note == "1 条低于 0.5"
    assert DAY[0].precisions[0].weak


def test_that_the_wall_names_no_subject_and_takes_no_click(qtbot):
    stage = staged(qtbot, Face.WALL)
    stage.grab()
    panes = [p for p in stage.panes if isinstance(p, PeriodPane)]
    said = " ".join(words for pane in panes for _, words in pane.hints)
    assert not any(top.title in said for top in DAY[0].top_sources)
    assert [box for pane in panes for box in pane.alerts] == []
