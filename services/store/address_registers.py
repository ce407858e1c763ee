"""``store.registers``: the registers of the one address, as imports bring them. An import is one transaction."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from sqlalchemy import Connection, select, tuple_

from services.domain.event import Refused
from services.domain.import_known import Known
from services.domain.import_report import TOPIC, ImportReport, Misfit
from services.store import changes, events, rows, states
from services.store.address_writing import Delta, ImportRefusedError, Origin, Part, delta_of, write
from services.store.schema import REGISTERS, identity_key, quarantine

REPORTS = 30  # kept, the newest of every source
PSEUDONYM_CHARS = 32  # 128 bits as hex
_VERSION = "registers"  # counts imports: what was compared with another state is compared again
_KEY = "identity"
_TRIES = 5
_MANY = 500

Transaction = Callable[[], AbstractContextManager[Connection]]


class Registers:
    """What is compared is read before the transaction that writes, so that no other writer waits for it."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def pseudonym(self) -> Callable[[str], str]:
        """Of an identity number: its HMAC-SHA256 with this store's own key, made when first asked for."""
        with self._reading() as connection:
            key = _key(connection)
        if key is None:
            with self._writing() as connection:
                key = _key(connection) or secrets.token_bytes(32)
                rows.upsert(connection, identity_key, [{"name": _KEY, "key": key}])
        return lambda number: hmac.digest(key, number.encode(), hashlib.sha256).hex()[:PSEUDONYM_CHARS]

    def known(self, community: str) -> Known:
        """What rows of an import of this community may refer to."""
        known = Known()
        with self._reading() as connection:
            for code, name in _columns(connection, "estate", community, "code", "name"):
                known.add_estate(code, name)
            for code, estate, name in _columns(connection, "building", community, "code", "estate", "name"):
                known.add_building(code, estate, name)
            known.units.update(code for (code,) in _columns(connection, "unit", community, "code"))
            for code, building, unit in _columns(connection, "dwelling", community, "code", "building", "unit"):
                known.dwellings[code] = (building, unit)
            for identity, code in _columns(connection, "resident", community, "identity", "code"):
                if identity:
                    known.identities[identity] = code
        return known

    def last_report(self, source: str, community: str) -> ImportReport | None:
        with self._reading() as connection:
            found = states.read(connection, TOPIC)
        return next((one for one in found if (one.source, one.community) == (source, community)), None)

    def take(
        self,
        report: ImportReport,
        parts: Sequence[Part],
        refused: Sequence[Refused] = (),
        *,
        close_many: bool = False,
        quiet: bool = False,
    ) -> ImportReport:
        """The report with its counts. ``quiet`` keeps no report of an import that moved nothing.
        Raises ImportRefusedError and StoreError, having written nothing."""
        origin = Origin(report.community, report.source, report.id, report.at)
        for _ in range(_TRIES):
            with self._reading() as connection:
                version = _version(connection)
                deltas = [delta_of(connection, part, origin, close_many=close_many) for part in parts]
            told = _counted(report, deltas)
            if quiet and not told.is_news and not _is_other(told, self.last_report(told.source, told.community)):
                return told
            with self._writing() as connection:
                if _version(connection) == version:
                    self._write(connection, told, deltas, refused)
                    return told
        raise ImportRefusedError("登记册正被另一处导入，请稍后再试")

    def keep_failure(self, report: ImportReport) -> None:
        """That nothing could be taken, and why."""
        with self._writing() as connection:
            _keep_report(connection, report)

    def _write(
        self, connection: Connection, report: ImportReport, deltas: Sequence[Delta], refused: Sequence[Refused]
    ) -> None:
        if report.is_news:
            rows.take_numbers(connection, _VERSION)
        for delta in deltas:
            write(connection, delta)
        events.set_aside(connection, _not_yet_aside(connection, refused), report.at)
        _keep_report(connection, report)


def _keep_report(connection: Connection, report: ImportReport) -> None:
    before = states.read(connection, TOPIC)
    same = (report.source, report.community)
    others = [one for one in before if (one.source, one.community) != same][: REPORTS - 1]
    states.put(connection, TOPIC, (report, *others), report.at, "")
    changes.note(connection, [TOPIC], report.at)


def _counted(report: ImportReport, deltas: Sequence[Delta]) -> ImportReport:
    foreign = [
        Misfit(0, "code", "code_of_other_community", f"{delta.spec.kind} 编号属于另一社区：{code}")
        for delta in deltas
        for code in sorted(delta.foreign)
    ]
    return replace(
        report,
        taken=sum(len(delta.new) for delta in deltas),
        changed=sum(len(delta.changed) for delta in deltas),
        unchanged=sum(delta.unchanged for delta in deltas),
        closed=sum(len(delta.closed) for delta in deltas),
        refused_count=report.refused_count + len(foreign),
        refused=(*report.refused, *foreign[:20]),
        reasons=(*report.reasons, *([("code_of_other_community", len(foreign))] if foreign else [])),
    )


def _is_other(report: ImportReport, last: ImportReport | None) -> bool:
    return last is None or (last.reasons, last.failed, last.columns) != (report.reasons, report.failed, report.columns)


def _not_yet_aside(connection: Connection, refused: Sequence[Refused]) -> list[Refused]:
    """Those that are not in the quarantine already: the same file twice is refused once."""
    had: set[tuple[str, bytes]] = set()
    c = quarantine.c
    for start in range(0, len(refused), _MANY):
        asked = [(one.source, one.reason, one.raw) for one in refused[start : start + _MANY]]
        found = select(c.reason, c.raw).where(tuple_(c.source, c.reason, c.raw).in_(asked))
        had |= {(reason, bytes(raw)) for reason, raw in connection.execute(found)}
    return [one for one in refused if (one.reason, one.raw) not in had]


def _columns(connection: Connection, kind: str, community: str, *names: str) -> Sequence[tuple[str, ...]]:
    table = REGISTERS[kind].table
    found = select(*(table.c[name] for name in names)).where(table.c.community == community, table.c.valid)
    return [tuple(row) for row in connection.execute(found)]


def _version(connection: Connection) -> int:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    found = connection.exec_driver_sql(f"SELECT value FROM counter WHERE name = {mark}", (_VERSION,)).scalar()
    return int(found or 0)


def _key(connection: Connection) -> bytes | None:
    found = connection.execute(select(identity_key.c.key).where(identity_key.c.name == _KEY)).scalar()
    return bytes(found) if found is not None else None
