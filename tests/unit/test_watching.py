"""Do the rules count an approved order within the same second, and no other, also after a restart?"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.collect.control_summary import summary
from services.collect.rules import RuleRunner, read_rules
from services.collect.watch_hits import WatchHits
from services.district.history_watch import watch_past
from services.district.roads import WATCHED
from services.domain.alert import Alert, AlertLevel, Stance
from services.domain.control_rules import GROUNDS, LAWS, ControlRules
from services.domain.officer import Officer, Role
from services.domain.plate_search import SearchPlate
from services.domain.rule import Rule
from services.domain.snapshot import SourceStatus
from services.domain.trajectory import LegKind, course
from services.domain.watch_order import Spot, WatchOrder, WatchState
from services.domain.watch_order_steps import ApproveWatch, WithdrawWatch
from services.domain.watchlist import WatchKind, WatchlistEntry
from services.store import watching
from services.store.store import Store
from tests.unit.watch_world import (
    CHEN,
    FANG,
    HARBOUR,
    LEI,
    NOON,
    PLATE,
    WALL,
    WANG,
    ZHENG,
    application,
    days,
    granted,
    minutes,
    passage,
    step,
    take,
)

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    return [rule for rule in read_rules(RULES) if rule.id in ("R-CKP-08", "R-CKP-23")]


def watched(store: Store, rules: list[Rule]) -> Store:
    store.use_rules(RuleRunner(rules))
    return store


def alerts(store: Store, *passages: Any) -> list[Alert]:
    return list(take(store, *passages).alerts)


def test_that_a_hit_of_an_active_order_is_the_units_alert_at_the_orders_level(store: Store, rules: list[Rule]) -> None:
    watched(store, rules)
    assert alerts(store, passage(1, NOON)) == []
    applied = store.perform(application(level=AlertLevel.RED), WANG, NOON).case
    assert alerts(store, passage(2, NOON + minutes(1))) == []
    store.perform(ApproveWatch(**step(applied)), CHEN, NOON + minutes(2))
    (alert,) = alerts(store, passage(3, NOON + minutes(3)))
    assert (alert.rule_id, alert.level, alert.department) == ("R-CKP-08", AlertLevel.RED, "公安")
    assert "肇事逃逸嫌疑车辆" in alert.title


def test_that_a_withdrawn_order_stops_counting_at_once_and_an_expired_one_at_its_end(
    store: Store, rules: list[Rule]
) -> None:
    watched(store, rules)
    order = granted(store, days=1)
    store.perform(WithdrawWatch(**step(order), reason="车辆已查获"), WANG, NOON + minutes(5))
    assert alerts(store, passage(1, NOON + minutes(4)), passage(2, NOON + minutes(6))) == []
    again = granted(store, NOON + minutes(10), days=1)
    assert again.valid_until is not None
    assert alerts(store, passage(3, again.valid_until)) == []
    store.expire(again.valid_until)
    assert [o.state for o in store.cases("watch_order") if o.id == again.id] == [WatchState.EXPIRED]


def test_that_an_order_with_an_open_character_finds_the_plates_it_may_be(store: Store, rules: list[Rule]) -> None:
    watched(store, rules)
    granted(store, plate_no="浙J8T5?K")
    found = alerts(store, passage(1, NOON + minutes(2)), passage(2, NOON + minutes(2), "浙J8T56L"))
    assert [alert.key for alert in found] == [f"R-CKP-08|{PLATE}"]


def test_that_an_order_for_one_checkpoint_says_nothing_at_another(store: Store, rules: list[Rule]) -> None:
    watched(store, rules)
    granted(store, checkpoint_ids=(HARBOUR,))
    assert alerts(store, passage(1, NOON + minutes(2))) == []
    assert len(alerts(store, passage(2, NOON + minutes(3), where=HARBOUR))) == 1


def test_that_orders_count_after_a_restart_and_after_a_rebuild(store: Store, rules: list[Rule]) -> None:
    granted(store)
    assert len(alerts(watched(store, rules), passage(1, NOON + minutes(2)))) == 1
    before = store.cases("watch_order")
    store.rebuild()
    assert store.cases("watch_order") == before
    found = alerts(watched(store, rules), passage(2, NOON + minutes(3)))
    assert [alert.count for alert in found] == [2]


def test_that_what_another_desk_approves_and_withdraws_counts_in_the_next_batch(
    store: Store, store_url: str, rules: list[Rule]
) -> None:
    watched(store, rules)
    with contextlib.closing(Store.open(store_url)) as desk:
        assert alerts(store, passage(1, NOON)) == []
        order = granted(desk)
        (alert,) = alerts(store, passage(2, NOON + minutes(2)))
        assert alert.rule_id == "R-CKP-08"
        desk.perform(WithdrawWatch(**step(order), reason="车辆已查获"), WANG, NOON + minutes(3))
        assert alerts(store, passage(3, NOON + minutes(4))) == []


def test_that_a_doubtful_reading_of_an_ordered_plate_goes_to_review(store: Store, rules: list[Rule]) -> None:
    watched(store, rules)
    granted(store)
    (alert,) = alerts(store, passage(1, NOON + minutes(2), confidence=0.7))
    assert (alert.rule_id, alert.level, alert.department) == ("R-CKP-23", AlertLevel.BLUE, "")


def test_that_the_feed_and_the_orders_speak_together(store: Store, rules: list[Rule]) -> None:
    watched(store, rules)
    fed = WatchlistEntry("DC1", "vehicles", "浙J3C71F", "协查", AlertLevel.ORANGE, "公安", NOON, NOON + days(1))
    store.put_topic("watchlist", [fed], NOON)
    granted(store)
    found = alerts(store, passage(1, NOON + minutes(2)), passage(2, NOON + minutes(2), "浙J3C71F"))
    assert len(found) == 2


# ---------------------------------------------------------------------------------------------- hits


def test_that_every_passage_of_a_hit_is_noted_on_the_order_once(store: Store, rules: list[Rule]) -> None:
    watched(store, rules)
    granted(store)
    hits = WatchHits(store, lambda: rules)
    take(store, passage(1, NOON + minutes(2)), passage(2, NOON + minutes(3), where=HARBOUR))
    hits.tick(NOON + minutes(4))
    hits.tick(NOON + minutes(4))
    take(store, passage(3, NOON + minutes(5)), passage(4, NOON + minutes(5), "浙J3C71F"))
    WatchHits(store, lambda: rules).tick(NOON + minutes(6))
    (order,) = store.cases("watch_order")
    assert [hit.passage_id for hit in order.hits] == ["P00001", "P00002", "P00003"]
    (alert,) = store.snapshot("alerts", NOON).records
    assert order.hit_count == 3 and {hit.alert_id for hit in order.hits} == {alert.id}


def test_that_a_hit_before_a_withdrawal_is_noted_though_it_was_seen_later(store: Store, rules: list[Rule]) -> None:
    watched(store, rules)
    order = granted(store)
    take(store, passage(1, NOON + minutes(2)))
    store.perform(WithdrawWatch(**step(order), reason="车辆已查获"), WANG, NOON + minutes(3))
    WatchHits(store, lambda: rules).tick(NOON + minutes(4))
    (order,) = store.cases("watch_order")
    assert (order.state, order.hit_count) == (WatchState.WITHDRAWN, 1)


# ------------------------------------------------------------------------------------- white, permits


def said(store: Store, rules: list[Rule], number: int) -> tuple[Stance, str]:
    found = alerts(watched(store, rules), passage(number, NOON + minutes(2)))
    return next((line.stance, line.value) for line in found[0].counters if line.text == "白名单")


def test_that_an_empty_white_list_is_known_to_be_empty(store: Store, rules: list[Rule]) -> None:
    granted(store)
    assert said(store, rules, 1) == (Stance.FOR, "查无")


def test_that_a_white_list_entry_speaks_against_the_alert(store: Store, rules: list[Rule]) -> None:
    granted(store)
    granted(store, kind=WatchKind.WHITE, legal_basis=GROUNDS[1], reason="应急抢修车辆")
    assert said(store, rules, 1) == (Stance.AGAINST, "应急抢修车辆")


def test_that_a_late_feed_of_vehicles_leaves_the_white_list_known(store: Store, rules: list[Rule]) -> None:
    fed = WatchlistEntry("DC1", "vehicles", "浙J3C71F", "协查", AlertLevel.ORANGE, "公安", NOON, NOON + days(1))
    store.mark(SourceStatus("watchlist", "布控名单", taken_at=NOON - days(1), late_after_s=60.0))
    store.put_topic("watchlist", [fed], NOON - days(1), "watchlist")
    granted(store)
    assert said(store, rules, 1) == (Stance.FOR, "查无")


# ---------------------------------------------------------------------------------------------- scope


def test_that_an_officer_reads_the_orders_that_are_his(store: Store) -> None:
    granted(store)
    granted(store, plate_no="浙J8T56L", unit="交通")

    def seen(officer: Officer) -> set[str]:
        records = store.snapshot("watch_orders", NOON, officer).records
        assert set(records) == set(store.cases("watch_order", officer))
        return {order.plate_no for order in records}

    assert seen(WANG) == seen(CHEN) == seen(LEI) == {PLATE, "浙J8T56L"}
    assert seen(ZHENG) == {"浙J8T56L"}
    assert seen(FANG) == {"浙J·8**6K", "浙J·8**6L"}
    assert seen(WALL) == seen(Officer("a", "何", Role.ANALYST)) == set()


def test_that_the_log_of_an_order_is_told_to_who_sees_all_of_it(store: Store) -> None:
    order = granted(store)
    assert len(store.deeds(order.id, WANG)) == len(store.deeds(order.id, LEI)) == 2
    assert store.deeds(order.id, FANG) == store.deeds(order.id, ZHENG) == store.deeds(order.id, WALL) == ()


def test_that_of_two_who_act_on_one_version_one_wins(store: Store) -> None:
    order = granted(store)
    first = store.perform(WithdrawWatch(**step(order), reason="车辆已查获"), WANG, NOON + minutes(2))
    second = store.perform(WithdrawWatch(**step(order), reason="线索已中断"), CHEN, NOON + minutes(2))
    assert first.done and "王*已先更新" in second.refusal


def test_that_what_was_ever_on_the_lists_is_told_up_to_its_end(store: Store) -> None:
    order = granted(store)
    ended = store.perform(WithdrawWatch(**step(order), reason="车辆已查获"), WANG, NOON + minutes(9)).case
    with store.read() as reader:
        (entry,) = watching.spoken(reader)
        assert not list(watching.speaking(reader))
    assert isinstance(ended, WatchOrder)
    assert (entry.valid_from, entry.valid_until) == (order.valid_from, NOON + minutes(9))


def test_that_the_sites_rules_become_the_topic_the_store_decides_by(store: Store) -> None:
    told = summary(replace(ControlRules(), most_days=40)).make(store, NOON)
    store.put_topic("control_rules", told["control_rules"], NOON)
    assert "1 至 40 天" in store.perform(application(days=41), WANG, NOON).refusal


# ----------------------------------------------------------------------------------------------- demo


def test_that_the_demos_past_has_an_order_in_each_state_and_a_way_with_an_impossible_leg(sqlite_store: Store) -> None:
    with sqlite_store._writing() as connection:
        watch_past(connection, NOON, 42)
    made = sqlite_store.cases("watch_order")
    assert {order.state for order in made} == set(WatchState) - {WatchState.LAPSED}
    assert {order.kind for order in made} == set(WatchKind)
    assert {order.spot for order in made} >= {Spot.WAITING, Spot.CONFIRMED}
    assert any(order.extension is not None for order in made)
    assert sqlite_store.verify_chain() is None
    wish = SearchPlate(plate_no=WATCHED[0].plate, reason="核查套牌线索", legal_basis=LAWS[3])
    found = sqlite_store.perform(wish, WANG, NOON).case
    _, legs, _ = course(reversed(found.rows), ControlRules())
    assert LegKind.IMPOSSIBLE in {leg.kind for leg in legs}
