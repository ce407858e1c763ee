"""The demo district's past: ninety days of gate and exhaust events, the alerts they raised, what officers found.

All of it is 演示数据, a function of seed and start alone. The events run through the shipped rules and the verdicts
through the commands of officers, so the log, its chain and a rebuild are those of a district that ran.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from services.collect.rule_files import rules_from_texts, texts_of
from services.collect.rules import RuleRunner
from services.district.history_cases import WANG, Finding, course, needed
from services.district.history_community import CommunityHistory, community_past, raised
from services.district.history_events import Past, exhaust_past, gate_past
from services.district.history_stores import store_past
from services.district.history_travel import travel_past
from services.district.history_watch import watch_past
from services.district.truth_families import FAMILIES
from services.domain.alert import Alert, Command, Detection
from services.domain.event import Event
from services.domain.release import Draft
from services.domain.rule_text import version_in, with_number, with_version
from services.domain.timebase import SHANGHAI
from services.store import cases, changes, deeds, events, travel_times
from services.store.engine import Gate, open_engine, spoken
from services.store.schema import case_event
from services.store.store import Store

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
SHOWN = ("R-POP-01", "R-CKP-01")
SPOKEN_OF = (*SHOWN, *(prefix for some in FAMILIES.values() for prefix in some))  # how names of their files begin
KEPT_DAYS = 125  # of gate passages and passages, so that the past is not swept away at once
DAY = timedelta(days=1)


def fill(url: str, start: datetime, seed: int = 42) -> int:
    """Write the past into an empty store; a store with a log of its own is left alone. How many alerts.

    One transaction: a start that is interrupted leaves nothing behind. Raises StoreError.
    """
    Store.open(url).close()
    gate = Gate(open_engine(url), spoken(url))
    try:
        with gate.turn(), gate.writing() as connection:
            if connection.execute(select(func.count()).select_from(case_event)).scalar():
                return 0
            return _write(connection, start.astimezone(SHANGHAI), seed)
    finally:
        gate.engine.dispose()


def _write(connection: Connection, start: datetime, seed: int) -> int:
    past = (gate_past(start, seed), exhaust_past(start, seed))
    findings = {key: finding for part in past for key, finding in part.findings.items()}
    shipped = rules_from_texts({name: text for name, text in texts_of(RULES).items() if name.startswith(SPOKEN_OF)})
    community = community_past(start, seed, shipped)
    known = {rule.id for rule in community.rules} | set(SHOWN)
    runner = RuleRunner([rule for rule in shipped if rule.id in known], budget=None)
    ours = CommunityHistory(community, runner)
    ours.begin(connection)
    told: dict[str, Alert] = {}
    waiting: list[tuple[datetime, int, Alert, Finding, int]] = []
    for day_end, happened in _days(past):
        fresh = [*_take(connection, runner, happened, day_end), *ours.until(day_end, connection)]
        for alert in sorted(fresh, key=lambda alert: alert.raised_at):
            finding = findings.get(alert.key) or (community.verdicts.of(alert) if alert.id not in told else None)
            if alert.id not in told and finding is not None:
                told[alert.id] = alert
                moment = alert.raised_at + timedelta(minutes=finding.minutes)
                waiting += [
                    (moment + step.after, len(told), alert, finding, n) for n, step in enumerate(course(finding))
                ]
        due = sorted((w for w in waiting if w[0] < day_end + DAY), key=lambda w: (w[0], w[1], w[4]))
        waiting = [w for w in waiting if w[0] >= day_end + DAY]
        for at, _, alert, finding, n in due:
            _act(connection, alert.id, finding, n, at)
    events.type_rows(connection, events.keep(connection, store_past(start, seed), start))
    _draft(connection, start)
    watch_past(connection, start, seed)
    days, scores = travel_past(start)
    travel_times.keep(connection, travel_times.Learnt(days, scores, 0, start), start)
    changes.note(connection, ["alerts", "releases"], start)
    return len(told)


def _days(past: Sequence[Past]) -> Iterator[tuple[datetime, list[Event]]]:
    """The events of each Shanghai day with the moment it ended."""
    by_day: dict[datetime, list[Event]] = {}
    for event in sorted((e for part in past for e in part.events), key=lambda e: (e.occurred_at, e.event_id)):
        midnight = event.occurred_at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        by_day.setdefault(midnight + DAY, []).append(event)
    yield from sorted(by_day.items())


def _take(connection: Connection, runner: RuleRunner, happened: list[Event], at: datetime) -> Sequence[Alert]:
    """As ``Store.take`` does it: the inbox, the rules, the typed rows."""
    fresh = events.keep(connection, happened, at)
    found = runner.detections(fresh.events, connection)
    events.type_rows(connection, fresh)
    return raised(connection, [(one.occurred_at, one) for one in found if isinstance(one, Detection)])


def _act(connection: Connection, alert_id: str, finding: Finding, step: int, at: datetime) -> None:
    alert = cases.read_one(connection, alert_id)
    assert alert is not None
    for taken in needed(alert, course(finding)[step]):
        command = Command(alert_id, taken.action, alert.version, **taken.said)
        outcome = cases.perform(connection, command, taken.officer, at)
        if not outcome.done or outcome.alert is None:
            raise ValueError(f"{alert_id} {taken.action}: {outcome.refusal}")
        alert = outcome.alert


def _draft(connection: Connection, start: datetime) -> None:
    """A change of this day that waits for its back-test and for a second person."""
    base = (RULES / "R-POP-01.toml").read_text(encoding="utf-8")
    text = with_version(with_number(base, "detect.at_least", 12), version_in(base) + 1)
    wish = Draft(
        rule_id="R-POP-01", base_version=version_in(base), text=text, base_text=base, reason="快递与探亲误报多"
    )
    outcome, _ = deeds.perform(connection, wish, WANG, start - timedelta(minutes=47))
    if not outcome.done:
        raise ValueError(outcome.refusal)
