"""A process that plans: reads tasks from its standard input, writes what it finds to its standard output.

``python -m services.planning.worker``. It never outlives its work: the end of its input ends it, and each task
arms a timer of the system that ends the process even when a solver's native code never comes back.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from queue import SimpleQueue

from services.planning.lane import run
from services.planning.messages import HEAD, Day, Task, Told, write

GRACE_S = 5.0  # after the lane's end the system ends the process


def main() -> None:
    tasks: SimpleQueue[Task] = SimpleQueue()
    threading.Thread(target=_listen, args=[tasks], name="tasks", daemon=True).start()
    answers = sys.stdout.buffer
    write(answers, Told(race=0))  # ready
    while True:
        task = tasks.get()
        if task.lane.until is not None and time.monotonic() >= task.lane.until:
            write(answers, Told(task.race))  # its race was over before this process had started
            continue
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
