"""The other books about the boats: what is told comes through whole, and what is wrong goes aside with a reason."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from services.collect.boat_standing import BoatStanding
from services.collect.site import Site, SiteError
from services.district.sea_activity import DAYS, Books
from services.district.sea_boats import Boats
from services.district.sea_seen import FILM_TOLD, TANK_TOLD, Seen
from services.district.sea_water import Water
from services.domain.code_terms import TERMS
from services.domain.colour_code import codes
from services.domain.datum import DatumError
from services.domain.fleet import ColourCode
from services.domain.handed_in import handed_in
from services.domain.timebase import local
from services.sources import boat_records, boats_read
from tests.unit.boat_requests import NOW

FILM = {"id": "YM-1", "seen_at": NOW.timestamp(), "lon": 121.8, "lat": 28.5, "by": "drone", "area_m2": None}
CHECK = {"id": "CJ-1", "mmsi": 412_410_007, "at": NOW.timestamp(), "port": "海门港", "level_pct": 4.0}


@pytest.fixture(scope="module")
def boats():
    return Boats(42, 600, NOW, Water())


@pytest.fixture(scope="module")
def books(boats):
    return Books(boats, NOW, 42)


def packed(*rows):
    return base64.b64encode(zlib.compress(bytes(rows))).decode()


def day_table(**more):
    told = {"under_way": packed(80, 0), "heard": packed(230, 240), "calls": packed(1, 0)}
    return {"version": "7", "first_day": "2026-11-19", "days": 2, "mmsi": [412_410_007], **told, **more}


def test_that_a_known_version_is_not_sent_or_stored_again(books):
    version = books.activity("")["version"]
    batch = boat_records.activity(books.activity(version), NOW)
    assert (dict(batch.states), batch.cursor) == ({}, version)


def test_that_a_day_table_comes_through(books):
    (block,) = boat_records.activity(day_table(), NOW).states["boat_activity"]
    found = block.unpacked()
    assert (found.first_day, found.under_way_h.tolist(), found.heard_h.tolist()) == (
        date(2026, 11, 19),
        [[8.0, 0.0]],
        [[23.0, 24.0]],
    )
    (whole,) = boat_records.activity(books.activity(""), NOW).states["boat_activity"]
    assert np.array_equal(whole.unpacked().under_way_h, books.hours)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"days": 0}, "天数不可能"),
        ({"days": 3}, "应为 1 船 × 3 日"),
        ({"mmsi": [7]}, "不是 9 位"),
        ({"heard": packed(241, 0)}, "超过 24 小时"),
        ({"heard": packed(79, 0)}, "航行时间多于"),
        ({"under_way": "?"}, "解不开"),
        ({"first_day": "昨天"}, "昨天"),
    ],
)
def test_that_a_day_table_that_cannot_be_is_refused_whole(wrong, said):
    with pytest.raises(ValueError, match=said):
        boat_records.activity(day_table(**wrong), NOW)


def test_that_a_bad_row_goes_aside_and_the_others_stay():
    rows = [[412_410_007, 3, 350], [412_410_007, 3, -1], [412_410_007, 99, 1], "x", [412_410_007, 3, 350]]
    batch = boat_records.handed_in({"since": "2026-11-01", "until": "2026-11-21", "rows": rows}, NOW)
    assert batch.states["hand_in_ledger"][0].rows == ((412_410_007, date(2026, 11, 4), 350),)
    assert [one.reason for one in batch.refused] == ["bad_value"] * 3


@pytest.mark.parametrize(
    ("film", "reason"),
    [
        ({"by": "rumour"}, "bad_value"),
        ({"lat": 95.0}, "bad_value"),
        ({"seen_at": NOW.timestamp() + 3600}, "bad_value"),
        ({"id": ""}, "bad_value"),
        ({"lon": None}, "bad_value"),
    ],
)
def test_that_an_impossible_film_is_set_aside(film, reason):
    answer = {"datum": "WGS-84", "films": [FILM | film, FILM], "tank_checks": [CHECK, CHECK | {"level_pct": 101}]}
    batch = boat_records.witness(answer, NOW)
    assert [one.reason for one in batch.refused] == [reason, "bad_value"]
    assert [len(records) for records in batch.states.values()] == [1, 1]


def test_that_films_without_a_datum_are_refused_whole():
    with pytest.raises(DatumError):
        boat_records.witness({"films": [FILM], "tank_checks": []}, NOW)


def test_that_credit_and_certificates_hold_no_person(books):
    loans = boat_records.credit(books.credit(), NOW)
    papers = boat_records.certificates(books.certificates(), NOW)
    assert not loans.refused
    assert not papers.refused
    assert all(
        one.granted_yuan is None or one.granted_yuan <= one.asked_yuan for one in loans.states["credit_applications"]
    )
    wrong = boat_records.credit({"applications": [{**books.credit()["applications"][0], "asked_yuan": 1.5}]}, NOW)
    assert [one.reason for one in wrong.refused] == ["bad_value"]


def test_that_the_demo_books_give_the_codes_of_its_register(boats, books):
    register = boats_read.register({"boats": boats.rows}, NOW).states["boat_register"]
    (block,) = boat_records.activity(books.activity(""), NOW).states["boat_activity"]
    (ledger,) = boat_records.handed_in(books.handed_in(), NOW).states["hand_in_ledger"]
    today = local(NOW).date()
    activity = block.unpacked().until(today, DAYS)
    found = codes(register, activity, handed_in(register, DAYS, activity.first_day, ledger, ()), (), today, TERMS)
    agree = sum(one.code is told.code for one, told in zip(found, register, strict=True))
    assert agree / len(found) > 0.97
    assert {one.code for one in found} >= {ColourCode.GREEN, ColourCode.YELLOW, ColourCode.RED}


def test_that_the_demo_sees_one_film_and_one_tank_when_their_time_has_come(boats):
    seen = Seen(boats, NOW)
    empty, full = (seen.told(NOW + after) for after in (FILM_TOLD - timedelta(seconds=1), max(FILM_TOLD, TANK_TOLD)))
    assert not empty["films"]
    assert not empty["tank_checks"]
    batch = boat_records.witness(full, NOW + TANK_TOLD)
    assert [len(records) for records in batch.states.values()] == [1, 1]


def test_that_a_site_without_the_table_asks_nobody():
    assert boat_records.sources(Site()) == ()
    asked = boat_records.sources(
        Site(sources={"boat_records": {"url": "http://127.0.0.1:9", "every_s": {"witness": 3}}})
    )
    assert {one.key: one.every_s for one in asked}["sea_witness"] == 3


def test_that_a_wrong_table_of_boats_stops_the_collector_with_its_key(sqlite_store):
    for table, said in (("points", "boats.points.x"), ("code", "boats.code.x"), ("cost", "boats.cost.x")):
        with pytest.raises(SiteError, match=said):
            BoatStanding(sqlite_store, replace(Site(), boats={table: {"x": 1}}))
