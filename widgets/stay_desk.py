"""旅馆总台: a building of let dwellings as a hotel's front desk sees it, and who is in which of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.let_room import LetRoom
from services.domain.snapshot import Subject
from services.domain.stay import CheckIn, CheckOut, MoveLease, Stay
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.stay_rooms import Rooms, paint_legend, paint_rooms

ENTERED = {0: "今天入住", 1: "昨天入住", 2: "前天入住", 3: "三天前入住"}
_LEASE = re.compile(r"至\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*")
_BETWEEN = re.compile(r"[、,，\s]+")
_TOP = 264  # logical px of the rooms


def guests_and_lease(words: str) -> tuple[tuple[str, ...], date | None]:
    """``张三、李四 至 2027-05-31`` → the names and the end of the lease. Raises ValueError for a day that is none."""
    found = _LEASE.search(words)
    names = tuple(name for name in _BETWEEN.split(_LEASE.sub("", words).strip()) if name)
    return names, date(*map(int, found.groups())) if found else None


class StayDeskPane(DutyListPane):
    """Topics ``let_rooms``, ``stays``. The rooms of one building, floor by floor: how many are in, whose check-out is
    overdue, where new faces have no check-in. ← → choose a room, B and V the building; N checks in, T checks out,
    L moves a lease. A room is selected on the desk as a dwelling, and is never named by its number."""

    empty = "这一户没有入住登记"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        self.building, self.room_id = "", ""
        self.rooms = Rooms.of((), ())
        super().__init__(title, options, look, parent)

    # -- what is shown -------------------------------------------------------------------------

    def select(self, subject: Subject | None) -> None:
        """A dwelling or a building pointed at elsewhere is turned to when it is let."""
        if subject is None:
            return
        lets: Sequence[LetRoom] = self.records("let_rooms")
        room = next((r for r in lets if subject.kind == "dwelling" and r.dwelling_id == subject.id), None)
        if room is not None:
            self.building, self.room_id = room.building_id, room.dwelling_id
        elif subject.kind == "building" and any(r.building_id == subject.id for r in lets):
            self.building, self.room_id = subject.id, ""
        self.refresh()

    def buildings(self) -> Sequence[str]:
        return sorted({room.building_id for room in self.records("let_rooms")})

    def make_rows(self) -> Sequence[Row]:
        buildings = self.buildings()
        if self.building not in buildings:
            self.building = buildings[0] if buildings else ""
        here = [room for room in self.records("let_rooms") if room.building_id == self.building]
        stays: Sequence[Stay] = [s for s in self.records("stays") if s.building_id == self.building]
        self.rooms = Rooms.of(here, stays)
        if self.room_id not in self.rooms.by_id and here:
            self.room_id = self.rooms.first_busy or here[0].dwelling_id
        self.note = self._noted(here, stays)
        mine = [s for s in stays if s.dwelling_id == self.room_id]
        still = sorted((s for s in mine if s.is_open), key=lambda s: s.entered_at)
        gone = sorted((s for s in mine if not s.is_open), key=lambda s: s.left_at or s.entered_at, reverse=True)
        return [Row(s.id, s, 40) for s in (*still, *gone)]

    def _noted(self, here: Sequence[LetRoom], stays: Sequence[Stay]) -> str:
        if not here:
            return ""
        room = here[0]
        inside = sum(len(s.guests) for s in stays if s.is_open)
        overdue = sum(s.is_open and s.overdue_at is not None for s in stays)
        said = f"{room.estate_name} {room.building} · 出租 {len(here)} 户 · 登记在住 {sum(r.guests for r in here)}"
        return said + f" · 台账入住 {inside}" + (f" · 逾期未退 {overdue}" if overdue else "")

    def room(self) -> LetRoom | None:
        return self.rooms.by_id.get(self.room_id)

    def stay(self) -> Stay | None:
        row = self.chosen_row()
        return row.record if row is not None else None

    # -- what is done --------------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        room, stay = self.room(), self.stay()
        none = "" if room is not None else "没有出租房"
        out = "先选一条" if stay is None else "" if stay.is_open else "已退房"
        return (
            Act("in", "入住", "N", none, primary=True),
            Act("out", "退房", "T", none or out),
            Act("lease", "改租期", "L", none or out),
            Act("next", "下一幢", "B", none),
            Act("before", "上一幢", "V", none),
        )

    def act(self, what: str) -> None:
        match what:
            case "in":
                hint = "张三、李四 至 2027-05-31（租期可不写）；只留脱敏名"
                self.question("in", "入住人与租期", choices=tuple(ENTERED.values()), chosen=0, hint=hint)
            case "out":
                self.question("out", "现在退房", hint="（可不填）说明")
            case "lease":
                self.question("lease", "租期改到", hint="至 2027-05-31 续租原因")
            case "next" | "before":
                self.turn(1 if what == "next" else -1)

    def answer(self, question: str, choice: int, words: str) -> None:
        room, stay, now = self.room(), self.stay(), self.now
        if now is None or room is None:
            return
        try:
            names, lease = guests_and_lease(words)
        except ValueError:
            self.say("日期不可能，写作 2027-05-31")
            return
        if question == "in":
            entered = _entered(now, max(0, choice))
            self.wish(CheckIn(dwelling_id=room.dwelling_id, guests=names, entered_at=entered, lease_end=lease))
        elif stay is not None and question == "out":
            about = {"case_id": stay.id, "expected_version": stay.version}
            self.wish(CheckOut(**about, left_at=now, text=words))
        elif stay is not None and question == "lease":
            if lease is None:
                self.say("请写租期，如 至 2027-05-31")
                return
            about = {"case_id": stay.id, "expected_version": stay.version}
            self.wish(MoveLease(**about, lease_end=lease, reason=" ".join(names)))

    def done_words(self, outcome: Any) -> str:
        case: Stay = outcome.case
        late = "，已超房东 3 个工作日" if case.late else ""
        return f"{'入住' if case.is_open else '退房'} {case.id} {case.names}{late}"

    def turn(self, by: int) -> None:
        """To the next building, round and round."""
        buildings = self.buildings()
        if buildings:
            self.building = buildings[(buildings.index(self.building) + by) % len(buildings)]
            self.room_id = ""
            self.refresh()

    def choose_room(self, room_id: str) -> None:
        self.room_id = room_id
        self.refresh()
        self.asked.emit("select", Subject("dwelling", room_id))

    # -- painting ------------------------------------------------------------------------------

    def top_room(self) -> int:
        return _TOP

    def rooms_box(self) -> QRect:
        body, look = self.body(), self.look
        return QRect(look.pad, body.top(), self.width() - 2 * look.pad, look.px(_TOP) - look.px(4))

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        super().paint_body(painter, body)
        if self.rooms.by_id:
            box = self.rooms_box()
            legend = QRect(box.left(), box.bottom() - self.look.px(20), box.width(), self.look.px(20))
            paint_rooms(painter, box.adjusted(0, 0, 0, -self.look.px(22)), self.rooms, self.room_id, self.look)
            paint_legend(painter, legend, self.look)

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, stay = self.look, row.record
        body, tick = look.font("body"), look.font("tick")
        first = QRect(box.left(), box.top() + look.px(2), box.width(), look.px(20))
        second = QRect(box.left(), box.top() + look.px(20), box.width(), look.px(18))
        ink = look.colour("text" if stay.is_open else "text3")
        state, strong = _state(stay)
        font = look.font("body", weight=700 if strong else None)
        text(painter, first, state, font, ink, RIGHT)
        room = box.width() - width_of(state, font) - look.px(10)
        where = self.rooms.place_of(stay.dwelling_id)
        text(painter, first, elide(f"{stay.names}　{where}", body, room), body, ink, LEFT)
        lease = f" · 租期至 {stay.lease_end:%Y-%m-%d}" if stay.lease_end else " · 未写租期"
        late = " · 逾期报送" if stay.late else ""
        told = f"{local(stay.entered_at):%m-%d} 入住{lease}{late} · {stay.id} · {stay.recorded_by}"
        text(painter, second, elide(told, tick, box.width()), tick, look.colour("text3"), LEFT)

    # -- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        box = self.rooms_box().adjusted(0, 0, 0, -self.look.px(22))
        found = self.rooms.at(event.position().toPoint(), box, self.look)
        if found:
            self.choose_room(found)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        order = self.rooms.order
        if step is None or self.room_id not in order:
            super().keyPressEvent(event)
        else:
            self.choose_room(order[(order.index(self.room_id) + step) % len(order)])


def _entered(now: datetime, days: int) -> datetime:
    """Today is now; a day before is its noon."""
    if not days:
        return now
    noon = local(now).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=days)
    return noon.astimezone(now.tzinfo)


def _state(stay: Stay) -> tuple[str, bool]:
    if not stay.is_open:
        return f"已退房 {local(stay.left_at):%m-%d}" if stay.left_at else "已退房", False
    return ("租期已过 未退房", True) if stay.overdue_at is not None else ("在住", False)
