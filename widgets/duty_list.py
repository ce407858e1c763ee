"""A list of the duty room: rows to walk with the keyboard, actions at its foot, questions in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from services.domain.alert import Outcome
from services.domain.deed import Wish
from services.domain.officer import Officer
from services.domain.snapshot import Quality, Snapshot
from widgets.ask import Ask
from widgets.button import ActionButton
from widgets.duty_rows import Act, Row, Scroll
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import RIGHT, elide, hairline, text, width_of
from widgets.pane import Pane

SAID_STAYS = timedelta(seconds=8)


_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
_NAMES = {Qt.Key.Key_Return: "Enter", Qt.Key.Key_Enter: "Enter", Qt.Key.Key_Delete: "Del"}


class DutyListPane(Pane):
    """Subclasses give ``make_rows``, ``paint_row``, ``acts`` and ``act``; nothing in it is modal.

    A chosen row stays chosen while the records change. What became of a wish is said at the foot.
    """

    empty = "暂无"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.officer: Officer | None = None
        self.rows: Sequence[Row] = ()
        self.chosen = ""
        self._picked = False  # by the officer: until then the pane proposes
        self.sight = Scroll()
        self._said = ""
        self._said_at: datetime | None = None
        self._asked: Wish | None = None
        self._buttons: dict[str, ActionButton] = {}
        self._question = ""
        self.ask_line = Ask(look, self)
        self.ask_line.answered.connect(self._answered)
        self.ask_line.cancelled.connect(self._cancelled)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # -- for subclasses -----------------------------------------------------------------------

    def make_rows(self) -> Sequence[Row]:
        raise NotImplementedError

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        raise NotImplementedError

    def acts(self) -> Sequence[Act]:
        """The buttons that have a place now, from the left."""
        return ()

    def act(self, what: str) -> None:
        """A button was pressed."""

    def answer(self, question: str, choice: int, words: str) -> None:
        """An asked question was answered."""

    def proposed(self, keys: Sequence[str]) -> str:
        """The row to stand on while the officer has chosen none."""
        return keys[0] if keys else ""

    def top_room(self) -> int:
        """Logical px between header and list, for a band a subclass paints."""
        return 0

    def foot_room(self) -> int:
        return 42 if self.acts() else 0

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self.refresh()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        if self._said and self._said_at is not None and now - self._said_at > SAID_STAYS:
            self._said = ""
        self.refresh()

    def show_officer(self, officer: Officer) -> None:
        self.officer = officer
        self.refresh()

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is not self._asked:
            return
        self._asked = None
        self.say(outcome.refusal or self.done_words(outcome))

    def done_words(self, outcome: Outcome) -> str:
        return f"已记录 {outcome.case.id}" if outcome.case is not None else "已记录"

    def restyle(self, look: Look) -> None:
        self.ask_line.restyle(look)
        for button in self._buttons.values():
            button.restyle(look)
        super().restyle(look)

    # -- what it does --------------------------------------------------------------------------

    def say(self, words: str) -> None:
        self._said, self._said_at = words, self.now
        self.update()

    def wish(self, wish: Wish) -> None:
        self._asked = wish
        self.asked.emit("action", wish)

    def refresh(self) -> None:
        self.rows = self.make_rows()
        keys = [row.key for row in self.rows if not row.heading]
        if self.chosen not in keys:
            self._picked = False
        if not self._picked:
            self.chosen = self.proposed(keys)
        self.sight.show(self.rows, self.look, self.list_box().height())
        self._dress_buttons()
        self.update()

    def chosen_row(self) -> Row | None:
        return next((row for row in self.rows if row.key == self.chosen), None)

    def question(self, name: str, words: str, *, secret: bool = False, **given: Any) -> None:
        """Ask in place, at the foot of the list. What is ``secret`` is not shown while it is typed."""
        self._question = name
        self.ask_line.line.setEchoMode(QLineEdit.EchoMode.Password if secret else QLineEdit.EchoMode.Normal)
        self.ask_line.open(words, **given)
        self.place()

    @Slot(int, str)
    def _answered(self, choice: int, words: str) -> None:
        self.setFocus()
        self.answer(self._question, choice, words)
        self.update()

    @Slot()
    def _cancelled(self) -> None:
        self.setFocus()
        self.update()

    def press(self, key: str) -> bool:
        """What a key of a button does. True when there is such a button."""
        act = next((act for act in self.acts() if act.key == key), None)
        if act is None:
            return False
        if act.reason:
            self.say(act.reason)
        else:
            self.act(act.id)
        return True

    @Slot()
    def _pressed(self) -> None:
        self.act(self.sender().objectName())

    @Slot(str)
    def _refused(self, reason: str) -> None:
        self.say(reason)

    def step(self, by: int) -> None:
        keys = [row.key for row in self.rows if not row.heading]
        if not keys:
            return
        at = keys.index(self.chosen) if self.chosen in keys else 0
        self.choose(keys[max(0, min(at + by, len(keys) - 1))])

    def choose(self, key: str) -> None:
        self.chosen, self._picked = key, True
        self.sight.reveal(key)
        self.refresh()

    # -- layout --------------------------------------------------------------------------------

    def list_box(self) -> QRect:
        look = self.look
        body = self.body()
        return body.adjusted(0, look.px(self.top_room()), 0, -look.px(self.foot_room()))

    def place(self) -> None:
        if not self.ask_line.isHidden():
            high = self.ask_line.height_for(self.width())
            self.ask_line.setGeometry(0, self.height() - high, self.width(), high)
        self._dress_buttons()

    def _dress_buttons(self) -> None:
        acts = self.acts()
        for name, button in list(self._buttons.items()):
            button.setVisible(any(act.id == name for act in acts))
        look = self.look
        x, y = look.pad, self.height() - look.px(36)
        for act in acts:
            button = self._buttons.get(act.id) or self._made(act)
            button.setText(act.words)
            button.set_reason(act.reason)
            button.set_primary(act.primary)
            wide = min(button.sizeHint().width(), max(look.px(40), self.width() - look.pad - x))
            button.setGeometry(x, y, wide, look.px(28))
            x += wide + look.px(6)

    def _made(self, act: Act) -> ActionButton:
        button = ActionButton(act.words, act.key, self, look=self.look)
        button.setObjectName(act.id)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._pressed)
        button.refused.connect(self._refused)
        button.show()
        button.stackUnder(self.ask_line)
        self._buttons[act.id] = button
        return button

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, box = self.look, self.list_box()
        hairline(painter, look, 0, body.top() - look.hair, self.width())
        if not self.rows:
            waits = self.quality() is Quality.WAITING
            paint_waiting(
                painter, box.adjusted(look.pad, look.px(8), -look.pad, 0), self, self.empty if not waits else ""
            )
        painter.save()
        painter.setClipRect(box)
        for row, y, high in self.sight.in_sight():
            self._paint_one(painter, QRect(0, box.top() + y, self.width(), high), row)
        painter.restore()
        self._paint_foot(painter, box)

    def _paint_one(self, painter: QPainter, box: QRect, row: Row) -> None:
        look = self.look
        if row.key == self.chosen and not row.heading:
            painter.fillRect(box, look.colour("raised"))
            if self.hasFocus():
                painter.fillRect(QRect(0, box.top(), look.px(2), box.height()), look.colour("ice"))
        self.paint_row(painter, box.adjusted(look.pad, 0, -look.pad, 0), row)
        hairline(painter, look, look.pad, box.bottom(), self.width() - 2 * look.pad)

    def _paint_foot(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        right = max((b.geometry().right() for b in self._buttons.values() if not b.isHidden()), default=0)
        foot = QRect(right + look.pad, self.height() - look.px(42), self.width() - right - 2 * look.pad, look.px(40))
        if not self._said:
            below = self.sight.below()
            words = f"下方还有 {below}"
            if below and self.foot_room() and foot.width() >= width_of(words, look.font("tick")):
                text(painter, foot, words, look.font("tick"), look.colour("text3"), RIGHT)
            return
        if foot.width() < look.px(160):
            foot = QRect(0, box.bottom() - look.px(26), self.width(), look.px(26))
            painter.fillRect(foot, look.colour("raised"))
            foot = foot.adjusted(look.pad, 0, -look.pad, 0)
        font = look.font("body")
        text(painter, foot, elide(self._said, font, foot.width()), font, look.colour("text"))

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys of its buttons are its own while it has the keyboard, not the desk's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = _name(event)
            if key and any(act.key == key for act in self.acts()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.step(_STEPS[key])
        elif not self.press(_name(event)):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        row = self.sight.row_at(round(event.position().y()) - self.list_box().top())
        if row is not None and not row.heading:
            self.choose(row.key)
            self.row_chosen(row)

    def row_chosen(self, row: Row) -> None:
        """The officer pointed at a row."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        step = self.look.px(60) * (-1 if event.angleDelta().y() > 0 else 1)
        self.sight.move_to(self.sight.top + step)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _name(event: QKeyEvent) -> str:
    if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
        return ""
    return _NAMES.get(Qt.Key(event.key()), event.text().upper())
