"""平安指数: 100 less what six parts of the community lose, each with its weight, its reason and where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.domain.alert import AlertLevel
from services.domain.community import DisputeSummary, Elder, FireRow, RentalSummary, Safety
from services.domain.community_kpi import KpiTerms
from services.domain.community_rates import Rate, device_rate, hotel_style_rate, smoke_rate
from services.domain.levels import LEVEL_WORDS

PUBLIC_ORDER = ("R-POP-", "R-EYE-")  # rules whose open alerts count as 治安
OpenAlerts = Mapping[tuple[str, AlertLevel], int]  # rule and level → how many are open


@dataclass(frozen=True, slots=True)
class Deduction:
    """One line of the index: ``weight`` × ``penalty`` points off. Penalties run from 0 to 100."""

    title: str
    weight: float
    penalty: float
    why: str
    opens: str = ""

    @property
    def points(self) -> float:
        return self.weight * min(100.0, max(0.0, self.penalty))


def deductions(
    fire: Sequence[FireRow],
    elders: Sequence[Elder],
    disputes: DisputeSummary | None,
    rentals: RentalSummary | None,
    open_alerts: OpenAlerts,
    terms: KpiTerms,
    *,
    due: bool = True,
) -> tuple[Deduction, ...]:
    """What the index loses, and why. A part without data costs its whole shortfall: 100.

    Before the hour at which today's confirmations are ``due`` an elder who has not been heard of yet costs
    nothing; one whose devices are silent does at any hour.
    """
    weights, each = terms.weights, terms.penalties
    alarms = sum(row.alarms for row in fire)
    smoke, devices = smoke_rate(fire), device_rate(fire)
    hotel = hotel_style_rate(rentals) if rentals else Rate(0, 0)
    over = disputes.over_7d if disputes else None
    order, order_why = _order(open_alerts, each)
    elder, elder_why = _elders(elders, due)
    return (
        Deduction(
            "消防",
            weights["fire"],
            _short(smoke) + each["fire_alarm"] * alarms,
            f"烟感在线 {smoke.fraction}，报警 {alarms}",
            "rectify",
        ),
        Deduction("治安", weights["order"], order, order_why, "home"),
        Deduction("养老", weights["elders"], elder, elder_why, "care"),
        Deduction(
            "纠纷",
            weights["disputes"],
            100.0 if over is None else each["overdue_dispute"] * over,
            "暂无数据" if over is None else f"超 7 日 {over} 件",
            "mediation",
        ),
        Deduction("出租房", weights["rentals"], _short(hotel), f"旅馆式纳管 {hotel.fraction}", "homes"),
        Deduction("设备", weights["devices"], _short(devices), f"在线 {devices.fraction}", "rectify"),
    )


def safety_index(lines: Sequence[Deduction]) -> int:
    """100 − Σ wᵢ·penaltyᵢ, cut to a whole point: 89.6 has not reached 90."""
    return int(100.0 - sum(line.points for line in lines) + 1e-9)


def _order(open_alerts: OpenAlerts, each: Mapping[str, float]) -> tuple[float, str]:
    counts = {
        level: sum(n for (rule, at), n in open_alerts.items() if at is level and rule.startswith(PUBLIC_ORDER))
        for level in reversed(AlertLevel)
    }
    said = "、".join(f"{LEVEL_WORDS[level]} {n}" for level, n in counts.items() if n)
    penalty = sum(each[level.name.lower()] * n for level, n in counts.items())
    return penalty, f"未办结预警 {said}" if said else "无未办结预警"


def _elders(elders: Sequence[Elder], due: bool) -> tuple[float, str]:
    counted = [e for e in elders if e.safety is not Safety.AWAY]
    if not counted:
        return 100.0, "暂无数据"
    unknown = sum(e.safety is Safety.UNKNOWN for e in counted)
    pending = sum(e.safety is Safety.PENDING for e in counted)
    costs = unknown + (pending if due else 0)
    later = "" if due else "（未到核对时刻，不计）"
    return 100.0 * costs / len(counted), f"失联未知 {unknown}、待确认 {pending}{later} / {len(counted)}"


def _short(rate: Rate) -> float:
    return 100.0 if rate.percent is None else 100.0 - rate.percent
