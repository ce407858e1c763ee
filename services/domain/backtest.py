"""What a rule version would have made of the past, held against what officers found out.

Everything here is counted from two lists: the alerts a version would have raised, and the verdicts
officers recorded. An alert nobody ever verified is neither right nor wrong: it is counted apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.domain.alert import Verdict
from services.domain.precision import wilson
from services.domain.reasons import FalseReason
from services.domain.timebase import local

DEDUP = timedelta(minutes=10)  # [D] as the engine's noise control: 2.1.4
FLOOD_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Episode:
    """Hits of one key with no gap longer than the dedup window."""

    key: str
    first_at: datetime
    last_at: datetime
    hits: int
    subject: str = ""  # with the wall's mask
    place: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A recorded alert with its verdict. ``figures`` are (label, value) as its card showed them."""

    alert_id: str
    key: str
    at: datetime
    verdict: Verdict
    place: str = ""
    subject: str = ""
    outcome: str = ""  # the disposition, as written
    reason: FalseReason | None = None
    version: int = 0  # of the rule that raised it
    figures: tuple[tuple[str, str], ...] = ()
    found_by: str = ""  # the other rule that found the same matter, and when

    @property
    def is_confirmed(self) -> bool:
        return self.verdict is not Verdict.FALSE_ALARM


@dataclass(frozen=True, slots=True)
class Rating:
    """Verdicts counted: how often a version was right, with its 95 % interval."""

    confirmed: int = 0
    false: int = 0

    @property
    def judged(self) -> int:
        return self.confirmed + self.false

    @property
    def precision(self) -> float | None:
        return self.confirmed / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.confirmed, self.judged) if self.judged else None


@dataclass(frozen=True, slots=True)
class DayCount:
    """One Shanghai day: what stays, what would be lost, what would be saved, what nobody verified."""

    day: date
    kept_confirmed: int = 0
    kept_false: int = 0
    lost: int = 0
    saved: int = 0
    unjudged: int = 0


@dataclass(frozen=True, slots=True)
class Flood:
    """The most alerts within ten minutes, and when these began."""

    count: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Alerts of one place or subject under the two versions."""

    label: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ScanPoint:
    """One value of the parameter. ``is_known`` False: it would raise what was never verified."""

    value: float
    alerts: int
    rating: Rating
    kept: float | None  # share of the confirmed cases that stay
    is_known: bool


@dataclass(frozen=True, slots=True)
class Scan:
    path: str  # detect.at_least
    label: str
    active: float
    draft: float
    points: tuple[ScanPoint, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the rule that differs."""

    path: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BackTest:
    """One version over one span, against the active version. Its ``id`` is that of the release."""

    id: str
    rule_id: str
    version: int
    base_version: int
    title: str
    since: datetime
    until: datetime
    run_at: datetime
    took_s: float
    events: int
    how: str  # what did the work, and what it could not know
    alerts_before: int
    alerts_after: int
    before: Rating
    after: Rating
    days: tuple[DayCount, ...] = ()
    flood_before: Flood = Flood()
    flood_after: Flood = Flood()
    subjects: tuple[Count, ...] = ()
    places: tuple[Count, ...] = ()
    lost: tuple[Judged, ...] = ()
    net_lost: int = 0
    saved: int = 0
    saved_reasons: tuple[tuple[str, int], ...] = ()
    unjudged: int = 0  # alerts of the version that no verdict speaks of
    recorded: int = 0  # alerts of the active version that are on record
    differing: int = 0  # of these, how many the back-test of the active version does not find
    changes: tuple[Change, ...] = ()
    scan: Scan | None = None
    delay_p50_s: float | None = None  # from the event to the alert, of the alerts on record
    delay_p95_s: float | None = None
    doing: str = ""  # what is being done while it runs; empty when it is done
    share: float = 1.0  # how much of it

    @property
    def kept_known(self) -> tuple[int, int]:
        """Of the cases officers confirmed, how many the version would raise, and how many there are."""
        kept = sum(day.kept_confirmed for day in self.days)
        return kept, kept + sum(day.lost for day in self.days)

    @property
    def span_days(self) -> float:
        return (self.until - self.since) / timedelta(days=1)

    @property
    def daily_after(self) -> float:
        return self.alerts_after / self.span_days if self.span_days else 0.0

    @property
    def daily_before(self) -> float:
        return self.alerts_before / self.span_days if self.span_days else 0.0


