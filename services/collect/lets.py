"""Keeps the books of let dwellings: landlords' reports become check-ins, what stands open becomes events for rules.

Everything is found anew in the store: a report has one case by its number, and a dwelling is told again only when it
differs from what was last told. Killed at any step and started again, nothing is written twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.collect.work import Work
from services.domain import let_room, stay
from services.domain.event import Batch, Event
from services.domain.let_watch import FIGURES, LetFigures, figures, moved, safety_of, state_of
from services.domain.officer import ENGINE
from services.domain.people_events import RentalState, StayMoved
from services.domain.rental_check import RentalCheck
from services.domain.rental_terms import TOPIC, RentalTerms, terms_from
from services.domain.snapshot import SourceStatus
from services.domain.stay import CheckIn, CheckOut, FiledStay, Stay
from services.domain.timebase import local
from services.store.schema import EVENT_TABLES
from services.store.store import Store

KEEPER = SourceStatus("let_keeper", "租房台账", late_after_s=1e9)  # heard of only when there is something
EVERY_S = 5.0
AT_ONCE = 50  # reports filed in one look
_WATCHED = frozenset({"filed_stays", let_room.TOPIC, "stays", "rental_checks"})


def work(store: Store, site: Site) -> Work:
    """Raises SiteError for settings that cannot be used."""
    try:
        terms = terms_from(site.community.get("rentals", {}), site.limits.calendar)
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why
    keeper = Lets(store, terms)
    return Work((("lets", keeper.tick, EVERY_S),), keeper.summaries)


class Lets:
    """For one caller at a time. What it remembers only spares work."""

    def __init__(self, store: Store, terms: RentalTerms) -> None:
        self._store = store
        self._terms = terms
        self._seq = 0
        self._day: date | None = None
        self._told: dict[str, RentalState] | None = None  # as last told; None until read from the store
        self._news = True  # whether this store was looked over before
        self._stays: dict[str, int] = {}  # version of each stay whose events are in the store
        self._figures: LetFigures | None = None
        self.summaries = (
            Summary(TOPIC, 60.0, (TOPIC,), lambda _store, _now: {TOPIC: (self._terms,)}),
            Summary(FIGURES, 5.0, (FIGURES,), self._summed),
        )

    def tick(self, now: datetime) -> None:
        """Looks only when something was written since, or when a day began."""
        seq, topics = self._store.changes_since(self._seq)
        today = local(now).date()
        if not topics & _WATCHED and self._day == today:
            self._seq = seq
            return
        self._file(now)
        self._look(now)
        self._seq, self._day = seq, today

    def _records(self, topic: str, now: datetime) -> Sequence[Any]:
        return self._store.snapshot(topic, now).records

    # -- landlords' reports into cases ------------------------------------------------------------

    def _file(self, now: datetime) -> None:
        reports: Sequence[FiledStay] = self._records("filed_stays", now)
        if not reports:
            return
        cases: dict[str, Stay] = {case.filed_id: case for case in self._records("stays", now) if case.filed_id}
        for wish in list(_wishes(reports, cases))[:AT_ONCE]:
            self._store.perform(wish, ENGINE, now)  # one that is refused is asked again when it changes

    # -- what stands open -------------------------------------------------------------------------

    def _look(self, now: datetime) -> None:
        rooms = self._records(let_room.TOPIC, now)
        stays: Sequence[Stay] = self._records("stays", now)
        checks: Sequence[RentalCheck] = self._records("rental_checks", now)
        told = self._last_told(now)
        by_room, checks_of = _by_dwelling(stays), _by_dwelling(checks)
        states = [state_of(r, by_room[r.dwelling_id], checks_of[r.dwelling_id], now, self._terms) for r in rooms]
        dues = {r.dwelling_id: safety_of(r, checks_of[r.dwelling_id], self._terms).next_due for r in rooms}
        news = [
            one
            for state in states
            if (one := moved(state, told.get(state.dwelling_id), now, news=self._news)) is not None
        ]
        events = [_rental_event(one, now) for one in news]
        places = {room.dwelling_id: room for room in rooms}
        moves = (case for case in stays if self._stays.get(case.id) != case.version)
        events += [event for case in moves for event in _moves(case, places.get(case.dwelling_id))]
        if events:
            self._store.take(Batch(events=sorted(events, key=lambda event: event.occurred_at)), KEEPER, now)
        told |= {one.dwelling_id: one for one in news}
        self._stays = {case.id: case.version for case in stays}
        if rooms:
            self._figures, self._news = figures(states, stays, dues, now), True

    def _last_told(self, now: datetime) -> dict[str, RentalState]:
        """Read once: what this store was told last of each dwelling."""
        if self._told is None:
            self._news = bool(self._records(FIGURES, now))
            table = EVENT_TABLES["rental_state"].table
            names = RentalState.__dataclass_fields__
            newest = select(func.max(table.c.seq)).group_by(table.c.dwelling_id)
            with self._store.read() as connection:
                rows = connection.execute(select(*(table.c[n] for n in names)).where(table.c.seq.in_(newest))).all()
            self._told = {row.dwelling_id: RentalState(*row) for row in rows}
        return self._told

    def _summed(self, _store: Store, _now: datetime) -> Mapping[str, Sequence[Any]]:
        return {FIGURES: (self._figures,)} if self._figures is not None else {}


def _wishes(reports: Sequence[FiledStay], cases: Mapping[str, Stay]) -> Iterator[CheckIn | CheckOut]:
    for report in reports:
        case = cases.get(report.id)
        if case is None and report.left_at is None:
            yield CheckIn(
                dwelling_id=report.dwelling_id,
                guests=report.guests,
                person_ids=report.person_ids,
                entered_at=report.entered_at,
                lease_end=report.lease_end,
                filed_id=report.id,
            )
        elif case is not None and case.is_open and report.left_at is not None:
            yield CheckOut(case_id=case.id, expected_version=case.version, left_at=report.left_at, text="房东报退房")


def _by_dwelling(cases: Sequence[Any]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for case in cases:
        found[case.dwelling_id].append(case)
    return found


def _rental_event(state: RentalState, now: datetime) -> Event:
    return Event(KEEPER.id, f"{state.dwelling_id}@{now:%Y%m%dT%H%M%S}", "rental_state", state.at, state)


def _moves(case: Stay, room: let_room.LetRoom | None) -> Iterator[Event]:
    """One event a move; its id follows from the case, so one told twice is stored once."""
    if room is None:
        return
    for move, at in (("in", case.entered_at), ("out", case.left_at)):
        if at is None:
            continue
        said = (case.id, room.dwelling_id, room.estate_id, room.estate_name, room.building)
        record = StayMoved(*said, move, len(case.guests), int(case.late), at)
        yield Event(KEEPER.id, f"{case.id}/{move}", stay.NAME, at, record)
