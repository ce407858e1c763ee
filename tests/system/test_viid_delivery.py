"""A sender that knows only the protocol delivers through every fault, and both sides count the same."""

from __future__ import annotations

import ast
import random
import time
from pathlib import Path

import pytest

from services.store.store import Store
from tests.system import viid_independent
from tests.system.test_kill import Collector, free_port
from tests.system.viid_delivered import differences, told
from tests.system.viid_independent import Delivery, Ledger, delivery

PASSAGES = 10_000
CAMERAS = 4
KILLS = 3
ROOM = 120  # records waiting for a commit; four cameras' batches do not fit
LOGIN = ("jiaojiang", "demo-only")
EVERY_MISFORTUNE = (
    *("wrong digest", "replayed nonce", "unknown device", "halved", "torn", "unanswered", "doubled"),
    *("busy", "no answer", "unregistered"),
)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_ten_thousand_passages_of_a_sender_that_knows_only_the_protocol_arrive_once(sqlite_url: str) -> None:
    port = free_port()
    collector = Collector(sqlite_url, port, ROOM)
    sending = delivery(("127.0.0.1", port), LOGIN, PASSAGES, cameras=CAMERAS, seed=1400, patience_s=90)
    sending.start()
    try:
        _kill_on_the_way(collector, sending)
        ledger = sending.finish()
    finally:
        collector.end()
    with Store.open(sqlite_url) as store:
        assert differences(store, sending.sent, ledger) == [], told(ledger)
    assert [name for name in EVERY_MISFORTUNE if not ledger.happened[name]] == [], told(ledger)
    assert ledger.happened["registered"] > CAMERAS, "nobody had to register again"


def _kill_on_the_way(collector: Collector, sending: Delivery) -> None:
    """At a third, at half, at three quarters, each a little later than a camera's step."""
    chance = random.Random(9)
    for part in range(1, KILLS + 1):
        mark = PASSAGES * part // (KILLS + 1)
        while sending.accepted < mark and not sending.is_over:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.02))
        collector.kill()


def test_that_a_passage_somebody_lost_or_changed_is_named(sqlite_store: Store) -> None:
    sending = delivery(("127.0.0.1", 9), LOGIN, 4, cameras=1, seed=1, patience_s=0, luck=False)
    ledger = Ledger(accepted={one.id for one in sending.sent})
    (complaint, inbox) = differences(sqlite_store, sending.sent, ledger)
    assert complaint.startswith("stored: 4 missing")
    assert inbox.startswith("inbox: 4 missing")


def test_that_the_sender_shares_no_code_with_what_it_proves() -> None:
    tree = ast.parse(Path(viid_independent.__file__).read_text(encoding="utf-8"))
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
    assert [name for name in names if name.split(".")[0] in ("services", "console", "widgets", "tests")] == []
