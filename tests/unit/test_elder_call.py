"""The contact chain, away notices, visits and consents of elders: laws that cost a life when they break."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.domain.alert import AlertLevel
from services.domain.away import Away, AwayReason, MoveReturn, ReportAway, ReturnHome
from services.domain.community import CareClass, Elder, Safety
from services.domain.consent import GiveConsent, WithdrawConsent, standings
from services.domain.elder_call import (
    ElderCall,
    EndCall,
    Ending,
    NextStep,
    OpenCall,
    RecordCall,
    Result,
    SendSomebody,
    Step,
    Whom,
)
from services.domain.elder_call_steps import following, joined
from services.domain.elder_contact import ElderContact, FiledConsent
from services.domain.elder_masks import told
from services.domain.elder_terms import ElderTerms
from services.domain.masked import Masked
from services.domain.officer import ENGINE, Officer, Role
from services.domain.timebase import SHANGHAI
from services.domain.visit import AssignVisit, DropVisit, FailVisit, MakeVisit, Planning, PlanVisits, Proof, VisitState
from services.store.store import Store

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=SHANGHAI)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
GRID = Officer("zhou", "周丽", Role.GRID_WORKER, area="331002002001")
WALL = Officer("wall", "大屏", Role.WALL)


def elder(index: int = 1, care: CareClass = CareClass.GENERAL) -> Elder:
    return Elder(
        f"LR{index}", Masked("林小明"), care, "云锦苑", "3 幢", Safety.PENDING, (), None, "", "", "",
        dwelling_id=f"D{index}",
    )  # fmt: skip


def kin(elder_id: str = "LR1", count: int = 2) -> list[ElderContact]:
    return [
        ElderContact(f"{elder_id}-{i}", elder_id, i, "女儿", Masked("陈红"), Masked("13812345678", "138****5678"))
        for i in range(1, count + 1)
    ]


class Desk:
    """One store, one elder or more, a clock."""

    def __init__(self, store: Store, *elders: Elder, contacts: Sequence[ElderContact] = ()) -> None:
        self.store, self.now = store, NOW
        store.put_topic("elder_register", elders, NOW)
        store.put_topic("elders", elders, NOW)
        store.put_topic("elder_contacts", contacts, NOW)
        store.put_topic("elder_terms", (ElderTerms(),), NOW)

    def do(self, wish: Any, officer: Officer = WANG) -> Any:
        outcome = self.store.perform(wish, officer, self.now)
        assert outcome.done, outcome.refusal
        return outcome.case

    def refusal(self, wish: Any, officer: Officer = WANG) -> str:
        outcome = self.store.perform(wish, officer, self.now)
        assert not outcome.done
        return outcome.refusal

    def wait(self, span: timedelta) -> None:
        self.now += span
        while self.store.expire(self.now):
            pass

    def one(self, stream: str) -> Any:
        return self.store.cases(stream)[-1]


def about(case: Any) -> dict[str, Any]:
    return {"case_id": case.id, "expected_version": case.version}


@pytest.fixture
def desk(sqlite_store: Store) -> Desk:
    return Desk(sqlite_store, elder(), contacts=kin())


@pytest.fixture
def chain(desk: Desk) -> ElderCall:
    return desk.do(OpenCall(elder_id="D1", reason="邻居两天没见到"))


# ------------------------------------------------------------------------------------------- chain


def test_that_time_moves_the_chain_on_and_never_ends_it(desk: Desk, chain: ElderCall) -> None:
    assert (chain.step, chain.due_at - NOW, chain.name) == (Step.PHONE, 10 * MINUTE, "林*")
    seen: list[Step] = []
    for _ in range(400):
        desk.wait(MINUTE)
        seen.append(desk.one("elder_call").step)
    assert seen[9:11] == [Step.FAMILY, Step.FAMILY]
    assert Step.AGAIN in seen
    after: ElderCall = desk.one("elder_call")
    assert (after.is_open, after.round >= 4) == (True, True)
    assert Step.DOOR not in seen  # yellow, general: nobody is sent yet, but she is called again and again


def test_that_a_high_risk_elder_gets_somebody_at_the_door_without_waiting(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, elder(care=CareClass.HIGH), contacts=kin())
    desk.do(OpenCall(elder_id="LR1", reason="未接电话"))
    for minutes, step in ((10, Step.FAMILY), (10, Step.DOOR), (30, Step.POLICE)):
        desk.wait(minutes * MINUTE)
        assert desk.one("elder_call").step is step
    desk.wait(20 * MINUTE)
    after: ElderCall = desk.one("elder_call")
    assert (after.is_open, after.overran_at is not None) == (True, True)


def test_that_a_collector_that_slept_skips_no_step(desk: Desk, chain: ElderCall) -> None:
    desk.wait(5 * HOUR)
    after: ElderCall = desk.one("elder_call")
    assert after.step is Step.FAMILY
    assert after.due_at == desk.now + 10 * MINUTE
    (deed,) = [one for one in desk.store.deeds(chain.id) if one.kind == "step_passed"]
    assert deed.fact.late


def test_that_only_a_proven_safe_answer_ends_it(desk: Desk, chain: ElderCall) -> None:
    safe = RecordCall(**about(chain), whom=Whom.FAMILY, result=Result.SAFE)
    assert desk.refusal(safe) == "请写明家属怎么知道的：在一起、见到或刚通过话"
    after = desk.do(RecordCall(**about(chain), whom=Whom.FAMILY, result=Result.SAFE, text="在一起吃饭"))
    assert (after.is_open, after.ending) == (False, Ending.SAFE)
    assert after.calls[0].who == "女儿 陈*"
    assert desk.refusal(NextStep(**about(after))) == "联系链已结束"


def test_that_calls_nobody_takes_go_on_by_themselves(desk: Desk, chain: ElderCall) -> None:
    call = {"whom": Whom.ELDER, "result": Result.NO_ANSWER}
    chain = desk.do(RecordCall(**about(chain), **call))
    assert chain.step is Step.PHONE
    chain = desk.do(RecordCall(**about(chain), **call))
    assert (chain.step, chain.unanswered, chain.due_at) == (Step.FAMILY, 2, NOW + 10 * MINUTE)
    chain = desk.do(RecordCall(**about(chain), whom=Whom.FAMILY, result=Result.BAD_NUMBER))
    assert (chain.step, chain.calls[-1].rank) == (Step.FAMILY, 1)
    chain = desk.do(RecordCall(**about(chain), whom=Whom.FAMILY, result=Result.REJECTED))
    assert (chain.step, chain.calls[-1].rank) == (Step.AGAIN, 2)
    chain = desk.do(NextStep(**about(chain), reason="不放心"))
    assert chain.step is Step.DOOR


def test_that_trouble_and_an_unanswered_door_ask_for_police_at_once(desk: Desk, chain: ElderCall) -> None:
    chain = desk.do(SendSomebody(**about(chain), who="网格员 周丽"))
    assert chain.sent == "网格员 周*"
    chain = desk.do(RecordCall(**about(chain), whom=Whom.GRID, result=Result.NO_ANSWER))
    assert (chain.step, chain.door_unanswered) == (Step.POLICE, True)
    assert desk.refusal(EndCall(**about(chain), ending=Ending.FOUND_WELL, text=" ")) == "请写明怎样确认的"
    assert (
        desk.refusal(EndCall(**about(chain), ending=Ending.FOUND_WELL, text="见到"), GRID) == "结束联系须值班员或警务室"
    )
    chain = desk.do(EndCall(**about(chain), ending=Ending.TO_HOSPITAL, text="开门后送医"))
    assert not chain.is_open
    away: Away = desk.one("away")
    assert (away.reason, away.until, away.elder_id) == (AwayReason.HOSPITAL, date(2026, 11, 28), "LR1")


def test_that_one_elder_has_one_chain_and_two_callers_are_told_of_each_other(desk: Desk, chain: ElderCall) -> None:
    assert desk.refusal(OpenCall(elder_id="LR1", reason="再问")) == f"已在联系（{chain.id}）"
    desk.do(SendSomebody(**about(chain), who="网格员"), LI)
    assert desk.refusal(NextStep(**about(chain))) == "李*已先更新，请看最新"
    assert desk.refusal(OpenCall(elder_id="LR9", reason="?")) == "没有编号为 LR9 的老人"
    assert desk.refusal(OpenCall(elder_id="LR1", reason="?"), WALL) == "大屏账号不可操作"


def test_that_a_robots_call_is_told_once(desk: Desk, chain: ElderCall) -> None:
    call = {"whom": Whom.ELDER, "result": Result.NO_ANSWER, "call_id": "HJ7", "called_at": NOW}
    chain = desk.do(RecordCall(**about(chain), **call), ENGINE)
    assert chain.calls[0].by == "机器人"
    assert desk.refusal(RecordCall(**about(chain), **call), ENGINE) == "该通话已记录"


def test_that_the_cases_can_be_made_anew_from_the_log_alone(desk: Desk, chain: ElderCall) -> None:
    desk.do(RecordCall(**about(chain), whom=Whom.ELDER, result=Result.NO_ANSWER))
    desk.wait(45 * MINUTE)
    before = desk.store.cases("elder_call")
    desk.store.rebuild()
    assert desk.store.cases("elder_call") == before
    desk.wait(2 * HOUR)
    assert desk.one("elder_call").version > before[0].version


@pytest.mark.parametrize("level", [AlertLevel.YELLOW, AlertLevel.ORANGE, AlertLevel.RED])
@pytest.mark.parametrize("step", list(Step))
def test_that_a_higher_level_never_sends_somebody_later(chain: ElderCall, level: AlertLevel, step: Step) -> None:
    order = [Step.AGAIN, Step.PHONE, Step.FAMILY, Step.DOOR, Step.POLICE]
    onward = following(step, level, chain.kin, chain.boxes)
    if step in (Step.DOOR, Step.POLICE):
        assert onward is Step.POLICE
    if level > AlertLevel.YELLOW:
        lower = following(step, AlertLevel.YELLOW, chain.kin, chain.boxes)
        assert order.index(onward) >= order.index(lower)
    assert order.index(joined(chain, level)) >= order.index(chain.step)


# -------------------------------------------------------------------------------------------- away


def test_that_away_takes_one_click_and_ends_by_itself(desk: Desk) -> None:
    report = ReportAway(elder_id="D1", reason=AwayReason.FAMILY, until=date(2026, 11, 23))
    away = desk.do(report)
    assert away.words == "女儿接走 至 23 日"
    assert desk.refusal(report).startswith("已报备外出，11-24 止")
    away = desk.do(MoveReturn(**about(away), until=date(2026, 11, 22)))
    desk.wait(33 * HOUR)
    assert desk.one("away").is_open
    desk.wait(5 * HOUR)  # noted four hours late: she is watched from midnight all the same
    after: Away = desk.one("away")
    assert (after.is_open, after.by_date, after.back_at) == (False, True, datetime(2026, 11, 23, tzinfo=SHANGHAI))


@pytest.mark.parametrize(("until", "said"), [(-1, "返回日期早于今天"), (93, "外出不能超过 92 天，到期再续")])
def test_that_a_day_that_cannot_be_meant_is_refused(desk: Desk, until: int, said: str) -> None:
    day = NOW.date() + timedelta(days=until)
    assert desk.refusal(ReportAway(elder_id="LR1", reason=AwayReason.TRAVEL, until=day)) == said


def test_that_a_notice_during_a_chain_says_who_told_it_and_ends_the_chain(desk: Desk, chain: ElderCall) -> None:
    report = {"elder_id": "LR1", "reason": AwayReason.TRAVEL, "until": date(2026, 11, 25)}
    assert desk.refusal(ReportAway(**report)) == "正在联系老人，请写明由谁告知外出"
    desk.do(ReportAway(**report, told_by="女儿陈红 13812345678"))
    after: ElderCall = desk.one("elder_call")
    assert (after.is_open, after.ending) == (False, Ending.AWAY)
    assert "陈红" not in after.text
    assert "138****5678" in after.text


def test_that_who_comes_back_from_hospital_is_visited_within_a_day(desk: Desk) -> None:
    away = desk.do(ReportAway(elder_id="LR1", reason=AwayReason.HOSPITAL, until=date(2026, 11, 30)))
    desk.do(ReturnHome(**about(away), text="网格员见到"))
    visit = desk.one("visit")
    assert (visit.subject_id, visit.due_at, visit.subject) == ("LR1", NOW + DAY, "林*")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("女儿陈红", "女儿陈*"),
        ("女儿 陈红", "女儿 陈*"),
        ("网格员 周丽", "网格员 周*"),
        ("邻居", "邻居"),
        ("陈红", "陈*"),
        ("在一起吃饭", "在一起吃饭"),
    ],
)
def test_that_names_are_masked_and_relations_kept(typed: str, kept: str) -> None:
    assert told(typed) == kept


# ------------------------------------------------------------------------------------------ visits


def test_that_a_visit_that_failed_stays_due(desk: Desk) -> None:
    plan = Planning("elder", "LR1", "林*", NOW + DAY)
    visit = desk.do(PlanVisits(visits=(plan, plan)), ENGINE)
    assert desk.refusal(PlanVisits(visits=(plan,)), ENGINE) == "已在计划中"
    visit = desk.do(AssignVisit(**about(visit), who="网格员 周丽"))
    assert desk.refusal(FailVisit(**about(visit), reason="敲门无人", again_at=NOW)) == "再访须在七日内"
    visit = desk.do(FailVisit(**about(visit), reason="敲门无人", again_at=NOW + 2 * DAY))
    desk.wait(30 * HOUR)
    visit = desk.one("visit")
    assert (visit.state, visit.overdue_at is not None, len(visit.tries)) == (VisitState.PLANNED, True, 1)
    lacking = MakeVisit(**about(visit), proof=Proof.CHECKED_IN)
    assert desk.refusal(lacking) == "打卡不等于见到本人，请写明见到谁、情况如何"
    visit = desk.do(MakeVisit(**about(visit), proof=Proof.MET, text="精神好"))
    assert (visit.state, visit.on_time) == (VisitState.MADE, False)
    assert desk.refusal(DropVisit(**about(visit), reason="x")) == "探访已了结"


def test_that_other_parts_plan_their_own_kinds(desk: Desk) -> None:
    plans = (Planning("mediation", "JF1", "邻里纠纷", NOW + 7 * DAY, "7 日回访"),
             Planning("floating", "FW1", "出租房", NOW + DAY, "入住走访"))  # fmt: skip
    desk.do(PlanVisits(visits=plans))
    assert {one.kind for one in desk.store.cases("visit")} == {"mediation", "floating"}
    assert desk.refusal(PlanVisits(visits=(Planning("x", "1", "", NOW),))).startswith("不认识的走访种类 x")


# ---------------------------------------------------------------------------------------- consents


def test_that_a_withdrawn_consent_stops_the_watch_and_a_new_paper_begins_it(desk: Desk, chain: ElderCall) -> None:
    filed = FiledConsent("TY1", "LR1", Masked("林小明"), "本人", date(2026, 3, 2), ("water", "door"))
    assert standings([filed], [])["LR1"].allows("door")
    case = desk.do(WithdrawConsent(elder_id="LR1", reason="本人要求"))
    standing = standings([filed], [case])["LR1"]
    assert (standing.why_not, standing.allows("water")) == ("已撤回同意", False)
    assert not desk.one("elder_call").is_open
    assert desk.refusal(WithdrawConsent(elder_id="LR1", reason="再次")) == "已撤回"
    desk.now += MINUTE
    given = desk.do(GiveConsent(elder_id="LR1", signer="林小明", scope=("water",)))
    assert given.id == case.id
    assert standings([filed], [given])["LR1"].allows("water")
    assert not standings([filed], [given])["LR1"].allows("door")
    withdrawn = FiledConsent("TY1", "LR1", Masked("林"), "本人", date(2026, 3, 2), ("water",), date(2026, 12, 1))
    assert standings([withdrawn], [given])["LR1"].why_not == "已撤回同意"
    assert desk.refusal(GiveConsent(elder_id="LR1", signer="", scope=("water",))) == "请写明谁签字"
    assert desk.refusal(GiveConsent(elder_id="LR1", signer="林", scope=("face",))).startswith("可用范围")
