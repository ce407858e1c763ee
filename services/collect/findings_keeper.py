"""Raises, revises and withdraws findings as films, checks and tracks come in, and tells each version once.

Everything is assessed anew from what the store holds, so a restart loses nothing; a finding whose reason is
gone after late messages is withdrawn with that word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.collect.discharge_reading import known_at
from services.domain import discharge_case
from services.domain.boat_marks import DischargeFindingMoved
from services.domain.deed import Wish
from services.domain.discharge import Assessment, Cause, Known, of_film, of_slow, of_tank, worth_raising
from services.domain.discharge_case import DischargeFinding, RaiseFinding, ReviseFinding, WithdrawFinding, same
from services.domain.discharge_terms import DischargeTerms
from services.domain.discharge_witness import FilmReport, TankCheck
from services.domain.event import Batch, Event
from services.domain.officer import ENGINE
from services.domain.snapshot import SourceStatus
from services.store.store import Store

EVERY_S = 15.0
LOOK_EVERY = timedelta(minutes=1)
SLOW_EVERY = timedelta(minutes=5)  # all tracks are searched
RESTS_ON = frozenset({"film_reports", "tank_checks", "boat_codes"})
SOURCE = SourceStatus("findings", "待查比对", late_after_s=14 * 86_400.0)


class FindingsKeeper:
    """For one caller at a time."""

    def __init__(self, store: Store, terms: DischargeTerms) -> None:
        self._store = store
        self._terms = terms
        self._told: dict[str, int] = {}  # version by finding
        self._seen = 0
        self._looked_at: datetime | None = None
        self._slow_at: datetime | None = None

    def tick(self, now: datetime) -> None:
        """Late messages are looked for once a minute; a new report, check or code at once."""
        seen, moved = self._store.changes_since(self._seen)
        if moved & RESTS_ON or self._looked_at is None or now - self._looked_at >= LOOK_EVERY:
            self._look(now)
            self._looked_at = now
        self._seen = seen
        self._tell(now)

    def _look(self, now: datetime) -> None:
        since = now - timedelta(days=self._terms.days)
        films: Sequence[FilmReport] = self._store.snapshot("film_reports", now).records
        checks: Sequence[TankCheck] = self._store.snapshot("tank_checks", now).records
        films, checks = [one for one in films if one.seen_at >= since], [one for one in checks if one.at >= since]
        search = self._slow_at is None or now - self._slow_at >= SLOW_EVERY
        moments = [*(one.seen_at for one in films), *(one.at for one in checks), *([now] if search else [])]
        if not moments:
            return
        before = timedelta(hours=max(self._terms.film_h, self._terms.slow_h if search else 0.0))
        known = known_at(self._store, self._terms, (min(moments) - before, max(moments)), now, whole=search)
        findings: dict[str, DischargeFinding] = {one.key: one for one in self._store.cases(discharge_case.NAME)}
        for wish in _wishes(known, films, checks, findings, search):
            self._store.perform(wish, ENGINE, now)
        if search:
            self._slow_at = now

    def _tell(self, now: datetime) -> None:
        found: Sequence[DischargeFinding] = self._store.snapshot(discharge_case.TOPIC, now).records
        fresh = [one for one in found if self._told.get(one.id, 0) < one.version]
        if fresh:
            self._store.take(Batch(events=[_event(one, now) for one in fresh]), SOURCE, now)
            self._told.update((one.id, one.version) for one in fresh)


def _wishes(
    known: Known,
    films: Sequence[FilmReport],
    checks: Sequence[TankCheck],
    findings: dict[str, DischargeFinding],
    search: bool,
) -> Iterator[Wish]:
    seen: dict[str, Assessment] = {}
    wanted: list[Assessment] = []
    for report in films:
        seen |= {one.key: one for one in of_film(report, known)}
        wanted += worth_raising(report, known)
    tanks = [one for one in (of_tank(check, known) for check in checks) if one is not None]
    slows = list(of_slow(known)) if search else []
    seen |= {one.key: one for one in (*tanks, *slows)}
    wanted += [one for one in (*tanks, *slows) if one.score >= known.terms.raise_from]
    yield from (RaiseFinding(assessment=one) for one in wanted if one.key not in findings)
    looked = {report.id for report in films} | {check.id for check in checks}
    for finding in findings.values():
        slow = search and finding.cause is Cause.SLOW and finding.at >= known.since
        about = finding.key.rpartition("|")[0] in looked or slow
        if finding.is_open and about:
            yield from _changed(finding, seen.get(finding.key), known.terms)


def _changed(finding: DischargeFinding, now_seen: Assessment | None, terms: DischargeTerms) -> Iterator[Wish]:
    which = {"case_id": finding.id, "expected_version": finding.version}
    if now_seen is None:
        yield WithdrawFinding(**which, reason="迟到船位表明该船不在附近，撤销待查")
    elif now_seen.score < terms.keep_from:
        yield WithdrawFinding(**which, reason=f"依据减弱，{finding.score} → {now_seen.score} 分，撤销待查")
    elif not same(finding, now_seen):
        yield ReviseFinding(**which, assessment=now_seen)


def _event(finding: DischargeFinding, now: datetime) -> Event:
    record = DischargeFindingMoved(
        finding_id=finding.id,
        version=finding.version,
        state=finding.state.value,
        boat_id=finding.boat_id,
        vessel_no=finding.vessel_no,
        why=finding.why,
        score=finding.score,
        coverage=finding.coverage,
        others_near=finding.others_near,
        place=finding.place,
        lon=finding.lon,
        lat=finding.lat,
        at=finding.ended_at or (now if finding.revised else finding.raised_at),
    )
    return Event(SOURCE.id, f"{finding.id}:{finding.version}", "discharge_finding", record.at, record)
