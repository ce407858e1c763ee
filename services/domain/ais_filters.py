"""Which AIS messages are echoes, and what a vessel says it is."""

from __future__ import annotations

from dataclasses import dataclass, field

DUPLICATE_S = 30.0


@dataclass(slots=True)
class EchoFilter:
    """The same payload within 30 s is one transmission heard by several stations."""

    duplicates: int = 0
    _heard: dict[bytes, float] = field(default_factory=dict)
    _swept_s: float = 0.0

    def is_new(self, payload: bytes, at_s: float) -> bool:
        before = self._heard.get(payload)
        if before is not None and abs(at_s - before) <= DUPLICATE_S:
            self.duplicates += 1
            return False
        self._heard[payload] = at_s
        if at_s - self._swept_s > DUPLICATE_S or len(self._heard) > 200_000:
            self._heard = {p: s for p, s in self._heard.items() if abs(at_s - s) <= DUPLICATE_S}
            self._swept_s = at_s
        return True


def kind_of_ship_type(ship_type: int) -> str:
    """``fishing``, ``official`` (law enforcement, SAR, pilot, port tender, military) or ``other``."""
    if ship_type == 30:
        return "fishing"
    return "official" if ship_type in (35, 50, 51, 53, 54, 55) else "other"
