"""How well the community's alerts are answered, as figures: precision by rule, signing and closing by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.domain.alarm_times import Waits
from services.domain.community_kpi import KPIS, Kpi, KpiTerms
from services.domain.community_rates import Rate
from services.domain.figures import Figure, Part
from services.domain.kpi_figure import MISSING, figure, rate_figure, unknown, with_parts
from services.domain.levels import LEVEL_WORDS
from services.domain.precision import Precision


def precision_figure(rules: Sequence[Precision], terms: KpiTerms) -> Figure:
    """All rules together big, each rule with its own interval in the parts."""
    kpi, target = KPIS["precision"], terms.targets["precision"]
    rate = Rate(sum(rule.right for rule in rules), sum(rule.judged for rule in rules))
    whole = rate_figure(kpi, rate, target)
    parts = tuple(
        Part(
            f"{rule.rule_id} {rule.title}",
            f"{100 * rule.share:.0f} %",
            f"{rule.right} / {rule.judged}，95 % 区间 {100 * rule.low:.0f}–{100 * rule.high:.0f} %"
            + ("，须调参" if 100 * rule.share < target else ""),
            "rules",
        )
        for rule in rules
    )
    return with_parts(whole, parts)


def time_figures(waits: Sequence[Waits]) -> tuple[Figure, Figure]:
    every = next((one for one in waits if one.level is None), None)
    levels = [one for one in waits if one.level is not None]
    signed = [(one, one.signed, one.ack_p50, one.ack_p90) for one in levels]
    closed = [(one, one.closed, one.close_p50, one.close_p90) for one in levels]
    return (
        _time(KPIS["sign_time"], every and (every.signed, every.ack_p50, every.ack_p90), signed),
        _time(KPIS["handle_time"], every and (every.closed, every.close_p50, every.close_p90), closed),
    )


Timed = tuple[int, float | None, float | None]  # how many, median and P90 in seconds


def _time(kpi: Kpi, every: Timed | None, levels: Sequence[tuple[Waits, int, float | None, float | None]]) -> Figure:
    count, half, most = every or (0, None, None)
    if half is None or most is None:
        return unknown(kpi, None)
    whole = figure(kpi, minutes(half), f"{count:,} 次，中位 {minutes(half)} 分，P90 {minutes(most)} 分", None, None)
    parts = tuple(
        Part(
            LEVEL_WORDS[one.level],
            MISSING if p50 is None else f"{minutes(p50)} 分",
            "无" if p90 is None else f"P90 {minutes(p90)} 分，{number:,} 次",
            kpi.opens,
        )
        for one, number, p50, p90 in levels
        if one.level is not None
    )
    return with_parts(replace(whole, note=f"P90 {minutes(most)} 分"), parts)


def minutes(seconds: float) -> str:
    """0.4, 9.8, 135: a tenth of a minute below ten."""
    value = seconds / 60
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"
