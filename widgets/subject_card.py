"""卡片: everything about the one subject that is selected, masked until an officer says why he must see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt, Slot
from PySide6.QtGui import QHelpEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from services.domain.alert import Outcome
from services.domain.community import Elder
from services.domain.estates import Building
from services.domain.officer import Officer
from services.domain.question import Question
from services.domain.snapshot import Snapshot, Subject
from services.domain.subject_card import CardAsked, SubjectCard
from services.domain.subject_kind import CARDED, subject_of
from services.domain.timebase import local
from widgets.estate_alerts import showing
from widgets.look import Look
from widgets.paint import RIGHT, elide, hairline, text
from widgets.pane import Pane
from widgets.subject_head import HEAD_HIGH, MARK_HIGH, paint_head, paint_watermark
from widgets.subject_reveal import Reveal
from widgets.subject_view import CardView

AGAIN = timedelta(seconds=5)  # a card is asked for again at most so often while its records move
PATIENCE = timedelta(seconds=30)  # and at least so often: an answer may have been lost with the database
FOOT_HIGH = 42
EMPTY = "在左侧选一处地址，或在其他格双击一行、按回车打开"
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OWN = (Qt.Key.Key_V, Qt.Key.Key_Backspace, *_ENTER, *_STEPS)


class SubjectCardPane(Pane):
    """Topics move it; the card itself is asked of the store. ↑ ↓ walk its rows, Enter opens one, V shows clear
    text for a reason, Backspace goes back. Clear text leaves the screen after a minute, with the subject,
    the officer or the scene, whichever goes first."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.subject: Subject | None = None
        self.card: SubjectCard | None = None
        self._question: Question | None = None
        self._asked_at: datetime | None = None
        self._moved = False
        self._picked = False  # by the officer; until then the pane proposes whom alerts or elders need
        self._unknown: set[Subject] = set()  # proposed in vain
        self.view = CardView()
        self.reveal = Reveal(self, look)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- told ----------------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._moved = True
        if not self._picked:
            self._propose()

    def select(self, subject: Subject | None) -> None:
        if subject is not None and subject.kind in CARDED:
            self._picked = True
            self._turn_to(subject)

    def tick(self, now: datetime) -> None:
        first = self.now is None
        super().tick(now)
        self.reveal.tick(now)
        waited = now - self._asked_at if self._asked_at is not None else PATIENCE
        if first or waited >= PATIENCE or (self._moved and self._question is None and waited >= AGAIN):
            self.ask()

    def show_officer(self, officer: Officer) -> None:
        if self.reveal.show_officer(officer):
            self.card = None
            self.ask()

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is self._question:
            self._question = None
            self.card = outcome.case
            self.reveal.show_card(self.card)
            if self.card is None and self.subject is not None and not self._picked:
                self._unknown.add(self.subject)
                self._propose()
            self.update()
        else:
            self.reveal.show_outcome(outcome)

    def _propose(self) -> None:
        """The card of the worst alert that has one, else of the elder who needs somebody most, else of a building."""
        if self.card is not None or self._question is not None:
            return
        about = (subject_of(alert) for alert in showing(self.records("alerts")))
        elders = (Subject("elder", e.id) for e in self.records("elders") if isinstance(e, Elder))
        buildings = (Subject("building", b.id) for b in self.records("buildings") if isinstance(b, Building))
        offered = (one for one in chain(about, elders, buildings) if one is not None and one not in self._unknown)
        found = next(offered, None)
        if found is not None:
            self._turn_to(found)

    def _turn_to(self, subject: Subject) -> None:
        if subject == self.subject:
            return
        self.subject, self.card = subject, None
        self.view.begin()
        self.reveal.forget()
        self.ask()
        self.update()

    def ask(self) -> None:
        if self.subject is None or self.now is None:
            return
        self._moved, self._asked_at = False, self.now
        self._question = CardAsked(self.subject, self.now).question()
        self.asked.emit("question", self._question)

    def age_text(self) -> str:
        return f"更新于 {local(self.card.at):%H:%M:%S}" if self.card is not None else ""

    # -- layout --------------------------------------------------------------------------------------

    def place(self) -> None:
        self.reveal.place(self.width(), self.height())

    def restyle(self, look: Look) -> None:
        self.reveal.restyle(look)
        super().restyle(look)

    def columns_box(self) -> QRect:
        """Where the columns stand, between head and buttons."""
        look, body = self.look, self.body()
        high = HEAD_HIGH + (MARK_HIGH if self.reveal.clear is not None else 0)
        return body.adjusted(look.pad, look.px(high), -look.pad, -look.px(FOOT_HIGH))

    # -- painting ------------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, card = self.look, self.card
        if card is None:
            line = QRect(body.left() + look.pad, body.top() + look.px(8), body.width() - 2 * look.pad, look.px(24))
            text(painter, line, self._why_empty(), look.font("body"), look.colour("text3"))
            return
        head = QRect(body.left(), body.top(), body.width(), look.px(HEAD_HIGH))
        paint_head(painter, head, card, look)
        clear = self.reveal.clear
        if clear is not None and self.now is not None:
            mark = QRect(body.left(), head.bottom() + 1, body.width(), look.px(MARK_HIGH))
            paint_watermark(painter, mark, clear, self.reveal.officer, self.now, look)
        box = self.columns_box()
        building = self._building(card)
        alerts = showing(self.records("alerts")) if building is not None else ()
        self.view.paint(painter, box, card, look, self.reveal.values(), building, alerts)
        self._paint_foot(painter, box)

    def _why_empty(self) -> str:
        if self.subject is None:
            return EMPTY
        return "读取中…" if self._question is not None else "登记簿中没有，或不在本席范围"

    def _building(self, card: SubjectCard) -> Building | None:
        if card.subject.kind != "building":
            return None
        return next((b for b in self.records("buildings") if b.id == card.subject.id), None)

    def _paint_foot(self, painter: QPainter, box: QRect) -> None:
        look, said = self.look, self.reveal.said
        foot = QRect(self.reveal.right_edge() + look.pad, self.height() - look.px(FOOT_HIGH), 0, look.px(FOOT_HIGH))
        foot.setRight(self.width() - look.pad)
        words = said or ("滚轮翻看下方" if self.view.below else "")
        font = look.font("body" if said else "tick")
        text(painter, foot, elide(words, font, foot.width()), font, look.colour("text" if said else "text3"), RIGHT)
        hairline(painter, look, 0, box.bottom() + look.px(2), self.width())

    # -- opening ---------------------------------------------------------------------------------------

    def follow(self, what: Subject | str) -> None:
        """A mask's field is asked for; an alert is selected, so that its card beside shows it; others open."""
        if isinstance(what, str):
            self.reveal.begin(what)
        else:
            self.asked.emit("select" if what.kind == "alert" else "open", what)

    @Slot()
    def go_back(self) -> None:
        self.asked.emit("back", None)

    # -- Qt ------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Its own keys are not the desk's while it has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _OWN:
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.view.hint_at(event.pos()), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.view.step(_STEPS[key])
            self.update()
        elif key in _ENTER and self.view.standing is not None:
            self.follow(self.view.standing)
        elif key == Qt.Key.Key_V:
            self.reveal.button.ask()
        elif key == Qt.Key.Key_Backspace:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        what = self.view.what_at(event.position().toPoint()) if self.card is not None else None
        if what is not None:
            self.follow(what)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """One click has opened it already."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.view.scroll(self.look.px(48) * (-1 if event.angleDelta().y() > 0 else 1))
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it: the clear text is not kept either."""
        self.reveal.forget()
        super().hideEvent(event)
