"""Small days of the fleet for the planner's tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from services.planning.problem import METRES_PER_NM, Boat, Depot, Job, Problem

METRE_A_SECOND = 3600 / METRES_PER_NM  # knots
DAY_S = 36_000


def line(*at: int) -> np.ndarray:
    """Places on a straight line, in metres."""
    where = np.array(at, np.int64)
    return np.abs(where[:, None] - where[None, :])


def small_day() -> Problem:
    """Two boats at the depot (place 0), four requests up the coast; everything fits."""
    boats = tuple(
        Boat(name, METRE_A_SECOND, (1000, 100), (0, 0), 0, 0, DAY_S, (0,), max_trips=3) for name in ("甲", "乙")
    )
    jobs = tuple(
        Job(
            f"S{i}",
            i,
            (400, 10),
            windows=((0, 9_000),),
            service_s=300,
            prize=50_000,
            pinned_boat="乙" if i == 4 else None,
        )
        for i in (1, 2, 3, 4)
    )
    depot = Depot("仓", 0, (5000, 500), unload_s=600, windows=((0, DAY_S),))
    return Problem(line(0, 1000, 2000, 3000, 4000), boats, (depot,), jobs, ("含油污水", "生活垃圾"))


@st.composite
def days(draw: st.DrawFn) -> Problem:
    """Anything a keeper could pose: tight rooms, loads on board, pins, lists, closed depots, short duties."""
    depots, boats, jobs = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(0, 7))
    size = depots + boats + jobs
    where = draw(st.lists(st.integers(0, 20_000), min_size=size, max_size=size))
    names = [f"船{i}" for i in range(boats)]
    windows = st.sampled_from([(), ((0, DAY_S),), ((1000, 4000),), ((500, 2500), (9000, 12_000))])
    kg = st.integers(0, 600)
    fleet = []
    for i, name in enumerate(names):
        capacity = (draw(st.sampled_from([500, 1500])), draw(st.sampled_from([0, 300])))
        ends = draw(st.sets(st.integers(0, depots - 1), min_size=1))
        load = (draw(st.integers(0, capacity[0])), 0)
        free, duty = draw(st.sampled_from([0, 700, 3000, 40_000])), draw(st.sampled_from([2000, 20_000, DAY_S]))
        speed, trips = draw(st.sampled_from([6.0, METRE_A_SECOND, 11.5])), draw(st.integers(1, 4))
        fleet.append(Boat(name, speed, capacity, load, depots + i, free, duty, tuple(sorted(ends)), trips))
    rooms = st.one_of(st.none(), st.tuples(st.integers(0, 2500), st.integers(0, 500)))
    stores = [Depot(f"仓{d}", d, draw(rooms), draw(st.integers(0, 900)), draw(windows)) for d in range(depots)]
    wanted = [
        Job(
            f"S{j}",
            depots + boats + j,
            (draw(kg), draw(st.sampled_from([0, 0, 120]))),
            draw(windows),
            draw(st.integers(0, 1200)),
            draw(st.sampled_from([0, 3000, 30_000])),
            draw(st.sampled_from([None, None, frozenset(names[:1]), frozenset(names)])),
            draw(st.sampled_from([None, None, None, names[-1]])),
        )
        for j in range(jobs)
    ]
    cut = draw(st.sampled_from([frozenset[int](), frozenset({size - 1})]))
    return Problem(line(*where), tuple(fleet), tuple(stores), tuple(wanted), ("含油污水", "生活垃圾"), unreachable=cut)
