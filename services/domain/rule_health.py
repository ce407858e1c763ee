"""How each rule fares: whether it runs, how often it spoke today, what was held back, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RuleState(StrEnum):
    ACTIVE = "active"
    SHADOW = "shadow"  # finds, raises nothing
    STOPPED = "stopped"  # over its budget
    REFUSED = "refused"  # a newer text cannot be used; ``version`` is the one that goes on, 0 when there is none


STATE_WORDS = {
    RuleState.ACTIVE: "生效",
    RuleState.SHADOW: "影子",
    RuleState.STOPPED: "超预算停发",
    RuleState.REFUSED: "新文件被拒",
}


@dataclass(frozen=True, slots=True)
class RuleHealth:
    """One rule, or one file that holds none that can be used. Today is the Shanghai day."""

    id: str  # of the record: the rule, ``rule#shadow`` or the file
    rule_id: str
    version: int
    state: RuleState
    fired_today: int = 0  # new alerts; in shadow, hits
    held_back: int = 0  # by the budget, today
    error: str = ""
    last_fired_at: datetime | None = None
