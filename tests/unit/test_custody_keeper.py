"""From the deeds of hand-ins to entries, signed heads and a witness: each once, whatever is killed in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.collect.collector import RULES
from services.collect.custody_checking import CustodyChecking
from services.collect.custody_keeper import CustodyKeeper
from services.collect.custody_told import CustodyTold
from services.collect.custody_witness import BehindError, CustodyWitnessing, WitnessRefusedError
from services.collect.rule_files import rule_from_text
from services.collect.rules import RuleRunner
from services.district.sea_witness import Refusal, Witness
from services.domain.alert import AlertLevel, Condition
from services.domain.boats import HandInRequest, HandInState
from services.domain.custody import CustodyStep, line_of
from services.domain.custody_settings import CustodySettings
from services.domain.custody_state import CustodyChain, CustodyHead, Lamp
from services.domain.hand_in_case import ReportFiled, ReportProgress, Told
from services.domain.officer import ENGINE
from services.domain.question import CUSTODY, Question
from services.domain.receipt import receipt_from
from services.domain.signed_note import Note, NoteSignature, signature_of, spell
from services.domain.snapshot import Quality
from services.domain.timebase import Timebase
from services.reports.custody_check import Keys, check_file
from services.reports.custody_export import NothingToExportError, log_file, manifest_file, receipt_of
from services.reports.custody_key import LogSigner, WitnessSigner
from services.store.custody import Head
from services.store.errors import StoreError
from services.store.store import Store
from tests.custody import START, draft, hand_in, signer, witness

NOW = START + timedelta(hours=12)


def report(store: Store, request: HandInRequest, at: datetime = NOW) -> None:
    outcome = store.perform(ReportFiled(request=request), ENGINE, at)
    assert outcome.done, outcome.refusal


@pytest.fixture
def log_signer(tmp_path: Path) -> LogSigner:
    return signer(tmp_path)


@pytest.fixture
def sea(tmp_path: Path) -> WitnessSigner:
    return witness(tmp_path)


def asker(made: Witness) -> object:
    """A witness asked as over HTTP, without it."""

    def ask(old: int, proof: Sequence[bytes], note: Note) -> tuple[NoteSignature, ...]:
        body = f"old {old}\n" + "".join(f"{spell(step)}\n" for step in proof) + "\n" + note.spelled
        try:
            return (signature_of(made.add_checkpoint(body).rstrip("\n")),)
        except Refusal as no:
            if no.status.startswith("409"):
                raise BehindError(int(no.text)) from no
            raise WitnessRefusedError(no.text) from no

    return ask


def steps(store: Store) -> list[str]:
    return [line_of(row.line).entry.told.step.value for row in store.custody.rows()]


# -- entering


def test_that_each_step_from_the_weighing_on_is_entered_with_its_parties_and_mass(
    store: Store, log_signer: LogSigner
) -> None:
    report(store, hand_in(until=HandInState.CLOSED))
    CustodyKeeper(store, log_signer).tick(NOW)
    told = [line_of(row.line).entry for row in store.custody.rows()]
    assert [(e.told.step.value, e.told.giver, e.told.taker, e.told.mass_kg) for e in told] == [
        ("WEIGHED", "浙椒渔 61588", "渔清 03", 348.0),
        ("SIGNED", "浙椒渔 61588", "渔清 03", 348.0),
        ("IN_TRANSIT", "渔清 03", "YC-HM", 348.0),
        ("STORED", "渔清 03", "YC-HM", 342.0),
        ("REDUCED", "YC-HM", "YC-HM", 42.0),
        ("TRANSFERRED", "YC-HM", "绿运环保", 41.5),
        ("DISPOSED", "绿运环保", "台州固废处置中心", 41.4),
    ]
    assert [e.no for e in told] == [1, 2, 3, 4, 5, 6, 7]
    assert {e.told.manifest for e in told} == {"LD-20261121-07"}


def test_that_a_deed_is_entered_once_however_often_and_by_whomever_it_is_read(
    sqlite_store: Store, log_signer: LogSigner
) -> None:
    store = sqlite_store
    report(store, hand_in(until=HandInState.SIGNED))
    for _ in range(2):
        CustodyKeeper(store, log_signer).tick(NOW)
    keeper = CustodyKeeper(store, log_signer)
    keeper.tick(NOW)
    keeper.tick(NOW)
    assert steps(store) == ["WEIGHED", "SIGNED"]


def test_that_who_was_overtaken_by_another_keeper_enters_nothing(store: Store, log_signer: LogSigner) -> None:
    one = [(5, draft())]
    assert store.custody.append(one, 0, 5, log_signer.line, NOW) == 1
    assert store.custody.append(one, 0, 5, log_signer.line, NOW) == 0
    assert len(store.custody.rows()) == 1


def test_that_a_keeper_killed_while_it_enters_leaves_nothing_and_goes_on(
    store: Store, log_signer: LogSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(store, hand_in(until=HandInState.STORED))
    keeper = CustodyKeeper(store, log_signer)
    signed = 0

    def killed(entry: object) -> object:
        nonlocal signed
        signed += 1
        if signed == 3:
            raise StoreError("killed")
        return LogSigner.line(log_signer, entry)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(log_signer, "line", killed)
        with pytest.raises(StoreError):
            keeper.tick(NOW)
    assert store.custody.rows() == ()
    CustodyKeeper(store, log_signer).tick(NOW)
    assert steps(store) == ["WEIGHED", "SIGNED", "IN_TRANSIT", "STORED"]
    assert [row.seq for row in store.custody.rows()] == [1, 2, 3, 4]


def test_that_progress_is_entered_as_it_comes(store: Store, log_signer: LogSigner) -> None:
    whole = hand_in(until=HandInState.STORED)
    report(store, hand_in(until=HandInState.WEIGHED))
    keeper = CustodyKeeper(store, log_signer)
    keeper.tick(NOW)
    case = store.cases("hand_in")[0]
    progress = ReportProgress(
        case_id=case.id,
        expected_version=case.version,
        steps=whole.history[7:],
        told=Told(stored_t=0.342, warehouse="YC-HM", photos=("cd" * 32,)),
    )
    outcome = store.perform(progress, ENGINE, NOW)
    assert outcome.done, outcome.refusal
    keeper.tick(NOW)
    assert steps(store) == ["WEIGHED", "SIGNED", "IN_TRANSIT", "STORED"]
    assert line_of(store.custody.rows()[1].line).entry.told.photos == ("cd" * 32,)


# -- append-only


@pytest.mark.parametrize("table", ["custody_entry", "custody_checkpoint"])
@pytest.mark.parametrize("change", ["UPDATE {} SET seq = seq + 100", "DELETE FROM {}"])
def test_that_the_database_refuses_to_change_the_log(
    store: Store, log_signer: LogSigner, table: str, change: str
) -> None:
    store.custody.append([(1, draft())], 0, 1, log_signer.line, NOW)
    CustodyKeeper(store, log_signer).seal(NOW)
    with pytest.raises((DBAPIError, StoreError)), store._writing() as connection:
        connection.execute(text(change.format(table)))


def rewrite(store: Store, change: str) -> None:
    """What somebody with the database in his hands can do."""
    with store._writing() as connection:
        for name in ("UPDATE", "DELETE"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS custody_entry_keeps_{name}"))
        connection.execute(text(change))


# -- heads and the witness


def kept_log(store: Store, log_signer: LogSigner, count: int = 3) -> None:
    store.custody.append([(n, draft(n)) for n in range(1, count + 1)], 0, count, log_signer.line, NOW)
    CustodyKeeper(store, log_signer).seal(NOW)


@pytest.fixture
def seen(sea: WitnessSigner, log_signer: LogSigner, tmp_path: Path) -> Witness:
    return Witness(sea, tmp_path / "seen.json", Timebase(), (log_signer.key,))


def witnessing(store: Store, sea: WitnessSigner, made: Witness) -> CustodyWitnessing:
    return CustodyWitnessing(store, asker(made), sea.key)  # type: ignore[arg-type]


def test_that_the_head_is_signed_once_a_size_and_countersigned(
    store: Store, log_signer: LogSigner, sea: WitnessSigner, seen: Witness
) -> None:
    kept_log(store, log_signer)
    CustodyKeeper(store, log_signer).seal(NOW)
    one = witnessing(store, sea, seen)
    one.tick(NOW)
    one.tick(NOW)
    assert [(head.size, head.witnessed_at is None) for head in store.custody.heads()] == [(3, True), (3, False)]
    store.custody.append([(9, draft(4))], 3, 9, log_signer.line, NOW)
    CustodyKeeper(store, log_signer).seal(NOW)
    witnessing(store, sea, seen).tick(NOW)
    newest = store.custody.newest(witnessed=True)
    assert newest is not None and newest.size == 4


def test_that_a_witness_that_is_ahead_of_us_is_caught_up_with(
    sqlite_store: Store, log_signer: LogSigner, sea: WitnessSigner, seen: Witness
) -> None:
    """Its countersignature was lost on the way: it says where it stands, and is asked from there."""
    store = sqlite_store
    kept_log(store, log_signer)
    head = store.custody.newest()
    assert head is not None
    asker(seen)(0, (), head.note)  # type: ignore[operator]
    one = witnessing(store, sea, seen)
    one.tick(NOW)
    assert one.error == ""
    assert store.custody.newest(witnessed=True) is not None


def test_that_a_rewritten_log_is_refused_by_the_witness_and_told(
    sqlite_store: Store, log_signer: LogSigner, sea: WitnessSigner, seen: Witness, caplog: pytest.LogCaptureFixture
) -> None:
    store = sqlite_store
    kept_log(store, log_signer)
    witnessing(store, sea, seen).tick(NOW)
    rewrite(store, "DELETE FROM custody_entry")
    with store._writing() as connection:
        for change in (
            "UPDATE counter SET value = 0 WHERE name = 'custody_entry'",
            "DROP TRIGGER custody_checkpoint_keeps_DELETE",
            "DELETE FROM custody_checkpoint",
            "DELETE FROM source_cursor WHERE source = 'custody'",
        ):
            connection.execute(text(change))
    store.custody.append([(n, draft(n, mass_kg=1.0)) for n in range(1, 5)], 0, 4, log_signer.line, NOW)
    CustodyKeeper(store, log_signer).seal(NOW)
    one = witnessing(store, sea, seen)
    one.tick(NOW)
    assert "日志被改写过" in one.error
    assert store.custody.newest(witnessed=True) is None
    status = next(s for s in store.snapshot("sources", NOW).records if s.id == "custody_witness")
    assert status.quality is Quality.STALE and "改写" in status.error
    caplog.clear()


def test_that_a_witness_out_of_reach_is_asked_again_later_and_said_once(
    sqlite_store: Store, log_signer: LogSigner, sea: WitnessSigner, caplog: pytest.LogCaptureFixture
) -> None:
    store = sqlite_store
    kept_log(store, log_signer)
    asked = 0

    def gone(old: int, proof: Sequence[bytes], note: Note) -> tuple[NoteSignature, ...]:
        nonlocal asked
        asked += 1
        raise requests.ConnectionError("refused")

    one = CustodyWitnessing(store, gone, sea.key)
    for seconds in range(0, 120, 5):
        one.tick(NOW + timedelta(seconds=seconds))
    assert asked == 4  # after 15, 30 and 60 s
    assert one.error == "见证方连不上"
    assert len([r for r in caplog.records if "not witnessed" in r.message]) == 1
    caplog.clear()


def test_that_no_head_is_signed_over_a_rewritten_log(
    sqlite_store: Store, log_signer: LogSigner, caplog: pytest.LogCaptureFixture
) -> None:
    store = sqlite_store
    kept_log(store, log_signer)
    rewrite(store, "UPDATE custody_entry SET line = replace(line, '348.0', '148.0') WHERE seq = 2")
    store.custody.append([(9, draft(4))], 3, 9, log_signer.line, NOW)
    CustodyKeeper(store, log_signer).seal(NOW)
    assert [head.size for head in store.custody.heads()] == [3]
    assert "not what was signed" in caplog.text
    caplog.clear()


# -- reading it again


@pytest.mark.parametrize(
    ("change", "broken", "why"),
    [
        ("UPDATE custody_entry SET line = replace(line, '348.0', '148.0') WHERE seq = 2", 2, "散列不符"),
        ("DELETE FROM custody_entry WHERE seq = 2", 2, "第 2 条缺失"),
        ("DELETE FROM custody_entry WHERE seq = 3", 3, "第 3 条起缺失"),
        ("UPDATE custody_entry SET manifest = 'LD-1' WHERE seq = 1", 1, "散列不符"),
    ],
)
def test_that_a_broken_entry_is_found_and_named_by_the_next_full_look(
    sqlite_store: Store, log_signer: LogSigner, change: str, broken: int, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = sqlite_store
    kept_log(store, log_signer)
    looking = CustodyChecking(store, log_signer.key, CustodySettings())
    looking.tick(NOW)
    assert looking.last is not None and looking.last.holds and looking.last.last == 3
    rewrite(store, change)
    looking.tick(NOW + timedelta(minutes=11))
    looking.tick(NOW + timedelta(hours=25))
    assert not looking.last.holds
    assert looking.last.broken == broken
    assert why in looking.last.reason
    noted = [entry.text for entry in store.cases("audit")]
    assert len(noted) == 1 and f"第 {broken} 条起不实" in noted[0]
    caplog.clear()


def test_that_a_broken_log_raises_one_red_alert_that_clears_when_all_holds_again(
    sqlite_store: Store, log_signer: LogSigner, caplog: pytest.LogCaptureFixture
) -> None:
    store = sqlite_store
    rule = rule_from_text((RULES / "R-FSH-14.toml").read_text(encoding="utf-8"), "R-FSH-14.toml", {})
    store.use_rules(RuleRunner([rule], budget=None))
    kept_log(store, log_signer)
    looking = CustodyChecking(store, log_signer.key, CustodySettings())
    looking.tick(NOW)
    assert store.snapshot("alerts", NOW).records == ()
    for hours, change in ((25, "'348.0', '148.0'"), (27, "'148.0', '348.0'")):
        rewrite(store, f"UPDATE custody_entry SET line = replace(line, {change}) WHERE seq = 2")
        looking.tick(NOW + timedelta(hours=hours))
        looking.tick(NOW + timedelta(hours=hours + 1))
    (alert,) = store.snapshot("alerts", NOW + timedelta(hours=28)).records
    assert (alert.level, alert.department) == (AlertLevel.RED, "审计管理员")
    assert alert.title == "存证校验失败 第 2 条"
    assert alert.condition is Condition.RTN
    caplog.clear()


def test_that_what_is_new_is_read_every_few_minutes_and_all_once_a_day(
    sqlite_store: Store, log_signer: LogSigner
) -> None:
    store = sqlite_store
    kept_log(store, log_signer)
    looking = CustodyChecking(store, log_signer.key, CustodySettings(check_min=10))
    scopes: list[tuple[str, int, int]] = []
    for minutes in (0, 5, 10, 20, 24 * 60, 24 * 60 + 10):
        looking.tick(NOW + timedelta(minutes=minutes))
        assert looking.last is not None
        scopes.append((looking.last.scope, looking.last.first, looking.last.last))
    assert scopes == [("all", 1, 3), ("all", 1, 3), ("new", 4, 3), ("new", 4, 3), ("all", 1, 3), ("new", 4, 3)]


# -- told, exported, asked


def head_of(store: Store) -> CustodyHead:
    found = store.snapshot("custody_head", NOW).first()
    assert isinstance(found, CustodyHead)
    return found


@pytest.fixture
def told(store: Store, log_signer: LogSigner, sea: WitnessSigner, seen: Witness) -> Iterator[CustodyTold]:
    report(store, hand_in(until=HandInState.DISPOSED))
    report(store, hand_in("08", until=HandInState.SIGNED))
    CustodyKeeper(store, log_signer).tick(NOW)
    one = witnessing(store, sea, seen)
    one.tick(NOW)
    settings = CustodySettings(origin=log_signer.key.name, witness="http://x", witness_key=sea.key.spelled)
    checking = CustodyChecking(store, log_signer.key, settings)
    checking.tick(NOW)
    made = CustodyTold(log_signer.key, settings, checking, one)
    for topic, records in made.make(store, NOW).items():
        store.put_topic(topic, records, NOW)
    yield made


def test_that_manifests_are_told_with_their_lamp_and_the_head_with_its_witness(store: Store, told: CustodyTold) -> None:
    manifests = store.snapshot("manifests", NOW).records
    assert {(m.id, m.entries, m.lamp, m.witnessed) for m in manifests} == {
        ("LD-20261121-07", 7, Lamp.HOLDS, True),
        ("LD-20261121-08", 2, Lamp.HOLDS, True),
    }
    head = head_of(store)
    assert (head.size, head.witnessed, head.unwitnessed_since, head.holds) == (9, 9, None, True)


def test_that_balances_and_stages_become_events_once(store: Store, told: CustodyTold) -> None:
    told._told.clear()  # as after a restart
    told.make(store, NOW)
    with store.read() as connection:
        counts = dict(connection.execute(text("SELECT kind, count(*) FROM inbox GROUP BY kind")).all())  # type: ignore[arg-type]
    assert (counts["mass_balance"], counts["manifest_stage"]) == (3, 2)


def test_that_the_exported_log_is_verified_by_an_outsider(
    store: Store, told: CustodyTold, log_signer: LogSigner, sea: WitnessSigner
) -> None:
    about = head_of(store)
    keys = Keys(log_signer.key, (sea.key,))
    for file in (log_file(store.custody, about), manifest_file(store.custody, about, "LD-20261121-07")):
        verdict = check_file(file.spelled.encode(), keys)
        assert verdict.is_whole, verdict.findings
        assert any("见证到第 9 条" in one.text for one in verdict.findings)
    with pytest.raises(NothingToExportError):
        manifest_file(store.custody, about, "LD-1")


def test_that_a_chain_is_verified_when_it_is_asked_for(store: Store, told: CustodyTold) -> None:
    chain = store.answer(Question(CUSTODY, "LD-20261121-07")).case
    assert isinstance(chain, CustodyChain)
    assert chain.lamp is Lamp.HOLDS
    assert [link.told.step for link in chain.links][:2] == [CustodyStep.WEIGHED, CustodyStep.SIGNED]
    receipt = receipt_from(chain.receipt)
    assert receipt.is_included
    assert receipt == receipt_of(store.custody, "LD-20261121-07")
    assert receipt.line.entry.told.step is CustodyStep.DISPOSED
    assert store.answer(Question(CUSTODY, "LD-1")).case is None


def test_that_a_chain_that_was_tampered_with_is_shown_broken_and_gives_no_receipt(
    sqlite_store: Store, log_signer: LogSigner
) -> None:
    store = sqlite_store
    report(store, hand_in(until=HandInState.STORED))
    CustodyKeeper(store, log_signer).tick(NOW)
    checking = CustodyChecking(store, log_signer.key, CustodySettings())
    made = CustodyTold(log_signer.key, CustodySettings(), checking, None)
    made.make(store, NOW)
    rewrite(store, "UPDATE custody_entry SET line = replace(line, '342.0', '242.0') WHERE seq = 4")
    chain = store.answer(Question(CUSTODY, "LD-20261121-07")).case
    assert [link.lamp for link in chain.links] == [Lamp.HOLDS, Lamp.HOLDS, Lamp.HOLDS, Lamp.BROKEN]
    assert chain.lamp is Lamp.BROKEN and chain.receipt == ""
    lit = next(m for m in made.make(store, NOW)["manifests"])
    assert lit.lamp is Lamp.BROKEN and "签名不符" in lit.lamp_why


def test_that_a_head_no_witness_has_seen_says_since_when(sqlite_store: Store, log_signer: LogSigner) -> None:
    store = sqlite_store
    kept_log(store, log_signer)
    settings = CustodySettings(unwitnessed_h=6)
    made = CustodyTold(log_signer.key, settings, CustodyChecking(store, log_signer.key, settings), None)
    head = made.head(store)
    assert head.unwitnessed_since == NOW
    assert not head.is_long_unwitnessed(NOW + timedelta(hours=6))
    assert head.is_long_unwitnessed(NOW + timedelta(hours=6, minutes=1))
    assert head.witness_error == "未设见证方"


def test_that_a_head_is_kept_once(sqlite_store: Store, log_signer: LogSigner) -> None:
    store = sqlite_store
    head = Head(log_signer.note(2, bytes(32)), NOW, None)
    assert store.custody.put_head(head)
    assert not store.custody.put_head(replace(head, at=NOW + timedelta(hours=1)))
