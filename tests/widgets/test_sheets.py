import pytest

from tests.shots import alerts_sheet, sheet
from widgets.look import Face, load_fonts, make_look


@pytest.mark.parametrize("make", [sheet.make_sheet, alerts_sheet.make_sheet])
@pytest.mark.parametrize(("face", "scale"), [(Face.DESK, 1.0), (Face.DESK, 1.5), (Face.WALL, 0.25)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_every_state_of_every_generic_pane_is_painted(qtbot, make, face, scale, theme):
    load_fonts()
    look = make_look(face, theme, scale)
    made = make(look)
    qtbot.addWidget(made)
    image = made.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    assert {look.colour(token).name() for token in ("ground", "panel", "line")} <= seen
