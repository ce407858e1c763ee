"""Courses from the store's log: followed entry by entry they are what the whole log tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from services.collect.performance_summaries import summaries
from services.domain.alert import Action, Alert, AlertLevel, Command, Detection, FalseReason
from services.domain.officer import Officer, Role
from services.domain.performance import measure
from services.domain.rule import Clearing
from services.domain.yardstick import Period, Yardstick
from services.store.performance import Courses
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
LI = Officer("u2", "李晓", Role.SHIFT_LEAD)
MINUTE = timedelta(minutes=1)


def detection(key: str, level: AlertLevel, at: datetime) -> Detection:
    return Detection(key, "r1", 3, "≥ 10 次", "community", level, "频繁出入", "林*", "林**", "person", key, "东苑", at)


def raised(store: Store, key: str, at: datetime, level: AlertLevel = AlertLevel.YELLOW) -> Alert:
    (alert,) = store.report([detection(key, level, at)], at)
    return alert


def done(store: Store, alert: Alert, action: Action, at: datetime, **rest) -> Alert:
    outcome = store.perform(Command(alert.id, action, alert.version, **rest), LI, at)
    assert outcome.alert is not None, outcome.refusal
    assert outcome.done, outcome.refusal
    return outcome.alert


def false_alarm(store: Store, key: str, at: datetime) -> None:
    alert = done(store, raised(store, key, at), Action.SIGN, at + MINUTE)
    alert = done(store, alert, Action.VERIFY, at + 2 * MINUTE)
    alert = done(store, alert, Action.FALSE_ALARM, at + 3 * MINUTE, false_reason=FalseReason.WEATHER)
    done(store, alert, Action.CLOSE, at + 4 * MINUTE, text="大风")


def read(courses: Courses, store: Store, now: datetime = NOW):
    with store.read() as connection:
        return sorted(courses.read(connection, now), key=lambda c: c.id)


def test_that_what_officers_did_comes_out_as_figures(store):
    false_alarm(store, "a", NOW)
    raised(store, "b", NOW + MINUTE, AlertLevel.ORANGE)
    found = measure(read(Courses(), store), Period("day", "", NOW, NOW + 60 * MINUTE), Yardstick())
    yellow = found.waits[2]
    assert (found.alarms, found.unsigned, found.per_hour) == (2, 1, 2.0)
    assert (yellow.ack_p50, yellow.close_p90) == (60, 240)
    assert [(p.rule_id, p.right, p.judged) for p in found.precisions] == [("r1", 0, 1)]
    assert {k.step.value: (k.kept, k.decided) for k in found.kept if k.decided} == {
        "ack": (1, 2), "dispatch": (0, 1), "close": (1, 1),
    }  # fmt: skip


def test_that_courses_followed_step_by_step_equal_those_read_at_once(store):
    followed = Courses()
    alert = raised(store, "a", NOW)
    assert [c.version for c in read(followed, store)] == [1]
    alert = done(store, alert, Action.SIGN, NOW + MINUTE)
    store.report([Clearing("a")], NOW + 2 * MINUTE)
    raised(store, "b", NOW + 3 * MINUTE)
    assert read(followed, store) == read(Courses(), store)
    false_alarm(store, "c", NOW + 4 * MINUTE)
    assert read(followed, store) == read(Courses(), store)
    assert len(read(followed, store)) == 3


def test_that_an_old_ended_alert_is_let_go_and_found_again_when_it_is_reopened(store):
    followed = Courses()
    false_alarm(store, "a", NOW)
    later = NOW + timedelta(days=40)
    assert [c.is_open for c in read(followed, store, NOW)] == [False]
    assert read(followed, store, later) == []
    assert read(Courses(), store, later) == []
    alert = store.alert("YJ-1121-0001")
    assert alert is not None
    done(store, alert, Action.REOPEN, later, text="再次来访")
    assert [(c.is_open, c.raised_at) for c in read(followed, store, later)] == [(True, NOW)]


def test_that_an_open_alert_of_last_year_is_still_followed(store):
    raised(store, "a", NOW - timedelta(days=400))
    assert len(read(Courses(), store)) == 1


def test_that_the_first_question_is_answered_by_indexes(sqlite_store):
    with sqlite_store.read() as connection:
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT body FROM case_event WHERE stream = 'alert' AND case_id IN"
                " (SELECT id FROM alert WHERE is_open OR raised_at >= 1 OR ended_at >= 1) ORDER BY case_id, version"
            )
        ).all()
    assert not any("SCAN case_event" in row.detail or "TEMP B-TREE" in row.detail for row in plan), plan


def test_that_the_summary_puts_five_periods_and_the_yardstick(sqlite_store):
    (summary,) = summaries(Yardstick())
    raised(sqlite_store, "a", NOW)
    made = summary.make(sqlite_store, NOW + MINUTE)
    for topic, records in made.items():
        sqlite_store.put_topic(topic, records, NOW + MINUTE)
    assert set(made) == set(summary.topics)
    assert {p.id: p.alarms for p in made["alarm_performance"]} == dict.fromkeys(
        ("today", "shift", "day", "week", "month"), 1
    )
    assert sqlite_store.snapshot("alarm_performance", NOW).records == made["alarm_performance"]
    assert sqlite_store.snapshot("yardstick", NOW).first() == Yardstick()


def test_that_long_periods_are_measured_anew_each_minute_one_at_a_time_and_short_ones_every_time(sqlite_store):
    (summary,) = summaries(Yardstick())
    raised(sqlite_store, "a", NOW - MINUTE)
    summary.make(sqlite_store, NOW)
    raised(sqlite_store, "b", NOW + timedelta(seconds=1))

    def counted(seconds: int) -> list[int]:
        made = summary.make(sqlite_store, NOW + timedelta(seconds=seconds))["alarm_performance"]
        return [p.alarms for p in made]

    assert [counted(s) for s in (30, 60, 70)] == [[2, 2, 2, 1, 1], [2, 2, 2, 2, 1], [2, 2, 2, 2, 2]]


def test_that_a_clock_set_back_does_not_freeze_the_long_periods(sqlite_store):
    (summary,) = summaries(Yardstick())
    summary.make(sqlite_store, NOW)
    raised(sqlite_store, "a", NOW - timedelta(hours=2))
    for _ in range(2):
        made = summary.make(sqlite_store, NOW - timedelta(hours=1))["alarm_performance"]
    assert [p.alarms for p in made] == [1, 1, 1, 1, 1]
