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
from services.domain.dispatch_plan import DispatchPlan, LockStop, ReassignVessel, ReorderRoute, UnlockStop
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.gantt_frame import AXIS, NAMES, Frame, Hit, row_high
from widgets.gantt_hand import Hand
from widgets.gantt_lanes import lanes, words_of_lane
from widgets.gantt_marks import paint_axis, paint_now
from widgets.gantt_rows import paint_held, paint_lane
from widgets.hand_ins import KIND, resolve, worst_alerts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import RIGHT, elide, text, width_of
from widgets.plan_draft import Desk
from widgets.plan_sheet import OTHER, joined, may_not, plan_of
from widgets.proposal import name_of

VESSEL = "collection_vessel"
REASONS = ("顺路", "保承诺时间", "潮汐或海况", "船长要求", OTHER)
HALF_HOUR, FURTHEST = timedelta(minutes=30), timedelta(hours=18)
_KEYS = ("Esc", "Enter", "K")
_SIDE = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class GanttPane(DutyListPane):
    """Topics: ``fleet_plans``, ``dispatch_plan``, ``collection_vessels``, ``hand_in_requests``, ``warehouses``,
    ``proposals``, ``execution``, ``sea_ways``, ``sea_weather``, ``dispatch_terms``, ``alerts``. Each vessel has
    two lanes: outlined what is planned, filled what was done. A collection not begun is dragged to another
    place or vessel; ← → choose a stop, Alt+← → move it, K locks it, Enter asks for it, Esc lets go; Shift and
    wheel push the hours, Home brings them back. Option ``reasons``: the list offered."""

    empty = "没有收集船"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"note": "空框计划 · 实心已行 · 拖动改序", **options}, look, parent)
        self.hand = Hand(self)
        self.hits: list[Hit] = []
        self.selected: Subject | None = None
        self.pan = timedelta()

    # -- told ----------------------------------------------------------------------------------

    def select(self, subject: Subject | None) -> None:
        self.selected = resolve(subject, self.records("alerts"))
        if self.hand.by_keys and self.hand.draft is not None and self.hand.draft.request_id != self.request_id:
            self.hand.let_go()
        vessel_id = self._vessel_selected()
        if vessel_id:
            self.choose(vessel_id)
        self.refresh()

    def _vessel_selected(self) -> str:
        subject = self.selected
        if subject is not None and subject.kind == VESSEL:
            return subject.id
        plan, wanted = self.plan, self.request_id
        planned = plan.vessel_of(wanted) if plan is not None and wanted else ""
        request = self.requests.get(wanted)
        return planned or (request.vessel_id if request is not None else "")

    @property
    def points_at_one(self) -> bool:
        """Whether what the desk points at has a vessel."""
        return bool(self._vessel_selected())

    @property
    def request_id(self) -> str:
        """Of the selected hand-in; "" when something else is selected."""
        subject = self.selected
        return subject.id if subject is not None and subject.kind == KIND else ""

    @property
    def plan(self) -> DispatchPlan | None:
        return plan_of(self.records("dispatch_plan"))

    @property
    def requests(self) -> dict[str, HandInRequest]:
        return {request.id: request for request in self.records("hand_in_requests")}

    @property
    def alerts(self) -> dict[str, Alert]:
        return worst_alerts(self.records("alerts"))

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
        found = lanes(self.records, self.plan, self.now)
        high = row_high(self.list_box().height(), len(found), self.look)
        return [Row(lane.id, lane, high) for lane in found]

    def proposed(self, keys: Sequence[str]) -> str:
        wanted = self._vessel_selected()
        return wanted if wanted in keys else keys[0] if keys else ""

    def vessel_at(self, y: int) -> str:
        row = self.sight.row_at(y - self.list_box().top())
        return row.key if row is not None else ""

    def stops_of(self, vessel_id: str) -> list[Hit]:
        """What can be pointed at in the plan of a vessel, from the left."""
        found = [hit for hit in self.hits if hit.vessel_id == vessel_id and hit.stop is not None]
        return sorted(found, key=lambda hit: hit.box.left())

    def _hit(self, at: QPoint) -> Hit | None:
        return next((hit for hit in reversed(self.hits) if hit.box.contains(at)), None)

    @property
    def hit_selected(self) -> Hit | None:
        return next((hit for hit in self.hits if hit.request_id == self.request_id and hit.stop is not None), None)

    # -- what can be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        if self.look.is_wall or self.plan is None or not self.request_id:
            return ()
        stop = next((s for r in self.plan.routes for s in r.stops if s.request_id == self.request_id), None)
        if stop is None:
            return ()
        why = may_not(self.officer) or ("正在送出" if self._asked is not None else "")
        if self.hand.by_keys and self.hand.can_put_down:
            return (Act("put", "下达", "Enter", why, primary=True), Act("leave", "放弃", "Esc"))
        return (Act("lock", f"{'解锁' if stop.locked else '锁定'} {stop.number}", "K", why),)

    def act(self, what: str) -> None:
        plan = self.plan
        if what == "put":
            self._ask_reason()
        elif what == "leave":
            self.hand.let_go()
            self._said = ""
        elif plan is not None:
            locked = any(s.locked for r in plan.routes for s in r.stops if s.request_id == self.request_id)
            wish = UnlockStop if locked else LockStop
            self.wish(wish(request_id=self.request_id, expected_version=plan.version))
        self.refresh()

    def _ask_reason(self) -> None:
        if why := may_not(self.officer):
            self.hand.let_go()
            self.say(why)
            return
        given = self.options.get("reasons")
        self._reasons = tuple(given) if given else REASONS
        self.question("order", self.hand.question(), choices=self._reasons, hint="（可不填）补充")

    def answer(self, question: str, choice: int, words: str) -> None:
        reason = joined(self._reasons, choice, words)
        if not reason:
            self.say("选其他须写明理由")
            self._ask_reason()
            return
        wish = self.hand.wish(reason, self.plan.version if self.plan is not None else 0)
        if wish is not None:
            self.say("已送出，等待回执")
            self.wish(wish)
        self.refresh()

    def _cancelled(self) -> None:
        self.hand.let_go()
        super()._cancelled()

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is self._asked and isinstance(outcome.command, ReorderRoute | ReassignVessel):
            self.hand.let_go()
        super().show_outcome(outcome)
        self.refresh()

    def done_words(self, outcome: Outcome) -> str:
        changed = outcome.case.last_change if isinstance(outcome.case, DispatchPlan) else ""
        return f"{changed} 已下达" if changed else "已下达"

    # -- layout and painting -------------------------------------------------------------------

    def place(self) -> None:
        """The question stands where it does not cover the row it is about."""
        super().place()
        if not self.ask_line.isHidden():
            draft = self.hand.draft
            row = self._row_box(draft.to_vessel) if draft is not None else QRect()
            if row.bottom() > self.ask_line.y():
                self.ask_line.move(0, self.body().top())

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

    def frame_(self) -> Frame:
        assert self.now is not None
        box, left = self.list_box(), self.look.px(NAMES)
        return Frame(QRect(left, box.top(), box.width() - left, box.height()), self.now, self.pan)

    def _row_box(self, vessel_id: str) -> QRect:
        top = self.list_box().top()
        found = ((y, high) for row, y, high in self.sight.in_sight() if row.key == vessel_id)
        return next((QRect(0, top + y, self.width(), high) for y, high in found), QRect())

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        self.hits = []
        if not self.rows or self.now is None:
            look = self.look
            paint_waiting(painter, body.adjusted(look.pad, look.px(8), -look.pad, 0), self, self.empty)
            return
        frame = self.frame_()
        paint_axis(painter, frame, self.look)
        painter.save()
        painter.setClipRect(self.list_box())
        for row, y, high in self.sight.in_sight():
            box = QRect(0, self.list_box().top() + y, self.width(), high)
            self.hits += paint_lane(painter, box, frame, row.record, self)
        painter.restore()
        paint_now(painter, frame, self.look)
        if self.hand.trial is not None:
            paint_held(painter, frame, self._row_box(self.hand.trial.draft.to_vessel), self)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        """At the left end of the axis how many rows lie below; over the axis what was said."""
        look, box = self.look, self.list_box()
        line = QRect(look.pad, box.top() - look.px(AXIS), look.px(NAMES) - look.pad, look.px(AXIS))
        below, above = self.sight.below(), self.sight.top > 0
        words = f"下方还有 {below}" if below else "已到底" if above else ""
        text(painter, line, words, look.font("tick"), look.colour("text3"))
        if not self._said or not self.ask_line.isHidden():
            return
        font = look.font("body", weight=500)
        said = elide(self._said, font, self.width() - look.px(NAMES) - 2 * look.pad)
        wide = width_of(said, font) + 2 * look.pad
        strip = QRect(self.width() - wide, line.top(), wide, line.height())
        painter.fillRect(strip, look.colour("raised"))
        text(painter, strip.adjusted(0, 0, -look.pad, 0), said, font, look.colour("text"), RIGHT)

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hint_at(event.pos()), self)
            return True
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        held = self.hand.trial is not None
        return (name_of(event) in _KEYS and (held or name_of(event) == "K")) or Qt.Key(event.key()) in _SIDE

    def hint_at(self, at: QPoint) -> str:
        hit = self._hit(at)
        if hit is not None:
            return hit.words
        row = self.sight.row_at(at.y() - self.list_box().top())
        return words_of_lane(row.record) if row is not None and at.x() < self.look.px(NAMES) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, by = name_of(event), _SIDE.get(Qt.Key(event.key()))
        hit = self.hit_selected
        if by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if hit is not None:
                self.hand.step(hit, by)
            else:
                self.say("先选一站")
        elif by is not None:
            self._step_stop(by)
        elif key == "Esc" and self.hand.trial is not None:
            self.hand.let_go()
            self._said = ""
        elif event.key() == Qt.Key.Key_Home:
            self.pan = timedelta()
        else:
            super().keyPressEvent(event)
            return
        self.refresh()

    def _step_stop(self, by: int) -> None:
        """The next collection of the chosen vessel's plan."""
        stops = [hit for hit in self.stops_of(self.chosen) if hit.request_id]
        ids = [hit.request_id for hit in stops]
        if not ids:
            return
        at = ids.index(self.request_id) + by if self.request_id in ids else 0
        self.asked.emit("select", Subject(KIND, ids[max(0, min(at, len(ids) - 1))]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        at = event.position().toPoint()
        hit = self._hit(at)
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.hand.press(hit, at)
            if hit.request_id:
                self.asked.emit("select", Subject(KIND, hit.request_id))
        elif at.x() < self.look.px(NAMES) and (vessel_id := self.vessel_at(at.y())):
            self.choose(vessel_id)
            self.asked.emit("select", Subject(VESSEL, vessel_id))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.hand.move(event.position().toPoint())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.hand.release():
            self._ask_reason()
        self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan = max(-FURTHEST, min(FURTHEST, self.pan - HALF_HOUR * (1 if turned > 0 else -1)))
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
