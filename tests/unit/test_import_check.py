"""What rows must be to become records of the registers: one reason for each way not to fit."""

import shutil

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from services.domain.id_number import IdNumberError, check_character, id_number, without_numbers
from services.domain.import_mapping import MappingError, mapping_from
from services.imports.command import mapping_of
from services.store.store import Store
from tests.unit.import_files import (
    CHEN,
    LIN,
    PEOPLE_HEAD,
    addresses,
    id_of,
    reasons,
    take,
    write_csv,
)


@pytest.fixture(scope="module")
def homes_file(tmp_path_factory, _empty_store_file):
    """A store that knows estates, buildings, units and dwellings."""
    folder = tmp_path_factory.mktemp("homes")
    shutil.copy(_empty_store_file, folder / "homes.db")
    with Store.open(f"sqlite:///{folder / 'homes.db'}") as store:
        for report in take(store, *addresses(folder)):
            assert not report.refused_count, report.refused
    return folder / "homes.db"


@pytest.fixture
def homes(homes_file, tmp_path):
    shutil.copy(homes_file, tmp_path / "homes.db")
    with Store.open(f"sqlite:///{tmp_path / 'homes.db'}") as store:
        yield store


def people(store, folder, *lines, head=PEOPLE_HEAD):
    (report,) = take(store, write_csv(folder, "人员", [head, *lines]))
    return report


PLACE = "城市花园,3幢,2,302,流动"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f",男,{CHEN},{PLACE}", "empty_key"),
        (f"陈大文,男,,{PLACE}", "empty_key"),
        (f"陈大文,男,{CHEN[:-1]}{(int(CHEN[-1]) + 1) % 10 if CHEN[-1] != 'X' else 3},{PLACE}", "id_checksum"),
        (f"陈大文,男,{CHEN[:-2]},{PLACE}", "id_malformed"),
        (f"陈大文,男,341203900505011,{PLACE}", "id_15_digits"),
        (f"陈大文,男,{id_of('34120319901305011')},{PLACE}", "birthday_unreadable"),
        (f"陈大文,男,{id_of('34120320270505011')},{PLACE}", "birthday_future"),
        (f"陈大文,男,{id_of('34120318900505011')},{PLACE}", "birthday_too_old"),
        (f"陈大文,男,3.41203E+17,{PLACE}", "lost_digits"),
        (f"陈大文,男,{CHEN},东方花园,3幢,2,302,流动", "unknown_estate"),
        (f"陈大文,男,{CHEN},城市花园,7幢,2,302,流动", "unknown_building"),
        (f"陈大文,男,{CHEN},城市花园,3幢,4,302,流动", "unknown_unit"),
        (f"陈大文,男,{CHEN},城市花园,3幢,2,1902,流动", "unknown_dwelling"),
        (f"陈大文,男,{CHEN},城市花园,3幢,2,,流动", "no_dwelling"),
        (f"陈大文,男,{CHEN},城市花园,3幢,2,三零二,流动", "bad_address"),
        (f"陈大文,男,{CHEN},城市花园,3幢,2,302,游客", "unknown_word"),
        (f"{'陈' * 40},男,{CHEN},{PLACE}", "too_long"),
        (f"=1+1,男,{CHEN},{PLACE}", "formula_cell"),
        (f"陈\x07大文,男,{CHEN},{PLACE}", "bad_text"),
    ],
)
def test_that_a_row_that_does_not_fit_says_why_and_changes_nothing(homes, tmp_path, line, reason):
    report = people(homes, tmp_path, line)
    assert reasons(report).get(reason) == 1, report.refused
    assert (report.taken, report.refused_count) == (0, 1)
    assert report.refused[0].row == 2
    assert CHEN not in str(report)


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        ("1990-05-06", "birthday_disagrees"),
        ("2027/1/1", "birthday_future"),
        ("18900505", "birthday_too_old"),
        ("19901332", "birthday_unreadable"),
        ("三月", "birthday_unreadable"),
    ],
)
def test_that_impossible_birthdays_are_refused(homes, tmp_path, born, reason):
    number = CHEN if reason == "birthday_disagrees" else ""
    line = f"P001,陈大文,{born},{number},城市花园,3幢,2,302"
    report = people(homes, tmp_path, line, head="人员编号,姓名,出生日期,证件号,小区,楼栋,单元,室号")
    assert reasons(report) == {reason: 1}


