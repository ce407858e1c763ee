"""What a site settles for the care of elders: ``[community.elders]``. All figures are defaults [D]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from services.domain.alert import AlertLevel
from services.domain.community import CareClass

TOPIC = "elder_terms"
_LEVELS = {"yellow": AlertLevel.YELLOW, "orange": AlertLevel.ORANGE, "red": AlertLevel.RED}


@dataclass(frozen=True, slots=True)
class ElderTerms:
    """Minutes of the contact chain, days between visits, and what counts as water.

    ``door_at_*`` is the level from which nobody waits any more and somebody goes to the door; below it the
    calls begin anew every ``again_min``. ``tries`` unanswered calls to the elder end that step early.
    """

    phone_min: float = 10.0
    family_min: float = 10.0
    door_min: float = 30.0
    police_min: float = 15.0
    red_min: float = 2.0  # to call back after an SOS or a fall before police and 120 are asked
    again_min: float = 60.0
    tries: int = 2
    door_at_high: str = "yellow"
    door_at_key: str = "orange"
    door_at_general: str = "orange"
    visit_high_d: int = 7
    visit_key_d: int = 31
    visit_general_d: int = 92
    change_h: float = 24.0  # a visit after a major change in an elder's life
    plan_ahead_d: int = 7
    away_most_d: int = 92
    low_m3: float = 0.01
    drip_m3h: float = 0.004  # a steady flow up to this is a dripping tap, not a living person
    gas_lel_pct: float = 5.0  # at an elder's home; of the lower explosive limit
    night_from_h: int = 22
    night_until_h: int = 6
    baseline_d: int = 14
    baseline_least_d: int = 10
    slack_h: float = 2.0  # after the latest usual first use
    least_h: float = 4.0  # no baseline asks for less

    def door_at(self, care: CareClass) -> AlertLevel:
        return _LEVELS[getattr(self, f"door_at_{care.value}")]

    def visit_days(self, care: CareClass) -> int:
        return int(getattr(self, f"visit_{care.value}_d"))

    def visit_every(self, care: CareClass) -> timedelta:
        return timedelta(days=self.visit_days(care))


TERMS = ElderTerms()


def elder_terms_from(table: Mapping[str, Any]) -> ElderTerms:
    """The defaults with what the site sets. Raises ValueError with a Chinese sentence."""
    known = {field.name: field for field in fields(ElderTerms)}
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"不认识的键 community.elders.{key}，可用：{'、'.join(known)}")
        why = _unfit(key, value)
        if why:
            raise ValueError(f"community.elders.{key} 须为{why}，现为 {value!r}")
    return replace(TERMS, **table)


def _unfit(key: str, value: Any) -> str:
    if key.startswith("door_at_"):
        return "" if value in _LEVELS else f"级别：{'、'.join(_LEVELS)}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return "" if key.startswith("night_") and value == 0 and not isinstance(value, bool) else "正数"
    if key.startswith("night_"):
        return "" if isinstance(value, int) and value < 24 else " 0–23 的整点"
    whole = key.endswith("_d") or key == "tries"
    return "整数" if whole and not isinstance(value, int) else ""


def terms_in(records: Sequence[Any]) -> ElderTerms:
    """Of the topic's records; the defaults while the collector has not told its own."""
    return next((one for one in records if isinstance(one, ElderTerms)), TERMS)
