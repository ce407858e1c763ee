"""What detectors look at while a transaction is under way: its connection, and the watch lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from services.domain.watchlist import WatchlistEntry
from services.store import states

WATCHLIST = "watchlist"  # the topic


class Reading:
    """Shared by all detectors, also by those a new set of rules takes over from the one before."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self._lists: Mapping[str, Mapping[str, Sequence[WatchlistEntry]]] = {}
        self._content = -1

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
        """Read the watch lists again when they have changed; asking costs one look at one row."""
        held = states.holding(connection, WATCHLIST)
        content = held.content if held else 0
        if content == self._content:
            return
        lists: dict[str, dict[str, list[WatchlistEntry]]] = {}
        for entry in states.read(connection, WATCHLIST) if held else ():
            lists.setdefault(entry.list, {}).setdefault(entry.value, []).append(entry)
        self._lists, self._content = lists, content

    def forget(self) -> None:
        self._content = -1
