"""Where things stand in 船队计划: moments across, vessels down, two lanes for each vessel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QRect

from services.domain.boats import CollectionVessel, FleetPlan
from services.domain.dispatch_plan import PlanStop, VesselRoute
from services.domain.execution_state import ExecutionState
from widgets.look import Look
from widgets.plan_faults import Fault

BEFORE, AFTER = timedelta(hours=4.5), timedelta(hours=5.5)
NAMES, AXIS = 128, 26  # logical px
LEAST_ROW, MOST_ROW = 36, 72
TWO_LINES = 42  # from this height on a name has a second line below it


@dataclass(frozen=True, slots=True)
class Frame:
    """``pan`` is how far the hours were pushed out of their place around now."""

    field: QRect
    now: datetime
    pan: timedelta = timedelta()

    @property
    def since(self) -> datetime:
        return self.now - BEFORE + self.pan

    @property
    def until(self) -> datetime:
        return self.now + AFTER + self.pan

    def x(self, moment: datetime) -> int:
        return round(self.field.left() + (moment - self.since) / (BEFORE + AFTER) * self.field.width())

    def shows(self, begin: datetime, end: datetime) -> bool:
        return end > self.since and begin < self.until

    def span(self, begin: datetime, end: datetime, lane: QRect, least: int) -> QRect:
        left = self.x(begin)
        return QRect(left, lane.top(), max(least, self.x(end) - left), lane.height())


@dataclass(frozen=True, slots=True)
class Lane:
    """One vessel: its day as it reports it, its route of the plan in force, how it keeps to it."""

    id: str
    name: str
    day: FleetPlan | None
    route: VesselRoute | None
    vessel: CollectionVessel | None
    state: ExecutionState | None
    faults: dict[int, Fault]

    @property
    def stops(self) -> tuple[PlanStop, ...]:
        return self.route.stops if self.route is not None else ()


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that can be pointed at. ``stop`` is None of what was done."""

    box: QRect
    vessel_id: str
    request_id: str
    number: str
    words: str
    stop: PlanStop | None = None


def lanes_of(row: QRect, look: Look) -> tuple[QRect, QRect]:
    """Above what is planned, below what is done. The lower one is high enough for text or thin."""
    plan = max(look.px(16), min(look.px(22), round(row.height() * 0.42)))
    done = max(look.px(7), min(look.px(18), row.height() - plan - look.px(9)))
    top = row.top() + max(look.px(2), (row.height() - plan - done - look.px(3)) // 2)
    field = QRect(row.left(), top, row.width(), plan)
    return field, QRect(row.left(), top + plan + look.px(3), row.width(), done)


def row_high(room_px: int, vessels: int, look: Look) -> int:
    """Height of a row in logical px: all in sight when they can be, else the least that can be read."""
    share = int(room_px / look.scale / max(1, vessels))
    return max(LEAST_ROW, min(MOST_ROW, share))
