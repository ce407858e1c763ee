"""Signed notes of C2SP: a text of a few lines, and under it who signed it.

A note's text ends with a line break; each signature stands in a line ``— name base64(key hash, signature)``.
Nothing here signs or checks a signature; ``services/reports/custody_key.py`` does.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from services.domain.merkle import HASH_SIZE

ED25519, COSIGNATURE = 0x01, 0x04  # kinds of keys: who signs the note; who signs with the moment of seeing it
MARK = "— "
_NAME = re.compile(r"[^\s+]+")


class NoteError(ValueError):
    """A note, key or checkpoint that cannot be read. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under. ``public`` is 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def hash(self) -> bytes:
        """Its first 4 bytes stand before each signature."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def spelled(self) -> str:
        """``name+hash+key``, as tools of transparency logs take it."""
        return f"{self.name}+{self.hash.hex()}+{spell(bytes([self.kind]) + self.public)}"


def key_of(spelled: str) -> VerifierKey:
    """Raises NoteError for what is no verifier key."""
    try:
        name, hash_, body = spelled.split("+", 2)
        raw = unspell(body)
    except ValueError:
        raise NoteError("公钥须写作 名称+密钥标识+Base64") from None
    if not _NAME.fullmatch(name) or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise NoteError("公钥不是 Ed25519，或名称为空")
    key = VerifierKey(name, raw[0], raw[1:])
    if key.hash.hex() != hash_:
        raise NoteError(f"公钥 {name} 的密钥标识不符，可能抄错")
    return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    name: str
    key_hash: bytes
    raw: bytes  # of a cosignature: 8 bytes of Unix seconds, then the signature

    @property
    def line(self) -> str:
        return f"{MARK}{self.name} {spell(self.key_hash + self.raw)}"

    def is_by(self, key: VerifierKey) -> bool:
        return (self.name, self.key_hash) == (key.name, key.hash)

    @property
    def seen_s(self) -> int:
        """Unix seconds of a cosignature."""
        return int.from_bytes(self.raw[:8])


def signature_of(line: str) -> NoteSignature:
    """Raises NoteError."""
    name, _, body = line.removeprefix(MARK).partition(" ")
    if not line.startswith(MARK) or not _NAME.fullmatch(name):
        raise NoteError("签名行须以 — 名称 开头")
    raw = unspell(body)
    if len(raw) <= 4:
        raise NoteError(f"{name} 的签名不完整")
    return NoteSignature(name, raw[:4], raw[4:])


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """C2SP tlog-checkpoint: which log, how many entries, the root of its tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{spell(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint and its signatures."""

    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...] = ()

    @property
    def spelled(self) -> str:
        return self.checkpoint.text + "\n" + "".join(f"{one.line}\n" for one in self.signatures)

    def by(self, key: VerifierKey) -> NoteSignature | None:
        return next((one for one in self.signatures if one.is_by(key)), None)

    def plus(self, signatures: Sequence[NoteSignature]) -> Note:
        return Note(self.checkpoint, (*self.signatures, *signatures))


def note_of(text: str) -> Note:
    """Of one spelling only: what is read here is what was written. Raises NoteError."""
    body, gap, signed = text.partition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) != 3 or not signed.endswith("\n"):
        raise NoteError("校验点须为三行、空行、签名行")
    origin, size, root = lines
    if not _NAME.fullmatch(origin) or not re.fullmatch(r"0|[1-9][0-9]{0,17}", size):
        raise NoteError("校验点的日志名或条数写法不对")
    checkpoint = Checkpoint(origin, int(size), unspell(root))
    if len(checkpoint.root) != HASH_SIZE:
        raise NoteError("校验点的树根不是 32 字节")
    note = Note(checkpoint, tuple(signature_of(line) for line in signed[:-1].split("\n")))
    if note.spelled != text:
        raise NoteError("校验点的写法不是唯一写法")
    return note


def cosigned_text(checkpoint: Checkpoint, seen_s: int) -> bytes:
    """What a witness signs: the moment it saw the checkpoint, and its text."""
    return f"cosignature/v1\ntime {seen_s}\n{checkpoint.text}".encode()


def spell(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unspell(text: str) -> bytes:
    """Raises NoteError for anything but the one spelling of some bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("不是 Base64") from None
    if spell(data) != text:
        raise NoteError("Base64 不是唯一写法")
    return data
