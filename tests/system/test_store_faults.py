"""What can befall a database, and that nothing acknowledged is lost by it."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select, text

from services.domain.community_told import MeterReading
from services.domain.event import Batch, Event
from services.store.errors import StoreBusy, StoreDamaged, StoreFull, StoreReadOnly, StoreUnreachable
from services.store.schema import EVENT_TABLES, inbox
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


def batch(*names: str) -> Batch:
    return Batch(
        events=[
            Event("m", n, "meter_reading", NOW, MeterReading(n, "m1", "water", NOW, 1.0, "m3", "d"), b"r" * 400)
            for n in names
        ]
    )


def ids(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(select(inbox.c.event_id)).scalars())


def on_connecting(store: Store, prepare: Callable[[Any], None]) -> Callable[[], None]:
    """Prepare every new SQLite connection so; what is returned ends it."""

    def connected(connection: Any, _record: Any) -> None:
        prepare(connection)

    sql_event.listen(store._gate.engine, "connect", connected)
    store._gate.engine.dispose()

    def end() -> None:
        sql_event.remove(store._gate.engine, "connect", connected)
        store._gate.engine.dispose()

    return end


# ------------------------------------------------------------------------------------------- read-only


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder that an account without rights may enter."""
    folder = Path(tempfile.mkdtemp(prefix="district-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """Run as somebody whom file permissions stop; root writes through them."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


def test_that_a_read_only_file_can_be_read_and_says_why_it_cannot_be_written(own_folder):
    path = own_folder / "district.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.take(batch("a"), "m", NOW)
    path.chmod(0o444)
    with without_rights():
        store = Store.open(f"sqlite:///{path}")
        assert ids(store) == {"a"}
        with pytest.raises(StoreReadOnly, match="只读"):
            store.take(batch("b"), "m", NOW)
    path.chmod(0o644)
    with store:
        assert store.take(batch("b"), "m", NOW).stored == 1
        assert ids(store) == {"a", "b"}


def test_that_a_read_only_server_says_so_and_is_written_again_later(postgres, request):
    url = postgres.new_database("district_template")
    name = url.rpartition("/")[2]
    request.addfinalizer(lambda: postgres.drop_database(url))
    postgres.tell(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with Store.open(url) as store:
        with pytest.raises(StoreReadOnly, match="只读"):
            store.take(batch("a"), "m", NOW)
        postgres.tell(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        assert store.take(batch("a"), "m", NOW).stored == 1


# -------------------------------------------------------------------------------------------- disk full


def test_that_a_full_disk_refuses_whole_batches_and_takes_them_when_there_is_room(sqlite_store):
    with sqlite_store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    make_room = on_connecting(sqlite_store, lambda c: c.execute(f"PRAGMA max_page_count = {pages + 8}"))
    taken: set[str] = set()
    with pytest.raises(StoreFull, match="磁盘已满"):
        for n in range(1000):
            names = [f"{n}-{i}" for i in range(20)]
            sqlite_store.take(batch(*names), "m", NOW)
            taken |= set(names)
    assert taken
    assert ids(sqlite_store) == taken
    make_room()
    assert sqlite_store.take(batch(*names), "m", NOW).stored == 20
    assert ids(sqlite_store) == taken | set(names)


def test_that_a_full_server_refuses_the_batch_and_takes_it_when_there_is_room(postgres, request):
    url = postgres.new_database("district_template")
    request.addfinalizer(lambda: postgres.drop_database(url))
    with Store.open(url) as store:
        store.take(batch("a"), "m", NOW)
        table = EVENT_TABLES["meter_reading"].table.name
        with store._gate.turn(), store._gate.writing() as connection:
            connection.execute(
                text(
                    "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
                    " $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
                )
            )
            connection.execute(text(f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION no_room()"))
        with pytest.raises(StoreFull, match="磁盘已满"):
            store.take(batch("b"), "m", NOW)
        assert ids(store) == {"a"}
        with store._gate.turn(), store._gate.writing() as connection:
            connection.execute(text(f"DROP TRIGGER full_disk ON {table}"))
        assert store.take(batch("b"), "m", NOW).stored == 1


# ------------------------------------------------------------------------------------------ unreachable


@pytest.mark.timeout(60)
def test_that_a_server_that_was_stopped_and_started_goes_on_with_everything_acknowledged(postgres, request):
    url = postgres.new_database("district_template")
    request.addfinalizer(lambda: postgres.drop_database(url))
    with Store.open(url) as store:
        assert store.wait_for_change(5)
        store.take(batch("a"), "m", NOW)
        assert store.wait_for_change(5)
        postgres.stop()
        try:
            with pytest.raises(StoreUnreachable, match="连不上数据库"):
                store.take(batch("b"), "m", NOW)
            with pytest.raises(StoreUnreachable, match="连不上数据库"):
                store.snapshot("alerts", NOW)
            assert not store.wait_for_change(0.2)
            with pytest.raises(StoreUnreachable):
                Store.open(url)
        finally:
            postgres.start()
        assert store.take(batch("a", "b"), "m", NOW).stored == 1
        assert ids(store) == {"a", "b"}
        assert store.wait_for_change(5)


def test_that_a_connection_cut_within_a_batch_leaves_nothing_of_it(postgres, request):
    url = postgres.new_database("district_template")
    request.addfinalizer(lambda: postgres.drop_database(url))

    class Cuts:
        def detections(self, events, reader):
            pid = reader.execute(text("SELECT pg_backend_pid()")).scalar_one()
            postgres.tell(f"SELECT pg_terminate_backend({pid}, 5000)")
            return ()

        def forget(self) -> None:
            store.use_rules(Nothing())

    class Nothing:
        def detections(self, events, reader):
            return ()

        def forget(self) -> None:
            raise AssertionError

    with Store.open(url) as store:
        store.take(batch("a"), "m", NOW)
        store.use_rules(Cuts())
        with pytest.raises(StoreUnreachable):
            store.take(batch("b"), "m", NOW)
        assert ids(store) == {"a"}
        assert store.take(batch("b"), "m", NOW).stored == 1


def test_that_nobody_listening_is_said_in_words():
    with pytest.raises(StoreUnreachable, match="连不上数据库"):
        Store.open("postgresql+psycopg://postgres@127.0.0.1:1/none")


def test_that_a_wrong_database_name_is_said_in_words(postgres):
    with pytest.raises(StoreUnreachable, match="库名"):
        Store.open(postgres.url("no_such_database"))


def test_that_a_missing_folder_is_said_in_words(tmp_path):
    with pytest.raises(StoreUnreachable, match="打不开"):
        Store.open(f"sqlite:///{tmp_path / 'none' / 'x.db'}")


def test_that_a_file_that_is_no_database_is_said_in_words(tmp_path):
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database at all, really" * 100)
    with pytest.raises(StoreDamaged, match="损坏"):
        Store.open(f"sqlite:///{path}")


def test_that_a_file_another_program_holds_is_busy_and_free_again_later(sqlite_store, sqlite_url):
    on_connecting(sqlite_store, lambda c: c.execute("PRAGMA busy_timeout = 20"))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreBusy, match="占用"):
            sqlite_store.take(batch("a"), "m", NOW)
        assert ids(sqlite_store) == set()
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert sqlite_store.take(batch("a"), "m", NOW).stored == 1


# ----------------------------------------------------------------------------------------------- killed

WRITER = """
import sys
from datetime import UTC, datetime
from services.domain.community_told import MeterReading
from services.domain.event import Batch, Event
from services.store.store import Store

NOW = datetime(2026, 11, 21, tzinfo=UTC)
with Store.open(sys.argv[1]) as store:
    for n in range(1_000_000):
        names = [f"{sys.argv[2]}-{n}-{i}" for i in range(7)]
        readings = [MeterReading(name, "m", "water", NOW, 1.0, "m3", "d") for name in names]
        events = [Event("m", r.reading_id, "meter_reading", NOW, r) for r in readings]
        store.take(Batch(events=events), "m", NOW)
        print(*names, flush=True)
"""


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_a_killed_writer_loses_nothing_it_acknowledged_and_doubles_nothing(store_url):
    acknowledged: list[str] = []
    for life in range(5):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, store_url, str(life)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(3 + 4 * life):
            acknowledged += writer.stdout.readline().split()
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read()
        acknowledged += rest[: rest.rfind("\n") + 1].split()
        writer.stdout.close()
        writer.wait()
    with Store.open(store_url) as store, store.read() as connection:
        kept = connection.execute(select(inbox.c.event_id)).scalars().all()
        table = EVENT_TABLES["meter_reading"].table
        typed = connection.execute(select(table.c.reading_id)).scalars().all()
    assert len(kept) == len(set(kept))
    assert set(acknowledged) <= set(kept)
    assert sorted(kept) == sorted(typed)
    assert len(acknowledged) >= 7 * sum(3 + 4 * life for life in range(5))
