"""Do fences, sequences and expiries tell what they should, and do they say it well?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.domain.area import Area, Ground, area_from
from services.domain.event import Event
from services.domain.rule import Found
from services.domain.rule_check import told
from tests.unit.detecting import (
    START,
    Reply,
    at,
    fence,
    follow,
    said,
    seen,
    started,
    word,
)

# ------------------------------------------------------------------------------------------ geofence


def test_that_entering_leaving_and_staying_are_told() -> None:
    trail = [at(0, 0, 120.99), at(1, 1, 121.005), at(2, 3, 121.005), at(3, 6, 121.005), at(4, 7, 120.99)]
    assert said(fence("enter"), trail) == ["+001", "-004"]
    assert said(fence("leave"), trail) == ["+004"]
    assert said(fence("dwell", dwell_minutes=5), trail) == ["+003", "-004"]


def test_that_who_is_first_seen_inside_has_not_entered() -> None:
    assert said(fence("enter"), [at(0, 0, 121.005), at(1, 1, 121.005)]) == []


def test_that_a_position_that_jumps_at_the_edge_neither_leaves_nor_enters() -> None:
    jumping = [at(0, 0, 120.99), at(1, 1, 121.0001), at(2, 2, 120.9998), at(3, 3, 121.0001), at(4, 4, 120.9998)]
    assert said(fence("enter", margin_m=50), jumping) == ["+001"]
    assert said(fence("enter", margin_m=5), jumping) == ["+001", "-002", "+003", "-004"]


def test_that_from_one_area_into_another_is_told_of_both() -> None:
    online = started(fence("enter"))
    trail = [at(0, 0, 120.99), at(1, 1, 121.005), at(2, 2, 121.015)]
    assert [o.figures["area"] for e in trail for o in online.feed(e) if isinstance(o, Found)] == ["油库", "码头"]


def test_that_an_unknown_position_and_a_forgotten_one_say_nothing() -> None:
    assert said(fence("enter"), [at(0, 0, None), at(1, 1, 121.005)]) == []
    assert said(fence("enter", within_hours=1), [at(0, 0, 120.99), at(1, 61, 121.005)]) == []


def test_that_a_point_is_in_an_area_or_out_or_too_near_to_tell() -> None:
    ring = Area("口", ((0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.008, 0.01), (0.008, 0.002), (0.0, 0.002)))
    ground = Ground([ring], 30)
    assert (ground.at(0.009, 0.005), ground.at(0.004, 0.006)) == ("口", "")
    assert ground.at(0.0078, 0.005) is None
    assert (ground.at(0.0, 0.0), ground.at(0.02, 0.005)) == ("口", "")


@pytest.mark.parametrize(
    ("area", "why"),
    [
        ({"name": "x", "outline": [[1, 2], [3, 4]]}, "三个"),
        ({"name": "x", "outline": [[1, 2], [3, 4], [5, "6"]]}, "两个数"),
        ({"name": "x", "outline": [[28, 121], [29, 122], [28, 99]]}, "不在地球上"),
        ({"name": "x", "outline": [[0, 0], [20, 0], [0, 20]]}, "过大"),
        ({"name": " ", "outline": []}, "name"),
        ("油库", "区域须为"),
    ],
)
def test_that_an_area_that_cannot_be_is_refused(area: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        area_from(area)


# ------------------------------------------------------------------------------- sequence and expiry


def test_that_what_follows_in_time_is_told_about_the_first_in_either_order_of_arrival() -> None:
    first, second, late = seen(0, 0), seen(1, 4, 9), seen(2, 5, 9)
    assert said(follow("sequence"), [first, second]) == ["+000"]
    assert said(follow("sequence"), [second, first]) == ["+000"]
    assert said(follow("sequence"), [first, late]) == []
    assert said(follow("sequence"), [second, seen(3, 4.5)]) == []


def test_that_an_expiry_is_told_once_when_the_time_is_up_and_not_before() -> None:
    online = started(follow())
    online.feed(seen(0, 0))
    assert online.due(START + timedelta(minutes=3.9)) == []
    (hit,) = online.due(START + timedelta(minutes=4))
    assert isinstance(hit, Found)
    assert hit.figures["silent_min"] == 4
    assert online.due(START + timedelta(minutes=9)) == []


def test_that_an_answer_in_time_leaves_nothing_to_tell_and_one_too_late_returns_to_normal() -> None:
    online = started(follow())
    assert told(follow(), online, seen(0, 0)) == ()
    assert told(follow(), online, seen(1, 4, 9)) == ()
    assert online.due(START + timedelta(minutes=9)) == []
    online.feed(seen(2, 10))
    assert len(online.due(START + timedelta(minutes=14))) == 1
    assert [word(o) for o in online.then(seen(3, 20, 9))] == ["-002"]


def test_that_an_answer_received_late_but_given_in_time_returns_to_normal() -> None:
    online = started(follow())
    online.feed(seen(0, 0))
    assert len(online.due(START + timedelta(minutes=5))) == 1
    assert [word(o) for o in online.then(seen(1, 3, 9))] == ["-000"]


def test_that_grace_waits_for_what_comes_late() -> None:
    online = started(follow(grace_minutes=2))
    online.feed(seen(0, 0))
    assert online.due(START + timedelta(minutes=5.9)) == []
    online.then(seen(1, 5, 9))  # after the time, so it is no answer in time
    assert [word(o) for o in online.due(START + timedelta(minutes=6))] == ["+000", "-000"]


def test_that_another_kind_of_event_may_answer() -> None:
    some = follow(then="done", then_event="reply", then_by=["to"])
    online = started(some)
    told(some, online, seen(0, 0))
    told(some, online, seen(1, 0, what="乙"))
    for number, (to, done) in enumerate([("甲", True), ("乙", False), (None, True)]):
        told(some, online, Event("s", f"r{number}", "reply", START + timedelta(minutes=1), Reply(to, done)))
    assert [word(o) for o in online.due(START + timedelta(minutes=5))] == ["+001"]


def test_that_who_waits_is_found_after_a_restart_also_when_the_time_ran_out_meanwhile() -> None:
    stored = [seen(0, 0), seen(1, 1, what="乙"), seen(2, 2, 9, what="乙")]
    online = started(follow(), stored)
    assert [word(o) for o in online.due(START + timedelta(hours=9))] == ["+000"]
    assert [word(o) for o in started(follow(), stored).then(seen(3, 2, 9))] == []


def test_that_what_nobody_can_wait_for_any_more_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.domain.waiting._SWEEP_EVERY", 1)
    online: Any = started(follow())
    for day in range(5):
        online.feed(seen(day, day * 24 * 60))
        online.then(seen(10 + day, day * 24 * 60 + 10, 9, what="乙"))
    assert len(online._open["甲",]) <= 2
    assert len(online._answers["乙",]) <= 2
