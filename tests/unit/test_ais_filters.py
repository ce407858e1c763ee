"""Which positions are believed, and how the fleet is merged."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.ais_filters import EchoFilter, FixFilter, kind_of_ship_type
from services.domain.fleet import FLEET_DTYPE, ColourCode, Fleet, VesselKind
from services.receivers.fleet_table import FleetTable


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (181.0, 91.0, "no_position"),
        (181.0, 28.0, "no_position"),
        (121.0, 91.0, "no_position"),
        (-200.0, 28.0, "out_of_range"),
    ],
)
def test_that_default_and_impossible_positions_are_dropped_and_counted(lon, lat, reason):
    fixes = FixFilter()
    assert not fixes.is_credible(412000001, lon, lat, 0.0)
    assert fixes.dropped == {reason: 1}


def test_that_a_leap_is_dropped_and_three_that_agree_are_believed():
    fixes = FixFilter()
    assert fixes.is_credible(1, 121.0, 28.0, 0.0)
    assert not fixes.is_credible(1, 122.0, 28.0, 10.0)
    assert not fixes.is_credible(1, 122.001, 28.0, 20.0)
    assert fixes.is_credible(1, 122.002, 28.0, 30.0)
    assert fixes.is_credible(1, 122.003, 28.0, 40.0)
    assert fixes.dropped == {"speed_jump": 2}


def test_that_a_single_wrong_position_does_not_disturb_the_track():
    fixes = FixFilter()
    assert fixes.is_credible(1, 121.0, 28.0, 0.0)
    assert not fixes.is_credible(1, -108.4, 28.0, 10.0)
    assert fixes.is_credible(1, 121.001, 28.0, 20.0)


def test_that_an_older_report_does_not_replace_a_newer():
    fixes = FixFilter()
    assert fixes.is_credible(1, 121.0, 28.0, 100.0)
    assert not fixes.is_credible(1, 121.0, 28.0, 90.0)
    assert fixes.dropped == {"older": 1}


def test_that_without_a_time_nothing_is_said_of_speed():
    fixes = FixFilter()
    assert fixes.is_credible(1, 121.0, 28.0, 0.0, timed=False)
    assert fixes.is_credible(1, 125.0, 30.0, 0.0, timed=False)


@given(st.floats(2, 30), st.floats(5, 180), st.integers(2, 20))
def test_that_no_honest_vessel_is_ever_dropped(knots, every_s, count):
    fixes = FixFilter()
    step = knots * every_s / 3600 / 60
    assert all(fixes.is_credible(1, 121.0, 28.0 + i * step, i * every_s) for i in range(count))


def test_that_the_date_line_is_no_leap():
    fixes = FixFilter()
    assert fixes.is_credible(1, 179.999, 0.0, 0.0)
    assert fixes.is_credible(1, -179.999, 0.0, 60.0)


def test_that_the_same_payload_within_thirty_seconds_is_an_echo():
    echo = EchoFilter()
    assert echo.is_new("x", 0.0)
    assert not echo.is_new("x", 29.0)
    assert echo.is_new("x", 61.0)
    assert echo.duplicates == 1


def test_that_echoes_are_forgotten():
    echo = EchoFilter()
    for n in range(5000):
        echo.is_new(str(n), float(n))
    assert len(echo._heard) < 200


@pytest.mark.parametrize(("ship_type", "kind"), [(30, "fishing"), (55, "official"), (70, "other"), (0, "other")])
def test_that_a_ship_type_has_a_kind(ship_type, kind):
    assert kind_of_ship_type(ship_type) == kind


# -- the table ---------------------------------------------------------------------------------


def beidou(*rows: tuple[int, float, float, int]) -> Fleet:
    array = np.zeros(len(rows), FLEET_DTYPE)
    for i, (mmsi, lon, lat, at_ms) in enumerate(rows):
        array[i] = (mmsi, lon, lat, 3.0, 90.0, at_ms, 0, 0)
    return Fleet(array)


def test_that_the_newest_fix_wins_whoever_told_it():
    table = FleetTable()
    table.put(1, 121.0, 28.0, 5.0, 10.0, 100.0)
    table.merge(beidou((1, 122.0, 29.0, 90_000), (2, 121.5, 28.5, 90_000)))
    fleet = table.take()
    assert fleet is not None
    assert fleet.find(1).lon == 121.0
    table.merge(beidou((1, 122.0, 29.0, 110_000)))
    fleet = table.take()
    assert fleet.find(1).lon == 122.0
    assert len(fleet) == 2


def test_that_nothing_is_published_when_nothing_moved():
    table = FleetTable()
    table.put(1, 121.0, 28.0, math.nan, math.nan, 1.0)
    assert table.take() is not None
    assert table.take() is None


def test_that_a_register_knows_better_than_a_vessel_what_it_is():
    table = FleetTable()
    table.put(1, 121.0, 28.0, 0.0, 0.0, 1.0)
    table.call(1, VesselKind.OTHER)
    table.know({1: VesselKind.FISHING}, {1: ColourCode.RED})
    table.call(1, VesselKind.OFFICIAL)
    table.know({2: VesselKind.COLLECTION}, {})
    table.put(2, 121.0, 28.0, 0.0, 0.0, 1.0)
    fleet = table.take()
    assert (fleet.find(1).kind, fleet.find(1).code) == (VesselKind.FISHING, ColourCode.RED)
    assert fleet.find(2).kind is VesselKind.COLLECTION


def test_that_the_two_parts_of_a_static_report_are_merged():
    table = FleetTable()
    table.name(1, "YUQING 01", "", 0)
    table.name(1, "", "BY1", 33)
    static = table.static(1)
    assert (static.name, static.callsign, static.ship_type) == ("YUQING 01", "BY1", 33)


def test_that_the_table_grows():
    table = FleetTable()
    for mmsi in range(5000):
        table.put(mmsi, 121.0, 28.0, 0.0, 0.0, 1.0)
    assert len(table.take()) == 5000
