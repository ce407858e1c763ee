"""What is asked and what is written of an account of points. Stream ``points``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.domain.boats import Pollutant
from services.domain.deed import Wish
from services.domain.points import Claim, Entry, Line, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPoints(Wish):
    """Of the system: bring an account to what this claim is due. ``opening`` is what the register says the
    boat had, taken over once."""

    claim: Claim
    opening: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemPoints(Wish):
    """Without ``case_id`` for a boat that has no account here yet: it is opened with the register's points."""

    boat_id: str
    gift: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapPlastic(Wish):
    """塑料换物: ocean plastic weighed at the counter, given against things at once; no points."""

    boat_id: str
    gift: str
    plastic_kg: int


@dataclass(frozen=True, slots=True)
class AccountOpened:
    boat_id: str
    vessel_no: str
    points: int  # of the register


@dataclass(frozen=True, slots=True)
class PointsEntered:
    """``points`` is what this entry adds; the rest is how the hand-in's line stands after it."""

    request_id: str
    pollutant: Pollutant
    mass_kg: int
    day: date
    stage: Stage
    entitled: int
    points: int
    text: str  # 预发 实发 更正 冲销


@dataclass(frozen=True, slots=True)
class PointsRedeemed:
    gift: str
    quantity: int
    points: int
    text: str  # 瓶装水 2 箱


@dataclass(frozen=True, slots=True)
class PlasticSwapped:
    gift: str
    quantity: int
    plastic_kg: int
    text: str


@dataclass(frozen=True, slots=True)
class PointsAccount:
    """``balance`` may be below zero: what was spent before a correction stays spent."""

    id: str  # JF-412410007
    version: int
    boat_id: str
    vessel_no: str
    opened_on: date  # of Shanghai
    opening: int = 0
    issued: int = 0
    redeemed: int = 0
    plastic_kg: int = 0
    swaps: int = 0
    lines: tuple[Line, ...] = ()
    recent: tuple[Entry, ...] = ()  # newest first

    is_open: bool = True

    @property
    def balance(self) -> int:
        return self.opening + self.issued - self.redeemed

    def line(self, request_id: str) -> Line | None:
        return next((line for line in self.lines if line.request_id == request_id), None)
