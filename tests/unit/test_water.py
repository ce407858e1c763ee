"""Ways over water: round islands, out of quays, never over land."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from services.planning.water import WaterDistance, WaterMatrix
from services.planning.water_gates import Gate, Gates, Tide
from services.planning.water_graph import key_of
from services.planning.water_land import build_land, read_rings
from services.planning.water_settings import NoGo, WaterError, WaterSettings, water_from, with_closed
from services.planning.water_sight import HaltedError
from services.planning.water_snap import Cut
from services.planning.water_soon import StraightDistance, WaterSoon

REAL = Path("resources/basemap/coast.geojson")


def square(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def coast(*rings: list[list[float]]) -> bytes:
    shapes = [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}} for ring in rings]
    return json.dumps({"type": "FeatureCollection", "features": shapes}).encode()


# A mainland in the west with a walled pond, and a long island in the bay.
MAINLAND = square(121.00, 28.00, 121.20, 29.00)
POND = [
    *([121.20, 28.60], [121.26, 28.60], [121.26, 28.66], [121.20, 28.66], [121.20, 28.65]),
    *([121.25, 28.65], [121.25, 28.61], [121.20, 28.61], [121.20, 28.60]),
]
ISLAND = square(121.50, 28.30, 121.52, 28.70)
BAY = coast(MAINLAND, POND, ISLAND)
WEST_OF_ISLAND, EAST_OF_ISLAND = (121.45, 28.50), (121.57, 28.50)


@pytest.fixture(scope="module")
def water() -> WaterDistance:
    return WaterDistance.open(BAY)


@pytest.fixture(scope="module")
def islands() -> bytes:
    """The real coast from 一江山 to 大陈, cut straight at its edges."""
    frame = shapely.box(121.62, 28.36, 121.98, 28.72)
    cut = [shapely.intersection(shapely.Polygon(ring), frame) for ring in read_rings(REAL.read_bytes())]
    parts = [part for piece in cut if not piece.is_empty for part in shapely.get_parts(piece)]
    corner = square(121.62, 28.36, 121.6201, 28.3601)  # the chart is as large as the frame
    return coast(corner, *[[list(p) for p in part.exterior.coords] for part in parts])


@pytest.fixture(scope="module")
def real(islands: bytes) -> WaterDistance:
    return WaterDistance.open(islands, WaterSettings(margin_m=90, tolerance_m=30))


def between(water: WaterDistance, a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(water.matrix([a, b]).metres[0, 1])


def geodesic(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Vincenty's inverse on WGS-84."""
    f, major = 1 / 298.257223563, 6_378_137.0
    minor = major * (1 - f)
    u1, u2 = (np.arctan((1 - f) * np.tan(np.radians(p[1]))) for p in (a, b))
    turn = lam = np.radians(b[0] - a[0])
    for _ in range(50):
        sin_s = np.hypot(np.cos(u2) * np.sin(lam), np.cos(u1) * np.sin(u2) - np.sin(u1) * np.cos(u2) * np.cos(lam))
        if sin_s == 0:
            return 0.0
        cos_s = np.sin(u1) * np.sin(u2) + np.cos(u1) * np.cos(u2) * np.cos(lam)
        s = np.arctan2(sin_s, cos_s)
        sin_a = np.cos(u1) * np.cos(u2) * np.sin(lam) / sin_s
        mid = cos_s - 2 * np.sin(u1) * np.sin(u2) / max(1 - sin_a**2, 1e-15)
        c = f / 16 * (1 - sin_a**2) * (4 + f * (4 - 3 * (1 - sin_a**2)))
        lam = turn + (1 - c) * f * sin_a * (s + c * sin_s * (mid + c * cos_s * (2 * mid**2 - 1)))
    u = (1 - sin_a**2) * (major**2 - minor**2) / minor**2
    big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    inner = mid + big_b / 4 * (cos_s * (2 * mid**2 - 1) - big_b / 6 * mid * (4 * sin_s**2 - 3) * (4 * mid**2 - 3))
    return float(minor * big_a * (s - big_b * sin_s * inner))


# -- the graph ------------------------------------------------------------------------------------


