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
from services.district.sea_hand_in import HandIn
from services.district.sea_orders import Orders
from services.district.sea_places import DEPOTS, OFFICIAL, Depot
from services.district.sea_radio import ShoreStation
from services.district.sea_safety_story import forecast, platform
from services.district.sea_seen import Seen
from services.district.sea_stores import flow_of
from services.district.sea_story import KINDS
from services.district.sea_water import Water
from services.district.sea_work import Ship, stored_in
from services.domain.boats import HandInState, LegKind
from services.domain.timebase import local

REPORT_EVERY_S = 60.0  # of a Beidou terminal
LATE_BY = timedelta(minutes=4)
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
        return {"datum": "WGS-84", "requests": [self._request(h, dispatch, now) for h in dispatch.filed(now)]}

    def vessels(self, now: datetime) -> dict[str, Any]:
        ships = self.dispatch(now).ships
        return {"datum": "WGS-84", "vessels": [self._vessel(s, now) for s in ships]}

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

    def _request(self, hand_in: HandIn, dispatch: Dispatch, now: datetime) -> dict[str, Any]:
        filing, boat = hand_in.filing, self.boats.rows[hand_in.filing.boat]
        assigned = hand_in.is_assigned(now)
        crew = dispatch.ships[hand_in.vessel].crew if assigned and hand_in.vessel is not None else None
        eta = hand_in.reached.get(HandInState.ALONGSIDE)
        boarded = hand_in.is_met(now)
        return {
            "id": hand_in.id,
            "number": hand_in.number,
            "mmsi": boat["mmsi"],
            "vessel_no": boat["vessel_no"],
            "pollutant": filing.pollutant.value,
            "est_t": filing.est_t,
            "place": filing.place,
            "lon": round(hand_in.place[0], 6),
            "lat": round(hand_in.place[1], 6),
            "in_port": filing.in_port,
            "channel": filing.channel,
            "history": [[state.value, round(at.timestamp(), 3)] for state, at in hand_in.history(now)],
            "window_to": _stamp(hand_in.promised) if assigned or filing.promised is not None else None,
            "vessel": crew.mmsi if crew else None,
            "vessel_name": crew.name if crew else "",
            "eta": _stamp(eta) if assigned and not boarded else None,
            **hand_in.papers(now, str(boat["owner"])),
        }

    def _vessel(self, ship: Ship, now: datetime) -> dict[str, Any]:
        (lon, lat), sog, cog = ship.position(now)
        crew = ship.crew
        doing, bound, barred = _doing(ship, now)
        return {
            "mmsi": crew.mmsi,
            "name": crew.name,
            "speed_kn": crew.speed_kn,
            "wave_limit_m": crew.wave_limit_m,
            "crew": crew.crew,
            "licence_until": (self.start + timedelta(days=200 + crew.mmsi % 90)).timestamp(),
            "holds": [[k.value, c, round(ship.load_t(k, now), 3)] for k, c in zip(KINDS, crew.capacity_t, strict=True)],
            "doing": doing,
            "next_request": bound.number if bound else "",
            "next_eta": _stamp(bound.reached.get(HandInState.ALONGSIDE)) if bound else None,
            "lon": round(lon, 6),
            "lat": round(lat, 6),
            "sog_kn": round(sog, 1),
            "cog_deg": round(cog, 1),
            "idle_reason": barred,
            "legs": [
                {
                    "kind": w.kind.value,
                    "begin": w.begin.timestamp(),
                    "end": w.end.timestamp(),
                    "number": w.number,
                    "note": w.note,
                    "promised": _stamp(w.hand_in.promised) if w.hand_in else None,
                }
                for w in ship.known(now)
                if now - timedelta(hours=6) < w.end and w.begin < now + timedelta(hours=8)
            ],
        }

    def _warehouse(self, depot: Depot, now: datetime) -> dict[str, Any]:
        came = list(stored_in(self.dispatch(now).hand_ins, depot, self.start, now))
        levels: list[float | None] = []
        for i, kind in enumerate(KINDS):
            level = depot.level_pct[i]
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


def _stamp(moment: datetime | None) -> float | None:
    return None if moment is None else round(moment.timestamp(), 3)


def _doing(ship: Ship, now: datetime) -> tuple[str, HandIn | None, str]:
    """In an officer's words: what it does now, where it is bound for next, why it may not go."""
    current = ship.current(now)
    ahead = [w for w in ship.known(now) if w.kind is LegKind.SAIL and w.hand_in and w.end > now]
    bound = ahead[0].hand_in if ahead else None
    if ship.has_failed(now):
        return "故障", bound, "机器故障，待修"
    if current is None:
        return "待命", bound, ""
    if current.kind is LegKind.BARRED:
        return "待命", bound, current.note
    words = {LegKind.COLLECT: f"靠帮 {current.number}", LegKind.UNLOAD: "卸载", LegKind.SAIL: "返航"}
    if current.hand_in and current.kind is LegKind.SAIL:
        return f"前往 {current.number}", bound, ""
    return words.get(current.kind, "待命"), bound, ""
