"""K6: counts by kind, precision, vehicles that come again, delay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from alert_life import AT, raised

from services.collect.checkpoint_statistics import statistics
from services.domain.alert import Alert, AlertLevel, Detection, Verdict
from services.domain.checkpoint_statistics import KindCount, RepeatVehicle, statistics_of
from services.domain.timebase import midnight_before
from services.store.store import Store

DAY = timedelta(days=1)


def alert(rule: str, verdict: Verdict | None = None, days_ago: int = 0, delay_s: float = 2.0) -> Alert:
    at = AT - days_ago * DAY
    return replace(raised(), rule_id=rule, verdict=verdict, raised_at=at, occurred_at=at - timedelta(seconds=delay_s))


def test_that_each_kind_is_counted_with_what_was_found_of_it() -> None:
    alerts = [
        alert("R-CKP-01", Verdict.TRUE),
        alert("R-CKP-01", Verdict.FALSE_ALARM, days_ago=2),
        alert("R-CKP-01", days_ago=3, delay_s=8),
        alert("R-CKP-08", Verdict.NO_ACTION),
    ]
    made = statistics_of(alerts, {"R-CKP-01": "尾气超标"}, (), midnight_before(AT))
    assert made.kinds == (
        KindCount("R-CKP-01", "尾气超标", 1, 3, 2, 1),
        KindCount("R-CKP-08", alerts[3].title, 1, 1, 1, 1),
    )
    assert made.delay_s == 2.0


def test_that_a_kind_is_called_without_the_figures_of_one_alert() -> None:
    titled = replace(alert("R-CKP-01"), title="尾气超标 42.9 %")
    assert statistics_of([titled], {}, (), AT).kinds[0].title == "尾气超标"


def test_that_vehicles_that_come_again_are_named_the_most_frequent_first() -> None:
    seen = [("浙J1", 1, AT), ("浙J2", 2, AT - DAY), ("浙J3", 4, AT), ("浙J4", 1, AT)]
    made = statistics_of([alert("R")], {}, seen, midnight_before(AT), most=1)
    assert made.repeats == (RepeatVehicle("浙J3", 4, AT),) and made.repeat_pct == 50


def test_that_nothing_is_made_up_where_there_is_nothing() -> None:
    made = statistics_of([], {}, (), AT)
    assert (made.kinds, made.repeat_pct, made.closed_pct, made.delay_s) == ((), None, None, None)


def test_that_repeats_are_counted_over_90_days_of_this_scene(store: Store) -> None:
    def found(key: str, days_ago: int, plate: str, scene: str = "checkpoints") -> Detection:
        at = AT - days_ago * DAY
        return Detection(
            key,
            "R-CKP-01",
            1,
            "",
            scene,
            AlertLevel.BLUE,
            "题",
            "",
            "",
            "passage",
            key,
            "",
            at,
            links=(f"vehicle:{plate}",),
        )

    for key, days, plate, scene in (
        ("a", 0, "浙J1", "checkpoints"),
        ("b", 60, "浙J1", "checkpoints"),
        ("c", 91, "浙J2", "checkpoints"),
        ("d", 0, "浙J2", "checkpoints"),
        ("e", 0, "浙J2", "community"),
    ):
        store.report([found(key, days, plate, scene)], AT - days * DAY)
    (made,) = statistics(store, AT)["checkpoint_statistics"]
    assert [(r.plate_no, r.alerts) for r in made.repeats] == [("浙J1", 2)] and made.repeat_pct == 50
