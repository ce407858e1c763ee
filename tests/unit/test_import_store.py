"""Imports into the store: one transaction, the same twice is once, what is gone is closed, nothing clear is kept."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.domain.address_book import ADDRESS_SEARCH, BUILDING, DEVICE, DWELLING, PERSON
from services.domain.officer import Officer, Role
from services.domain.question import Question
from services.imports.taking import QUARANTINE
from services.store.address_reading import hidden
from services.store.schema import REGISTERS, quarantine
from services.store.store import Store
from tests.unit.import_files import (
    CHEN,
    COMMUNITY,
    DWELLINGS,
    LIN,
    NOW,
    PEOPLE,
    PEOPLE_HEAD,
    addresses,
    id_of,
    reasons,
    take,
    write_csv,
)

CADRE = Officer("cadre-1", "林志强", Role.COMMUNITY_CADRE, area=COMMUNITY)
ELSEWHERE = Officer("cadre-2", "王志强", Role.COMMUNITY_CADRE, area="331002002002")
WALL = Officer("wall-1", "大屏", Role.WALL)
DISPATCHER = Officer("disp-1", "调度", Role.DISPATCHER)


def everything(store):
    with store.read() as connection:
        return {kind: connection.execute(select(spec.table)).all() for kind, spec in REGISTERS.items()}


def ask(store, what, about, officer=None):
    return store.answer(Question(what, about), officer).case


@pytest.fixture
def settled(store, tmp_path):
    """Two estates and two people, on both databases."""
    for report in take(store, *addresses(tmp_path), write_csv(tmp_path, "人员", PEOPLE)):
        assert not report.refused_count, report.refused
    return store


@pytest.fixture(scope="module")
def settled_file(tmp_path_factory, _empty_store_file):
    folder = tmp_path_factory.mktemp("settled")
    shutil.copy(_empty_store_file, folder / "settled.db")
    with Store.open(f"sqlite:///{folder / 'settled.db'}") as store:
        take(store, *addresses(folder), write_csv(folder, "人员", PEOPLE))
    return folder / "settled.db"


@pytest.fixture
def on_sqlite(settled_file, tmp_path):
    """The same for tests that are not about the database."""
    shutil.copy(settled_file, tmp_path / "settled.db")
    with Store.open(f"sqlite:///{tmp_path / 'settled.db'}") as store:
        yield store


def test_that_the_same_file_twice_changes_nothing(settled, tmp_path):
    before = everything(settled)
    reports = take(settled, *addresses(tmp_path), str(tmp_path / "人员.csv"), now=NOW + timedelta(days=1))
    assert [(r.taken, r.changed, r.closed) for r in reports] == [(0, 0, 0)] * 5
    assert [r.unchanged for r in reports] == [2, 2, 3, 3, 2]
    assert everything(settled) == before


def test_that_what_a_list_no_longer_has_is_closed_and_comes_back(settled, tmp_path):
    file = write_csv(tmp_path, "人员", [*PEOPLE, f"王五,男,{id_of('33100219800101001')},城市花园,3幢,2,302,流动"])
    take(settled, file)
    (report,) = take(settled, write_csv(tmp_path, "人员", PEOPLE), now=NOW + timedelta(days=1))
    assert (report.closed, report.unchanged) == (1, 2)
    home = ask(settled, DWELLING, "XQ010320302")
    assert ([p.name for p in home.residents] and len(home.residents), home.past_residents) == (1, 1)
    with settled.read() as connection:
        closed = connection.execute(
            select(REGISTERS["resident"].table).where(~REGISTERS["resident"].table.c.valid)
        ).one()
    assert closed.closed_at == NOW + timedelta(days=1)
    (again,) = take(
        settled, write_csv(tmp_path, "人员", [*PEOPLE, f"王五,男,{id_of('33100219800101001')},城市花园,3幢,2,302,流动"])
    )
    assert again.changed == 1
    assert len(ask(settled, DWELLING, "XQ010320302").residents) == 2


def test_that_a_file_about_one_estate_closes_nothing_of_another(on_sqlite, tmp_path):
    (report,) = take(on_sqlite, write_csv(tmp_path, "房屋", [DWELLINGS[0], DWELLINGS[3]]))
    assert (report.closed, report.unchanged) == (0, 1)


def test_that_a_list_that_lost_most_of_its_rows_is_refused_whole(sqlite_store, tmp_path):
    take(sqlite_store, *addresses(tmp_path))
    people = [f"张三{i},男,{id_of(f'331002198001{i % 28 + 1:02d}{i:03d}')},城市花园,3幢,2,302,流动" for i in range(40)]
    take(sqlite_store, write_csv(tmp_path, "人员", [PEOPLE_HEAD, *people]))
    before = everything(sqlite_store)
    short = write_csv(tmp_path, "人员", [PEOPLE_HEAD, *people[:20]])
    (report,) = take(sqlite_store, short)
    assert "三分之一" in report.failed and everything(sqlite_store) == before
    assert sqlite_store.snapshot("import_reports", NOW).records[0].failed == report.failed
    (added,) = take(sqlite_store, short, adds_only=True)
    assert (added.closed, added.unchanged) == (0, 20)
    (closed,) = take(sqlite_store, short, close_many=True)
    assert closed.closed == 20


def test_that_a_refused_row_neither_closes_nor_changes_what_was_known(on_sqlite, tmp_path):
    (report,) = take(on_sqlite, write_csv(tmp_path, "人员", [PEOPLE[0], PEOPLE[1], PEOPLE[2].replace("3 幢", "9 幢")]))
    assert (report.closed, report.refused_count) == (0, 1)
    assert len(ask(on_sqlite, DWELLING, "XQ010320302").residents) == 1


def test_that_refused_rows_lie_whole_in_the_quarantine_once(settled, tmp_path):
    file = write_csv(tmp_path, "人员", [PEOPLE_HEAD, f"赵六,男,{CHEN},城市花园,9幢,2,302,流动"])
    for _ in range(2):
        take(settled, file)
    with settled.read() as connection:
        (row,) = connection.execute(select(quarantine).where(quarantine.c.source == f"{QUARANTINE}:file")).all()
    assert row.reason == "unknown_building"
    kept = bytes(row.raw).decode()
    assert "赵六" in kept and "9幢" in kept and CHEN not in kept and f"{CHEN[:3]}***" in kept


def test_that_no_identity_number_is_anywhere_in_the_store(on_sqlite):
    with on_sqlite.read() as connection:
        said = str([everything(on_sqlite), connection.execute(select(quarantine)).all()])
    assert LIN not in said and CHEN not in said
    people = ask(on_sqlite, DWELLING, "XQ010320303").residents
    assert people[0].id_mask == f"{LIN[:3]}***********{LIN[-4:]}"
    assert len(people[0].identity) == 32


def test_that_stores_have_different_pseudonyms_for_one_number(store, tmp_path):
    ours = store.registers.pseudonym()(LIN)
    assert ours == store.registers.pseudonym()(LIN)
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        assert other.registers.pseudonym()(LIN) != ours


def test_that_answers_hold_masks_and_only_masks(on_sqlite):
    home = ask(on_sqlite, DWELLING, "XQ010320303")
    assert home.place.text == "城市花园 3 幢 2 单元 ***"
    assert (str(home.residents[0].name), home.residents[0].name.unmasked()) == ("林*", "林*")
    assert home.dwelling.room.unmasked() == "***"
    with on_sqlite.read() as connection:
        assert hidden(connection, "resident", home.residents[0].code, "name") == "林小明"
        assert hidden(connection, "resident", home.residents[0].code, "identity") is None


def test_that_a_person_a_building_and_a_device_answer(settled, tmp_path):
    take(settled, write_csv(tmp_path, "设备", ["设备编号,设备类型,房屋编号,电量", "YG9,独立烟感,XQ010320302,80"]))
    person = ask(settled, PERSON, ask(settled, DWELLING, "XQ010320302").residents[0].code)
    assert (person.person.category, person.person.birth_year, person.person.sex) == ("floating", 1990, "m")
    assert person.dwelling.use == "l" and person.others == 0
    building = ask(settled, BUILDING, "XQ0103")
    assert [d.code for d in building.dwellings] == ["XQ010320302", "XQ010320303"]
    assert dict(building.people) == {"XQ010320302": 1, "XQ010320303": 1}
    device = ask(settled, DEVICE, "YG9")
    assert (device.device.kind, device.device.battery_pct, device.place.text) == (
        "smoke",
        80,
        "城市花园 3 幢 2 单元 ***",
    )
    assert ask(settled, DWELLING, "XQ010320302").devices == (device.device,)
    assert ask(settled, DWELLING, "XQ990320302") is None


def test_that_an_officer_is_answered_within_his_area_and_scenes_only(settled):
    for officer, sees in ((CADRE, True), (ELSEWHERE, False), (WALL, False), (DISPATCHER, False), (None, True)):
        assert (ask(settled, DWELLING, "XQ010320302", officer) is not None) == sees, officer
        assert bool(ask(settled, ADDRESS_SEARCH, "城市花园", officer)) == sees, officer


def test_that_an_address_is_found_by_whatever_an_officer_knows(settled):
    def found(words):
        return [(hit.kind, hit.id) for hit in ask(settled, ADDRESS_SEARCH, words)]

    assert found("花园") == [("estate", "XQ01")]
    assert found("城市花园 3幢") == [("building", "XQ0103")]
    assert found("３幢２单元302") == [("dwelling", "XQ010320302")]
    assert found("XQ0103203") == [("dwelling", "XQ010320302"), ("dwelling", "XQ010320303")]
    assert found("xq02")[0] == ("estate", "XQ02")
    (lin,) = ask(settled, ADDRESS_SEARCH, "林")
    assert (lin.kind, lin.title, lin.detail) == ("person", "林*", "城市花园 3 幢 2 单元 ***")
    for nothing in ("", "  ", "林小明", "%", "_", "'; DROP TABLE resident", "三" * 5000):
        assert found(nothing) == []


def test_that_a_code_of_one_community_is_never_taken_by_another(on_sqlite, tmp_path):
    (report,) = take(
        on_sqlite, write_csv(tmp_path, "小区", ["小区编号,小区名称", "XQ01,别的小区"]), community="331002002002"
    )
    assert (report.taken, reasons(report)) == (0, {"code_of_other_community": 1})
    assert ask(on_sqlite, ADDRESS_SEARCH, "XQ01")[0].title == "城市花园"


def test_that_a_field_the_file_does_not_have_keeps_what_it_was(on_sqlite, tmp_path):
    lines = ["小区,楼栋,单元,室号,用途", "城市花园,3幢,2,302,自住", "城市花园,3幢,2,303,自住"]
    (report,) = take(on_sqlite, write_csv(tmp_path, "房屋", lines))
    assert (report.changed, report.unchanged) == (1, 1)
    home = ask(on_sqlite, DWELLING, "XQ010320302").dwelling
    assert (home.use, home.area_m2) == ("o", 88.5)


def test_that_a_person_without_a_code_keeps_the_one_the_register_gave(on_sqlite, tmp_path):
    with on_sqlite.read() as connection:
        count = connection.execute(select(func.count()).select_from(REGISTERS["resident"].table)).scalar()
    moved = PEOPLE[2].replace("3 幢,2,302", "云锦苑,1 幢,1,201").replace("城市花园,云锦苑", "云锦苑")
    (report,) = take(on_sqlite, write_csv(tmp_path, "人员", [PEOPLE[0], moved]))
    assert (report.changed, report.taken) == (1, 0)
    assert len(ask(on_sqlite, DWELLING, "XQ020110201").residents) == 1
    with on_sqlite.read() as connection:
        assert connection.execute(select(func.count()).select_from(REGISTERS["resident"].table)).scalar() == count


def test_that_many_rows_at_once_go_in_and_out_as_few_do(settled, tmp_path):
    people = [f"P{i:04d},张{i},城市花园,3幢,2,{302 + i % 2},流动,2020-01-{i % 28 + 1:02d}" for i in range(260)]
    head = "人员编号,姓名,小区,楼栋,单元,室号,人员类别,登记日期"
    (report,) = take(settled, write_csv(tmp_path, "人员", [head, *people]), adds_only=True)
    assert (report.taken, report.refused_count) == (260, 0)
    moved = [line.replace(",302,", ",303,") for line in people]
    (report,) = take(settled, write_csv(tmp_path, "人员", [head, *moved]), adds_only=True)
    assert (report.changed, report.unchanged) == (130, 130)
    assert len(ask(settled, DWELLING, "XQ010320303").residents) == 200  # as many as are shown of one dwelling
    assert dict(ask(settled, BUILDING, "XQ0103").people)["XQ010320303"] == 261


def test_that_a_cancelled_registration_is_a_closed_row(on_sqlite, tmp_path):
    head = "姓名,证件号,小区,楼栋,单元,室号,人员类别,注销日期"
    line = f"陈大文,{CHEN},城市花园,3幢,2,302,流动,2026-11-20"
    (report,) = take(on_sqlite, write_csv(tmp_path, "人员", [head, line]), adds_only=True)
    assert report.changed == 1
    assert ask(on_sqlite, DWELLING, "XQ010320302").residents == ()
    (again,) = take(on_sqlite, write_csv(tmp_path, "人员", [head, line]), adds_only=True)
    assert again.unchanged == 1


def test_that_an_import_into_changed_registers_compares_again(settled, tmp_path, monkeypatch):
    """Another import writes between the comparing and the writing of this one."""
    registers = settled.registers
    first = registers._writing
    file = write_csv(tmp_path, "人员", [PEOPLE[0], PEOPLE[1]])
    late = write_csv(tmp_path, "迟", [PEOPLE[0], PEOPLE[2].replace("302", "303")])

    def writing():
        monkeypatch.setattr(registers, "_writing", first)
        take(settled, late, adds_only=True)
        return first()

    monkeypatch.setattr(registers, "_writing", writing)
    (report,) = take(settled, file, adds_only=True)
    assert report.unchanged == 1
    assert len(ask(settled, DWELLING, "XQ010320303").residents) == 2
