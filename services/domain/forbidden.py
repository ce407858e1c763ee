"""What a rule may not look at, whatever the upstream sends (PIPL art. 28, equality before the law).

The reader of rule files asks here for every column a rule names and every text it compares with. Words cannot stop
somebody who is set on it: the second person who approves a version and the monthly review of hits do the rest.
"""

from __future__ import annotations

from services.domain.forbidden_words import COLUMN_STEMS, COLUMN_WORDS, PLATES, PROVINCE_ENDS, PROVINCES, TEXT_WORDS
from services.domain.logic import pattern_of

WHY = "民族、宗教、籍贯、健康等不得作为条件"

_WILD = "%_"


def is_forbidden(column: str) -> bool:
    name = column.lower()
    run_together = name.replace("_", "")
    return not COLUMN_WORDS.isdisjoint(name.split("_")) or any(stem in run_together for stem in COLUMN_STEMS)


def forbidden_in(text: str) -> str:
    """The first word of a text constant that no rule may compare with; empty when there is none."""
    plain = "".join(text.lower().split())
    named = next((word for word in TEXT_WORDS if word in plain), "")
    return named or (plain if _bare_province(plain) in PROVINCES else "")


def forbidden_in_pattern(pattern: str) -> str:
    """The same of a LIKE pattern, and the first word it would find with at least half of its letters spelled."""
    spelled = "".join(letter for letter in pattern if letter not in _WILD)
    if word := forbidden_in(spelled):
        return word
    if spelled in PLATES and pattern[0] == spelled:
        return spelled
    likeness = pattern_of(pattern)
    return next((word for word in TEXT_WORDS if 2 * len(spelled) >= len(word) and likeness.fullmatch(word)), "")


def _bare_province(text: str) -> str:
    return next((text.removesuffix(end) for end in PROVINCE_ENDS if text.endswith(end)), text)
