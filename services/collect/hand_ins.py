"""Makes deeds of what the bureau tells of hand-ins, and events of what has become of them.

Everything is found anew in the store: a row is compared with its case, and what it brings is one deed.
Killed at any step and started again, it writes nothing twice. A row that contradicts its case changes
nothing and goes to the quarantine, once. While the bureau is away every case stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.collect.hand_in_events import KEEPER, HandInEvents
from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.domain.boats import HAND_IN_ORDER, HandInLimits, HandInRequest, HandInState, HandInStep
from services.domain.event import Batch, Refused
from services.domain.hand_in_case import (
    FILED_TOPIC,
    LIMITS_TOPIC,
    NAME,
    TOPIC,
    HoldCollecting,
    ReportFiled,
    ReportProgress,
    ResumeCollecting,
)
from services.domain.hand_in_clocks import limits_from
from services.domain.hand_in_merge import Brought, brought
from services.domain.officer import ENGINE
from services.store import casework, codec
from services.store.schema import quarantine
from services.store.store import Store

EVERY_S = 1.0
AT_ONCE = 25  # new cases in one transaction
SOURCE = "hand_ins"  # whose rows they are
_TO_COLLECT = frozenset({*HAND_IN_ORDER[:4], HandInState.REASSIGNED, HandInState.NO_SHOW})  # FILED … EN_ROUTE


def hand_in_limits(site: Site) -> HandInLimits:
    """Of ``[boats.limits]``. Raises SiteError."""
    table = site.boats.get("limits", {})
    if not isinstance(table, Mapping):
        raise SiteError("site.toml: boats.limits 须为一张表，例如 [boats.limits]")
    try:
        return limits_from(table)
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why


class HandIns:
    """For one caller at a time. What it remembers only spares work."""

    def __init__(self, store: Store, limits: HandInLimits) -> None:
        self._store = store
        self._limits = limits
        self._settled: dict[str, tuple[HandInRequest, int]] = {}  # row and version of the case that agree
        self._seq = 0  # of the store's changes that are done with
        self._holding = True  # until looked once: another run may have held some
        self._events = HandInEvents(store)
        self.summary = Summary(LIMITS_TOPIC, 60.0, (LIMITS_TOPIC,), self._terms)

    def tick(self, now: datetime) -> None:
        """Looks at rows and cases only when one of them was written since it was done with them."""
        seq, moved = self._store.changes_since(self._seq)
        written = bool(moved & {TOPIC, FILED_TOPIC}) and self._keep(now)
        if moved & {"sea_weather", "collection_vessels", TOPIC}:
            self._hold_for_weather(now)
        self._events.tell(now, moved=written or TOPIC in moved)
        self._seq = seq

    def _terms(self, _store: Store, _now: datetime) -> Mapping[str, Sequence[Any]]:
        return {LIMITS_TOPIC: (self._limits,)}

    # -- rows into deeds --------------------------------------------------------------------------

    def _keep(self, now: datetime) -> bool:
        """True when anything was written."""
        rows: Sequence[HandInRequest] = self._store.snapshot(FILED_TOPIC, now).records
        with self._store.read() as connection:
            versions = casework.versions(connection, NAME, [row.id for row in rows])
            changed = [row for row in rows if self._settled.get(row.id) != (row, versions.get(row.id))]
            cases = {case.id: case for case in casework.read_many(connection, NAME, [row.id for row in changed])}
        new = [row for row in changed if row.id not in cases]
        self._file(new, now)
        refused: list[Refused] = []
        progressed = 0
        for row in changed:
            case = cases.get(row.id)
            news = brought(case, row) if case is not None else Brought()
            if news.fault[0]:
                refused.append(_refusal(row, news.fault))
            if case is None:
                continue
            if news.is_new:
                about: dict[str, Any] = {"case_id": case.id, "expected_version": case.version}
                self._store.perform(ReportProgress(**about, steps=news.steps, told=news.told), ENGINE, now)
                progressed += 1
            else:
                self._settled[row.id] = (row, case.version)
        self._settled = {row.id: self._settled[row.id] for row in rows if row.id in self._settled}
        self._set_aside(refused, now)
        return bool(new or progressed)

    def _file(self, rows: Sequence[HandInRequest], now: datetime) -> None:
        """Some at a time, so that no other writer waits long."""
        for start in range(0, len(rows), AT_ONCE):
            first, *more = rows[start : start + AT_ONCE]
            self._store.perform(ReportFiled(request=first, more=tuple(more)), ENGINE, now)

    def _set_aside(self, refused: Sequence[Refused], now: datetime) -> None:
        """Those that are not in the quarantine already."""
        if not refused:
            return
        with self._store.read() as connection:
            known = select(quarantine.c.raw).where(
                quarantine.c.source == SOURCE, quarantine.c.reason.in_({one.reason for one in refused})
            )
            had = {bytes(raw) for raw in connection.execute(known).scalars()}
        if new := [one for one in refused if one.raw not in had]:
            self._store.take(Batch(refused=new), KEEPER, now)

    # -- weather ----------------------------------------------------------------------------------

    def _hold_for_weather(self, now: datetime) -> None:
        """While the waves keep every vessel in, the clock of collecting out at sea stands still."""
        weather = self._store.snapshot("sea_weather", now).first()
        limits = [vessel.wave_limit_m for vessel in self._store.snapshot("collection_vessels", now).records]
        if weather is None or not limits:
            return
        barred = weather.wave_m > max(limits)
        for case in self._store.snapshot(TOPIC, now).records if barred or self._holding else ():
            if case.in_port or case.state not in _TO_COLLECT or (clock := case.clock(HandInStep.COLLECT)) is None:
                continue
            about: dict[str, Any] = {"case_id": case.id, "expected_version": case.version}
            if barred and clock.due_at is not None:
                reason = f"浪 {weather.wave_m:.1f} m 超各船上限 {max(limits):.1f} m"
                self._store.perform(HoldCollecting(**about, reason=reason), ENGINE, now)
            elif not barred and clock.due_at is None:
                self._store.perform(ResumeCollecting(**about), ENGINE, now)
        self._holding = barred


def _refusal(row: HandInRequest, fault: tuple[str, str]) -> Refused:
    said = {"id": row.id, "vessel": row.vessel_id, "history": [(step.state, step.at) for step in row.history]}
    return Refused(SOURCE, *fault, codec.encode(said).encode())
