"""Watch lists: what officers asked to be told about, on whose word and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel


class WatchKind(StrEnum):
    """The lists an order may put a plate on; rules know lists by these names."""

    VEHICLES = "vehicles"
    WHITE = "white"
    PERMITS = "permits"


KIND_WORDS = {WatchKind.VEHICLES: "布控", WatchKind.WHITE: "白名单", WatchKind.PERMITS: "通行许可"}


@dataclass(frozen=True, slots=True)
class WatchlistEntry:
    """布控: one value on one list. It speaks from ``valid_from`` until before ``valid_until``, then no more."""

    id: str
    list: str  # vehicles
    value: str  # a plate, as passages spell it
    reason: str
    level: AlertLevel
    owner: str  # the unit that asked and is told
    valid_from: datetime
    valid_until: datetime
    checkpoint_ids: tuple[str, ...] = ()  # where it speaks; empty: everywhere

    def holds_at(self, moment: datetime) -> bool:
        return self.valid_from <= moment < self.valid_until

    def covers(self, checkpoint_id: str) -> bool:
        return not self.checkpoint_ids or checkpoint_id in self.checkpoint_ids
