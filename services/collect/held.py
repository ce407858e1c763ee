"""Counts what rules found and did not tell, so that nothing is kept back in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from threading import Lock

from services.domain.noise import HeldBack
from services.domain.timebase import local

EXCUSED = "有报备或停用"
OLD = "补传的旧数据"
QUIET = "办结后静默期内"
TOLD = "已报过"
LEARNING = "数据不足，尚在学习"


class HeldTally:
    """Of one Shanghai day. What a transaction that failed had found is found again and counts once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: Counter[tuple[str, str]] = Counter()
        self._pending: Counter[tuple[str, str]] = Counter()
        self._day: date | None = None

    def note(self, rule_id: str, why: str) -> None:
        with self._lock:
            self._pending[rule_id, why] += 1

    def settle(self) -> None:
        """The transaction before this one was written."""
        with self._lock:
            self._kept.update(self._pending)
            self._pending.clear()

    def forget(self) -> None:
        with self._lock:
            self._pending.clear()

    def begin(self, held: Sequence[HeldBack], now: datetime) -> None:
        """Go on where the day's count stood before a restart."""
        with self._lock:
            self._day = local(now).date()
            self._kept.update({(one.rule_id, one.why): one.count for one in held})

    def today(self, now: datetime) -> tuple[HeldBack, ...]:
        """The most frequent first."""
        self.settle()
        with self._lock:
            day = local(now).date()
            if self._day is not None and self._day != day:
                self._kept.clear()
            self._day = day
            ordered = sorted(self._kept.items(), key=lambda item: (-item[1], item[0]))
        return tuple(HeldBack(rule, why, count) for (rule, why), count in ordered)
