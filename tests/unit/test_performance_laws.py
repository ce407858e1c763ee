"""Whatever may happen to an alert, its course says of it what the alert says, and its figures are those
that a count of the log by hand gives."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import settings
from hypothesis.stateful import invariant

from services.domain.alarm_times import bounce, kept, waits
from services.domain.alert import Condition, Work
from services.domain.course import Course, Entry, follow
from services.domain.happening import Happening, HappeningKind
from services.domain.officer import Role
from services.domain.precision import precisions
from services.domain.yardstick import Period
from tests.unit.test_life_laws import START, Life

SIGNATURES = (HappeningKind.SIGNED, HappeningKind.UNSHELVED, HappeningKind.REOPENED)


def followed(log: list[Happening]) -> Course:
    """Through JSON, as the store hands the log over."""
    course = None
    for happening in log:
        course = follow(course, msgspec.json.decode(msgspec.json.encode(happening), type=Entry))
    assert course is not None
    return course


def by_engine(happening: Happening) -> bool:
    return happening.role == Role.ENGINE


class Following(Life):
    """The machine of the laws of life, with a course beside the alert."""

    @invariant()
    def the_course_says_what_the_alert_says(self) -> None:
        course, alert = followed(self.log), self.alert
        assert (course.id, course.version, course.level) == (alert.id, alert.version, alert.level)
        assert course.is_open == alert.is_open
        assert course.visibility is alert.visibility
        assert (course.active_since is None) == (alert.condition is Condition.RTN)
        assert len(course.returns) == sum(h.kind is HappeningKind.RETURNED for h in self.log)

    @invariant()
    def a_person_closed_it_or_nobody_did(self) -> None:
        last = next(
            (h for h in reversed(self.log) if h.kind in (HappeningKind.CLOSED, HappeningKind.AUTO_CLOSED)), None
        )
        ended = last is not None and self.alert.work in (Work.CLOSED, Work.ARCHIVED)
        expected = last.at if ended and not by_engine(last) and last.kind is HappeningKind.CLOSED else None
        assert followed(self.log).closed_at == expected
        if ended and not by_engine(last):
            assert followed(self.log).verdict is self.alert.verdict

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "log") and self.log:
            self._figures_are_those_of_a_count_by_hand()

    def _figures_are_those_of_a_count_by_hand(self) -> None:
        course = followed(self.log)
        whole = Period("day", "", START - timedelta(days=1), self.now + timedelta(days=1))
        every = waits([course], whole)[-1]
        answered = signed_after_calls(self.log)
        assert every.signed == len(answered)
        assert (every.ack_p90 is None) == (not answered)
        if answered:
            assert every.ack_p90 in answered
        shares = bounce([course], whole)
        assert shares.whole == sum(h.kind is HappeningKind.DISPATCHED for h in self.log)
        judged = precisions([course], whole, 1, 0.5)
        assert len(judged) == (course.verdict is not None)
        for one in kept([course], whole):
            assert 0 <= one.kept <= one.decided


def signed_after_calls(log: list[Happening]) -> list[float]:
    """Seconds from each call to the first signature before the next call."""
    calls = [h for h in log if h.kind is HappeningKind.RAISED or (h.kind is HappeningKind.REPEATED and h.level)]
    hidden = (HappeningKind.SUPPRESSED, HappeningKind.TAKEN_OUT)
    ends = [call.version for call in calls[1:]] + [len(log) + 1]
    found: list[float] = []
    for call, end in zip(calls, ends, strict=True):
        rest = [h for h in log if call.version < h.version < end]
        if any(h.kind in hidden and h.at == call.at for h in rest):
            return found_without(log)
        answer = next((h.at for h in rest if h.kind in SIGNATURES), None)
        if answer is not None:
            found.append((answer - call.at).total_seconds())
    return found


def found_without(log: list[Happening]) -> list[float]:
    """A call hidden in its own moment is none: taken as the course tells it, which has tests of its own."""
    marks = followed(log).marks
    return [(m.signed_at - m.at).total_seconds() for m in marks if m.signed_at is not None]


TestFollowing = Following.TestCase
TestFollowing.pytestmark = [pytest.mark.timeout(120)]
TestFollowing.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
