"""What boats did day by day, as columns: hours under way, hours heard, port calls, oily water handed in.

A day is one of Shanghai. Hours are tenths in a byte (0–240); kilograms are whole.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 64 * 1024 * 1024  # of one unpacked table: 100,000 boats for 600 days

Hours = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ActivityBlock:
    """Daily statistics of a fleet as a position platform tells them, packed. ``id`` is the platform's."""

    id: str
    first_day: date
    days: int
    mmsi: bytes  # <u4, ascending
    under_way: bytes  # u1, tenths of an hour, one row a boat
    heard: bytes
    calls: bytes  # u1, arrivals in a port

    @classmethod
    def of(cls, platform: str, first_day: date, mmsi: Any, under_way_h: Any, heard_h: Any, calls: Any) -> ActivityBlock:
        """Packs the tables; rows are put in the order of the MMSI."""
        order = np.argsort(np.asarray(mmsi))
        tables = [_tenths(under_way_h)[order], _tenths(heard_h)[order], np.asarray(calls, np.uint8)[order]]
        names = np.asarray(mmsi, "<u4")[order]
        days = tables[0].shape[1]
        return cls(platform, first_day, days, _packed(names), *map(_packed, tables))

    def unpacked(self) -> Activity:
        """Raises ValueError for tables that are not of one size."""
        mmsi = np.frombuffer(_unpacked(self.mmsi), "<u4")
        shape = (len(mmsi), self.days)
        tables = [np.frombuffer(_unpacked(one), np.uint8) for one in (self.under_way, self.heard, self.calls)]
        if any(len(table) != shape[0] * shape[1] for table in tables):
            raise ValueError(f"活动表大小不符：{len(mmsi)} 船 × {self.days} 日")
        under_way, heard, calls = (table.reshape(shape) for table in tables)
        return Activity(self.first_day, mmsi, under_way / 10.0, heard / 10.0, calls)


@dataclass(frozen=True, slots=True)
class Activity:
    """One row a boat, one column a day, the last one the newest."""

    first_day: date
    mmsi: NDArray[np.uint32]
    under_way_h: Hours
    heard_h: Hours
    calls: NDArray[np.uint8]

    def until(self, today: date, days: int) -> Activity:
        """The days before ``today``, so many; a day nobody told of was not heard."""
        first = today - timedelta(days=days)
        skip = (first - self.first_day).days
        tables: list[Any] = []
        for table in (self.under_way_h, self.heard_h, self.calls):
            cut = np.zeros((len(self.mmsi), days), table.dtype)
            known = table[:, max(0, skip) : max(0, skip + days)]
            at = max(0, -skip)
            cut[:, at : at + known.shape[1]] = known[:, : days - at]
            tables.append(cut)
        return Activity(first, self.mmsi, *tables)

    def rows_of(self, mmsi: NDArray[np.uint32]) -> NDArray[np.intp]:
        """The row of each vessel, −1 for one it does not know."""
        if not len(self.mmsi):
            return np.full(len(mmsi), -1, np.intp)
        at = np.minimum(np.searchsorted(self.mmsi, mmsi), len(self.mmsi) - 1)
        return np.where(self.mmsi[at] == mmsi, at, -1)


@dataclass(frozen=True, slots=True)
class HandedInLedger:
    """Oily water handed in before ``until`` as the bureau's book has it: who, on which day, how many
    kilograms. What was signed for on that day or later is the console's own to count."""

    id: str
    since: date
    until: date  # the first day it does not hold
    rows: tuple[tuple[int, date, int], ...]  # (MMSI, day, kg)


def _tenths(hours: Any) -> NDArray[np.uint8]:
    return np.clip(np.round(np.asarray(hours, float) * 10), 0, 240).astype(np.uint8)


def _packed(table: NDArray[Any]) -> bytes:
    return zlib.compress(np.ascontiguousarray(table).tobytes(), 6)


def _unpacked(packed: bytes) -> bytes:
    """Raises ValueError for what is no table of ours, or too big to be one."""
    opened = zlib.decompressobj()
    try:
        table = opened.decompress(packed, MOST_BYTES)
    except zlib.error as why:
        raise ValueError(f"活动表解不开：{why}") from None
    if opened.unconsumed_tail or not opened.eof:
        raise ValueError("活动表不完整或过大")
    return table
