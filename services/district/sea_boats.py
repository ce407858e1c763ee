"""4,400 fishing boats: who they are, and where each is at any moment, as a function of seed and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.district.sea_places import ANCHORAGES, FAR_GROUNDS, NEAR_GROUNDS, PORTS, STORY_BOATS, Ground
from services.district.sea_safety_story import (
    ENTERS_S,
    INTRUDER_KN,
    SELDOM_S,
    SILENT_S,
    TO_THE_EDGE,
    barred,
    intruder,
    intruder_course,
)
from services.district.sea_safety_story import GEAR as GEAR_BARRED
from services.district.sea_water import COS_LAT, EAST_DEG, NM_PER_DEG, Points, Water

CORNERS = 12  # of a boat's closed course
NEAR = 454  # within sight of the bay's receivers: 446 at sea, eight at anchor off 海门
SILENT = 14  # neither AIS nor Beidou for a while
ANCHORED = 40
STEAMING_SHARE = 0.14
MMSI_FIRST = 412_410_000
EPOCH_S = 1_767_225_600.0  # 2026-01-01 UTC: courses run from here, whenever the district was started
KNOT_DEG_S = 1.0 / NM_PER_DEG / 3600.0

GEAR = ("单拖", "双拖", "流刺网", "帆张网", "钓具", "笼壶", "围网")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余叶程"
GIVEN = "海波明军建国华平伟永强春福根生志勇水金宝良才兴旺富贵荣光祥顺"

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fixes:
    """Positions of some boats at their own moments."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    sog_kn: NDArray[np.float64]
    cog_deg: NDArray[np.float64]


