"""Writes down when a flood of alerts began and ended, in the transaction that saw it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from services.domain.alert import Alert
from services.domain.deed import Said
from services.domain.flood_log import NAME, STREAM, FloodBegan, FloodCase, FloodEnded
from services.domain.noise import NOISE, NoiseLimits
from services.domain.officer import ENGINE
from services.store import casework, codec, deeds
from services.store.schema import alert as alert_table


def note(connection: Connection, at: datetime, limits: NoiseLimits = NOISE) -> bool:
    """Note that a flood began or is over; True when one did. One look at an index when nothing did."""
    running = next(iter(casework.open_by_id(connection, NAME)), None)
    if running is not None:
        return _end(connection, running, at, limits)
    new = select(alert_table.c.id).where(alert_table.c.raised_at > at - limits.flood_window)
    count = connection.execute(select(func.count()).select_from(new.subquery())).scalar_one()
    if count <= limits.flood_above:
        return False
    first = _first(connection, at, limits)
    began = FloodBegan(first.raised_at, count, first.id, first.rule_id, first.title, first.scene)
    _write(connection, at, began, "")
    return True


def _end(connection: Connection, running: FloodCase, at: datetime, limits: NoiseLimits) -> bool:
    moments = select(alert_table.c.raised_at).where(alert_table.c.raised_at >= running.since)
    raised = list(connection.execute(moments.order_by(alert_table.c.raised_at)).scalars())
    if sum(1 for moment in raised if moment > at - limits.flood_window) > limits.flood_ends_at:
        return False
    start = peak = 0
    for end, moment in enumerate(raised):
        while raised[start] <= moment - limits.flood_window:
            start += 1
        peak = max(peak, end - start + 1)
    _write(connection, at, FloodEnded(peak, len(raised)), running.id)
    return True


def _first(connection: Connection, at: datetime, limits: NoiseLimits) -> Alert:
    bodies = select(alert_table.c.body).where(alert_table.c.raised_at > at - limits.flood_window)
    body = connection.execute(bodies.order_by(alert_table.c.raised_at, alert_table.c.id).limit(1)).scalar_one()
    return codec.decode(Alert, body)


def _write(connection: Connection, at: datetime, fact: FloodBegan | FloodEnded, case_id: str) -> None:
    register = deeds.Register(connection, at, ENGINE)
    register.add(STREAM, Said(fact), case_id)
    register.write()
