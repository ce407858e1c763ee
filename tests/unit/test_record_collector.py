"""The collector carries the head of its log to the second place, and what it carried proves the log."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.collect.collector import collect
from services.collect.site import read_site
from services.domain.alert import AlertLevel, Detection
from services.store.store import Store
from services.store.verifying import verify
from services.store.witness import FileWitness
from tests.system.running import wait_for

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_that_a_running_collector_mirrors_its_log_and_puts_performance_on_the_board(tmp_path: Path, sqlite_url: str):
    path = tmp_path / "site.toml"
    path.write_text(f'[store]\nurl = "{sqlite_url}"\n[record]\nmirror = "heads.jsonl"\nhash = "sha256"\n', "utf-8")
    site = read_site(path)
    over = threading.Event()
    with Store.open(sqlite_url) as store:
        found = Detection("k", "r1", 3, "≥", "community", AlertLevel.YELLOW, "题", "林*", "林**", "p", "k", "东苑", NOW)
        store.report([found], NOW)
        running = threading.Thread(target=collect, args=(site, over))
        running.start()
        try:
            witness = FileWitness(tmp_path / "heads.jsonl")
            wait_for(witness.read, "the head in the second place")
            wait_for(lambda: store.snapshot("alarm_performance", NOW).records, "alarm performance")
        finally:
            over.set()
            running.join()
        with store.read() as connection:
            assert verify(connection, witness.read()).fault is None