def test_that_a_way_over_open_water_is_straight_and_as_long_as_the_geodesic(water: WaterDistance) -> None:
    a, b = (121.60, 28.30), (121.80, 28.70)
    assert between(water, a, b) == pytest.approx(geodesic(a, b), rel=1e-4)


def test_that_a_way_goes_round_an_island_not_through_it(water: WaterDistance) -> None:
    over = geodesic(WEST_OF_ISLAND, EAST_OF_ISLAND)
    corners = (WEST_OF_ISLAND, (121.50, 28.70), (121.52, 28.70), EAST_OF_ISLAND)
    round_an_end = sum(geodesic(a, b) for a, b in itertools.pairwise(corners))
    assert between(water, WEST_OF_ISLAND, EAST_OF_ISLAND) > 3 * over
    assert between(water, WEST_OF_ISLAND, EAST_OF_ISLAND) == pytest.approx(round_an_end, rel=0.01)


def test_that_the_drawn_way_is_as_long_as_the_matrix_says(water: WaterDistance) -> None:
    way = water.way(WEST_OF_ISLAND, EAST_OF_ISLAND)
    assert way is not None
    assert way[0] == WEST_OF_ISLAND
    assert way[-1] == EAST_OF_ISLAND
    legs = sum(geodesic(a, b) for a, b in itertools.pairwise(way))
    assert legs == pytest.approx(between(water, WEST_OF_ISLAND, EAST_OF_ISLAND), rel=1e-4)


def test_that_a_point_in_a_pond_is_reported_with_its_reason_and_never_infinite(water: WaterDistance) -> None:
    answer = water.matrix([WEST_OF_ISLAND, (121.225, 28.63), EAST_OF_ISLAND])
    assert np.isfinite(answer.metres).all()
    assert [(u.index, u.cut) for u in answer.unreachable] == [(1, Cut.ENCLOSED)]
    assert water.way(WEST_OF_ISLAND, (121.225, 28.63)) is None


def test_that_a_quay_is_led_to_the_nearest_water_and_the_leg_counts(water: WaterDistance) -> None:
    quay, off = (121.1985, 28.40), (121.2007, 28.40)  # 150 m inland; the edge of the margin
    answer = water.matrix([quay, WEST_OF_ISLAND])
    (snap,) = answer.snaps
    assert snap.index == 0
    assert snap.metres == pytest.approx(geodesic(quay, off), abs=15)
    assert answer.metres[0, 1] == pytest.approx(geodesic(quay, WEST_OF_ISLAND), rel=2e-3)


def test_that_a_point_far_inland_beyond_the_chart_or_nowhere_is_reported(water: WaterDistance) -> None:
    answer = water.matrix([(121.05, 28.5), (120.0, 28.5), (float("nan"), 28.5), WEST_OF_ISLAND])
    assert [(u.index, u.cut) for u in answer.unreachable] == [(0, Cut.INLAND), (1, Cut.CHART), (2, Cut.CHART)]
    assert "超过 800 m" in answer.unreachable[0].text


def test_that_closed_water_is_gone_round_and_a_point_in_it_names_it() -> None:
    fence = NoGo("养殖区", ((121.60, 28.45), (121.66, 28.45), (121.66, 28.55), (121.60, 28.55)))
    closed = WaterDistance.open(BAY, WaterSettings(no_go=(fence,)))
    a, b = (121.58, 28.50), (121.70, 28.50)
    assert between(closed, a, b) > 1.1 * geodesic(a, b)
    (cut,) = closed.matrix([a, (121.63, 28.50)]).unreachable
    assert cut.text == "位于禁航区 养殖区"


def test_that_one_row_says_what_the_matrix_says(water: WaterDistance) -> None:
    points = [WEST_OF_ISLAND, EAST_OF_ISLAND, (121.4, 28.2), (121.225, 28.63)]
    row = water.row(points[0], points[1:])
    assert row.metres[0] == pytest.approx(water.matrix(points).metres[0, 1:], abs=0.01)
    assert [u.index for u in row.unreachable] == [2]


def test_that_a_point_asked_about_twice_is_nowhere_from_itself(water: WaterDistance) -> None:
    metres = water.matrix([WEST_OF_ISLAND, EAST_OF_ISLAND, WEST_OF_ISLAND]).metres
    assert metres[0, 2] == 0
    assert metres[0, 1] == metres[2, 1]


