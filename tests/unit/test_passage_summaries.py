"""What is worked out from passages: unknown stays unknown, figures carry their window, both databases agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from services.collect.checkpoint_alerts import figures_of_alerts
from services.collect.checkpoint_counts import NEWEST
from services.collect.checkpoint_summaries import _round_up, live, state
from services.collect.site import Site
from services.district.part import DistrictSettings
from services.district.roads import Services
from services.domain.alert import Verdict
from services.domain.event import Batch, Event
from services.domain.passage import Checkpoint, CheckpointPlace, CheckpointStatus, DeviceHealth, Passage
from services.domain.timebase import starting
from services.sources import checkpoints as source
from services.store.store import Store
from tests.unit.exhaust_alerts import exhaust_alert

NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)
alert = partial(exhaust_alert, NOW)
PLACES = (
    CheckpointPlace("A", "椒江二桥", 121.44, 28.69, 6),
    CheckpointPlace("B", "下陈", 121.45, 28.60, 4),
    CheckpointPlace("C", "前所东", 121.49, 28.71, 4),
    CheckpointPlace("D", "月湖", 121.53, 28.59, 2, in_service=False),
)


def event(number: int, place: str, seconds_ago: float, flag: str = "civil") -> Event:
    at = NOW - timedelta(seconds=seconds_ago)
    record = Passage(f"p{number}", place, "d", at, plate_no="浙J8T56K", plate_flag=flag)
    return Event("viid", f"p{number}", "passage", at, record, b"{}")


def fill(store: Store, *events: Event, at: datetime = NOW) -> None:
    store.take(Batch(events=events), "viid", at)
    store.put_topic("checkpoint_places", PLACES, NOW)


def by_name(store: Store, now: datetime = NOW) -> dict[str, Checkpoint]:
    return {c.name: c for c in state(store, now)["checkpoints"]}


def test_that_a_checkpoint_is_measured_over_what_was_heard(store: Store) -> None:
    fill(store, *(event(n, "A", n) for n in range(100)), *(event(200 + n, "B", n, "unread") for n in range(10)))
    found = by_name(store)
    assert found["椒江二桥"].status is CheckpointStatus.ONLINE
    assert found["椒江二桥"].flow_per_h == pytest.approx(3636, abs=1)  # 100 in the 99 s we listened
    assert found["椒江二桥"].recognition_pct == 100
    assert found["下陈"].recognition_pct == 0


def test_that_silence_is_unknown_and_not_zero(store: Store) -> None:
    fill(store, event(1, "A", 1), event(2, "C", 400))
    found = by_name(store)
    silent, never = found["前所东"], found["下陈"]
    assert (silent.status, silent.flow_per_h, silent.recognition_pct) == (CheckpointStatus.SILENT, None, None)
    assert silent.last_heard == NOW - timedelta(seconds=400)
    assert (never.status, never.last_heard) == (CheckpointStatus.SILENT, None)
    assert found["月湖"].status is CheckpointStatus.STOPPED


def test_that_a_checkpoint_turns_silent_after_three_minutes(store: Store) -> None:
    fill(store, event(1, "A", 0))
    store.take(Batch(), "viid", NOW + timedelta(seconds=175))  # the platform is still heard
    assert by_name(store, NOW + timedelta(seconds=180))["椒江二桥"].status is CheckpointStatus.ONLINE
    assert by_name(store, NOW + timedelta(seconds=181))["椒江二桥"].status is CheckpointStatus.SILENT


def test_that_a_feed_cut_as_a_whole_makes_everything_unknown_and_says_since_when(store: Store) -> None:
    fill(store, *(event(n, "A", n) for n in range(100)), *(event(200 + n, "B", n) for n in range(100)))
    later = NOW + timedelta(seconds=90)
    found = state(store, later)
    assert {c.status for c in found["checkpoints"] if c.name != "月湖"} == {CheckpointStatus.SILENT}
    assert {c.flow_per_h for c in found["checkpoints"]} == {None}
    (health,) = found["device_health"]
    assert (health.online, health.online_note) == (None, "卡口数据中断 自 14:32")
    assert (health.low_recognition, health.drifting) == (None, None)
    figures = {f.id: f for f in found["checkpoint_figures"]}
    assert figures["online"].unknown
    assert figures["recognition"].unknown
    assert figures["recognition"].note == figures["online"].note == health.online_note
    (rate,) = live(store, later)["passage_rate"]
    assert rate.points[-1] is None
    assert rate.points[0] is not None


def test_that_a_break_of_the_feed_is_no_fall_in_traffic(store: Store) -> None:
    spoken = (*range(60), *range(160, 220))  # nothing for 100 s in between
    fill(store, *(event(n, "A", n) for n in spoken))
    assert by_name(store)["椒江二桥"].flow_per_h == pytest.approx(3600, rel=0.02)
    (rate,) = live(store, NOW)["passage_rate"]
    assert rate.points[0] is None
    assert rate.points[-1] == 1


@pytest.mark.parametrize("gap_s", [30, 31])
def test_that_the_feed_is_cut_after_thirty_seconds(store: Store, gap_s: int) -> None:
    fill(store, event(1, "A", 0), event(2, "B", 0), event(3, "C", 0))
    (health,) = state(store, NOW + timedelta(seconds=gap_s))["device_health"]
    assert health.online == (3 if gap_s == 30 else None)


def test_that_a_feed_never_heard_is_unknown_and_not_off_line(store: Store) -> None:
    store.put_topic("checkpoint_places", PLACES, NOW)
    figures = {f.id: f for f in state(store, NOW)["checkpoint_figures"]}
    assert (figures["online"].value, figures["online"].unknown) == ("—", True)
    assert figures["online"].note == "卡口数据未收到"


def test_that_passages_of_long_ago_say_nothing_of_now(store: Store) -> None:
    fill(store, *(event(n, "A", 240 + n) for n in range(30)))
    (health,) = state(store, NOW)["device_health"]
    assert (health.online, health.online_note) == (None, "卡口数据滞后 止于 14:28")


def test_that_hours_in_which_the_feed_was_cut_are_left_out_of_the_day(store: Store) -> None:
    district = Services(DistrictSettings(timebase=starting(NOW)))
    store.take(source.flow(district.flow_history({}), NOW), "checkpoints", NOW)  # type: ignore[arg-type]
    fill(store, event(1, "A", 5400), at=NOW - timedelta(seconds=5400))
    (flow,) = state(store, NOW)["passage_flow"]
    assert sum(p is not None for p in flow.points) == 13  # up to 13:00; the feed broke off at 13:02


def test_that_no_flow_per_hour_is_worked_out_from_a_few_seconds(store: Store) -> None:
    fill(store, *(event(n, "A", n / 10) for n in range(100)))
    assert by_name(store)["椒江二桥"].flow_per_h is None
    assert by_name(store)["椒江二桥"].status is CheckpointStatus.ONLINE


def test_that_a_fast_clock_is_told_by_the_quickest_passage(store: Store) -> None:
    received = NOW - timedelta(seconds=1.5)
    store.take(Batch(events=[event(1, "A", 0), event(2, "B", 20)]), "viid", received)
    store.put_topic("checkpoint_places", PLACES, NOW)
    health: DeviceHealth = state(store, NOW)["device_health"][0]
    assert (health.drifting, health.drifting_note) == (1, "最大 1.5 s 椒江二桥")
    assert by_name(store)["下陈"].clock_drift_s == 0


def test_that_devices_out_of_service_are_not_missing(store: Store) -> None:
    fill(store, event(1, "A", 1), event(2, "B", 2))
    health: DeviceHealth = state(store, NOW)["device_health"][0]
    assert (health.online, health.total) == (2, 3)
    assert health.online_note == "前所东 未收到"
    assert health.poor_image is None


def test_that_the_newest_passages_keep_their_places_from_second_to_second(store: Store) -> None:
    fill(store, *(event(n, "A", 900 - n) for n in range(250)))
    before = live(store, NOW)["passages"]
    fill(store, event(900, "A", 0), event(901, "B", 0))
    after = live(store, NOW)["passages"]
    assert len(before) == len(after) == NEWEST
    assert sum(a is not b and a != b for a, b in zip(before, after, strict=True)) == 2
    assert {"p900", "p901", "p249", "p52"} <= {p.passage_id for p in after}


def test_that_passages_are_counted_by_the_second(store: Store) -> None:
    fill(store, *(event(n, "A", 5.2) for n in range(3)), event(9, "A", 7.9), event(10, "A", 3))
    (rate,) = live(store, NOW)["passage_rate"]
    counts = dict(zip(rate.moments, rate.points, strict=True))
    assert len(counts) == 90
    second = NOW.replace(microsecond=0)
    assert counts[second - timedelta(seconds=6)] == 3
    assert counts[second - timedelta(seconds=8)] == 1
    assert counts[second - timedelta(seconds=7)] == 0


def test_that_a_short_delay_is_no_fall_in_traffic_and_a_long_one_is_unknown(store: Store) -> None:
    fill(store, *(event(n, "A", 10 + n) for n in range(40)))
    (soon,) = live(store, NOW)["passage_rate"]
    store.take(Batch(), "viid", NOW + timedelta(seconds=59))  # heard, but no passage in it
    (late,) = live(store, NOW + timedelta(seconds=60))["passage_rate"]
    assert soon.points[-1] == 1
    assert late.points[-1] is None


def test_that_nothing_received_is_unknown(store: Store) -> None:
    (rate,) = live(store, NOW)["passage_rate"]
    assert set(rate.points) == {None}
    figures = {f.id: f for f in state(store, NOW)["checkpoint_figures"]}
    assert figures["passages_today"].unknown
    assert figures["recognition"].unknown
    assert state(store, NOW)["passage_flow"] == ()


def test_that_the_district_and_the_source_speak_the_same(store: Store) -> None:
    district = Services(DistrictSettings(timebase=starting(NOW)))
    for answer, read in (
        (district.checkpoints({}), source.places),
        (district.flow_history({}), source.flow),
        (district.watchlist({}), source.watchlist),
    ):
        store.take(read(answer, NOW), "checkpoints", NOW)  # type: ignore[arg-type]
    assert len(store.snapshot("checkpoint_places", NOW).records) == 24
    listed = store.snapshot("watchlist", NOW).records
    assert {(e.list, e.owner) for e in listed} == {("vehicles", "公安")}
    assert all(e.holds_at(NOW) for e in listed)
    (flow,) = state(store, NOW)["passage_flow"]
    assert sum(p is not None for p in flow.points) == 14  # whole hours before 14:32
    assert all(low <= high for low, high in flow.band)
    assert max(high for _, high in flow.band) <= flow.top
    figures = {f.id: f for f in state(store, NOW)["checkpoint_figures"]}
    assert figures["passages_today"].note.startswith("昨日同时 1,")


def test_that_coordinates_without_a_datum_are_refused() -> None:
    with pytest.raises(ValueError, match="坐标系"):
        source.places({"checkpoints": []}, NOW)


def test_that_a_site_without_the_platform_has_no_such_sources() -> None:
    assert source.sources(Site()) == ()
    urls: dict[str, dict[str, Any]] = {"checkpoints": {"url": "http://127.0.0.1:9"}}
    assert [s.key for s in source.sources(Site(sources=urls))] == ["checkpoints", "flow_history", "watchlist"]


def test_that_an_axis_ends_on_a_round_number() -> None:
    assert [_round_up(v) for v in (0.9, 1.0, 2.4, 24.3, 61, 100.1)] == [1, 1, 3, 30, 80, 200]


# ------------------------------------------------------------------------------------------- alerts


def test_that_rates_of_nothing_are_not_numbers() -> None:
    figures = {f.id: f for f in figures_of_alerts((), NOW)}
    assert figures["hits"].value == "0"
    assert all(figures[i].value == "—" for i in ("intercepted", "notices", "precision", "signing"))


def test_that_figures_of_alerts_carry_their_fractions() -> None:
    alerts = (
        alert(1, "公安", acked_at=NOW - timedelta(minutes=9), verdict=Verdict.TRUE),
        alert(2, "公安", acked_at=NOW - timedelta(minutes=7), verdict=Verdict.FALSE_ALARM),
        alert(3, "公安"),
    )
    figures = {f.id: f for f in figures_of_alerts(alerts, NOW)}
    assert (figures["precision"].value, figures["precision"].note) == ("50", "30 日 · 确认 1 / 2")
    assert (figures["signing"].value, figures["signing"].note) == ("2:00", "P90 3:00")
    assert figures["load"].value == "3.0"
