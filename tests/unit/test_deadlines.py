"""Does what is due happen once, and does the clock live through a store that does not answer?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from services.collect.deadlines import Deadlines
from services.domain.alert import Ack, Action, AlertLevel, Command, Detection, Visibility
from services.domain.happening import HappeningKind
from services.domain.officer import Officer, Role
from services.store.errors import StoreError
from services.store.store import Store

AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DUTY = Officer("d", "王建国", Role.DUTY)


def raise_one(store: Store, level: AlertLevel) -> str:
    found = Detection("R|k", "R", 1, "", "boats", level, "未派船", "", "", "hand_in_request", "1", "", AT)
    (alert,) = store.report([found], AT)
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
