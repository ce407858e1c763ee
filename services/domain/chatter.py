"""Chatter: one key raised and cleared again and again. It is one alert that says so, until it is quiet.

Only raises count, each at the moment of its event, so the order in which a batch comes in changes
nothing. While an alert chatters it is not closed by itself, or every flap would be a new alert.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.domain.alert import Alert, Condition
from services.domain.finding import by_engine, clearing
from services.domain.happening import Happening, HappeningKind
from services.domain.noise import NOISE, NoiseLimits


def flaps_after(flaps: Iterable[datetime], new: datetime, limits: NoiseLimits = NOISE) -> tuple[datetime, ...]:
    """The raises that still count after one at ``new``: the newest of the window, no more than needed."""
    known = sorted({*flaps, new})
    return tuple(moment for moment in known if moment > known[-1] - limits.chatter_window)[-limits.chatter_flaps :]


def raised_again(earlier: Alert | None, happening: Happening, limits: NoiseLimits = NOISE) -> Happening:
    """A raise with its flaps; of a key that ended lately it goes on counting."""
    found = happening.detection
    assert found is not None
    if earlier is None or happening.at - ended_at(earlier) > limits.repeat_window:
        return replace(happening, flaps=(found.occurred_at,))
    return replace(happening, count=earlier.count + 1, flaps=flaps_after(earlier.flaps, found.occurred_at, limits))


def flapped(alert: Alert, happening: Happening, limits: NoiseLimits = NOISE) -> Happening:
    """A repeat with what it adds to the flaps: it is one when the condition had been back to normal."""
    found = happening.detection
    if found is None or alert.condition is not Condition.RTN:
        return happening
    calm_at = max(happening.at, found.occurred_at) + limits.chatter_window
    return replace(
        happening,
        flaps=flaps_after(alert.flaps, found.occurred_at, limits),
        until=calm_at if alert.chattering else happening.until,
    )


def cleared(alert: Alert, at: datetime, *, auto_close: bool) -> Happening | None:
    """Back to normal. A chattering alert waits with closing until it is quiet."""
    happening = clearing(alert, at, auto_close and not alert.chattering)
    return replace(happening, closes_when_calm=auto_close) if happening and alert.chattering else happening


def ended_at(alert: Alert) -> datetime:
    """When it was closed or merged away."""
    return alert.closed_at or max((when for _, when, _ in alert.steps), default=alert.raised_at)


def chattering(alert: Alert, at: datetime, limits: NoiseLimits = NOISE) -> Happening | None:
    """The alert chatters from now on; None while it does not, or does already."""
    if alert.chattering or not alert.is_open or len(alert.flaps) < limits.chatter_flaps:
        return None
    minutes = limits.chatter_window.total_seconds() / 60
    calm_at = max(at, alert.flaps[-1]) + limits.chatter_window
    why = f"{minutes:g} 分内触发 {len(alert.flaps)} 次"
    return by_engine(HappeningKind.CHATTERING, alert.id, alert.version + 1, at, text=why, until=calm_at)


def calming(alert: Alert, at: datetime) -> Happening:
    """It has been quiet for long enough. One that was to close by itself does so now."""
    if alert.closes_when_calm and alert.condition is Condition.RTN:
        closed = clearing(replace(alert, condition=Condition.ACTIVE), at, auto_close=True)
        if closed is not None and closed.kind is HappeningKind.AUTO_CLOSED:
            return closed
    return by_engine(HappeningKind.CALMED, alert.id, alert.version + 1, at)
