"""卡口设备: every camera with what it reads, whether it froze and how far its clock is off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.camera_clock import Drift
from services.domain.recognition import CameraHealth
from services.domain.snapshot import Snapshot
from widgets.look import Look
from widgets.table import TablePane

COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"title": "卡口", "field": "name", "width": 104, "ink": "text"},
    {"title": "异常", "field": "trouble", "stretch": 1.6, "missing": "blank"},
    {"title": "最近", "field": "last_heard", "format": "time", "width": 72, "missing": "dash"},
    {"title": "读全 %", "field": "now_pct", "format": "number", "decimals": 1, "align": "right", "width": 60},
    {"title": "日间", "field": "day_pct", "format": "number", "decimals": 1, "align": "right", "width": 52},
    {"title": "夜间", "field": "night_pct", "format": "number", "decimals": 1, "align": "right", "width": 52},
    {"title": "读不清 %", "field": "poor_pct", "format": "number", "align": "right", "width": 62},
    {"title": "时钟偏差 秒", "field": "clock", "align": "right", "width": 98},
)
READ_PCT = 90.0  # R-CKP-22R
POOR_PCT = 20.0
DRIFT_S = 1.0  # R-CKP-22C
FROZEN_MIN = 10.0  # R-CKP-22F


@dataclass(frozen=True, slots=True)
class CameraRow:
    """A camera as a line of the table; ``trouble`` says everything that is over a limit."""

    id: str
    checkpoint_id: str
    name: str
    trouble: str | None
    last_heard: datetime | None
    now_pct: float | None
    day_pct: float | None
    night_pct: float | None
    poor_pct: float | None
    clock: str | None


class CamerasPane(TablePane):
    """Topic: ``cameras``. Those with trouble first, then by checkpoint; a row selects its checkpoint."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        fixed = {"columns": COLUMNS, "subject": "checkpoint", "subject_id": "checkpoint_id"}
        super().__init__(title, {"empty": "还没有相机上报", **options, **fixed}, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        cameras: Sequence[CameraHealth] = snapshot.records
        several = _named_twice(cameras)
        rows = [row_of(camera, with_number=camera.checkpoint_id in several) for camera in cameras]
        troubled = sum(row.trouble is not None for row in rows)
        self.note = f"{len(rows)} 台 · 异常 {troubled}" if rows else ""
        super().draw(replace(snapshot, records=tuple(sorted(rows, key=lambda row: (row.trouble is None, row.name)))))


def row_of(camera: CameraHealth, *, with_number: bool = False) -> CameraRow:
    """``with_number``: its checkpoint has several cameras, told apart by the end of their numbers."""
    name = camera.checkpoint_name or camera.checkpoint_id
    said = troubles(camera)
    return CameraRow(
        id=camera.id,
        checkpoint_id=camera.checkpoint_id,
        name=f"{name} {camera.id[-2:]}" if with_number else name,
        trouble=" · ".join(said) or None,
        last_heard=camera.last_heard,
        now_pct=camera.recognition_pct,
        day_pct=camera.recognition_day_pct,
        night_pct=camera.recognition_night_pct,
        poor_pct=camera.poor_images_pct,
        clock=clock_words(camera),
    )


def troubles(camera: CameraHealth) -> list[str]:
    """What is over a limit for sure. While the whole feed is cut nobody is called silent."""
    said: list[str] = []
    if camera.online is False:
        said.append("失联")
    if camera.clock_trusted is False:
        said.append("时钟不可信")
    elif drift_of(camera).beyond(DRIFT_S):
        said.append("时钟漂移")
    if camera.frozen_min is not None and camera.frozen_min >= FROZEN_MIN:
        said.append(f"{camera.frozen_sign}不变 {camera.frozen_min:.0f} 分")
    if camera.recognition_pct is not None and camera.recognition_pct < READ_PCT:
        said.append("识别率低")
    if camera.poor_images_pct is not None and camera.poor_images_pct > POOR_PCT:
        said.append("画质下降")
    return said


def drift_of(camera: CameraHealth) -> Drift:
    return Drift(camera.clock_ahead_s or 0.0, camera.clock_error_s or 0.0)


def clock_words(camera: CameraHealth) -> str | None:
    """``+0.4 ±0.2``: ahead, and one standard error."""
    if camera.clock_ahead_s is None or camera.clock_error_s is None:
        return None
    decimals = 0 if camera.clock_error_s >= 1 else 1
    return f"{camera.clock_ahead_s:+.{decimals}f} ±{camera.clock_error_s:.{decimals}f}"


def _named_twice(cameras: Sequence[CameraHealth]) -> frozenset[str]:
    seen: set[str] = set()
    return frozenset(c.checkpoint_id for c in cameras if c.checkpoint_id in seen or seen.add(c.checkpoint_id))
