"""Tests that start processes take turns on one worker: two at once starve each other, and each worker would
start their districts anew. (The groups of pytest-xdist 3.8 are not heeded by pytest 9.2.)"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

PROCESSES = "tests/system/"


class InTurns(LoadScopeScheduling):
    """Everything under ``tests/system`` is one unit of work, every other test its own."""

    def _split_scope(self, nodeid: str) -> str:
        return PROCESSES if nodeid.startswith(PROCESSES) else nodeid
