import pytest
from PySide6.QtGui import QImage

from services.domain.alert import AlertLevel
from widgets.glyphs import glyph, side_of
from widgets.look import Face, make_look


def inked(image: QImage) -> int:
    return sum(image.pixelColor(x, y).alpha() > 128 for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("level", list(AlertLevel))
def test_that_a_signed_glyph_is_an_outline_of_the_solid_one(qapp, theme, level):
    look = make_look(Face.DESK, theme)
    solid, outline = glyph(look, level, 36, False).toImage(), glyph(look, level, 36, True).toImage()
    middle = side_of(36) // 2
    assert solid.pixelColor(middle, middle).alpha() == 255
    assert outline.pixelColor(middle, middle).alpha() == 0
    assert inked(outline) < inked(solid) * 0.7


def test_that_each_level_has_its_own_shape(qapp):
    look = make_look(Face.DESK)
    masks = {glyph(look, level, 30, False).toImage().createAlphaMask().bits().tobytes() for level in AlertLevel}
    assert len(masks) == 4


def test_that_the_shapes_weigh_about_the_same_to_the_eye(qapp):
    look = make_look(Face.DESK)
    areas = [inked(glyph(look, level, 60, False).toImage()) for level in AlertLevel]
    assert max(areas) < 1.4 * min(areas)


def test_that_a_glyph_is_drawn_once_for_a_theme_and_size(qapp):
    look = make_look(Face.DESK)
    first = glyph(look, AlertLevel.RED, 21, False)
    assert glyph(look, AlertLevel.RED, 21, False).cacheKey() == first.cacheKey()
    assert glyph(make_look(Face.DESK, "light"), AlertLevel.RED, 21, False).cacheKey() != first.cacheKey()


def test_that_a_dense_screen_gets_more_device_pixels_of_the_same_size(qapp):
    pixmap = glyph(make_look(Face.DESK), AlertLevel.ORANGE, 15, False, 2.0)
    assert pixmap.width() == 2 * side_of(15)
    assert pixmap.deviceIndependentSize().width() == side_of(15)


def test_that_the_light_theme_outlines_a_solid_glyph_in_the_text_colour(qapp):
    look = make_look(Face.DESK, "light")
    image = glyph(look, AlertLevel.BLUE, 30, False).toImage()
    row = [image.pixelColor(x, image.height() // 2) for x in range(image.width())]
    first = next(c for c in row if c.alpha() == 255)
    assert abs(first.lightness() - look.colour("text").lightness()) < 20
