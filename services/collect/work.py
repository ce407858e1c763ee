"""What one subject has the collector do: looks on its clock and figures from the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.collect.summary import Summary

Tick = tuple[str, Callable[[datetime], None], float]  # name, look, every how many seconds


def nothing() -> None:
    """Nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Work:
    """``stop`` lets go of what the subject holds; it is idempotent."""

    ticks: Sequence[Tick] = ()
    summaries: Sequence[Summary] = ()
    stop: Callable[[], None] = nothing
