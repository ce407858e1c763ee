"""The back-test's cache keeps no day longer than the store keeps its events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.collect.history_keeping import HistoryKeeping
from services.domain.keeping import Keeping

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def cached(folder: Path, kind: str, days_ago: int) -> Path:
    number = (NOW - days_ago * DAY - datetime(1970, 1, 1, tzinfo=UTC)) // DAY
    file = folder / kind / f"{number}-1000-77.parquet"
    file.parent.mkdir(exist_ok=True)
    file.touch()
    return file


def test_that_days_go_when_their_events_have_gone(tmp_path):
    old, young = cached(tmp_path, "passage", 33), cached(tmp_path, "passage", 31)
    longer, for_ever = cached(tmp_path, "warehouse_level", 33), cached(tmp_path, "hand_in_filed", 3000)
    HistoryKeeping(tmp_path, Keeping()).tick(NOW)
    assert [file.exists() for file in (old, young, longer, for_ever)] == [False, True, True, True]


def test_that_what_is_no_day_and_a_folder_that_is_not_there_are_left_alone(tmp_path):
    other = tmp_path / "passage" / "notes.parquet"
    other.parent.mkdir()
    other.touch()
    HistoryKeeping(tmp_path, Keeping()).tick(NOW)
    HistoryKeeping(tmp_path / "nowhere", Keeping()).tick(NOW)
    assert other.exists()
