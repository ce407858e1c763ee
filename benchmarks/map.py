"""CPU of one map frame: ours, pyqtgraph's scatter and folium rebuilt, on the same boats in the same run.

Every frame moves every boat, pans the view a little and paints 1280×800 px. Ours draws what the console
draws: base map, sprites by kind, code and heading, labels, scale bar. The scatter draws bare triangles on
an empty ground. folium builds its page anew, which is what an update costs it; a browser would still have
to load it.

    python -m benchmarks.map [--boats 4400 10000 50000] [--seconds 3] [--no-folium] [--profile]

One JSON line a figure. Needs no display; folium only for its own figures.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib.util
import json
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from services.domain.fleet import FLEET_DTYPE, Fleet
from widgets.look import Face, load_fonts, make_look
from widgets.map.basemap import read_coast
from widgets.map.places import read_places
from widgets.map.view import MapView

WIDTH, HEIGHT = 1280, 800
BAY = (121.35, 28.35, 122.05, 28.75)
NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)
STEPS = 20
FEWEST_FRAMES = 5


def voyage(boats: int, seed: int = 42) -> list[Fleet]:
    """The same fleet at ``STEPS`` moments, a second apart, as a store would hand them on."""
    chance = np.random.default_rng(seed)
    rows = np.zeros(boats, FLEET_DTYPE)
    rows["mmsi"] = 412_000_000 + np.arange(boats)
    rows["lon"] = chance.uniform(BAY[0], BAY[2], boats)
    rows["lat"] = chance.uniform(BAY[1], BAY[3], boats)
    rows["sog_kn"] = chance.uniform(0, 9, boats)
    rows["cog_deg"] = chance.uniform(0, 360, boats)
    rows["kind"] = chance.choice(4, boats, p=[0.94, 0.01, 0.01, 0.04])
    rows["code"] = chance.choice(4, boats, p=[0.02, 0.86, 0.09, 0.03])
    rows["at_ms"] = round(NOW.timestamp() * 1000)
    moments = []
    for _ in range(STEPS):
        rows = rows.copy()
        course = np.radians(rows["cog_deg"])
        way_deg = rows["sog_kn"] * (1 / 3600 / 60)
        rows["lat"] += way_deg * np.cos(course)
        rows["lon"] += way_deg * np.sin(course) / np.cos(np.radians(28.55))
        rows["cog_deg"] = (rows["cog_deg"] + 3) % 360
        rows["at_ms"] += 1000
        moments.append(Fleet(rows))
    return moments


def frames(draw: Callable[[], None], seconds: float) -> tuple[float, float]:
    """Median CPU ms a frame, and frames a second of the wall clock, after one frame to warm up."""
    draw()
    began = time.perf_counter()
    spent_ms: list[float] = []
    while len(spent_ms) < FEWEST_FRAMES or time.perf_counter() - began < seconds:
        cpu = time.process_time()
        draw()
        spent_ms.append((time.process_time() - cpu) * 1000)
    return statistics.median(spent_ms), len(spent_ms) / (time.perf_counter() - began)


def painter_of(widget: QWidget) -> Callable[[], None]:
    """Paints the widget into one picture of its size, as a window's backing store does."""
    picture = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)

    def paint() -> None:
        QWidget.render(widget, picture, QPoint())  # a QGraphicsView has another render of its own

    return paint


def ours(fleets: Sequence[Fleet]) -> tuple[Callable[[], None], QWidget]:
    view = MapView(make_look(Face.DESK), read_coast())
    view.resize(WIDTH, HEIGHT)
    view.fit(*BAY)
    view.set_marks("地名", read_places(("sea", "island", "town")))
    paint, step = painter_of(view), count(1)

    def draw() -> None:
        number = next(step)
        way = 4 if number % 40 < 20 else -4
        view.pan(way, way / 2)
        view.set_fleet(fleets[number % STEPS], NOW + timedelta(seconds=number % STEPS + 1))
        paint()

    return draw, view


def scatter(fleets: Sequence[Fleet]) -> tuple[Callable[[], None], QWidget]:
    plot = pg.PlotWidget()
    plot.resize(WIDTH, HEIGHT)
    plot.hideAxis("left")
    plot.hideAxis("bottom")
    points = pg.ScatterPlotItem(size=9, symbol="t1", pen=pg.mkPen("#7FA396"), brush=None)
    plot.addItem(points)
    plot.getViewBox().setRange(xRange=BAY[::2], yRange=BAY[1::2], padding=0)
    paint, step = painter_of(plot), count(1)

    def draw() -> None:
        number = next(step)
        way = 0.002 if number % 40 < 20 else -0.002
        plot.getViewBox().translateBy(x=way, y=way / 2)
        rows = fleets[number % STEPS].rows
        points.setData(x=rows["lon"], y=rows["lat"])
        paint()

    return draw, plot


def folium_page(rows: NDArray[np.void]) -> int:
    """Builds the page of a fleet; its size in bytes."""
    import folium  # pyright: ignore[reportMissingImports]  a peer, installed by the group bench alone

    page = folium.Map(location=(28.55, 121.7), zoom_start=11, tiles=None)
    for lat, lon in zip(rows["lat"].tolist(), rows["lon"].tolist(), strict=True):
        folium.CircleMarker((lat, lon), radius=3).add_to(page)
    return len(page.get_root().render().encode())


def tell(boats: int, way: str, cpu_ms: float, rate: float, ours_ms: float, **more: object) -> None:
    figure = {
        "bench": "map",
        "boats": boats,
        "way": way,
        "cpu_ms_per_frame": round(cpu_ms, 2),
        "frames_per_s": round(rate, 3),
        "ratio_to_ours": round(cpu_ms / ours_ms, 1),
        **more,
    }
    sys.stdout.write(json.dumps(figure, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def measure(boats: int, seconds: float, *, with_folium: bool) -> None:
    fleets = voyage(boats)
    draw, view = ours(fleets)
    our_ms, rate = frames(draw, seconds)
    tell(boats, "ours", our_ms, rate, our_ms)
    view.deleteLater()
    draw, plot = scatter(fleets)
    cpu_ms, rate = frames(draw, seconds)
    tell(boats, "pyqtgraph_scatter", cpu_ms, rate, our_ms)
    plot.deleteLater()
    if with_folium:
        began, cpu = time.perf_counter(), time.process_time()
        size = folium_page(fleets[0].rows)
        spent_ms = (time.process_time() - cpu) * 1000
        tell(boats, "folium_rebuilt", spent_ms, 1 / (time.perf_counter() - began), our_ms, html_bytes=size)


def profile(boats: int) -> None:
    draw, _ = ours(voyage(boats))
    draw()
    recorder = cProfile.Profile()
    recorder.enable()
    for _ in range(60):
        draw()
    recorder.disable()
    pstats.Stats(recorder, stream=sys.stdout).sort_stats("tottime").print_stats(18)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.map", description="CPU of one map frame, ours and others'"
    )
    parser.add_argument("--boats", type=int, nargs="+", default=[4_400, 10_000, 50_000])
    parser.add_argument("--seconds", type=float, default=3.0, help="of each native way")
    parser.add_argument("--no-folium", action="store_true")
    parser.add_argument("--profile", action="store_true", help="where our frame's time goes, and nothing else")
    asked = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    load_fonts()
    for boats in asked.boats:
        if asked.profile:
            profile(boats)
        else:
            measure(boats, asked.seconds, with_folium=not asked.no_folium and _has_folium())
    app.processEvents()


def _has_folium() -> bool:
    return importlib.util.find_spec("folium") is not None


if __name__ == "__main__":
    main()
