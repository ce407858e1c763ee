"""The archive of meters and what is usual of them, held against plain Python over the same readings."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from services.domain.community_told import MeterReading
from services.domain.event import Batch, Event
from services.domain.meter_settings import MeterSettings
from services.domain.timebase import SHANGHAI
from services.history.meter_baselines import baselines, connect, look
from services.history.meter_days import MeterDays, day_of
from services.store.store import Store

DAY = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 20, tzinfo=SHANGHAI)
HALF_HOUR = timedelta(minutes=30)


def reading(
    slot: float, cum: float, *, meter: str = "M1", used: float | None = None, mark: str = "", kind: str = "water",
    dwelling: str = "D1",
) -> Event:  # fmt: skip
    """At the end of a half hour of the day, counted from 0."""
    at = MIDNIGHT + (slot + 1) * HALF_HOUR
    name = f"{meter}/{slot}"
    record = MeterReading(name, meter, kind, at, cum, "m3", dwelling, "E1", used, 30.0, mark, "B1")
    return Event("m", name, "meter_reading", at, record)


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(str(tmp_path / "spill")) as found:
        yield found


def halves(duck: duckdb.DuckDBPyConnection, file: Path) -> dict[tuple[str, int], tuple[Any, Any]]:
    found = duck.execute(f"SELECT meter_id, slot, used, minutes FROM read_parquet('{file}')").fetchall()
    return {(meter, slot): (None if used is None else round(used, 4), minutes) for meter, slot, used, minutes in found}


def archived(
    store: Store, duck: duckdb.DuckDBPyConnection, folder: Path, events: Sequence[Event], day: date = DAY
) -> dict[tuple[str, int], tuple[Any, Any]]:
    store.take(Batch(events=events), "m", MIDNIGHT + timedelta(days=3))
    days = MeterDays(folder)
    days.write(duck, store, day - timedelta(days=5), day + timedelta(days=1))
    files = days.files(day, day + timedelta(days=1))
    return halves(duck, files[0]) if files else {}


def test_that_a_half_hour_holds_what_the_counter_moved(store: Store, duck: Any, tmp_path: Path) -> None:
    found = archived(store, duck, tmp_path, [reading(0, 10.0), reading(1, 10.2), reading(2, 10.5)])
    assert found == {("M1", 0): (None, None), ("M1", 1): (0.2, 30.0), ("M1", 2): (0.3, 30.0)}


def test_that_a_half_hour_without_a_reading_has_no_row(store: Store, duck: Any, tmp_path: Path) -> None:
    found = archived(store, duck, tmp_path, [reading(0, 10.0), reading(4, 10.4)])
    assert set(found) == {("M1", 0), ("M1", 4)}
    assert found["M1", 4] == (0.4, 120.0)


def test_that_a_late_reading_takes_its_half_hour_and_the_day_is_written_anew(
    store: Store, duck: Any, tmp_path: Path
) -> None:
    before = archived(store, duck, tmp_path, [reading(0, 10.0), reading(2, 10.5, used=0.5)])
    after = archived(store, duck, tmp_path, [reading(1, 10.2, mark="late")])
    assert before["M1", 2] == (0.5, 60.0)
    assert (after["M1", 1], after["M1", 2]) == ((0.2, 30.0), (0.3, 30.0))
    assert len(list(tmp_path.glob("*.parquet"))) == 1


def test_that_a_new_meter_counts_from_its_start(store: Store, duck: Any, tmp_path: Path) -> None:
    events = [reading(0, 812.0), reading(1, 0.1, used=0.1, mark="replaced"), reading(2, 0.3)]
    found = archived(store, duck, tmp_path, events)
    assert (found["M1", 1][0], found["M1", 2][0]) == (0.1, 0.2)


def test_that_the_first_half_hour_goes_on_from_the_day_before(store: Store, duck: Any, tmp_path: Path) -> None:
    found = archived(store, duck, tmp_path, [reading(-1, 10.0), reading(0, 10.25)])
    assert found["M1", 0] == (0.25, 30.0)


def test_that_a_reading_shortly_after_midnight_belongs_to_the_day_it_ends(
    store: Store, duck: Any, tmp_path: Path
) -> None:
    found = archived(store, duck, tmp_path, [reading(46.2, 10.0), reading(47.2, 10.1)])
    assert ("M1", 47) in found
    assert day_of(MIDNIGHT + timedelta(days=1, minutes=6)) == DAY


def test_that_a_day_that_did_not_change_is_left_alone(sqlite_store: Store, duck: Any, tmp_path: Path) -> None:
    archived(sqlite_store, duck, tmp_path, [reading(0, 10.0)])
    assert MeterDays(tmp_path).write(duck, sqlite_store, DAY, DAY + timedelta(days=1)) == 0


def test_that_a_day_the_store_has_let_go_of_stays_in_the_archive(
    sqlite_store: Store, duck: Any, tmp_path: Path
) -> None:
    archived(sqlite_store, duck, tmp_path, [reading(0, 10.0), reading(1, 10.2), reading(2, 10.5)])
    with sqlite_store._writing() as connection:
        connection.exec_driver_sql("DELETE FROM event_meter_reading WHERE cum_value < 10.4")
    days = MeterDays(tmp_path)
    assert days.write(duck, sqlite_store, DAY, DAY + timedelta(days=1)) == 0
    assert len(halves(duck, days.files(DAY, DAY + timedelta(days=1))[0])) == 3


def test_that_days_beyond_the_keeping_go(sqlite_store: Store, duck: Any, tmp_path: Path) -> None:
    archived(sqlite_store, duck, tmp_path, [reading(0, 10.0), reading(-48, 9.0)])
    assert MeterDays(tmp_path).forget(DAY) == 1
    assert len(MeterDays(tmp_path).files(date.min, date.max)) == 1


# -------------------------------------------------------------------------------------------- baselines


def month(days: int, seed: int = 7) -> tuple[list[Event], dict[tuple[str, int, int], float]]:
    """Of two water meters, and what they used in each (meter, day, slot)."""
    rng, events, used = Random(seed), [], {}
    for meter in ("M1", "M2"):
        cum = 100.0
        events.append(reading(-1 - 48 * days, cum, meter=meter))
        for day in range(-days, 0):
            for slot in range(48):
                moved = round(rng.uniform(0, 0.05), 3) if rng.random() < 0.5 else 0.0
                cum = round(cum + moved, 3)
                used[meter, day, slot] = moved
                events.append(reading(slot + 48 * day, cum, meter=meter))
    return events, used


def test_that_baselines_are_what_plain_python_finds(sqlite_store: Store, tmp_path: Path) -> None:
    events, used = month(16)
    sqlite_store.take(Batch(events=events), "m", MIDNIGHT)
    looked = look(sqlite_store, tmp_path, MIDNIGHT + timedelta(hours=5), MeterSettings())
    assert (looked.days_read, looked.meters) == (17, 2)
    for one in sqlite_store.meters.of(["M1", "M2", "M3"]):
        mine = {(day, slot): value for (meter, day, slot), value in used.items() if meter == one.meter_id}
        rates = [2 * value for value in mine.values()]
        for hour in range(24):
            of_hour = [2 * value for (_, slot), value in mine.items() if slot // 2 == hour]
            assert one.hours[hour] == pytest.approx(statistics.median(of_hour), abs=1e-3)
        assert one.p95 == pytest.approx(statistics.quantiles(rates, n=20, method="inclusive")[18], abs=1e-3)
        firsts = [
            min(slot for slot in range(8, 48) if mine[day, slot] >= 0.002) / 2 for day in sorted({d for d, _ in mine})
        ]
        assert one.first_use_h == statistics.median(firsts)
        assert one.night == DAY


def test_that_a_meter_with_too_few_days_has_no_baseline(sqlite_store: Store, tmp_path: Path) -> None:
    events, _ = month(5)
    sqlite_store.take(Batch(events=events), "m", MIDNIGHT)
    assert look(sqlite_store, tmp_path, MIDNIGHT, MeterSettings()).meters == 0
    assert sqlite_store.meters.newest().night is None


def test_that_an_archive_without_days_gives_none(duck: Any) -> None:
    assert list(baselines(duck, [], 1)) == []


def test_that_the_newest_baselines_are_found_by_meter_and_hour(store: Store) -> None:
    hours = " ".join(["0.5"] * 23 + ["-"])
    for night in (DAY, DAY + timedelta(days=1)):
        assert store.meters.keep(night, [("M1", 20, 0.75, 6.5, hours), ("M2", 20, None, None, hours)]) == 2
    assert store.meters.keep(DAY + timedelta(days=1), [("M1", 20, 1.5, 6.5, hours)]) == 1
    newest = store.meters.newest()
    assert newest.night == DAY + timedelta(days=1)
    assert (newest.usual("M1", 3), newest.usual("M1", 23), newest.high("M1")) == (0.5, None, 1.5)
    assert newest.usual("M2", 3) is newest.high("M2") is None
    assert store.meters.of(["M1"])[0].first_use_h == 6.5


def test_that_only_a_few_nights_stay_in_the_store(sqlite_store: Store) -> None:
    for i in range(6):
        sqlite_store.meters.keep(DAY + timedelta(days=i), [("M1", 20, 0.75, 6.5, "- " * 24)])
    with sqlite_store.read() as connection:
        nights = connection.exec_driver_sql("SELECT count(*) FROM meter_baseline").scalar()
    assert nights == 3
