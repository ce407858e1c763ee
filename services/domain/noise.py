"""How much the desk is told at once: the settings of noise control, floods, and what each means kept back counts.

Nothing here hides a red alert, and nothing is hidden without a count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Alert, AlertLevel, Visibility


@dataclass(frozen=True, slots=True)
class NoiseLimits:
    """The settings [D] of one site; requirements/03 §2.1.4."""

    repeat_window: timedelta = timedelta(minutes=10)  # a key that fires again so soon goes on counting
    chatter_flaps: int = 5  # raises of one key
    chatter_window: timedelta = timedelta(minutes=10)
    flood_above: int = 10  # new alerts: beyond one person [K]
    flood_ends_at: int = 5
    flood_window: timedelta = timedelta(minutes=10)
    link_window: timedelta = timedelta(minutes=15)
    window_duty: timedelta = timedelta(hours=24)  # longest time out of service a 值班员 may give
    life_safety: tuple[str, ...] = ("R-FIR-", "R-GAS-")  # beginnings of rule ids only a 值班长 takes out of service


NOISE = NoiseLimits()

_MINUTES = {
    "repeat_minutes": "repeat_window",
    "chatter_minutes": "chatter_window",
    "flood_minutes": "flood_window",
    "link_minutes": "link_window",
}
_COUNTS = {"chatter_flaps": 2, "flood_above": 1, "flood_ends_at": 0}  # and the least they may be
_KEYS = (*_MINUTES, *_COUNTS, "window_hours", "life_safety")


def noise_from(table: Mapping[str, Any]) -> NoiseLimits:
    """The site's ``[noise]``. Raises ValueError in Chinese, naming the key."""
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key in _MINUTES:
            changes[_MINUTES[key]] = timedelta(minutes=_number(key, value, 1))
        elif key in _COUNTS:
            changes[key] = int(_number(key, value, _COUNTS[key], whole=True))
        elif key == "window_hours":
            changes["window_duty"] = timedelta(hours=_number(key, value, 1))
        elif key == "life_safety":
            if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
                raise ValueError("noise.life_safety 须为规则编号开头的列表")
            changes[key] = tuple(value)
        else:
            raise ValueError(f"不认识的键 noise.{key}，可用：{'、'.join(_KEYS)}")
    limits = NoiseLimits(**changes)
    if limits.flood_ends_at > limits.flood_above:
        raise ValueError("noise.flood_ends_at 不得大于 noise.flood_above")
    return limits


def _number(key: str, value: Any, least: float, *, whole: bool = False) -> float:
    kinds = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= 10_000:
        raise ValueError(f"noise.{key} 须为 {least:g} 到 10000 的{'整数' if whole else '数'}，不是 {value!r}")
    return value


# --------------------------------------------------------------------------------------------- flood


@dataclass(frozen=True, slots=True)
class Cause:
    """What a flood's alerts are grouped by: a rule at a place, or a rule at many places once each."""

    rule_id: str
    place: str  # empty: many places
    alerts: tuple[Alert, ...]

    @property
    def key(self) -> str:
        return f"{self.rule_id}|{self.place}"

    @property
    def level(self) -> AlertLevel:
        return max(alert.level for alert in self.alerts)


@dataclass(frozen=True, slots=True)
class Flood:
    """More new alerts than one person can take in; ``first_out`` is the alert it began with."""

    count: int
    since: datetime
    first_out: Alert
    causes: tuple[Cause, ...]  # worst first; red alerts are in none


def flood(
    alerts: Sequence[Alert], now: datetime, *, running: bool = False, limits: NoiseLimits = NOISE
) -> Flood | None:
    """The flood among ``alerts`` (those of one seat) at ``now``, if there is one. One that runs ends
    only when it is well over."""
    new = new_lately(alerts, now, limits)
    if len(new) <= (limits.flood_ends_at if running else limits.flood_above):
        return None
    first = min(new, key=lambda alert: (alert.raised_at, alert.occurred_at, alert.key, alert.id))
    return Flood(len(new), first.raised_at, first, causes(alerts))


def new_lately(alerts: Iterable[Alert], now: datetime, limits: NoiseLimits = NOISE) -> list[Alert]:
    return [alert for alert in alerts if now - limits.flood_window < alert.raised_at]


