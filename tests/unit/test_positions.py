"""Which positions are believed, whoever tells them, and which fixes of a track are worth keeping."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.land import Land
from services.domain.position import PositionReport, PositionSource
from services.domain.position_gate import PositionGate
from services.domain.thinning import TrackThinning
from services.domain.track import TrackAsked
from services.receivers.fleet_table import FleetTable
from services.receivers.land import open_land
from services.receivers.positions import PolledFixes, Positions
from services.receivers.track_keeper import TrackKeeper

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
AIS, BEIDOU = PositionSource.AIS, PositionSource.BEIDOU
NM = 1 / 60


def report(lon: float, lat: float, at_s: float, mmsi: int = 412000001, *, timed: bool = True) -> PositionReport:
    return PositionReport(AIS, mmsi, at_s, at_s, lon, lat, 5.0, 90.0, math.nan, timed)


def admitted(*reports: PositionReport, gate: PositionGate | None = None) -> tuple[list[str], dict[str, int]]:
    gate, counts = gate or PositionGate(), Counter()
    return [verdict(gate, one, counts) for one in reports], dict(counts)


def verdict(gate: PositionGate, one: PositionReport, counts: Counter[str] | None = None) -> str:
    believed, late = gate.sift([one], Counter() if counts is None else counts)
    return "BELIEVED" if believed else "LATE" if late else "DROPPED"


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (181.0, 91.0, "no_position"),
        (181.0, 28.0, "no_position"),
        (121.0, 91.0, "no_position"),
        (0.0, 0.0, "no_position"),
        (-200.0, 28.0, "out_of_range"),
        (math.nan, 28.0, "out_of_range"),
    ],
)
def test_that_default_and_impossible_positions_are_dropped_and_counted(lon, lat, reason):
    assert admitted(report(lon, lat, 0.0)) == (["DROPPED"], {reason: 1})


def test_that_a_boat_that_jumps_100_km_is_believed_when_three_reports_agree():
    jumps = [report(121.0, 28.0, 0), *(report(122.0 + i / 1000, 28.0, 10.0 * i) for i in range(1, 5))]
    verdicts, counts = admitted(*jumps)
    assert verdicts == ["BELIEVED", "DROPPED", "DROPPED", "BELIEVED", "BELIEVED"]
    assert counts == {"speed_jump": 2}


def test_that_a_single_wrong_position_does_not_disturb_the_track():
    verdicts, _ = admitted(report(121.0, 28.0, 0), report(-108.4, 28.0, 10), report(121.001, 28.0, 20))
    assert verdicts == ["BELIEVED", "DROPPED", "BELIEVED"]


def test_that_a_boat_may_come_back_from_a_place_it_never_was_at():
    there = [report(122.0, 28.0, 10.0 * i) for i in range(1, 4)]
    back = [report(121.0, 28.0, 10.0 * i) for i in range(4, 8)]
    verdicts, counts = admitted(report(121.0, 28.0, 0), *there, *back)
    assert verdicts[-1] == "BELIEVED"
    assert "twin" not in counts


def test_that_two_boats_with_one_mmsi_are_told_with_both_places_and_the_marker_stays():
    gate, counts = PositionGate(), Counter()
    verdicts = [verdict(gate, report(121.0 + (i % 2) + i / 10_000, 28.0, 15.0 * i), counts) for i in range(40)]
    assert set(verdicts[::2]) == {"BELIEVED"}
    assert set(verdicts[1::2]) == {"DROPPED"}
    assert counts["twin"] > 15
    ((mmsi, known),) = gate.doubted().items()
    assert mmsi == 412000001
    assert (round(known.here.lon), round(known.other.lon)) == (121, 122)


def test_that_twins_who_speak_in_threes_are_found_too():
    gate, counts = PositionGate(), Counter()
    for i in range(60):
        verdict(gate, report(121.0 + (i // 3) % 2, 28.0, 15.0 * i), counts)
    places = [verdict(gate, report(121.0 + (i // 3) % 2, 28.0, 15.0 * i), counts) for i in range(60, 120)]
    assert gate.doubted()
    assert {"BELIEVED", "DROPPED"} == set(places)
    assert len({round(r.lon) for r in [gate.doubted()[412000001].here]}) == 1


def test_that_a_twin_ends_when_the_second_boat_falls_silent_and_the_other_takes_over_when_the_first_does():
    gate, counts = PositionGate(), Counter()
    for i in range(20):
        verdict(gate, report(121.0 + i % 2, 28.0, 15.0 * i), counts)
    assert gate.doubted()
    assert verdict(gate, report(121.0, 28.0, 4000.0), counts) == "BELIEVED"
    assert not gate.doubted()
    other = PositionGate()
    for i in range(20):
        verdict(other, report(121.0 + i % 2, 28.0, 15.0 * i), counts)
    verdicts = [verdict(other, report(122.0, 28.0, 300.0 + 60 * i), counts) for i in range(40)]
    assert verdicts[-1] == "BELIEVED"
    assert not other.doubted()


def test_that_an_older_report_is_for_the_track_only_and_an_impossible_old_one_for_nothing():
    verdicts, counts = admitted(report(121.0, 28.0, 100), report(121.0, 28.001, 90), report(125.0, 28.0, 95))
    assert verdicts == ["BELIEVED", "LATE", "DROPPED"]
    assert counts == {"older": 1, "speed_jump": 1}


def test_that_the_same_report_again_is_a_duplicate_and_one_from_the_future_is_refused():
    early = PositionReport(AIS, 1, 1000.0, 100.0, 121.0, 28.0, 5.0, 90.0, math.nan)
    verdicts, counts = admitted(report(121.0, 28.0, 0), report(121.0, 28.0, 0), early)
    assert verdicts == ["BELIEVED", "DROPPED", "DROPPED"]
    assert counts == {"duplicate": 1, "future_time": 1}


def test_that_without_a_time_nothing_is_said_of_speed():
    verdicts, _ = admitted(report(121.0, 28.0, 0, timed=False), report(125.0, 30.0, 0, timed=False))
    assert verdicts == ["BELIEVED", "BELIEVED"]


@given(st.floats(2, 30), st.floats(5, 180), st.integers(2, 20))
@settings(max_examples=50)
def test_that_no_honest_vessel_is_ever_dropped(knots, every_s, count):
    step = knots * every_s / 3600 / 60
    verdicts, _ = admitted(*(report(121.0, 28.0 + i * step, i * every_s) for i in range(count)))
    assert set(verdicts) == {"BELIEVED"}


@given(st.lists(st.tuples(st.floats(), st.floats(), st.floats(0, 1e4)), max_size=40))
@settings(max_examples=50)
def test_that_no_position_raises_and_none_off_the_earth_is_believed(rows):
    gate, counts = PositionGate(), Counter()
    for lon, lat, at_s in rows:
        if verdict(gate, report(lon, lat, at_s), counts) == "BELIEVED":
            assert abs(lon) <= 180
            assert abs(lat) <= 90


def test_that_the_date_line_is_no_leap_and_an_aircraft_may_be_fast():
    assert admitted(report(179.999, 0.1, 0), report(-179.999, 0.1, 60))[0] == ["BELIEVED"] * 2
    fast = (report(121.0, 28.0, 0, mmsi=111232001), report(121.0, 28.04, 60, mmsi=111232001))
    assert admitted(*fast)[0] == ["BELIEVED"] * 2


def test_that_a_position_on_land_is_flagged_and_counted_and_a_berth_is_not():
    gate, counts = PositionGate(is_land=open_land().holds), Counter()
    assert verdict(gate, report(121.43, 28.66, 0), counts) == "BELIEVED"
    assert counts == {"on_land": 1}
    assert gate.doubted()[412000001].is_on_land
    assert verdict(gate, report(121.4560, 28.6815, 600), counts) == "BELIEVED"
    assert not gate.doubted()


def test_that_the_edge_of_the_land_is_called_water():
    square = np.array([[121.0, 28.0], [121.02, 28.0], [121.02, 28.02], [121.0, 28.02]])
    land = Land([square, square - 0.1, square + 0.1], margin_cells=3)
    assert land.holds(121.01, 28.01)
    assert not land.holds(121.002, 28.01)
    assert not land.holds(120.8, 28.01)
    assert not land.holds(121.01, 29.0)


# -- polled fixes and tracks ---------------------------------------------------------------------


def fleet(*rows: tuple[int, float, float, float]) -> Fleet:
    made = np.zeros(len(rows), FLEET_DTYPE)
    for i, (mmsi, lon, lat, at_s) in enumerate(rows):
        made[i] = (mmsi, lon, lat, 6.0, 90.0, int(at_s * 1000), 0, 0)
    return Fleet(made)


def test_that_what_a_polled_service_told_before_is_no_report():
    polled = PolledFixes(BEIDOU)
    assert len(polled.news(fleet((1, 121.0, 28.0, 10), (2, 121.0, 28.0, 10)), 20)) == 2
    assert polled.news(fleet((1, 121.0, 28.0, 10), (2, 121.0, 28.0, 10)), 30) == []
    news = polled.news(fleet((3, 121.0, 28.0, 35), (2, 121.1, 28.0, 40), (1, 121.0, 28.0, 10)), 40)
    assert [(r.mmsi, r.source, r.at_s) for r in news] == [(3, BEIDOU, 35), (2, BEIDOU, 40)]


def steaming(minutes: float) -> Fleet:
    """Six knots east, then after 25 minutes north."""
    east, north = min(minutes, 25.0) / 10, max(0.0, minutes - 25.0) / 10
    one = fleet((7, 121.0 + east * NM / math.cos(math.radians(28.0)), 28.0 + north * NM, minutes * 60 + 1))
    rows = one.rows.copy()
    rows["cog_deg"] = 90.0 if minutes < 25 else 0.0
    return Fleet(rows)


def test_that_a_straight_way_costs_a_fix_in_ten_minutes_and_a_turn_costs_one_more():
    thinning, source = TrackThinning(), np.array([1], np.uint8)
    kept = [m / 6 for m in range(360) for _ in thinning.due(steaming(m / 6), source)]
    assert 6 <= len(kept) <= 10
    assert any(25 < m < 26.5 for m in kept)


def test_that_a_boat_at_rest_costs_a_fix_an_hour():
    thinning, source = TrackThinning(), np.array([1], np.uint8)
    kept = [thinning.due(fleet((7, 121.0, 28.0, 60.0 * m)), source) for m in range(1, 240)]
    assert sum(map(len, kept)) == 4


def test_that_a_late_fix_where_the_boat_was_foretold_is_no_news():
    thinning, source = TrackThinning(), np.array([1], np.uint8)
    kept = thinning.due(steaming(20), source)
    late = np.concatenate([kept, kept, kept])
    late["at_ms"] += np.array([-60_000, -60_000, -1_200_000])
    late["lon"] += np.array([-0.1 * NM / math.cos(math.radians(28.0)), 0.1, 0.0])
    assert thinning.late(late)["at_ms"].tolist() == late["at_ms"][1:].tolist()
    assert len(TrackThinning().late(late)) == 3


def test_that_what_is_heard_ends_in_the_track_late_reports_too(sqlite_store):
    tracks = TrackKeeper(sqlite_store)
    positions, counts = Positions(FleetTable(), PositionGate(), tracks.late), Counter()
    base = NOW.timestamp()
    for minute in (0, 20, 40):
        positions.take([report(121.0 + minute / 600, 28.0, base + minute * 60)], counts)
        tracks.look(positions.table.heard(), NOW + timedelta(minutes=minute))
    positions.take([report(121.0 + 30 / 600, 28.0, base + 30 * 60)], counts)
    positions.take([report(121.0 + 39 / 600, 28.0, base + 39 * 60 + 50)], Counter())
    tracks.look(positions.table.heard(), NOW + timedelta(minutes=42))
    asked = TrackAsked(412000001, NOW, NOW + timedelta(hours=1)).question()
    track = sqlite_store.answer(asked).case
    assert [(ms / 1000 - base) / 60 for ms in track.at_ms.tolist()] == [0, 20, 30, 40]
    assert counts == {"older": 1}
