"""Does an order need two people, a law and an end, and does everything else refuse in Chinese?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.alert import AlertLevel
from services.domain.control_rules import DEFAULT, GROUNDS, ControlRules, control_from
from services.domain.deed import Refused
from services.domain.officer import ENGINE, Officer, Role
from services.domain.plate_pattern import NotOnePlate, one_plate, readings
from services.domain.scope import scope_of
from services.domain.watch_order import Spot, WatchOrder, WatchState, as_seen_by, entries_of
from services.domain.watch_order_course import STREAM, drawn
from services.domain.watch_order_refusal import refusal
from services.domain.watch_order_steps import (
    ApproveWatch,
    AskExtension,
    ConfirmSpot,
    NoteHit,
    RejectWatch,
    RevokeSpot,
    WithdrawWatch,
)
from services.domain.watchlist import WatchKind
from tests.unit.duty_world import DutyWorld
from tests.unit.watch_world import (
    ALWAYS,
    BRIDGE,
    CHEN,
    FANG,
    HE,
    LEI,
    NEVER,
    NOON,
    PLATE,
    WALL,
    WANG,
    WU,
    ZHENG,
    application,
    days,
    minutes,
    step,
)


def world(rules: ControlRules = NEVER) -> DutyWorld:
    return DutyWorld(topics={"control_rules": (rules,)})


def granted(here: DutyWorld, **fields: Any) -> WatchOrder:
    order = here.do(STREAM, application(**fields), WANG, NOON)
    return here.do(STREAM, ApproveWatch(**step(order)), CHEN, NOON + minutes(1))


def test_that_an_order_counts_from_its_approval_for_the_days_applied_for() -> None:
    here = world()
    applied = here.do(STREAM, application(), WANG, NOON)
    assert (applied.state, list(entries_of(applied))) == (WatchState.APPLIED, [])
    order = here.do(STREAM, ApproveWatch(**step(applied)), CHEN, NOON + minutes(1))
    assert (order.valid_from, order.valid_until) == (NOON + minutes(1), NOON + minutes(1) + days(30))
    (entry,) = entries_of(order)
    assert (entry.value, entry.list, entry.owner, entry.level) == (PLATE, "vehicles", "公安", AlertLevel.ORANGE)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"plate_no": ""}, "请写一个号牌"),
        ({"plate_no": "浙J8T56K,浙J8T56L"}, "不能成批"),
        ({"plate_no": "浙J8T56K 浙J8T56L"}, "不能成批"),
        ({"plate_no": "浙J8T5--"}, "最多一位"),
        ({"plate_no": "浙J8*"}, "通配"),
        ({"plate_no": "-J8T56K"}, "省份"),
        ({"plate_no": "ABC"}, "不是号牌"),
        ({"reason": "关注"}, "不是布控事由"),
        ({"reason": "嫌疑"}, "至少 4 个字"),
        ({"legal_basis": ""}, "法律依据"),
        ({"legal_basis": "领导口头要求"}, "法律依据"),
        ({"level": AlertLevel.BLUE}, "红或橙"),
        ({"days": 91}, "1 至 90 天"),
        ({"days": -1}, "1 至 90 天"),
        ({"unit": ""}, "单位"),
        ({"unit": "某公司"}, "单位"),
        ({"alert_id": "YJ-1"}, "没有编号"),
    ],
)
def test_that_an_application_that_breaks_a_rule_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        world().do(STREAM, application(**fields), WANG, NOON)


def test_that_a_plate_is_not_put_on_a_list_twice_by_one_unit() -> None:
    here = world()
    first = granted(here)
    with pytest.raises(Refused, match=first.id):
        here.do(STREAM, application(), WANG, NOON)
    assert granted(here, unit="交通").unit == "交通"


def test_that_an_unknown_checkpoint_is_refused_where_the_directory_is_known() -> None:
    here = world()
    here.topics["checkpoint_places"] = (type("Place", (), {"id": BRIDGE})(),)
    assert here.do(STREAM, application(checkpoint_ids=(BRIDGE,)), WANG, NOON).checkpoint_ids == (BRIDGE,)
    with pytest.raises(Refused, match="卡口目录里没有 9"):
        here.do(STREAM, application(plate_no="浙J8T56L", checkpoint_ids=("9",)), WANG, NOON)


def test_that_the_applicant_never_approves_his_own_application_or_extension() -> None:
    here = world()
    own = here.do(STREAM, application(), CHEN, NOON)
    with pytest.raises(Refused, match="申请人不能"):
        here.do(STREAM, ApproveWatch(**step(own)), CHEN, NOON)
    order = granted(here, plate_no="浙J8T56L")
    order = here.do(STREAM, AskExtension(**step(order), days=10, reason="案件仍在侦办"), CHEN, NOON)
    with pytest.raises(Refused, match="申请人不能"):
        here.do(STREAM, ApproveWatch(**step(order)), CHEN, NOON)


@pytest.mark.parametrize("officer", [WANG, WU, ZHENG, HE, FANG, LEI, WALL])
def test_that_only_the_leader_approves(officer: Officer) -> None:
    here = world()
    order = here.do(STREAM, application(unit="交通"), WANG, NOON)
    with pytest.raises(Refused, match="带班领导"):
        here.do(STREAM, ApproveWatch(**step(order)), officer, NOON)


@pytest.mark.parametrize("officer", [HE, FANG, LEI, WALL, ENGINE])
def test_that_readers_and_administrators_apply_for_nothing(officer: Officer) -> None:
    with pytest.raises(Refused, match="须值班"):
        world().do(STREAM, application(), officer, NOON)


def test_that_a_liaison_speaks_for_his_own_department_only() -> None:
    here = world()
    with pytest.raises(Refused, match="只能以 交通"):
        here.do(STREAM, application(unit="公安"), ZHENG, NOON)
    assert here.do(STREAM, application(unit=""), ZHENG, NOON).unit == "交通"
    assert here.do(STREAM, application(unit=""), WU, NOON).unit == "公安"
    order = granted(here, plate_no="浙J8T56L")
    with pytest.raises(Refused, match="不是本单位"):
        here.do(STREAM, WithdrawWatch(**step(order), reason="已查获到案"), ZHENG, NOON)


def test_that_an_order_expires_by_itself_at_its_moment_and_not_before() -> None:
    here = world()
    order = granted(here)
    assert order.valid_until is not None
    assert here.expire(STREAM, order, order.valid_until - minutes(1)).is_active
    ended = here.expire(STREAM, order, order.valid_until + minutes(5))
    assert (ended.state, ended.ended_at, ended.ended_by) == (WatchState.EXPIRED, order.valid_until, "系统")


def test_that_an_application_nobody_decides_lapses() -> None:
    here = world()
    order = here.do(STREAM, application(), WANG, NOON)
    lapsed = here.expire(STREAM, order, NOON + days(2))
    assert (lapsed.state, list(entries_of(lapsed))) == (WatchState.LAPSED, [])
    with pytest.raises(Refused, match="逾期未批"):
        here.do(STREAM, ApproveWatch(**step(lapsed)), CHEN, NOON + days(3))


def test_that_a_withdrawal_needs_a_reason_and_ends_the_entry_at_that_moment() -> None:
    here = world()
    order = granted(here)
    with pytest.raises(Refused, match="撤控理由"):
        here.do(STREAM, WithdrawWatch(**step(order), reason=" "), WANG, NOON)
    ended = here.do(STREAM, WithdrawWatch(**step(order), reason="车辆已查获"), WANG, NOON + minutes(30))
    (entry,) = entries_of(ended)
    assert (ended.state, ended.text, entry.valid_until) == (
        WatchState.WITHDRAWN,
        "车辆已查获",
        NOON + minutes(30),
    )
    with pytest.raises(Refused, match="已撤控"):
        here.do(STREAM, WithdrawWatch(**step(ended), reason="再撤一次吧"), WANG, NOON)


def test_that_an_extension_takes_a_second_approval_and_stays_within_the_longest_time() -> None:
    here = world()
    order = granted(here)
    with pytest.raises(Refused, match="不得超过 90 天"):
        here.do(STREAM, AskExtension(**step(order), days=61, reason="案件仍在侦办"), WANG, NOON)
    asked = here.do(STREAM, AskExtension(**step(order), days=15, reason="案件仍在侦办"), WANG, NOON)
    assert asked.valid_until == order.valid_until
    longer = here.do(STREAM, ApproveWatch(**step(asked)), CHEN, NOON + days(1))
    assert order.valid_until is not None
    assert (longer.valid_until, longer.extended, longer.extension) == (order.valid_until + days(15), 1, None)
    asked = here.do(STREAM, AskExtension(**step(longer), days=5, reason="仍未查获车辆"), WANG, NOON + days(1))
    refused = here.do(STREAM, RejectWatch(**step(asked), reason="线索已经中断"), CHEN, NOON + days(1))
    assert (refused.state, refused.valid_until) == (WatchState.ACTIVE, longer.valid_until)


def test_that_an_extension_asked_for_too_late_dies_with_the_order() -> None:
    here = world()
    order = granted(here)
    order = here.do(STREAM, AskExtension(**step(order), days=5, reason="案件仍在侦办"), WANG, NOON)
    ended = here.expire(STREAM, order, NOON + days(31))
    assert (ended.state, ended.extension) == (WatchState.EXPIRED, None)


def test_that_a_drawn_approval_counts_at_once_and_the_security_administrator_may_revoke_it() -> None:
    here = world(ALWAYS)
    order = granted(here)
    assert (order.state, order.spot) == (WatchState.ACTIVE, Spot.WAITING)
    with pytest.raises(Refused, match="安全管理员"):
        here.do(STREAM, ConfirmSpot(**step(order)), CHEN, NOON)
    confirmed = here.do(STREAM, ConfirmSpot(**step(order), note="依据齐全"), FANG, NOON)
    assert (confirmed.spot, confirmed.is_active) == (Spot.CONFIRMED, True)
    other = granted(here, plate_no="浙J8T56L")
    revoked = here.do(STREAM, RevokeSpot(**step(other), reason="依据与事由不符"), FANG, NOON + minutes(9))
    assert (revoked.state, revoked.spot, revoked.ended_at) == (WatchState.WITHDRAWN, Spot.REVOKED, NOON + minutes(9))


def test_that_the_lot_draws_about_the_share_set() -> None:
    order = granted(world())
    share = sum(drawn(replace(order, id=f"BK-{n}"), NOON, 0.2) for n in range(2000)) / 2000
    assert 0.15 < share < 0.25


def test_that_white_list_and_permit_entries_go_the_same_way_on_grounds_of_their_own() -> None:
    here = world()
    with pytest.raises(Refused, match="依据"):
        granted(here, kind=WatchKind.WHITE)
    order = granted(here, kind=WatchKind.WHITE, legal_basis=GROUNDS[1], reason="应急抢修车辆")
    (entry,) = entries_of(order)
    assert (entry.list, order.level) == ("white", AlertLevel.BLUE)


def test_that_a_hit_is_noted_once_by_the_engine() -> None:
    here = world()
    order = granted(here)
    hit: dict[str, Any] = {
        "alert_id": "YJ-1",
        "passage_id": "P1",
        "checkpoint_id": BRIDGE,
        "checkpoint_name": "椒江二桥",
    }
    with pytest.raises(Refused, match="规则引擎"):
        here.do(STREAM, NoteHit(**step(order), **hit, passed_at=NOON + minutes(2)), WANG, NOON)
    order = here.do(STREAM, NoteHit(**step(order), **hit, passed_at=NOON + minutes(2)), ENGINE, NOON)
    assert (order.hit_count, order.hits[0].passage_id) == (1, "P1")
    with pytest.raises(Refused, match="已记入"):
        here.do(STREAM, NoteHit(**step(order), **hit, passed_at=NOON + minutes(2)), ENGINE, NOON)


def test_that_an_order_is_seen_by_its_unit_the_police_and_the_duty_room() -> None:
    here = world()
    order = granted(here, unit="生态环境")
    police = Officer("p", "李", Role.DEPT_LIAISON, department="公安交警")
    assert all(as_seen_by(scope_of(officer), order) == order for officer in (WANG, CHEN, WU, police, LEI))
    assert as_seen_by(scope_of(ZHENG), order) is None
    checked = as_seen_by(scope_of(FANG), order)
    assert checked is not None and checked.plate_no == "浙J·8**6K"


def test_that_nobody_checks_what_he_applied_for_or_approved_in_another_role() -> None:
    here = world(ALWAYS)
    order = granted(here)
    for who in (WANG, CHEN):
        with pytest.raises(Refused, match="不能自己抽查"):
            here.do(STREAM, ConfirmSpot(**step(order)), replace(who, role=Role.SECADMIN), NOON)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["approve", "reject", "extend", "withdraw", "confirm", "revoke", "wait"]),
        st.sampled_from([WANG, CHEN, replace(CHEN, id="wang"), replace(FANG, id="chen"), FANG, WU, ZHENG, HE]),
        st.integers(0, 60),
    ),
    max_size=14,
)


@given(steps=STEPS, share=st.sampled_from([0.0, 1.0]))
@settings(max_examples=60)
def test_that_no_course_of_wishes_makes_an_order_of_one_person_or_without_an_end(steps: Any, share: float) -> None:
    here = world(ControlRules(spot_share=share))
    order, at = here.do(STREAM, application(), WANG, NOON), NOON
    for name, officer, wait in steps:
        at += days(wait / 4)
        before = order = here.expire(STREAM, order, at)
        if name == "wait":
            continue
        wish = {
            "approve": ApproveWatch(**step(order)),
            "reject": RejectWatch(**step(order), reason="依据不足"),
            "extend": AskExtension(**step(order), days=max(1, wait), reason="仍未查获"),
            "withdraw": WithdrawWatch(**step(order), reason="车辆查获"),
            "confirm": ConfirmSpot(**step(order)),
            "revoke": RevokeSpot(**step(order), reason="依据不符"),
        }[name]
        why = refusal(order, type(wish), officer)
        try:
            order = here.do(STREAM, wish, officer, at)
        except Refused as refused:
            assert str(refused) and here.case(STREAM.name, order.id) == before
            continue
        assert why == "" and before.is_open
        if order.is_active:
            assert order.approved_by_id == "chen" and order.applied_by_id == "wang"
            assert order.valid_until is not None and at < order.valid_until <= at + days(90)


def test_that_every_step_says_why_it_is_refused_before_anybody_asks_for_it() -> None:
    order = granted(world())
    assert refusal(None, ApproveWatch, CHEN) == "先选一张布控单"
    assert refusal(order, ApproveWatch, CHEN) == "生效，没有待审批的申请"
    assert refusal(order, ApproveWatch, WANG) == "审批须带班领导"
    assert refusal(order, ConfirmSpot, FANG) == "不在抽查之列"
    assert refusal(order, WithdrawWatch, WANG) == ""


# --------------------------------------------------------------------------------------------- plates


@pytest.mark.parametrize(
    ("typed", "plate"),
    [("浙j·8t56k", PLATE), (" 浙J 8T56K ", PLATE), ("浙J8T5？K", "浙J8T5-K"), ("浙J8T56—", "浙J8T56-")],
)
def test_that_a_plate_is_understood_however_it_is_typed(typed: str, plate: str) -> None:
    assert one_plate(typed) == plate


@given(st.text(max_size=14))
@settings(max_examples=150)
def test_that_whatever_is_typed_is_one_plate_of_few_readings_or_refused(typed: str) -> None:
    try:
        plate = one_plate(typed)
    except NotOnePlate as why:
        assert str(why)
        return
    assert 1 <= len(readings(plate)) <= 42
    assert plate.count("-") <= 1


def test_that_an_open_character_is_every_plate_it_may_be_and_no_other() -> None:
    found = readings("浙J8T5-K")
    assert PLATE in found and len(found) == 34 and all(p[:5] == "浙J8T5" and p[-1] == "K" for p in found)
    assert readings(PLATE) == (PLATE,)


# ------------------------------------------------------------------------------------------- settings


def test_that_a_site_sets_what_the_defaults_say() -> None:
    rules = control_from({"days": 20, "searches_per_hour": 5, "laws": [" 《某法》 "], "spot_share": 1})
    assert (rules.days, rules.searches_per_hour, rules.laws, rules.spot_share) == (20, 5, ("《某法》",), 1.0)
    assert control_from({}) == DEFAULT


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"dayz": 1}, "control.dayz"),
        ({"days": 0}, "control.days"),
        ({"days": True}, "control.days"),
        ({"days": 60, "most_days": 30}, "不得大于"),
        ({"laws": []}, "control.laws"),
        ({"laws": [3]}, "control.laws"),
        ({"spot_share": 1.5}, "control.spot_share"),
        ({"rows": 2.5}, "整数"),
    ],
)
def test_that_a_setting_that_cannot_be_is_named(table: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        control_from(table)
