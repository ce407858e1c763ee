"""One rule as the rule desk lists it: what runs, how often it speaks, how often it is right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from services.domain.backtest import Rating


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """The active version of one rule. ``text`` is the TOML that runs; ``case_id`` its release, if it had one."""

    id: str
    title: str
    scene: str
    version: int
    text: str
    kind: str  # of detection
    event: str
    tests: int
    case_id: str = ""
    active_since: datetime | None = None
    alerts_7d: int = 0
    open_now: int = 0
    rating: Rating = field(default_factory=Rating)  # verdicts of the last 90 days
    under_way: str = ""  # the case of a version that is not active yet
    stage: str = ""  # and its stage's word
    shadow_hits: int | None = None  # what that version would have raised so far; None: it runs in no shadow
    false_reasons: tuple[tuple[str, int], ...] = ()  # 90 days, the most frequent first
