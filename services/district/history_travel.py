"""What the demo's collector has learnt of travel times when it starts: a working day and a day off of the
demo district's own traffic, driven once and counted by the same code as live passages. 演示数据.

``python -m services.district.history_travel`` writes the table anew after the traffic's laws have changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from services.district.roads_network import PLACES
from services.district.roads_traffic import Traffic
from services.domain.calibration import Score, scored
from services.domain.intercept_settings import InterceptSettings
from services.domain.timebase import SHANGHAI, local
from services.domain.travel_legs import Legs, Sightings, legs
from services.domain.travel_table import LegKey, Spot, TravelTable, apart_km, count_legs
from services.domain.travel_time import BINS, Counts, days
from services.domain.vehicle import DIRECTIONS

TABLE = Path(__file__).resolve().parents[2] / "resources" / "demo" / "travel_times.json"
SETTINGS = InterceptSettings()
DRIVEN = (datetime(2026, 11, 18, tzinfo=SHANGHAI), datetime(2026, 11, 15, tzinfo=SHANGHAI))  # Wednesday, Sunday
PER_S = 5.0  # of the fifty a second that pass
SEED = 7  # not that of any demo: what is foretold has not been seen
SPAN = timedelta(hours=1)
WORDS = ("", *dict.fromkeys(word for word in DIRECTIONS.values() if word))
IDS = tuple(place.id for place in PLACES)

Learnt = tuple[dict[int, dict[LegKey, Counts]], dict[int, Score]]


def travel_past(start: datetime, path: Path = TABLE) -> Learnt:
    """Counts and scores, on the last working day and the last day off before ``start``."""
    told = json.loads(path.read_text(encoding="utf-8"))
    found: dict[int, dict[LegKey, Counts]] = {}
    scores: dict[int, Score] = {}
    for kind, of_kind in told["days"].items():
        day = _last_day(start, is_off=kind == "off")
        found[day] = {_key(row): _counts(row) for row in of_kind["legs"]}
        scores[day] = Score(**{name: _plain(value) for name, value in of_kind["score"].items()})
    return found, scores


def _last_day(start: datetime, *, is_off: bool) -> int:
    here = local(start)
    past = (here - timedelta(days=n) for n in range(1, 8))
    return int(days(np.array([next(day for day in past if (day.weekday() >= 5) is is_off).timestamp()]))[0])


def _key(row: list[Any]) -> LegKey:
    return LegKey(*row[:4])


def _counts(row: list[Any]) -> Counts:
    counts = np.zeros(BINS, np.int64)
    counts[row[4] : row[4] + len(row[5])] = row[5]
    return counts


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# ------------------------------------------------------------------------------------------- making


def drive() -> Mapping[str, Any]:
    """Each hour is foretold by the hours before it, then learnt."""
    table = TravelTable({p.id: Spot(p.id, p.name, p.lon, p.lat) for p in PLACES}, SETTINGS)
    found: dict[str, Any] = {}
    for kind, midnight in zip(("working", "off"), DRIVEN, strict=True):
        counts: dict[LegKey, Counts] = {}
        score = Score()
        for hour in range(24):
            since = midnight + hour * SPAN
            for ended in count_legs(driven(table, since, since + SPAN), IDS, WORDS, SETTINGS).values():
                score = score.plus(scored(table, ended))
                table = table.plus(ended)
                counts |= {key: counts[key] + n if key in counts else n for key, n in ended.items()}
        found[kind] = {"score": _rounded(score), "legs": [_row(key, counts[key]) for key in sorted(counts)]}
    return {"made_by": "services.district.history_travel", "what": "演示数据", "seed": SEED, "days": found}


def driven(table: TravelTable, since: datetime, until: datetime, per_s: float = PER_S, seed: int = SEED) -> Legs:
    horizon_s = table.settings.horizon_s
    first, last = int(since.timestamp()), int(until.timestamp())
    seen = list(Traffic(seed, per_s).between(first, last + int(horizon_s)))
    numbers = {place: number for number, place in enumerate(IDS)}
    told = Sightings(
        np.array([hash(one.vehicle.plate) for one in seen], np.int64),
        np.array([one.at_s for one in seen]),
        np.array([numbers[one.place.id] for one in seen], np.int64),
        np.array([WORDS.index(DIRECTIONS.get(one.direction, "")) for one in seen], np.int64),
    )
    spots = list(table.spots.values())
    too_fast = np.array([[apart_km(a, b) for b in spots] for a in spots]) / table.settings.too_fast_kmh * 3600
    return legs(told, first, last, horizon_s, too_fast, table.settings.silent_s)


def _row(key: LegKey, counts: Counts) -> list[Any]:
    filled = np.flatnonzero(counts)
    first, last = int(filled[0]), int(filled[-1])
    return [key.here, key.direction, key.hours, key.there, first, counts[first : last + 1].tolist()]


def _rounded(score: Score) -> Mapping[str, Any]:
    names = ("trials", "foretold", "came", "brier", "legs", "timed", "within")
    return {name: _short(getattr(score, name)) for name in names}


def _short(value: Any) -> Any:
    return [round(one, 1) for one in value] if isinstance(value, tuple) else round(value, 1)


def main() -> None:
    rows = json.dumps(drive(), ensure_ascii=False, separators=(",", ":"))
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(rows.replace("],[", "],\n["), encoding="utf-8")


if __name__ == "__main__":
    main()
