"""What noise control writes on an alert: its flaps, its incident, the lines of guidance that are done.

These marks never move a clock, a signature or the work, so an officer's command that names an older
version still holds.
"""

from __future__ import annotations

from dataclasses import replace

from services.domain.alert import Alert, Evidence, Tick
from services.domain.happening import Happening, HappeningKind
from services.domain.masked import mask_name

MARKS = frozenset(
    {
        HappeningKind.LINKED,
        HappeningKind.UNLINKED,
        HappeningKind.CHATTERING,
        HappeningKind.CALMED,
        HappeningKind.TICKED,
        HappeningKind.UNTICKED,
    }
)


def marked(before: Alert | None, after: Alert, happening: Happening) -> Alert:
    """``after`` with the marks that ``happening`` makes; ``before`` is None for a raise."""
    match happening.kind:
        case HappeningKind.RAISED:
            return _raised(after, happening)
        case HappeningKind.REPEATED:
            return _repeated(before or after, after, happening)
        case HappeningKind.CLEARED:
            return replace(after, closes_when_calm=happening.closes_when_calm)
        case HappeningKind.LINKED:
            return replace(after, incident_id=happening.incident_id, linked_why=happening.text, unlinked=False)
        case HappeningKind.UNLINKED:
            return replace(after, incident_id="", linked_why="", unlinked=True)
        case HappeningKind.CHATTERING:
            return replace(after, chattering=True, calm_at=happening.until)
        case HappeningKind.CALMED | HappeningKind.AUTO_CLOSED | HappeningKind.CLOSED | HappeningKind.MERGED:
            return replace(after, chattering=False, calm_at=None, closes_when_calm=False)
        case HappeningKind.TICKED:
            return _ticked(after, happening)
        case HappeningKind.UNTICKED:
            return replace(after, ticks=tuple(t for t in after.ticks if t.line != happening.line))
        case _:
            return after


def _raised(after: Alert, happening: Happening) -> Alert:
    found = happening.detection
    if found is None:
        return after
    return replace(
        after,
        count=happening.count or after.count,
        flaps=happening.flaps or (),
        links=found.links,
        within=found.within,
        counters=found.counters,
    )


def _repeated(before: Alert, after: Alert, happening: Happening) -> Alert:
    found = happening.detection
    flaps = after.flaps if happening.flaps is None else happening.flaps
    calm_at = happening.until if after.chattering and happening.until else after.calm_at
    after = replace(after, flaps=flaps, calm_at=calm_at, closes_when_calm=False)
    if found is None or found.occurred_at < before.last_at:
        return after
    # Another rule version may give other guidance with a rise: then nothing of it is done yet.
    ticks = after.ticks if after.guidance == before.guidance else ()
    return replace(after, counters=_newest(before.counters, found.counters), ticks=ticks)


def _newest(known: tuple[Evidence, ...], new: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Each check as it was answered last."""
    return tuple(({line.text: line for line in known} | {line.text: line for line in new}).values())


def _ticked(after: Alert, happening: Happening) -> Alert:
    assert happening.line is not None
    tick = Tick(happening.line, happening.at, mask_name(happening.officer_name))
    return replace(after, ticks=tuple(sorted((*after.ticks, tick), key=lambda t: t.line)))
