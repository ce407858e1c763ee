"""The fleet's state as the store has it now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.domain.boats import HandInRequest, SeaWeather
from services.domain.dispatch_plan import DispatchPlan
from services.domain.dispatch_settings import DispatchTerms
from services.domain.fleet_state import FleetState

if TYPE_CHECKING:
    from services.store.store import Store


def fleet_state(store: Store, now: datetime, terms: DispatchTerms) -> FleetState:
    weather: SeaWeather | None = store.snapshot("sea_weather", now).first()
    plans: tuple[DispatchPlan, ...] = tuple(store.snapshot("dispatch_plan", now).records)
    hand_ins: tuple[HandInRequest, ...] = tuple(store.snapshot("hand_in_requests", now).records)
    return FleetState(
        now=now,
        vessels=tuple(store.snapshot("collection_vessels", now).records),
        hand_ins=hand_ins,
        warehouses=tuple(store.snapshot("warehouses", now).records),
        fleet_plans=tuple(store.snapshot("fleet_plans", now).records),
        plan=next((one for one in plans if one.is_open), None),
        wave_m=weather.wave_m if weather else None,
        wind_bft=weather.wind_bft if weather else None,
        lost=terms.lost,
        settings=terms.settings,
        weights=terms.weights,
    )
