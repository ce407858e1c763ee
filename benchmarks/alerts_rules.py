"""Thirty rules online: events a second through the store, durably, and through the rules alone."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from benchmarks import desk_rig as rig
from benchmarks import ingest
from services.collect.rules import RuleRunner, event_columns, read_rules
from services.domain.event import Batch, Event
from services.domain.rule import Rule
from services.domain.rule_file import rule_from
from services.domain.sieve import Columns
from services.store.store import Store

THIRTY = 30
BATCH = 2_000
ROUNDS = 3


# Beside the shipped ones: what a district would add over its passages. Conditions, then how they are counted.
# They find nothing in this traffic, as rules do nearly always; what they look at, they must remember.
ADDED = (
    *(f"speed_kmh > {limit} AND vehicle_class IN ('K33', 'H11')" for limit in (120, 130, 140)),
    *(f"opacity_pct > {limit} OR no_ppm > {limit * 40}" for limit in (35, 40)),
    *(f"plate_colour = '黄' AND lane = {lane} AND speed_kmh > 60" for lane in (1, 2)),
)
COUNTED = (
    *(f"lane = {lane} AND speed_kmh > 80 AND plate_no <> ''" for lane in (1, 2, 3, 4)),
    *(f"direction = '1' AND speed_kmh < {limit} AND plate_no <> ''" for limit in (22, 24)),
    "vehicle_colour = '白' AND confidence > 0.9 AND lane = 2 AND plate_no <> ''",
)
LISTS = ("stolen", "overdue_check", "hazardous", "sprinkler")


def thirty() -> tuple[Rule, ...]:
    """The shipped rules, and attribute, watch list and frequency rules over passages until thirty."""
    shipped = read_rules(ingest.RULES)
    detects: list[tuple[str, Mapping[str, Any]]] = [(where, {"kind": "attribute"}) for where in ADDED]
    detects += [("plate_no <> ''", {"kind": "watchlist", "list": name, "match": "plate_no"}) for name in LISTS]
    counting = {"kind": "frequency", "by": ["plate_no"], "at_least": 20, "within_days": 1, "different_days": 1}
    detects += [(where, counting) for where in COUNTED]
    added = (_rule(number, where, detect) for number, (where, detect) in enumerate(detects))
    return (*shipped, *islice(added, max(0, THIRTY - len(shipped))))


def _rule(number: int, where: str, detect: Mapping[str, Any]) -> Rule:
    table = {
        "id": f"R-BENCH-{number:02d}",
        "version": 1,
        "title": "基准",
        "text": "基准规则",
        "event": "passage",
        "scene": "checkpoints",
        "where": where,
        "detect": detect,
        "key": "{plate_no}",
        "level": "blue",
        "subject_kind": "passage",
        "subject_id": "{passage_id}",
        "subject": "{checkpoint_name|卡口}",
        "wall_subject": "{checkpoint_name|卡口}",
        "place": "{checkpoint_name|卡口}",
        "guidance": ["核对抓拍画面"],
        "privacy": "基准",
        "tests": [{"name": "基准", "events": [], "detections": 0}],
    }
    return rule_from(table, f"R-BENCH-{number:02d}.toml", event_columns())


def measure(count: int) -> None:
    """(c) In turn, so that a busy machine is busy for each; the median of the rounds."""
    rules, sent = thirty(), ingest.passages(count, "07")
    on_passages = sum(1 for rule in rules if rule.event == "passage")
    stored, none, sieved, judged = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        names = (f"sqlite:///{folder}/{n}.db" for n in range(100))
        for _ in range(ROUNDS):
            none.append(ingest.our_rate(next(names), sent, BATCH, ()))
            stored.append(ingest.our_rate(next(names), sent, BATCH, rules))
            sieved.append(_rate(len(sent), lambda: _sift(rules, sent)))
            with Store.open(next(names)) as store:
                judged.append(_rate(len(sent), lambda store=store: _judge(store, rules, sent)))
    rig.say(
        figure="rules_online",
        rules=len(rules),
        on_passages=on_passages,
        events=count,
        durable_per_s=round(statistics.median(stored)),
        goal_durable_per_s=20_000,
        without_rules_per_s=round(statistics.median(none)),
        ratio=round(statistics.median(a / b for a, b in zip(stored, none, strict=True)), 3),
        conditions_per_s=round(statistics.median(sieved)),
        goal_conditions_per_s=100_000,
        conditions_and_windows_per_s=round(statistics.median(judged)),
    )


def _sift(rules: Sequence[Rule], sent: Sequence[Event]) -> None:
    """Every rule's condition over every event."""
    for batch in _batches(sent):
        columns = Columns([event.record for event in batch.events])
        for rule in rules:
            if rule.event == "passage":
                rule.sifts(columns, columns.every)


def _judge(store: Store, rules: Sequence[Rule], sent: Sequence[Event]) -> None:
    runner = RuleRunner(rules)
    with store.read() as reader:
        for batch in _batches(sent):
            runner.detections(batch.events, reader)


def _batches(sent: Sequence[Event]) -> Sequence[Batch]:
    return [Batch(events=sent[start : start + BATCH]) for start in range(0, len(sent), BATCH)]


def _rate(count: int, work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)
