"""What the demo community's cameras believe they see: a month behind, and a modest life that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from services.district.community_days import Happening, number
from services.district.community_estates import EstatePlan
from services.district.community_registers import stamp

TRACK = "574,96 578,140 583,208 590,300 597,420 608,570 622,760"  # falls like a thing that was let go
BIRD = "120,640 240,600 380,520 520,470 660,380 800,300 930,260"
LAUNDRY = "500,400 540,412 500,420 462,411 502,402 541,413 499,421"
_FALLS_S = {4.0: 1.31, 5.0: 1.47}  # seconds such a track of so many floors takes


@dataclass(frozen=True, slots=True)
class Seen:
    """One row of ``shexiang`` with what only some kinds of event say."""

    kind: str
    score: float
    judged: str = "0"
    track: str = ""
    frames: int = 40
    floors: float = 0.0
    held_s: float | None = None
    object_class: str = ""
    dwelling: str = ""
    wind: int | None = None
    hit: int | None = None
    mass_kg: float | None = None
    persons: int | None = None
    area_m2: float | None = None
    candidates: tuple[tuple[int, str, float], ...] = field(default=())


def camera_history(start: datetime, estates: Sequence[EstatePlan], seed: int) -> list[Happening]:
    """A month of judged events, 16 of 25 confirmed, and this morning's falling object."""
    rng = Random(f"{seed}/cameras")
    found: list[Happening] = []
    for i in range(25):
        at = start - timedelta(days=1 + i * 28 / 25, minutes=rng.randrange(600))
        kind = ("04", "03", "02", "01")[i % 4]
        seen = Seen(kind, round(0.7 + i % 5 / 20, 2), "1" if i < 16 else "2", held_s=60.0)
        found += happenings(at, estates[i % len(estates)], 1 + i % 9, seen)
    found += happenings(start - timedelta(hours=5), estates[1], 2, Seen("01", 0.62, "2", BIRD, 30, 2.2, 1.8))
    morning = start - timedelta(hours=3, minutes=26)
    fell = Seen("01", 0.86, "0", TRACK, 7, 4.0, _FALLS_S[4.0], wind=3, candidates=((9, "东列", 0.71), (8, "东列", 0.2)))
    found += happenings(morning, estates[2], 5, fell)
    found += happenings(start - timedelta(hours=2), estates[4], 2, Seen("04", 0.81, held_s=300.0))
    return sorted(found, key=lambda h: h.at)


def camera_live(start: datetime, estates: Sequence[EstatePlan]) -> list[Happening]:
    """An e-bike in a lift after 45 s, a falling object after 210 s, later what deserves a look, or none."""
    fell = Seen(
        "01", 0.88, "0", TRACK, 9, 5.0, _FALLS_S[5.0], wind=2, candidates=((7, "西列", 0.64), (6, "西列", 0.27))
    )
    told = (
        (45, 0, 3, Seen("02", 0.93, frames=96, held_s=3.8, object_class="ebike")),
        (210, 1, 6, fell),
        (16 * 60, 2, 3, Seen("02", 0.88, frames=80, held_s=3.2, object_class="pram")),
        (20 * 60, 3, 4, Seen("04", 0.84, frames=900, held_s=420.0)),
        (26 * 60, 5, 2, Seen("01", 0.71, "0", LAUNDRY, 40, 2.1, 4.0, wind=4)),
        (47 * 60, 3, 4, Seen("04", 0.86, frames=900, held_s=1980.0)),
        (58 * 60, 4, 5, Seen("03", 0.83, frames=400, held_s=360.0)),
    )
    return [
        h
        for after, i, block, seen in told
        for h in happenings(start + timedelta(seconds=after), estates[i], block, seen)
    ]


def states_live(start: datetime, estates: Sequence[EstatePlan]) -> list[Happening]:
    """A camera that is off line for seven minutes, and a roof that grew without a permit."""
    down, up, roof = (start + timedelta(minutes=minutes) for minutes in (34, 41, 55))
    first = start - timedelta(days=4)
    return [
        _state(down + timedelta(minutes=6), estates[4], 3, "1", 6.0, None),
        _state(up, estates[4], 3, "0", None, 0.94),
        _roof(roof, estates[2], 2, "屋面东侧", 6.5, 4, 0, first),
        _roof(start + timedelta(minutes=71), estates[0], 1, "西侧阳台", 5.0, 5, 1, first),
    ]


def happenings(at: datetime, estate: EstatePlan, block: int, seen: Seen) -> list[Happening]:
    """The event, and the floors its camera's system thinks of."""
    key = number(at, 0)
    code = f"{estate.code}{block:02d}"
    serial = f"SX{key}"
    row = (
        *(key, serial, f"SXT{code[2:]}", estate.code, code, seen.kind, seen.score, stamp(at), seen.track, seen.frames),
        *(seen.floors, seen.judged, seen.held_s, seen.object_class, seen.dwelling, seen.wind, seen.hit, seen.mass_kg),
        *(seen.persons, seen.area_m2),
    )
    guesses = [Happening(at, "houxuan", (serial, *one)) for one in seen.candidates]
    return [Happening(at, "shexiang", row), *guesses]


def _state(
    at: datetime, estate: EstatePlan, block: int, state: str, offline_min: float | None, ssim: float | None
) -> Happening:
    key, code = number(at, 1), f"{estate.code}{block:02d}"
    row = (key, f"XJ{key}", f"SXT{code[2:]}", estate.code, code, state, offline_min, ssim, stamp(at))
    return Happening(at, "xiangji", row)


def _roof(
    at: datetime, estate: EstatePlan, block: int, spot: str, area: float, days: int, permit: int, first: datetime
) -> Happening:
    key, code = number(at, 2), f"{estate.code}{block:02d}"
    return Happening(
        at, "wumian", (key, f"WM{key}", estate.code, code, spot, area, days, permit, stamp(first), stamp(at))
    )
