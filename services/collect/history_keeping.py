"""Lets go of days of the back-test's cache that the store itself no longer keeps: no plate outlives its passage."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from services.domain.keeping import Keeping
from services.store.columns import to_micros

EVERY_S = 3600.0
DAY = 86_400_000_000  # microseconds


class HistoryKeeping:
    """``folder`` holds one folder a kind of event, with files that begin with their day's number since 1970.
    What is left of an old day in the store is written anew when a back-test asks for it."""

    def __init__(self, folder: Path, keeping: Keeping) -> None:
        self._folder = folder
        self._keeping = keeping

    def tick(self, now: datetime) -> None:
        for kind in self._folder.glob("*/"):
            before = self._keeping.events_before(kind.name, now)
            if before is None:
                continue
            for file in kind.glob("*.parquet"):
                day = file.name.partition("-")[0]
                if day.isdigit() and (int(day) + 1) * DAY <= to_micros(before):
                    with contextlib.suppress(OSError):  # being read, or gone already: next time
                        file.unlink()
