"""Which alert is heard, how often, and until when the desk is mute."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from PySide6.QtCore import QObject, QUrl

from services.domain.alert import Alert, AlertLevel, Visibility
from services.domain.noise import flood
from widgets.look import RESOURCES

log = logging.getLogger(__name__)

LONGEST_MUTE = timedelta(minutes=10)
ORANGE_EVERY = timedelta(seconds=30)
SOUNDS = RESOURCES / "sounds"


@dataclass(frozen=True, slots=True)
class Mute:
    """A mute always ends by itself."""

    until: datetime | None = None

    def left_s(self, now: datetime) -> float:
        return max(0.0, (self.until - now).total_seconds()) if self.until else 0.0

    def pressed(self, now: datetime) -> Mute:
        """The mute button: on for ten minutes, or off."""
        return Mute() if self.left_s(now) else Mute(now + LONGEST_MUTE)

    def clipped(self, now: datetime) -> Mute:
        """A mute read from a file or left by a clock that jumped: never longer than the longest."""
        return Mute(now + LONGEST_MUTE) if self.left_s(now) > LONGEST_MUTE.total_seconds() else self


class Policy:
    """Red sounds until signed, orange each 30 s until signed, yellow once, blue never.

    In a flood each further rule is heard once, when its first alert comes, and only red goes on. Alerts that
    were there when the desk opened are not news: only their red and orange are heard.
    """

    def __init__(self) -> None:
        self._heard: set[str] | None = None
        self._causes: set[str] = set()  # rules heard in the flood that runs
        self._in_flood = False
        self._orange_at: datetime | None = None

    def due(self, alerts: Iterable[Alert], now: datetime, *, muted: bool) -> AlertLevel | None:
        """The level to sound at this moment, or None. Call it each second."""
        loud = [a for a in alerts if a.is_open and not a.is_signed and a.visibility is Visibility.VISIBLE]
        fresh = self._fresh(loud)
        levels = {a.level for a in loud}
        in_flood = flood(loud, now, running=self._in_flood) is not None
        once = self._new_cause(loud, fresh, in_flood=in_flood)
        if muted:
            return None
        if AlertLevel.RED in levels:
            return AlertLevel.RED
        if in_flood:
            return once
        if AlertLevel.ORANGE in levels and (
            self._orange_at is None or not timedelta() <= now - self._orange_at < ORANGE_EVERY
        ):
            self._orange_at = now
            return AlertLevel.ORANGE
        return AlertLevel.YELLOW if any(a.level is AlertLevel.YELLOW for a in fresh) else None

    def _new_cause(self, loud: list[Alert], fresh: list[Alert], *, in_flood: bool) -> AlertLevel | None:
        """The worst level of rules not heard in this flood yet, if it has a sound. Of one rule the first
        alert speaks for all its places."""
        if not in_flood or not self._in_flood:
            self._causes = {alert.rule_id for alert in loud} if in_flood else set()
            self._in_flood = in_flood
            return None
        new = [alert for alert in fresh if alert.rule_id not in self._causes]
        self._causes |= {alert.rule_id for alert in new}
        worst = max((alert.level for alert in new), default=AlertLevel.BLUE)
        return worst if worst > AlertLevel.BLUE else None

    def _fresh(self, loud: list[Alert]) -> list[Alert]:
        names = {alert.id for alert in loud}
        fresh = [] if self._heard is None else [alert for alert in loud if alert.id not in self._heard]
        self._heard = names if self._heard is None else self._heard | names
        return fresh


class Voice(Protocol):
    """Plays one level's sound once."""

    audible: bool

    def play(self, level: AlertLevel) -> None: ...


class Silence:
    """A machine without an audio output; the top bar says so."""

    audible = False

    def play(self, level: AlertLevel) -> None:
        return


class Speaker(QObject):
    """The three WAV files of ``resources/sounds`` on the machine's own output."""

    audible = True

    def __init__(self, effect: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._effects: dict[AlertLevel, Any] = {}
        for level in (AlertLevel.RED, AlertLevel.ORANGE, AlertLevel.YELLOW):
            sound = effect(self)
            sound.setSource(QUrl.fromLocalFile(str(SOUNDS / f"{level.name.lower()}.wav")))
            self._effects[level] = sound

    def play(self, level: AlertLevel) -> None:
        sound = self._effects.get(level)
        if sound is not None and not sound.isPlaying():
            sound.play()


class Alarm:
    """What the desk does about sound each second: the policy, the mute, the voice."""

    def __init__(self, voice: Voice, mute: Mute) -> None:
        self._voice, self._mute, self._policy = voice, mute, Policy()

    @property
    def audible(self) -> bool:
        return self._voice.audible

    def press(self, now: datetime) -> datetime | None:
        """The mute button. Until when the desk is mute now; None when it is not."""
        self._mute = self._mute.pressed(now)
        return self._mute.until

    def left_s(self, now: datetime) -> float:
        return self._mute.left_s(now)

    def tick(self, alerts: Iterable[Alert], now: datetime) -> None:
        self._mute = self._mute.clipped(now)
        level = self._policy.due(alerts, now, muted=self.left_s(now) > 0)
        if level is not None:
            self._voice.play(level)


def make_voice(parent: QObject) -> Voice:
    """A speaker where the machine has one. Qt's multimedia library is loaded only to find out."""
    try:
        from PySide6.QtMultimedia import QMediaDevices, QSoundEffect
    except ImportError as why:
        log.info("no sound: %s", why)
        return Silence()
    if not QMediaDevices.audioOutputs():
        log.info("no sound: this machine has no audio output")
        return Silence()
    return Speaker(QSoundEffect, parent)
