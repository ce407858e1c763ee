"""A hand-in that an officer files for a fisher who rang or stands at the counter."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.domain.boats import WAITING_FOR_VESSEL, FishingBoat, HandInLimits, HandInRequest, Pollutant
from services.domain.deed import Refused, World
from services.domain.hand_in_case import DESK, DESK_CHANNELS, NAME, FileHandIn, RequestFiled
from services.domain.hand_in_clocks import accept_by, collect_by
from services.domain.masked import mask_name
from services.domain.officer import Officer
from services.domain.promise import masked

MOST_T = 50.0  # no hold is larger
FURTHEST = timedelta(days=7)


def filed_at_desk(wish: FileHandIn, officer: Officer, at: datetime, world: World, limits: HandInLimits) -> RequestFiled:
    """Raises Refused for what the register does not know, a mass nobody has, a window that is over, and a
    boat that already waits with the same pollutant."""
    if wish.channel not in DESK_CHANNELS:
        raise Refused("渠道须为电话或窗口")
    pollutant = _pollutant(wish.pollutant)
    boat = found_boat(world.topic("boat_register"), wish.vessel_no)
    _require_mass(wish.est_t)
    place = _place(wish)
    _require_window(wish, at)
    _require_first(world.cases(NAME), boat, pollutant)
    return RequestFiled(
        number="",
        boat_id=boat.id,
        vessel_no=boat.vessel_no,
        pollutant=pollutant,
        est_t=wish.est_t,
        place=place,
        lon=wish.lon,
        lat=wish.lat,
        in_port=wish.in_port,
        channel=wish.channel,
        filed_at=at,
        by=mask_name(officer.name),
        told=DESK,
        accept_by=accept_by(at, limits),
        collect_by=collect_by(wish.window_from or at, limits, in_port=wish.in_port),
        window_from=wish.window_from,
        window_to=wish.window_to,
        caller=masked(wish.caller),
        grace=limits.window_grace,
    )


def found_boat(register: Sequence[FishingBoat], said: str) -> FishingBoat:
    """By the vessel number as it is written or by enough of it to be one boat's. Raises Refused."""
    wanted = re.sub(r"\s", "", said)
    if not wanted:
        raise Refused("请写明船名号")
    numbers = [(re.sub(r"\s", "", boat.vessel_no), boat) for boat in register]
    exact = [boat for number, boat in numbers if number == wanted]
    found = exact or [boat for number, boat in numbers if number.endswith(wanted)]
    if not found:
        raise Refused(f"渔船档案里没有 {said.strip()}")
    if len(found) > 1:
        raise Refused(f"{said.strip()} 对应 {len(found)} 艘渔船，请写全船名号")
    return found[0]


def _pollutant(said: str) -> Pollutant:
    try:
        return Pollutant(said)
    except ValueError:
        raise Refused("请选污染物") from None


def _require_mass(est_t: float) -> None:
    if not (math.isfinite(est_t) and 0 < est_t <= MOST_T):
        raise Refused(f"估重须在 0 与 {MOST_T:g} 吨之间")


def _place(wish: FileHandIn) -> str:
    if not (math.isfinite(wish.lon) and math.isfinite(wish.lat) and abs(wish.lon) <= 180 and abs(wish.lat) <= 90):
        raise Refused("位置的经纬度不可能")
    if not wish.place.strip():
        raise Refused("请写明位置")
    return wish.place.strip()


def _require_window(wish: FileHandIn, at: datetime) -> None:
    begin, end = wish.window_from, wish.window_to
    if end is not None and end <= at:
        raise Refused("时窗已过")
    if begin is not None and end is not None and end <= begin:
        raise Refused("时窗的止须晚于起")
    if any(moment is not None and moment > at + FURTHEST for moment in (begin, end)):
        raise Refused(f"时窗不能超过 {FURTHEST.days} 天")


def _require_first(waiting: Sequence[HandInRequest], boat: FishingBoat, pollutant: Pollutant) -> None:
    for one in waiting:
        if one.boat_id == boat.id and one.pollutant is pollutant and one.state in WAITING_FOR_VESSEL:
            raise Refused(f"{boat.vessel_no} 的{one.pollutant_word}已有申请 {one.number} 待派船")
