"""What the alert list shows of all alerts at a moment: worked out in one pass, so that it can be proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.alert import Alert, Visibility
from services.domain.noise import NOISE, Flood, HeldBack, NoiseLimits, flood, kept
from widgets import alert_groups, alert_lines
from widgets.alert_groups import Part
from widgets.alert_lines import Line, Tab


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the officer asked to see."""

    tab: Tab = Tab.SCENE
    scene: str = ""
    officer: str = ""  # masked name
    singly: bool = False  # in a flood: every alert on its own line
    unfolded: frozenset[str] = frozenset()  # causes
    kept: str = ""  # a name of NOISE_WORDS: what stands behind that count


@dataclass(frozen=True, slots=True)
class Sight:
    counts: Mapping[Tab, int]
    shown: tuple[Alert, ...]  # of the tab
    flood: Flood | None
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]  # the strip


NOTHING = Sight({}, (), None, (), ())


def sight(
    alerts: Sequence[Alert],
    now: datetime,
    wanted: Wanted,
    *,
    in_flood: bool = False,
    held: Sequence[HeldBack] = (),
    limits: NoiseLimits = NOISE,
) -> Sight:
    """``in_flood`` says that a flood was running: it ends only when it is well over."""
    seen = alert_lines.visible(alerts)
    counts = {tab: len(_of(tab, seen, wanted, now)) for tab in (Tab.MINE, Tab.OVERDUE)} | {Tab.ALL: len(seen)}
    shown = _of(wanted.tab, seen, wanted, now)
    running = flood(shown, now, running=in_flood, limits=limits)
    hidden = [a for a in alerts if a.is_open and a.visibility is not Visibility.VISIBLE]
    sorts = kept([*shown, *_of(wanted.tab, hidden, wanted, now)], running)
    notes = alert_groups.notes(alerts)
    if wanted.kept:
        lines = alert_groups.kept_lines(wanted.kept, sorts, held, shown, notes, now)
    elif running is not None and not wanted.singly:
        lines = alert_lines.grouped(shown, running.causes, wanted.unfolded, notes)
    else:
        lines = alert_lines.lines(shown, notes)
    return Sight(counts, tuple(shown), running, tuple(lines), tuple(alert_groups.parts(sorts, held)))


def _of(tab: Tab, alerts: Sequence[Alert], wanted: Wanted, now: datetime) -> list[Alert]:
    return alert_lines.of_tab(alerts, tab, wanted.scene, wanted.officer, now)
