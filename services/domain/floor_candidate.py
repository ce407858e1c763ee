"""候选楼层: from which floor a thing may have fallen, until two officers who saw the track say the same.

Before that the floor stands in no task and on no wall: the case is read by officers who verify, no one else, and
what its deeds say of it on the alert names no floor. One who disagrees leaves it undecided; both look again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish

NAME = "floor_candidate"
TOPIC = "floor_candidates"
SEEN_TOPIC = "eye_candidates"  # what the cameras' own system believes, as polled


class State(StrEnum):
    OPEN = "open"
    UNDECIDED = "undecided"  # two disagreed: to be looked at again
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


STATE_WORDS: Mapping[State, str] = {
    State.OPEN: "待两人核实",
    State.UNDECIDED: "意见不一",
    State.CONFIRMED: "两人已核实",
    State.DROPPED: "无法认定",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """``column`` is the staircase or stack of dwellings as the camera's system names it; ``confidence`` 0–1."""

    floor: int
    column: str
    confidence: float

    @property
    def words(self) -> str:
        return f"{self.floor} 层 {self.column}".rstrip()


@dataclass(frozen=True, slots=True)
class SeenCandidates:
    """What the cameras' system believes of one event. For the engine only."""

    event_id: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCandidates(Wish):
    """By the engine: an alert about a falling object whose camera has candidates."""

    alert_id: str
    event_id: str
    estate_id: str
    estate_name: str
    building: str
    happened_at: datetime
    track: str
    frames: int
    floors_down: float
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtTrack(Wish):
    """One officer's look. ``picture`` is the digest of the track he was shown; ``floor`` None says that none of
    the candidates can be told from it."""

    picture: str
    floor: int | None
    column: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCandidates(Wish):
    reason: str


@dataclass(frozen=True, slots=True)
class CandidatesOpened:
    alert_id: str
    event_id: str
    estate_id: str
    estate_name: str
    building: str
    happened_at: datetime
    track: str
    frames: int
    floors_down: float
    candidates: tuple[Candidate, ...]
    demo: bool = True


@dataclass(frozen=True, slots=True)
class TrackLookedAt:
    """No field of it is one the duty log shows."""

    floor: int | None
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class FloorConfirmed:
    floor: int
    column: str


@dataclass(frozen=True, slots=True)
class FloorUndecided:
    """Two looks differ, or one saw none: the next round begins."""


@dataclass(frozen=True, slots=True)
class CandidatesDropped:
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """What one officer said. ``by`` is masked, ``officer_id`` tells two officers apart."""

    officer_id: str
    by: str
    at: datetime
    round: int
    floor: int | None
    column: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class FloorCandidate:
    """One case as it stands."""

    id: str  # LC-261122-001
    version: int
    state: State
    alert_id: str
    event_id: str
    estate_id: str
    estate_name: str
    building: str
    happened_at: datetime
    opened_at: datetime
    track: str
    frames: int
    floors_down: float
    candidates: tuple[Candidate, ...]
    looks: tuple[Look, ...] = ()
    round: int = 1
    floor: int | None = None  # once confirmed
    column: str = ""
    ended_at: datetime | None = None
    reason: str = ""
    demo: bool = True

    @property
    def is_open(self) -> bool:
        return self.state in (State.OPEN, State.UNDECIDED)

    @property
    def title(self) -> str:
        """Names no floor."""
        return f"高空抛物楼层核实 · {self.estate_name} {self.building}".rstrip()

    @property
    def at(self) -> datetime:
        return self.opened_at

    @property
    def picture(self) -> str:
        return digest(self.track)

    @property
    def current(self) -> tuple[Look, ...]:
        """The looks of this round."""
        return tuple(look for look in self.looks if look.round == self.round)


def digest(track: str) -> str:
    """Names the picture of one track."""
    return hashlib.sha256(track.encode()).hexdigest()[:16]