def test_that_two_people_with_one_number_are_told_by_their_rows(homes, tmp_path):
    report = people(homes, tmp_path, f"陈大文,男,{CHEN},{PLACE}", f"陈小文,男,{CHEN.lower()},{PLACE}")
    assert report.taken == 1
    assert reasons(report)["duplicate_id"] == 1
    assert report.refused[0].row == 3 and "第 2 行" in report.refused[0].text


def test_that_wide_spaces_and_forms_are_no_other_text(homes, tmp_path):
    report = people(homes, tmp_path, f"林　小明,女,\u00a0{LIN} ,　城市花园　,３ 幢,２,３０３,常住")
    assert (report.taken, report.refused_count) == (1, 0), report.refused


def test_that_a_dwelling_in_two_buildings_is_refused(homes, tmp_path):
    lines = [
        "房屋编号,楼栋编号,单元,室号",
        "XQ010320401,XQ0103,2,401",
        "XQ010320402,XQ0201,1,402",
        "XQ020110201,XQ0103,2,201",
    ]
    (report,) = take(homes, write_csv(tmp_path, "房屋", lines), adds_only=True)
    assert report.taken == 1
    assert reasons(report) == {"dwelling_in_two_buildings": 2}


def test_that_a_building_stays_in_its_estate(homes, tmp_path):
    (report,) = take(homes, write_csv(tmp_path, "楼栋", ["楼栋编号,小区名称,楼栋名称", "XQ0103,云锦苑,3 幢"]))
    assert reasons(report) == {"building_in_two_estates": 1}


def test_that_a_unit_may_be_left_out_where_there_is_only_one(homes, tmp_path):
    one, two = f"陈大文,男,{CHEN},云锦苑,1幢,,201,流动", f"林小明,女,{LIN},城市花园,3幢,,302,常住"
    report = people(homes, tmp_path, one, two)
    assert report.taken == 1
    assert reasons(report) == {"unknown_unit": 1, "nothing_closed": 1}


@trying(max_examples=80)
@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_that_one_wrong_digit_is_always_noticed(first, place, more):
    number = first + check_character(first)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    with pytest.raises(IdNumberError) as refused:
        id_number(wrong)
    assert refused.value.reason == "id_checksum"
    assert wrong not in str(refused.value)


def test_that_a_number_tells_birthday_and_sex():
    found = id_number(LIN)
    assert (str(found.born), found.sex) == ("1953-01-07", "f")


@trying(max_examples=60)
@given(st.text(max_size=20), st.text("0123456789", min_size=17, max_size=17), st.text("甲乙丙 ", max_size=10))
def test_that_no_number_is_left_in_a_text(before, first, after):
    number = first + "X"
    assert number not in without_numbers(f"{before} {number}{after}")


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"people": {}}, "不认识的键"),
        ({"resident": {"heads": {}}}, "resident.heads"),
        ({"resident": {"columns": {"nickname": ["外号"]}}}, "没有字段"),
        ({"resident": {"columns": {"name": [1]}}}, "须为文字的表"),
        ({"resident": []}, "须为一张表"),
        ({"community": 331002}, "community"),
        ({"resident": {"words": {"sex": "男"}}}, "words.sex"),
    ],
)
def test_that_a_mapping_nobody_can_use_says_where(given_, said):
    with pytest.raises(MappingError, match=said):
        mapping_from(given_)


def test_that_a_mapping_of_a_sites_own_changes_only_what_it_names(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text('prefix = "BY"\n[resident.columns]\nname = "名字"\n', encoding="utf-8")
    mapping = mapping_of(path, "331002002009")
    assert mapping.tables["resident"].columns["name"] == ("名字",)
    assert mapping.tables["resident"].columns["sex"] == mapping_of().tables["resident"].columns["sex"]
    assert (mapping.prefix, mapping.community) == ("BY", "331002002009")
