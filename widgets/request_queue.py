"""上交申请 in the order of their time limits: who waits, how long, which vessel comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert, AlertLevel
from services.domain.boats import HandInRequest, share_done
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.timebase import midnight_before
from widgets.hand_ins import KIND, due_at, limit_words, resolve, worst_alerts
from widgets.look import Look
from widgets.table import TablePane
from widgets.words import duration

COLUMNS = (  # 603 px of the desk; only a place may be cut short
    {"title": "状态", "field": "state", "width": 76, "glyph": "level", "signed": "signed"},
    {"title": "", "field": "share", "format": "share", "width": 22},
    {"title": "号", "field": "number", "width": 26, "ink": "text", "weight": 500},
    {"title": "船名号", "field": "vessel_no", "width": 90, "ink": "text"},
    {"title": "污染物", "field": "pollutant", "width": 64},
    {"title": "估重 t", "field": "est_t", "format": "number", "decimals": 2, "align": "right", "width": 44},
    {"title": "位置", "field": "place", "width": 77},
    {"title": "已等", "field": "waited", "align": "right", "width": 68},
    {"title": "时限 / 船", "field": "limit", "align": "right", "width": 136, "ink": "text"},
)


@dataclass(frozen=True, slots=True)
class QueueRow:
    id: str
    state: str
    level: AlertLevel | None
    signed: bool
    share: float | None
    number: str
    vessel_no: str
    pollutant: str
    est_t: float
    place: str
    waited: str
    limit: str


class RequestQueuePane(TablePane):
    """Topics: ``hand_in_requests``, ``alerts``. Options: those of the table; its columns are its own."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        given = {"columns": COLUMNS, "subject": KIND, "empty": "没有在办的申请"}
        super().__init__(title, {**given, **options}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._show_rows()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self._show_rows()

    def select(self, subject: Subject | None) -> None:
        super().select(resolve(subject, self.records("alerts")))

    def _show_rows(self) -> None:
        requests: Sequence[HandInRequest] = self.records("hand_in_requests")
        snapshot = self.snapshots.get("hand_in_requests")
        now = self.now or (snapshot.taken_at if snapshot else None)
        if now is None or snapshot is None or snapshot.quality is Quality.WAITING:
            self.view.setVisible(False)
            return
        alerts = worst_alerts(self.records("alerts"))
        midnight = midnight_before(now)
        ended = sum(not r.is_open and r.filed_at >= midnight for r in requests)
        self.note = "按时限排序" + (f" · 另有办结 {ended}" if ended else "")
        opened = sorted((r for r in requests if r.is_open and r.filed_at >= midnight), key=due_at)
        rows = [_row(r, alerts.get(r.id), now) for r in opened]
        self.model.show(rows, now)
        self._mark_selected()
        self.view.setVisible(bool(rows))


def _row(request: HandInRequest, alert: Alert | None, now: datetime) -> QueueRow:
    return QueueRow(
        id=request.id,
        state=request.state_word,
        level=alert.level if alert else None,
        signed=alert.is_signed if alert else False,
        share=share_done(request.state),
        number=request.number,
        vessel_no=request.vessel_no,
        pollutant=request.pollutant_word,
        est_t=request.est_t,
        place=request.place,
        waited=_waited((now - request.filed_at).total_seconds()),
        limit=limit_words(request, now),
    )


def _waited(seconds: float) -> str:
    """Minutes tell nothing any more after ten hours."""
    return f"{seconds / 3600:.0f} 时" if seconds >= 36_000 else duration(seconds)
