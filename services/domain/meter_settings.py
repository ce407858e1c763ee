"""What a site may set about meters: ``[community.meters]``. Every default is ours [D]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from services.domain.community_told import MeterKind
from services.domain.meters import Ability


@dataclass(frozen=True, slots=True)
class MeterSettings:
    """Abilities are of a household's meter; an estate's main (no dwelling) counts ``main_times`` as much."""

    water_m3h: float = 5.0
    power_kw: float = 15.0
    gas_m3h: float = 6.0
    main_times: float = 400.0
    new_meter_below: float = 20.0  # a counter that falls under it may be a new meter's
    reports_min: float = 30.0  # how often a meter reports
    silent_min: float = 45.0  # a report that late is missing, for the outage of a building
    outage_window_min: float = 5.0
    outage_meters: int = 10
    night_nights: int = 28  # of the median of night flows
    night_least: int = 7  # nights known before there is a median
    baseline_days: int = 28
    baseline_least: int = 14  # days with readings before a meter has a baseline
    keep_days: int = 400  # half-hour values in the archive
    at_hour: float = 4.75  # of the night's figures, Shanghai

    def ability(self, kind: str, is_main: bool) -> Ability:
        """Raises KeyError for a kind of meter nobody knows."""
        per_h = {MeterKind.WATER: self.water_m3h, MeterKind.POWER: self.power_kw, MeterKind.GAS: self.gas_m3h}
        return Ability(per_h[MeterKind(kind)] * (self.main_times if is_main else 1.0), self.new_meter_below)


METERS = MeterSettings()


def meters_from(table: Mapping[str, Any]) -> MeterSettings:
    """The defaults with these. Raises ValueError that names the key and the choices."""
    kinds = {f.name: f.type for f in fields(MeterSettings)}
    for name, value in table.items():
        if name not in kinds:
            raise ValueError(f"不认识的键 community.meters.{name}，可用：{'、'.join(kinds)}")
        whole = kinds[name] == "int"
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not value > 0:
            raise ValueError(f"community.meters.{name} 须为正{'整数' if whole else '数'}，现为 {value!r}")
    read = MeterSettings(**table)
    if not 0 <= read.at_hour < 24:
        raise ValueError(f"community.meters.at_hour 须为 0 至 24，现为 {read.at_hour:g}")
    return read
