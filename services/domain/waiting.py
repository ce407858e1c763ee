"""What should be followed by something else: told when it was, or when it was not in time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from services.domain.detector import Cleared, Detector, Key, Outcome, Past, bare, key_reader
from services.domain.event import Event
from services.domain.judge import EPOCH, MICRO, MINUTE, Mark, micros
from services.domain.kinds import Follow
from services.domain.rule import Found

REMEMBERED = timedelta(days=1)  # how long after its time an unanswered event can still be answered
_LATE = timedelta(hours=1)  # how late a first part may come and still find its answer
_SWEEP_EVERY = 1000  # events


@dataclass(slots=True)
class _Open:
    """An event that waits, or whose time is up and was told."""

    event: Event
    mark: Mark
    told: bool = False


class Waiting(Detector):
    """The first part waits in memory for the second, which may also have come before it was received."""

    def __init__(self, detect: Follow, past: Past) -> None:
        self._detect = detect
        self._past = past
        self._key = key_reader(detect.by)
        self._then_key = key_reader(detect.then_by)
        self._within = detect.within // MICRO
        self._due_after = (detect.within + detect.grace) // MICRO
        self._clear()

    def _clear(self) -> None:
        self._open: dict[Key, dict[Mark, _Open]] = {}
        self._answers: dict[Key, list[Mark]] = {}
        self._settled: set[Mark] = set()  # a double of these says nothing
        self._dues: list[tuple[int, Mark, Key]] = []
        self._newest = 0
        self._until_sweep = _SWEEP_EVERY
        self._began = False

    def forget(self) -> None:
        self._clear()

    @property
    def waits(self) -> bool:
        return self._detect.expires

    def feed(self, event: Event) -> Sequence[Outcome]:
        self._begin()
        return self._first(event)

    def then(self, event: Event) -> Sequence[Outcome]:
        self._begin()
        return self._second(event)

    def due(self, now: datetime) -> Sequence[Outcome]:
        """Those whose time is up unanswered; one that was answered too late is over at once."""
        if not self._detect.expires:
            return ()
        self._begin()
        told: list[Outcome] = []
        asked = micros(now)
        while self._dues and self._dues[0][0] <= asked:
            _, mark, key = heappop(self._dues)
            waiting = self._open.get(key, {}).get(mark)
            if waiting is None or waiting.told:
                continue
            waiting.told = True
            told.append(_expired(waiting.event, now))
            if self._answer(key, mark) is not None:
                self._settle(key, mark)
                told.append(Cleared(waiting.event))
        return told

    def _first(self, event: Event) -> Sequence[Outcome]:
        key = self._key(event.record)
        if key is None:
            return ()
        mark = self._marked(event)
        if mark in self._settled:
            return ()
        answer = self._answer(key, mark)
        if answer is not None and answer[0] - mark[0] <= self._within:
            self._settled.add(mark)
            return () if self._detect.expires else (_followed(event, answer),)
        mine = self._open.setdefault(key, {})
        if mark not in mine:
            mine[mark] = _Open(bare(event), mark)
            if self._detect.expires:
                heappush(self._dues, (mark[0] + self._due_after, mark, key))
        return ()

    def _second(self, event: Event) -> Sequence[Outcome]:
        key = self._then_key(event.record)
        if key is None:
            return ()
        mark = self._marked(event)
        answers = self._answers.setdefault(key, [])
        at = bisect_right(answers, mark)
        if at and answers[at - 1] == mark:
            return ()
        answers.insert(at, mark)
        return list(self._answered(key, mark))

    def _answered(self, key: Key, answer: Mark) -> Iterator[Outcome]:
        for waiting in [w for w in self._open.get(key, {}).values() if w.mark < answer]:
            in_time = answer[0] - waiting.mark[0] <= self._within
            if in_time and not self._detect.expires:
                yield _followed(waiting.event, answer)
            if in_time or waiting.told:
                self._settle(key, waiting.mark)
            if waiting.told:
                yield Cleared(waiting.event)

    def _answer(self, key: Key, mark: Mark) -> Mark | None:
        """The first answer after it."""
        answers = self._answers.get(key, ())
        at = bisect_right(answers, mark)
        return answers[at] if at < len(answers) else None

    def _settle(self, key: Key, mark: Mark) -> None:
        self._settled.add(mark)
        mine = self._open[key]
        del mine[mark]
        if not mine:
            del self._open[key]

    def _marked(self, event: Event) -> Mark:
        mark = (micros(event.occurred_at), event.source, event.event_id)
        self._newest = max(self._newest, mark[0])
        self._until_sweep -= 1
        if self._until_sweep == 0:
            self._sweep()
        return mark

    def _sweep(self) -> None:
        """Let go of answers nobody can wait for any more, and of what was never answered."""
        self._until_sweep = _SWEEP_EVERY
        oldest = self._newest - (self._detect.lookback + _LATE) // MICRO
        for key, answers in list(self._answers.items()):
            del answers[: bisect_right(answers, (oldest, "", ""))]
            if not answers:
                del self._answers[key]
        self._settled = {mark for mark in self._settled if mark[0] > oldest}
        oldest -= REMEMBERED // MICRO
        for key, mine in list(self._open.items()):
            for mark in [mark for mark in mine if mark[0] < oldest]:
                self._settle(key, mark)

    def _begin(self) -> None:
        """Once: what the store has of both parts. What was answered there has been told."""
        if self._began:
            return
        self._began = True
        newest = self._past.newest()
        if newest is None:
            return
        since = newest - self._detect.lookback - (REMEMBERED if self._detect.expires else timedelta(0))
        self._until_sweep = -1  # not while what is stored is not in order
        for event in self._past.answers(since):
            self._second(event)
        for event in self._past.since(since):
            self._first(event)
        self._sweep()


def _followed(event: Event, answer: Mark) -> Found:
    minutes = (answer[0] - micros(event.occurred_at)) / MINUTE
    last_at = EPOCH + answer[0] * MICRO
    figures: dict[str, Any] = {"minutes": minutes, "first_at": event.occurred_at, "last_at": last_at}
    return Found(event, figures, (event.event_id, answer[2]))


def _expired(event: Event, now: datetime) -> Found:
    silent = (now - event.occurred_at) / timedelta(minutes=1)
    figures = {"silent_min": silent, "silent_h": silent / 60, "first_at": event.occurred_at, "last_at": now}
    return Found(event, figures, (event.event_id,))
