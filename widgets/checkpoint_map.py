"""The checkpoints where they stand: lamp, flow, and what is wrong there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert, Visibility
from services.domain.passage import Checkpoint, CheckpointStatus
from services.domain.snapshot import Snapshot, Subject
from services.domain.timebase import local
from widgets.look import RESOURCES, Look
from widgets.map.items import Line, Mark, Shape
from widgets.map.pane import MapPane
from widgets.map.places import read_places
from widgets.words import duration

LEGEND = ("卡口", "失联卡口")
# The water by name, where no checkpoint of this view stands.
WATER = (("椒江", 121.515, 28.6865), ("台州湾", 121.556, 28.664))
VIEW = (121.335, 28.578, 121.575, 28.732)
_UNKNOWN_TEXT = {CheckpointStatus.SILENT: "未知", CheckpointStatus.STOPPED: "停用"}


class CheckpointMapPane(MapPane):
    """Topics: ``checkpoints``, ``alerts``. A checkpoint with open alerts carries the worst of them.

    A silent checkpoint is hatched and says since when; it never shows a flow. Selecting a passage or
    its alert marks the checkpoint where it was seen. Options: those of the map.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        given = {"legend": LEGEND, "view": VIEW, "sketch": "路网示意，非测绘"}
        super().__init__(title, {**given, "nautical": False, **options}, look, parent)
        self.map.set_lines("道路", read_roads())
        self.map.set_marks("地名", [*read_places(("street",)), *(_water(*water) for water in WATER)])
        self._selected: Subject | None = None

    def draw(self, snapshot: Snapshot[Any]) -> None:
        points: Sequence[Checkpoint] = self.records("checkpoints")
        worst = worst_by_checkpoint(self.records("alerts"))
        self.map.set_marks("卡口", [self._mark(p, worst.get(p.name)) for p in points])
        self.note = f"{len(points)} 点位" if points else ""
        self._show_selected()

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        self._show_selected()

    def describe(self, subject: Subject) -> str:
        point = next((p for p in self.records("checkpoints") if p.id == subject.id), None)
        if point is None:
            return super().describe(subject)
        words = [point.name, f"{point.lanes} 车道", self._state_words(point)]
        if point.recognition_pct is not None:
            words.append(f"识别率 {point.recognition_pct:.1f} %")
        if point.last_heard is not None:
            words.append(f"最近过车 {local(point.last_heard):%H:%M:%S}")
        return " · ".join(words)

    # -- marks --------------------------------------------------------------------------------

    def _mark(self, point: Checkpoint, alert: Alert | None) -> Mark:
        words = self._state_words(point)
        name, note = (f"{point.name} {words}", "") if self.look.is_wall else (point.name, words)
        if alert is not None:
            name, note = point.name, self._alert_words(alert)
        return Mark(
            Subject("checkpoint", point.id),
            point.lon,
            point.lat,
            Shape.CHECKPOINT,
            label=name,
            note=note,
            rank=0 if alert else 2 if point.status is CheckpointStatus.SILENT else 3,
            level=alert.level if alert else None,
            signed=alert.is_signed if alert else False,
            unknown=point.status is not CheckpointStatus.ONLINE,
        )

    def _state_words(self, point: Checkpoint) -> str:
        """``1,204 辆/时``; what is not known is said so, never as 0."""
        wall = self.look.is_wall
        if point.flow_per_h is not None:
            return f"{point.flow_per_h:,}" if wall else f"{point.flow_per_h:,} 辆/时"
        word = _UNKNOWN_TEXT.get(point.status, "未知")
        if wall or point.status is not CheckpointStatus.SILENT or self.now is None:
            return word
        if point.last_heard is None:
            return f"{word} · 未收到过车"
        return f"{word} · 失联 {duration((self.now - point.last_heard).total_seconds())}"

    def _alert_words(self, alert: Alert) -> str:
        """The wall adds the masked plate; the desk has the card for it."""
        if not self.look.is_wall:
            return alert.title
        return f"{alert.title} {alert.wall_subject.rpartition(' · ')[2]}"

    def _show_selected(self) -> None:
        subject = self._selected
        if subject is not None and subject.kind in ("passage", "alert"):
            subject = self._where(subject)
        self.map.select(subject if subject is not None and subject.kind == "checkpoint" else None)

    def _where(self, subject: Subject) -> Subject | None:
        """The checkpoint of an alert or of the passage it is about."""
        alerts: Sequence[Alert] = self.records("alerts")
        alert = next((a for a in alerts if subject.id in (a.id, a.subject_id)), None)
        name = checkpoint_of(alert) if alert else ""
        return next((Subject("checkpoint", p.id) for p in self.records("checkpoints") if p.name == name), None)


def _water(name: str, lon: float, lat: float) -> Mark:
    return Mark(Subject("place", name), lon, lat, Shape.SEA_NAME, label=name, rank=4)


def checkpoint_of(alert: Alert) -> str:
    """The name its place begins with: ``椒江二桥 南`` → ``椒江二桥``."""
    return alert.place.partition(" ")[0]


def worst_by_checkpoint(alerts: Sequence[Alert]) -> dict[str, Alert]:
    """The alert to show at each checkpoint: highest level, unsigned first, newest."""
    worst: dict[str, Alert] = {}
    for alert in sorted(alerts, key=lambda a: (a.level, not a.is_signed, a.raised_at)):
        if alert.scene == "checkpoints" and alert.is_open and alert.visibility is Visibility.VISIBLE:
            worst[checkpoint_of(alert)] = alert
    return worst


@cache
def read_roads(path: Path = RESOURCES / "basemap" / "roads_sketch.geojson") -> tuple[Line, ...]:
    """Our own sketch of the main roads. Raises ValueError for a file that is no JSON, KeyError for no GeoJSON."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Line(
            feature["properties"]["name"],
            tuple((lon, lat) for lon, lat in feature["geometry"]["coordinates"]),
            style=f"road_{feature['properties']['class']}",
        )
        for feature in collection["features"]
    )
