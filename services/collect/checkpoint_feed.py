"""Whether the feed of passages as a whole speaks, and for how long it has been listened to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import local

SOURCE = "viid"
CUT_AFTER = timedelta(seconds=30)  # all checkpoints together are never still for so long


@dataclass(frozen=True, slots=True)
class Cut:
    """No passages of now: all that depends on them is unknown. ``since`` is the last one known of, if any."""

    since: datetime | None = None
    late: bool = False  # something comes in, but of long ago

    @property
    def words(self) -> str:
        if self.since is None:
            return "卡口数据未收到"
        return f"卡口数据{'滞后 止于' if self.late else '中断 自'} {local(self.since):%H:%M}"


def cut_of(statuses: Iterable[SourceStatus], newest: datetime | None, now: datetime, late: timedelta) -> Cut | None:
    """None while passages come in. ``newest`` is the last to pass; over ``late`` ago it says nothing of now."""
    status = next((s for s in statuses if s.id == SOURCE), None)
    if status is None or status.taken_at is None or newest is None:
        return Cut()
    if status.quality is Quality.STALE or now - status.taken_at > CUT_AFTER:
        return Cut(min(status.taken_at, newest))
    return Cut(newest, late=True) if now - newest > late else None


def listened_s(moments: Iterable[datetime]) -> float:
    """Seconds within which passages of any checkpoint came in; a break is no time without traffic."""
    ordered = sorted(moments)
    gaps = (later - earlier for earlier, later in pairwise(ordered))
    return sum(gap.total_seconds() for gap in gaps if gap <= CUT_AFTER)


def per_second(moments: Sequence[datetime], counts: Mapping[datetime, int], now: datetime) -> tuple[float | None, ...]:
    """The count of each second, 0 when none; None in a break. ``counts`` begins ``CUT_AFTER`` earlier."""
    heard = sorted(counts)
    return tuple(float(counts.get(moment, 0)) if _is_known(moment, heard, now) else None for moment in moments)


def _is_known(moment: datetime, heard: Sequence[datetime], now: datetime) -> bool:
    at = bisect_right(heard, moment)
    if at == 0:
        return False
    return heard[at - 1] == moment or (heard[at] if at < len(heard) else now) - heard[at - 1] <= CUT_AFTER
