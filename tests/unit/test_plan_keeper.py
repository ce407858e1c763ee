"""The plan keeper: asks, publishes, keeps what was checked last, never applies anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.collect.dispatching import dispatch_terms
from services.collect.plan_keeper import PlanKeeper
from services.collect.site import Site, SiteError
from services.domain.boat_proposals import straight_ways
from services.domain.boats import HandInState
from services.domain.dispatch_plan import ConfirmPlan, OfferKind
from services.domain.dispatch_settings import TERMS
from services.domain.fleet_state import places_of
from services.domain.hand_in_case import CancelHandIn
from services.domain.plan_ask_case import AskReplan, AskState, AskWhatIf, Scenario
from services.domain.sea_ways import apart_of
from services.domain.timebase import SHANGHAI
from services.planning.crew import Crew
from services.planning.desk import Desk
from services.planning.desk_words import Job, JobKind, Told, job_from, line_of, told_from
from services.planning.dispatch_problem import posed
from services.planning.greedy import greedy
from services.planning.race import Answer
from services.planning.water_gates import Gate, Gates
from services.planning.water_soon import StraightDistance
from tests.unit.fleet_days import MINUTE, NOW, ONE, TWO, ZHOU, fill, fleet, hand_in, read

SEVEN = "SQ-20261121-07"


class Planner:
    """Answers at the next look, by the real desk over straight lines and the plan of the first moment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.planning.desk.race", self._race)
        self.given: list[Job] = []
        self.job: Job | None = None
        self.is_ready, self.hangs = True, False
        self._told: list[Told] = []

    @staticmethod
    def _race(problem: Any, _crew: Crew, _terms: Any, standing: Any = None, better: Any = None) -> Answer:
        plan = greedy(problem)
        if better is not None:
            better("greedy", plan)
        few = plan if standing else None
        return Answer(plan, plan, few, (), (), 0, {}, 0, 0, 0.0)

    def give(self, job: Job, allowed_s: float, preparing_s: float = 0.0) -> None:
        self.job = job_from(line_of(job))
        self.given.append(self.job)

    def told(self) -> list[Told]:
        if self.job is None:
            return []
        found: list[Told] = []
        if self.hangs:
            found = [Told(self.job.id, done=True, fault="求解超时，已终止")]
        else:
            nobody: Any = lambda: None  # noqa: E731
            Desk(StraightDistance(), nobody, lambda told: found.append(told_from(line_of(told)))).answer(self.job)
        self.job = None
        return found

    def stop(self) -> None:
        self.is_ready = False

    def kinds(self) -> list[JobKind]:
        return [job.kind for job in self.given]


class Watch:
    """A keeper over a store with the small day, looked after second by second."""

    def __init__(self, store: Any, planner: Planner, **day: Any) -> None:
        self.store, self.planner, self.day = store, planner, fleet(**day)
        fill(store, self.day)
        self.keeper = PlanKeeper(store, TERMS, planner, settling_s=0.0)
        self.now = NOW

    def look(self, times: int = 4, step=timedelta(seconds=1)) -> None:
        for _ in range(times):
            self.now += step
            self.keeper.tick(self.now)

    def topic(self, name: str) -> Any:
        return self.store.snapshot(name, self.now).records

    def ask(self, wish, officer=ZHOU):
        return self.store.perform(wish, officer, self.now)


@pytest.fixture
def watch(sqlite_store, monkeypatch):
    return Watch(sqlite_store, Planner(monkeypatch))


def test_that_ways_and_proposals_come_first_and_then_a_plan_for_what_waits(watch):
    watch.look()
    assert watch.planner.kinds()[:2] == [JobKind.WAYS, JobKind.PLAN]
    offers = watch.topic("plan_offers")
    assert [one.kind for one in offers] == [OfferKind.GREEDY, OfferKind.BEST]
    assert all(one.checked and one.served == 2 and one.why == "定时重排" for one in offers)
    assert watch.topic("sea_ways")[0].straight
    assert [p.rank for p in watch.topic("proposals") if p.number == "07"] == [1, 2]


def test_that_an_offer_is_never_applied_by_itself(watch):
    watch.look(times=40)
    assert watch.topic("dispatch_plan") == ()
    assert {one.state for one in watch.topic("hand_in_requests")} == {HandInState.ACCEPTED}


def test_that_what_the_keeper_offers_can_be_confirmed(watch):
    watch.look()
    best = watch.topic("plan_offers")[-1]
    done = watch.ask(ConfirmPlan(offer_id=best.id))
    assert done.done, done.refusal
    given = {one.id: one.vessel_id for one in read(watch.store, watch.day).hand_ins}
    assert given == {stop.request_id: r.vessel_id for r in best.routes for stop in r.stops if stop.request_id}


def test_that_offers_made_from_another_plan_than_that_in_force_are_withdrawn(watch):
    watch.look()
    watch.ask(ConfirmPlan(offer_id=watch.topic("plan_offers")[-1].id))
    watch.look(times=1)
    assert watch.topic("plan_offers") == ()


