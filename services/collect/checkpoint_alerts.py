"""The checkpoint scene's alerts as figures, and all alerts as the board of departments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import select

from services.domain.alert import Alert, Step, Verdict, Visibility, Work
from services.domain.figures import Figure
from services.domain.interception_case import Interception, OrderState
from services.domain.passage import BoardItem, DepartmentRow
from services.domain.timebase import midnight_before
from services.store import codec
from services.store.schema import alert as alert_table

if TYPE_CHECKING:
    from services.store.store import Store

DEPARTMENTS = ("公安", "交通", "市监", "卫健", "生态环境", "综合执法")
PARTS_OF = {"交警": "公安", "公安交警": "公安", "治安": "公安", "运输": "交通", "市场监管": "市监", "环保": "生态环境"}
ITEMS = 3
WINDOW = timedelta(days=30)
REINSPECTED = ("R-CKP-01", "R-CKP-02", "R-CKP-04")  # a notice with a deadline is their usual end


def scene_alerts(store: Store, now: datetime) -> tuple[Alert, ...]:
    """The checkpoint scene's alerts of the last 30 days."""
    query = select(alert_table.c.body).where(
        alert_table.c.scene == "checkpoints", alert_table.c.raised_at >= now - WINDOW
    )
    with store.read() as connection:
        return codec.decode_all(Alert, connection.execute(query).scalars())


def figures_of_alerts(
    alerts: Sequence[Alert], now: datetime, orders: Sequence[Interception] = ()
) -> tuple[Figure, ...]:
    today = [a for a in alerts if a.raised_at >= midnight_before(now)]
    unsigned = sum(a.is_open and not a.is_signed for a in today)
    return (
        Figure("hits", "命中", str(len(today)), "起", f"待签收 {unsigned}", formula="今日 00:00 起卡口场景预警"),
        _intercepted([one for one in orders if one.asked_at >= midnight_before(now)]),
        _notices(today),
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


def _notices(today: Sequence[Alert]) -> Figure:
    sent = [a for a in today if a.rule_id in REINSPECTED and any(step == Work.DISPATCHED for step, _, _ in a.steps)]
    done = sum(not a.is_open and a.verdict is not Verdict.FALSE_ALARM for a in sent)
    if not sent:
        return Figure("notices", "告知复检", "—", "", "今日未告知", formula="期限内复检 ÷ 告知")
    return Figure("notices", "告知复检", f"{done} / {len(sent)}", "", f"待检 {len(sent) - done}")


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


# ---------------------------------------------------------------------------------------------- board


def department_rows(alerts: Sequence[Alert], now: datetime) -> tuple[DepartmentRow, ...]:
    """The six departments in their fixed order, over all scenes."""
    by_name: dict[str, list[Alert]] = {name: [] for name in DEPARTMENTS}
    for alert in alerts:
        name = PARTS_OF.get(alert.department, alert.department)
        if name in by_name and alert.visibility in (Visibility.VISIBLE, Visibility.SHELVED):
            by_name[name].append(alert)
    return tuple(_row(name, some, now) for name, some in by_name.items())


def _row(name: str, alerts: Sequence[Alert], now: datetime) -> DepartmentRow:
    still_open = sorted(
        (a for a in alerts if a.is_open), key=lambda a: (-a.level, a.is_signed, -a.raised_at.timestamp())
    )
    worst = still_open[0] if still_open else None
    midnight = midnight_before(now)
    return DepartmentRow(
        department=name,
        open=len(still_open),
        overdue=sum(_is_overdue(a, now) for a in still_open),
        closed_today=sum(not a.is_open and (a.closed_at or a.last_at) >= midnight for a in alerts),
        worst=worst.level if worst else None,
        worst_signed=worst.is_signed if worst else True,
        items=tuple(_item(a) for a in still_open[:ITEMS]),
    )


def _is_overdue(alert: Alert, now: datetime) -> bool:
    clock = alert.running
    return clock is not None and clock.due_at < now


def _item(alert: Alert) -> BoardItem:
    clock = alert.running
    step: Step | None = clock.step if clock else None
    return BoardItem(
        alert.id, alert.level, alert.is_signed, alert.title, alert.place, step, clock.due_at if clock else None
    )
