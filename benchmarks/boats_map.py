"""The sea map under a hand that pans it: 50,000 boats, 200 hand-ins, 30 ways round the islands, all names.

Every frame pans the view, and paints base map, ways, fleet, marks, names and the scale bar, 1280×800 px; every
tenth moves every boat. The peer draws 50,000 bare triangles with pyqtgraph's scatter in the same run.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import count, pairwise
from typing import cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.boats_water import COAST, EXACT, sea_points
from benchmarks.map import BAY, NOW, STEPS, frames, ours, painter_of, scatter, voyage
from services.domain.boats import HandInRequest, HandInState, Pollutant, StateAt
from services.domain.fleet import Fleet
from services.planning.water import Place, WaterDistance
from services.planning.water_land import build_land
from services.planning.water_settings import WaterSettings
from widgets.look import load_fonts
from widgets.map.items import Line
from widgets.map.view import MapView
from widgets.sea_marks import request_marks

GOAL_FPS = 30


def figures(arguments: Sequence[str]) -> Iterator[dict[str, object]]:
    options = argparse.ArgumentParser(prog="python -m benchmarks.boats --only map")
    options.add_argument("--boats", type=int, default=50_000)
    options.add_argument("--requests", type=int, default=200)
    options.add_argument("--ways", type=int, default=30)
    options.add_argument("--seconds", type=float, default=4.0)
    asked = options.parse_args(arguments)
    app = QApplication.instance() or QApplication([])
    load_fonts()
    fleets = voyage(asked.boats)
    water = WaterDistance.open(COAST.read_bytes(), WaterSettings(margin_m=150, tolerance_m=50))
    draw, view = sea_map(fleets, water, asked.requests, asked.ways)
    our_ms, rate = frames(draw, asked.seconds)
    names = len(view._layout.places)
    yield {
        "bench": "sea_map_pan", "way": "ours", "boats": asked.boats, "requests": asked.requests, "ways": asked.ways,
        "names_shown": names, "cpu_ms_per_frame": round(our_ms, 2), "frames_per_s": round(rate, 1),
        "frames_per_cpu_s": round(1000 / our_ms, 1), "goal": GOAL_FPS,
    }  # fmt: skip
    view.deleteLater()
    draw, plot = scatter(fleets)
    peer_ms, rate = frames(draw, asked.seconds)
    plot.deleteLater()
    app.processEvents()
    yield {
        "bench": "sea_map_pan", "way": "pyqtgraph_scatter", "boats": asked.boats,
        "cpu_ms_per_frame": round(peer_ms, 2), "frames_per_s": round(rate, 2),
        "frames_per_cpu_s": round(1000 / peer_ms, 1), "ratio_to_ours": round(peer_ms / our_ms, 1),
    }  # fmt: skip


def sea_map(
    fleets: Sequence[Fleet], water: WaterDistance, requests: int, ways: int
) -> tuple[Callable[[], None], MapView]:
    _, widget = ours(fleets)
    view = cast(MapView, widget)
    spread = sea_points(build_land(COAST.read_bytes(), EXACT), 3 * requests)
    points = [p for p in spread if BAY[0] < p[0] < BAY[2] and BAY[1] < p[1] < BAY[3]]
    filed = [hand_in(number, at) for number, at in enumerate(points[:requests], 1)]
    view.set_marks("申请", request_marks(filed, {}, None, NOW))
    view.set_lines("航线", [planned(at, points[at::ways][:6], water) for at in range(ways)])
    paint, step = painter_of(view), count(1)

    def draw() -> None:
        number = next(step)
        way = 4 if number % 40 < 20 else -4
        view.pan(way, way / 2)
        if number % 10 == 0:
            view.set_fleet(fleets[number // 10 % STEPS], NOW + timedelta(seconds=number // 10 % STEPS + 1))
        paint()

    return draw, view


def planned(number: int, stops: Sequence[Place], water: WaterDistance) -> Line:
    way = [place for a, b in pairwise(stops) for place in water.way(a, b) or ()]
    return Line(f"V{number}", tuple(way), "route" if number == 0 else "faint", arrow=number == 0)


def hand_in(number: int, at: Place) -> HandInRequest:
    waited = timedelta(minutes=float(np.random.default_rng(number).uniform(0, 30)))
    state = HandInState.ACCEPTED if number % 3 else HandInState.ASSIGNED
    return HandInRequest(
        f"SQ-20261121-{number}", f"{number:02d}", "", "浙椒渔 61027", Pollutant.OILY_WATER, 0.4, "", *at,
        in_port=False, channel="zlb", state=state, history=(StateAt(state, NOW - waited),),
    )  # fmt: skip
