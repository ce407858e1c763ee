"""The district, the collector and a face as somebody starts them by hand; each source hurt in its own way."""

from __future__ import annotations

import re
import signal
import threading
from datetime import datetime
from pathlib import Path

import pytest
import requests

from services.collect.collector import collect
from services.collect.site import Site, SiteError, read_site
from services.district.launch import write_demo_site
from services.district.part import SUFFERERS, Fault
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import SHANGHAI
from services.store.columns import to_micros
from services.store.store import Store
from tests.postgres import Postgres
from tests.system.running import Program, sources, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.allows_logs]

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
FACTOR = 6.0
BAD = ("hand_ins", "community_gates")  # one source of each system that is bad from the start


class Running:
    """A site whose processes run, and what its store says."""

    def __init__(self, site: Site, store: Store, district: Program, collector: Program) -> None:
        self.site, self.store, self.district, self.collector = site, store, district, collector
        control = site.sources["control"]
        self.at_start: dict[str, SourceStatus] = {}
        self._faults = f"http://{control['host']}:{control['port']}/faults"

    @property
    def sources(self) -> dict[str, SourceStatus]:
        return sources(self.store, self.site.timebase.now())

    def switch(self, **faults: Fault) -> None:
        requests.post(self._faults, json=faults, timeout=5).raise_for_status()

    def asked(self, method: str, **given: object) -> requests.Response:
        return requests.request(method, self._faults, timeout=5, **given)

    def until(self, what, said: str, patience_s: float = 40.0) -> None:
        wait_for(what, f"{said}\n{self.sources}\n{self.collector.said[-3000:]}", patience_s)

    def is_good(self, *keys: str) -> bool:
        known = self.sources
        return all(key in known and known[key].quality is Quality.GOOD for key in keys or known)


def site_on(server: Postgres, folder: Path) -> Path:
    """Our store and the community's database on PostgreSQL; ``test_stories`` has both in files."""
    path = write_demo_site(folder, START, factor=FACTOR, store_url=server.new_database("district_template"))
    file = f"sqlite:///{folder / 'community.db'}"
    path.write_text(path.read_text(encoding="utf-8").replace(file, server.new_database()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def running(tmp_path_factory, postgres):
    """Bad from the start, then mended: the boats' service answers 500, the community's columns have other names."""
    folder = tmp_path_factory.mktemp("真实 站点")
    path = site_on(postgres, folder)
    bad = ("--fault", "boats=error", "--fault", "community=garbage")
    with Program("district", "--site", path, *bad, log=folder / "district.log") as district:
        district.until_said("the demo district is up")
        with Program("collect", "--site", path, log=folder / "collect.log") as collector:
            collector.until_said("collecting into")
            site = read_site(path)
            with Store.open(site.store_url) as store:
                running = Running(site, store, district, collector)
                running.until(lambda: all(running.sources[key].error for key in BAD), "the errors of the bad ones")
                running.until(lambda: running.is_good("viid", "ais", "watchlist"), "an answer of the good ones")
                running.at_start = running.sources
                running.switch(boats=Fault.NONE, community=Fault.NONE)
                running.until(running.is_good, "an answer of every source")
                yield running
            assert collector.end(signal.SIGTERM) == 0
        assert district.end(signal.SIGINT) == 0
    assert "Traceback" not in collector.said + district.said
    for url in (site.store_url, str(site.sources["community"]["url"])):
        postgres.drop_database(url)


def test_that_sources_bad_from_the_start_said_why_while_the_others_went_on(running):
    bad = running.at_start
    assert bad["hand_ins"].taken_at is None
    assert re.fullmatch(r"应答出错（HTTP 500 127\.0\.0\.1:\d+/requests）", bad["hand_ins"].error)
    assert bad["community_gates"].error == "社区库：列 menjin.txsj 不存在，表结构已变"
    assert not any(each.error for each in running.sources.values())


def test_that_the_control_lists_the_sources_and_refuses_what_it_does_not_know(running):
    told = running.asked("GET").json()
    assert set(told["sources"]) == set(SUFFERERS)
    assert told["faults"] == [fault.value for fault in Fault]
    for wrong in ({"boat": "hang"}, {"boats": "sleepy"}, ["boats"], {"boats": ["hang"]}):
        refused = running.asked("POST", json=wrong)
        assert refused.status_code == 400
        assert "viid" in refused.text
    assert running.asked("POST", data=b"{").status_code == 400


def test_that_sources_that_turn_bad_say_why_keep_nobody_waiting_and_mend(running):
    running.until(running.is_good, "an answer of every source")
    before = running.sources
    running.switch(boats=Fault.DROP, checkpoints=Fault.GARBAGE, community=Fault.HANG, ais=Fault.DROP, viid=Fault.ERROR)
    said = {
        "hand_ins": "应答中途断开",
        "watchlist": "应答不是 JSON",
        "community_gates": "社区库：查询超时",
        "ais": "断开",
    }
    running.until(lambda: all(words in running.sources[key].error for key, words in said.items()), f"{said}")
    running.until(lambda: running.sources["viid"].quarantined > before["viid"].quarantined, "a refused passage")
    assert running.is_good("viid")
    assert running.sources["viid"].received > before["viid"].received
    running.switch(**dict.fromkeys(SUFFERERS, Fault.NONE))
    running.until(running.is_good, "every source again")


def test_that_passages_sent_twice_are_stored_once(running):
    running.switch(viid=Fault.DUPLICATES)
    before = running.sources["viid"].received
    running.until(lambda: running.sources["viid"].received > before + 2000, "twice a thousand passages")
    running.switch(viid=Fault.NONE)
    with running.store.read() as connection:
        counted = "SELECT count(*), count(DISTINCT passage_id) FROM event_passage"  # not of the district's past
        ids = connection.exec_driver_sql(f"{counted} WHERE occurred_at >= {to_micros(START)}").one()
    assert ids[0] == ids[1]
    assert ids[0] < running.sources["viid"].received


def test_that_a_second_collector_on_the_same_site_says_that_the_port_is_taken(running):
    with pytest.raises(SiteError, match="接收端口打不开"):
        collect(running.site, threading.Event())


def test_that_the_district_alone_prints_how_to_go_on_and_ends_even_while_it_starts(tmp_path):
    with Program("district", "--folder", tmp_path / "D", log=tmp_path / "out.log") as district:
        district.until_said("--collect")
        path = re.search(r"main\.py desk --site (\S+) --collect", district.said)
        assert path
        assert read_site(Path(path[1])).demo
        assert district.end() == 0
    assert "Traceback" not in district.said
