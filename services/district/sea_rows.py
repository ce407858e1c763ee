"""Hand-ins and collection vessels as the bureau's service tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.district.sea_hand_in import HandIn
from services.district.sea_story import KINDS
from services.district.sea_work import Ship
from services.domain.boats import HandInState, LegKind


def request_row(hand_in: HandIn, ships: Sequence[Ship], boat: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    filing = hand_in.filing
    assigned = hand_in.is_assigned(now)
    crew = ships[hand_in.vessel].crew if assigned and hand_in.vessel is not None else None
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


def vessel_row(ship: Ship, start: datetime, now: datetime) -> dict[str, Any]:
    (lon, lat), sog, cog = ship.position(now)
    crew = ship.crew
    doing, bound, barred = _doing(ship, now)
    return {
        "mmsi": crew.mmsi,
        "name": crew.name,
        "speed_kn": crew.speed_kn,
        "wave_limit_m": crew.wave_limit_m,
        "crew": crew.crew,
        "licence_until": (start + timedelta(days=200 + crew.mmsi % 90)).timestamp(),
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


def _stamp(moment: datetime | None) -> float | None:
    return None if moment is None else round(moment.timestamp(), 3)
