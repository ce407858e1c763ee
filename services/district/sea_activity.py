"""The demo's other books about the boats: daily activity, hand-ins of the past, certificates, credit.

Invented so that the codes worked out from them spread like those of the demo's register. By the published
figures (2,096 hand-ins of 4,400 boats) most boats would have none in ninety days; docs/points.md says so.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.district.sea_boats import Boats
from services.district.sea_story import CREWS
from services.domain.timebase import local

DAYS = 90
KG_PER_H_100KW = 0.5  # 演示, as in the settings
CALL_KG = 350.0  # of one hand-in
RATIOS = {"green": (0.84, 1.12), "yellow": (0.45, 0.78), "red": (0.0, 0.35), "unknown": (0.5, 1.0)}
GREEN_WITHIN_DAYS = 55
BANKS = ("合作银行甲", "合作银行乙", "合作银行丙")
ENDING = (("21536", "捕捞许可证", 12), ("50881", "检验证书", 26), ("70418", "检验证书", 48))


class Books:
    """What the books held when the district started, the day of its start not among it."""

    def __init__(self, boats: Boats, start: datetime, seed: int) -> None:
        self._boats = boats
        self._start = start
        self._seed = seed
        self.today = local(start).date()
        self.first_day = self.today - timedelta(days=DAYS)
        self._codes = np.array([row["code"] for row in boats.rows])

    @cached_property
    def hours(self) -> NDArray[np.float64]:
        """Under way, one row a boat: moored boats go out half the days, the far ones stay out for many."""
        rng = np.random.default_rng([self._seed, 51])
        count = self._boats.count
        far = np.arange(count) >= self._boats.silent.stop
        out = rng.random((count, DAYS)) < np.where(far, 0.72, 0.5)[:, None]
        hours = np.where(far[:, None], rng.uniform(14, 22, (count, DAYS)), rng.uniform(6, 13, (count, DAYS)))
        return np.round(np.where(out, hours, 0.0), 1).astype(np.float64)

    @cached_property
    def heard(self) -> NDArray[np.float64]:
        rng = np.random.default_rng([self._seed, 52])
        most = rng.uniform(21.5, 24.0, self.hours.shape)
        some = rng.uniform(6.0, 12.0, self.hours.shape)
        heard = np.where((self._codes == "unknown")[:, None], some, most)
        return np.round(np.maximum(heard, self.hours), 1).astype(np.float64)

    @cached_property
    def ledger(self) -> list[list[int]]:
        """``[mmsi, day, kg]`` of oily water, day 0 the first of the ninety."""
        rng = np.random.default_rng([self._seed, 53])
        power = np.array([row["power_kw"] for row in self._boats.rows], float)
        expected = KG_PER_H_100KW * power / 100.0 * self.hours.sum(axis=1)
        rows: list[list[int]] = []
        for i, code in enumerate(self._codes.tolist()):
            given = expected[i] * rng.uniform(*RATIOS[code])
            calls = max(1, round(given / CALL_KG))
            latest = DAYS - 1 if code != "red" else DAYS - 70
            last = rng.integers(max(0, latest - GREEN_WITHIN_DAYS), latest + 1)
            days = sorted({int(last), *rng.integers(0, last + 1, calls - 1).tolist()})
            share = max(1, round(given / len(days)))
            rows += [[int(self._boats.mmsi[i]), day, share] for day in days]
        return rows

    # -- what is told ---------------------------------------------------------------------------

    def activity(self, known: str) -> dict[str, Any]:
        """The whole of it, or only its version to who knows it already."""
        version = f"{self.today:%Y%m%d}-{self._boats.count}"
        if known == version:
            return {"version": version}
        calls = (self.hours > 0) & (np.roll(self.hours, -1, axis=1) == 0)
        return {
            "version": version,
            "first_day": self.first_day.isoformat(),
            "days": DAYS,
            "mmsi": self._boats.mmsi.tolist(),
            "under_way": _told(np.round(self.hours * 10)),
            "heard": _told(np.round(self.heard * 10)),
            "calls": _told(calls),
        }

    def handed_in(self) -> dict[str, Any]:
        return {"since": self.first_day.isoformat(), "until": self.today.isoformat(), "rows": self.ledger}

    def certificates(self) -> dict[str, Any]:
        told = [
            {"mmsi": crew.mmsi, "holder": crew.name, "holder_kind": "collection", "kind": "检验证书", "until": until}
            for crew, until in zip(CREWS, map(self._ends, (204, 166, 118, 21, 251)), strict=True)
        ]
        for number, kind, days in ENDING:
            row = next((r for r in self._boats.rows if r["vessel_no"].endswith(number)), None)
            if row is not None:
                boat = {"mmsi": row["mmsi"], "holder": row["vessel_no"], "holder_kind": "fishing"}
                told.append({**boat, "kind": kind, "until": self._ends(days)})
        return {"certificates": told}

    def credit(self) -> dict[str, Any]:
        """Loans asked for on the strength of hand-ins; one in six is still being looked at."""
        rng = np.random.default_rng([self._seed, 54])
        chosen = rng.choice(self._boats.count, min(64, self._boats.count), replace=False)
        told: list[dict[str, Any]] = []
        for turn, i in enumerate(chosen.tolist()):
            row, asked = self._boats.rows[i], int(rng.integers(5, 40)) * 10_000
            granted = None if turn % 6 == 5 else round(asked * float(rng.uniform(0.6, 1.0)) / 10_000) * 10_000
            filed = self._start - timedelta(days=float(rng.uniform(1, 300)))
            told.append(
                {
                    "id": f"XD-{turn + 1:04d}",
                    "mmsi": row["mmsi"],
                    "vessel_no": row["vessel_no"],
                    "bank": BANKS[turn % len(BANKS)],
                    "asked_yuan": asked,
                    "granted_yuan": granted,
                    "filed_at": round(filed.timestamp()),
                }
            )
        return {"applications": told}

    def routes(self) -> Mapping[str, Any]:
        return {
            "/activity": lambda query: self.activity(query.get("known", "")),
            "/handed_in": lambda _query: self.handed_in(),
            "/certificates": lambda _query: self.certificates(),
            "/credit": lambda _query: self.credit(),
        }

    def _ends(self, days: int) -> float:
        return (_midnight(self.today) + timedelta(days=days + 1, seconds=-1)).timestamp()


def _midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+08:00")


def _told(table: NDArray[Any]) -> str:
    """A byte a boat and day, packed."""
    return base64.b64encode(zlib.compress(np.ascontiguousarray(table.astype(np.uint8)).tobytes(), 6)).decode()
