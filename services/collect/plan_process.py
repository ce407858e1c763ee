"""The planning process as the plan keeper holds it: given one job at a time, heard without waiting, killed when late.

Nothing here waits: what the pipe does not take now is written at the next look, so the collector never
stands still for a planner that does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from services.planning.desk_words import Job, Told, line_of, told_from

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "services.planning.desk")
STARTING_S = 30.0  # allowed beside the job's own time to a process that has just been started
RESTING_S = 10.0  # between two starts
PIPE_BYTES = 1 << 20


class Planner(Protocol):
    """PlanProcess, or what stands in for it."""

    @property
    def job(self) -> Job | None: ...

    @property
    def is_ready(self) -> bool: ...

    def give(self, job: Job, allowed_s: float, preparing_s: float = 0.0) -> None: ...

    def told(self) -> list[Told]: ...

    def stop(self) -> None: ...


class PlanProcess:
    """For one caller at a time. ``folder`` holds what the process and its solvers leave lying about."""

    def __init__(self, arguments: Sequence[str], folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._command = (*COMMAND, *arguments) if len(arguments) == 3 else tuple(arguments)
        self._folder = folder
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._out, self._in = bytearray(), bytearray()
        self._job: Job | None = None
        self._due = self._allowed_s = 0.0
        self._has_begun = False
        self._started = -RESTING_S

    @property
    def job(self) -> Job | None:
        """What it works on; None when it is free."""
        return self._job

    @property
    def is_ready(self) -> bool:
        """Whether a job may be given now."""
        alive = self._process is not None and self._process.poll() is None
        return self._job is None and (alive or self._clock() - self._started >= RESTING_S)

    def give(self, job: Job, allowed_s: float, preparing_s: float = 0.0) -> None:
        """``allowed_s`` count from the first it tells of the job, which may take ``preparing_s``. Raises OSError
        when no process can be started."""
        fresh = self._process is None or self._process.poll() is not None
        if fresh:
            self._start()
        self._job = job
        self._allowed_s, self._has_begun = allowed_s, False
        self._due = self._clock() + allowed_s + preparing_s + (STARTING_S if fresh else 0.0)
        self._out += line_of(job)
        self._flush()

    def told(self) -> list[Told]:
        """What has come in since the last look. A process that ended or is late is killed and its job ends in
        a fault."""
        if self._process is None:
            return []
        self._flush()
        self._read()
        found = [told for line in self._lines() if (told := self._take(line)) is not None]
        if found and not self._has_begun:
            self._has_begun, self._due = True, self._clock() + self._allowed_s
        if self._job is not None and not any(told.done for told in found):
            found += self._overdue(self._job)
        if any(told.done for told in found):
            self._job = None
        return found

    def stop(self) -> None:
        """Idempotent."""
        process, self._process, self._job = self._process, None, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._out.clear()
        self._in.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    # -- within ----------------------------------------------------------------------------------

    def _start(self) -> None:
        self.stop()
        self._started = self._clock()
        shutil.rmtree(self._folder, ignore_errors=True)  # of one that was killed with the collector
        self._folder.mkdir(parents=True)
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(self._folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        self._widen(self._process.stdin)

    @staticmethod
    def _widen(pipe: Any) -> None:
        with contextlib.suppress(OSError, AttributeError):  # smaller is only slower
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def _flush(self) -> None:
        assert self._process is not None and self._process.stdin is not None
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            while self._out:
                del self._out[: os.write(self._process.stdin.fileno(), self._out)]

    def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self._process.stdout.fileno(), PIPE_BYTES):
                self._in += chunk

    def _lines(self) -> list[bytes]:
        *whole, rest = bytes(self._in).split(b"\n")
        self._in = bytearray(rest)
        return whole

    def _take(self, line: bytes) -> Told | None:
        """Nothing of an earlier job; a line nobody can read is no answer."""
        try:
            told = told_from(line)
        except msgspec.DecodeError:
            return None
        return told if self._job is not None and told.job_id == self._job.id else None

    def _overdue(self, job: Job) -> list[Told]:
        assert self._process is not None
        ended = self._process.poll() is not None
        if not ended and self._clock() < self._due:
            return []
        self.stop()
        why = "规划进程意外结束，已重新启动" if ended else "求解超时，已终止"
        return [Told(job.id, done=True, fault=why)]
