"""What a map holds: a fleet, named layers of marks, lines, areas and circles, the wind; and which are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QWidget

from services.domain.fleet import Fleet
from services.domain.snapshot import Subject
from widgets.map.basemap import Coast
from widgets.map.fleet import FleetLayer
from widgets.map.items import Area, Circle, Line, Mark
from widgets.map.layers import Layers
from widgets.map.projection import lonlat
from widgets.map.wind import LAYER as WIND_LAYER
from widgets.map.wind import WindLayer

FLEET_LAYER = "渔船"


class MapContent(QWidget):
    """Layers are named in Chinese as the officer reads them; hidden ones are neither drawn nor picked."""

    def __init__(self, coast: Coast, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fleet = FleetLayer()
        self._wind = WindLayer(coast)
        self._layers = Layers()

    def set_fleet(self, fleet: Fleet, now: datetime | None = None) -> None:
        self._fleet.show(fleet, milliseconds(now))
        self.update()

    def set_marks(self, layer: str, marks: Sequence[Mark]) -> None:
        self._layers.set_marks(layer, marks)
        self.update()

    def set_lines(self, layer: str, lines: Sequence[Line]) -> None:
        self._layers.put(self._layers.lines, layer, lines)
        self.update()

    def set_areas(self, layer: str, areas: Sequence[Area]) -> None:
        self._layers.put(self._layers.areas, layer, areas)
        self.update()

    def set_circles(self, layer: str, circles: Sequence[Circle]) -> None:
        self._layers.put(self._layers.circles, layer, circles)
        self.update()

    def set_wind(self, from_deg: float | None, bft: int) -> None:
        """Where it comes from; None when nobody knows."""
        self._wind.show(from_deg, bft)
        self.update()

    def layers(self) -> tuple[str, ...]:
        fleet = (FLEET_LAYER,) if len(self._fleet) else ()
        wind = (WIND_LAYER,) if self._wind.from_deg is not None else ()
        return tuple(dict.fromkeys((*fleet, *self._layers.names(), *wind)))

    def show_layer(self, layer: str, shown: bool) -> None:
        self._layers.show(layer, shown)
        self.update()

    def is_shown(self, layer: str) -> bool:
        return layer not in self._layers.hidden

    def words_of(self, subject: Subject) -> str:
        """What the map itself knows to say of a subject: its label and note, a boat's MMSI."""
        mark = self._layers.find(subject)
        if mark is not None:
            return "\n".join(filter(None, (mark.label, mark.note)))
        return f"MMSI {subject.id}" if subject.kind == "boat" else ""

    def place_of(self, subject: Subject) -> tuple[float, float] | None:
        """(lon, lat) of a mark, or of a boat as it is drawn now; None for what is not on the map."""
        mark = self._layers.find(subject)
        if mark is not None:
            return mark.lon, mark.lat
        boat = self._boat(subject)
        return lonlat(float(self._fleet.x[boat]), float(self._fleet.y[boat])) if boat is not None else None

    def _boat(self, subject: Subject | None) -> int | None:
        known = subject is not None and subject.kind == "boat" and subject.id.isdigit()
        return self._fleet.find(int(subject.id)) if known and subject is not None else None


def milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
