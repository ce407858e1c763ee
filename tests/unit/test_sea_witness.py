"""The maritime authority's witness over HTTP, by the protocol and its refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from services.collect.custody_witness import BehindError, HttpWitness, WitnessRefusedError
from services.collect.site import Site
from services.district.part import DistrictSettings, Fault, Faults
from services.district.sea_witness import NAME, Witness, WitnessServer, custody_table, parts
from services.domain.custody_settings import CustodySettings, custody_from
from services.domain.merkle import Tree, leaf_hash
from services.domain.signed_note import key_of
from services.domain.timebase import Timebase
from services.reports.custody_key import LogSigner, WitnessSigner, signed_note
from tests.custody import signer, witness


def tree(count: int, word: str = "entry") -> Tree:
    return Tree(leaf_hash(f"{word} {n}".encode()) for n in range(count))


@pytest.fixture
def log_signer(tmp_path: Path) -> LogSigner:
    return signer(tmp_path)


@pytest.fixture
def sea(tmp_path: Path) -> WitnessSigner:
    return witness(tmp_path)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def server(log_signer: LogSigner, sea: WitnessSigner, tmp_path: Path, faults: Faults) -> Iterator[WitnessServer]:
    made = WitnessServer(
        Witness(sea, tmp_path / "seen.json", Timebase(), (log_signer.key,)), sea.key, "127.0.0.1", 0, faults
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ask(server: WitnessServer) -> HttpWitness:
    return HttpWitness(f"http://127.0.0.1:{server.port}")


def test_that_a_log_that_only_grew_is_countersigned(
    ask: HttpWitness, log_signer: LogSigner, sea: WitnessSigner
) -> None:
    log = tree(9)
    for old, size in ((0, 4), (4, 9), (9, 9)):
        note = log_signer.note(size, log.root(size))
        signatures = ask(old, log.consistency(old, size), note)
        assert signed_note(note.plus(signatures), sea.key)


def test_that_a_rewritten_a_shorter_and_a_strange_log_are_refused(
    ask: HttpWitness, log_signer: LogSigner, tmp_path: Path
) -> None:
    log, other = tree(9), tree(9, "forged")
    ask(0, (), log_signer.note(6, log.root(6)))
    with pytest.raises(WitnessRefusedError, match=r"422.*改写"):
        ask(6, other.consistency(6), log_signer.note(9, other.root()))
    with pytest.raises(BehindError) as behind:
        ask(3, log.consistency(3), log_signer.note(9, log.root()))
    assert behind.value.size == 6
    with pytest.raises(BehindError):
        ask(6, (), log_signer.note(6, other.root(6)))
    with pytest.raises(WitnessRefusedError, match="400"):
        ask(6, (), log_signer.note(5, log.root(5)))
    with pytest.raises(WitnessRefusedError, match="403"):
        ask(6, (), signer(tmp_path / "thief").note(9, log.root()))
    with pytest.raises(WitnessRefusedError, match="404"):
        ask(0, (), LogSigner(tmp_path / "other", "another.example/log").note(9, log.root()))


def test_that_what_it_saw_outlives_the_witness(
    log_signer: LogSigner, sea: WitnessSigner, tmp_path: Path, ask: HttpWitness
) -> None:
    log = tree(4)
    ask(0, (), log_signer.note(4, log.root()))
    again = Witness(sea, tmp_path / "seen.json", Timebase(), (log_signer.key,))
    with pytest.raises(Exception, match="4"):
        again.add_checkpoint(f"old 0\n\n{log_signer.note(4, log.root()).spelled}")


@pytest.mark.parametrize(
    "body", [b"", b"old x\n\nnote", b"old 0\nnope\n\na\n1\nb\n\n", b"\xff\xfe", b"old 0\nAAAA\n\n"]
)
def test_that_a_body_that_cannot_be_read_is_refused_with_a_sentence(server: WitnessServer, body: bytes) -> None:
    answer = requests.post(f"http://127.0.0.1:{server.port}/add-checkpoint", data=body, timeout=5)
    assert answer.status_code == 400
    assert answer.text


def test_that_it_tells_its_public_key(server: WitnessServer, sea: WitnessSigner) -> None:
    answer = requests.get(f"http://127.0.0.1:{server.port}/", timeout=5)
    assert key_of(answer.text.strip()) == sea.key


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.GARBAGE])
def test_that_a_witness_with_a_fault_gives_no_signature(
    ask: HttpWitness, log_signer: LogSigner, faults: Faults, fault: Fault
) -> None:
    faults.switch("witness", fault)
    with pytest.raises((requests.RequestException, WitnessRefusedError)):
        ask(0, (), log_signer.note(4, tree(4).root()))


def test_that_the_demo_s_witness_and_log_know_each_other(tmp_path: Path) -> None:
    table = custody_table(tmp_path, "127.0.0.1", 1)
    assert key_of(table["witness_key"]).name == NAME
    assert custody_from(table).witness == "http://127.0.0.1:1"
    site = Site(boats={"custody": {**table, "witness": "http://127.0.0.1:0"}}, folder=tmp_path)
    (made,) = parts(DistrictSettings(), site, Faults())
    made.start()
    made.stop()
    assert parts(DistrictSettings(), Site(folder=tmp_path), Faults()) == ()
    for name in ("custody/custody_log.key", "maritime/custody_witness.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"origin": "a b"}, "origin"),
        ({"witness": "http://x"}, "须一同给出"),
        ({"witness": "x", "witness_key": "y"}, "http"),
        ({"check_min": 0}, "check_min"),
        ({"unwitnessed_h": True}, "unwitnessed_h"),
        ({"colour": "red"}, "colour"),
        ({"origin": 3}, "origin"),
    ],
)
def test_that_a_setting_that_cannot_be_is_refused_by_name(table: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        custody_from(table)


def test_that_a_log_s_own_key_is_no_witness(log_signer: LogSigner) -> None:
    with pytest.raises(ValueError, match="联署"):
        custody_from({"witness": "http://x", "witness_key": log_signer.key.spelled})
    assert custody_from({}) == CustodySettings()
