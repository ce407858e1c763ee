"""The figures of the boats scene: published ones exact, today's ones with their fraction."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.collect import boat_summaries
from services.collect.hand_ins import HandIns
from services.district.part import DistrictSettings
from services.district.sea import Sea
from services.domain.boats import LIMITS
from services.domain.figures import Figure, Provenance
from services.domain.timebase import Timebase
from services.sources import boats_read
from services.store.store import Store

START = datetime(2026, 11, 21, 6, 27, tzinfo=UTC)
RECORDED = Path(__file__).parents[1] / "recorded" / "boats"


def figures(store: Store, now: datetime) -> dict[str, Figure]:
    return {f.id: f for f in boat_summaries.figures(store, now)["boat_figures"]}


@pytest.fixture
def filled(sqlite_store):
    now = START + timedelta(minutes=5)
    sea = Sea(DistrictSettings(boats=100, timebase=Timebase(0.0, START, 0.0)))
    for read, tell in (
        (boats_read.hand_ins, sea.requests),
        (boats_read.vessels, sea.vessels),
        (boats_read.warehouses, sea.warehouses),
        (boats_read.weather, sea.weather),
    ):
        sqlite_store.take(read({"cursor": "", **tell(now)}, now), "boats", now)
    HandIns(sqlite_store, LIMITS).tick(now)
    return sqlite_store


def test_that_the_published_figures_are_exact(sqlite_store):
    found = figures(sqlite_store, START)
    published = {k: (f.value, f.unit, f.note) for k, f in found.items() if f.provenance is Provenance.PUBLISHED}
    assert published == {
        "boats": ("4,400+", "艘", "在册口径"),
        "calls": ("2,096", "艘次", "2021.06 起"),
        "tonnes": ("728.4", "吨", "均 0.348 吨/次"),
        "cost": ("−70", "%", "约数"),
    }
    assert round(728.4 / 2096, 3) == 0.348


def test_that_a_rate_without_samples_is_unknown_and_not_zero(sqlite_store):
    found = figures(sqlite_store, START)
    for key in ("response", "on_time", "closed_loop", "mass_balance", "utilisation"):
        assert found[key].unknown
        assert found[key].value == "—"
    assert found["requests_today"].value == "0"


def test_that_todays_figures_carry_their_fraction_or_target(filled):
    found = figures(filled, START + timedelta(minutes=5))
    assert found["requests_today"].value == "11"
    assert found["requests_today"].note == "办结 2 · 在途 9"
    assert "/" in found["on_time"].note
    assert "目标 ≥ 90" in found["on_time"].note
    assert found["closed_loop"].value == "100"
    assert float(found["mass_balance"].value) < 5
    assert {f.provenance for f in found.values()} == {Provenance.PUBLISHED, Provenance.DEMO}


def test_that_today_begins_at_midnight_in_shanghai(filled):
    assert figures(filled, datetime(2026, 11, 21, 16, 0, 1, tzinfo=UTC))["requests_today"].value == "0"


def test_that_recorded_answers_are_json():
    for path in RECORDED.glob("*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))
