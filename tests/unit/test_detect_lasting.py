"""Do the detections that remember tell, after every event, what the definition says and was not told yet?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain import bykey
from services.domain.condition import columns_of
from services.domain.definition import hits, is_over
from services.domain.detect import detector
from services.domain.detector import Cleared, Detector, Outcome, Past
from services.domain.event import Event
from services.domain.rule import Found, Rule
from services.domain.rule_check import told
from services.domain.rule_file import RuleError, rule_from
from tests.unit.plain_rule import plain_table

START = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    what: str | None
    value: float | None
    lon: float | None = None
    lat: float | None = None
    place: str = ""
    colour: str = ""


def rule(where: str = "value > 10", clear: str | None = None, **detect: Any) -> Rule:
    table = plain_table("sample", where, **detect)
    if clear is not None:
        table["clear"] = clear
    return rule_from(table, "R-1.toml", {"sample": columns_of(Sample)})


def threshold(hold: float = 3, release: float = 2) -> Rule:
    return rule(clear="value < 5", kind="threshold", hold_minutes=hold, release_minutes=release)


def absence(within: float = 3, others: int = 1) -> Rule:
    return rule("value >= 0", kind="absence", within_minutes=within, others=others)


def rate(direction: str = "fall", move: float = 5, within: float = 4) -> Rule:
    return rule("value >= 0", kind="rate", column="value", direction=direction, move=move, within_minutes=within)


def travel(over: float = 100, min_km: float = 1, within: float = 6) -> Rule:
    return rule(
        "value >= 0",
        kind="impossible_travel",
        over_kmh=over,
        min_km=min_km,
        within_minutes=within,
        place_column="place",
        compare=["colour"],
    )


def first_seen() -> Rule:
    return rule("value >= 0", kind="first_seen", within_days=1)


def event(number: int, minutes: float, value: float | None, what: str | None = "甲", **more: Any) -> Event:
    return Event("s", f"{number:02d}", "sample", START + timedelta(minutes=minutes), Sample(what, value, **more))


def past(some: Rule, stored: Sequence[Event]) -> Past:
    """A store with these events."""

    def counts(e: Event) -> bool:
        return some.matches(e.record) is True or (some.clears is not None and some.clears(e.record) is True)

    def latest(since: datetime) -> Iterator[Event]:
        met = [e for e in stored if some.matches(e.record) is True and e.occurred_at >= since and e.record.what]
        for what in {e.record.what for e in met}:
            yield max((e for e in met if e.record.what == what), key=order)

    return Past(
        lambda key, since: [e for e in stored if (e.record.what,) == key and e.occurred_at >= since and counts(e)],
        latest,
        lambda: max((e.occurred_at for e in stored), default=None),
    )


def order(e: Event) -> tuple[datetime, str]:
    return e.occurred_at, e.event_id


def nobody_listed(_list: str) -> Mapping[str, Any]:
    return {}


def started(some: Rule, stored: Sequence[Event] = ()) -> Detector:
    return detector(some, past(some, stored), nobody_listed)


def said(some: Rule, events: Sequence[Event]) -> list[str]:
    """+ for a hit, - for a return to normal, with the number of the event."""
    online = started(some)
    return [word(outcome) for e in events for outcome in told(some, online, e)]


def word(outcome: Outcome) -> str:
    return f"+{outcome.event.event_id}" if isinstance(outcome, Found) else f"-{outcome.event.event_id}"


def row(*values: float | None, every: float = 1) -> list[Event]:
    return [event(i, i * every, value) for i, value in enumerate(values)]


# ----------------------------------------------------------------------------------------- threshold


def test_that_a_condition_is_told_once_it_has_held_and_over_once_its_opposite_has() -> None:
    assert said(threshold(3, 2), row(20, 20, 20, 20, 20, 0, 0, 0, 0)) == ["+03", "+04", "-07"]


def test_that_one_good_sample_starts_the_delay_anew_and_the_dead_band_does_not() -> None:
    assert "+04" not in said(threshold(3, 0), row(20, 20, 0, 20, 20, 20))
    assert said(threshold(3, 0), row(20, 7, 7, 20)) == ["+03"]


def test_that_a_bad_sample_keeps_a_spell_from_ending_and_the_dead_band_ends_nothing() -> None:
    assert said(threshold(0, 2), row(20, 0, 0, 20, 0, 7, 0)) == ["+00", "+03", "-06"]
    assert said(threshold(0, 2), row(20, 7, 7, 7, 7)) == ["+00"]


def test_that_without_delays_every_change_is_told_at_once() -> None:
    assert said(threshold(0, 0), row(20, 0, 20, 0, 0)) == ["+00", "-01", "+02", "-03"]


def test_that_a_hit_says_since_when_it_has_held() -> None:
    online = started(threshold(3))
    (hit,) = [o for e in row(20, 20, 20, 20) for o in online.feed(e)]
    assert isinstance(hit, Found)
    assert (hit.figures["held_min"], hit.figures["first_at"]) == (3, START)


def test_that_a_return_is_told_after_a_restart_however_long_the_device_was_gone() -> None:
    some = threshold(3, 0)
    online = started(some, row(20, 20, 20, 20))
    (back,) = told(some, online, event(90, 60 * 24 * 9, 0))
    assert isinstance(back, Cleared)
    assert told(some, online, event(91, 60 * 24 * 9 + 1, 0)) == []


def test_that_a_late_good_sample_counts_for_those_that_come_after_it() -> None:
    late = [event(0, 0, 20), event(3, 2.5, 20), event(1, 1, 0), event(4, 4, 20), event(5, 5.5, 20)]
    assert [w for w in said(threshold(3, 0), late) if w[0] == "+"] == ["+05"]


# ------------------------------------------------------------------------------------------- absence


def test_that_who_says_nothing_while_others_speak_is_silent_once() -> None:
    some = absence(within=3, others=2)
    online = started(some)
    for e in [event(0, 0, 1, "甲"), event(1, 1, 1, "乙"), event(2, 3, 1, "乙")]:
        assert told(some, online, e) == ()
    assert online.due(START + timedelta(minutes=3)) == []
    told(some, online, event(3, 4, 1, "乙"))
    (hit,) = online.due(START + timedelta(minutes=5))
    assert (hit.event.record.what, hit.figures["silent_min"]) == ("甲", 5)
    assert online.due(START + timedelta(minutes=6)) == []
    (back,) = told(some, online, event(4, 6, 1, "甲"))
    assert isinstance(back, Cleared)


def test_that_a_feed_that_is_down_makes_nobody_silent() -> None:
    some = absence(within=3)
    online = started(some)
    for i in range(6):
        told(some, online, event(i, i / 2, 1, "甲乙丙丁戊己"[i]))
    assert online.due(START + timedelta(hours=9)) == []


def test_that_one_clock_far_ahead_makes_nobody_silent_early() -> None:
    some = absence(within=3)
    online = started(some)
    told(some, online, event(0, 0, 1, "甲"))
    told(some, online, event(1, 60 * 24, 1, "乙"))
    assert online.due(START + timedelta(minutes=3)) == []
    assert len(online.due(START + timedelta(minutes=4))) == 1


def test_that_who_fell_silent_while_nobody_collected_is_found_after_a_restart() -> None:
    some = absence(within=3)
    online = started(some, [event(0, 0, 1, "甲"), event(1, 1, 1, "乙")])
    told(some, online, event(2, 8, 1, "乙"))
    assert [hit.event.event_id for hit in online.due(START + timedelta(minutes=8))] == ["00"]


# ------------------------------------------------------------------------ rate, travel, first seen


def test_that_a_fall_is_measured_against_every_event_of_the_window() -> None:
    assert said(rate("fall", 5, 4), row(10, 8, 6, 4.9)) == ["+03"]
    assert said(rate("fall", 5, 4), row(10, 8, 6, 4.9, every=2)) == []
    assert said(rate("rise", 5, 4), row(10, 8, 6, 4.9)) == []
    assert said(rate("either", 5, 4), row(0, 5)) == ["+01"]


def test_that_a_rate_tells_how_much_in_how_long() -> None:
    online = started(rate("fall", 5, 4))
    (hit,) = [o for e in row(10, 11, 4) for o in online.feed(e)]
    assert isinstance(hit, Found)
    assert (hit.figures["change"], hit.figures["minutes"]) == (-7, 1)


def at(number: int, minutes: float, km: float, colour: str = "", what: str = "甲") -> Event:
    return event(number, minutes, 1, what, lon=121.0, lat=28.0 + km / 111.195, place=f"{km} km", colour=colour)


def test_that_two_places_too_far_apart_for_the_time_are_a_suspicion() -> None:
    assert said(travel(100), [at(0, 0, 0), at(1, 3, 4.9)]) == []
    assert said(travel(100), [at(0, 0, 0), at(1, 3, 5.1)]) == ["+01"]
    assert said(travel(100, within=6), [at(0, 0, 0), at(1, 6, 50)]) == []


def test_that_near_places_and_unknown_positions_are_no_suspicion() -> None:
    assert said(travel(100, min_km=1), [at(0, 0, 0), at(1, 0.01, 0.9)]) == []
    assert said(travel(100), [at(0, 0, 0), event(1, 1, 1), at(2, 20, 3)]) == []


def test_that_a_journey_tells_from_where_how_fast_and_what_differs() -> None:
    online = started(travel(100))
    (hit,) = [o for e in [at(0, 0, 0, "白"), at(1, 3, 10, "黑")] for o in online.feed(e)]
    assert isinstance(hit, Found)
    assert hit.figures["needed_kmh"] == pytest.approx(200, rel=0.001)
    assert (hit.figures["before_place"], hit.figures["differs"]) == ("0 km", 1)
    (same_moment,) = online.feed(at(2, 3, 20, "黑"))
    assert isinstance(same_moment, Found)
    assert same_moment.figures["needed_kmh"] is None


def test_that_only_the_first_of_a_window_is_first_seen() -> None:
    day = 24 * 60
    seen = [event(0, 0, 1), event(1, 5, 1), event(2, 7, 1, "乙"), event(3, day + 6, 1)]
    assert said(first_seen(), seen) == ["+00", "+02", "+03"]


# ------------------------------------------------------------------------------ against the definition

Told = tuple[float, float | None, str | None, float | None]
SAMPLES = st.lists(
    st.tuples(
        st.integers(0, 24).map(lambda halves: halves / 2),
        st.sampled_from([0.0, 0.0, 7.0, 20.0, 20.0, None]),
        st.sampled_from(["甲", "甲", "乙", None]),
        st.sampled_from([0.0, 3.0, 12.0, None]),
    ),
    max_size=12,
)
WINDOWED = st.one_of(
    st.builds(rate, st.sampled_from(["rise", "fall", "either"]), st.sampled_from([5, 13]), st.integers(6, 9)),
    st.builds(travel, st.sampled_from([60, 200]), st.sampled_from([1, 5]), st.integers(6, 9)),
    st.builds(first_seen),
)
THRESHOLDS = st.builds(threshold, st.sampled_from([4, 5.5]), st.sampled_from([2, 3]))
QUICK = st.builds(threshold, st.sampled_from([0, 1, 2.5, 4]), st.sampled_from([0, 1, 3]))
ABSENCES = st.builds(absence, st.sampled_from([1, 2.5]), st.integers(1, 3))


def made(samples: Sequence[Told]) -> list[Event]:
    return [
        event(i, minutes, value, what, lon=121.0, lat=None if km is None else 28 + km / 111.195)
        for i, (minutes, value, what, km) in enumerate(samples)
    ]


@settings(max_examples=100, deadline=None)
@given(some=THRESHOLDS, samples=SAMPLES, data=st.data())
def test_that_after_every_sample_exactly_the_definition_of_a_threshold_has_been_told(
    some: Rule, samples: list[Told], data: st.DataObject
) -> None:
    tells_the_definition(some, samples, data)


@settings(max_examples=150, deadline=None)
@given(some=WINDOWED, samples=SAMPLES, data=st.data())
def test_that_after_every_event_exactly_the_definition_of_a_window_has_been_told(
    some: Rule, samples: list[Told], data: st.DataObject
) -> None:
    tells_the_definition(some, samples, data)


def tells_the_definition(some: Rule, samples: list[Told], data: st.DataObject) -> None:
    """In any order, with doubles, and with restarts between any two events."""
    events = made(samples)
    doubles = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    sent = data.draw(st.permutations([*events, *doubles]))
    restarts = data.draw(st.sets(st.integers(0, len(sent)), max_size=3))
    online = started(some)
    stored: list[Event] = []
    known: frozenset[tuple[str, str]] = frozenset()
    for i, e in enumerate(sent):
        if i in restarts:
            online = started(some, tuple(stored))
        found = {("s", o.event.event_id) for o in told(some, online, e) if isinstance(o, Found)}
        if e not in stored:
            stored.append(e)
        due = hits(some, stored, nobody_listed) - known
        assert found == due
        known |= due


@settings(max_examples=150, deadline=None)
@given(some=QUICK, samples=SAMPLES)
def test_that_in_order_the_last_word_about_a_key_is_what_the_definition_says(some: Rule, samples: list[Told]) -> None:
    online = started(some)
    stored: list[Event] = []
    last: dict[str, Outcome] = {}
    for e in sorted(made(samples), key=order):
        stored.append(e)
        for outcome in told(some, online, e):
            last[outcome.event.record.what] = outcome
        if e.record.what in last:
            assert isinstance(last[e.record.what], Cleared) == is_over(some, stored, e)


@settings(max_examples=150, deadline=None)
@given(some=ABSENCES, samples=SAMPLES, data=st.data())
def test_that_whoever_is_silent_by_the_definition_is_told_once_and_returns_once(
    some: Rule, samples: list[Told], data: st.DataObject
) -> None:
    online = started(some)
    received: list[Event] = []
    silent: dict[str, Event] = {}
    for e in data.draw(st.permutations(made(samples))):
        before = silent.get(e.record.what)
        returns = before is not None and some.matches(e.record) is True and order(e) > order(before)
        assert [isinstance(o, Cleared) for o in told(some, online, e)] == [True] * returns
        if returns:
            del silent[e.record.what]
        received.append(e)
        now = START + timedelta(minutes=data.draw(st.integers(0, 14)))
        told_before = {("s", s.event_id) for s in silent.values()}
        found = [hit.event for hit in online.due(now)]
        assert {("s", s.event_id) for s in found} == hits(some, received, nobody_listed, now) - told_before
        silent.update({s.record.what: s for s in found})


def test_that_a_key_let_go_for_want_of_room_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bykey, "MOST_KEYS", 2)
    some = first_seen()
    stored: list[Event] = []
    asked = Past(lambda key, since: [e for e in stored if (e.record.what,) == key], lambda _since: (), lambda: None)
    online = detector(some, asked, nobody_listed)
    words: list[str] = []
    for i, what in enumerate("甲乙丙丁甲乙"):
        e = event(i, i, 1, what)
        words += [word(o) for o in told(some, online, e)]
        stored.append(e)
    assert words == ["+00", "+01", "+02", "+03"]


def test_that_a_store_that_can_hold_nothing_of_a_key_is_not_asked() -> None:
    asked: list[object] = []

    def seed(key: object, _since: datetime) -> Sequence[Event]:
        asked.append(key)
        return ()

    online = detector(rate(within=4), Past(seed, lambda _since: (), lambda: START), nobody_listed)
    for i, what in enumerate("甲乙丙"):
        online.feed(event(i, 4 * i, 1, what))
    assert asked == [("甲",), ("乙",), ("丙",)]
    online.feed(event(9, 9, 1, "丁"))
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("detect", "clear", "words"),
    [
        ({"kind": "threshold", "hold_minutes": 1}, None, ("clear", "threshold")),
        ({"kind": "threshold", "hold_minutes": -1}, "value < 5", ("hold_minutes", "正数")),
        ({"kind": "absence", "within_minutes": 1}, "value < 5", ("clear", "absence")),
        ({"kind": "absence", "within_minutes": 0}, None, ("within_minutes", "正数")),
        (
            {"kind": "rate", "column": "place", "direction": "fall", "move": 1, "within_minutes": 1},
            None,
            ("column", "须为数"),
        ),
        (
            {"kind": "rate", "column": "value", "direction": "down", "move": 1, "within_minutes": 1},
            None,
            ("direction", "fall"),
        ),
        ({"kind": "first_seen", "within_days": 1, "by": []}, None, ("by", "至少")),
    ],
)
def test_that_a_detection_that_cannot_be_is_refused(
    detect: dict[str, Any], clear: str | None, words: tuple[str, ...]
) -> None:
    with pytest.raises(RuleError) as refused:
        rule(clear=clear, **detect)
    assert all(word in str(refused.value) for word in words), str(refused.value)