def test_that_old_offers_are_withdrawn(watch):
    watch.look()
    for one in watch.topic("hand_in_requests"):
        watch.ask(CancelHandIn(case_id=one.id, expected_version=one.version, reason="返航"))
    watch.look(times=2, step=14 * MINUTE / 2)
    assert watch.topic("plan_offers")
    watch.look(times=1, step=2 * MINUTE)
    assert watch.topic("plan_offers") == ()


def test_that_a_plan_is_made_every_five_minutes_while_something_waits(watch):
    watch.look()
    watch.look(times=4, step=MINUTE)
    before = watch.planner.kinds().count(JobKind.PLAN)
    watch.look(times=3, step=MINUTE)
    assert (before, watch.planner.kinds().count(JobKind.PLAN)) == (1, 2)


def test_that_an_officer_who_asks_gets_a_plan_at_once_and_his_ask_is_answered(watch):
    watch.look()
    assert watch.ask(AskReplan(why="渔清 02 失联")).done
    assert watch.ask(AskReplan()).refusal == "正在重排，请稍候"
    watch.look(times=2)
    assert watch.topic("plan_offers")[0].why == "渔清 02 失联"
    assert [ask.state for ask in watch.topic("plan_asks")] == [AskState.ANSWERED]


def test_that_a_collector_that_ends_loses_neither_asks_nor_offers_nor_what_ifs(store, monkeypatch):
    watch = Watch(store, Planner(monkeypatch))
    watch.look()
    watch.ask(AskWhatIf(scenario=Scenario(vessels_out=(ONE,))))
    watch.look(times=2)
    watch.ask(AskReplan(why="换班"))
    watch.keeper.stop()
    before = (watch.topic("plan_offers"), watch.topic("what_ifs"))

    watch.keeper = PlanKeeper(store, TERMS, Planner(monkeypatch), settling_s=0.0)
    assert (watch.topic("plan_offers"), watch.topic("what_ifs")) == before
    watch.ask(AskWhatIf(scenario=Scenario(extra_requests=3)))
    watch.look(times=6)
    assert {ask.state for ask in watch.topic("plan_asks")} == {AskState.ANSWERED}
    assert watch.topic("plan_offers")[0].why == "换班"
    assert [one.words for one in watch.topic("what_ifs")] == ["加 3 件", "渔清 01 停航"]


def test_that_the_last_checked_plan_stays_when_the_solver_hangs_and_the_screen_says_so(watch):
    watch.look()
    before = watch.topic("plan_offers")
    watch.planner.hangs = True
    watch.ask(AskReplan())
    watch.look(times=3)
    after = watch.topic("plan_offers")
    assert [replace(one, note="") for one in after] == list(before)
    assert {one.note for one in after} == {"求解超时，已终止，沿用 14:30 的方案"}
    assert [(ask.state, ask.refusal) for ask in watch.topic("plan_asks")] == [(AskState.FAILED, "求解超时，已终止")]


def test_that_a_first_plan_that_never_came_says_why(watch):
    watch.planner.hangs = True
    watch.look()
    (said,) = watch.topic("plan_offers")
    assert (said.refusal, said.routes) == ("求解超时，已终止", ())
    assert watch.ask(ConfirmPlan(offer_id=said.id)).refusal == "求解超时，已终止"


def test_that_proposals_are_estimates_while_no_process_can_be_had(watch):
    watch.planner.is_ready = False
    watch.store.put_topic("proposals", (), NOW)
    watch.look(times=1)
    assert watch.topic("sea_ways")[0].straight
    assert watch.topic("proposals")
    assert watch.planner.given == []


def test_that_a_what_if_leaves_the_day_as_it_is(watch):
    watch.look()
    before = (watch.topic("hand_in_requests"), watch.topic("plan_offers"), watch.topic("collection_vessels"))
    asked = watch.ask(AskWhatIf(scenario=Scenario(vessels_out=(ONE,), extra_requests=5)))
    watch.look(times=3)
    (found,) = watch.topic("what_ifs")
    assert (found.ask_id, found.words) == (asked.case.id, "渔清 01 停航 · 加 5 件")
    assert (found.base.served + found.base.unserved, found.changed.served + found.changed.unserved) == (2, 7)
    assert all(not route.stops for route in found.offer.routes if route.vessel_id == ONE)
    assert before == (watch.topic("hand_in_requests"), watch.topic("plan_offers"), watch.topic("collection_vessels"))


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (Scenario(), "请先选一种假设"),
        (Scenario(vessels_out=("1",)), "没有收集船 1"),
        (Scenario(warehouses_full=("X",)), "没有云仓 X"),
        (Scenario(wind_bft=13), "风力须在 0 到 12 级之间"),
        (Scenario(extra_requests=900), "加申请须在 0 到 200 件之间"),
    ],
)
def test_that_a_what_if_nobody_can_answer_is_refused(watch, scenario, said):
    assert watch.ask(AskWhatIf(scenario=scenario)).refusal == said


