"""A source that is down, slow, garbage or 500, at start and later: said at the right place, the rest goes on."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from services.collect.poller import Poller
from services.district.http import HttpPart
from services.district.part import Fault, Faults
from services.domain.event import Batch
from services.domain.figures import Figure
from services.domain.snapshot import Quality
from services.domain.timebase import Timebase
from services.sources.base import Source
from services.store.store import Store

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
CLOCK = Timebase(0.0, NOON, 0.0)

pytestmark = pytest.mark.allows_logs

BAD = [Fault.ERROR, Fault.GARBAGE, Fault.DROP, Fault.HANG]


@pytest.fixture
def store(sqlite_url):
    with Store.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
def upstream():
    faults = Faults()
    part = HttpPart("boats", "127.0.0.1", 0, {"/count": lambda query: {"value": "7"}}, faults)
    part.start()
    yield part, faults
    part.stop()


def source(key: str, url: str) -> Source:
    session = requests.Session()

    def fetch(cursor):
        reply = session.get(url, timeout=(1, 0.3))
        reply.raise_for_status()
        return reply.json()

    def normalise(answer, now):
        return Batch(states={"community_figures": (Figure("count", "数", answer["value"]),)})

    return Source(key, "渔船服务", 1, 60, fetch, normalise, topics=("community_figures",))


def status(store, key):
    return next(s for s in store.snapshot("sources", NOON).records if s.id == key)


@pytest.mark.parametrize("fault", BAD)
def test_that_a_source_that_is_bad_from_the_start_waits_with_its_error(store, upstream, fault):
    part, faults = upstream
    faults.switch("boats", fault)
    Poller(store, CLOCK).poll(source("boats", f"http://127.0.0.1:{part.port}/count"))
    assert status(store, "boats").error
    assert status(store, "boats").quality is Quality.STALE
    assert len(store.snapshot("community_figures", NOON).records) == 0


@pytest.mark.parametrize("fault", BAD)
def test_that_a_source_that_turns_bad_keeps_its_records_marked_stale_and_mends(store, upstream, fault):
    part, faults = upstream
    poller, boats = Poller(store, CLOCK), source("boats", f"http://127.0.0.1:{part.port}/count")
    poller.poll(boats)
    faults.switch("boats", fault)
    poller.poll(boats)
    stale = store.snapshot("community_figures", NOON)
    assert (stale.quality, stale.records[0].value, bool(stale.error)) == (Quality.STALE, "7", True)
    faults.switch("boats", Fault.NONE)
    poller.poll(boats)
    assert store.snapshot("community_figures", NOON).quality is Quality.GOOD
    assert status(store, "boats").error == ""


def test_that_a_service_nobody_runs_does_not_touch_the_others(store, upstream):
    part, _ = upstream
    poller = Poller(store, CLOCK)
    poller.poll(source("down", "http://127.0.0.1:9/count"))
    poller.poll(source("boats", f"http://127.0.0.1:{part.port}/count"))
    assert status(store, "down").quality is Quality.STALE
    assert status(store, "boats").quality is Quality.GOOD


def test_that_an_answer_older_than_its_limit_turns_stale_by_itself(store, upstream):
    part, _ = upstream
    Poller(store, CLOCK).poll(source("boats", f"http://127.0.0.1:{part.port}/count"))
    assert store.snapshot("community_figures", NOON + timedelta(seconds=61)).quality is Quality.STALE
