"""Clear text and movements: for whom, for how long, with which row. Over both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.domain.alert import Action, Outcome
from services.domain.movement import Movement, TracePerson, nights, stays
from services.domain.officer import Role
from services.domain.reveal import MANY, REASONS, Clear, RevealSubject, reason_of
from services.domain.scope import OUTSIDE
from services.store.schema import case_event
from services.store.store import Store
from tests.unit.homes_world import (
    ELDER_NAME,
    HOME,
    LIN,
    NOW,
    OTHER,
    OWNER,
    RESIDENT,
    ROOM,
    VERIFIED,
    alert_about_lin,
    fill,
    officer,
)

WHY = reason_of(0, "复核登记住址")


@pytest.fixture
def homes(store: Store) -> Store:
    fill(store)
    return store


def reveal(store: Store, kind: str, code: str, field: str, who: Role = Role.DUTY, **more: Any) -> Outcome:
    reason = more.pop("reason", WHY)
    wish = RevealSubject(kind=kind, subject_id=code, field=field, reason=reason)
    return store.perform(wish, officer(who, **more), NOW)


def audit(store: Store) -> list[str]:
    return [entry.text for entry in store.cases("audit")]


@pytest.mark.parametrize(
    ("kind", "code", "field", "value"),
    [
        ("dwelling", HOME, "room", ROOM),
        ("dwelling", HOME, "owner", OWNER),
        ("person", "XQ01R00001", "name", RESIDENT),
        ("elder", "L1", "name", ELDER_NAME),
        ("elder", "L1", "phone2", "13800000002"),
    ],
)
def test_that_a_field_is_shown_for_a_reason_and_the_row_says_which_and_why(homes, kind, code, field, value):
    shown = reveal(homes, kind, code, field).case
    assert isinstance(shown, Clear)
    assert shown.value.unmasked() == value
    assert value not in f"{shown}{shown!r}{shown.value}"
    assert shown.until - NOW == timedelta(seconds=60)
    (row,) = audit(homes)
    assert f"{kind}:{code} {field}：上门核实：复核登记住址" in row
    assert value not in row
    with homes.read() as connection:
        told = "".join(connection.execute(select(case_event.c.body)).scalars())
    assert value not in told


@pytest.mark.parametrize(
    ("who", "more", "refusal"),
    [
        (Role.COMMUNITY_CADRE, {"area": "331002"}, "本岗位不可查看明文"),
        (Role.ANALYST, {}, "本岗位不可查看明文"),
        (Role.WALL, {}, "大屏账号不可操作"),
        (Role.DUTY, {"area": "331002003"}, OUTSIDE),
        (Role.DUTY, {"reason": "复核登记住址"}, "须先选查看理由"),
        (Role.DUTY, {"reason": f"{REASONS[0]}：看"}, "查看明文须写明理由，至少 4 个字"),
    ],
)
def test_that_who_may_not_look_is_refused_and_the_try_is_written_down(homes, who, more, refusal):
    outcome = reveal(homes, "dwelling", HOME, "owner", who, **more)
    assert (outcome.refusal, outcome.case) == (refusal, None)
    assert len(audit(homes)) == 1
    assert refusal in audit(homes)[0]


def test_that_only_the_fields_a_card_masks_can_be_asked(homes):
    for kind, field in (("person", "id_mask"), ("person", "identity"), ("dwelling", "code"), ("alert", "subject")):
        assert reveal(homes, kind, HOME, field).refusal == "该项没有可查看的明文"


def test_that_what_is_not_kept_is_said_and_not_made_up(homes):
    assert reveal(homes, "dwelling", OTHER, "owner").refusal == "库中只存脱敏值，无法还原"
    assert "只存脱敏值" in audit(homes)[0]


def test_that_one_look_more_than_a_shift_explains_is_written_down_by_itself(homes):
    for _ in range(MANY):
        assert not reveal(homes, "dwelling", HOME, "room").case.is_many
    assert reveal(homes, "dwelling", HOME, "room").case.is_many
    assert sum("小时内查看明文 21 次" in text for text in audit(homes)) == 1


# -------------------------------------------------------------------------------------------- movement


def trace(store: Store, alert: str, who: Role = Role.POLICE_ROOM, **more: Any) -> Outcome:
    return store.perform(TracePerson(alert_id=alert), officer(who, **more), NOW + timedelta(minutes=9))


def test_that_the_passages_of_a_verified_cases_person_are_shown_with_their_row(homes):
    alert = alert_about_lin(homes, VERIFIED)
    found = trace(homes, alert).case
    assert isinstance(found, Movement)
    assert (len(found.passes), found.days, found.gates) == (12, 12, ("南门",))
    assert found.alias == "化名 …7c21"
    assert [one.announced for one in found.passes].count(True) == 2
    assert (len(stays(found.passes)), nights(found.passes)) == (6, 6)
    assert any(f"查看通行轨迹 {LIN}：预警 {alert} · 显示 12 次" in text for text in audit(homes))


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        ((), "预警尚未签收"),
        ((Action.SIGN,), "核查未完成"),
        ((Action.SIGN, Action.VERIFY), "核查未完成"),
    ],
)
def test_that_before_the_case_is_verified_nobody_sees_where_its_person_went(homes, steps, refusal):
    alert = alert_about_lin(homes, steps)
    assert trace(homes, alert).refusal == refusal
    assert any(f"拒绝 TracePerson {alert}：{refusal}" in text for text in audit(homes))


@pytest.mark.parametrize(
    ("who", "more", "refusal"),
    [
        (Role.COMMUNITY_CADRE, {"area": "331002002001"}, "本岗位不可查看通行轨迹"),
        (Role.ANALYST, {}, "研判账号只读"),
        (Role.SECADMIN, {}, OUTSIDE),
        (Role.POLICE_ROOM, {"area": "331002003"}, OUTSIDE),
    ],
)
def test_that_a_verified_case_opens_the_way_to_its_own_officers_only(homes, who, more, refusal):
    alert = alert_about_lin(homes, VERIFIED)
    assert trace(homes, alert, who, **more).refusal == refusal


def test_that_no_person_can_be_named_without_an_alert(homes):
    assert trace(homes, "YJ-0000-0000").refusal == OUTSIDE
    assert trace(homes, LIN).refusal == OUTSIDE