def test_that_no_points_have_no_distances(water: WaterDistance) -> None:
    for one in (water, StraightDistance()):
        assert one.matrix([]).metres.shape == (0, 0)
        assert one.matrix([WEST_OF_ISLAND]).metres.tolist() == [[0.0]]
        assert one.row(WEST_OF_ISLAND, []).metres.shape == (1, 0)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_that_the_graph_finds_what_trying_every_corner_finds(seed: int) -> None:
    """The oracle joins all corners of the grown land, tangent or not, by lines that do not enter it."""
    chance = np.random.default_rng(seed)
    islands = [
        shapely.MultiPoint(chance.normal(middle, (0.02, 0.015), (5, 2))).convex_hull
        for middle in chance.uniform((121.35, 28.35), (121.65, 28.65), (4, 2))
    ]
    text = coast(MAINLAND, *[[list(p) for p in island.exterior.coords] for island in islands])
    points = [(float(x), float(y)) for x, y in chance.uniform((121.3, 28.3), (121.7, 28.7), (5, 2))]
    found = WaterDistance.open(text).matrix(points)
    afloat = [p for i, p in enumerate(points) if i not in {s.index for s in found.snaps}]
    if len(afloat) < 2 or found.unreachable:
        return
    land = build_land(text, WaterSettings())
    core = land.solid.buffer(-2.0, join_style="mitre")
    at = np.concatenate([land.metres.metres(afloat), shapely.get_coordinates(land.solid)])
    first, second = np.triu_indices(len(at), 1)
    free = ~shapely.intersects(core, shapely.linestrings(np.stack([at[first], at[second]], axis=1)))
    lengths = np.hypot(*(at[first] - at[second]).T)
    graph = csr_array((lengths[free], (first[free], second[free])), shape=(len(at), len(at)))
    best = dijkstra(graph, directed=False, indices=range(len(afloat)))[:, : len(afloat)]
    index = [points.index(p) for p in afloat]
    assert found.metres[np.ix_(index, index)] == pytest.approx(best, abs=5.0)


PLACES = st.tuples(st.floats(121.62, 122.05), st.floats(28.36, 28.72))


@settings(max_examples=20, deadline=None)
@given(st.lists(PLACES, min_size=3, max_size=3, unique=True))
def test_that_water_distances_are_a_metric_no_shorter_than_the_geodesic(
    real: WaterDistance, points: list[tuple[float, float]]
) -> None:
    answer = real.matrix(points)
    metres = answer.metres
    assert np.array_equal(metres, metres.T)
    cut = {u.index for u in answer.unreachable}
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        assert metres[i, j] >= geodesic(points[i], points[j]) - 0.01
        if not cut:
            assert metres[i, j] <= metres[i, k] + metres[k, j] + 0.01


@pytest.fixture(scope="module")
def shore(islands: bytes) -> shapely.Geometry:
    land = shapely.union_all([shapely.Polygon(ring) for ring in read_rings(islands)])
    shapely.prepare(land)
    return land


@settings(max_examples=30, deadline=None)
@given(PLACES, PLACES)
def test_that_no_way_crosses_the_land_of_the_real_coast(
    real: WaterDistance, shore: shapely.Geometry, a: tuple[float, float], b: tuple[float, float]
) -> None:
    way = real.way(a, b)
    ashore = [shapely.intersects_xy(shore, *p) for p in (a, b)]
    if way is None or a == b:
        return
    afloat = way[1 if ashore[0] else 0 : len(way) - (1 if ashore[1] else 0)]
    assert len(afloat) < 2 or not shapely.intersects(shore, shapely.linestrings(afloat))


def test_that_every_island_of_the_coast_stays_within_the_simplified_land() -> None:
    land = build_land(REAL.read_bytes(), WaterSettings())
    assert shapely.covers(land.solid, land.shore)


# -- the cache ------------------------------------------------------------------------------------


