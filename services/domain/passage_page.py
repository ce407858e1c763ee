"""Pages of the row of all passages, newest first: what a pane asks when it scrolls into the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.domain.passage import Passage
from services.domain.question import PASSAGES, Question

PAGE_ROWS = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PageAsked:
    """The rows next to a place, older or newer. Without an id the place is before all rows of its moment."""

    at: datetime
    passage_id: str = ""
    older: bool = True

    def question(self) -> Question:
        way = "older" if self.older else "newer"
        return Question(PASSAGES, f"{way} {(self.at - _EPOCH) // _MICROSECOND} {self.passage_id}")


@dataclass(frozen=True, slots=True)
class PassagePage:
    """``rows`` newest first, whichever way was asked; fewer than a page is the end that way. ``oldest`` and
    ``newest`` are of all passages that are kept."""

    rows: tuple[Passage, ...]
    oldest: datetime | None = None
    newest: datetime | None = None

    @property
    def is_last(self) -> bool:
        return len(self.rows) < PAGE_ROWS


def page_asked(about: str) -> PageAsked:
    """Raises ValueError for what no ``question`` wrote."""
    way, micros, passage_id = about.split(" ", 2)
    return PageAsked(_EPOCH + int(micros) * _MICROSECOND, passage_id, way == "older")