class Boats:
    """The fleet of the district.

    Each boat follows a closed course of straight legs at its own speed: a trawl's long loop, a run
    between grounds and port and back, or none at all at a berth. ``at`` gives all of them at once.
    """

    def __init__(self, seed: int, count: int, start: datetime, water: Water) -> None:
        rng = np.random.default_rng([seed, 1])
        self.start_s = start.timestamp()
        moored = [int(p.moored * count / 4400) for p in PORTS]
        near, silent = max(ANCHORED, int(NEAR * count / 4400)), max(1, int(SILENT * count / 4400))
        far = count - sum(moored) - near - silent - 1
        courses = [
            *(_still(water.scatter(rng, p.water, p.spread, n)) for p, n in zip(PORTS, moored, strict=True)),
            _still(_anchored(rng, water, min(ANCHORED, near))),
            _near(rng, water, near + silent - min(ANCHORED, near)),
            _far(rng, far + 1),
        ]
        self.corners: NDArray[np.float64] = np.concatenate(courses)
        self.count = len(self.corners)
        first_near = sum(moored)
        self.anchored = range(first_near, first_near + min(ANCHORED, near))
        self.near = range(first_near, first_near + near)
        self.silent = range(first_near + near, first_near + near + silent)
        if (bold := intruder(self)) is not None:
            self.corners[bold] = intruder_course(CORNERS)
        self.home = np.repeat(np.arange(len(PORTS) + 1), [*moored, self.count - sum(moored)])
        self.mmsi = MMSI_FIRST + np.arange(self.count) * 7
        legs = np.roll(self.corners, -1, axis=1) - self.corners
        self._lengths = np.hypot(legs[..., 0] * COS_LAT, legs[..., 1])
        self._until = np.cumsum(self._lengths, axis=1)
        self._legs = legs
        speed = rng.uniform(2.6, 4.2, self.count)
        self.steaming = rng.random(self.count) < STEAMING_SHARE
        speed[self.steaming] = rng.uniform(7.0, 9.5, int(self.steaming.sum()))
        self.speed_kn = np.where(self._until[:, -1] > 0, speed, 0.0)
        self._phase = rng.random(self.count)
        self._course = rng.uniform(0, 360, self.count)
        self._silent_for = rng.uniform(1_500, 3_500, self.count)
        self._silent_for[self.silent.start] = SILENT_S
        self.rows = _register(rng, self, start)
        self._tell_stories()

    def _tell_stories(self) -> None:
        """One boat goes into closed water at its moment, one has a gear that is soon barred."""
        bold, late = intruder(self), barred(self)
        if bold is None or late is None:
            return
        self.speed_kn[bold] = INTRUDER_KN
        edge, whole = self._lengths[bold, 0] * TO_THE_EDGE, self._until[bold, -1]
        gone = (self.start_s + ENTERS_S - EPOCH_S) * INTRUDER_KN * KNOT_DEG_S
        self._phase[bold] = ((edge - gone) % whole) / whole
        self.rows[late]["gear_type"] = GEAR_BARRED

    def at(self, moments_s: Seconds, who: NDArray[np.intp] | slice = slice(None)) -> Fixes:
        """Where each of ``who`` is at its moment (Unix seconds)."""
        until, lengths = self._until[who], self._lengths[who]
        whole = np.maximum(until[:, -1], 1e-12)
        gone = (self._phase[who] * whole + (moments_s - EPOCH_S) * self.speed_kn[who] * KNOT_DEG_S) % whole
        leg = np.minimum((until <= gone[:, None]).sum(axis=1), until.shape[1] - 1)
        row = np.arange(len(leg))
        length = lengths[row, leg]
        share = np.where(length > 0, 1.0 - (until[row, leg] - gone) / np.maximum(length, 1e-12), 0.0)
        step = self._legs[who][row, leg]
        place = self.corners[who][row, leg] + step * share[:, None]
        moving = self.speed_kn[who] > 0
        course = np.degrees(np.arctan2(step[:, 0] * COS_LAT, step[:, 1])) % 360
        # a still boat swings with tide and wind
        swing = (self._course[who] + 12 * np.sin(moments_s / 700 + self._phase[who] * 6)) % 360
        wobble = 1.0 + 0.06 * np.sin(moments_s / 97 + self._phase[who] * 40)
        return Fixes(
            place[:, 0], place[:, 1], self.speed_kn[who] * wobble, np.where(moving, course, swing)
        )  # fmt: skip

    def last_report_s(self, now_s: float, every_s: float) -> Seconds:
        """When each boat's terminal last reported: all in turn within ``every_s``, the silent ones seldom, the
        first of these never again."""
        phase = (self.mmsi % 997) / 997 * every_s
        last = np.floor((now_s - phase) / every_s) * every_s + phase
        silent = np.asarray(self.silent)
        first = self.start_s - self._silent_for[silent]
        seldom = first + np.floor((now_s - first) / SELDOM_S) * SELDOM_S
        last[silent] = np.where(silent == self.silent.start, first, np.maximum(first, seldom))
        return last

    def index(self, vessel_number: str) -> int:
        """The boat 浙椒渔 ``vessel_number``. Raises StopIteration for none."""
        return next(i for i, row in enumerate(self.rows) if row["vessel_no"].endswith(vessel_number))


# ------------------------------------------------------------------------------------------ courses


def _still(points: Points) -> NDArray[np.float64]:
    return np.repeat(points[:, None, :], CORNERS, axis=1)


def _anchored(rng: np.random.Generator, water: Water, count: int) -> Points:
    """The boats of the stories first, the rest round the anchorages."""
    points = [np.array(b.at) for b in STORY_BOATS][:count]
    turn = 0
    while len(points) < count:
        anchorage = ANCHORAGES[turn % len(ANCHORAGES)]
        points.append(water.scatter(rng, anchorage.at, anchorage.spread, 1)[0])
        turn += 1
    return np.array(points)


def _near(rng: np.random.Generator, water: Water, count: int) -> NDArray[np.float64]:
    """Loops over the near grounds that stay on water and in sight, tried until there are enough."""
    found = np.empty((0, CORNERS, 2))
    while len(found) < count:
        loops = _loops(rng, NEAR_GROUNDS, 2 * count, (0.4, 2.2))
        nxt = np.roll(loops, -1, axis=1)
        share = np.linspace(0, 1, 16, endpoint=False)[:, None, None, None]
        along = loops + (nxt - loops) * share
        wet = water.is_water(along[..., 0], along[..., 1], clear=True)
        seen = (along[..., 0] > 121.36) & (along[..., 0] < 121.93) & (along[..., 1] > 28.39) & (along[..., 1] < 28.74)
        found = np.concatenate([found, loops[(wet & seen).all(axis=(0, 2))]])
    return found[:count]


