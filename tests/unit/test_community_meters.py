"""Readings and gas sensors of the community's database become events, judged by their neighbours in time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.district.community_database import CommunityDatabase, bulk_insert
from services.domain.event import Batch
from services.domain.meter_settings import METERS
from services.domain.timebase import local
from services.sources.community_events import fetch_events
from services.sources.community_meters import (
    fetch_readings,
    gas_after,
    normalise_gas,
    reading_normaliser,
)
from services.sources.community_tables import BIAOJI, CHAOBIAO, FANGWU, METADATA, RANQI, XIAOQU
from services.sources.community_upstream import Answer, Upstream
from tests.postgres import Postgres

RECORDED = Path(__file__).parents[1] / "recorded" / "community"
NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TABLES = [BIAOJI, CHAOBIAO, FANGWU, RANQI, XIAOQU]


def recorded() -> list[dict[str, Any]]:
    return json.loads((RECORDED / "readings.json").read_text(encoding="utf-8"))


def taken(*rows: dict[str, Any]) -> Batch:
    return reading_normaliser(METERS)(Answer({"rows": rows, "around": rows}, "7"), NOW)


def test_that_every_recorded_row_becomes_an_event() -> None:
    batch = taken(*recorded())
    assert len(batch.events) == len(recorded())
    assert (batch.refused, batch.cursor) == ((), "7")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"blx": None}, "unknown_meter"),
        ({"blx": "8"}, "unknown_kind"),
        ({"ljz": -1.0}, "bad_value"),
        ({"ljz": float("nan")}, "bad_value"),
        ({"ljz": "12"}, "bad_value"),
        ({"cbsj": "20260230000000"}, "bad_time"),
        ({"cbsj": "20261121144000"}, "future_time"),
    ],
)
def test_that_a_reading_that_cannot_be_is_refused_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    good, bad = recorded()[0], recorded()[1] | changes
    batch = taken(good, bad)
    assert len(batch.events) == 1
    assert [r.reason for r in batch.refused] == [reason]
    assert json.loads(batch.refused[0].raw)["lsh"] == bad["lsh"]


# --------------------------------------------------------------------------------- over a real database


class Meter:
    """One water meter's rows; ``poll`` takes what is new, as the poller does."""

    def __init__(self, url: str) -> None:
        self._database = CommunityDatabase(url)
        self._upstream = Upstream(url)
        self._cursor, self._rows = "", 0
        with self._database.begin() as connection:
            METADATA.create_all(connection, tables=TABLES)
            bulk_insert(connection, XIAOQU, [("XQ01", "城市花园", "", "1")])
            bulk_insert(connection, FANGWU, [("XQ01030101", "XQ0103", 1, 1, 0, "1", 0)])
            bulk_insert(connection, BIAOJI, [("W1", "1", "XQ01", "XQ01030101", "", "正常")])

    def report(self, *slots: tuple[int, float], meter: str = "W1", serial: str = "") -> None:
        rows = []
        for slot, value in slots:
            self._rows += 1
            at = f"{local(NOON - timedelta(days=1) + slot * timedelta(minutes=30)):%Y%m%d%H%M%S}"
            rows.append((self._rows, f"L{self._rows}", meter, at, value, "m3", serial))
        with self._database.begin() as connection:
            bulk_insert(connection, CHAOBIAO, rows)

    def poll(self) -> Batch:
        answer = fetch_readings(self._upstream)(self._cursor)
        self._cursor = answer.cursor
        return reading_normaliser(METERS)(answer, NOW)

    def close(self) -> None:
        self._database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def meter(request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres) -> Iterator[Meter]:
    url = f"sqlite:///{tmp_path / 'community.db'}" if request.param == "sqlite" else postgres.new_database()
    found = Meter(url)
    yield found
    found.close()


def used(batch: Batch) -> list[float | None]:
    return [event.record.used for event in batch.events]


