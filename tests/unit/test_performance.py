"""Alarm performance right to the digit: figures worked out by hand, and by brute force on random days."""

from __future__ import annotations

import math
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.alarm_rates import Share, load_word, mix, per_hour, tens, top_rules, top_sources
from services.domain.alarm_rates import bars as bars_of
from services.domain.alert import Verdict, Visibility
from services.domain.course import Course, follow, without_figures
from services.domain.happening import HappeningKind
from services.domain.performance import formulas, measure
from services.domain.precision import precisions, wilson
from services.domain.yardstick import Period, Seat, periods, shift_start, yardstick_from
from tests.unit.alarm_courses import (
    BLUE,
    DAY,
    HOUR,
    ORANGE,
    RED,
    T0,
    YARD,
    YELLOW,
    at,
    calls,
    calls_of,
    course,
    entry,
    plain,
    raise_,
)

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
