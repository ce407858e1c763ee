"""Files and databases as they really come: encodings, title lines, formulas, merged cells, changed columns."""

import sqlite3
import zipfile
from datetime import date
from pathlib import Path

import pytest

from services.domain.address_book import DWELLING
from services.domain.question import Question
from services.imports.command import mapping_of, spoken
from services.imports.csv_file import encoding_of
from services.imports.raw import ImportFileError
from tests.unit.import_files import (
    BUILDINGS,
    CHEN,
    COMMUNITY,
    DWELLINGS,
    ESTATES,
    LIN,
    NOW,
    PEOPLE,
    PEOPLE_HEAD,
    UNITS,
    addresses,
    cells,
    reasons,
    take,
    write_csv,
    write_xlsx,
)


def residents(store, code):
    return store.answer(Question(DWELLING, code), None).case.residents


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_that_a_csv_is_read_in_whatever_it_was_written(sqlite_store, tmp_path, encoding):
    take(sqlite_store, *addresses(tmp_path))
    (report,) = take(sqlite_store, write_csv(tmp_path, "人员", PEOPLE, encoding))
    assert (report.taken, report.refused_count, report.failed) == (2, 0, "")
    assert str(residents(sqlite_store, "XQ010320303")[0].name) == "林*"


def test_that_bytes_of_no_encoding_are_refused_in_words(sqlite_store, tmp_path):
    path = tmp_path / "人员.csv"
    path.write_bytes("姓名,证件号\n".encode() + b"\xff\xff\x80,1\n")
    (report,) = take(sqlite_store, str(path))
    assert "GB18030" in report.failed
    path.write_bytes(b"\x00" * 50)
    (report,) = take(sqlite_store, str(path))
    assert "不是文本文件" in report.failed


def test_that_an_encoding_is_told_from_the_whole_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 400_000 + "城市花园".encode("gb18030"))
    assert encoding_of(path) == "gb18030"


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_that_titles_before_the_headings_and_other_separators_do_not_matter(sqlite_store, tmp_path, separator):
    take(sqlite_store, *addresses(tmp_path))
    lines = ["云健社区实有人口台账", "", *(line.replace(",", separator) for line in PEOPLE)]
    (report,) = take(sqlite_store, write_csv(tmp_path, "表一", lines))
    assert (report.taken, report.failed) == (2, "")


@pytest.mark.parametrize("lines", [[], ["a,b", "1,2"], ["姓名"], ["姓名,爱好", "张三,钓鱼"]])
def test_that_a_file_that_is_no_register_says_so(sqlite_store, tmp_path, lines):
    (report,) = take(sqlite_store, write_csv(tmp_path, "其他", lines))
    assert report.failed and not report.taken
    assert report.failed in "\n".join(spoken("其他.csv", report))


def test_that_a_file_of_another_kind_or_no_community_is_refused_before_anything(sqlite_store, tmp_path):
    with pytest.raises(ImportFileError, match=r"\.xlsx"):
        take(sqlite_store, write_csv(tmp_path, "小区", ESTATES), str(tmp_path / "人员.xls"))
    with pytest.raises(ImportFileError, match="community"):
        take(sqlite_store, str(tmp_path / "小区.csv"), community="")
    with pytest.raises(ImportFileError, match="mysql"):
        take(sqlite_store, "mysql://host/db")
    assert sqlite_store.snapshot("import_reports", NOW).records == ()


# ------------------------------------------------------------------------------------------------ XLSX


def book(**more):
    sheets = {"人员": cells(PEOPLE), "房屋": cells(DWELLINGS), "单元": cells(UNITS)}
    return {**sheets, "楼栋": cells(BUILDINGS), "小区": cells(ESTATES), **more}


