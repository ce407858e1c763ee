"""Searching a fleet's tracks: slow episodes and who passed a place, ours against the same rule fix by fix.

    python -m benchmarks.track_search

One JSON line a rule: points, seconds, points a second, and how many times the plain loop takes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from services.domain.track import TRACK_DTYPE, Fixes
from services.domain.track_search import near, ordered, slow_episodes

BOATS, EACH, PLAIN = 4_400, 240, 100_000
MINUTE_MS = 60_000


def fleet(boats: int, each: int) -> Fixes:
    """Boats that trawl, steam and lie still by turns, a fix every three minutes."""
    rng = np.random.default_rng(7)
    fixes = np.zeros(boats * each, TRACK_DTYPE)
    fixes["mmsi"] = np.repeat(412_410_000 + np.arange(boats), each)
    fixes["at_ms"] = np.tile(np.arange(each) * 3 * MINUTE_MS, boats)
    pace = np.repeat(rng.choice([0.0, 1.2, 3.4, 8.0], (boats, each // 12)), 12, axis=1)
    fixes["sog_kn"] = pace[:, :each].reshape(-1)
    start = rng.uniform((121.4, 28.2), (122.4, 29.0), (boats, 2))
    way = np.cumsum(pace[:, :each] / 60 / 20, axis=1)
    fixes["lon"], fixes["lat"] = (start[:, :1] + way).reshape(-1), np.repeat(start[:, 1], each)
    return ordered(fixes)


def plain_episodes(fixes: Fixes) -> int:
    found, begin, before = 0, None, None
    for mmsi, at, sog in zip(fixes["mmsi"].tolist(), fixes["at_ms"].tolist(), fixes["sog_kn"].tolist(), strict=True):
        slow = 0.3 <= sog <= 2.0
        joined = before is not None and before[0] == mmsi and at - before[1] <= 30 * MINUTE_MS
        if begin is not None and not (slow and joined):
            found += before is not None and before[1] - begin >= 20 * MINUTE_MS
            begin = None
        if slow:
            begin = at if begin is None else begin
            before = (mmsi, at)
    return found + (begin is not None and before is not None and before[1] - begin >= 20 * MINUTE_MS)


def timed(work: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    best, found = float("inf"), None
    for _ in range(times):
        begun = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - begun)
    return best, found


def main() -> int:
    fixes = fleet(BOATS, EACH)
    few = fixes[:PLAIN]
    ours_few, slow = timed(lambda: slow_episodes(few, 0.3, 2.0, 20.0))
    plain, count = timed(lambda: plain_episodes(few), 1)
    if len(slow.mmsi) != count:
        sys.stderr.write(f"{len(slow.mmsi)} episodes against {count} of the definition\n")
        return 1
    seconds, _ = timed(lambda: slow_episodes(fixes, 0.3, 2.0, 20.0))
    _say("slow_episodes", len(fixes), seconds, plain / ours_few)
    seconds, _ = timed(lambda: near(fixes, 121.9, 28.6, 0, EACH * 3 * MINUTE_MS, 2.0))
    _say("near", len(fixes), seconds, None)
    return 0


def _say(rule: str, points: int, seconds: float, plain: float | None) -> None:
    told = {"rule": rule, "points": points, "seconds": round(seconds, 4), "points_per_s": round(points / seconds)}
    sys.stdout.write(json.dumps(told | ({"plain_over_ours": round(plain, 1)} if plain else {})) + "\n")


if __name__ == "__main__":
    sys.exit(main())
