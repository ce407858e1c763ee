"""证据包: what is in a package of evidence, in the one spelling its signature is put under.

Every file is listed with its size and its digests; the signature is put under the list. Whoever holds the
file and the public key can tell whether a byte of it is another.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "district-console-evidence/1"
MANIFEST, SIGNATURE, KEY = "MANIFEST.json", "MANIFEST.sig", "KEY.pem"
FRAME = (MANIFEST, SIGNATURE, KEY)  # first in the archive, in this order
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}(/[a-z0-9][a-z0-9._-]{0,80})?")
_HEX = re.compile(r"[0-9a-f]{64}")
HAS_SM3 = "sm3" in hashlib.algorithms_available


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a package."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the manifest. ``sm3`` is empty where the maker's OpenSSL has none."""

    name: str
    size: int
    sha256: str
    sm3: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """Whose package it is. ``log_seq`` and ``log_hash`` are the last row of the case log in it."""

    alert_id: str
    transfer_id: str
    receiver: str
    centre: str
    log_seq: int
    log_hash: str
    made_as_of: str  # moment of that row, Shanghai time
    names_shown: bool  # officers' full names, as the receiver is entitled
    lacking: tuple[str, ...] = ()
    demo: bool = True


@dataclass(frozen=True, slots=True)
class Manifest:
    about: About
    files: tuple[Listed, ...]


def listed(piece: Piece) -> Listed:
    return Listed(piece.name, len(piece.data), sha256_of(piece.data), sm3_of(piece.data))


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sm3_of(data: bytes) -> str:
    return hashlib.new("sm3", data).hexdigest() if HAS_SM3 else ""


def manifest_of(about: About, pieces: Sequence[Piece]) -> Manifest:
    return Manifest(about, tuple(listed(piece) for piece in sorted(pieces, key=lambda piece: piece.name)))


def spelled(manifest: Manifest) -> bytes:
    """UTF-8 JSON, keys sorted, one space a level, a newline at its end."""
    told = {"format": FORMAT, "about": asdict(manifest.about), "files": [asdict(one) for one in manifest.files]}
    return json_bytes(told)


def json_bytes(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def read_manifest(data: bytes) -> Manifest:
    """Raises ValueError in Chinese for what is no manifest of ours, spelled as we spell it."""
    try:
        told = json.loads(data.decode("utf-8"))
        about = dict(told["about"])
        about["lacking"] = tuple(map(str, about["lacking"]))
        files = tuple(_listed(line) for line in told["files"])
        manifest = Manifest(About(**about), files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as why:
        raise ValueError("清单不是本系统的格式") from why
    names = [one.name for one in files]
    if told.get("format") != FORMAT:
        raise ValueError(f"清单格式不是 {FORMAT}")
    if names != sorted(set(names)) or spelled(manifest) != data:
        raise ValueError("清单写法有改动")
    return manifest


def _listed(line: Mapping[str, Any]) -> Listed:
    one = Listed(**line)
    digests_fit = _HEX.fullmatch(one.sha256) and (not one.sm3 or _HEX.fullmatch(one.sm3))
    if not (NAME.fullmatch(one.name) and isinstance(one.size, int) and digests_fit) or one.name in FRAME:
        raise ValueError("清单里有不认识的一行")
    return one
