"""Boats of which nothing is heard, by AIS, Beidou or a platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil

import numpy as np

from services.domain.area import Ground
from services.domain.event import Event
from services.domain.fences import Fence, FenceKind, place_word
from services.domain.position import SOURCE_WORDS, PositionSource
from services.domain.safety_settings import SafetySettings
from services.domain.sea_events import BoatSilence
from services.domain.sea_safety import SilentBoat
from services.domain.sea_view import SeaView

SOURCE = "sea_watch"
GALE_BFT = 8


@dataclass(slots=True)
class _Told:
    last_ms: int
    step: int
    is_gale: bool
    event: BoatSilence


class SilentBoats:
    """Remembers what was told of each silent boat. After a new start the same events are made again under the
    same names, and the store leaves them out."""

    def __init__(self, settings: SafetySettings, fences: Iterable[Fence]) -> None:
        self._settings = settings
        self._poor = Ground([f.area for f in fences if f.kind is FenceKind.POOR_RECEPTION], 0.0)
        self._told: dict[int, _Told] = {}

    def remember(self, boats: Iterable[SilentBoat]) -> None:
        """Who was silent before this start, so that hearing them again is told."""
        for boat in boats:
            last_ms = round(boat.last_at.timestamp() * 1000)
            was = BoatSilence(
                boat.id, boat.vessel_no, "silent", 0.0, boat.last_at, boat.last_source, boat.at_sea,
                boat.poor_reception, False, boat.wind_bft, boat.place, boat.lon, boat.lat, boat.last_at,
            )  # fmt: skip
            self._told.setdefault(int(boat.id), _Told(last_ms, -1, False, was))

    def look(self, view: SeaView) -> tuple[tuple[SilentBoat, ...], list[Event]]:
        """Those that are silent now, the longest first, and what is to be told."""
        silent_ms = view.now_ms - view.rows["at_ms"]
        limits = self._settings
        silent = view.watched & (silent_ms >= limits.silent_from_min * 60_000)
        silent &= silent_ms <= limits.silent_until_h * 3_600_000
        rows = np.flatnonzero(silent)
        rows = rows[np.argsort(view.rows["at_ms"][rows], kind="stable")]
        boats = tuple(self._boat(view, row) for row in rows.tolist())
        events = [event for boat in boats for event in self._silence(view, boat)]
        return boats, [*events, *self._heard(view, {int(boat.id) for boat in boats})]

    def _boat(self, view: SeaView, row: int) -> SilentBoat:
        fix = view.rows[row]
        boat = view.boats[int(fix["mmsi"])]
        lon, lat = float(fix["lon"]), float(fix["lat"])
        heard = view.heard_ms[row]
        return SilentBoat(
            id=str(boat.mmsi),
            vessel_no=boat.vessel_no,
            home_port=boat.home_port,
            last_at=_moment(int(fix["at_ms"])),
            last_source=SOURCE_WORDS[PositionSource(int(view.source[row]))],
            ais_at=_maybe(int(heard[PositionSource.AIS])),
            beidou_at=_maybe(int(heard[PositionSource.BEIDOU])),
            at_sea=not bool(view.in_port[row]),
            poor_reception=bool(self._poor.at(lon, lat)),
            place=place_word(view.fences, lon, lat),
            lon=lon,
            lat=lat,
            wind_bft=view.weather.wind_bft if view.weather else None,
        )

    def _silence(self, view: SeaView, boat: SilentBoat) -> Iterator[Event]:
        mmsi, last_ms = int(boat.id), round(boat.last_at.timestamp() * 1000)
        minutes = (view.now - boat.last_at).total_seconds() / 60
        step, is_gale = ceil(minutes / self._settings.silent_step_min), (boat.wind_bft or 0) >= GALE_BFT
        before = self._told.get(mmsi)
        revised = before is not None and before.last_ms != last_ms
        if before is not None and not revised and (before.step, before.is_gale) == (step, is_gale):
            return
        event = BoatSilence(
            boat.id, boat.vessel_no, "silent", minutes, boat.last_at, boat.last_source, boat.at_sea,
            boat.poor_reception, revised, boat.wind_bft, boat.place, boat.lon, boat.lat, view.now,
        )  # fmt: skip
        self._told[mmsi] = _Told(last_ms, step, is_gale, event)
        name = f"{mmsi}-{last_ms}-{step}-{'gale' if is_gale else 'calm'}"
        yield Event(SOURCE, name, "boat_silence", view.now, event)

    def _heard(self, view: SeaView, silent: set[int]) -> Iterator[Event]:
        gone = [mmsi for mmsi in self._told if mmsi not in silent]
        if not gone:
            return
        place = {mmsi: row for row, mmsi in enumerate(view.rows["mmsi"].tolist())}
        for mmsi in gone:
            told = self._told.pop(mmsi)
            row = place.get(mmsi)
            if row is None or int(view.rows["at_ms"][row]) == told.last_ms:
                continue  # no longer registered, doubted, or silent for too long to be told
            fix = view.rows[row]
            at = _moment(int(fix["at_ms"]))
            lon, lat = float(fix["lon"]), float(fix["lat"])
            minutes = max(0.0, (view.now - at).total_seconds() / 60)
            event = replace(
                told.event, state="heard", silent_min=round(minutes, 1), last_at=at,
                last_source=SOURCE_WORDS[PositionSource(int(view.source[row]))], at_sea=not bool(view.in_port[row]),
                revised=minutes > self._settings.silent_step_min / 3, place=place_word(view.fences, lon, lat),
                lon=lon, lat=lat, at=view.now,
            )  # fmt: skip
            yield Event(SOURCE, f"{mmsi}-{int(fix['at_ms'])}-heard", "boat_silence", view.now, event)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _maybe(ms: int) -> datetime | None:
    return _moment(ms) if ms else None