def test_that_a_workbook_is_judged_from_estate_to_person_whatever_its_order(sqlite_store, tmp_path):
    (report,) = take(sqlite_store, write_xlsx(tmp_path, "一标三实", book(说明=[["这不是登记表"]])))
    assert (report.taken, report.refused_count, report.failed) == (12, 0, "")
    (again,) = take(sqlite_store, str(tmp_path / "一标三实.xlsx"))
    assert (again.taken, again.changed, again.unchanged) == (0, 0, 12)


def test_that_cells_that_say_no_value_are_named(sqlite_store, tmp_path):
    head = [*PEOPLE_HEAD.split(","), "出生日期"]
    home = ["城市花园", "3幢", 2, 302, "流动"]
    people = [
        head,
        ["陈大文", "男", "=A1", *home, None],
        ["陈二文", "男", int(CHEN[:17]) * 10, *home, None],
        ["陈三文", "男", CHEN, *home, 32998],
        ["林小明", "女", LIN, *home, date(1953, 1, 7)],
        ["林大明", "#REF!", None, *home, None],
    ]
    path = write_xlsx(tmp_path, "一标三实", book(人员=people))
    (report,) = take(sqlite_store, path)
    assert reasons(report) == {
        "date_as_number": 1,
        "empty_key": 1,
        "formula_cell": 1,
        "lost_digits": 1,
        "nothing_closed": 1,
    }
    assert [one.row for one in report.refused[:3]] == [2, 3, 4]
    assert len(residents(sqlite_store, "XQ010320302")) == 1


def test_that_rows_under_a_merged_cell_are_named_and_a_merged_title_is_not(sqlite_store, tmp_path):
    take(sqlite_store, *addresses(tmp_path))
    title = [["云健社区人口台账", *[None] * 7]]
    path = write_xlsx(tmp_path, "表", {"人员": title + cells(PEOPLE)}, merge={"人员": "A1:H1"})
    (report,) = take(sqlite_store, path)
    assert (report.taken, report.refused_count) == (2, 0)
    path = write_xlsx(tmp_path, "表", {"人员": cells(PEOPLE)}, merge={"人员": "D2:D3"})
    (report,) = take(sqlite_store, path)
    assert reasons(report)["merged_cell"] == 2


