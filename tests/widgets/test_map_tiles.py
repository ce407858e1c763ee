"""Optional tiles: from a file, from an address; never from an unknown datum, never unasked."""

import sqlite3
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QEvent, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter

from services.domain.datum import Datum, wgs_to_gcj
from widgets.look import Face, make_look
from widgets.map.basemap import read_coast
from widgets.map.projection import Viewport, distance_m, world
from widgets.map.tiles import TileError, Tiles, mbtiles, template, tiles_from
from widgets.map.view import MapView

VIEW = Viewport.around(121.40, 28.50, 121.70, 28.70, 400, 300)
COLOUR = QColor(12, 200, 90)


@pytest.fixture
def made():
    """Tiles that are stopped, and their thread awaited, when the test ends."""
    everything: list[Tiles] = []
    yield everything.append
    for tiles in everything:
        tiles.stop()
        tiles._thread.join(3)
        assert not tiles._thread.is_alive()


def png(colour=COLOUR):
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(colour)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


@pytest.fixture
def file(tmp_path):
    """An MBTiles file with every tile of zoom 9 and 10 round the bay."""
    path = tmp_path / "bay.mbtiles"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
    body = png()
    for zoom in (9, 10):
        x, y = world(121.55, 28.6)
        column, row = int(x * 2**zoom), int(y * 2**zoom)
        for dx in range(-3, 4):
            for dy in range(-3, 4):
                flipped = 2**zoom - 1 - (row + dy)
                database.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (zoom, column + dx, flipped, body))
    database.commit()
    database.close()
    return path


def painted(tiles, view=VIEW):
    picture = QImage(view.width, view.height, QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    tiles.paint(painter, view)
    painter.end()
    return picture


def wait(tiles):
    """Until nothing is asked for any more; the test's time limit ends it otherwise."""
    while tiles.is_waiting:
        threading.Event().wait(0.005)


def test_that_nothing_set_fetches_nothing():
    before = threading.active_count()
    assert tiles_from({}) is None
    assert threading.active_count() == before


def test_that_tiles_of_a_file_cover_the_window_once_they_arrived(qapp, file, made):
    tiles = tiles_from({"mbtiles": str(file)})
    made(tiles)
    assert painted(tiles).pixelColor(200, 150) == QColor(0, 0, 0)
    wait(tiles)
    assert tiles.arrived() and not tiles.arrived()
    picture = painted(tiles)
    assert all(picture.pixelColor(x, y) == COLOUR for x in range(0, 400, 13) for y in range(0, 300, 13))


def test_that_a_folder_stands_for_the_file_in_it(qapp, file, made):
    tiles = tiles_from({"mbtiles": str(file.parent)})
    made(tiles)
    assert (tiles._least, tiles._most) == (9, 10)


def test_that_rows_of_a_file_count_from_the_south(file):
    x, y = world(121.55, 28.6)
    load = mbtiles(file)
    assert load((10, int(x * 1024), int(y * 1024))) == png()
    assert load((10, int(x * 1024), 1023 - int(y * 1024))) is None


@pytest.mark.parametrize("content", [None, b"no database at all, but long enough to be looked at" * 20])
def test_that_a_bad_file_is_refused_with_its_name(tmp_path, content):
    path = tmp_path / "bad.mbtiles"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TileError, match=r"bad\.mbtiles"):
        tiles_from({"mbtiles": str(path)})


@pytest.mark.parametrize("datum", [None, "", "BD-09", "火星"])
def test_that_a_template_of_undeclared_or_unusable_datum_is_refused(datum):
    settings = {"template": "http://127.0.0.1/{z}/{x}/{y}"} | ({} if datum is None else {"datum": datum})
    with pytest.raises(TileError, match="坐标系"):
        tiles_from(settings)


@pytest.mark.parametrize("address", ["file:///etc/{z}{x}{y}", "http://127.0.0.1/{z}/{x}"])
def test_that_a_template_must_be_a_web_address_with_its_three_numbers(address):
    with pytest.raises(TileError, match="http"):
        tiles_from({"template": address, "datum": "CGCS2000"})


def test_that_tiles_of_gcj02_are_moved_back_to_where_they_belong(qapp, made):
    asked: list[tuple[int, int, int]] = []
    centre = (121.43, 28.66)
    view = Viewport(*map(float, world(*centre)), 256.0 * 2**17, 64, 64)
    for datum in (Datum.WGS84, Datum.GCJ02):
        tiles = Tiles(asked.append, 17, 17, datum)
        made(tiles)
        painted(tiles, view)
        wait(tiles)
    lon, lat = (float(v) for v in wgs_to_gcj(*centre))
    assert 400 < distance_m(centre, (lon, lat)) < 700
    x, y = world(lon, lat)
    assert (17, int(x * 2**17), int(y * 2**17)) in asked


def test_that_an_address_is_filled_with_numbers_and_key_and_its_failure_is_no_tile(qapp):
    heard: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            if "/9/" in self.path:
                self.send_error(500)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"picture")

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        load = template(f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}?tk={{key}}", "s3cret")
        assert load((7, 5, 3)) == b"picture"
        assert load((9, 5, 3)) is None
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
    assert heard == ["/7/5/3?tk=s3cret", "/9/5/3?tk=s3cret"]
    assert load((7, 5, 3)) is None


def test_that_a_missing_tile_is_not_asked_for_with_every_paint(qapp, made):
    asked = []
    tiles = Tiles(asked.append, 10, 10)
    made(tiles)
    for _ in range(5):
        painted(tiles)
        wait(tiles)
    assert len(asked) == len(set(asked))
    assert not tiles.arrived()


def test_that_a_map_takes_arrived_tiles_in_at_its_tick_and_stops_them_when_it_closes(qtbot, file):
    tiles = tiles_from({"mbtiles": str(file), "attribution": "天地图"})
    view = MapView(make_look(Face.DESK), read_coast(), tiles=tiles)
    view.resize(400, 300)
    view.fit(121.40, 28.50, 121.70, 28.70)
    view.grab()
    wait(tiles)
    view.tick(datetime.now(UTC))
    assert view.grab().toImage().pixelColor(30, 30) == COLOUR
    assert view.attribution().endswith("天地图")
    view.deleteLater()
    deadline = time.monotonic() + 3
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    tiles._thread.join(max(0.0, deadline - time.monotonic()))
    assert not tiles._thread.is_alive()
