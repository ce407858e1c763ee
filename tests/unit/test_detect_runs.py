"""Do events in a row, chains, trips and repeated contradictions tell what their definition says?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.condition import columns_of
from services.domain.definition import hits
from services.domain.detect import detector
from services.domain.detector import Cleared, Detector, Past
from services.domain.event import Event
from services.domain.order import order
from services.domain.rule import Found, Rule
from services.domain.rule_check import told
from services.domain.rule_file import RuleError, rule_from
from tests.unit.plain_rule import plain_table

START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai


@dataclass(frozen=True, slots=True)
class Sight:
    what: str | None
    value: float | None
    place: str | None = ""
    lon: float | None = None
    lat: float | None = None
    colour: str = ""
    wrong: int | None = None


def rule(where: str = "value >= 0", clear: str | None = None, **detect: Any) -> Rule:
    table = plain_table("sight", where, **detect)
    if clear is not None:
        table["clear"] = clear
    return rule_from(table, "R-1.toml", {"sight": columns_of(Sight)})


def in_a_row(at_least: int = 2, days: int = 1, within: float = 60) -> Rule:
    return rule(
        "value > 5", "value < 5",
        kind="consecutive", at_least=at_least, different_days=days, within_minutes=within,
    )  # fmt: skip


def chain(gap: float = 10, hold: float = 30) -> Rule:
    return rule(kind="chain", gap_minutes=gap, hold_minutes=hold)


def trips(**more: Any) -> Rule:
    given = {"out": "value > 5", "back": "value < 5", "longest_minutes": 20, "at_least": 2, "within_days": 1, **more}
    return rule(kind="trips", **given)


def at_places(at_least: int = 2, places: int = 2, within: float = 20) -> Rule:
    different = {"column": "place", "at_least": places}
    return rule(kind="frequency", at_least=at_least, within_minutes=within, different=different)


def travel(**more: Any) -> Rule:
    given = {"over_kmh": 180, "min_km": 3, "within_minutes": 10, "place_column": "place", "compare": ["colour"], **more}
    return rule(kind="impossible_travel", **given)


def sight(number: int, minutes: float, value: float | None = 9.0, what: str | None = "甲", **more: Any) -> Event:
    return Event("s", f"{number:03d}", "sight", START + timedelta(minutes=minutes), Sight(what, value, **more))


def past(some: Rule, stored: Sequence[Event]) -> Past:
    def counts(e: Event) -> bool:
        return some.matches(e.record) is True or (some.clears is not None and some.clears(e.record) is True)

    return Past(
        lambda key, since: [e for e in stored if (e.record.what,) == key and e.occurred_at >= since and counts(e)],
        lambda _since: (),
        lambda: max((e.occurred_at for e in stored), default=None),
    )


def started(some: Rule, stored: Sequence[Event] = ()) -> Detector:
    return detector(some, past(some, stored), lambda _list: {})


def said(some: Rule, events: Sequence[Event]) -> list[str]:
    online = started(some)
    outcomes = [o for e in events for o in told(some, online, e)]
    return [("-" if isinstance(o, Cleared) else "+") + o.event.event_id for o in outcomes]


def found(some: Rule, events: Sequence[Event], online: Detector | None = None) -> list[Found]:
    online = online or started(some)
    return [o for e in events for o in told(some, online, e) if isinstance(o, Found)]


# ------------------------------------------------------------------------------------------ in a row


def test_that_a_clean_reading_between_two_bad_ones_ends_the_row_and_a_reading_of_neither_does_not() -> None:
    assert said(in_a_row(), [sight(0, 0), sight(1, 10)]) == ["+001"]
    assert said(in_a_row(), [sight(0, 0), sight(1, 5, 1), sight(2, 10), sight(3, 15)]) == ["-001", "+003"]
    assert said(in_a_row(), [sight(0, 0), sight(1, 5, 5.0), sight(2, 10)]) == ["+002"]


def test_that_a_bad_reading_exactly_one_window_ago_no_longer_counts() -> None:
    assert said(in_a_row(within=60), [sight(0, 0), sight(1, 60)]) == []
    assert said(in_a_row(within=60), [sight(0, 0.01), sight(1, 60)]) == ["+001"]


def test_that_two_bad_readings_of_one_day_do_not_count_where_different_days_are_asked_for() -> None:
    evening, after_midnight = 15 * 60, 17 * 60  # 23:00 and 01:00 in Shanghai
    assert said(in_a_row(days=2, within=600), [sight(0, evening - 30), sight(1, evening)]) == []
    assert said(in_a_row(days=2, within=600), [sight(0, evening), sight(1, after_midnight)]) == ["+001"]


def test_that_a_clean_reading_that_comes_late_counts_for_those_after_it_only() -> None:
    assert said(in_a_row(), [sight(0, 0), sight(2, 10), sight(1, 5, 1), sight(3, 20)]) == ["+002", "+003"]
    assert said(in_a_row(3), [sight(0, 0), sight(2, 10), sight(1, 5, 1), sight(3, 20), sight(4, 30)]) == ["+004"]


def test_that_a_row_remembers_a_clean_reading_over_a_restart() -> None:
    some = in_a_row()
    online = started(some, [sight(0, 0), sight(1, 5, 1)])
    assert found(some, [sight(2, 10)], online) == []
    assert [hit.figures["count"] for hit in found(some, [sight(3, 20)], online)] == [2]


# --------------------------------------------------------------------------------------------- chain


def test_that_a_chain_is_told_when_it_has_lasted_and_a_pause_begins_another() -> None:
    steady = [sight(i, 10 * i) for i in range(5)]
    assert said(chain(10, 30), steady) == ["+003", "+004"]
    assert said(chain(10, 30), [*steady[:3], sight(9, 30.1), sight(10, 40)]) == []


def test_that_a_chain_says_how_long_it_has_lasted_also_when_that_is_longer_than_asked() -> None:
    (*_, last) = found(chain(10, 30), [sight(i, 10 * i) for i in range(8)])
    assert (last.figures["held_h"], last.figures["count"], last.figures["first_at"]) == (70 / 60, 8, START)


# --------------------------------------------------------------------------------------------- trips


def test_that_trips_out_and_back_are_counted_when_they_end_in_time() -> None:
    twice = [sight(0, 0, 9), sight(1, 20, 1), sight(2, 100, 9), sight(3, 120, 1)]
    assert said(trips(), twice) == ["+003"]
    assert said(trips(), [*twice[:3], sight(3, 120.1, 1)]) == []
    assert said(trips(), [sight(0, 0, 1), sight(1, 5, 9), sight(2, 6, 9), sight(3, 7, 5.0), sight(4, 8, 1)]) == []


def test_that_a_trip_may_have_to_end_where_it_began_or_elsewhere() -> None:
    there = {"place_column": "place", "at_least": 1}
    back_at = [sight(0, 0, 9, place="东"), sight(1, 9, 1, place="东")]
    elsewhere = [sight(0, 0, 9, place="东"), sight(1, 9, 1, place="西")]
    nowhere = [sight(0, 0, 9, place=""), sight(1, 9, 1, place=None)]
    for places, told_of in (("same", back_at), ("different", elsewhere)):
        for events in (back_at, elsewhere, nowhere):
            assert bool(said(trips(places=places, **there), events)) is (events is told_of)
    assert said(trips(at_least=1), nowhere) == ["+001"]


def test_that_only_trips_of_one_route_count_together_where_that_is_asked() -> None:
    hubs = ["东", "西", "东", "南", "东"]
    events = [sight(i, 10 * i, 9, place=hub) for i, hub in enumerate(hubs)]
    any_way = {"out": "value > 5", "back": "value > 5", "place_column": "place", "places": "different"}
    assert said(trips(at_least=3, **any_way), events) == ["+003", "+004"]
    assert said(trips(at_least=3, same_route=True, **any_way), events) == []
    assert said(trips(at_least=2, same_route=True, **any_way), events) == ["+002", "+004"]


def test_that_a_hit_of_trips_tells_the_last_trip_and_how_many_there_were() -> None:
    (hit,) = found(
        trips(place_column="place"),
        [sight(0, 0, 9, place="东"), sight(1, 20, 1), sight(2, 100, 9, place="西"), sight(3, 112, 1)],
    )
    told_of = {name: hit.figures[name] for name in ("count", "days", "minutes", "before_place", "first_at")}
    assert told_of == {"count": 2, "days": 1, "minutes": 12, "before_place": "西", "first_at": START}


# ----------------------------------------------------------------------------------- different places


def test_that_a_frequency_may_ask_for_different_places_and_an_unknown_place_is_none() -> None:
    assert said(at_places(), [sight(0, 0, place="东"), sight(1, 5, place="东"), sight(2, 9, place="西")]) == ["+002"]
    assert said(at_places(), [sight(0, 0, place="东"), sight(1, 5, place=""), sight(2, 9, place=None)]) == []
    (hit,) = found(at_places(), [sight(0, 0, place="东"), sight(1, 9, place="西")])
    assert hit.figures["different"] == 2


# ------------------------------------------------------------------------------------- contradictions


def seen_at(number: int, minutes: float, where: str, **more: Any) -> Event:
    lat = {"甲": 28.60, "乙": 28.69, "丙": 28.78}[where]  # 10 km apart
    return sight(number, minutes, place=where, lon=121.4, lat=lat, **more)


def contradictions(some: Rule, events: Sequence[Event], online: Detector | None = None) -> list[int]:
    return [hit.figures["contradictions"] for hit in found(some, events, online)]


def test_that_one_sighting_that_does_not_fit_is_one_contradiction_though_it_does_not_fit_on_both_sides() -> None:
    misread = [seen_at(0, 0, "甲"), seen_at(1, 2, "乙"), seen_at(2, 4, "甲")]
    assert contradictions(travel(), misread) == [1, 1]


def test_that_a_second_vehicle_contradicts_again_and_again() -> None:
    cloned = [seen_at(0, 0, "甲"), seen_at(1, 2, "乙"), seen_at(2, 4, "甲"), seen_at(3, 6, "乙")]
    assert contradictions(travel(), cloned) == [1, 1, 2]
    hours_later = [*cloned[:2], seen_at(4, 300, "甲"), seen_at(5, 302, "丙")]
    assert contradictions(travel(), hours_later) == [1, 2]
    assert contradictions(travel(again_hours=3), hours_later) == [1, 1]


def test_that_contradictions_are_remembered_by_the_store_over_a_restart() -> None:
    some = travel()
    stored = [seen_at(0, 0, "甲"), seen_at(1, 2, "乙")]
    assert contradictions(some, [seen_at(4, 300, "甲"), seen_at(5, 302, "丙")], started(some, stored)) == [2]


def test_that_the_worse_of_both_sightings_is_told() -> None:
    some = travel(highest="wrong")
    assert [h.figures["highest"] for h in found(some, [seen_at(0, 0, "甲", wrong=3), seen_at(1, 2, "乙")])] == [3]
    assert [h.figures["highest"] for h in found(some, [seen_at(0, 0, "甲"), seen_at(1, 2, "乙")])] == [None]


# ------------------------------------------------------------------------------ against the definition

SIGHTS = st.lists(
    st.tuples(
        st.integers(0, 40),  # around a midnight of Shanghai
        st.sampled_from([9.0, 9.0, 9.0, 1.0, 5.0, None]),
        st.sampled_from(["甲", "甲", "甲", "乙", None]),
        st.sampled_from(["东", "西", "", None]),
    ),
    max_size=14,
)
ONES = st.one_of(
    st.builds(in_a_row, st.integers(1, 3), st.integers(1, 2), st.sampled_from([20, 40])),
    st.builds(chain, st.sampled_from([4, 10]), st.sampled_from([5, 20])),
    st.builds(at_places, st.integers(1, 3), st.integers(1, 2), st.sampled_from([20, 40])),
    st.builds(
        trips,
        at_least=st.integers(1, 2),
        back=st.sampled_from(["value < 5", "value >= 1"]),
        place_column=st.just("place"),
        same_route=st.booleans(),
    ),
    st.builds(
        trips, at_least=st.integers(1, 2), place_column=st.just("place"), places=st.sampled_from(["same", "different"])
    ),
)


def made(samples: Sequence[Any]) -> list[Event]:
    return [
        sight(i, 940 + minutes, value, what, place=place) for i, (minutes, value, what, place) in enumerate(samples)
    ]


def tells_the_definition(some: Rule, sent: Sequence[Event], restarts: set[int]) -> None:
    online, stored = started(some), list[Event]()
    known: frozenset[tuple[str, str]] = frozenset()
    for i, e in enumerate(sent):
        if i in restarts:
            online = started(some, tuple(stored))
        online.begin()
        new = {("s", o.event.event_id) for o in told(some, online, e) if isinstance(o, Found)}
        if e not in stored:
            stored.append(e)
        due = hits(some, stored, lambda _list: {}) - known
        assert new == due
        known |= due


@settings(max_examples=60, deadline=None)
@given(some=ONES, samples=SIGHTS, data=st.data())
def test_that_after_every_event_in_any_order_exactly_the_definition_has_been_told(
    some: Rule, samples: list[Any], data: st.DataObject
) -> None:
    events = made(samples)
    doubles = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    tells_the_definition(some, data.draw(st.permutations([*events, *doubles])), set())


@settings(max_examples=40, deadline=None)
@given(some=ONES, samples=SIGHTS, data=st.data())
def test_that_a_restart_between_any_two_events_finds_the_same(
    some: Rule, samples: list[Any], data: st.DataObject
) -> None:
    sent = sorted(made(samples), key=order)
    tells_the_definition(some, sent, data.draw(st.sets(st.integers(0, len(sent)), max_size=3)))


JOURNEYS = st.lists(st.tuples(st.integers(0, 90), st.sampled_from("甲乙丙")), max_size=12, unique_by=lambda s: s[0])


@settings(max_examples=60, deadline=None)
@given(journey=JOURNEYS, data=st.data())
def test_that_contradictions_are_the_most_that_share_no_sighting_also_after_a_restart(
    journey: list[tuple[int, str]], data: st.DataObject
) -> None:
    some = travel(again_hours=1)
    events = sorted((seen_at(i, m, where) for i, (m, where) in enumerate(journey)), key=order)
    cut = data.draw(st.integers(0, len(events)))
    rest = started(some, events[:cut])
    for hit in found(some, events[cut:], rest):
        assert hit.figures["contradictions"] == most_apart(events, hit.event)


def most_apart(events: Sequence[Event], end: Event) -> int:
    """By trying: stretches from a sighting to a later one it does not fit, that meet nowhere."""
    lately = [e for e in events if order(e) <= order(end)]
    stretches = [
        (i, j)
        for j, later in enumerate(lately)
        if later.occurred_at > end.occurred_at - timedelta(hours=1)
        for i in range(j)
        if lately[i].record.lat != later.record.lat
        and (gap := later.occurred_at - lately[i].occurred_at) < timedelta(minutes=10)
        and abs(lately[i].record.lat - later.record.lat) * 111.195 / (gap / timedelta(hours=1)) > 180
    ]

    def most(after: int) -> int:
        return max((1 + most(j) for i, j in stretches if i > after), default=0)

    return most(-1)


# ------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("detect", "words"),
    [
        ({"kind": "frequency", "at_least": 2}, ("within_days", "within_minutes", "一个")),
        ({"kind": "frequency", "at_least": 2, "within_days": 1, "within_minutes": 5}, ("只写一个",)),
        ({"kind": "frequency", "at_least": 2, "within_days": 1, "different": 2}, ("different", "column")),
        (
            {"kind": "frequency", "at_least": 2, "within_days": 1, "different": {"column": "value", "at_least": 2}},
            ("detect.different.column", "文字"),
        ),
        (
            {"kind": "frequency", "at_least": 2, "within_days": 1, "different": {"column": "boo", "at_least": 2}},
            ("different.column", "没有字段"),
        ),
        ({"kind": "consecutive", "at_least": 2, "within_days": 1}, ("clear", "consecutive")),
        ({"kind": "chain", "gap_minutes": 5}, ("hold_minutes",)),
        ({"kind": "trips", "out": "value > 1", "back": "boo", "longest_minutes": 5}, ("at_least",)),
    ],
)
def test_that_a_detection_that_cannot_be_is_refused(detect: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(RuleError) as refused:
        rule(**detect)
    assert all(word in str(refused.value) for word in words), str(refused.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"back": "boo > 1"}, ("back", "没有字段")),
        ({"places": "same"}, ("place_column",)),
        ({"places": "near", "place_column": "place"}, ("places", "different")),
        ({"same_route": 1, "place_column": "place"}, ("same_route", "true")),
        ({"place_column": "value"}, ("place_column", "文字")),
    ],
)
def test_that_trips_that_cannot_be_are_refused(more: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(RuleError) as refused:
        trips(**more)
    assert all(word in str(refused.value) for word in words), str(refused.value)
