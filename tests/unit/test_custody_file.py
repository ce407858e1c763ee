"""An exported custody log in the hands of an outsider: whatever was done to it is told, and of which entry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.custody import CustodyStep, LineError, line_of
from services.domain.custody_file import CustodyFile, Told, file_of
from services.domain.merkle import Tree
from services.domain.signed_note import NoteError, key_of, note_of
from services.reports.custody_check import CustodyVerdict, Keys, check_file
from services.reports.custody_key import LogSigner, WitnessSigner, signed_note, witnessed
from services.reports.evidence_check import Stance
from tests.custody import ORIGIN, START, draft, exported, lines_of, signer, witness


@pytest.fixture(scope="module")
def log_signer(tmp_path_factory: pytest.TempPathFactory) -> LogSigner:
    return signer(tmp_path_factory.mktemp("log"))


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> WitnessSigner:
    return witness(tmp_path_factory.mktemp("sea"))


@pytest.fixture(scope="module")
def file(log_signer: LogSigner, sea: WitnessSigner) -> CustodyFile:
    """Three manifests with two entries each, in turn; checkpoints of 2 and 6."""
    drafts = [draft(n, step) for step in (CustodyStep.WEIGHED, CustodyStep.SIGNED) for n in (1, 2, 3)]
    return exported(drafts, log_signer, sea, (2,))


def told(verdict: CustodyVerdict) -> str:
    return "；".join(one.text for one in verdict.findings if one.stance is Stance.CHANGED)


def with_entries(file: CustodyFile, entries: list[Told]) -> bytes:
    return replace(file, told=tuple(entries)).spelled.encode()


def test_that_an_untouched_log_holds_with_and_without_keys_from_elsewhere(
    file: CustodyFile, log_signer: LogSigner, sea: WitnessSigner
) -> None:
    data = file.spelled.encode()
    assert check_file(data).is_whole
    assert check_file(data, Keys(log_signer.key, (sea.key,))).is_whole
    assert file_of(data.decode()).spelled.encode() == data


def test_that_an_empty_log_is_whole(log_signer: LogSigner) -> None:
    assert check_file(CustodyFile(True, log_signer.key, (), (), ()).spelled.encode()).is_whole


def test_that_no_single_byte_of_a_small_log_can_be_changed_or_taken_out(
    log_signer: LogSigner, sea: WitnessSigner
) -> None:
    data = exported([draft(1)], log_signer, sea).spelled.encode()
    keys = Keys(log_signer.key, (sea.key,))
    for at in range(len(data)):
        others = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]]
        others += [data[:at] + data[at + 1 :]] if at % 3 == 0 else []
        for other in others:
            assert not check_file(other, keys).is_whole, (at, data[at : at + 20])


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_that_no_edit_deletion_insertion_or_reorder_goes_unseen(file: CustodyFile, data: st.DataObject) -> None:
    whole = file.spelled.encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    what = data.draw(st.sampled_from(("edit", "delete", "insert", "swap lines", "delete line", "double line")))
    if what == "edit":
        other = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    elif what == "delete":
        other = whole[:at] + whole[at + data.draw(st.integers(1, 200)) :]
    elif what == "insert":
        other = whole[:at] + data.draw(st.binary(min_size=1, max_size=8)) + whole[at:]
    else:
        lines = whole.decode().splitlines(keepends=True)
        one, two = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        if what == "swap lines":
            lines[one], lines[two] = lines[two], lines[one]
        elif what == "delete line":
            del lines[one]
        else:
            lines.insert(two, lines[one])
        other = "".join(lines).encode()
    assert other == whole or not check_file(other).is_whole


@pytest.mark.parametrize("nth", range(6))
def test_that_a_missing_entry_is_named(file: CustodyFile, nth: int) -> None:
    left = [one for at, one in enumerate(file.told) if at != nth]
    verdict = check_file(with_entries(file, left))
    assert not verdict.is_whole
    if nth < 5:
        assert verdict.broken == nth + 1
        assert f"第 {nth + 1} 条缺失" in told(verdict)
    else:
        assert "日志被截短：校验点记到第 6 条，文件只有 5 条" in told(verdict)


def test_that_entries_that_changed_places_are_named(file: CustodyFile) -> None:
    entries = list(file.told)
    entries[1], entries[2] = entries[2], entries[1]
    verdict = check_file(with_entries(file, entries))
    assert verdict.broken == 2
    assert "次序被调换" in told(verdict)


def test_that_an_edited_mass_is_named_with_its_entry_and_line(file: CustodyFile) -> None:
    entries = list(file.told)
    entries[3] = Told(entries[3].text.replace('"mass_kg":348.0', '"mass_kg":148.0'), 0)
    verdict = check_file(with_entries(file, entries))
    assert verdict.broken == 4
    assert "第 4 条（文件第 8 行）签名不符" in told(verdict)


def test_that_an_entry_signed_anew_by_the_log_itself_breaks_the_witnessed_tree(
    file: CustodyFile, log_signer: LogSigner
) -> None:
    """Who holds the log's key can sign another mass; the checkpoint the witness signed is against him."""
    drafts = [line_of(one.text).entry.told for one in file.told]
    drafts[4] = replace(drafts[4], mass_kg=48.0)
    forged = [Told(line.spelled, 0) for line in lines_of(drafts, log_signer)]
    verdict = check_file(with_entries(file, forged))
    assert verdict.broken == 3
    assert "第 3 至 6 条之间被改写" in told(verdict)


