"""What the cases of a year add up to. A rate of nothing is unknown; joined cases count within their main case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from services.domain.community import DisputeSummary, PartySummary
from services.domain.community_rates import Rate
from services.domain.figures import Bar, Figure
from services.domain.mediation import RESOLVED, STATE_WORDS, Mediation, State, What
from services.domain.timebase import local

AGES = ((7, "≤ 7 天"), (15, "8–15 天"), (30, "16–30 天"), (None, "> 30 天"))
FUNNEL = (
    *(State.FILED, State.ACCEPTED, State.MEDIATING, State.STREET, State.CENTRE),
    *(State.AGREED, State.PERFORMING, State.VISITING, State.ARCHIVED),
)
_APART = frozenset({State.JOINED, State.DECLINED, State.WITHDRAWN})  # in no rate


def age_band(days: int) -> str:
    return next(word for most, word in AGES if most is None or days <= most)


def of_year(cases: Sequence[Mediation], now: datetime) -> tuple[Mediation, ...]:
    return tuple(case for case in cases if local(case.filed_at).year == local(now).year)


def is_due(case: Mediation, now: datetime) -> bool:
    """Accepted, and its time to be resolved is over."""
    limit = case.clock(What.RESOLVE)
    return case.accepted_at is not None and case.state not in _APART and limit is not None and limit.due_at <= now


def summary_of(cases: Sequence[Mediation], now: datetime) -> DisputeSummary:
    """``cases`` of this year and open ones of the last."""
    this_year = [case for case in of_year(cases, now) if case.state is not State.JOINED]
    still = [case for case in cases if case.is_unresolved]
    due = [case for case in this_year if is_due(case, now)]
    lengths = [_days(case) for case in this_year if case.resolved_at is not None and case.accepted_at is not None]
    states = Counter(State.MEDIATING if case.state is State.FAILED else case.state for case in cases)
    bands = Counter(age_band(case.open_days(now)) for case in still)
    year_day = local(now).timetuple().tm_yday
    return DisputeSummary(
        year=local(now).year,
        open=len(still),
        over_7d=sum(case.open_days(now) > 7 for case in still),
        mean_days=round(sum(lengths) / len(lengths), 1) if lengths else None,
        resolved=sum(case.state in RESOLVED for case in due),
        due=len(due),
        kinds=_bars(Counter(case.type.value for case in this_year).most_common()),
        per_week=round(7 * len(this_year) / max(7, year_day), 1),
        total=len(this_year),
        ages=_bars([(word, bands[word]) for _, word in AGES]),
        funnel=_bars([(STATE_WORDS[state], states[state]) for state in FUNNEL]),
        collective=sum(case.collective for case in still),
        visits_late=sum(_is_visit_late(case, now) for case in cases),
    )


def _days(case: Mediation) -> int:
    assert case.resolved_at is not None and case.accepted_at is not None
    return (local(case.resolved_at).date() - local(case.accepted_at).date()).days


def _is_visit_late(case: Mediation, now: datetime) -> bool:
    return case.state is State.VISITING and any(
        c.runs and c.what.startswith("visit") and c.due_at < now for c in case.clocks
    )


def _bars(lines: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    longest = max((count for _, count in lines), default=0) or 1
    return tuple(Bar(label, count / longest, f"{count:,}") for label, count in lines)


def strip_of(summary: DisputeSummary, party: PartySummary | None) -> tuple[Figure, ...]:
    """The figures over the desk's scene, each with its formula and its numbers."""
    rate = Rate(summary.resolved, summary.due)
    held = Rate(party.meetings_done, party.meetings_planned) if party is not None else Rate(0, 0)
    mean = summary.mean_days
    return (
        Figure("total", f"{summary.year} 年登记", f"{summary.total:,}", "件", f"每周约 {summary.per_week}"),
        _rate("resolved", "化解率", rate, "受理且到期中已化解 / 受理且到期"),
        Figure(
            "mean_days", "平均化解", "——" if mean is None else f"{mean:.1f}", "天", "目标 ≤ 7",
            unknown=mean is None, formula="平均化解天数 = Σ(化解日 − 受理日) / 化解件数",
        ),
        Figure("open", "在办", f"{summary.open:,}", "件", f"超 7 日 {summary.over_7d} · 联名 {summary.collective}"),
        Figure("visits_late", "回访逾期", f"{summary.visits_late:,}", "件", "履行后 7 / 30 / 90 日"),
        _rate("meetings", "三会一课", held, "本月已记录 / 本月计划"),
    )  # fmt: skip


def _rate(key: str, label: str, rate: Rate, formula: str) -> Figure:
    unknown = rate.percent is None
    note = "暂无数据" if unknown else f"{rate.fraction} · 目标 100"
    return Figure(
        key, label, rate.text(1), "%", note, unknown=unknown, formula=f"{label} = {formula} = {rate.fraction}"
    )
