"""What panes and rules are told of manifests and the custody log: topics ``manifests`` and ``custody_head``, and
the events of balances and stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.collect.custody_checking import CustodyChecking, witness_state
from services.collect.custody_witness import CustodyWitnessing
from services.collect.summary import Summary
from services.domain.boats import STATE_WORDS
from services.domain.custody_settings import CustodySettings
from services.domain.custody_state import CustodyChain, CustodyHead
from services.domain.event import Batch, Event
from services.domain.manifest import Manifest, manifests, with_lamp
from services.domain.manifest_events import balances, stage_now
from services.domain.signed_note import VerifierKey, spell
from services.domain.snapshot import SourceStatus
from services.reports.custody_chain import Chains
from services.store.store import Store

EVERY_S = 5.0
SOURCE = SourceStatus("manifests", "联单", late_after_s=3600.0)


class CustodyTold:
    """Events are told once: what was told before this process began is known to the store by its number."""

    def __init__(
        self,
        key: VerifierKey,
        settings: CustodySettings,
        checking: CustodyChecking,
        witnessing: CustodyWitnessing | None,
    ) -> None:
        self._key, self._settings = key, settings
        self._checking, self._witnessing = checking, witnessing
        self._told: set[str] = set()

    @property
    def summary(self) -> Summary:
        return Summary("custody", EVERY_S, ("custody_head", "manifests"), self.make)

    def make(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        names = {house.id: house.name for house in store.snapshot("warehouses", now).records}
        plain = manifests(store.snapshot("hand_in_requests", now).records, names)
        self._tell(store, plain, now)
        head = self.head(store)
        store.put_topic("custody_head", (head,), now)  # the key the next look verifies by
        with store.read() as connection:
            chains = Chains(connection)
            lit = tuple(_lit(one, chains.of(one.id)) for one in plain)
        return {"manifests": lit, "custody_head": (head,)}

    def head(self, store: Store) -> CustodyHead:
        newest, seen = store.custody.newest(), store.custody.newest(witnessed=True)
        witnessed, since = witness_state(store)
        last = self._checking.last
        return CustodyHead(
            id="custody",
            log_key=self._key.spelled,
            witness_key=self._settings.witness_key,
            size=newest.size if newest is not None else 0,
            root=spell(newest.note.checkpoint.root) if newest is not None else "",
            sealed_at=newest.at if newest is not None else None,
            witnessed=witnessed,
            witnessed_at=seen.witnessed_at if seen is not None else None,
            unwitnessed_since=since,
            unwitnessed_limit_h=self._settings.unwitnessed_h,
            witness_error=self._witnessing.error if self._witnessing is not None else "未设见证方",
            checked_at=last.at if last is not None else None,
            checked=last.last if last is not None else 0,
            holds=last.holds if last is not None else None,
            broken=last.broken if last is not None else 0,
            reason=last.reason if last is not None else "",
        )

    def _tell(self, store: Store, found: Iterable[Manifest], now: datetime) -> None:
        events = {event.event_id: event for one in found for event in _events(one, now)}
        fresh = [event for ident, event in events.items() if ident not in self._told]
        if fresh:
            store.take(Batch(events=fresh), SOURCE, now)
        self._told = set(events)  # what is no longer worked out will not come again


def _events(manifest: Manifest, now: datetime) -> Iterable[Event]:
    """One for each hand-over as weighed, one for each stage and whole hour of waiting."""
    for record in balances(manifest):
        ident = f"{manifest.id}:{record.stage}:{record.given_kg}:{record.taken_kg}"
        yield Event(SOURCE.id, ident, "mass_balance", record.at, record)
    stage = stage_now(manifest, STATE_WORDS[manifest.stage], now)
    ident = f"{manifest.id}:{stage.stage}:{stage.unstored_h}:{stage.undisposed_h}"
    yield Event(SOURCE.id, ident, "manifest_stage", stage.at, stage)


def _lit(manifest: Manifest, chain: CustodyChain | None) -> Manifest:
    if chain is None:
        return manifest
    why = next((link.why for link in chain.links if link.why), "")
    seen = bool(chain.links) and all(link.is_witnessed for link in chain.links)
    return with_lamp(manifest, len(chain.links), chain.lamp, why, witnessed=seen)
