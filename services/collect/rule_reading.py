"""What detectors look at while a transaction is under way: its connection, and the watch lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from services.domain.watchlist import WatchlistEntry
from services.store import watching

WATCHLIST = watching.FEED  # the topic
_NEVER = (-1, -1)


class Reading:
    """Shared by all detectors, also by those a new set of rules takes over from the one before."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self._lists: Mapping[str, Mapping[str, Sequence[WatchlistEntry]]] = {}
        self._mark = _NEVER

    @contextmanager
    def of(self, connection: Connection) -> Iterator[None]:
        self.connection = connection
        try:
            yield
        finally:
            self.connection = None

    def now(self) -> Connection | None:
        return self.connection

    def listed(self, name: str) -> Mapping[str, Sequence[WatchlistEntry]]:
        return self._lists.get(name, {})

    def renew_lists(self, connection: Connection) -> None:
        """Read the watch lists again when an entry or an order has changed; asking costs two short looks."""
        mark = watching.mark(connection)
        if mark == self._mark:
            return
        lists: dict[str, dict[str, list[WatchlistEntry]]] = {}
        for entry in watching.speaking(connection):
            lists.setdefault(entry.list, {}).setdefault(entry.value, []).append(entry)
        self._lists, self._mark = lists, mark

    def forget(self) -> None:
        self._mark = _NEVER
