"""How a collection vessel keeps to the plan in force: records of topic ``execution``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.dispatch_plan import Point


@dataclass(frozen=True, slots=True)
class ExecutionState:
    """One vessel now. A figure nobody knows is None; what is as planned is 0.

    ``drift_min`` is how much later than planned it will be at its next collection, ``off_route_nm`` how
    far it is off its way, ``silent_min`` how old its newest fix is, ``overload_t`` what it carries beyond
    its holds. ``suggestion`` is a sentence for the dispatcher; nothing is ever changed by itself.
    ``way`` leads over water from where it is through what it still has to do.
    """

    vessel_id: str
    drift_min: int | None = None
    off_route_nm: float | None = None
    silent_min: int | None = None
    overload_t: float = 0.0
    next_number: str = ""
    next_eta: datetime | None = None
    planned_eta: datetime | None = None
    suggestion: str = ""  # 建议重排：渔清 02 失联 16 分，06、09 待改派
    vessel_name: str = ""
    late_min: int = 0  # of the next collection against window and grace
    arrived: str = ""  # number of the hand-in it lies alongside of
    way: tuple[Point, ...] = ()

    @property
    def id(self) -> str:
        return self.vessel_id
