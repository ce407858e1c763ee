"""Where a place on earth stands in the window, and how far two places are apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.map.furniture import minutes
from widgets.map.projection import Viewport, distance_m, lonlat, world

lons = st.floats(-179, 179)
lats = st.floats(-80, 80)
views = st.builds(
    lambda lon, lat, zoom: Viewport(*map(float, world(lon, lat)), zoom, 1280, 800),
    lons,
    lats,
    st.floats(4096, 1e8),
)


@given(lons, lats)
def test_that_world_coordinates_lead_back_to_the_place(lon, lat):
    there = lonlat(*map(float, world(lon, lat)))
    assert there == pytest.approx((lon, lat), abs=1e-9)


@given(views, st.floats(0, 1280), st.floats(0, 800))
def test_that_a_pixel_leads_to_a_place_and_back(view, px, py):
    x, y = view.to_px(*view.to_lonlat(px, py))
    assert (float(x), float(y)) == pytest.approx((px, py), abs=1e-2)


@given(views, st.floats(0.1, 10), st.floats(0, 1280), st.floats(0, 800))
def test_that_the_place_under_the_cursor_stays_there_while_zooming(view, factor, px, py):
    before, after = view.to_lonlat(px, py), view.zoomed(factor, px, py).to_lonlat(px, py)
    assert after == pytest.approx(before, abs=1e-6)


@given(views, st.floats(-500, 500), st.floats(-500, 500))
def test_that_the_map_follows_the_hand(view, dx, dy):
    place = view.to_lonlat(600, 400)
    x, y = view.panned(dx, dy).to_px(*place)
    assert (float(x), float(y)) == pytest.approx((600 + dx, 400 + dy), abs=1e-2)


def test_that_a_fitted_box_is_seen_whole_and_fills_one_direction():
    view = Viewport.around(121.35, 28.35, 122.05, 28.75, 900, 560)
    (left, right), (bottom, top) = view.to_px(np.array([121.35, 122.05]), np.array([28.35, 28.75]))
    assert left >= -1e-6 and right <= 900 + 1e-6 and top >= -1e-6 and bottom <= 560 + 1e-6
    assert right - left == pytest.approx(900) or bottom - top == pytest.approx(560)


def test_that_north_is_up_and_east_is_right():
    view = Viewport.around(121, 28, 122, 29, 800, 800)
    (x1, x2), (y1, y2) = view.to_px(np.array([121.2, 121.8]), np.array([28.2, 28.8]))
    assert x2 > x1 and y2 < y1


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((0, 0), (1, 0), 111319.4908),  # a degree of the equator, a/180 π
        ((0, 0), (0, 1), 110574.3886),  # a degree of the meridian there
        ((-73.8, 40.6), (-0.5, 51.6), 5551759.400),  # JFK to LHR (Karney, GeographicLib's example)
        ((121.42, 28.69), (121.42, 28.69), 0.0),
    ],
)
def test_that_distances_are_geodesics_of_the_ellipsoid(a, b, metres):
    assert distance_m(a, b) == pytest.approx(metres, abs=1e-3)


def test_that_nearly_opposite_places_still_have_a_distance():
    assert distance_m((0, 0), (179.9, 0.1)) == pytest.approx(19_990_000, rel=0.006)


@given(lons, lats, lons, lats)
def test_that_the_way_back_is_as_long(lon1, lat1, lon2, lat2):
    there, back = distance_m((lon1, lat1), (lon2, lat2)), distance_m((lon2, lat2), (lon1, lat1))
    assert there == pytest.approx(back, rel=1e-6, abs=1e-3)


def test_that_the_scale_of_a_view_agrees_with_the_distance_on_the_ground():
    view = Viewport.around(121.35, 28.35, 122.05, 28.75, 900, 560)
    a, b = view.to_lonlat(400, 280), view.to_lonlat(500, 280)
    assert distance_m(a, b) / 100 == pytest.approx(view.metres_per_px(), rel=0.003)


@pytest.mark.parametrize(
    ("degrees", "words"), [(121.5, "121°30.00′E"), (28.99999, "29°00.00′E"), (-0.25, "0°15.00′W"), (0.0, "0°00.00′E")]
)
def test_that_minutes_never_reach_sixty(degrees, words):
    assert minutes(degrees, "E", "W") == words
