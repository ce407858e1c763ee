"""Pictures too large for Qt's own cache, kept for all maps of the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from functools import cache

from PySide6.QtGui import QPixmap

BASES_BYTES = 96 * 2**20  # five bases of a 3840 px wall's larger map, or twenty of a desk's


class Pictures:
    """Holds at most so many bytes of pictures; what was asked for longest ago goes first.

    A kept picture is shared: nobody may paint on it.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._held = 0
        self._kept: OrderedDict[Hashable, QPixmap] = OrderedDict()

    def find(self, key: Hashable) -> QPixmap | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: Hashable, picture: QPixmap) -> None:
        self._forget(key)
        if _bytes(picture) > self._most_bytes:
            return
        self._kept[key] = picture
        self._held += _bytes(picture)
        while self._held > self._most_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        if key in self._kept:
            self._held -= _bytes(self._kept.pop(key))


@cache
def base_pictures() -> Pictures:
    """Base pictures of the views that scenes open with, so that coming back to a scene draws none."""
    return Pictures(BASES_BYTES)


def _bytes(picture: QPixmap) -> int:
    return picture.width() * picture.height() * picture.depth() // 8
