"""What a second place remembers of the log: its head, seen again and again, in a chain of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

BEFORE_ALL = "0" * 64
MINUTE, HANDOVER = "minute", "handover"


@dataclass(frozen=True, slots=True)
class Sighting:
    """The log's head as it was ``at``: row ``seq`` with its ``hash``. ``number`` counts from 1; ``prev``
    is the seal of the sighting before, and ``seal`` covers all of it."""

    number: int
    seq: int
    hash: str
    at: datetime
    occasion: str
    prev: str = BEFORE_ALL
    seal: str = ""


def sealed(sighting: Sighting) -> Sighting:
    """With its seal, by the same algorithm as the hash it holds."""
    name, _, _ = sighting.hash.partition(":")
    algorithm = name if name in hashlib.algorithms_available else "sha256"
    told = (sighting.number, sighting.seq, sighting.hash, _moment(sighting.at), sighting.occasion, sighting.prev)
    digest = hashlib.new(algorithm, "\n".join(map(str, told)).encode()).hexdigest()
    return replace(sighting, seal=f"{algorithm}:{digest}")


def next_after(last: Sighting | None, seq: int, hash_: str, at: datetime, occasion: str) -> Sighting:
    number, prev = (last.number + 1, last.seal) if last is not None else (1, BEFORE_ALL)
    return sealed(Sighting(number, seq, hash_, at, occasion, prev))


def first_fault(sightings: Iterable[Sighting]) -> str:
    """Why these are not the sightings that were written, in their order; empty when they are."""
    prev, number, seq = BEFORE_ALL, 1, 0
    for one in sightings:
        if one.number != number or one.prev != prev:
            return f"副本第 {number} 条缺失或次序不对，其处为第 {one.number} 条"
        if sealed(one).seal != one.seal:
            return f"副本第 {number} 条内容与其校验值不符"
        if one.seq < seq:
            return f"副本第 {number} 条记的日志比前一条短（{one.seq} < {seq}）"
        prev, number, seq = one.seal, number + 1, one.seq
    return ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
