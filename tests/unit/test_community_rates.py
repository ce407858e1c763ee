"""The community's formulas, each against the sentence that defines it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.community import CareClass, DisputeSummary, Elder, FireRow, PartySummary, RentalSummary, Safety
from services.domain.community_rates import (
    Rate,
    expiring_rate,
    hazard_rate,
    hydrant_rate,
    meetings_rate,
    registration_rate,
    resolved_rate,
    safe_rate,
    safety_of,
    smoke_rate,
    visit_rate,
)
from services.domain.masked import Masked

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)


def elder(safety: Safety, on_time: bool | None = None) -> Elder:
    return Elder(
        "E",
        Masked("张三"),
        CareClass.KEY,
        "云西小区",
        "1 幢",
        safety,
        (0.0,) * 24,
        None,
        "",
        "",
        "",
        visit_on_time=on_time,
    )


def fire(key: str, installed: int, online: int, alarms: int = 0, due: int = 0, done: int = 0) -> FireRow:
    return FireRow(key, key, installed, online, alarms, "", due, done)


def rentals(registered: int, unregistered: int) -> RentalSummary:
    return RentalSummary(1126, 1061, 63, 4, 7, registered, unregistered, ())


def test_that_a_rate_of_nothing_is_unknown() -> None:
    assert Rate(0, 0).percent is None
    assert Rate(0, 0).text() == "—"


def test_that_a_rate_is_cut_and_never_rounded_up_to_full() -> None:
    assert Rate(9999, 10000).text() == "99.9"
    assert Rate(25, 26).text() == "96.1"
    assert Rate(113, 113).text(0) == "100"


@pytest.mark.parametrize(("part", "whole"), [(2, 1), (-1, 1), (1, 0)])
def test_that_more_than_the_whole_is_no_rate(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="no rate"):
        Rate(part, whole)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_that_the_text_of_a_rate_never_exceeds_it(part: int, whole: int) -> None:
    rate = Rate(min(part, whole), whole)
    assert float(rate.text()) <= (rate.percent or 0.0) + 1e-9
    assert (rate.text(0) == "100") == (rate.part == rate.whole)


def safety(**changes: object) -> Safety:
    known: dict[str, object] = {
        "away_until": None,
        "water_today_m3": 0.0,
        "proved_today": False,
        "last_reading_at": NOW - timedelta(minutes=20),
    }
    return safety_of(NOW, **(known | changes))  # type: ignore[arg-type]


def test_that_a_silent_meter_is_unknown_and_never_safe() -> None:
    assert safety(last_reading_at=None) is Safety.UNKNOWN
    assert safety(last_reading_at=NOW - timedelta(hours=24, seconds=1)) is Safety.UNKNOWN


def test_that_ten_litres_today_confirm_an_elder_and_less_does_not() -> None:
    assert safety(water_today_m3=0.01) is Safety.CONFIRMED
    assert safety(water_today_m3=0.0099) is Safety.PENDING


def test_that_a_visit_confirms_an_elder_whose_meter_is_silent() -> None:
    assert safety(proved_today=True, last_reading_at=None) is Safety.CONFIRMED


def test_that_an_away_notice_ends_by_itself() -> None:
    assert safety(away_until=NOW + timedelta(hours=1), water_today_m3=0.5) is Safety.AWAY
    assert safety(away_until=NOW - timedelta(seconds=1)) is Safety.PENDING


def test_that_the_safe_rate_leaves_out_the_away_and_keeps_the_unknown() -> None:
    elders = [elder(Safety.CONFIRMED)] * 61 + [elder(Safety.AWAY)] * 3 + [elder(Safety.PENDING)] * 2
    elders += [elder(Safety.UNKNOWN)] * 2
    assert safe_rate(elders) == Rate(61, 65)
    assert safe_rate(elders).text() == "93.8"


def test_that_only_visits_that_fell_due_are_counted() -> None:
    elders = [elder(Safety.CONFIRMED, True), elder(Safety.CONFIRMED, False), elder(Safety.CONFIRMED, None)]
    assert visit_rate(elders) == Rate(1, 2)


def test_that_the_registration_rate_counts_the_confirmed_unregistered_below_the_line() -> None:
    assert registration_rate(rentals(2748, 126)).text() == "95.6"


def test_that_a_dispute_that_is_not_due_counts_on_neither_side() -> None:
    record = DisputeSummary(2026, 9, 1, 4.6, resolved=104, due=104, kinds=())
    assert resolved_rate(record) == Rate(104, 104)


def test_that_the_smoke_rate_counts_smoke_detectors_only() -> None:
    rows = [fire("smoke", 1284, 1260, due=7, done=7), fire("gas", 412, 409, due=27, done=26)]
    assert smoke_rate(rows).text() == "98.1"
    assert hazard_rate(rows) == Rate(33, 34)


def test_that_a_silent_hydrant_does_not_count_as_pressed() -> None:
    row = FireRow("hydrant", "消火栓", 40, 38, 0, "", measured=38, pressed=37)
    assert hydrant_rate([row]) == Rate(37, 40)


def test_that_a_meeting_beyond_the_plan_makes_no_other_unnecessary() -> None:
    assert meetings_rate(PartySummary(120, 4, 9, 8, 0, 0)) == Rate(8, 8)


def test_that_expiring_registrations_are_of_the_registered() -> None:
    assert expiring_rate(rentals(2748, 126)).fraction == "63 / 2,748"
