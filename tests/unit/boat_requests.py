"""Hand-ins, boats and a desk for tests of what hangs on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.domain.boats import HAND_IN_ORDER, FishingBoat, HandInRequest, HandInState, Pollutant, StateAt
from services.domain.masked import Masked
from services.domain.officer import Officer, Role

NOW = datetime(2026, 11, 21, 6, 27, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DISPATCHER = Officer("zhou", "周海", Role.DISPATCHER)


def request(
    number: int = 1,
    state: HandInState = HandInState.SIGNED,
    mass_t: float | None = 0.348,
    pollutant: Pollutant = Pollutant.OILY_WATER,
    boat: str = "412410007",
    at: datetime = NOW,
    **more: Any,
) -> HandInRequest:
    """One that has been through every state up to ``state``, the last a minute before ``at``."""
    ahead = HAND_IN_ORDER[: HAND_IN_ORDER.index(state) + 1] if state in HAND_IN_ORDER else (*HAND_IN_ORDER[:8], state)
    first = at - len(ahead) * MINUTE
    history = tuple(StateAt(one, first + turn * MINUTE) for turn, one in enumerate(ahead))
    return HandInRequest(
        id=f"SQ-20261121-{number:02d}",
        number=f"{number:02d}",
        boat_id=boat,
        vessel_no="浙椒渔 61588",
        pollutant=pollutant,
        est_t=0.3,
        place="一江山锚地",
        lon=121.76,
        lat=28.6,
        in_port=False,
        channel="zlb",
        state=state,
        history=history,
        weighed_t=mass_t,
        **more,
    )


def boat(mmsi: int = 412_410_007, points: int = 100, **more: Any) -> FishingBoat:
    told: dict[str, Any] = {
        "length_m": 22.0,
        "power_kw": 200.0,
        "gear_type": "单拖",
        "home_port": "海门港",
        "tank_oily_m3": 1.3,
    }
    return FishingBoat(
        id=str(mmsi),
        vessel_no=f"浙椒渔 {mmsi % 100_000:05d}",
        mmsi=mmsi,
        beidou_id="300001",
        owner=Masked("陈海生", "陈**"),
        phone=Masked("13805865678", "138****5678"),
        points=points,
        **(told | more),
    )
