"""The district's clock in the hand of a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Clock:
    """The test turns it by setting ``moment``. To the demo's parts and a site it is their timebase."""

    moment: datetime
    start: datetime

    def now(self) -> datetime:
        return self.moment

    def real_s(self, district_s: float) -> float:
        return district_s
