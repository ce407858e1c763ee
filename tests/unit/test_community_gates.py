"""The community's gates: repeated reads, odd clocks, categories that cannot be, and who is not counted at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.event import Batch
from services.sources.community_gates import normalise_gates
from services.sources.community_upstream import Answer

RECORDED = Path(__file__).parents[1] / "recorded" / "community" / "gates.json"
NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)
ROW = json.loads(RECORDED.read_text(encoding="utf-8"))[0]


def read(name: str, second: int = 0, **changes: Any) -> dict[str, Any]:
    return ROW | {"lsh": name, "txsj": f"202611211410{second:02d}"} | changes


def taken(*rows: dict[str, Any], before: tuple[dict[str, Any], ...] = ()) -> Batch:
    return normalise_gates(Answer({"rows": rows, "before": before}, "7"), NOW)


def names(batch: Batch) -> list[str]:
    return [event.event_id for event in batch.events]


def test_that_a_gate_that_stutters_tells_one_passage_and_the_rest_is_set_aside() -> None:
    batch = taken(*(read(f"a{i}", 4 * i) for i in range(10)))
    assert names(batch) == ["a0"]
    assert {refused.reason for refused in batch.refused} == {"repeated_read"}
    assert len(batch.refused) == 9


def test_that_a_repeat_is_known_across_two_fetches() -> None:
    batch = taken(read("b", 5), before=(read("a", 1),))
    assert names(batch) == []
    assert [refused.reason for refused in batch.refused] == ["repeated_read"]


@pytest.mark.parametrize("changes", [{"fx": "2"}, {"rybm": "XQ01-other"}, {"mjmc": "东门"}])
def test_that_another_direction_person_or_gate_is_no_repeat(changes: dict[str, Any]) -> None:
    assert names(taken(read("a", 1, fx="1"), read("b", 3, **({"fx": "1"} | changes)))) == ["a", "b"]


def test_that_the_same_row_sent_again_is_left_to_the_store_and_not_called_a_repeat() -> None:
    batch = taken(read("a", 1), read("a", 1))
    assert names(batch) == ["a", "a"]
    assert batch.refused == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"txsj": ""}, "bad_time"),
        ({"txsj": "20261121250000"}, "bad_time"),
        ({"txsj": "20261121150000"}, "future_time"),
        ({"rylb": "77"}, "unknown_category"),
        ({"rylb": "10", "czbz": 0}, "impossible_category"),
        ({"rylb": "99", "djbz": 1}, "impossible_category"),
    ],
)
def test_that_what_cannot_be_is_refused_with_its_reason_and_stops_nobody_else(
    changes: dict[str, Any], reason: str
) -> None:
    good = read("good", 1)
    batch = taken(read("bad", 1, rybm="XQ01-1") | changes, good)
    assert names(batch) == ["good"]
    assert [refused.reason for refused in batch.refused] == [reason]


def test_that_minors_kin_and_protected_persons_are_marked_and_nothing_said_stays_unknown() -> None:
    said = taken(read("a", wcnbz=1, qsbz=0, ghbz=1, txbz=0)).events[0].record
    assert (said.minor, said.kin, said.protected, said.accompanied) == (1, 0, 1, 0)
    silent = taken(read("b")).events[0].record
    assert (silent.minor, silent.kin, silent.protected, silent.accompanied) == (None, None, None, None)
    assert said.local_hour == pytest.approx(14 + 10 / 60)


@given(st.lists(st.tuples(st.integers(0, 59), st.sampled_from("12")), min_size=1, max_size=30))
def test_that_the_reads_that_are_kept_are_never_nearer_than_the_limit(reads: list[tuple[int, str]]) -> None:
    batch = taken(*(read(f"r{i:02d}", second, fx=way) for i, (second, way) in enumerate(reads)))
    assert len(batch.events) + len(batch.refused) == len(reads)
    kept = sorted((e.record.direction, e.occurred_at) for e in batch.events)
    for (way, at), (other, later) in pairwise(kept):
        assert way != other or (later - at).total_seconds() > 10
