"""The one thread of the console that talks to the store."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from console.board import Board
from services.domain.alert import Command, Outcome
from services.domain.deed import Wish
from services.domain.login import LogIn
from services.domain.officer import ENGINE, Officer
from services.domain.password import LOGIN_RULES, LoginRules
from services.domain.question import Question
from services.domain.snapshot import Quality, Snapshot
from services.domain.timebase import REAL, Timebase
from services.store.accounts import Accounts
from services.store.errors import StoreError, UnknownTopic

log = logging.getLogger(__name__)

WAIT_S = 0.1
CATCH_UP_S = 10.0
RETRY_S = 2.0
URGENT = frozenset({"alerts"})


class Readable(Protocol):
    """What the feed needs of a store; ``services.store.Store`` is one."""

    @property
    def accounts(self) -> Accounts: ...

    def snapshot(self, topic: str, now: datetime, officer: Officer | None = None) -> Snapshot[Any]: ...

    def perform(self, command: Command | Wish, officer: Officer, at: datetime) -> Outcome: ...

    def answer(self, question: Question, officer: Officer | None = None) -> Outcome: ...

    def changes_since(self, seq: int) -> tuple[int, frozenset[str]]: ...

    def wait_for_change(self, timeout_s: float) -> bool: ...

    def close(self) -> None: ...


class Feed(threading.Thread):
    """Carries snapshots from the store to the board and commands the other way. Never touches Qt.

    It reads a topic only when somebody on the screen wants it. When the store is out of reach it
    says so once, leaves what the board shows (marked stale) and tries again; commands asked
    meanwhile are refused, never kept for later: an officer must not sign an alert unseen.

    It reads with the eyes of ``reader``: what his scope does not see is not even on the board, and
    nothing is when nobody is at the desk. It checks passwords too, which takes 0.1 s.
    """

    def __init__(
        self,
        open_store: Callable[[], Readable],
        board: Board,
        timebase: Timebase = REAL,
        ring: Callable[[], None] | None = None,
        reader: Officer | None = ENGINE,
        rules: LoginRules = LOGIN_RULES,
    ) -> None:
        super().__init__(name="feed", daemon=True)
        self._open_store = open_store
        self._board = board
        self._timebase = timebase
        self._ring = ring
        self._reader = reader
        self._rules = rules
        self._eyes = reader  # of the round under way
        self._must_forget = False
        self._store: Readable | None = None
        self._seq = 0
        self._lock = threading.Lock()
        self._wanted: frozenset[str] = frozenset()
        self._unread: set[str] = set()
        self._unreadable: set[str] = set()
        self._commands: queue.SimpleQueue[tuple[Command | Wish | LogIn | Question, Officer]] = queue.SimpleQueue()
        self._read_s: dict[str, float] = {}
        self._done = threading.Event()

    # -- asked from the GUI thread ------------------------------------------------------------

    def want(self, topics: Iterable[str]) -> None:
        """These topics are on the screen now. Ones that were not are read at once."""
        with self._lock:
            wanted = frozenset(topics)
            self._unread |= wanted - self._wanted
            self._wanted = wanted

    def read_as(self, reader: Officer | None) -> None:
        """Another officer sits down, or nobody does: what the one before could see leaves the board."""
        with self._lock:
            if reader != self._reader:
                self._reader = reader
                self._must_forget = True
                self._unread |= self._wanted

    def perform(self, command: Command | Wish | LogIn | Question, officer: Officer) -> None:
        self._commands.put((command, officer))

    def stop(self) -> None:
        """Idempotent; returns when the thread has ended and the store is closed."""
        self._done.set()
        if self.is_alive():
            self.join()

    # -- the thread ---------------------------------------------------------------------------

    def run(self) -> None:
        while not self._done.is_set():
            self.turn()
        if self._store is not None:
            with contextlib.suppress(StoreError):  # said where it was asked, and nobody looks any more
                self._carry_out(self._store)
        self._close()

    def turn(self) -> None:
        """One round: commands, changes, wait. Tests call it themselves."""
        try:
            store = self._store or self._connect()
            self._carry_out(store)
            self._read(store)
            store.wait_for_change(WAIT_S)
        except StoreError as why:
            self._lose(why)
            self._done.wait(RETRY_S)

    def _connect(self) -> Readable:
        store = self._open_store()
        self._store = store
        self._seq = 0
        with self._lock:
            self._unread |= self._wanted
        return store

    def _carry_out(self, store: Readable) -> None:
        while not self._commands.empty():
            asked, officer = self._commands.get()
            try:
                outcome = self._ask(store, asked, officer)
            except StoreError as why:  # reading may still go on: a full disk, a read-only file
                outcome = Outcome(asked, None, f"没有写入：{why}")
            self._board.put_outcome(outcome)
            if self._ring:
                self._ring()

    def _ask(self, store: Readable, asked: Command | Wish | LogIn | Question, officer: Officer) -> Outcome:
        if isinstance(asked, Question):
            return store.answer(asked, officer)
        if not isinstance(asked, LogIn):
            return store.perform(asked, officer, self._timebase.now())
        outcome = store.accounts.log_in(asked, self._timebase.now(), self._rules)
        if outcome.done:
            self.read_as(outcome.case.officer)
            self._read(store)  # so that the desk opens on what this officer may see
        return outcome

    def _read(self, store: Readable) -> None:
        noticed_s = time.perf_counter()
        seq, moved = store.changes_since(self._seq)
        with self._lock:
            self._eyes, must_forget, self._must_forget = self._reader, self._must_forget, False
            wanted = self._wanted if self._eyes is not None else frozenset[str]()
            topics = (moved & wanted) | (self._unread & wanted)
            self._unread.clear()
        if must_forget:
            self._forget(noticed_s)
        for topic in sorted(topics, key=lambda name: (name not in URGENT, name)):
            self._read_topic(store, topic, noticed_s)
        self._seq = seq
        self._catch_up(store, wanted, noticed_s)
        if self._board.trouble:
            log.info("the store answers again")
            self._board.regain()

    def _forget(self, noticed_s: float) -> None:
        """Leave nothing on the board that was read with other eyes."""
        for topic in self._read_s:
            self._board.put(Snapshot(topic), noticed_s)
        self._read_s.clear()

    def _catch_up(self, store: Readable, wanted: frozenset[str], noticed_s: float) -> None:
        """Read the topic that was not read for longest, one a turn: a silent source turns stale without a change."""
        oldest = min(wanted, key=lambda topic: self._read_s.get(topic, 0.0), default=None)
        if oldest is not None and noticed_s - self._read_s.get(oldest, 0.0) > CATCH_UP_S:
            self._read_topic(store, oldest, noticed_s, only_if_new=True)

    def _read_topic(self, store: Readable, topic: str, noticed_s: float, *, only_if_new: bool = False) -> None:
        self._read_s[topic] = noticed_s
        try:
            snapshot = store.snapshot(topic, self._timebase.now(), self._eyes)
        except (UnknownTopic, ValueError, TypeError) as why:
            if topic not in self._unreadable:
                log.error("topic %s cannot be read: %s", topic, why)
            self._unreadable.add(topic)
            self._board.put(replace(self._board.get(topic), quality=Quality.STALE, error=f"读不懂：{why}"), noticed_s)
            return
        self._unreadable.discard(topic)
        if only_if_new and snapshot == self._board.get(topic):
            return
        self._board.put(snapshot, noticed_s)
        if topic in URGENT and self._ring:
            self._ring()

    def _lose(self, why: StoreError) -> None:
        if not self._board.trouble:
            log.error("the store does not answer: %s", why)
            self._board.lose(str(why))
        while not self._commands.empty():
            command, _ = self._commands.get()
            self._board.put_outcome(Outcome(command, None, "没有写入：数据库连不上，请稍后再试"))
        self._close()

    def _close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with contextlib.suppress(StoreError):  # lost already: that was said
                store.close()
