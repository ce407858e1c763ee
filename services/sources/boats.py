"""The fishery bureau over HTTP: register, Beidou fixes, hand-ins, collection vessels, warehouses, sea weather.

``fetch`` asks; ``normalise`` (in ``boats_read``) is pure. Positions without a declared datum are refused whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import requests

from services.collect.site import Site
from services.sources import boats_read
from services.sources.base import Source

TIMEOUT_S = (3.0, 10.0)


def sources(site: Site) -> Sequence[Source]:
    """Six sources of ``[sources.boats]``; none when the site has no such table.

    ``every_s`` of each may be set in the table by the path's name: ``every_s = {requests = 5}``.
    """
    table = site.sources.get("boats")
    if table is None:
        return ()
    ask = _asker(str(table["url"]).rstrip("/"))
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


def _asker(url: str) -> Callable[[str], Callable[[str], Any]]:
    session = requests.Session()
    session.trust_env = False  # a proxy of the seat has no business between us and the bureau

    def ask(path: str) -> Callable[[str], Any]:
        def fetch(cursor: str) -> Any:
            answer = session.get(url + path, params={"known": cursor} if cursor else None, timeout=TIMEOUT_S)
            answer.raise_for_status()
            return {"cursor": cursor, **answer.json()}

        return fetch

    return ask
