"""Rules that look at what was seen, a store that remembers it, and what their detectors say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.domain.condition import columns_of
from services.domain.detect import detector
from services.domain.detector import Detector, Outcome, Past
from services.domain.event import Event
from services.domain.rule import Found, Rule
from services.domain.rule_check import told
from services.domain.rule_file import rule_from
from tests.unit.plain_rule import plain_table

START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)  # a Monday, 08:00 in Shanghai
WEEK = 7 * 24
SQUARE = {"name": "油库", "outline": [[121.0, 28.0], [121.01, 28.0], [121.01, 28.01], [121.0, 28.01]]}
NEXT = {"name": "码头", "outline": [[121.01, 28.0], [121.02, 28.0], [121.02, 28.01], [121.01, 28.01]]}


@dataclass(frozen=True, slots=True)
class Seen:
    what: str | None
    value: float | None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    to: str | None
    done: bool | None = True


KINDS = {"seen": columns_of(Seen), "reply": columns_of(Reply)}


def rule(where: str = "value >= 0", tests: Sequence[Any] = (), **detect: Any) -> Rule:
    table = plain_table("seen", where, **detect) | {"tests": list(tests)}
    return rule_from(table, "R-1.toml", KINDS)


def usual(**more: Any) -> Rule:
    return rule(kind="band", **{"direction": "both", "least_samples": 2, **more})


def fence(crossing: str, **more: Any) -> Rule:
    return rule(kind="geofence", areas=[SQUARE, NEXT], crossing=crossing, **more)


def follow(kind: str = "expiry", **more: Any) -> Rule:
    return rule("value < 5", kind=kind, **{"then": "value >= 5", "within_minutes": 4, **more})


def seen(number: int, minutes: float, value: float | None = 1.0, what: str | None = "甲", **more: Any) -> Event:
    return Event("s", f"{number:03d}", "seen", START + timedelta(minutes=minutes), Seen(what, value, **more))


def at(number: int, minutes: float, lon: float | None, what: str = "甲") -> Event:
    """On the line through both squares: 121.00 to 121.01 is one, to 121.02 the other. 0.001° is 98 m."""
    return seen(number, minutes, 1, what, lon=lon, lat=28.005)


def past(some: Rule, stored: Sequence[Event]) -> Past:
    """A store with these events."""
    detect: Any = some.detect
    met = [e for e in stored if e.kind == some.event and some.matches(e.record) is True]

    def of(key: tuple[object, ...], since: datetime) -> list[Event]:
        return [e for e in met if (e.record.what,) == key and e.occurred_at >= since]

    return Past(
        of,
        lambda _since: (),
        lambda: max((e.occurred_at for e in stored), default=None),
        between=lambda key, since, until: [e.record for e in of(key, since) if e.occurred_at < until],
        since=lambda since: [e for e in met if e.occurred_at >= since],
        answers=lambda since: [
            e for e in stored if e.kind == detect.event and detect.holds(e.record) is True and e.occurred_at >= since
        ],
    )


def started(some: Rule, stored: Sequence[Event] = ()) -> Detector:
    return detector(some, past(some, stored), lambda _list: {})


def word(outcome: Outcome) -> str:
    return f"+{outcome.event.event_id}" if isinstance(outcome, Found) else f"-{outcome.event.event_id}"


def said(some: Rule, events: Sequence[Event]) -> list[str]:
    online = started(some)
    return [word(outcome) for e in events for outcome in told(some, online, e)]
