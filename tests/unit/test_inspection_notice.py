"""告知复检: issued, running, inspected, overdue; and what of it reaches the alert and the gateway."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain.alert import Action, Step, Work
from services.domain.followup_terms import TERMS, terms_from
from services.domain.happening import HappeningKind
from services.domain.inspection_notice import IssueNotice, NoteFurther, State, WithdrawNotice
from services.domain.inspection_texts import Way
from services.domain.levels import Limit, WorkCalendar
from services.domain.notice import Occasion, Route
from services.domain.officer import ENGINE
from tests.unit.followup_world import HU, LI, PLATE, WANG, WU, World, exhaust


@pytest.fixture
def world(sqlite_store):
    return World(sqlite_store)


def test_that_a_notice_dispatches_its_alert_with_the_deadline_as_the_time_to_feed_back(world):
    notice = world.issued(way=Way.SMS, owner="林小明", phone="13812345678")
    alert = world.alert()
    assert (alert.work, alert.department) == (Work.DISPATCHED, "生态环境")
    assert notice.due_at == world.now + timedelta(days=30)
    assert alert.running.step is Step.FEEDBACK
    assert alert.running.due_at == notice.due_at
    assert alert.clock(Step.ONSITE) is None
    assert alert.clock(Step.CLOSE).due_at > notice.due_at


def test_that_the_record_holds_only_masks_of_the_owner(world):
    notice = world.issued(owner="林小明", phone="13812345678")
    assert (notice.owner, notice.phone) == ("林*", "138****5678")
    kept = repr(world.store.deeds(notice.id))
    assert "林小明" not in kept
    assert "13812345678" not in kept


def test_that_the_text_asks_for_an_inspection_and_is_no_fine(world):
    notice = world.issued(way=Way.SMS)
    assert "请于2026年12月23日前到车管所或检测站检验" in notice.text
    assert "罚款" not in notice.text
    assert PLATE not in notice.text
    assert "浙J·7**5X" in notice.text


def test_that_a_sign_names_no_vehicle_and_a_letter_names_the_reading(world):
    sign = world.issued(way=Way.SIGN)
    assert "浙" not in sign.text
    world.wish(WithdrawNotice(case_id=sign.id, expected_version=sign.version, reason="改发信函"))
    letter = world.wish(IssueNotice(alert_id=world.alert_id, way=Way.LETTER))
    assert "不透光度 % 38.2，限值 ≤ 30" in letter.text


def test_that_the_text_message_goes_out_by_the_outbox_and_not_after_the_matter_ended(world):
    world.store.use_outbox([Route("sms", (Occasion.OWNER_TOLD,))], world.now)
    notice = world.issued(way=Way.SMS)
    (told,) = world.store.outbox.due("sms", world.now, 9)
    assert (told.alert_id, told.occasion, told.news.words) == (notice.id, Occasion.OWNER_TOLD, notice.text)
    assert world.store.outbox.why_not(told) == ""
    world.wish(WithdrawNotice(case_id=notice.id, expected_version=notice.version, reason="车已报废"))
    assert world.store.outbox.why_not(told) == "告知已了结"


def test_that_a_passed_reinspection_is_the_feedback_of_the_alert_and_an_officer_closes_it(world):
    notice = world.issued()
    world.after(days=9)
    notice = world.wish(world.inspected(notice, passed=True, result_id="FJ-1"), ENGINE)
    assert notice.state is State.PASSED
    alert = world.alert()
    assert alert.work is Work.FEEDBACK
    assert "复检合格 · 椒江检测站" in alert.notes[-1].text
    assert alert.notes[-1].by == "系统"
    assert alert.clock(Step.FEEDBACK).late_at is None
    world.do(WANG, Action.REVIEW)
    assert world.do(WANG, Action.CLOSE, text="复检合格").work is Work.CLOSED


def test_that_one_not_passed_is_inspected_again_with_time_to_repair(world):
    notice = world.issued()
    world.after(days=28)
    notice = world.wish(world.inspected(notice, passed=False, result_id="FJ-1"), ENGINE)
    assert notice.state is State.FAILED
    assert notice.due_at == world.now + timedelta(days=10)
    assert world.alert().running.due_at == notice.due_at
    world.after(days=5)
    notice = world.wish(world.inspected(notice, passed=True, result_id="FJ-2"), ENGINE)
    assert [one.passed for one in notice.inspections] == [False, True]
    assert world.alert().work is Work.FEEDBACK


def test_that_a_missed_deadline_escalates_the_alert_once_and_tells_the_department(world):
    world.store.use_outbox([Route("eco", (Occasion.LATE, Occasion.CASE_LATE), department="生态环境")], world.now)
    notice = world.issued()
    world.after(days=31)
    world.after(days=1)
    notice = next(one for one in world.store.cases("inspection_notice") if one.id == notice.id)
    assert notice.overdue_at == notice.due_at
    assert world.alert().escalated
    told = [one.occasion for one in world.store.outbox.due("eco", world.now, 9)]
    assert told.count(Occasion.CASE_LATE) == 1
    assert told.count(Occasion.LATE) == 1


def test_that_an_overdue_notice_can_still_be_passed(world):
    notice = world.issued()
    world.after(days=31)
    notice = world.store.cases("inspection_notice")[0]
    assert world.wish(world.inspected(notice, passed=True), ENGINE).state is State.PASSED
    assert world.alert().work is Work.FEEDBACK


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rule_id": "R-CKP-09"}, "本类预警不以告知复检办理"),
        ({"links": ()}, "没有可告知的车辆"),
        ({"department": ""}, "预警没有承办单位"),
    ],
)
def test_that_only_what_a_reinspection_ends_gets_a_notice(world, change, why):
    world.verified(replace(exhaust(), **change))
    assert world.refused(IssueNotice(alert_id=world.alert_id)) == why


def test_that_an_alert_is_signed_and_verified_first(world):
    world.find()
    assert world.refused(IssueNotice(alert_id=world.alert_id)) == "先核查"
    assert world.refused(IssueNotice(alert_id=world.alert_id), WU) == "须值班员"


def test_that_one_vehicle_has_one_open_notice_for_a_matter(world):
    notice = world.issued()
    assert world.refused(IssueNotice(alert_id=world.alert_id)) == f"该车已有未了结的告知 {notice.id}"


def test_that_a_second_finding_while_the_notice_runs_is_linked_to_it(world):
    notice = world.issued()
    first = world.alert_id
    again = world.find(exhaust(rule="R-CKP-02", number=2))
    notice = world.wish(NoteFurther(case_id=notice.id, expected_version=notice.version, alert_id=again.id), ENGINE)
    assert notice.further == (again.id,)
    assert again.id in world.alert(first).notes[-1].text
    repeated = NoteFurther(case_id=notice.id, expected_version=notice.version, alert_id=again.id)
    assert world.refused(repeated, ENGINE) == "与本告知无关"
    assert world.refused(repeated, WANG) == "由系统记录"


def test_that_an_inspection_before_the_notice_or_after_now_is_none_of_it(world):
    notice = world.issued()
    early = replace(world.inspected(notice, passed=True), inspected_at=notice.issued_at - timedelta(hours=1))
    assert world.refused(early, ENGINE) == "检验早于告知，不算复检"
    ahead = replace(world.inspected(notice, passed=True), inspected_at=world.now + timedelta(hours=1))
    assert world.refused(ahead, ENGINE) == "检验时间晚于现在"


def test_that_a_department_sees_and_enters_only_its_own(world):
    notice = world.issued()
    assert world.refused(world.inspected(notice, passed=True), HU) == "非本部门告知"
    topic = "inspection_notices"
    assert world.store.snapshot(topic, world.now, WU).records == (notice,)
    assert world.store.snapshot(topic, world.now, HU).records == ()
    assert world.wish(world.inspected(notice, passed=True), WU).state is State.PASSED


def test_that_of_two_who_act_at_once_one_wins(world):
    notice = world.issued()
    world.wish(WithdrawNotice(case_id=notice.id, expected_version=notice.version, reason="误告"))
    assert world.refused(world.inspected(notice, passed=True), LI) == "王*已先更新，请看最新"


def test_that_the_deadline_is_a_setting_and_may_count_working_days(world):
    holiday = WorkCalendar(holidays=frozenset({(world.now + timedelta(days=1)).date()}))
    terms = terms_from({"notice": "2wd"}, holiday)
    world.store.put_topic("followup_terms", [terms], world.now)
    notice = world.issued()
    assert (notice.due_at.date() - world.now.date()).days == 3
    assert terms_from({}, WorkCalendar()).notice == TERMS.notice == Limit(timedelta(days=30))


@pytest.mark.parametrize(
    ("table", "why"),
    [({"notice": "30"}, "followup.notice 须写作"), ({"bounces": 0}, "followup.bounces"), ({"x": 1}, "followup.x")],
)
def test_that_a_wrong_setting_is_named(table, why):
    with pytest.raises(ValueError, match=why):
        terms_from(table, WorkCalendar())


def test_that_the_log_rebuilds_to_the_same_and_its_chain_holds(world):
    notice = world.issued()
    world.after(days=31)
    notice = world.store.cases("inspection_notice")[0]
    world.wish(world.inspected(notice, passed=True), ENGINE)
    before = (world.store.cases("inspection_notice"), world.alert())
    world.store.rebuild()
    assert (world.store.cases("inspection_notice"), world.alert()) == before
    assert world.store.verify_chain() is None
    kinds = [one.kind for one in world.store.happenings(world.alert_id)]
    assert kinds.count(HappeningKind.FED_BACK) == 1
