"""The schema: made by migrations, the same as the tables the program uses, the same for every record."""

import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, Table, create_engine, insert, select, text

from services.domain.community import Elder
from services.domain.masked import Masked, mask_phone
from services.store import codec, migrate, rows
from services.store.columns import Moment, from_micros, record_fields, to_micros
from services.store.engine import open_engine
from services.store.errors import StoreError
from services.store.partitions import is_part
from services.store.schema import metadata
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, 0, 123456, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"


class Grade(IntEnum):
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Everything:
    words: str
    number: int
    share: float
    flag: bool
    at: datetime
    day: date
    colour: Colour
    grade: Grade
    phone: Masked
    raw: bytes
    pairs: tuple[tuple[str, int], ...]
    maybe: float | None = None
    maybe_at: datetime | None = None
    maybe_name: Masked | None = None
    maybe_colour: Colour | None = None


RECORD = Everything(
    "字", 2**40, 0.1, True, NOW, date(2026, 11, 21), Colour.RED, Grade.HIGH,
    Masked("13812345678", mask_phone("13812345678")), b"\x00", (("a", 1),),
)  # fmt: skip


def test_that_migrations_make_exactly_the_tables_the_program_uses(store):
    with store.read() as connection:
        ours = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or not is_part(name)}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, metadata) == [], 'run: python -m services.store.migrate "Add what changed"'


def test_that_an_empty_database_is_brought_up_and_down_again(tmp_path):
    from alembic import command

    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), "head")
        command.downgrade(migrate.alembic_config(connection), "base")
        left = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    engine.dispose()
    assert left == ["alembic_version"]


def test_that_a_new_table_gets_a_migration_in_the_databases_own_types(tmp_path, monkeypatch, capsys):
    shutil.copytree(migrate.SCRIPTS, tmp_path / "migrations")
    monkeypatch.setattr(migrate, "SCRIPTS", tmp_path / "migrations")
    table = Table("novelty", metadata, *(f.column for f in record_fields(Everything)))
    try:
        written = migrate.write_migration("Add novelties", "9998").read_text()
    finally:
        metadata.remove(table)
    assert "op.create_table" in written
    assert "'novelty'" in written
    assert "sa.Column('at', sa.BigInteger(), nullable=False)" in written
    assert "sa.Column('colour', sa.Text(), nullable=False)" in written
    assert "services" not in written


def test_that_a_database_of_a_newer_program_is_refused(store, store_url):
    with store._gate.turn(), store._gate.writing() as connection:
        head = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999"):
        Store.open(store_url)
    with store._gate.turn(), store._gate.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})


def test_that_two_programs_may_open_a_new_database_at_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'new store.db'}"
    opened: list[Store] = []
    threads = [threading.Thread(target=lambda: opened.append(Store.open(url))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 3
    for store in opened:
        store.close()


def test_that_sqlite_is_opened_durable_and_shared(sqlite_store):
    with sqlite_store.read() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == ["wal", 2, 1, 10_000]


@pytest.mark.parametrize("url", ["mysql://x/y", "nothing", "sqlite+aiosqlite:///x", "postgresql://h/d"])
def test_that_an_address_we_do_not_speak_is_refused_in_words(url):
    with pytest.raises(StoreError, match=r"store\.url"):
        open_engine(url)


@pytest.mark.parametrize("count", [1, 300])
def test_that_a_record_with_every_kind_of_field_comes_back(store, count):
    fields = record_fields(Everything)
    other = MetaData()
    table = Table("everything", other, *(f.column for f in fields))
    row = tuple(f.convert(f.read(RECORD)) if f.convert else f.read(RECORD) for f in fields)
    with store._gate.turn(), store._gate.writing() as connection:
        other.create_all(connection)
        rows.insert(connection, table, [f.name for f in fields], [row] * count)
        read = connection.execute(select(table)).mappings().all()
        other.drop_all(connection)
    assert len(read) == count
    assert {name: read[-1][name] for name in Everything.__dataclass_fields__} == {
        name: getattr(RECORD, name) for name in Everything.__dataclass_fields__
    }
    assert (read[0]["phone_mask"], str(read[0]["phone"])) == ("138****5678", "1*")


def test_that_sqlalchemy_writes_the_same_columns(store):
    fields = record_fields(Everything)
    other = MetaData()
    table = Table("everything", other, *(f.column for f in fields))
    values = {name: getattr(RECORD, name) for name in Everything.__dataclass_fields__}
    with store._gate.turn(), store._gate.writing() as connection:
        other.create_all(connection)
        connection.execute(insert(table).values(**values, phone_mask="138****5678"))
        read = connection.execute(select(table).where(table.c.at >= NOW)).mappings().one()
        other.drop_all(connection)
    assert read["pairs"] == (("a", 1),)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])))
def test_that_a_moment_is_the_same_after_a_round_trip(moment):
    assert from_micros(to_micros(moment)) == moment


def test_that_a_naive_moment_is_refused():
    with pytest.raises(TypeError):
        Moment().process_bind_param(datetime(2026, 1, 1), None)  # noqa: DTZ001


def test_that_json_keeps_what_is_masked_with_its_mask():
    phone = codec.decode(Masked, codec.encode(RECORD.phone))
    assert (phone.unmasked(), str(phone)) == ("13812345678", "138****5678")


def test_that_json_of_an_elder_comes_back_as_the_elder():
    from services.domain.community import CareClass, Safety

    elder = Elder(
        "e1", Masked("周阿婆"), CareClass.KEY, "东苑", "3 幢", Safety.UNKNOWN, (0.1, None), NOW, "", "水表失联", "电话"
    )
    assert codec.decode(Elder, codec.encode(elder)) == elder


def test_that_a_masked_value_shows_only_its_mask_in_a_row(store):
    fields = record_fields(Everything)
    table = Table("everything", MetaData(), *(f.column for f in fields))
    assert "13812345678" not in repr(table.c.phone.type.process_result_value("13812345678", None))
