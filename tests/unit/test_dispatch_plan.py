"""派船: one plan in force, changed by one officer at a time, told to the hand-ins in the same breath."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.domain.boats import HandInState
from services.domain.dispatch_plan import (
    AssignVessel,
    ConfirmPlan,
    LockStop,
    ReassignVessel,
    ReorderRoute,
    UnlockStop,
)
from services.domain.hand_in_case import CancelHandIn
from tests.unit.fleet_days import CADRE, NOW, ONE, TWO, WU, ZHOU, fill, fleet, hand_in, offer, read, warehouse

SEVEN, EIGHT, NINE = (f"SQ-20261121-{n:02d}" for n in (7, 8, 9))


class Desk:
    """A store with the small day in it, and a dispatcher before it."""

    def __init__(self, store: Any, **day: Any) -> None:
        self.store, self.day = store, fleet(**day)
        fill(store, self.day)

    def state(self):
        return read(self.store, self.day)

    def plan(self):
        plan = self.state().plan
        assert plan is not None
        return plan

    def version(self) -> int:
        return self.state().base_version

    def ask(self, wish, officer=ZHOU, at=NOW):
        return self.store.perform(wish, officer, at)

    def done(self, kind, officer=ZHOU, at=NOW, **about):
        outcome = self.ask(kind(expected_version=self.version(), **about), officer, at)
        assert outcome.done, outcome.refusal
        return outcome.case

    def refused(self, kind, officer=ZHOU, at=NOW, **about) -> str:
        about.setdefault("expected_version", self.version())
        return self.ask(kind(**about), officer, at).refusal

    def offers(self, *offers):
        self.store.put_topic("plan_offers", offers, NOW)

    def hand_in(self, request_id):
        found = self.state().hand_in(request_id)
        assert found is not None
        return found


@pytest.fixture
def desk(sqlite_store):
    return Desk(sqlite_store)


def test_that_a_confirmed_offer_is_in_force_and_its_hand_ins_have_their_vessels(store):
    desk = Desk(store)
    desk.offers(offer(desk.day, [(SEVEN, ONE), (EIGHT, ONE)]))
    plan = desk.done(ConfirmPlan, offer_id="o1")
    assert plan.id.startswith("JH-261121-")
    assert (plan.version, plan.confirmed_by, plan.is_open) == (1, "周*", True)
    seven = desk.hand_in(SEVEN)
    assert (seven.state, seven.vessel_id, seven.vessel_name) == (HandInState.ASSIGNED, ONE, "渔清 01")
    assert seven.eta == plan.route(ONE).stops[0].begin_at
    assert seven.window_to is not None and seven.eta is not None
    assert timedelta(minutes=10) <= seven.window_to - seven.eta < timedelta(minutes=15)
    assert plan.vessel_of(EIGHT) == ONE


def test_that_of_two_dispatchers_who_confirm_one_wins_and_the_other_is_told_who_and_what(store):
    desk = Desk(store)
    desk.offers(offer(desk.day, [(SEVEN, ONE)]), offer(desk.day, [(SEVEN, TWO)], "o2"))
    first = desk.ask(ConfirmPlan(offer_id="o1", expected_version=0), ZHOU)
    second = desk.ask(ConfirmPlan(offer_id="o2", expected_version=0), WU)
    assert first.done
    assert second.refusal == "周* 14:30 已先更新：确认少变动 · 1 件 · 改派 0，请看最新"
    assert desk.hand_in(SEVEN).vessel_id == ONE


def test_that_an_offer_made_from_an_older_plan_is_refused_and_a_new_one_advised(desk):
    desk.offers(offer(desk.day, [(SEVEN, ONE)]), offer(desk.day, [(SEVEN, TWO)], "o2"))
    desk.done(ConfirmPlan, offer_id="o1")
    said = desk.refused(ConfirmPlan, WU, offer_id="o2")
    assert said == "方案按计划第 0 版算出，现为第 1 版（周* 确认少变动 · 1 件 · 改派 0），请重排后再确认"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"checked": False}, "此方案未经校验，不能确认"),
        ({"refusal": "求解超时，沿用上一方案"}, "求解超时，沿用上一方案"),
    ],
)
def test_that_an_offer_without_a_check_or_without_a_plan_is_refused(desk, changes, said):
    desk.offers(replace(offer(desk.day, [(SEVEN, ONE)]), **changes))
    assert desk.refused(ConfirmPlan, offer_id="o1") == said


def test_that_an_offer_that_is_no_longer_there_is_refused(desk):
    assert desk.refused(ConfirmPlan, offer_id="gone") == "此方案已被新一轮替换，请看最新"


def test_that_an_offer_with_a_cancelled_hand_in_is_refused(desk):
    desk.offers(offer(desk.day, [(SEVEN, ONE), (EIGHT, ONE)]))
    version = desk.hand_in(EIGHT).version
    assert desk.ask(CancelHandIn(case_id=EIGHT, expected_version=version, reason="船已返航")).done
    assert desk.refused(ConfirmPlan, offer_id="o1") == "申请 08 已取消，请重排后再确认"
    assert desk.hand_in(SEVEN).state is HandInState.ACCEPTED


def test_that_an_offer_for_another_mass_than_is_filed_is_refused(desk):
    day = replace(desk.day, hand_ins=(hand_in(7, 121.81, 28.52, est_t=0.9), desk.day.hand_ins[1]))
    desk.offers(offer(day, [(SEVEN, ONE)]))
    assert desk.refused(ConfirmPlan, offer_id="o1") == "申请 07 的量或位置已变，请重排后再确认"


def test_that_an_old_offer_is_refused_because_the_vessels_are_elsewhere_by_now(desk):
    desk.offers(offer(desk.day, [(SEVEN, ONE)]))
    said = desk.refused(ConfirmPlan, at=NOW + timedelta(minutes=16), offer_id="o1")
    assert said == "方案是 14:30 的，船位已变，请重排后再确认"


def test_that_a_plan_of_the_next_day_is_a_case_of_its_own_and_ends_the_old_one(desk):
    desk.offers(offer(desk.day, [(SEVEN, ONE)]))
    first = desk.done(ConfirmPlan, offer_id="o1")
    tomorrow = NOW + timedelta(days=1)
    desk.offers(offer(desk.state(), [(SEVEN, ONE), (EIGHT, ONE)], "o2", made_at=tomorrow))
    second = desk.done(ConfirmPlan, at=tomorrow, offer_id="o2")
    plans = {one.id: one for one in desk.store.snapshot("dispatch_plan", tomorrow).records}
    assert second.parent == first.id
    assert [plans[first.id].is_open, plans[second.id].is_open] == [False, True]


def test_that_assigning_the_first_proposal_needs_no_reason(desk):
    plan = desk.done(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    assert plan.last_change == "派 07 → 渔清 01"
    assert desk.hand_in(SEVEN).vessel_name == "渔清 01"
    assert plan.route(ONE).request_ids == (SEVEN,)


def test_that_another_vessel_than_the_first_needs_a_reason_and_is_counted(desk):
    assert desk.refused(AssignVessel, request_id=SEVEN, vessel_id=TWO) == "首选是 渔清 01，另选须写明理由"
    desk.done(AssignVessel, request_id=SEVEN, vessel_id=TWO, reason="船东熟识")
    with desk.store.read() as reader:
        from services.store.deeds import deeds

        facts = [deed.fact for deed in deeds(reader, desk.plan().id)]
    override = facts[-1]
    assert (override.proposed_vessel, override.chosen_vessel, override.reason) == ("渔清 01", "渔清 02", "船东熟识")


def test_that_a_vessel_that_may_not_go_cannot_be_sent(sqlite_store):
    from tests.unit.fleet_days import vessel

    desk = Desk(sqlite_store, vessels=(vessel(licence_until=NOW), vessel(TWO, "渔清 02")))
    said = desk.refused(AssignVessel, request_id=SEVEN, vessel_id=ONE, reason="近")
    assert said == "渔清 01 不能去：许可已过期"


def test_that_a_vessel_is_not_sent_where_all_warehouses_are_full(sqlite_store):
    desk = Desk(sqlite_store, warehouses=(warehouse(level_pct=89.0),))
    said = desk.refused(AssignVessel, request_id=SEVEN, vessel_id=ONE, reason="近")
    assert said.startswith("渔清 01 不能去：无云仓能收下")


def test_that_a_hand_in_whose_ways_are_not_known_yet_waits_a_moment(desk):
    desk.store.put_topic("sea_ways", (), NOW)
    said = desk.refused(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    assert said == "水上航程还在计算，请稍候再派"


def test_that_reassigning_needs_a_reason_and_takes_it_off_the_other_route(desk):
    desk.done(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    assert desk.refused(ReassignVessel, request_id=SEVEN, vessel_id=TWO, reason=" ") == "改派须写明理由"
    plan = desk.done(ReassignVessel, request_id=SEVEN, vessel_id=TWO, reason="01 机器故障")
    assert (plan.route(ONE).request_ids, plan.route(TWO).request_ids) == ((), (SEVEN,))
    seven = desk.hand_in(SEVEN)
    assert (seven.vessel_id, seven.reason) == (TWO, "01 机器故障")
    assert seven.reached(HandInState.REASSIGNED) == NOW


def test_that_assign_and_reassign_are_not_taken_for_each_other(desk):
    assert desk.refused(ReassignVessel, request_id=SEVEN, vessel_id=TWO, reason="近") == "申请 07 尚未派船，请用派船"
    desk.done(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    assert desk.refused(AssignVessel, request_id=SEVEN, vessel_id=TWO) == "申请 07 已派 渔清 01，请用改派"
    assert desk.refused(ReassignVessel, request_id=SEVEN, vessel_id=ONE, reason="近") == "申请 07 已由 渔清 01 收集"


def test_that_a_route_is_sailed_in_the_order_the_dispatcher_gives(desk):
    desk.done(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    desk.done(AssignVessel, request_id=EIGHT, vessel_id=ONE, reason="同路")
    before = desk.plan().route(ONE)
    plan = desk.done(ReorderRoute, vessel_id=ONE, request_ids=before.request_ids[::-1], reason="08 先返航")
    after = plan.route(ONE)
    assert after.request_ids == before.request_ids[::-1]
    assert [stop.begin_at for stop in after.stops] == sorted(stop.begin_at for stop in after.stops)
    assert desk.refused(ReorderRoute, vessel_id=ONE, request_ids=after.request_ids) == "次序未变"
    assert desk.refused(ReorderRoute, vessel_id=ONE, request_ids=(SEVEN,)).endswith("未开始的申请已变，请看最新")


def test_that_a_locked_stop_keeps_its_vessel_and_its_place(desk):
    desk.done(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    desk.done(AssignVessel, request_id=EIGHT, vessel_id=ONE, reason="同路")
    first, second = desk.plan().route(ONE).request_ids
    desk.done(LockStop, request_id=first)
    number = desk.hand_in(first).number
    assert desk.refused(LockStop, request_id=first) == "已锁定"
    assert desk.refused(ReorderRoute, vessel_id=ONE, request_ids=(second, first)) == f"申请 {number} 已锁定，先解锁"
    assert desk.refused(ReassignVessel, request_id=first, vessel_id=TWO, reason="x") == f"申请 {number} 已锁定，先解锁"
    desk.done(UnlockStop, request_id=first)
    desk.done(ReorderRoute, vessel_id=ONE, request_ids=(second, first))


def test_that_only_dispatchers_and_the_duty_change_the_plan(desk):
    assert desk.refused(AssignVessel, CADRE, request_id=SEVEN, vessel_id=ONE)
    assert desk.state().plan is None


def test_that_a_change_on_an_old_version_is_told_who_and_what(desk):
    desk.done(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    said = desk.refused(AssignVessel, WU, request_id=EIGHT, vessel_id=ONE, expected_version=0)
    assert said == "周* 14:30 已先更新：派 07 → 渔清 01，请看最新"


def test_that_the_plan_can_be_made_anew_from_the_log(desk):
    desk.done(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    desk.done(AssignVessel, request_id=EIGHT, vessel_id=TWO, reason="均衡")
    before, seven = desk.plan(), desk.hand_in(SEVEN)
    desk.store.rebuild()
    assert (desk.plan(), desk.hand_in(SEVEN)) == (before, seven)


def test_that_a_new_hand_in_is_never_put_before_a_locked_stop(sqlite_store):
    near = hand_in(9, 121.801, 28.501)
    desk = Desk(sqlite_store, hand_ins=(*fleet().hand_ins, near))
    desk.done(AssignVessel, request_id=SEVEN, vessel_id=ONE)
    desk.done(LockStop, request_id=SEVEN)
    plan = desk.done(AssignVessel, request_id=NINE, vessel_id=ONE)
    assert plan.route(ONE).request_ids == (SEVEN, NINE)
