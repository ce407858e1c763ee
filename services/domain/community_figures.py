"""The community's figures, each with its formula, its numbers, its target and where a click leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.domain.alarm_times import Waits
from services.domain.community import (
    DisputeSummary,
    Elder,
    FireRow,
    PartySummary,
    PopulationSummary,
    RegisterSamples,
    RentalSummary,
)
from services.domain.community_alert_figures import precision_figure, time_figures
from services.domain.community_kpi import KPIS, KpiTerms
from services.domain.community_rates import (
    Rate,
    accuracy_rate,
    expiring_rate,
    hazard_rate,
    hotel_style_rate,
    hydrant_rate,
    meetings_rate,
    registration_rate,
    resolved_rate,
    safe_rate,
    smoke_rate,
    visit_rate,
)
from services.domain.figures import Figure, Part, Provenance
from services.domain.kpi_figure import figure, note, rate_figure, unknown, with_parts
from services.domain.precision import Precision
from services.domain.rectification import Rectification
from services.domain.safety_index import OpenAlerts, deductions, safety_index
from services.domain.timebase import local

# What the district has published about this community; scope and date stay on every one of them.
PUBLISHED = (
    Figure("population", "实有人口", "10,000+", "人", "6 个小区", Provenance.PUBLISHED, group="published"),
    Figure("resolved", "化解率", "100", "%", "113 / 113 件 · 2021 全年", Provenance.PUBLISHED, group="published"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds of the community now; None and empty are what nobody has told."""

    elders: Sequence[Elder] = ()
    fire: Sequence[FireRow] = ()
    rectifications: Sequence[Rectification] = ()
    population: PopulationSummary | None = None
    rentals: RentalSummary | None = None
    samples: RegisterSamples | None = None
    disputes: DisputeSummary | None = None
    party: PartySummary | None = None
    open_alerts: OpenAlerts = field(default_factory=dict)
    precisions: Sequence[Precision] = ()  # of each rule, the weakest first
    waits: Sequence[Waits] = ()  # of each level, at last all together


def community_figures(known: Known, terms: KpiTerms, now: datetime) -> tuple[Figure, ...]:
    """The published ones, then those of today."""
    is_due = local(now).time() >= terms.safe_by
    judged = {
        "safe_confirmed": is_due,
        "meetings": (local(now) + timedelta(days=1)).month != local(now).month,  # a month is judged on its last day
    }
    rates = [
        rate_figure(KPIS[key], rate, terms.targets.get(key), judge=judged.get(key, True))
        for key, rate in _rates(known).items()
    ]
    people = _people(known.population)
    return (
        *PUBLISHED,
        people,
        *rates,
        _close_days(known.disputes, terms),
        precision_figure(known.precisions, terms),
        *time_figures(known.waits),
        _index(known, terms, is_due),
    )


def _rates(known: Known) -> Mapping[str, Rate]:
    nothing = Rate(0, 0)
    rentals, disputes, party, samples = known.rentals, known.disputes, known.party, known.samples
    return {
        "registration": registration_rate(rentals) if rentals else nothing,
        "accuracy": accuracy_rate(samples) if samples else nothing,
        "expiring": expiring_rate(rentals) if rentals else nothing,
        "resolved_rate": resolved_rate(disputes) if disputes else nothing,
        "meetings": meetings_rate(party) if party else nothing,
        "safe_confirmed": safe_rate(known.elders),
        "visits": visit_rate(known.elders),
        "hotel_style": hotel_style_rate(rentals) if rentals else nothing,
        "rectified": hazard_rate(known.fire, known.rectifications),
        "smoke_online": smoke_rate(known.fire),
        "hydrants": hydrant_rate(known.fire),
    }


def _people(population: PopulationSummary | None) -> Figure:
    kpi = KPIS["people"]
    if population is None:
        return unknown(kpi, None)
    numbers = f"{population.resident:,} + {population.floating:,} = {population.total:,} 人"
    note = f"流动 {population.floating:,}"
    return replace(figure(kpi, f"{population.total:,}", numbers, None, None), note=note)


def _close_days(disputes: DisputeSummary | None, terms: KpiTerms) -> Figure:
    kpi, target = KPIS["close_days"], terms.targets["close_days"]
    if disputes is None or disputes.mean_days is None:
        return unknown(kpi, target)
    met = kpi.meets(disputes.mean_days, target)
    numbers = f"平均 {disputes.mean_days:.1f} 天，已化解 {disputes.resolved:,} 件"
    return replace(
        figure(kpi, f"{disputes.mean_days:.1f}", numbers, target, met),
        note=note(f"{disputes.resolved:,} 件", kpi, target, met),
    )


def _index(known: Known, terms: KpiTerms, is_due: bool) -> Figure:
    kpi, target = KPIS["safety_index"], terms.targets["safety_index"]
    if not known.fire or not known.elders:
        return unknown(kpi, target)
    lines = deductions(known.fire, known.elders, known.disputes, known.rentals, known.open_alerts, terms, due=is_due)
    index = safety_index(lines)
    lost = sum(line.points for line in lines)
    parts = tuple(
        Part(
            line.title,
            f"−{line.points:.1f}",
            f"{line.weight:.2f} × {min(100.0, max(0.0, line.penalty)):.1f}，{line.why}",
            line.opens,
        )
        for line in lines
    )
    whole = figure(kpi, str(index), f"100 − {lost:.1f} = {index}", target, kpi.meets(index, target))
    return with_parts(replace(whole, note=f"扣 {100 - index} 分可查"), parts)
