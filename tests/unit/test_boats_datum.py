"""Positions are converted once, to the same figures as the published formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.datum import Datum, DatumError, declared, gcj_to_bd, to_wgs84, wgs_to_gcj

# WGS-84, GCJ-02, BD-09 as prcoords 1.0.2 (GPL) gives them: figures only.
REFERENCE = (
    ((121.42, 28.68), (121.42443085237599, 28.67706408693267), (121.43086887808875, 28.683313173848838)),
    ((121.9, 28.45), (121.90389084935849, 28.44660366245567), (121.91034071004033, 28.45284835442943)),
    ((116.397, 39.909), (116.40324350604497, 39.91040339728811), (116.40961569346796, 39.916744221722645)),
    ((87.6, 43.8), (87.60283897227161, 43.80121203029208), (87.60921015182171, 43.80747250765041)),
)
CHINA = st.tuples(st.floats(75, 134), st.floats(4, 53))


@pytest.mark.parametrize(("wgs", "gcj", "bd"), REFERENCE)
def test_that_the_offsets_are_those_of_the_published_formulas(wgs, gcj, bd):
    assert wgs_to_gcj(*wgs) == pytest.approx(gcj, abs=1e-10)
    assert gcj_to_bd(*gcj) == pytest.approx(bd, abs=1e-10)


@pytest.mark.parametrize(("wgs", "gcj", "bd"), REFERENCE)
def test_that_each_datum_comes_back_to_wgs84(wgs, gcj, bd):
    assert to_wgs84(Datum.GCJ02, *gcj) == pytest.approx(wgs, abs=1e-8)
    assert to_wgs84(Datum.BD09, *bd) == pytest.approx(wgs, abs=1e-8)
    assert to_wgs84(Datum.CGCS2000, *wgs) == pytest.approx(wgs, abs=0)


@given(st.lists(CHINA, min_size=1, max_size=50))
def test_that_a_whole_column_comes_back_within_a_centimetre(points):
    lon, lat = np.array(points).T
    for datum, there in ((Datum.GCJ02, wgs_to_gcj(lon, lat)), (Datum.BD09, gcj_to_bd(*wgs_to_gcj(lon, lat)))):
        back = to_wgs84(datum, *there)
        assert np.abs(back[0] - lon).max() < 1e-7
        assert np.abs(back[1] - lat).max() < 1e-7


def test_that_the_sea_beyond_china_is_not_shifted():
    assert wgs_to_gcj(150.0, -20.0) == (150.0, -20.0)


@pytest.mark.parametrize("word", [None, "", "wgs", "火星"])
def test_that_a_feed_without_a_known_datum_is_refused(word):
    with pytest.raises(DatumError, match="未声明坐标系"):
        declared(word)
