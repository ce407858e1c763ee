"""Laws of noise control on any batch: nothing is lost, red is seen, and the order changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.alert import Alert, AlertLevel, Detection, Visibility
from services.domain.noise import counts
from services.domain.suppression import Edge, Suppression
from services.store.cases import Docket, Terms
from services.store.noise import NoiseRules
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GRAPH = Suppression(
    (Edge("R-0", "R-1", "estate", "a"), Edge("R-1", "R-2", "estate", "b"), Edge("R-0", "R-2", "dwelling", "c"))
)
TERMS = Terms(noise=NoiseRules(suppression=GRAPH))

# What each key is about, always the same, as a rule's key says it is.
ABOUT = [
    ("R-0", ("dwelling:1",), ("estate:1",)),
    ("R-0", (), ("estate:2",)),
    ("R-1", ("dwelling:1", "vehicle:1"), ("estate:1",)),
    ("R-1", ("vehicle:1",), ("estate:2",)),
    ("R-2", ("dwelling:1",), ("estate:1",)),
    ("R-2", ("boat:1",), ("estate:2",)),
    ("R-3", ("boat:1", "vehicle:1"), ()),
]


class Undone(Exception):  # noqa: N818 not a fault: the example is over
    """Takes the transaction of an example back."""


def detection(number: int, level: AlertLevel, minute: int) -> Detection:
    rule, links, within = ABOUT[number]
    return Detection(
        f"k{number}", rule, 1, "", "community", level, f"题 {number}", "户", "户", "gate", "", "1 幢",
        NOW + minute * MINUTE, links=links, within=within,
    )  # fmt: skip


batches = st.lists(
    st.builds(detection, st.integers(0, len(ABOUT) - 1), st.sampled_from(AlertLevel), st.integers(0, 40)), max_size=25
)
with_a_store = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def judged(store: Store, *parts: Sequence[Any]) -> list[Alert]:
    """The alerts after these batches, each in a docket of its own; the store is as before afterwards."""
    found: dict[str, Alert] = {}
    with pytest.raises(Undone), store._writing() as connection:
        for part in parts:
            docket = Docket(connection, NOW + 41 * MINUTE, TERMS)
            docket.found(part)
            docket.write()
            found |= {alert.id: alert for alert in docket.known()}
        raise Undone
    return list(found.values())


def shape(alerts: Sequence[Alert]) -> Any:
    """All of it but numbers that are given in the order of coming."""
    keys = {alert.id: alert.key for alert in alerts}
    threads: dict[str, set[str]] = {}
    for alert in alerts:
        if alert.incident_id:
            threads.setdefault(alert.incident_id, set()).add(alert.key)
    states = {
        (a.key, a.level, a.count, a.occurred_at, a.last_at, a.visibility, keys.get(a.suppressed_by, "")) for a in alerts
    }
    return states, {frozenset(thread) for thread in threads.values()}


@with_a_store
@given(batches, st.randoms())
def test_that_any_permutation_of_a_batch_gives_the_same(sqlite_store, batch, chance):
    shuffled = list(batch)
    chance.shuffle(shuffled)
    assert shape(judged(sqlite_store, batch)) == shape(judged(sqlite_store, shuffled))


@with_a_store
@given(batches)
def test_that_the_same_batch_gives_the_same_to_the_last_word(sqlite_store, batch):
    assert judged(sqlite_store, batch) == judged(sqlite_store, batch)


@with_a_store
@given(batches, batches)
def test_that_every_detection_is_an_alert_or_in_a_count(sqlite_store, one, other):
    alerts = judged(sqlite_store, one, other)
    assert len(alerts) + counts(alerts, NOW).repeats == len(one) + len(other)


@with_a_store
@given(batches, batches)
def test_that_red_is_always_in_sight_and_what_is_hidden_has_a_lasting_cause(sqlite_store, one, other):
    alerts = {alert.id: alert for alert in judged(sqlite_store, one, other)}
    for alert in alerts.values():
        if alert.level is AlertLevel.RED:
            assert alert.visibility is Visibility.VISIBLE
        if alert.visibility is Visibility.SUPPRESSED:
            assert GRAPH.why(alerts[alert.suppressed_by], alert)
        else:
            assert alert.suppressed_by == ""


@with_a_store
@given(batches, batches)
def test_that_alerts_that_share_a_link_within_minutes_are_in_one_incident(sqlite_store, one, other):
    alerts = judged(sqlite_store, one, other)
    for a in alerts:
        for b in alerts:
            apart = max(a.occurred_at, b.occurred_at) - min(a.last_at, b.last_at)
            if a is not b and {*a.links} & {*b.links} and apart <= 15 * MINUTE:
                assert a.incident_id == b.incident_id != ""
