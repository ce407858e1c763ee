"""The demo bay's systems: the HTTP service of the fishery bureau and the AIS shore station.

Everything they tell is 演示数据 and a function of seed, start and district time.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

import numpy as np

from services.collect.site import Site
from services.district.http import BadQuestionError, HttpPart
from services.district.part import DistrictSettings, Fault, Faults, Part
from services.district.sea_activity import Books
from services.district.sea_boats import Boats
from services.district.sea_dispatch import WAVE_M, Dispatch
from services.district.sea_orders import Orders
from services.district.sea_places import DEPOTS, OFFICIAL, Depot
from services.district.sea_radio import ShoreStation
from services.district.sea_rows import request_row, vessel_row
from services.district.sea_safety_story import forecast, platform
from services.district.sea_seen import Seen
from services.district.sea_stores import flow_of
from services.district.sea_story import KINDS
from services.district.sea_water import Water
from services.district.sea_work import stored_in
from services.domain.boats import HandInState
from services.domain.timebase import local

REPORT_EVERY_S = 60.0  # of a Beidou terminal
LATE_BY = timedelta(minutes=4)
EMPTIED = 0.1  # of the usual level, before the large day
DECAY_H = 10.0  # treated and shipped away


def parts(settings: DistrictSettings, site: Site, faults: Faults) -> Sequence[Part]:
    """The systems whose addresses the site names."""
    sea = Sea(settings, faults)
    found: list[Part] = []
    if "url" in (boats := site.sources.get("boats", {})):
        host, port = str(boats["url"]).removeprefix("http://").rstrip("/").rsplit(":", 1)
        found.append(HttpPart("boats", host, int(port), sea.routes(), faults, posts={"/orders": sea.order}))
    ais = site.receivers.get("ais", {})
    if ais.get("mode") == "tcp_client":
        found.append(ShoreStation(sea, str(ais["host"]), int(ais["port"]), settings.timebase, faults))
    return found


class Sea:
    """What is true in the bay; safe to ask from any thread."""

    def __init__(self, settings: DistrictSettings, faults: Faults | None = None, water: Water | None = None) -> None:
        self._settings = settings
        self._faults = faults or Faults()
        self.lock = threading.RLock()
        timebase = settings.timebase
        self.start = timebase.start if timebase.start.year > 2000 else timebase.now()
        self.water = water or Water()
        self.boats = Boats(settings.seed, settings.boats, self.start, self.water)
        self._dispatch = Dispatch(settings, self.boats, self.water, self.start)
        self._orders = Orders(self._dispatch)

    def dispatch(self, now: datetime) -> Dispatch:
        with self.lock:
            self._dispatch.advance(now)
        return self._dispatch

    def order(self, _query: Mapping[str, str], told: Any) -> object:
        """``POST /orders``: see ``sea_orders``."""
        with self.lock:
            now = self._settings.timebase.now()
            self._dispatch.advance(now)
            try:
                return {"refused": self._orders.take(told, now)}
            except (KeyError, ValueError, TypeError, AttributeError) as why:
                raise BadQuestionError(f"指令读不懂：{why!r}") from why

    @property
    def sends_twice(self) -> bool:
        return self._faults.of("boats") is Fault.DUPLICATES

    def now(self) -> datetime:
        now = self._settings.timebase.now()
        return now - LATE_BY if self._faults.of("boats") is Fault.LATE else now

    # -- the bureau's service -------------------------------------------------------------------

    def routes(self) -> Mapping[str, Any]:
        plain = {
            "/boats": self.register,
            "/positions": self.positions,
            "/requests": self.requests,
            "/vessels": self.vessels,
            "/warehouses": self.warehouses,
            "/weather": self.weather,
            "/jt/positions": partial(platform, self),
        }
        books = Books(self.boats, self.start, self._settings.seed)
        others = {**books.routes(), **Seen(self.boats, self.start).routes(self.now)}
        return {path: _route(self, tell) for path, tell in plain.items()} | others

    def register(self, now: datetime, known: str = "") -> dict[str, Any]:
        """The whole register, or only its version to who ``known`` it already."""
        version = f"{self.start.timestamp():.0f}-{self.boats.count}"
        return {"version": version} if known == version else {"version": version, "boats": self.boats.rows}

    def positions(self, now: datetime) -> dict[str, Any]:
        """Each boat's newest Beidou report: ``[mmsi, lon, lat, knots, course, Unix seconds]``."""
        at = self.boats.last_report_s(now.timestamp(), REPORT_EVERY_S)
        fixes = self.boats.at(at)
        rows = zip(
            self.boats.mmsi.tolist(),
            np.round(fixes.lon, 6).tolist(),
            np.round(fixes.lat, 6).tolist(),
            np.round(fixes.sog_kn, 1).tolist(),
            np.round(fixes.cog_deg, 1).tolist(),
            np.round(at, 3).tolist(),
            strict=True,
        )
        return {"datum": "WGS-84", "fixes": [list(row) for row in rows]}

    def requests(self, now: datetime) -> dict[str, Any]:
        dispatch = self.dispatch(now)
        return {
            "datum": "WGS-84",
            "requests": [
                request_row(h, dispatch.ships, self.boats.rows[h.filing.boat], now) for h in dispatch.filed(now)
            ],
        }

    def vessels(self, now: datetime) -> dict[str, Any]:
        ships = self.dispatch(now).ships
        return {"datum": "WGS-84", "vessels": [vessel_row(s, self.start, now) for s in ships]}

    def warehouses(self, now: datetime) -> dict[str, Any]:
        return {"datum": "WGS-84", "warehouses": [self._warehouse(d, now) for d in DEPOTS]}

    def weather(self, now: datetime) -> dict[str, Any]:
        turn = now.timestamp() / 3600
        return {
            "areas": [
                {
                    "id": "taizhou",
                    "area": "台州沿海",
                    "wind_from_deg": round(47 + 6 * float(np.sin(turn / 3)), 0),
                    "wind_bft": 5,
                    "gust_bft": 6,
                    "wave_m": WAVE_M,
                    "temp_c": _temperature(now),
                    "warning": "海上大风蓝色预警",
                    "warning_level": "blue",
                    "warned_at": (self.start - timedelta(minutes=207)).timestamp(),
                    "forecast": forecast(self.start, now),
                }
            ]
        }  # fmt: skip

    # -- rows -----------------------------------------------------------------------------------

    def _warehouse(self, depot: Depot, now: datetime) -> dict[str, Any]:
        came = list(stored_in(self.dispatch(now).hand_ins, depot, self.start, now))
        levels: list[float | None] = []
        for i, kind in enumerate(KINDS):
            level = depot.level_pct[i]
            if level is not None and self._settings.day:
                level *= EMPTIED  # nobody begins such a day with full stores
            if level is not None:
                for h in came:
                    if h.filing.pollutant is kind:
                        hours = (now - h.reached[HandInState.STORED]).total_seconds() / 3600
                        level += 100 * h.stored_t / depot.capacity_t[i] * float(np.exp(-hours / DECAY_H))
                level = round(min(100.0, level), 1)
            levels.append(level)
        return {
            "id": depot.id,
            "name": depot.name,
            "lon": depot.at[0],
            "lat": depot.at[1],
            "treatment_t_h": depot.treatment_t_h,
            "compartments": [[k.value, c, v] for k, c, v in zip(KINDS, depot.capacity_t, levels, strict=True)],
            "net_inflow_t_day": depot.inflow_t_day,
            "flow": flow_of(depot, came, self.start, now, DECAY_H),
        }

    # -- what the shore station hears -------------------------------------------------------------

    @cached_property
    def heard(self) -> np.ndarray[Any, np.dtype[np.intp]]:
        """Boats with AIS within its range: all near ones, and two of five at the berths."""
        moored = np.arange(self.boats.near.start)
        return np.concatenate([moored[moored % 5 < 2], np.asarray(self.boats.near)])

    def craft(self, now: datetime) -> list[tuple[int, str, int, float, float, float, float]]:
        """Vessels with AIS class A: ``(mmsi, name, ship type, lon, lat, knots, course)``."""
        found = []
        for ship in self.dispatch(now).ships:
            if ship.has_failed(now):
                continue
            (lon, lat), sog, cog = ship.position(now)
            found.append((ship.crew.mmsi, ship.crew.name, 33, lon, lat, sog, cog))
        mmsi, name, middle = OFFICIAL
        turn = now.timestamp() / 2400
        lon, lat = middle[0] + 0.012 * float(np.cos(turn)), middle[1] + 0.009 * float(np.sin(turn))
        found.append((mmsi, name, 55, lon, lat, 9.0, float((-np.degrees(turn)) % 360)))
        return found


def _route(sea: Sea, tell: Any) -> Any:
    def answer(query: Mapping[str, str]) -> object:
        known = {"known": query["known"]} if "known" in query and tell == sea.register else {}
        with sea.lock:
            told = tell(sea.now(), **known)
        if sea.sends_twice:
            told = {key: value * 2 if isinstance(value, list) else value for key, value in told.items()}
        return {"at": sea.now().timestamp(), **told}

    return answer


def _temperature(now: datetime) -> float:
    """Warmest at half past two in the afternoon."""
    hour = local(now).hour + local(now).minute / 60
    return round(7.6 + 1.4 * float(np.cos((hour - 14.5) / 24 * 2 * np.pi)), 1)
