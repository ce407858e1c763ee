"""Two districts of one seed and start tell the same first minute, however fast their clocks run."""

from __future__ import annotations

import tomllib
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.collect.site import read_site
from services.district.launch import write_demo_site
from services.domain.timebase import SHANGHAI
from services.store.columns import to_micros
from services.store.store import Store
from tests.system.running import Program, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(330), pytest.mark.allows_logs]

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
MINUTE = timedelta(seconds=60)
RULES = Path(__file__).parents[2] / "resources" / "rules"
AFTER = MINUTE + timedelta(seconds=30)  # a camera's clock may be ahead

HAPPENED = {  # all that the event itself is; a name may be unknown to a collector that has just begun
    "event_passage": "passage_id, passed_at, plate_raw, plate_colour, direction, speed_kmh, opacity_pct",
    "event_gate_passage": "event_id, inbox.occurred_at",
    "event_hand_in_filed": "event_id, inbox.occurred_at",
}

# What the collector finds by looking (lateness, levels, papers, standings) is dated when it looked: by the pace.
# So alerts are compared of what the district itself dated, but for silence, which is found by the clock.
SENT = ("passage", "gate_passage", "hand_in_filed", "camera_event")
OF_SILENCE = ("R-CKP-22",)
NEWEST = (  # of each sender whose events come in order
    "SELECT max(passed_at) FROM event_passage WHERE checkpoint_id LIKE '331002%'",
    "SELECT max(passed_at) FROM event_passage WHERE checkpoint_id NOT LIKE '331002%'",
    "SELECT max(occurred_at) FROM inbox WHERE kind = 'gate_passage'",
)


def rules_on_what_was_sent() -> frozenset[str]:
    files = (tomllib.loads(path.read_text()) for path in RULES.glob("R-*.toml"))
    return frozenset(rule["id"] for rule in files if rule["event"] in SENT and rule["id"] not in OF_SILENCE)


def what_happened(store: Store) -> dict[str, set[Any]]:
    """Of each kind, and the alerts by rule, key and moment."""
    with store.read() as connection:
        told: dict[str, set[Any]] = {}
        for table, columns in HAPPENED.items():
            until = to_micros(START + MINUTE)
            sql = f"SELECT {columns} FROM {table} JOIN inbox USING (seq) WHERE inbox.occurred_at <= {until}"
            told[table] = set(map(tuple, connection.exec_driver_sql(sql)))
        compared = rules_on_what_was_sent()
        alerts = store.snapshot("alerts", START + AFTER).records
        told["alerts"] = {
            (a.rule_id, a.key, a.occurred_at, a.subject)
            for a in alerts
            if a.rule_id in compared and a.occurred_at <= START + MINUTE
        }
        return told


def knows_more(store: Store) -> bool:
    """Whether events of each stream have come from after the minute."""
    with store.read() as connection:
        newest = [connection.exec_driver_sql(sql).scalar() for sql in NEWEST]
    return all(at is not None and at > to_micros(START + AFTER) for at in newest)


def told_at(factor: float, folder: Path) -> dict[str, set[Any]]:
    """What a district of this pace tells of its first minute."""
    folder.mkdir()
    path = write_demo_site(folder, START, factor=factor)
    with ExitStack() as unwind:
        store = unwind.enter_context(Store.open(read_site(path).store_url))
        for verb in ("district", "collect"):
            unwind.enter_context(Program(verb, "--site", path, log=folder / f"{verb}.log"))
        wait_for(lambda: knows_more(store), "the end of the first minute", 150.0)
        return what_happened(store)


def test_that_the_first_minute_is_the_same_at_another_pace(tmp_path):
    slow, fast = (told_at(factor, tmp_path / f"{factor:.0f}") for factor in (4.0, 8.0))
    assert all(slow[kind] for kind in ("event_passage", "event_gate_passage", "alerts"))
    for kind, told in slow.items():
        assert told ^ fast[kind] == set(), kind