def test_that_a_log_rewritten_whole_has_no_witness(
    file: CustodyFile, log_signer: LogSigner, sea: WitnessSigner
) -> None:
    forged = exported([draft(1, mass_kg=1.0)], log_signer)
    verdict = check_file(forged.spelled.encode(), Keys(log_signer.key, (sea.key,)))
    assert "文件内没有所给的见证公钥" in told(verdict)
    assert not check_file(forged.spelled.encode(), Keys(log_signer.key), file.notes[:1]).is_whole


def test_that_a_log_cut_back_to_an_older_checkpoint_says_how_old_it_is(file: CustodyFile) -> None:
    cut = replace(file, told=file.told[:2], notes=file.notes[:1]).spelled.encode()
    verdict = check_file(cut)
    assert verdict.is_whole
    assert any("见证到第 2 条" in one.text and "不在本文件" in one.text for one in verdict.findings)
    assert "日志被截短：另存的校验点记到第 6 条，文件只有 2 条" in told(check_file(cut, seen=file.notes[1:]))


def test_that_entries_added_after_the_last_checkpoint_are_told(file: CustodyFile) -> None:
    verdict = check_file(replace(file, notes=file.notes[:1]).spelled.encode())
    assert verdict.broken == 3
    assert "第 3 条起没有校验点" in told(verdict)


def test_that_another_log_key_is_told(file: CustodyFile, tmp_path: Path) -> None:
    assert "不是所给的公钥" in told(check_file(file.spelled.encode(), Keys(signer(tmp_path).key)))


def test_that_a_log_without_a_witness_says_what_that_means(log_signer: LogSigner) -> None:
    verdict = check_file(exported([draft()], log_signer).spelled.encode())
    assert verdict.is_whole
    assert any("不能证明日志没有被整个重写" in one.text for one in verdict.findings)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"custody-log v1\n", b"PK\x03\x04", "\n" * 5])
def test_that_what_is_no_log_is_said_to_be_none(data: bytes | str) -> None:
    assert not check_file(data.encode() if isinstance(data, str) else data).is_whole


# -- of one manifest


@pytest.fixture(scope="module")
def extract(file: CustodyFile) -> CustodyFile:
    tree = Tree(line_of(one.text).leaf for one in file.told)
    mine = [(at, one) for at, one in enumerate(file.told) if line_of(one.text).entry.told.manifest.endswith("02")]
    entries = tuple(Told(one.text, 0, tree.inclusion(at, 6)) for at, one in mine)
    return replace(file, is_whole_log=False, told=entries, notes=file.notes[1:])


def test_that_one_manifest_is_verified_without_the_rest_of_the_log(extract: CustodyFile) -> None:
    verdict = check_file(extract.spelled.encode())
    assert verdict.is_whole, told(verdict)
    assert any("不能证明联单没有更后的条目" in one.text for one in verdict.findings)


def test_that_an_entry_taken_out_of_a_manifest_is_told(extract: CustodyFile) -> None:
    verdict = check_file(replace(extract, told=extract.told[1:]).spelled.encode())
    assert "没有接在联单 LD-20261121-02 的前一条之后" in told(verdict)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_that_no_byte_of_a_manifest_s_file_can_be_changed(extract: CustodyFile, data: st.DataObject) -> None:
    whole = extract.spelled.encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    other = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    assert other == whole or not check_file(other).is_whole


# -- parts


def test_that_a_line_has_one_spelling_only(log_signer: LogSigner) -> None:
    line = lines_of([draft()], log_signer)[0].spelled
    assert line_of(line).spelled == line
    for other in (
        line.replace(",", ", ", 1),
        line + " ",
        line.replace("348.0", "348"),
        line.replace('"seq":1', '"seq":true'),
    ):
        with pytest.raises(LineError):
            line_of(other)


def test_that_a_witness_signs_the_moment_with_the_checkpoint(log_signer: LogSigner, sea: WitnessSigner) -> None:
    note = log_signer.note(3, bytes(32))
    seen = sea.cosign(note.checkpoint, START)
    assert seen.seen_s == int(START.timestamp())
    assert signed_note(note.plus([seen]), sea.key)
    later = replace(seen, raw=(seen.seen_s + 60).to_bytes(8) + seen.raw[8:])
    assert not signed_note(note.plus([later]), sea.key)
    assert witnessed(note.plus([later, seen]), [sea.key]) is None  # the first by that name counts


def test_that_the_note_of_the_specification_is_read_and_written_alike() -> None:
    """The example of C2SP tlog-checkpoint."""
    text = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
        "zyWE+xeMcTOAYQ8=\n"
    )
    note = note_of(text)
    assert (note.checkpoint.origin, note.checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert note.spelled == text


@pytest.mark.parametrize(
    "text", ["", "a\n1\n\n", "a\n01\n" + "A" * 44 + "\n\n— a AAAAAAAA\n", "a b\n1\nAA==\n\n— a AAAAAAAA\n"]
)
def test_that_a_note_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(NoteError):
        note_of(text)


def test_that_a_key_copied_wrongly_is_refused(log_signer: LogSigner) -> None:
    spelled = log_signer.key.spelled
    assert key_of(spelled) == log_signer.key
    assert spelled.startswith(f"{ORIGIN}+")
    for wrong in (spelled[:-5] + "AAAA=", spelled.replace("test", "tost"), "x", f"{ORIGIN}+00000000+AQ=="):
        with pytest.raises(NoteError):
            key_of(wrong)
