"""The part of all passages that a pane has at hand while an officer scrolls through them."""

from __future__ import annotations

from datetime import datetime

from services.domain.passage import Passage
from services.domain.passage_page import PAGE_ROWS, PageAsked, PassagePage

MOST_ROWS = 20 * PAGE_ROWS  # at hand at once, whatever lies behind
AHEAD_ROWS = 3 * PAGE_ROWS  # asked for before they are needed


class PassageBook:
    """Rows newest first. ``top`` is the row at the upper edge, with its fraction.

    Pages are asked for one at a time and come whenever they come; what lies far from ``top`` is let go,
    so that a million rows cost no more than a few thousand. ``oldest`` and ``newest`` are of all
    passages that are kept.
    """

    def __init__(self) -> None:
        self.rows: list[Passage] = []
        self.top = 0.0
        self.oldest: datetime | None = None
        self.newest: datetime | None = None
        self._asked: PageAsked | None = None
        self._ends = {True: False, False: False}  # whether nothing older, nothing newer is left

    @property
    def at(self) -> datetime | None:
        """The moment of the row at the upper edge."""
        return self.rows[min(int(self.top), len(self.rows) - 1)].passed_at if self.rows else None

    @property
    def is_waiting(self) -> bool:
        return self._asked is not None

    @property
    def share(self) -> float | None:
        """How far back the upper edge is, 0 the newest, 1 the oldest passage; None while unknown."""
        at, oldest, newest = self.at, self.oldest, self.newest
        if at is None or oldest is None or newest is None or newest <= oldest:
            return None
        return min(1.0, max(0.0, (newest - at) / (newest - oldest)))

    def moment_at(self, share: float) -> datetime | None:
        """The moment that is so far back."""
        if self.oldest is None or self.newest is None:
            return None
        return self.newest - min(1.0, max(0.0, share)) * (self.newest - self.oldest)

    def scroll(self, rows: float, room: float) -> None:
        """Move by so many rows, at most to what is at hand. ``room`` is how many fit in the pane."""
        self.top = max(0.0, min(self.top + rows, len(self.rows) - room))

    def jump(self, at: datetime) -> PageAsked:
        """Begin anew at a moment."""
        self.rows, self.top = [], 0.0
        self._ends = {True: False, False: False}
        self._asked = PageAsked(at)
        return self._asked

    def wanted(self, room: float) -> PageAsked | None:
        """The page to ask for now, if one is and none is under way."""
        if self._asked is not None or not self.rows:
            return None
        below = len(self.rows) - self.top - room
        if below < AHEAD_ROWS and not self._ends[True]:
            self._asked = _beside(self.rows[-1], older=True)
        elif self.top < AHEAD_ROWS and not self._ends[False]:
            self._asked = _beside(self.rows[0], older=False)
        return self._asked

    def take(self, asked: PageAsked, page: PassagePage | None) -> None:
        """The answer to what was asked last, None for none; any other is of a place left meanwhile."""
        if asked != self._asked:
            return
        self._asked = None
        if page is None:
            return
        self._ends[asked.older] = page.is_last
        self.oldest, self.newest = page.oldest or self.oldest, page.newest or self.newest
        if asked.older:
            self.rows += page.rows
            self._let_go_above()
        else:
            self.rows[:0] = page.rows
            self.top += len(page.rows)
            self._let_go_below()

    def _let_go_above(self) -> None:
        spare = min(len(self.rows) - MOST_ROWS, int(self.top) - AHEAD_ROWS)
        if spare > 0:
            del self.rows[:spare]
            self.top -= spare
            self._ends[False] = False

    def _let_go_below(self) -> None:
        spare = min(len(self.rows) - MOST_ROWS, len(self.rows) - int(self.top) - AHEAD_ROWS)
        if spare > 0:
            del self.rows[-spare:]
            self._ends[True] = False


def _beside(passage: Passage, *, older: bool) -> PageAsked:
    return PageAsked(passage.passed_at, passage.passage_id, older)
