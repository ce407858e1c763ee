"""The rows of the stream as it comes: so many a second, hits before others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from services.domain.alert import Alert
from services.domain.passage import Passage

ROWS_PER_S = 20
KEPT_HITS = 5  # rows with an alert that stay when newer ones push the others out
KEPT_FOR = timedelta(minutes=10)


class Ring:
    """``rows`` newest first. While ``is_held`` nothing moves, and ``held`` are the passages that wait."""

    def __init__(self) -> None:
        self.rows: tuple[Passage, ...] = ()
        self.is_held = False
        self.held: set[str] = set()
        self._seen: set[str] = set()
        self._came_at: datetime | None = None

    def turn(
        self, passages: Sequence[Passage], hits: Mapping[str, Alert], room: int, came_at: datetime | None = None
    ) -> None:
        """Bring up what is new of the newest passages. ``came_at`` is when they were taken; without it a
        whole pane of them may come up."""
        fresh = [p for p in passages if p.passage_id not in self._seen]
        shown = {p.passage_id for p in self.rows}
        missed = [p for p in passages if p.passage_id in hits and p.passage_id not in shown]
        if self.is_held:
            self.held |= {p.passage_id for p in fresh}
            return
        self._seen = {p.passage_id for p in passages}
        chosen = sorted(fresh, key=lambda p: (p.passage_id in hits, p.passed_at), reverse=True)
        chosen = chosen[: self._budget(came_at, room)]
        self._show([*chosen, *(p for p in missed if p not in chosen)], hits, room)

    def _budget(self, came_at: datetime | None, room: int) -> int:
        """How many rows may come up now: 20 for each second since the last, at most a full pane."""
        before, self._came_at = self._came_at, came_at
        if before is None or came_at is None:
            return room
        return min(room, round(ROWS_PER_S * (came_at - before).total_seconds()))

    def _show(self, more: Iterable[Passage], by_hit: Mapping[str, Alert], room: int) -> None:
        rows = sorted((*more, *self.rows), key=lambda p: p.passed_at, reverse=True)
        since = rows[0].passed_at - KEPT_FOR if rows else None
        hits = [p for p in rows if p.passage_id in by_hit and since is not None and p.passed_at >= since]
        kept = {p.passage_id for p in hits[:KEPT_HITS]}
        others = [p for p in rows if p.passage_id not in kept][: max(0, room - len(kept))]
        shown = kept | {p.passage_id for p in others}
        self.rows = tuple(p for p in rows if p.passage_id in shown)[:room]
