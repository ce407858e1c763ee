"""三色码: expected against handed in; unknown is never green, and only a turn is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.collect.certificate_watch import CertificateWatch
from services.collect.codes_keeper import CodesKeeper
from services.domain.blind_spot import blind_spot
from services.domain.boat_activity import Activity, ActivityBlock, HandedInLedger
from services.domain.boats import HandInState, Pollutant
from services.domain.certificates import Certificate, days_left
from services.domain.code_terms import TERMS, code_from
from services.domain.colour_code import codes, expected_kg, overlaid
from services.domain.fleet import ColourCode
from services.domain.handed_in import Handed, handed_in
from services.store import events
from tests.unit.boat_requests import NOW, boat, request

FIRST = date(2026, 8, 23)
TODAY = date(2026, 11, 21)
DAYS = 90
MMSI = 412_410_007


@pytest.fixture
def store(sqlite_store):
    """One database is enough here; test_boat_standing.py takes both."""
    return sqlite_store


def activity(hours: float = 8.0, heard: float = 23.0, mmsi: tuple[int, ...] = (MMSI,)) -> Activity:
    shape = (len(mmsi), DAYS)
    full = np.full
    return Activity(FIRST, np.array(mmsi, np.uint32), full(shape, hours), full(shape, heard), full(shape, 1, np.uint8))


def one(kg: float, last_days_ago: int | None = 5, *, confirmed=(), heard=23.0, hours=8.0, **more):
    """The code of a 200 kW boat that sailed eight hours a day: 720 kg expected."""
    given_kg = np.zeros((1, DAYS))
    given_kg[0, 40] = kg
    last = np.array([0 if last_days_ago is None else (TODAY - timedelta(days=last_days_ago)).toordinal()])
    shown = (boat(**more),)
    return codes(shown, activity(hours, heard), Handed(given_kg, last), confirmed, TODAY, TERMS)[0]


def test_that_expected_oily_water_is_k_by_power_and_engine_hours():
    hours = np.array([[10.0, 0.0], [10.0, 5.0]])
    assert expected_kg(np.array([200.0, 400.0]), hours, TERMS.k).tolist() == [[10.0, 0.0], [20.0, 10.0]]
    by_class = ((100.0, 0.2), (300.0, 0.5), (9999.0, 1.0))
    assert expected_kg(np.array([100.0, 300.0]), hours[:, :1], by_class).tolist() == [[2.0], [15.0]]


@pytest.mark.parametrize(
    ("kg", "last", "code"),
    [
        (576, 5, ColourCode.GREEN),
        (575, 5, ColourCode.YELLOW),
        (288, 5, ColourCode.YELLOW),
        (287, 5, ColourCode.RED),
        (720, 60, ColourCode.GREEN),
        (720, 61, ColourCode.YELLOW),
        (720, 121, ColourCode.RED),
        (0, None, ColourCode.RED),
    ],
)
def test_that_the_code_turns_at_its_limits(kg, last, code):
    assert one(kg, last).code is code


def test_that_unknown_is_never_green_whatever_was_handed_in():
    assert one(9000, heard=14.3).code is ColourCode.UNKNOWN
    stranger = codes((boat(412_999_999),), activity(), Handed(np.zeros((1, DAYS)), np.zeros(1, int)), (), TODAY, TERMS)
    assert (stranger[0].code, stranger[0].coverage) == (ColourCode.UNKNOWN, 0.0)


@given(kg=st.floats(0, 5000), heard=st.floats(0, 24), hours=st.floats(0, 24), last=st.integers(0, 400))
@settings(max_examples=60)
def test_that_green_needs_coverage_and_enough_handed_in(kg, heard, hours, last):
    found = one(kg, last, heard=heard, hours=hours)
    if found.code is ColourCode.GREEN:
        assert found.coverage >= TERMS.least_coverage - 0.001
        assert found.ratio is None or found.ratio >= TERMS.green_from - 0.001
        assert found.days_without is None or found.days_without <= TERMS.yellow_days


def test_that_a_boat_that_never_sailed_owes_nothing():
    found = one(0, None, hours=0.0)
    assert (found.code, found.ratio, found.days_without) == (ColourCode.GREEN, None, None)


def test_that_a_confirmed_discharge_is_red_even_unheard():
    assert one(9000, heard=0.0, confirmed={str(MMSI)}).code is ColourCode.RED


def test_that_a_boat_is_compared_only_with_enough_peers_of_its_class():
    owed = np.array([10.0, 12.0, 11.0, 40.0, np.nan, 500.0])
    classes = np.array([0, 0, 0, 0, 0, 1])
    score, peers = blind_spot(owed, classes, 4)
    assert peers.tolist() == [4, 4, 4, 4, 4, 1]
    assert score[3] == pytest.approx((40 - 18.25) / np.std([10, 12, 11, 40], ddof=1))
    assert np.isnan(score[4:]).all()
    assert np.isnan(blind_spot(owed, classes, 5)[0]).all()


def test_that_the_bureaus_book_and_our_own_hand_ins_meet_at_its_last_day():
    ledger = HandedInLedger(
        "b", FIRST, TODAY, ((MMSI, FIRST, 100), (MMSI, TODAY - timedelta(days=1), 50), (1, FIRST, 9))
    )
    ours = (
        request(1, mass_t=0.3),
        request(2, mass_t=0.2, pollutant=Pollutant.GARBAGE),
        request(3, mass_t=9.0, at=NOW - timedelta(days=1)),
        request(4, HandInState.CANCELLED, 9.0),
    )
    found = handed_in((boat(),), DAYS, FIRST, ledger, ours)
    assert (found.kg[0, 0], found.kg[0, -1], found.kg.sum()) == (100, 350, 450)
    assert found.last_day[0] == TODAY.toordinal()


def test_that_what_was_worked_out_stands_before_the_register():
    known = replace(one(720), code=ColourCode.RED)
    assert overlaid((boat(), boat(5, code=ColourCode.YELLOW)), (known,)) == {
        MMSI: ColourCode.RED,
        5: ColourCode.YELLOW,
    }


def test_that_a_packed_table_comes_back_and_a_cut_one_is_refused():
    block = ActivityBlock.of("x", FIRST, [9, 5], [[1.05, 24.0], [3.0, 0.0]], [[24.0, 24.0]] * 2, [[1, 0], [0, 2]])
    found = block.unpacked()
    assert found.mmsi.tolist() == [5, 9]
    assert found.under_way_h.tolist() == [[3.0, 0.0], [1.0, 24.0]]
    assert found.rows_of(np.array([9, 7], np.uint32)).tolist() == [1, -1]
    for cut in (block.heard[:-3], b"", b"x"):
        with pytest.raises(ValueError, match="活动表"):
            replace(block, heard=cut).unpacked()
    with pytest.raises(ValueError, match="大小不符"):
        replace(block, days=3).unpacked()


def test_that_days_nobody_told_of_were_not_heard():
    whole = activity()
    later = whole.until(TODAY + timedelta(days=30), DAYS)
    assert (later.heard_h > 0).sum() == DAYS - 30
    assert later.heard_h[0, -31:].tolist() == [23.0] + [0.0] * 30
    earlier = whole.until(TODAY - timedelta(days=30), DAYS)
    assert earlier.heard_h[0, 29:31].tolist() == [0.0, 23.0]
    assert whole.until(TODAY + timedelta(days=400), DAYS).heard_h.sum() == 0


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"kk": 1}, "不认识的键 boats.code.kk"),
        ({"k": [[300, 0.5], [100, 0.4]]}, "由小到大"),
        ({"k": 0.5}, "须写作"),
        ({"green_from": 0.3}, "yellow_from 须小于 green_from"),
        ({"yellow_days": 130}, "yellow_days 须小于 red_days"),
        ({"least_coverage": "x"}, "boats.code.least_coverage 须为"),
    ],
)
def test_that_a_wrong_setting_names_its_key(table, said):
    with pytest.raises(ValueError, match=r"boats\.code") as refused:
        code_from(table)
    assert said in str(refused.value)


# ---------------------------------------------------------------------------------------- in the store


def filled(store, mmsi=(MMSI, MMSI + 7)):
    store.put_topic("boat_register", tuple(boat(one) for one in mmsi), NOW)
    table = activity(mmsi=mmsi)
    block = ActivityBlock.of("beidou", FIRST, table.mmsi, table.under_way_h, table.heard_h, table.calls)
    store.put_topic("boat_activity", (block,), NOW)
    return HandedInLedger("b", FIRST, TODAY, tuple((one, TODAY - timedelta(days=9), 700) for one in mmsi))


def turns(store):
    with store.read() as connection:
        return [(one.boat_id, one.code_before, one.code) for one in events.records(connection, "boat_code")]


def test_that_codes_wait_for_both_books_and_the_first_working_out_tells_no_turn(store):
    ledger = filled(store)
    keeper = CodesKeeper(store, TERMS, 90)
    keeper.tick(NOW)
    assert store.snapshot("boat_codes", NOW).records == ()
    store.put_topic("hand_in_ledger", (replace(ledger, rows=ledger.rows[:1]),), NOW)
    keeper.tick(NOW)
    found = {one.id: one.code for one in store.snapshot("boat_codes", NOW).records}
    assert found == {str(MMSI): ColourCode.GREEN, str(MMSI + 7): ColourCode.RED}
    assert turns(store) == []


def test_that_each_turn_is_told_once_also_after_a_restart(store):
    ledger = filled(store)
    store.put_topic("hand_in_ledger", (ledger,), NOW)
    CodesKeeper(store, TERMS, 90).tick(NOW)
    store.put_topic("hand_in_ledger", (replace(ledger, rows=ledger.rows[:1]),), NOW)
    for _ in range(2):
        CodesKeeper(store, TERMS, 90).tick(NOW)
    assert turns(store) == [(str(MMSI + 7), "GREEN", "RED")]


def test_that_a_code_turns_with_the_days_though_no_book_moves(sqlite_store):
    ledger = filled(sqlite_store)
    sqlite_store.put_topic("hand_in_ledger", (ledger,), NOW)
    keeper = CodesKeeper(sqlite_store, TERMS, 90)
    keeper.tick(NOW)
    keeper.tick(NOW + timedelta(days=52))
    assert {code for _, _, code in turns(sqlite_store)} == {"UNKNOWN"}


def test_that_two_boats_with_one_mmsi_turn_nobody_at_each_look(store):
    ledger = filled(store)
    store.put_topic("boat_register", (boat(MMSI, power_kw=20.0), boat(MMSI, power_kw=900.0)), NOW)
    store.put_topic("hand_in_ledger", (ledger,), NOW)
    for _ in range(2):
        CodesKeeper(store, TERMS, 90).tick(NOW)
    assert [one.expected_kg for one in store.snapshot("boat_codes", NOW).records] == [3240.0]
    assert turns(store) == []


# ------------------------------------------------------------------------------------------- R-FSH-16


def test_that_a_certificate_is_told_once_a_day_while_it_runs_out(store):
    paper = Certificate("1:检验证书", "1", "渔清 04", "collection", "检验证书", NOW + timedelta(days=30))
    later = replace(paper, id="2", holder_id="2", valid_until=NOW + timedelta(days=31))
    store.put_topic("certificates", (paper, later), NOW)
    for now in (NOW, NOW + timedelta(minutes=1), NOW + timedelta(days=1)):
        CertificateWatch(store).tick(now)
    with store.read() as connection:
        found = events.records(connection, "certificate")
    assert sorted((one.holder_id, one.days_left) for one in found) == [("1", 29), ("1", 30), ("2", 30)]
    assert days_left(paper, NOW + timedelta(days=33)) == -3
