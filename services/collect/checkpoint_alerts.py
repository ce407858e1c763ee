"""The checkpoint scene's alerts as figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import select

from services.domain.alert import Alert, Verdict
from services.domain.figures import Figure
from services.domain.inspection_notice import InspectionNotice
from services.domain.inspection_notice import State as Told
from services.domain.interception_case import Interception, OrderState
from services.domain.timebase import midnight_before
from services.store import codec
from services.store.schema import alert as alert_table

if TYPE_CHECKING:
    from services.store.store import Store

WINDOW = timedelta(days=30)


def scene_alerts(store: Store, now: datetime) -> tuple[Alert, ...]:
    """The checkpoint scene's alerts of the last 30 days."""
    query = select(alert_table.c.body).where(
        alert_table.c.scene == "checkpoints", alert_table.c.raised_at >= now - WINDOW
    )
    with store.read() as connection:
        return codec.decode_all(Alert, connection.execute(query).scalars())


def figures_of_alerts(
    alerts: Sequence[Alert],
    now: datetime,
    orders: Sequence[Interception] = (),
    notices: Sequence[InspectionNotice] = (),
) -> tuple[Figure, ...]:
    today = [a for a in alerts if a.raised_at >= midnight_before(now)]
    unsigned = sum(a.is_open and not a.is_signed for a in today)
    return (
        Figure("hits", "命中", str(len(today)), "起", f"待签收 {unsigned}", formula="今日 00:00 起卡口场景预警"),
        _intercepted([one for one in orders if one.asked_at >= midnight_before(now)]),
        _notices(notices, now),
        _precision(alerts),
        _signing(today),
        _load(alerts, now),
    )


def _intercepted(today: Sequence[Interception]) -> Figure:
    """Of the orders that were given and not taken back: how many vehicles stood. Following is neither."""
    ordered = [one for one in today if one.was_ordered]
    done = sum(one.state is OrderState.INTERCEPTED for one in ordered)
    missed = sum(one.state is OrderState.MISSED for one in ordered)
    running = sum(one.is_open for one in ordered)
    formula = "今日拦截成功 ÷ 下令（撤令不计）"
    if not ordered:
        return Figure("intercepted", "拦截成功", "—", "", "今日未下令", formula=formula)
    note = f"下令 {len(ordered)} · 错过 {missed}" + (f" · 在途 {running}" if running else "")
    return Figure("intercepted", "拦截成功", f"{done} / {len(ordered)}", "", note, formula=formula)


def _notices(notices: Sequence[InspectionNotice], now: datetime) -> Figure:
    """Of the vehicles whose owners were told in the last 30 days, or are still waited for: how many were
    inspected and passed before their deadline."""
    told = [n for n in notices if n.state is not Told.WITHDRAWN and (n.is_open or n.issued_at >= now - WINDOW)]
    formula = "期限内复检合格 ÷ 近 30 日告知（含未了结）"
    if not told:
        return Figure("notices", "告知复检", "—", "", "近 30 日未告知", formula=formula)
    done = sum(n.state is Told.PASSED and n.overdue_at is None for n in told)
    waiting, late = sum(n.is_open for n in told), sum(n.is_open and n.overdue_at is not None for n in told)
    note = f"待检 {waiting}" + (f" · 超期 {late}" if late else "")
    return Figure("notices", "告知复检", f"{done} / {len(told)}", "", note, formula=formula)


def _precision(alerts: Sequence[Alert]) -> Figure:
    judged = [a for a in alerts if a.verdict is not None]
    right = sum(a.verdict is not Verdict.FALSE_ALARM for a in judged)
    if not judged:
        return Figure("precision", "精确率", "—", "%", "30 日 · 尚无核查", unknown=True)
    note = f"30 日 · 确认 {right} / {len(judged)}"
    return Figure("precision", "精确率", f"{100 * right / len(judged):.0f}", "%", note)


def _signing(today: Sequence[Alert]) -> Figure:
    waits = sorted((a.acked_at - a.raised_at).total_seconds() for a in today if a.acked_at is not None)
    if not waits:
        return Figure("signing", "中位签收", "—", "", "今日尚无签收")
    slow = waits[min(len(waits) - 1, int(0.9 * len(waits)))]
    return Figure("signing", "中位签收", _clock(median(waits)), "", f"P90 {_clock(slow)}")


def _load(alerts: Sequence[Alert], now: datetime) -> Figure:
    lately = sum(a.raised_at >= now - timedelta(hours=1) for a in alerts)
    return Figure("load", "报警 / 席·时", f"{lately:.1f}", "", "目标 ≤ 6", formula="近 1 小时卡口预警 ÷ 1 席")


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
