"""What each figure of the community is: its formula in words, its window, its target and where it leads.

Requirements 04 §2.2.2. The targets are settings ``[community.figures]``; the formulas are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Kpi:
    """``formula`` is what is divided by what, in words; ``opens`` the scene a click leads to."""

    id: str
    label: str
    formula: str
    window: str
    opens: str = ""
    unit: str = "%"
    at_most: bool = False  # less is better
    strictly: bool = False  # the target itself is not enough

    @property
    def sign(self) -> str:
        return ("< " if self.strictly else "≤ ") if self.at_most else "≥ "

    def meets(self, value: float, target: float) -> bool:
        if self.at_most:
            return value < target if self.strictly else value <= target
        return value >= target


KPIS: Mapping[str, Kpi] = MappingProxyType(
    {
        kpi.id: kpi
        for kpi in (
            Kpi("people", "实有人口", "常住 + 流动（已登记、未注销）", "当前", "homes", "人"),
            Kpi("registration", "登记率", "已登记流动人口 / （已登记 + 已确认未登记）", "30 日", "homes"),
            Kpi("accuracy", "登记准确率", "抽查属实的登记 / 抽查的登记", "本季度", "homes"),
            Kpi("expiring", "登记到期率", "30 日内到期的登记 / 已登记", "30 日", "homes", at_most=True, strictly=True),
            Kpi("resolved_rate", "化解率", "已化解 / 本年受理且已到期", "本年", "mediation"),
            Kpi("close_days", "平均化解天数", "Σ（办结 − 受理） / 已办结", "本年", "mediation", "天", at_most=True),
            Kpi("meetings", "三会一课完成率", "本月已开展 / 本月计划", "本月"),
            Kpi("safe_confirmed", "今日平安确认", "今日有活动凭据的老人 / 在管且未外出的老人", "今日", "care"),
            Kpi("visits", "探访完成", "按期完成的探访 / 到期的探访", "30 日", "care"),
            Kpi("hotel_style", "出租房纳管率", "旅馆式管理的出租房 / 全部出租房", "当前", "homes"),
            Kpi("rectified", "隐患整改", "按期整改 / 到期的隐患", "30 日", "rectify"),
            Kpi("smoke_online", "烟感在线", "24 小时内上报的烟感 / 已安装的烟感", "24 小时", "rectify"),
            Kpi("hydrants", "消火栓合格率", "压力达到下限的消火栓 / 全部消火栓", "当前", "rectify"),
            Kpi("precision", "预警精确率", "属实 / （属实 + 误报）", "30 日", "rules"),
            Kpi("sign_time", "签收中位", "预警发出至签收的中位数", "30 日", "performance", "分"),
            Kpi("handle_time", "处置中位", "预警发出至办结的中位数", "30 日", "performance", "分"),
            Kpi("safety_index", "平安指数", "100 − Σ 权重 × 扣分", "当前", unit=""),
        )
    }
)

TARGETS: Mapping[str, float] = MappingProxyType(  # [D]
    {
        "registration": 95.0,
        "accuracy": 97.0,
        "expiring": 10.0,
        "close_days": 7.0,
        "meetings": 100.0,
        "safe_confirmed": 98.0,
        "visits": 95.0,
        "hotel_style": 90.0,
        "rectified": 95.0,
        "smoke_online": 97.0,
        "hydrants": 98.0,
        "precision": 30.0,
        "safety_index": 90.0,
    }
)
WEIGHTS: Mapping[str, float] = MappingProxyType(  # [D] of the safety index
    {"fire": 0.25, "order": 0.20, "elders": 0.20, "disputes": 0.15, "rentals": 0.10, "devices": 0.10}
)
PENALTIES: Mapping[str, float] = MappingProxyType(  # [D] points of 100 for each
    {"fire_alarm": 10.0, "overdue_dispute": 10.0, "red": 20.0, "orange": 10.0, "yellow": 5.0, "blue": 1.0}
)


@dataclass(frozen=True, slots=True)
class KpiTerms:
    """``safe_by`` is when today's confirmations are first held against their target."""

    targets: Mapping[str, float] = field(default_factory=lambda: TARGETS)
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
    penalties: Mapping[str, float] = field(default_factory=lambda: PENALTIES)
    safe_by: time = time(12)


TERMS = KpiTerms()


def kpi_terms_from(table: Mapping[str, Any]) -> KpiTerms:
    """The defaults with what the site sets. Raises ValueError in Chinese, naming the key."""
    terms = TERMS
    for key, value in table.items():
        place = f"community.figures.{key}"
        if key in ("targets", "weights", "penalties"):
            terms = replace(terms, **{key: _numbers(place, value, getattr(TERMS, key))})
        elif key == "safe_by":
            terms = replace(terms, safe_by=_hour(place, value))
        else:
            raise ValueError(f"不认识的键 {place}，可用：targets、weights、penalties、safe_by")
    if abs(sum(terms.weights.values()) - 1.0) > 1e-9:
        raise ValueError(f"community.figures.weights 之和须为 1，现为 {sum(terms.weights.values()):g}")
    return terms


def _numbers(place: str, table: Any, known: Mapping[str, float]) -> Mapping[str, float]:
    if not isinstance(table, dict):
        raise ValueError(f"{place} 须写作 [{place}]")
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"不认识的键 {place}.{key}，可用：{'、'.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1000:
            raise ValueError(f"{place}.{key} 须为 0 至 1000 的数，现为 {value!r}")
    return MappingProxyType({**known, **{key: float(value) for key, value in table.items()}})


def _hour(place: str, value: Any) -> time:
    try:
        return time.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f'{place} 须写作 "12:00"，现为 {value!r}') from None
