"""What a crew and its workers say to each other, and how it goes through a pipe."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from services.planning.problem import Problem
from services.planning.schedule import Stops

HEAD = struct.Struct("<I")


Aim = Literal["few", "best"]
Start = Literal["standing", "insertion", "random"]
Fleet = tuple[Stops, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """``move_cost`` is what taking one request from its boat must at least save, ``most_moved`` how many may
    be taken."""

    aim: Aim
    start: Start
    seed: int
    move_cost: int = 0
    most_moved: int = 0
    until: float | None = None  # time.monotonic()
    iterations: int | None = None
    neighbours: int = 50  # of a request that a move looks at
    worse: float = 0.05  # than the best, at the beginning, a search may go on from


@dataclass(frozen=True, slots=True)
class Found:
    """``fleet`` by the problem's numbers, not yet checked by anyone."""

    fleet: Fleet
    lane: Lane
    iterations: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """The day is in a file, because it is larger than a pipe holds; ``race`` comes back with every answer."""

    race: int
    day: Path
    lane: Lane


@dataclass(frozen=True, slots=True)
class Day:
    problem: Problem
    standing: Fleet | None


@dataclass(frozen=True, slots=True)
class Told:
    """``found`` None: the lane is done after ``iterations``."""

    race: int
    found: Found | None = None
    iterations: int = 0


def write(stream: IO[bytes], message: object) -> None:
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(HEAD.pack(len(body)) + body)
    stream.flush()
