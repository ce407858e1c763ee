"""The standard address: codes nest, words are read, rooms stay hidden."""

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from services.domain.address import (
    AddressError,
    SpokenAddress,
    address_of,
    building_code,
    building_number,
    dwelling_code,
    read_address,
    room_place,
    spoken,
    unit_code,
    unit_number,
)

estates = st.from_regex(r"[A-Z]{2,4}[0-9]{2}", fullmatch=True)
numbers = st.integers(1, 359)
units = st.integers(1, 35)
floors = st.one_of(st.integers(1, 99), st.integers(-9, -1))
places = st.integers(1, 99)


@trying(max_examples=60)
@given(estates, numbers, units, floors, places)
def test_that_every_code_tells_the_codes_it_lies_in(estate, number, unit_no, floor, at):
    building = building_code(estate, str(number))
    unit = unit_code(building, unit_no)
    found = address_of(dwelling_code(unit, floor, at))
    assert (found.estate, found.building, found.unit, found.floor, found.at) == (estate, building, unit, floor, at)
    assert found.dwelling.startswith(building) and building.startswith(estate)
    assert unit_number(unit) == unit_no
    assert room_place(found.room) == (floor, at)


@trying(max_examples=60)
@given(estates, st.lists(st.tuples(numbers, units, floors, places), min_size=2, max_size=12, unique=True))
def test_that_no_two_dwellings_have_one_code(estate, homes):
    codes = {dwelling_code(unit_code(building_code(estate, str(b)), u), f, a) for b, u, f, a in homes}
    assert len(codes) == len(homes)


def test_that_codes_of_the_demo_district_are_read():
    found = address_of("XQ010320304")
    assert (found.estate, found.building, found.unit, found.room) == ("XQ01", "XQ0103", "XQ0103-2", "304")
    assert address_of("XQ0103-2").dwelling == ""
    assert address_of("XQ0103").building == "XQ0103"


@pytest.mark.parametrize("code", ["", "XQ", "XQ01 03", "3 幢", "XQ010300304", "xq01", "XQ0103203045", "XQ0103-0"])
def test_that_what_is_no_code_is_refused(code):
    with pytest.raises(AddressError, match="读不懂"):
        address_of(code)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("城市花园 3 幢 2 单元 302 室", SpokenAddress("城市花园", "3", 2, "302")),
        ("城市花园３栋", SpokenAddress("城市花园", "3")),
        ("云锦苑12号楼1101", SpokenAddress("云锦苑", "12", 0, "1101")),
        ("A座 1204 室", SpokenAddress("", "A", 0, "1204")),
        ("03 幢", SpokenAddress("", "3")),
    ],
)
def test_that_an_address_as_people_write_it_is_understood(said, heard):
    assert read_address(said) == heard


@pytest.mark.parametrize("said", ["", "城市花园", "302 室", "三幢"])
def test_that_words_without_a_building_are_no_address(said):
    with pytest.raises(AddressError):
        read_address(said)


@pytest.mark.parametrize(("name", "number"), [("3 幢", "3"), ("03栋", "3"), ("A座", "A"), ("12", "12"), ("东楼", "")])
def test_that_a_building_is_known_by_its_number(name, number):
    assert building_number(name) == number


@pytest.mark.parametrize("room", ["", "3", "0001", "300", "三零二", "12345"])
def test_that_a_room_without_floor_and_place_is_refused(room):
    with pytest.raises(AddressError):
        room_place(room)


def test_that_an_address_in_words_never_shows_the_room():
    assert spoken("城市花园", "3 幢", 2, "302") == "城市花园 3 幢 2 单元 ***"
    assert "302" not in spoken("城市花园", "3 幢", 2, "302")
    assert spoken("城市花园", "3 幢") == "城市花园 3 幢"


def test_that_codes_beyond_their_form_are_refused():
    with pytest.raises(AddressError):
        building_code("XQ01", "360")
    with pytest.raises(AddressError):
        unit_code("XQ0101", 36)
    with pytest.raises(AddressError):
        dwelling_code("XQ0101-1", 0, 1)
