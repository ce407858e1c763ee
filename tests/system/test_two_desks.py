"""Two desks act on one alert at the same instant, a thousand times: one wins, the other reads both values."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import pytest

from services.collect.deadlines import Deadlines
from services.domain.alert import Action, AlertLevel, Command, Detection, Work
from services.domain.happening import HappeningKind
from services.domain.life import decide
from services.domain.officer import Officer, Role
from services.store import cases
from services.store.store import Store

TRIES = 1000
AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DESKS = (
    (Officer("d1", "王建国", Role.DUTY), "交通"),
    (Officer("d2", "李晓", Role.DUTY), "公安"),
)
MASKS = {"交通": "王*", "公安": "李*"}
FOUND = Detection("k", "R", 1, "", "checkpoints", AlertLevel.YELLOW, "疑似", "", "", "vehicle", "1", "", AT)


def verified(url: str) -> list[str]:
    """So many alerts that wait to be dispatched."""
    with Store.open(url) as store, store._gate.turn(), store._gate.writing() as connection:
        docket = cases.Docket(connection, AT)
        alerts = docket.found([replace(FOUND, key=f"k{n}", subject_id=str(n)) for n in range(TRIES)])
        for alert in alerts:
            for action in (Action.SIGN, Action.VERIFY):
                alert = docket.add(decide(alert, Command(alert.id, action, alert.version), DESKS[0][0], AT))
                assert alert is not None
        docket.write()
        return [alert.id for alert in alerts]


def desk(url: str, place: int, alert_ids: list[str], together: Any, told: Connection) -> None:
    """One process: on every alert its own wish, at the same moment as the other's."""
    officer, department = DESKS[place]
    with Store.open(url) as store:
        outcomes = []
        for alert_id in alert_ids:
            together.wait(30)
            wish = Command(alert_id, Action.DISPATCH, 3, "核实", department)
            outcomes.append(store.perform(wish, officer, AT).refusal)
    told.send(outcomes)
    told.close()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_of_two_desks_exactly_one_wins_each_time_and_the_other_is_told_both_values(store_url: str) -> None:
    alert_ids = verified(store_url)
    first, second = raced(store_url, alert_ids)
    wins: Counter[str] = Counter()
    with Store.open(store_url) as store:
        for alert_id, *refusals in zip(alert_ids, first, second, strict=True):
            assert refusals.count("") == 1, refusals
            place = refusals.index("")
            won, lost = DESKS[place][1], DESKS[1 - place][1]
            wins[won] += 1
            assert refusals[1 - place] == f"{MASKS[won]}已先派往{won}（您要派往{lost}），请看最新"
            alert = store.alert(alert_id)
            assert alert is not None
            assert (alert.work, alert.department, alert.version) == (Work.DISPATCHED, won, 4)
        assert store.verify_chain() is None
        assert len(store.happenings(alert_ids[-1])) == 4
    assert set(wins) == {"交通", "公安"}, wins


def raced(url: str, alert_ids: list[str]) -> tuple[list[str], list[str]]:
    """What each desk was told, alert by alert."""
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(2)
    pipes = [spawn.Pipe(duplex=False) for _ in DESKS]
    processes = [
        spawn.Process(target=desk, args=(url, place, alert_ids, together, theirs))
        for place, (_, theirs) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    for _, theirs in pipes:
        theirs.close()
    told = [ours.recv() for ours, _ in pipes]
    for process in processes:
        process.join()
        process.close()
    for ours, _ in pipes:
        ours.close()
    return told[0], told[1]


@pytest.mark.timeout(60)
def test_that_nobody_is_told_of_a_missing_signature_after_it_whoever_is_first(store_url: str) -> None:
    """A desk signs and the collector's clock tells, at the same time on the same alerts."""
    with Store.open(store_url) as collector, Store.open(store_url) as seat:
        red = [replace(FOUND, key=f"k{n}", subject_id=str(n), level=AlertLevel.RED) for n in range(60)]
        names = [alert.id for alert in collector.report(red, AT)]
        ticking = threading.Thread(target=tell_minute_by_minute, args=(collector,), name="collector")
        ticking.start()
        outcomes = [sign(seat, name) for name in names]
        ticking.join()
        Deadlines(collector).tick(AT + timedelta(minutes=30))
        assert all(outcomes)
        for name in names:
            kinds = [h.kind for h in seat.happenings(name) if h.kind is HappeningKind.SIGNED or h.text]
            assert kinds.index(HappeningKind.SIGNED) == len(kinds) - 1, "told after the signature"


def tell_minute_by_minute(store: Store) -> None:
    for half in range(1, 7):
        Deadlines(store).tick(AT + timedelta(seconds=30 * half))


def sign(store: Store, alert_id: str) -> bool:
    """A late clock in between is not held against the officer: the version he saw holds."""
    return store.perform(Command(alert_id, Action.SIGN, 1), DESKS[0][0], AT + timedelta(minutes=2)).done
