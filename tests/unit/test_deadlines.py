"""Does what is due happen once, and does the clock live through a store that does not answer?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from services.collect.deadlines import Deadlines
from services.domain.alert import Ack, Action, AlertLevel, Command, Detection, Visibility
from services.domain.happening import HappeningKind
from services.domain.life import dues, evolve, expiring
from services.domain.officer import Officer, Role
from services.store import cases
from services.store.errors import StoreError
from services.store.schema import alert as alert_table
from services.store.store import Store
from tests.unit import alert_life

AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DUTY = Officer("d", "王建国", Role.DUTY)


def raise_one(store: Store, level: AlertLevel, key: str = "R|k") -> str:
    found = Detection(key, "R", 1, "", "boats", level, "未派船", "", "", "hand_in_request", key, "", AT)
    alert = next(a for a in store.report([found], AT) if a.key == key)
    return alert.id


def kinds(store: Store, alert_id: str) -> list[HappeningKind]:
    return [happening.kind for happening in store.happenings(alert_id)]


def test_that_a_clock_that_passed_while_the_collector_was_down_fires_once_and_late(store: Store) -> None:
    alert_id = raise_one(store, AlertLevel.RED)
    deadlines = Deadlines(store)
    for minutes in (0, 0.5, 90, 91, 200):
        deadlines.tick(AT + timedelta(minutes=minutes))
    told = store.happenings(alert_id)[1:]
    assert sorted((h.text, h.step or "") for h in told) == [
        ("", "dispatch"),
        ("dept_liaison", "ack"),
        ("duty", "ack"),
        ("duty_leader", "ack"),
        ("shift_lead", "ack"),
    ]
    assert all(h.late and h.at == AT + timedelta(minutes=90) for h in told)


def test_that_a_signed_alert_is_not_escalated_for_want_of_a_signature(store: Store) -> None:
    alert_id = raise_one(store, AlertLevel.YELLOW)
    assert store.perform(Command(alert_id, Action.SIGN, 1), DUTY, AT).done
    Deadlines(store).tick(AT + timedelta(minutes=20))
    assert kinds(store, alert_id) == [HappeningKind.RAISED, HappeningKind.SIGNED]


def test_that_a_shelf_ends_by_itself_unsigned(store: Store) -> None:
    alert_id = raise_one(store, AlertLevel.YELLOW)
    until = AT + timedelta(minutes=30)
    assert store.perform(Command(alert_id, Action.SHELVE, 1, "施工", until=until), DUTY, AT).done
    Deadlines(store).tick(until)
    alert = store.alert(alert_id)
    assert alert is not None
    assert (alert.visibility, alert.ack) == (Visibility.VISIBLE, Ack.UNACK)


# ------------------------------------------------------------------------------------- sleep, jumps, kills


def told(store: Store, alert_id: str) -> list[tuple[str, str]]:
    return [(h.step or "", h.text) for h in store.happenings(alert_id) if h.kind is HappeningKind.ESCALATED]


ALL_TOLD = [
    ("ack", "duty"),
    ("ack", "shift_lead"),
    ("dispatch", ""),
    ("ack", "dept_liaison"),
    ("ack", "duty_leader"),
    ("close", ""),
]


def test_that_a_pc_that_slept_across_every_deadline_tells_each_once_marked_late(store: Store) -> None:
    alert_id = raise_one(store, AlertLevel.RED)
    awake = AT + timedelta(hours=9)
    for seconds in (0, 1, 2):
        Deadlines(store).tick(awake + timedelta(seconds=seconds))
    assert sorted(told(store, alert_id)) == sorted(ALL_TOLD)
    assert all(h.late and h.at == awake for h in store.happenings(alert_id)[1:])


def test_that_of_the_deadlines_slept_through_the_earliest_is_told_first(store: Store) -> None:
    alert_id = raise_one(store, AlertLevel.RED)
    Deadlines(store).tick(AT + timedelta(hours=9))
    dues = [h.due_at for h in store.happenings(alert_id)[1:] if h.due_at]
    assert dues == sorted(dues)


def test_that_a_clock_that_jumps_ahead_and_back_tells_nothing_twice_and_loses_nothing(store: Store) -> None:
    alert_id = raise_one(store, AlertLevel.RED)
    deadlines = Deadlines(store)
    for minutes in (0, 2, -300, 0.5, 2.5, -1, 1000, 3, 4, 250, 1001):
        deadlines.tick(AT + timedelta(minutes=minutes))
    assert sorted(told(store, alert_id)) == sorted(ALL_TOLD)


def test_that_an_alert_raised_before_the_clock_was_set_back_is_told_when_its_time_comes(store: Store) -> None:
    alert_id = raise_one(store, AlertLevel.RED)
    deadlines = Deadlines(store)
    for minutes in (-1440, -700, -1):
        deadlines.tick(AT + timedelta(minutes=minutes))
    assert told(store, alert_id) == []
    deadlines.tick(AT + timedelta(minutes=1))
    assert told(store, alert_id) == ALL_TOLD[:2]


def test_that_nobody_is_told_after_a_signature_that_a_wrong_clock_dates_later(store: Store) -> None:
    """Signed while the clock ran ahead; then it is set right and the old rungs' moments come."""
    alert_id = raise_one(store, AlertLevel.YELLOW)
    assert store.perform(Command(alert_id, Action.SIGN, 1), DUTY, AT + timedelta(hours=5)).done
    for minutes in (10, 15, 20, 30):
        Deadlines(store).tick(AT + timedelta(minutes=minutes))
    assert told(store, alert_id) == [("dispatch", "")]


