"""What the plan keeper and its planning process say to each other: one JSON object a line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from services.domain.boats import Proposal
from services.domain.dispatch_plan import PlanOffer, Point
from services.domain.fleet_state import FleetState
from services.domain.plan_ask_case import Scenario, WhatIf
from services.domain.sea_ways import SeaWays

Word = TypeVar("Word")


class JobKind(StrEnum):
    WAYS = "ways"  # how far it is, which vessel to propose, the way of each from here
    PLAN = "plan"
    WHAT_IF = "what_if"


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    kind: JobKind
    state: FleetState
    budget_s: float
    why: str = ""
    seed: int = 0
    ask_id: str = ""
    scenario: Scenario = Scenario()  # noqa: RUF009 frozen
    words: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """The way of a vessel over water from where it is through what it has to do."""

    vessel_id: str
    way: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer to a job, or a part of it; ``done`` is the last. ``fault`` says why there is none."""

    job_id: str
    done: bool = False
    ways: SeaWays | None = None
    proposals: tuple[Proposal, ...] = ()
    tracks: tuple[Track, ...] = ()
    offer: PlanOffer | None = None
    what_if: WhatIf | None = None
    fault: str = ""
    water_version: int = 0  # rises when the sea's graph is there: ask again
    trouble: str = ""  # why the coast cannot be used


_encoder = msgspec.json.Encoder()


def line_of(word: Job | Told) -> bytes:
    return _encoder.encode(word) + b"\n"


def job_from(line: bytes) -> Job:
    return _read(line, Job)


def told_from(line: bytes) -> Told:
    return _read(line, Told)


def _read(line: bytes, kind: type[Word]) -> Word:
    """Raises msgspec.DecodeError."""
    decoder: Any = msgspec.json.Decoder(kind)
    return decoder.decode(line)
