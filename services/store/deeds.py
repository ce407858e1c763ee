"""Wishes decided and deeds written: every stream of the case log, by the one way.

A deed, its case and what is due of it are on disk together or not at all, as with alerts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, select, true

from services.domain.alert import Alert, Outcome
from services.domain.deed import Deed, Refused, Said, Stream, Wish, kind_of
from services.domain.masked import mask_name
from services.domain.officer import ENGINE, Officer
from services.domain.timebase import local
from services.store import cases, casework, codec, ledger, rows, sources, states
from services.store.errors import Unreadable
from services.store.schema import alert as alert_table
from services.store.schema import case_event, deadline
from services.store.schema import casework as casework_table
from services.store.streams import FACTS, OF_TOPIC, OF_WISH, STREAMS


class _Body(msgspec.Struct):
    """What a row of the log holds beside its columns."""

    officer_name: str
    role: str
    fact: msgspec.Raw


Follow = Callable[[Connection, Sequence[tuple[Deed, Any]]], object]


def follows_nothing(_connection: Connection, _said: Sequence[tuple[Deed, Any]]) -> None:
    return None


class Register:
    """One transaction's dealings with cases of streams; it is the World their decisions look at.

    ``follow`` is told each deed that was written with its case as it is then, and moves what else follows.
    """

    def __init__(
        self, connection: Connection, at: datetime, officer: Officer, follow: Follow = follows_nothing
    ) -> None:
        self._connection = connection
        self._at = at
        self._officer = officer
        self._follow = follow
        self._cases: dict[tuple[str, str], Any] = {}
        self._said: list[tuple[Deed, Any]] = []

    # ---------------------------------------------------------------------------------- the World

    def case(self, stream: str, case_id: str) -> Any | None:
        key = (stream, case_id)
        if key not in self._cases:
            found = casework.read_one(self._connection, stream, case_id)
            if found is None:
                return None
            self._cases[key] = found
        return self._cases[key]

    def cases(self, stream: str, *, open_only: bool = True) -> Sequence[Any]:
        known = {case.id: case for case in casework.read(self._connection, stream, open_only=open_only)}
        known |= {case_id: case for (name, case_id), case in self._cases.items() if name == stream}
        return tuple(case for case in known.values() if case.is_open or not open_only)

    def alert(self, alert_id: str) -> Alert | None:
        return cases.read_one(self._connection, alert_id)

    def open_alerts(self) -> Sequence[Alert]:
        bodies = select(alert_table.c.body).where(alert_table.c.is_open == true()).order_by(alert_table.c.raised_at)
        return codec.decode_all(Alert, self._connection.execute(bodies).scalars())

    def topic(self, topic: str) -> Sequence[Any]:
        if topic in OF_TOPIC:
            return casework.shown(self._connection, OF_TOPIC[topic], self._at)
        if topic == "sources":
            return tuple(sources.aged(source, self._at) for source in sources.every(self._connection))
        return states.read(self._connection, topic)

    # ------------------------------------------------------------------------------------ writing

    def add(self, stream: Stream, said: Said, case_id: str) -> Any:
        """Fold one fact in. The case as it is then."""
        stream, case_id = (STREAMS[said.stream], "") if said.stream else (stream, case_id)
        case_id = said.case_id or case_id or self._new_id(stream)
        before = self.case(stream.name, case_id)
        version = before.version + 1 if before is not None else 1
        by = self._officer
        deed = Deed(
            stream.name, case_id, version, kind_of(type(said.fact)), self._at, by.id, by.name, by.role.value, said.fact
        )
        after = stream.evolve(before, deed)
        self._cases[stream.name, case_id] = after
        self._said.append((deed, after))
        return after

    def write(self) -> frozenset[str]:
        """Log, cases and deadlines. The streams that moved."""
        ledger.append(self._connection, [_entry(deed) for deed, _ in self._said])
        moved = dict.fromkeys((deed.stream, deed.case_id) for deed, _ in self._said)
        project(self._connection, [(name, self._cases[name, case_id], self._at) for name, case_id in moved])
        self._follow(self._connection, self._said)
        return frozenset(name for name, _ in moved)

    def _new_id(self, stream: Stream) -> str:
        day = f"{stream.prefix}-{local(self._at):%y%m%d}"
        return f"{day}-{rows.take_numbers(self._connection, day):03d}"


def perform(
    connection: Connection, wish: Wish, officer: Officer, at: datetime, follow: Follow = follows_nothing
) -> tuple[Outcome, frozenset[str]]:
    """Decide an officer's wish and write what comes of it; nothing when it is refused."""
    stream = OF_WISH[type(wish)]
    register = Register(connection, at, officer, follow)
    case = register.case(stream.name, wish.case_id) if wish.case_id else None
    try:
        if wish.case_id:
            _require_current(connection, stream, case, wish)
        said = stream.decide(case, wish, officer, at, register)
    except Refused as why:
        return Outcome(wish, None, why.reason_zh, case), frozenset()
    case_id = wish.case_id
    for number, one in enumerate(said):
        after = register.add(stream, one, case_id)
        if number == 0:
            case_id = case_id or after.id
    return Outcome(wish, None, "", register.case(stream.name, case_id)), register.write()


