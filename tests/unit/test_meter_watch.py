"""What keepers work out of readings: gas that runs, power that surges, nights that leak, buildings that go dark."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.domain.community_told import MeterReading
from services.domain.gas_flow import GasRun, night_minutes, run_on
from services.domain.meter_events import BuildingOutage, GasFlow
from services.domain.meter_settings import MeterSettings
from services.domain.night_flow import night_flow
from services.domain.outage import Count, OutageWatch, together
from services.domain.power_hour import PowerRun, hour_of

MIDNIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # of the 21st in Shanghai
SETTINGS = MeterSettings()


def reading(
    hours: float, used: float | None, *, meter: str = "M1", kind: str = "gas", minutes: float | None = 30.0,
    building: str = "B1",
) -> MeterReading:  # fmt: skip
    at = MIDNIGHT + timedelta(hours=hours)
    return MeterReading(f"{meter}{hours}", meter, kind, at, 1.0, "m3", f"D{meter}", "E1", used, minutes, "", building)


# ---------------------------------------------------------------------------------------------- gas


def gas(*parts: tuple[float, float | None], p95: float | None = None, minutes: float = 30.0) -> list[GasFlow]:
    run, told = GasRun(), []
    for hours, used in parts:
        run, flow = run_on(run, reading(hours, used, minutes=minutes), p95)
        told += [flow] if flow else []
    return told


def test_that_gas_that_runs_at_night_is_told_after_an_hour_and_counted_on() -> None:
    told = gas(*((-1 + i / 2, 0.1) for i in range(1, 8)))
    assert [flow.night_min for flow in told] == [60, 90, 120, 150, 180, 210]
    assert not any(flow.over for flow in told)


def test_that_one_half_hour_without_gas_begins_the_night_anew_and_says_so() -> None:
    told = gas((0.5, 0.1), (1, 0.1), (1.5, 0.0), (2, 0.1))
    assert [(flow.night_min, flow.over) for flow in told] == [(60, False), (0, True)]


def test_that_gas_by_day_is_no_long_flow() -> None:
    assert gas(*((8 + i / 2, 0.2) for i in range(10))) == []


def test_that_only_the_part_of_an_interval_after_eleven_counts() -> None:
    assert night_minutes(MIDNIGHT - timedelta(minutes=45), 30) == 15
    assert night_minutes(MIDNIGHT + timedelta(hours=5, minutes=10), 30) == 20
    assert night_minutes(MIDNIGHT + timedelta(hours=12), 30) == 0


def test_that_an_unknown_interval_claims_nothing() -> None:
    assert gas((0.5, 0.1), (1, None), (1.5, 0.1))[0].night_min == 60
    assert gas((3, 0.9), minutes=180) == []


def test_that_more_than_the_usual_most_is_told_and_unknown_without_a_baseline() -> None:
    assert gas((12, 0.5), p95=0.3)[0].times_p95 == 3.33
    assert gas((12, 0.5)) == []
    assert gas((12, 0.5), p95=0.0) == []


# -------------------------------------------------------------------------------------------- power


def power(*used: float | None, usual: float | None = 0.5, every: float = 0.5) -> list[tuple[float, float | None, bool]]:
    run, told = PowerRun(), []
    for i, kwh in enumerate(used):
        run, hour = hour_of(run, reading(12 + i * every, kwh, kind="power", minutes=every * 60), lambda _: usual)
        told += [(hour.kw, hour.times_usual, hour.over)] if hour else []
    return told


def test_that_an_hour_far_above_the_usual_is_told_until_it_is_over() -> None:
    assert power(0.2, 1.2, 1.4, 0.2, 0.2) == [(2.6, 5.2, False), (1.6, 3.2, False), (0.4, 0.8, True)]


def test_that_half_an_hour_is_no_hour() -> None:
    assert power(3.0) == []


def test_that_without_a_baseline_nothing_is_too_much() -> None:
    assert power(3.0, 3.0, usual=None) == []


def test_that_a_dwelling_that_draws_next_to_nothing_is_compared_with_the_floor() -> None:
    assert power(1.0, 1.0, usual=0.001) == [(2.0, 20.0, False)]


def test_that_a_gap_between_readings_makes_no_hour() -> None:
    run, _ = hour_of(PowerRun(), reading(12, 2.0, kind="power"), lambda _: 0.5)
    assert hour_of(run, reading(13, 2.0, kind="power"), lambda _: 0.5)[1] is None


# -------------------------------------------------------------------------------------------- nights

NIGHT = date(2026, 11, 21)


def main(*used: float | None, meter: str = "Z1") -> list[MeterReading]:
    return [reading(2.5 + i / 2, one, meter=meter, kind="water") for i, one in enumerate(used)]


def test_that_the_least_flow_of_the_night_is_held_against_the_nights_before() -> None:
    told = night_flow(("E1", "城市花园"), NIGHT, main(4.0, 3.0, 3.5, 3.2), [4.0] * 20, SETTINGS)
    assert told is not None
    assert (told.flow_m3h, told.median_28d, told.times_median, told.nights) == (6.0, 4.0, 1.5, 20)


def test_that_few_nights_make_no_median() -> None:
    told = night_flow(("E1", ""), NIGHT, main(4.0, 3.0, 3.5, 3.2), [4.0] * 6, SETTINGS)
    assert told is not None
    assert told.median_28d is told.times_median is None


def test_that_an_estate_with_a_silent_main_has_no_least_flow() -> None:
    half = main(4.0, None, None, 3.0, meter="Z2")
    assert night_flow(("E1", ""), NIGHT, [*main(4.0, 3.0, 3.5, 3.2), *half], [4.0] * 20, SETTINGS) is None
    assert night_flow(("E1", ""), NIGHT, [], [4.0] * 20, SETTINGS) is None


def test_that_mains_of_one_estate_are_added() -> None:
    two = [*main(4.0, 3.0, 3.5, 3.2), *main(1.0, 1.0, 1.0, 1.5, meter="Z2")]
    told = night_flow(("E1", ""), NIGHT, two, [], SETTINGS)
    assert told is not None
    assert told.flow_m3h == 8.0


# ------------------------------------------------------------------------------------------- outages


def seen(watch: OutageWatch, hours: float) -> list[BuildingOutage]:
    return watch.look(MIDNIGHT + timedelta(hours=hours), lambda *_: Count("3 幢", "城市花园", 2, 1))


def street(meters: int = 12, others: int = 30, kind: str = "power") -> OutageWatch:
    """One building that is watched and another one; a meter a minute."""
    watch = OutageWatch(SETTINGS)
    for slot in (0.0, 0.5):
        report(watch, slot, meters, "B1", kind=kind)
        report(watch, slot, others, "B2", kind=kind)
    return watch


def report(
    watch: OutageWatch, hours: float, meters: int, building: str, used: float = 0.3, kind: str = "power"
) -> None:
    for i in range(meters):
        watch.hear(reading(hours + i / 60, used, meter=f"{building}-{i}", kind=kind, building=building), 0.4)


def test_that_ten_meters_that_fell_silent_together_are_an_outage_and_only_numbers_are_told() -> None:
    watch = street()
    assert seen(watch, 0.9) == []
    report(watch, 1.0, 30, "B2")
    report(watch, 1.5, 30, "B2")
    told = seen(watch, 2.0)
    assert len(told) == 1
    assert (told[0].silent, told[0].zero, told[0].affected, told[0].meters) == (12, 0, 12, 12)
    assert (told[0].elders, told[0].protected, told[0].over) == (2, 1, False)
    assert seen(watch, 2.1) == []


def test_that_meters_that_stop_at_zero_are_an_outage() -> None:
    watch = street()
    report(watch, 1.0, 12, "B1", used=0.0)
    report(watch, 1.0, 30, "B2")
    told = seen(watch, 1.6)
    assert [(one.silent, one.zero, one.kind) for one in told] == [(0, 12, "power")]


def test_that_it_is_over_when_they_speak_again() -> None:
    watch = street()
    report(watch, 1.0, 12, "B1", used=0.0)
    report(watch, 1.0, 30, "B2")
    assert len(seen(watch, 1.6)) == 1
    report(watch, 1.6, 12, "B1")
    assert [one.over for one in seen(watch, 2.0)] == [True]


def test_that_nine_are_none() -> None:
    watch = street(meters=9)
    report(watch, 1.0, 9, "B1", used=0.0)
    report(watch, 1.0, 30, "B2")
    assert seen(watch, 1.6) == []


def test_that_a_feed_that_is_silent_as_a_whole_is_no_outage() -> None:
    watch = street()
    assert seen(watch, 3.0) == []
    watch.hear(reading(3.0, 0.2, meter="B2-0", kind="power", building="B2"), 0.4)
    assert seen(watch, 3.0) == []


def test_that_zero_means_nothing_where_nobody_draws_at_that_hour() -> None:
    watch = street(kind="water")
    for i in range(12):
        watch.hear(reading(1 + i / 60, 0.0, meter=f"B1-{i}", kind="water", building="B1"), 0.001)
    report(watch, 1.0, 30, "B2", kind="water")
    assert seen(watch, 1.6) == []


def test_that_a_late_reading_changes_nothing() -> None:
    watch = street()
    watch.hear(reading(0.2, 0.0, meter="B1-0", kind="power", building="B1"), 0.4)
    assert seen(watch, 0.9) == []


@pytest.mark.parametrize(
    ("spans", "count"),
    [([], 0), ([(0, 30)], 1), ([(0, 30), (25, 55), (29, 59)], 3), ([(0, 30), (36, 66)], 1), ([(0, 30), (34, 64)], 2)],
)
def test_that_those_are_together_that_can_have_stopped_within_one_window(
    spans: list[tuple[int, int]], count: int
) -> None:
    moments = [tuple(MIDNIGHT + timedelta(minutes=m) for m in span) for span in spans]
    assert together(moments, timedelta(minutes=5))[0] == count  # type: ignore[arg-type]
