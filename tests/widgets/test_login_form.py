"""The fields of the log-in: what Enter does, what is said, and that no password shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from widgets.cover import Cover, Words
from widgets.login import LoginForm, Typed
from widgets.look import Face, make_look

GOOD = "Haifeng-2026"


@pytest.fixture
def form(qtbot) -> LoginForm:
    made = LoginForm(make_look(Face.DESK))
    qtbot.addWidget(made)
    made.resize(380, 300)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_that_enter_goes_to_the_next_empty_field_and_from_the_last_one_in(form, qtbot):
    form.login.setFocus()
    QTest.keyClicks(form.login, "wang")
    QTest.keyClick(form.login, Qt.Key.Key_Return)
    assert form.password.hasFocus()
    QTest.keyClicks(form.password, GOOD)
    with qtbot.waitSignal(form.submitted) as asked:
        QTest.keyClick(form.password, Qt.Key.Key_Return)
    assert asked.args == [Typed("wang", GOOD)]
    assert GOOD not in repr(asked.args)


def test_that_it_is_asked_once_while_the_answer_is_awaited(form):
    asked = []
    form.submitted.connect(asked.append)
    form.login.setText("wang")
    form.password.setText(GOOD)
    form.submit()
    form.submit()
    assert len(asked) == 1


@pytest.mark.parametrize(("login", "password"), [("", GOOD), ("wang", "")])
def test_that_an_empty_field_is_said_and_nothing_asked(form, login, password):
    asked = []
    form.submitted.connect(asked.append)
    form.login.setText(login)
    form.password.setText(password)
    form.submit()
    assert asked == []
    assert form.said == "请输入账号和口令"


def test_that_caps_lock_is_seen_from_what_is_typed(form):
    form.password.setFocus()
    QTest.keyClick(form.password, Qt.Key.Key_A)
    assert not form._caps
    QTest.sendKeyEvent(QTest.KeyAction.Click, form.password, Qt.Key.Key_A, "A", Qt.KeyboardModifier.NoModifier)
    assert form._caps
    QTest.sendKeyEvent(QTest.KeyAction.Click, form.password, Qt.Key.Key_A, "A", Qt.KeyboardModifier.ShiftModifier)
    assert not form._caps


def test_that_a_password_never_leaves_its_field_in_the_open(form):
    for field in (form.password, form.fresh, form.again):
        field.setText(GOOD)
        assert field.displayText() != GOOD
        assert field.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_that_on_a_small_window_the_fields_stay_whole_whatever_the_text_size(qtbot, scale):
    cover = Cover(Words("椒江区指挥中心", "王* 值班员", hint="账号"), make_look(Face.DESK, scale=scale))
    qtbot.addWidget(cover)
    cover.resize(1280, 800)
    cover.form.ask("wang", can_switch=True)
    cover.refit()
    cover.show()
    card = cover._card()
    assert cover.rect().contains(card)
    assert card.contains(cover.form.geometry())
    for part in (cover.form.password, cover.form.go, cover.form.other):
        assert cover.form.rect().contains(part.geometry())
