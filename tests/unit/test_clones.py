"""Are cloned plates found alike online and in DuckDB, in two stages, and nobody told before the second?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.checkpoint_days import make
from benchmarks.checkpoints_clones import staged
from benchmarks.checkpoints_convoy import pairs_of
from services.collect.rule_files import rule_from_text
from services.collect.rules import RuleRunner
from services.domain.alert import Alert, AlertLevel
from services.domain.convoy import ConvoySettings
from services.domain.event import Batch, Event
from services.domain.evolve import evolve
from services.domain.finding import raising
from services.domain.kinds import FIGURES
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.rule import Found, Rule
from services.domain.scope import scope_of
from services.history.hits import hits_sql
from services.history.replay import found_in
from services.history.version import read_version
from services.store.store import Store

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
PLACES = {"椒江二桥": 28.60, "疏港大道口": 28.69}


def test_that_online_and_in_duckdb_the_same_sightings_contradict_and_two_contradictions_are_a_clone() -> None:
    version = read_version((RULES / "R-CKP-06.toml").read_text(encoding="utf-8"), "R-CKP-06.toml")
    with duckdb.connect(config={"threads": 1}) as duck:
        truth = make(duck, 12_000, days=3, seed=3, clones=4000)
        in_duckdb = {name for (name,) in duck.execute(f"SELECT 'p' || _seq FROM ({hits_sql(version)})").fetchall()}
        told = list(found_in(duck, version.rule, lambda _list: {}))
        suspects, alerts = staged(duck, version)
    assert {f"p{int(found.event.event_id[1:])}" for found in told} == in_duckdb
    assert len(in_duckdb) > 100
    again = {found.event.record.plate_no for found in told if found.figures["contradictions"] >= 2}
    assert len(again) > 10
    assert again <= alerts & truth.clones
    assert alerts < suspects


def test_that_of_generated_convoys_all_are_found_and_no_commuters_with_them() -> None:
    with duckdb.connect(config={"threads": 1}) as duck:
        truth = make(duck, 60_000, seed=5)
        met = pairs_of(duck, ConvoySettings(chance=1.0, most=10_000))
        told = pairs_of(duck, ConvoySettings(most=10_000))
    assert told == truth.convoys
    assert told < met


# ---------------------------------------------------------------------------------------- in the store


def sight(number: int, minutes: float, place: str, **more: Any) -> Event:
    at = AT + timedelta(minutes=minutes)
    given = {"plate_no": "浙J8T56K", "confidence": 0.97, "plate_flag": "civil", "vehicle_colour": "白", **more}
    where = {"checkpoint_name": place, "lon": 121.4, "lat": PLACES[place]}
    return Event("viid", f"p{number}", "passage", at, Passage(f"p{number}", place, "d", at, **where, **given))


def take(store: Store, sights: Sequence[Event]) -> Alert | None:
    found = store.take(Batch(events=sights), "viid", max(e.occurred_at for e in sights)).alerts
    return found[-1] if found else None


@pytest.fixture(scope="module")
def rule() -> Rule:
    file = RULES / "R-CKP-06.toml"
    return rule_from_text(file.read_text(encoding="utf-8"), file.name, {})


@pytest.fixture
def watching(sqlite_store: Store, rule: Rule) -> Store:
    sqlite_store.use_rules(RuleRunner([rule]))
    return sqlite_store


def police() -> Officer:
    return Officer("p1", "公安联络员", Role.DEPT_LIAISON, department="公安")


def test_that_a_suspicion_is_nobodys_and_becomes_the_polices_with_the_second_contradiction(watching: Store) -> None:
    suspect = take(watching, [sight(1, 0, "椒江二桥"), sight(2, 2, "疏港大道口")])
    assert suspect is not None
    assert (suspect.level, suspect.department, suspect.support) == (AlertLevel.BLUE, "", ())
    assert not scope_of(police()).sees(suspect)
    alert = take(watching, [sight(3, 300, "椒江二桥"), sight(4, 302, "疏港大道口")])
    assert alert is not None
    assert (alert.id, alert.level, alert.title) == (suspect.id, AlertLevel.ORANGE, "疑似套牌")
    assert (alert.department, alert.support) == ("公安", ("公安交警",))
    assert scope_of(police()).sees(alert)


def test_that_an_officers_choice_of_a_department_stays_when_the_suspicion_rises(watching: Store, rule: Rule) -> None:
    suspect = take(watching, [sight(1, 0, "椒江二桥"), sight(2, 2, "疏港大道口")])
    assert suspect is not None
    figures = {"contradictions": 2, "differs": 0, "highest": None, "km": 10.0, "minutes": 2.0}
    worse = Found(sight(3, 4, "椒江二桥"), {**dict.fromkeys(FIGURES), **figures}, ("p3",))
    for department, after in (("", "公安"), ("交通", "交通")):
        alert = replace(suspect, department=department)
        happening = raising(alert, rule.detection(worse), AT, "unused")
        assert happening is not None
        assert evolve(alert, happening).department == after


def test_that_a_misread_plate_between_two_sightings_stays_a_suspicion_over_a_restart(
    watching: Store, rule: Rule
) -> None:
    take(watching, [sight(1, 0, "椒江二桥"), sight(2, 2, "疏港大道口")])
    watching.use_rules(RuleRunner([rule]))
    alert = take(watching, [sight(3, 4, "椒江二桥")])
    assert alert is not None
    assert (alert.level, alert.count, alert.department) == (AlertLevel.BLUE, 2, "")


@pytest.mark.parametrize(
    ("more", "level"),
    [
        (
            {"vehicle_colour": "黑", "vehicle_class": "H31", "vehicle_brand": "解放"},
            AlertLevel.BLUE,
        ),  # one is known in both
        ({"mismatches": 2}, AlertLevel.ORANGE),
        ({"mismatches": 1}, AlertLevel.BLUE),
    ],
)
def test_that_what_the_register_says_is_a_second_fact(watching: Store, more: dict[str, Any], level: AlertLevel) -> None:
    alert = take(watching, [sight(1, 0, "椒江二桥"), sight(2, 2, "疏港大道口", **more)])
    assert alert is not None
    assert alert.level is level


def test_that_a_camera_whose_clock_is_not_trusted_contradicts_nobody(watching: Store) -> None:
    assert take(watching, [sight(1, 0, "椒江二桥"), sight(2, 2, "疏港大道口", clock_trusted=False)]) is None
