"""The second place: only added to, by file or database, every minute and at each hand-over."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from services.collect.site import SiteError, read_site
from services.collect.witnessing import Witnessing
from services.domain.alert import AlertLevel, Detection
from services.domain.sighting import HANDOVER, MINUTE, Sighting, first_fault, next_after
from services.domain.snapshot import Quality
from services.store.errors import StoreError
from services.store.schema import case_event
from services.store.store import Store
from services.store.verifying import verify
from services.store.witness import FileWitness, Witness, open_witness

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(params=["file", "sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(tmp_path / "heads.jsonl")
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'witness.db'}"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def witness(place: str):
    opened = open_witness(place)
    yield opened
    opened.close()


def raised(store: Store, key: str, at: datetime) -> None:
    store.report(
        [Detection(key, "r1", 3, "≥", "community", AlertLevel.YELLOW, "题", "林*", "林**", "person", key, "东苑", at)],
        at,
    )


def sightings(count: int) -> list[Sighting]:
    made: list[Sighting] = []
    for n in range(count):
        made.append(next_after(made[-1] if made else None, n + 1, f"sm3:{n:064x}", NOW + n * SECOND, MINUTE))
    return made


def test_that_what_was_added_is_read_again_in_order_and_whole(witness: Witness, place: str):
    every = sightings(3)
    for one in every:
        witness.add(one)
    again = open_witness(place, read_only=True)
    assert again.read() == tuple(every)
    assert first_fault(again.read()) == ""
    again.close()


def test_that_a_second_place_nobody_has_written_to_is_empty(witness: Witness):
    assert witness.read() == ()


@pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("statement", ["UPDATE witness SET seq = 9", "DELETE FROM witness"])
def test_that_a_database_refuses_to_change_or_delete_a_sighting(witness: Witness, place: str, statement: str):
    witness.add(sightings(1)[0])
    engine = create_engine(place)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_that_a_torn_line_is_no_sighting_and_breaks_none_after_it(tmp_path: Path):
    path = tmp_path / "heads.jsonl"
    one, two = sightings(2)
    witness = FileWitness(path)
    witness.add(one)
    with path.open("ab") as file:
        file.write(b'{"number":2,"seq')
    witness.add(two)
    assert witness.read() == (one, two)


def test_that_a_place_out_of_reach_is_said_in_words(tmp_path: Path):
    with pytest.raises(StoreError, match="写不进日志副本"):
        FileWitness(tmp_path / "no" / "heads.jsonl").add(sightings(1)[0])
    with pytest.raises(StoreError, match="读不到日志副本"):
        FileWitness(tmp_path).read()


@pytest.mark.parametrize(
    "change", [{"seq": 9}, {"hash": "sm3:0"}, {"at": NOW}, {"occasion": HANDOVER}, {"prev": "x"}, {"number": 7}]
)
def test_that_a_changed_sighting_breaks_the_second_places_own_chain(change):
    every = sightings(3)
    every[1] = replace(every[1], **change)
    assert first_fault(every).startswith("副本第 2 条")


def test_that_a_second_place_that_says_the_log_shrank_is_at_fault():
    one = next_after(None, 5, "sm3:a", NOW, MINUTE)
    assert "短" in first_fault([one, next_after(one, 4, "sm3:b", NOW, MINUTE)])


# ------------------------------------------------------------------------------------------ the collector


def test_that_the_head_is_carried_over_once_a_minute_and_only_when_it_moved(sqlite_store: Store, tmp_path: Path):
    witness = FileWitness(tmp_path / "heads.jsonl")
    witnessing = Witnessing(sqlite_store, witness)
    witnessing.tick(NOW)
    assert witness.read() == ()
    raised(sqlite_store, "a", NOW)
    witnessing.tick(NOW + 5 * SECOND)
    raised(sqlite_store, "b", NOW + 6 * SECOND)
    witnessing.tick(NOW + 10 * SECOND)
    assert [s.seq for s in witness.read()] == [1]
    witnessing.tick(NOW + 65 * SECOND)
    witnessing.tick(NOW + 300 * SECOND)
    assert [(s.seq, s.occasion) for s in witness.read()] == [(1, MINUTE), (2, MINUTE)]
    with sqlite_store.read() as connection:
        assert verify(connection, witness.read()).fault is None


def test_that_a_hand_over_is_carried_over_at_once(sqlite_store: Store, tmp_path: Path):
    witness = FileWitness(tmp_path / "heads.jsonl")
    witnessing = Witnessing(sqlite_store, witness)
    raised(sqlite_store, "a", NOW)
    witnessing.tick(NOW)
    handed_over = select(*[
        {"seq": text("2"), "stream": text("'handover'"), "kind": text("'handover_done'"), "case_id": text("'JJ-1'")}
        .get(c.name, c) for c in case_event.c
    ])  # fmt: skip
    with sqlite_store._writing() as connection:
        connection.execute(insert(case_event).from_select(list(case_event.c.keys()), handed_over))
    witnessing.tick(NOW + 5 * SECOND)
    assert [(s.seq, s.occasion) for s in witness.read()] == [(1, MINUTE), (2, HANDOVER)]


def test_that_a_collector_started_again_goes_on_where_the_second_place_ends(sqlite_store: Store, tmp_path: Path):
    witness = FileWitness(tmp_path / "heads.jsonl")
    raised(sqlite_store, "a", NOW)
    Witnessing(sqlite_store, witness).tick(NOW)
    raised(sqlite_store, "b", NOW)
    Witnessing(sqlite_store, witness).tick(NOW + SECOND)
    assert [s.number for s in witness.read()] == [1, 2]
    assert first_fault(witness.read()) == ""


def test_that_a_second_place_out_of_reach_is_said_once_among_the_sources_and_made_up_for(
    sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    folder = tmp_path / "share"
    witness = FileWitness(folder / "heads.jsonl")
    witnessing = Witnessing(sqlite_store, witness)
    raised(sqlite_store, "a", NOW)
    with caplog.at_level(logging.INFO):
        witnessing.tick(NOW)
        witnessing.tick(NOW + 60 * SECOND)
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    (source,) = sqlite_store.snapshot("sources", NOW).records
    assert (source.title, source.quality, source.failing_since) == ("日志存证副本", Quality.STALE, NOW)
    folder.mkdir()
    witnessing.tick(NOW + 120 * SECOND)
    assert [s.seq for s in witness.read()] == [1]
    (source,) = sqlite_store.snapshot("sources", NOW).records
    assert (source.quality, source.error) == (Quality.GOOD, "")


# ---------------------------------------------------------------------------------------------- settings


def test_that_rows_are_sealed_as_the_site_says_and_older_rows_keep_their_seal(store: Store):
    raised(store, "a", NOW)
    store.use_seal("sha256")
    raised(store, "b", NOW)
    with store.read() as connection:
        hashes = connection.execute(select(case_event.c.hash).order_by(case_event.c.seq)).scalars().all()
        assert verify(connection).fault is None
    assert [h.partition(":")[0] for h in hashes] == ["sm3", "sha256"]


def test_that_a_relative_mirror_lies_beside_the_site_file(tmp_path: Path):
    path = tmp_path / "site.toml"
    path.write_text('[record]\nmirror = "heads.jsonl"\nhash = "sha256"\n', encoding="utf-8")
    assert read_site(path).record.mirror == str(tmp_path / "heads.jsonl")
    path.write_text('[record]\nmirror = "sqlite:///w.db"\n', encoding="utf-8")
    assert read_site(path).record.mirror == f"sqlite:///{tmp_path / 'w.db'}"


@pytest.mark.parametrize(
    ("line", "said"), [("hash = 'md5'", "可用：sm3、sha256"), ("hsh = 'x'", "不认识的键"), ("mirror = 3", "须为文字")]
)
def test_that_a_wrong_setting_of_the_record_is_named(tmp_path: Path, line: str, said: str):
    path = tmp_path / "site.toml"
    path.write_text(f"[record]\n{line}\n", encoding="utf-8")
    with pytest.raises(SiteError, match=said):
        read_site(path)
