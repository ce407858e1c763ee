"""Signs the custody log's entries and checkpoints, and checks who signed; the keys lie as those of evidence do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from services.domain.custody import Entry, Line
from services.domain.signed_note import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Note,
    NoteSignature,
    VerifierKey,
    cosigned_text,
)
from services.reports.evidence_key import SiteKey

FOLDER, LOG_KEY, WITNESS_KEY = "custody", "custody_log", "custody_witness"


class LogSigner:
    """Signs under the log's name. Raises KeyFaultError or OSError when it is made and its key cannot be used."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._key = SiteKey.of(folder, LOG_KEY)
        self.key = VerifierKey(origin, ED25519, raw_public(self._key.public_pem))
        _publish(folder / f"{LOG_KEY}.vkey", self.key)

    def line(self, entry: Entry) -> Line:
        return Line(entry, self._key.sign(entry.message))

    def note(self, size: int, root: bytes) -> Note:
        checkpoint = Checkpoint(self.key.name, size, root)
        signature = self._key.sign(checkpoint.text.encode())
        return Note(checkpoint, (NoteSignature(self.key.name, self.key.hash, signature),))


class WitnessSigner:
    """Signs under the witness's name, with the moment it saw the checkpoint."""

    def __init__(self, folder: Path, name: str) -> None:
        self._key = SiteKey.of(folder, WITNESS_KEY)
        self.key = VerifierKey(name, COSIGNATURE, raw_public(self._key.public_pem))
        _publish(folder / f"{WITNESS_KEY}.vkey", self.key)

    def cosign(self, checkpoint: Checkpoint, at: datetime) -> NoteSignature:
        seen_s = int(at.timestamp())
        signature = self._key.sign(cosigned_text(checkpoint, seen_s))
        return NoteSignature(self.key.name, self.key.hash, seen_s.to_bytes(8) + signature)


def _publish(path: Path, key: VerifierKey) -> None:
    """For whoever verifies: to be handed over by another way than the log."""
    if not path.exists():
        path.write_text(key.spelled + "\n", encoding="utf-8")


def raw_public(pem: bytes) -> bytes:
    public = load_pem_public_key(pem)
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def signed_entry(line: Line, key: VerifierKey) -> bool:
    return _holds(key.public, line.signature, line.entry.message)


def signed_note(note: Note, key: VerifierKey) -> bool:
    """Whether the note bears this key's signature and it holds."""
    signature = note.by(key)
    if signature is None:
        return False
    if key.kind == ED25519:
        return _holds(key.public, signature.raw, note.checkpoint.text.encode())
    return _holds(key.public, signature.raw[8:], cosigned_text(note.checkpoint, signature.seen_s))


def witnessed(note: Note, keys: Sequence[VerifierKey]) -> NoteSignature | None:
    """The first good signature of one of these witnesses."""
    return next((note.by(key) for key in keys if signed_note(note, key)), None)


def _holds(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
