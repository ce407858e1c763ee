"""The processes that plan, kept ready: starting one takes half a second that a re-plan does not have.

A worker that is late is killed, by the system's signal and without asking, and a fresh one takes its place.
"""

from __future__ import annotations

import logging
import os
import pickle
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from services.planning.messages import HEAD, Day, Fleet, Lane, Task, Told, write
from services.planning.problem import Problem

ROOT = Path(__file__).resolve().parents[2]
log = logging.getLogger(__name__)
STARTING_S = 15.0  # a worker that has not said in this time that it is ready never will
COMMAND = (sys.executable, "-m", "services.planning.worker")


def usual_size() -> int:
    """As many as there are cores, but two at least (few changes, best) and not more than four."""
    return max(2, min(4, len(os.sched_getaffinity(0))))


class _Worker:
    """One process and what of its answers has been read so far."""

    def __init__(self, command: Sequence[str], errors: Path) -> None:
        self.errors, self.born = errors, time.monotonic()
        with errors.open("wb") as stream:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stream, bufsize=0
            )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        os.set_blocking(self.stdout.fileno(), False)
        self.read = bytearray()
        self.busy = self.ready = self.killed = False

    def told(self) -> Iterator[Told]:
        """What has come in; an ended process counts as done."""
        while chunk := self._chunk():
            self.read += chunk
        while len(self.read) >= HEAD.size and len(self.read) >= (size := HEAD.size + HEAD.unpack_from(self.read)[0]):
            message = pickle.loads(bytes(self.read[HEAD.size : size]))
            del self.read[:size]
            self.ready = True
            yield message

    def _chunk(self) -> bytes:
        try:
            return os.read(self.stdout.fileno(), 1 << 20)
        except BlockingIOError:
            return b""

    def kill(self) -> None:
        self.process.kill()
        self.busy, self.killed = False, True

    def last_words(self) -> str:
        """The last line it wrote to its standard error."""
        lines = self.errors.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else "没有留言"

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.stdin.close()
        self.stdout.close()


class Crew:
    """Workers in the same order all the time. Not to be shared by threads: one race at a time. ``nice`` lets
    whatever else runs here go before them."""

    def __init__(self, size: int | None = None, command: Sequence[str] = COMMAND, *, nice: int = 0) -> None:
        self._command, self._nice = tuple(command), nice
        self._folder = tempfile.TemporaryDirectory(prefix="planning-")
        self._workers = [self._fresh(number) for number in range(size or usual_size())]
        self._race = 0

    @property
    def size(self) -> int:
        return len(self._workers)

    def wait_ready(self, patience_s: float) -> bool:
        """Until every worker has said that it has read all its code; a race does not need to wait for it."""
        until = time.monotonic() + patience_s
        with selectors.DefaultSelector() as ears:
            for worker in self._workers:
                if not worker.ready:
                    ears.register(worker.stdout, selectors.EVENT_READ, worker)
            while ears.get_map() and (left := until - time.monotonic()) > 0:
                for key, _ in ears.select(left):
                    list(key.data.told())
                    if key.data.ready or key.data.process.poll() is not None:
                        ears.unregister(key.fileobj)
        return all(worker.ready for worker in self._workers)

    @property
    def late(self) -> int:
        return sum(worker.busy for worker in self._workers)

    @property
    def busy(self) -> bool:
        return any(worker.busy for worker in self._workers)

    def set_off(self, problem: Problem, standing: Fleet | None, lanes: Sequence[Lane]) -> None:
        """Gives each worker its lane; there are not more lanes than workers."""
        self.restore()
        self._race += 1
        day = Path(self._folder.name) / f"{self._race % 2}.day"
        day.write_bytes(pickle.dumps(Day(problem, standing), pickle.HIGHEST_PROTOCOL))
        for number, lane in enumerate(lanes):
            self._give(number, Task(self._race, day, lane))

    def _give(self, number: int, task: Task) -> None:
        try:
            write(self._workers[number].stdin, task)
        except BrokenPipeError:
            return  # it has ended; it is replaced after the race
        self._workers[number].busy = True

    def listen(self, until: float) -> Iterator[Told]:
        """What the workers tell, as it comes, until all are done or the moment on time.monotonic() is past."""
        with selectors.DefaultSelector() as ears:
            for worker in self._workers:
                if worker.busy:
                    ears.register(worker.stdout, selectors.EVENT_READ, worker)
            left = 1.0
            while self.busy and left > 0:  # at least once: what has been said is heard
                left = until - time.monotonic()
                for key, _ in ears.select(max(left, 0)):
                    yield from self._hear(key.data)
                    if not key.data.busy:
                        ears.unregister(key.fileobj)

    def _hear(self, worker: _Worker) -> Iterator[Told]:
        for message in worker.told():
            if message.race == self._race:
                if message.found is None:
                    worker.busy = False
                yield message
        if worker.process.poll() is not None:
            worker.busy = False

    def kill_late(self) -> int:
        """Kills who has not finished, and leaves alone who is still starting; how many were late."""
        late = [worker for worker in self._workers if worker.busy]
        for worker in late:
            list(self._hear(worker))
            if worker.busy and (worker.ready or time.monotonic() - worker.born > STARTING_S):
                worker.kill()
        return len(late)

    def restore(self) -> None:
        """A fresh worker for each that was killed or has ended by itself, which is told in the log."""
        for number, worker in enumerate(self._workers):
            ended = worker.process.poll() is not None
            if ended and not worker.killed:
                log.warning("规划进程自行结束：%s", worker.last_words())
            if ended or worker.killed:
                self._replace(number)

    def _replace(self, number: int) -> None:
        self._workers[number].end()
        self._workers[number] = self._fresh(number)

    def _fresh(self, number: int) -> _Worker:
        worker = _Worker(self._command, Path(self._folder.name) / f"{number}.err")
        if self._nice:
            os.setpriority(os.PRIO_PROCESS, worker.process.pid, self._nice)
        return worker

    def close(self) -> None:
        """Idempotent."""
        for worker in self._workers:
            worker.end()
        self._workers = []
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
