"""The fishery bureau over HTTP: register, Beidou fixes, hand-ins, collection vessels, warehouses, sea weather.

``fetch`` asks; ``normalise`` (in ``boats_read``) is pure. Positions without a declared datum are refused whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.collect.site import Site
from services.sources import boats_read
from services.sources.asking import Fetch, asker
from services.sources.base import Source

TIMEOUT_S = (3.0, 10.0)


def sources(site: Site) -> Sequence[Source]:
    """Six sources of ``[sources.boats]``; none when the site has no such table.

    ``every_s`` of each may be set in the table by the path's name: ``every_s = {requests = 5}``.
    """
    table = site.sources.get("boats")
    if table is None:
        return ()
    get = asker(str(table["url"]).rstrip("/"), TIMEOUT_S, "known")

    def ask(path: str) -> Fetch:
        return _told(get(path))

    every: Mapping[str, float] = table.get("every_s", {})
    return (
        Source(
            "boat_register", "渔船档案", every.get("boats", 20), 3600,
            ask("/boats"), boats_read.register, ("boat_register",),
        ),
        Source(
            "boat_positions", "北斗船位", every.get("positions", 10), 600,
            ask("/positions"), boats_read.positions, ("beidou_fixes",),
        ),
        Source(
            "hand_ins", "上交申请", every.get("requests", 2), 60,
            ask("/requests"), boats_read.hand_ins, ("filed_hand_ins",),
        ),
        Source(
            "vessels", "收集船", every.get("vessels", 2), 60,
            ask("/vessels"), boats_read.vessels, ("collection_vessels", "fleet_plans"),
        ),
        Source(
            "warehouses", "海洋云仓", every.get("warehouses", 20), 600,
            ask("/warehouses"), boats_read.warehouses, ("warehouses",),
        ),
        Source(
            "sea_weather", "海洋气象", every.get("weather", 60), 1800,
            ask("/weather"), boats_read.weather, ("sea_weather",),
        ),
    )  # fmt: skip


def _told(fetch: Fetch) -> Fetch:
    """With what was known when it was asked."""

    def told(cursor: str) -> Any:
        return {"cursor": cursor, **fetch(cursor)}

    return told
