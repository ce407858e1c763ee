from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from services.domain.alert import AlertLevel, Clock, Step
from tests.shots.sheet import NOW
from widgets import paint
from widgets.countdown import clock_face
from widgets.hatch import hatch_brush
from widgets.look import Face, load_fonts, make_look
from widgets.words import clock_words, duration, number, running, since


@pytest.fixture
def look(qapp):
    load_fonts()
    return make_look(Face.DESK)


def painted(width: int, height: int, draw) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return image


def count(image: QImage, colour, y: int) -> int:
    return sum(image.pixelColor(x, y) == colour for x in range(image.width()))


def test_that_text_is_never_cut_within_a_figure_or_a_plate(look):
    font = look.font("body")
    for s in ("疏港大道口 浙J·8T56K 套牌嫌疑", "云仓将满 含油污水 95.6 % 大陈", "预警 YJ-1121-0417 已并入"):
        for room in range(20, paint.width_of(s, font)):
            cut = paint.elide(s, font, room)
            kept = cut.removesuffix("…")
            assert paint.width_of(cut, font) <= room or cut == "…"
            assert s.startswith(kept)
            for token in ("8T56K", "95.6", "YJ-1121-0417"):
                start = s.find(token)
                assert start < 0 or not start < len(kept) < start + len(token)


def test_that_what_fits_is_left_alone(look):
    assert paint.elide("大陈云仓", look.font("body"), 500) == "大陈云仓"


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="船东报称 95.6%，。浙J8T56K", min_size=1, max_size=60), st.integers(60, 300))
def test_that_wrapped_lines_fit_lose_nothing_and_never_start_with_a_stop(qapp, s, room):
    font = make_look(Face.DESK).font("body")
    lines = paint.wrap(s, font, room)
    assert "".join(lines).replace(" ", "") == s.replace(" ", "")
    assert all(line[0] not in "，。" for line in lines[1:])


def test_that_a_level_bar_fills_its_share_and_marks_its_limits(look):
    image = painted(120, 20, lambda p: paint.level_bar(p, QRect(10, 8, 100, 6), 0.58, look))
    assert count(image, look.colour("bar"), 10) == 58
    assert image.pixelColor(10 + 80, 5) == look.colour("text2")
    assert image.pixelColor(10 + 95, 15) == look.colour("text2")


def test_that_over_its_limit_it_takes_the_colour_and_glyph_of_its_level(look):
    def draw(p):
        paint.level_bar(p, QRect(40, 8, 70, 6), 0.956, look, level=AlertLevel.ORANGE)

    image = painted(120, 20, draw)
    orange = look.alert(AlertLevel.ORANGE, fill=True)
    assert image.pixelColor(60, 10) == orange
    assert any(image.pixelColor(x, 11) == orange for x in range(40))


def test_that_an_unknown_level_is_hatched_and_has_neither_fill_nor_ticks(look):
    image = painted(120, 20, lambda p: paint.level_bar(p, QRect(10, 8, 100, 6), None, look))
    assert count(image, look.colour("bar"), 10) == 0
    assert image.pixelColor(90, 5) != look.colour("text2")
    assert len({image.pixelColor(x, 10).name() for x in range(10, 110)}) > 2


def test_that_hatches_with_one_origin_join(look):
    brush = hatch_brush(look, QPoint(0, 0))
    whole = painted(60, 30, lambda p: p.fillRect(QRect(0, 0, 60, 30), brush))

    def halves(p):
        p.fillRect(QRect(0, 0, 25, 30), brush)
        p.fillRect(QRect(25, 0, 35, 30), brush)

    assert painted(60, 30, halves) == whole


def test_that_the_walls_hatch_is_wider(qapp):
    desk, wall = make_look(Face.DESK), make_look(Face.WALL)
    assert hatch_brush(wall).texture().width() == 2 * hatch_brush(desk).texture().width() - 1


def test_that_a_sparkline_of_nothing_is_hatched_and_zero_is_not(look):
    nothing = painted(60, 20, lambda p: paint.sparkline(p, QRect(0, 0, 60, 20), [None, None], look))
    zero = painted(60, 20, lambda p: paint.sparkline(p, QRect(0, 0, 60, 20), [0.0, 0.0], look))
    assert count(zero, look.colour("bar"), 19) > 40
    assert count(nothing, look.colour("bar"), 19) == 0


def test_that_a_figure_says_how_wide_it_is(look):
    widths = []
    painted(300, 60, lambda p: widths.append(paint.figure(p, 5, 40, "4,400+", "艘", look)))
    assert widths == [paint.figure_width("4,400+", "艘", look)]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0:00"), (55, "0:55"), (456, "7:36"), (3599, "59:59"), (4680, "1 时 18 分"), (75600, "21 时")],
)
def test_that_a_running_limit_is_a_clock_below_an_hour_and_words_above(seconds, said):
    assert running(seconds) == said


def test_that_lengths_and_ages_are_said_in_words():
    assert [duration(s) for s in (5, 60, 4680, 86400 * 2 + 7300, 86400 * 9)] == [
        "刚刚",
        "1 分",
        "1 时 18 分",
        "2 天 2 时",
        "9 天",
    ]
    assert since(NOW - timedelta(seconds=125), NOW) == "2:05"
    assert since(NOW - timedelta(minutes=27), NOW) == "27 分"
    assert since(NOW - timedelta(hours=25), NOW) == "昨 13:32"
    assert since(NOW - timedelta(days=5), NOW) == "11-16 14:32"


def test_that_a_limit_says_what_is_left_and_what_is_over():
    assert clock_words(Clock(Step.ACK, NOW + timedelta(seconds=55)), NOW) == "签收 余 0:55"
    assert clock_words(Clock(Step.DISPATCH, NOW - timedelta(minutes=2)), NOW) == "派单 超 2 分"
    assert clock_face(456) == "07:36"
    assert clock_face(-62) == "+01:02"


def test_that_negative_numbers_have_a_true_minus():
    assert number(-4400.5, 1) == "−4,400.5"
