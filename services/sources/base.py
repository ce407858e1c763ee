"""What a source is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.domain.event import Batch


class LayoutError(RuntimeError):
    """The upstream's answer is no longer laid out as its vendor documented. The message names what is missing."""


Fetch = Callable[[str], Any]
Normalise = Callable[[Any, datetime], Batch]


@dataclass(frozen=True, slots=True)
class Source:
    """How to ask one upstream system, how often, and how to read its answer.

    ``fetch(cursor)`` does all the I/O, has timeouts, never retries (the next poll is the retry) and
    knows nothing of our records. ``normalise(answer, now)`` is pure. It raises for an answer it
    cannot read at all; a single bad record becomes a ``Refused`` of the batch instead.
    ``topics`` are the topics its states fill: they turn stale with it.
    """

    key: str
    title: str  # Chinese, as 数据源 lists it
    every_s: float
    late_after_s: float
    fetch: Fetch
    normalise: Normalise
    topics: tuple[str, ...] = ()
