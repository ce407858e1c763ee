"""The fields of a log-in: account, password, and on the same place a new password or the role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from services.domain.password import LONGEST
from widgets import paint
from widgets.button import ActionButton
from widgets.look import Look

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the fields; ``role`` is a word of ``ask_role``."""

    login: str
    password: str = field(repr=False)
    new_password: str = field(default="", repr=False)
    role: str = ""


class LoginForm(QWidget):
    """Enter goes on; nothing is modal. What is asked for changes in place: first account and password,
    then, where the answer wants it, a role or a new password."""

    submitted = Signal(object)  # a Typed
    switched = Signal()  # another officer wants in, or the one who locked does after all

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._fixed = ""  # the account that is asked for its password only
        self._said, self._said_at, self._caps = "", 0, False
        self.login = self._field(translate("login", "账号"), secret=False)
        self.password = self._field(translate("login", "口令"))
        self.fresh = self._field(translate("login", "新口令"))
        self.again = self._field(translate("login", "再输一次新口令"))
        self.go = ActionButton(translate("login", "登录"), "Enter", self, look=look, primary=True)
        self.other = ActionButton(translate("login", "换人登录"), "", self, look=look)
        self.go.clicked.connect(self.submit)
        self.other.clicked.connect(self.switched)
        self._roles: list[ActionButton] = []
        self.ask("")

    def _field(self, name: str, *, secret: bool = True) -> QLineEdit:
        made = QLineEdit(self)
        made.setAccessibleName(name)
        made.setMaxLength(LONGEST)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        if secret:
            made.setEchoMode(QLineEdit.EchoMode.Password)
        made.installEventFilter(self)
        return made

    # -- what is asked --------------------------------------------------------------------------

    def ask(self, login: str, *, can_switch: bool = False) -> None:
        """The password of ``login``; account and password when it is empty."""
        self._fixed = login
        self.login.setVisible(not login)
        for secret in (self.login, self.password, self.fresh, self.again):
            secret.clear()
        for hidden in (self.fresh, self.again):
            hidden.hide()
        self._clear_roles()
        self.go.setText(translate("login", "解锁") if login else translate("login", "登录"))
        self.other.setVisible(can_switch)
        self.other.setText(translate("login", "换人登录") if login else translate("login", "返回"))
        self.say("")
        self._place()
        self.focus()

    def ask_role(self, roles: Sequence[tuple[str, str]]) -> None:
        """Choose one of (id, word); the password stays as typed."""
        self._clear_roles()
        for role, word in roles:
            button = ActionButton(word, "", self, look=self.look)
            button.setProperty("role", role)
            button.clicked.connect(self._choose)
            button.show()
            self._roles.append(button)
        self.go.hide()
        self._place()
        self._roles[0].setFocus()

    def ask_fresh(self) -> None:
        """A new password, twice; the old one stays as typed."""
        for shown in (self.fresh, self.again):
            shown.clear()
            shown.show()
        self._place()
        self.fresh.setFocus()

    def say(self, text: str) -> None:
        """Why it went no further; empty says nothing. The button is free again."""
        self._said = text
        self.setAccessibleDescription(text)
        self.go.set_reason("")
        self.update()

    def forget_password(self) -> None:
        self.password.clear()
        self.focus()

    def focus(self) -> None:
        first = self.login if not self._fixed and not self.login.text() else self.password
        first.setFocus()

    @property
    def said(self) -> str:
        return self._said

    @Slot()
    def submit(self, role: str = "") -> None:
        if self.go.reason:
            return
        login = self._fixed or self.login.text().strip()
        if not login or not self.password.text():
            self.say(translate("login", "请输入账号和口令") if not self._fixed else translate("login", "请输入口令"))
            return
        if not self.fresh.isHidden() and self.fresh.text() != self.again.text():
            self.say(translate("login", "两次输入的新口令不同"))
            self.again.clear()
            self.again.setFocus()
            return
        self.say("")
        self.go.set_reason(translate("login", "正在核对"))
        fresh = self.fresh.text() if not self.fresh.isHidden() else ""
        self.submitted.emit(Typed(login, self.password.text(), fresh, role))

    @Slot()
    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, ActionButton):
            self.submit(str(button.property("role")))

    def _clear_roles(self) -> None:
        for button in self._roles:
            button.hide()
            button.deleteLater()
        self._roles = []
        self.go.show()

    # -- looks and places -------------------------------------------------------------------------

    def restyle(self, look: Look) -> None:
        self.look = look
        for button in (self.go, self.other, *self._roles):
            button.restyle(look)
        self._place()
        self.update()

    @property
    def wanted_height(self) -> int:
        look = self.look
        buttons = look.px(36) if not self.go.isHidden() or not self.other.isHidden() else 0
        return len(self._shown()) * look.px(58) + self._roles_height() + look.px(44) + buttons

    def _shown(self) -> list[QLineEdit]:
        return [f for f in (self.login, self.password, self.fresh, self.again) if not f.isHidden()]

    def _roles_height(self) -> int:
        return (len(self._roles) + 1) // 2 * self.look.px(38)

    def _place(self) -> None:
        look, y, wide = self.look, 0, self.width()
        for shown in self._shown():
            shown.setFont(look.font("body"))
            shown.setGeometry(0, y + look.px(20), wide, look.px(32))
            y += look.px(58)
        half = (wide - look.px(8)) // 2
        for number, button in enumerate(self._roles):
            row, column = divmod(number, 2)
            button.setGeometry(column * (half + look.px(8)), y + row * look.px(38), half, look.px(32))
        y += self._roles_height() + look.px(44)
        second = half if not self.other.isHidden() else 0
        self.go.setGeometry(0, y, wide - second - (look.px(8) if second else 0), look.px(34))
        self.other.setGeometry(wide - second, y, second, look.px(34))
        self._said_at = y - look.px(44)

    # -- Qt -----------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._go_on(watched)
                return True
            if event.text().isalpha():
                self._show_caps(event)
        return super().eventFilter(watched, event)

    def _go_on(self, field_: QObject) -> None:
        """Enter goes to the next empty field, and from the last one in."""
        empty = next((f for f in self._shown() if not f.text() and f is not field_), None)
        if empty is None:
            self.submit()
        else:
            empty.setFocus()

    def _show_caps(self, event: QKeyEvent) -> None:
        """Qt does not tell the state of Caps Lock; a letter that is not as Shift would have it does."""
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        caps = event.text().isupper() != shifted and event.text().upper() != event.text().lower()
        if caps != self._caps:
            self._caps = caps
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        for shown in self._shown():
            label = QRect(0, shown.y() - look.px(20), self.width(), look.px(18))
            paint.text(painter, label, shown.accessibleName(), look.font("tick"), look.colour("text3"))
            if self._caps and shown.hasFocus() and shown.echoMode() is QLineEdit.EchoMode.Password:
                hint = translate("login", "大写锁定已打开")
                paint.text(painter, label, hint, look.font("tick"), look.colour("text"), paint.RIGHT)
        y = self._said_at
        for line in paint.wrap(self._said, look.font("body"), self.width())[:2]:
            box = QRect(0, y, self.width(), look.line("body"))
            paint.text(painter, box, line, look.font("body"), look.colour("text"))
            y += look.line("body")
        painter.end()
