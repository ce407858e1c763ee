"""RFC 6962 §2.1: a tree of hashes over a log that only grows, and the proofs an outsider can check.

A leaf's hash begins with the byte 0, an inner node's with 1, so neither can be passed off as the other.
Everything is bytes of SHA-256; indexes count from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256().digest()
HASH_SIZE = 32
Proof = tuple[bytes, ...]


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The hashes of every complete subtree, so that an entry costs two hashes on average and a proof none
    but those of the ragged edge."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """``leaf`` is a leaf's hash."""
        self._levels[0].append(leaf)
        level, full = 0, len(self)
        while full % 2 == 0:
            below = self._levels[level]
            level, full = level + 1, full // 2
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node_hash(below[-2], below[-1]))

    def leaf(self, index: int) -> bytes:
        return self._levels[0][index]

    def root(self, size: int | None = None) -> bytes:
        """Of the first ``size`` leaves; of all when not said. Raises ValueError beyond the end."""
        size = self._within(size)
        return self._subtree(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> Proof:
        """The audit path of a leaf in the tree of ``size``, from the leaf upwards."""
        size = self._within(size)
        if not 0 <= index < size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        return self._path(index, 0, size)

    def consistency(self, old: int, new: int | None = None) -> Proof:
        """Why the tree of ``new`` leaves only adds to the one of ``old``."""
        new = self._within(new)
        if not 0 <= old <= new:
            raise ValueError(f"a tree of {old} is no beginning of one of {new}")
        return self._sub_proof(old, 0, new, whole=True) if 0 < old < new else ()

    def _within(self, size: int | None) -> int:
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise ValueError(f"the tree has {len(self)} leaves, not {size}")
        return size

    def _subtree(self, start: int, end: int) -> bytes:
        """The hash over leaves ``start`` to ``end``; ``start`` always lies at an edge of its own split."""
        size = end - start
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self._levels[level][start >> level]
        split = start + _split(size)
        return node_hash(self._subtree(start, split), self._subtree(split, end))

    def _path(self, index: int, start: int, end: int) -> Proof:
        if end - start == 1:
            return ()
        split = start + _split(end - start)
        if index < split:
            return (*self._path(index, start, split), self._subtree(split, end))
        return (*self._path(index, split, end), self._subtree(start, split))

    def _sub_proof(self, old: int, start: int, end: int, *, whole: bool) -> Proof:
        """``old`` leaves from ``start`` on; ``whole`` while they are the old tree itself, known to who asks."""
        if old == end - start:
            return () if whole else (self._subtree(start, end),)
        split = _split(end - start)
        if old <= split:
            return (*self._sub_proof(old, start, start + split, whole=whole), self._subtree(start + split, end))
        right = self._sub_proof(old - split, start + split, end, whole=False)
        return (*right, self._subtree(start, start + split))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves' hashes."""
    return Tree(leaves).root()


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf to the root (RFC 9162 §2.1.3.2)."""
    return index >= 0 and root_by(leaf, index, size, proof) == root


def root_by(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root a proof leads to; None when it has too few or too many steps."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node_hash(step, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def consistent(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of ``new`` begins with that of ``old`` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and (old_root == (EMPTY if old == 0 else new_root))
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    earlier = later = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            earlier, later = node_hash(step, earlier), node_hash(step, later)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            later = node_hash(later, step)
        here, last = here >> 1, last >> 1
    return last == 0 and earlier == old_root and later == new_root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
