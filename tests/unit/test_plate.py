"""Plates: one spelling, and a kind that is a flag."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.domain.masked import wall_plate
from services.domain.plate import PlateKind, classify, normalise, spelled


@pytest.mark.parametrize("raw", ["浙J8T56K", "浙j·8t56k", " 浙Ｊ８Ｔ５６Ｋ ", "浙J 8T56K", "浙J•8T56K"])
def test_that_one_plate_has_one_spelling(raw: str) -> None:
    assert normalise(raw) == "浙J8T56K"


def test_that_an_unread_character_is_never_stripped_into_a_valid_plate() -> None:
    assert normalise("浙JD12-45") == "浙JD12-45"
    assert classify(normalise("浙JD12－45")) is PlateKind.UNREAD


@pytest.mark.parametrize("raw", ["无车牌", "", " ", "未识别", "null"])
def test_that_no_plate_is_empty(raw: str) -> None:
    assert normalise(raw) == ""
    assert classify("") is PlateKind.NONE


@pytest.mark.parametrize(
    ("plate", "kind"),
    [
        ("浙J3C71F", PlateKind.CIVIL),
        ("浙JD18803", PlateKind.NEW_ENERGY_SMALL),
        ("浙JA12345", PlateKind.NEW_ENERGY_SMALL),
        ("浙JKT1234", PlateKind.NEW_ENERGY_SMALL),
        ("浙J12345F", PlateKind.NEW_ENERGY_LARGE),
        ("浙J3317挂", PlateKind.TRAILER),
        ("浙J3317学", PlateKind.TRAINING),
        ("浙J3317警", PlateKind.POLICE),
        ("浙J3317试", PlateKind.TRIAL),
        ("浙J3317超", PlateKind.OVERSIZE),
        ("粤Z1234港", PlateKind.HONG_KONG_MACAU),
        ("沪A1234领", PlateKind.CONSULATE),
        ("123456使", PlateKind.EMBASSY),
        ("浙J1234应急", PlateKind.EMERGENCY),
        ("WJ浙12345", PlateKind.ARMED_POLICE),
        ("AB12345", PlateKind.ARMY),
        ("陕A4861", PlateKind.ODD),
        ("浙JI2345", PlateKind.ODD),
        ("浙JO2345", PlateKind.ODD),
    ],
)
def test_that_each_kind_of_plate_is_told_apart(plate: str, kind: PlateKind) -> None:
    assert classify(plate) is kind


@given(st.text())
@example("U¨")
def test_that_normalising_twice_changes_nothing_more(raw: str) -> None:
    once = normalise(raw)
    assert normalise(once) == once
    assert isinstance(classify(once), PlateKind)


@given(st.text(alphabet="浙J8T56K-O0I1", max_size=10))
def test_that_a_plate_is_never_corrected(raw: str) -> None:
    assert normalise(raw) == raw


def test_that_the_desk_dots_a_plate_and_the_wall_masks_it() -> None:
    assert spelled("浙J8T56K") == "浙J·8T56K"
    assert spelled("") == "无车牌"
    assert wall_plate("浙J8T56K") == "浙J·8**6K"
