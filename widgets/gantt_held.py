"""What is not in the plan, in the lower lane ahead of now: a proposal, or a change an officer tries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.boats import Proposal
from services.domain.hand_in_case import ASSIGNABLE
from widgets.gantt_frame import Frame, Hit, Lane, lanes_of
from widgets.gantt_marks import paint_ghost, paint_insertion, stop_box
from widgets.hand_ins import KIND
from widgets.paint import LEFT, elide, text, width_of

if TYPE_CHECKING:
    from widgets.gantt import GanttPane

GHOST_MIN = 20  # minutes a proposal is drawn as


def paint_proposal(painter: QPainter, row: QRect, frame: Frame, lane: Lane, pane: GanttPane) -> list[Hit]:
    """The first proposal for the selected hand-in, else for the one that waits longest, if it is this vessel's."""
    ghost = _ghost(lane, pane)
    if ghost is None or ghost.eta is None or pane.hand.trial is not None:
        return []
    lane_box = _trial_lane(row, pane)
    wide = max(pane.look.px(30), round(GHOST_MIN / 600 * frame.field.width()))
    box = QRect(frame.x(ghost.eta), lane_box.top(), wide, lane_box.height())
    paint_ghost(painter, box, ghost.number, pane.look)
    words = f"首选方案：{lane.name} {ghost.minutes} 分到 {ghost.number}\n{ghost.reason}"
    return [Hit(box, lane.id, ghost.request_id, ghost.number, words)]


def _trial_lane(row: QRect, pane: GanttPane) -> QRect:
    """The lower lane, where nothing is done ahead of now, at least as high as a number."""
    _, lower = lanes_of(row, pane.look)
    tall = QRect(lower.left(), lower.top(), lower.width(), max(lower.height(), pane.look.px(16)))
    tall.moveBottom(min(row.bottom() - 1, tall.bottom()))
    return tall


def _ghost(lane: Lane, pane: GanttPane) -> Proposal | None:
    offers: list[Proposal] = list(pane.records("proposals"))
    subject = pane.selected
    wanted = subject.id if subject is not None and subject.kind == KIND else offers[0].request_id if offers else ""
    request = pane.requests.get(wanted)
    if request is None or request.state not in ASSIGNABLE:
        return None
    return next((o for o in offers if o.request_id == wanted and o.rank == 1 and o.vessel_id == lane.id), None)


def paint_held(painter: QPainter, frame: Frame, hits: Sequence[Hit], pane: GanttPane) -> None:
    """The route as it would be, dashed in the lower lane; the stop in the hand; what it would come to."""
    look, trial = pane.look, pane.hand.trial
    assert trial is not None
    row = pane.row_box(trial.draft.to_vessel)
    if trial.route is not None and not row.isNull():
        upper, _ = lanes_of(row, look)
        painter.save()
        painter.setClipRect(QRect(frame.field.left(), row.top(), frame.field.width(), row.height()))
        tall = _trial_lane(row, pane)
        for stop in trial.route.stops:
            if not stop.committed:
                paint_ghost(painter, stop_box(frame, tall, stop, look), stop.number or "入仓", look)
        paint_insertion(painter, _insertion(frame, hits, pane), upper, look)
        painter.restore()
    if pane.hand.is_dragging:
        _paint_in_hand(painter, frame, pane)


def _insertion(frame: Frame, hits: Sequence[Hit], pane: GanttPane) -> int:
    """Between the planned stops it would come to stand between."""
    trial = pane.hand.trial
    assert trial is not None and trial.route is not None and trial.stop is not None
    mine = (hit for hit in hits if hit.vessel_id == trial.draft.to_vessel and hit.stop is not None)
    boxes = {hit.request_id: hit.box for hit in mine if hit.request_id}
    ids = list(trial.route.request_ids)
    at = ids.index(trial.draft.request_id)
    before = next((boxes[one] for one in reversed(ids[:at]) if one in boxes), None)
    after = next((boxes[one] for one in ids[at + 1 :] if one in boxes), None)
    apart = pane.look.px(6)
    if after is not None:
        left = after.left() - apart
        return max(left, before.right() + 1) if before is not None and before.right() < left else left
    return before.right() + apart if before is not None else frame.x(trial.stop.begin_at)


def _paint_in_hand(painter: QPainter, frame: Frame, pane: GanttPane) -> None:
    look, trial = pane.look, pane.hand.trial
    assert trial is not None
    box = pane.hand.ghost_box()
    paint_ghost(painter, box, trial.draft.number, look)
    font = look.font("body", weight=500)
    words = trial.words if trial.route is not None or trial.unchanged else f"不可行：{trial.words}"
    words = elide(words, font, frame.field.width() - look.px(20))
    wide = width_of(words, font) + look.px(16)
    left = box.right() + look.px(8)
    if left + wide > frame.field.right():
        left = max(frame.field.left(), box.left() - look.px(8) - wide)
    label = QRect(left, box.center().y() - look.px(13), wide, look.px(26))
    painter.fillRect(label, look.colour("hover"))
    text(painter, label.adjusted(look.px(8), 0, 0, 0), words, font, look.colour("text"), LEFT)
