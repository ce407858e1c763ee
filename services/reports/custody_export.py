"""Puts the custody log, or one manifest of it, in the text an outsider verifies; and its receipt in a QR's text."""

from __future__ import annotations

from datetime import datetime

from services.domain.custody import line_of
from services.domain.custody_file import CustodyFile, Told
from services.domain.custody_state import CustodyHead
from services.domain.merkle import Tree
from services.domain.receipt import Receipt
from services.domain.signed_note import Note, VerifierKey, key_of
from services.store.custody import CustodyLog, Head, Row
from services.store.store import Store

ALL = "all"


class NothingToExportError(ValueError):
    """No log, no checkpoint, or no such manifest. The message is Chinese."""


def exported(store: Store, what: str, now: datetime) -> CustodyFile:
    """``what`` is a manifest's id, or ``all``. Raises NothingToExportError."""
    about = store.snapshot("custody_head", now).first()
    if not isinstance(about, CustodyHead):
        raise NothingToExportError("库中没有存证日志")
    return log_file(store.custody, about) if what == ALL else manifest_file(store.custody, about, what)


def log_file(custody: CustodyLog, about: CustodyHead) -> CustodyFile:
    """All entries up to the newest checkpoint, every witnessed checkpoint, and the newest."""
    heads = custody.heads()
    if not heads:
        raise NothingToExportError("存证日志还没有校验点")
    newest = max(head.size for head in heads)
    told = tuple(Told(row.line, 0) for row in custody.rows(0, newest))
    return CustodyFile(True, key_of(about.log_key), _witnesses(about), told, _notes(heads, newest))


def manifest_file(custody: CustodyLog, about: CustodyHead, manifest: str) -> CustodyFile:
    """Its entries with the proof of each, under the newest checkpoint that was witnessed and covers them all,
    else under the newest."""
    head, tree, rows = _covering(custody, manifest)
    told = tuple(Told(row.line, 0, tree.inclusion(row.seq - 1, head.size)) for row in rows)
    return CustodyFile(False, key_of(about.log_key), _witnesses(about), told, (head.note,))


def receipt_of(custody: CustodyLog, manifest: str) -> Receipt:
    """Of the manifest's newest sealed entry."""
    head, tree, rows = _covering(custody, manifest)
    row = rows[-1]
    return Receipt(head.note, line_of(row.line), tree.inclusion(row.seq - 1, head.size))


def _covering(custody: CustodyLog, manifest: str) -> tuple[Head, Tree, list[Row]]:
    """The checkpoint, the tree it is the head of, and the manifest's entries in it."""
    newest, seen = custody.newest(), custody.newest(witnessed=True)
    if newest is None:
        raise NothingToExportError("存证日志还没有校验点")
    rows = [row for row in custody.of_manifest(manifest) if row.seq <= newest.size]
    if not rows:
        raise NothingToExportError(f"存证日志里没有联单 {manifest}")
    head = seen if seen is not None and seen.size >= rows[-1].seq else newest
    return head, Tree(custody.leaves(head.size)), rows


def _witnesses(about: CustodyHead) -> tuple[VerifierKey, ...]:
    return (key_of(about.witness_key),) if about.witness_key else ()


def _notes(heads: tuple[Head, ...], newest: int) -> tuple[Note, ...]:
    """One of each size, the witnessed one where there is one."""
    best: dict[int, Head] = {}
    for head in heads:
        if head.witnessed_at is not None or head.size == newest:
            best[head.size] = head if head.witnessed_at is not None else best.get(head.size, head)
    return tuple(best[size].note for size in sorted(best))
