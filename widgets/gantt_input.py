"""The keys of 船队计划 that are on no button, clicks and the wheel."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from services.domain.snapshot import Subject
from widgets.gantt_frame import NAMES
from widgets.gantt_lanes import words_of_lane
from widgets.hand_ins import KIND
from widgets.key_names import name_of

if TYPE_CHECKING:
    from widgets.gantt import GanttPane

_SIDE = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_WHILE_HELD = ("Esc", "Enter")
VESSEL = "collection_vessel"
HALF_HOUR, FURTHEST = timedelta(minutes=30), timedelta(hours=18)


def takes(pane: GanttPane, event: QKeyEvent) -> bool:
    """Whether a key is the pane's and not the desk's while the pane has the keyboard."""
    name = name_of(event)
    held = pane.hand.trial is not None and name in _WHILE_HELD
    return held or name == "K" or Qt.Key(event.key()) in _SIDE


def pressed(pane: GanttPane, event: QKeyEvent) -> bool:
    """← → along the stops, with Alt the stop itself, Esc lets go, Home brings the hours back."""
    by = _SIDE.get(Qt.Key(event.key()))
    if by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
        _move(pane, by)
    elif by is not None:
        _walk(pane, by)
    elif name_of(event) == "Esc" and pane.hand.trial is not None:
        pane.let_go()
    elif event.key() == Qt.Key.Key_Home:
        pane.pan = timedelta()
    else:
        return False
    return True


def _move(pane: GanttPane, by: int) -> None:
    hit = pane.hit_selected
    if hit is None:
        pane.say("先选一站")
    else:
        pane.hand.step(hit, by)


def _walk(pane: GanttPane, by: int) -> None:
    """To the next collection of the chosen vessel's plan."""
    ids = [hit.request_id for hit in pane.stops_of(pane.chosen) if hit.request_id]
    if not ids:
        return
    at = ids.index(pane.request_id) + by if pane.request_id in ids else 0
    pane.asked.emit("select", Subject(KIND, ids[max(0, min(at, len(ids) - 1))]))


def clicked(pane: GanttPane, event: QMouseEvent) -> None:
    """On a stop: the desk points at its hand-in and a drag may begin. On a name: at the vessel."""
    at = event.position().toPoint()
    hit = pane.hit_at(at)
    if hit is not None and event.button() == Qt.MouseButton.LeftButton:
        pane.hand.press(hit, at)
        if hit.request_id:
            pane.asked.emit("select", Subject(KIND, hit.request_id))
    elif at.x() < pane.look.px(NAMES) and (vessel_id := pane.vessel_at(at.y())):
        pane.choose(vessel_id)
        pane.asked.emit("select", Subject(VESSEL, vessel_id))


def words_at(pane: GanttPane, at: QPoint) -> str:
    """All there is to say of what lies there; "" of nothing."""
    hit = pane.hit_at(at)
    if hit is not None:
        return hit.words
    row = pane.sight.row_at(at.y() - pane.list_box().top())
    return words_of_lane(row.record) if row is not None and at.x() < pane.look.px(NAMES) else ""


def pushed(pane: GanttPane, event: QWheelEvent) -> bool:
    """With Shift the wheel pushes the hours."""
    if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return False
    back = (event.angleDelta().y() or event.angleDelta().x()) > 0
    pane.pan = max(-FURTHEST, min(FURTHEST, pane.pan + (-HALF_HOUR if back else HALF_HOUR)))
    return True
