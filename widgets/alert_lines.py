"""Which lines the alert list has: the tabs, the order, the flood. Pure, so that it can be proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.domain.alert import Alert, AlertLevel, Visibility
from services.domain.noise import NOISE, Cause, NoiseLimits, flood
from widgets.look import LEVEL_WORDS
from widgets.words import is_overdue

CAUSE = "cause "  # what the key of a group begins with
NO_NOTES: Mapping[str, str] = {}


class Tab(StrEnum):
    SCENE = "scene"  # 本场景
    ALL = "all"  # 全部
    MINE = "mine"  # 我的
    OVERDUE = "overdue"  # 超期


BUSINESS = frozenset({"community", "boats", "checkpoints"})  # the scenes that alerts belong to


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list: an alert, or in a flood a group of alerts with one cause.

    Two lines are equal when they look the same: an alert changes with its version only.
    """

    key: str
    version: int
    level: AlertLevel | None  # None: no alert, a rule's hits that were not told
    signed: bool
    since: datetime
    alert: Alert | None = field(default=None, compare=False)
    title: str = ""
    detail: str = ""
    count: int = 1
    is_open: bool = False  # a group whose alerts are listed below it
    note: str = ""  # what noise control says of it: 抖动, 事件 3 件, 由…抑制

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


def wall_place(alert: Alert) -> str:
    """Where, as the wall says it. A community's place may go down to the staircase; its wall line says how far the
    wall may know."""
    return "" if alert.scene == "community" else alert.place


def visible(alerts: Iterable[Alert]) -> list[Alert]:
    """Open and neither shelved, suppressed nor out of service."""
    return [a for a in alerts if a.is_open and a.visibility is Visibility.VISIBLE]


def worst_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Levels from red, unsigned before signed within a level, the longest waiting first."""
    return sorted(alerts, key=lambda a: (-a.level, a.is_signed, a.raised_at, a.id))


def of_tab(alerts: Sequence[Alert], tab: Tab, scene: str, officer: str, now: datetime) -> list[Alert]:
    """The alerts of a tab. Red ones are pinned across scenes; a scene that is no business's shows all."""
    match tab:
        case Tab.SCENE if scene in BUSINESS:
            return [a for a in alerts if a.scene == scene or a.level is AlertLevel.RED]
        case Tab.MINE:
            return [a for a in alerts if officer and officer in (a.acked_by, a.acted_by)]
        case Tab.OVERDUE:
            return [a for a in alerts if is_overdue(a, now)]
        case _:
            return list(alerts)


def lines(alerts: Sequence[Alert], notes: Mapping[str, str] = NO_NOTES) -> list[Line]:
    """One line an alert, worst first."""
    return [_line(alert, notes) for alert in worst_first(alerts)]


def grouped(
    alerts: Sequence[Alert], causes: Sequence[Cause], unfolded: frozenset[str], notes: Mapping[str, str] = NO_NOTES
) -> list[Line]:
    """Lines of a flood: red ones singly on top, the rest by their cause with its count."""
    made = [_line(a, notes) for a in worst_first(a for a in alerts if a.level is AlertLevel.RED)]
    for cause in causes:
        members = worst_first(cause.alerts)
        if len(members) > 1:
            made.append(_group(cause.key, members, cause.key in unfolded))
        if len(members) == 1 or cause.key in unfolded:
            made += [_line(a, notes) for a in members]
    return made


def one_a_cause(alerts: Sequence[Alert], now: datetime | None, limits: NoiseLimits = NOISE) -> list[Alert]:
    """For the wall: worst first; in a flood one alert stands for all of its cause, with their count."""
    ordered = worst_first(alerts)
    running = flood(ordered, now, limits=limits) if now is not None else None
    if running is None:
        return ordered
    kept = [alert for alert in ordered if alert.level is AlertLevel.RED]
    for cause in running.causes:
        worst = worst_first(cause.alerts)[0]
        many = len(cause.alerts) > 1
        shown = replace(worst, count=len(cause.alerts), place=places_of(cause.alerts), wall_subject="")
        kept.append(shown if many else worst)
    return kept


def fitting(alerts: Sequence[Alert], most: int, room: int) -> tuple[Sequence[Alert], int]:
    """Which of these, worst first, a wall shows that should have ``most`` lines and has room for ``room``,
    and how many red ones it cannot: they take one line's room for their count."""
    reds = sum(1 for alert in alerts if alert.level is AlertLevel.RED)
    lines = min(room, max(most, reds))
    if reds <= lines:
        return alerts[:lines], 0
    return alerts[: max(1, lines - 1)], reds - max(1, lines - 1)


def places_of(members: Sequence[Alert]) -> str:
    places = Counter(alert.place for alert in members)
    place = places.most_common(1)[0][0]
    return f"{place} 等 {len(places)} 处" if len(places) > 1 else place


def _line(alert: Alert, notes: Mapping[str, str] = NO_NOTES) -> Line:
    note = notes.get(alert.id, "")
    return Line(alert.id, alert.version, alert.level, alert.is_signed, alert.raised_at, alert, note=note)


def _group(key: str, members: Sequence[Alert], is_open: bool) -> Line:
    """A cause with how many alerts it raised; its level is its worst, signed when all are."""
    title = Counter(a.title for a in members).most_common(1)[0][0]
    others = places_of(members)
    return Line(
        f"{CAUSE}{key}",
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
    counts = Counter(a.level for a in alerts if a.level is not None)
    return {level: counts[level] for level in sorted(AlertLevel, reverse=True) if counts[level]}


def level_counts(alerts: Iterable[Alert | Line]) -> str:
    """``橙 1 · 黄 5``."""
    return " · ".join(f"{LEVEL_WORDS[level]} {count}" for level, count in by_level(alerts).items())
