"""The maritime authority's witness in the demo: it countersigns the custody log's head (C2SP tlog-witness), and
refuses a log that is not what it saw before.

It keeps what it saw of each log in a file of its own, so that a log cannot be rewritten while it sleeps.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.collect.site import Site
from services.district.http import FaultyServer
from services.district.part import DistrictSettings, Faults, Part
from services.domain.custody_settings import custody_from
from services.domain.merkle import HASH_SIZE, consistent
from services.domain.signed_note import Checkpoint, Note, NoteError, VerifierKey, note_of, spell, unspell
from services.domain.timebase import Timebase
from services.reports.custody_key import FOLDER as CUSTODY
from services.reports.custody_key import LogSigner, WitnessSigner, signed_note

NAME = "maritime-authority.demo"
FOLDER = "maritime"  # the other party's own, beside the site's in the demo


class Refusal(Exception):  # noqa: N818 an answer of the protocol, not a fault
    def __init__(self, status: str, text: str, kind: str = "text/plain;charset=UTF-8") -> None:
        super().__init__(text)
        self.status, self.text, self.kind = status, text, kind


class Witness:
    """``logs`` are the keys of the logs it witnesses, got from their owners."""

    def __init__(self, signer: WitnessSigner, kept: Path, clock: Timebase, logs: Sequence[VerifierKey]) -> None:
        self._signer, self._kept, self._clock = signer, kept, clock
        self._logs = {key.name: key for key in logs}
        self._lock = threading.Lock()

    def add_checkpoint(self, body: str) -> str:
        """The signature's line. Raises Refusal with the protocol's status."""
        old, proof, note = _asked(body)
        checkpoint = note.checkpoint
        key = self._logs.get(checkpoint.origin)
        if key is None:
            raise Refusal("404 Not Found", f"不见证日志 {checkpoint.origin}")
        if not signed_note(note, key):
            raise Refusal("403 Forbidden", "没有该日志的有效签名")
        with self._lock:
            seen = self._seen()
            _must_follow(old, proof, checkpoint, seen.get(checkpoint.origin, (0, "")))
            self._keep({**seen, checkpoint.origin: (checkpoint.size, spell(checkpoint.root))})
        return self._signer.cosign(checkpoint, self._clock.now()).line + "\n"

    def _seen(self) -> dict[str, Any]:
        try:
            return json.loads(self._kept.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}

    def _keep(self, seen: Mapping[str, Any]) -> None:
        """On disk before anything is signed."""
        part = self._kept.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(seen, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._kept)


def _must_follow(old: int, proof: Sequence[bytes], now: Checkpoint, last: Sequence[Any]) -> None:
    """``last`` is the size and the root seen last."""
    size, root = last
    if old != size or (old == now.size and old and spell(now.root) != root):
        raise Refusal("409 Conflict", f"{size}\n", "text/x.tlog.size")
    if now.size < old:
        raise Refusal("400 Bad Request", f"校验点只有 {now.size} 条，少于 old {old}")
    if 0 < old < now.size and not consistent(old, now.size, proof, unspell(root), now.root):
        raise Refusal("422 Unprocessable Entity", f"与 {old} 条时所见证的日志不一致：日志被改写过")


def _asked(body: str) -> tuple[int, tuple[bytes, ...], Note]:
    head, gap, note = body.partition("\n\n")
    old, *steps = head.split("\n")
    word, _, size = old.partition(" ")
    if not gap or word != "old" or not (size.isascii() and size.isdigit()):
        raise Refusal("400 Bad Request", "须为 old 条数、一致性证明、空行、校验点")
    try:
        proof = tuple(unspell(step) for step in steps)
        read = note_of(note)
    except NoteError as why:
        raise Refusal("400 Bad Request", str(why)) from why
    if any(len(step) != HASH_SIZE for step in proof):
        raise Refusal("400 Bad Request", "证明的散列不是 32 字节")
    return int(size), proof, read


class WitnessServer(FaultyServer):
    """``POST /add-checkpoint`` and ``GET /`` with the witness's public key."""

    def __init__(self, witness: Witness, key: VerifierKey, host: str, port: int, faults: Faults) -> None:
        super().__init__("witness", host, port, faults)
        self._witness, self._key = witness, key

    def respond(self, environ: dict[str, Any], start: Any) -> bytes:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if method == "GET" and path == "/":
            return self._said(start, "200 OK", "text/plain;charset=UTF-8", self._key.spelled + "\n")
        if (method, path) != ("POST", "/add-checkpoint"):
            return self._said(start, "404 Not Found", "text/plain", "no such path")
        try:
            line = self._witness.add_checkpoint(environ["wsgi.input"].read().decode())
        except UnicodeDecodeError:
            return self._said(start, "400 Bad Request", "text/plain;charset=UTF-8", "不是 UTF-8")
        except Refusal as no:
            return self._said(start, no.status, no.kind, no.text)
        return self._said(start, "200 OK", "text/plain;charset=UTF-8", line)

    def _said(self, start: Any, status: str, kind: str, text: str) -> bytes:
        body = text.encode()
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return self.promised(body) if status.startswith("200") else body


def parts(settings: DistrictSettings, site: Site, faults: Faults) -> Sequence[Part]:
    """None when the site's log has no witness."""
    told = custody_from(site.boats.get("custody", {}))
    if not told.witness:
        return ()
    host, port = told.witness.removeprefix("http://").rstrip("/").rsplit(":", 1)
    signer = WitnessSigner(site.folder / FOLDER, NAME)
    log_key = LogSigner(site.folder / CUSTODY, told.origin).key
    witness = Witness(signer, site.folder / FOLDER / "seen.json", settings.timebase, (log_key,))
    return (WitnessServer(witness, signer.key, host, int(port), faults),)


def custody_table(folder: Path, host: str, port: int) -> Mapping[str, str]:
    """``[boats.custody]`` of a demo site in this folder: the address of its witness, and the key it signs with."""
    key = WitnessSigner(folder / FOLDER, NAME).key
    return {"witness": f"http://{host}:{port}", "witness_key": key.spelled}
