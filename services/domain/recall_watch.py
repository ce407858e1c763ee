"""Who must come back before the wind does: boats outside against the forecast and their wind rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from services.domain.boats import FishingBoat, SeaWeather
from services.domain.event import Event
from services.domain.fences import FenceKind, nearest_port, place_word
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


@dataclass(frozen=True, slots=True)
class Recall:
    """``rows`` are the farthest 200 of ``boats``, the farthest first; ``ratings`` counts all that are outside."""

    rows: tuple[RecallRow, ...] = ()
    ratings: tuple[RatingRow, ...] = ()
    boats: int = 0
    far: int = 0
    highest_bft: int = 0
    gale_at: datetime | None = None
    least_rating: int | None = None


class RecallWatch:
    def __init__(self, settings: SafetySettings) -> None:
        self._settings = settings
        self._told: tuple[int, int, datetime] | None = None  # far boats, force, when

    def look(self, view: SeaView) -> tuple[Recall, list[Event]]:
        recall = self._recall(view)
        return recall, self._events(view, recall)

    def _recall(self, view: SeaView) -> Recall:
        ahead = gale_ahead(view.weather, view.now, self._settings.recall_within_h)
        highest = max((force for _, force in ahead), default=0)
        outside = np.flatnonzero(view.watched & ~view.in_port)
        boats = [view.boats[mmsi] for mmsi in view.rows["mmsi"][outside].tolist()]
        rating = np.fromiter((rating_of(boat, self._settings) for boat in boats), np.int64, len(boats))
        called = rating <= highest
        hours = self._hours(view, outside)
        order = np.flatnonzero(called)
        order = order[np.argsort(-hours[order], kind="stable")][:SHOWN]
        reached = {int(r): min(at for at, force in ahead if force >= r) for r in np.unique(rating[called]).tolist()}
        rows = tuple(
            self._row(view, int(outside[k]), boats[k], float(hours[k]), highest, reached[int(rating[k])])
            for k in order.tolist()
        )
        ratings = tuple(
            RatingRow(int(r), int((rating == r).sum()), int((called & (rating == r)).sum()))
            for r in np.unique(rating).tolist()
        )
        far = int((called & (hours > self._settings.recall_within_h)).sum())
        return Recall(
            rows, ratings, int(called.sum()), far, highest,
            min(reached.values(), default=None), min(reached, default=None),
        )  # fmt: skip

    def _hours(self, view: SeaView, outside: NDArray[np.intp]) -> NDArray[np.float64]:
        """To the nearest port; 0 where the site draws none."""
        ports = [fence.middle for fence in view.fences if fence.kind is FenceKind.PORT]
        if not ports:
            return np.zeros(len(outside))
        lon, lat = view.rows["lon"][outside], view.rows["lat"][outside]
        nm = [np.hypot((lon - x) * np.cos(np.radians((lat + y) / 2)), lat - y) * 60 for x, y in ports]
        return np.min(nm, axis=0) * self._settings.detour / self._settings.return_kn

    def _row(
        self, view: SeaView, row: int, boat: FishingBoat, hours: float, highest: int, gale_at: datetime
    ) -> RecallRow:
        lon, lat = float(view.rows["lon"][row]), float(view.rows["lat"][row])
        port = nearest_port(view.fences, lon, lat)
        return RecallRow(
            id=boat.id,
            vessel_no=boat.vessel_no,
            rating_bft=rating_of(boat, self._settings),
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

    def _events(self, view: SeaView, recall: Recall) -> list[Event]:
        far, highest = recall.far, recall.highest_bft
        if not far and self._told is None:
            return []
        if far and self._told is not None:
            before, force, when = self._told
            grew = far > before * 1.1 and view.now - when >= AGAIN
            if highest == force and not grew:
                return []
        self._told = (far, highest, view.now) if far else None
        return [_event(view, recall)]


def _event(view: SeaView, recall: Recall) -> Event:
    weather, far = view.weather, recall.far
    first = recall.rows[0] if far else None
    gale_at = recall.gale_at if far else None
    record = GaleRecall(
        area_id=weather.id if weather else "",
        area=weather.area if weather else "",
        state="recall" if far else "over",
        boats=recall.boats,
        far_boats=far,
        forecast_bft=recall.highest_bft,
        gale_at=gale_at,
        hours_left=round((gale_at - view.now) / timedelta(hours=1), 1) if gale_at else None,
        least_rating=recall.least_rating,
        farthest_h=first.hours_to_port if first else None,
        farthest=first.vessel_no if first else "",
        farthest_id=first.id if first else "",
        at=view.now,
        lon=first.lon if first else None,
        lat=first.lat if first else None,
    )
    name = f"{record.area_id}-recall-{record.state}-{recall.highest_bft}-{view.now:%Y%m%d%H%M}"
    return Event(SOURCE, name, "gale_recall", view.now, record)
