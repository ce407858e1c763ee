"""Reads the custody log in the database again, from where it was left: each line, each chain, each root."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.domain.custody import LineError, line_of
from services.domain.merkle import Tree
from services.domain.signed_note import VerifierKey
from services.reports.custody_key import signed_entry, signed_note
from services.store.custody import Head, Row


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not hold. ``manifest`` is empty when it is not known whose it was."""

    seq: int
    manifest: str
    reason: str


class Audit:
    """Holds the tree of what was read so far, so that only what is new is read at the next look."""

    def __init__(self, key: VerifierKey) -> None:
        self._key = key
        self.tree = Tree()
        self._ends: dict[str, tuple[int, str]] = {}

    def go_on(self, rows: Iterable[Row], heads: Sequence[Head], written: int) -> Broken | None:
        """``rows`` follow the ones read before; ``written`` is how many there must be in all."""
        for row in rows:
            why = self._why_not(row)
            if why:
                return Broken(min(row.seq, len(self.tree) + 1), row.manifest, why)
        if len(self.tree) < written:
            return Broken(len(self.tree) + 1, "", f"第 {len(self.tree) + 1} 条起缺失，应有 {written} 条")
        return self._rooted(heads)

    def _why_not(self, row: Row) -> str:
        """Empty when the row holds; it is then part of the tree."""
        expected = len(self.tree) + 1
        if row.seq != expected:
            return f"第 {expected} 条缺失，其后为第 {row.seq} 条"
        try:
            line = line_of(row.line)
        except LineError as why:
            return f"第 {row.seq} 条被改动：{why}"
        entry = line.entry
        if (entry.seq, entry.told.manifest, entry.no) != (row.seq, row.manifest, row.no) or not row.is_as_hashed:
            return f"第 {row.seq} 条内容与写入时的散列不符"
        if not signed_entry(line, self._key):
            return f"第 {row.seq} 条签名不符"
        if (entry.no - 1, entry.prev) != self._ends.get(row.manifest, (0, "")):
            return f"第 {row.seq} 条没有接在联单 {row.manifest} 的前一条之后"
        self._ends[row.manifest] = entry.no, line.leaf.hex()
        self.tree.append(line.leaf)
        return ""

    def _rooted(self, heads: Sequence[Head]) -> Broken | None:
        """Every head, ours or countersigned, must be the head of this tree."""
        good = 0
        for head in sorted(heads, key=lambda one: one.size):
            checkpoint = head.note.checkpoint
            if checkpoint.size > len(self.tree):
                why = f"日志被截短：校验点记到第 {checkpoint.size} 条，库中只有 {len(self.tree)} 条"
                return Broken(len(self.tree) + 1, "", why)
            if not signed_note(head.note, self._key):
                return Broken(good + 1, "", f"{checkpoint.size} 条的校验点没有日志的有效签名")
            if self.tree.root(checkpoint.size) != checkpoint.root:
                return Broken(good + 1, "", f"第 {good + 1} 至 {checkpoint.size} 条之间被改写，与校验点的树根不同")
            good = checkpoint.size
        return None
