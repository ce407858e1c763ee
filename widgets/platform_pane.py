"""上级视图库: whether the platform above hears us, what it sends us, and which watch orders it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.platform import DETAIL_WORDS, Disposition, OurSubscription, Platform, Standing
from services.domain.snapshot import Snapshot
from widgets.look import Look
from widgets.table import TablePane

STANDING_WORDS: Mapping[Standing, str] = {
    Standing.RUNNING: "生效",
    Standing.CANCELLED: "已取消",
    Standing.EXPIRED: "已到期",
    Standing.NONE: "未确认",
}
COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"title": "对象", "field": "what", "ink": "text", "width": 196},
    {"title": "状态", "field": "state", "width": 72},
    {"title": "更新", "field": "at", "format": "moment", "width": 96, "missing": "dash"},
    {"title": "至", "field": "until", "format": "date", "width": 84, "missing": "blank"},
    {"title": "说明", "field": "error", "stretch": 1.0, "missing": "blank"},
)


@dataclass(frozen=True, slots=True)
class PlatformRow:
    id: str
    what: str
    state: str
    at: datetime | None
    until: datetime | None = None
    error: str | None = None


class PlatformPane(TablePane):
    """Topics: ``viid_platforms``, ``subscriptions``, ``dispositions``. No row names a plate."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"empty": "没有接入上级视图库", **options, "columns": COLUMNS}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        rows = tuple(self._rows())
        running = sum(one.standing is Standing.RUNNING for one in self.records("dispositions"))
        self.note = f"在控 {running}" if rows else ""
        super().draw(replace(snapshot, records=rows))

    def _rows(self) -> Iterator[PlatformRow]:
        for platform in self.records("viid_platforms"):
            yield _platform(platform)
        for subscription in self.records("subscriptions"):
            yield _subscription(subscription)
        for disposition in sorted(self.records("dispositions"), key=lambda one: one.changed_at, reverse=True):
            yield _disposition(disposition)


def _platform(one: Platform) -> PlatformRow:
    state = "故障" if one.failing_since else "已注册" if one.registered_at else "未注册"
    return PlatformRow(one.id, one.title, state, one.heard_at, None, one.error or None)


def _subscription(one: OurSubscription) -> PlatformRow:
    what = f"订阅 {DETAIL_WORDS.get(one.detail, one.detail)}"
    return PlatformRow(one.id, what, STANDING_WORDS[one.standing], one.changed_at, one.ends_at, one.error or None)


def _disposition(one: Disposition) -> PlatformRow:
    state = STANDING_WORDS[one.standing]
    return PlatformRow(one.id, f"布控 {one.order_id}", state, one.changed_at, one.ends_at, one.error or None)