def test_that_many_deadlines_slept_through_leave_officers_their_turn(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "EXPIRED_AT_ONCE", 7)
    names = [raise_one(sqlite_store, AlertLevel.RED, f"R|{n}") for n in range(5)]
    awake = AT + timedelta(hours=9)
    assert len(sqlite_store.expire(awake)) <= 7
    assert sum(len(told(sqlite_store, name)) for name in names) == 7
    signed = sqlite_store.alert(names[4])
    assert signed is not None
    assert sqlite_store.perform(Command(names[4], Action.SIGN, signed.version), DUTY, awake).done
    Deadlines(sqlite_store).tick(awake)
    assert sorted(told(sqlite_store, names[0])) == sorted(ALL_TOLD)
    late = [step for step, text in told(sqlite_store, names[4]) if not text]
    assert sorted(late) == ["close", "dispatch"]
    assert sqlite_store.expire(awake) == ()


@given(st.lists(st.integers(-3000, 6000), max_size=25), st.sampled_from(list(AlertLevel)))
def test_that_however_the_clock_jumps_what_is_past_was_told_once(jumps: list[int], level: AlertLevel) -> None:
    alert = alert_life.raised(level)
    coming = {due.what: due.due_at for due in dues(alert)}
    happened: list[str] = []
    for minutes in jumps:
        now = alert_life.AT + timedelta(minutes=minutes)
        for due in sorted(dues(alert), key=lambda d: d.due_at):
            happening = expiring(alert, due.what, now)
            if happening is not None:
                happened.append(due.what)
                alert = evolve(alert, happening)
    latest = max((alert_life.AT + timedelta(minutes=m) for m in jumps), default=alert_life.AT)
    assert sorted(happened) == sorted(what for what, at in coming.items() if at <= latest)


@pytest.mark.allows_logs
def test_that_an_alert_nobody_can_read_stops_no_other_alerts_clock(store: Store) -> None:
    broken, whole = raise_one(store, AlertLevel.RED), raise_one(store, AlertLevel.RED, "R|2")
    with store._gate.turn(), store._gate.writing() as connection:
        connection.execute(update(alert_table).where(alert_table.c.id == broken).values(body='{"old": 1}'))
    Deadlines(store).tick(AT + timedelta(minutes=1))
    assert told(store, whole) == ALL_TOLD[:2]
    assert told(store, broken) == []


class _Failing:
    """A store that answers only when told to."""

    def __init__(self) -> None:
        self.down = True

    def expire(self, at: datetime) -> tuple[Any, ...]:
        if self.down:
            raise StoreError("连不上数据库")
        return ()


def test_that_an_absent_store_is_said_once_and_its_return_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    store = _Failing()
    deadlines = Deadlines(cast("Store", store))
    for down in (True, True, True, False, False):
        store.down = down
        deadlines.tick(AT)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
