"""Whom a collection vessel comes near to if both keep course and speed: nearest approach by columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from services.domain.event import Event
from services.domain.safety_settings import SafetySettings
from services.domain.sea_events import Encounter
from services.domain.sea_view import SeaView
from services.domain.silent_boats import SOURCE

NM_A_DEGREE = 60.0
LOOKED_AT_NM = 12.0  # two boats at 20 knots meet from further in no quarter of an hour

Columns = NDArray[np.float64]


def nearest_approach(x: Columns, y: Columns, u: Columns, v: Columns) -> tuple[Columns, Columns]:
    """Distance and time of the nearest approach of points at (x, y) that move by (u, v) relative to us; miles
    and knots give miles and minutes. Those that do not close in are nearest now."""
    speed2 = u * u + v * v
    hours = np.where(speed2 > 1e-9, -(x * u + y * v) / np.maximum(speed2, 1e-9), 0.0)
    hours = np.maximum(hours, 0.0)
    return np.hypot(x + u * hours, y + v * hours), hours * 60


class EncounterWatch:
    """Off for a vessel that lies still or is in a port, and for the boat it goes alongside of."""

    def __init__(self, settings: SafetySettings) -> None:
        self._settings = settings
        self._near: dict[tuple[int, int], Encounter] = {}  # as it was told last

    def look(self, view: SeaView) -> list[Event]:
        rows = view.rows
        age_s = (view.now_ms - rows["at_ms"]) / 1000
        least = self._settings.encounter_least_kn
        with np.errstate(invalid="ignore"):
            moving = (rows["sog_kn"] >= least) & ~np.isnan(rows["cog_deg"]) & ~view.in_port
        moving &= (age_s <= self._settings.encounter_fresh_s) & (age_s >= -60)
        moving &= ~view.among(view.doubted)
        own = view.among(view.vessels)
        others = np.flatnonzero(moving)
        found: dict[tuple[int, int], Encounter] = {}
        for row in np.flatnonzero(moving & own).tolist():
            for encounter in self._of(view, row, others[others != row], age_s):
                found[int(encounter.vessel_id), int(encounter.other_id)] = encounter
        told = {pair: e for pair, e in found.items() if _minute(e) != _minute(self._near.get(pair))}
        events = [_event(view, e) for e in told.values()]
        events += [_over(view, e) for pair, e in self._near.items() if pair not in found]
        self._near = {pair: told.get(pair, self._near.get(pair, e)) for pair, e in found.items()}
        return events

    def _of(self, view: SeaView, row: int, others: NDArray[np.intp], age_s: Columns) -> Iterator[Encounter]:
        rows = view.rows
        east = np.cos(np.radians(float(rows["lat"][row]))) * NM_A_DEGREE
        u, v = _speeds(rows)
        x = (rows["lon"] - rows["lon"][row]) * east + u * age_s / 3600
        y = (rows["lat"] - rows["lat"][row]) * NM_A_DEGREE + v * age_s / 3600
        x, y = x - x[row], y - y[row]
        others = others[(np.abs(x[others]) < LOOKED_AT_NM) & (np.abs(y[others]) < LOOKED_AT_NM)]
        cpa, tcpa = nearest_approach(x[others], y[others], u[others] - u[row], v[others] - v[row])
        near = (cpa < self._settings.encounter_nm) & (tcpa < self._settings.encounter_min) & (tcpa > 0)
        mmsi = int(rows["mmsi"][row])
        for k in np.flatnonzero(near).tolist():
            other = int(rows["mmsi"][others[k]])
            if (str(mmsi), str(other)) in view.served:
                continue
            yield Encounter(
                vessel_id=str(mmsi),
                vessel_name=view.name(mmsi),
                other_id=str(other),
                other_name=view.name(other),
                state="near",
                cpa_nm=round(float(cpa[k]), 2),
                tcpa_min=round(float(tcpa[k]), 1),
                distance_nm=round(float(np.hypot(x[others[k]], y[others[k]])), 2),
                sog_kn=round(float(rows["sog_kn"][row]), 1),
                other_sog_kn=round(float(rows["sog_kn"][others[k]]), 1),
                lon=float(rows["lon"][row]),
                lat=float(rows["lat"][row]),
                at=view.now,
            )


def _speeds(rows: NDArray[np.void]) -> tuple[Columns, Columns]:
    """Knots east and north; what is unknown does not move."""
    speed, course = np.nan_to_num(rows["sog_kn"]).astype(float), np.radians(np.nan_to_num(rows["cog_deg"]))
    return speed * np.sin(course), speed * np.cos(course)


def _minute(encounter: Encounter | None) -> int:
    return int(encounter.at.timestamp() // 60) if encounter else -1


def _event(view: SeaView, encounter: Encounter) -> Event:
    name = f"{encounter.vessel_id}-{encounter.other_id}-{view.now:%Y%m%d%H%M}"
    return Event(SOURCE, name, "encounter", view.now, encounter)


def _over(view: SeaView, e: Encounter) -> Event:
    over = Encounter(
        e.vessel_id, e.vessel_name, e.other_id, e.other_name, "over", e.cpa_nm, 0.0, e.distance_nm,
        e.sog_kn, e.other_sog_kn, e.lon, e.lat, view.now,
    )  # fmt: skip
    return Event(SOURCE, f"{e.vessel_id}-{e.other_id}-{view.now:%Y%m%d%H%M%S}-over", "encounter", view.now, over)
