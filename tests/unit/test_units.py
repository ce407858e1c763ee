"""Are patrols read strictly, does the demo's drive as it says, and is its travel table that of its traffic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.collect.site import Site
from services.district.history_travel import IDS, SETTINGS, WORDS, driven, travel_past
from services.district.roads_network import PLACES
from services.district.units import BEATS, Patrols, position
from services.domain.calibration import calibration, scored
from services.domain.timebase import starting
from services.domain.travel_table import LegKey, Spot, TravelTable, apart_km, count_legs
from services.domain.units import UnitState
from services.sources.units import sources, units

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)
ONE: dict[str, Any] = {
    "UnitID": "JJ07",
    "CallSign": "交警 07",
    "Department": "公安交警",
    "Longitude": 121.47,
    "Latitude": 28.66,
    "Course": 90,
    "State": "巡逻",
    "PositionTime": "20261121143155",
}


def test_that_a_patrol_is_read_with_its_place_moment_and_state() -> None:
    (unit,) = units({"datum": "WGS-84", "units": [ONE]}, NOW).states["units"]
    assert (unit.call_sign, unit.state, unit.course_deg) == ("交警 07", UnitState.FREE, 90.0)
    assert unit.seen_at == NOW - timedelta(seconds=5)


def test_that_a_state_nobody_knows_is_busy_and_places_without_datum_are_refused() -> None:
    (unit,) = units({"datum": "CGCS2000", "units": [ONE | {"State": "用餐"}]}, NOW).states["units"]
    assert unit.state is UnitState.BUSY
    with pytest.raises(ValueError, match="坐标系"):
        units({"datum": "GCJ-02", "units": [ONE]}, NOW)
    with pytest.raises(KeyError, match="CallSign"):
        units({"datum": "WGS-84", "units": [{k: v for k, v in ONE.items() if k != "CallSign"}]}, NOW)


def test_that_a_site_without_patrols_asks_for_none() -> None:
    assert sources(Site()) == ()


def test_that_the_demos_patrols_drive_on_at_their_own_pace() -> None:
    for beat in BEATS:
        spots = [Spot("", "", *position(beat, 1e9 + s, 42)[:2]) for s in range(0, 3600, 60)]
        steps = [apart_km(one, other) for one, other in pairwise(spots)]
        assert max(steps) <= 38 / 60 + 0.01
        assert len(beat.round) == 1 or min(steps) > 0 or max(steps) > 0.3


def test_that_the_demos_answer_is_one_the_source_takes() -> None:
    told: Any = Patrols(42, starting(NOW)).units({})
    found = units(told, NOW).states["units"]
    assert {unit.id for unit in found} == {beat.id for beat in BEATS}
    assert any(unit.state is UnitState.FREE for unit in found)


def test_that_the_demos_travel_table_foretells_its_traffic() -> None:
    """Made anew by ``python -m services.district.history_travel`` when the traffic's laws change."""
    start = datetime(2026, 11, 21, 6, 27, tzinfo=UTC)
    kept, scores = travel_past(start)
    assert sorted(kept) == [20772, 20777] == sorted(scores), "last Sunday and Friday"
    table = TravelTable({p.id: Spot(p.id, p.name, p.lon, p.lat) for p in PLACES}, SETTINGS)
    for of_day in kept.values():
        table = table.plus(of_day)
    found = driven(table, start, start + timedelta(minutes=4), per_s=8, seed=42)
    ended: dict[LegKey, Any] = {}
    for of_day in count_legs(found, IDS, WORDS, SETTINGS).values():
        ended |= of_day
    told = calibration(scored(table, ended), table, start)
    assert told.legs > 500
    assert told.coverage is not None and 0.5 < told.coverage < 0.7
    assert told.error is not None and told.error < 0.06
