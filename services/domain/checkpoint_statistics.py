"""K6: what the checkpoints' alerts came to, kind by kind, and which vehicles come again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from services.domain.alert import Alert, Verdict


@dataclass(frozen=True, slots=True)
class KindCount:
    """One rule over the last 30 days. ``right`` of ``judged`` were true."""

    rule_id: str
    title: str
    today: int
    total: int
    judged: int
    right: int


@dataclass(frozen=True, slots=True)
class RepeatVehicle:
    """A vehicle with two alerts or more in 90 days."""

    plate_no: str
    alerts: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class CheckpointStatistics:
    """``repeat_pct`` of the vehicles with an alert in 90 days had another; ``closed_pct`` of the alerts of
    30 days are closed; ``delay_s`` is the median of raised − occurred. None where there is nothing to tell."""

    id: str
    kinds: tuple[KindCount, ...]
    repeats: tuple[RepeatVehicle, ...]
    repeat_pct: float | None
    closed_pct: float | None
    delay_s: float | None


def statistics_of(
    alerts: Sequence[Alert],
    titles: Mapping[str, str],
    vehicles: Iterable[tuple[str, int, datetime]],
    midnight: datetime,
    most: int = 5,
) -> CheckpointStatistics:
    """``alerts`` of 30 days; ``vehicles`` are plate, alerts and last moment of every vehicle of 90 days."""
    seen = list(vehicles)
    again = sorted((v for v in seen if v[1] > 1), key=lambda v: (-v[1], -v[2].timestamp()))
    delays = [max(0.0, (a.raised_at - a.occurred_at).total_seconds()) for a in alerts]
    return CheckpointStatistics(
        "checkpoints",
        _kinds(alerts, titles, midnight),
        tuple(RepeatVehicle(*vehicle) for vehicle in again[:most]),
        100 * len(again) / len(seen) if seen else None,
        100 * sum(not a.is_open for a in alerts) / len(alerts) if alerts else None,
        median(delays) if delays else None,
    )


def _plain(title: str) -> str:
    """What the alerts of a kind are called, without the figures of one of them."""
    return re.sub(r"\s*\d[\d.,]*\s*%?", "", title).strip() or title


def _kinds(alerts: Sequence[Alert], titles: Mapping[str, str], midnight: datetime) -> tuple[KindCount, ...]:
    """The most frequent first."""
    by_rule: dict[str, list[Alert]] = {}
    for alert in alerts:
        by_rule.setdefault(alert.rule_id, []).append(alert)
    counted = [
        KindCount(
            rule_id,
            titles.get(rule_id) or _plain(some[-1].title),
            sum(a.raised_at >= midnight for a in some),
            len(some),
            sum(a.verdict is not None for a in some),
            sum(a.verdict is not None and a.verdict is not Verdict.FALSE_ALARM for a in some),
        )
        for rule_id, some in by_rule.items()
    ]
    return tuple(sorted(counted, key=lambda k: (-k.total, k.rule_id)))
