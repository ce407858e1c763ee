"""Which family's year holds the truth of which rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec

from services.district.truth import Making
from services.domain.rule import Rule

FAMILIES: Mapping[str, Sequence[str]] = {
    "disputes": ("R-DSP", "R-PTY"),
    "people": ("R-POP", "R-RNT"),
    "elders": ("R-ELD",),
    "fire": ("R-FIR", "R-EYE"),
    "meters": ("R-UTL",),
}


def year_of(family: str) -> Making | None:
    """How the family's year is made; None while nobody has written it."""
    name = f"services.district.year_{family}"
    return import_module(name).year if find_spec(name) else None


def rules_of(family: str, rules: Sequence[Rule]) -> Sequence[Rule]:
    return [rule for rule in rules if rule.id.startswith(tuple(f"{prefix}-" for prefix in FAMILIES[family]))]
