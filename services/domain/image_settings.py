"""How long pictures are kept, where, and how much room they may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEYS = ("folder", "keep_days", "most_gb")


@dataclass(frozen=True, slots=True)
class ImageSettings:
    """``folder`` is ``""`` for the place beside the store. ``most_gb`` are 10⁹ bytes."""

    folder: str = ""
    keep_days: int = 30
    most_gb: float = 50.0


def images_from(table: Mapping[str, Any]) -> ImageSettings:
    """The table ``[images]``. Raises ValueError that names the key and what it may be."""
    for key in table:
        if key not in KEYS:
            raise ValueError(f"不认识的键 images.{key}，可用：{'、'.join(KEYS)}")
    made = ImageSettings(**table)
    if not isinstance(made.folder, str):
        raise ValueError(f"images.folder 须为文件夹路径，现为 {made.folder!r}")
    if isinstance(made.keep_days, bool) or not isinstance(made.keep_days, int) or not 1 <= made.keep_days <= 3650:
        raise ValueError(f"images.keep_days 须为 1 至 3650 的整数天数，现为 {made.keep_days!r}")
    if isinstance(made.most_gb, bool) or not isinstance(made.most_gb, int | float) or not 0 < made.most_gb <= 100_000:
        raise ValueError(f"images.most_gb 须为 0 至 100000 的数，现为 {made.most_gb!r}")
    return made
