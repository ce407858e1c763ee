"""A rule version over the stored past, against the active version and against what officers found out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sqlalchemy import func, select

from services.domain.alarm_times import percentile
from services.domain.alert import Alert
from services.domain.backtest import (
    DEDUP,
    BackTest,
    Change,
    Episode,
    Judged,
    Matching,
    Scan,
    ScanPoint,
    by_day,
    counted,
    is_net_loss,
    rated,
    saved_reasons,
    unmatched,
    worst_flood,
)
from services.domain.kinds import FirstSeen, Follow
from services.domain.reasons import FALSE_WORDS
from services.domain.rule_text import STRICTER, changes, numbers_of, with_number
from services.domain.watchlist import WatchlistEntry
from services.history.archive import Archive
from services.history.run import Run, run
from services.history.verdicts import alerts_of, found_elsewhere, judged
from services.history.version import Version, read_version
from services.store import watching
from services.store.events import event_table
from services.store.store import Store

SPAN = timedelta(days=90)  # [D] how far back an officer's back-test looks
SCAN_POINTS = 13
MEMORY = "1GB"

Progress = Callable[[float, str], None]


class CannotBackTestError(ValueError):
    """A rule whose past cannot be told from its events alone. The message is Chinese."""


def no_progress(_share: float, _words: str) -> None:
    return


def backtest(
    version: Version,
    store: Store,
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    against: Version | None = None,
    case_id: str = "",
    cache: Path | None = None,
    scans: str | None = "",
    progress: Progress = no_progress,
) -> BackTest:
    """Run ``version`` and, as what is active, ``against`` (itself when there is none) over [since, until).

    ``scans`` is the path of the number to scan; "" scans the first that changed, None nothing. Raises
    StoreError, RuleError and CannotBackTestError.
    """
    began = time.perf_counter()
    base = against or version
    if isinstance(version.rule.detect, Follow) and version.rule.detect.event != version.rule.event:
        raise CannotBackTestError(f"{version.rule.id} 须对照另一类事件（{version.rule.detect.event}），尚不能回测")
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}) as duck:
        progress(0.05, "导出历史事件")
        bench = _Bench(duck, store, version, base, since, until, cache)
        progress(0.5, "判定现行版与本版")
        after = bench.run(version)
        before = bench.run(base) if base is not version else after
        recorded = bench.recorded()
        progress(0.7, "扫描阈值")
        scan = _scan(bench, version, base, before, judged(recorded), scans)
    told = _compared(store, version, base, recorded, before, after, since, until)
    return BackTest(
        id=case_id or f"{version.rule.id}@{version.rule.version}",
        rule_id=version.rule.id,
        version=version.rule.version,
        base_version=base.rule.version,
        title=version.rule.title.text.partition("{")[0].strip(),
        since=since,
        until=until,
        run_at=now,
        took_s=round(time.perf_counter() - began, 3),
        events=bench.events,
        how=_how(version, after, bench.forgotten),
        changes=tuple(Change(*one) for one in changes(base.text, version.text)),
        scan=scan,
        **_delays(recorded),
        **told,
    )


def _delays(recorded: Sequence[Alert]) -> dict[str, float | None]:
    waited = sorted((alert.raised_at - alert.occurred_at).total_seconds() for alert in recorded)
    return {"delay_p50_s": percentile(waited, 50), "delay_p95_s": percentile(waited, 95)}


class _Bench:
    """The events of the span, loaded once for every version that runs over them."""

    def __init__(
        self,
        duck: duckdb.DuckDBPyConnection,
        store: Store,
        version: Version,
        base: Version,
        since: datetime,
        until: datetime,
        cache: Path | None,
    ) -> None:
        self._duck, self._store = duck, store
        self._since, self._until = since, until
        self._rule = base.rule
        self.forgotten = 0  # alerts on record whose events are no longer held
        lookback = max(version.rule.detect.lookback, base.rule.detect.lookback)
        duck.execute("SET preserve_insertion_order = false")
        self.events = Archive(store, cache).fill(duck, version.rule.event, since - lookback, until)
        with store.read() as reader:
            self._lists: Sequence[WatchlistEntry] = tuple(watching.spoken(reader))
            oldest = select(func.min(event_table(version.rule.event).table.c.occurred_at))
            first_seen = isinstance(version.rule.detect, FirstSeen)
            self._known_since = reader.execute(oldest).scalar() if first_seen else None

    def run(self, version: Version) -> Run:
        return run(self._duck, version, self._since, self._until, self._lists, self._known_since)

    def recorded(self) -> tuple[Alert, ...]:
        """The alerts on record that can be replayed: the oldest event they rest on is still held. Without it
        a case would look lost when only its events were let go of."""
        with self._store.read() as reader:
            alerts = alerts_of(reader, self._rule.id, self._since, self._until)
        self._duck.execute("CREATE OR REPLACE TABLE rests_on (id VARCHAR)")
        oldest = [alert.event_ids[0] for alert in alerts if alert.event_ids]
        if oldest:
            self._duck.register("chunk", {"id": np.array(oldest, dtype=object)})
            self._duck.execute("INSERT INTO rests_on SELECT * FROM chunk")
            self._duck.unregister("chunk")
        held = self._duck.execute("SELECT _id FROM events WHERE _id IN (SELECT id FROM rests_on)").fetchall()
        known = {name for (name,) in held}
        replayable = tuple(alert for alert in alerts if not alert.event_ids or alert.event_ids[0] in known)
        self.forgotten = len(alerts) - len(replayable)
        return replayable


def reach_of(version: Version) -> timedelta:
    """How far apart an alert and a verdict on the same matter may stand: one window of the rule."""
    return version.rule.detect.lookback + DEDUP


def _compared(
    store: Store,
    version: Version,
    base: Version,
    recorded: Sequence[Alert],
    before: Run,
    after: Run,
    since: datetime,
    until: datetime,
) -> dict[str, Any]:
    """Everything that is counted from the alerts of both versions and the recorded verdicts."""
    cases = judged(recorded)
    reach = max(reach_of(version), reach_of(base))
    keeps = Matching(after.alerts, reach)
    kept = [case for case in cases if keeps.has(case.key, case.at)]
    gone = [case for case in cases if not keeps.has(case.key, case.at)]
    unjudged = unmatched(after.alerts, [(case.key, case.at) for case in cases], reach)
    with store.read() as reader:
        lost = found_elsewhere(reader, base.rule.id, [case for case in gone if case.is_confirmed])
    saved = [case for case in gone if not case.is_confirmed]
    of_base = Matching(before.alerts, reach_of(base))
    mine = [alert for alert in recorded if alert.rule_version == base.rule.version]
    return {
        "alerts_before": len(before.alerts),
        "alerts_after": len(after.alerts),
        "before": rated(cases),
        "after": rated(kept),
        "days": by_day(cases, keeps, unjudged, since, until),
        "flood_before": worst_flood(alert.first_at for alert in before.alerts),
        "flood_after": worst_flood(alert.first_at for alert in after.alerts),
        "subjects": counted(_subjects(before), _subjects(after)),
        "places": counted(_places(before), _places(after)),
        "lost": lost,
        "net_lost": sum(map(is_net_loss, lost)),
        "saved": len(saved),
        "saved_reasons": saved_reasons(saved, FALSE_WORDS),
        "unjudged": len(unjudged),
        "recorded": len(mine),
        "differing": sum(not of_base.has(alert.key, alert.occurred_at) for alert in mine),
    }


def _subjects(of: Run) -> list[str]:
    return [alert.subject for alert in of.alerts]


def _places(of: Run) -> list[str]:
    """The place without the gate or lane behind it: an estate, a checkpoint."""
    return [alert.place.partition(" ")[0] for alert in of.alerts]


def _how(version: Version, after: Run, forgotten: int) -> str:
    doubts = [after.how]
    if forgotten:
        doubts.append(f"{forgotten} 件旧预警的事件已过留存期，不计")
    if version.rule.excuse is not None:
        doubts.append("报备等豁免无历史，未计入")
    return "；".join(doubts)


# --------------------------------------------------------------------------------------------- scan


@dataclass(frozen=True, slots=True)
class _Swept:
    path: str
    label: str
    active: float
    draft: float


def _scan(
    bench: _Bench, version: Version, base: Version, before: Run, cases: Sequence[Judged], asked: str | None
) -> Scan | None:
    swept = _swept(version, base, asked)
    if swept is None:
        return None
    reach = reach_of(base)
    known = [(alert.key, alert.first_at) for alert in before.alerts]
    points = [
        _point(bench.run(_with(version, swept.path, value)).alerts, value, swept, cases, known, reach)
        for value in scan_values(swept.active, swept.draft)
    ]
    return Scan(swept.path, swept.label, swept.active, swept.draft, tuple(points))


def _point(
    alerts: Sequence[Episode],
    value: float,
    swept: _Swept,
    cases: Sequence[Judged],
    known: Sequence[tuple[str, datetime]],
    reach: timedelta,
) -> ScanPoint:
    """What verdicts say of one value. Looser than what was active it is unknown: nobody verified that."""
    keeps = Matching(alerts, reach)
    rating = rated(case for case in cases if keeps.has(case.key, case.at))
    confirmed = rated(cases).confirmed
    looser = swept.path in STRICTER and value < swept.active
    is_known = not looser and not unmatched(alerts, known, reach)
    return ScanPoint(value, len(alerts), rating, rating.confirmed / confirmed if confirmed else None, is_known)


def _swept(version: Version, base: Version, asked: str | None) -> _Swept | None:
    """The number to scan: the one asked for, else the first that changed."""
    if asked is None:
        return None
    old = {n.path: n for n in numbers_of(base.text)}
    for number in numbers_of(version.text):
        before = old.get(number.path)
        if before is None or isinstance(number.value, str) or isinstance(before.value, str):
            continue
        if number.path == asked or (not asked and number.value != before.value and number.path != "quiet_days"):
            return _Swept(number.path, number.label, float(before.value), float(number.value))
    return None


def scan_values(active: float, draft: float) -> tuple[float, ...]:
    """From 60 % of the active value to 180 %, the two values themselves among them; whole where they are."""
    low, high = min(active, draft, 0.6 * active), max(active, draft, 1.8 * active)
    if float(active).is_integer() and float(draft).is_integer():
        step = max(1, round((high - low) / (SCAN_POINTS - 1)))
        values = {float(n) for n in range(max(1, round(low)), round(high) + 1, step)}
    else:
        values = {round(low + (high - low) * n / (SCAN_POINTS - 1), 3) for n in range(SCAN_POINTS)}
    return tuple(sorted({*values, float(active), float(draft)}))


def _with(version: Version, path: str, value: float) -> Version:
    return read_version(with_number(version.text, path, value), version.rule.file)
