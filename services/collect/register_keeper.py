"""Mirrors the registers of the community's database into ours: looked at every ten minutes, written by difference.

What it cannot read leaves the registers as they were; why stands in ``import_reports``.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from services.collect.site import Site, SiteError
from services.collect.work import Work
from services.domain.import_fields import Columns
from services.domain.import_mapping import ImportMapping, MappingError
from services.domain.scope import DISTRICT
from services.imports.command import mapping_of, sql_incoming
from services.imports.raw import ImportFileError, RawTable
from services.imports.taking import Incoming, Taking
from services.store.errors import StoreBusy, StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

SOURCE = "community"
LOOK_S = 30.0
EVERY = timedelta(minutes=10)
AGAIN = timedelta(minutes=1)  # after a look that failed
WHOLE_EVERY = timedelta(hours=1)  # though nothing but moments of devices changed
TIMEOUT_S = 10.0
_MOMENTS = ("heard_at",)


def work(store: Store, site: Site) -> Work:
    """Nothing for a site without a community. Raises SiteError."""
    table = site.sources.get("community")
    if table is None or not table.get("url"):
        return Work()
    try:
        mapping = mapping_of(_path(site), str(site.community.get("code", DISTRICT)))
        incoming = sql_incoming(SOURCE, str(table["url"]), TIMEOUT_S, quiet=True)
    except (MappingError, ImportFileError, OSError) as why:
        raise SiteError(f"site.toml: community.mapping：{why}") from None
    keeper = RegisterKeeper(store, incoming, mapping)
    return Work(ticks=(("registers_mirror", keeper.tick, LOOK_S),))


class RegisterKeeper:
    """For one caller at a time."""

    def __init__(self, store: Store, incoming: Incoming, mapping: ImportMapping) -> None:
        self._store = store
        self._incoming = incoming
        self._mapping = mapping
        self._due: datetime | None = None
        self._whole: datetime | None = None
        self._seen = b""

    def tick(self, now: datetime) -> None:
        """Imports when a look is due and what it reads differs from last time."""
        if self._due is not None and self._due - EVERY <= now < self._due:
            return
        try:
            self._due = now + (EVERY if self._look(now) else AGAIN)
        except StoreBusy:
            self._due = now + AGAIN
        except StoreError as why:
            self._due = now + AGAIN
            log.info("registers not mirrored: %s", why)

    def _look(self, now: datetime) -> bool:
        """False when it is worth another look soon."""
        held, seen = self._read()
        if seen and seen == self._seen and self._whole is not None and self._whole <= now < self._whole + WHOLE_EVERY:
            return True
        report = Taking(self._store, Incoming(SOURCE, "sql", held, quiet=True), self._mapping, now).run()
        self._seen, self._whole = (b"", None) if report.failed else (seen, now)
        return not report.failed

    def _read(self) -> tuple[Callable[[ImportMapping], Iterable[RawTable]], bytes]:
        """The tables, and a digest of what they say but for moments; none when they cannot be read."""
        try:
            tables = [RawTable(t.name, t.heads, list(t.rows), t.head_row) for t in self._incoming.read(self._mapping)]
        except ImportFileError as why:
            return _failing(why), b""
        return (lambda _: tables), _digest(tables, self._mapping)


def _path(site: Site) -> Path | None:
    given = site.community.get("mapping")
    return None if given is None else site.folder / str(given)


def _failing(why: ImportFileError) -> Callable[[ImportMapping], Iterable[RawTable]]:
    def read(_: ImportMapping) -> Iterable[RawTable]:
        raise why

    return read


def _digest(tables: Sequence[RawTable], mapping: ImportMapping) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for table in tables:
        kind = mapping.kind_of(table.name, table.heads)
        columns = Columns.of(mapping.tables[kind], table.heads) if kind else None
        left_out = {columns.places[name] for name in _MOMENTS if columns and name in columns.places}
        digest.update(repr((table.name, table.heads)).encode())
        for row in table.rows:
            cells = [cell for place, cell in enumerate(row.cells) if place not in left_out]
            digest.update(repr(cells).encode("utf-8", "replace"))
    return digest.digest()
