"""Does the night find who drives together, and nobody whom habit explains? Is it told once, as an alert?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import prod
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console import verbs
from services.collect import convoys as nightly
from services.collect.convoys import Convoys, hour_before
from services.collect.rule_files import read_rules
from services.collect.rules import RuleRunner
from services.collect.site import Site
from services.domain.alert import AlertLevel
from services.domain.convoy import ConvoySettings, convoys_from
from services.domain.event import Batch, Event
from services.domain.passage import ConvoyFound, Passage
from services.domain.snapshot import Quality
from services.history.convoys import convoys, look_for_convoys
from services.store.store import Store
from tests.unit.test_backtest_hits import fill

HOME = Path(__file__).resolve().parents[2]
MIDNIGHT = datetime(2026, 11, 13, 16, 0, tzinfo=UTC)  # in Shanghai, before the 14th
SETTINGS = ConvoySettings()
PLACES = "甲乙丙丁"


def passage(number: int, plate: str, day: int, place: str, minutes: float, **more: Any) -> Event:
    at = MIDNIGHT + timedelta(days=day, minutes=minutes)
    given = {
        "checkpoint_name": f"{place}口",
        "plate_no": plate,
        "plate_flag": "civil",
        "lon": 121.4,
        "lat": 28.6,
        **more,
    }
    return Event("viid", f"p{number:04d}", "passage", at, Passage(f"p{number:04d}", place, "d", at, **given))


def drives(plate: str, days: Sequence[int], minutes: Sequence[float], **more: Any) -> list[tuple[Any, ...]]:
    """Past three checkpoints, ten minutes apart, on each of these days, setting out so many minutes after midnight."""
    return [
        (plate, day, place, begin + 10 * i, more)
        for day, begin in zip(days, minutes, strict=True)
        for i, place in enumerate(PLACES[:3])
    ]


def events(*drives: list[tuple[Any, ...]]) -> list[Event]:
    return [passage(i, *what, **more) for i, (*what, more) in enumerate(one for some in drives for one in some)]


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


def told(duck: duckdb.DuckDBPyConnection, some: list[Event], terms: ConvoySettings = SETTINGS) -> list[ConvoyFound]:
    fill(duck, some)
    return list(convoys(duck, terms))


ODD = [0, 2, 5]
TIMES = [600, 845, 1090]  # another time of day each day
OTHERS_ON = drives("浙J99999", range(7), [30] * 7)  # so that there are seven days


def test_that_two_who_meet_on_three_days_where_neither_usually_is_are_a_convoy(duck) -> None:
    behind = [t + 1.5 for t in TIMES]
    (found,) = told(duck, events(drives("浙J22222", ODD, behind), drives("浙J11111", ODD, TIMES), OTHERS_ON))
    assert (found.plate_no, found.other_plate, found.checkpoints, found.days) == ("浙J11111", "浙J22222", 3, 3)
    assert found.first_at == MIDNIGHT + timedelta(minutes=600 + 1.5)
    assert found.last_at == MIDNIGHT + timedelta(days=5, minutes=1090 + 21.5)
    assert (found.checkpoint_id, found.checkpoint_name, found.lon) == ("丙", "丙口", 121.4)


@pytest.mark.parametrize(
    "other",
    [
        drives("浙J22222", ODD[:2], TIMES[:2]),
        drives("浙J22222", ODD, [t + 2.1 for t in TIMES]),
        [one for one in drives("浙J22222", ODD, TIMES) if one[2] != "乙"],
        drives("浙J2222-", ODD, TIMES, plate_flag="unread"),
        drives("浙J22222", ODD, TIMES, confidence=0.8),
        drives("浙J22222", ODD, TIMES, clock_trusted=False),
        drives("", ODD, TIMES),
    ],
    ids=["two days", "too far behind", "two checkpoints", "unread", "not sure", "wrong clock", "no plate"],
)
def test_that_less_than_that_is_none(duck, other: list[tuple[Any, ...]]) -> None:
    assert told(duck, events(drives("浙J11111", ODD, TIMES), other, OTHERS_ON)) == []


def test_that_two_who_are_there_at_that_time_every_day_are_explained_by_their_habits(duck) -> None:
    daily = drives("浙J11111", range(7), [480] * 7)
    near = [481, 490, 481, 491, 470, 481, 489]  # together on three of seven days
    assert told(duck, events(daily, drives("浙J22222", range(7), near), OTHERS_ON)) == []
    assert (
        len(told(duck, events(daily, drives("浙J22222", range(7), near), OTHERS_ON), replace(SETTINGS, chance=1.0)))
        == 1
    )


def test_that_the_least_likely_come_first_and_no_more_than_asked(duck) -> None:
    long_together = drives("浙J33333", range(5), [500, 700, 900, 1100, 1300])
    with_it = drives("浙J44444", range(5), [501, 701, 901, 1101, 1301])
    some = events(drives("浙J11111", ODD, TIMES), drives("浙J22222", ODD, TIMES), long_together, with_it, OTHERS_ON)
    assert [f.plate_no for f in told(duck, some)] == ["浙J33333", "浙J11111"]
    assert [f.plate_no for f in told(duck, some, replace(SETTINGS, most=1))] == ["浙J33333"]


def test_that_the_same_convoy_has_the_same_number_until_it_meets_again(duck) -> None:
    some = events(drives("浙J11111", ODD, TIMES), drives("浙J22222", ODD, TIMES), OTHERS_ON)
    again = events(
        drives("浙J11111", [*ODD, 6], [*TIMES, 700]), drives("浙J22222", [*ODD, 6], [*TIMES, 700]), OTHERS_ON
    )
    (one,), (two,), (three,) = (told(duck, list(of)) for of in (some, reversed(some), again))
    assert one.convoy_id == two.convoy_id != three.convoy_id


# ------------------------------------------------------------------------------ against the definition

WAYS = st.lists(  # past one checkpoint and, mostly, the next
    st.tuples(
        st.sampled_from("ABC"),
        st.integers(0, 3),
        st.integers(0, 1),
        st.sampled_from([100, 101, 102.5, 130, 700, 701]),
        st.sampled_from([2, 2, 2, 3, 1]),
    ),
    min_size=14,
    max_size=24,
)
LOOSE = ConvoySettings(checkpoints=2, days=2, chance=0.02)


@settings(max_examples=15, deadline=None)
@given(ways=WAYS)
def test_that_duckdb_finds_the_pairs_the_definition_says(duck, ways: list[tuple[str, int, int, float, int]]) -> None:
    some = passed(ways)
    found = {(f.plate_no, f.other_plate, f.days, f.checkpoints) for f in told(duck, some, LOOSE)}
    assert found == defined(some, LOOSE)


def passed(ways: list[tuple[str, int, int, float, int]]) -> list[Event]:
    sights = [
        (who, day, PLACES[first + i], begin + 10 * i) for who, day, first, begin, long in ways for i in range(long)
    ]
    return [passage(i, *sight) for i, sight in enumerate(sights)]


def defined(some: Sequence[Event], terms: ConvoySettings) -> set[tuple[str, str, int, int]]:
    """``domain/convoy.py`` in plain words, over who could be a convoy with anybody."""
    sights = [(e.record.plate_no, (e.occurred_at - MIDNIGHT).days, e.record.checkpoint_id, e.occurred_at) for e in some]
    able = {
        who
        for who, *_ in sights
        if sum(len({s[2] for s in sights if s[:2] == (who, day)}) >= terms.checkpoints for day in range(9))
        >= terms.days
    }
    sights = [s for s in sights if s[0] in able]
    first, last = (f((s[1] for s in sights), default=0) for f in (min, max))
    found = set()
    for one, other in ((a, b) for a in able for b in able if a < b):
        days = {}
        for day in {s[1] for s in sights}:
            meetings = [
                (a, b)
                for a in sights
                for b in sights
                if (a[0], b[0], a[1], b[1]) == (one, other, day, day)
                and a[2] == b[2]
                and abs(a[3] - b[3]) <= timedelta(seconds=terms.within_s)
            ]
            if len({a[2] for a, _ in meetings}) >= terms.checkpoints:
                chance = min(max(usual(a, b[3], sights, terms), usual(b, a[3], sights, terms)) for a, b in meetings)
                days[day] = ({a[2] for a, _ in meetings}, min(1, chance / (last - first)))
        if len(days) >= terms.days and prod(chance for _, chance in days.values()) <= terms.chance:
            found.add((one, other, len(days), len(set().union(*(places for places, _ in days.values())))))
    return found


def usual(sight: Any, at: datetime, sights: Sequence[Any], terms: ConvoySettings) -> float:
    """How often it passed there at about that time on other days, as a share of ``within_s``."""
    around = timedelta(minutes=terms.habit_min)
    days = {s[1] for s in sights if s[0] == sight[0] and s[2] == sight[2] and s[1] != sight[1]
            and abs((s[3] - timedelta(days=s[1])) - (at - timedelta(days=sight[1]))) <= around}  # fmt: skip
    return (len(days) + 0.5) * terms.within_s / (terms.habit_min * 60)


# --------------------------------------------------------------------------------- from store to alert


def together(store: Store) -> datetime:
    some = events(drives("浙J11111", ODD, TIMES), drives("浙J22222", ODD, TIMES), OTHERS_ON)
    store.take(Batch(events=some), "viid", MIDNIGHT + timedelta(days=7))
    return MIDNIGHT + timedelta(days=7, hours=3)


def test_that_what_the_night_finds_becomes_one_blue_alert_of_the_police_and_no_plate_on_the_wall(store: Store) -> None:
    now = together(store)
    rules = [rule for rule in read_rules(HOME / "resources" / "rules") if rule.id == "R-CKP-20"]
    store.use_rules(RuleRunner(rules))
    found = look_for_convoys(store, now, SETTINGS)
    for _ in range(2):
        Convoys(store, Site()).keep(found, now)
    (alert,) = [a for a in store.snapshot("alerts", now).records if a.rule_id == "R-CKP-20"]
    assert (alert.level, alert.department, alert.support, alert.count) == (AlertLevel.BLUE, "公安", (), 1)
    assert "浙J" not in alert.wall_subject
    assert look_for_convoys(store, now + timedelta(days=6), SETTINGS) == ()


def test_that_the_night_begins_at_its_hour_once_and_what_its_process_says_is_kept(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = together(sqlite_store)  # 03:00
    asked: list[Sequence[str]] = []
    line = look_for_convoys(sqlite_store, now, SETTINGS)

    def spoken(told: Sequence[str], **pipes: Any) -> Worker:
        asked.append(told)
        pipes["stdout"].write(b"".join(nightly.codec.encode(one).encode() + b"\n" for one in line))
        return Worker()

    monkeypatch.setattr(nightly.subprocess, "Popen", spoken)
    night = Convoys(sqlite_store, Site(store_url="sqlite:///x.db"))
    night.tick(now - timedelta(minutes=1))
    assert asked == []
    for minutes in (0, 1, 2, 600):
        night.tick(now + timedelta(minutes=minutes))
    night.stop()
    assert len(asked) == 1
    assert asked[0][2:6] == ["convoys", "--store", "sqlite:///x.db", "--now"]
    with sqlite_store.read() as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM event_convoy").scalar() == 1


class Worker:
    """A process that has ended, and how."""

    def __init__(self, returncode: int = 0) -> None:
        self.returncode = returncode

    def poll(self) -> int:
        return self.returncode


def test_that_a_look_that_failed_is_said_where_sources_are(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly.subprocess, "Popen", lambda *_a, **_k: Worker(1))
    night, now = Convoys(sqlite_store, Site()), MIDNIGHT + timedelta(hours=3)
    night.tick(now)
    night.tick(now)
    (said,) = [s for s in sqlite_store.snapshot("sources", now).records if s.id == "convoy"]
    assert said.quality is Quality.STALE
    assert "退出码 1" in said.error


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (MIDNIGHT + timedelta(hours=2.9), MIDNIGHT - timedelta(hours=21)),
        (MIDNIGHT + timedelta(hours=3), MIDNIGHT + timedelta(hours=3)),
        (MIDNIGHT + timedelta(hours=23), MIDNIGHT + timedelta(hours=3)),
    ],
)
def test_that_the_hour_of_the_night_is_of_shanghai(now: datetime, night: datetime) -> None:
    assert hour_before(now, 3.0) == night


def test_that_the_verb_prints_one_line_a_convoy(
    sqlite_url: str, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["convoys", "--store", sqlite_url, "--now", together(sqlite_store).isoformat(), "--set"]
    assert verbs.main([*asked, "days=3"]) == 0
    assert capsys.readouterr().out.count("浙J11111") == 1
    assert verbs.main([*asked, "days=4"]) == 0
    assert verbs.main([*asked, "days=99"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "convoys.days" in said.err


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"day": 3}, ("convoys.day", "look_back_days")),
        ({"days": 1}, ("convoys.days", "2 至 60")),
        ({"days": 2.5}, ("整数",)),
        ({"chance": True}, ("chance",)),
        ({"days": 9}, ("look_back_days",)),
        ({"within_s": 3600}, ("habit_min",)),
    ],
)
def test_that_a_setting_that_cannot_be_is_refused(table: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError) as refused:
        convoys_from(table)
    assert all(word in str(refused.value) for word in words)