def _require_current(connection: Connection, stream: Stream, case: Any | None, wish: Wish) -> None:
    if case is None:
        raise Refused(f"没有编号为 {wish.case_id} 的记录")
    if case.version != wish.expected_version:
        last = deeds(connection, wish.case_id)[-1]
        raise Refused(f"{mask_name(last.officer_name)}已先更新，请看最新")


def expire(connection: Connection, at: datetime, follow: Follow = follows_nothing) -> frozenset[str]:
    """Let every passed deadline of a case happen once, the earliest first. The streams that moved.

    A case that cannot be read stops no other's clock; its topic says that it cannot.
    """
    register = Register(connection, at, ENGINE, follow)
    passed = select(deadline.c.stream, deadline.c.alert_id, deadline.c.what)
    passed = passed.where(deadline.c.due_at <= at, deadline.c.stream != ledger.ALERTS).order_by(deadline.c.due_at)
    for name, case_id, what in connection.execute(passed).all():
        try:
            case = register.case(name, case_id)
        except Unreadable:
            continue
        for said in STREAMS[name].expire(case, what, at) if case is not None else ():
            register.add(STREAMS[name], said, case_id)
    return register.write()


def project(connection: Connection, moved: Sequence[tuple[str, Any, datetime]]) -> None:
    """Write cases as they are into the table to be read, and what will come to them by itself."""
    if not moved:
        return
    written = [
        {
            "stream": name,
            "case_id": case.id,
            "is_open": bool(case.is_open),
            "version": case.version,
            "changed_at": at,
            "body": codec.encode(case),
        }
        for name, case, at in moved
    ]
    rows.upsert(connection, casework_table, written)
    for name, case, _ in moved:
        connection.execute(delete(deadline).where(deadline.c.stream == name, deadline.c.alert_id == case.id))
        due = [
            {"stream": name, "alert_id": case.id, "what": d.what, "due_at": d.due_at} for d in STREAMS[name].due(case)
        ]
        rows.upsert(connection, deadline, due)


def rebuild(connection: Connection) -> int:
    """Make the cases anew from the log alone. How many there are."""
    found: dict[tuple[str, str], tuple[Any, datetime]] = {}
    for deed in _told(connection, case_event.c.stream != ledger.ALERTS):
        before = found.get((deed.stream, deed.case_id), (None, deed.at))[0]
        found[deed.stream, deed.case_id] = STREAMS[deed.stream].evolve(before, deed), deed.at
    connection.execute(delete(deadline).where(deadline.c.stream != ledger.ALERTS))
    connection.execute(delete(casework_table))
    project(connection, [(name, case, at) for (name, _), (case, at) in found.items()])
    return len(found)


def deeds(connection: Connection, case_id: str) -> tuple[Deed, ...]:
    """Everything that was ever done in one case, oldest first."""
    return tuple(_told(connection, case_event.c.case_id == case_id))


def _told(connection: Connection, *where: Any) -> list[Deed]:
    query = select(case_event).where(case_event.c.stream != ledger.ALERTS, *where).order_by(case_event.c.seq)
    return [deed_of(row) for row in connection.execute(query).all()]


def deed_of(row: Row[Any]) -> Deed:
    """A row of the log that is none of an alert."""
    body = codec.decode(_Body, row.body)
    fact = codec.decode(FACTS[row.stream, row.kind], bytes(body.fact).decode())
    return Deed(row.stream, row.case_id, row.version, row.kind, row.at, row.officer, body.officer_name, body.role, fact)


def _entry(deed: Deed) -> ledger.Entry:
    body = codec.encode({"officer_name": deed.officer_name, "role": deed.role, "fact": deed.fact})
    return ledger.Entry(deed.stream, deed.case_id, deed.version, deed.kind, deed.at, deed.officer_id, body)
