"""Passages a second through ``Store.take`` with the shipped rules on, against bare inserts.

Bare: ready-made rows into the same typed table with the same indexes, as durable, by the fastest way
the database has (``executemany`` on SQLite, ``COPY`` on PostgreSQL), in the same run. Ours does that and
keeps each event as received, finds duplicates, runs the rules, writes their alerts and notes the change.

    python -m benchmarks.ingest [--events 40000] [--only sqlite|postgresql]

One JSON line a figure. PostgreSQL is a server of the machine's package, started for this and removed.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from services.collect.rules import RuleRunner, read_rules
from services.domain.event import Batch, Event
from services.domain.kinds import Attribute, Frequency, WatchList
from services.domain.passage import Passage
from services.domain.rule import Rule
from services.store import events as event_rows
from services.store import rows
from services.store.schema import EVENT_TABLES
from services.store.store import Store
from tests.postgres import MISSING, Postgres, find_programs

RULES = Path(__file__).resolve().parents[1] / "resources" / "rules"
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
BATCHES = (500, 2000)
ROUNDS = 3


def passages(count: int, run: str) -> list[Event]:
    """A day's traffic: 40 checkpoints, 30,000 plates, one in twenty unread, every body as a device sends it."""
    chance = random.Random(42)
    made: list[Event] = []
    for i in range(count):
        at = NOW + timedelta(milliseconds=20 * i)
        checkpoint = f"3310020000119{chance.randrange(40):07d}"
        plate = "" if chance.random() < 0.05 else f"浙J{chance.randrange(30_000):05d}"
        name = f"{checkpoint}{run}{i:09d}"
        record = Passage(
            passage_id=name,
            checkpoint_id=checkpoint,
            device_id=checkpoint,
            passed_at=at,
            checkpoint_name="椒江二桥北",
            lane=chance.randrange(1, 5),
            direction="1",
            plate_no=plate,
            plate_raw=plate,
            plate_colour="蓝",
            plate_class="02",
            plate_flag="civil" if plate else "none",
            has_plate=bool(plate),
            vehicle_class="K33",
            vehicle_colour="白",
            speed_kmh=float(chance.randrange(20, 90)),
            confidence=0.97,
            lon=121.45,
            lat=28.68,
        )
        made.append(Event("viid", name, "passage", at, record, _body(record)))
    return made


def _body(record: Passage) -> bytes:
    sent = {
        "MotorVehicleID": record.passage_id,
        "TollgateID": record.checkpoint_id,
        "DeviceID": record.device_id,
        "PassTime": f"{record.passed_at:%Y%m%d%H%M%S}",
        "PlateNo": record.plate_no,
        "PlateColor": "5",
        "HasPlate": "1",
        "LaneNo": record.lane,
        "Speed": record.speed_kmh,
        "StorageUrl1": f"http://127.0.0.1/pictures/{record.passage_id}.jpg",
        "InfoKind": 1,
        "SourceID": record.passage_id,
    }
    return json.dumps(sent, ensure_ascii=False).encode()


def bare_rate(url: str, sent: Sequence[Event], batch: int) -> float:
    spec = EVENT_TABLES["passage"]
    names, columns = event_rows.typed_columns(spec, list(sent), list(range(1, len(sent) + 1)))
    ready = list(zip(*columns, strict=True))
    with Store.open(url) as store:
        return _rate(len(ready), lambda: _insert_bare(store, names, ready, batch))


def _insert_bare(store: Store, names: Sequence[str], ready: list[Any], batch: int) -> None:
    engine, table = store._gate.engine, EVENT_TABLES["passage"].table
    with engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        for start in range(0, len(ready), batch):
            with connection.begin():
                rows.insert(connection, table, names, ready[start : start + batch])


def rule_sets() -> Mapping[str, Sequence[Rule]]:
    """The kinds the goal was set for, and everything that is shipped: what remembers each plate costs more."""
    every = read_rules(RULES)
    first = [rule for rule in every if isinstance(rule.detect, Attribute | WatchList | Frequency)]
    return {"attribute, watch list, frequency": first, "all shipped": every}


def our_rate(url: str, sent: Sequence[Event], batch: int, rules: Sequence[Rule]) -> float:
    with Store.open(url) as store:
        store.use_rules(RuleRunner(rules, budget=None))
        parts = [Batch(events=sent[start : start + batch]) for start in range(0, len(sent), batch)]

        def send() -> None:
            for part in parts:
                taken = store.take(part, "viid", part.events[-1].occurred_at)
                assert taken.stored == len(part.events)

        return _rate(len(sent), send)


def _rate(count: int, work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def measure(database: str, new_url: Callable[[], str], sent: Sequence[Event]) -> None:
    """Ours and bare in turn, so that a busy machine is busy for both; the median of the rounds."""
    for batch, (name, rules) in product(BATCHES, rule_sets().items()):
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(bare_rate(new_url(), sent, batch))
            ours.append(our_rate(new_url(), sent, batch, rules))
        figure = {
            "figure": "ingest",
            "database": database,
            "batch": batch,
            "rule_set": name,
            "passages_per_s": round(statistics.median(ours)),
            "bare_per_s": round(statistics.median(bare)),
            "ratio": round(statistics.median(o / b for o, b in zip(ours, bare, strict=True)), 3),
            "rules": len(rules),
            "events": len(sent),
        }
        print(json.dumps(figure), flush=True)


@contextmanager
def server() -> Iterator[Postgres | None]:
    programs = find_programs()
    if programs is None:
        print(json.dumps({"figure": "ingest", "database": "postgresql", "skipped": MISSING}), flush=True)
        yield None
        return
    postgres = Postgres(programs, durable=True)
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.remove()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=40_000)
    options.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = options.parse_args()
    sent = passages(asked.events, "02")
    gc.collect()
    gc.freeze()  # a collector does not hold a day's passages
    if asked.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            names = (f"sqlite:///{folder}/{n}.db" for n in range(1000))
            measure("sqlite", lambda: next(names), sent)
    if asked.only != "sqlite":
        with server() as postgres:
            if postgres is not None:
                measure("postgresql", postgres.new_database, sent)


if __name__ == "__main__":
    main()
