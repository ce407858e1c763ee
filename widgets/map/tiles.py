"""Optional raster tiles: MBTiles files of the office, or an XYZ/WMTS template with the customer's key."""

from __future__ import annotations

import math
import queue
import sqlite3
import threading
import time
import urllib.request
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from services.domain.datum import Datum, wgs_to_gcj
from widgets.map.projection import Viewport, lonlat

TILE = 256
_KEEP = 400
_TIMEOUT_S = 8
_AGAIN_S = 60.0

Address = tuple[int, int, int]  # zoom, column, row from the north
Load = Callable[[Address], bytes | None]


class TileError(ValueError):
    """Tiles that cannot be used; the message says why in Chinese."""


class Tiles:
    """Pull-based: ``paint`` draws what is there and asks for the rest, a thread of its own fetches,
    and the map's tick learns from ``arrived`` that a repaint is worth while. No signal crosses a thread.

    A tile that could not be had leaves the base map showing; it is asked for again after ``_AGAIN_S``.
    """

    def __init__(
        self, load: Load, least: int = 0, most: int = 18, datum: Datum = Datum.WGS84, attribution: str = ""
    ) -> None:
        self.attribution = attribution
        self._load = load
        self._least, self._most = least, most
        self._datum = datum
        self._kept: OrderedDict[Address, tuple[QImage | None, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._asked: set[Address] = set()
        self._wanted: queue.LifoQueue[Address | None] = queue.LifoQueue()
        self._new = False
        self._stopped = False
        self._thread = threading.Thread(target=self._fetch, name="tiles", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after the tile it is at; does not wait for it."""
        self._stopped = True
        self._wanted.put(None)

    def arrived(self) -> bool:
        """Whether a tile came in since the last time of asking."""
        with self._lock:
            new, self._new = self._new, False
        return new

    @property
    def is_waiting(self) -> bool:
        with self._lock:
            return bool(self._asked) and not self._stopped

    def paint(self, painter: QPainter, view: Viewport) -> None:
        view = _shifted(view, self._datum)
        level = min(self._most, max(self._least, round(math.log2(view.zoom / TILE))))
        count = 1 << level
        side = view.zoom / count
        left, top = (view.x - view.width / 2 / view.zoom) * count, (view.y - view.height / 2 / view.zoom) * count
        for column in range(max(0, math.floor(left)), min(count, math.ceil(left + view.width / side))):
            for row in range(max(0, math.floor(top)), min(count, math.ceil(top + view.height / side))):
                image = self._tile((level, column, row))
                if image is not None:
                    x, y = (column - left) * side, (row - top) * side
                    target = QRectF(x, y, side, side).toAlignedRect()  # whole px leave no seams
                    painter.drawImage(target, image)

    def _tile(self, address: Address) -> QImage | None:
        with self._lock:
            image, asked_at = self._kept.get(address, (None, -math.inf))
            if address in self._kept:
                self._kept.move_to_end(address)
            overdue = image is None and time.monotonic() - asked_at > _AGAIN_S
            if overdue and address not in self._asked and not self._stopped:
                self._asked.add(address)
                self._wanted.put(address)
        return image

    def _fetch(self) -> None:
        while not self._stopped and (address := self._wanted.get()) is not None:
            body = self._load(address)
            image = QImage.fromData(body) if body else QImage()
            with self._lock:
                self._asked.discard(address)
                self._kept[address] = (None if image.isNull() else image, time.monotonic())
                while len(self._kept) > _KEEP:
                    self._kept.popitem(last=False)
                self._new = self._new or not image.isNull()


def _shifted(view: Viewport, datum: Datum) -> Viewport:
    """The view in the tiles' own datum. The shift varies by metres across a window: its middle's is used."""
    if datum is Datum.WGS84:
        return view
    lon, lat = lonlat(view.x, view.y)
    there_lon, there_lat = wgs_to_gcj(lon, lat)
    return view.centred(float(there_lon), float(there_lat))


def tiles_from(settings: Mapping[str, Any]) -> Tiles | None:
    """``[map]`` of the site file: ``mbtiles`` (a file, or a folder of one) or ``template`` with ``key``.

    ``datum`` is WGS-84, CGCS2000 or GCJ-02 (moved back when drawn). A template must declare it: tiles
    whose datum nobody knows may stand half a kilometre off, and BD-09 is another tiling altogether.
    None when neither is set: then nothing is ever fetched. Raises TileError.
    """
    if "mbtiles" not in settings and "template" not in settings:
        return None
    attribution = str(settings.get("attribution", ""))
    if "mbtiles" in settings:
        path = mbtiles_file(Path(str(settings["mbtiles"])))
        least, most = mbtiles_levels(path)
        return Tiles(mbtiles(path), least, most, _datum(settings.get("datum", Datum.WGS84)), attribution)
    load = template(str(settings["template"]), str(settings.get("key", "")))
    least, most = int(settings.get("least_zoom", 0)), int(settings.get("most_zoom", 18))
    return Tiles(load, least, most, _datum(settings.get("datum")), attribution)


def _datum(word: object) -> Datum:
    if word in (Datum.WGS84, Datum.CGCS2000):
        return Datum.WGS84
    if word == Datum.GCJ02:
        return Datum.GCJ02
    raise TileError(f"瓦片须声明坐标系 datum（WGS-84、CGCS2000 或 GCJ-02；百度瓦片不可用），收到 {word!r}。")


def mbtiles_file(path: Path) -> Path:
    """The file itself, or the first of a folder. Raises TileError when there is none."""
    files = sorted(path.glob("*.mbtiles")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise TileError(f"找不到瓦片文件 {path}。")
    return files[0]


def mbtiles_levels(path: Path) -> tuple[int, int]:
    """The lowest and highest zoom of the file. Raises TileError when it is no MBTiles file or is empty."""
    try:
        with closing(_opened(path)) as database:
            least, most = database.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
    except sqlite3.DatabaseError as error:
        raise TileError(f"{path} 不是 MBTiles 文件：{error}。") from None
    if least is None:
        raise TileError(f"{path} 中没有瓦片。")
    return least, most


def mbtiles(path: Path) -> Load:
    """Tiles of an MBTiles file; its rows count from the south. A file that breaks later gives no tiles."""

    def load(address: Address) -> bytes | None:
        zoom, column, row = address
        try:
            with closing(_opened(path)) as database:
                found = database.execute(
                    "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                    (zoom, column, (1 << zoom) - 1 - row),
                ).fetchone()
        except sqlite3.DatabaseError:
            return None
        return found[0] if found else None

    return load


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def template(url: str, key: str) -> Load:
    """An address with ``{z} {x} {y}`` and ``{key}``, http or https. What cannot be fetched is no tile."""
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
