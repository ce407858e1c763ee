"""Night stays are counted the same however the passages come in, and they change no hit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.collect.rule_files import rules_from_texts, texts_of
from services.domain.alert import AlertLevel
from services.domain.community_told import GatePassage
from services.domain.detect import detector
from services.domain.event import Event
from services.domain.rule import Found
from services.domain.rule_check import NOTHING_BEFORE, told
from services.domain.rule_table import RuleError
from services.domain.timebase import SHANGHAI

TEXT = texts_of(Path(__file__).parents[2] / "resources" / "rules")["R-POP-01.toml"]
(RULE,) = rules_from_texts({"R-POP-01.toml": TEXT})
FIRST = datetime(2026, 11, 1, tzinfo=SHANGHAI)


def passage(hour: int, direction: str, name: str) -> Event:
    at = (FIRST + timedelta(hours=hour)).astimezone(UTC)
    plain: dict[str, Any] = {"registered": 0, "resident": 0, "visitor": 0, "passed_at": at, "local_hour": hour % 24}
    record = GatePassage(name, "E1", "东苑", "南门", direction, "P1", "unknown", **plain)
    return Event("gates", name, "gate_passage", at, record)


def nights(passages: list[tuple[int, str]]) -> int:
    """In from eight in the evening, and the very next passage out from five to ten."""
    found = 0
    for (came, way), (left, back) in pairwise(passages):
        stayed = way == "in" and came % 24 >= 20 and back == "out" and 5 <= left % 24 < 10
        found += stayed and left - came <= 14
    return found


@pytest.mark.parametrize("seed", range(12))
def test_that_night_stays_are_those_of_the_definition_in_any_order_of_arrival(seed: int) -> None:
    rng = Random(seed)
    passages = sorted((hour, rng.choice(("in", "out"))) for hour in rng.sample(range(24 * 12), 36))
    events = [passage(hour, way, f"p{hour:03d}") for hour, way in passages]
    online = detector(RULE, NOTHING_BEFORE, lambda _list: {})
    last = events[-1]
    early = events[:-1]
    rng.shuffle(early)
    for event in (*early, *early, last):
        found = [one for one in told(RULE, online, event) if isinstance(one, Found)]
    (hit,) = [one for one in found if one.event is last or one.event.event_id == last.event_id]
    assert (hit.figures["count"], hit.figures["pairs"]) == (36, nights(passages))
    detection = RULE.detection(hit)
    assert detection.level is (AlertLevel.ORANGE if nights(passages) >= 3 else AlertLevel.YELLOW)


def test_that_pairs_are_not_written_beside_different_values() -> None:
    broken = TEXT.replace("different_days = 5", 'different_days = 5\ndifferent = { column = "gate", at_least = 2 }', 1)
    try:
        rules_from_texts({"R-POP-01.toml": broken})
    except RuleError as why:
        assert "detect.pairs" in str(why)
    else:
        raise AssertionError
