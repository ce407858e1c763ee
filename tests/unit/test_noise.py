"""Floods, causes, counts and settings: pure, and said of any alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.alert import Alert, AlertLevel, Visibility, Work
from services.domain.noise import NOISE, NoiseLimits, causes, counts, flood, kept, noise_from

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RED = AlertLevel.RED


def alert(number: int = 0, rule: str = "R-1", place: str = "1 幢", ago: float = 1, **more: Any) -> Alert:
    at = NOW - ago * MINUTE
    base = Alert(
        f"A{number:04d}", 1, f"{rule}|{number}", rule, 1, "", "community", AlertLevel.YELLOW, "题", "户", "户",
        "device", f"{number}", place, at, at, at,
    )  # fmt: skip
    return replace(base, **more)


alerts = st.lists(
    st.builds(
        alert,
        st.integers(0, 10_000),
        st.sampled_from(["R-1", "R-2", "R-3"]),
        st.sampled_from(["1 幢", "2 幢", "3 幢", "4 幢"]),
        st.floats(0, 30),
        level=st.sampled_from(AlertLevel),
        count=st.integers(1, 9),
        visibility=st.sampled_from(Visibility),
        chattering=st.booleans(),
        incident_id=st.sampled_from(["", "SJ-1", "SJ-2"]),
        work=st.sampled_from([Work.NEW, Work.CLOSED]),
    ),
    max_size=40,
    unique_by=lambda a: a.id,
)


# --------------------------------------------------------------------------------------------- floods


def test_that_the_eleventh_new_alert_in_ten_minutes_is_a_flood():
    some = [alert(n) for n in range(11)]
    assert flood(some[:10], NOW) is None
    assert flood(some, NOW) is not None


def test_that_a_flood_that_runs_ends_only_when_it_is_well_over():
    six = [alert(n) for n in range(6)]
    assert flood(six, NOW, running=True) is not None
    assert flood(six, NOW) is None
    assert flood(six[:5], NOW, running=True) is None


def test_that_an_alert_of_exactly_ten_minutes_ago_no_longer_counts():
    some = [alert(n, ago=10) for n in range(5)] + [alert(n, ago=9.9) for n in range(5, 11)]
    assert flood(some, NOW) is None


def test_that_the_first_out_is_the_alert_the_flood_began_with():
    some = [alert(n, "R-2", ago=2) for n in range(10)] + [alert(99, "R-1", ago=3), alert(98, "R-0", ago=12)]
    running = flood(some, NOW)
    assert running is not None
    assert (running.first_out.rule_id, running.since, running.count) == ("R-1", NOW - 3 * MINUTE, 11)


def test_that_causes_are_rule_and_place_and_lone_places_of_a_rule_stand_together():
    some = [
        *(alert(n, "R-PWR", "5 台区") for n in range(3)),
        *(alert(n, "R-DEV", f"点位 {n}") for n in range(10, 14)),
        alert(20, "R-GATE", "1 幢"),
    ]
    assert [(c.key, len(c.alerts)) for c in causes(some)] == [("R-DEV|", 4), ("R-PWR|5 台区", 3), ("R-GATE|1 幢", 1)]


@given(alerts)
def test_that_causes_hold_every_alert_once_but_the_red_ones_which_are_never_grouped(some):
    held = [a.id for cause in causes(some) for a in cause.alerts]
    assert sorted(held) == sorted(a.id for a in some if a.level is not RED)


@given(alerts, st.randoms())
def test_that_neither_flood_nor_causes_depend_on_the_order(some, chance):
    shuffled = list(some)
    chance.shuffle(shuffled)
    one, other = flood(some, NOW), flood(shuffled, NOW)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert (one.count, one.since, one.first_out) == (other.count, other.since, other.first_out)
    assert _shape(some) == _shape(shuffled)


def _shape(some: list[Alert]) -> set[tuple[str, frozenset[str]]]:
    return {(cause.key, frozenset(a.id for a in cause.alerts)) for cause in causes(some)}


# --------------------------------------------------------------------------------------------- counts


@given(alerts)
def test_that_every_open_alert_is_in_sight_or_in_the_count_of_what_hides_it(some):
    sorts = kept(some, None)
    hidden = {a.id for name in ("shelved", "suppressed", "out_of_service") for a in sorts[name]}
    in_sight = {a.id for a in some if a.is_open and a.visibility is Visibility.VISIBLE}
    assert hidden | in_sight == {a.id for a in some if a.is_open}
    assert not hidden & in_sight


@given(alerts)
def test_that_every_detection_is_an_alert_or_a_counted_repeat(some):
    every = [a for a in some if a.is_open]
    assert len(every) + counts(some, NOW).repeats == sum(a.count for a in every)


@given(alerts)
def test_that_the_record_says_how_many_stand_behind_each_count(some):
    record = counts(some, NOW)
    running = flood([a for a in some if a.is_open and a.visibility is Visibility.VISIBLE], NOW)
    sorts = kept(some, running)
    for name in ("chattering", "grouped", "linked", "shelved", "suppressed", "out_of_service"):
        assert getattr(record, name) == len(sorts[name])


def test_that_an_alert_alone_in_its_incident_is_not_called_linked():
    assert counts([alert(1, incident_id="SJ-1"), alert(2, incident_id="SJ-2")], NOW).linked == 0


def test_that_the_record_brings_the_sites_flood_limits_to_the_console():
    site = NoiseLimits(flood_above=3, flood_ends_at=1, flood_window=5 * MINUTE)
    limits = counts([], NOW, limits=site).limits
    assert (limits.flood_above, limits.flood_ends_at, limits.flood_window) == (3, 1, 5 * MINUTE)


# ------------------------------------------------------------------------------------------- settings


def test_that_a_site_may_set_every_limit():
    table = {
        "repeat_minutes": 5,
        "chatter_flaps": 4,
        "chatter_minutes": 6.5,
        "flood_above": 8,
        "flood_ends_at": 4,
        "flood_minutes": 12,
        "link_minutes": 20,
        "window_hours": 8,
        "life_safety": ["R-FIR-"],
    }
    limits = noise_from(table)
    assert limits == NoiseLimits(
        5 * MINUTE, 4, 6.5 * MINUTE, 8, 4, 12 * MINUTE, 20 * MINUTE, timedelta(hours=8), ("R-FIR-",)
    )
    assert noise_from({}) == NOISE


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"flood": 1}, "不认识的键 noise.flood"),
        ({"flood_above": 0}, "noise.flood_above 须为 1 到 10000 的整数，不是 0"),
        ({"flood_above": True}, "不是 True"),
        ({"flood_above": 7.5}, "整数"),
        ({"repeat_minutes": "10"}, "noise.repeat_minutes 须为"),
        ({"flood_above": 3, "flood_ends_at": 4}, "不得大于"),
        ({"life_safety": "R-FIR-"}, "列表"),
        ({"chatter_flaps": 1}, "noise.chatter_flaps 须为 2"),
    ],
)
def test_that_a_setting_that_makes_no_sense_is_refused_by_name(table, said):
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        noise_from(table)
