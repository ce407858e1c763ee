"""Who has gone silent while the others still speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.detector import Cleared, Detector, Key, Outcome, Past, key_reader
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
        self._key = key_reader(detect.by)
        self._past = past
        self._voices: dict[Key, _Voice] | None = None
        self._newest: datetime | None = None
        self._heard = 0

    def feed(self, event: Event) -> Sequence[Outcome]:
        voices = self._known(event.occurred_at)
        key = self._key(event.record)
        if key is None:
            return ()
        self._heard += 1
        if self._newest is None or event.occurred_at > self._newest:
            self._newest = event.occurred_at
        voice = voices.get(key)
        if voice is None:
            voices[key] = _Voice(event, self._heard)
            return ()
        if event.occurred_at <= voice.last.occurred_at and _order(event) <= _order(voice.last):
            return ()
        was_told, voice.told = voice.told, False
        voice.last, voice.heard = event, self._heard
        return () if was_told is False else (Cleared(event),)

    @property
    def waits(self) -> bool:
        return True

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
        """Who is listened for. What came in before we began still needs enough others after it: when
        everything was down for an hour, nobody is silent for not being the first to speak again."""
        if self._voices is None:
            stored = self._past.latest(moment - self._detect.listen)
            voices = {
                key: _Voice(event, -self._past.after(event, self._detect.others), None)
                for event in stored
                if (key := self._key(event.record)) is not None
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