def test_that_the_second_opening_reads_what_the_first_one_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = WaterDistance.open(BAY, cache_folder=tmp_path)
    monkeypatch.setattr("services.planning.water_graph.build_graph", lambda *_: pytest.fail("built again"))
    again = WaterDistance.open(BAY, cache_folder=tmp_path)
    assert between(again, WEST_OF_ISLAND, EAST_OF_ISLAND) == between(first, WEST_OF_ISLAND, EAST_OF_ISLAND)


@pytest.mark.parametrize(
    "spoil", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b[:400] + b"\xff" * 64 + b[464:]]
)
def test_that_a_damaged_cache_is_built_again(tmp_path: Path, spoil, caplog: pytest.LogCaptureFixture) -> None:
    whole = between(WaterDistance.open(BAY, cache_folder=tmp_path), WEST_OF_ISLAND, EAST_OF_ISLAND)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(spoil(kept.read_bytes()))
    assert between(WaterDistance.open(BAY, cache_folder=tmp_path), WEST_OF_ISLAND, EAST_OF_ISLAND) == whole
    assert "重新计算" in caplog.text
    caplog.clear()


def test_that_another_coast_or_setting_is_another_cache() -> None:
    fence = NoGo("围栏", ((121.6, 28.4), (121.7, 28.4), (121.7, 28.5)))
    keys = {
        key_of(BAY, WaterSettings()),
        key_of(coast(MAINLAND, ISLAND), WaterSettings()),
        key_of(BAY, WaterSettings(margin_m=90)),
        key_of(BAY, WaterSettings(no_go=(fence,))),
    }
    assert len(keys) == 4
    assert key_of(BAY, WaterSettings(snap_m=100)) in keys


# -- until the graph is there -----------------------------------------------------------------------


def test_that_estimates_are_marked_until_the_graph_is_there(tmp_path: Path) -> None:
    file = tmp_path / "coast.geojson"
    file.write_bytes(BAY)
    estimate = StraightDistance().matrix([WEST_OF_ISLAND, EAST_OF_ISLAND])
    assert estimate.is_estimate
    assert estimate.metres[0, 1] == pytest.approx(1.12 * geodesic(WEST_OF_ISLAND, EAST_OF_ISLAND), rel=5e-3)
    soon = WaterSoon(file, WaterSettings(), tmp_path / "kept")
    assert soon.wait(8)
    answer: WaterMatrix = soon.matrix([WEST_OF_ISLAND, EAST_OF_ISLAND])
    soon.close()
    assert not answer.is_estimate
    assert soon.version == 1
    assert answer.metres[0, 1] > 3 * geodesic(WEST_OF_ISLAND, EAST_OF_ISLAND)


def test_that_a_coast_that_cannot_be_read_leaves_estimates_and_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    soon = WaterSoon(tmp_path / "none.geojson")
    assert not soon.wait(8)
    soon.close()
    assert "读不出" in soon.trouble
    assert soon.way(WEST_OF_ISLAND, EAST_OF_ISLAND) is None
    caplog.clear()


def test_that_building_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    with pytest.raises(HaltedError):
        WaterDistance.open(BAY, cache_folder=tmp_path, halted=lambda: True)
    assert list(tmp_path.iterdir()) == []


# -- gates ------------------------------------------------------------------------------------------

RING = ((121.3, 28.6), (121.4, 28.6), (121.4, 28.7), (121.3, 28.7))
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # in Shanghai


def test_that_a_tidal_gate_is_open_round_each_high_water() -> None:
    tide = Tide(NOON, mean_m=2.0, half_range_m=2.0, period_h=12.0)
    gates = Gates((Gate("葭沚闸", RING, tide=tide, bed_m=0.5, needs_m=1.5),))  # open above the mean: half the time
    windows = gates.windows(121.35, 28.65, NOON, NOON + timedelta(hours=18))
    hours = [((a - NOON) / timedelta(hours=1), (b - NOON) / timedelta(hours=1)) for a, b in windows or ()]
    assert hours == [(0, pytest.approx(3)), (pytest.approx(9), pytest.approx(15))]
    assert gates.windows(121.5, 28.65, NOON, NOON + timedelta(hours=18)) is None


