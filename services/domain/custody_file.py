"""The exported custody log as text: every byte of it is told by its records, so none can be changed unseen.

::

    custody-log v1                    or custody-manifest v1: the entries of one manifest, each with its proof
    log-key NAME+HASH+KEY
    witness-key NAME+HASH+KEY         none, one or several
    entries N
    {"seq":1,…} SIGNATURE             N lines; in a manifest's file each followed by  proof HASH HASH …
    checkpoints M
    ORIGIN / SIZE / ROOT / blank / — signature lines / blank       M times
    end SHA256                        of every byte before this line
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from services.domain.merkle import HASH_SIZE, Proof
from services.domain.signed_note import MARK, Note, NoteError, VerifierKey, key_of, note_of, spell, unspell

LOG, MANIFEST = "custody-log v1", "custody-manifest v1"


class FileError(ValueError):
    """A text that is no exported log. The message is Chinese and names the line of the file."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as it stands in the file, read or not; ``at_line`` counts the file's lines from 1."""

    text: str
    at_line: int
    proof: Proof | None = None  # in a manifest's file

    @property
    def spelled(self) -> str:
        steps = "" if self.proof is None else "".join(("proof", *(f" {spell(step)}" for step in self.proof), "\n"))
        return f"{self.text}\n{steps}"


@dataclass(frozen=True, slots=True)
class CustodyFile:
    """``notes`` are checkpoints, oldest first; the last covers the entries. The sum at the end guards against
    slips only: whoever makes a file can make its sum."""

    is_whole_log: bool
    log_key: VerifierKey
    witness_keys: tuple[VerifierKey, ...]
    told: tuple[Told, ...]
    notes: tuple[Note, ...]

    @property
    def spelled(self) -> str:
        body = "".join((
            f"{LOG if self.is_whole_log else MANIFEST}\n",
            f"log-key {self.log_key.spelled}\n",
            *(f"witness-key {key.spelled}\n" for key in self.witness_keys),
            f"entries {len(self.told)}\n",
            *(one.spelled for one in self.told),
            f"checkpoints {len(self.notes)}\n",
            *(f"{note.spelled}\n" for note in self.notes),
        ))  # fmt: skip
        return f"{body}end {sha256(body.encode()).hexdigest()}\n"


def file_of(text: str) -> CustodyFile:
    """Raises FileError. Entries are not read here: what is wrong with one is said of that one."""
    lines = _Lines(text)
    kind = lines.next()
    if kind not in (LOG, MANIFEST):
        raise FileError(f"第 1 行须为 {LOG} 或 {MANIFEST}")
    log_key = lines.key("log-key")
    witnesses = tuple(lines.keys("witness-key"))
    told = tuple(lines.told(kind == MANIFEST))
    notes = tuple(lines.notes())
    lines.rest_of("end")
    if not lines.is_over:
        raise FileError(f"第 {lines.number} 行之后还有内容")
    return CustodyFile(kind == LOG, log_key, witnesses, told, notes)


class _Lines:
    """The lines of a text, taken one after the other. ``number`` is that of the line taken last."""

    def __init__(self, text: str) -> None:
        if not text.endswith("\n"):
            raise FileError("文件末尾不完整")
        self._lines = text[:-1].split("\n")
        self.number = 0

    @property
    def is_over(self) -> bool:
        return self.number == len(self._lines)

    def next(self) -> str:
        if self.is_over:
            raise FileError(f"文件在第 {self.number} 行中断")
        self.number += 1
        return self._lines[self.number - 1]

    def peek(self) -> str:
        return "" if self.is_over else self._lines[self.number]

    def rest_of(self, word: str) -> str:
        line = self.next()
        if not line.startswith(f"{word} "):
            raise FileError(f"第 {self.number} 行须为 {word}")
        return line.removeprefix(f"{word} ")

    def key(self, word: str) -> VerifierKey:
        try:
            return key_of(self.rest_of(word))
        except NoteError as why:
            raise FileError(f"第 {self.number} 行：{why}") from why

    def keys(self, word: str) -> Iterator[VerifierKey]:
        while self.peek().startswith(f"{word} "):
            yield self.key(word)

    def count(self, word: str) -> int:
        count = self.rest_of(word)
        if not (count.isascii() and count.isdigit()) or str(int(count)) != count:
            raise FileError(f"第 {self.number} 行：{word} 后须为条数")
        return int(count)

    def told(self, with_proofs: bool) -> Iterator[Told]:
        """As many entries as stand there; that they are fewer or more than was said is an error."""
        wanted, found = self.count("entries"), 0
        while not self.peek().startswith("checkpoints "):
            text, number = self.next(), self.number
            proof = self._proof() if with_proofs else None
            found += 1
            yield Told(text, number, proof)
        if found != wanted:
            raise FileError(f"文件写明 {wanted} 条，实有 {found} 条：有条目被删去或增添")

    def _proof(self) -> Proof:
        words = self.next().split(" ")
        try:
            steps = tuple(unspell(word) for word in words[1:])
        except NoteError as why:
            raise FileError(f"第 {self.number} 行：{why}") from why
        if words[0] != "proof" or any(len(step) != HASH_SIZE for step in steps):
            raise FileError(f"第 {self.number} 行须为 proof 与若干散列")
        return steps

    def notes(self) -> Iterator[Note]:
        for _ in range(self.count("checkpoints")):
            first = self.number + 1
            body = [self.next() for _ in range(4)]
            while self.peek().startswith(MARK):
                body.append(self.next())
            try:
                yield note_of("\n".join((*body, "")))
            except NoteError as why:
                raise FileError(f"第 {first} 行：{why}") from why
            if self.next():
                raise FileError(f"第 {self.number} 行：校验点之后须为空行")
