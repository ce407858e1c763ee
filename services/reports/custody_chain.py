"""One manifest's chain as an officer asks for it: each entry verified now, against the newest signed head."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from services.domain.custody import CustodyStep, Draft, Line, LineError, line_of
from services.domain.custody_file import CustodyFile, Told
from services.domain.custody_state import ChainLink, CustodyChain, CustodyHead, Lamp
from services.domain.merkle import Tree, included
from services.domain.officer import Officer
from services.domain.receipt import Receipt
from services.domain.signed_note import VerifierKey, key_of, spell
from services.reports.custody_key import signed_entry, signed_note
from services.store import custody, states
from services.store.custody import Head, Row
from services.store.scoping import may_read, scope_for

TOPIC = "custody_head"


def chain_of(connection: Connection, manifest: str, officer: Officer | None) -> CustodyChain | None:
    """None where nothing was entered of it, and for an officer without the scene."""
    return Chains(connection).of(manifest) if may_read(scope_for(officer), TOPIC) else None


class Chains:
    """The log's head and tree, read once for several manifests."""

    def __init__(self, connection: Connection) -> None:
        about = next((one for one in states.read(connection, TOPIC) if isinstance(one, CustodyHead)), None)
        self._connection = connection
        self._key = key_of(about.log_key) if about is not None else None
        self._witnesses = (key_of(about.witness_key),) if about is not None and about.witness_key else ()
        self._newest, self._seen = custody.newest(connection), custody.newest(connection, witnessed=True)
        self._size = self._newest.size if self._newest is not None else 0
        self._tree = Tree(custody.leaves(connection, self._size))
        self._sound = self._is_head(self._newest)
        self._witnessed = self._seen.size if self._seen is not None and self._sound and self._is_head(self._seen) else 0

    def of(self, manifest: str) -> CustodyChain | None:
        rows = tuple(custody.of_manifest(self._connection, manifest))
        if self._key is None or not rows:
            return None
        newest, seen = self._newest, self._seen
        links = self._links(rows, self._key)
        chain = CustodyChain(
            manifest=manifest,
            links=links,
            size=self._size,
            root=spell(newest.note.checkpoint.root) if newest is not None else "",
            witnessed=self._witnessed,
            witnessed_at=seen.witnessed_at if seen is not None else None,
        )
        head = seen if self._witnessed >= rows[-1].seq else newest
        sealed = [row for row in rows if head is not None and row.seq <= head.size]
        if head is None or not sealed or any(link.lamp is Lamp.BROKEN for link in links):
            return chain
        proofs = [self._tree.inclusion(row.seq - 1, head.size) for row in sealed]
        told = tuple(Told(row.line, 0, proof) for row, proof in zip(sealed, proofs, strict=True))
        file = CustodyFile(False, self._key, self._witnesses, told, (head.note,))
        receipt = Receipt(head.note, line_of(sealed[-1].line), proofs[-1])
        return replace(chain, receipt=receipt.spelled, export=file.spelled)

    def _is_head(self, head: Head | None) -> bool:
        if head is None or self._key is None or len(self._tree) < head.size:
            return False
        return self._tree.root(head.size) == head.note.checkpoint.root and signed_note(head.note, self._key)

    def _links(self, rows: tuple[Row, ...], key: VerifierKey) -> tuple[ChainLink, ...]:
        found: list[ChainLink] = []
        before: Line | None = None
        for row in rows:
            try:
                line = line_of(row.line)
            except LineError as why:
                told = before.entry.told if before is not None else _unread(row)
                found.append(ChainLink(row.seq, row.no, told, row.leaf.hex(), Lamp.BROKEN, str(why)))
                continue
            lamp, why_not = self._judged(line, row, key)
            if lamp is not Lamp.BROKEN and line.entry.prev != (before.leaf.hex() if before is not None else ""):
                lamp, why_not = Lamp.BROKEN, "没有接在前一条之后"
            seen = lamp is Lamp.HOLDS and row.seq <= self._witnessed
            found.append(ChainLink(row.seq, row.no, line.entry.told, line.leaf.hex(), lamp, why_not, seen))
            before = line
        return tuple(found)

    def _judged(self, line: Line, row: Row, key: VerifierKey) -> tuple[Lamp, str]:
        tree = self._tree
        if not signed_entry(line, key):
            return Lamp.BROKEN, "签名不符，内容被改动"
        if line.leaf != row.leaf or (line.entry.seq, line.entry.no) != (row.seq, row.no):
            return Lamp.BROKEN, "与写入时的散列不符"
        if row.seq > self._size:
            return Lamp.UNKNOWN, "尚未入校验点"
        if not self._sound:
            return Lamp.BROKEN, "日志的树根与已签校验点不同"
        if not included(line.leaf, row.seq - 1, len(tree), tree.inclusion(row.seq - 1), tree.root()):
            return Lamp.BROKEN, "不在校验点的树中"
        return Lamp.HOLDS, ""


def _unread(row: Row) -> Draft:
    """In the place of an entry that cannot be read: nothing of it is known."""
    return Draft(row.manifest, "", CustodyStep.CORRECTED, "", "", "", None, (), "", datetime.fromtimestamp(0, UTC))
