"""Figures of the fleet, the warehouses and the boats' standing, each with its formula; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.domain.boats import FleetPlan, Leg, LegKind, Warehouse
from services.domain.code_terms import number
from services.domain.colour_code import BoatCode
from services.domain.figures import Figure
from services.domain.fleet import ColourCode
from services.domain.points import PointsSummary

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CostTerms:
    """``[boats.cost]``, yuan a tonne: what treating cost before, and costs now. None: nobody has said."""

    baseline_yuan_t: float | None = None
    now_yuan_t: float | None = None


def cost_from(table: Mapping[str, Any]) -> CostTerms:
    """Raises ValueError in Chinese, naming the key."""
    keys = ("baseline_yuan_t", "now_yuan_t")
    for key in table:
        if key not in keys:
            raise ValueError(f"不认识的键 boats.cost.{key}，可用：{'、'.join(keys)}")
    return CostTerms(**{key: number(f"boats.cost.{key}", value, 0.01, 1e7) for key, value in table.items()})


def missing(key: str, label: str, note: str, formula: str = "") -> Figure:
    return Figure(key, label, "—", note=note, unknown=True, formula=formula)


def empty_share(legs: Iterable[Leg], since: datetime, now: datetime) -> tuple[float, float]:
    """Hours sailed with nothing on board, and hours sailed of which that is known: after a vessel unloaded it
    is empty until it collects. What it carried before its first stop is not known."""
    empty, sailed = timedelta(), timedelta()
    loaded: bool | None = None
    for leg in sorted(legs, key=lambda leg: leg.begin):
        if leg.planned or leg.begin >= now:
            continue
        if leg.kind is LegKind.SAIL and loaded is not None:
            spent = max(timedelta(), min(leg.end, now) - max(leg.begin, since))
            sailed += spent
            empty += timedelta() if loaded else spent
        elif leg.kind in (LegKind.COLLECT, LegKind.UNLOAD):
            loaded = leg.kind is LegKind.COLLECT
    return empty / HOUR, sailed / HOUR


def empty_miles(plans: Sequence[FleetPlan], since: datetime, now: datetime) -> Figure:
    found = [empty_share(plan.legs, since, now) for plan in plans]
    empty, sailed = sum(e for e, _ in found), sum(s for _, s in found)
    told = "空驶率 = 空载航行时间 ÷ 已知载况的航行时间（按航速折算里程）"
    if sailed <= 0:
        return missing("empty_miles", "空驶率", "尚无航次", told)
    formula = f"{told}：{empty:.1f} h ÷ {sailed:.1f} h"
    return Figure("empty_miles", "空驶率", f"{100 * empty / sailed:.0f}", "%", f"{len(plans)} 艘", formula=formula)


def days_to_full(warehouses: Sequence[Warehouse]) -> Figure:
    told = "满仓天数 =（仓容 − 液位）÷ 近 7 日净入仓，取最早者"
    known = [(one.days_to_full, one.name) for one in warehouses if one.days_to_full is not None]
    if not known:
        return missing("days_to_full", "最早满仓", "净入仓未知" if warehouses else "无云仓", told)
    days, name = min(known)
    silent = len(warehouses) - len(known)
    note = name + (f" · {silent} 座未知" if silent else "")
    return Figure("days_to_full", "最早满仓", f"{days:.0f}", "天", note, formula=told)


def warehouse_use(warehouses: Sequence[Warehouse]) -> Figure:
    told = "云仓利用率 = Σ 液位 ÷ Σ 仓容，只计液位已知的仓格"
    cells = [cell for one in warehouses for cell in one.compartments]
    known = [cell for cell in cells if cell.level_pct is not None]
    if not known:
        return missing("warehouse_use", "云仓利用率", "液位未知", told)
    level = sum(cell.capacity_t * (cell.level_pct or 0.0) / 100 for cell in known)
    whole = sum(cell.capacity_t for cell in known)
    silent = len(cells) - len(known)
    note = "目标 < 85" + (f" · {silent} 格未知" if silent else "")
    formula = f"{told}：{level:.1f} t ÷ {whole:.1f} t"
    return Figure("warehouse_use", "云仓利用率", f"{100 * level / whole:.0f}", "%", note, formula=formula)


def overdue_boats(codes: Sequence[BoatCode]) -> Figure:
    told = "超期未交船 = 三色码为黄或红的船；应交按功率 × 航行时间推算，系数为演示值"
    if not codes:
        return missing("overdue", "超期未交船", "活动数据未到", told)
    red = sum(one.code is ColourCode.RED for one in codes)
    yellow = sum(one.code is ColourCode.YELLOW for one in codes)
    unknown = sum(one.code is ColourCode.UNKNOWN for one in codes)
    note = f"红 {red} · 黄 {yellow} · 未知 {unknown}"
    return Figure("overdue", "超期未交船", f"{red + yellow:,}", "艘", note, formula=told)


def plastics(points: PointsSummary | None) -> Figure:
    told = "塑料兑换 = Σ 窗口称重；次数为登记笔数"
    if points is None:
        return missing("plastics", "塑料兑换", "尚未记账", told)
    return Figure("plastics", "塑料兑换", f"{points.plastic_kg:,}", "kg", f"{points.swaps} 次", formula=told)


def cost_cut(terms: CostTerms) -> Figure:
    told = "治污成本降幅 = 1 − 现每吨成本 ÷ 基线（[boats.cost]）"
    if terms.baseline_yuan_t is None or terms.now_yuan_t is None:
        return missing("cost_cut", "治污成本降幅", "未设基线；公开报道约 −70 %", told)
    cut = 1 - terms.now_yuan_t / terms.baseline_yuan_t
    formula = f"{told}：1 − {terms.now_yuan_t:g} ÷ {terms.baseline_yuan_t:g} 元/吨"
    return Figure("cost_cut", "治污成本降幅", f"{100 * cut:.0f}", "%", "按站点设定", formula=formula)
