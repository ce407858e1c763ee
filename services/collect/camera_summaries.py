"""What single cameras add to their checkpoints and to the line of all devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.collect.camera_health import told_drift
from services.domain.passage import Checkpoint, CheckpointStatus, DeviceHealth
from services.domain.recognition import CameraHealth

POOR_PCT = 20.0  # of a camera's vehicles whose plate was not read whole or with low confidence
FROZEN_MIN = 10.0  # R-CKP-22F

Cameras = Mapping[str, Sequence[CameraHealth]]


def by_checkpoint(cameras: Sequence[CameraHealth]) -> Cameras:
    found: dict[str, list[CameraHealth]] = {}
    for camera in cameras:
        found.setdefault(camera.checkpoint_id, []).append(camera)
    return found


def compared(point: Checkpoint, cameras: Sequence[CameraHealth]) -> Checkpoint:
    """With the drift of its worst clock, where vehicles that others saw as well have told one: 0 when it is
    no larger than chance."""
    told = [_seen(camera, drift) for camera in cameras if (drift := told_drift(camera)) is not None]
    if point.status is not CheckpointStatus.ONLINE or not told:
        return point
    return replace(point, clock_drift_s=max(told, key=abs))


def judged(health: DeviceHealth, points: Sequence[Checkpoint], cameras: Cameras) -> DeviceHealth:
    """With how many checkpoints have poor pictures or frozen readings; unknown while nothing is known of any."""
    poor: list[tuple[float, str]] = []
    frozen: list[tuple[float, str]] = []
    known = False
    for point in (point for point in points if point.status is CheckpointStatus.ONLINE):
        for camera in cameras.get(point.id, ()):
            known = known or camera.poor_images_pct is not None or camera.frozen_min is not None
            if camera.frozen_min is not None and camera.frozen_min >= FROZEN_MIN:
                frozen.append((camera.frozen_min, f"{point.name} {camera.frozen_sign}不变 {camera.frozen_min:.0f} 分"))
            elif camera.poor_images_pct is not None and camera.poor_images_pct > POOR_PCT:
                poor.append((camera.poor_images_pct, f"{point.name} {camera.poor_images_pct:.0f} % 读不清"))
    if not known:
        return health
    worst = max(frozen, default=None) or max(poor, default=(0.0, ""))
    return replace(health, poor_image=len(poor) + len(frozen), poor_image_note=worst[1])


def _seen(camera: CameraHealth, drift_s: float) -> float:
    return drift_s if abs(drift_s) > 2 * (camera.clock_error_s or 0.0) else 0.0
