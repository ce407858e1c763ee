"""Is an exported custody log still what was entered? Names the broken entry and says why.

Asked of the file and public keys alone: no store, no site.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.domain.custody import Line, LineError, line_of
from services.domain.custody_file import CustodyFile, FileError, Told, file_of
from services.domain.merkle import Tree, included
from services.domain.receipt import ReceiptError, receipt_from
from services.domain.signed_note import Note, NoteError, VerifierKey, key_of, note_of
from services.domain.timebase import local
from services.reports.custody_key import signed_entry, signed_note, witnessed
from services.reports.evidence_check import Finding, Stance


@dataclass(frozen=True, slots=True)
class CustodyVerdict:
    """``broken`` is the number in the log of the first entry that does not hold; None when it is none of them."""

    findings: tuple[Finding, ...]
    broken: int | None = None

    @property
    def is_whole(self) -> bool:
        return all(one.stance is not Stance.CHANGED for one in self.findings)


@dataclass(frozen=True, slots=True)
class Keys:
    """Public keys that were got elsewhere; none means those in the file are taken."""

    log: VerifierKey | None = None
    witnesses: tuple[VerifierKey, ...] = ()


NO_KEYS = Keys()


def keys_from(log: str, witnesses: Sequence[str]) -> Keys:
    """As the command line takes them: each the key itself or a file that holds it. Raises NoteError or OSError."""
    return Keys(_key(log) if log else None, tuple(_key(one) for one in witnesses))


def _key(told: str) -> VerifierKey:
    return key_of(told if told.count("+") >= 2 else Path(told).read_text(encoding="utf-8").strip())


def seen_in(path: Path) -> Note:
    """A checkpoint kept elsewhere: a signed note, or the text of a receipt. Raises NoteError or OSError."""
    text = path.read_text(encoding="utf-8")
    try:
        return receipt_from(text).note if text.startswith("DC2|") else note_of(text)
    except ReceiptError as why:
        raise NoteError(str(why)) from why


def check_file(data: bytes, keys: Keys = NO_KEYS, seen: Sequence[Note] = ()) -> CustodyVerdict:
    """``seen`` are checkpoints kept elsewhere: a log shorter or other than they say was cut or rewritten."""
    try:
        file = file_of(data.decode())
    except UnicodeDecodeError:
        return _bad("文件不是 UTF-8 文本，有字节被改动")
    except FileError as why:
        return _bad(str(why))
    found = list(_keys(file, keys))
    lines, faults = _entries(file)
    found += [Finding(Stance.CHANGED, why) for _, why in faults]
    broken = faults[0][0] if faults else None
    if not faults:
        moved = list(_roots(file, lines, seen)) if file.is_whole_log else list(_proofs(file, lines))
        found += [one for _, one in moved]
        broken = next((seq for seq, one in moved if one.stance is Stance.CHANGED), None)
    found += _checkpoints(file, len(lines))
    if not any(one.stance is Stance.CHANGED for one in found) and file.spelled.encode() != data:
        found.append(Finding(Stance.CHANGED, "各条未变，但文件与末行的散列不符：有内容被删改"))
    return CustodyVerdict(tuple(found), broken)


def _bad(why: str) -> CustodyVerdict:
    return CustodyVerdict((Finding(Stance.CHANGED, why),))


def _keys(file: CustodyFile, keys: Keys) -> Iterator[Finding]:
    if keys.log is None:
        yield Finding(Stance.NOTE, "用的是文件内的日志公钥：只能证明内容一致；请用另行取得的公钥（--log-key）核验")
    elif keys.log != file.log_key:
        yield Finding(Stance.CHANGED, "文件内的日志公钥不是所给的公钥")
    unknown = [key.name for key in keys.witnesses if key not in file.witness_keys]
    if unknown:
        yield Finding(Stance.CHANGED, f"文件内没有所给的见证公钥 {'、'.join(unknown)}")
    if file.witness_keys and not keys.witnesses:
        yield Finding(Stance.NOTE, "用的是文件内的见证公钥；请用另行取得的公钥（--witness-key）核验")


def _entries(file: CustodyFile) -> tuple[list[Line], list[tuple[int, str]]]:
    """The lines that could be read, and what is wrong with which entry: its number in the log and why."""
    lines: list[Line] = []
    faults: list[tuple[int, str]] = []
    last: dict[str, Line] = {}
    expected = 1
    for told in file.told:
        try:
            line = line_of(told.text)
        except LineError as why:
            faults.append((expected, f"第 {expected} 条（文件第 {told.at_line} 行）被改动：{why}"))
            expected += 1
            continue
        entry = line.entry
        if not file.is_whole_log:
            expected = entry.seq
        fault = _fault(file, line, expected, last.get(entry.told.manifest), told)
        if fault:
            faults.append((min(expected, entry.seq), fault))
        lines.append(line)
        last[entry.told.manifest] = line
        expected = entry.seq + 1
    return lines, faults


def _fault(file: CustodyFile, line: Line, expected: int, before: Line | None, told: Told) -> str:
    """Why an entry does not hold where it stands; empty when it does."""
    entry = line.entry
    where = f"第 {entry.seq} 条（文件第 {told.at_line} 行）"
    if entry.seq > expected:
        return f"第 {expected} 条缺失，其后为{where}：有条目被删去或调换"
    if entry.seq < expected:
        return f"{where}重复或次序被调换，此处应为第 {expected} 条"
    if not signed_entry(line, file.log_key):
        return f"{where}签名不符：内容被改动，或不是此日志所签"
    if (entry.no, entry.prev) != (1 if before is None else before.entry.no + 1, before.leaf.hex() if before else ""):
        return f"{where}没有接在联单 {entry.told.manifest} 的前一条之后：前一条被删去、增添或改动"
    return ""


def _roots(file: CustodyFile, lines: Sequence[Line], seen: Sequence[Note]) -> Iterator[tuple[int, Finding]]:
    """The tree over the entries must have, at each checkpoint's size, that checkpoint's root."""
    tree, good = Tree(line.leaf for line in lines), 0
    kept = [(note, "另存的校验点") for note in seen] + [(note, "校验点") for note in file.notes]
    for note, name in sorted(kept, key=lambda one: one[0].checkpoint.size):
        size = note.checkpoint.size
        if note.checkpoint.origin != file.log_key.name:
            yield 0, Finding(Stance.CHANGED, f"{name}属于另一日志 {note.checkpoint.origin}")
        elif size > len(tree):
            why = f"日志被截短：{name}记到第 {size} 条，文件只有 {len(tree)} 条"
            yield len(tree) + 1, Finding(Stance.CHANGED, why)
            return
        elif tree.root(size) != note.checkpoint.root:
            why = f"第 {good + 1} 至 {size} 条之间被改写：与{name}（{size} 条）的树根不同"
            yield good + 1, Finding(Stance.CHANGED, why)
            return
        else:
            good = size
    if good < len(tree):
        yield good + 1, Finding(Stance.CHANGED, f"第 {good + 1} 条起没有校验点：是后来增添的，或校验点被删去")
    elif lines or file.notes:
        yield 0, Finding(Stance.HOLDS, f"{len(tree)} 条逐条属实：签名有效，树根与 {len(kept)} 个校验点相符")


def _proofs(file: CustodyFile, lines: Sequence[Line]) -> Iterator[tuple[int, Finding]]:
    """Of one manifest: each entry must be proved to stand in the tree of the one checkpoint."""
    if len(file.notes) != 1:
        yield 0, Finding(Stance.CHANGED, "联单文件须有且只有一个校验点")
        return
    checkpoint = file.notes[0].checkpoint
    for told, line in zip(file.told, lines, strict=True):
        seq = line.entry.seq
        if not included(line.leaf, seq - 1, checkpoint.size, told.proof or (), checkpoint.root):
            yield seq, Finding(Stance.CHANGED, f"第 {seq} 条不在校验点（{checkpoint.size} 条）的树中")
            return
    names = {line.entry.told.manifest for line in lines}
    if len(names) > 1:
        yield 0, Finding(Stance.CHANGED, f"文件内有 {len(names)} 份联单的条目")
    elif names:
        yield 0, Finding(Stance.HOLDS, f"联单 {names.pop()} 的 {len(lines)} 条属实，都在 {checkpoint.size} 条的树中")
        yield 0, Finding(Stance.NOTE, "此文件不能证明联单没有更后的条目；须导出全部日志核验")


def _checkpoints(file: CustodyFile, count: int) -> Iterator[Finding]:
    if not file.notes:
        if count:
            yield Finding(Stance.CHANGED, "没有校验点")
        return
    for note in file.notes:
        if not signed_note(note, file.log_key):
            yield Finding(Stance.CHANGED, f"校验点（{note.checkpoint.size} 条）没有日志的有效签名")
        known = (file.log_key, *file.witness_keys)
        for one in note.signatures:
            key = next((key for key in known if one.is_by(key)), None)
            if key is None:
                yield Finding(Stance.CHANGED, f"校验点（{note.checkpoint.size} 条）有不认识的签名 {one.name}")
            elif key is not file.log_key and not signed_note(note, key):
                yield Finding(Stance.CHANGED, f"校验点（{note.checkpoint.size} 条）的见证签名 {one.name} 不符")
    sizes = [note.checkpoint.size for note in file.notes]
    if sizes != sorted(sizes):
        yield Finding(Stance.CHANGED, "校验点的次序被调换")
    yield from _witness(file)


def _witness(file: CustodyFile) -> Iterator[Finding]:
    newest = file.notes[-1].checkpoint.size
    found = [(note, one) for note in file.notes if (one := witnessed(note, file.witness_keys)) is not None]
    if not found:
        yield Finding(Stance.NOTE, "没有见证签名：不能证明日志没有被整个重写")
        return
    note, signature = found[-1]
    at = f"{local(datetime.fromtimestamp(signature.seen_s, UTC)):%Y-%m-%d %H:%M:%S}"
    size = note.checkpoint.size
    yield Finding(Stance.HOLDS, f"{signature.name} 于 {at} 见证到第 {size} 条；此后增添的条目（如有）不在本文件")
    if size < newest:
        yield Finding(Stance.NOTE, f"第 {size + 1} 至 {newest} 条尚未见证")
