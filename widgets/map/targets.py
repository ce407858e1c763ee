"""Targets an officer has locked on the map: kept while the console runs, whatever scene is shown."""

from __future__ import annotations

from functools import cache

from services.domain.snapshot import Subject

MOST = 6


class Targets:
    """In the order they were locked; at most one is followed. A full list loses its oldest."""

    def __init__(self) -> None:
        self.locked: list[Subject] = []
        self.followed: Subject | None = None

    def lock(self, target: Subject) -> None:
        """Keep it in the list and follow it."""
        if target not in self.locked:
            self.locked = [*self.locked, target][-MOST:]
        self.followed = target

    def unlock(self) -> None:
        """Let go of the one that is followed."""
        self.locked = [target for target in self.locked if target != self.followed]
        self.followed = None

    def stop(self) -> None:
        """Follow none; the list stays."""
        self.followed = None


@cache
def kept_targets() -> Targets:
    """The one list of this process: panes are made anew with every scene, locked targets are not."""
    return Targets()
