"""交接单: what one shift leaves to the next, written by the data and never by hand.

``sheet`` is pure, so the screen, the decision inside the store and the print show the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.domain.alert import Alert, AlertLevel, Visibility, Work
from services.domain.duty_log import LogNote
from services.domain.life import STEP_WORDS, WORK_WORDS
from services.domain.promise import Promise
from services.domain.roster import DutyShift
from services.domain.service_window import SUBJECTS, ServiceWindow
from services.domain.snapshot import Quality, SourceStatus

UNSIGNED, SIGNED, SHELVED, QUIET = "unsigned", "signed", "shelved", "quiet"
DEADLINES, SOURCES, PROMISES, INSTRUCTIONS, ITEMS = "deadlines", "sources", "promises", "instructions", "items"

SECTION_WORDS = {
    UNSIGNED: "未签收",
    SIGNED: "已签在办",
    SHELVED: "暂缓与挂起",
    QUIET: "抑制与停用",
    DEADLINES: "即将到时",
    SOURCES: "数据源异常",
    PROMISES: "对外承诺",
    INSTRUCTIONS: "领导指示",
    ITEMS: "交接物品",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing handed over. ``mark`` is what it comes to: another mark means it must be read again.
    ``since`` and ``until`` are moments; how long that is, the reader works out."""

    id: str  # unsigned:YJ-1122-0003
    text: str
    detail: str = ""
    owner: str = ""
    mark: str = ""
    level: AlertLevel | None = None
    signed: bool = False
    since: datetime | None = None
    until: datetime | None = None
    subject: str = ""  # id of the alert, promise or note

    @property
    def subject_line(self) -> str:
        """The line whatever its section: an alert that was signed is the same thing, changed."""
        return self.subject or self.id


@dataclass(frozen=True, slots=True)
class Section:
    """``accepted`` False: shown for the reader's sake, its lines stand in other sections already."""

    id: str
    lines: tuple[Line, ...]
    accepted: bool = True

    @property
    def title(self) -> str:
        return SECTION_WORDS[self.id]


