"""What single cameras add to their checkpoints and to the line of all devices."""

from __future__ import annotations

from dataclasses import replace

from services.collect.camera_summaries import by_checkpoint, compared, judged
from services.domain.passage import Checkpoint, CheckpointStatus, DeviceHealth
from services.domain.recognition import CameraHealth

POINT = Checkpoint("c1", "下陈", 121.45, 28.6, 4, CheckpointStatus.ONLINE, clock_drift_s=0.0)
CAMERA = CameraHealth("d1", "c1", "下陈", True, poor_images_pct=4.0, frozen_min=0.0)
HEALTH = DeviceHealth(1, 1)


def health(*cameras: CameraHealth, point: Checkpoint = POINT) -> tuple[int | None, str]:
    found = judged(HEALTH, [point], by_checkpoint(cameras))
    return found.poor_image, found.poor_image_note


def test_that_a_checkpoint_shows_the_worst_of_its_clocks():
    clocks = [replace(CAMERA, id=str(s), clock_ahead_s=s, clock_error_s=0.2) for s in (0.3, -1.5)]
    assert compared(POINT, clocks).clock_drift_s == -1.5
    assert compared(POINT, [replace(clocks[0], clock_error_s=2.0)]) == POINT
    assert compared(POINT, clocks[:1]).clock_drift_s == 0.0, "no larger than chance"
    silent = replace(POINT, status=CheckpointStatus.SILENT, clock_drift_s=None)
    assert compared(silent, clocks) == silent


def test_that_poor_pictures_are_counted_and_the_worst_is_named():
    worse = replace(CAMERA, id="d2", poor_images_pct=48.0)
    assert health(CAMERA) == (0, "")
    assert health(replace(CAMERA, poor_images_pct=25.0), worse) == (2, "下陈 48 % 读不清")


def test_that_a_frozen_reading_is_named_before_a_poor_picture():
    frozen = replace(CAMERA, id="d2", frozen_min=12.0, frozen_sign="尾气读数")
    assert health(replace(CAMERA, poor_images_pct=90.0), frozen) == (2, "下陈 尾气读数不变 12 分")


def test_that_cameras_nothing_is_known_of_are_unknown():
    assert health(replace(CAMERA, poor_images_pct=None, frozen_min=None)) == (None, "")
    assert health(CAMERA, point=replace(POINT, status=CheckpointStatus.SILENT)) == (None, "")
