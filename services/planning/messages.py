"""What a crew and its workers say to each other, and how it goes through a pipe."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from services.planning.lane import Fleet, Found, Lane
from services.planning.problem import Problem

HEAD = struct.Struct("<I")


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