def _far(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    found = np.empty((0, CORNERS, 2))
    while len(found) < count:
        loops = _loops(rng, FAR_GROUNDS, 2 * count, (2.0, 6.0))
        found = np.concatenate([found, loops[(loops[..., 0] > EAST_DEG).all(axis=1)]])
    return found[:count]


def _loops(
    rng: np.random.Generator, grounds: Sequence[Ground], count: int, long_nm: tuple[float, float]
) -> NDArray[np.float64]:
    """Long, narrow, rounded loops: out along one side, a turn, back along the other."""
    which = rng.choice(len(grounds), count, p=[g.share for g in grounds])
    middles = np.array([g.at for g in grounds])[which]
    spread = np.array([g.spread for g in grounds])[which, None]
    middles = middles + rng.normal(0, 1, (count, 2)) * spread / (COS_LAT, 1.0)
    half_long = rng.uniform(*long_nm, (count, 1)) / 2 / NM_PER_DEG
    half_wide = half_long * rng.uniform(0.12, 0.4, (count, 1))
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)[None, :]
    u = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.5 * half_long
    v = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.8 * half_wide
    heading = rng.uniform(0, np.pi, (count, 1))
    x = (u * np.cos(heading) - v * np.sin(heading)) / COS_LAT
    y = u * np.sin(heading) + v * np.cos(heading)
    loops = middles[:, None, :] + np.stack([x, y], axis=2)
    backwards = rng.random(count) < 0.5
    loops[backwards] = loops[backwards, ::-1]
    return loops


# ----------------------------------------------------------------------------------------- register


def _register(rng: np.random.Generator, boats: Boats, start: datetime) -> list[dict[str, Any]]:
    """The bureau's register as its service tells it: Chinese keys stay on its side, ours are plain."""
    numbers = rng.permutation(np.arange(10_000, 80_000))[: boats.count]
    story = {boats.anchored[i]: b.number for i, b in enumerate(STORY_BOATS) if i < len(boats.anchored)}
    taken = set(story.values())
    lengths = rng.uniform(11, 38, boats.count)
    code = rng.choice(["green", "yellow", "red", "unknown"], boats.count, p=[0.85, 0.10, 0.035, 0.015])
    days = rng.integers(3, 190, boats.count)
    rows: list[dict[str, Any]] = []
    for i in range(boats.count):
        number = story.get(i, str(numbers[i]))
        if i not in story and number in taken:
            number = str(80_000 + i)
        given = "".join(GIVEN[int(k)] for k in rng.integers(len(GIVEN), size=2))
        name = SURNAMES[int(rng.integers(len(SURNAMES)))] + given
        berth = int(boats.home[i])
        port = PORTS[berth if berth < len(PORTS) else int(rng.choice(len(PORTS), p=[0.6, 0.2, 0.15, 0.05]))].name
        rows.append(
            {
                "mmsi": int(boats.mmsi[i]),
                "vessel_no": f"浙椒渔 {number}",
                "beidou_id": str(300_000 + i),
                "length_m": round(float(lengths[i]), 1),
                "power_kw": round(float(lengths[i]) ** 2 * 0.42),
                "gear_type": GEAR[int(rng.integers(len(GEAR)))],
                "home_port": port,
                "owner": "陈海生" if number == "61027" else name,
                "phone": "13805865678" if number == "61027" else f"139{rng.integers(10**7, 10**8)}",
                "tank_oily_m3": round(float(lengths[i]) * 0.06, 1),
                "code": "green" if i in story else str(code[i]),
                "points": int(rng.integers(0, 900)),
                "last_hand_in": int(start.timestamp() - days[i] * 86_400) if rng.random() < 0.36 else None,
                "has_account": bool(rng.random() < 0.97),
                "wind_rating": None if i % 5 == 0 else (6 if lengths[i] < 13 else 7 if lengths[i] < 22 else 8),
            }
        )  # fmt: skip
    return rows
