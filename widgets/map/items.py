"""What a map can show, in words that are the same for every scene."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.domain.alert import AlertLevel
from services.domain.snapshot import Subject


class Shape(StrEnum):
    CHECKPOINT = "checkpoint"  # square
    ESTATE = "estate"  # house outline
    PORT = "port"  # small filled square with a boxed label
    WAREHOUSE = "warehouse"  # upright box with fill level
    REQUEST = "request"  # ring with a dot
    VESSEL = "vessel"  # collection vessel hull with heading and fill
    OFFICIAL = "official"  # official vessel
    TRACK = "track"  # where a boat was at a moment of its track: arrow in a ring
    MOMENT = "moment"  # a moment of a track: a dot
    TWIN = "twin"  # one of two places that told one MMSI
    UNIT = "unit"  # a patrol or police unit: small triangle in series colour c1
    NAME = "name"  # a label without a mark (place names)
    SEA_NAME = "sea_name"  # wide-spaced label of water


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the map with its label.

    ``level`` adds the alert glyph beside the mark (solid while ``signed`` is False); ``rank`` orders
    labels when they compete for room, small first: 0 alert, 1 selected, 2 vessel, 3 port, 4 island,
    5 street. A label of an alert is never dropped.
    """

    subject: Subject
    lon: float
    lat: float
    shape: Shape
    label: str = ""
    note: str = ""  # second, quieter line
    rank: int = 5
    level: AlertLevel | None = None
    signed: bool = False
    unknown: bool = False
    heading_deg: float | None = None
    fill: float | None = None  # 0–1; of a request the share of its limit that is used, as an arc
    strong: bool = False  # its label is as bright as that of an alert
    tone: AlertLevel | None = None  # a request that waits too long: in the colour its rule gives it


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline. ``style`` is one of ``route faint plan track gap ring road_major road_minor
    impossible``."""

    id: str
    points: tuple[tuple[float, float], ...]  # (lon, lat)
    style: str = "route"
    width: float = 1.0  # factor on the style's own width (probability of a next place)
    label: str = ""
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A polygon. ``style`` is one of ``geofence closed estate grid urban``."""

    id: str
    points: tuple[tuple[float, float], ...]
    style: str = "geofence"
    label: str = ""
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A ring of a radius in metres round a point (reach of a vehicle, working area)."""

    id: str
    lon: float
    lat: float
    radius_m: float
    dashed: bool = False
    label: str = ""
