"""The community's strip of figures: two published ones, the others worked out from what the store holds now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from services.collect.summary import Summary
from services.domain.alert import Alert, Verdict
from services.domain.community import DisputeSummary, Elder, FireRow, RentalSummary
from services.domain.community_rates import (
    Deduction,
    Rate,
    deductions,
    hazard_rate,
    registration_rate,
    safe_rate,
    safety_index,
    smoke_rate,
    visit_rate,
)
from services.domain.figures import Figure, Provenance
from services.store import codec
from services.store.schema import alert as alert_table

if TYPE_CHECKING:
    from services.store.store import Store

WINDOW = timedelta(days=30)

# What the district has published about this community; scope and date stay on every one of them.
PUBLISHED = (
    Figure("population", "实有人口", "10,000+", "人", "6 个小区", Provenance.PUBLISHED, group="published"),
    Figure("resolved", "化解率", "100", "%", "113 / 113 件 · 2021 全年", Provenance.PUBLISHED, group="published"),
)


def rate_figure(key: str, label: str, rate: Rate, target: str, decimals: int = 1, note: str = "") -> Figure:
    """A percentage with its fraction and target (or ``note`` instead of both); a rate of nothing is unknown."""
    note = note or f"{rate.fraction} · {target}" if rate.whole else "暂无数据"
    return Figure(
        key,
        label,
        rate.text(decimals),
        "%",
        note,
        unknown=rate.percent is None,
        formula=f"{label} = {rate.fraction}（{target}）",
        group="today",
    )


def community_figures(
    elders: Sequence[Elder],
    fire: Sequence[FireRow],
    rentals: RentalSummary | None,
    disputes: DisputeSummary | None,
    precision: Rate,
    open_alerts: int,
) -> tuple[Figure, ...]:
    registered = registration_rate(rentals) if rentals else Rate(0, 0)
    return (
        *PUBLISHED,
        rate_figure("registration", "登记率", registered, "目标 ≥ 95", note="目标 ≥ 95"),
        rate_figure("safe_confirmed", "今日平安确认", safe_rate(elders), "≥ 98"),
        rate_figure("visits", "探访完成", visit_rate(elders), "按期"),
        rate_figure("smoke_online", "烟感在线", smoke_rate(fire), "目标 ≥ 97", note="目标 ≥ 97"),
        rate_figure("rectified", "隐患整改", hazard_rate(fire), "30 日", 0),
        rate_figure("precision", "预警精确率", precision, "30 日", 0),
        _index_figure(deductions(fire, elders, disputes, rentals, open_alerts), known=bool(fire and elders)),
    )


def _index_figure(lines: Sequence[Deduction], *, known: bool) -> Figure:
    index = safety_index(lines)
    formula = "平安指数 = 100 − Σ 权重 × 扣分，目标 ≥ 90\n" + "\n".join(
        f"{line.title} {line.weight:.2f} × {line.penalty:.1f} = {line.points:.1f}（{line.why}）" for line in lines
    )
    note = f"扣 {100 - index} 分可查" if known else "暂无数据"
    return Figure("safety_index", "平安指数", str(index), "", note, unknown=not known, formula=formula, group="today")


def precision_of(alerts: Sequence[Alert]) -> Rate:
    """Confirmed / (confirmed + false). What nobody judged yet is on neither side."""
    judged = [a.verdict for a in alerts if a.verdict is not None]
    return Rate(sum(v is not Verdict.FALSE_ALARM for v in judged), len(judged))


def _make(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    def records(topic: str) -> Sequence[Any]:
        return store.snapshot(topic, now).records

    rentals, disputes = records("rentals"), records("disputes")
    judged, still_open = _alerts(store, now)
    figures = community_figures(
        records("elders"),
        records("fire"),
        rentals[0] if rentals else None,
        disputes[0] if disputes else None,
        precision_of(judged),
        still_open,
    )
    return {"community_figures": figures}


def _alerts(store: Store, now: datetime) -> tuple[tuple[Alert, ...], int]:
    """The community's alerts that ended within the window, and how many are open."""
    ours = alert_table.c.scene == "community"
    with store.read() as connection:
        bodies = connection.execute(
            select(alert_table.c.body).where(ours, alert_table.c.ended_at >= now - WINDOW)
        ).scalars()
        judged = codec.decode_all(Alert, bodies)
        still_open = connection.execute(
            select(func.count()).select_from(alert_table).where(ours, alert_table.c.is_open)
        ).scalar_one()
    return judged, still_open


SUMMARIES: tuple[Summary, ...] = (Summary("community_figures", 10.0, ("community_figures",), _make),)
