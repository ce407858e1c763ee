"""What the open alerts add up to: the counters, the badges, the banner. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.domain.alert import Alert, AlertLevel, Visibility
from services.domain.snapshot import Subject
from widgets.rail import Badge
from widgets.topbar import LevelCount


def shown(alerts: Iterable[Alert]) -> list[Alert]:
    """Open and neither shelved, suppressed nor out of service: what counts, sounds and rises to the banner."""
    return [a for a in alerts if a.is_open and a.visibility is Visibility.VISIBLE]


def worst_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Unsigned before signed within a level, levels from red, the longest waiting first."""
    return sorted(alerts, key=lambda a: (-a.level, a.is_signed, a.raised_at, a.id))


def levels(alerts: Iterable[Alert]) -> Mapping[AlertLevel, LevelCount]:
    visible = shown(alerts)
    return {
        level: LevelCount(
            sum(1 for a in visible if a.level is level),
            sum(1 for a in visible if a.level is level and not a.is_signed),
        )
        for level in AlertLevel
    }


def badges(alerts: Iterable[Alert], scenes: Sequence[str]) -> Mapping[str, Badge | None]:
    """For each scene the worst level with an unsigned alert; the home scene speaks for none of its own."""
    unsigned = [a for a in shown(alerts) if not a.is_signed]
    made: dict[str, Badge | None] = {}
    for scene in scenes:
        mine = [a.level for a in unsigned if a.scene == scene]
        made[scene] = Badge(max(mine), mine.count(max(mine))) if mine else None
    return made


def headline(alerts: Iterable[Alert]) -> Alert | None:
    """The alert of the banner: the worst open red or orange."""
    loud = worst_first(a for a in shown(alerts) if a.level >= AlertLevel.ORANGE)
    return loud[0] if loud else None


def unsigned_red(alerts: Iterable[Alert]) -> Alert | None:
    return next((a for a in worst_first(shown(alerts)) if a.level is AlertLevel.RED and not a.is_signed), None)


def newest(alerts: Iterable[Alert], count: int) -> list[Alert]:
    """The ticker's entries: yellow and worse, newest first; blue only where there is room left."""
    visible = sorted(shown(alerts), key=lambda a: (a.level is AlertLevel.BLUE, -a.raised_at.timestamp()))
    return visible[:count]


def about(alert: Alert) -> Subject:
    """The thing an alert is about, as the scene's panes know it."""
    return Subject(alert.subject_kind, alert.subject_id)


def next_after(alerts: Iterable[Alert], current: str) -> Alert | None:
    """F6: the next alert nobody has signed; when all are signed, the next open one."""
    visible = worst_first(shown(alerts))
    queue = [a for a in visible if not a.is_signed] or visible
    if not queue:
        return None
    ids = [a.id for a in queue]
    return queue[(ids.index(current) + 1) % len(queue)] if current in ids else queue[0]
