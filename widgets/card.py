"""The card of the selected alert: what, why, how sure, how long, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, QRect, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from services.domain.alert import Action, Alert, Command, Outcome, Visibility
from services.domain.incident import incident_of
from services.domain.intercept_window import InterceptionWindow
from services.domain.interception_case import Interception
from services.domain.life import refusals
from services.domain.officer import Officer
from services.domain.question import Question as AskStore
from services.domain.snapshot import Snapshot, Subject
from widgets import countdown
from widgets.ask import Ask
from widgets.button import ActionButton
from widgets.card_actions import (
    BUTTONS,
    DONE_WORDS,
    MORE_KEY,
    PAGE_KEYS,
    TICK_KEYS,
    WAY_KEY,
    belongs,
    forward,
    is_seldom,
)
from widgets.card_asked import Asked
from widgets.card_body import CardBody
from widgets.card_meeting import Meeting, MeetingButtons
from widgets.card_next import NextPart, PlaceChosen, next_part
from widgets.card_outage import OUTAGE_KEY, outage_question, outage_refusal, outage_wish
from widgets.card_parts import paint_head, paint_limits, paint_steps
from widgets.card_questions import Answer, Question, command_for, question_for
from widgets.card_text import ALONE, Around
from widgets.checklist import TickAsked, tick_asked
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, hairline, text
from widgets.pane import Pane
from widgets.words import SCENE_WORDS

OUTCOME_STAYS = timedelta(seconds=8)


class AlertCard(Pane):
    """One alert, always in the same order, its actions always at the same place.

    Every action has a key and, when it is refused, its reason on the button. What an action needs
    to know (reason, department, disposition) is asked in place; nothing is modal. G opens the scene
    with the alert's subject, Alt and a digit tick a line of the checklist or take the tick back.
    """

    has_header = False

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title or "预警卡片", options, look, parent)
        self.alert: Alert | None = None
        self._selected = ""
        self._officer: Officer | None = None
        self._said, self._said_at = "", None
        self._asking: tuple[Action, Alert, Sequence[Alert]] | None = None  # as they were when it was asked
        self._refused: Command | None = None  # whose words are filled in when it is asked again
        self._more = False
        self._belonging: list[ActionButton] = []
        self._rows = 2
        self._scene = ""
        self._way_box = QRect()
        self._answers = Asked()
        self.buttons: dict[Action, ActionButton] = {}
        for action, words, key in BUTTONS:
            button = ActionButton(words, key, self, look=look)
            button.setObjectName(action.value)
            button.clicked.connect(self._press_sender)
            button.refused.connect(self._say_refusal)
            button.hide()
            self.buttons[action] = button
        self.more = ActionButton(QCoreApplication.translate("button", "更多"), MORE_KEY, self, look=look)
        self.more.clicked.connect(self._turn)
        self.outage = ActionButton("停用", OUTAGE_KEY, self, look=look)
        self.outage.clicked.connect(self._ask_outage)
        self.outage.refused.connect(self._say_refusal)
        self._outage_of: Alert | None = None  # as it was when it was asked
        self.meeting = MeetingButtons(self, look)
        self.meeting.meet.clicked.connect(self._meet)
        self.meeting.follow.clicked.connect(self._follow)
        for button in self.meeting.both:
            button.refused.connect(self._say_refusal)
        self._met: Meeting | None = None  # as it was when it was asked
        self._aimed = ""  # the next checkpoint that was chosen
        self.card_body = CardBody(look)
        self.card_body.chosen.connect(self._choose)
        self.scroller = QScrollArea(self)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidget(self.card_body)
        self.scroller.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.ask = Ask(look, self)
        self.ask.answered.connect(self._answer)
        self.ask.cancelled.connect(self._cancelled)
        self._dress()

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        found = next((a for a in self.records("alerts") if a.id == self._selected), None)
        if found is not None and (found != self.alert or self._around() != self.card_body.around):
            self._show(found)
        for question in self._answers.again(found):
            self.asked.emit("question", question)

    def select(self, subject: Subject | None) -> None:
        chosen = subject.id if subject is not None and subject.kind == "alert" else ""
        if chosen == self._selected:
            return
        self._selected, self._said, self._refused, self._aimed = chosen, "", None, ""
        if self._more:
            self._turn()
        self.ask.hide()
        questions = self._answers.about(chosen)
        self._show(next((a for a in self.records("alerts") if a.id == chosen), None))
        self.scroller.verticalScrollBar().setValue(0)
        for question in (*questions, *self._answers.again(self.alert)):
            self.asked.emit("question", question)

    def show_scene(self, scene: str) -> None:
        """The scene on the screen: the way to it need not be shown."""
        self._scene = scene
        self.update()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        if self._said_at is not None and now - self._said_at > OUTCOME_STAYS:
            self._said, self._said_at = "", None
            self.update(self._outcome_line())
        self.update(self._limits_box())
        if self._next_part() != self.card_body.around.next:
            self._show(self.alert)
        elif self.meeting.refresh(self._meeting(), self._officer, now, hidden=self._more):
            self._place_buttons()

    def show_officer(self, officer: Officer) -> None:
        self._officer = officer
        self._refresh_buttons()

    def show_outcome(self, outcome: Outcome) -> None:
        """What became of a command, said where it was asked; and what was found of past cases."""
        if isinstance(outcome.command, AskStore):
            if self._answers.take(outcome):
                self._show(self.alert)
            return
        about = getattr(outcome.command, "alert_id", "") or getattr(outcome.case, "alert_id", "")
        if not self._selected or about != self._selected:
            return
        if not isinstance(outcome.command, Command):
            self._say(outcome.refusal or f"已记录 {outcome.case.id}")
            return
        self._say(DONE_WORDS[outcome.command.action] if outcome.done else outcome.refusal)
        self._refused = None if outcome.done else outcome.command
        if outcome.alert is not None and (self.alert is None or outcome.alert.version > self.alert.version):
            self._show(outcome.alert)

    def press(self, key: str) -> None:
        """A key of the card: press the button that shows it, or say why it is refused."""
        if key == WAY_KEY or key in TICK_KEYS or key in PAGE_KEYS:
            self._press_other(key)
            return
        others = {MORE_KEY: self.more, OUTAGE_KEY: self.outage}
        others |= {button.key: button for button in self.meeting.both if not button.isHidden()}
        button = others.get(key) or next((b for b in self._belonging if b.key == key), None)
        if button is not None and self.alert is not None and not self.ask.isVisible():
            button.ask()

    def restyle(self, look: Look) -> None:
        self.look = look
        for button in (*self.buttons.values(), self.more, self.outage, *self.meeting.both):
            button.restyle(look)
        self.ask.restyle(look)
        self._dress()
        self._show(self.alert)

    # -- actions -------------------------------------------------------------------------------

    def _refresh_buttons(self) -> None:
        alert, officer = self.alert, self._officer
        reasons = refusals(alert, officer) if alert is not None and officer is not None else {}
        primary = forward(alert, reasons) if alert is not None else None
        self._belonging = []
        self.meeting.refresh(self._meeting(), officer, self.now, hidden=self._more)
        meets = not self.meeting.meet.isHidden() and self.meeting.meet.primary
        pages = {False: False, True: False}
        for action, button in self.buttons.items():
            here = alert is not None and belongs(action, alert, reasons)
            later = alert is not None and is_seldom(action, alert)
            if here:
                self._belonging.append(button)
                pages[later] = True
            button.setVisible(here and later is self._more)
            button.set_reason(reasons.get(action, "" if officer else "未登录"))
            button.set_primary(action is primary and not meets)
        is_open = alert is not None and alert.is_open
        self.outage.setVisible(is_open and self._more)
        if alert is not None:
            out = alert.visibility is Visibility.OUT_OF_SERVICE
            self.outage.setText(QCoreApplication.translate("button", "恢复服务" if out else "停用"))
            self.outage.set_reason(outage_refusal(alert, officer))
        self.more.setVisible(pages[False] and (pages[True] or is_open))
        self._place_buttons()

    def _press_other(self, key: str) -> None:
        if self.alert is None or self.ask.isVisible():
            return
        if key in PAGE_KEYS:
            bar = self.scroller.verticalScrollBar()
            bar.setValue(bar.value() + PAGE_KEYS[key] * self.scroller.height())
        elif key == WAY_KEY:
            self.go()
        elif (asked := tick_asked(self.alert, TICK_KEYS.index(key))) is not None:
            self._choose(asked)

    def go(self) -> None:
        """Open the alert's scene with its subject selected, and keep the alert on the card."""
        alert = self.alert
        if alert is not None:
            self.asked.emit("open", alert.scene)
            self.asked.emit("select", Subject("alert", alert.id))

    @Slot(object)
    def _choose(self, what: Subject | TickAsked | PlaceChosen) -> None:
        """A line of the body was clicked."""
        if isinstance(what, PlaceChosen):
            self._aimed = what.checkpoint_id
            self._show(self.alert)
            return
        if isinstance(what, Subject):
            self.asked.emit("select", what)
        elif self.alert is not None:
            alert = self.alert
            self.asked.emit("action", Command(alert.id, what.action, alert.version, line=what.line))

    @Slot()
    def _turn(self) -> None:
        """Show the actions that are seldom wanted, or the usual ones again."""
        self._more = not self._more
        words = QCoreApplication.translate("button", "返回" if self._more else "更多")
        self.more.setText(words)
        self._refresh_buttons()
        self.place()
        self.update()

    @Slot()
    def _press_sender(self) -> None:
        self.begin(Action(self.sender().objectName()))

    def begin(self, action: Action) -> None:
        """Do an action at once, or ask first what it needs."""
        if self.alert is None:
            return
        others = self.records("alerts")
        question = question_for(action, self.alert, others)
        if question is None:
            self.asked.emit("action", command_for(action, self.alert, Answer(), self.now))
            return
        self._asking = (action, self.alert, others)
        self._ask_in_place(question, self._refused if self._refused and self._refused.action is action else None)

    def _ask_in_place(self, question: Question, before: Command | None) -> None:
        self.ask.open(
            question.words,
            question.choices,
            question.chosen,
            question.hint,
            before.text if before and question.hint is not None else question.filled,
            second=question.second,
            ticks=question.ticks,
            ticked=question.ticked,
            photos=question.photos,
        )
        self.place()

    @Slot()
    def _ask_outage(self) -> None:
        if self.alert is not None:
            self._outage_of = self.alert
            self._ask_in_place(outage_question(self.alert), None)

    def _meeting(self) -> Meeting | None:
        """The alert as a vehicle to be met; None when it is not about one."""
        window, orders = self._window_and_orders()
        if self.alert is None or (window is None and not orders):
            return None
        return Meeting(self.alert, window, max(orders, key=lambda one: one.asked_at, default=None), self._aimed)

    def _window_and_orders(self) -> tuple[InterceptionWindow | None, Sequence[Interception]]:
        window = next((one for one in self.records("interception_windows") if one.id == self._selected), None)
        return window, [one for one in self.records("interceptions") if one.alert_id == self._selected]

    def _next_part(self) -> NextPart | None:
        measured = next(iter(self.records("calibration")), None)
        return next_part(*self._window_and_orders(), self.now, self._aimed, measured)

    @Slot()
    def _meet(self) -> None:
        meeting = self._meeting()
        wish = meeting.step() if meeting is not None else None
        if wish is not None:
            self.asked.emit("action", wish)

    @Slot()
    def _follow(self) -> None:
        self._met = self._meeting()
        if self._met is not None:
            self._ask_in_place(self._met.question(), None)

    @Slot(int, str)
    def _answer(self, chosen: int, said: str) -> None:
        asking, ask, outage_of = self._asking, self.ask, self._outage_of
        met, self._met = self._met, None
        self._asking = self._outage_of = None
        self.setFocus()
        if met is not None:
            self.asked.emit("action", met.answered(Answer(chosen, said)))
        if outage_of is not None and self.now is not None:
            answer = Answer(chosen, said, ask.second_chosen)
            wish = outage_wish(outage_of, answer, self.now, self.records("service_windows"))
            if wish is None:
                self._say("停用已结束，请看最新")
            else:
                self.asked.emit("action", wish)
        if asking is not None:
            action, alert, others = asking
            answer = Answer(chosen, said, ask.second_chosen, ask.ticked, ask.photos.names)
            self.asked.emit("action", command_for(action, alert, answer, self.now, others))

    @Slot()
    def _cancelled(self) -> None:
        self._asking = self._outage_of = self._met = None
        self.setFocus()

    @Slot(str)
    def _say_refusal(self, reason: str) -> None:
        button = self.sender()
        self._say(f"{button.text()}：{reason}" if isinstance(button, ActionButton) else reason)

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        self.update(self._outcome_line())

    def _say(self, words: str) -> None:
        self._said, self._said_at = words, self.now
        self.update()

    # -- layout and paint ------------------------------------------------------------------------

    def _show(self, alert: Alert | None) -> None:
        self.alert = alert
        self.scroller.setVisible(alert is not None)
        self.card_body.show_alert(alert, self.look, self.width(), self._around())
        self._refresh_buttons()
        self.place()
        self.update()

    def _around(self) -> Around:
        if self.alert is None:
            return ALONE
        asked = self._answers
        incident = incident_of(self.alert, self.records("alerts"))
        return Around(incident, asked.cases, asked.trouble, asked.shots, self._next_part())

    def _way(self) -> str:
        """``去卡口 G``, unless that scene is on the screen."""
        alert = self.alert
        return f"去{SCENE_WORDS.get(alert.scene, alert.scene)} G" if alert and alert.scene != self._scene else ""

    def _head_box(self) -> QRect:
        look = self.look
        return QRect(look.pad, look.px(10), self.width() - 2 * look.pad, look.px(52))

    def _steps_box(self) -> QRect:
        head = self._head_box()
        return QRect(head.left(), head.bottom() + self.look.px(8), head.width(), self.look.px(52))

    def _limits_box(self) -> QRect:
        steps = self._steps_box()
        return QRect(steps.left(), steps.bottom() + self.look.px(6), steps.width(), countdown.height(self.look))

    def _actions_box(self) -> QRect:
        """Room for two rows of buttons, always the same; a third only when reasons are long."""
        look = self.look
        rows = max(2, self._rows)
        high = rows * look.px(28) + (rows - 1) * look.px(6)
        return QRect(look.pad, self.height() - high - look.px(10), self.width() - 2 * look.pad, high)

    def _outcome_line(self) -> QRect:
        """Above the buttons, left of 更多."""
        box = self._actions_box()
        taken = 0 if self.more.isHidden() else self.more.width() + self.look.px(8)
        return QRect(box.left(), box.top() - self.look.px(26), box.width() - taken, self.look.px(22))

    def place(self) -> None:
        self._place_buttons()
        limits, said = self._limits_box(), self._outcome_line()
        top = limits.bottom() + self.look.px(6)
        if self.card_body.width() != self.width():
            self.card_body.show_alert(self.alert, self.look, self.width(), self._around())
        room = max(0, said.top() - self.look.px(4) - top)
        self.scroller.setGeometry(0, top, self.width(), self.card_body.whole_lines(room))
        high = self.ask.height_for(self.width())
        self.ask.setGeometry(0, self.height() - high, self.width(), high)

    def _place_buttons(self) -> None:
        """Left to right, top to bottom, in an order that never changes."""
        look = self.look
        gap, high, room = look.px(6), look.px(28), self.width() - 2 * look.pad
        rows: list[list[tuple[ActionButton, int]]] = [[]]
        x = 0
        for button in (b for b in (*self.meeting.both, *self.buttons.values(), self.outage) if not b.isHidden()):
            wide = min(button.sizeHint().width(), room)
            if x and x + wide > room:
                rows.append([])
                x = 0
            rows[-1].append((button, wide))
            x += wide + gap
        self._rows = len(rows)
        box = self._actions_box()
        wide = self.more.sizeHint().width()
        self.more.setGeometry(box.right() + 1 - wide, box.top() - look.px(26), wide, look.px(22))
        for at, row in enumerate(rows):
            x = box.left()
            for button, wide in row:
                button.setGeometry(x, box.top() + at * (high + gap), wide, high)
                x += wide + gap

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        if self.alert is None:
            text(painter, body, "未选中预警　F6 下一条", look.font("body"), look.colour("text3"), CENTRE)
            return
        self._way_box = paint_head(painter, self._head_box(), self.alert, look, self._way())
        paint_steps(painter, self._steps_box(), self.alert, look)
        limits = self._limits_box()
        hairline(painter, look, limits.left(), limits.top() - look.px(4), limits.width())
        if self.now is not None:
            paint_limits(painter, limits, self.alert, self.now, look)
        hairline(painter, look, limits.left(), limits.bottom() + look.px(4), limits.width())
        line = self._outcome_line()
        hairline(painter, look, limits.left(), line.top() - look.px(2), limits.width())
        below = self.scroller.verticalScrollBar()
        if below.value() < below.maximum() and not self._said:
            parts = self.card_body.parts_below(below.value() + self.scroller.height())
            tick = look.font("tick")
            text(
                painter, line, elide(f"{parts or '下面还有'} ↓", tick, line.width()), tick, look.colour("text2"), RIGHT
            )
        if self._said:
            font = look.font("body", weight=500)
            text(painter, line, elide(self._said, font, line.width()), font, look.colour("text"), LEFT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._way() and self._way_box.contains(event.position().toPoint()):
            self.go()
        super().mousePressEvent(event)

    def _dress(self) -> None:
        palette = QPalette(self.palette())
        for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Window):
            palette.setColor(role, self.look.colour("panel"))
        self.scroller.setPalette(palette)
        self.scroller.viewport().setPalette(palette)
