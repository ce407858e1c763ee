"""Whole days of hand-ins: those before the story, which are done, and the large day of three hundred."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from numpy.random import Generator

from services.district.sea_boats import Boats
from services.district.sea_places import DEPOTS, LARGE_MIX, MIX, PORTS, Depot
from services.district.sea_story import LARGE_CREWS, Filing, Moment
from services.domain.boats import Pollutant
from services.domain.timebase import local

DAYS_BEFORE = 4
LARGE = 300
IN_PORT = 0.4  # share of the large day's boats that lie in a port
FIRST_H, LAST_H = 5.0, 17.0  # of the Shanghai day
DONE_AFTER_MIN = 150.0  # what was filed so long before the start has been served
OTHERS_AFTER_MIN = 180.0  # the large day is the dispatcher's: another seat waits that long


def days_before(seed: int, boats: Boats) -> Iterator[tuple[Filing, Depot]]:
    """Closed hand-ins of the last days, so that rates have something to stand on."""
    rng = np.random.default_rng([seed, 5])
    for day in range(DAYS_BEFORE, 0, -1):
        for at in sorted(rng.uniform(-9.0, 2.5, int(rng.integers(7, 10)))):
            kind, _, usual = MIX[int(rng.choice(len(MIX), p=[m[1] for m in MIX]))]
            yield _served(rng, (at - 24.0 * day) * 60, boats, kind, usual)


def _served(rng: Generator, filed: Moment, boats: Boats, kind: Pollutant, usual: float) -> tuple[Filing, Depot]:
    accept, assign = filed + rng.uniform(0.6, 4), filed + rng.uniform(7, 16)
    alongside = assign + rng.uniform(22, 65)
    steps = np.cumsum([assign + 1 - alongside, 0, 1.2, rng.uniform(6, 12), 2, 2, rng.uniform(30, 80), 20])
    late = rng.random() < 0.07
    filing = Filing(
        filed, int(rng.choice(np.asarray(boats.anchored)[9:])), "海门港", True, kind,
        max(0.02, round(usual * float(rng.lognormal(0, 0.3)), 2)),
        accept=accept, assign=assign, vessel=int(rng.integers(5)),
        promised=alongside + (-32 if late else rng.uniform(2, 20)),
        steps=(assign + 1, *(alongside + s - steps[1] for s in steps[1:])),
    )  # fmt: skip
    return filing, DEPOTS[int(rng.integers(2))]


def large_day(seed: int, boats: Boats, start: datetime) -> Iterator[Filing]:
    """Three hundred boats of one Shanghai day, each once. What was filed long before the start is done."""
    rng = np.random.default_rng([seed, 300])
    here = local(start)
    midnight = (here.replace(hour=0, minute=0, second=0, microsecond=0) - here) / timedelta(minutes=1)
    ports = [np.arange(*_span(boats, nth)) for nth in range(len(PORTS))]
    at_sea = rng.permutation(np.asarray(boats.near))[: round(LARGE * (1 - IN_PORT))]
    moored = rng.permutation(np.concatenate(ports))[: LARGE - len(at_sea)]
    who = rng.permutation(np.concatenate([at_sea, moored]))
    times = np.sort(midnight + 60 * (FIRST_H + (LAST_H - FIRST_H) * rng.beta(1.6, 2.2, LARGE)))
    for boat, at in zip(who.tolist(), times.tolist(), strict=False):
        yield _asked(rng, boats, boat, at)


def _asked(rng: Generator, boats: Boats, boat: int, at: Moment) -> Filing:
    kind, _, usual = LARGE_MIX[int(rng.choice(len(LARGE_MIX), p=[m[1] for m in LARGE_MIX]))]
    home = int(boats.home[boat])
    in_port = home < len(PORTS)
    accept = at + float(rng.uniform(0.6, 3.5))
    filing = Filing(
        at, boat, PORTS[home].name if in_port else "渔场", in_port, kind,
        max(0.001, round(usual * float(rng.lognormal(-0.06, 0.35)), 3)),
        channel=str(rng.choice(["zlb", "phone", "counter"], p=[0.8, 0.15, 0.05])),
        accept=accept, assign=accept + OTHERS_AFTER_MIN,
    )  # fmt: skip
    return _done(rng, filing) if at < -DONE_AFTER_MIN else filing


def _done(rng: Generator, filing: Filing) -> Filing:
    assign = filing.at + float(rng.uniform(6, 14))
    alongside = assign + float(rng.uniform(20, 60))
    steps = alongside + np.cumsum([0, 1.2, rng.uniform(5, 9), 2, 2, rng.uniform(10, 25), rng.uniform(5, 15)])
    return Filing(
        filing.at, filing.boat, filing.place, filing.in_port, filing.pollutant, filing.est_t, "", filing.channel,
        accept=filing.accept, assign=assign, vessel=int(rng.integers(len(LARGE_CREWS))), promised=alongside + 20,
        steps=(assign + 1, *steps.tolist()),
    )  # fmt: skip


def _span(boats: Boats, port: int) -> tuple[int, int]:
    mine = np.flatnonzero(boats.home == port)
    return (int(mine[0]), int(mine[-1]) + 1) if len(mine) else (0, 0)
