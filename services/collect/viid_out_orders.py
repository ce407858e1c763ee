"""What the platform watches for on our behalf: the watch orders in force, each set once and lifted once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from services.domain.plate import UNREAD
from services.domain.platform import Disposition, Standing
from services.domain.platform_course import Saying, Step, Wanted, digest, kept, settled, steps
from services.domain.watch_order import WatchKind, WatchOrder
from services.sources.viid_client import ViidClient
from services.sources.viid_client_answer import PlatformError, Told
from services.sources.viid_client_ids import disposition_id
from services.sources.viid_client_settings import ViidClientSettings
from services.store.store import Store

log = logging.getLogger(__name__)

TOPIC, ORDERS = "dispositions", "watch_orders"
AT_ONCE = 50
LOOK_AGAIN = timedelta(minutes=1)  # what was refused or is over changes without a change of the orders


class Dispositions:
    """The rows of topic ``dispositions`` and the platform, brought to what the orders say."""

    def __init__(self, store: Store, client: ViidClient, settings: ViidClientSettings) -> None:
        self._store = store
        self._client = client
        self._organisation = settings.organisation
        self._rows: dict[str, Disposition] | None = None
        self._doubted: set[str] = set()
        self._busy: Told | None = None  # the last such answer of this turn
        self._seen = 0  # the store's change number
        self._settled_at: datetime | None = None  # since when there was nothing more to say

    def say(self, now: datetime) -> None:
        """Raises PlatformError when the platform does not answer or is busy; a refusal stands in its row."""
        if not self._has_moved(now):
            return
        orders = self._store.snapshot(ORDERS, now)
        if orders.error:
            return  # what cannot be read is not taken for withdrawn
        if self._rows is None:
            self._rows = {row.id: row for row in self._store.snapshot(TOPIC, now).records}
        self._forget(now)
        due = steps(self._named(orders.records, now), self._rows.values(), now, frozenset(self._doubted))
        self._busy = None
        while batch := list(islice(due, AT_ONCE)):
            self._take(batch, now)
        if self._busy is not None:
            raise PlatformError(f"/VIID/Dispositions {self._busy}")
        self._settled_at = now

    def doubt(self) -> None:
        """The platform had forgotten us: what stands there may be forgotten as well, and is said again."""
        self._doubted = {row.id for row in self._known().values() if row.standing is Standing.RUNNING}
        self._settled_at = None

    def _has_moved(self, now: datetime) -> bool:
        self._seen, topics = self._store.changes_since(self._seen)
        rested = self._settled_at is not None and self._settled_at <= now < self._settled_at + LOOK_AGAIN
        if ORDERS in topics or not rested:
            self._settled_at = None
            return True
        return False

    def _named(self, orders: Iterable[WatchOrder], now: datetime) -> list[tuple[str, Wanted]]:
        """Those in force that are for the police, under the ids they go out under. A white list is ours
        alone. What cannot be said in the protocol's words has its reason in its row."""
        named: list[tuple[str, Wanted]] = []
        unsayable: list[Disposition] = []
        for order in orders:
            ends = order.valid_until
            if not order.is_active or order.kind is not WatchKind.VEHICLES or ends is None or ends <= now:
                continue
            try:
                name = disposition_id(self._organisation, order.id)
                if UNREAD in order.plate_no:
                    raise ValueError("号牌有一位未识读，平台不能按它布控")
            except ValueError as why:
                unsayable.append(Disposition(order.id, order.id, Standing.NONE, ends, now, digest(order), str(why)))
            else:
                named.append((name, order))
        self._keep([row for row in unsayable if row.id not in self._known()], now)
        return named

    # -- saying -----------------------------------------------------------------------------------

    def _take(self, batch: Sequence[Step], now: datetime) -> None:
        """Note what is about to be said, say it, note what was answered."""
        known = self._known()
        new = [step for step in batch if step.row.id not in known]
        if new:
            self._keep([step.row for step in new], now)
        fresh = {step.row.id for step in new}
        self._settle(*self._told([step for step in batch if step.saying is Saying.SET], now), fresh, now)
        self._settle(*self._told([step for step in batch if step.saying is Saying.CHANGE], now), fresh, now)
        for step in batch:
            if step.saying is Saying.LIFT:
                self._settle([step], (self._client.lift_disposition(step.row.id, now),), fresh, now)

    def _told(self, said: Sequence[Step], now: datetime) -> tuple[Sequence[Step], Sequence[Told]]:
        if not said:
            return (), ()
        named = [(step.row.id, step.order) for step in said if step.order is not None]
        ask = self._client.set_dispositions if said[0].saying is Saying.SET else self._client.change_dispositions
        return said, ask(named)

    def _settle(self, said: Sequence[Step], told: Sequence[Told], fresh: set[str], now: datetime) -> None:
        """Write the answers down. What is busy stays to be said and holds up no other."""
        became: list[Disposition] = []
        for step, answer in zip(said, told, strict=True):
            answer = self._asked_otherwise(step, answer, fresh)
            if answer.may_pass:
                self._busy = answer
                became.append(replace(step.row, error=str(answer), changed_at=now))
            else:
                became.append(settled(step, "" if answer.is_good else str(answer), now))
                self._doubted.discard(step.row.id)
                log.info("%s of %s: %s", step.saying.value, step.row.order_id, answer.code)
        self._keep(became, now)

    def _asked_otherwise(self, step: Step, answer: Told, fresh: set[str]) -> Told:
        """Setting what may be there already, because we died before its answer, is to change it; changing
        what may be forgotten is to set it."""
        uncertain = step.saying is Saying.SET and step.row.id not in fresh and not step.row.content
        forgotten = step.saying is Saying.CHANGE and step.row.id in self._doubted
        if answer.is_good or answer.may_pass or step.order is None or not (uncertain or forgotten):
            return answer
        ask = self._client.change_dispositions if uncertain else self._client.set_dispositions
        (otherwise,) = ask([(step.row.id, step.order)])
        return otherwise if otherwise.is_good or otherwise.may_pass else answer

    # -- the rows ---------------------------------------------------------------------------------

    def _known(self) -> dict[str, Disposition]:
        return self._rows or {}

    def _keep(self, rows: Sequence[Disposition], now: datetime) -> None:
        if not rows:
            return
        held = self._known() | {row.id: row for row in rows}
        self._store.put_topic(TOPIC, tuple(held.values()), now)
        self._rows = held

    def _forget(self, now: datetime) -> None:
        held = kept(self._known().values(), now)
        if len(held) < len(self._known()):
            self._store.put_topic(TOPIC, held, now)
            self._rows = {row.id: row for row in held}