# --------------------------------------------------------------------------------------- counting


def worst_flood(moments: Iterable[datetime], window: timedelta = FLOOD_WINDOW) -> Flood:
    ordered = sorted(moments)
    worst = Flood()
    first = 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= window:
            first += 1
        if last - first + 1 > worst.count:
            worst = Flood(last - first + 1, ordered[first])
    return worst


def rated(judged: Iterable[Judged]) -> Rating:
    verdicts = [case.is_confirmed for case in judged]
    return Rating(sum(verdicts), len(verdicts) - sum(verdicts))


class Matching:
    """Which verdict speaks of which alert: same key, no further apart than ``reach``."""

    def __init__(self, alerts: Sequence[Episode], reach: timedelta) -> None:
        self._reach = reach
        self._moments: dict[str, list[datetime]] = {}
        for alert in sorted(alerts, key=lambda a: a.first_at):
            self._moments.setdefault(alert.key, []).append(alert.first_at)

    def has(self, key: str, at: datetime) -> bool:
        moments = self._moments.get(key, ())
        nearest = bisect_left(moments, at - self._reach)
        return nearest < len(moments) and moments[nearest] <= at + self._reach


def unmatched(alerts: Iterable[Episode], known: Iterable[tuple[str, datetime]], reach: timedelta) -> list[Episode]:
    """The alerts none of ``known`` (key, moment) speaks of."""
    others = Matching([Episode(key, at, at, 1) for key, at in known], reach)
    return [alert for alert in alerts if not others.has(alert.key, alert.first_at)]


def by_day(
    judged: Sequence[Judged], kept: Matching, unjudged: Sequence[Episode], since: datetime, until: datetime
) -> tuple[DayCount, ...]:
    """Every day of the span, the days of nothing included."""
    counts: dict[date, dict[str, int]] = {}
    for case in judged:
        stays = kept.has(case.key, case.at)
        word = ("kept_confirmed" if stays else "lost") if case.is_confirmed else "kept_false" if stays else "saved"
        _add(counts, case.at, word)
    for alert in unjudged:
        _add(counts, alert.first_at, "unjudged")
    first, last = local(since).date(), local(until - timedelta(microseconds=1)).date()
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return tuple(DayCount(day, **counts.get(day, {})) for day in span)


def counted(before: Iterable[str], after: Iterable[str], most: int = 8) -> tuple[Count, ...]:
    """How often each label, the most frequent first."""
    counts: dict[str, list[int]] = {}
    for nth, labels in enumerate((before, after)):
        for label in labels:
            counts.setdefault(label, [0, 0])[nth] += 1
    ordered = sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0]))
    return tuple(Count(label, *both) for label, both in ordered[:most])


def saved_reasons(saved: Iterable[Judged], words: Mapping[FalseReason, str]) -> tuple[tuple[str, int], ...]:
    """Why officers called false what would be saved: reason and how often."""
    counts: dict[str, int] = {}
    for case in saved:
        word = words[case.reason] if case.reason is not None else "未写原因"
        counts[word] = counts.get(word, 0) + 1
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def is_net_loss(case: Judged) -> bool:
    """A confirmed case that called for something and that no other rule found."""
    return case.verdict is Verdict.TRUE and not case.found_by


def _add(counts: dict[date, dict[str, int]], at: datetime, word: str) -> None:
    day = counts.setdefault(local(at).date(), {})
    day[word] = day.get(word, 0) + 1
