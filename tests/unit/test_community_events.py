"""Rows of the community's database become events, or are refused with the reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.event import Batch
from services.sources.community_cameras import normalise_camera_events, track_points
from services.sources.community_events import moment
from services.sources.community_gates import normalise_gates
from services.sources.community_upstream import Answer

RECORDED = Path(__file__).parents[1] / "recorded" / "community"
NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)


def recorded(name: str) -> list[dict[str, Any]]:
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def taken(normalise: Any, *rows: dict[str, Any]) -> Batch:
    return normalise(Answer({"rows": rows}, "7"), NOW)


def gate(**changes: Any) -> dict[str, Any]:
    return recorded("gates")[0] | changes


def seen(**changes: Any) -> dict[str, Any]:
    return recorded("cameras")[0] | changes


def test_that_every_recorded_row_becomes_an_event() -> None:
    for name, normalise in (
        ("gates", normalise_gates),
        ("cameras", normalise_camera_events),
    ):
        batch = taken(normalise, *recorded(name))
        assert len(batch.events) == len(recorded(name))
        assert batch.refused == ()
        assert batch.cursor == "7"


def test_that_a_passage_keeps_the_pseudonym_and_only_the_mask_of_a_name() -> None:
    row = next(r for r in recorded("gates") if r["xing"])
    record = taken(normalise_gates, row).events[0].record
    assert record.known_as == "林*"
    assert record.person_id.startswith("XQ01-")
    assert record.registered == record.resident == 0


def test_that_their_local_time_becomes_utc() -> None:
    event = taken(normalise_gates, gate(txsj="20261121143207")).events[0]
    assert event.occurred_at == datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)
    assert event.record.passed_at == event.occurred_at


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"txsj": "20261331000000"}, "bad_time"),
        ({"txsj": ""}, "bad_time"),
        ({"txsj": "2026-11-21 14:32"}, "bad_time"),
        ({"txsj": "20261121144000"}, "future_time"),
        ({"xqmc": None}, "unknown_gate"),
        ({"mjmc": ""}, "unknown_gate"),
        ({"fx": "3"}, "bad_direction"),
        ({"rylb": "88"}, "unknown_category"),
        ({"rybm": ""}, "no_person"),
    ],
)
def test_that_a_passage_that_cannot_be_is_refused_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    batch = taken(normalise_gates, gate(), gate(**changes))
    assert len(batch.events) == 1
    assert [r.reason for r in batch.refused] == [reason]
    assert json.loads(batch.refused[0].raw)["lsh"] == gate()["lsh"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"zxd": 1.5}, "bad_score"),
        ({"zxd": None}, "bad_score"),
        ({"sjlx": "77"}, "unknown_kind"),
        ({"gj": "oops"}, "bad_track"),
        ({"xqmc": None}, "unknown_camera"),
    ],
)
def test_that_a_camera_event_that_cannot_be_is_refused_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    assert [r.reason for r in taken(normalise_camera_events, seen(**changes)).refused] == [reason]


@given(st.text(max_size=20))
def test_that_any_text_is_a_moment_or_a_value_error(digits: str) -> None:
    try:
        at = moment(digits)
    except ValueError:
        return
    assert f"{at:%Y%m%d%H%M%S}" == digits


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000))))
def test_that_a_track_is_read_as_it_was_written(points: list[tuple[int, int]]) -> None:
    assert list(track_points(" ".join(f"{x},{y}" for x, y in points))) == points
