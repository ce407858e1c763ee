"""The verb as a process of its own: what it prints, how it fails, and how the collector has it work off drafts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.collect.backtesting import BackTesting
from services.collect.site import read_site
from services.district.history import fill
from services.domain.release import Stage
from services.domain.timebase import SHANGHAI
from services.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

MAIN = Path(__file__).resolve().parents[2] / "main.py"
RULES = MAIN.parent / "resources" / "rules"
START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def past(tmp_path_factory) -> str:
    """The demo district's past in a store of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('past') / 'past.db'}"
    assert fill(url, START) >= 214
    return url


def verb(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(MAIN), "backtest", *arguments], capture_output=True, text=True, timeout=100, check=False
    )


def test_that_the_verb_prints_the_back_test_as_json(past):
    told = verb("R-POP-01", "--store", past, "--now", START.isoformat(), "--set", "detect.at_least=12")
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout)
    assert (said["alerts_before"], said["alerts_after"]) == (176, 139)
    assert said["before"] == {"confirmed": 107, "false": 69}
    assert said["after"] == {"confirmed": 100, "false": 39}
    assert (said["net_lost"], said["differing"]) == (2, 0)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("R-NO",), 2, "没有规则"),
        (("R-POP-01", "--set", "detect.x=1"), 2, "detect.x"),
        (("R-POP-01", "--since", "gestern"), 2, "不是时刻"),
        ((), 2, "须写规则编号"),
    ],
)
def test_that_a_wrong_call_says_what_is_wrong(past, arguments, status, words):
    told = verb(*arguments, "--store", past)
    assert told.returncode == status
    assert words in told.stderr


def test_that_the_past_is_a_log_like_any_other(past):
    with Store.open(past) as store:
        before = {alert.id: alert for alert in store.snapshot("alerts", START - timedelta(days=30)).records}
        assert store.verify_chain() is None
        store.rebuild()
        assert {a.id: a for a in store.snapshot("alerts", START - timedelta(days=30)).records} == before
        assert store.snapshot("alerts", START).records == ()
    assert fill(past, START) == 0


def test_that_the_collector_has_a_process_work_off_a_draft(past, tmp_path):
    site_path = tmp_path / "site.toml"
    site_path.write_text(f'[store]\nurl = "{past}"\n', encoding="utf-8")
    site = read_site(site_path)
    with Store.open(past) as store:
        backtesting = BackTesting(store, site, RULES)
        try:
            backtesting.tick(START)
            over = time.monotonic() + 90
            while store.cases("rule")[0].stage is not Stage.TESTED and time.monotonic() < over:
                store.wait_for_change(0.5)
        finally:
            backtesting.stop()
        case = store.cases("rule")[0]
        assert case.stage is Stage.TESTED
        assert store.snapshot("backtests", START).records[0].id == case.id
        book = {entry.id: entry for entry in backtesting.summary.make(store, START)["rule_book"]}
        assert book["R-POP-01"].rating.confirmed == 107
        assert book["R-POP-01"].stage == "已回测"


def test_that_the_past_of_the_community_is_judged_and_over(past) -> None:
    with Store.open(past, read_only=True) as store, store.read() as reader:
        rows = reader.exec_driver_sql(
            "SELECT rule_id, is_open, json_extract(body, '$.verdict') FROM alert WHERE scene = 'community'"
        ).all()
    assert {prefix for rule, _, _ in rows if (prefix := rule[:5])} > {"R-POP"}
    assert not [rule for rule, is_open, verdict in rows if is_open or verdict is None]
