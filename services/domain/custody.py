"""The custody log's words: who gave what to whom, in lines that are signed and hashed as they stand.

A line is the entry as JSON, a space, and the log's signature of that JSON. The line without its line break
is the leaf of the tree, so an outsider hashes what he reads and needs no rule of spelling but this file's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from services.domain.merkle import leaf_hash
from services.domain.signed_note import NoteError, spell, unspell

SIGNED_AS = b"custody-entry/v1\n"  # before the JSON in what is signed: no other text of the log begins so
SIGNATURE_SIZE = 64
_AT = "%Y-%m-%dT%H:%M:%S.%fZ"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class CustodyStep(StrEnum):
    """What an entry tells. The first seven are states of a hand-in; the others happen besides."""

    WEIGHED = "WEIGHED"
    SIGNED = "SIGNED"
    IN_TRANSIT = "IN_TRANSIT"
    STORED = "STORED"
    REDUCED = "REDUCED"
    TRANSFERRED = "TRANSFERRED"
    DISPOSED = "DISPOSED"
    DISPUTED = "DISPUTED"
    CORRECTED = "CORRECTED"
    CANCELLED = "CANCELLED"


STEP_WORDS = {
    CustodyStep.WEIGHED: "船边计量",
    CustodyStep.SIGNED: "双方签收",
    CustodyStep.IN_TRANSIT: "运输",
    CustodyStep.STORED: "入仓",
    CustodyStep.REDUCED: "减量化",
    CustodyStep.TRANSFERRED: "转运",
    CustodyStep.DISPOSED: "处置",
    CustodyStep.DISPUTED: "计量争议",
    CustodyStep.CORRECTED: "更正",
    CustodyStep.CANCELLED: "作废",
}


class LineError(ValueError):
    """A line that is no entry. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be entered; where it stands in the log is not known yet. ``mass_kg`` has one decimal."""

    manifest: str
    request: str
    step: CustodyStep
    giver: str
    taker: str
    pollutant: str
    mass_kg: float | None
    photos: tuple[str, ...]
    signer: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``seq`` counts the log from 1, ``no`` the manifest; ``prev`` is the hash in hex of the
    manifest's entry before, empty for its first."""

    seq: int
    no: int
    prev: str
    told: Draft

    @property
    def spelled(self) -> str:
        """The JSON that is signed, of one spelling only."""
        told = self.told
        fields: dict[str, Any] = {
            "seq": self.seq,
            "manifest": told.manifest,
            "no": self.no,
            "request": told.request,
            "step": told.step.value,
            "from": told.giver,
            "to": told.taker,
            "pollutant": told.pollutant,
            "mass_kg": None if told.mass_kg is None else round(told.mass_kg, 1),
            "photos": list(told.photos),
            "signer": told.signer,
            "at": told.at.astimezone(UTC).strftime(_AT),
            "note": told.note,
            "prev": self.prev,
        }
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    @property
    def message(self) -> bytes:
        """What the log signs."""
        return SIGNED_AS + self.spelled.encode()


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its signature of 64 bytes."""

    entry: Entry
    signature: bytes

    @property
    def spelled(self) -> str:
        return f"{self.entry.spelled} {spell(self.signature)}"

    @property
    def leaf(self) -> bytes:
        return leaf_hash(self.spelled.encode())


def line_of(text: str) -> Line:
    """Of one spelling only. Raises LineError."""
    told, _, signed = text.rpartition(" ")
    try:
        fields, signature = json.loads(told), unspell(signed)
        line = Line(_entry_of(fields), signature)
    except (NoteError, ValueError, TypeError, KeyError, AttributeError) as why:
        raise LineError("不是存证条目") from why
    if len(signature) != SIGNATURE_SIZE or line.spelled != text:
        raise LineError("条目的写法不是唯一写法")
    return line


def _entry_of(fields: Mapping[str, Any]) -> Entry:
    photos = tuple(fields["photos"])
    if not all(_SHA256.fullmatch(photo) for photo in photos):
        raise ValueError("photos")
    told = Draft(
        manifest=_text(fields, "manifest"),
        request=_text(fields, "request"),
        step=CustodyStep(fields["step"]),
        giver=_text(fields, "from"),
        taker=_text(fields, "to"),
        pollutant=_text(fields, "pollutant"),
        mass_kg=_mass(fields["mass_kg"]),
        photos=photos,
        signer=_text(fields, "signer"),
        at=datetime.strptime(fields["at"], _AT).replace(tzinfo=UTC),
        note=_text(fields, "note"),
    )
    return Entry(_count(fields, "seq"), _count(fields, "no"), _text(fields, "prev"), told)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _count(fields: Mapping[str, Any], name: str) -> int:
    value = fields[name]
    if type(value) is not int or value < 1:
        raise ValueError(name)
    return value


def _mass(value: Any) -> float | None:
    if value is not None and (type(value) is not float or not 0 <= value < 1e9):
        raise ValueError("mass_kg")
    return value
