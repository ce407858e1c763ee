"""Makes the packages of evidence that officers asked for, one at a look."""

from __future__ import annotations

import logging
import os
import tempfile
from datetime import datetime
from pathlib import Path

from services.collect.site import Site
from services.domain.case_transfer import NAME, CaseTransfer, NoteNoPackage, NotePackage, State
from services.domain.deed import Wish
from services.domain.officer import ENGINE
from services.reports.evidence import Order, Package, PictureOf, package
from services.reports.evidence_check import check
from services.reports.evidence_key import KeyFaultError, SiteKey
from services.store import casework
from services.store.evidence import case_file
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 1.0
FOLDER = "evidence"


class Packaging:
    """A package is on disk under its digest, and was held against its own signature, before it is a fact."""

    def __init__(self, store: Store, site: Site, picture_of: PictureOf) -> None:
        self._store = store
        self._centre, self._names_to = site.name, site.followup.names_to
        self._folder = site.folder / FOLDER
        self._picture_of = picture_of

    def tick(self, now: datetime) -> None:
        with self._store.read() as connection:
            waiting = [c for c in casework.open_by_id(connection, NAME) if c.state is State.PREPARING]
        for case in waiting[:1]:
            self._store.perform(self._made(case), ENGINE, now)

    def _made(self, case: CaseTransfer) -> Wish:
        about = {"case_id": case.id, "expected_version": case.version}
        try:
            made = self._package(case)
        except (OSError, KeyFaultError) as why:
            log.warning("no package of evidence for %s: %s", case.id, why)
            return NoteNoPackage(**about, reason=_in_chinese(why))
        if made is None:
            return NoteNoPackage(**about, reason="预警不在库中")
        return NotePackage(
            **about,
            sha256=made.sha256,
            sm3=made.sm3,
            size=len(made.data),
            log_seq=made.about.log_seq,
            exhibits=made.exhibits,
            lacking=made.about.lacking,
        )

    def _package(self, case: CaseTransfer) -> Package | None:
        key = SiteKey.of(self._folder)
        with self._store.read() as connection:
            file = case_file(connection, case.alert_id)
        if file is None:
            return None
        named = any(case.department.startswith(name) for name in self._names_to)
        made = package(file, Order(case.id, case.department, self._centre, named), key, self._picture_of)
        if not check(made.data, key.public_pem).is_whole:
            raise OSError("自检未通过")
        _written(self._folder / f"{made.sha256}.zip", made.data)
        return made


def _written(path: Path, data: bytes) -> None:
    """Whole and flushed under its name, or not there at all."""
    number, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _in_chinese(why: Exception) -> str:
    if isinstance(why, OSError) and why.strerror:
        return f"写不了证据文件：{why.strerror}"
    return str(why)
