"""Puts together what is known of each elder, for the lists and for the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.collect.elder_past import ElderPast
from services.domain.away import Away
from services.domain.community import Elder, Safety
from services.domain.consent import Consent, Standing, standings
from services.domain.elder_call import ElderCall, Ending
from services.domain.elder_contact import FiledConsent
from services.domain.elder_terms import ElderTerms
from services.domain.elder_view import Beside, present
from services.domain.elder_watch import Heard
from services.domain.visit import Visit, VisitState

_MONTH = timedelta(days=30)
PROVED = frozenset({Ending.SAFE, Ending.FOUND_WELL})
_USE_OF = {"door": "door", "motion": "motion", "power": "motion", "outing": "outing", "homecoming": "outing"}


@dataclass(frozen=True, slots=True)
class Files:
    """The topics of one look."""

    register: Sequence[Elder]
    aways: Sequence[Away]
    calls: Sequence[ElderCall]
    visits: Sequence[Visit]
    consents: Sequence[Consent]
    filed: Sequence[FiledConsent]
    papers_known: bool


class Watching:
    """One elder at a time, from the topics of one look and what is remembered of the events."""

    def __init__(
        self, files: Files, past: ElderPast, made: dict[str, datetime], terms: ElderTerms, now: datetime
    ) -> None:
        self._past, self._terms = past, terms
        self._papers = files.papers_known
        self._standing = standings(files.filed, files.consents)
        # A notice never holds longer than its day, whether or not anybody has noted its end.
        self._away = {one.elder_id: one for one in files.aways if one.is_open and one.ends_at > now}
        self._chain = {one.elder_id: one for one in files.calls if one.is_open}
        self._made = made
        self._back: dict[str, datetime] = {}  # home again: watched from then, and proved nothing
        self._safe = dict(past.safe_words)  # proved safe by a person
        for one in files.aways:
            _note(self._back, one.elder_id, one.back_at or (one.ends_at if one.ends_at <= now else None))
        for chain in files.calls:
            _note(self._safe, chain.elder_id, chain.ended_at if chain.ending in PROVED else None)
        self._on_time = {one.subject_id: one for one in files.visits if _is_due(one, now)}
        for visit in files.visits:
            if visit.kind == "elder" and visit.state is VisitState.MADE:
                _note(self._safe, visit.subject_id, visit.made_at)

    def watched_from(self, elder: Elder, now: datetime) -> datetime | None:
        """When she came back, by our notice or the register's, or was proved safe by a person."""
        own = elder.away_until if elder.away_until is not None and elder.away_until <= now else None
        known = (own, self._back.get(elder.id), self._safe.get(elder.id))
        return max((at for at in known if at is not None), default=None)

    def chain(self, elder_id: str) -> ElderCall | None:
        return self._chain.get(elder_id)

    def beside(self, elder: Elder, now: datetime) -> Beside:
        return Beside(
            away=self._away.get(elder.id),
            watched_from=self.watched_from(elder, now),
            consent=self.consent(elder.id),
            chain=self._chain.get(elder.id),
            visited_at=self._made.get(elder.id),
            visit_on_time=bool(kept.on_time) if (kept := self._on_time.get(elder.id)) is not None else None,
            proofs=self._proofs(elder),
            quiet=self._past.quiet(elder.dwelling_id, now),
        )

    def consent(self, elder_id: str) -> Standing | None:
        return self._standing.get(elder_id, Standing()) if self._papers else None

    def shown(self, elder: Elder, now: datetime) -> Elder:
        return present(elder, self.beside(elder, now), now, self._terms)

    def heard(self, elder: Elder, shown: Elder, now: datetime) -> Heard:
        chain = self._chain.get(elder.id)
        return Heard(
            elder=shown,
            quiet=self._past.quiet(elder.dwelling_id, now),
            feed_at=self._past.feed_at,
            baseline=self._past.baseline(elder.dwelling_id),
            away=shown.safety is Safety.AWAY,
            stopped=bool(shown.unmonitored) or not self._allows(elder.id, "water"),
            watched_from=self.watched_from(elder, now),
            proofs=self._proofs(elder),
            outings=self._past.outings(elder.id) if self._allows(elder.id, "outing") else 0,
            devices={shown.silent_device: shown.silent_since} if shown.silent_since else {},
            unanswered=chain.unanswered if chain else 0,
            door_unanswered=chain.door_unanswered if chain else False,
            trouble=chain.trouble if chain else False,
        )

    def _allows(self, elder_id: str, use: str) -> bool:
        standing = self.consent(elder_id)
        return standing is None or standing.allows(use)

    def _proofs(self, elder: Elder) -> dict[str, datetime]:
        """Only what she agreed to; a call taken or a visit made is no device."""
        found = {
            kind: at
            for kind, at in self._past.proofs(elder.id).items()
            if kind not in _USE_OF or self._allows(elder.id, _USE_OF[kind])
        }
        if elder.proved_at is not None:
            found["door"] = max(elder.proved_at, found.get("door", elder.proved_at))
        if (at := self._made.get(elder.id)) is not None:
            found["visit"] = at
        _note(found, "call", self._safe.get(elder.id))
        return found


def _is_due(visit: Visit, now: datetime) -> bool:
    """Whether it counts among the visits of the last 30 days; one called off does not."""
    due = now - _MONTH <= visit.due_at <= now or visit.state is VisitState.MADE
    return visit.kind == "elder" and due and visit.state is not VisitState.DROPPED


def _note(known: dict[str, datetime], key: str, at: datetime | None) -> None:
    if at is not None:
        known[key] = max(at, known.get(key, at))
