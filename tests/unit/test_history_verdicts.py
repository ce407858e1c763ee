"""What officers of the demo's past found is what is true in its year, whatever the level asks of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.district.history_cases import CLOSERS, LEAD, Finding, course, needed
from services.district.history_verdicts import DONE, WRONG, Verdicts
from services.district.truth import Planted
from services.district.truth_families import FAMILIES
from services.domain.alert import Ack, Action, Alert, AlertLevel, Verdict
from services.domain.reasons import FalseReason
from tests.widgets.canary import example

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALERT: Alert = replace(
    example(Alert), rule_id="R-FIR-01", key="R-FIR-01|D1", occurred_at=NOON, raised_at=NOON, department="消防"
)
VERDICTS = Verdicts([Planted("R-FIR-01", "D1", NOON - HOUR, NOON + HOUR)], 1)


def test_that_an_alert_within_a_case_was_true_and_any_other_was_not() -> None:
    assert VERDICTS.of(ALERT).reason is None
    assert VERDICTS.of(replace(ALERT, key="R-FIR-01|D2")).reason is not None
    late = NOON + 2 * HOUR
    assert VERDICTS.of(replace(ALERT, occurred_at=late, raised_at=late)).reason is not None


def test_that_what_the_clock_told_is_true_by_the_moment_it_was_told() -> None:
    assert VERDICTS.of(replace(ALERT, occurred_at=NOON - 5 * HOUR)).reason is None


def test_that_a_low_level_is_settled_without_a_dispatch() -> None:
    assert VERDICTS.of(replace(ALERT, level=AlertLevel.YELLOW)).no_action
    assert not VERDICTS.of(replace(ALERT, level=AlertLevel.ORANGE)).no_action


def test_that_every_family_of_rules_has_words_for_both_outcomes() -> None:
    prefixes = {prefix for some in FAMILIES.values() for prefix in some}
    assert set(DONE) == set(WRONG) == prefixes


def test_that_a_red_false_alarm_is_confirmed_by_another_and_closed_by_the_leader() -> None:
    close = course(Finding("油烟", reason=FalseReason.EQUIPMENT))[-1]
    red = replace(ALERT, level=AlertLevel.RED, ack=Ack.ACKED, verdict=Verdict.FALSE_ALARM)
    assert [(one.action, one.officer) for one in needed(red, close)] == [
        (Action.CONFIRM, LEAD),
        (Action.CLOSE, CLOSERS[AlertLevel.RED]),
    ]


def test_that_an_alert_that_rose_is_signed_anew() -> None:
    judged = course(Finding("属实", "消防"))[2]
    assert [one.action for one in needed(replace(ALERT, ack=Ack.UNACK), judged)] == [Action.SIGN, Action.DISPATCH]
