"""The console's own copy of the newest state, so that no pane ever waits for the store."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from services.domain.alert import Outcome
from services.domain.snapshot import Quality, Snapshot

NO_LINK = "与数据库失去联系"


@dataclass(frozen=True, slots=True)
class Post:
    """One snapshot as the board keeps it; ``noticed_s`` is when the feed learned that it had changed."""

    version: int
    snapshot: Snapshot[Any]
    noticed_s: float


class Board:
    """The newest snapshot of each topic.

    The feed writes, the clock reads; a reader that comes late gets the newest state once and never
    the ones between. Versions only grow, so a reader names the last one it saw.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._version = 0
        self._posts: dict[str, Post] = {}
        self._outcomes: deque[Outcome] = deque()
        self._trouble = ""

    def put(self, snapshot: Snapshot[Any], noticed_s: float | None = None) -> None:
        with self._lock:
            self._put(snapshot, time.perf_counter() if noticed_s is None else noticed_s)

    def get(self, topic: str) -> Snapshot[Any]:
        """The newest snapshot of a topic; a waiting one when nothing has arrived."""
        with self._lock:
            post = self._posts.get(topic)
        return post.snapshot if post else Snapshot(topic)

    def newer_than(self, version: int) -> tuple[int, tuple[Post, ...]]:
        """The posts put after ``version`` in the order they were put, and the version to ask with next."""
        with self._lock:
            if version >= self._version:
                return self._version, ()
            posts = sorted((p for p in self._posts.values() if p.version > version), key=lambda p: p.version)
            return self._version, tuple(posts)

    def put_outcome(self, outcome: Outcome) -> None:
        with self._lock:
            self._outcomes.append(outcome)

    def take_outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes not yet taken, oldest first. Each is handed out once."""
        with self._lock:
            taken = tuple(self._outcomes)
            self._outcomes.clear()
        return taken

    @property
    def trouble(self) -> str:
        """Why the store cannot be read now; empty while it can."""
        with self._lock:
            return self._trouble

    def lose(self, why: str) -> None:
        """The store is out of reach: keep every record, mark it stale."""
        with self._lock:
            self._trouble = why
            for post in tuple(self._posts.values()):
                if post.snapshot.quality is Quality.GOOD:
                    self._put(replace(post.snapshot, quality=Quality.STALE, error=NO_LINK), time.perf_counter())

    def regain(self) -> None:
        with self._lock:
            self._trouble = ""

    def _put(self, snapshot: Snapshot[Any], noticed_s: float) -> None:
        self._version += 1
        self._posts[snapshot.topic] = Post(self._version, snapshot, noticed_s)
