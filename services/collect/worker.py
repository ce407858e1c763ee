"""How the collector ends a process of its own."""

from __future__ import annotations

import subprocess
from typing import Any


def end(worker: subprocess.Popen[Any] | None, patience_s: float) -> None:
    """Ask it to end, and make it when it does not in time. Idempotent."""
    if worker is None or worker.poll() is not None:
        return
    worker.terminate()
    try:
        worker.wait(patience_s)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
