"""Noise control in the transaction: repeats, chatter, incidents, suppression, service windows, floods."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.domain.alert import Action, Alert, AlertLevel, Command, Condition, Detection, Visibility, Work
from services.domain.happening import HappeningKind
from services.domain.noise import NoiseLimits, counts
from services.domain.officer import Officer, Role
from services.domain.rule import Clearing
from services.domain.service_window import EndWindow, OpenWindow
from services.domain.suppression import Edge, Suppression
from services.store.noise import NoiseRules
from services.store.schema import alert as alert_table
from services.store.schema import alert_link
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WANG = Officer("u1", "王建国", Role.DUTY)
LI = Officer("u2", "李晓", Role.SHIFT_LEAD)
BLUE, YELLOW, RED = AlertLevel.BLUE, AlertLevel.YELLOW, AlertLevel.RED
GRAPH = Suppression(
    (
        Edge("R-PANEL", "R-DEVICE", "estate", "主机离线"),
        Edge("R-POWER", "R-PANEL", "estate", "停电"),
        Edge("R-POWER", "R-DEVICE", "estate", "停电"),
    )
)


def found(key: str, rule: str = "R-1", level: AlertLevel = YELLOW, at: datetime = NOW, **more: Any) -> Detection:
    base = Detection(key, rule, 1, "", "community", level, f"题 {rule}", "某户", "某户", "estate", "E1", "1 幢", at)
    return replace(base, **more)


def report(store: Store, *findings: Any, at: datetime = NOW) -> tuple[Alert, ...]:
    return store.report(findings, at)


def now(store: Store, alert: Alert) -> Alert:
    current = store.alert(alert.id)
    assert current is not None
    return current


def do(store: Store, alert: Alert, action: Action, officer: Officer = LI, at: datetime = NOW, **more: Any) -> Alert:
    outcome = store.perform(Command(alert.id, action, now(store, alert).version, **more), officer, at)
    assert outcome.done, outcome.refusal
    assert outcome.alert is not None
    return outcome.alert


def close(store: Store, alert: Alert, at: datetime = NOW) -> None:
    for action in (Action.SIGN, Action.VERIFY, Action.NO_ACTION, Action.CLOSE):
        do(store, alert, action, at=at, text="已核实")


# ---------------------------------------------------------------------------------- repeats, chatter


def test_that_a_key_that_fires_again_within_ten_minutes_goes_on_counting_on_the_new_alert(store):
    (first,) = report(store, found("k"))
    report(store, found("k"))
    close(store, first)
    (second,) = report(store, found("k", at=NOW + 9 * MINUTE), at=NOW + 9 * MINUTE)
    assert (second.previous_id, second.count) == (first.id, 3)


def test_that_a_key_that_fires_again_later_begins_anew(store):
    (first,) = report(store, found("k"))
    close(store, first)
    (second,) = report(store, found("k", at=NOW + 11 * MINUTE), at=NOW + 11 * MINUTE)
    assert (second.previous_id, second.count) == (first.id, 1)


def flap(store: Store, times: int, every: timedelta = MINUTE, level: AlertLevel = BLUE) -> list[Alert]:
    """Raise and clear one key so often; the alerts as each raise left them."""
    raised = []
    for number in range(times):
        at = NOW + number * every
        raised += report(store, found("k", level=level, at=at, standing=True), at=at)
        report(store, Clearing("k", auto_close=True), at=at + every / 2)
    return raised


def test_that_five_raises_in_ten_minutes_make_one_chattering_alert_and_further_ones_are_counted(store):
    raised = flap(store, 12, timedelta(seconds=40))
    assert len({alert.id for alert in raised[:5]}) == 5
    assert len({alert.id for alert in raised[4:]}) == 1
    last = now(store, raised[-1])
    assert (last.chattering, last.count, last.condition) == (True, 12, Condition.RTN)


def test_that_a_chatter_ends_when_it_was_quiet_for_ten_minutes_and_what_closes_by_itself_does_then(store):
    last = flap(store, 6)[-1]
    raised_at = NOW + 5 * MINUTE
    store.expire(raised_at + 9 * MINUTE)
    assert now(store, last).chattering
    store.expire(raised_at + 10 * MINUTE)
    ended = now(store, last)
    assert (ended.chattering, ended.work) == (False, Work.CLOSED)


def test_that_a_chattering_alert_that_stays_active_is_calm_after_ten_minutes_and_open(store):
    flap(store, 6)
    (last,) = report(store, found("k", level=BLUE, at=NOW + 6 * MINUTE, standing=True), at=NOW + 6 * MINUTE)
    store.expire(NOW + 16 * MINUTE)
    calm = now(store, last)
    assert (calm.chattering, calm.is_open, calm.condition) == (False, True, Condition.ACTIVE)
    assert store.happenings(last.id)[-1].kind is HappeningKind.CALMED


def test_that_slow_raises_never_chatter(store):
    assert not any(alert.chattering for alert in flap(store, 12, 3 * MINUTE))


def test_that_a_rise_of_a_chattering_alert_is_seen(store):
    flap(store, 6)
    (risen,) = report(store, found("k", level=RED, at=NOW + 6 * MINUTE), at=NOW + 6 * MINUTE)
    assert (risen.level, risen.visibility, risen.is_signed, risen.chattering) == (RED, Visibility.VISIBLE, False, True)


# ----------------------------------------------------------------------------------------- incidents

TRUCK = {"subject_kind": "passage", "subject_id": "p1", "links": ("vehicle:浙J8T56K",)}


def incidents(store: Store) -> dict[str, set[str]]:
    """The keys of each incident."""
    threads: dict[str, set[str]] = {}
    for alert in store.snapshot("alerts", NOW).records:
        if alert.incident_id:
            threads.setdefault(alert.incident_id, set()).add(alert.key)
    return threads


def test_that_a_truck_at_a_checkpoint_and_at_an_outfall_becomes_one_thread_across_scenes(store):
    report(store, found("a", "R-CKP-01", scene="checkpoints", **TRUCK))
    later = NOW + 12 * MINUTE
    (second,) = report(store, found("b", "R-WST-01", scene="boats", at=later, **TRUCK), at=later)[-1:]
    second = next(a for a in store.snapshot("alerts", later).records if a.key == "b")
    thread = store.incident(second.incident_id)
    assert thread is not None
    assert [alert.key for alert in thread.members] == ["a", "b"]
    assert thread.scenes == ("checkpoints", "boats")
    assert second.linked_why == "同一车辆，与“题 R-CKP-01”相隔 12 分"


def test_that_alerts_of_one_household_further_apart_than_fifteen_minutes_stay_alone(store):
    report(store, found("a", "R-A", subject_kind="dwelling", subject_id="D1"))
    later = NOW + 16 * MINUTE
    report(store, found("b", "R-B", subject_kind="elder", subject_id="D1", at=later), at=later)
    assert incidents(store) == {}


def test_that_a_repeat_that_brings_two_alerts_near_each_other_links_them(store):
    later = NOW + 20 * MINUTE
    report(store, found("a", "R-A", **TRUCK), found("b", "R-B", at=later, **TRUCK), at=later)
    assert incidents(store) == {}
    report(store, found("a", "R-A", at=NOW + 10 * MINUTE, **TRUCK), at=later)
    assert list(incidents(store).values()) == [{"a", "b"}]


def test_that_an_alert_between_two_incidents_makes_them_one(store):
    def at(minute: int, key: str, *links: str) -> None:
        moment = NOW + minute * MINUTE
        report(store, found(key, f"R-{key}", at=moment, links=links), at=moment)

    at(0, "a", "vehicle:1")
    at(1, "b", "vehicle:1")
    at(2, "c", "dwelling:1")
    at(3, "d", "dwelling:1")
    assert sorted(map(sorted, incidents(store).values())) == [["a", "b"], ["c", "d"]]
    at(4, "e", "vehicle:1", "dwelling:1")
    assert list(incidents(store).values()) == [{"a", "b", "c", "d", "e"}]


def test_that_a_neighbour_estate_or_a_person_is_no_link(store):
    report(store, found("a", "R-A"), found("b", "R-B"))
    assert incidents(store) == {}


def test_that_an_officer_takes_an_alert_out_with_a_reason_and_it_is_not_put_back_by_itself(store):
    first, second = report(store, found("a", "R-A", **TRUCK), found("b", "R-B", **TRUCK))
    outcome = store.perform(Command(second.id, Action.UNLINK, second.version), WANG, NOW)
    assert outcome.refusal == "填写原因"
    do(store, second, Action.UNLINK, WANG, text="号牌误读")
    report(store, found("b", "R-B", **TRUCK), found("c", "R-C", **TRUCK))
    assert now(store, second).incident_id == ""
    assert list(incidents(store).values()) == [{"a", "c"}]
    again = do(store, second, Action.LINK, WANG, parent_id=first.id, text="核对抓拍为同车")
    assert again.incident_id == now(store, first).incident_id
    assert again.linked_why == "核对抓拍为同车"


def test_that_two_lone_alerts_linked_by_hand_both_stand_in_the_new_thread(store):
    first, second = report(store, found("a", "R-A"), found("b", "R-B"))
    do(store, second, Action.LINK, WANG, parent_id=first.id, text="同一起事故")
    assert list(incidents(store).values()) == [{"a", "b"}]
    stale = store.perform(Command(second.id, Action.LINK, 99, text="x", parent_id=first.id), WANG, NOW)
    assert not stale.done


# --------------------------------------------------------------------------------------- suppression


@pytest.fixture
def graph(store: Store) -> Store:
    store.use_noise(NoiseRules(suppression=GRAPH))
    return store


def device(number: int, level: AlertLevel = BLUE, **more: Any) -> Detection:
    one = found(f"d{number}", "R-DEVICE", level, subject_kind="device", subject_id=f"{number}", **more)
    return replace(one, within=one.within or ("estate:E1",))


PANEL = found("panel", "R-PANEL", within=("estate:E1",))


@pytest.mark.parametrize("panel_first", [True, False])
def test_that_a_dead_panel_keeps_its_devices_quiet_in_whatever_order_they_come(graph, panel_first):
    batch = [PANEL, device(1), device(2)] if panel_first else [device(1), device(2), PANEL]
    touched = {alert.key: alert for alert in report(graph, *batch)}
    assert touched["panel"].visibility is Visibility.VISIBLE
    for key in ("d1", "d2"):
        assert (touched[key].visibility, touched[key].suppressed_by) == (Visibility.SUPPRESSED, touched["panel"].id)


def test_that_what_was_kept_quiet_is_shown_when_its_cause_is_back_to_normal(graph):
    _, one = report(graph, PANEL, device(1))
    report(graph, Clearing("panel"), at=NOW + MINUTE)
    shown = now(graph, one)
    assert (shown.visibility, shown.suppressed_by, shown.is_signed) == (Visibility.VISIBLE, "", False)
    assert shown.running is not None
    assert shown.running.due_at > NOW + MINUTE


def test_that_closing_the_cause_on_a_desk_that_knows_no_graph_releases_too(store_url):
    with Store.open(store_url) as collector, Store.open(store_url) as desk:
        collector.use_noise(NoiseRules(suppression=GRAPH))
        panel, one = report(collector, PANEL, device(1))
        close(desk, panel, NOW + MINUTE)
        assert now(desk, one).visibility is Visibility.VISIBLE


def test_that_a_consequence_with_two_causes_stays_quiet_until_both_are_over(graph):
    power = found("power", "R-POWER", within=("estate:E1",))
    touched = {alert.key: alert for alert in report(graph, device(1), PANEL, power)}
    assert {alert.visibility for alert in touched.values()} == {Visibility.SUPPRESSED, Visibility.VISIBLE}
    report(graph, Clearing("power"), at=NOW + MINUTE)
    assert now(graph, touched["panel"]).visibility is Visibility.VISIBLE
    assert now(graph, touched["d1"]).visibility is Visibility.SUPPRESSED
    report(graph, Clearing("panel"), at=NOW + 2 * MINUTE)
    assert now(graph, touched["d1"]).visibility is Visibility.VISIBLE


def test_that_red_is_never_kept_quiet_and_a_rise_to_red_is_seen(graph):
    report(graph, PANEL)
    (red,) = report(graph, device(1, RED))
    (blue,) = report(graph, device(2))
    assert red.visibility is Visibility.VISIBLE
    assert blue.visibility is Visibility.SUPPRESSED
    (risen,) = report(graph, device(2, RED))
    assert risen.visibility is Visibility.VISIBLE


def test_that_an_alert_somebody_works_on_is_not_taken_from_the_screen(graph):
    (one,) = report(graph, device(1))
    do(graph, one, Action.SIGN)
    report(graph, PANEL)
    assert now(graph, one).visibility is Visibility.VISIBLE


def test_that_another_estate_is_not_kept_quiet(graph):
    report(graph, PANEL)
    (far,) = report(graph, device(9, within=("estate:E2",)))
    assert far.visibility is Visibility.VISIBLE


# ----------------------------------------------------------------------------------- service windows


def window(**more: Any) -> OpenWindow:
    asked = {"subject_kind": "estate", "subject_id": "E1", "ends_at": NOW + 60 * MINUTE, "reason": "检修"}
    return OpenWindow(**(asked | more))


def test_that_what_is_out_of_service_goes_out_of_sight_and_comes_back_in_time(store):
    (before,) = report(store, found("a"))
    assert store.perform(window(), WANG, NOW).done
    (after,) = report(store, found("b", "R-B", at=NOW + MINUTE), at=NOW + MINUTE)
    for alert in (before, after):
        assert now(store, alert).visibility is Visibility.OUT_OF_SERVICE
    store.expire(NOW + 59 * MINUTE)
    assert now(store, before).visibility is Visibility.OUT_OF_SERVICE
    store.expire(NOW + 60 * MINUTE)
    for alert in (before, after):
        back = now(store, alert)
        assert (back.visibility, back.is_signed) == (Visibility.VISIBLE, False)


def test_that_a_planned_window_begins_in_time_and_can_be_ended_before(store):
    (alert,) = report(store, found("a"))
    case = store.perform(window(begins_at=NOW + 10 * MINUTE), WANG, NOW).case
    assert now(store, alert).visibility is Visibility.VISIBLE
    store.expire(NOW + 10 * MINUTE)
    assert now(store, alert).visibility is Visibility.OUT_OF_SERVICE
    outcome = store.perform(EndWindow(case_id=case.id, expected_version=2), WANG, NOW + 11 * MINUTE)
    assert outcome.done, outcome.refusal
    assert now(store, alert).visibility is Visibility.VISIBLE


def test_that_red_stays_in_sight_unless_a_shift_lead_takes_it_out_too(store):
    (red,) = report(store, found("a", level=RED))
    assert store.perform(window(life_safety=True), WANG, NOW).refusal == "红色与消防燃气类停用须值班长"
    assert store.perform(window(), WANG, NOW).done
    assert now(store, red).visibility is Visibility.VISIBLE
    assert store.perform(window(subject_kind="rule", subject_id="R-1", life_safety=True), LI, NOW).done
    assert now(store, red).visibility is Visibility.OUT_OF_SERVICE


@pytest.mark.parametrize(
    ("changed", "officer", "refusal"),
    [
        ({"reason": " "}, WANG, "填写停用原因"),
        ({"ends_at": NOW}, WANG, "停用须有晚于开始的结束时间"),
        ({"ends_at": NOW + timedelta(hours=25)}, WANG, "停用超过 24 小时须值班长"),
        ({"ends_at": NOW + timedelta(days=31)}, LI, "停用最长 30 天"),
        ({"subject_kind": "rule", "subject_id": "R-FIR-06"}, WANG, "红色与消防燃气类停用须值班长"),
        ({"subject_kind": "person"}, WANG, "选择停用对象：设备、卡口、云仓、住户、小区、数据源、规则"),
    ],
)
def test_that_a_window_without_what_it_needs_is_refused(sqlite_store, changed, officer, refusal):
    assert sqlite_store.perform(window(**changed), officer, NOW).refusal == refusal


def test_that_one_thing_is_out_of_service_once(sqlite_store):
    assert sqlite_store.perform(window(), WANG, NOW).done
    assert sqlite_store.perform(window(), LI, NOW).refusal == "该对象已停用"


# ----------------------------------------------------------------------------------- floods, rebuild


def test_that_a_flood_is_written_down_with_its_first_alert_and_again_when_it_is_over(store):
    for number in range(11):
        at = NOW + timedelta(seconds=number)
        report(store, found(f"k{number}", f"R-{min(number, 1)}", at=at), at=at)
    (begun,) = store.snapshot("floods", NOW).records
    assert (begun.first_rule, begun.count, begun.is_open) == ("R-0", 11, True)
    store.expire(NOW + 9 * MINUTE)
    assert store.cases("flood")[0].is_open
    store.expire(NOW + 10 * MINUTE + timedelta(seconds=10))
    (over,) = store.cases("flood")
    assert (over.is_open, over.peak, over.total) == (False, 11, 11)


def test_that_ten_alerts_are_no_flood(sqlite_store):
    report(sqlite_store, *(found(f"k{n}") for n in range(10)))
    assert sqlite_store.cases("flood") == ()


def test_that_the_log_alone_gives_alerts_links_and_windows_again(graph):
    report(graph, PANEL, device(1), found("t", "R-T", **TRUCK), found("u", "R-U", **TRUCK))
    assert graph.perform(window(subject_kind="rule", subject_id="R-T"), WANG, NOW).done
    flap(graph, 6)
    before = _everything(graph)
    graph.rebuild()
    assert _everything(graph) == before
    assert graph.verify_chain() is None


def _everything(store: Store) -> Any:
    with store.read() as connection:
        links = select(alert_link).order_by(alert_link.c.link, alert_link.c.alert_id)
        alerts = select(alert_table).order_by(alert_table.c.id)
        return connection.execute(links).all(), connection.execute(alerts).all()


def test_that_the_sites_own_limits_hold_for_windows_as_the_collector_says_them(store):
    limits = NoiseLimits(window_duty=timedelta(hours=2), life_safety=("R-X-",))
    store.put_topic("noise", [counts([], NOW, limits=limits)], NOW)
    longer = window(ends_at=NOW + timedelta(hours=3))
    assert store.perform(longer, WANG, NOW).refusal == "停用超过 2 小时须值班长"
    vital = window(subject_kind="rule", subject_id="R-X-1")
    assert store.perform(vital, WANG, NOW).refusal == "红色与消防燃气类停用须值班长"
    assert store.perform(window(subject_kind="rule", subject_id="R-FIR-06"), WANG, NOW).done
