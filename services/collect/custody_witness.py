"""Asks the witness to countersign the log's head (C2SP tlog-witness): another party that refuses a rewritten log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import requests

from services.domain.merkle import Tree
from services.domain.signed_note import Note, NoteError, NoteSignature, VerifierKey, signature_of, spell
from services.domain.snapshot import Quality, SourceStatus
from services.reports.custody_key import signed_note
from services.store.custody import Head
from services.store.store import Store

log = logging.getLogger(__name__)

TICK_S = 5.0
SOURCE, TITLE = "custody_witness", "存证见证方"
NEVER_LATE_S = 1e9  # it is heard of only when it breaks and when it mends
TIMEOUT_S = (3.0, 10.0)
FIRST_RETRY, LAST_RETRY = timedelta(seconds=15), timedelta(minutes=5)


class WitnessRefusedError(ValueError):
    """The witness answered, and did not sign. The message is Chinese."""


class BehindError(Exception):
    """The witness knows another size than we thought."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


Ask = Callable[[int, Sequence[bytes], Note], tuple[NoteSignature, ...]]


class HttpWitness:
    """One witness's ``/add-checkpoint``."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/add-checkpoint"
        self._session = requests.Session()
        self._session.trust_env = False

    def __call__(self, old: int, proof: Sequence[bytes], note: Note) -> tuple[NoteSignature, ...]:
        """Raises BehindError, WitnessRefusedError, or what requests raises."""
        body = f"old {old}\n" + "".join(f"{spell(step)}\n" for step in proof) + "\n" + note.spelled
        answer = self._session.post(self._url, data=body.encode(), timeout=TIMEOUT_S)
        if answer.status_code == 409 and answer.text.strip().isdigit():
            raise BehindError(int(answer.text))
        if answer.status_code in (400, 403, 404, 422):
            raise WitnessRefusedError(f"见证方拒绝联署（{answer.status_code}）：{answer.text.strip()[:120]}")
        answer.raise_for_status()
        try:
            return tuple(signature_of(line) for line in answer.content.decode().splitlines())
        except (NoteError, UnicodeDecodeError) as why:
            raise WitnessRefusedError("见证方的应答不是签名") from why


class CustodyWitnessing:
    """Says once, in the log and among the data sources, when the witness does not answer or refuses, and once
    when it signs again. Nothing is lost meanwhile: the next countersignature covers all before it."""

    def __init__(self, store: Store, ask: Ask, key: VerifierKey) -> None:
        self._store = store
        self._ask = ask
        self._key = key
        self._old: int | None = None
        self._retry = FIRST_RETRY
        self._next: datetime | None = None
        self._failing: datetime | None = None
        self.error = ""

    def tick(self, now: datetime) -> None:
        if self._next is not None and now < self._next:
            return
        head, seen = self._store.custody.newest(), self._store.custody.newest(witnessed=True)
        known = seen.size if seen is not None else 0
        if head is None or head.size <= known:
            return
        try:
            self._witness(head, known if self._old is None else self._old, now)
        except (requests.RequestException, WitnessRefusedError, BehindError) as why:
            self._broken(why, now)
        else:
            self._mended(now)

    def _witness(self, head: Head, old: int, now: datetime) -> None:
        tree = Tree(self._store.custody.leaves(head.size))
        try:
            signatures = self._asked(tree, head, old)
        except BehindError as behind:
            signatures = self._asked(tree, head, behind.size)
        note = head.note.plus([one for one in signatures if one.is_by(self._key)])
        if not signed_note(note, self._key):
            raise WitnessRefusedError("见证方的签名无效，或不是约定的公钥")
        signature = note.by(self._key)
        assert signature is not None
        self._store.custody.put_head(Head(note, now, datetime.fromtimestamp(signature.seen_s, UTC)))
        self._old = head.size

    def _asked(self, tree: Tree, head: Head, old: int) -> tuple[NoteSignature, ...]:
        if old > head.size:
            raise WitnessRefusedError(f"见证方已见证到第 {old} 条，本日志只有 {head.size} 条：日志被截短或换过")
        try:
            return self._ask(old, tree.consistency(old, head.size), head.note)
        except BehindError as behind:
            if behind.size == old:
                raise WitnessRefusedError(f"见证方在 {old} 条时见过另一个树根：日志被改写过") from None
            raise

    def _broken(self, why: Exception, now: datetime) -> None:
        told = {WitnessRefusedError: str(why), BehindError: "见证方见过的条数前后不一"}
        self.error = told.get(type(why), "见证方连不上")
        self._next, self._retry = now + self._retry, min(2 * self._retry, LAST_RETRY)
        if self._failing is None:
            self._failing = now
            log.warning("the custody log is not witnessed: %s", why)
            self._mark(Quality.STALE, now)

    def _mended(self, now: datetime) -> None:
        self.error, self._next, self._retry = "", None, FIRST_RETRY
        if self._failing is not None:
            self._failing = None
            log.info("the custody log is witnessed again")
        self._mark(Quality.GOOD, now)

    def _mark(self, quality: Quality, now: datetime) -> None:
        taken = now if quality is Quality.GOOD else None
        told = SourceStatus(
            SOURCE, TITLE, quality, taken, failing_since=self._failing, error=self.error, late_after_s=NEVER_LATE_S
        )
        self._store.mark(told)
