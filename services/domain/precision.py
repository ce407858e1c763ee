"""How often a rule is right, from what officers found, and how sure that figure is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from services.domain.alert import Verdict
from services.domain.course import Course
from services.domain.yardstick import Period

Z_95 = 1.959963984540054  # the normal distribution's 97.5 % point


@dataclass(frozen=True, slots=True)
class Precision:
    """``right`` of ``judged`` alerts were true; ``low``–``high`` is the 95 % interval of that share.

    ``weak`` marks a rule whose share is under the limit with enough cases to say so.
    """

    rule_id: str
    title: str
    right: int
    judged: int
    low: float
    high: float
    weak: bool

    @property
    def share(self) -> float:
        return self.right / self.judged


def wilson(right: int, judged: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval of ``right`` / ``judged``:
    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Honest for few cases and at 0 and 1."""
    if not 0 <= right <= judged or not judged:
        raise ValueError(f"{right} of {judged} is no share")
    p, n = right / judged, judged
    centre, spread = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)
    return (0.0 if right == 0 else max(0.0, low)), (1.0 if right == judged else min(1.0, high))


def precisions(courses: Iterable[Course], period: Period, least_cases: int, weak_below: float) -> tuple[Precision, ...]:
    """Each rule's share of 属实 and 属实无需处置 among the verdicts of persons that stand and were given
    in the period; the worst first."""
    right: dict[str, int] = {}
    judged: dict[str, int] = {}
    titles: dict[str, str] = {}
    since, until = period.since, period.until
    for course in courses:
        if course.verdict is None or course.judged_at is None or not since <= course.judged_at < until:
            continue
        rule = course.found.rule_id
        titles[rule] = course.found.rule_title
        judged[rule] = judged.get(rule, 0) + 1
        right[rule] = right.get(rule, 0) + (course.verdict is not Verdict.FALSE_ALARM)
    every = []
    for rule, cases in judged.items():
        low, high = wilson(right[rule], cases)
        weak = cases >= least_cases and right[rule] / cases < weak_below
        every.append(Precision(rule, titles[rule], right[rule], cases, low, high, weak))
    return tuple(sorted(every, key=lambda p: (not p.weak, p.share, -p.judged, p.rule_id)))
