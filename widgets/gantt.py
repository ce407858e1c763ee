"""船队计划: what each collection vessel is to do above what it did, changed by dragging or by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from services.domain.alert import Alert, Outcome
from services.domain.boats import HandInRequest
from services.domain.dispatch_plan import DispatchPlan, ReassignVessel, ReorderRoute
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.gantt_acts import GanttActs
from widgets.gantt_frame import AXIS, NAMES, Frame, Hit, row_high
from widgets.gantt_hand import Hand
from widgets.gantt_input import VESSEL, clicked, pressed, pushed, takes, words_at
from widgets.gantt_lanes import lanes
from widgets.gantt_rows import paint_corner, paint_rows
from widgets.hand_ins import KIND, resolve, worst_alerts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.plan_draft import Desk
from widgets.plan_sheet import plan_of

NOTE, NO_PLAN = "空框计划 · 实心已行 · 拖动改序", "尚无生效计划 · 实心已行"
LEAST_ASK = 380  # logical px of width a question needs


class GanttPane(DutyListPane):
    """Topics: ``fleet_plans``, ``dispatch_plan``, ``collection_vessels``, ``hand_in_requests``, ``warehouses``,
    ``proposals``, ``execution``, ``sea_ways``, ``sea_weather``, ``dispatch_terms``, ``alerts``. Each vessel has
    two lanes: outlined what is planned, filled what was done. A collection not begun is dragged to another
    place or vessel; ← → choose a stop, Alt+← → move it, K locks it, Enter asks for it, Esc lets go; Shift and
    wheel push the hours, Home brings them back. Option ``reasons``: the list offered."""

    empty = "没有收集船"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.hand, self.deeds = Hand(self), GanttActs(self)
        self.requests: Mapping[str, HandInRequest] = {}
        self.alerts: Mapping[str, Alert] = {}
        self.hits: list[Hit] = []
        self.selected: Subject | None = None
        self.pan = timedelta()

    # -- told ----------------------------------------------------------------------------------

    def select(self, subject: Subject | None) -> None:
        self.selected = resolve(subject, self.records("alerts"))
        if self.hand.by_keys and self.hand.draft is not None and self.hand.draft.request_id != self.request_id:
            self.hand.let_go()
        vessel_id = self.vessel_selected()
        if vessel_id:
            self.choose(vessel_id)
        self.refresh()

    def vessel_selected(self) -> str:
        """Id of the vessel that what the desk points at is, or has; "" for none."""
        subject = self.selected
        if subject is not None and subject.kind == VESSEL:
            return subject.id
        plan, wanted = self.plan, self.request_id
        planned = plan.vessel_of(wanted) if plan is not None and wanted else ""
        request = self.requests.get(wanted)
        return planned or (request.vessel_id if request is not None else "")

    @property
    def request_id(self) -> str:
        """Of the selected hand-in; "" when something else is selected."""
        subject = self.selected
        return subject.id if subject is not None and subject.kind == KIND else ""

    @property
    def plan(self) -> DispatchPlan | None:
        return plan_of(self.records("dispatch_plan"))

    def desk(self) -> Desk | None:
        return Desk.of(self.records, self.now) if self.now is not None and self.plan is not None else None

    # -- rows ----------------------------------------------------------------------------------

    def top_room(self) -> int:
        return AXIS

    def foot_room(self) -> int:
        return 0

    def make_rows(self) -> Sequence[Row]:
        if self.now is None:
            return ()
        self.note = str(self.options.get("note", NOTE if self.plan is not None else NO_PLAN))
        self.requests = {request.id: request for request in self.records("hand_in_requests")}
        self.alerts = worst_alerts(self.records("alerts"))
        found = lanes(self.records, self.plan, self.now)
        high = row_high(self.list_box().height(), len(found), self.look)
        return [Row(lane.id, lane, high) for lane in found]

    def proposed(self, keys: Sequence[str]) -> str:
        wanted = self.vessel_selected()
        return wanted if wanted in keys else keys[0] if keys else ""

    def vessel_at(self, y: int) -> str:
        row = self.sight.row_at(y - self.list_box().top())
        return row.key if row is not None else ""

    def stops_of(self, vessel_id: str) -> list[Hit]:
        """What can be pointed at in the plan of a vessel, from the left."""
        found = [hit for hit in self.hits if hit.vessel_id == vessel_id and hit.stop is not None]
        return sorted(found, key=lambda hit: hit.box.left())

    def hit_at(self, at: QPoint) -> Hit | None:
        return next((hit for hit in reversed(self.hits) if hit.box.contains(at)), None)

    @property
    def hit_selected(self) -> Hit | None:
        return next((hit for hit in self.hits if hit.request_id == self.request_id and hit.stop is not None), None)

    # -- what can be done ----------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """A wish is on its way."""
        return self._asked is not None

    def acts(self) -> Sequence[Act]:
        return self.deeds.buttons()

    def act(self, what: str) -> None:
        self.deeds.act(what)
        self.refresh()

    def answer(self, question: str, choice: int, words: str) -> None:
        self.deeds.answer(choice, words)
        self.refresh()

    def let_go(self) -> None:
        """What is held goes back to where it was."""
        self.hand.let_go()
        self._said = ""

    def _cancelled(self) -> None:
        self.hand.let_go()
        super()._cancelled()

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is self._asked and isinstance(outcome.command, ReorderRoute | ReassignVessel):
            self.hand.let_go()
        super().show_outcome(outcome)
        self.refresh()

    def done_words(self, outcome: Outcome) -> str:
        return self.deeds.done_words(outcome)

    # -- layout and painting -------------------------------------------------------------------

    def place(self) -> None:
        """The question stands over what is past: what is to come stays in sight."""
        super().place()
        past = self.frame.x(self.frame.now) - self.look.px(8) if self.now is not None else 0
        if not self.ask_line.isHidden() and past >= self.look.px(LEAST_ASK):
            high = self.ask_line.height_for(past)
            self.ask_line.setGeometry(0, self.height() - high, past, high)

    def _dress_buttons(self) -> None:
        """In the header, before the age: the rows need the room below."""
        super()._dress_buttons()
        look = self.look
        right = super().header_room() - look.px(4)
        for act in reversed(self.acts()):
            button = self._buttons[act.id]
            right -= button.width() + look.px(6)
            button.setGeometry(right, (look.head - look.px(28)) // 2, button.width(), look.px(28))

    def header_room(self) -> int:
        shown = [button.x() for button in self._buttons.values() if not button.isHidden()]
        return min(shown, default=super().header_room() + self.look.pad) - self.look.pad

    @property
    def frame(self) -> Frame:
        assert self.now is not None
        box, left = self.list_box(), self.look.px(NAMES)
        return Frame(QRect(left, box.top(), box.width() - left, box.height()), self.now, self.pan)

    def row_box(self, vessel_id: str) -> QRect:
        top = self.list_box().top()
        found = ((y, high) for row, y, high in self.sight.in_sight() if row.key == vessel_id)
        return next((QRect(0, top + y, self.width(), high) for y, high in found), QRect())

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        self.hits = []
        if not self.rows or self.now is None:
            look = self.look
            paint_waiting(painter, body.adjusted(look.pad, look.px(8), -look.pad, 0), self, self.empty)
            return
        self.hits = paint_rows(painter, self)
        words = "" if not self.ask_line.isHidden() else self._said
        paint_corner(painter, self.list_box(), self.sight, words, self.look)

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and takes(self, event):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hint_at(event.pos()), self)
            return True
        return super().event(event)

    def hint_at(self, at: QPoint) -> str:
        return words_at(self, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if pressed(self, event):
            self.refresh()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        clicked(self, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.hand.move(event.position().toPoint())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.hand.release():
            self.deeds.ask_reason()
        self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if pushed(self, event):
            self.update()
        else:
            super().wheelEvent(event)

    def tick(self, now: datetime) -> None:
        """A drag is not disturbed by the clock."""
        if self.hand.is_dragging:
            self.now = now
            self.update()
        else:
            super().tick(now)
