"""A case file becomes a package: the files, the list of them, the signature under the list.

Of the passages only those the rule rested on. Officers are masked unless the receiver is entitled to their
names; what is missing is named in the list, never passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Row

from services.domain.alert import Alert
from services.domain.case_transfer import Exhibit
from services.domain.evidence import (
    KEY,
    MANIFEST,
    SIGNATURE,
    About,
    Piece,
    json_bytes,
    manifest_of,
    sha256_of,
    sm3_of,
    spelled,
)
from services.domain.masked import mask_name
from services.domain.officer import ENGINE
from services.domain.passage import Passage
from services.domain.timebase import local
from services.reports.evidence_archive import packed
from services.reports.evidence_check import TIMELINE
from services.reports.evidence_key import SiteKey
from services.reports.evidence_page import page
from services.store import codec
from services.store.columns import to_micros
from services.store.evidence import CaseFile

_OFFICERS = frozenset({"judged_by", "lowered_by", "confirmed_by", "drafter_id"})

PictureOf = Callable[[str], Path | None]


@dataclass(frozen=True, slots=True)
class Order:
    """For whom a package is made."""

    transfer_id: str
    receiver: str
    centre: str
    names_shown: bool


@dataclass(frozen=True, slots=True)
class Package:
    data: bytes
    sha256: str
    sm3: str
    exhibits: tuple[Exhibit, ...]
    about: About


def package(file: CaseFile, order: Order, key: SiteKey, picture_of: PictureOf) -> Package:
    """The same case file, order and pictures give the same bytes. Raises OSError for an unreadable picture."""
    pictures, lacking = _pictures(file, picture_of)
    if file.gone:
        lacking = (f"{file.gone} 条过车记录已过保存期", *lacking)
    about = _about(file, order, lacking)
    pieces = [
        Piece("alert.json", json_bytes(_told(file.alert, order))),
        Piece("cases.json", json_bytes([_told(case, order) for case in file.cases])),
        Piece("passages.json", json_bytes([_passage(one) for one in file.passages])),
        Piece("rule.json", json_bytes(_rule(file.alert))),
        Piece(TIMELINE, json_bytes([_row(row, shown=order.names_shown) for row in file.rows])),
        Piece("summary.html", page(file, about, {sha: piece.name for sha, piece in pictures.items()})),
        *pictures.values(),
    ]
    manifest = manifest_of(about, pieces)
    said = spelled(manifest)
    frame = (Piece(MANIFEST, said), Piece(SIGNATURE, key.sign(said)), Piece(KEY, key.public_pem))
    data = packed(frame, pieces)
    exhibits = tuple(Exhibit(one.name, one.size, one.sha256) for one in manifest.files)
    return Package(data, sha256_of(data), sm3_of(data), exhibits, about)


def _about(file: CaseFile, order: Order, lacking: Sequence[str]) -> About:
    last = file.last
    return About(
        alert_id=file.alert.id,
        transfer_id=order.transfer_id,
        receiver=order.receiver,
        centre=order.centre,
        log_seq=last.seq,
        log_hash=last.hash,
        made_as_of=f"{local(last.at):%Y-%m-%d %H:%M:%S}",
        names_shown=order.names_shown,
        lacking=tuple(lacking),
        demo=file.alert.demo,
    )


def _pictures(file: CaseFile, picture_of: PictureOf) -> tuple[dict[str, Piece], tuple[str, ...]]:
    """The pictures of its passages and of what departments fed back, each once, by their digest."""
    wanted = [one.image for one in file.passages if one.image] + list(file.alert.photos)
    found: dict[str, Piece] = {}
    lacking: list[str] = []
    for sha in dict.fromkeys(wanted):
        path = picture_of(sha)
        if path is None:
            lacking.append(f"图片 {sha[:16]}… 不在本机或已过保存期")
        else:
            data = path.read_bytes()
            found[sha] = Piece(f"images/{sha}{_ending(data)}", data)
    if not any(one.image for one in file.passages):
        lacking.append("过车记录没有图片")
    return found, tuple(lacking)


def _plain(record: Any) -> Any:
    return json.loads(codec.encode(record))


def _ending(data: bytes) -> str:
    return ".png" if data.startswith(b"\x89PNG") else ".jpg"


def _told(record: Any, order: Order) -> Any:
    """A record with the numbers of officers only where their names are shown as well."""
    told = _plain(record)
    return told if order.names_shown else {name: value for name, value in told.items() if name not in _OFFICERS}


def _passage(passage: Passage) -> Any:
    """What the camera and the registers said; what nobody said is left out."""
    told = _plain(passage)
    return {name: value for name, value in told.items() if value not in (None, "")}


def _rule(alert: Alert) -> Any:
    return {
        "id": alert.rule_id,
        "version": alert.rule_version,
        "text": alert.rule_text,
        "parameters": [asdict(one) for one in alert.parameters],
    }


def _row(row: Row[Any], *, shown: bool) -> Any:
    """``whole``: as it is in the log, so that its own seal can be worked out."""
    whole = shown or row.officer == ENGINE.id
    told = {name: getattr(row, name) for name in ("seq", "stream", "case_id", "version", "kind")}
    told |= {"at_us": to_micros(row.at), "at": f"{local(row.at):%Y-%m-%d %H:%M:%S}", "whole": whole}
    told |= {"prev_hash": row.prev_hash, "hash": row.hash}
    return told | {"officer": row.officer if whole else "", "body": row.body if whole else _masked(row.body)}


def _masked(body: str) -> str:
    """A row's body with the officer's name masked and his number left out; nothing else is touched."""
    said = msgspec.json.decode(body)
    said["officer_name"] = mask_name(said.get("officer_name", ""))
    if "officer_id" in said:
        said["officer_id"] = ""
    return msgspec.json.encode(said).decode()
