"""移送: packed, sent, accepted or refused, reported; two deadlines; and what of it reaches the alert."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.domain.alert import Action, Step, Work
from services.domain.case_transfer import (
    AcceptTransfer,
    AskPackage,
    NoteNoPackage,
    NotePackage,
    RefuseTransfer,
    ReportResult,
    SendTransfer,
    State,
    WithdrawTransfer,
)
from services.domain.notice import Occasion, Route
from services.domain.officer import ENGINE, Officer, Role
from services.domain.reasons import ResultCode, ReturnReason
from services.domain.timebase import SHANGHAI
from tests.unit.followup_world import HU, LI, WANG, WU, World, exhaust

SUN = Officer("sun", "孙伟", Role.DEPT_LIAISON, department="生态环境")


@pytest.fixture
def world(sqlite_store):
    return World(sqlite_store)


def about(case):
    return {"case_id": case.id, "expected_version": case.version}


def test_that_nothing_is_sent_before_its_package_is_made(world):
    case = world.packed(ready=False)
    assert case.state is State.PREPARING
    assert world.refused(SendTransfer(**about(case), text="请处理")) == "当前为制包中"
    assert world.refused(NoteNoPackage(**about(case), reason="x"), WANG) == "证据包由系统制作"
    case = world.made(case)
    assert (case.state, case.sha256) == (State.READY, "b" * 64)
    assert "b" * 64 in world.alert().notes[-1].text


def test_that_a_package_that_cannot_be_made_says_why_and_is_asked_for_again(world):
    case = world.packed(ready=False)
    case = world.wish(NoteNoPackage(**about(case), reason="图片目录读不到"), ENGINE)
    assert (case.state, case.reason) == (State.FAILED, "图片目录读不到")
    assert world.wish(AskPackage(**about(case), department="生态环境")).state is State.PREPARING


def test_that_sending_dispatches_the_alert_and_starts_both_deadlines(world):
    case = world.sent()
    alert = world.alert()
    assert (alert.work, alert.department) == (Work.DISPATCHED, "生态环境")
    assert case.due_at == world.now + timedelta(hours=2)
    seventh_working_day = datetime(2026, 12, 2, 17, 30, tzinfo=SHANGHAI)
    assert alert.clock(Step.FEEDBACK).due_at == seventh_working_day
    case = world.wish(AcceptTransfer(**about(case)), WU)
    assert (case.due_at, case.accepted_by) == (seventh_working_day, "吴*")
    assert world.alert().work is Work.ACCEPTED


def test_that_the_result_is_the_feedback_of_the_alert(world):
    case = world.wish(AcceptTransfer(**about(world.sent())), WU)
    lacking = ReportResult(**about(case), result=ResultCode.DONE, text="已责令维修")
    assert world.refused(lacking, WU) == "填写文书号"
    world.after(days=2)
    done = ReportResult(**about(case), result=ResultCode.DONE, text="已责令维修", document="台环责改〔2026〕12号")
    assert world.wish(done, WU).state is State.DONE
    alert = world.alert()
    assert alert.work is Work.FEEDBACK
    assert "台环责改〔2026〕12号" in alert.notes[-1].text
    world.do(WANG, Action.REVIEW)
    assert world.do(WANG, Action.CLOSE, text="已移送处理").work is Work.CLOSED


def test_that_of_two_who_accept_at_once_one_wins_and_the_other_reads_who(world):
    case = world.sent()
    world.wish(AcceptTransfer(**about(case)), WU)
    assert world.refused(AcceptTransfer(**about(case)), SUN) == "吴*已先更新，请看最新"


def test_that_a_refusal_returns_the_alert_and_the_second_asks_for_a_shift_lead(world):
    case = world.sent()
    for round_ in (1, 2):
        refuse = RefuseTransfer(**about(case), reason=ReturnReason.UNCLEAR, text="缺车辆照片")
        case = world.wish(refuse, WU)
        assert (case.state, case.refusals, case.reason) == (State.RETURNED, round_, "任务信息不全：缺车辆照片")
        assert (world.alert().work, world.alert().returns) == (Work.RETURNED, round_)
        running = world.alert().running
        assert (running.step, running.due_at) == (Step.DISPATCH, world.now + timedelta(minutes=30))
        asked = AskPackage(**about(case), department="生态环境")
        if round_ == 2:
            assert world.refused(asked) == "多次退回，须值班长移送"
            assert world.alert().bounced
        case = world.made(world.wish(asked, LI if round_ == 2 else WANG))
        case = world.wish(SendTransfer(**about(case), text="补充照片"), LI)
    assert world.alert().work is Work.DISPATCHED


def test_that_a_refusal_for_another_department_names_it_and_can_go_there(world):
    case = world.sent()
    bare = RefuseTransfer(**about(case), reason=ReturnReason.NOT_OURS)
    assert world.refused(bare, WU) == "填写建议承办单位"
    case = world.wish(RefuseTransfer(**about(case), reason=ReturnReason.NOT_OURS, suggested="公安"), WU)
    case = world.made(world.wish(AskPackage(**about(case), department="公安")))
    case = world.wish(SendTransfer(**about(case), text="请处理"))
    assert (world.alert().department, case.department) == ("公安", "公安")
    assert world.wish(AcceptTransfer(**about(case)), HU).state is State.ACCEPTED


def test_that_a_supporting_department_works_beside_the_leading_one(world):
    lead = world.sent()
    case = world.made(world.wish(AskPackage(alert_id=world.alert_id, department="公安交警")))
    case = world.wish(SendTransfer(**about(case), text="请协助"))
    police = Officer("mei", "梅强", Role.DEPT_LIAISON, department="公安交警")
    case = world.wish(AcceptTransfer(**about(case)), police)
    world.wish(ReportResult(**about(case), result=ResultCode.EDUCATED, text="已劝导"), police)
    assert (world.alert().work, world.alert().department) == (Work.DISPATCHED, "生态环境")
    assert "公安交警反馈 已劝导告知" in world.alert().notes[-1].text
    assert world.wish(AcceptTransfer(**about(lead)), WU).state is State.ACCEPTED


def test_that_one_that_is_worked_on_elsewhere_is_not_sent_past_it(world):
    world.sent()
    why = world.refused(AskPackage(alert_id=world.alert_id, department="市监"))
    assert why == "已派往生态环境，先退回再移送"


def test_that_a_department_sees_and_acts_on_its_own_only(world):
    case = world.packed()
    topic = "case_transfers"
    assert world.store.snapshot(topic, world.now, WU).records == ()
    case = world.wish(SendTransfer(**about(case), text="请处理"))
    assert world.store.snapshot(topic, world.now, WU).records == (case,)
    assert world.store.snapshot(topic, world.now, HU).records == ()
    assert world.refused(AcceptTransfer(**about(case)), HU) == "非本部门移送"
    assert world.refused(AskPackage(alert_id=world.alert_id, department="公安"), WU) == "须值班员"


def test_that_each_deadline_is_noted_once_and_told_to_the_department(world):
    world.store.use_outbox([Route("eco", (Occasion.CASE_LATE, Occasion.TRANSFERRED))], world.now)
    case = world.sent()
    world.after(hours=3)
    world.after(hours=1)
    assert world.alert().escalated
    case = world.store.cases("case_transfer")[0]
    assert case.overdue_at == case.due_at
    case = world.wish(AcceptTransfer(**about(case)), WU)
    assert case.overdue_at is None
    world.after(days=12)
    case = world.store.cases("case_transfer")[0]
    assert case.overdue_at == case.due_at
    told = [(one.occasion, one.news.title) for one in world.store.outbox.newest(9)]
    assert told.count((Occasion.CASE_LATE, "尾气超标 38.2 % 逾期未接收")) == 1
    assert told.count((Occasion.CASE_LATE, "尾气超标 38.2 % 逾期未反馈")) == 1
    assert sum(occasion is Occasion.TRANSFERRED for occasion, _ in told) == 1


def test_that_a_withdrawn_transfer_is_told_to_nobody_any_more(world):
    world.store.use_outbox([Route("eco", (Occasion.TRANSFERRED,))], world.now)
    case = world.sent()
    (told,) = world.store.outbox.due("eco", world.now, 9)
    assert world.refused(WithdrawTransfer(**about(case), reason=" ")) == "请写明撤回原因"
    world.wish(WithdrawTransfer(**about(case), reason="重复"))
    assert world.store.outbox.why_not(told) == "移送已了结"


def test_that_a_made_package_is_not_made_twice(world):
    case = world.packed()
    again = NotePackage(**about(case), sha256="c" * 64, sm3="", size=1, log_seq=9, exhibits=())
    assert world.refused(again, ENGINE) == "当前为待移送"


def test_that_the_log_rebuilds_to_the_same(world):
    world.wish(AcceptTransfer(**about(world.sent())), WU)
    before = (world.store.cases("case_transfer"), world.alert())
    world.store.rebuild()
    assert (world.store.cases("case_transfer"), world.alert()) == before


def test_that_of_two_desks_that_accept_in_the_same_moment_one_wins(store):
    world = World(store)
    case = world.sent()
    both = threading.Barrier(2)

    def accept(officer):
        both.wait()
        return store.perform(AcceptTransfer(**about(case)), officer, world.now).refusal

    with ThreadPoolExecutor(2) as desks:
        said = sorted(desks.map(accept, (WU, SUN)))
    assert said[0] == ""
    assert said[1].endswith("已先更新，请看最新")
    assert len(store.deeds(case.id)) == case.version + 1


def test_that_another_department_reads_nothing_of_what_was_done_in_it(world):
    case = world.sent()
    assert world.store.deeds(case.id, HU) == ()
    assert world.store.deeds(case.id, WU) == world.store.deeds(case.id)


def test_that_only_what_checkpoints_saw_is_packed(world):
    world.verified(replace(exhaust(), scene="community"))
    assert world.refused(AskPackage(alert_id=world.alert_id, department="公安")) == "只为卡口预警制作证据包"
