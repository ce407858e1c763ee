"""Who must come back before the wind does: boats outside against the forecast and their wind rating."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from services.domain.boats import FishingBoat, SeaWeather
from services.domain.event import Event
from services.domain.fences import nearest_port, place_word
from services.domain.safety_settings import SafetySettings
from services.domain.sea_events import GaleRecall
from services.domain.sea_safety import RatingRow, RecallRow
from services.domain.sea_view import SeaView
from services.domain.silent_boats import SOURCE

AGAIN = timedelta(minutes=10)  # a changed list is told anew no sooner
SHOWN = 200  # rows of the list


def rating_of(boat: FishingBoat, settings: SafetySettings) -> int:
    """The register's, else by length."""
    if boat.wind_rating_bft is not None:
        return boat.wind_rating_bft
    if boat.length_m < settings.short_m:
        return settings.short_bft
    return settings.middle_bft if boat.length_m < settings.middle_m else settings.long_bft


def gale_ahead(weather: SeaWeather | None, now: datetime, within_h: float) -> tuple[tuple[datetime, int], ...]:
    """The forecast of the hours that count, what holds now among it."""
    if weather is None:
        return ()
    until = now + timedelta(hours=within_h)
    before = [(at, bft) for at, bft in weather.forecast if at <= now]
    return ((now, before[-1][1] if before else weather.wind_bft), *(f for f in weather.forecast if now < f[0] <= until))


class RecallWatch:
    def __init__(self, settings: SafetySettings) -> None:
        self._settings = settings
        self._told: tuple[int, int, datetime] | None = None  # far boats, force, when

    def look(self, view: SeaView) -> tuple[tuple[RecallRow, ...], tuple[RatingRow, ...], list[Event]]:
        """The list, the farthest first; how many are outside by rating; and what is to be told."""
        ahead = gale_ahead(view.weather, view.now, self._settings.recall_within_h)
        reached = {bft: min(at for at, force in ahead if force >= bft) for bft in range(13) if any(
            force >= bft for _, force in ahead)}  # fmt: skip
        highest = max((force for _, force in ahead), default=0)
        outside = np.flatnonzero(view.watched & ~view.in_port).tolist()
        rows: list[RecallRow] = []
        at_sea: dict[int, int] = {}
        for row in outside:
            boat = view.boats[int(view.rows["mmsi"][row])]
            rating = rating_of(boat, self._settings)
            at_sea[rating] = at_sea.get(rating, 0) + 1
            if rating in reached:
                rows.append(self._row(view, row, boat, rating, highest, reached[rating]))
        rows.sort(key=lambda r: -r.hours_to_port)
        recalled = [r.rating_bft for r in rows]
        ratings = tuple(RatingRow(bft, at_sea[bft], recalled.count(bft)) for bft in sorted(at_sea))
        return tuple(rows), ratings, self._events(view, rows, highest)

    def _row(
        self, view: SeaView, row: int, boat: FishingBoat, rating: int, highest: int, gale_at: datetime
    ) -> RecallRow:
        lon, lat = float(view.rows["lon"][row]), float(view.rows["lat"][row])
        port = nearest_port(view.fences, lon, lat)
        hours = port[1] * self._settings.detour / self._settings.return_kn if port else 0.0
        return RecallRow(
            id=boat.id,
            vessel_no=boat.vessel_no,
            rating_bft=rating,
            is_rating_known=boat.wind_rating_bft is not None,
            forecast_bft=highest,
            gale_at=gale_at,
            hours_to_port=round(hours, 1),
            is_far=hours > self._settings.recall_within_h,
            port=port[0].id if port else "",
            place=place_word(view.fences, lon, lat),
            lon=lon,
            lat=lat,
        )

    def _events(self, view: SeaView, rows: list[RecallRow], highest: int) -> list[Event]:
        far = sum(row.is_far for row in rows)
        if not far and self._told is None:
            return []
        if far and self._told is not None:
            before, force, when = self._told
            grew = far > before * 1.1 and view.now - when >= AGAIN
            if highest == force and not grew:
                return []
        self._told = (far, highest, view.now) if far else None
        return [_event(view, rows, far, highest)]


def _event(view: SeaView, rows: list[RecallRow], far: int, highest: int) -> Event:
    weather, first = view.weather, rows[0] if far else None
    gale_at = min((row.gale_at for row in rows), default=None) if far else None
    record = GaleRecall(
        area_id=weather.id if weather else "",
        area=weather.area if weather else "",
        state="recall" if far else "over",
        boats=len(rows),
        far_boats=far,
        forecast_bft=highest,
        gale_at=gale_at,
        hours_left=round((gale_at - view.now) / timedelta(hours=1), 1) if gale_at else None,
        least_rating=min((row.rating_bft for row in rows), default=None),
        farthest_h=first.hours_to_port if first else None,
        farthest=first.vessel_no if first else "",
        farthest_id=first.id if first else "",
        at=view.now,
        lon=first.lon if first else None,
        lat=first.lat if first else None,
    )
    name = f"{record.area_id}-recall-{record.state}-{highest}-{view.now:%Y%m%d%H%M}"
    return Event(SOURCE, name, "gale_recall", view.now, record)
