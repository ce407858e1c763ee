"""通知外发: what was told outside the desk, to whom, and what the receiver said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.alert import AlertLevel
from services.domain.notice import OCCASION_WORDS, STATE_WORDS, TOLD_WORDS, Notice, NoticeState, Occasion
from services.domain.snapshot import Snapshot
from widgets.look import Look
from widgets.table import TablePane

COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"title": "时间", "field": "at", "format": "moment", "width": 92},
    {"title": "预警", "field": "alert", "width": 132, "glyph": "level", "ink": "text"},
    {"title": "事由", "field": "why", "width": 104},
    {"title": "渠道", "field": "channel", "width": 76},
    {"title": "收件", "field": "recipient", "stretch": 1.5, "missing": "dash"},
    {"title": "状态", "field": "state", "width": 64, "ink": "text"},
    {"title": "次数", "field": "attempts", "format": "number", "align": "right", "width": 52},
    {"title": "回执", "field": "answer", "stretch": 1.2, "missing": "dash"},
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as a line of the table."""

    id: str
    at: datetime
    alert: str
    level: AlertLevel
    why: str
    channel: str
    recipient: str | None
    state: str
    attempts: int
    answer: str | None


class OutboxPane(TablePane):
    """The newest notices, newest first; a row selects its alert. Topics ``outbox``, ``outbox_figures``."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        fixed = {"columns": COLUMNS, "subject": "alert", "subject_id": "alert", "empty": "没有通知"}
        super().__init__(title, {**options, **fixed}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        if snapshot.topic == "outbox":
            super().draw(replace(snapshot, records=tuple(map(row_of, snapshot.records))))
            return
        counts = [f"{figure.label} {figure.value}" for figure in snapshot.records if figure.value != "0"]
        self.note = " · ".join(counts)
        self.update()


def row_of(notice: Notice) -> NoticeRow:
    """One waiting for its next try says so in its state."""
    why = OCCASION_WORDS[notice.occasion]
    if notice.occasion is Occasion.ESCALATED:
        why += f" {TOLD_WORDS.get(notice.news.role, notice.news.role)}"
    retried = notice.state is NoticeState.PENDING and notice.attempts > 0
    return NoticeRow(
        id=notice.id,
        at=notice.created_at,
        alert=notice.alert_id,
        level=notice.news.level,
        why=why,
        channel=notice.channel,
        recipient=notice.recipient or None,
        state="重试中" if retried else STATE_WORDS[notice.state],
        attempts=notice.attempts,
        answer=notice.answer or None,
    )
