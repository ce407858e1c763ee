"""Clear text and movements: for whom, for how long, with which row."""

from __future__ import annotations

from collections.abc import Iterator
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
    bring,
    fill,
    officer,
)

WHY = reason_of(0, "复核登记住址")


@pytest.fixture
def homes(sqlite_store: Store) -> Store:
    fill(sqlite_store)
    return sqlite_store


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """For tries that are refused: they leave a row in the audit and nothing else."""
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('reveal') / 'store.db'}") as store:
        fill(store)
        yield store


def reveal(store: Store, kind: str, code: str, field: str, who: Role = Role.DUTY, **more: Any) -> Outcome:
    reason = more.pop("reason", WHY)
    wish = RevealSubject(kind=kind, subject_id=code, field=field, reason=reason)
    return store.perform(wish, officer(who, **more), NOW)


def audit(store: Store) -> list[str]:
    return [entry.text for entry in store.cases("audit")]


SHOWN = (
    ("dwelling", HOME, "room", ROOM),
    ("dwelling", HOME, "owner", OWNER),
    ("person", "XQ01R00001", "name", RESIDENT),
    ("elder", "L1", "name", ELDER_NAME),
    ("elder", "L1", "phone2", "13800000002"),
)


def test_that_a_field_is_shown_for_a_reason_and_the_row_says_which_and_why_but_never_the_value(store):
    fill(store)
    for number, (kind, code, field, value) in enumerate(SHOWN, 1):
        shown = reveal(store, kind, code, field).case
        assert isinstance(shown, Clear)
        assert (shown.value.unmasked(), shown.in_shift) == (value, number)
        assert value not in f"{shown}{shown!r}{shown.value}"
        assert shown.until - NOW == timedelta(seconds=60)
        assert any(f"{kind}:{code} {field}：上门核实：复核登记住址" in row for row in audit(store))
    with store.read() as connection:
        told = "".join(connection.execute(select(case_event.c.body)).scalars())
    assert not any(value in told for *_, value in SHOWN)


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
def test_that_who_may_not_look_is_refused_and_the_try_is_written_down(shared, who, more, refusal):
    before = len(audit(shared))
    outcome = reveal(shared, "dwelling", HOME, "owner", who, **more)
    assert (outcome.refusal, outcome.case) == (refusal, None)
    assert len(audit(shared)) == before + 1
    assert any(refusal in text for text in audit(shared))


def test_that_only_the_fields_a_card_masks_can_be_asked(shared):
    for kind, field in (("person", "id_mask"), ("person", "identity"), ("dwelling", "code"), ("alert", "subject")):
        assert reveal(shared, kind, HOME, field).refusal == "该项没有可查看的明文"


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


def test_that_the_passages_of_a_verified_cases_person_are_shown_with_their_row(store):
    fill(store)
    alert = alert_about_lin(store, VERIFIED)
    found = trace(store, alert).case
    assert isinstance(found, Movement)
    assert (len(found.passes), found.days, found.gates) == (12, 12, ("南门",))
    assert found.alias == "化名 …7c21"
    assert [one.announced for one in found.passes].count(True) == 2
    assert (len(stays(found.passes)), nights(found.passes)) == (6, 6)
    assert any(f"查看通行轨迹 {LIN}：预警 {alert} · 显示 12 次" in text for text in audit(store))


def test_that_before_the_case_is_verified_nobody_sees_where_its_person_went(homes):
    alert = alert_about_lin(homes)
    for action, refusal in ((None, "预警尚未签收"), (Action.SIGN, "核查未完成"), (Action.VERIFY, "核查未完成")):
        if action is not None:
            bring(homes, alert, action)
        assert trace(homes, alert).refusal == refusal
        assert any(f"拒绝 TracePerson {alert}：{refusal}" in text for text in audit(homes))


def test_that_a_verified_case_opens_the_way_to_its_own_officers_only(homes):
    alert = alert_about_lin(homes, VERIFIED)
    for who, more, refusal in (
        (Role.COMMUNITY_CADRE, {"area": "331002002001"}, "本岗位不可查看通行轨迹"),
        (Role.ANALYST, {}, "研判账号只读"),
        (Role.SECADMIN, {}, OUTSIDE),
        (Role.POLICE_ROOM, {"area": "331002003"}, OUTSIDE),
    ):
        assert trace(homes, alert, who, **more).refusal == refusal


def test_that_no_person_can_be_named_without_an_alert(shared):
    assert trace(shared, "YJ-0000-0000").refusal == OUTSIDE
    assert trace(shared, LIN).refusal == OUTSIDE
