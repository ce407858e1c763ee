"""Which closed alerts are most like one at hand, and how they ended.

Only alerts of the same rule, with a verdict. Nearest are those about the same thing, then at the same
place, then with the nearest figures, then the newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from services.domain.alert import Alert, FalseReason, Parameter, Verdict, Work

MOST = 3
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FAR = 1.0  # of a figure that one of the two lacks
_NEAR = 0.15  # mean difference below which figures are called near


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """One past case. ``distance`` is 0 for equal figures and at most 1, None where none can be compared."""

    id: str
    title: str
    subject: str
    place: str
    raised_at: datetime
    closed_at: datetime
    verdict: Verdict
    false_reason: FalseReason | None
    disposition: str
    same_thing: bool
    same_place: bool
    distance: float | None

    @property
    def alike(self) -> str:
        """What makes it similar, in a few words."""
        figures = "数值相近" if self.distance is not None and self.distance <= _NEAR else ""
        where = "同一对象" if self.same_thing else "同一地点" if self.same_place else ""
        return "，".join(part for part in (where, figures) if part) or "同一规则"


def similar(alert: Alert, others: Iterable[Alert], most: int = MOST) -> tuple[SimilarCase, ...]:
    """The nearest first."""
    cases = [_case(alert, other) for other in {o.id: o for o in others}.values() if _counts(alert, other)]
    return tuple(sorted(cases, key=_order)[:most])


def figures(parameters: Iterable[Parameter]) -> dict[str, float]:
    """The numbers of an alert's parameters by their label: ``12 次`` is 12."""
    found = ((one.label, _NUMBER.search(one.value)) for one in parameters)
    return {label: float(number[0]) for label, number in found if number}


def distance(one: Iterable[Parameter], other: Iterable[Parameter]) -> float | None:
    """The mean relative difference of the figures, 0–1."""
    mine, theirs = figures(one), figures(other)
    labels = sorted({*mine, *theirs})
    if not labels:
        return None
    return fmean(_apart(mine.get(label), theirs.get(label)) for label in labels)


def _apart(one: float | None, other: float | None) -> float:
    if one is None or other is None:
        return _FAR
    most = max(abs(one), abs(other))
    return min(_FAR, abs(one - other) / most) if most else 0.0


def _counts(alert: Alert, other: Alert) -> bool:
    ended = other.work in (Work.CLOSED, Work.ARCHIVED) and other.verdict is not None and other.closed_at is not None
    return ended and other.rule_id == alert.rule_id and other.id != alert.id


def _case(alert: Alert, other: Alert) -> SimilarCase:
    assert other.verdict is not None
    assert other.closed_at is not None
    same = bool(set(alert.links) & set(other.links))
    subject = (alert.subject_kind, alert.subject_id)
    return SimilarCase(
        other.id,
        other.title,
        other.subject,
        other.place,
        other.raised_at,
        other.closed_at,
        other.verdict,
        other.false_reason,
        other.disposition,
        same or (bool(alert.subject_id) and (other.subject_kind, other.subject_id) == subject),
        bool(alert.place) and other.place == alert.place,
        distance(alert.parameters, other.parameters),
    )


def _order(case: SimilarCase) -> tuple[bool, bool, float, float, str]:
    far = _FAR if case.distance is None else case.distance
    return not case.same_thing, not case.same_place, far, -case.closed_at.timestamp(), case.id
