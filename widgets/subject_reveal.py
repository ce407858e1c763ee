"""Looking behind a card's masks: which field, why, one minute, whose eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from services.domain.alert import Outcome
from services.domain.officer import Officer
from services.domain.reveal import FIELDS, REASON_LEAST, REASONS, Clear, RevealSubject, no_revealer, reason_of
from services.domain.subject_card import SubjectCard
from widgets.ask import Ask
from widgets.button import ActionButton
from widgets.look import Look

if TYPE_CHECKING:
    from widgets.subject_card import SubjectCardPane

SAID_STAYS = timedelta(seconds=8)


class Reveal(QObject):
    """The buttons at a card's foot, the question in place, and the clear text while it may be shown.

    It holds the value as a mask does: nothing but painting asks for it, and no accessible text has it.
    """

    def __init__(self, pane: SubjectCardPane, look: Look) -> None:
        super().__init__(pane)
        self._pane = pane
        self.look = look
        self.officer: Officer | None = None
        self.clear: Clear | None = None
        self.said = ""
        self._said_at: datetime | None = None
        self._card: SubjectCard | None = None
        self._field = ""
        self._wish: RevealSubject | None = None
        self.ask_line = Ask(look, pane)
        self.ask_line.answered.connect(self._answered)
        self.ask_line.cancelled.connect(self._cancelled)
        self.button = ActionButton("查看明文", "V", pane, look=look)
        self.button.clicked.connect(self.start)
        self.button.refused.connect(self.say)
        self.back_button = ActionButton("返回", "Backspace", pane, look=look)
        self.back_button.clicked.connect(pane.go_back)
        self._dress()

    # -- told ----------------------------------------------------------------------------------------

    def show_officer(self, officer: Officer) -> bool:
        """True when it is another one: nothing asked for by the one before stays."""
        changed = self.officer is not None and officer.id != self.officer.id
        self.officer = officer
        if changed:
            self.forget()
        self._dress()
        return changed

    def show_card(self, card: SubjectCard | None) -> None:
        self._card = card
        self._dress()

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is not self._wish:
            return
        self._wish = None
        card = self._card
        if not isinstance(outcome.case, Clear):
            self.say(outcome.refusal)
        elif card is not None and (outcome.case.kind, outcome.case.subject_id) == (card.subject.kind, card.subject.id):
            self.clear, self.said = outcome.case, ""
            self._pane.update()

    def tick(self, now: datetime) -> None:
        moves = self.clear is not None
        if self.clear is not None and now >= self.clear.until:
            self.clear = None
        if self.said and self._said_at is not None and now - self._said_at > SAID_STAYS:
            self.said, moves = "", True
        if moves:
            self._pane.update()

    def forget(self) -> None:
        """The subject, the officer or the scene has gone."""
        self.clear, self._wish, self._card, self._field = None, None, None, ""
        self.ask_line.hide()
        self._dress()

    def values(self) -> Mapping[str, str]:
        """Clear text by field, for the painter and nobody else."""
        return {self.clear.field: self.clear.value.unmasked()} if self.clear is not None else {}

    # -- asking --------------------------------------------------------------------------------------

    def why_not(self) -> str:
        if self.officer is None:
            return "未登录"
        if why := no_revealer(self.officer):
            return why
        if self._card is None or not self._card.fields:
            return "没有脱敏项"
        return ""

    @Slot()
    def start(self) -> None:
        """Which field, when there are several."""
        fields = self._card.fields if self._card is not None else ()
        if len(fields) == 1:
            self.begin(fields[0].field)
        elif fields:
            self._field = ""
            self._open("查看哪一项", choices=[entry.label for entry in fields])

    def begin(self, field: str) -> None:
        if why := self.why_not():
            self.say(why)
            return
        self._field = field
        kind = self._card.subject.kind if self._card is not None else ""
        words = FIELDS.get(kind, {}).get(field, field)
        self._open(
            f"为何查看{words}", choices=REASONS, hint=f"写明事由，至少 {REASON_LEAST} 个字；写入审计，显示 60 秒"
        )

    def _open(self, question: str, **given: object) -> None:
        self.ask_line.open(question, **given)  # type: ignore[arg-type]
        self._pane.place()

    @Slot(int, str)
    def _answered(self, choice: int, words: str) -> None:
        self._pane.setFocus()
        card = self._card
        if card is None:
            return
        if not self._field:
            self.begin(card.fields[choice].field)
            return
        about = card.subject
        reason = reason_of(choice, words)
        self._wish = RevealSubject(kind=about.kind, subject_id=about.id, field=self._field, reason=reason)
        self._pane.asked.emit("action", self._wish)

    @Slot()
    def _cancelled(self) -> None:
        self._field = ""
        self._pane.setFocus()

    @Slot(str)
    def say(self, words: str) -> None:
        self.said, self._said_at = words, self._pane.now
        self._pane.update()

    # -- layout --------------------------------------------------------------------------------------

    def place(self, width: int, height: int) -> None:
        look = self.look
        if not self.ask_line.isHidden():
            high = self.ask_line.height_for(width)
            self.ask_line.setGeometry(0, height - high, width, high)
        x = look.pad
        for button in (self.button, self.back_button):
            wide = button.sizeHint().width()
            button.setGeometry(x, height - look.px(35), wide, look.px(28))
            x += wide + look.px(6)

    def right_edge(self) -> int:
        return self.back_button.geometry().right()

    def restyle(self, look: Look) -> None:
        self.look = look
        for part in (self.ask_line, self.button, self.back_button):
            part.restyle(look)

    def _dress(self) -> None:
        self.button.set_reason(self.why_not())
        self.place(self._pane.width(), self._pane.height())
