"""A JT/T 808 platform's rows: millionths of a degree, local time without a zone, km/h times ten."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.collect.site import Site, SiteError
from services.domain.datum import Datum, DatumError, wgs_to_gcj
from services.domain.platform_settings import platform_from
from services.sources.positions import platform_fixes, sources

NOW = datetime(2026, 11, 21, 6, 32, 8, tzinfo=UTC)
SETTINGS = platform_from(
    {"url": "http://127.0.0.1:1/p", "zone": "+08:00", "datum": "WGS-84", "terminals": {"064800000001": 412410007}}
)
ROW = {
    "sim": "064800000001", "longitude": 121834000, "latitude": 28422000, "speed": 93, "direction": 181,
    "time": "2026-11-21 14:31:00", "status": 3,
}  # fmt: skip


def fixes(*rows, chosen=SETTINGS, datum=None):
    answer = {"data": list(rows)} | ({"datum": datum} if datum else {})
    batch = platform_fixes(answer, chosen, NOW)
    return batch.states["platform_fixes"][0].fleet, [r.reason for r in batch.refused]


def test_that_a_row_becomes_a_fix_in_our_units():
    fleet, refused = fixes(ROW)
    (fix,) = fleet
    assert refused == []
    assert (fix.mmsi, fix.lon, fix.lat) == (412410007, 121.834, 28.422)
    assert fix.at == datetime(2026, 11, 21, 6, 31, tzinfo=UTC)
    assert fix.sog_kn == pytest.approx(9.3 / 1.852)
    assert fix.cog_deg == 181


def test_that_other_ways_to_write_are_settings():
    other = platform_from({"url": "u", "zone": "+0900", "degrees": "°", "speed": "kn"})
    row = {"mmsi": 412410007, "lng": 121.5, "lat": 28.5, "speed": 7.5, "gpsTime": "261121153100"}
    (fix,) = fixes(row, chosen=other, datum="CGCS2000")[0]
    assert (fix.lon, fix.sog_kn, fix.at) == (121.5, 7.5, datetime(2026, 11, 21, 6, 31, tzinfo=UTC))
    assert np.isnan(fix.cog_deg)


def test_that_a_position_without_a_declared_datum_is_refused_whole_and_gcj_is_converted():
    undeclared = platform_from({"url": "u", "zone": "+08:00"})
    with pytest.raises(DatumError):
        fixes(ROW, chosen=undeclared)
    lon, lat = wgs_to_gcj(121.834, 28.422)
    moved = ROW | {"mmsi": 412410007, "longitude": round(float(lon) * 1e6), "latitude": round(float(lat) * 1e6)}
    (fix,) = fixes(moved, chosen=undeclared, datum="GCJ-02")[0]
    assert (fix.lon, fix.lat) == (pytest.approx(121.834, abs=2e-6), pytest.approx(28.422, abs=2e-6))


def test_that_the_newest_row_of_a_boat_counts_and_the_status_word_gives_the_side():
    fleet, _ = fixes(ROW, ROW | {"time": "2026-11-21 14:32:00", "status": 0b1110}, ROW)
    (fix,) = fleet
    assert (fix.lon, fix.lat) == (-121.834, -28.422)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": 1}, "no_position"),
        ({"longitude": 0, "latitude": 0}, "no_position"),
        ({"longitude": 1218340000}, "out_of_range"),
        ({"time": "2026-11-21T06:31:00Z"}, "bad_time"),
        ({"time": "2026-11-21 15:31:00"}, "future_time"),
        ({"sim": "9"}, "unknown_terminal"),
        ({"mmsi": 12}, "bad_mmsi"),
        ({"latitude": None}, "missing_field"),
        ({"latitude": "x"}, "bad_value"),
        ({"latitude": float("nan")}, "bad_value"),
        ({"latitude": True}, "bad_value"),
    ],
)
def test_that_a_bad_row_goes_to_the_quarantine_and_takes_no_other_with_it(change, reason):
    fleet, refused = fixes(ROW | change, ROW | {"mmsi": 412410014})
    assert refused == [reason]
    assert len(fleet) == 1


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.none() | st.integers() | st.text() | st.floats(), max_size=7))
@settings(max_examples=30)
def test_that_no_row_raises(change):
    fleet, refused = fixes(ROW | change, "x", None)
    assert len(fleet) + len(refused) == 3


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"zone": None}, "zone"),
        ({"zone": "Shanghai"}, "zone"),
        ({"datum": "Beijing-54"}, "datum"),
        ({"degrees": "x"}, "degrees"),
        ({"speed": "m/s"}, "speed"),
        ({"terminals": {"1": "2"}}, "terminals"),
        ({"every_s": 0}, "every_s"),
        ({"colour": 1}, "colour"),
    ],
)
def test_that_a_setting_with_a_fault_is_refused_with_its_name(change, fault):
    table = {"url": "http://127.0.0.1:1", "zone": "+08:00", "datum": "WGS-84"} | change
    with pytest.raises(SiteError, match=fault):
        sources(Site(sources={"positions": table}))


def test_that_a_site_without_a_platform_asks_none():
    assert sources(Site()) == ()
    (source,) = sources(Site(sources={"positions": {"url": "http://127.0.0.1:1", "zone": "+08:00"}}))
    assert (source.key, source.topics) == ("positions", ("platform_fixes",))
    assert SETTINGS.datum is Datum.WGS84
