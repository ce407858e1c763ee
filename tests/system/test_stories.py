"""The whole demo district, collector and store as real processes: the stories happen by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.collect.site import read_site
from services.district.launch import Demo
from services.domain.alert import Ack, Action, Alert, Command, FalseReason, Verdict, Work
from services.domain.happening import HappeningKind
from services.domain.officer import Officer, Role
from services.domain.snapshot import Quality
from services.domain.timebase import SHANGHAI
from services.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.allows_logs]

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
WITHIN = timedelta(minutes=5)
FACTOR = 6.0
PATIENCE_S = 120.0  # of this machine, however loaded; the story's own time is asserted apart
WANG = Officer("wang", "王某", Role.DUTY)


class District:
    """A running demo district, asked until it shows something or patience is over."""

    def __init__(self, demo: Demo, store: Store, now: Callable[[], datetime]) -> None:
        self.demo, self.store, self.now = demo, store, now

    def until(self, what: Callable[[], object], said: str) -> None:
        over = time.monotonic() + PATIENCE_S
        while not what():
            if time.monotonic() > over:
                pytest.fail(f"waited in vain for {said}\n{self.demo.logs()[-6000:]}")
            self.store.wait_for_change(0.5)

    def records(self, topic: str):
        return self.store.snapshot(topic, self.now()).records

    def alert(self, rule: str) -> Alert | None:
        """Of the story, not of the district's past."""
        return next((a for a in self.records("alerts") if a.rule_id == rule and a.raised_at >= START), None)


@pytest.fixture(scope="module")
def district():
    demo = Demo(START, factor=FACTOR)
    with demo as path:
        site = read_site(path)
        with Store.open(site.store_url) as store:
            yield District(demo, store, site.timebase.now)


@pytest.mark.parametrize("rule", ["R-POP-01", "R-CKP-01", "R-CKP-08", "R-FSH-01"])
def test_that_each_rule_of_the_stories_fires_within_five_minutes(district, rule):
    district.until(lambda: district.alert(rule), f"an alert of {rule}")
    alert = district.alert(rule)
    assert alert.occurred_at <= START + WITHIN
    assert alert.parameters
    assert alert.evidence
    assert alert.rule_version >= 1


def test_that_a_fishers_hand_in_is_accepted_and_a_vessel_sent(district):
    def sent() -> bool:
        return any(
            {"FILED", "ACCEPTED", "ASSIGNED", "EN_ROUTE"} <= {h.state.value for h in r.history} and r.filed_at > START
            for r in district.records("hand_in_requests")
        )

    district.until(sent, "a hand-in that was filed after the start and under way")


def test_that_every_source_answers(district):
    def answered() -> bool:
        statuses = district.records("sources")
        return len(statuses) > 3 and all(s.quality is Quality.GOOD for s in statuses)

    district.until(answered, "an answer of every source")


def test_that_an_alert_is_signed_verified_and_closed_as_false_with_every_step_in_the_log(district):
    district.until(lambda: district.alert("R-POP-01"), "an alert to sign")
    store, alert = district.store, district.alert("R-POP-01")

    def do(action: Action, **said) -> Alert:
        for _ in range(5):  # a repeat may raise the version between reading and acting
            now = store.alert(alert.id)
            outcome = store.perform(Command(alert.id, action, now.version, **said), WANG, district.now())
            if outcome.done:
                return outcome.alert
        pytest.fail(outcome.refusal)

    assert do(Action.SIGN).ack is Ack.ACKED
    assert do(Action.VERIFY).work is Work.VERIFYING
    judged = do(Action.FALSE_ALARM, false_reason=FalseReason.KNOWN_PERSON)
    assert judged.verdict is Verdict.FALSE_ALARM
    assert store.happenings(alert.id)[0].kind is HappeningKind.RAISED
    assert store.verify_chain() is None
