"""海域态势: boats, collection vessels, hand-ins, warehouses, ports, closed water and the wind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.boats import (
    CollectionVessel,
    FishingBoat,
    HandInRequest,
    HandInState,
    Proposal,
    SeaWeather,
    Warehouse,
)
from services.domain.fleet import ColourCode, Fleet, VesselKind
from services.domain.snapshot import Snapshot, Subject
from services.domain.timebase import local
from widgets.hand_ins import KIND, resolve, worst_alerts
from widgets.look import Look
from widgets.map.items import Area, Line, Mark, Shape
from widgets.map.pane import MapPane
from widgets.sea_count import Port, SeaCount, count_fleet, others_box
from widgets.wind_box import WindBox
from widgets.words import duration

LEGEND = ("绿码", "黄码 待查", "红码 待查", "未知", "收集船", "公务船", "上交申请", "云仓")
VIEW = (121.346, 28.383, 121.945, 28.752)
CODE_WORDS = {ColourCode.GREEN: "绿码", ColourCode.YELLOW: "黄码 待查", ColourCode.RED: "红码 待查"}
_AFLOAT = frozenset(  # still somewhere at sea or at the boat
    {
        *(HandInState.FILED, HandInState.ACCEPTED, HandInState.ASSIGNED, HandInState.EN_ROUTE),
        *(HandInState.ALONGSIDE, HandInState.COLLECTING, HandInState.WEIGHED, HandInState.SIGNED),
        *(HandInState.REASSIGNED, HandInState.NO_SHOW, HandInState.DISPUTED),
    }
)


class SeaMapPane(MapPane):
    """Topics: ``fleet``, ``boat_register``, ``collection_vessels``, ``hand_in_requests``, ``warehouses``,
    ``sea_weather``, ``proposals``, ``alerts``.

    Boats lying in a port are counted at its name and not drawn. ``G`` goes to where the other ships heard
    by AIS are (a feed or a file from elsewhere) and back. Options: those of the map, and
    ``ports`` = [{name, lon, lat}], ``closed`` = [{name, points}].
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
        closed = [
            Area(f"closed-{at}", tuple((float(x), float(y)) for x, y in c["points"]), "closed", c["name"])
            for at, c in enumerate(self.options.get("closed", ()))
        ]
        self.map.set_areas("围栏", closed)

    # -- told ---------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        draw = {
            "fleet": self._draw_fleet,
            "boat_register": self._draw_register,
            "collection_vessels": self._draw_vessels,
            "hand_in_requests": self._draw_requests,
            "warehouses": self._draw_warehouses,
            "sea_weather": self._draw_weather,
            "proposals": self._draw_routes,
            "alerts": self._draw_alerts,
        }.get(snapshot.topic)
        if draw is not None:
            draw()

    def select(self, subject: Subject | None) -> None:
        self._selected = resolve(subject, self.records("alerts"))
        self.map.select(self._selected)
        self._draw_routes()

    def tick(self, now: datetime) -> None:
        before = self.now
        super().tick(now)
        if before is None or before.minute != now.minute:
            self._draw_requests()

    def restyle(self, look: Look) -> None:
        self.wind.restyle(look)
        super().restyle(look)

    def place(self) -> None:
        super().place()
        self.wind.move(self.look.px(12), self.map.height() - self.wind.height() - self.look.px(12))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_G and not self.look.is_wall:
            self.show_others(not self._elsewhere)
        else:
            super().keyPressEvent(event)

    def show_others(self, there: bool) -> None:
        """Go to the ships that are no boats of the district, or back home."""
        fleet = self.records("fleet")
        others = others_box(fleet) if there and isinstance(fleet, Fleet) else None
        self._elsewhere = others is not None
        self.map.fit(*(others or self.options["view"]))

    def strip_note(self) -> str:
        if not self.look.is_wall or not self._count.seen:
            return ""
        weather: SeaWeather | None = next(iter(self.records("sea_weather")), None)
        wave = f" · 浪高 {weather.wave_m:.1f} m" if weather else ""
        return f"在图 {self._count.seen} 艘{wave}"

    def describe(self, subject: Subject) -> str:
        if subject.kind == "warehouse":
            return next((w.name for w in self.records("warehouses") if w.id == subject.id), "")
        boat = self._boats.get(subject.id) if subject.kind == "boat" else None
        if boat is None:
            return super().describe(subject)
        code = CODE_WORDS.get(boat.code, "色码未知")
        about = f"{boat.gear_type} · {boat.length_m:.0f} m · {boat.home_port}"
        return f"{boat.vessel_no} · {code}\n{about}\n{self._last_fix(subject)}"

    # -- layers -------------------------------------------------------------------------------

    def _draw_fleet(self) -> None:
        snapshot = self.snapshots["fleet"]
        fleet = snapshot.records
        if not isinstance(fleet, Fleet):
            return
        now = self.now or snapshot.taken_at
        self._count = count_fleet(fleet, self._ports, tuple(self.options["view"]), now, self._registered)
        rows = fleet.rows[self._count.under_way & (fleet.rows["kind"] != VesselKind.COLLECTION)]
        self.map.set_fleet(Fleet(rows), self.now)
        self.note = self._count_words()
        self._draw_ports()

    def _draw_register(self) -> None:
        self._boats = {b.id: b for b in self.records("boat_register")}
        mmsis = [int(b.id) for b in self._boats.values() if b.id.isdecimal()]
        self._registered = np.array(mmsis, np.uint32) if mmsis else None
        if "fleet" in self.snapshots:
            self._draw_fleet()

    def _count_words(self) -> str:
        """Where every boat of the register is; the other ships only where there is a key to go to them."""
        count = self._count
        words = [f"在图 {count.seen:,}", f"在港 {sum(count.moored):,}", f"图外 {count.outside:,}"]
        words.append(f"静默 {count.silent:,}")
        if count.unseen:
            words.append(f"无船位 {count.unseen:,}")
        if count.others and not self.look.is_wall:
            words.append(f"他船 {count.others:,} G")
        return " · ".join(words)

    def _draw_ports(self) -> None:
        counts = self._count.moored or (0,) * len(self._ports)
        self.map.set_marks(
            "港口",
            [
                Mark(Subject("port", p.name), p.lon, p.lat, Shape.PORT, label=f"{p.name} {n}" if n else p.name, rank=3)
                for p, n in zip(self._ports, counts, strict=True)
            ],
        )

    def _draw_vessels(self) -> None:
        vessels: Sequence[CollectionVessel] = self.records("collection_vessels")
        self.map.set_marks(
            "收集船",
            [
                Mark(
                    Subject("collection_vessel", v.id), v.lon, v.lat, Shape.VESSEL, label=v.name,
                    rank=2, heading_deg=v.heading_deg, fill=v.fill,
                )
                for v in vessels
            ],
        )  # fmt: skip

    def _draw_requests(self) -> None:
        alerts = worst_alerts(self.records("alerts"))
        every: Sequence[HandInRequest] = self.records("hand_in_requests")
        shown = [r for r in every if r.state in _AFLOAT]
        self.map.set_marks("申请", [self._request_mark(r, alerts.get(r.id)) for r in shown])

    def _request_mark(self, request: HandInRequest, alert: Alert | None) -> Mark:
        chosen = self._selected == Subject(KIND, request.id)
        words = request.number
        if (alert or chosen) and request.state is HandInState.ACCEPTED and self.now is not None:
            waited = duration((self.now - request.filed_at).total_seconds())
            words += " 待派" if self.look.is_wall else f" 已等 {waited}"
        return Mark(
            Subject(KIND, request.id), request.lon, request.lat, Shape.REQUEST, label=words,
            rank=0 if alert else 1 if chosen else 2,
            level=alert.level if alert else None,
            signed=alert.is_signed if alert else False,
        )  # fmt: skip

    def _draw_warehouses(self) -> None:
        alerts = worst_alerts(self.records("alerts"))
        houses: Sequence[Warehouse] = self.records("warehouses")
        self.map.set_marks("云仓", [self._warehouse_mark(w, alerts.get(w.id)) for w in houses])

    def _warehouse_mark(self, house: Warehouse, alert: Alert | None) -> Mark:
        worst = house.worst
        fill = worst.level_pct / 100 if worst is not None and worst.level_pct is not None else None
        return Mark(
            Subject("warehouse", house.id), house.lon, house.lat, Shape.WAREHOUSE, label=house.name if alert else "",
            rank=0 if alert else 3, fill=fill,
            level=alert.level if alert else None, signed=alert.is_signed if alert else False,
        )  # fmt: skip

    def _draw_weather(self) -> None:
        weather: SeaWeather | None = next(iter(self.records("sea_weather")), None)
        self.wind.show_weather(weather)
        self.wind.setVisible(weather is not None and not self.look.is_wall)
        self.place()

    def _draw_routes(self) -> None:
        """From each proposed vessel to the hand-in that is selected, else to the one that waits longest."""
        offers: Sequence[Proposal] = self.records("proposals")
        wanted = self._selected.id if self._selected and self._selected.kind == KIND else ""
        mine = [o for o in offers if o.request_id == wanted] or [
            o for o in offers if offers and o.request_id == offers[0].request_id
        ]
        lines = [Line(o.id, o.route, "route" if o.rank == 1 else "plan") for o in mine if o.route]
        self.map.set_lines("方案", lines)
        self._draw_requests()

    def _draw_alerts(self) -> None:
        self._draw_requests()
        self._draw_warehouses()

    def _last_fix(self, subject: Subject) -> str:
        fleet = self.records("fleet")
        fix = fleet.find(int(subject.id)) if isinstance(fleet, Fleet) else None
        if fix is None:
            return "无船位"
        speed = "航速未知" if np.isnan(fix.sog_kn) else f"{fix.sog_kn:.1f} kn"
        return f"{speed} · 定位 {local(fix.at):%H:%M:%S}"
