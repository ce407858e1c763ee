"""The record cannot be changed unseen: six ways to tamper with it, each found and named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from console.verbs import main
from services.domain.alert import Action, Alert, AlertLevel, Command, Detection
from services.domain.officer import Officer, Role
from services.domain.promise import MakePromise
from services.domain.sighting import MINUTE, Sighting, next_after
from services.store import ledger
from services.store.columns import to_micros
from services.store.schema import alert as alert_table
from services.store.schema import case_event, casework, counter, deadline
from services.store.store import Store
from services.store.verifying import Part, Verified, signed_heads, verify
from services.store.witness import FileWitness
from tests.tamper import tamper

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
LI = Officer("u2", "李晓明", Role.SHIFT_LEAD)


@pytest.fixture
def worked(store: Store) -> Store:
    """Three alerts, two signed, and a promise: six rows."""
    alerts = [raised(store, key, NOW + n * MINUTES) for n, key in enumerate("abc")]
    for n, alert in enumerate(alerts[:2], 3):
        sign = Command(alert.id, Action.SIGN, alert.version)
        assert store.perform(sign, LI, NOW + n * MINUTES).done
    promise = MakePromise(to_whom="林先生", what="回电", due_at=NOW + timedelta(hours=2))
    assert store.perform(promise, LI, NOW + 5 * MINUTES).done
    return store


def raised(store: Store, key: str, at: datetime) -> Alert:
    found = Detection(
        key, "r1", 3, "≥ 10 次", "community", AlertLevel.YELLOW, "频繁出入", "林*", "林**", "person", key, "东苑", at
    )
    return store.report([found], at)[0]


def verified(store: Store, sightings: tuple[Sighting, ...] | None = None) -> Verified:
    with store.read() as connection:
        return verify(connection, sightings)


def fault(store: Store, sightings: tuple[Sighting, ...] | None = None):
    found = verified(store, sightings).fault
    assert found is not None
    return found


def seen(store: Store, *seqs: int) -> tuple[Sighting, ...]:
    """The second place, having looked after each of these rows."""
    with store.read() as connection:
        hashes = {r.seq: r.hash for r in connection.execute(select(case_event))}
    made: list[Sighting] = []
    for seq in seqs:
        made.append(next_after(made[-1] if made else None, seq, hashes[seq], NOW + seq * MINUTES, MINUTE))
    return tuple(made)


def recompute(store: Store, **of_row_2: object) -> None:
    """What somebody does who knows how the chain is made: change a row and seal all after it anew."""
    with store.read() as connection:
        rows = [dict(r._mapping) for r in connection.execute(select(case_event).order_by(case_event.c.seq))]
    rows[1] |= of_row_2
    statements, previous = [], ledger.GENESIS
    for row in rows:
        told = (row["seq"], row["stream"], row["case_id"], row["version"], row["kind"])
        told = (*told, to_micros(row["at"]), row["officer"], row["body"])
        row["prev_hash"], row["hash"] = previous, ledger._sealed("sm3", told, previous)
        previous = row["hash"]
        statements.append(update(case_event).where(case_event.c.seq == row["seq"]).values(**row))
    tamper(store, statements)


# ------------------------------------------------------------------------------------- the whole record


def test_that_an_honest_record_is_whole_and_counted(worked):
    found = verified(worked, seen(worked, 2, 4, 6))
    assert (found.fault, found.rows, found.alerts, found.cases, found.sightings) == (None, 6, 3, 1, 3)
    assert found.head_hash.startswith("sm3:")


def test_that_an_empty_record_is_whole(store):
    assert verified(store).fault is None


# --------------------------------------------------------------------------------------------- tampering


def test_that_an_edited_row_is_named_with_whose_it_is_and_when_it_was(worked):
    tamper(worked, [update(case_event).where(case_event.c.seq == 4).values(officer="u9")])
    found = fault(worked)
    assert (found.part, found.row, found.case_id, found.who) == (Part.CHAIN, 4, "YJ-1121-0001", "李*")
    assert found.at == NOW + 3 * MINUTES
    assert "第 4 条内容与其校验值不符（YJ-1121-0001，签收，李*，2026-11-21 14:03:00）" in found.message


def test_that_a_body_edited_beyond_reading_is_named_all_the_same(worked):
    tamper(worked, [update(case_event).where(case_event.c.seq == 4).values(body="{")])
    assert (fault(worked).row, fault(worked).who, fault(worked).officer) == (4, "", "u2")


def test_that_a_deleted_row_is_named_with_its_neighbours_times(worked):
    tamper(worked, [delete(case_event).where(case_event.c.seq == 3)])
    found = fault(worked)
    assert (found.part, found.row) == (Part.CHAIN, 3)
    assert "第 3 条缺失" in found.message
    assert "前一条写于 2026-11-21 14:01:00，后一条写于 2026-11-21 14:03:00" in found.message


def test_that_an_inserted_row_is_named(worked):
    """Rows 5 and 6 move up by one to make room for a forged row 5."""
    forged = insert(case_event).from_select(
        list(case_event.c.keys()),
        select(*[
            {"seq": text("5"), "version": text("99"), "officer": text("'u9'")}.get(c.name, c) for c in case_event.c
        ]).where(case_event.c.seq == 4),
    )  # fmt: skip
    shift = [update(case_event).where(case_event.c.seq == seq).values(seq=seq + 1) for seq in (6, 5)]
    tamper(worked, [*shift, forged])
    found = fault(worked)
    assert (found.part, found.row, found.officer) == (Part.CHAIN, 5, "u9")
    assert "未接在前一条之后" in found.message


def test_that_reordered_rows_are_named(worked):
    swap = [(4, 0), (5, 4), (0, 5)]
    tamper(worked, [update(case_event).where(case_event.c.seq == a).values(seq=b) for a, b in swap])
    assert (fault(worked).part, fault(worked).row) == (Part.CHAIN, 4)


def test_that_a_cut_end_is_named_by_the_number_the_store_had_reached(worked):
    tamper(worked, [delete(case_event).where(case_event.c.seq > 4)])
    assert (fault(worked).part, fault(worked).row) == (Part.CHAIN, 5)


def test_that_a_row_appended_by_another_hand_is_named(worked):
    with worked.read() as connection:
        last = dict(connection.execute(select(case_event).where(case_event.c.seq == 6)).one()._mapping)
    last |= {"seq": 7, "version": 2, "prev_hash": last["hash"]}
    told = tuple(last[k] for k in ("seq", "stream", "case_id", "version", "kind"))
    told = (*told, to_micros(last["at"]), last["officer"], last["body"])
    tamper(worked, [insert(case_event).values(**last | {"hash": ledger._sealed("sm3", told, last["prev_hash"])})])
    found = fault(worked)
    assert (found.part, found.row) == (Part.END, 7)
    assert "第 7 条起不是本系统写入" in found.message


def cut(store: Store) -> None:
    """Cut the end and everything that tells of it."""
    tamper(
        store,
        [
            delete(case_event).where(case_event.c.seq > 5),
            update(counter).where(counter.c.name == "case_event").values(value=5),
            delete(casework),
            delete(deadline).where(deadline.c.stream == "promise"),
        ],
    )


def test_that_a_log_cut_with_all_its_traces_is_found_by_the_second_place_only(worked):
    sightings = seen(worked, 2, 6)
    cut(worked)
    assert verified(worked).fault is None
    found = fault(worked, sightings)
    assert (found.part, found.row, found.at) == (Part.SHORTER, 6, NOW + 6 * MINUTES)
    assert "副本 2026-11-21 14:06:00 记到第 6 条，库中只到第 5 条" in found.message


def test_that_a_chain_made_anew_from_its_start_is_found_by_the_second_place_only(worked):
    sightings = seen(worked, 1, 2, 6)
    recompute(worked, officer="u9")
    assert verified(worked).fault is None
    found = fault(worked, sightings)
    assert (found.part, found.row, found.officer) == (Part.REWRITTEN, 2, "u9")
    assert "第 2 条被改写并重算过校验值" in found.message


def test_that_rows_between_two_looks_of_the_second_place_are_named_as_a_stretch(worked):
    sightings = seen(worked, 1, 6)
    recompute(worked, officer="u9")
    assert "第 2 至 6 条之间" in fault(worked, sightings).message


def test_that_a_printed_head_alone_shows_a_chain_made_anew(worked, tmp_path, capsys):
    head = worked.chain_head()
    recompute(worked, officer="u9")
    (printed,) = seen(worked, 6)
    assert fault(worked, (replace(printed, hash=head.hash),)).part is Part.WITNESS  # its seal was not made for that
    assert fault(worked, (next_after(None, head.seq, head.hash, NOW, MINUTE),)).part is Part.REWRITTEN


@pytest.mark.parametrize("column", [c.name for c in case_event.c if c.name != "seq"])
@pytest.mark.parametrize("seq", [1, 4, 6])
def test_that_any_change_of_any_field_of_any_row_names_that_row(sqlite_store, column, seq):
    for n, key in enumerate("abcdef"):
        raised(sqlite_store, key, NOW + n * MINUTES)
    other = {"at": NOW - MINUTES, "version": 9}.get(column, "x")
    tamper(sqlite_store, [update(case_event).where(case_event.c.seq == seq).values(**{column: other})])
    assert (fault(sqlite_store).part, fault(sqlite_store).row) == (Part.CHAIN, seq)


def handed_over(store: Store, seq: int, hash_: str) -> None:
    body = json.dumps({"officer_name": "李晓明", "role": "shift_lead", "fact": {"chain_seq": seq, "chain_hash": hash_}})
    with store._writing() as connection:
        ledger.append(connection, [ledger.Entry("handover", "JJ-261121-001", 1, "handover_done", NOW, "u2", body)])


def test_that_a_sheet_that_forgot_to_be_forged_shows_a_chain_made_anew(worked):
    head = worked.chain_head()
    handed_over(worked, head.seq, head.hash)
    with worked.read() as connection:
        assert signed_heads(connection) is None
    recompute(worked, officer="u9")
    found = fault(worked)
    assert (found.part, found.row) == (Part.SHEET, head.seq)
    assert "与交接单 JJ-261121-001（第 7 条）所记不同" in found.message


# ---------------------------------------------------------------------------------------- second place


def test_that_a_second_place_that_was_edited_is_itself_found(worked):
    one, two = seen(worked, 2, 6)
    assert "副本第 1 条内容" in fault(worked, (replace(one, seq=1), two)).message
    assert "副本第 1 条缺失" in fault(worked, (two,)).message
    assert "副本第 1 条缺失" in fault(worked, (two, one)).message


def test_that_an_empty_second_place_proves_nothing_and_says_so(worked):
    assert fault(worked, ()).part is Part.WITNESS


# ----------------------------------------------------------------------------------------- projections


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (update(alert_table).where(alert_table.c.id == "YJ-1121-0002").values(department="公安"), "不同：department"),
        (update(alert_table).where(alert_table.c.id == "YJ-1121-0002").values(body="{}"), "不同：body"),
        (delete(alert_table).where(alert_table.c.id == "YJ-1121-0002"), "预警 YJ-1121-0002 在日志里，库中没有"),
        (
            delete(deadline).where(deadline.c.alert_id == "YJ-1121-0002", deadline.c.what == "close"),
            "期限 YJ-1121-0002",
        ),
        (delete(casework), "在日志里，库中没有"),
        (update(casework).values(is_open=False), "不同：is_open"),
    ],
)
def test_that_what_is_shown_must_be_what_the_log_says(worked, statement, said):
    tamper(worked, [statement])
    found = fault(worked)
    assert found.part is Part.PROJECTION
    assert said in found.message
    assert found.row is not None


def test_that_an_alert_without_a_log_is_named(worked):
    invented = select(
        *[text("'YJ-9'") if c.name == "id" else text("'k9'") if c.name == "key" else c for c in alert_table.c]
    )
    tamper(worked, [insert(alert_table).from_select(
        list(alert_table.c.keys()), invented.where(alert_table.c.id == "YJ-1121-0003"))])  # fmt: skip
    assert (fault(worked).case_id, fault(worked).row) == ("YJ-9", None)
    assert "日志里没有" in fault(worked).message


def test_that_a_log_that_cannot_be_told_again_says_so(worked):
    recompute(worked, body="{}")
    assert fault(worked).part is Part.REPLAY


def test_that_verifying_changes_nothing(worked):
    before = worked.changes_since(0)
    verified(worked)
    assert worked.changes_since(0) == before


# ------------------------------------------------------------------------------------------------ verb


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "heads.jsonl"


def mirrored(store: Store, path: Path) -> None:
    for sighting in seen(store, 2, 6):
        FileWitness(path).add(sighting)


def test_that_the_verb_prints_one_line_of_json_and_ends_with_0(worked, store_url, file, capsys):
    mirrored(worked, file)
    assert main(["verify", "--store", store_url, "--against", str(file)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["rows"], said["sightings"], said["fault"]) == (True, 6, 2, None)


def test_that_the_verb_ends_with_1_and_a_sentence_when_the_record_is_not_what_was_written(
    worked, store_url, file, capsys
):
    mirrored(worked, file)
    cut(worked)
    assert main(["verify", "--store", store_url, "--against", str(file)]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["fault"]["row"] == 6
    assert "记录不实：日志被截短" in err


def test_that_the_verb_takes_the_text_of_a_printed_qr(worked, store_url, capsys):
    head = worked.chain_head()
    printed = f"DC1|{head.seq}|{head.hash}|{NOW.isoformat()}"
    assert main(["verify", "--store", store_url, "--against", printed]) == 0
    recompute(worked, officer="u9")
    assert main(["verify", "--store", store_url, "--against", printed]) == 1
    assert "重算" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("store", "against", "said"),
    [
        ("sqlite:////nowhere/x.db", "", "不能核验"),
        ("mysql://x/y", "", "须以 sqlite"),
        ("good", "/nowhere/heads.jsonl", "没有日志副本"),
        ("good", "DC1|x", "读不懂打印的链头"),
    ],
)
def test_that_what_cannot_be_verified_ends_with_2_and_why(sqlite_url, capsys, store, against, said):
    assert main(["verify", "--store", sqlite_url if store == "good" else store, "--against", against]) == 2
    assert said in capsys.readouterr().err
