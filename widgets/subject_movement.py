"""通行: the gate passages of the person of one open, verified case, a row a day. It ends with the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert, Outcome
from services.domain.movement import TRACERS, Movement, TracePerson, not_shown, untraceable_person
from services.domain.officer import Officer
from services.domain.snapshot import Snapshot, Subject
from services.domain.subject_kind import person_of
from widgets.button import ActionButton
from widgets.duty_rows import alert_of
from widgets.look import Look
from widgets.movement_plot import paint_movement
from widgets.notes import paint_waiting
from widgets.paint import hairline, text, wrap
from widgets.pane import Pane

FOOT_HIGH = 42
TERMS = (
    "只看在办、已签收、已核查预警所指的一个门禁化名",
    "不能指名、不能查登记簿上的人；每次查看先入审计",
    "未命中的通行 30 日后删除；案件办结即不再显示",
)


class SubjectMovementPane(Pane):
    """Topic ``alerts``. T asks for the passages of the selected person's case; nothing can be named here."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.officer: Officer | None = None
        self.found: Movement | None = None
        self.said = ""
        self._subject: Subject | None = None
        self._wish: TracePerson | None = None
        self.button = ActionButton("看通行", "T", self, look=look)
        self.button.clicked.connect(self.follow)
        self.button.refused.connect(self.say)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- told ----------------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        found = self.found
        if found is not None:
            alert = next((a for a in self.records("alerts") if a.id == found.alert_id), None)
            if alert is None or not_shown(alert):
                self.forget("案件已办结或状态已变，通行不再显示")
        self._dress()

    def select(self, subject: Subject | None) -> None:
        if subject is not None and subject != self._subject:
            self._subject = subject
            alert = self.alert
            if self.found is not None and (alert is None or alert.id != self.found.alert_id):
                self.forget("")
        self._dress()

    def show_officer(self, officer: Officer) -> None:
        if self.officer is not None and officer.id != self.officer.id:
            self.forget("")
        self.officer = officer
        self._dress()

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is not self._wish:
            return
        self._wish = None
        if isinstance(outcome.case, Movement):
            self.found, self.said = outcome.case, ""
            self.note = f"{self.found.alias} · {self.found.alert_id} · {self.found.audit_id}"
        else:
            self.forget(outcome.refusal)
        self._dress()

    @property
    def alert(self) -> Alert | None:
        """The open case about the selected person, or the selected alert when it is about one."""
        alerts = self.records("alerts")
        subject = self._subject
        if subject is not None and subject.kind == "person":
            about = [a for a in alerts if a.is_open and person_of(a) == subject.id]
            return max(about, key=lambda a: (not not_shown(a), a.level), default=None)
        alert = alert_of(subject, alerts)
        return alert if alert is not None and person_of(alert) else None

    # -- asking --------------------------------------------------------------------------------------

    def why_not(self) -> str:
        if self.officer is None:
            return "未登录"
        alert = self.alert
        if self.officer.role not in TRACERS:
            return "本岗位不可查看通行轨迹"
        return "没有这个人的在办预警" if alert is None else untraceable_person(alert, self.officer)

    @Slot()
    def follow(self) -> None:
        alert = self.alert
        if alert is not None:
            self._wish = TracePerson(alert_id=alert.id)
            self.asked.emit("action", self._wish)

    @Slot(str)
    def say(self, words: str) -> None:
        self.said = words
        self.update()

    def forget(self, why: str) -> None:
        self.found, self._wish, self.said, self.note = None, None, why, ""
        self.update()

    # -- layout and painting ---------------------------------------------------------------------------

    def _dress(self) -> None:
        self.button.set_reason(self.why_not())
        self.place()
        self.update()

    def place(self) -> None:
        look = self.look
        wide = min(self.button.sizeHint().width(), self.width() - 2 * look.pad)
        self.button.setGeometry(look.pad, self.height() - look.px(35), wide, look.px(28))

    def restyle(self, look: Look) -> None:
        self.button.restyle(look)
        super().restyle(look)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        box = body.adjusted(look.pad, look.px(4), -look.pad, -look.px(FOOT_HIGH))
        hairline(painter, look, 0, body.top() - look.hair, self.width())
        hairline(painter, look, 0, box.bottom() + look.px(2), self.width())
        if self.found is not None:
            paint_movement(painter, box, self.found, look)
        elif self.said:
            paint_waiting(painter, box, self, self.said)
        else:
            self._paint_terms(painter, box)

    def _paint_terms(self, painter: QPainter, box: QRect) -> None:
        """What a look is bound to, while there is none."""
        look, body = self.look, self.look.font("body")
        y = box.top() + look.px(6)
        for sentence in TERMS:
            for words in wrap(sentence, body, box.width()):
                text(painter, QRect(box.left(), y, box.width(), look.px(22)), words, body, look.colour("text2"))
                y += look.px(22)
            y += look.px(8)

    # -- Qt ------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_T
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_T:
            self.button.ask()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        super().mousePressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.forget("")
        super().hideEvent(event)
