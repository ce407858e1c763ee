"""Which scene the wall shows, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.collect.site import SiteError

SHORTEST_S, LONGEST_S, USUAL_S = 30.0, 60.0, 45.0


class Playlist:
    """Shows each scene for its time, in turn. While it is held (an unsigned red alert) it stays where
    it is, or goes to the scene of the alert and stays there; the time starts anew when it is let go.

    ``now_s`` is a monotonic clock: a wall clock that jumps must not race through the scenes.
    """

    def __init__(self, scenes: Sequence[str], hold_s: float = USUAL_S) -> None:
        self.scenes = tuple(scenes)
        self.hold_s = hold_s
        self.at = 0
        self.held = False
        self.is_pinned = False
        self._since_s: float | None = None

    @property
    def scene(self) -> str:
        return self.scenes[self.at] if self.scenes else ""

    def turn(self, now_s: float, red_scene: str | None) -> str:
        """The scene to show now. ``red_scene`` is the scene of an unsigned red alert, None without one."""
        if self._since_s is None:
            self._since_s = now_s
        self.held = red_scene is not None and not self.is_pinned
        if self.is_pinned:
            return self.scene
        if red_scene is not None:
            if red_scene in self.scenes:
                self.at = self.scenes.index(red_scene)
            self._since_s = now_s
        elif now_s - self._since_s >= self.hold_s and len(self.scenes) > 1:
            self.at = (self.at + 1) % len(self.scenes)
            self._since_s = now_s
        return self.scene


def pinned(scenes: Sequence[str], scene: str) -> Playlist:
    """A playlist that stays on one of its scenes whatever comes: for pictures and for one-scene walls."""
    playlist = Playlist(scenes if scene in scenes else (scene,))
    playlist.at = playlist.scenes.index(scene)
    playlist.is_pinned = True
    return playlist


def read_playlist(wall: Mapping[str, Any], known: Sequence[str]) -> Playlist:
    """``[wall] playlist`` and ``seconds`` of the site file. Raises SiteError for a wrong one."""
    scenes = wall.get("playlist", list(known))
    if not isinstance(scenes, list) or not scenes:
        raise SiteError("wall.playlist 须为场景名的列表")
    for scene in scenes:
        if scene not in known:
            raise SiteError(f"wall.playlist：场景 {scene!r} 不认识，可用：{'、'.join(known)}")
    seconds = wall.get("seconds", USUAL_S)
    if not isinstance(seconds, int | float) or not SHORTEST_S <= seconds <= LONGEST_S:
        raise SiteError(f"wall.seconds 须在 {SHORTEST_S:g} 与 {LONGEST_S:g} 之间，读到 {seconds!r}")
    return Playlist(scenes, float(seconds))
