"""Verbs of ``main.py`` as processes of their own, for tests that switch them on, hurt them and look."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from services.domain.snapshot import SourceStatus
from services.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
ENDS_WITHIN_S = 10.0


class Program:
    """``with Program("collect", "--site", path, log=file)``: ended by SIGTERM when the block ends."""

    def __init__(self, *arguments: object, log: Path, **environment: str) -> None:
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "main.py", *map(str, arguments)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"} | environment,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def until(self, what: Callable[[], Any], patience_s: float = 40.0) -> Any:
        """Wait until it shows something; what it said when it ended before or took too long."""
        over = time.monotonic() + patience_s
        while not (found := what()):
            assert self._process.poll() is None, self.said[-4000:]
            assert time.monotonic() < over, self.said[-4000:]
            time.sleep(0.05)
        return found

    def until_said(self, words: str, patience_s: float = 40.0) -> None:
        self.until(lambda: words in self.said, patience_s)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit status; subprocess.TimeoutExpired when it does not end in time."""
        self._process.send_signal(number)
        return self._process.wait(ENDS_WITHIN_S)

    def insist(self, number: int) -> int:
        """As ``end``, told again and again: a face hears nothing between its start and its loop."""
        over = time.monotonic() + 3 * ENDS_WITHIN_S
        while self._process.poll() is None:
            assert time.monotonic() < over, self.said[-4000:]
            self._process.send_signal(number)
            time.sleep(0.5)
        return self._process.returncode

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.kill()
                raise


def sources(store: Store, now: Any) -> dict[str, SourceStatus]:
    """What 数据源 lists, by key."""
    return {status.id: status for status in store.snapshot("sources", now).records}


def children_of(pid: int) -> set[int]:
    """Of a Linux process, and theirs."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text(encoding="ascii").split()):
            found |= {child} | children_of(child)
    return found


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(what: Callable[[], Any], said: str, patience_s: float = 30.0) -> Any:
    over = time.monotonic() + patience_s
    while not (found := what()):
        assert time.monotonic() < over, f"waited in vain for {said}"
        time.sleep(0.05)
    return found
