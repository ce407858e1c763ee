"""Optional raster tiles: MBTiles files of the office, or an XYZ/WMTS template with the customer's key."""

from __future__ import annotations

import math
import queue
import sqlite3
import threading
import urllib.request
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from widgets.map.projection import Viewport

TILE = 256
_KEEP = 400
_TIMEOUT_S = 8

Address = tuple[int, int, int]  # zoom, column, row from the north
Load = Callable[[Address], bytes | None]


class TileError(ValueError):
    """Tiles that cannot be used; the message says why in Chinese."""


class Tiles:
    """Pull-based: ``paint`` draws what is there and asks for the rest, a thread of its own fetches,
    and the map's tick learns from ``arrived`` that a repaint is worth while. No signal crosses a thread."""

    def __init__(self, load: Load, least: int = 0, most: int = 18) -> None:
        self._load = load
        self._least, self._most = least, most
        self._kept: OrderedDict[Address, QImage | None] = OrderedDict()
        self._lock = threading.Lock()
        self._asked: set[Address] = set()
        self._wanted: queue.LifoQueue[Address | None] = queue.LifoQueue()
        self._new = False
        self._thread = threading.Thread(target=self._fetch, name="tiles", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._wanted.put(None)
        self._thread.join()

    def arrived(self) -> bool:
        """Whether a tile came in since the last time of asking."""
        with self._lock:
            new, self._new = self._new, False
        return new

    def paint(self, painter: QPainter, view: Viewport) -> None:
        level = min(self._most, max(self._least, round(math.log2(view.zoom / TILE))))
        count = 1 << level
        side = view.zoom / count
        left, top = (view.x - view.width / 2 / view.zoom) * count, (view.y - view.height / 2 / view.zoom) * count
        for column in range(max(0, int(left)), min(count, int(left + view.width / side) + 2)):
            for row in range(max(0, int(top)), min(count, int(top + view.height / side) + 2)):
                image = self._tile((level, column, row))
                if image is not None:
                    target = QRectF((column - left) * side, (row - top) * side, side, side)
                    painter.drawImage(target, image)

    def _tile(self, address: Address) -> QImage | None:
        with self._lock:
            if address in self._kept:
                self._kept.move_to_end(address)
                return self._kept[address]
            if address not in self._asked:
                self._asked.add(address)
                self._wanted.put(address)
        return None

    def _fetch(self) -> None:
        while (address := self._wanted.get()) is not None:
            body = self._load(address)
            image = QImage.fromData(body) if body else None
            with self._lock:
                self._asked.discard(address)
                self._kept[address] = image if image is not None and not image.isNull() else None
                while len(self._kept) > _KEEP:
                    self._kept.popitem(last=False)
                self._new = True


def tiles_from(settings: Mapping[str, Any]) -> Tiles | None:
    """``[map]`` of the site file: ``mbtiles`` (a file) or ``template`` with ``key`` and ``datum``.

    None when neither is set: then nothing is ever fetched. Raises TileError for GCJ-02 or BD-09
    tiles, which stand up to 1.1 km off and would put every mark on the wrong street.
    """
    if "mbtiles" in settings:
        return Tiles(mbtiles(Path(settings["mbtiles"])))
    if "template" in settings:
        if settings.get("datum", "") not in ("WGS-84", "CGCS2000"):
            raise TileError('瓦片须声明坐标系 datum = "WGS-84" 或 "CGCS2000"；火星坐标与百度坐标不可用。')
        return Tiles(template(str(settings["template"]), str(settings.get("key", ""))))
    return None


def mbtiles(path: Path) -> Load:
    """Tiles of an MBTiles file; its rows count from the south. Raises TileError when there is none."""
    if not path.is_file():
        raise TileError(f"找不到瓦片文件 {path}")

    def load(address: Address) -> bytes | None:
        zoom, column, row = address
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (zoom, column, (1 << zoom) - 1 - row),
            ).fetchone()
        return found[0] if found else None

    return load


def template(url: str, key: str) -> Load:
    """An address with ``{z} {x} {y}`` and ``{key}``, http or https."""
    if not url.startswith(("http://", "https://")) or not all(part in url for part in ("{z}", "{x}", "{y}")):
        raise TileError("瓦片地址须以 http 开头并含 {z} {x} {y}。")

    def load(address: Address) -> bytes | None:
        zoom, column, row = address
        filled = url.replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(row))
        try:
            with urllib.request.urlopen(filled.replace("{key}", key), timeout=_TIMEOUT_S) as reply:
                return reply.read()
        except OSError:
            return None

    return load
