"""What an alert is after a happening: the fold that rebuilds every alert from its log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.domain import evolve_engine as engine
from services.domain import evolve_work as work
from services.domain.alert import Alert, Work
from services.domain.evolve_parts import Changes, moves, noted, who
from services.domain.happening import Happening, HappeningKind
from services.domain.marks import MARKS, marked

# Happenings that change nothing an officer decides on: a command that names an older version still holds.
QUIET = frozenset(
    {
        HappeningKind.CLEARED,
        HappeningKind.NOTED,
        HappeningKind.ESCALATED,
        HappeningKind.PARTED,
        HappeningKind.SHOWN,
    }
    | MARKS
)


def evolve(alert: Alert | None, happening: Happening) -> Alert:
    """The alert after ``happening``. Raises ValueError when the happening is not the alert's next one."""
    if alert is None:
        return marked(None, engine.raised(happening), happening)
    if (alert.id, alert.version + 1) != (happening.alert_id, happening.version):
        raise ValueError(f"{happening.alert_id} v{happening.version} does not follow {alert.id} v{alert.version}")
    changes = CHANGES[happening.kind](alert, happening)
    if happening.clocks is not None:
        changes["clocks"] = happening.clocks
    if happening.rungs is not None:
        changes["rungs"] = happening.rungs
    if happening.kind not in QUIET and not _is_plain_repeat(happening):
        changes |= {"acted_version": happening.version, "acted_by": who(happening), "acted": happening.kind.value}
    return marked(alert, replace(alert, version=happening.version, **changes), happening)


def _is_plain_repeat(happening: Happening) -> bool:
    return happening.kind is HappeningKind.REPEATED and happening.level is None


CHANGES: Mapping[HappeningKind, Callable[[Alert, Happening], Changes]] = {
    HappeningKind.REPEATED: engine.repeated,
    HappeningKind.CLEARED: engine.cleared,
    HappeningKind.AUTO_CLOSED: engine.auto_closed,
    HappeningKind.SIGNED: work.acked,
    HappeningKind.SIGN_LAPSED: engine.lapsed,
    HappeningKind.VERIFYING: moves(Work.VERIFYING),
    HappeningKind.DISPATCHED: work.dispatched,
    HappeningKind.ACCEPTED: moves(Work.ACCEPTED),
    HappeningKind.HANDLING: moves(Work.HANDLING),
    HappeningKind.FED_BACK: work.fed_back,
    HappeningKind.REVIEWED: work.reviewed,
    HappeningKind.SENT_BACK: work.sent_back,
    HappeningKind.RETURNED: work.returned,
    HappeningKind.SUSPENSION_ASKED: work.suspension_asked,
    HappeningKind.SUSPENSION_REFUSED: work.suspension_refused,
    HappeningKind.SUSPENDED: work.suspended,
    HappeningKind.RESUMED: work.resumed,
    HappeningKind.JUDGED: work.judged,
    HappeningKind.CONFIRMED: work.confirmed,
    HappeningKind.CLOSED: work.closed,
    HappeningKind.ARCHIVED: moves(Work.ARCHIVED),
    HappeningKind.REOPENED: work.reopened,
    HappeningKind.MERGED: work.merged,
    HappeningKind.UNMERGED: work.unmerged,
    HappeningKind.ABSORBED: work.absorbed,
    HappeningKind.PARTED: work.parted,
    HappeningKind.SHELVED: work.shelved,
    HappeningKind.UNSHELVED: work.unshelved,
    HappeningKind.SHELF_ENDED: engine.shelf_ended,
    HappeningKind.SUPPRESSED: engine.suppressed,
    HappeningKind.TAKEN_OUT: engine.taken_out,
    HappeningKind.SHOWN: engine.shown,
    HappeningKind.ESCALATED: engine.escalated,
    HappeningKind.SUPERVISED: work.supervised,
    HappeningKind.RELEVELLED: work.relevelled,
    HappeningKind.NOTED: noted,
    **dict.fromkeys(MARKS, engine.unchanged),
}
