"""What a summary is: a topic worked out from the store, not fetched from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.store.store import Store


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures, curves and boards that panes show but no upstream sends.

    ``make(store, now)`` reads the store (SQL, never a whole table in Python) and returns the
    records of each of ``topics``. It runs on the collector's scheduler like a source.
    """

    key: str
    every_s: float
    topics: tuple[str, ...]
    make: Callable[[Store, datetime], Mapping[str, Sequence[Any]]]