def causes(alerts: Iterable[Alert]) -> tuple[Cause, ...]:
    """Every alert that is not red, by rule and place; of a rule, places with one alert stand together."""
    placed: dict[tuple[str, str], list[Alert]] = {}
    for alert in alerts:
        if alert.level is not AlertLevel.RED:
            placed.setdefault((alert.rule_id, alert.place), []).append(alert)
    alone = Counter(rule for (rule, _), members in placed.items() if len(members) == 1)
    groups: dict[tuple[str, str], list[Alert]] = {}
    for (rule, place), members in placed.items():
        scattered = len(members) == 1 and alone[rule] > 1
        groups.setdefault((rule, "" if scattered else place), []).extend(members)
    made = [Cause(rule, place, tuple(members)) for (rule, place), members in groups.items()]
    return tuple(sorted(made, key=lambda cause: (-cause.level, -len(cause.alerts), cause.key)))


# -------------------------------------------------------------------------------------------- counts


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What a rule found and did not tell, today: an excuse, a quiet time, news too old."""

    rule_id: str
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class NoiseCounts:
    """What each means of noise control keeps from being told singly, now. One record."""

    key: str = "noise"
    repeats: int = 0  # detections that were not told because their alert is open
    chattering: int = 0
    grouped: int = 0  # alerts that stand in a group while a flood runs
    linked: int = 0  # alerts that stand in an incident with others
    shelved: int = 0
    suppressed: int = 0
    out_of_service: int = 0
    review: int = 0  # alerts that go to no department until somebody has looked
    held_back: int = 0
    held: tuple[HeldBack, ...] = ()
    flood_above: int = NOISE.flood_above
    flood_ends_at: int = NOISE.flood_ends_at
    flood_window_s: float = NOISE.flood_window.total_seconds()
    window_s: float = NOISE.window_duty.total_seconds()
    life_safety: tuple[str, ...] = NOISE.life_safety
    noisy_sources: tuple[str, ...] = ()  # whose alerts chatter

    @property
    def limits(self) -> NoiseLimits:
        """What of the site's settings a console and a decision need."""
        return replace(
            NOISE,
            flood_above=self.flood_above,
            flood_ends_at=self.flood_ends_at,
            flood_window=timedelta(seconds=self.flood_window_s),
            window_duty=timedelta(seconds=self.window_s),
            life_safety=self.life_safety,
        )


def kept(alerts: Iterable[Alert], running: Flood | None) -> Mapping[str, tuple[Alert, ...]]:
    """Which open alerts each means of noise control touches, by the name of its count."""
    every = [alert for alert in alerts if alert.is_open]
    threads = Counter(alert.incident_id for alert in every if alert.incident_id)
    return {
        "repeats": tuple(a for a in every if a.count > 1),
        "chattering": tuple(a for a in every if a.chattering),
        "grouped": tuple(a for c in running.causes if len(c.alerts) > 1 for a in c.alerts) if running else (),
        "linked": tuple(a for a in every if threads[a.incident_id] > 1),
        "shelved": tuple(a for a in every if a.visibility is Visibility.SHELVED),
        "suppressed": tuple(a for a in every if a.visibility is Visibility.SUPPRESSED),
        "out_of_service": tuple(a for a in every if a.visibility is Visibility.OUT_OF_SERVICE),
        "review": tuple(a for a in every if not a.department),
    }


def counts(
    alerts: Iterable[Alert], now: datetime, held: Sequence[HeldBack] = (), limits: NoiseLimits = NOISE
) -> NoiseCounts:
    every = [alert for alert in alerts if alert.is_open]
    running = flood([a for a in every if a.visibility is Visibility.VISIBLE], now, limits=limits)
    sorts = kept(every, running)
    numbers: dict[str, Any] = {name: len(some) for name, some in sorts.items()}
    numbers["repeats"] = sum(alert.count - 1 for alert in sorts["repeats"])
    return NoiseCounts(
        **numbers,
        held_back=sum(one.count for one in held),
        held=tuple(held),
        flood_above=limits.flood_above,
        flood_ends_at=limits.flood_ends_at,
        flood_window_s=limits.flood_window.total_seconds(),
        window_s=limits.window_duty.total_seconds(),
        life_safety=limits.life_safety,
        noisy_sources=noisy_sources(sorts["chattering"]),
    )


def noisy_sources(chattering: Iterable[Alert]) -> tuple[str, ...]:
    """The upstream systems whose alerts chatter."""
    found = {link.removeprefix("source:") for a in chattering for link in a.within if link.startswith("source:")}
    return tuple(sorted(found))


NOISE_WORDS: Mapping[str, str] = {
    "repeats": "重复",
    "chattering": "抖动",
    "grouped": "归并",
    "linked": "关联",
    "shelved": "暂缓",
    "suppressed": "抑制",
    "out_of_service": "停用",
    "review": "待复核",
    "held_back": "未报",
}
