"""Lines shrink with the window: a wall on a small screen is the same picture, smaller."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from services.domain.snapshot import Subject
from widgets.look import Face, make_look
from widgets.map.items import Mark, Shape
from widgets.map.marks import put_mark
from widgets.map.pens import LEAST_PX, pen_px
from widgets.map.vectors import STROKES, pen_of


@pytest.mark.parametrize("style", STROKES)
@pytest.mark.parametrize("face", list(Face))
def test_that_a_line_at_half_the_scale_is_half_as_wide(qapp, face, style):
    whole, half = (pen_of(style, make_look(face, scale=scale)).widthF() for scale in (1.0, 0.5))
    assert half == pytest.approx(max(LEAST_PX, whole / 2))


def test_that_a_line_of_a_very_small_wall_is_still_seen(qapp):
    assert pen_px(make_look(Face.WALL, scale=0.05), 1, 4) == LEAST_PX


def test_that_a_larger_text_scale_widens_the_lines_of_the_desk(qapp):
    assert pen_of("route", make_look(Face.DESK, scale=1.5)).widthF() == pytest.approx(3.0)


def outline_px(scale):
    """How wide the outline of a checkpoint is painted at its left side."""
    look = make_look(Face.WALL, scale=scale)
    picture = QImage(80, 80, QImage.Format.Format_RGB32)
    picture.fill(look.colour("land"))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    put_mark(painter, Mark(Subject("checkpoint", "k"), 0, 0, Shape.CHECKPOINT), QPointF(40, 40), look, selected=False)
    painter.end()
    land, ink = look.colour("land").red(), look.colour("text2").red()
    return sum((picture.pixelColor(x, 40).red() - land) / (ink - land) for x in range(40))


def test_that_the_outline_of_a_mark_follows_the_scale(qapp):
    assert outline_px(1.0) == pytest.approx(3.0, abs=0.1)
    assert outline_px(0.5) == pytest.approx(1.5, abs=0.1)
