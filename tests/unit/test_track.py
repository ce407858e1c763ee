"""Tracks of boats: thinned fixes packed by six hours, late ones in order, asked for by boat and span."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from services.domain.track import BLOCK_MS, TRACK_DTYPE, Track, TrackAsked, merged, pack, track_asked, unpack
from services.store.schema import boat_track

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
MMSI = 412_410_007


def fixes(*rows: tuple[float, float, float], mmsi: int = MMSI) -> np.ndarray:
    """(minutes from noon, lon, lat)"""
    made = np.zeros(len(rows), TRACK_DTYPE)
    for i, (minutes, lon, lat) in enumerate(rows):
        at_ms = round((NOON + timedelta(minutes=minutes)).timestamp() * 1000)
        made[i] = (mmsi, at_ms, lon, lat, 4.2, 181.3, 1)
    return made


def asked(store, since: float = -600, until: float = 600, mmsi: int = MMSI, officer=None) -> Track:
    span = TrackAsked(mmsi, NOON + timedelta(minutes=since), NOON + timedelta(minutes=until))
    return store.answer(span.question(), officer).case


def minutes(track: Track) -> list[float]:
    noon_ms = NOON.timestamp() * 1000
    return [(ms - noon_ms) / 60_000 for ms in track.at_ms.tolist()]


def test_that_a_track_comes_back_in_order_across_blocks(store):
    store.keep_fixes(fixes((-5, 121.5, 28.5), (0, 121.51, 28.5), (400, 121.6, 28.6)))
    store.keep_fixes(fixes((0, 122.0, 28.0), mmsi=1))
    track = asked(store)
    assert minutes(track) == [-5, 0, 400]
    assert (track.lon[1], track.lat[2], track.fixes["source"][0]) == (121.51, 28.6, 1)
    assert track.fixes["sog_kn"][0] == pytest.approx(4.2)
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(boat_track)).scalar() == 3


def test_that_late_fixes_go_in_order_and_doubles_are_left_out(store):
    assert store.keep_fixes(fixes((0, 121.5, 28.5), (10, 121.6, 28.5))) == 2
    assert store.keep_fixes(fixes((5, 121.55, 28.5), (0, 121.5, 28.5), (10.1, 121.6, 28.5))) == 1
    assert minutes(asked(store)) == [0, 5, 10]
    assert store.keep_fixes(fixes((5, 121.55, 28.5))) == 0


def test_that_only_the_span_that_was_asked_for_is_told_and_the_oldest_fix_with_it(store):
    store.keep_fixes(fixes((-400, 121.4, 28.5), (0, 121.5, 28.5), (10, 121.6, 28.5)))
    track = asked(store, 0, 9)
    assert minutes(track) == [0]
    assert track.oldest == NOON - timedelta(minutes=400)
    nobody = asked(store, mmsi=5)
    assert (len(nobody), nobody.oldest) == (0, None)


def test_that_a_block_of_another_version_or_a_broken_one_is_said(store):
    good = pack(fixes((0, 121.5, 28.5)), 0)
    for bad in (b"", b"\x07" + good[1:], good[:9], good[:1]):
        with pytest.raises(ValueError, match="track block"):
            unpack(MMSI, 0, bad)


positions = st.tuples(st.integers(0, 359), st.floats(121, 123), st.floats(28, 29))


@given(st.lists(positions, max_size=30), st.lists(positions, max_size=30))
@settings(max_examples=40)
def test_that_whatever_comes_in_whatever_order_the_track_is_ordered_and_keeps_what_it_had(first, second):
    kept = merged(fixes(), fixes(*first))
    after = merged(kept, fixes(*second))
    assert (np.diff(after["at_ms"]) > 0).all()
    assert set(kept["at_ms"].tolist()) <= set(after["at_ms"].tolist())
    begin = int(fixes((0, 0, 0))["at_ms"][0]) // BLOCK_MS * BLOCK_MS
    again = unpack(MMSI, begin, pack(after, begin))
    assert (again["at_ms"] == after["at_ms"]).all()
    assert np.allclose(again["lon"], after["lon"], atol=6e-7)
    assert np.allclose(again["lat"], after["lat"], atol=6e-7)


def test_that_an_unknown_speed_and_course_stay_unknown():
    one = fixes((0, 121.5, 28.5))
    one["sog_kn"], one["cog_deg"] = np.nan, np.nan
    again = unpack(MMSI, 0, pack(one, int(one["at_ms"][0])))
    assert np.isnan(again["sog_kn"][0])
    assert np.isnan(again["cog_deg"][0])


def test_that_the_place_at_a_moment_lies_between_the_fixes_and_nowhere_in_a_silence():
    track = Track(MMSI, fixes((0, 121.5, 28.5), (10, 121.6, 28.7), (120, 122.0, 28.5)))
    point = track.at(NOON + timedelta(minutes=5))
    assert (point.lon, point.lat) == (pytest.approx(121.55), pytest.approx(28.6))
    assert track.at(NOON).lon == 121.5
    assert track.at(NOON + timedelta(minutes=60)) is None
    assert track.at(NOON - timedelta(minutes=1)) is None
    assert track.at(NOON + timedelta(minutes=121)) is None
    assert [len(piece) for piece in track.pieces()] == [2, 1]


def test_that_a_question_is_read_as_it_was_written():
    span = TrackAsked(MMSI, NOON, NOON + timedelta(hours=2))
    assert track_asked(span.question().about) == span


def test_that_tracks_kept_as_rows_are_moved_into_blocks(tmp_path):
    from alembic import command
    from sqlalchemy import create_engine

    from services.store.migrate import alembic_config

    with create_engine(f"sqlite:///{tmp_path}/old.db").begin() as connection:
        config = alembic_config(connection)
        command.upgrade(config, "0010")
        at = round(NOON.timestamp() * 1e6)
        for i in range(3):
            row = {"mmsi": MMSI, "at": at + i * 4 * 3_600_000_000, "lon": 121.5 + i, "lat": 28.5}
            connection.execute(text("INSERT INTO track (mmsi, at, lon, lat) VALUES (:mmsi, :at, :lon, :lat)"), row)
        command.upgrade(config, "0011")
        rows = connection.execute(select(boat_track.c.at, boat_track.c.blob).order_by(boat_track.c.at)).all()
    lons = [lon for end, blob in rows for lon in unpack(MMSI, 0, blob)["lon"].tolist()]
    assert lons == [121.5, 122.5, 123.5]
