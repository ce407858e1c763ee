"""What every detector is: events in, outcomes out, and the past it may ask for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from services.domain.event import Event
from services.domain.rule import Found
from services.domain.sieve import Columns, Places
from services.domain.watchlist import WatchlistEntry

Key = tuple[Any, ...]
Seed = Callable[[Key, datetime], Iterable[Event]]  # stored events of a key since a moment that meet where or clear
Seeds = Callable[[Sequence[Key], datetime], Mapping[Key, Sequence[Event]]]  # the same of many keys at once
Latest = Callable[[datetime], Iterable[Event]]  # the newest stored event of every key heard since a moment
Newest = Callable[[], datetime | None]  # the moment of the newest stored event of the rule's kinds
After = Callable[[Event, int], int]  # how many stored events came in after one, at most so many
Since = Callable[[datetime], Iterable[Event]]  # stored events since a moment, of all keys
Between = Callable[[Key, datetime, datetime], Iterable[Any]]  # records of a key in [since, until) that meet where
Listed = Callable[[str], Mapping[str, Sequence[WatchlistEntry]]]  # a list's name → its entries by value


@dataclass(frozen=True, slots=True)
class Cleared:
    """What the event's key was told for is back to normal."""

    event: Event


Outcome = Found | Cleared


def _nothing(*_asked: Any) -> tuple[Any, ...]:
    return ()


def _enough(_event: Event, most: int) -> int:
    return most


@dataclass(frozen=True, slots=True)
class Past:
    """How a detector learns what happened before it began."""

    seed: Seed
    latest: Latest
    newest: Newest
    seeds: Seeds | None = None
    between: Between = _nothing
    since: Since = _nothing  # those that meet where
    answers: Since = _nothing  # those that meet ``then``
    after: After = _enough


def key_reader(by: Sequence[str]) -> Callable[[Any], Key | None]:
    """How the columns of a key are read; None when one of them is unknown."""
    read = attrgetter(*by)
    if len(by) == 1:
        return lambda record: None if (value := read(record)) is None else (value,)
    return lambda record: None if None in (key := read(record)) else key


def bare(event: Event) -> Event:
    """The event without its bytes, to be remembered: the inbox has them."""
    return Event(event.source, event.event_id, event.kind, event.occurred_at, event.record) if event.raw else event


class Detector(ABC):
    """Takes the events that meet a rule's ``where`` or ``clear``, one by one.

    A batch begins with ``begin`` (whatever was fed before is in the store now, or was forgotten) and is
    in order of time.
    """

    def begin(self) -> None:
        return

    def worth(self, _columns: Columns, places: Places) -> Places:
        """Which of the events that meet ``where`` can say anything at all."""
        return places

    def prepare(self, events: Sequence[Event]) -> None:
        """These are coming: what must be known of the past for them is better asked at once."""
        return

    @abstractmethod
    def feed(self, event: Event) -> Sequence[Outcome]:
        """An event that meets ``where``."""

    def good(self, event: Event) -> Sequence[Outcome]:
        """An event that meets ``clear`` and not ``where``."""
        return (Cleared(event),)

    def then(self, _event: Event) -> Sequence[Outcome]:
        """An event that meets ``then``."""
        return ()

    def due(self, now: datetime) -> Sequence[Outcome]:
        """What is a hit because time has passed."""
        return ()

    @property
    def waits(self) -> bool:
        """Whether ``due`` may ever say anything."""
        return False

    def forget(self) -> None:
        """What was fed lately did not happen: the past tells what did."""
        return
