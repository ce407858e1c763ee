"""A dispute as the community's own system tells it, and what households are called in it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from services.domain.mediation import PREFIX, DisputeType


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledDispute:
    """One row of the community's own system. Names have not left it; ``words`` have their masks already."""

    number: str
    type: DisputeType
    topic: str
    estate_id: str
    estate_name: str
    building: str
    households: tuple[str, ...]
    opponent: str
    opponent_id: str
    words: str
    channel: str
    collective: bool
    violent: bool
    called_110: bool
    filed_at: datetime
    accepted_at: datetime | None = None
    resolve_by: datetime | None = None
    resolved_at: datetime | None = None
    visited_at: tuple[tuple[int, datetime], ...] = ()  # days after, when
    mediator: str = ""  # masked

    @property
    def id(self) -> str:
        return f"{PREFIX}-{self.number}"


def household_alias(estate_id: str, dwelling: str) -> str:
    """What a household is called in a case: stable in its estate, useless elsewhere."""
    said = re.sub(r"\s", "", dwelling)
    return f"{estate_id}-{hashlib.sha256(f'{estate_id}/{said}'.encode()).hexdigest()[:10]}" if said else ""


def parties_alias(households: tuple[str, ...], opponent_id: str) -> str:
    """The same for the same two sides, whichever of them files; empty when a side is not known, or for many."""
    if len(households) != 1 or not opponent_id:
        return ""
    return "+".join(sorted((households[0], opponent_id)))
