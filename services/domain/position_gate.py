"""Which positions are believed, in the order they are heard: no default positions, no leaps, no second boat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians

from services.domain.position import Doubt, PositionReport

NM_PER_DEG = 60.0
SLACK_NM = 0.3  # positions are rounded and clocks differ
LEAPS_TO_BELIEVE = 3  # so many in a row that agree with each other: the vessel is there, the old fix was wrong
TURNS_OF_TWINS = 3  # so often heard here and there in turn: two vessels
AHEAD_S = 300.0  # no clock is that wrong
AIRCRAFT = 111  # first digits of the MMSI of SAR aircraft
AIRCRAFT_KN = 400.0


@dataclass(frozen=True, slots=True)
class GateSettings:
    """``fastest_kn`` of anything afloat here; ``twin_forgotten_s`` after the last sign of the second boat."""

    fastest_kn: float = 60.0
    twin_forgotten_s: float = 1800.0


@dataclass(slots=True)
class Place:
    lon: float
    lat: float
    at_s: float


@dataclass(slots=True)
class Known:
    """Where a vessel is believed to be, and the other place it is heard from, if any."""

    here: Place
    other: Place | None = None
    run: int = 0  # heard from the other place in a row
    heard: int = 0  # from the other place in all
    turns: int = 0  # changes between the places
    is_twin: bool = False
    twin_since_s: float = 0.0
    is_on_land: bool = False
    land_since_s: float = 0.0

    @property
    def doubt(self) -> Doubt:
        return (Doubt.TWIN if self.is_twin else Doubt.NONE) | (Doubt.ON_LAND if self.is_on_land else Doubt.NONE)


def _nowhere(lon: float, lat: float) -> bool:
    return False


class PositionGate:
    """All feeds pass one gate, so that what one tells is held against the others. For one caller at a time.

    ``counts`` of a feed gets the reasons: ``no_position`` (91/181, 0/0), ``out_of_range``, ``future_time``,
    ``duplicate``, ``older``, ``speed_jump``, ``twin``, ``on_land`` (believed all the same).
    """

    def __init__(
        self, settings: GateSettings | None = None, is_land: Callable[[float, float], bool] = _nowhere
    ) -> None:
        self._settings = settings or GateSettings()
        self._is_land = is_land
        self._known: dict[int, Known] = {}

    def sift(
        self, reports: Iterable[PositionReport], counts: Counter[str]
    ) -> tuple[list[PositionReport], list[PositionReport]]:
        """Those that are believed, and those that came late: older than what is known, and possible."""
        believed: list[PositionReport] = []
        late: list[PositionReport] = []
        for report in reports:
            reason = self._judged(report)
            if reason:
                counts[reason] += 1
            if not reason or reason == "on_land":
                believed.append(report)
            elif reason == "older":
                late.append(report)
        return believed, late

    def _judged(self, report: PositionReport) -> str:
        _, mmsi, at_s, received_s, lon, lat, *_ = report
        if lon == 181.0 or lat == 91.0 or (lon == 0.0 and lat == 0.0):
            return "no_position"
        if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
            return "out_of_range"
        if at_s > received_s + AHEAD_S:
            return "future_time"
        known = self._known.get(mmsi)
        if known is None:
            known = self._known[mmsi] = Known(Place(lon, lat, at_s))
        elif reason := self._against(known, report):
            return reason
        on_land = self._is_land(lon, lat)
        if on_land and not known.is_on_land:
            known.land_since_s = at_s
        known.is_on_land = on_land
        return "on_land" if on_land else ""

    def doubted(self) -> Mapping[int, Known]:
        """The vessels that are doubted now, by MMSI. A twin whose second place fell silent is none."""
        return {mmsi: known for mmsi, known in self._known.items() if known.is_twin or known.is_on_land}

    def _against(self, known: Known, report: PositionReport) -> str:
        """Why the report is not taken as where the vessel is now; else it is, and ``known`` says so."""
        here, at_s = known.here, report.at_s
        if not report.timed:
            known.here = Place(report.lon, report.lat, at_s)
            return ""
        self._forget(known, at_s)
        if at_s == here.at_s and report.lon == here.lon and report.lat == here.lat:
            return "duplicate"
        fastest = AIRCRAFT_KN if report.mmsi // 1_000_000 == AIRCRAFT else self._settings.fastest_kn
        near = _is_near(here, report, fastest)
        if near and at_s < here.at_s:
            return "older"
        if near:
            here.lon, here.lat, here.at_s = report.lon, report.lat, at_s
            known.turns += known.run > 0
            known.run = 0
            return ""
        return self._elsewhere(known, report, fastest)

    def _forget(self, known: Known, at_s: float) -> None:
        other, long = known.other, self._settings.twin_forgotten_s
        if other is None:
            return
        if known.is_twin and at_s - known.here.at_s > long >= at_s - other.at_s:
            known.here, known.other = other, None  # the first of the two fell silent
        elif at_s - other.at_s > long:
            known.other = None
        if known.other is None:
            known.run = known.heard = known.turns = 0
            known.is_twin = False

    def _elsewhere(self, known: Known, report: PositionReport, fastest: float) -> str:
        other, at_s = known.other, report.at_s
        place = Place(report.lon, report.lat, at_s)
        if other is None or not _is_near(other, report, fastest):
            if not known.is_twin and at_s >= known.here.at_s:
                known.other, known.run, known.heard, known.turns = place, 1, 1, 1
            return "speed_jump"
        if at_s >= other.at_s:
            known.other = place
        known.turns += known.run == 0
        known.run, known.heard = known.run + 1, known.heard + 1
        if known.is_twin or (known.turns >= TURNS_OF_TWINS and known.heard >= LEAPS_TO_BELIEVE):
            known.twin_since_s = known.twin_since_s if known.is_twin else at_s
            known.is_twin = True
            return "twin"
        if known.run < LEAPS_TO_BELIEVE or at_s < known.here.at_s:
            return "speed_jump"
        known.here, known.other, known.run = place, known.here, 0
        return ""


def _is_near(place: Place, report: PositionReport, fastest_kn: float) -> bool:
    """Whether a vessel could have come from there to here, or from here to there, in the time."""
    allowed = SLACK_NM + fastest_kn * abs(report.at_s - place.at_s) / 3600.0
    north = report.lat - place.lat
    if abs(north) * NM_PER_DEG > allowed:
        return False
    return apart_nm(place.lon, place.lat, report.lon, report.lat) <= allowed


def apart_nm(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    east = (other_lon - lon + 540.0) % 360.0 - 180.0
    return hypot(east * cos(radians(other_lat)), other_lat - lat) * NM_PER_DEG
