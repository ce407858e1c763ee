"""Answers that are only given with their row in the audit: one plate's passages, one vehicle's way."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from services.domain.alert import Alert, Outcome
from services.domain.audit import AuditFact, Denied, PlateSearched, VehicleTraced
from services.domain.control_rules import TOPIC, ControlRules, rules_in
from services.domain.officer import Officer
from services.domain.plate import UNREAD
from services.domain.plate_candidates import readings as candidates
from services.domain.plate_pattern import NotOnePlate, one_plate, readings
from services.domain.plate_search import NearPlate, PlateFound, SearchPlate, places_of, unsearchable
from services.domain.trajectory import TraceVehicle, Trajectory, course, unread, untraceable, window
from services.store import cases, scoping, states, subject_revealing
from services.store.events import event_table
from services.store.passages import passages_of_plate
from services.store.schema import case_event, casework

HOUR = timedelta(hours=1)
NEAR_SHOWN = 8

Looking = SearchPlate | TraceVehicle | subject_revealing.Asked


def look(connection: Connection, wish: Looking, officer: Officer, at: datetime) -> Outcome:
    """Within a writing transaction: the row in the audit and the answer, or the row and the refusal."""
    if isinstance(wish, subject_revealing.Asked):
        return subject_revealing.perform(connection, wish, officer, at)
    rules = rules_in(states.read(connection, TOPIC))
    alert = cases.read_one(connection, wish.alert_id) if wish.alert_id else None
    if isinstance(wish, SearchPlate):
        return _search(connection, wish, officer, alert, rules, at)
    return _trace(connection, wish, officer, alert, rules, at)


def _search(
    connection: Connection, wish: SearchPlate, officer: Officer, alert: Alert | None, rules: ControlRules, at: datetime
) -> Outcome:
    lately = _searches(connection, officer, at - HOUR)
    why = unsearchable(wish, officer, alert, lately, rules)
    if why:
        return _refused(connection, wish, _spelled(wish.plate_no), why, officer, at)
    plate, since = one_plate(wish.plate_no), at - timedelta(days=rules.look_back_days)
    read = passages_of_plate(connection, plate, since, at, rules.rows + 1) if UNREAD not in plate else ()
    rows = tuple(reversed(read))[: rules.rows]
    near = _near(connection, plate, since, at)
    fact = PlateSearched(plate, wish.reason.strip(), wish.alert_id, wish.legal_basis, len(rows), len(near))
    audit_id = _noted(connection, fact, officer, at)
    found = PlateFound(audit_id, plate, since, at, rows, places_of(rows), near, len(read) > len(rows))
    return Outcome(wish, None, "", found)


def _trace(
    connection: Connection, wish: TraceVehicle, officer: Officer, alert: Alert | None, rules: ControlRules, at: datetime
) -> Outcome:
    why = untraceable(alert, officer)
    if why or alert is None:
        return _refused(connection, wish, wish.alert_id, why, officer, at)
    plate = plate_of(connection, alert)
    if why := unread(plate):
        return _refused(connection, wish, wish.alert_id, why, officer, at)
    since, until = window(alert, at, rules)
    read = passages_of_plate(connection, plate, since, until, rules.rows + 1)
    stops, legs, unplaced = course(read[-rules.rows :], rules)
    audit_id = _noted(connection, VehicleTraced(alert.id, plate, len(stops)), officer, at)
    more = len(read) > rules.rows
    found = Trajectory(audit_id, alert.id, plate, since, until, rules.fastest_kmh, stops, legs, unplaced, more)
    return Outcome(wish, None, "", found)


def plate_of(connection: Connection, alert: Alert) -> str:
    """The plate of the passage an alert is about; empty when it is about none."""
    if alert.subject_kind != "passage":
        return ""
    table = event_table("passage").table
    of_moment = select(table.c.plate_no).where(
        table.c.occurred_at == alert.occurred_at, table.c.passage_id == alert.subject_id
    )
    plate = connection.execute(of_moment).scalar()
    named = alert.key.rpartition("|")[2]
    return plate or (named if readings(named) else "")


def _near(connection: Connection, plate: str, since: datetime, until: datetime) -> tuple[NearPlate, ...]:
    """Of the plates that may have been meant, those that came; the ones that came most first."""
    table = event_table("passage").table
    meant = {one.plate: one.words for one in candidates(plate) if readings(one.plate)}
    if not meant:
        return ()
    times, last = func.count(), func.max(table.c.occurred_at)
    query = (
        select(table.c.plate_no, times, last)
        .where(table.c.plate_no.in_(sorted(meant)), table.c.occurred_at >= since, table.c.occurred_at < until)
        .group_by(table.c.plate_no)
        .order_by(times.desc(), table.c.plate_no)
        .limit(NEAR_SHOWN)
    )
    return tuple(NearPlate(found, count, at, meant[found]) for found, count, at in connection.execute(query))


def _searches(connection: Connection, officer: Officer, since: datetime) -> int:
    """How often this officer was answered since then."""
    answered = (
        select(func.count())
        .select_from(casework.join(case_event, case_event.c.case_id == casework.c.case_id))
        .where(casework.c.stream == "audit", casework.c.changed_at > since)
        .where(case_event.c.kind == "plate_searched", case_event.c.officer == officer.id)
    )
    return connection.execute(answered).scalar_one()


def _refused(
    connection: Connection, wish: SearchPlate | TraceVehicle, about: str, why: str, officer: Officer, at: datetime
) -> Outcome:
    _noted(connection, Denied(type(wish).__name__, about, why), officer, at)
    return Outcome(wish, None, why)


def _spelled(typed: str) -> str:
    """What was typed, as far as an audit keeps it."""
    try:
        return one_plate(typed)
    except NotOnePlate:
        return typed.strip()[:40]


def _noted(connection: Connection, fact: AuditFact, officer: Officer, at: datetime) -> str:
    return scoping.note(connection, fact, officer, at)
