"""Echoes, ship types, and how the fleet is merged."""

from __future__ import annotations

import math

import pytest

from services.domain.ais_filters import EchoFilter, kind_of_ship_type
from services.domain.fleet import ColourCode, VesselKind
from services.domain.position import PositionReport, PositionSource
from services.receivers.fleet_table import FleetTable


def test_that_the_same_payload_within_thirty_seconds_is_an_echo():
    echo = EchoFilter()
    assert echo.is_new(b"x", 0.0)
    assert not echo.is_new(b"x", 29.0)
    assert echo.is_new(b"x", 61.0)
    assert echo.duplicates == 1


def test_that_echoes_are_forgotten():
    echo = EchoFilter()
    for n in range(5000):
        echo.is_new(str(n).encode(), float(n))
    assert len(echo._heard) < 200


@pytest.mark.parametrize(("ship_type", "kind"), [(30, "fishing"), (55, "official"), (70, "other"), (0, "other")])
def test_that_a_ship_type_has_a_kind(ship_type, kind):
    assert kind_of_ship_type(ship_type) == kind


# -- the table ---------------------------------------------------------------------------------


def report(mmsi: int, lon: float, at_s: float, source: PositionSource = PositionSource.AIS) -> PositionReport:
    return PositionReport(source, mmsi, at_s, at_s, lon, 28.0, 5.0, 10.0, math.nan)


def test_that_the_newest_fix_wins_whoever_told_it():
    table = FleetTable()
    table.put(report(1, 121.0, 100.0))
    table.put_all([report(1, 122.0, 90.0, PositionSource.BEIDOU), report(2, 121.5, 90.0, PositionSource.BEIDOU)])
    fleet = table.take()
    assert fleet.find(1).lon == 121.0
    table.put(report(1, 122.0, 110.0, PositionSource.BEIDOU))
    assert table.take().find(1).lon == 122.0
    heard = table.heard()
    assert len(heard.fleet) == len(table) == 2
    assert heard.source.tolist() == [PositionSource.BEIDOU, PositionSource.BEIDOU]
    assert heard.heard_ms.tolist() == [[100_000, 110_000, 0], [0, 90_000, 0]]


def test_that_nothing_is_published_when_nothing_moved():
    table = FleetTable()
    table.put(report(1, 121.0, 1.0))
    assert table.take() is not None
    assert table.take() is None


def test_that_a_register_knows_better_than_a_vessel_what_it_is():
    table = FleetTable()
    table.put(report(1, 121.0, 1.0))
    table.call(1, VesselKind.OTHER)
    table.know({1: VesselKind.FISHING}, {1: ColourCode.RED})
    table.call(1, VesselKind.OFFICIAL)
    table.know({2: VesselKind.COLLECTION}, {})
    table.put(report(2, 121.0, 1.0))
    table.call(3, VesselKind.OFFICIAL)  # said before its first position
    table.put(report(3, 121.0, 1.0))
    fleet = table.take()
    assert (fleet.find(1).kind, fleet.find(1).code) == (VesselKind.FISHING, ColourCode.RED)
    assert fleet.find(2).kind is VesselKind.COLLECTION
    assert fleet.find(3).kind is VesselKind.OFFICIAL


def test_that_the_two_parts_of_a_static_report_are_merged():
    table = FleetTable()
    table.name(1, "YUQING 01", "", 0)
    table.name(1, "", "BY1", 33)
    static = table.static(1)
    assert (static.name, static.callsign, static.ship_type) == ("YUQING 01", "BY1", 33)


def test_that_the_table_grows():
    table = FleetTable()
    table.put_all(report(mmsi, 121.0, 1.0) for mmsi in range(5000))
    assert len(table.take()) == 5000
