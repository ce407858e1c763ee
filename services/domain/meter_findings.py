"""What is the matter with single meters, as lists show it: silent ones, leaks, new meters. No dwelling, no name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.domain.community_told import MeterKind
from services.domain.meters import Mark

SILENT, LEAK, POWER, GAS = "silent", "leak", "power", "gas"
TITLES = {
    SILENT: "失联",
    LEAK: "漏损",
    POWER: "用电异常",
    GAS: "燃气报警",
    Mark.REPLACED: "换表",
    Mark.ROLLED_OVER: "过圈",
    Mark.LEVEL: "读数跳变",
}
METER_WORDS: Mapping[str, str] = {MeterKind.WATER: "水表", MeterKind.POWER: "电表", MeterKind.GAS: "燃气表"}


@dataclass(frozen=True, slots=True)
class MeterFinding:
    """``kind`` is one of ``TITLES``; ``at`` is when it was last heard, or when it happened."""

    id: str
    meter_id: str
    kind: str
    meter_kind: str  # MeterKind
    estate_id: str
    building_id: str
    at: datetime | None
    note: str = ""
    place: str = ""  # 城市花园 3 幢

    @property
    def meter(self) -> str:
        """电表."""
        return METER_WORDS.get(self.meter_kind, "表计")

    @property
    def title(self) -> str:
        return TITLES.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class ProtectedSupply:
    """How many households of one building have put themselves on the list of protected supply. The reason is
    not known to us."""

    id: str  # building
    households: int
