"""What pushed cameras saw, on AI 鹰眼 beside what the community's own cameras saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.collect.pushed_eye import pushed_eye
from services.domain.community import EagleEye, seen_by_all
from services.domain.community_told import CameraKind, camera_title
from services.domain.event import Batch
from services.receivers.viid_lookups import Lookups, Spot
from services.receivers.viid_reading import read_body
from services.store.store import Store

BODIES = Path(__file__).parents[1] / "recorded" / "viid"
NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
EMPTY = EagleEye("", "", "", "", None, (), 0, 0.0, "", 0, 0, 0)


def take(store: Store) -> None:
    lookups = Lookups(spots=lambda _: Spot("XQ01", "云健一区"))
    reading = read_body((BODIES / "vendor_events.json").read_bytes(), NOW, lookups)
    store.take(Batch(events=reading.events), "viid", NOW)


def test_that_the_newest_pushed_event_and_todays_count_are_told(store: Store) -> None:
    assert pushed_eye(store, NOW) == {"pushed_eye": [EMPTY]}
    take(store)
    (eye,) = pushed_eye(store, NOW)["pushed_eye"]
    assert (eye.title, eye.estate_name, eye.today) == ("厂商事件 669", "云健一区", 5)
    (later,) = pushed_eye(store, NOW + timedelta(days=1))["pushed_eye"]
    assert (later.title, later.today) == ("厂商事件 669", 0)


def test_that_the_newer_is_shown_and_both_are_counted() -> None:
    own = replace(EMPTY, event_id="a", occurred_at=NOW, today=3, confirmed_30d=4, judged_30d=5)
    pushed = replace(EMPTY, event_id="b", occurred_at=NOW + timedelta(minutes=1), today=2)
    both = seen_by_all([own, pushed])
    assert both is not None
    assert (both.event_id, both.today, both.confirmed_30d, both.judged_30d) == ("b", 5, 4, 5)
    assert seen_by_all([EMPTY, own]) == own
    assert seen_by_all([]) is None


@pytest.mark.parametrize("kind", [*CameraKind, "vendor_669"])
def test_that_every_kind_has_words(kind: str) -> None:
    assert camera_title(kind)
