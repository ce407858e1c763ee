"""Saved bodies into the store, as if they had been sent: ``main.py ingest viid``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from services.domain.event import Batch, Event, Refused
from services.domain.snapshot import SourceStatus
from services.domain.timebase import REAL
from services.receivers.viid_directory import Directory
from services.receivers.viid_lookups import Lookups
from services.receivers.viid_reading import Reading, read_body
from services.receivers.viid_record import SOURCE, Outcome
from services.receivers.viid_taking import with_states_kept
from services.store.store import Store

TITLE = "卡口视图库 GA/T 1400"
LATE_AFTER_S = 30.0
AT_ONCE = 1000


def ingest_viid(files: Sequence[Path], store: Store, received_at: datetime | None = None) -> dict[str, Any]:
    """Take saved bodies, one a file, or one a line. ``read`` is always stored + duplicate + quarantined.
    Pictures are left out.

    Raises OSError for a file that cannot be read and StoreError when the store cannot take one.
    """
    now = received_at or REAL.now()
    counts = {"read": 0, "stored": 0, "duplicate": 0}
    by_reason: dict[str, int] = {}
    status = SourceStatus(SOURCE, TITLE, late_after_s=LATE_AFTER_S)
    outcomes = _outcomes(files, now, Directory(store, REAL))
    while some := list(islice(outcomes, AT_ONCE)):
        events = [each for each in some if isinstance(each, Event)]
        refused = [each for each in some if isinstance(each, Refused)]
        taken = store.take(Batch(events=events, refused=refused), status, now)
        counts["read"] += len(some)
        counts["stored"] += len(some) - len(refused) - taken.duplicates
        counts["duplicate"] += taken.duplicates
        for each in refused:
            by_reason[each.reason] = by_reason.get(each.reason, 0) + 1
    return {**counts, "quarantined": by_reason}


def _outcomes(files: Sequence[Path], now: datetime, directory: Directory) -> Iterator[Outcome]:
    lookups = Lookups(places=directory, spots=directory.spot)
    for file in files:
        for reading in _readings(Path(file).read_bytes(), now, lookups):
            yield from with_states_kept(reading.without_pictures(reading.pictures), directory).outcomes


def _readings(body: bytes, now: datetime, lookups: Lookups) -> Iterable[Reading]:
    whole = read_body(body, now, lookups)
    lines = [line for line in body.splitlines() if line.strip()]
    if not whole.bad_json or len(lines) < 2:
        return (whole,)
    if all(read_body(line, now, lookups).bad_json for line in lines):
        return (whole,)
    return (read_body(line, now, lookups) for line in lines)