@dataclass(frozen=True, slots=True)
class LevelCount:
    level: AlertLevel
    open: int
    unsigned: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet of one hand-over at one moment."""

    shift: DutyShift
    next_shift: DutyShift
    made_at: datetime
    sections: tuple[Section, ...]
    counts: tuple[LevelCount, ...]  # red first

    def section(self, section_id: str) -> Section:
        return next(section for section in self.sections if section.id == section_id)

    def to_accept(self) -> Iterator[tuple[Section, Line]]:
        for section in self.sections:
            if section.accepted:
                for line in section.lines:
                    yield section, line

    @property
    def red_unsigned(self) -> int:
        return next((count.unsigned for count in self.counts if count.level is AlertLevel.RED), 0)


def sheet(
    alerts: Sequence[Alert],
    promises: Sequence[Promise],
    windows: Sequence[ServiceWindow],
    sources: Sequence[SourceStatus],
    notes: Sequence[LogNote],
    now: datetime,
    shift: DutyShift,
    next_shift: DutyShift,
) -> Sheet:
    """What ``shift`` hands to ``next_shift`` at ``now``. Closed alerts and settled things leave no line."""
    open_alerts = sorted((a for a in alerts if a.is_open), key=lambda a: (-a.level, a.raised_at, a.id))
    open_promises = sorted((p for p in promises if p.is_open), key=lambda p: (p.due_at, p.id))
    seen = [a for a in open_alerts if a.visibility is Visibility.VISIBLE and a.work is not Work.SUSPENDED]
    away = [a for a in open_alerts if a.visibility is Visibility.SHELVED or _is_suspended(a)]
    quiet = [a for a in open_alerts if a.visibility in (Visibility.SUPPRESSED, Visibility.OUT_OF_SERVICE)]
    ahead = now + timedelta(minutes=shift.ahead_min)
    sections = (
        Section(UNSIGNED, tuple(_alert_line(UNSIGNED, a) for a in seen if not a.is_signed)),
        Section(SIGNED, tuple(_alert_line(SIGNED, a) for a in seen if a.is_signed)),
        Section(SHELVED, tuple(_away_line(a) for a in away)),
        Section(QUIET, (*_quiet_lines(quiet), *(_window_line(w) for w in windows if w.is_open))),
        Section(DEADLINES, tuple(_deadlines(seen, away, open_promises, ahead)), accepted=False),
        Section(
            SOURCES,
            tuple(_source_line(s) for s in sorted(sources, key=lambda one: one.id) if s.quality is not Quality.GOOD),
        ),
        Section(PROMISES, tuple(_promise_line(p) for p in open_promises)),
        Section(INSTRUCTIONS, tuple(_note_line(n) for n in sorted(notes, key=lambda note: note.id) if n.is_open)),
        Section(ITEMS, tuple(Line(f"{ITEMS}:{item}", item, mark=item) for item in shift.items)),
    )
    return Sheet(shift, next_shift, now, sections, _counts(open_alerts))


def _is_suspended(alert: Alert) -> bool:
    return alert.work is Work.SUSPENDED and alert.visibility is Visibility.VISIBLE


def _counts(alerts: Sequence[Alert]) -> tuple[LevelCount, ...]:
    return tuple(
        LevelCount(level, len(own), sum(not a.is_signed for a in own))
        for level in sorted(AlertLevel, reverse=True)
        for own in [[a for a in alerts if a.level is level]]
    )


def _mark(alert: Alert) -> str:
    """What an officer must know of it. Repeats, notes and running clocks are not among it."""
    until = alert.shelved_until or alert.suspended_until
    moment = f"{until:%m%d%H%M}" if until else ""
    who = (alert.department, alert.acked_by)
    return "|".join((alert.level.name, alert.ack, alert.work, alert.visibility, *who, moment, alert.verdict or ""))


def _where(alert: Alert) -> tuple[str, ...]:
    """Place and subject, without saying the place twice."""
    told = [part for part in alert.subject.split(" · ") if part and not alert.place.startswith(part)]
    return (alert.place, *told)


def _alert_line(section: str, alert: Alert, detail: str = "", until: datetime | None = None) -> Line:
    owner = " ".join(part for part in (alert.department, alert.acked_by) if part) if alert.is_signed else ""
    work = "" if alert.work is Work.NEW else WORK_WORDS[alert.work]
    running = alert.running
    since = alert.acked_at if alert.is_signed and alert.acked_at else alert.raised_at
    return Line(
        f"{section}:{alert.id}",
        alert.title,
        detail or " · ".join(part for part in (*_where(alert), work) if part),
        owner,
        _mark(alert),
        alert.level,
        alert.is_signed,
        since,
        until or (running.due_at if running else None),
        alert.id,
    )


def _away_line(alert: Alert) -> Line:
    what = "暂缓" if alert.visibility is Visibility.SHELVED else "挂起"
    until = alert.shelved_until if alert.visibility is Visibility.SHELVED else alert.suspended_until
    detail = " · ".join(part for part in (what, *_where(alert)) if part)
    return _alert_line(SHELVED, alert, detail, until)


def _quiet_lines(alerts: Sequence[Alert]) -> Iterator[Line]:
    """One line a reason: how many are out of sight, and the worst of them."""
    reasons = sorted({(a.visibility, a.suppressed_by) for a in alerts})
    for visibility, by in reasons:
        own = [a for a in alerts if (a.visibility, a.suppressed_by) == (visibility, by)]
        word = "抑制" if visibility is Visibility.SUPPRESSED else "停用"
        ids = "、".join(a.id for a in own[:3]) + ("等" if len(own) > 3 else "")
        worst = max(a.level for a in own)
        yield Line(f"{QUIET}:{visibility}:{by}", f"{word} {len(own)} 条", ids, by, f"{len(own)}|{worst}", worst, True)


def _window_line(window: ServiceWindow) -> Line:
    what = SUBJECTS.get(window.subject_kind, window.subject_kind)
    return Line(
        f"{QUIET}:{window.id}",
        f"停用 {what} {window.subject_id}",
        window.reason,
        window.by,
        f"{window.begun}|{window.ends_at:%m%d%H%M}",
        since=window.begins_at,
        until=window.ends_at,
        subject=window.id,
    )


def _deadlines(
    seen: Sequence[Alert], away: Sequence[Alert], promises: Sequence[Promise], soon: datetime
) -> Sequence[Line]:
    """What comes due until ``soon``, or is overdue already; the earliest first."""
    running = [(alert, alert.running) for alert in seen]
    lines = [
        _alert_line(DEADLINES, alert, f"{STEP_WORDS[clock.step]} · {alert.place}", clock.due_at)
        for alert, clock in running
        if clock is not None and clock.due_at <= soon
    ]
    back = [line for line in map(_away_line, away) if line.until is not None and line.until <= soon]
    spoken = [_promise_line(promise) for promise in promises if promise.due_at <= soon]
    lines += [replace(line, id=f"{DEADLINES}:{line.subject}") for line in (*back, *spoken)]
    return sorted(lines, key=lambda line: (line.until or soon, line.id))


def _source_line(source: SourceStatus) -> Line:
    word = "滞后" if source.quality is Quality.STALE else "等待数据"
    return Line(
        f"{SOURCES}:{source.id}",
        source.title,
        " · ".join(part for part in (word, source.error) if part),
        mark=source.quality,
        since=source.failing_since or source.taken_at,
    )


def _promise_line(promise: Promise) -> Line:
    detail = " · ".join(part for part in (promise.to_whom, promise.alert_id) if part)
    mark = f"{promise.due_at:%m%d%H%M}|{promise.passed_at is not None}"
    line_id = f"{PROMISES}:{promise.id}"
    return Line(
        line_id,
        promise.what,
        detail,
        promise.made_by,
        mark,
        since=promise.made_at,
        until=promise.due_at,
        subject=promise.id,
    )


def _note_line(note: LogNote) -> Line:
    return Line(f"{INSTRUCTIONS}:{note.id}", note.text, "", note.by, note.text, since=note.at, subject=note.id)
