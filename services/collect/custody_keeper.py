"""Enters what happens to hand-ins in the custody log, each deed once, and signs the log's head."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.domain.boats import HandInRequest
from services.domain.custody import Draft
from services.domain.custody_steps import drafts
from services.domain.deed import Deed
from services.domain.hand_in_case import NAME
from services.domain.merkle import Tree, leaf_hash
from services.reports.custody_key import LogSigner
from services.store import states
from services.store.custody import Head
from services.store.store import Store
from services.store.streams import STREAMS

log = logging.getLogger(__name__)

TICK_S = 2.0


class CustodyKeeper:
    """What was entered stands in one transaction with how far the deeds were read, so a process killed at any
    step goes on without losing or doubling an entry. No head is signed over a log that was rewritten."""

    def __init__(self, store: Store, signer: LogSigner) -> None:
        self._store = store
        self._signer = signer
        self._tree = Tree()
        self._refused = False

    def tick(self, now: datetime) -> None:
        """Raises StoreError, and goes on at the next tick."""
        while self.enter(now):
            pass
        self.seal(now)

    def enter(self, now: datetime) -> int:
        """What the next deeds say. How many deeds there were."""
        custody = self._store.custody
        done, found = custody.new_deeds(NAME)
        if not found:
            return 0
        told = self._told(found)
        custody.append(told, done, found[-1][0], self._signer.line, now)
        return len(found)

    def seal(self, now: datetime) -> None:
        """Sign the head when the log has grown. The tree stays at hand; only new lines are read."""
        custody = self._store.custody
        for row in custody.rows(len(self._tree)):
            if row.seq != len(self._tree) + 1:
                self._refuse(f"entry {len(self._tree) + 1} is missing")
                return
            self._tree.append(leaf_hash(row.line.encode()))
        head, size = custody.newest(), len(self._tree)
        if size == (head.size if head is not None else 0):
            return
        if head is not None and (size < head.size or self._tree.root(head.size) != head.note.checkpoint.root):
            self._refuse(f"entries up to {head.size} are not what was signed")
            return
        self._refused = False
        custody.put_head(Head(self._signer.note(size, self._tree.root()), now, None))

    def _refuse(self, why: str) -> None:
        """Begin the tree anew at the next tick: a log that is mended goes on by itself."""
        self._tree = Tree()
        if not self._refused:
            log.error("the custody log's head is not signed: %s", why)
        self._refused = True

    def _told(self, found: Sequence[tuple[int, Deed]]) -> list[tuple[int, Draft]]:
        names = self._names()
        wanted = {(deed.case_id, deed.version): row for row, deed in found}
        told: list[tuple[int, Draft]] = []
        for case_id in dict.fromkeys(deed.case_id for _, deed in found):
            before: HandInRequest | None = None
            for deed in self._store.deeds(case_id):
                after: HandInRequest = STREAMS[NAME].evolve(before, deed)
                row = wanted.get((case_id, deed.version))
                if row is not None:
                    told += [(row, draft) for draft in drafts(before, after, deed.at, names)]
                before = after
        told.sort(key=lambda one: one[0])  # stable: the drafts of one deed keep their order
        return told

    def _names(self) -> Mapping[str, str]:
        with self._store.read() as connection:
            return {house.id: house.name for house in states.read(connection, "warehouses")}
