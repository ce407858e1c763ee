"""Clear text of a card's masked field, and the passages of a case's person: never without a row in the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from services.domain.alert import Outcome
from services.domain.audit import AuditFact, Denied, PersonTraced, Revealed, RevealedOften
from services.domain.masked import Masked
from services.domain.movement import MOST, SPAN, Movement, TracePerson, passes_of, untraceable_person
from services.domain.officer import Officer
from services.domain.reveal import MANY, SHIFT, Clear, RevealSubject, unrevealable_field
from services.domain.scope import OUTSIDE
from services.domain.subject_card_person import alias
from services.domain.subject_kind import person_of
from services.store import cases, scoping
from services.store.address_reading import hidden, one
from services.store.events import event_table, records
from services.store.schema import case_event, casework
from services.store.subject_reading import Reading

Asked = RevealSubject | TracePerson
ONLY_MASK = "库中只存脱敏值，无法还原"
_REGISTERS = {"dwelling": "dwelling", "person": "resident"}
HIDDEN = "****"


def perform(connection: Connection, wish: Asked, officer: Officer, at: datetime) -> Outcome:
    """Within a writing transaction: the row in the audit and the answer, or the row and the refusal."""
    if isinstance(wish, TracePerson):
        return _trace(connection, wish, officer, at)
    return _reveal(connection, wish, officer, at)


def _reveal(connection: Connection, wish: RevealSubject, officer: Officer, at: datetime) -> Outcome:
    why = unrevealable_field(wish, officer) or _out_of_sight(connection, wish, officer, at)
    about = f"{wish.kind}:{wish.subject_id}"
    if why:
        return _refused(connection, wish, f"{about} {wish.field}"[:80], why, officer, at)
    value = _hidden(connection, wish, officer, at)
    audit_id = _note(connection, Revealed(about, wish.field, wish.reason.strip(), value is not None), officer, at)
    if value is None:
        return Outcome(wish, None, ONLY_MASK)
    count = _revealed(connection, officer, at - SHIFT)
    if count > MANY:
        _note(connection, RevealedOften(count, SHIFT.total_seconds() / 3600), officer, at)
    clear = Clear(audit_id, wish.kind, wish.subject_id, wish.field, Masked(value, HIDDEN), at, count)
    return Outcome(wish, None, "", clear)


def _out_of_sight(connection: Connection, wish: RevealSubject, officer: Officer, at: datetime) -> str:
    if wish.kind == "elder":
        return "" if Reading(connection, officer, at).elder(wish.subject_id) is not None else OUTSIDE
    return "" if one(connection, _REGISTERS[wish.kind], wish.subject_id, officer) is not None else OUTSIDE


def _hidden(connection: Connection, wish: RevealSubject, officer: Officer, at: datetime) -> str | None:
    if wish.kind == "elder":
        return _of_elder(Reading(connection, officer, at), wish)
    return hidden(connection, _REGISTERS[wish.kind], wish.subject_id, wish.field)


def _of_elder(reading: Reading, wish: RevealSubject) -> str | None:
    elder = reading.elder(wish.subject_id)
    if elder is None or wish.field == "name":
        return elder.name.unmasked() if elder is not None else None
    return next((c.phone.unmasked() for c in reading.contacts(elder.id) if f"phone{c.rank}" == wish.field), None)


def _revealed(connection: Connection, officer: Officer, since: datetime) -> int:
    """How often this officer looked behind a mask since then, this time included."""
    looked = (
        select(func.count())
        .select_from(casework.join(case_event, case_event.c.case_id == casework.c.case_id))
        .where(casework.c.stream == "audit", casework.c.changed_at > since)
        .where(case_event.c.kind == "revealed", case_event.c.officer == officer.id)
    )
    return connection.execute(looked).scalar_one()


def _trace(connection: Connection, wish: TracePerson, officer: Officer, at: datetime) -> Outcome:
    alert = cases.read_one(connection, wish.alert_id)
    why = untraceable_person(alert, officer)
    if why or alert is None:
        return _refused(connection, wish, wish.alert_id, why, officer, at)
    person, since = person_of(alert), alert.occurred_at - SPAN
    table = event_table("gate_passage").table.c
    newest = (table.occurred_at.desc(), table.seq.desc())
    where = (table.person_id == person, table.occurred_at >= since, table.occurred_at <= at)
    read = records(connection, "gate_passage", *where, order=newest, limit=MOST + 1)
    passes = passes_of(read[:MOST][::-1])
    audit_id = _note(connection, PersonTraced(alert.id, person, len(passes)), officer, at)
    estate = read[0].estate_name if read else ""
    return Outcome(
        wish, None, "", Movement(audit_id, alert.id, alias(person), estate, since, at, passes, len(read) > MOST)
    )


def _refused(connection: Connection, wish: Asked, about: str, why: str, officer: Officer, at: datetime) -> Outcome:
    _note(connection, Denied(type(wish).__name__, about, why), officer, at)
    return Outcome(wish, None, why)


def _note(connection: Connection, fact: AuditFact, officer: Officer, at: datetime) -> str:
    return scoping.note(connection, fact, officer, at)
