"""The tracks of the boats: one row a boat and six hours, its thinned fixes as one compressed blob."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from services.domain.officer import Officer
from services.domain.track import BLOCK_MS, Fixes, Track, merged, no_fixes, pack, track_asked, unpack
from services.store import rows
from services.store.columns import from_micros, to_micros
from services.store.schema import boat_track
from services.store.scoping import may_read, scope_for

READ_AT_ONCE = 500  # boats of one SELECT
_Block = tuple[int, int]  # mmsi, begin in milliseconds


def keep_fixes(connection: Connection, fixes: Fixes) -> int:
    """Put thinned fixes where they belong, late ones between those that are there. How many were new."""
    begins = fixes["at_ms"] // BLOCK_MS * BLOCK_MS
    blocks: dict[_Block, list[int]] = {}
    for row, (mmsi, begin) in enumerate(zip(fixes["mmsi"].tolist(), begins.tolist(), strict=True)):
        blocks.setdefault((mmsi, begin), []).append(row)
    kept = _stored(connection, blocks)
    changed: list[dict[str, Any]] = []
    new = 0
    for (mmsi, begin), places in blocks.items():
        before = kept.get((mmsi, begin), no_fixes())
        after = merged(before, fixes[places])
        if len(after) > len(before):
            new += len(after) - len(before)
            changed.append({"mmsi": mmsi, "at": _end(begin), "blob": pack(after, begin)})
    rows.upsert(connection, boat_track, changed)
    return new


def track_of(connection: Connection, about: str, officer: Officer | None = None) -> Track:
    """The track that was asked for; an empty one for an officer without the boats' scene."""
    asked = track_asked(about)
    if not may_read(scope_for(officer), "fleet"):
        return Track(asked.mmsi, no_fixes())
    own = boat_track.c.mmsi == asked.mmsi
    first, last = (to_micros(m) // 1000 // BLOCK_MS * BLOCK_MS for m in (asked.since, asked.until))
    query = select(boat_track.c.at, boat_track.c.blob).where(own, boat_track.c.at.between(_end(first), _end(last)))
    parts = [
        unpack(asked.mmsi, _begin(row.at), row.blob) for row in connection.execute(query.order_by(boat_track.c.at))
    ]
    fixes = np.concatenate(parts) if parts else no_fixes()
    since, until = to_micros(asked.since) / 1000, to_micros(asked.until) / 1000
    inside = (fixes["at_ms"] >= since) & (fixes["at_ms"] <= until)
    return Track(asked.mmsi, fixes[inside], _oldest(connection, asked.mmsi))


def _oldest(connection: Connection, mmsi: int) -> Any:
    own = select(boat_track.c.at, boat_track.c.blob).where(boat_track.c.mmsi == mmsi)
    row = connection.execute(own.order_by(boat_track.c.at).limit(1)).first()
    return None if row is None else from_micros(int(unpack(mmsi, _begin(row.at), row.blob)["at_ms"][0]) * 1000)


def _stored(connection: Connection, blocks: dict[_Block, list[int]]) -> dict[_Block, Fixes]:
    found: dict[_Block, Fixes] = {}
    by_begin: dict[int, list[int]] = {}
    for mmsi, begin in blocks:
        by_begin.setdefault(begin, []).append(mmsi)
    for begin, boats in by_begin.items():
        for i in range(0, len(boats), READ_AT_ONCE):
            asked = boat_track.c.at == _end(begin), boat_track.c.mmsi.in_(boats[i : i + READ_AT_ONCE])
            for row in connection.execute(select(boat_track.c.mmsi, boat_track.c.blob).where(*asked)):
                found[row.mmsi, begin] = unpack(row.mmsi, begin, row.blob)
    return found


def _end(begin_ms: int) -> Any:
    """The moment a block is named by: its end, so that it is swept only when all of it is old."""
    return from_micros((begin_ms + BLOCK_MS) * 1000)


def _begin(end: Any) -> int:
    return to_micros(end) // 1000 - BLOCK_MS
