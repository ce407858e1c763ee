"""The formulas of the community's figures, each with the one rule that keeps it honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.community import (
    DisputeSummary,
    Elder,
    FireRow,
    PartySummary,
    RegisterSamples,
    RentalSummary,
    Safety,
)
from services.domain.rectification import Rectification, on_time

SAFE_WATER_M3 = 0.01  # of today: less proves nothing
SILENT_AFTER_H = 24.0
SMOKE = "smoke"  # FireRow.id of the smoke detectors
HYDRANTS = ("hydrant", "indoor_hydrant")


@dataclass(frozen=True, slots=True)
class Rate:
    """``part`` of ``whole``. A rate of nothing is unknown, not 0 and not 100."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= max(self.whole, 0):
            raise ValueError(f"{self.part} of {self.whole} is no rate")

    @property
    def percent(self) -> float | None:
        return 100.0 * self.part / self.whole if self.whole else None

    @property
    def fraction(self) -> str:
        return f"{self.part:,} / {self.whole:,}"

    def text(self, decimals: int = 1) -> str:
        """Cut, never rounded up: 99.96 % must not read 100."""
        if self.percent is None:
            return "—"
        step = 10**decimals
        return f"{self.part * 100 * step // self.whole / step:.{decimals}f}"


def safety_of(
    now: datetime,
    *,
    away_until: datetime | None,
    water_today_m3: float,
    proved_today: bool,
    last_reading_at: datetime | None,
) -> Safety:
    """Today's safe confirmation of one elder (``proved_today``: door, motion, call or visit).

    Proof beats everything but an away notice; without proof a silent meter means UNKNOWN, because
    nobody can tell a quiet morning from a broken device.
    """
    if away_until is not None and now < away_until:
        return Safety.AWAY
    if proved_today or water_today_m3 >= SAFE_WATER_M3:
        return Safety.CONFIRMED
    if last_reading_at is None or (now - last_reading_at).total_seconds() > SILENT_AFTER_H * 3600:
        return Safety.UNKNOWN
    return Safety.PENDING


def safe_rate(elders: Sequence[Elder]) -> Rate:
    """Confirmed today / monitored and not away. Unknown ones stay in the denominator."""
    counted = [e for e in elders if e.safety is not Safety.AWAY and not e.unmonitored]
    return Rate(sum(e.safety is Safety.CONFIRMED for e in counted), len(counted))


def visit_rate(elders: Sequence[Elder]) -> Rate:
    """Visits made on time / visits that fell due in the last 30 days."""
    due = [e for e in elders if e.visit_on_time is not None]
    return Rate(sum(bool(e.visit_on_time) for e in due), len(due))


def registration_rate(rentals: RentalSummary) -> Rate:
    """Registered floating people / (registered + confirmed without a registration)."""
    return Rate(rentals.registered, rentals.registered + rentals.unregistered)


def hotel_style_rate(rentals: RentalSummary) -> Rate:
    return Rate(rentals.hotel_style, rentals.rentals)


def expiring_rate(rentals: RentalSummary) -> Rate:
    """Registrations that end within 30 days / registered."""
    return Rate(min(rentals.expiring_30d, rentals.registered), rentals.registered)


def accuracy_rate(samples: RegisterSamples) -> Rate:
    """Registrations found right when they were checked at the door / checked, this quarter."""
    return Rate(samples.right, samples.checked)


def meetings_rate(party: PartySummary) -> Rate:
    """三会一课 held / planned this month; one held beyond the plan makes no other unnecessary."""
    return Rate(min(party.meetings_done, party.meetings_planned), party.meetings_planned)


def resolved_rate(disputes: DisputeSummary) -> Rate:
    """Resolved / accepted and due in the year: a case that is not due yet counts on neither side."""
    return Rate(disputes.resolved, disputes.due)


def smoke_rate(fire: Sequence[FireRow]) -> Rate:
    """Smoke detectors heard within 24 h / installed."""
    rows = [row for row in fire if row.id == SMOKE]
    return Rate(sum(r.online for r in rows), sum(r.installed for r in rows))


def hydrant_rate(fire: Sequence[FireRow]) -> Rate:
    """Hydrants whose pressure meets the limit / all of them: one that is silent is not known to have any."""
    rows = [row for row in fire if row.id in HYDRANTS]
    return Rate(sum(r.pressed for r in rows), sum(r.installed for r in rows))


def hazard_rate(fire: Sequence[FireRow], ours: Sequence[Rectification] = ()) -> Rate:
    """Hidden dangers rectified on time / due: those the community's own system counts, and our cases that are
    settled or late."""
    kept = [kept for kept in map(on_time, ours) if kept is not None]
    return Rate(sum(r.hazards_rectified for r in fire) + sum(kept), sum(r.hazards_due for r in fire) + len(kept))


def device_rate(fire: Sequence[FireRow]) -> Rate:
    return Rate(sum(r.online for r in fire), sum(r.installed for r in fire))
