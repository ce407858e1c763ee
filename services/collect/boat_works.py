"""Everything of the boats that the collector runs on its clock: hand-ins, plans, orders, standing, custody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from services.collect.boat_standing import BoatStanding
from services.collect.custody import custody_of
from services.collect.dispatching import Dispatching
from services.collect.hand_ins import EVERY_S as HAND_INS_EVERY_S
from services.collect.hand_ins import HandIns, hand_in_limits
from services.collect.site import Site
from services.collect.summary import Summary
from services.collect.vessel_orders import EVERY_S as ORDERS_EVERY_S
from services.collect.vessel_orders import vessel_orders
from services.collect.work import Tick
from services.store.store import Store


class BoatWorks:
    """Raises SiteError for settings that cannot be used. ``stop`` is idempotent."""

    def __init__(self, store: Store, site: Site) -> None:
        self._unwind = ExitStack()
        hand_ins, standing = HandIns(store, hand_in_limits(site)), BoatStanding(store, site)
        dispatching = Dispatching(store, site)
        self._unwind.callback(dispatching.stop)
        summaries = [hand_ins.summary, *dispatching.summaries, *standing.summaries]
        ticks: list[Tick] = [("hand_in_deeds", hand_ins.tick, HAND_INS_EVERY_S), *dispatching.ticks, *standing.ticks]
        orders = vessel_orders(site, store)
        if orders is not None:
            self._unwind.callback(orders.stop)
            ticks.append(("vessel_orders", orders.tick, ORDERS_EVERY_S))
        custody = custody_of(site, store)
        if custody is not None:
            summaries.append(custody.summary)
            ticks += custody.ticks
        self.summaries: Sequence[Summary] = tuple(summaries)
        self.ticks: Sequence[Tick] = tuple(ticks)

    def stop(self) -> None:
        self._unwind.close()
