"""Keeps the list of elders true and tells the rules what was, and was not, heard of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.collect.elder_chains import ElderChains
from services.collect.elder_homes import ElderHomes
from services.collect.elder_past import ElderPast
from services.collect.elder_visits import ElderVisits
from services.collect.elder_watching import Files, Watching
from services.domain.alert import Alert
from services.domain.community import Elder
from services.domain.elder_terms import ElderTerms
from services.domain.elder_view import urgency
from services.domain.elder_watch import SOURCE_ID, activity_of, event_of, is_quiet_stage, stage_of
from services.domain.event import Batch, Event
from services.domain.snapshot import SourceStatus
from services.store.store import Store

EVERY_S = 5.0
SOURCE = SourceStatus(SOURCE_ID, "老人活动研判", late_after_s=14 * 86_400.0)
REGISTER = "community_elders"
FRESH = timedelta(minutes=1)


class ElderKeeper:
    """For one caller at a time. Everything it needs is in the store; what it remembers only spares work."""

    def __init__(self, store: Store, terms: ElderTerms) -> None:
        self._store, self._terms = store, terms
        self._past = ElderPast(terms)
        self._chains = ElderChains(store)
        self._visits = ElderVisits(store, terms)
        self._homes = ElderHomes(store, terms)
        self._told: dict[str, tuple[object, ...]] = {}
        self._shown: tuple[Elder, ...] | None = None
        self._put_at: datetime | None = None
        self._terms_told = False

    def tick(self, now: datetime) -> None:
        register = self._store.snapshot("elder_register", now)
        if register.taken_at is None:
            return
        if not self._terms_told:
            self._store.put_topic("elder_terms", (self._terms,), now)
            self._terms_told = True
        elders: Sequence[Elder] = register.records
        with self._store.read() as connection:
            self._past.read_on(connection, [one.dwelling_id for one in elders], now)
        self._homes.tell(elders, now)
        self._chains.hear(now)
        watching, shown = self._look(elders, now)
        self._tell(elders, shown, watching, now)
        self._visits.keep(elders, watching, now)
        if self._chains.follow(shown, now):
            self._look(elders, now)

    def _look(self, elders: Sequence[Elder], now: datetime) -> tuple[Watching, Mapping[str, Elder]]:
        """Put the list as it is now; what is away or proved safe is on it before any rule asks."""
        files = self._files(elders, now)
        watching = Watching(files, self._past, self._visits.made(files.visits), self._terms, now)
        shown = {elder.id: watching.shown(elder, now) for elder in elders}
        listed = tuple(sorted(shown.values(), key=urgency))
        if listed != self._shown or self._put_at is None or now - self._put_at >= FRESH:
            self._store.put_topic("elders", listed, now, REGISTER)
            self._shown, self._put_at = listed, now
        return watching, shown

    def _files(self, elders: Sequence[Elder], now: datetime) -> Files:
        def records(topic: str) -> Sequence[Any]:
            return self._store.snapshot(topic, now).records

        papers = self._store.snapshot("elder_consents", now)
        known = papers.taken_at is not None
        consents = records("consents")
        return Files(
            elders, records("aways"), records("elder_calls"), records("visits"), consents, papers.records, known
        )

    def _tell(self, elders: Sequence[Elder], shown: Mapping[str, Elder], watching: Watching, now: datetime) -> None:
        """What turned, or lasted another half hour, since it was told last."""
        open_for = self._open_alerts(now)
        events: list[Event] = []
        told: dict[str, tuple[object, ...]] = {}
        for elder in elders:
            activity = activity_of(watching.heard(elder, shown[elder.id], now), now, self._terms)
            told[elder.id] = stage = stage_of(activity)
            before = self._told.get(elder.id)
            fresh = not is_quiet_stage(stage) or elder.dwelling_id in open_for
            if stage != before and (before is not None or fresh):
                events.append(event_of(activity))
        if events:
            self._store.take(Batch(events=tuple(events)), SOURCE, now)
        self._told = told

    def _open_alerts(self, now: datetime) -> frozenset[str]:
        alerts: Sequence[Alert] = self._store.snapshot("alerts", now).records
        return frozenset(one.subject_id for one in alerts if one.is_open and one.rule_id.startswith("R-ELD"))
