"""Rules against a year whose truth is known: what counts as found, as true, as false, as too late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.community import NO_TRUTH, figures
from services.collect.rule_files import read_rules
from services.district.truth import Planted, Told, Year
from services.district.truth_families import FAMILIES, rules_of, year_of
from services.district.truth_score import scores
from services.district.truth_trial import Alarm, run, slices
from services.domain.community import CareClass, Elder, Safety
from services.domain.community_told import GatePassage, MeterReading
from services.domain.event import Event
from services.domain.masked import Masked
from services.domain.timebase import SHANGHAI
from tests.widgets.canary import example

START = datetime(2026, 3, 1, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
ROOT = Path(__file__).resolve().parents[2]
RULES = read_rules(ROOT / "resources" / "rules")
ELDERS = [rule for rule in RULES if rule.id in ("R-ELD-02", "R-ELD-10")]


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def case(begins: float, ends: float, key: str = "K", rule: str = "R-1") -> Planted:
    return Planted(rule, key, at(begins), at(ends))


def alarm(*hours: float, key: str = "K", rule: str = "R-1") -> Alarm:
    return Alarm(rule, key, tuple(at(hour) for hour in hours))


# ---------------------------------------------------------------------------------------- counting


def test_that_an_alert_within_a_case_finds_it_and_one_outside_is_false() -> None:
    (score,) = scores(["R-1"], [case(10, 20), case(40, 50)], [alarm(12), alarm(30)])
    assert (score.planted, score.true, score.again, score.false) == (2, 1, 0, 1)
    assert (score.recall, score.precision, score.delay_min(0.5)) == (0.5, 0.5, 120.0)


def test_that_another_matter_or_another_rule_finds_nothing() -> None:
    (score,) = scores(["R-1"], [case(10, 20)], [alarm(12, key="L"), alarm(12, rule="R-2")])
    assert (score.true, score.again, score.false) == (0, 0, 1)


def test_that_an_alert_that_stays_open_finds_each_case_it_speaks_of() -> None:
    (score,) = scores(["R-1"], [case(10, 20), case(22, 30)], [alarm(9, 12, 23)])
    assert (score.true, score.again, score.false) == (2, 0, 0)
    assert score.delays == (HOUR, 2 * HOUR)


def test_that_a_case_that_is_told_twice_makes_a_rule_no_better() -> None:
    (score,) = scores(["R-1"], [case(10, 60)], [alarm(12), alarm(40), alarm(90)])
    assert (score.true, score.again, score.false) == (1, 1, 1)
    assert score.precision == 0.5


def test_that_what_comes_after_the_case_is_too_late() -> None:
    (score,) = scores(["R-1"], [case(10, 20)], [alarm(21)])
    assert (score.recall, score.precision) == (0.0, 0.0)


def test_that_a_rule_that_found_nothing_has_no_precision_and_one_without_cases_no_recall() -> None:
    blind, silent = scores(["R-1", "R-2"], [case(10, 20)], [])
    assert (blind.recall, blind.precision, blind.delay_min(0.95)) == (0.0, None, None)
    assert silent.recall is None


def test_that_cases_of_one_matter_must_not_overlap() -> None:
    with pytest.raises(ValueError, match="two cases of R-1 K overlap"):
        scores(["R-1"], [case(10, 20), case(20, 30)], [])


def test_that_the_delay_is_that_of_the_nth_of_a_hundred() -> None:
    every = [case(100 * n, 100 * n + 50) for n in range(20)]
    (score,) = scores(["R-1"], every, [alarm(100 * n + n) for n in range(20)])
    assert (score.delay_min(0.5), score.delay_min(0.95)) == (9 * 60, 18 * 60)


# ------------------------------------------------------------------------------------------ running


def readings(meter: str, hours: Sequence[float], used: float) -> Iterator[Event]:
    for hour in hours:
        name = f"{meter}-{hour}"
        record = MeterReading(
            reading_id=name,
            meter_id=meter,
            meter_kind="water",
            read_at=at(hour),
            cum_value=0.0,
            unit="m3",
            dwelling_id=f"D-{meter}",
            used=used,
        )
        yield Event("year", name, "meter_reading", record.read_at, record)


def half_hours(first: float, last: float) -> list[float]:
    return [first + n / 2 for n in range(int((last - first) * 2))]


def away(meter: str) -> Elder:
    name = Masked("林某")
    return Elder(meter, name, CareClass.KEY, "", "", Safety.AWAY, (), None, "", "", "", dwelling_id=f"D-{meter}")


def quiet_elder(told: Sequence[Told] = ()) -> Year:
    """Uses water, lies still from hour 30 to 60, uses water again; eleven neighbours use water all the time."""
    events = [*readings("W1", half_hours(0, 30), 0.01), *readings("W1", half_hours(30, 60), 0.0)]
    events += [*readings("W1", half_hours(60, 72), 0.01)]
    for n in range(11):
        events += readings(f"N{n}", half_hours(0, 72), 0.01)
    return Year(events, [Planted("R-ELD-02", "W1", at(30), at(60))], told)


def test_that_the_real_rule_finds_an_elder_who_lies_still_and_says_how_late() -> None:
    year = quiet_elder()
    (score, _) = scores([rule.id for rule in ELDERS], year.planted, run(ELDERS, year, START, 3))
    assert (score.recall, score.precision) == (1.0, 1.0)
    assert score.delay_min(0.5) == 24 * 60


def test_that_an_away_notice_keeps_the_real_rule_quiet_from_its_moment_on() -> None:
    told = (Told("elders", at(0), ()), Told("elders", at(40), (away("W1"),)))
    assert not run(ELDERS, quiet_elder(told), START, 3)


def test_that_silence_is_told_by_the_clock_and_once() -> None:
    year = Year([*readings("W1", half_hours(0, 5), 0.01), *readings("N1", half_hours(0, 72), 0.01)], ())
    alarms = run(ELDERS, year, START, 3)
    assert [(one.rule_id, one.key, one.said) for one in alarms] == [("R-ELD-10", "W1", (at(29),))]


def test_that_an_alert_ends_when_nothing_was_said_for_half_a_day_and_the_next_is_another() -> None:
    events = [*readings("W1", [0], 0.01), *readings("W1", half_hours(1, 30), 0.0), *readings("W1", [31], 0.01)]
    events += [*readings("W1", half_hours(60, 90), 0.0)]
    found = [one for one in run(ELDERS, Year(events, ()), START, 5) if one.rule_id == "R-ELD-02"]
    assert [one.said[0] for one in found] == [at(25), at(84)]


def passages(who: str, days: Sequence[int]) -> Iterator[Event]:
    for day in days:
        name = f"{who}-{day}"
        nobody = {"registered": 0, "resident": 0, "visitor": 0, "category": "unknown"}
        record = replace(example(GatePassage), person_id=who, passed_at=at(24 * day + 9), **nobody)
        yield Event("year", name, "gate_passage", record.passed_at, record)


def test_that_a_rule_keeps_quiet_in_a_year_as_long_as_it_says() -> None:
    rule = next(rule for rule in RULES if rule.id == "R-POP-01")
    stays = (*range(12), *range(40, 55), *range(110, 125))
    found = run([rule], Year([*passages("P1", stays)], ()), START, 130)
    assert [one.said[0] for one in found] == [at(24 * 9 + 9), at(24 * 119 + 9)]


def test_that_a_year_is_cut_at_every_look_and_every_change_of_a_topic() -> None:
    told = Told("elders", at(1.5), ())
    year = Year([*readings("W1", [0.5, 1.5, 1.75], 0.0)], (), (told,), looks=HOUR)
    cut = [(now, list(said), [e.event_id for e in happened]) for now, said, happened in slices(year, START, at(3))]
    assert cut == [
        (at(1), [], ["W1-0.5"]),
        (at(1.5), [told], ["W1-1.5"]),
        (at(2), [], ["W1-1.75"]),
        (at(3), [], []),
    ]


# ---------------------------------------------------------------------------------- every family


def test_that_every_rule_of_the_community_has_a_family() -> None:
    known = [rule.id for family in FAMILIES for rule in rules_of(family, RULES)]
    assert sorted(known) == sorted(rule.id for rule in RULES if rule.scene == "community")


def test_that_a_rule_without_a_truth_is_said_to_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.community.year_of", lambda _family: None)
    said = list(figures(ELDERS, 42, 30))
    assert said[:2] == [{"rule": rule.id, "truth": NO_TRUTH} for rule in ELDERS]


@pytest.mark.timeout(60)  # of a busy machine; three seconds of work
@pytest.mark.parametrize("family", FAMILIES)
def test_that_no_rule_is_blind_to_its_own_truth(family: str) -> None:
    making = year_of(family)
    if making is None:  # the benchmark says so of each of its rules
        return
    year, asked = making(7, START, 30), rules_of(family, RULES)
    found = scores([rule.id for rule in asked], year.planted, run(asked, year, START, 30))
    assert not [score.rule_id for score in found if score.planted and not score.true]
    assert {case.rule_id for case in year.planted} <= {rule.id for rule in asked}
