"""Group commit: nothing is acknowledged before it is on disk, and a full house says busy."""

import threading
from datetime import UTC, datetime

import pytest

from services.collect.intake import Intake
from services.domain.event import Event
from services.domain.timebase import Timebase
from services.store.errors import StoreBusy, StoreError

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
CLOCK = Timebase(0.0, NOON, 0.0)


class Shelf:
    """A store whose commits can be held up."""

    def __init__(self, error=None):
        self.commits, self.gate, self.error = [], threading.Event(), error
        self.gate.set()
        self.entered = threading.Event()

    def take(self, batch, source, at):
        self.entered.set()
        self.gate.wait(5)
        if self.error:
            raise self.error
        self.commits.append((source, [e.event_id for e in batch.events]))
        return len(batch.events)


def event(number: int) -> Event:
    return Event("viid", str(number), "passage", NOON, None)


@pytest.fixture
def house():
    opened = []

    def open_house(shelf, **options):
        intake = Intake(shelf, CLOCK, **options)
        intake.start()
        opened.append((intake, shelf))
        return intake

    yield open_house
    for intake, shelf in opened:
        shelf.gate.set()
        intake.stop()


def test_that_what_comes_after_a_quiet_time_waits_for_nobody(house):
    shelf = Shelf()
    house(shelf, wait_s=60.0).submit([event(1)], [], "viid").result(5)
    assert shelf.commits == [("viid", ["1"])]


def test_that_the_answer_comes_after_the_commit(house):
    shelf = Shelf()
    shelf.gate.clear()
    future = house(shelf).submit([event(1)], [], "viid")
    assert not future.done()
    shelf.gate.set()
    future.result(5)
    assert shelf.commits == [("viid", ["1"])]


def test_that_what_waits_together_is_committed_together(house):
    shelf = Shelf()
    shelf.gate.clear()
    intake = house(shelf)
    first = intake.submit([event(0)], [], "viid")
    others = [intake.submit([event(n)], [], "viid") for n in range(1, 6)]
    shelf.gate.set()
    for future in [first, *others]:
        future.result(5)
    assert len(shelf.commits) <= 2
    assert sorted(i for _, ids in shelf.commits for i in ids) == [str(n) for n in range(6)]


def test_that_a_full_house_is_busy_and_takes_again_when_it_has_room(house):
    shelf = Shelf()
    shelf.gate.clear()
    intake = house(shelf, room=2)
    waiting = intake.submit([event(1), event(2)], [], "viid")
    with pytest.raises(StoreBusy):
        intake.submit([event(3)], [], "viid").result(5)
    shelf.gate.set()
    waiting.result(5)
    intake.stop()
    assert shelf.commits == [("viid", ["1", "2"])]


@pytest.mark.parametrize("error", [StoreBusy("磁盘已满"), StoreError("坏了")])
def test_that_a_failed_commit_tells_every_sender_to_keep_its_data(house, error):
    with pytest.raises(StoreBusy, match=str(error)):
        house(Shelf(error)).submit([event(1)], [], "viid").result(5)


def test_that_stopping_commits_what_was_handed_in_and_refuses_the_rest(house):
    shelf = Shelf()
    intake = house(shelf)
    futures = [intake.submit([event(n)], [], "viid") for n in range(20)]
    intake.stop()
    assert all(f.result(0) for f in futures)
    with pytest.raises(StoreBusy):
        intake.submit([event(99)], [], "viid").result(0)


def test_that_a_lone_sender_never_waits_for_others(house):
    intake = house(Shelf(), wait_s=60.0)
    for number in range(3):
        intake.submit([event(number)], [], "viid").result(5)


def test_that_as_many_as_came_together_are_waited_for(house):
    shelf = Shelf()
    shelf.gate.clear()
    intake = house(shelf, wait_s=60.0)
    first = intake.submit([event(0)], [], "viid")
    shelf.entered.wait(5)
    pair = [intake.submit([event(n)], [], "viid") for n in (1, 2)]
    shelf.gate.set()
    for future in [first, *pair]:
        future.result(5)
    again = [intake.submit([event(n)], [], "viid") for n in (3, 4)]
    for future in again:
        future.result(5)
    assert [ids for _, ids in shelf.commits] == [["0"], ["1", "2"], ["3", "4"]]
