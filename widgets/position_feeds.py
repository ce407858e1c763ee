"""船位来源: every feed of positions with what its filters found; and the boats whose positions are doubted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.position import DROP_WORDS, DoubtedBoat, FeedHealth
from services.domain.snapshot import Snapshot
from widgets.look import Look
from widgets.table import TablePane

FEEDS: tuple[Mapping[str, Any], ...] = (
    {"title": "来源", "field": "title", "ink": "text", "width": 100},
    {"title": "最近", "field": "heard_at", "format": "time", "width": 66, "missing": "hatch"},
    {"title": "采信", "field": "reports", "format": "number", "align": "right", "width": 70},
    {"title": "过滤", "field": "said", "stretch": 1.0, "missing": "blank"},
)
DOUBTED: tuple[Mapping[str, Any], ...] = (
    {"title": "船舶", "field": "name", "ink": "text", "width": 112},
    {"title": "起", "field": "since", "format": "minute", "width": 56},
    {"title": "存疑", "field": "doubt", "second": "where", "stretch": 1.0},
)
REFUSED = "读不懂"


@dataclass(frozen=True, slots=True)
class FeedRow:
    id: str
    title: str
    heard_at: datetime | None
    reports: int
    said: str | None


@dataclass(frozen=True, slots=True)
class DoubtedRow:
    id: str
    name: str
    doubt: str
    since: datetime
    where: str


class PositionFeedsPane(TablePane):
    """Topic: ``position_feeds``. Counts are since the collector's start."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"empty": "没有接入船位来源", **options, "columns": FEEDS}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        feeds: Sequence[FeedHealth] = snapshot.records
        self.note = f"{len(feeds)} 路 · 采集启动以来" if feeds else ""
        super().draw(replace(snapshot, records=tuple(feed_row(feed) for feed in feeds)))


class DoubtedBoatsPane(TablePane):
    """Topic: ``doubted_boats``. They are kept out of the rules of the sea."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        fixed = {"columns": DOUBTED, "subject": "boat"}
        super().__init__(title, {"empty": "没有存疑船位", "row": 46, **options, **fixed}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self.note = f"{len(snapshot.records)} 艘不参与海上规则" if snapshot.records else ""
        super().draw(replace(snapshot, records=tuple(doubted_row(boat) for boat in snapshot.records)))


def feed_row(feed: FeedHealth) -> FeedRow:
    known = [f"{DROP_WORDS[reason]} {count:,}" for reason, count in feed.counts if reason in DROP_WORDS]
    refused = sum(count for reason, count in feed.counts if reason not in DROP_WORDS)
    said = known + ([f"{REFUSED} {refused:,}"] if refused else [])
    return FeedRow(feed.id, feed.title, feed.heard_at, feed.reports, feed.error or " · ".join(said) or None)


def doubted_row(boat: DoubtedBoat) -> DoubtedRow:
    doubt, where = boat.doubt, f"{boat.lon:.3f}, {boat.lat:.3f}"
    if boat.other_lon is not None and boat.other_lat is not None:
        doubt = f"{doubt}，相距 {boat.apart_nm:.0f} 海里"
        where = f"{where}　{boat.other_lon:.3f}, {boat.other_lat:.3f}"
    return DoubtedRow(boat.id, boat.vessel_no or str(boat.mmsi), doubt, boat.since, where)
