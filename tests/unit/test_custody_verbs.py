"""The verbs of the custody log, as an outsider uses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.verbs import main
from services.domain.custody import CustodyStep
from services.domain.custody_state import CustodyHead
from services.domain.merkle import Tree
from services.domain.receipt import Receipt, ReceiptError, receipt_from
from services.reports.custody_check import keys_from
from services.reports.custody_key import LogSigner, WitnessSigner
from services.reports.custody_receipt_check import check_receipt
from services.store.custody import Head
from services.store.store import Store
from tests.custody import START, draft, lines_of, signer, witness


@pytest.fixture
def log_signer(tmp_path: Path) -> LogSigner:
    return signer(tmp_path)


@pytest.fixture
def sea(tmp_path: Path) -> WitnessSigner:
    return witness(tmp_path)


@pytest.fixture
def url(sqlite_url: str, log_signer: LogSigner, sea: WitnessSigner) -> Iterator[str]:
    with Store.open(sqlite_url) as store:
        drafts = [(1, draft(1)), (2, draft(2)), (3, draft(1, CustodyStep.STORED, 342.0))]
        store.custody.append(drafts, 0, 3, log_signer.line, START)
        note = log_signer.note(3, Tree(store.custody.leaves(3)).root())
        store.custody.put_head(Head(note.plus((sea.cosign(note.checkpoint, START),)), START, START))
        store.put_topic("custody_head", (CustodyHead("custody", log_signer.key.spelled, sea.key.spelled),), START)
    yield sqlite_url


@pytest.mark.parametrize("what", ["all", "LD-20261121-01"])
def test_that_what_is_exported_is_verified_with_the_published_keys(
    what: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.txt"
    assert main(["custody-export", what, str(file), "--store", url]) == 0
    keys = ["--log-key", str(tmp_path / "custody/custody_log.vkey")]
    keys += ["--witness-key", str(tmp_path / "maritime/custody_witness.vkey")]
    assert main(["verify-custody", str(file), *keys]) == 0
    assert "核验通过" in capsys.readouterr().out
    file.write_text(file.read_text(encoding="utf-8").replace("342.0", "142.0"), encoding="utf-8")
    assert main(["verify-custody", str(file), *keys]) == 1
    assert "核验不通过：第 3 条起不可信" in capsys.readouterr().out


def test_that_a_log_cut_back_is_found_by_a_receipt_kept_elsewhere(
    url: str, tmp_path: Path, log_signer: LogSigner, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of([draft(n) for n in range(1, 6)], log_signer)
    tree = Tree(line.leaf for line in lines)
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(Receipt(log_signer.note(5, tree.root()), lines[4], tree.inclusion(4)).spelled, encoding="utf-8")
    file = tmp_path / "log.txt"
    main(["custody-export", "all", str(file), "--store", url])
    assert main(["verify-custody", str(file), "--against", str(receipt)]) == 1
    assert "日志被截短" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["verify-custody", "none.txt"], 2),
        (["verify-custody"], 2),
        (["verify-custody", "none.txt", "--receipt", "DC2|"], 2),
        (["verify-custody", "--receipt", "DC2|x"], 1),
        (["verify-custody", "--receipt", "DC2|x", "--log-key", "a+b+c"], 2),
        (["verify-custody", "--receipt", "DC2|x", "--log-key", "none.vkey"], 2),
    ],
)
def test_that_what_cannot_be_asked_is_said_in_a_sentence(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == status
    said = capsys.readouterr()
    assert said.out or said.err
    assert "Traceback" not in said.err


def test_that_a_manifest_nobody_entered_is_said_to_be_none(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    Store.open(other).close()
    assert main(["custody-export", "all", str(tmp_path / "a.txt"), "--store", other]) == 1
    assert main(["custody-export", "LD-9", str(tmp_path / "a.txt"), "--store", url]) == 1
    assert "没有联单 LD-9" in capsys.readouterr().err


def test_that_a_store_that_never_kept_a_log_says_so(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["custody-export", "all", str(tmp_path / "a.txt"), "--store", sqlite_url]) == 1
    assert "库中没有存证日志" in capsys.readouterr().err


# -- receipts


@pytest.fixture
def receipt(log_signer: LogSigner, sea: WitnessSigner) -> Receipt:
    lines = lines_of([draft(n) for n in range(1, 8)], log_signer)
    tree = Tree(line.leaf for line in lines)
    note = log_signer.note(7, tree.root())
    return Receipt(note.plus((sea.cosign(note.checkpoint, START),)), lines[4], tree.inclusion(4))


def test_that_a_receipt_tells_what_was_handed_over_and_that_it_holds(
    receipt: Receipt, log_signer: LogSigner, sea: WitnessSigner
) -> None:
    verdict = check_receipt(receipt.spelled, keys_from(log_signer.key.spelled, [sea.key.spelled]))
    assert verdict.is_whole
    said = "\n".join(one.text for one in verdict.findings)
    assert "LD-20261121-05 第 1 步 船边计量：浙椒渔 61588 → 渔清 03 348.0 kg" in said
    assert "第 5 条在 7 条的日志树中" in said and "sea.example 于 2026-11-21 14:27:00 见证" in said


def test_that_a_receipt_proves_nothing_without_the_log_s_key(receipt: Receipt) -> None:
    assert not check_receipt(receipt.spelled).is_whole


def test_that_no_character_of_a_receipt_can_be_changed(
    receipt: Receipt, log_signer: LogSigner, sea: WitnessSigner
) -> None:
    text = receipt.spelled
    keys = keys_from(log_signer.key.spelled, [sea.key.spelled])
    for at in range(0, len(text), 7):
        other = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
        assert not check_receipt(other, keys).is_whole, (at, text[at])


def test_that_a_receipt_is_read_as_it_was_written(receipt: Receipt) -> None:
    assert receipt_from(receipt.spelled + "\n") == receipt
    for text in ("", "DC1|57|x", "DC2|a|1", receipt.spelled.replace("|7|", "|07|", 1)):
        with pytest.raises(ReceiptError):
            receipt_from(text)
