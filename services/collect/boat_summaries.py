"""Figures of the 渔船 scene, worked out from the newest states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from services.collect.summary import Summary
from services.domain.boats import LIMITS, FleetPlan, HandInRequest, HandInState, LegKind
from services.domain.figures import Figure, Provenance
from services.domain.timebase import midnight_before

if TYPE_CHECKING:
    from services.store.store import Store

MINUTE = timedelta(minutes=1)
BUSY_WINDOW = timedelta(hours=6)

PUBLISHED = (
    Figure("boats", "覆盖渔船", "4,400+", "艘", "在册口径", Provenance.PUBLISHED, formula="公开报道，渔省心，椒江"),
    Figure("calls", "累计处理", "2,096", "艘次", "2021.06 起", Provenance.PUBLISHED, formula="公开报道，渔省心，椒江"),
    Figure(
        "tonnes", "累计回收", "728.4", "吨", "均 0.348 吨/次", Provenance.PUBLISHED, formula="728.4 吨 ÷ 2,096 艘次"
    ),
    Figure("cost", "治污成本", "−70", "%", "约数", Provenance.PUBLISHED, formula="公开报道，约数"),
)


def figures(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    requests: Sequence[HandInRequest] = store.snapshot("hand_in_requests", now).records
    plans: Sequence[FleetPlan] = store.snapshot("fleet_plans", now).records
    live = (
        _today(requests, now),
        _response(requests, now),
        _on_time(requests),
        _closed_loop(requests, now),
        _mass_balance(requests),
        _utilisation(plans, now),
    )
    return {"boat_figures": (*PUBLISHED, *live)}


def _missing(key: str, label: str, note: str) -> Figure:
    return Figure(key, label, "—", note=note, unknown=True)


def _today(requests: Sequence[HandInRequest], now: datetime) -> Figure:
    midnight = midnight_before(now)
    today = [r for r in requests if r.filed_at >= midnight]
    ended = sum(not r.is_open for r in today)
    note = f"办结 {ended} · 在途 {len(today) - ended}"
    return Figure("requests_today", "今日申请", str(len(today)), "件", note, formula="今日 0 时起提出的上交申请")


def _response(requests: Sequence[HandInRequest], now: datetime) -> Figure:
    midnight = midnight_before(now)
    waits = [
        (assigned - r.filed_at) / MINUTE
        for r in requests
        if (assigned := r.reached(HandInState.ASSIGNED)) is not None and assigned >= midnight
    ]
    if not waits:
        return _missing("response", "平均响应", "今日尚无派船")
    formula = f"今日 {len(waits)} 件，申请至派船的中位数"
    return Figure("response", "平均响应", f"{median(waits):.0f}", "分", "目标 ≤ 15", formula=formula)


def _on_time(requests: Sequence[HandInRequest]) -> Figure:
    arrived = [
        alongside <= r.window_to + r.grace
        for r in requests
        if r.window_to and (alongside := r.reached(HandInState.ALONGSIDE)) is not None
    ]
    return _rate("on_time", "准点率", arrived, "目标 ≥ 90", "近 4 日在承诺时刻 ±20 分内靠帮 / 已靠帮")


def _closed_loop(requests: Sequence[HandInRequest], now: datetime) -> Figure:
    old = [
        r.reached(HandInState.DISPOSED) is not None
        for r in requests
        if (signed := r.reached(HandInState.SIGNED)) is not None and now - signed >= LIMITS.dispose
    ]
    return _rate("closed_loop", "闭环率", old, "72 h 以上联单", "已处置 / 开单满 72 小时")


def _rate(key: str, label: str, met: Sequence[bool], note: str, formula: str) -> Figure:
    if not met:
        return _missing(key, label, "尚无样本")
    share = 100 * sum(met) / len(met)
    value = "100" if all(met) else f"{share:.1f}"
    return Figure(key, label, value, "%", f"{sum(met)}/{len(met)} · {note}", formula=formula)


def _mass_balance(requests: Sequence[HandInRequest]) -> Figure:
    pairs = [(r.weighed_t, r.stored_t) for r in requests if r.weighed_t and r.stored_t is not None]
    if not pairs:
        return _missing("mass_balance", "质量平衡差", "尚无入仓")
    weighed = sum(w for w, _ in pairs)
    off = sum(abs(w - s) for w, s in pairs)
    formula = f"近 4 日 {len(pairs)} 单：Σ|船边 − 仓边| {off:.2f} t ÷ 船边 {weighed:.2f} t"
    return Figure("mass_balance", "质量平衡差", f"{100 * off / weighed:.1f}", "%", "目标 ≤ 5", formula=formula)


def _utilisation(plans: Sequence[FleetPlan], now: datetime) -> Figure:
    if not plans:
        return _missing("utilisation", "船队利用率", "无船队计划")
    since = now - BUSY_WINDOW
    busy = sum((_within(p, since, now) for p in plans), timedelta())
    whole = BUSY_WINDOW * len(plans)
    formula = f"近 6 时航行、收集、卸载 {busy / timedelta(hours=1):.1f} h ÷ 在班 {whole / timedelta(hours=1):.0f} h"
    return Figure(
        "utilisation", "船队利用率", f"{100 * (busy / whole):.0f}", "%", f"{len(plans)} 艘 · 近 6 时", formula=formula
    )


def _within(plan: FleetPlan, since: datetime, now: datetime) -> timedelta:
    spans = (
        (max(leg.begin, since), min(leg.end, now))
        for leg in plan.legs
        if leg.kind not in (LegKind.BARRED, LegKind.IDLE)
    )
    return sum((max(timedelta(), end - begin) for begin, end in spans), timedelta())


SUMMARIES: tuple[Summary, ...] = (Summary("boat_figures", 5.0, ("boat_figures",), figures),)
