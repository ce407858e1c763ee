"""The checkpoints where they stand: lamp, flow, what is wrong there, and where a vehicle can be met."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert, Visibility
from services.domain.calibration import Calibration
from services.domain.intercept_window import InterceptionWindow, NextPlace
from services.domain.passage import Checkpoint, CheckpointStatus
from services.domain.snapshot import Snapshot, Subject
from services.domain.timebase import local
from widgets.checkpoint_map_head import head_box, head_words, paint_head
from widgets.checkpoint_map_window import arrows, jump_line, jump_mark, place_words, rings, seen_words, unit_marks
from widgets.look import RESOURCES, Look
from widgets.map.items import Circle, Line, Mark, Shape
from widgets.map.pane import MapPane
from widgets.map.places import read_places
from widgets.map.view import MapView
from widgets.words import duration

LEGEND = ("卡口", "失联卡口", "下一卡口，线宽为概率", "目标可能到达", "执勤单位")
LAYER, UNITS = "拦截", "单位"
# The water by name, where no checkpoint of this view stands.
WATER = (("椒江", 121.515, 28.6865), ("台州湾", 121.556, 28.664))
VIEW = (121.335, 28.578, 121.575, 28.732)
NOWHERE: Mapping[str, str] = {}
_UNKNOWN_TEXT = {CheckpointStatus.SILENT: "未知", CheckpointStatus.STOPPED: "停用"}


class CheckpointMapPane(MapPane):
    """Topics: ``checkpoints``, ``alerts``, ``interception_windows``, ``interceptions``, ``units``, ``calibration``.

    A checkpoint with open alerts carries the worst of them. A silent checkpoint is hatched and says since
    when; it never shows a flow. Selecting a passage or its alert marks the checkpoint where it was seen.
    The window of the selected alert is drawn, on the wall and without a selection that of the worst.
    Options: those of the map.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        given = {"legend": LEGEND[:-1] if look.is_wall else LEGEND, "view": VIEW, "sketch": "路网示意，非测绘"}
        super().__init__(title, {**given, "nautical": False, **options}, look, parent)
        self.map.set_lines("道路", read_roads())
        self.map.set_marks("地名", [*read_places(("street",)), *(_water(*water) for water in WATER)])
        self._selected: Subject | None = None
        self._window: InterceptionWindow | None = None
        self._head = ""
        self._rings: tuple[Circle, ...] = ()

    def draw(self, snapshot: Snapshot[Any]) -> None:
        if snapshot.topic == "calibration":
            self._say_learnt()
            return
        if snapshot.topic != "units":
            self._window = self._find_window()
            self._draw_checkpoints()
            self._draw_window()
        self.map.set_marks(UNITS, unit_marks(self.records("units"), self._window, wall=self.look.is_wall))
        self._show_selected()

    def tick(self, now: datetime) -> None:
        """The rings grow, the count-down falls; nothing else is painted again."""
        super().tick(now)
        self._draw_rings()
        words = head_words(self._window, now, self.records("interceptions"))
        if words != self._head:
            self._head = words
            self.update(head_box(self, self.chips_left()))

    def _find_window(self) -> InterceptionWindow | None:
        """That of the selected alert; of the worst on the wall and where nothing is selected."""
        windows: Mapping[str, InterceptionWindow] = {one.id: one for one in self.records("interception_windows")}
        subject = self._selected
        if not self.look.is_wall and subject is not None:
            if subject.kind == "alert":
                return windows.get(subject.id)
            about = next((a.id for a in self.records("alerts") if a.subject_id == subject.id), "")
            return windows.get(about)
        alerts: Sequence[Alert] = [a for a in self.records("alerts") if a.id in windows]
        worst = max(
            alerts, key=lambda a: (not windows[a.id].is_over, a.level, not a.is_signed, a.raised_at), default=None
        )
        return windows[worst.id] if worst is not None else None

    def select(self, subject: Subject | None) -> None:
        before, self._selected = self._window, subject
        self._window = self._find_window()
        if self._window != before:
            self._draw_checkpoints()
            self._draw_window()
            self.map.set_marks(UNITS, unit_marks(self.records("units"), self._window, wall=self.look.is_wall))
            self.update()
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

    # -- the window -----------------------------------------------------------------------------

    def _draw_checkpoints(self) -> None:
        points: Sequence[Checkpoint] = self.records("checkpoints")
        windows: Sequence[InterceptionWindow] = self.records("interception_windows")
        worst = worst_by_checkpoint(self.records("alerts"), {one.id: one.seen.name for one in windows})
        told = {place.checkpoint_id: place for place in (self._window.places if self._window else ())}
        self.map.set_marks("卡口", [self._mark(p, worst.get(p.name), told.get(p.id)) for p in points])
        self._say_learnt()

    def _draw_window(self) -> None:
        window = self._window
        jump = jump_line(window.jump) if window is not None else ()
        told = jump_mark(window.jump, wall=self.look.is_wall) if window is not None else ()
        self.map.set_marks(LAYER, told)
        self.map.set_lines(LAYER, (*jump, *(arrows(window) if window is not None else ())))
        self._draw_rings()

    def _draw_rings(self) -> None:
        window = self._window
        found = rings(window, self.now, wall=self.look.is_wall) if window is not None and self.now is not None else ()
        if [_ring_px(ring, self.map) for ring in found] != [_ring_px(ring, self.map) for ring in self._rings]:
            self._rings = found
            self.map.set_circles(LAYER, found)

    def _say_learnt(self) -> None:
        """How many points, and what the times rest on."""
        points = self.records("checkpoints")
        learnt: Calibration | None = next(iter(self.records("calibration")), None)
        parts = [f"{len(points)} 点位"] if points else []
        if learnt is not None and not self.look.is_wall:
            parts.append(
                f"{learnt.days} 日通行时间表 学得 {learnt.learnt:,} 段" if learnt.learnt else "通行时间按距离估计"
            )
        self.note = " · ".join(parts)

    def header_room(self) -> int:
        return super().header_room() - head_box(self, self.chips_left()).width()

    def _paint_header(self, painter: QPainter) -> None:
        super()._paint_header(painter)
        paint_head(painter, self, self._head, self.chips_left())

    # -- marks --------------------------------------------------------------------------------

    def _mark(self, point: Checkpoint, alert: Alert | None, told: NextPlace | None = None) -> Mark:
        words = self._state_words(point)
        name, note = (f"{point.name} {words}", "") if self.look.is_wall else (point.name, words)
        window, rank = self._window, 3
        if point.status is CheckpointStatus.SILENT:
            rank = 2
        if alert is not None:
            name, note, rank = point.name, self._alert_words(alert), 0
        if told is not None and window is not None and self.now is not None:
            name, note = place_words(told, window, self.now, wall=self.look.is_wall)
            rank = min(rank, 1)
        if window is not None and window.seen.checkpoint_id == point.id and not self.look.is_wall:
            name, note, rank = point.name, seen_words(window), 0
        return Mark(
            Subject("checkpoint", point.id),
            point.lon,
            point.lat,
            Shape.CHECKPOINT,
            label=name,
            note=note,
            rank=rank,
            level=alert.level if alert else None,
            signed=alert.is_signed if alert else False,
            unknown=point.status is not CheckpointStatus.ONLINE,
            fill=1.0 if window is not None and _is_sighting(window, point.id) else None,
            strong=told is not None and window is not None and told == window.best,
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


def _is_sighting(window: InterceptionWindow, checkpoint_id: str) -> bool:
    jump = window.jump
    pair = (jump.seen.checkpoint_id, jump.again.checkpoint_id) if jump is not None else ()
    return checkpoint_id in (window.seen.checkpoint_id, *pair)


def _ring_px(ring: Circle, view: MapView) -> tuple[str, float, float, int]:
    """A ring is drawn anew when it has grown by a pixel."""
    return ring.id, ring.lon, ring.lat, round(ring.radius_m / view.view.metres_per_px(ring.lat))


def worst_by_checkpoint(alerts: Sequence[Alert], seen_at: Mapping[str, str] = NOWHERE) -> dict[str, Alert]:
    """The alert to show at each checkpoint: highest level, unsigned first, newest. ``seen_at`` names where a
    vehicle was seen since, by its alert."""
    worst: dict[str, Alert] = {}
    for alert in sorted(alerts, key=lambda a: (a.level, not a.is_signed, a.raised_at)):
        if alert.scene == "checkpoints" and alert.is_open and alert.visibility is Visibility.VISIBLE:
            worst[seen_at.get(alert.id, checkpoint_of(alert))] = alert
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
