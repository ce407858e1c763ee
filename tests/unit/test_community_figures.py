"""Each figure of the community: its numbers on hover, its target, unknown as unknown, where it leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.alarm_times import Waits
from services.domain.alert import AlertLevel
from services.domain.community import (
    CareClass,
    DisputeSummary,
    Elder,
    FireRow,
    PartySummary,
    PopulationSummary,
    RegisterSamples,
    RentalSummary,
    Safety,
)
from services.domain.community_figures import Known, community_figures
from services.domain.community_kpi import KPIS, TERMS, kpi_terms_from
from services.domain.figures import Figure, Provenance
from services.domain.masked import Masked
from services.domain.precision import Precision
from services.domain.safety_index import deductions, safety_index

AFTERNOON = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)  # 14:32 in Shanghai
MORNING = AFTERNOON - timedelta(hours=6)
MONTH_END = AFTERNOON + timedelta(days=9)


def elder(safety: Safety) -> Elder:
    return Elder("E", Masked("张三"), CareClass.KEY, "", "", safety, (), None, "", "", "", visit_on_time=True)


def precision(rule: str, right: int, judged: int) -> Precision:
    return Precision(rule, "某某", right, judged, 0.1, 0.9, weak=False)


KNOWN = Known(
    elders=[elder(Safety.CONFIRMED)] * 60 + [elder(Safety.PENDING)] * 3 + [elder(Safety.UNKNOWN)] * 2,
    fire=[
        FireRow("smoke", "独立烟感", 1284, 1260, 0, "", 34, 33),
        FireRow("hydrant", "消火栓", 40, 39, 0, "", measured=39, pressed=39),
    ],
    population=PopulationSummary(7_400, 2_886, 19, ()),
    rentals=RentalSummary(1126, 1061, 63, 4, 7, 2748, 126, ()),
    samples=RegisterSamples(240, 234),
    disputes=DisputeSummary(2026, 9, 1, 4.62, resolved=104, due=105, kinds=()),
    party=PartySummary(120, 4, 6, 8, 0, 0),
    open_alerts={("R-POP-01", AlertLevel.YELLOW): 2, ("R-FIR-01", AlertLevel.RED): 1},
    precisions=[precision("R-FIR-06", 2, 9), precision("R-POP-01", 9, 10)],
    waits=[
        Waits(AlertLevel.RED, 3, 21.0, 66.0, 0, None, None),
        Waits(None, 34, 126.0, 738.0, 20, 5_700.0, 30_000.0),
    ],
)


def made(known: Known = KNOWN, now: datetime = AFTERNOON) -> dict[str, Figure]:
    return {figure.id: figure for figure in community_figures(known, TERMS, now)}


def test_that_every_figure_says_its_formula_its_numbers_its_window_and_its_target() -> None:
    figures = made()
    assert set(KPIS) <= set(figures)
    for key, kpi in KPIS.items():
        first, numbers, window, *_ = figures[key].formula.splitlines()
        assert first == f"{kpi.label} = {kpi.formula}"
        assert any(letter.isdigit() for letter in numbers)
        assert kpi.window in window
        assert f"目标 {kpi.sign}{TERMS.targets[key]:g}" in window if key in TERMS.targets else "无目标值" in window


@pytest.mark.parametrize(
    ("key", "value", "note", "met"),
    [
        ("people", "10,286", "流动 2,886", None),
        ("registration", "95.6", "目标 ≥ 95", True),
        ("accuracy", "97.5", "目标 ≥ 97", True),
        ("expiring", "2.2", "目标 < 10", True),
        ("resolved_rate", "99.0", "104 / 105", None),
        ("close_days", "4.6", "104 件 · ≤ 7", True),
        ("safe_confirmed", "92.3", "未达 ≥ 98", False),
        ("visits", "100.0", "65 / 65 · ≥ 95", True),
        ("hotel_style", "94.2", "目标 ≥ 90", True),
        ("rectified", "97.0", "33 / 34 · ≥ 95", True),
        ("smoke_online", "98.1", "目标 ≥ 97", True),
        ("hydrants", "97.5", "未达 ≥ 98", False),
        ("precision", "57.8", "11 / 19 · ≥ 30", True),
        ("sign_time", "2.1", "P90 12 分", None),
        ("handle_time", "95", "P90 500 分", None),
    ],
)
def test_that_a_figure_says_what_its_numbers_make_of_it(key: str, value: str, note: str, met: bool | None) -> None:
    figure = made()[key]
    assert (figure.value, figure.note, figure.met) == (value, note, met)


def test_that_what_nobody_has_told_is_unknown_and_has_met_nothing() -> None:
    figures = made(Known())
    unknown = {key for key in KPIS if figures[key].unknown}
    assert unknown == set(KPIS)
    assert all(figures[key].met is None and figures[key].value == "—" for key in KPIS)
    assert all("未到判定时" not in figures[key].formula for key in KPIS)


def test_that_confirmations_are_first_judged_at_noon_and_meetings_on_the_last_day() -> None:
    assert made(now=MORNING)["safe_confirmed"].met is None
    assert "未到判定时" in made(now=MORNING)["safe_confirmed"].formula
    assert made()["meetings"].met is None
    assert made(now=MONTH_END)["meetings"].met is False


def test_that_a_strip_is_not_too_narrow_for_a_note() -> None:
    assert all(len(figure.note) <= 15 for figure in made().values() if figure.provenance is not Provenance.PUBLISHED)


def test_that_each_rule_stands_under_the_precision_and_a_weak_one_says_so() -> None:
    weak, good = made()["precision"].parts
    assert (weak.label, weak.value, weak.opens) == ("R-FIR-06 某某", "22 %", "rules")
    assert weak.note == "2 / 9，95 % 区间 10–90 %，须调参"
    assert "调参" not in good.note


def test_that_each_level_stands_under_the_times() -> None:
    (red,) = made()["sign_time"].parts
    assert (red.label, red.value, red.note) == ("红色", "0.3 分", "P90 1.1 分，3 次")
    (red,) = made()["handle_time"].parts
    assert (red.value, red.note) == ("—", "无")


# ------------------------------------------------------------------------------------ safety index


def lost(known: Known = KNOWN, *, due: bool = True, **changes: Any) -> dict[str, float]:
    known = replace(known, **changes)
    lines = deductions(known.fire, known.elders, known.disputes, known.rentals, known.open_alerts, TERMS, due=due)
    return {line.title: round(line.points, 2) for line in lines}


def test_that_the_index_lists_every_deduction_with_its_weight_and_where_it_leads() -> None:
    index = made()["safety_index"]
    assert [part.label for part in index.parts] == ["消防", "治安", "养老", "纠纷", "出租房", "设备"]
    assert all(part.opens for part in index.parts)
    total = sum(float(part.value.removeprefix("−")) for part in index.parts)
    assert int(100 - total) == int(index.value)
    assert index.note == f"扣 {100 - int(index.value)} 分可查"


def test_that_each_part_of_the_index_costs_what_it_should() -> None:
    assert lost() == {"消防": 0.47, "治安": 2.0, "养老": 1.54, "纠纷": 1.5, "出租房": 0.58, "设备": 0.19}


def test_that_an_index_that_has_not_reached_90_does_not_say_so() -> None:
    lines = deductions(KNOWN.fire, KNOWN.elders, KNOWN.disputes, KNOWN.rentals, {}, TERMS)
    points = sum(line.points for line in lines)
    assert safety_index(lines) <= 100 - points < safety_index(lines) + 1


def test_that_before_noon_only_a_silent_elder_costs() -> None:
    assert lost(due=False)["养老"] == pytest.approx(0.2 * 100 * 2 / 65, abs=0.01)


def test_that_a_part_without_data_costs_its_whole_weight_and_no_data_at_all_is_unknown() -> None:
    assert lost(disputes=None, rentals=None)["纠纷"] == 15.0
    assert lost(disputes=None, rentals=None)["出租房"] == 10.0
    assert made(replace(KNOWN, elders=()))["safety_index"].unknown


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_that_the_index_stays_within_its_scale(alarms: int, over: int, open_alerts: int) -> None:
    fire = [FireRow("smoke", "独立烟感", 10, 0, alarms, "")]
    disputes = DisputeSummary(2026, 9, over, None, 0, 0, ())
    lines = deductions(
        fire, [elder(Safety.UNKNOWN)], disputes, None, {("R-POP-01", AlertLevel.RED): open_alerts}, TERMS
    )
    assert 0 <= safety_index(lines) <= 100


# ---------------------------------------------------------------------------------------- settings


def test_that_a_site_sets_its_targets() -> None:
    terms = kpi_terms_from({"targets": {"visits": 90}, "safe_by": "11:30"})
    assert (terms.targets["visits"], terms.targets["rectified"]) == (90.0, 95.0)
    assert f"{terms.safe_by:%H:%M}" == "11:30"


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"target": {}}, "不认识的键 community.figures.target，可用：targets"),
        ({"targets": {"visit": 1}}, "不认识的键 community.figures.targets.visit，可用：registration"),
        ({"targets": {"visits": "90"}}, "community.figures.targets.visits 须为"),
        ({"targets": 90}, "须写作 \\[community.figures.targets\\]"),
        ({"weights": {"fire": 0.5}}, "weights 之和须为 1，现为 1.25"),
        ({"safe_by": 12}, 'safe_by 须写作 "12:00"'),
    ],
)
def test_that_a_setting_that_cannot_be_meant_is_refused(table: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        kpi_terms_from(table)
