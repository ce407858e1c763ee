"""Tells the bureau's vessels what they are to do, again and again until it is taken.

The orders are worked out anew from the plan in force and the cases, and sent when they differ from what was
taken last; a collector that starts again sends them once more, which changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.collect.site import Site
from services.domain.dispatch_plan import DispatchPlan
from services.domain.hand_in_case import TOPIC
from services.domain.snapshot import Quality, SourceStatus
from services.domain.vessel_orders import orders_for
from services.sources.boat_orders import OrdersClient, OrdersError
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 1.0
PLANS = "dispatch_plan"
SOURCE = "vessel_orders"
TITLE = "收集船指令"
LONGEST_REST = timedelta(seconds=30)
NEVER_LATE_S = 1e9  # it is heard of only when there is something to order


class Sends(Protocol):
    def send(self, orders: Mapping[str, Any]) -> Any: ...

    def close(self) -> None: ...


def vessel_orders(site: Site, store: Store) -> VesselOrders | None:
    """None for a site without a bureau, or one whose bureau takes no orders: ``[sources.boats] orders = false``."""
    table = site.sources.get("boats")
    if table is None or not table.get("orders", True):
        return None
    return VesselOrders(store, OrdersClient(str(table["url"])))


class VesselOrders:
    """For one caller at a time. ``stop`` is idempotent."""

    def __init__(self, store: Store, client: Sends) -> None:
        self._store = store
        self._client = client
        self._seq = 0  # of the store's changes that are done with
        self._taken: Mapping[str, Any] | None = None  # by this process
        self._failing: datetime | None = None
        self._failures = 0
        self._rest_until: datetime | None = None

    def stop(self) -> None:
        self._client.close()

    def tick(self, now: datetime) -> None:
        if self._rest_until is not None and now < self._rest_until:
            return
        seq, moved = self._store.changes_since(self._seq)
        if not moved & {TOPIC, PLANS} and self._taken is not None and self._failing is None:
            self._seq = seq
            return
        plans: tuple[DispatchPlan, ...] = tuple(self._store.snapshot(PLANS, now).records)
        orders = orders_for(next((p for p in plans if p.is_open), None), self._store.snapshot(TOPIC, now).records)
        if orders == self._taken:
            self._seq = seq
            return
        try:
            refused = self._client.send(orders)
        except OrdersError as why:
            self._broken(str(why), now)
            return
        self._taken, self._failures, self._rest_until, self._seq = orders, 0, None, seq
        if refused:
            self._say(now, Quality.STALE, f"渔业局未接受 {len(refused)} 条：{refused[0]}")
        else:
            self._say(now, Quality.GOOD, "")

    def _broken(self, error: str, now: datetime) -> None:
        self._rest_until = now + min(LONGEST_REST, timedelta(seconds=2**self._failures))
        self._failures += 1
        self._say(now, Quality.STALE, error)

    def _say(self, now: datetime, quality: Quality, error: str) -> None:
        if quality is Quality.STALE and self._failing is None:
            self._failing = now
            log.warning("orders to the vessels do not arrive: %s", error)
        elif quality is Quality.GOOD and self._failing is not None:
            self._failing = None
            log.info("orders to the vessels arrive again")
        taken_at = now if quality is Quality.GOOD else None
        self._store.mark(
            SourceStatus(
                SOURCE, TITLE, quality, taken_at=taken_at, failing_since=self._failing, error=error,
                late_after_s=NEVER_LATE_S,
            )
        )  # fmt: skip
