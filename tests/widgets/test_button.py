import pytest
from PySide6.QtCore import Qt

from widgets.button import ActionButton
from widgets.look import Face, load_fonts, make_look
from widgets.paint import width_of


@pytest.fixture
def button(qtbot) -> ActionButton:
    load_fonts()
    button = ActionButton("办结", "F7", look=make_look(Face.DESK))
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    button.show()
    return button


def test_that_a_refused_button_prints_its_reason_and_keeps_the_keyboard(button, qtbot):
    button.set_reason("须值班长")
    assert button.shown_text() == "办结 · 须值班长"
    assert button.isEnabled()
    assert button.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_that_pressing_a_refused_button_speaks_the_reason_and_does_nothing(button, qtbot):
    button.set_reason("须值班长")
    with qtbot.assertNotEmitted(button.clicked), qtbot.waitSignal(button.refused) as refused:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert refused.args == ["须值班长"]
    with qtbot.assertNotEmitted(button.clicked), qtbot.waitSignal(button.refused):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_that_an_allowed_button_clicks_by_mouse_and_keyboard(button, qtbot):
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Return)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_that_its_text_key_and_reason_fit_at_every_scale(button, scale):
    look = make_look(Face.DESK, scale=scale)
    button.set_reason("橙须值班长")
    button.restyle(look)
    inner = button.sizeHint().width() - 2 * look.hair - 2 * look.px(9)
    texts = width_of(button.shown_text(), look.font("body")) + look.px(8) + width_of("F7", look.font("tick"))
    assert inner >= texts


def test_that_the_primary_one_is_filled_ice_and_a_refused_primary_is_not(button):
    button.set_primary(True)
    ice = make_look(Face.DESK).colour("ice")
    spot = (button.width() // 2, 5)
    assert button.grab().toImage().pixelColor(*spot) == ice
    button.set_reason("先签收")
    assert button.grab().toImage().pixelColor(*spot) != ice
