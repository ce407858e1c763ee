"""How the demo day of the collection fleet stands when the district starts, and who files next.

All times are minutes from the start. The figures follow the picture of the boats scene; what
happens afterwards is worked out by ``sea_work``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from services.district.part import DistrictSettings
from services.district.sea_boats import Boats
from services.district.sea_places import ANCHORAGES, DEPOTS, MIX, STORY_BOATS
from services.domain.boats import LegKind, Pollutant

HAND_INS_A_DAY = 7.8  # 2,096 in about 270 days
SERVICE_FLOOR_S = 1_500.0  # five vessels serve one hand-in in 25 minutes for ever; faster only grows the queue
SENT_BY_OTHERS = 6.4  # T3 waits so long for the dispatcher; then another seat sends a vessel
KINDS = tuple(Pollutant)
Moment = float  # minutes from the start


@dataclass(frozen=True, slots=True)
class Crew:
    """A collection vessel. Capacities and first loads are tonnes, in the order of ``Pollutant``."""

    mmsi: int
    name: str
    at: tuple[float, float]
    speed_kn: float
    wave_limit_m: float
    crew: int
    capacity_t: tuple[float, ...]
    load_t: tuple[float, ...]


_BIG = (2.0, 0.8, 0.4, 0.3, 0.2, 0.4, 0.3)
_SMALL = (2.3, 0.6, 0.3, 0.2, 0.1, 0.3, 0.2)
CREWS = (
    Crew(413_300_101, "渔清 01", (121.816, 28.523), 9.0, 2.5, 4, _BIG, (0.64, 0.2, 0.1, 0, 0, 0.1, 0)),
    Crew(413_300_102, "渔清 02", (121.799, 28.4785), 10.0, 2.5, 4, _BIG, (1.28, 0.5, 0.3, 0.1, 0, 0.3, 0.1)),
    Crew(413_300_103, "渔清 03", (121.761, 28.5730), 11.0, 2.5, 4, _BIG, (1.02, 0.4, 0.2, 0.1, 0, 0.2, 0.1)),
    Crew(413_300_104, "渔清 04", (121.538, 28.6690), 9.0, 1.2, 3, _SMALL, (0.20, 0, 0.1, 0, 0, 0, 0)),
    Crew(413_300_105, "渔清 05", (121.4385, 28.6893), 8.0, 1.5, 3, _SMALL, (1.99, 0.5, 0.2, 0.1, 0, 0.2, 0.1)),
)


def _more(nth: int) -> Crew:
    """The vessels that help out on the large day, from the berths and anchorages in turn."""
    berths = (*(d.berth for d in DEPOTS), *(a.at for a in ANCHORAGES))
    big = nth % 2 == 0
    speed, waves, men = (9.5, 2.5, 4) if big else (8.5, 1.5, 3)
    name = f"渔清 {nth:02d}"
    at, holds = berths[nth % len(berths)], _BIG if big else _SMALL
    return Crew(413_300_100 + nth, name, at, speed, waves, men, holds, (0.0,) * len(KINDS))


LARGE_CREWS = (*CREWS, *(_more(nth) for nth in range(len(CREWS) + 1, 21)))
FAILS = 6  # of these: 渔清 07, at noon


@dataclass(frozen=True, slots=True)
class Filing:
    """A hand-in as its fisher files it, with what the story already knows of its course.

    ``steps`` are the moments of ACCEPTED, ASSIGNED, EN_ROUTE, ALONGSIDE … as far as they are fixed.
    """

    at: Moment
    boat: int  # index in Boats
    place: str
    in_port: bool
    pollutant: Pollutant
    est_t: float
    number: str = ""
    channel: str = "zlb"
    accept: Moment | None = None
    assign: Moment | None = None
    vessel: int | None = None
    promised: Moment | None = None
    steps: tuple[Moment, ...] = ()  # from EN_ROUTE on, fixed
    cancel: Moment | None = None  # the fisher calls it off
    misses: bool = False  # the boat is not where the vessel looks for it
    stored_share: float | None = None  # of what was weighed at the boat


@dataclass(frozen=True, slots=True)
class PastLeg:
    vessel: int
    kind: LegKind
    begin: Moment
    end: Moment
    number: str = ""
    note: str = ""


PAST_LEGS = (
    PastLeg(0, LegKind.SAIL, -257, -210),
    PastLeg(0, LegKind.COLLECT, -210, -185, "02"),
    PastLeg(0, LegKind.SAIL, -185, -140),
    PastLeg(0, LegKind.UNLOAD, -140, -110),
    PastLeg(0, LegKind.SAIL, -107, -10),
    PastLeg(1, LegKind.COLLECT, -237, -207, "01"),
    PastLeg(1, LegKind.SAIL, -207, -82),
    PastLeg(2, LegKind.SAIL, -207, -130),
    PastLeg(2, LegKind.UNLOAD, -130, -94),
    PastLeg(2, LegKind.SAIL, -67, -2),
    PastLeg(3, LegKind.SAIL, -267, -220),
    PastLeg(3, LegKind.UNLOAD, -220, -185),
    PastLeg(3, LegKind.BARRED, -27, 273, note="浪高超限"),
    PastLeg(4, LegKind.COLLECT, -195, -160, "03"),
    PastLeg(4, LegKind.SAIL, -160, -105),
    PastLeg(4, LegKind.COLLECT, -105, -75, "04"),
    PastLeg(4, LegKind.SAIL, -75, -12),
)

_OIL, _GARBAGE, _WASTE, _NETS = Pollutant.OILY_WATER, Pollutant.GARBAGE, Pollutant.WASTE_OIL, Pollutant.NETS


def opening(boats: Boats) -> list[Filing]:
    """The hand-ins under way at the start, T3 (number 11), one that its fisher calls off (12) and one whose
    boat is not there (13). The warehouse will weigh 8.5 % less of 06 than the boat."""

    def boat(number: str) -> tuple[int, str, bool]:
        i = next(k for k, b in enumerate(STORY_BOATS) if b.number == number)
        return boats.anchored[i], STORY_BOATS[i].place, STORY_BOATS[i].place == "海门港"

    def other(nth: int) -> tuple[int, str, bool]:
        place = ANCHORAGES[nth % len(ANCHORAGES)]
        return boats.anchored[len(STORY_BOATS) + nth], place.name, place.in_port

    return [
        Filing(-277, *other(1), _OIL, 0.33, "01", accept=-275, assign=-264, vessel=1, promised=-230,
               steps=(-262, -237, -235, -214, -209, -207, -90, -82, -60, -50, -40)),
        Filing(-262, *other(0), _OIL, 0.47, "02", accept=-260, assign=-258, vessel=0, promised=-200,
               steps=(-257, -210, -208, -193, -187, -185, -140, -110, -75, -60, -45)),
        Filing(-228, *boat("50881"), _NETS, 0.18, "03", accept=-225, assign=-213, vessel=4, promised=-190,
               steps=(-210, -195, -193, -172, -164, -160, -105, -39)),
        Filing(-158, *boat("20077"), _OIL, 0.62, "04", accept=-154, assign=-140, vessel=4, promised=-90,
               steps=(-130, -105, -102, -84, -78, -75)),
        Filing(-78, *boat("61310"), _WASTE, 0.04, "05", "phone", accept=-75, assign=-62, vessel=1, promised=-5,
               steps=(-60, -22, -18)),
        Filing(-47, *boat("70418"), _OIL, 0.38, "06", accept=-44, assign=-33, vessel=1, promised=32,
               stored_share=0.915),
        Filing(-12.6, *boat("61027"), _OIL, 0.42, "07", accept=-12.29, assign=52, vessel=0, promised=120),
        Filing(-26, *boat("11209"), _OIL, 0.51, "08", accept=-24, assign=-12, vessel=2, promised=39),
        Filing(-2.4, *boat("21536"), _OIL, 0.35, "09", accept=-0.5, assign=8, vessel=4, promised=120),
        Filing(-0.4, *boat("30872"), _GARBAGE, 0.06, "10", accept=1.6, assign=11, vessel=2, promised=180),
        Filing(0.35, *boat("61588"), _OIL, 0.28, "11", accept=0.9, assign=SENT_BY_OTHERS, vessel=2,
               promised=45),
        Filing(8, *other(2), _OIL, 0.31, "12", accept=9, assign=12, vessel=0, cancel=20),
        Filing(12, *other(5), _OIL, 0.24, "13", "phone", accept=13, assign=16, vessel=4, misses=True),
    ]  # fmt: skip


def later(settings: DistrictSettings, boats: Boats) -> Iterator[Filing]:
    """Who files after the story, for ever: by chance, from the seed alone."""
    rng = np.random.default_rng([settings.seed, 7])
    every_min = max(86_400.0 / (HAND_INS_A_DAY * max(settings.hand_in_factor, 1e-6)), SERVICE_FLOOR_S) / 60
    shares = [a.share for a in ANCHORAGES]
    lying = {
        a.name: [i for i in boats.anchored[len(STORY_BOATS) :] if _lies_at(i, boats, k)]
        for k, a in enumerate(ANCHORAGES)
    }
    at = 6.0
    while True:
        at += every_min * float(rng.uniform(0.5, 1.5))
        place = ANCHORAGES[int(rng.choice(len(ANCHORAGES), p=shares))]
        pollutant, _, usual = MIX[int(rng.choice(len(MIX), p=[m[1] for m in MIX]))]
        mass = max(0.02, round(usual * float(rng.lognormal(0, 0.35)), 2))
        choices = lying[place.name] or list(boats.anchored)
        yield Filing(
            at, choices[int(rng.integers(len(choices)))], place.name, place.in_port, pollutant, mass,
            channel=str(rng.choice(["zlb", "phone", "counter"], p=[0.8, 0.15, 0.05])),
            accept=at + float(rng.uniform(0.6, 3.5)),
        )  # fmt: skip


def _lies_at(boat: int, boats: Boats, nth: int) -> bool:
    return (boat - boats.anchored[len(STORY_BOATS)]) % len(ANCHORAGES) == nth


def moment(start: datetime, minutes: Moment) -> datetime:
    return start + timedelta(minutes=minutes)
