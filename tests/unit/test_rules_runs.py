"""Do the rules over more than one passage go on in a store, on both databases, as if nothing had happened?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.collect.rule_files import rule_from_text
from services.collect.rules import RuleRunner
from services.domain.alert import Alert, AlertLevel, Condition
from services.domain.event import Batch, Event
from services.domain.passage import Passage
from services.domain.rule import Rule
from services.store.store import Store

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
NIGHT = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Sighting = tuple[timedelta, dict[str, Any]]

BAD, CLEAN = ({"vsp_valid": True, "opacity_pct": reading, "confidence": 0.97} for reading in (38.2, 12.0))
LOADED, EMPTY = ({"blind_road": True, "local_hour": 23.5, "is_loaded": loaded} for loaded in (True, False))
NO_PLATE = {"plate_no": "", "has_plate": False, "vehicle_class": "K33", "vehicle_colour": "灰", "vehicle_brand": "大众"}
HUB = {"use": "非营运", "at_hub": True}
STORIES: dict[str, tuple[list[Sighting], int]] = {
    "R-CKP-02": ([(0 * DAY, BAD), (9 * DAY, CLEAN), (20 * DAY, BAD), (25 * DAY, BAD)], 3),
    "R-CKP-07": ([(0 * HOUR, NO_PLATE), (0.2 * HOUR, NO_PLATE | {"checkpoint_id": "乙"})], 1),
    "R-CKP-11": ([(i * HOUR, HUB | {"checkpoint_id": "甲乙"[i % 2]}) for i in range(6)], 5),
    "R-CKP-12F": ([(i * HOUR / 4, {"use": "旅游客运"}) for i in range(17)], 16),
    "R-CKP-14": ([(0 * DAY, LOADED), (0.5 * HOUR, EMPTY), (2 * DAY, LOADED), (2 * DAY + 0.5 * HOUR, EMPTY)], 3),
}


@cache
def rule(name: str) -> Rule:
    file = RULES / f"{name}.toml"
    return rule_from_text(file.read_text(encoding="utf-8"), file.name, {})


def passages(story: Sequence[Sighting]) -> list[Event]:
    return [
        Event("viid", f"p{i:03d}", "passage", NIGHT + after, Passage(f"p{i:03d}", device_id="d", **_given(after, more)))
        for i, (after, more) in enumerate(story)
    ]


def _given(after: timedelta, more: dict[str, Any]) -> dict[str, Any]:
    return {"checkpoint_id": "甲", "plate_no": "浙J8T56K", "plate_flag": "civil", "passed_at": NIGHT + after} | more


def take(store: Store, event: Event) -> Sequence[Alert]:
    return store.take(Batch(events=[event]), "viid", event.occurred_at).alerts


@pytest.mark.parametrize("name", STORIES)
def test_that_a_runner_made_anew_before_every_passage_raises_at_the_same_one(store: Store, name: str) -> None:
    story, last = STORIES[name]
    for i, event in enumerate(passages(story)):
        store.use_rules(RuleRunner([rule(name)]))
        found = take(store, event)
        assert [alert.rule_id for alert in found] == ([name] if i == last else []), i


def test_that_a_clean_reading_after_the_second_exceedance_returns_it_to_normal_and_closes_nothing(
    sqlite_store: Store,
) -> None:
    sqlite_store.use_rules(RuleRunner([rule("R-CKP-02")]))
    events = passages([(0 * DAY, BAD), (9 * DAY, BAD), (20 * DAY, CLEAN)])
    (alert,) = [found for event in events[:2] for found in take(sqlite_store, event)]
    assert (alert.level, alert.department, alert.condition) == (AlertLevel.ORANGE, "生态环境", Condition.ACTIVE)
    take(sqlite_store, events[2])
    after = sqlite_store.alert(alert.id)
    assert after is not None
    assert (after.is_open, after.condition) == (True, Condition.RTN)
