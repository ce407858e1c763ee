"""When something happened, by whatever its object tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.domain.passage import TimeFlag
from services.receivers.viid_pictures import as_sub_image, shot_times
from services.receivers.viid_time import FAST_CLOCK, read_moment
from services.receivers.viid_values import word

_SEEN = ("ShotTime", "PersonAppearTime", "FaceAppearTime", "AppearTime", "LocationMarkTime", "PassTime", "MarkTime")
NAMES: Mapping[str, tuple[str, ...]] = {
    "MotorVehicle": ("PassTime",),
    "NonMotorVehicle": ("PassTime", *_SEEN),
    "DispositionNotification": ("TriggerTime",),
}
WHY = {"no_pass_time": "没有过车时间，图片也没有拍摄时间", "bad_time": "过车时间读不懂"}


def happened_at(value: Mapping[str, Any], kind: str, received_at: datetime) -> tuple[datetime, TimeFlag] | str:
    """The moment and how we know it, or the reason code of ``WHY``."""
    given = [text for name in NAMES.get(kind, _SEEN) if (text := word(value, name))]
    for text in given:
        if read := read_moment(text):
            break
    else:
        shots = [read[0] for text in _shots(value) if (read := read_moment(text))]
        if not shots:
            return "bad_time" if given else "no_pass_time"
        read = (min(shots), TimeFlag.FROM_IMAGE)
    at, flag = read
    return (at, TimeFlag.AHEAD) if at > received_at + FAST_CLOCK else (at, flag)


def _shots(value: Mapping[str, Any]) -> list[str]:
    return shot_times(value) or ([text] if (text := word(as_sub_image(value), "ShotTime")) else [])
