"""Makes deeds of what the community tells of disputes, events of what has become of them, and their figures.

Everything is found anew in the store: a row is compared with its case, and what it brings is one deed. Killed at
any step and started again, it writes nothing twice. A row that contradicts its case changes nothing and goes to
the quarantine, once. While the community is away every case stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.collect.dispute_events_keeper import SOURCE, DisputeEvents
from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.collect.work import Work
from services.domain.community import DisputeSummary, PartySummary
from services.domain.dispute_row import FiledDispute
from services.domain.event import Batch, Refused
from services.domain.figures import Figure, Provenance
from services.domain.mediation import FILED_TOPIC, NAME, TOPIC, Mediation
from services.domain.mediation_acts import LinkAlert, ReportCourse, ReportFiled
from services.domain.mediation_figures import strip_of, summary_of
from services.domain.mediation_merge import brought, fault_in
from services.domain.mediation_terms import TOPIC as TERMS_TOPIC
from services.domain.mediation_terms import MediationTerms, terms_from
from services.domain.officer import ENGINE
from services.domain.timebase import local
from services.store import casework, codec
from services.store.schema import quarantine
from services.store.store import Store

EVERY_S = 2.0
AT_ONCE = 25  # new cases in one transaction
RULES = "R-DSP"

PUBLISHED = Figure("published", "2021 全年化解", "113 / 113", "件", "已公布", Provenance.PUBLISHED, group="published")


def mediation_terms(site: Site) -> MediationTerms:
    """Of ``[community.mediation]``. Raises SiteError."""
    table = site.community.get("mediation", {})
    if not isinstance(table, Mapping):
        raise SiteError("site.toml: community.mediation 须为一张表，例如 [community.mediation]")
    code = site.community.get("code")
    try:
        return terms_from(table, site.limits.calendar, **({"grid_code": str(code)} if code else {}))
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why


def work(store: Store, site: Site) -> Work:
    keeper = MediationKeeper(store, mediation_terms(site))
    return Work(ticks=(("mediation", keeper.tick, EVERY_S),), summaries=keeper.summaries)


class MediationKeeper:
    """For one caller at a time. What it remembers only spares work."""

    def __init__(self, store: Store, terms: MediationTerms) -> None:
        self._store = store
        self._terms = terms
        self._settled: dict[str, tuple[FiledDispute, int]] = {}  # row and version of the case that agree
        self._seq = 0  # of the store's changes that are done with
        self._events = DisputeEvents(store, terms.grid_code)
        self.summaries = (
            Summary(TERMS_TOPIC, 60.0, (TERMS_TOPIC,), lambda _store, _now: {TERMS_TOPIC: (self._terms,)}),
            Summary("disputes", 10.0, ("disputes", "mediation_figures"), self._figures),
        )
        self._figured: tuple[object, Mapping[str, Sequence[Any]]] = (None, {})

    def tick(self, now: datetime) -> None:
        """Looks at rows and cases only when one of them was written, or a day began."""
        seq, moved = self._store.changes_since(self._seq)
        if moved & {TOPIC, FILED_TOPIC}:
            self._keep(now)
        if "alerts" in moved:
            self._link(now)
        self._events.tell(now, moved=bool(moved & {TOPIC, FILED_TOPIC}), party="party_branches" in moved)
        self._seq = seq

    def _figures(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        """Added up anew when a case or the party's figures moved, else once a minute."""
        with store.read() as connection:
            mark = casework.mark(connection, NAME)
        parties = store.snapshot("party", now).records
        sign = (mark, tuple(parties), now.replace(second=0, microsecond=0))
        if sign != self._figured[0]:
            self._figured = sign, figures(store, now)
        return self._figured[1]

    # -- rows into deeds --------------------------------------------------------------------------

    def _keep(self, now: datetime) -> None:
        rows: Sequence[FiledDispute] = self._store.snapshot(FILED_TOPIC, now).records
        cases, changed = self._changed(rows)
        new = [row for row in changed if row.id not in cases]
        for start in range(0, len(new), AT_ONCE):
            self._store.perform(ReportFiled(rows=tuple(new[start : start + AT_ONCE])), ENGINE, now)
        if new:
            cases, changed = self._changed(rows)  # what was filed brings nothing more
        refused: list[Refused] = []
        for row in changed:
            case = cases.get(row.id)
            if case is None:
                continue
            fault = fault_in(case, row)
            if fault[0]:
                refused.append(Refused(SOURCE.id, *fault, codec.encode(row).encode()))
            elif brought(case, row, self._terms) is not None:
                about: dict[str, Any] = {"case_id": case.id, "expected_version": case.version}
                self._store.perform(ReportCourse(**about, row=row), ENGINE, now)
                continue
            self._settled[row.id] = (row, case.version)
        known = {row.id for row in rows}
        self._settled = {key: value for key, value in self._settled.items() if key in known}
        self._set_aside(refused, now)

    def _changed(self, rows: Sequence[FiledDispute]) -> tuple[dict[str, Mediation], Sequence[FiledDispute]]:
        """The rows that are not known to agree with their cases, and those cases."""
        with self._store.read() as connection:
            versions = casework.versions(connection, NAME, [row.id for row in rows])
            changed = [row for row in rows if self._settled.get(row.id) != (row, versions.get(row.id))]
            found = casework.read_many(connection, NAME, [row.id for row in changed])
        return {case.id: case for case in found}, changed

    def _set_aside(self, refused: Sequence[Refused], now: datetime) -> None:
        """Those that are not in the quarantine already."""
        if not refused:
            return
        with self._store.read() as connection:
            known = select(quarantine.c.raw).where(
                quarantine.c.source == SOURCE.id, quarantine.c.reason.in_({one.reason for one in refused})
            )
            had = {bytes(raw) for raw in connection.execute(known).scalars()}
        if new := [one for one in refused if one.raw not in had]:
            self._store.take(Batch(refused=new), SOURCE, now)

    # -- alerts -----------------------------------------------------------------------------------

    def _link(self, now: datetime) -> None:
        """A case without an alert is told of the one that was raised about it."""
        alerts = self._store.snapshot("alerts", now).records
        about = {
            a.subject_id: a for a in alerts if a.is_open and a.rule_id.startswith(RULES) and a.subject_kind == "dispute"
        }
        if not about:
            return
        still = {alert.id for alert in alerts if alert.is_open}
        with self._store.read() as connection:
            cases: Sequence[Mediation] = casework.read_many(connection, NAME, sorted(about))
        for case in cases:
            if case.is_open and case.alert_id not in still:
                wish = LinkAlert(case_id=case.id, expected_version=case.version, alert_id=about[case.id].id)
                self._store.perform(wish, ENGINE, now)


def figures(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    """This year's disputes; empty while nobody told of any."""
    began = local(now).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    with store.read() as connection:
        moved = casework.shown_versions(connection, NAME, began)  # who was filed this year moved this year
        cases: Sequence[Mediation] = casework.read_many(connection, NAME, sorted(moved))
    counted = [case for case in cases if case.filed_at >= began or case.is_open]
    if not counted and store.snapshot(FILED_TOPIC, now).taken_at is None:
        return {}
    summary = summary_of(counted, now)
    parties: Sequence[PartySummary] = store.snapshot("party", now).records
    return {"disputes": (summary,), "mediation_figures": (*strip(summary, parties),)}


def strip(summary: DisputeSummary, parties: Sequence[PartySummary]) -> tuple[Figure, ...]:
    return (PUBLISHED, *strip_of(summary, parties[0] if parties else None))
