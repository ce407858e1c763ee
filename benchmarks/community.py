"""How often each rule of the community is right, over a simulated year whose truth is known.

    python -m benchmarks.community [--days 365] [--seed 42] [--only R-ELD]

Every family's year (``services/district/year_*.py``) goes through the shipped rule files on the collector's own
engine; docs/precision.md says how cases and alerts are counted. A rule without a truth is said to have none. Goal:
all families of a year in three minutes of CPU.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from services.collect.rules import read_rules
from services.district.truth_families import FAMILIES, rules_of, year_of
from services.district.truth_score import Score, scores
from services.district.truth_trial import run
from services.domain.rule import Rule
from services.domain.timebase import SHANGHAI

RULES = Path(__file__).resolve().parents[1] / "resources" / "rules"
START = datetime(2026, 1, 1, tzinfo=SHANGHAI)
GOAL_S = 180.0
NO_TRUTH = "no truth yet"


def figures(rules: Sequence[Rule], seed: int, days: int, only: str = "") -> Iterator[dict[str, Any]]:
    """A line a rule, then one a family; ``only`` is how a rule's id begins."""
    spent = 0.0
    for family in FAMILIES:
        asked = [rule for rule in rules_of(family, rules) if rule.id.startswith(only)]
        if not asked:
            continue
        making = year_of(family)
        if making is None:
            yield from ({"rule": rule.id, "truth": NO_TRUTH} for rule in asked)
            continue
        began = time.process_time()
        year = making(seed, START, days)
        alarms = run(asked, year, START, days)
        cpu_s = time.process_time() - began
        spent += cpu_s
        for score in scores([rule.id for rule in asked], year.planted, alarms):
            yield line_of(score)
        yield {"family": family, "days": days, "events": len(year.events), "cpu_s": round(cpu_s, 1)}
    yield {"figure": "community_year", "days": days, "cpu_s": round(spent, 1), "goal_s": GOAL_S}


def line_of(score: Score) -> dict[str, Any]:
    truth = {} if score.planted else {"truth": NO_TRUTH}
    return {
        "rule": score.rule_id,
        "planted": score.planted,
        "detected": score.true + score.again + score.false,
        "true": score.true,
        "again": score.again,
        "false": score.false,
        "recall": _rounded(score.recall),
        "precision": _rounded(score.precision) if score.planted else None,
        "delay_p50_min": _rounded(score.delay_min(0.5), 1),
        "delay_p95_min": _rounded(score.delay_min(0.95), 1),
        **truth,
    }


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--days", type=int, default=365)
    asked.add_argument("--seed", type=int, default=42)
    asked.add_argument("--only", default="", help="how the ids begin, e.g. R-ELD")
    options = asked.parse_args(arguments)
    for line in figures(read_rules(RULES), options.seed, options.days, options.only):
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
