"""How well is foretold where a vehicle passes next and when: learnt from days of the demo district, held
against a day it has not seen. The peer knows distances and a range of speeds only; the floor is the best
that any prediction from checkpoint, direction and hour could do on that very day.

    python -m benchmarks.interception [--days 3] [--rate 10]

One JSON line a figure. Sightings come straight from the demo's traffic: its hidden truth, no protocol between.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from services.district.roads_network import PLACES
from services.district.roads_traffic import Traffic
from services.domain.calibration import Calibration, Score, calibration, scored
from services.domain.intercept_settings import InterceptSettings
from services.domain.travel_legs import Legs, Sightings, legs
from services.domain.travel_table import LegKey, Spot, TravelTable, apart_km, count_legs
from services.domain.travel_time import Counts, counted
from services.domain.vehicle import DIRECTIONS

SETTINGS = InterceptSettings()
SPOTS = {place.id: Spot(place.id, place.name, place.lon, place.lat) for place in PLACES}
NUMBERS = {place.id: number for number, place in enumerate(PLACES)}
IDS = tuple(SPOTS)
WORDS = ("", *dict.fromkeys(word for word in DIRECTIONS.values() if word))
MONDAY = datetime(2026, 11, 15, 16, tzinfo=UTC)  # midnight in Shanghai
SEED = 42
ELAPSED_S = (120.0, 240.0, 360.0)  # a vehicle not seen for so long


def sightings(since: datetime, until: datetime, rate: float) -> Sightings:
    """Every vehicle at every checkpoint, as the district drove it."""
    columns: tuple[list[int], list[float], list[int], list[int]] = ([], [], [], [])
    codes = {code: WORDS.index(word) for code, word in DIRECTIONS.items()}
    for seen in Traffic(SEED, rate).between(int(since.timestamp()), int(until.timestamp())):
        columns[0].append(hash(seen.vehicle.plate))
        columns[1].append(seen.at_s)
        columns[2].append(NUMBERS[seen.place.id])
        columns[3].append(codes.get(seen.direction, 0))
    plate, place, direction = (np.array(columns[at], np.int64) for at in (0, 2, 3))
    return Sightings(plate, np.array(columns[1]), place, direction)


def driven(seen: Sightings, since: datetime, until: datetime) -> Legs:
    km = np.array([[apart_km(one, other) for other in SPOTS.values()] for one in SPOTS.values()])
    too_fast = km / SETTINGS.too_fast_kmh * 3600
    return legs(seen, since.timestamp(), until.timestamp(), SETTINGS.horizon_s, too_fast)


def grouped(found: Legs) -> Mapping[LegKey, Counts]:
    """By key, whatever the day."""
    total: dict[LegKey, Counts] = {}
    for of_day in count_legs(found, IDS, WORDS, SETTINGS).values():
        for key, counts in of_day.items():
            total[key] = total[key] + counts if key in total else counts
    return total


def in_a_loop(seen: Sightings) -> int:
    """The peer of the learning step: one dictionary, one sighting at a time."""
    last: dict[int, tuple[float, int, int]] = {}
    found: dict[tuple[int, int, int], list[float]] = {}
    order = np.argsort(seen.at_s)
    columns = (seen.plate[order].tolist(), seen.at_s[order].tolist(), seen.place[order].tolist())
    for plate, at_s, place, direction in zip(*columns, seen.direction[order].tolist(), strict=True):
        before = last.get(plate)
        if before is not None and at_s - before[0] <= SETTINGS.horizon_s:
            found.setdefault((before[1], before[2], place), []).append(at_s - before[0])
        last[plate] = (at_s, place, direction)
    return sum(len(counted(np.array(times))) for times in found.values())


def says(name: str, told: Calibration, **more: object) -> None:
    line = {
        "figure": name,
        "legs": told.legs,
        "brier": round(told.brier or 0, 4),
        "calibration_error": round(told.error or 0, 4),
        "p20_p80_coverage": round(told.coverage or 0, 4),
        "promised": told.promised,
        "reliability": [[round(s.foretold, 3), round(s.came, 3), s.n] for s in told.slots],
    }
    print(json.dumps({**line, **more}, ensure_ascii=False))


def days_of(count: int, rate: float) -> Iterator[tuple[Sightings, Legs]]:
    for number in range(count):
        since = MONDAY + timedelta(days=number)
        seen = sightings(since, since + timedelta(days=1, seconds=SETTINGS.horizon_s), rate)
        yield seen, driven(seen, since, since + timedelta(days=1))


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--days", type=int, default=3, help="learnt from")
    asked.add_argument("--rate", type=float, default=10.0, help="passages a second at 14:00")
    options = asked.parse_args()
    *learnt, (seen, held_out) = list(days_of(options.days + 1, options.rate))
    table = TravelTable(SPOTS, SETTINGS)
    for _, found in learnt:
        table = table.plus(grouped(found))
    truth = grouped(held_out)
    peer, floor = TravelTable(SPOTS, SETTINGS), TravelTable(SPOTS, InterceptSettings(prior=1e-9)).plus(truth)
    now = MONDAY + timedelta(days=options.days + 1)
    ours = calibration(Score().plus(scored(table, truth)), table, now)
    by_distance = calibration(scored(peer, truth), peer, now)
    best = calibration(scored(floor, truth), floor, now)
    says("next checkpoint and arrival, learnt", ours, learnt_days=options.days, learnt_legs=table.legs)
    says("peer: distance only", by_distance)
    says("floor: the day's own frequencies", best)
    for elapsed_s in ELAPSED_S:
        waiting = grouped(held_out.where((held_out.there < 0) | (held_out.took_s > elapsed_s)))
        later = calibration(scored(table, waiting, elapsed_s), table, now)
        says(f"learnt, {elapsed_s:g} s after the sighting", later)
    gained = ((by_distance.brier or 0) - (ours.brier or 0)) / ((by_distance.brier or 0) - (best.brier or 1))
    print(json.dumps({"figure": "share of what can be learnt that was", "value": round(gained, 4)}))
    began = time.process_time()
    count_legs(driven(seen, now - timedelta(days=1), now), IDS, WORDS, SETTINGS)
    ours_s = time.process_time() - began
    began = time.process_time()
    in_a_loop(seen)
    loop_s = time.process_time() - began
    rates = {"ours_per_s": round(len(seen) / ours_s), "dictionary_loop_per_s": round(len(seen) / loop_s)}
    print(json.dumps({"figure": "sightings learnt, one core", **rates, "ratio": round(loop_s / ours_s, 2)}))


if __name__ == "__main__":
    main()
