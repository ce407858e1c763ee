"""What a part of the demo district is, and the faults it can be told to have."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Protocol

from services.domain.timebase import Timebase


class Fault(StrEnum):
    NONE = "none"
    HANG = "hang"  # accepts, never answers
    GARBAGE = "garbage"  # 200 with bytes that are no answer
    ERROR = "error"  # HTTP 500
    DROP = "drop"  # closes the connection in mid-answer
    DUPLICATES = "duplicates"  # sends each event twice
    LATE = "late"  # sends events minutes after they happened


SUFFERERS = (
    "boats",
    "community",
    "checkpoints",
    "viid",
    "ais",
    "units",
    "police",
    "witness",
)  # what a fault can be switched on


class Faults:
    """Which source has which fault now. Switched by ``--fault boats=hang`` and by POST /faults."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._now: dict[str, Fault] = {}

    def switch(self, source: str, fault: Fault) -> None:
        with self._lock:
            self._now[source] = fault

    def of(self, source: str) -> Fault:
        with self._lock:
            return self._now.get(source, Fault.NONE)


@dataclass(frozen=True, slots=True)
class DistrictSettings:
    """How the demo district is run. Everything random follows from ``seed`` and district time only:
    two runs with the same seed and start tell the same stories at the same district seconds."""

    seed: int = 42
    timebase: Timebase = field(default_factory=Timebase)
    boats: int = 4400
    residents: int = 10_000
    passages_per_s: float = 50.0
    hand_in_factor: float = 120.0  # about 8 hand-ins a day, sped up by this
    day: str = ""  # 300: so many hand-ins and twenty collection vessels in one day


class Part(Protocol):
    """One simulated system. ``start`` returns when it answers; ``stop`` is idempotent."""

    def start(self) -> None: ...

    def stop(self) -> None: ...
