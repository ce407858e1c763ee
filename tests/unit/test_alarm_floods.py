"""Floods and nuisances, worked out by hand and by brute force."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.alarm_times import waits
from services.domain.course import Course
from services.domain.floods import Call, floods, time_in
from services.domain.happening import HappeningKind
from services.domain.nuisance import Nuisance, bothers, chattering, fleeting, last_burst, stale, standing
from services.domain.performance import measure
from services.domain.yardstick import Period, Seat
from tests.unit.alarm_courses import (
    BLUE,
    DAY,
    HOUR,
    MINUTE,
    RED,
    SECOND,
    T0,
    YARD,
    at,
    calls,
    course,
    entry,
    plain,
    raise_,
)

# ------------------------------------------------------------------------------------------- floods


def flood_list(every: tuple[Call, ...], now: datetime = T0 + 24 * HOUR, over: int = 10, below: int = 5):
    return floods(every, now, 10 * MINUTE, over, below)


def test_that_ten_in_ten_minutes_are_no_flood_and_eleven_are_one():
    assert flood_list(calls(*range(10))) == ()
    (flood,) = flood_list(calls(*(n * 0.5 for n in range(11))))
    assert (flood.start, flood.count, flood.first_rule) == (at(0), 11, "R-0")
    assert flood.end == at(3 + 10)  # the seventh (3.0) leaves, four remain: 3.5, 4, 4.5, 5


def test_that_an_alarm_exactly_ten_minutes_old_no_longer_counts():
    assert flood_list(calls(*range(10), 10)) == ()


def test_that_the_first_out_is_the_alarm_the_flood_began_with_not_an_earlier_one():
    (flood,) = flood_list(calls(0, *(15 + n * 0.1 for n in range(11))))
    assert (flood.start, flood.first_alert, flood.count) == (at(15), "A001", 11)


def test_that_a_flood_goes_on_while_enough_alarms_keep_coming():
    steady = calls(*(n * 0.5 for n in range(11)), *(6 + 2 * n for n in range(20)))
    (flood,) = flood_list(steady)
    assert (flood.count, flood.end) == (31, at(36 + 10))


def test_that_a_flood_under_way_has_no_end():
    (flood,) = flood_list(calls(*(n * 0.5 for n in range(11))), now=at(12))
    assert flood.end is None
    assert time_in([flood], at(0), at(12)) == 12 * MINUTE


def brute_floods(times: list[int], now: int, within: int, over: int, below: int) -> list[tuple[int, int | None, int]]:
    """Second by second, as the definition reads."""
    found: list[tuple[int, int | None, int]] = []
    start: int | None = None
    free = 0  # alarms before this index belong to a flood that is over
    for t in range(now + 1):
        inside = [i for i, x in enumerate(times) if t - within < x <= t]
        if start is not None and len(inside) < below:
            mine = [i for i, x in enumerate(times) if i >= start and x < t]
            found.append((times[start], t, len(mine)))
            start, free = None, sum(x < t for x in times)
        if start is None:
            own = [i for i in inside if i >= free]
            if len(own) > over:
                start = own[0]
    if start is not None:
        found.append((times[start], None, sum(x <= now for x in times[start:])))
    return found


@given(
    st.lists(st.integers(0, 120), max_size=40).map(sorted),
    st.integers(100, 160),
    st.integers(3, 20),
    st.integers(2, 5),
    st.integers(1, 2),
)
def test_that_floods_are_those_a_watch_kept_second_by_second_would_note(times, now, within, over, below):
    every = tuple(Call(T0 + t * SECOND, f"A{n}", 2, f"R-{n}", "题", "boats") for n, t in enumerate(times))
    found = floods(every, T0 + now * SECOND, within * SECOND, over, below)
    noted = [
        (int((f.start - T0) / SECOND), None if f.end is None else int((f.end - T0) / SECOND), f.count) for f in found
    ]
    assert noted == brute_floods(times, now, within, over, below)


def test_that_only_floods_of_one_seat_are_floods():
    made = [plain(n * 0.5, number=n, scene="boats" if n % 2 else "community") for n in range(16)]
    apart = replace(YARD, seats=(Seat("海", ("boats",)), Seat("陆", ("community",))))
    assert measure(made, DAY, apart).floods == ()
    assert measure(made, DAY, YARD).floods[0].count == 16
    assert [(s.name, s.alarms, s.busiest) for s in measure(made, DAY, apart).seats] == [("海", 8, 8), ("陆", 8, 8)]
    assert max(measure(made, DAY, apart).bars.counts) == 8
    assert measure(made, DAY, apart).per_hour == pytest.approx(8 / 24)


def test_that_a_flood_that_began_before_the_period_is_seen_whole():
    made = [plain(n * 0.5, number=n) for n in range(20)]
    later = Period("today", "今日", at(8), at(60))
    found = measure(made, later, YARD)
    assert [(f.start, f.end, f.count) for f in found.floods] == [(at(0), at(17.5), 20)]
    assert found.flooded == pytest.approx(9.5 / 52)


# ---------------------------------------------------------------------------------------- nuisances


def test_that_standing_counts_from_when_the_condition_came_back():
    back = course(
        raise_(0), entry(HappeningKind.CLEARED, 60, role="engine"), entry(HappeningKind.REPEATED, 120, role="engine")
    )
    assert standing([back], at(120 + 24 * 60), YARD) == []
    (found,) = standing([back], at(121 + 24 * 60), YARD)
    assert found.at == at(120)


def test_that_an_ended_or_cleared_alert_does_not_stand():
    cleared = course(raise_(0), entry(HappeningKind.CLEARED, 60, role="engine"))
    closed = course(raise_(0), entry(HappeningKind.CLOSED, 60))
    assert standing([cleared, closed], at(5000), YARD) == []


def test_that_stale_is_what_no_person_touched_though_the_engine_did():
    repeated = entry(HappeningKind.REPEATED, 30 * 60, role="engine")
    assert [b.at for b in stale([course(raise_(0), repeated)], at(31 * 60), YARD)] == [at(0)]
    noted = entry(HappeningKind.NOTED, 10 * 60)
    assert stale([course(raise_(0), noted)], at(34 * 60), YARD) == []
    assert len(stale([course(raise_(0), noted)], at(34 * 60 + 1), YARD)) == 1


def test_that_less_than_sixty_seconds_is_fleeting_and_sixty_are_not():
    short = course(raise_(0), entry(HappeningKind.CLEARED, 59 / 60, role="engine"))
    minute = course(raise_(0), entry(HappeningKind.CLEARED, 1, role="engine"))
    assert [b.seconds for b in fleeting([short, minute], DAY, YARD)] == [59]


def test_that_three_raises_within_a_minute_chatter_and_over_a_minute_do_not():
    def at_seconds(*seconds: int) -> Course:
        return course(raise_(0), *(entry(HappeningKind.REPEATED, s / 60, role="engine") for s in seconds))

    assert len(chattering([at_seconds(30, 59)], DAY, YARD)) == 1
    assert chattering([at_seconds(30, 60)], DAY, YARD) == []


def test_that_five_cycles_of_alerts_with_one_key_chatter_together():
    made = [
        course(raise_(2 * n), entry(HappeningKind.AUTO_CLOSED, 2 * n + 1, role="engine"), id_=f"A{n}") for n in range(5)
    ]
    (found,) = chattering(made, DAY, YARD)
    assert (found.alert_id, found.count, found.at, found.is_open) == ("A4", 5, at(9), False)
    assert chattering(made[:4], DAY, YARD) == []


def test_that_what_the_engine_calls_chattering_is_so():
    c = course(raise_(0), entry(HappeningKind.CHATTERING, 5, role="engine"))
    assert [b.at for b in chattering([c], DAY, YARD)] == [at(5)]


def test_that_a_level_set_by_hand_is_no_alarm_and_counts_from_then_on():
    c = course(raise_(0, BLUE), entry(HappeningKind.RELEVELLED, 5, level=RED), entry(HappeningKind.CLOSED, 9))
    assert [m.level for m in c.marks] == [BLUE]
    assert [w.level for w in waits([c], DAY) if w.closed] == [RED, None]


def test_that_an_alert_reopened_out_of_its_parent_has_its_own_end_again():
    c = course(
        raise_(0),
        entry(HappeningKind.MERGED, 1),
        entry(HappeningKind.CLOSED, 2, role="engine"),
        entry(HappeningKind.REOPENED, 3),
        entry(HappeningKind.CLOSED, 10),
    )
    assert c.closed_at == at(10)


@given(st.lists(st.integers(0, 200), max_size=20).map(sorted), st.integers(2, 5), st.integers(1, 60))
def test_that_a_burst_is_any_run_that_fits(seconds, count, within):
    moments = [T0 + s * SECOND for s in seconds]
    fits = [
        moments[i]
        for i in range(len(moments))
        if sum(timedelta() <= moments[i] - m < within * SECOND for m in moments[: i + 1]) >= count
    ]
    assert last_burst(moments, count, within * SECOND) == (fits[-1] if fits else None)


def test_that_lists_are_cut_and_counts_are_not():
    made = [plain(n / 100, number=n) for n in range(70)]
    found = bothers(made, Period("month", "30 日", T0, at(3 * 24 * 60)), YARD)
    assert [(b.kind, b.count, len(b.shown)) for b in found[:2]] == [
        (Nuisance.STANDING, 70, 50),
        (Nuisance.STALE, 70, 50),
    ]
