"""The home scene's map: the whole district at a glance, with every alert where it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert, AlertLevel, Visibility
from services.domain.boats import CollectionVessel, Warehouse
from services.domain.estates import Estate
from services.domain.fleet import Fleet, VesselKind
from services.domain.passage import Checkpoint, CheckpointStatus
from services.domain.snapshot import Snapshot, Subject
from widgets.look import Look
from widgets.map.canvas import BAY
from widgets.map.items import Mark, Shape
from widgets.map.pane import MapPane
from widgets.map.places import read_places
from widgets.sea_count import Port, SeaCount, count_fleet

Point = tuple[float, float]

_LEGEND = ("渔船", "收集船", "卡口", "失联卡口", "社区", "云仓")


class DistrictMapPane(MapPane):
    """Boats, collection vessels, warehouses, checkpoints, the community, and every alert where it is.

    At most one glyph a place: the worst, unsigned before signed. Only red and orange are named,
    besides the warehouses and the community: at this scale every other name would be one too many.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"legend": _LEGEND, **options}, look, parent)
        self._view: tuple[float, float, float, float] = tuple(options.get("view", BAY))
        self._ports = [Port(mark.label, mark.lon, mark.lat) for mark in read_places(("port",))]
        self._count: SeaCount | None = None

    def draw(self, snapshot: Snapshot[Any]) -> None:
        if snapshot.topic == "fleet":
            self._draw_fleet(snapshot)
            return
        self.map.set_marks("收集船", [_vessel(v) for v in self.records("collection_vessels")])
        self.map.set_marks("云仓", [_warehouse(w) for w in self.records("warehouses")])
        self.map.set_marks("卡口", [_checkpoint(c) for c in self.records("checkpoints")])
        self.map.set_marks("社区", _community(self.records("estates"), self.records("alerts")))
        named = frozenset(w.name for w in self.records("warehouses"))
        self.map.set_marks("预警", _alerts(self.records("alerts"), named))

    def _draw_fleet(self, snapshot: Snapshot[Any]) -> None:
        """Boats that lie in port are counted, not drawn: a thousand of them would hide the port."""
        if not isinstance(snapshot.records, Fleet):
            return
        rows = snapshot.records.rows
        self._count = count_fleet(snapshot.records, self._ports, self._view, self.now or snapshot.taken_at)
        drawn = self._count.under_way & (rows["kind"] != VesselKind.COLLECTION)
        self.map.set_fleet(Fleet(rows[drawn]), self.now)

    def describe(self, subject: Subject) -> str:
        names = {
            s.id: s.name for topic in ("collection_vessels", "warehouses", "checkpoints") for s in self.records(topic)
        }
        return names.get(subject.id, subject.id)

    def strip_note(self) -> str:
        if self._count is None:
            return ""
        return f"在图 {self._count.seen:,} 艘 · 在港 {sum(self._count.moored):,} 艘"


def _weight(alert: Alert) -> tuple[int, bool, float]:
    return alert.level, not alert.is_signed, alert.raised_at.timestamp()


def _vessel(vessel: CollectionVessel) -> Mark:
    return Mark(
        Subject("collection_vessel", vessel.id),
        vessel.lon,
        vessel.lat,
        Shape.VESSEL,
        heading_deg=vessel.heading_deg,
        fill=vessel.fill,
    )


def _warehouse(warehouse: Warehouse) -> Mark:
    known = [c.level_pct for c in warehouse.compartments if c.level_pct is not None]
    return Mark(
        Subject("warehouse", warehouse.id),
        warehouse.lon,
        warehouse.lat,
        Shape.WAREHOUSE,
        label=warehouse.name,
        rank=3,
        fill=max(known) / 100 if known else None,
    )


def _checkpoint(checkpoint: Checkpoint) -> Mark:
    silent = checkpoint.status is CheckpointStatus.SILENT
    return Mark(Subject("checkpoint", checkpoint.id), checkpoint.lon, checkpoint.lat, Shape.CHECKPOINT, unknown=silent)


def _community(estates: Sequence[Estate], alerts: Iterable[Alert]) -> list[Mark]:
    """The six estates lie within a few px of each other here: one house for all of them."""
    corners = [point for estate in estates for point in estate.outline]
    if not corners:
        return []
    lon, lat = (sum(c[axis] for c in corners) / len(corners) for axis in (0, 1))
    shown = [a for a in alerts if a.scene == "community" and a.is_open and a.visibility is Visibility.VISIBLE]
    alert = max(shown, key=_weight, default=None)
    return [
        Mark(
            Subject("community", "云健社区"),
            lon,
            lat,
            Shape.ESTATE,
            label="云健社区",
            rank=0 if alert else 3,
            level=alert.level if alert else None,
            signed=alert.is_signed if alert else False,
        )
    ]


def _alerts(alerts: Iterable[Alert], named: Collection[str]) -> list[Mark]:
    """Every open alert that has a position; the worst where several stand. ``named`` places have a label."""
    worst: dict[Point, Alert] = {}
    for alert in alerts:
        if alert.lon is None or alert.lat is None or alert.scene == "community":
            continue
        if alert.is_open and alert.visibility is Visibility.VISIBLE:
            where = (alert.lon, alert.lat)
            if where not in worst or _weight(alert) > _weight(worst[where]):
                worst[where] = alert
    return [
        Mark(
            Subject("alert", alert.id),
            lon,
            lat,
            Shape.NAME,
            label=alert.place if alert.level >= AlertLevel.ORANGE and alert.place not in named else "",
            rank=0,
            level=alert.level,
            signed=alert.is_signed,
        )
        for (lon, lat), alert in worst.items()
    ]
