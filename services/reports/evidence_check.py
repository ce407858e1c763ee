"""Is a package of evidence still what was signed? Says in Chinese what holds and what was changed.

Asked of the file and the public key alone: no store, no site.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.domain.evidence import (
    FRAME,
    HAS_SM3,
    KEY,
    MANIFEST,
    SIGNATURE,
    Listed,
    Manifest,
    Piece,
    listed,
    read_manifest,
)
from services.reports.evidence_archive import NotAnArchiveError, repacked, unpacked
from services.reports.evidence_key import KeyFaultError, fingerprint, is_same, is_signed
from services.store.ledger import holds

TIMELINE = "timeline.json"


class Stance(StrEnum):
    HOLDS = "holds"
    CHANGED = "changed"
    NOTE = "note"  # what could not be told, and why


SIGNS: Mapping[Stance, str] = {Stance.HOLDS: "[属实]", Stance.CHANGED: "[不符]", Stance.NOTE: "[说明]"}


@dataclass(frozen=True, slots=True)
class Finding:
    stance: Stance
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``manifest`` is None when it could not even be read."""

    findings: tuple[Finding, ...]
    manifest: Manifest | None = None

    @property
    def is_whole(self) -> bool:
        return all(one.stance is not Stance.CHANGED for one in self.findings)


def check(data: bytes, public_pem: bytes | None = None) -> Verdict:
    """Hold a package against its own signature; with ``public_pem`` against that key, not the one inside."""
    try:
        pieces = unpacked(data)
    except NotAnArchiveError as why:
        return Verdict((Finding(Stance.CHANGED, str(why)),))
    by_name = {piece.name: piece.data for piece in pieces}
    found = list(_frame(pieces))
    try:
        manifest = read_manifest(by_name.get(MANIFEST, b""))
    except ValueError as why:
        return Verdict((*found, Finding(Stance.CHANGED, str(why))))
    found += _signature(by_name, public_pem)
    found += _files(manifest, [piece for piece in pieces if piece.name not in FRAME])
    if not any(one.stance is Stance.CHANGED for one in found):
        found += _bytes(data, pieces)
        found += _chain(by_name.get(TIMELINE, b"[]"), manifest)
    return Verdict(tuple(found), manifest)


def _frame(pieces: Sequence[Piece]) -> Iterator[Finding]:
    names = [piece.name for piece in pieces]
    for name in FRAME:
        if name not in names:
            yield Finding(Stance.CHANGED, f"缺少 {name}")
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Finding(Stance.CHANGED, f"{name} 出现 {names.count(name)} 次")


def _signature(by_name: dict[str, bytes], public_pem: bytes | None) -> Iterator[Finding]:
    inside = by_name.get(KEY, b"")
    try:
        if public_pem is not None and not is_same(public_pem, inside):
            yield Finding(Stance.CHANGED, "包内公钥不是所给的公钥")
        key = public_pem if public_pem is not None else inside
        good = is_signed(by_name[MANIFEST], by_name.get(SIGNATURE, b""), key)
        named = fingerprint(key)
    except KeyFaultError as why:
        yield Finding(Stance.CHANGED, str(why))
        return
    if not good:
        yield Finding(Stance.CHANGED, "签名与清单不符：清单被改动，或不是此公钥所签")
    else:
        yield Finding(Stance.HOLDS, f"清单签名有效，公钥指纹 {named}")
    if public_pem is None:
        yield Finding(Stance.NOTE, "用的是包内公钥：只能证明内容一致，不能证明由谁签发；请用另行取得的公钥核验")


def _files(manifest: Manifest, pieces: Sequence[Piece]) -> Iterator[Finding]:
    known = {one.name: one for one in manifest.files}
    here = {piece.name: listed(piece) for piece in pieces}
    gone = {name: one for name, one in known.items() if name not in here}
    more = {name: one for name, one in here.items() if name not in known}
    for name, one in list(gone.items()):
        moved = next((other for other, it in more.items() if it.sha256 == one.sha256), "")
        if moved:
            yield Finding(Stance.CHANGED, f"{name} 被改名为 {moved}")
            del gone[name], more[moved]
    yield from (Finding(Stance.CHANGED, f"缺少 {name}") for name in gone)
    yield from (Finding(Stance.CHANGED, f"多出 {name}") for name in more)
    edited = [name for name in known if name in here and not _same(known[name], here[name])]
    yield from (Finding(Stance.CHANGED, f"{name} 内容被改动") for name in edited)
    if not (gone or more or edited):
        algorithms = "SHA-256" + ("、SM3" if HAS_SM3 and any(one.sm3 for one in manifest.files) else "")
        yield Finding(Stance.HOLDS, f"{len(known)} 件内容与清单一致（{algorithms}）")
    if any(one.sm3 for one in manifest.files) and not HAS_SM3:
        yield Finding(Stance.NOTE, "本机没有 SM3，只核对了 SHA-256")


def _same(known: Listed, here: Listed) -> bool:
    sm3 = not known.sm3 or not here.sm3 or known.sm3 == here.sm3
    return (known.size, known.sha256) == (here.size, here.sha256) and sm3


def _bytes(data: bytes, pieces: Sequence[Piece]) -> Iterator[Finding]:
    """What no list can say: the order of the files and what stands between them."""
    if repacked(pieces) == data:
        yield Finding(Stance.HOLDS, "压缩包逐字节一致")
    else:
        yield Finding(Stance.CHANGED, "各件内容未变，但压缩包的次序、时间戳或夹带内容有改动")


def _chain(data: bytes, manifest: Manifest) -> Iterator[Finding]:
    """Each row of the log that is whole must bear its own seal."""
    rows: list[dict[str, Any]] = json.loads(data)
    whole = [row for row in rows if row["whole"]]
    broken = [row["seq"] for row in whole if not _row_holds(row)]
    for seq in broken:
        yield Finding(Stance.CHANGED, f"案件日志第 {seq} 条与其校验值不符")
    if whole and not broken:
        yield Finding(Stance.HOLDS, f"案件日志 {len(whole)} 条校验值相符，末条为总日志第 {manifest.about.log_seq} 条")
    if len(whole) < len(rows):
        hidden = len(rows) - len(whole)
        yield Finding(Stance.NOTE, f"案件日志 {hidden} 条隐去了经办人，其校验值须由指挥中心对照原日志核验")


def _row_holds(row: dict[str, Any]) -> bool:
    told = tuple(row[name] for name in ("seq", "stream", "case_id", "version", "kind", "at_us", "officer", "body"))
    try:
        return holds(told, row["prev_hash"], row["hash"])
    except ValueError:  # this machine has not the seal's algorithm
        return True
