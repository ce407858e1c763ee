"""The home scene's map: the whole district at a glance, with every alert where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert, Visibility
from services.domain.boats import CollectionVessel, Warehouse
from services.domain.community import Estate
from services.domain.passage import Checkpoint, CheckpointStatus
from services.domain.snapshot import Snapshot, Subject
from widgets.look import Look
from widgets.map.items import Mark, Shape
from widgets.map.pane import MapPane

Point = tuple[float, float]

_LEGEND = ("渔船", "收集船", "卡口", "失联卡口", "社区", "云仓")


class DistrictMapPane(MapPane):
    """Boats, collection vessels, warehouses, checkpoints and the community, each with its worst open alert.

    At most one glyph a place: the worst, unsigned before signed. Only what has an alert is named,
    besides the warehouses: at this scale every other name would be one too many.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"legend": _LEGEND, **options}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        super().draw(snapshot)
        if snapshot.topic == "fleet":
            return
        worst = worst_by_place(self.records("alerts"))
        self.map.set_marks("收集船", [_vessel(v) for v in self.records("collection_vessels")])
        self.map.set_marks("云仓", [_warehouse(w, worst) for w in self.records("warehouses")])
        self.map.set_marks("卡口", [_checkpoint(c, worst) for c in self.records("checkpoints")])
        self.map.set_marks("社区", _community(self.records("estates"), self.records("alerts")))
        self.map.set_marks("预警", _elsewhere(self.records("alerts"), self._places()))

    def describe(self, subject: Subject) -> str:
        names = {
            s.id: s.name for topic in ("collection_vessels", "warehouses", "checkpoints") for s in self.records(topic)
        }
        return names.get(subject.id, subject.id)

    def strip_note(self) -> str:
        count = len(self.records("fleet"))
        return f"在图 {count:,} 艘" if count else ""

    def _places(self) -> set[str]:
        return {s.id for topic in ("warehouses", "checkpoints") for s in self.records(topic)}


def worst_by_place(alerts: Iterable[Alert]) -> dict[str, Alert]:
    """The alert to show at each subject id and at each place name: highest level, unsigned first, newest."""
    worst: dict[str, Alert] = {}
    for alert in alerts:
        if alert.is_open and alert.visibility is Visibility.VISIBLE:
            for place in {alert.subject_id, alert.place}:
                if place not in worst or _weight(alert) > _weight(worst[place]):
                    worst[place] = alert
    return worst


def _weight(alert: Alert) -> tuple[int, bool, float]:
    return alert.level, not alert.is_signed, alert.raised_at.timestamp()


def _mark(kind: str, where: Any, shape: Shape, alert: Alert | None, **extra: Any) -> Mark:
    return Mark(
        Subject(kind, where.id),
        where.lon,
        where.lat,
        shape,
        label=where.name if alert is not None or shape is Shape.WAREHOUSE else "",
        rank=0 if alert is not None else 3,
        level=alert.level if alert is not None else None,
        signed=alert.is_signed if alert is not None else False,
        **extra,
    )


def _vessel(vessel: CollectionVessel) -> Mark:
    return _mark("collection_vessel", vessel, Shape.VESSEL, None, heading_deg=vessel.heading_deg, fill=vessel.fill)


def _warehouse(warehouse: Warehouse, worst: Mapping[str, Alert]) -> Mark:
    known = [c.level_pct for c in warehouse.compartments if c.level_pct is not None]
    alert = worst.get(warehouse.id) or worst.get(warehouse.name)
    return _mark("warehouse", warehouse, Shape.WAREHOUSE, alert, fill=max(known) / 100 if known else None)


def _checkpoint(checkpoint: Checkpoint, worst: Mapping[str, Alert]) -> Mark:
    alert = worst.get(checkpoint.id) or worst.get(checkpoint.name)
    silent = checkpoint.status is CheckpointStatus.SILENT
    return _mark("checkpoint", checkpoint, Shape.CHECKPOINT, alert, unknown=silent)


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


def _elsewhere(alerts: Iterable[Alert], drawn: set[str]) -> list[Mark]:
    """Alerts with a position of their own that no drawn place carries: requests, boats."""
    return [
        Mark(
            Subject("alert", a.id),
            a.lon,
            a.lat,
            Shape.NAME,
            label="" if a.level < 3 else a.title,
            rank=0,
            level=a.level,
            signed=a.is_signed,
        )
        for a in alerts
        if a.lon is not None and a.lat is not None and a.scene == "boats" and a.is_open
        if a.visibility is Visibility.VISIBLE and a.subject_id not in drawn
    ]
