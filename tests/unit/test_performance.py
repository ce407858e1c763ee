"""Alarm performance right to the digit: figures worked out by hand, and by brute force on random days."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.alarm_rates import Share, calls_in, load_word, mix, per_hour, tens, top_rules, top_sources
from services.domain.alarm_rates import bars as bars_of
from services.domain.alarm_times import bounce, kept, percentile, waits
from services.domain.alert import AlertLevel, Clock, Step, Verdict, Visibility
from services.domain.course import Course, Entry, Found, follow, without_figures
from services.domain.floods import Call, floods, time_in
from services.domain.happening import HappeningKind
from services.domain.nuisance import Nuisance, bothers, chattering, fleeting, last_burst, stale, standing
from services.domain.performance import formulas, measure
from services.domain.precision import precisions, wilson
from services.domain.yardstick import Period, Seat, Yardstick, periods, shift_start, yardstick_from

RED, ORANGE, YELLOW, BLUE = AlertLevel.RED, AlertLevel.ORANGE, AlertLevel.YELLOW, AlertLevel.BLUE
T0 = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
MINUTE, SECOND, HOUR = timedelta(minutes=1), timedelta(seconds=1), timedelta(hours=1)
DAY = Period("day", "24 小时", T0, T0 + 24 * HOUR)
YARD = Yardstick()


def at(minutes: float) -> datetime:
    return T0 + minutes * MINUTE


def entry(kind: HappeningKind, minutes: float, version: int = 0, role: str = "duty", **more: Any) -> Entry:
    return Entry(kind, "A1", version, at(minutes), role, **more)


def raise_(minutes: float = 0, level: AlertLevel = YELLOW, **more: Any) -> Entry:
    words = {"key": "k", "rule_id": "R-1", "scene": "boats", "title": "题", "subject": "林*", "subject_kind": "person"}
    found = Found(level=level, subject_id="s1", place="东苑", **(words | more.pop("found", {})))
    return entry(HappeningKind.RAISED, minutes, 1, "engine", detection=found, **more)


def course(*entries: Entry, id_: str = "A1") -> Course:
    made: Course | None = None
    for version, one in enumerate(entries, 1):
        made = follow(made, replace(one, alert_id=id_, version=version))
    assert made is not None
    return made


def plain(minutes: float, level: AlertLevel = YELLOW, number: int = 0, **found: Any) -> Course:
    return course(raise_(minutes, level, found={"key": f"k{number}", **found}), id_=f"A{number}")


def calls(*minutes: float) -> tuple[Call, ...]:
    return tuple(Call(at(m), f"A{n:03}", 2, f"R-{n}", "题", "boats") for n, m in enumerate(sorted(minutes)))


def calls_of(courses: list[Course], period: Period = DAY):
    return calls_in(courses, period.since, period.until)


# ------------------------------------------------------------------------------------------- marks


def test_that_a_raise_and_a_rise_are_alarms_and_a_repeat_is_none():
    again = entry(HappeningKind.REPEATED, 1, role="engine")
    risen = entry(HappeningKind.REPEATED, 2, role="engine", level=RED)
    marks = course(raise_(0), again, risen).marks
    assert [(m.at, m.level) for m in marks] == [(at(0), YELLOW), (at(2), RED)]


def test_that_a_signature_answers_the_newest_alarm_only():
    risen = entry(HappeningKind.REPEATED, 2, role="engine", level=RED)
    c = course(raise_(0), entry(HappeningKind.SIGNED, 1), risen, entry(HappeningKind.SIGNED, 5))
    assert [m.signed_at for m in c.marks] == [at(1), at(5)]


def test_that_a_second_signature_after_a_lapse_does_not_count_again():
    lapsed = entry(HappeningKind.SIGN_LAPSED, 30, role="engine")
    c = course(raise_(0), entry(HappeningKind.SIGNED, 1), lapsed, entry(HappeningKind.SIGNED, 40))
    assert [m.signed_at for m in c.marks] == [at(1)]


def test_that_an_alert_hidden_in_the_moment_it_was_raised_called_nobody_until_it_is_shown():
    hidden = course(raise_(0), entry(HappeningKind.SUPPRESSED, 0, role="engine"))
    assert (hidden.marks, hidden.visibility) == ((), Visibility.SUPPRESSED)
    shown = course(
        raise_(0), entry(HappeningKind.SUPPRESSED, 0, role="engine"), entry(HappeningKind.SHOWN, 9, role="engine")
    )
    assert [m.at for m in shown.marks] == [at(9)]


def test_that_an_alert_hidden_later_has_called_once():
    c = course(
        raise_(0), entry(HappeningKind.TAKEN_OUT, 3, role="engine"), entry(HappeningKind.SHOWN, 9, role="engine")
    )
    assert [m.at for m in c.marks] == [at(0)]


def test_that_a_log_whose_beginning_is_missing_makes_no_course():
    assert follow(None, entry(HappeningKind.SIGNED, 1, 2)) is None


# ------------------------------------------------------------------------------------------- rates


def test_that_alarms_are_counted_in_whole_tens_of_the_clock():
    period = Period("today", "今日", at(5), at(31))
    counts = tens(calls_of([plain(m, number=n) for n, m in enumerate([5, 9.9, 10, 29, 30.5])], period), period)
    assert counts == [2, 1, 1, 1]  # :00, :10, :20, :30


def test_that_a_month_shows_the_busiest_ten_minutes_of_a_whole_number_of_hours():
    month = Period("month", "30 日", T0, T0 + timedelta(days=30))
    found = bars_of([tens(calls(0, 1, 2, 61), month)], month)
    assert (found.step_s, len(found.counts), found.counts[0]) == (5 * 3600, 144, 3)


@given(st.lists(st.integers(0, 24 * 60 * 60 - 1), max_size=60))
def test_that_the_tens_add_up_and_each_is_what_a_count_by_hand_gives(seconds):
    every = calls(*(s / 60 for s in seconds))
    counts = tens(every, DAY)
    by_hand = [sum(at(10 * n) <= c.at < at(10 * n + 10) for c in every) for n in range(144)]
    assert counts == by_hand
    assert sum(counts) == len(seconds)


def test_that_the_load_is_alarms_by_seats_and_hours():
    assert per_hour([48, 24], DAY) == 1.5
    assert per_hour([7], Period("today", "今日", T0, T0)) is None


@pytest.mark.parametrize(
    ("rate", "word"),
    [(0, "很可能可接受"), (6, "很可能可接受"), (6.1, "可应付"), (30, "负担偏重"), (60, "很可能不可接受"), (61, "超载")],
)
def test_that_the_load_has_its_class(rate, word):
    assert load_word(rate, YARD) == word


def test_that_the_mix_takes_red_and_orange_together_by_the_level_the_alarm_had():
    risen = course(raise_(0, BLUE), entry(HappeningKind.REPEATED, 2, role="engine", level=RED), id_="A9")
    found = calls_of([plain(0, ORANGE, 1), plain(1, YELLOW, 2), plain(2, BLUE, 3), risen])
    assert mix(found) == (Share(2, 5), Share(1, 5), Share(2, 5))


def test_that_the_top_rules_are_counted_and_ranked_with_ties_by_name():
    made = [plain(n, number=n, rule_id=rule) for n, rule in enumerate(["R-2", "R-1", "R-1", "R-3"])]
    top = top_rules(calls_of(made), 2)
    assert [(t.id, t.count, t.share) for t in top] == [("R-1", 2, 0.5), ("R-2", 1, 0.25)]


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("尾气超标 38.2 %", "尾气超标"),
        ("老人水表失联 25 时", "老人水表失联"),
        ("未派船 > 15 分", "未派船"),
        ("独居老人 24 时未用水", "独居老人 24 时未用水"),
        ("云仓将满 含油污水 95.6 %", "云仓将满 含油污水"),
        ("卡口失联", "卡口失联"),
    ],
)
def test_that_a_rule_is_called_by_its_alerts_title_without_their_figures(title, rule):
    assert without_figures(title) == rule


def test_that_the_top_sources_are_things_not_rules():
    made = [plain(n, number=n, rule_id=f"R-{n}", subject="门禁 A7") for n in range(3)]
    (top,) = top_sources(calls_of(made), 10)
    assert (top.id, top.title, top.count, top.share) == ("person:s1", "门禁 A7", 3, 1.0)


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


# ---------------------------------------------------------------------------------------- precision


def judged(verdict: Verdict, number: int, rule: str = "R-1", minutes: float = 5) -> Course:
    return course(
        raise_(0, found={"rule_id": rule}), entry(HappeningKind.JUDGED, minutes, verdict=verdict), id_=f"A{number}"
    )


def test_that_wilsons_interval_is_the_one_of_the_textbook():
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert (wilson(0, 5)[0], round(wilson(0, 5)[1], 4)) == (0.0, 0.4345)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_that_wilsons_limits_are_the_roots_of_its_equation(case):
    right, n = case
    low, high = wilson(right, n)
    p, z = right / n, 1.959963984540054
    assert 0 <= low <= p <= high <= 1
    for limit in {low, high} - {0.0, 1.0}:
        assert math.isclose((p - limit) ** 2, z * z * limit * (1 - limit) / n, rel_tol=1e-6, abs_tol=1e-12)


def test_that_a_share_of_nothing_is_refused():
    with pytest.raises(ValueError, match="0 of 0"):
        wilson(0, 0)


def test_that_a_rule_under_one_half_has_its_badge_only_with_enough_cases():
    few = [judged(Verdict.FALSE_ALARM, n, "R-few") for n in range(9)]
    many = [judged(Verdict.FALSE_ALARM if n < 6 else Verdict.NO_ACTION, n, "R-many") for n in range(10)]
    good = [judged(Verdict.TRUE, n, "R-good") for n in range(10)]
    found = {p.rule_id: (p.right, p.judged, p.weak) for p in precisions([*few, *many, *good], DAY, 10, 0.5)}
    assert found == {"R-few": (0, 9, False), "R-many": (4, 10, True), "R-good": (10, 10, False)}


def test_that_a_verdict_counts_on_the_day_it_was_given_and_not_when_it_was_taken_back():
    back = course(raise_(0), entry(HappeningKind.REVIEWED, 5, verdict=Verdict.TRUE), entry(HappeningKind.SENT_BACK, 6))
    closed = course(
        raise_(0),
        entry(HappeningKind.JUDGED, 5, verdict=Verdict.FALSE_ALARM),
        entry(HappeningKind.CLOSED, 3000, verdict=Verdict.FALSE_ALARM),
    )
    assert precisions([back], DAY, 10, 0.5) == ()
    assert precisions([closed], DAY, 10, 0.5)[0].judged == 1


# ------------------------------------------------------------------------------------ whole and settings


def test_that_a_quiet_day_has_figures_and_none_made_up():
    found = measure([], DAY, YARD)
    assert (found.alarms, found.per_hour, found.load, found.seats[0].busiest) == (0, 0.0, "很可能可接受", 0)
    assert [s.value for s in found.mix] == [None, None, None]
    assert found.bounce.value is None
    assert found.shelved == Share(0, 0)
    assert len(found.bars.counts) == 144


def test_that_what_is_hidden_is_a_share_of_what_is_open():
    shelved = course(raise_(0), entry(HappeningKind.SHELVED, 1), id_="A2")
    ended = course(raise_(0), entry(HappeningKind.SHELVED, 1), entry(HappeningKind.SHELF_ENDED, 9), id_="A3")
    found = measure([plain(0), shelved, ended], DAY, YARD)
    assert (found.shelved, found.suppressed, found.shelvings, found.open) == (Share(1, 3), Share(0, 3), 2, 3)
    assert found.unsigned == 3


def test_that_periods_end_now_and_begin_where_their_names_say():
    now = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # 01:30 on the 21st in Shanghai
    found = {p.id: p.since for p in periods(now, YARD)}
    assert found["today"] == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert found["shift"] == datetime(2026, 11, 20, 12, tzinfo=UTC)  # 20:00 the evening before
    assert found["month"] == now - timedelta(days=30)


@given(st.integers(0, 365 * 24 * 60), st.sets(st.integers(0, 23), min_size=1, max_size=4))
def test_that_a_shift_has_begun_and_no_other_since(minutes, hours):
    now = at(minutes)
    start = shift_start(now, tuple(time(h) for h in hours))
    assert timedelta() <= now - start <= 24 * HOUR
    later = [start + n * HOUR for n in range(1, 25) if start + n * HOUR <= now]
    assert not any((moment + 8 * HOUR).hour in hours and moment.minute == 0 for moment in later)


def test_that_settings_replace_defaults_and_reach_the_words():
    given_ = yardstick_from({"flood_over": 3, "flood_ends_below": 2, "seats": [{"name": "海", "scenes": ["boats"]}]})
    assert (given_.flood_over, given_.seats) == (3, (Seat("海", ("boats",)),))
    assert "超过 3 次" in formulas(given_)["floods"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"floods": 3}, "不认识的键"),
        ({"flood_over": 0}, "大于 0"),
        ({"flood_over": 2.5}, "整数"),
        ({"flood_over": 4}, "flood_ends_below 不能大于"),
        ({"mix_pct": [5, 15, 70]}, "合计 100"),
        ({"shifts": ["08:00"]}, "时刻的列表"),
        ({"seats": []}, "不能为空"),
        ({"seats": [{"scenes": []}]}, "读不懂"),
        ({"classes": [{"per_hour": "x", "word": "y"}]}, "读不懂"),
    ],
)
def test_that_a_wrong_setting_is_refused_with_its_key(table, words):
    with pytest.raises(ValueError, match=words):
        yardstick_from(table)
