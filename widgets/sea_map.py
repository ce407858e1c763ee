"""海域态势: boats, collection vessels and their ways, hand-ins, warehouses, ports, closed water and the wind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import Outcome
from services.domain.boats import LIMITS, FishingBoat, SeaWeather
from services.domain.fleet import Fleet, VesselKind
from services.domain.snapshot import Snapshot, Subject
from widgets.hand_ins import resolve, worst_alerts
from widgets.look import Look
from widgets.map.items import Area
from widgets.map.pane import MapPane
from widgets.sea_count import Port, SeaCount, count_fleet, count_words, others_box
from widgets.sea_hand import SeaHand
from widgets.sea_marks import doubt_marks, fence_areas, port_marks, request_marks, vessel_marks, warehouse_marks
from widgets.sea_routes import offered_lines, plan_in_force, planned_lines, proposed_lines
from widgets.sea_words import boat_words, request_words, vessel_words
from widgets.wind_box import WindBox

LEGEND = ("绿码", "黄码 待查", "红码 待查", "未知", "收集船", "公务船", "申请 弧为时限已用", "云仓", "计划", "方案")
VIEW = (121.346, 28.383, 121.945, 28.752)
WAYS, FENCES, DOUBTS = "航线", "围栏", "存疑"


class SeaMapPane(MapPane):
    """Topics: ``fleet``, ``boat_register``, ``collection_vessels``, ``hand_in_requests``, ``hand_in_limits``,
    ``warehouses``, ``sea_weather``, ``proposals``, ``dispatch_plan``, ``plan_offers``, ``execution``,
    ``doubted_boats``, ``fences``, ``alerts``; none is needed.

    Boats lying in a port are counted at its name and not drawn. ``/`` finds a target, ``L`` locks the selected
    one, ``T`` shows its track, ``G`` goes to where the other ships heard by AIS are and back.
    Options: those of the map, and ``ports`` = [{name, lon, lat}], ``closed`` = [{name, points}] (until
    ``fences`` are told).
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        given = {"legend": LEGEND, "view": VIEW, "names": ("sea", "island", "town")}
        super().__init__(title, {**given, **options}, look, parent)
        self._ports = [Port(p["name"], float(p["lon"]), float(p["lat"])) for p in self.options.get("ports", ())]
        self._count = SeaCount(0, (), 0)
        self._boats: dict[str, FishingBoat] = {}
        self._registered: NDArray[np.uint32] | None = None
        self._selected: Subject | None = None
        self._elsewhere = False
        self.wind = WindBox(look, self.map)
        self.wind.setVisible(False)
        self.hand = SeaHand(self) if not look.is_wall else None
        closed = [
            Area(f"closed-{at}", tuple((float(x), float(y)) for x, y in c["points"]), "closed", c["name"])
            for at, c in enumerate(self.options.get("closed", ()))
        ]
        self.map.set_areas(FENCES, closed)

    # -- told ---------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        for draw in _DRAWN_BY.get(snapshot.topic, ()):
            draw(self)

    def select(self, subject: Subject | None) -> None:
        self._selected = resolve(subject, self.records("alerts"))
        if self._selected is not None and self._selected.kind == "boat":
            self._draw_fleet()
        self.map.select(self._selected, bring=not self.is_far(self._selected))
        self._draw_ways()
        self._draw_requests()
        if self.hand is not None:
            self.hand.select(self._selected)

    def tick(self, now: datetime) -> None:
        before = self.now
        super().tick(now)
        if before is None or before.minute != now.minute:
            self._draw_requests()
            self._draw_vessels()
        if self.hand is not None:
            self.hand.tick(now)

    def show_outcome(self, outcome: Outcome) -> None:
        if self.hand is not None:
            self.hand.track.show_outcome(outcome)

    def restyle(self, look: Look) -> None:
        self.wind.restyle(look)
        if self.hand is not None:
            self.hand.restyle(look)
        super().restyle(look)

    def place(self) -> None:
        super().place()
        if self.hand is not None:
            self.hand.place()
        self.wind.move(self.look.px(12), self.map.height() - self.wind.height() - self.look.px(12))

    # -- the hand -----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Letters that mean something else on the desk mean the map's while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        return self.hand is not None and self.hand.takes(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.hand is None or not self.hand.press(event):
            super().keyPressEvent(event)

    def is_far(self, subject: Subject | None) -> bool:
        """Beyond the picture of the scene: the map does not leave its waters for it unasked (``Z`` does)."""
        place = self.map.place_of(subject) if subject is not None else None
        west, south, east, north = self.options["view"]
        return place is not None and not (west <= place[0] <= east and south <= place[1] <= north)

    def go_home(self) -> None:
        self.map.fit(*self.options["view"])

    def turn_to_others(self) -> None:
        """Go to the ships that are no boats of the district, or back home."""
        self.show_others(not self._elsewhere)

    def show_others(self, there: bool) -> None:
        fleet = self.fleet
        others = others_box(fleet) if there and fleet is not None else None
        self._elsewhere = others is not None
        self.map.fit(*(others or self.options["view"]))

    # -- said ---------------------------------------------------------------------------------

    @property
    def fleet(self) -> Fleet | None:
        fleet = self.records("fleet")
        return fleet if isinstance(fleet, Fleet) else None

    @property
    def boats(self) -> Mapping[str, FishingBoat]:
        return self._boats

    def strip_note(self) -> str:
        if not self.look.is_wall or not self._count.seen:
            return ""
        weather: SeaWeather | None = next(iter(self.records("sea_weather")), None)
        wave = f" · 浪高 {weather.wave_m:.1f} m" if weather else ""
        return f"在图 {self._count.seen} 艘{wave}"

    def describe(self, subject: Subject) -> str:
        if subject.kind == "warehouse":
            return next((w.name for w in self.records("warehouses") if w.id == subject.id), "")
        if subject.kind == "collection_vessel":
            vessel = next((v for v in self.records("collection_vessels") if v.id == subject.id), None)
            return vessel_words(vessel, self.records("execution")) if vessel else ""
        if subject.kind == "hand_in_request":
            request = next((r for r in self.records("hand_in_requests") if r.id == subject.id), None)
            return request_words(request, self.now) if request else ""
        boat = self._boats.get(subject.id) if subject.kind == "boat" else None
        if boat is None:
            return super().describe(subject)
        return boat_words(boat, self.fleet, self.records("doubted_boats"))

    # -- layers -------------------------------------------------------------------------------

    def _draw_fleet(self) -> None:
        fleet = self.fleet
        if fleet is None:
            return
        now = self.now or self.snapshots["fleet"].taken_at
        self._count = count_fleet(fleet, self._ports, tuple(self.options["view"]), now, self._registered)
        shown = self._count.under_way & (fleet.rows["kind"] != VesselKind.COLLECTION)
        shown |= np.isin(fleet.rows["mmsi"], self._wanted())  # one that is looked at is drawn in port, too
        rows = fleet.rows[shown]
        self.map.set_fleet(Fleet(rows), self.now)
        self.note = count_words(self._count, wall=self.look.is_wall)
        self.map.set_marks("港口", port_marks(self._ports, self._count.moored))

    def _wanted(self) -> list[int]:
        locked = self.hand.locked if self.hand is not None else ()
        chosen = [s for s in (self._selected, *locked) if s is not None and s.kind == "boat"]
        return [int(s.id) for s in chosen if s.id.isdecimal()]

    def _draw_register(self) -> None:
        self._boats = {b.id: b for b in self.records("boat_register")}
        mmsis = [int(b.id) for b in self._boats.values() if b.id.isdecimal()]
        self._registered = np.array(mmsis, np.uint32) if mmsis else None
        self._draw_fleet()

    def _draw_vessels(self) -> None:
        self.map.set_marks("收集船", vessel_marks(self.records("collection_vessels"), self.fleet, self.now))

    def _draw_requests(self) -> None:
        alerts, wall = worst_alerts(self.records("alerts")), self.look.is_wall
        limits = next(iter(self.records("hand_in_limits")), LIMITS)
        requests = self.records("hand_in_requests")
        self.map.set_marks("申请", request_marks(requests, alerts, self._selected, self.now, limits, wall=wall))

    def _draw_warehouses(self) -> None:
        alerts = worst_alerts(self.records("alerts"))
        self.map.set_marks("云仓", warehouse_marks(self.records("warehouses"), alerts))

    def _draw_weather(self) -> None:
        weather: SeaWeather | None = next(iter(self.records("sea_weather")), None)
        self.wind.show_weather(weather)
        self.map.set_wind(weather.wind_from_deg if weather else None, weather.wind_bft if weather else 0)
        self.wind.setVisible(weather is not None and not self.look.is_wall)
        self.place()

    def _draw_ways(self) -> None:
        plan = plan_in_force(self.records("dispatch_plan"))
        lines = [
            *planned_lines(plan, self.records("execution"), self._selected),
            *offered_lines(self.records("plan_offers"), self._selected),
            *proposed_lines(self.records("proposals"), plan, self._selected),
        ]
        self.map.set_lines(WAYS, lines)

    def _draw_fences(self) -> None:
        self.map.set_areas(FENCES, fence_areas(self.records("fences")))

    def _draw_doubts(self) -> None:
        self.map.set_marks(DOUBTS, doubt_marks(self.records("doubted_boats")))


_DRAWN_BY = {
    "fleet": (SeaMapPane._draw_fleet,),
    "boat_register": (SeaMapPane._draw_register,),
    "collection_vessels": (SeaMapPane._draw_vessels,),
    "hand_in_requests": (SeaMapPane._draw_requests,),
    "hand_in_limits": (SeaMapPane._draw_requests,),
    "warehouses": (SeaMapPane._draw_warehouses,),
    "sea_weather": (SeaMapPane._draw_weather,),
    **dict.fromkeys(("proposals", "dispatch_plan", "plan_offers", "execution"), (SeaMapPane._draw_ways,)),
    "doubted_boats": (SeaMapPane._draw_doubts,),
    "fences": (SeaMapPane._draw_fences,),
    "alerts": (SeaMapPane._draw_requests, SeaMapPane._draw_warehouses),
}
