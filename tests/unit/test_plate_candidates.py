"""Near matches of a plate: offered with how they differ, never put in its place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.plate_candidates import LOOK_ALIKES, SERIALS, Candidate, candidates, readings

SERIAL = st.text(alphabet=SERIALS, min_size=5, max_size=6)


def plates(found: tuple[Candidate, ...]) -> list[str]:
    return [each.plate for each in found]


def test_that_an_unread_character_may_be_any_the_known_plates_have_there():
    known = {"浙J8T56K", "浙J8A56K", "浙J8TT6K", "沪J8T56K"}
    assert sorted(plates(candidates("浙J8-56K", known))) == ["浙J8A56K", "浙J8T56K"]


def test_that_a_candidate_says_how_it_differs():
    (unread,) = candidates("浙J8-56K", {"浙J8T56K"})
    (alike,) = candidates("浙J8T56K", {"浙JBT56K"})
    assert (unread.differs, unread.words) == (((3, "-", "T"),), "第 4 位未读，或为 T")
    assert (alike.differs, alike.words) == (((2, "8", "B"),), "第 3 位 8 或为 B")


@pytest.mark.parametrize("read_and_true", ["0D", "OQ", "1L", "IT", "8B", "2Z", "5S", "6G", "7T"])
def test_that_characters_cameras_confuse_are_near(read_and_true):
    read, true = read_and_true
    assert plates(candidates(f"浙J1{read}345", {f"浙J1{true}345"})) == [f"浙J1{true}345"]
    assert plates(candidates(f"浙J1{true}345", {f"浙J1{read}345"})) == [f"浙J1{read}345"]


def test_that_characters_nobody_confuses_are_not_near():
    assert candidates("浙J81234", {"浙J91234", "浙JW1234"}) == ()


def test_that_two_confused_characters_are_no_near_match():
    assert candidates("浙J80234", {"浙JBD234"}) == ()


def test_that_two_unread_characters_are_filled_and_three_are_anybody():
    assert plates(candidates("浙J8--6K", {"浙J8T56K"})) == ["浙J8T56K"]
    assert candidates("浙J---6K", {"浙J8T56K"}) == ()


def test_that_an_unread_province_and_an_unread_last_character_are_what_plates_have_there():
    assert plates(candidates("-J8T56K", {"浙J8T56K"})) == ["浙J8T56K"]
    assert plates(candidates("浙J8T5-", {"浙J8T5挂"})) == ["浙J8T5挂"]


def test_that_nothing_is_near_to_no_plate():
    assert candidates("", {""}) == ()


def test_that_what_looks_alike_does_so_both_ways():
    assert all(letter in LOOK_ALIKES[other] for letter, others in LOOK_ALIKES.items() for other in others)
    assert all(letter not in others for letter, others in LOOK_ALIKES.items())


@given(SERIAL, st.data())
def test_that_a_plate_with_one_character_hidden_finds_itself(serial, data):
    plate = f"浙J{serial}"
    place = data.draw(st.integers(2, len(plate) - 1))
    hidden = plate[:place] + "-" + plate[place + 1 :]
    assert plate in plates(candidates(hidden, {plate}))


@given(SERIAL)
def test_that_a_plate_is_never_its_own_candidate_and_none_comes_twice(serial):
    found = plates(tuple(readings(f"浙J{serial}")))
    assert f"浙J{serial}" not in found
    assert len(found) == len(set(found))


def test_that_a_hundred_thousand_known_plates_are_asked_not_gone_through():
    known = {f"浙J{n:05}" for n in range(100_000)}
    began = time.process_time()
    for n in range(200):
        assert len(candidates(f"浙J{n:03}-7", known)) == 10
    assert (time.process_time() - began) / 200 < 0.005
