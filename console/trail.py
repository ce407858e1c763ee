"""The way back from a card: which scene an officer came from, and what he pointed at there."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.snapshot import Subject

LONGEST = 20


@dataclass(frozen=True, slots=True)
class Place:
    scene: str
    subject: Subject | None


class Trail:
    """The places left by opening a subject, the last one first back. Changing the scene by hand ends it."""

    def __init__(self) -> None:
        self._places: list[Place] = []

    def __len__(self) -> int:
        return len(self._places)

    def leave(self, place: Place) -> None:
        if not self._places or self._places[-1] != place:
            self._places = [*self._places[1 - LONGEST :], place]

    def back(self) -> Place | None:
        return self._places.pop() if self._places else None

    def end(self) -> None:
        self._places.clear()