def test_that_wind_keeps_all_vessels_in_port_and_a_full_warehouse_takes_nothing(watch):
    for scenario, reason in ((Scenario(wind_bft=7), "风 7 级，不出港收集"), (Scenario(warehouses_full=("YC-HM",)), "")):
        watch.ask(AskWhatIf(scenario=scenario))
        watch.look(times=4)
        found = watch.topic("what_ifs")[0]
        assert (found.base.served, found.changed.served) == (2, 0)
        assert all(one.text == reason for one in found.offer.unserved if reason)


def test_that_a_lost_vessel_gets_nothing_and_gives_back_what_it_was_under_way_to(sqlite_store, monkeypatch):
    bound = hand_in(9, 121.82, 28.51, HandInState.EN_ROUTE, vessel_id=ONE, vessel_name="渔清 01")
    watch = Watch(sqlite_store, Planner(monkeypatch), hand_ins=(*fleet().hand_ins, bound))
    watch.keeper.lose((ONE,))
    watch.look()
    best = watch.topic("plan_offers")[-1]
    assert {r.vessel_id: len(r.request_ids) for r in best.routes} == {ONE: 0, TWO: 3}
    assert [(m.number, m.from_vessel, m.to_vessel) for m in best.moves if m.from_vessel] == [
        ("09", "渔清 01", "渔清 02")
    ]
    refusals = {p.refusal for p in watch.topic("proposals") if p.vessel_id == ONE}
    assert refusals == {"失联或停航"}


def test_that_a_site_with_weights_that_do_not_add_up_is_refused():
    with pytest.raises(SiteError, match=r"boats\.weights 五项之和须为 1"):
        dispatch_terms(Site(boats={"weights": {"eta": 0.9}}))
    with pytest.raises(SiteError, match=r"boats\.dispatch 不认识的键 'budget'"):
        dispatch_terms(Site(boats={"dispatch": {"budget": 3}}))
    assert dispatch_terms(Site(boats={"dispatch": {"budget_s": 2}})).settings.budget_s == 2.0


def test_that_few_changes_are_offered_beside_the_best_where_hand_ins_have_vessels(sqlite_store, monkeypatch):
    given = hand_in(9, 121.82, 28.51, HandInState.ASSIGNED, vessel_id=ONE, vessel_name="渔清 01")
    watch = Watch(sqlite_store, Planner(monkeypatch), hand_ins=(*fleet().hand_ins, given))
    watch.look()
    assert [one.kind for one in watch.topic("plan_offers")] == list(OfferKind)


def test_that_a_plan_the_checker_refuses_is_never_shown(watch, monkeypatch):
    def lying(problem: Any, *_: Any) -> Answer:
        plan = replace(greedy(problem), cost=1)
        return Answer(plan, plan, None, (), (), 0, {}, 0, 0, 0.0)

    monkeypatch.setattr("services.planning.desk.race", lying)
    watch.look()
    (said,) = watch.topic("plan_offers")
    assert said.refusal.startswith("方案未通过校验")
    assert said.routes == ()


def test_that_a_vessel_whose_place_no_water_leads_to_is_not_planned_from_there():
    day = fleet()
    places = tuple(places_of(day))
    ways = straight_ways(places, 1.12, NOW)
    rows = enumerate(ways.metres)
    cut = tuple(tuple(-1 if (i == 0) != (j == 0) else m for j, m in enumerate(row)) for i, row in rows)
    ways = replace(ways, metres=cut)
    found = posed(day, ways, apart_of((ways,)))
    plan = greedy(found.problem)
    assert found.problem.unreachable == {0}
    assert [len(route) > 0 for route in plan.routes] == [False, True]


def test_that_a_gate_narrows_the_windows_of_what_lies_in_it_and_says_when_it_never_opens():
    day = fleet()
    ways = straight_ways(tuple(places_of(day)), day.settings.winding, day.now)
    every = ((121.0, 28.0), (122.5, 28.0), (122.5, 29.0), (121.0, 29.0))

    def windows(*gates: Gate) -> tuple[Any, Any]:
        found = posed(day, ways, apart_of((ways,)), Gates(gates))
        return [job.windows for job in found.problem.requests], [one.text for one in found.hopeless]

    opens = (day.now + timedelta(hours=1)).astimezone(SHANGHAI).time()
    closes = (day.now + timedelta(hours=2)).astimezone(SHANGHAI).time()
    narrowed, hopeless = windows(Gate("船闸", every, opens, closes))
    assert hopeless == [] and narrowed
    assert all(3600 - 1 <= begin < end <= 7200 + 1 for spans in narrowed for begin, end in spans)
    ended = (day.now - timedelta(hours=1)).astimezone(SHANGHAI).time()
    began = (day.now - timedelta(hours=2)).astimezone(SHANGHAI).time()
    served, hopeless = windows(Gate("船闸", every, began, ended))
    assert served == [] and hopeless
