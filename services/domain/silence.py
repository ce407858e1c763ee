"""Who has gone silent while the others still speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from services.domain.detector import Cleared, Detector, Key, Outcome, Past
from services.domain.event import Event
from services.domain.kinds import Absence
from services.domain.rule import Found


@dataclass(slots=True)
class _Voice:
    """One key as it was last heard. ``told`` None: not known, it was heard before we began."""

    last: Event
    heard: int  # events of all keys received when it was
    told: bool | None = False


class Silence(Detector):
    """Silence is measured in the feed's own time, so a feed that is down or late makes nobody silent:
    that is the source's own quality and one matter, not one a key."""

    def __init__(self, detect: Absence, past: Past) -> None:
        self._detect = detect
        self._by = [attrgetter(name) for name in detect.by]
        self._past = past
        self._voices: dict[Key, _Voice] | None = None
        self._newest: datetime | None = None
        self._heard = 0

    def feed(self, event: Event) -> Sequence[Outcome]:
        voices = self._known(event.occurred_at)
        key = tuple([read(event.record) for read in self._by])
        if None in key:
            return ()
        self._heard += 1
        self._newest = max(self._newest or event.occurred_at, event.occurred_at)
        voice = voices.get(key)
        if voice is None:
            voices[key] = _Voice(replace(event, raw=b""), self._heard)
            return ()
        if _order(event) <= _order(voice.last):
            return ()
        voices[key] = _Voice(replace(event, raw=b""), self._heard)
        return () if voice.told is False else (Cleared(event),)

    def due(self, now: datetime) -> Sequence[Found]:
        voices = self._known(now)
        if self._newest is None:
            return ()
        limit = min(now, self._newest) - self._detect.within
        found = []
        for voice in voices.values():
            others = self._heard - voice.heard
            if voice.told is not True and voice.last.occurred_at < limit and others >= self._detect.others:
                voice.told = True
                found.append(_found(voice.last, now, others))
        return found

    def forget(self) -> None:
        self._voices = None

    def _known(self, moment: datetime) -> dict[Key, _Voice]:
        """Who is listened for. What the store has when we begin counts as followed by enough others."""
        if self._voices is None:
            stored = self._past.latest(moment - self._detect.listen)
            voices = {
                tuple(read(event.record) for read in self._by): _Voice(event, -self._detect.others, None)
                for event in stored
            }
            self._heard = 0
            self._newest = max((voice.last.occurred_at for voice in voices.values()), default=None)
            self._voices = voices
        return self._voices


def _order(event: Event) -> tuple[datetime, str, str]:
    return event.occurred_at, event.source, event.event_id


def _found(last: Event, now: datetime, others: int) -> Found:
    silent = (now - last.occurred_at) / timedelta(minutes=1)
    figures = {
        "silent_min": silent,
        "silent_h": silent / 60,
        "last_at": last.occurred_at,
        "count": others,
    }
    return Found(last, figures, (last.event_id,))
