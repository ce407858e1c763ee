from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu

from services.domain.figures import Series
from services.domain.snapshot import Quality
from tests.shots.sheet import MANY, PASSED, USE, snapshot
from widgets.axes import hour, round_up, time_ticks, value_ticks
from widgets.chart import ChartPane
from widgets.look import Face, load_fonts, make_look


@pytest.fixture
def make_chart(qtbot):
    load_fonts()

    def make(options=None, face=Face.DESK, scale=1.0, theme="dark") -> ChartPane:
        look = make_look(face, theme, scale)
        chart = ChartPane("用水", options or {}, look)
        qtbot.addWidget(chart)
        chart.resize(look.px(440), look.px(230))
        chart.show()
        return chart

    return make


def test_that_a_curve_is_made_once_and_fed(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("water", [USE]))
    curve, items = chart._curves["water"], len(chart.plot.plotItem.items)
    chart.show_snapshot(snapshot("water", [replace(USE, points=(1.0,) * 24)]))
    assert chart._curves["water"] is curve
    assert len(chart.plot.plotItem.items) == items
    assert list(curve.getData()[1][:2]) == [1.0, 1.0]


def test_that_the_range_is_fixed_by_its_top_whatever_the_values(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("water", [replace(USE, points=(0.01,) * 24, band=())]))
    low, high = chart._box.viewRange()[1]
    assert low == 0
    assert 12 <= high < 13


def test_that_a_day_stands_from_midnight_to_midnight(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("water", [USE]))
    first, last = chart._box.viewRange()[0]
    assert last - first == 86400
    assert [label for _, label in chart.time_axis._tickLevels[0]] == ["00", "06", "12", "18", "24"]


def test_that_a_gap_is_no_line_and_no_zero(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("water", [USE]))
    values = chart._curves["water"].getData()[1]
    assert [v != v for v in values[5:9]] == [False, True, True, False]
    assert chart._curves["water"].opts["connect"] == "finite"


def test_that_the_dot_stands_at_the_last_known_value(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("water", [USE]))
    chart.grab()
    ((series, spot, value),) = chart.last_points()
    assert (series.id, value) == ("water", 5.4)
    right = chart.spot(USE.moments[-1].timestamp(), 0).x()
    left = chart.spot(USE.moments[0].timestamp(), 0).x()
    assert left < spot.x() < right


def test_that_a_series_that_is_gone_is_hidden_and_one_that_comes_is_shown(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("many", MANY))
    chart.show_snapshot(snapshot("many", MANY[:1]))
    assert [c.isVisible() for c in chart._curves.values()] == [True, False, False, False, False]


def test_that_bars_are_painted_grey(make_chart):
    chart = make_chart({"hours": 0.025})
    chart.show_snapshot(snapshot("flow", [PASSED]))
    image = chart.grab().toImage()
    grey = chart.look.colour("bar").name()
    bottom = chart.height() - 30
    assert sum(image.pixelColor(x, bottom).name() == grey for x in range(image.width())) > 90
    assert chart._curves == {}


def test_that_it_has_no_menu_and_does_not_follow_the_mouse(make_chart):
    chart = make_chart()
    assert not chart.plot.plotItem.menuEnabled()
    assert chart._box.mouseEnabled() == [False, False]


def test_that_the_wall_draws_broad_lines_without_antialias(make_chart):
    chart = make_chart(face=Face.WALL, scale=1.0)
    chart.show_snapshot(snapshot("water", [USE]))
    curve = chart._curves["water"]
    assert curve.opts["antialias"] is False
    assert curve.opts["pen"].widthF() == 5


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_a_change_of_theme_recolours_what_is_there(make_chart, theme):
    chart = make_chart(theme="dark")
    chart.show_snapshot(snapshot("water", [USE]))
    chart.restyle(make_look(Face.DESK, theme))
    assert chart._curves["water"].opts["pen"].color() == chart.look.colour("measured")
    assert chart.grab().toImage().pixelColor(200, 40) == chart.look.colour("panel")


def test_that_a_stale_curve_fades(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("water", [USE], Quality.STALE, "连接被拒"))
    assert chart._curves["water"].opts["pen"].color() == chart.look.colour("text3")


def test_that_no_series_says_so_instead_of_an_empty_frame(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("water", []))
    assert not chart.plot.isVisible()


def test_that_a_series_of_one_moment_is_drawn(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("w", [Series("a", "甲", "件", USE.moments[:1], (3.0,))]))
    assert not chart.grab().isNull()


@pytest.mark.parametrize(("face", "scale"), [(Face.DESK, 1.0), (Face.DESK, 1.5), (Face.WALL, 0.5), (Face.WALL, 1.0)])
def test_that_both_axes_are_labelled_to_their_ends(make_chart, face, scale):
    chart = make_chart(face=face, scale=scale)
    chart.resize(chart.look.px(1100 if face is Face.WALL else 440), chart.look.px(400 if face is Face.WALL else 230))
    chart.show_snapshot(snapshot("water", [USE]))
    picture = QPixmap(chart.plot.size())
    painter = QPainter(picture)
    _, _, texts = chart.time_axis.generateDrawSpecs(painter)
    _, _, values = chart.value_axis.generateDrawSpecs(painter)
    painter.end()
    assert [words for _, _, words in values] == ["0", "4", "8", "12"]
    assert [words for _, _, words in texts] == ["00", "06", "12", "18", "24"]
    last = chart.time_axis.mapRectToScene(texts[-1][0])
    assert last.right() <= chart.plot.width()


def test_that_a_chart_leaves_no_menu_behind(qtbot):
    before = set(QApplication.topLevelWidgets())
    chart = ChartPane("用水", {}, make_look(Face.DESK, "dark"))
    menus = set(QApplication.topLevelWidgets()) - before
    chart.plot.show()
    chart.show()
    assert not any(menu.isVisible() for menu in chart.findChildren(QMenu))
    chart.deleteLater()
    with qtbot.waitSignal(chart.destroyed):
        pass
    assert not menus & set(QApplication.topLevelWidgets())


def test_that_ticks_are_round_and_few():
    start = USE.moments[0].timestamp()
    for span in (90.0, 1800.0, 3600.0, 6 * 3600.0, 86400.0, 30 * 86400.0):
        assert 2 <= len(time_ticks(start, start + span)) <= 7
    assert hour(start) == "00"
    assert hour(start + 86400, start + 86400) == "24"
    assert hour((USE.moments[0] + timedelta(minutes=90)).timestamp()) == "01:30"
    assert value_ticks(12) == [0, 4, 8, 12]
    assert value_ticks(6000) == [0, 2000, 4000, 6000]
    assert [round_up(v) for v in (0, 0.7, 11, 12.1, 480)] == [1, 0.8, 12, 15, 500]


def test_that_a_series_without_a_single_value_is_all_unknown_and_no_error(make_chart):
    chart = make_chart()
    chart.show_snapshot(snapshot("w", [replace(USE, points=(None,) * 24, band=())]))
    assert not chart.grab().isNull()
    assert chart.last_points() == []
    chart.show_snapshot(snapshot("w", [Series("a", "甲", "件", (), ())]))
    assert chart.series == []
