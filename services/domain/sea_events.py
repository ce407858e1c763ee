"""Events of safety at sea. The collector tells them at edges, not at every look: see docs/seasafe.md.

Miles are nautical, speeds knots, forces Beaufort, moments aware UTC, positions WGS-84 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BoatSilence:
    """Event ``boat_silence``: nothing heard of a boat by any way, told at each further step of time, when
    the wind changes, when a late message moves the last fix, and when it is heard again (``heard``)."""

    boat_id: str
    vessel_no: str
    state: str  # silent | heard
    silent_min: float  # since the last fix by whichever source; 0 when heard
    last_at: datetime
    last_source: str  # AIS, 北斗, 平台
    at_sea: bool
    poor_reception: bool  # last heard where messages are known to be lost
    revised: bool  # by a message that came late
    wind_bft: int | None
    place: str
    lon: float
    lat: float
    at: datetime


@dataclass(frozen=True, slots=True)
class BoatAtSea:
    """Event ``boat_at_sea``: a boat that the moratorium bars, or asks for a permit, went out or came in; and
    all that are out when the moratorium begins. ``has_permit`` is None when nobody told."""

    boat_id: str
    vessel_no: str
    gear_type: str
    state: str  # at_sea | in_port
    season: str  # banned | permit | open
    gear_word: str  # as the calendar names the group
    has_permit: bool | None
    since: datetime | None  # of the moratorium
    until: datetime | None
    ordered_by: str  # which announcement says so
    place: str
    lon: float
    lat: float
    at: datetime


@dataclass(frozen=True, slots=True)
class GaleRecall:
    """Event ``gale_recall``: boats outside whose wind rating the forecast reaches. One matter an area; told
    when it begins, when more are concerned or the forecast changes, and when it is over."""

    area_id: str
    area: str
    state: str  # recall | over
    boats: int  # outside, with a rating the forecast reaches
    far_boats: int  # of these, further from port than the hours that are asked for
    forecast_bft: int
    gale_at: datetime | None
    hours_left: float | None
    least_rating: int | None
    farthest_h: float | None
    farthest: str  # vessel number
    farthest_id: str
    at: datetime
    lon: float | None = None  # of the farthest
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class FenceCrossing:
    """Event ``fence_crossing``: a boat went into a fenced area, or out of it by more than the hysteresis."""

    boat_id: str
    vessel_no: str
    fence: str
    crossing: str  # enter | leave
    ordered_by: str  # whose order fenced it
    sog_kn: float | None
    lon: float
    lat: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Encounter:
    """Event ``encounter``: a collection vessel under way outside every port and another boat that come near
    each other if both keep course and speed; told once a minute to the nearest approach, and when over."""

    vessel_id: str
    vessel_name: str
    other_id: str
    other_name: str
    state: str  # near | over
    cpa_nm: float
    tcpa_min: float
    distance_nm: float
    sog_kn: float
    other_sog_kn: float
    lon: float
    lat: float
    at: datetime
