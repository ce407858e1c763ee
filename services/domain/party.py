"""党建: branches of the community and what they plan and hold. No member is named or counted singly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.timebase import local


class ActivityKind(StrEnum):
    ASSEMBLY = "assembly"
    COMMITTEE = "committee"
    GROUP = "group"
    LECTURE = "lecture"
    PARTY_DAY = "party_day"
    VOLUNTEER = "volunteer"


ACTIVITY_WORDS: Mapping[ActivityKind, str] = {
    ActivityKind.ASSEMBLY: "支部党员大会",
    ActivityKind.COMMITTEE: "支委会",
    ActivityKind.GROUP: "党小组会",
    ActivityKind.LECTURE: "党课",
    ActivityKind.PARTY_DAY: "主题党日",
    ActivityKind.VOLUNTEER: "志愿服务",
}
MEETINGS = frozenset(
    {ActivityKind.ASSEMBLY, ActivityKind.COMMITTEE, ActivityKind.GROUP, ActivityKind.LECTURE}
)  # 三会一课


@dataclass(frozen=True, slots=True)
class PartyActivity:
    """``recorded_at`` None: not recorded yet, which is not the same as not held."""

    id: str
    kind: ActivityKind
    title: str
    planned_at: datetime
    recorded_at: datetime | None = None
    present: int | None = None
    expected: int = 0
    hours: float = 0.0  # of volunteers


@dataclass(frozen=True, slots=True)
class PartyBranch:
    id: str
    name: str
    members: int
    double_reports: int  # 双报到
    hours: int  # of volunteers, this year
    activities: tuple[PartyActivity, ...] = ()  # of this month and the last, the newest first

    def meetings(self, now: datetime) -> tuple[int, int]:
        """Of this month: recorded, planned."""
        month = f"{local(now):%Y%m}"
        planned = [a for a in self.activities if a.kind in MEETINGS and f"{local(a.planned_at):%Y%m}" == month]
        return sum(a.recorded_at is not None for a in planned), len(planned)

    def missing(self, now: datetime) -> int:
        """Whose day is over and that nobody recorded."""
        today = local(now).date()
        return sum(a.recorded_at is None and local(a.planned_at).date() < today for a in self.activities)
