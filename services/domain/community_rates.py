"""The formulas of the community's figures, each with the one rule that keeps it honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.community import DisputeSummary, Elder, FireRow, RentalSummary, Safety

SAFE_WATER_M3 = 0.01  # of today: less proves nothing
SILENT_AFTER_H = 24.0
SMOKE = "smoke"  # FireRow.id of the smoke detectors


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
    counted = [e for e in elders if e.safety is not Safety.AWAY]
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


def resolved_rate(disputes: DisputeSummary) -> Rate:
    """Resolved / accepted and due in the year: a case that is not due yet counts on neither side."""
    return Rate(disputes.resolved, disputes.due)


def smoke_rate(fire: Sequence[FireRow]) -> Rate:
    """Smoke detectors heard within 24 h / installed."""
    rows = [row for row in fire if row.id == SMOKE]
    return Rate(sum(r.online for r in rows), sum(r.installed for r in rows))


def hazard_rate(fire: Sequence[FireRow]) -> Rate:
    """Hidden dangers rectified on time / due."""
    return Rate(sum(r.hazards_rectified for r in fire), sum(r.hazards_due for r in fire))


def device_rate(fire: Sequence[FireRow]) -> Rate:
    return Rate(sum(r.online for r in fire), sum(r.installed for r in fire))


@dataclass(frozen=True, slots=True)
class Deduction:
    """One line of the safety index: ``weight`` × ``penalty`` points off. Penalties run from 0 to 100."""

    title: str
    weight: float
    penalty: float
    why: str

    @property
    def points(self) -> float:
        return self.weight * min(100.0, max(0.0, self.penalty))


def deductions(
    fire: Sequence[FireRow],
    elders: Sequence[Elder],
    disputes: DisputeSummary | None,
    rentals: RentalSummary | None,
    open_alerts: int,
) -> tuple[Deduction, ...]:
    """What the safety index loses, and why. A part without data costs its whole shortfall: 100."""
    alarms = sum(row.alarms for row in fire)
    over = disputes.over_7d if disputes else None
    return (
        Deduction("消防", 0.25, _short(smoke_rate(fire)) + 10 * alarms, f"报警 {alarms}"),
        Deduction("治安", 0.20, 5.0 * open_alerts, f"未结预警 {open_alerts}"),
        Deduction("养老", 0.20, _short(safe_rate(elders)), f"平安确认 {safe_rate(elders).fraction}"),
        Deduction("纠纷", 0.15, 100.0 if over is None else 10.0 * over, f"超 7 日 {'—' if over is None else over}"),
        Deduction("出租房", 0.10, _short(hotel_style_rate(rentals)) if rentals else 100.0, "旅馆式纳管"),
        Deduction("设备", 0.10, _short(device_rate(fire)), f"在线 {device_rate(fire).fraction}"),
    )


def safety_index(lines: Sequence[Deduction]) -> int:
    """平安指数: 100 − Σ wᵢ·penaltyᵢ, to the nearest point."""
    return round(100.0 - sum(line.points for line in lines))


def _short(rate: Rate) -> float:
    return 100.0 if rate.percent is None else 100.0 - rate.percent
