"""轨迹: the way of the vehicle of one open case, on the map and over time. It ends with the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from services.domain.alert import Alert, Outcome
from services.domain.officer import Officer, Role
from services.domain.plate import spelled
from services.domain.snapshot import Snapshot, Subject
from services.domain.timebase import local
from services.domain.trajectory import (
    TraceVehicle,
    Trajectory,
    not_traced,
    trip_of,
    untraceable,
)
from services.domain.watch_order import WatchOrder
from widgets.button import ActionButton
from widgets.checkpoint_map import read_roads
from widgets.control_cases import cases_of, paint_cases
from widgets.control_plot import drive_box, frame_of, paint_plot, whole_box
from widgets.control_way import came, lines_of, marks_of
from widgets.duty_rows import alert_of
from widgets.look import Look
from widgets.map.pane import MapPane
from widgets.map.places import read_places
from widgets.paint import LEFT, RIGHT, elide, hairline, text

VIEW = (121.335, 28.578, 121.575, 28.732)
MAP_SHARE = 0.5
READ_HIGH = 26
ORDER = "watch_order"
NOBODY = Officer("", "", Role.WALL)
_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_T)


class ControlTracePane(MapPane):
    """Topics: ``alerts``, ``watch_orders``. T follows the vehicle of the selected alert, or of the newest hit
    of the selected order; ← → Home End move along its stops."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: Any = None) -> None:
        given = {"view": VIEW, "chips": False, "nautical": False, "names": ("town",), "legend": ()}
        super().__init__(title, {**given, **options}, look, parent)
        self.map.set_lines("道路", read_roads())
        self.map.set_marks("地名", read_places(("street",)))
        self.found: Trajectory | None = None
        self.at = 0
        self.said = ""
        self.officer: Officer | None = None
        self._subject: Subject | None = None
        self._asked: TraceVehicle | None = None
        self._cases: list[tuple[QRect, str]] = []
        self.button = ActionButton("看轨迹", "T", self, look=look)
        self.button.clicked.connect(self.follow)
        self.button.refused.connect(self.say)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._end_with_case()
        self._dress()

    def select(self, subject: Subject | None) -> None:
        if subject is not None:
            self._subject = subject
            if self.found is not None and (self.alert is None or self.alert.id != self.found.alert_id):
                self.forget("")
        self._dress()

    def show_officer(self, officer: Officer) -> None:
        if self.officer is not None and officer.id != self.officer.id:
            self.forget("")
        self.officer = officer
        self._dress()

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is not self._asked:
            return
        self._asked = None
        if isinstance(outcome.case, Trajectory):
            self.show_found(outcome.case)
        else:
            self.forget(outcome.refusal)

    def show_found(self, found: Trajectory) -> None:
        self.found, self.said = found, ""
        self.at = max(0, len(found.stops) - 1)
        unplaced = f" · {found.unplaced} 次无坐标" if found.unplaced else ""
        self.note = f"{spelled(found.plate_no)} · {found.alert_id} · {len(found.stops)} 处{unplaced} · {found.audit_id}"
        self._show_on_map()
        self._dress()
        self.update()

    def forget(self, why: str) -> None:
        """Nothing of the way stays on the screen."""
        self.found, self.at, self.said, self.note = None, 0, why, ""
        self._show_on_map()
        self.update()

    @Slot(str)
    def say(self, words: str) -> None:
        self.said = words
        self.update()

    # -- whose way -----------------------------------------------------------------------------

    @property
    def alert(self) -> Alert | None:
        """The selected alert, or that of the selected order's newest hit, else the one it was asked for."""
        subject = self._subject
        if subject is None:
            return None
        if subject.kind != ORDER:
            return alert_of(subject, self.records("alerts"))
        orders = (o for o in self.records("watch_orders") if isinstance(o, WatchOrder))
        order = next((one for one in orders if one.id == subject.id), None)
        if order is None:
            return None
        wanted = [hit.alert_id for hit in reversed(order.hits)] + [order.alert_id]
        return next((alert for name in wanted if (alert := self._alert(name)) is not None), None)

    def _alert(self, alert_id: str) -> Alert | None:
        return next((a for a in self.records("alerts") if a.id == alert_id), None)

    def why_not(self) -> str:
        alert = self.alert
        return "先选一条预警或有命中的布控单" if alert is None else untraceable(alert, self.officer or NOBODY)

    @Slot()
    def follow(self) -> None:
        alert = self.alert
        if alert is not None:
            self._asked = TraceVehicle(alert_id=alert.id)
            self.asked.emit("action", self._asked)

    def _end_with_case(self) -> None:
        if self.found is None:
            return
        alert = self._alert(self.found.alert_id)
        why = not_traced(alert) if alert is not None else "案件已不在本席，轨迹不再显示"
        if why:
            self.forget(why)

    # -- the slider ----------------------------------------------------------------------------

    def move_to(self, at: int) -> None:
        if self.found is not None and self.found.stops:
            self.at = max(0, min(at, len(self.found.stops) - 1))
            self._show_on_map()
            self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.found.stops) - 1 if self.found is not None else 0
        to = {
            Qt.Key.Key_Left: self.at - 1,
            Qt.Key.Key_Right: self.at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if to is not None:
            self.move_to(to)
        elif event.key() == Qt.Key.Key_T:
            self.button.ask()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        found, spot = self.found, event.position()
        case = next((name for row, name in self._cases if row.contains(spot.toPoint())), "") if found is None else ""
        if case:
            self.asked.emit("select", Subject("alert", case))
        if found is not None and found.stops and self.plot_box().contains(spot.toPoint()):
            part = trip_of(found.legs, self.at)
            box = drive_box(self.plot_box(), self.look)
            if spot.y() < box.top() - self.look.px(24):
                part, box = (0, len(found.stops) - 1), whole_box(self.plot_box(), self.look)
            frame = frame_of(found, box, *part)
            stops = range(part[0], part[1] + 1)
            self.move_to(min(stops, key=lambda n: abs(frame.at(found.stops[n].at, 0).x() - spot.x())))
        super().mousePressEvent(event)

    # -- the map -------------------------------------------------------------------------------

    def _show_on_map(self) -> None:
        found = self.found
        self.map.set_lines("轨迹", lines_of(found, self.at) if found is not None else ())
        self.map.set_marks("过车", marks_of(found, self.at) if found is not None else ())

    def describe(self, subject: Subject) -> str:
        return self.map.words_of(subject)

    # -- layout and painting -------------------------------------------------------------------

    def restyle(self, look: Look) -> None:
        self.button.restyle(look)
        super().restyle(look)

    def _dress(self) -> None:
        self.button.set_reason(self.why_not())
        hint = self.button.sizeHint()
        look = self.look
        wide = min(hint.width(), self.width() - 2 * look.pad)
        self.button.setGeometry(look.pad, self.height() - look.px(34), wide, look.px(28))

    def place(self) -> None:
        body = self.body()
        self.map.setGeometry(body.left(), body.top(), body.width(), round(body.height() * MAP_SHARE))
        self._dress()

    def read_box(self) -> QRect:
        low = self.map.geometry().bottom() + 1
        return QRect(self.look.pad, low, self.width() - 2 * self.look.pad, self.look.px(READ_HIGH))

    def plot_box(self) -> QRect:
        look, top = self.look, self.read_box().bottom() + 1
        return QRect(look.pad, top, self.width() - 2 * look.pad, self.height() - top - look.px(42))

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, found, box = self.look, self.found, self.plot_box()
        tick = look.font("tick")
        foot = QRect(self.button.geometry().right() + look.pad, self.height() - look.px(34), 0, look.px(28))
        foot.setRight(self.width() - look.pad)
        if found is None or not found.stops:
            words = self.said or ("期内没有过车记录" if found is not None else "只看一件在办案件的车；每次查看入审计")
            line = QRect(box.left(), box.top() + look.px(6), box.width(), look.px(22))
            text(painter, line, words, look.font("body"), look.colour("text2"), LEFT)
            room = box.adjusted(0, look.px(34), 0, 0)
            chosen = self.alert
            self._cases = paint_cases(
                painter, room, self.cases(), chosen.id if chosen else "", self.officer or NOBODY, look
            )
        else:
            self._paint_reading(painter, self.read_box(), found)
            paint_plot(painter, box, found, self.at, look)
            words = f"虚线 间隔长 · 阴影 {found.fastest_kmh:.0f} km/h 内可达 · 斜纹 不可能"
            text(painter, foot, elide(words, tick, foot.width()), tick, look.colour("text3"), RIGHT)
        hairline(painter, look, 0, self.read_box().top(), self.width())

    def cases(self) -> Sequence[Alert]:
        return cases_of(self.records("alerts"), self.officer or NOBODY)

    def _paint_reading(self, painter: QPainter, line: QRect, found: Trajectory) -> None:
        look, stop = self.look, found.stops[self.at]
        clock = " · 设备时钟不准" if stop.clock_trusted is False else ""
        words = f"{self.at + 1}/{len(found.stops)}　{local(stop.at):%m-%d %H:%M:%S} {stop.name} {stop.direction}{clock}"
        font = look.font("body", weight=500)
        text(painter, line, came(found, self.at), look.font("body"), look.colour("text2"), RIGHT)
        text(painter, line, elide(words.strip(), font, line.width() - look.px(250)), font, look.colour("text"), LEFT)
