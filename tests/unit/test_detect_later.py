"""Do bands, fences, sequences and episodes tell what the definition says, and do they say it well?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.definition import hits
from services.domain.event import Event
from services.domain.order import order
from services.domain.rule import Found, Rule
from services.domain.rule_check import failures, told
from services.domain.rule_file import RuleError
from tests.unit.detecting import (
    SQUARE,
    START,
    WEEK,
    fence,
    follow,
    past,
    rule,
    said,
    seen,
    started,
    usual,
)

# --------------------------------------------------------------------------------------------- band


def weekly(*values: float, each: int = 1, spread: float = 0.1) -> list[Event]:
    """One hour of each week, the values a little apart."""
    return [
        seen(100 * week + i, 60 * WEEK * week + i, value + spread * (i - each // 2))
        for week, value in enumerate(values)
        for i in range(each)
    ]


def test_that_a_value_unlike_the_same_hour_of_past_weeks_is_unusual() -> None:
    past_weeks = weekly(10, 10, 10, 10, each=5)
    high, low, fine = (seen(900 + i, 60 * WEEK * 4, value) for i, value in enumerate((20, 1, 10.2)))
    assert said(usual(column="value"), [*past_weeks, high]) == ["+900"]
    assert said(usual(column="value"), [*past_weeks, low]) == ["+901"]
    assert said(usual(column="value"), [*past_weeks, fine]) == []
    assert said(usual(column="value", direction="high"), [*past_weeks, low]) == []
    assert said(usual(column="value", direction="low"), [*past_weeks, high]) == []


def test_that_another_hour_and_another_weekday_are_no_reference() -> None:
    past_weeks = weekly(10, 10, 10, 10, each=5)
    assert said(usual(column="value"), [*past_weeks, seen(900, 60 * WEEK * 4 + 60, 99)]) == []
    assert said(usual(column="value"), [*past_weeks, seen(900, 60 * (WEEK * 4 + 24), 99)]) == []


def test_that_with_too_few_samples_nothing_is_unusual() -> None:
    assert (
        said(usual(column="value", least_samples=21), [*weekly(10, 10, 10, 10, each=5), seen(900, 60 * WEEK * 4, 99)])
        == []
    )


def test_that_a_move_smaller_than_worth_telling_is_usual() -> None:
    exact = [*weekly(10, 10, 10, 10, each=5, spread=0), seen(900, 60 * WEEK * 4, 10.5)]
    assert said(usual(column="value"), exact) == ["+900"]
    assert said(usual(column="value", least_move=1), exact) == []


def hour(number: int, week: int, count: int, offset: int = 0) -> list[Event]:
    return [seen(number + i, 60 * (WEEK * week + offset) + i) for i in range(count)]


def test_that_too_many_in_an_hour_are_told_once_when_there_are_too_many() -> None:
    past_weeks = [e for week, count in enumerate((3, 4, 5, 4)) for e in hour(100 * week, week, count)]
    assert said(usual(direction="high", spread=2, least_samples=4), [*past_weeks, *hour(400, 4, 12)]) == ["+405"]


def test_that_too_few_in_an_hour_are_told_by_the_first_event_of_the_next() -> None:
    past_weeks = [e for week, count in enumerate((13, 14, 15, 14)) for e in hour(100 * week, week, count)]
    after = [*hour(400, 4, 2), *hour(500, 4, 3, offset=1)]
    assert said(usual(direction="low"), [*past_weeks, *after]) == ["+500"]
    silent = hour(500, 4, 3, offset=1)
    assert said(usual(direction="low"), [*past_weeks, *silent]) == []


def test_that_an_hour_without_any_event_tells_nothing_of_what_is_usual() -> None:
    with_a_gap = [e for week, count in ((0, 14), (2, 15), (3, 14)) for e in hour(100 * week, week, count)]
    online = started(usual(direction="low", least_samples=3))
    (hit,) = [o for e in [*with_a_gap, *hour(400, 4, 2), seen(500, 60 * WEEK * 4 + 60)] for o in online.feed(e)]
    assert isinstance(hit, Found)
    assert (hit.figures["count"], hit.figures["usual"], hit.figures["samples"]) == (2, 14, 3)


# ----------------------------------------------------------------------------------------- episodes


def often(gap: float = 0) -> Rule:
    return rule(kind="frequency", at_least=2, within_days=1, gap_minutes=gap)


def test_that_a_new_episode_needs_a_pause() -> None:
    rows = [seen(i, minutes) for i, minutes in enumerate([0, 10, 20, 30, 95, 100])]
    assert said(often(), rows) == ["+001", "+002", "+003", "+004", "+005"]
    assert said(often(60), rows) == ["+001", "+004"]


# ------------------------------------------------------------------------------ against the definition

Told = tuple[float, float | None, str | None, float | None]
SAMPLES = st.lists(
    st.tuples(
        st.integers(0, 24).map(lambda halves: halves / 2),
        st.sampled_from([1.0, 1.0, 7.0, None]),
        st.sampled_from(["甲", "甲", "乙", None]),
        st.sampled_from([120.99, 120.9998, 121.005, 121.005, 121.015, None]),
    ),
    max_size=12,
)
FENCES = st.one_of(
    st.builds(fence, st.sampled_from(["enter", "leave"]), within_hours=st.sampled_from([0.1, 0.12, 1])),
    st.builds(fence, st.just("dwell"), dwell_minutes=st.sampled_from([1, 2.5]), within_hours=st.sampled_from([0.1, 1])),
)
EPISODES = st.builds(often, st.sampled_from([0, 1, 3]))
FOLLOWS = st.builds(
    follow, st.just("expiry"), within_minutes=st.sampled_from([1, 2.5, 5]), grace_minutes=st.sampled_from([0, 1])
)
SEQUENCES = st.builds(follow, st.just("sequence"), within_minutes=st.sampled_from([1, 2.5, 5]))


def made(samples: Sequence[Told]) -> list[Event]:
    return [
        seen(i, minutes, value, what, lon=lon, lat=None if lon is None else 28.005)
        for i, (minutes, value, what, lon) in enumerate(samples)
    ]


def tells_the_definition(some: Rule, sent: Sequence[Event], restarts: set[int]) -> None:
    online = started(some)
    stored: list[Event] = []
    known: frozenset[tuple[str, str]] = frozenset()
    for i, e in enumerate(sent):
        if i in restarts:
            online = started(some, tuple(stored))
        online.begin()
        found = {("s", o.event.event_id) for o in told(some, online, e) if isinstance(o, Found)}
        if e not in stored:
            stored.append(e)
        due = hits(some, stored, lambda _list: {}) - known
        assert found == due
        known |= due


@settings(max_examples=80, deadline=None)
@given(some=st.one_of(FENCES, SEQUENCES), samples=SAMPLES, data=st.data())
def test_that_after_every_event_exactly_the_definition_has_been_told(
    some: Rule, samples: list[Told], data: st.DataObject
) -> None:
    events = made(samples)
    doubles = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    sent = data.draw(st.permutations([*events, *doubles]))
    tells_the_definition(some, sent, set())


@settings(max_examples=60, deadline=None)
@given(some=st.one_of(FENCES, SEQUENCES, EPISODES), samples=SAMPLES, data=st.data())
def test_that_a_restart_between_any_two_events_finds_the_same(
    some: Rule, samples: list[Told], data: st.DataObject
) -> None:
    sent = sorted(made(samples), key=order)
    tells_the_definition(some, sent, data.draw(st.sets(st.integers(0, len(sent)), max_size=3)))


@settings(max_examples=60, deadline=None)
@given(some=EPISODES, samples=SAMPLES, data=st.data())
def test_that_episodes_in_any_order_are_those_of_the_definition(
    some: Rule, samples: list[Told], data: st.DataObject
) -> None:
    tells_the_definition(some, data.draw(st.permutations(made(samples))), set())


@settings(max_examples=80, deadline=None)
@given(some=FOLLOWS, samples=SAMPLES, data=st.data())
def test_that_whatever_expired_by_the_definition_was_told_once_by_the_clock(
    some: Rule, samples: list[Told], data: st.DataObject
) -> None:
    """In any order, asked at any moment, restarted at any moment."""
    sent = data.draw(st.permutations(made(samples)))
    restarts = data.draw(st.sets(st.integers(0, len(sent)), max_size=2))
    online = started(some)
    stored: list[Event] = []
    known: set[tuple[str, str]] = set()
    now = START
    for i, e in enumerate(sent):
        if i in restarts:
            online = started(some, tuple(stored))
            again = {("s", o.event.event_id) for o in online.due(now) if isinstance(o, Found)}
            assert again <= known  # the store knows that these were told
        told(some, online, e)
        stored.append(e)
        now += timedelta(minutes=data.draw(st.integers(0, 3)))
        found = {("s", o.event.event_id) for o in online.due(now) if isinstance(o, Found)}
        assert found == hits(some, stored, lambda _list: {}, now) - known
        known |= found


BANDS = st.builds(
    usual,
    direction=st.sampled_from(["high", "low", "both"]),
    spread=st.sampled_from([0.5, 2]),
    least_samples=st.sampled_from([1, 2]),
    least_move=st.sampled_from([0, 0.5]),
)
VALUE_BANDS = st.builds(
    usual,
    column=st.just("value"),
    direction=st.sampled_from(["high", "low", "both"]),
    spread=st.sampled_from([0.5, 2]),
    least_samples=st.sampled_from([1, 3]),
)
MANY = st.lists(
    st.tuples(
        st.integers(0, 5),  # week
        st.sampled_from([0, 0, 0, 1]),  # hour
        st.integers(0, 59),
        st.sampled_from([1.0, 1.0, 2.0, 9.0, None]),
        st.sampled_from(["甲", "甲", "甲", "乙", None]),
    ),
    max_size=40,
)


@settings(max_examples=100, deadline=None)
@given(some=st.one_of(BANDS, VALUE_BANDS), samples=MANY, data=st.data())
def test_that_a_band_judges_by_what_was_received_before_in_any_order_batch_and_with_restarts(
    some: Rule, samples: list[Any], data: st.DataObject
) -> None:
    rows = enumerate(samples)
    sent = [seen(i, 60 * (WEEK * week + h) + minute, value, what) for i, (week, h, minute, value, what) in rows]
    cuts = data.draw(st.lists(st.integers(0, len(sent)), max_size=4).map(sorted))
    restarts = data.draw(st.sets(st.sampled_from(cuts))) if cuts else set()
    online, stored, found = started(some), [], set()
    for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        batch = sent[begin:end]
        if begin in restarts:
            online = started(some, stored)
        online._past = past(some, tuple(stored))  # type: ignore[attr-defined]  # the store as it is before the batch
        online.begin()
        found |= {("s", o.event.event_id) for e in batch for o in told(some, online, e) if isinstance(o, Found)}
        stored += batch
    assert found == hits(some, sent, lambda _list: {})


# ------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("detect", "words"),
    [
        ({"kind": "band", "direction": "up"}, ("direction", "both")),
        ({"kind": "band", "direction": "low", "weeks": 3}, ("weeks", "4 至 8")),
        ({"kind": "band", "direction": "low", "least_samples": 9}, ("least_samples", "weeks")),
        ({"kind": "band", "direction": "low", "column": "what"}, ("column", "须为数")),
        ({"kind": "geofence", "areas": ["油库"], "crossing": "enter"}, ("areas", "没有区域")),
        ({"kind": "geofence", "areas": [], "crossing": "enter"}, ("areas", "至少")),
        ({"kind": "geofence", "areas": [SQUARE], "crossing": "dwell"}, ("dwell_minutes",)),
        ({"kind": "geofence", "areas": [SQUARE], "crossing": "enter", "dwell_minutes": 3}, ("dwell_minutes",)),
        (
            {"kind": "geofence", "areas": [SQUARE], "crossing": "dwell", "dwell_minutes": 90, "within_hours": 1},
            ("within_hours",),
        ),
        ({"kind": "expiry", "then": "nothing", "within_minutes": 3}, ("then", "没有字段")),
        ({"kind": "expiry", "then": "value = 1", "then_event": "boo", "within_minutes": 3}, ("then_event", "reply")),
        ({"kind": "expiry", "then": "done", "then_event": "reply", "within_minutes": 3}, ("then_by", "what")),
        ({"kind": "sequence", "then": "value = 1", "within_minutes": 3, "grace_minutes": 1}, ("grace_minutes",)),
        ({"kind": "frequency", "at_least": 2, "within_days": 1, "gap_minutes": -1}, ("gap_minutes", "正数")),
    ],
)
def test_that_a_detection_that_cannot_be_is_refused(detect: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(RuleError) as refused:
        rule(**detect)
    assert all(word in str(refused.value) for word in words), str(refused.value)


def test_that_a_rules_own_tests_may_hold_events_of_the_kind_that_answers() -> None:
    asked = {"what": "甲", "value": 1.0, "occurred_at": START}
    reply = {"kind_of": "reply", "to": "甲", "done": True, "occurred_at": START + timedelta(minutes=2)}
    looked = START + timedelta(minutes=5)
    tests = [
        {"name": "无人回应", "detections": 1, "events": [asked], "looked_at": looked},
        {"name": "有回应", "detections": 0, "events": [asked, reply], "looked_at": looked},
    ]
    detect = {"kind": "expiry", "then": "done", "then_event": "reply", "then_by": ["to"], "within_minutes": 4}
    assert failures(rule("value < 5", tests, **detect)) == ()


def test_that_leaving_is_a_clearing_and_being_inside_lasts() -> None:
    assert fence("enter").is_standing
    assert not fence("leave").is_standing
    assert follow("expiry").is_standing
    assert not follow("sequence").is_standing
