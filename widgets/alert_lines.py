"""Which lines the alert list has: the tabs, the order, the flood. Pure, so that it can be proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.alert import Alert, AlertLevel, Visibility
from services.domain.timebase import local
from widgets.look import LEVEL_WORDS
from widgets.words import is_overdue

FLOOD_ABOVE = 10  # new alerts within FLOOD_WINDOW: beyond one person
FLOOD_ENDS_AT = 5
FLOOD_WINDOW = timedelta(minutes=10)


class Tab(StrEnum):
    SCENE = "scene"  # 本场景
    ALL = "all"  # 全部
    MINE = "mine"  # 我的
    OVERDUE = "overdue"  # 超期


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list: an alert, or in a flood a group of alerts with one cause.

    Two lines are equal when they look the same: an alert changes with its version only.
    """

    key: str
    version: int
    level: AlertLevel
    signed: bool
    since: datetime
    alert: Alert | None = field(default=None, compare=False)
    title: str = ""
    detail: str = ""
    count: int = 1
    is_open: bool = False  # a group whose alerts are listed below it

    @property
    def is_group(self) -> bool:
        return self.alert is None

    @property
    def is_pinned(self) -> bool:
        return self.level is AlertLevel.RED and not self.signed


def about(subject: str, place: str) -> list[str]:
    """Subject and place, no part of them twice."""
    if place in subject:
        return [subject]
    return [*(part for part in subject.split(" · ") if not place.startswith(part)), place]


def visible(alerts: Iterable[Alert]) -> list[Alert]:
    """Open and neither shelved, suppressed nor out of service."""
    return [a for a in alerts if a.is_open and a.visibility is Visibility.VISIBLE]


def worst_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Levels from red, unsigned before signed within a level, the longest waiting first."""
    return sorted(alerts, key=lambda a: (-a.level, a.is_signed, a.raised_at, a.id))


def of_tab(alerts: Sequence[Alert], tab: Tab, scene: str, officer: str, now: datetime) -> list[Alert]:
    """The alerts of a tab. Red ones are pinned across scenes; the home scene speaks for all."""
    match tab:
        case Tab.SCENE if scene not in ("", "home"):
            return [a for a in alerts if a.scene == scene or a.level is AlertLevel.RED]
        case Tab.MINE:
            return [a for a in alerts if officer and officer in (a.acked_by, a.acted_by)]
        case Tab.OVERDUE:
            return [a for a in alerts if is_overdue(a, now)]
        case _:
            return list(alerts)


def new_lately(alerts: Iterable[Alert], now: datetime) -> int:
    return sum(1 for a in alerts if a.raised_at > now - FLOOD_WINDOW)


def flooded(count: int, before: bool) -> bool:
    """Whether ``count`` new alerts are a flood; one that runs ends only when it is well over."""
    return count > (FLOOD_ENDS_AT if before else FLOOD_ABOVE)


def lines(alerts: Sequence[Alert]) -> list[Line]:
    """One line an alert, worst first."""
    return [_line(alert) for alert in worst_first(alerts)]


def grouped(alerts: Sequence[Alert], unfolded: frozenset[str]) -> list[Line]:
    """Lines of a flood: red ones singly on top, the rest by rule with their count."""
    made = [_line(a) for a in worst_first(a for a in alerts if a.level is AlertLevel.RED)]
    by_rule: dict[str, list[Alert]] = {}
    for alert in worst_first(a for a in alerts if a.level is not AlertLevel.RED):
        by_rule.setdefault(alert.rule_id, []).append(alert)
    for rule, members in by_rule.items():
        if len(members) == 1:
            made.append(_line(members[0]))
            continue
        made.append(_group(rule, members, rule in unfolded))
        if rule in unfolded:
            made += [_line(a) for a in members]
    return made


def one_a_cause(alerts: Sequence[Alert], now: datetime | None) -> list[Alert]:
    """For the wall: worst first; in a flood one alert stands for all of its rule, with their count."""
    ordered = worst_first(alerts)
    if now is None or not flooded(new_lately(ordered, now), before=False):
        return ordered
    counts = Counter(a.rule_id for a in ordered if a.level is not AlertLevel.RED)
    kept: dict[str, Alert] = {}
    for alert in ordered:
        red = alert.level is AlertLevel.RED
        kept.setdefault(
            alert.id if red else alert.rule_id, alert if red else replace(alert, count=counts[alert.rule_id])
        )
    return list(kept.values())


def _line(alert: Alert) -> Line:
    return Line(alert.id, alert.version, alert.level, alert.is_signed, alert.raised_at, alert)


def _group(rule: str, members: Sequence[Alert], is_open: bool) -> Line:
    """A cause with how many alerts it raised; its level is its worst, signed when all are."""
    titles, places = Counter(a.title for a in members), Counter(a.place for a in members)
    title, place = titles.most_common(1)[0][0], places.most_common(1)[0][0]
    others = f"{place} 等 {len(places)} 处" if len(places) > 1 else place
    return Line(
        f"rule {rule}",
        sum(a.version for a in members),
        members[0].level,
        all(a.is_signed for a in members),
        min(a.raised_at for a in members),
        None,
        title,
        others,
        len(members),
        is_open,
    )


def by_level(alerts: Iterable[Alert | Line]) -> Mapping[AlertLevel, int]:
    counts = Counter(a.level for a in alerts)
    return {level: counts[level] for level in sorted(AlertLevel, reverse=True) if counts[level]}


def level_counts(alerts: Iterable[Alert | Line]) -> str:
    """``橙 1 · 黄 5``."""
    return " · ".join(f"{LEVEL_WORDS[level]} {count}" for level, count in by_level(alerts).items())


def shelf_words(alerts: Iterable[Alert]) -> str:
    """``暂缓 1 · 14:50 回``: what is put away, and when the first comes back."""
    put_away = [a for a in alerts if a.is_open and a.visibility is Visibility.SHELVED]
    back = min((a.shelved_until for a in put_away if a.shelved_until), default=None)
    if not put_away:
        return ""
    return f"暂缓 {len(put_away)}" + (f" · {local(back):%H:%M} 回" if back else "")
