"""What a year's alerts were worth against what is true in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from services.district.truth import Planted
from services.district.truth_trial import Alarm

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Score:
    """Of one rule. ``true`` counts cases of which it spoke while they lasted, ``again`` further alerts of a case it
    had told, ``false`` alerts that never spoke of one. ``delays`` are from a case's beginning."""

    rule_id: str
    planted: int
    true: int
    again: int
    false: int
    delays: tuple[timedelta, ...]  # shortest first

    @property
    def recall(self) -> float | None:
        return self.true / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """A case that was told twice counts once: nobody is right more often by repeating himself."""
        told = self.true + self.false
        return self.true / told if told else None

    def delay_min(self, share: float) -> float | None:
        """The delay that ``share`` of the detected cases had at most, in minutes."""
        if not self.delays:
            return None
        return self.delays[max(0, ceil(share * len(self.delays)) - 1)] / MINUTE


def scores(rule_ids: Iterable[str], planted: Sequence[Planted], alarms: Sequence[Alarm]) -> tuple[Score, ...]:
    """One for each rule, also for those that found nothing. Raises ValueError for cases that overlap."""
    cases = _by_key(planted)
    found: dict[str, list[timedelta]] = {}
    right: dict[str, int] = {}
    said = _said(alarms)
    for key, own in cases.items():
        moments = said.get(key, [])
        for case in own:
            first = bisect_left(moments, case.at)
            if first < len(moments) and moments[first] <= case.until:
                found.setdefault(case.rule_id, []).append(moments[first] - case.at)
    for alarm in alarms:
        own = cases.get((alarm.rule_id, alarm.key), [])
        right[alarm.rule_id] = right.get(alarm.rule_id, 0) + any(
            case.holds_at(moment) for case in own for moment in alarm.said
        )
    return tuple(
        Score(
            rule_id,
            planted=sum(case.rule_id == rule_id for case in planted),
            true=len(found.get(rule_id, ())),
            again=max(0, right.get(rule_id, 0) - len(found.get(rule_id, ()))),
            false=sum(alarm.rule_id == rule_id for alarm in alarms) - right.get(rule_id, 0),
            delays=tuple(sorted(found.get(rule_id, ()))),
        )
        for rule_id in rule_ids
    )


def _by_key(planted: Sequence[Planted]) -> Mapping[tuple[str, str], Sequence[Planted]]:
    cases: dict[tuple[str, str], list[Planted]] = {}
    for case in sorted(planted, key=lambda case: (case.at, case.rule_id, case.key)):
        cases.setdefault((case.rule_id, case.key), []).append(case)
    for own in cases.values():
        for one, other in pairwise(own):
            if other.at <= one.until:
                raise ValueError(f"two cases of {one.rule_id} {one.key} overlap at {other.at:%Y-%m-%d %H:%M}")
    return cases


def _said(alarms: Sequence[Alarm]) -> Mapping[tuple[str, str], Sequence[datetime]]:
    said: dict[tuple[str, str], list[datetime]] = {}
    for alarm in alarms:
        said.setdefault((alarm.rule_id, alarm.key), []).extend(alarm.said)
    return {key: sorted(moments) for key, moments in said.items()}