def test_that_time_windows_are_cut_to_when_a_place_can_be_reached() -> None:
    gates = Gates((Gate("船闸", RING, opens=time(13), closes=time(15)),))
    until = NOON + timedelta(hours=12)
    assert gates.narrowed((), 121.35, 28.65, NOON, until) == ((3600, 10_800),)
    assert gates.narrowed(((0, 7200),), 121.35, 28.65, NOON, until) == ((3600, 7200),)
    assert gates.narrowed(((0, 1800),), 121.35, 28.65, NOON, until) is None
    assert gates.narrowed(((0, 1800),), 121.50, 28.65, NOON, until) == ((0, 1800),)


def test_that_a_gate_with_hours_opens_by_the_shanghai_day() -> None:
    night = Gate("船闸", RING, opens=time(20), closes=time(4))
    (first, second) = night.windows(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    assert first == (NOON - timedelta(hours=12), NOON - timedelta(hours=8))
    assert second == (NOON + timedelta(hours=8), NOON + timedelta(hours=12))


def test_that_a_bed_too_high_for_the_tide_is_never_open() -> None:
    tide = Tide(NOON, mean_m=2.0, half_range_m=1.0)
    assert Gate("浅滩", RING, tide=tide, bed_m=2.0, needs_m=1.5).windows(NOON, NOON + timedelta(days=1)) == ()


# -- settings ---------------------------------------------------------------------------------------


def test_that_a_site_says_its_closed_water_and_its_gates() -> None:
    points = [[121.3, 28.6], [121.4, 28.6], [121.4, 28.7]]
    told = water_from(
        {
            "margin_m": 90,
            "no_go": [{"name": "养殖区", "points": points}],
            "gate": [{"name": "船闸", "points": points, "opens": time(6), "closes": time(18)}],
        }
    )
    assert told.margin_m == 90
    assert told.no_go[0].ring == tuple(map(tuple, points))
    assert told.gates[0].closes == time(18)


def test_that_fences_of_others_close_water_as_well() -> None:
    own = {"no_go": [{"name": "养殖区", "points": [[121.3, 28.6], [121.4, 28.6], [121.4, 28.7]]}]}
    told = water_from(with_closed(own, [("禁航区", RING)]))
    assert [(one.name, len(one.ring)) for one in told.no_go] == [("养殖区", 3), ("禁航区", 4)]


def test_that_a_gate_reads_the_same_once_it_has_gone_through_json() -> None:
    points = [[121.3, 28.6], [121.4, 28.6], [121.4, 28.7]]
    tide = {"high_at": NOON, "mean_m": 2, "half_range_m": 2, "bed_m": 0, "needs_m": 1}
    table = {"gate": [{"name": "船闸", "points": points, "opens": time(6), "closes": time(18), **tide}]}
    assert water_from(json.loads(json.dumps(table, default=lambda v: v.isoformat()))) == water_from(table)


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ({"margins": 1}, "margins"),
        ({"margin_m": 30}, "3 倍"),
        ({"margin_m": "60"}, "margin_m"),
        ({"no_go": [{"name": "x", "points": [[121, 28], [122, 28]]}]}, "no_go[0].points"),
        ({"no_go": [{"points": [[121, 28], [122, 28], [122, 29]]}]}, "缺少 name"),
        ({"no_go": [{"name": "x", "points": [[28, 121], [28, 122], [29, 122]]}]}, "超出经纬度范围"),
        ({"gate": [{"name": "x", "points": [[121, 28], [122, 28], [122, 29]], "opens": time(6)}]}, "缺少 closes"),
        ({"gate": [{"name": "x", "points": [[121, 28], [122, 28], [122, 29]]}]}, "通行闸 x"),
        ({"gate": [{"name": "x", "points": [[121, 28], [122, 28], [122, 29]], "opens": 6, "closes": 8}]}, "opens 须为"),
    ],
)
def test_that_a_wrong_setting_is_named(table: dict, word: str) -> None:
    with pytest.raises(WaterError, match=word.replace("[", r"\[")):
        water_from(table)


@pytest.mark.parametrize("text", [b"", b"{}", b'{"features": []}', coast([[121, 28], [122, 29]])])
def test_that_a_coast_without_polygons_is_refused(text: bytes) -> None:
    with pytest.raises(WaterError, match="岸线文件"):
        WaterDistance.open(text)
