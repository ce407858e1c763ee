"""Waits, limits kept and returns, worked out by hand and by brute force."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.domain.alarm_rates import Share
from services.domain.alarm_times import bounce, kept, percentile, waits
from services.domain.alert import Clock, Step
from services.domain.happening import HappeningKind
from services.domain.yardstick import Period
from tests.unit.alarm_courses import (
    BLUE,
    DAY,
    RED,
    T0,
    at,
    course,
    entry,
    plain,
    raise_,
)

# -------------------------------------------------------------------------------------------- times


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=200), st.integers(1, 100))
def test_that_a_percentile_is_the_least_measured_value_that_so_many_do_not_exceed(values, percent):
    found = percentile(sorted(values), percent)
    assert found == min(v for v in values if sum(w <= v for w in values) * 100 >= percent * len(values))


def test_that_nothing_has_no_percentile():
    assert percentile([], 50) is None


def test_that_waits_are_measured_by_the_level_that_called_and_in_the_period_of_the_answer():
    risen = course(
        raise_(0, BLUE),
        entry(HappeningKind.SIGNED, 1),
        entry(HappeningKind.REPEATED, 10, role="engine", level=RED),
        entry(HappeningKind.SIGNED, 10.5),
        entry(HappeningKind.CLOSED, 60),
    )
    early = course(raise_(-100, BLUE), entry(HappeningKind.SIGNED, 3), id_="A2")
    red, orange, yellow, blue, every = waits([risen, early], DAY)
    assert (red.level, red.signed, red.ack_p50, red.closed, red.close_p90) == (RED, 1, 30, 1, 3600)
    assert (blue.signed, blue.ack_p50, blue.ack_p90) == (2, 60, 103 * 60)
    assert orange.ack_p50 is yellow.close_p50 is None
    assert (every.level, every.signed, every.ack_p50, every.closed) == (None, 3, 60, 1)


def test_that_the_engines_closings_and_merges_are_no_disposals():
    auto = course(raise_(0, BLUE), entry(HappeningKind.AUTO_CLOSED, 5, role="engine"))
    merged = course(raise_(0, BLUE), entry(HappeningKind.MERGED, 5))
    assert [w.closed for w in waits([auto, merged], DAY)] == [0, 0, 0, 0, 0]


def test_that_a_reopened_alert_counts_when_it_is_closed_again():
    c = course(
        raise_(0), entry(HappeningKind.CLOSED, 10), entry(HappeningKind.REOPENED, 20), entry(HappeningKind.CLOSED, 50)
    )
    assert [w.close_p50 for w in waits([c], DAY) if w.closed] == [3000, 3000]


def clock(step: Step, start: float, due: float, stop: float | None = None, paused: float | None = None) -> Clock:
    return Clock(
        step, at(due), None if stop is None else at(stop), at(start), None, None if paused is None else at(paused)
    )


def test_that_a_limit_is_kept_when_met_to_the_second_and_broken_once_passed():
    clocks = (
        clock(Step.ACK, 0, 10, stop=10),
        clock(Step.DISPATCH, 0, 30, stop=30.1),
        clock(Step.CLOSE, 0, 100),
    )
    c = course(raise_(0, clocks=clocks))
    before, after = (Period("day", "", T0, at(m)) for m in (99, 101))
    assert {k.step: (k.kept, k.decided) for k in kept([c], before)} == {
        Step.ACK: (1, 1), Step.DISPATCH: (0, 1), Step.ONSITE: (0, 0), Step.FEEDBACK: (0, 0), Step.CLOSE: (0, 0),
    }  # fmt: skip
    assert next(k for k in kept([c], after) if k.step is Step.CLOSE).decided == 1


def test_that_a_paused_limit_is_undecided():
    c = course(raise_(0, clocks=(clock(Step.CLOSE, 0, 100, paused=50),)))
    assert [k.decided for k in kept([c], DAY) if k.decided] == []


def test_that_a_limit_let_go_by_a_return_is_forgotten_unless_it_was_past():
    onsite, feedback = clock(Step.ONSITE, 5, 20), clock(Step.FEEDBACK, 5, 120)
    dispatched = entry(HappeningKind.DISPATCHED, 5, clocks=(onsite, feedback))
    returned = entry(HappeningKind.RETURNED, 30, clocks=(clock(Step.DISPATCH, 30, 60),))
    c = course(raise_(0), dispatched, returned)
    assert {k.step: (k.kept, k.decided) for k in kept([c], DAY) if k.decided} == {
        Step.ONSITE: (0, 1),
        Step.DISPATCH: (0, 1),
    }


def test_that_closing_keeps_its_own_limit_and_no_other():
    running = (clock(Step.DISPATCH, 0, 30), clock(Step.CLOSE, 0, 100))
    stopped = (clock(Step.DISPATCH, 0, 30, stop=9), clock(Step.CLOSE, 0, 100, stop=9))
    c = course(raise_(0, clocks=running), entry(HappeningKind.CLOSED, 9, clocks=stopped))
    assert {k.step: (k.kept, k.decided) for k in kept([c], DAY) if k.decided} == {Step.CLOSE: (1, 1)}
    merged = course(raise_(0, clocks=running), entry(HappeningKind.MERGED, 9, clocks=stopped))
    assert [k for k in kept([merged], DAY) if k.decided] == []


def test_that_the_parents_clocks_are_not_counted_again_for_what_was_merged_into_it():
    own = (clock(Step.ACK, 0, 10),)
    signed = (clock(Step.ACK, 0, 10, stop=5),)
    parents = (clock(Step.ACK, 2, 12, stop=6),)
    merged = course(
        raise_(0, clocks=own),
        entry(HappeningKind.SIGNED, 5, clocks=signed),
        entry(HappeningKind.MERGED, 9, clocks=parents),
        entry(HappeningKind.CLOSED, 20, clocks=parents),
    )
    assert [(k.step, k.kept, k.decided) for k in kept([merged], DAY) if k.decided] == [(Step.ACK, 1, 1)]
    assert [w.closed for w in waits([merged], DAY)] == [0, 0, 0, 0, 0]


def test_that_bounce_is_returns_by_dispatches():
    steps = [HappeningKind.DISPATCHED, HappeningKind.RETURNED, HappeningKind.DISPATCHED]
    c = course(raise_(0), *(entry(kind, n + 1) for n, kind in enumerate(steps)))
    assert bounce([c, plain(0)], DAY) == Share(1, 2)
    assert bounce([], DAY).value is None