def test_that_a_broken_workbook_is_refused_in_words(sqlite_store, tmp_path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    (report,) = take(sqlite_store, str(path))
    assert "XLSX" in report.failed
    whole = Path(write_xlsx(tmp_path, "好", book())).read_bytes()
    path.write_bytes(whole[:900])
    (report,) = take(sqlite_store, str(path))
    assert "XLSX" in report.failed


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_that_a_workbook_with_a_torn_part_is_refused_whole(sqlite_store, tmp_path, part):
    whole = write_xlsx(tmp_path, "好", book())
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "坏.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: len(data) // 2] if name == part else data)
    (report,) = take(sqlite_store, str(tmp_path / "坏.xlsx"))
    assert report.failed and not report.taken


# ------------------------------------------------------------------------------------------------- SQL


@pytest.fixture
def upstream(tmp_path):
    path = tmp_path / "community.db"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE xiaoqu (xqbh TEXT, xqmc TEXT); INSERT INTO xiaoqu VALUES ('XQ01', '城市花园');
            CREATE TABLE loudong (ldbh TEXT, xqbh TEXT, ldmc TEXT); INSERT INTO loudong VALUES ('XQ0103','XQ01','3 幢');
            CREATE TABLE danyuan (ldbh TEXT, dyxh INT); INSERT INTO danyuan VALUES ('XQ0103', 2);
            CREATE TABLE fangwu (fwbh TEXT, ldbh TEXT, dyxh INT, szlc INT, hxwz INT, fwyt TEXT);
            INSERT INTO fangwu VALUES ('XQ010320302', 'XQ0103', 2, 3, 1, '2');
            CREATE TABLE renyuan (rybh TEXT, xm TEXT, csrq TEXT, fwbh TEXT, rylb TEXT);
            INSERT INTO renyuan VALUES ('R1', '林小明', '19530107', 'XQ010320302', '1');
            CREATE TABLE shebei (sbbh TEXT, sblx TEXT, xqbh TEXT); INSERT INTO shebei VALUES ('YG1', 'YG', 'XQ01');
            CREATE TABLE biaoji (bbh TEXT, blx TEXT, fwbh TEXT); INSERT INTO biaoji VALUES ('B1', '1', 'XQ010320302');
            """
        )
    db.close()
    return path


def change(path, sql):
    db = sqlite3.connect(path)
    with db:
        db.executescript(sql)
    db.close()


def test_that_another_database_is_only_read(sqlite_store, upstream):
    before = upstream.read_bytes()
    (report,) = take(sqlite_store, f"sqlite:///{upstream}")
    assert (report.format, report.taken, report.refused_count) == ("sql", 7, 0)
    assert upstream.read_bytes() == before
    home = sqlite_store.answer(Question(DWELLING, "XQ010320302"), None).case
    assert [device.kind for device in home.devices] == ["water_meter"]
    assert home.residents[0].birth_year == 1953


def test_that_a_lost_column_is_named_and_what_was_known_of_it_stays(sqlite_store, upstream):
    take(sqlite_store, f"sqlite:///{upstream}")
    change(upstream, "ALTER TABLE renyuan RENAME COLUMN csrq TO csrq_new; UPDATE renyuan SET rylb = '2';")
    (report,) = take(sqlite_store, f"sqlite:///{upstream}")
    assert (report.changed, report.refused_count) == (1, 0)
    (lost,) = report.refused
    assert lost.reason == "column_missing" and "csrq" in lost.text
    person = residents(sqlite_store, "XQ010320302")[0]
    assert (person.birth_year, person.category) == (1953, "floating")


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("ALTER TABLE renyuan RENAME COLUMN xm TO mingcheng", "xm"),
        ("ALTER TABLE fangwu RENAME TO fangwu_old", "fangwu"),
        ("DROP TABLE shebei; CREATE TABLE shebei (a INT)", "shebei"),
    ],
)
def test_that_a_changed_layout_fails_whole_and_names_what_is_gone(sqlite_store, upstream, sql, named):
    take(sqlite_store, f"sqlite:///{upstream}")
    change(upstream, f"{sql}; DELETE FROM xiaoqu;")
    (report,) = take(sqlite_store, f"sqlite:///{upstream}")
    assert named in report.failed and report.closed == 0
    assert len(residents(sqlite_store, "XQ010320302")) == 1


def test_that_a_slow_database_is_given_up_in_time(sqlite_store, upstream):
    change(
        upstream,
        "DROP TABLE biaoji; CREATE VIEW biaoji AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " LIMIT 1000000000) SELECT i AS bbh, '1' AS blx, '' AS fwbh FROM n WHERE i < 0;",
    )
    (report,) = take(sqlite_store, f"sqlite:///{upstream}", timeout_s=0.2)
    assert report.failed == "社区库：查询超时" and not report.taken


def test_that_a_site_may_name_its_own_columns(sqlite_store, tmp_path):
    take(sqlite_store, *addresses(tmp_path))
    path = tmp_path / "map.toml"
    path.write_text(
        f'community = "{COMMUNITY}"\nin_estate = "城市花园"\n[resident]\ntables = ["住户"]\n'
        '[resident.columns]\nname = "称呼"\naddress = "门牌"\nid_number = "号码"\n',
        encoding="utf-8",
    )
    file = write_csv(tmp_path, "住户", ["称呼,号码,门牌", f"林小明,{LIN},3 幢 2 单元 303 室"])
    from services.imports.command import import_all

    (report,) = import_all(sqlite_store, [file], mapping_of(path), NOW)
    assert (report.taken, report.refused_count) == (1, 0)
    assert residents(sqlite_store, "XQ010320303")[0].birth_year == date(1953, 1, 7).year
