"""A card: everything the console knows of one dwelling, person, elder, case, device or building.

Made in the store for one officer at one moment and shown as it is. It holds masks only: what a
mask hides is asked for field by field (``reveal_subject``). What is not known says so and is never
an empty place: ``Entry.value`` None is hatched, ``Part.known`` False says that nothing tells us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.domain.alert import Alert, AlertLevel
from services.domain.question import Question
from services.domain.snapshot import Subject
from services.domain.timebase import local

SUBJECT_CARD = "subject_card"  # question about a CardAsked; the answer is a SubjectCard, or None
MOST_LINES = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CardAsked:
    """The card of ``subject`` as of ``at``."""

    subject: Subject
    at: datetime

    def question(self) -> Question:
        return Question(SUBJECT_CARD, f"{self.subject.kind} {(self.at - _EPOCH) // _MICROSECOND} {self.subject.id}")


def card_asked(about: str) -> CardAsked:
    """Raises ValueError for what no ``question`` wrote."""
    kind, micros, subject_id = about.split(" ", 2)
    return CardAsked(Subject(kind, subject_id), _EPOCH + int(micros) * _MICROSECOND)


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled value. ``field`` names what a reveal may ask for; empty where nothing is masked."""

    label: str
    value: str | None
    note: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: something that happened or somebody who is there. ``subject`` is what it opens."""

    words: str
    second: str = ""
    state: str = ""
    at: datetime | None = None
    subject: Subject | None = None
    level: AlertLevel | None = None
    signed: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Columns of a small history, the oldest first; None is not known. ``limit`` is drawn across."""

    values: tuple[float | None, ...]
    first: str
    last: str
    unit: str
    top: float | None = None
    limit: float | None = None
    limit_words: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of a card. Not ``known``: no source tells of it. ``more`` lines are not listed."""

    title: str
    entries: tuple[Entry, ...] = ()
    lines: tuple[Line, ...] = ()
    strip: Strip | None = None
    note: str = ""
    empty: str = "无"
    known: bool = True
    more: int = 0

    @property
    def is_empty(self) -> bool:
        """Known to hold nothing."""
        return self.known and not self.entries and not self.lines and self.strip is None


@dataclass(frozen=True, slots=True)
class SubjectCard:
    """``columns`` stand side by side. ``section`` is a building's id whose section belongs to the card."""

    subject: Subject
    title: str
    detail: str
    columns: tuple[tuple[Part, ...], ...]
    at: datetime
    place: str = ""  # the building's code it stands in
    badges: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[Entry, ...]:
        """What a mask hides, in the order it is shown."""
        return tuple(e for column in self.columns for part in column for e in part.entries if e.field)


def listed(title: str, lines: Sequence[Line], *, empty: str = "无", note: str = "", most: int = MOST_LINES) -> Part:
    """The first ``most`` lines, and how many there are beyond."""
    return Part(
        title, lines=tuple(lines[:most]), note=note or _count(lines), empty=empty, more=max(0, len(lines) - most)
    )


def unknown(title: str, why: str = "未接入") -> Part:
    return Part(title, known=False, empty=why)


def _count(lines: Sequence[Line]) -> str:
    still = sum(line.is_open for line in lines)
    return f"{still} 件在办 · 共 {len(lines)}" if still else f"{len(lines)}" if lines else ""


def of_alerts(alerts: Sequence[Alert]) -> Part:
    """Open ones first, the worst first; then those that ended, the newest first."""
    ranked = sorted(alerts, key=lambda a: (not a.is_open, -a.level if a.is_open else 0, -a.raised_at.timestamp()))
    return listed("预警", [_alert_line(alert) for alert in ranked], empty="没有预警")


def _alert_line(alert: Alert) -> Line:
    end = alert.disposition or "已了结"
    return Line(
        alert.title,
        f"{alert.id} · {alert.rule_id}",
        _WORK.get(alert.work.value, "在办") if alert.is_open else end,
        alert.raised_at,
        Subject("alert", alert.id),
        alert.level,
        alert.is_signed or not alert.is_open,
        alert.is_open,
    )


_WORK = {
    "new": "未核查",
    "verifying": "核查中",
    "dispatched": "已派单",
    "accepted": "已接单",
    "handling": "处置中",
    "feedback": "已反馈",
    "review": "核验中",
    "returned": "已退回",
    "suspended": "已挂起",
    "rework": "重办",
}


def daily(title: str, days: Sequence[tuple[datetime, float | None]], unit: str, source: str) -> Part:
    """A strip a day; nothing known at all says so instead of drawing a row of gaps."""
    known = [value for _, value in days if value is not None]
    if not known:
        return unknown(title, f"没有收到{source}读数")
    strip = Strip(tuple(value for _, value in days), f"{local(days[0][0]):%m-%d}", f"{local(days[-1][0]):%m-%d}", unit)
    mean = sum(known) / len(known)
    silent = len(days) - len(known)
    note = f"日均 {mean:.2f} {unit}" + (f" · {silent} 日无读数" if silent else "")
    return Part(title, strip=strip, note=note)
