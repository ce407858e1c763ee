"""The community from its SQL database to an alert: both databases, every fault, nothing lost."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from services.collect.community_summaries import summary
from services.collect.rule_files import rules_from_texts
from services.collect.rules import RuleRunner
from services.collect.site import Site, SiteError
from services.district.part import Fault
from services.domain.community import Safety
from services.domain.community_kpi import TERMS as KPI_TERMS
from services.domain.community_rates import safe_rate
from services.domain.mediation_figures import summary_of
from services.domain.mediation_merge import case_of
from services.domain.mediation_terms import TERMS
from services.sources import community as community_source
from services.sources.base import Source
from services.sources.community_cameras import ask_cameras, camera_events_after
from services.sources.community_cases import ask_cases
from services.sources.community_elders import ask_elders
from services.sources.community_estates import ask_estates
from services.sources.community_fire import ask_fire
from services.sources.community_gates import gates_after, reads_before
from services.sources.community_meters import gas_after, questions_after
from services.sources.community_registers import ask_people
from services.sources.community_upstream import CommunityError, Upstream
from services.sources.community_usage import ask_usage
from services.store.store import Store
from tests.unit.community_demo import START, community, source_of, standing

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
NOW = standing(START).now()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'community.db'}"


def states(url: str, key: str) -> dict[str, Any]:
    source = source_of(url, key)
    return dict(source.normalise(source.fetch(""), NOW).states)


def every_source(url: str) -> Iterator[Source]:
    yield from community_source.community_sources(Upstream(url), standing(START))


def collected(store: Store, source: Source) -> int:
    """Poll until nothing new comes; how many events were stored."""
    total = 0
    while stored := store.take(
        source.normalise(source.fetch(store.cursor(source.key)), NOW + timedelta(hours=2)), source.key, NOW
    ).stored:
        total += stored
    return total


# ----------------------------------------------------------------------------------- registers in our words


def test_that_the_full_community_has_its_published_shape(url: str) -> None:
    with community(url, residents=10_000):
        people = states(url, "community_people")
        estates = states(url, "community_estates")
        elders = states(url, "community_elders")["elder_register"]
        fire = states(url, "community_fire")["fire"]
        cases = states(url, "community_cases")
    population, rentals = people["population"][0], people["rentals"][0]
    assert (population.resident, population.floating, population.total) == (7412, 2874, 10_286)
    assert (rentals.rentals, rentals.hotel_style, rentals.registered, rentals.unregistered) == (1126, 1061, 2748, 126)
    assert sum(e.people for e in estates["estates"]) == 10_286
    assert sum(len(f) for b in estates["buildings"] if b.id == "XQ0103" for u in b.units for f in u.floors) == 204
    counts = Counter(e.safety for e in elders)
    assert counts == {Safety.CONFIRMED: 61, Safety.AWAY: 3, Safety.PENDING: 2, Safety.UNKNOWN: 2}
    assert safe_rate(elders).text() == "93.8"
    assert [(f.installed, f.online) for f in fire if f.id == "smoke"] == [(1284, 1260)]
    disputes = summary_of([case_of(row, TERMS, NOW, "社区") for row in cases["filed_disputes"]], NOW)
    assert (disputes.resolved, disputes.due, disputes.open, disputes.over_7d) == (104, 104, 9, 1)
    assert cases["party"][0].members == 412


def test_that_those_who_need_somebody_stand_first(url: str) -> None:
    with community(url):
        elders = states(url, "community_elders")["elder_register"]
    order = [Safety.PENDING, Safety.UNKNOWN, Safety.AWAY, Safety.CONFIRMED]
    assert [order.index(e.safety) for e in elders] == sorted(order.index(e.safety) for e in elders)
    unknown = next(e for e in elders if e.safety is Safety.UNKNOWN)
    assert unknown.water_24h[-1] is None
    assert "失联" in unknown.note


def test_that_a_curve_stops_at_now_and_its_band_covers_the_day(url: str) -> None:
    with community(url):
        water = states(url, "community_usage")["water"][0]
    known = [p is not None for p in water.points]
    assert known == [True] * 29 + [False] * 19  # 14:30 is the 29th half hour
    assert len(water.band) == 48
    assert all(band is not None and band[0] <= band[1] for band in water.band)


def test_that_a_phone_call_confirms_an_elder_within_five_minutes(url: str) -> None:
    with community(url) as (life, _):
        before = Counter(e.safety for e in states(url, "community_elders")["elder_register"])
        life.go_on(START + timedelta(minutes=5))
        source = source_of(url, "community_elders", START + timedelta(minutes=5))
        later = source.normalise(source.fetch(""), NOW + timedelta(minutes=5)).states["elder_register"]
    assert Counter(e.safety for e in later)[Safety.PENDING] == before[Safety.PENDING] - 1
    assert any(e.proof == "电话" for e in later)


def test_that_midnight_begins_a_new_day_for_every_count(url: str) -> None:
    later = START.replace(hour=0, minute=5) + timedelta(days=1)
    with community(url) as (life, _):
        life.go_on(later)
        now = standing(later).now()

        def at(key: str) -> dict[str, Any]:
            source = source_of(url, key, later)
            return dict(source.normalise(source.fetch(""), now).states)

        elders = at("community_elders")["elder_register"]
        water = at("community_usage")["water"][0]
        buildings = at("community_estates")["buildings"]
    assert not any(e.safety is Safety.CONFIRMED for e in elders)
    assert all(p is None for p in water.points)
    assert sum(b.passages_today for b in buildings) < 20


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
def test_that_every_question_is_said_in_both_dialects(dialect: Any) -> None:
    asked = [ask(NOW) for ask in (ask_estates, ask_people, ask_cases, ask_elders, ask_fire, ask_usage, ask_cameras)]
    for question in [*(q for questions in asked for q in questions.values()), *_event_questions()]:
        assert "SELECT" in str(question.compile(dialect=dialect))


def _event_questions() -> list[Any]:
    return [gates_after(0), reads_before(7), *questions_after(0).values(), gas_after(0), camera_events_after(0)]


# ------------------------------------------------------------------------------------------ events and T1


def test_that_lin_raises_one_suspicion_live_and_nobody_else_does(url: str, sqlite_store: Store) -> None:
    _check_story(url, sqlite_store)


def test_that_the_story_is_told_on_postgresql_too(postgres: Any) -> None:
    url, store_url = postgres.new_database(), postgres.new_database()
    try:
        with Store.open(store_url) as store:
            _check_story(url, store)
        for source in every_source(url):
            source.normalise(source.fetch(""), NOW)
    finally:
        postgres.drop_database(url)
        postgres.drop_database(store_url)


def _check_story(url: str, store: Store) -> None:
    file = "R-POP-01.toml"
    store.use_rules(RuleRunner(rules_from_texts({file: (RULES / file).read_text(encoding="utf-8")})))
    with community(url, residents=1000) as (life, _):
        gates = source_of(url, "community_gates")
        assert collected(store, gates) > 100
        assert store.snapshot("alerts", NOW).records == ()
        life.go_on(START + timedelta(minutes=5))
        collected(store, gates)
        alerts = store.snapshot("alerts", NOW).records
        assert [a.rule_id for a in alerts] == ["R-POP-01"]
        assert "林*" in alerts[0].subject
        assert "城市花园" in alerts[0].place
        assert collected(store, gates) == 0


def test_that_duplicates_are_stored_once(url: str, sqlite_store: Store) -> None:
    with community(url) as (life, _):
        gates = source_of(url, "community_gates")
        collected(sqlite_store, gates)
        life.go_on(START + timedelta(minutes=20), Fault.DUPLICATES)
        answer = gates.fetch(sqlite_store.cursor(gates.key))
        taken = sqlite_store.take(gates.normalise(answer, NOW + timedelta(hours=1)), gates.key, NOW)
    assert taken.duplicates == taken.stored > 0


def test_that_late_events_arrive_whole(url: str, sqlite_store: Store) -> None:
    with community(url) as (life, _):
        gates = source_of(url, "community_gates")
        collected(sqlite_store, gates)
        late = life.go_on(START + timedelta(minutes=20), Fault.LATE)
        assert late > 0
        life.go_on(START + timedelta(minutes=21))
        collected(sqlite_store, gates)
        with sqlite3.connect(url.removeprefix("sqlite:///")) as raw:
            there = raw.execute("SELECT count(*) FROM menjin").fetchone()[0]
        raw.close()
    with sqlite_store.read() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM event_gate_passage").scalar_one()
    assert kept == there


def test_that_the_figures_are_worked_out_and_the_published_ones_stay(url: str, sqlite_store: Store) -> None:
    with community(url):
        for source in every_source(url):
            sqlite_store.take(source.normalise(source.fetch(""), NOW), source.key, NOW)
    sqlite_store.put_topic("elders", sqlite_store.snapshot("elder_register", NOW).records, NOW)
    figures = {f.id: f for f in summary(KPI_TERMS).make(sqlite_store, NOW)["community_figures"]}
    assert (figures["population"].value, figures["resolved"].note) == ("10,000+", "113 / 113 件 · 2021 全年")
    assert figures["precision"].unknown
    assert not figures["safe_confirmed"].unknown
    assert "权重" in figures["safety_index"].formula


def test_that_the_figures_of_an_empty_store_are_unknown_and_not_zero(sqlite_store: Store) -> None:
    figures = summary(KPI_TERMS).make(sqlite_store, NOW)["community_figures"]
    assert {f.id for f in figures if not f.unknown} == {"population", "resolved"}


# ----------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("community_gates", "menjin.txsj"),
        ("community_meters", "chaobiao.ljz"),
        ("community_elders", "laoren.gllb"),
        ("community_fire", "shebei.zhsj"),
        ("community_estates", "xiaoqu.xqmc"),
    ],
)
def test_that_a_changed_column_is_named(url: str, key: str, named: str) -> None:
    with community(url) as (_, database):
        database.suffer(Fault.GARBAGE)
        with pytest.raises(CommunityError, match=f"列 {named}"):
            source_of(url, key).fetch("")
        database.suffer(Fault.NONE)
        source_of(url, key).fetch("")


def test_that_a_missing_table_is_named(url: str) -> None:
    with community(url) as (_, database):
        database.suffer(Fault.ERROR)
        with pytest.raises(CommunityError, match="表 menjin 不存在"):
            source_of(url, "community_gates").fetch("")
        database.suffer(Fault.NONE)
        assert source_of(url, "community_gates").fetch("").rows["rows"]


def test_that_a_hanging_database_is_given_up_in_time(url: str) -> None:
    with community(url) as (_, database):
        database.suffer(Fault.HANG)
        with pytest.raises(CommunityError, match="查询超时"):
            source_of(url, "community_fire", timeout_s=0.2).fetch("")
        database.suffer(Fault.NONE)
        assert source_of(url, "community_fire").fetch("").rows["shebei"]


def test_that_a_hanging_postgresql_is_given_up_in_time(postgres: Any) -> None:
    url = postgres.new_database()
    try:
        with community(url) as (_, database):
            database.suffer(Fault.HANG)
            with pytest.raises(CommunityError, match="查询超时"):
                source_of(url, "community_fire", timeout_s=1.0).fetch("")
            database.suffer(Fault.GARBAGE)
            with pytest.raises(CommunityError, match=r"列 shebei\.zhsj"):
                source_of(url, "community_fire").fetch("")
            database.suffer(Fault.NONE)
    finally:
        postgres.drop_database(url)


def test_that_a_database_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.db"
    with pytest.raises(CommunityError, match="打不开"):
        source_of(f"sqlite:///{path}", "community_gates").fetch("")
    assert not path.exists()


def test_that_we_cannot_write_into_their_database(url: str) -> None:
    with community(url):
        engine = Upstream(url)._engine  # pyright: ignore[reportPrivateUsage]
        with engine.connect() as connection, pytest.raises(Exception, match="readonly"):
            connection.exec_driver_sql("DELETE FROM menjin")


def test_that_a_site_without_a_community_has_no_sources() -> None:
    assert community_source.sources(Site()) == ()
    with pytest.raises(SiteError, match="缺少 url"):
        community_source.sources(Site(sources={"community": {}}))
    with pytest.raises(CommunityError, match="不支持 mysql"):
        community_source.sources(Site(sources={"community": {"url": "mysql://x/y"}}))