def test_that_use_goes_on_over_pages(meter: Meter) -> None:
    meter.report((0, 100.0), (1, 100.2))
    assert used(meter.poll()) == [None, 0.2]
    meter.report((2, 100.5))
    batch = meter.poll()
    assert used(batch) == [0.3]
    record = batch.events[0].record
    assert (record.minutes, record.building_id, record.estate_id) == (30.0, "XQ0103", "XQ01")
    assert meter.poll().events == ()


def test_that_a_late_reading_is_kept_and_uses_nothing_again(meter: Meter) -> None:
    meter.report((0, 100.0), (4, 101.0))
    assert used(meter.poll()) == [None, 1.0]
    meter.report((2, 100.4), (5, 101.1))
    batch = meter.poll()
    assert [(event.record.mark, event.record.used) for event in batch.events] == [("late", None), ("", 0.1)]


def test_that_a_backlog_sent_newest_first_in_many_pages_counts_once(meter: Meter) -> None:
    meter.report((0, 100.0))
    told = used(meter.poll())
    for slot in range(10, 0, -1):
        meter.report((slot, 100.0 + slot))
        told += used(meter.poll())
    assert sum(one or 0.0 for one in told) == pytest.approx(10.0)


def test_that_a_stray_reading_is_refused_and_the_next_goes_on(meter: Meter) -> None:
    meter.report((0, 100.0), (1, 100.2))
    meter.poll()
    meter.report((2, 3.0))
    assert [r.reason for r in meter.poll().refused] == ["meter_ran_backwards"]
    meter.report((3, 100.6))
    assert used(meter.poll()) == [0.4]


def test_that_a_new_serial_is_a_new_meter(meter: Meter) -> None:
    meter.report((0, 812.0), serial="A1")
    meter.poll()
    meter.report((1, 0.2), serial="B7")
    assert [(e.record.mark, e.record.used) for e in meter.poll().events] == [("replaced", 0.2)]


def test_that_a_reading_of_an_unknown_meter_waits_in_the_quarantine(meter: Meter) -> None:
    meter.report((0, 1.0), meter="X9")
    assert [r.reason for r in meter.poll().refused] == ["unknown_meter"]


# ------------------------------------------------------------------------------------------------- gas


def gas(**changes: Any) -> Batch:
    row = {
        "id": 1, "lsh": "R1", "sbbh": "KRQT0001", "fwbh": "XQ01030101", "ldbh": "XQ0103", "xqbh": "XQ01", "nd": 6.5,
        "sbsj": "20261121143207", "xqmc": "城市花园", "ldmc": "3 幢",
    } | changes  # fmt: skip
    return normalise_gas(Answer({"rows": (row,)}, "1"), NOW)


def test_that_a_gas_sensor_tells_where_and_how_much() -> None:
    record = gas().events[0].record
    assert (record.lel_pct, record.place, record.dwelling_id) == (6.5, "城市花园 3 幢", "XQ01030101")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nd": 140.0}, "bad_value"),
        ({"nd": None}, "bad_value"),
        ({"xqmc": None}, "unknown_sensor"),
        ({"sbsj": "x"}, "bad_time"),
    ],
)
def test_that_a_gas_report_that_cannot_be_is_refused(changes: dict[str, Any], reason: str) -> None:
    assert [r.reason for r in gas(**changes).refused] == [reason]


def test_that_gas_reports_are_read_on_from_the_last(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'community.db'}"
    database = CommunityDatabase(url)
    with database.begin() as connection:
        METADATA.create_all(connection)
        bulk_insert(connection, XIAOQU, [("XQ01", "城市花园", "", "1")])
        bulk_insert(connection, RANQI, [(7, "R7", "KRQT0001", "", "", "XQ01", 6.0, "20261121143000")])
    database.close()
    answer = fetch_events(Upstream(url), gas_after)("")
    assert (answer.cursor, len(normalise_gas(answer, NOW).events)) == ("7", 1)
