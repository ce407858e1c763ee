"""Does the collector learn each passage once, whatever it was restarted between, and keep windows that move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.collect.interceptions import Windows
from services.collect.travel_learning import TravelLearning, calibrating
from services.domain.alert import Action, Alert, AlertLevel, Command, Detection
from services.domain.event import Batch, Event
from services.domain.intercept_settings import InterceptSettings
from services.domain.interception_case import (
    AcceptInterception,
    OrderInterception,
    OrderState,
    ReportIntercepted,
)
from services.domain.passage import CheckpointPlace, Passage
from services.domain.travel_table import LEFT
from services.domain.travel_time import Basis
from services.domain.units import Unit, UnitState
from tests.unit.duty_world import LI, WANG

SETTINGS = InterceptSettings(horizon_min=5, thin=5, weekend="", hours=(), silent_s=100, margin_min=0.5)
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
A, B, C = "a", "b", "c"
PLACES = (
    CheckpointPlace(A, "椒江二桥", 121.4385, 28.6900, 6),
    CheckpointPlace(B, "疏港大道口", 121.4700, 28.6600, 6),
    CheckpointPlace(C, "东环大道口", 121.4470, 28.6430, 6),
)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def passage(plate: str, seconds: float, place: str, **more: Any) -> Event:
    name = f"{plate}-{seconds}-{place}"
    given = {"direction": "南", "confidence": 0.97, "plate_flag": "civil", **more}
    record = Passage(name, place, "d", at(seconds), checkpoint_name=place, plate_no=plate, **given)
    return Event("viid", name, "passage", record.passed_at, record)


def traffic(since: int, until: int) -> Iterable[Event]:
    """Every 20 s a vehicle leaves A; three of four pass B after 120 s, one is not seen again."""
    for n, second in enumerate(range(since, until, 20)):
        yield passage(f"浙J{since}{n}", second, A)
        if n % 4:
            yield passage(f"浙J{since}{n}", second + 120, B)


def take(store: Any, events: Iterable[Event], seconds: float) -> None:
    told = sorted(events, key=lambda event: event.occurred_at)
    store.take(Batch(events=tuple(e for e in told if e.occurred_at <= at(seconds))), "viid", at(seconds))


def opened(store: Any) -> TravelLearning:
    store.put_topic("checkpoint_places", PLACES, START)
    return TravelLearning(store, SETTINGS)


def counts(learning: TravelLearning) -> dict[tuple[str, str], int]:
    return {(key.here, key.there): int(value.sum()) for key, value in learning.table.counts.items()}


def test_that_legs_are_learnt_when_their_horizon_has_passed(store: Any) -> None:
    learning = opened(store)
    take(store, traffic(0, 1200), 1200)
    learning.tick(at(1200))  # legs begun before 1200 − 60 − 300 s
    assert counts(learning) == {(A, B): 31, (A, LEFT): 11, (B, LEFT): 27}
    assert learning.table.onward(A, "南", "平峰").chances[B] == pytest.approx(31 / 42, abs=0.15)
    spread = learning.table.spread(A, B, "平峰")
    assert (spread.basis, spread.n) == (Basis.HOURS, 31)
    assert spread.quantile(0.5) == pytest.approx(120, rel=0.1)


def test_that_learning_step_by_step_and_through_a_restart_learns_the_same(store: Any) -> None:
    whole = opened(store)
    take(store, traffic(0, 1200), 1200)
    for seconds in (400, 700, 710, 1000):
        whole.tick(at(seconds))
    again = TravelLearning(store, SETTINGS)
    again.tick(at(1200))
    assert counts(again) == {(A, B): 31, (A, LEFT): 11, (B, LEFT): 27}
    third = TravelLearning(store, SETTINGS)
    third.tick(at(1200))
    assert counts(third) == counts(again), "nothing is learnt twice"


def test_that_badly_read_plates_and_untrusted_clocks_teach_nothing(sqlite_store: Any) -> None:
    learning = opened(sqlite_store)
    bad = [
        passage("浙J1", 10, A, confidence=0.8),
        passage("浙J2", 20, A, plate_flag="unread"),
        passage("", 30, A),
        passage("浙J4", 40, A, clock_trusted=False),
        passage("浙J5", 50, "nowhere"),
        passage("浙J6", 60, A, confidence=None),
        passage("浙J7", 70, A, time_flag="ahead"),
    ]
    take(sqlite_store, [*bad, *traffic(100, 1200)], 1200)
    learning.tick(at(1200))
    assert sum(counts(learning).values()) == 27 + 10 + 23


def test_that_days_too_old_are_let_go(sqlite_store: Any) -> None:
    learning = opened(sqlite_store)
    take(sqlite_store, traffic(0, 1200), 1200)
    learning.tick(at(1200))
    month = 28 * 86_400
    take(sqlite_store, traffic(month, month + 1200), month + 1200)
    learning.tick(at(month + 1200))
    assert learning.table.legs == sum(counts(learning).values()) == 69
    assert len(sqlite_store.travel.days(0)) == 1


def test_that_what_is_learnt_is_foretold_first_and_scored(sqlite_store: Any) -> None:
    learning = opened(sqlite_store)
    take(sqlite_store, traffic(0, 3600), 3600)
    for seconds in range(600, 3601, 60):
        learning.tick(at(seconds))
    (record,) = calibrating(learning).make(sqlite_store, at(3600))["calibration"]
    assert record.legs == record.learnt == learning.table.legs
    assert record.timed > 50 and record.coverage is not None
    assert record.error is not None and record.error < 0.2


# ------------------------------------------------------------------------------------------- windows


def raised(store: Any, event: Event, level: AlertLevel = AlertLevel.ORANGE) -> Alert:
    detection = Detection(
        key="R-CKP-08|浙J8T56K",
        rule_id="R-CKP-08",
        rule_version=1,
        rule_text="布控",
        scene="checkpoints",
        level=level,
        title="布控车辆",
        subject="浙J·8T56K",
        wall_subject="浙J·8**6K",
        subject_kind="passage",
        subject_id=event.event_id,
        place="椒江二桥 南",
        occurred_at=event.occurred_at,
    )
    (alert,) = store.report([detection], event.occurred_at)
    return alert


def ready(store: Any) -> tuple[Windows, Alert, Sequence[Unit]]:
    """Learnt travel times, a wanted vehicle seen at A at 1500 s, a patrol near B."""
    learning = opened(store)
    wanted = passage("浙J8T56K", 1500, A, lane=2)
    take(store, [*traffic(0, 1500), wanted], 1501)
    learning.tick(at(1501))
    units = (Unit("JJ07", "交警 07", "交警", 121.4700, 28.6612, UnitState.FREE, at(1500)),)
    store.put_topic("units", units, at(1500))
    return Windows(learning, SETTINGS), raised(store, wanted), units


def put(store: Any, windows: Windows, seconds: float) -> Any:
    records = windows.make(store, at(seconds))["interception_windows"]
    store.put_topic("interception_windows", records, at(seconds))
    return next(iter(records), None)


def test_that_a_window_stands_for_the_alert_and_moves_with_the_next_sighting(store: Any) -> None:
    windows, alert, _ = ready(store)
    first = put(store, windows, 1505)
    assert (first.id, first.seen.name, first.seen.lane) == (alert.id, "椒江二桥", 2)
    assert (first.places[0].name, first.places[0].call_sign) == ("疏港大道口", "交警 07")
    take(store, [passage("浙J8T56K", 1640, B)], 1641)
    moved = put(store, windows, 1643)
    assert moved.seen.name == "疏港大道口"
    take(store, [passage("浙J8T56K", 1660, C, confidence=0.5)], 1661)
    assert put(store, windows, 1663).seen.name == "疏港大道口", "a bad reading moves nothing"


def test_that_a_window_without_news_is_the_same_record(sqlite_store: Any) -> None:
    windows, _, _ = ready(sqlite_store)
    assert put(sqlite_store, windows, 1505) == put(sqlite_store, windows, 1507)


def test_that_no_plate_leaves_the_store_in_a_window(sqlite_store: Any) -> None:
    windows, _, _ = ready(sqlite_store)
    assert "8T56K" not in repr(put(sqlite_store, windows, 1505))


def test_that_an_order_is_decided_in_the_store_by_the_window_it_holds(store: Any) -> None:
    windows, alert, _ = ready(store)
    put(store, windows, 1505)
    wish = OrderInterception(alert_id=alert.id, checkpoint_id=B, unit_id="JJ07")
    assert store.perform(wish, WANG, at(1506)).refusal == "先签收"
    for action in (Action.SIGN, Action.VERIFY):
        held = store.alert(alert.id)
        assert store.perform(Command(alert.id, action, held.version), WANG, at(1507)).done
    done = store.perform(wish, WANG, at(1508))
    assert (done.refusal, done.case.state, done.case.id[:3]) == ("", OrderState.ORDERED, "LJ-")
    assert store.perform(wish, LI, at(1508)).refusal.startswith("王*已下令")
    assert store.alert(alert.id).notes[-1].text == f"下令拦截 · 疏港大道口 · 交警 07 · {done.case.id}"
    assert put(store, windows, 1510).places[0].call_sign == "", "the unit is under way"
    accepted = store.perform(AcceptInterception(case_id=done.case.id, expected_version=1), WANG, at(1511))
    assert accepted.done
    store.expire(at(1508 + 1801))
    (held,) = store.snapshot("interceptions", at(1508 + 1801)).records
    assert held.overdue_at is not None
    assert put(store, windows, 1520) is not None
    stopped = ReportIntercepted(case_id=held.id, expected_version=held.version)
    assert store.perform(stopped, WANG, at(1508 + 1802)).done
    assert put(store, windows, 1508 + 1803) is None, "what stands is met no more"
    (held,) = store.snapshot("interceptions", at(1508 + 1803)).records
    store.rebuild()
    assert store.snapshot("interceptions", at(1508 + 1801)).records == (held,)
