"""A process that plans: reads tasks from its standard input, writes what it finds to its standard output.

``python -m services.planning.worker``. It never outlives its work: the end of its input ends it, and each task
arms a timer of the system that ends the process even when a solver's native code never comes back.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from services.planning.lane import Fleet, Found, Lane, run
from services.planning.problem import Problem

HEAD = struct.Struct("<I")
GRACE_S = 5.0


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


def main() -> None:
    tasks: SimpleQueue[Task] = SimpleQueue()
    threading.Thread(target=_listen, args=[tasks], name="tasks", daemon=True).start()
    answers = sys.stdout.buffer
    while True:
        task = tasks.get()
        if task.lane.until is not None:
            signal.setitimer(signal.ITIMER_REAL, max(0.0, task.lane.until - time.monotonic()) + GRACE_S)
        day: Day = pickle.loads(task.day.read_bytes())
        done = run(
            day.problem, day.standing, task.lane, lambda found, race=task.race: write(answers, Told(race, found))
        )
        signal.setitimer(signal.ITIMER_REAL, 0)
        write(answers, Told(task.race, iterations=done))


def _listen(tasks: SimpleQueue[Task]) -> None:
    """Ends the process with its parent, whatever it is doing."""
    stream = sys.stdin.buffer
    while head := stream.read(HEAD.size):
        tasks.put(pickle.loads(stream.read(HEAD.unpack(head)[0])))
    os._exit(0)


if __name__ == "__main__":
    main()
