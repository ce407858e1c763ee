"""派船方案: which vessel for a waiting hand-in, whether to plan anew, and what would be if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from services.domain.alert import Outcome
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.hand_ins import resolve
from widgets.key_names import Letter, name_of
from widgets.look import Look
from widgets.paint import hairline, text
from widgets.plan_offers import OffersSheet
from widgets.plan_sheet import Sheet, suggestions
from widgets.proposal_head import Tabs, is_asked, lay_tabs, paint_band, paint_below, paint_said, paint_tabs
from widgets.proposal_sheet import SendSheet
from widgets.what_if import WhatIfSheet

BAND = 24  # of a suggestion, logical px
FOOT = 42
ROOMY = 400  # narrower, the header says what it is about and not its name
MAIN = "hand_in_requests"  # without it there is nothing to say
_TABS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_FROM_AFAR = "ARCWP"


class ProposalPane(DutyListPane):
    """Topics: ``proposals``, ``hand_in_requests``, ``collection_vessels``, ``boat_register``, ``warehouses``,
    ``fleet_plans``, ``sea_weather``, ``sea_ways``, ``dispatch_terms``, ``dispatch_plan``, ``plan_offers``,
    ``plan_asks``, ``what_ifs``, ``execution``, ``override_statistics``, ``alerts``. Three sheets: 派船, 重排 (P),
    推演 (W). A R C W P work wherever the desk's focus is, unless what has it wants the letter. Options:
    ``reasons``, offered when the first proposal is not taken, and ``move_reasons``, when a hand-in gets another
    vessel."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._name = title
        self.selected: Subject | None = None
        self.sheets: tuple[Sheet, ...] = (SendSheet(self), OffersSheet(self), WhatIfSheet(self))
        self.sheet = self.sheets[0]
        self._stood: dict[Sheet, tuple[str, bool]] = {}
        self._tabs: Tabs = []
        if not look.is_wall:
            self.letters = [Letter(letter, self, self.press_from_afar) for letter in _FROM_AFAR]

    # -- told ----------------------------------------------------------------------------------

    def select(self, subject: Subject | None) -> None:
        before = self.selected
        self.selected = resolve(subject, self.records("alerts"))
        if self.selected != before and not self.busy:
            self.ask_line.hide()
            self._picked = False
        self.refresh()

    def tick(self, now: datetime) -> None:
        self.now = now
        for sheet in self.sheets:
            sheet.tick()
        super().tick(now)

    def show_outcome(self, outcome: Outcome) -> None:
        super().show_outcome(outcome)
        self.refresh()

    @property
    def busy(self) -> bool:
        """A wish is on its way."""
        return self._asked is not None

    @property
    def said(self) -> str:
        return self._said

    # -- sheets --------------------------------------------------------------------------------

    def turn_to(self, sheet: Sheet) -> None:
        if sheet is self.sheet:
            return
        self._stood[self.sheet] = (self.chosen, self._picked)
        self.sheet.left()
        self.sheet = sheet
        self.chosen, self._picked = self._stood.get(sheet, ("", False))
        self.sight.top = 0
        self._said = ""
        if not self.ask_line.isHidden():
            self.ask_line.cancel()
        self.refresh()

    def turn(self, by: int) -> None:
        at = self.sheets.index(self.sheet) + by
        if 0 <= at < len(self.sheets):
            self.turn_to(self.sheets[at])

    def press_from_afar(self, key: str) -> None:
        """A letter of the desk: turns to the sheet it belongs to and does there what its button does. While
        somebody is asked something anywhere, it is not for us."""
        if is_asked(self.window().focusWidget()):
            return
        self.setFocus()
        wanted = next((sheet for sheet in self.sheets if sheet.letter == key), None)
        if wanted is not None:
            self.turn_to(wanted if wanted is not self.sheet else self.sheets[0])
            return
        if key in "AC" or not any(act.key == key for act in self.acts()):
            self.turn_to(self.sheets[0])
        self.press(key)

    def unpick(self) -> None:
        """What the officer stood on is gone: the sheet proposes again."""
        self._picked = False

    def make_rows(self) -> Sequence[Row]:
        self.sheet.read()
        told = self.sheet.title()
        whole = f"{self._name} · {told}" if told else self._name
        self.title = whole if self.width() >= self.look.px(ROOMY) else told or self._name
        self.note = self.sheet.note()
        return self.sheet.rows()

    def proposed(self, keys: Sequence[str]) -> str:
        return self.sheet.proposed(keys)

    def acts(self) -> Sequence[Act]:
        return () if self.look.is_wall else self.sheet.acts()

    def act(self, what: str) -> None:
        self.sheet.act(what)
        self.refresh()

    def answer(self, question: str, choice: int, words: str) -> None:
        self.sheet.answer(question, choice, words)
        self.refresh()

    def row_chosen(self, row: Row) -> None:
        self.sheet.row_chosen(row)

    def done_words(self, outcome: Outcome) -> str:
        return self.sheet.done_words(outcome)

    # -- layout --------------------------------------------------------------------------------

    @property
    def suggested(self) -> str:
        """What the monitor of the plan suggests, in a line."""
        found = suggestions(self.records("execution"))
        more = f"，另 {len(found) - 1} 条" if len(found) > 1 else ""
        return f"{found[0].suggestion}{more}" if found else ""

    def sheet_box(self) -> QRect:
        body = self.body()
        band = self.look.px(BAND) if self.suggested else 0
        foot = self.look.px(FOOT) if not self.look.is_wall else 0
        return body.adjusted(0, band, 0, -foot)

    def list_box(self) -> QRect:
        return self.sheet.list_box(self.sheet_box())

    # -- painting ------------------------------------------------------------------------------

    def header_room(self) -> int:
        """The note ends before the tabs."""
        self._tabs = lay_tabs(self.sheets, super().header_room(), self.look)
        return self._tabs[0][0].left() - self.look.pad

    def _paint_header(self, painter: QPainter) -> None:
        super()._paint_header(painter)
        paint_tabs(painter, self._tabs, self.sheet, self.look)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, box = self.look, self.sheet_box()
        hairline(painter, look, 0, body.top() - look.hair, self.width())
        if self.suggested:
            key = "" if any(act.id == "replan" for act in self.acts()) else "P 重排"
            band = QRect(0, body.top(), self.width(), look.px(BAND))
            paint_band(painter, band, self.suggested, key, look)
        if nothing := self.sheet.nothing():
            self._paint_nothing(painter, box.adjusted(look.pad, look.px(8), -look.pad, 0), nothing)
        else:
            self.sheet.paint(painter, box)
        rows = self.list_box()
        painter.save()
        painter.setClipRect(rows)
        for row, y, high in self.sight.in_sight():
            self.sheet.paint_row(painter, QRect(rows.left(), rows.top() + y, rows.width(), high), row)
        painter.restore()
        foot = QRect(0, self.height() - look.px(FOOT), self.width(), look.px(FOOT - 2))
        buttons = (button.geometry().right() for button in self._buttons.values() if not button.isHidden())
        end = max(buttons, default=0)
        paint_said(painter, foot, self.said, end, look)
        if not self.said and self.sheet is not self.sheets[2]:
            paint_below(painter, foot, self.sight.below(), end, look)

    def _paint_nothing(self, painter: QPainter, box: QRect, nothing: str) -> None:
        """Topics that nobody has put yet are no reason to wait once the hand-ins are there."""
        known = self.snapshots.get(MAIN)
        words = nothing if known is not None and known.taken_at is not None else "读取中…"
        line = QRect(box.left(), box.top(), box.width(), 2 * self.look.line("body"))
        text(painter, line, self.error_text() or words, self.look.font("body"), self.look.colour("text3"))

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hint_at(event.pos()), self)
            return True
        return super().event(event)

    def hint_at(self, at: QPoint) -> str:
        return self.sheet.hint(at)

    def _takes(self, event: QKeyEvent) -> bool:
        name = name_of(event)
        own = name in self.sheet.keys or any(act.key == name for act in self.acts() if act.key)
        return own or Qt.Key(event.key()) in _TABS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = name_of(event)
        if Qt.Key(event.key()) in _TABS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.turn(_TABS[Qt.Key(event.key())])
        elif name in self.sheet.keys:
            self.sheet.key(name)
            self.refresh()
        elif name and self.press(name):
            return
        elif name and name in _FROM_AFAR:
            self.press_from_afar(name)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        tab = next((sheet for box, sheet in self._tabs if box.adjusted(-6, 0, 6, 0).contains(at)), None)
        self.setFocus()
        if tab is not None:
            self.turn_to(tab)
        elif self.list_box().contains(at):
            super().mousePressEvent(event)
        elif self.sheet.pointed(at):
            self.refresh()
