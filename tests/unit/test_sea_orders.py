"""Orders from the desk to the vessels of the demo bay: taken once, as a whole, and sailed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from services.collect.hand_ins import HandIns
from services.collect.vessel_orders import VesselOrders
from services.district.http import BadQuestionError
from services.district.part import DistrictSettings
from services.district.sea import Sea
from services.domain.boat_proposals import straight_ways
from services.domain.boats import LIMITS, HandInRequest, Pollutant
from services.domain.dispatch_plan import AssignVessel, DispatchPlan, OfferKind, PlanStop, StopKind, VesselRoute
from services.domain.fleet_state import FleetState, places_of
from services.domain.hand_in_case import AcceptHandIn, CancelHandIn, FileHandIn
from services.domain.snapshot import Quality
from services.domain.timebase import Timebase
from services.domain.vessel_orders import orders_for
from services.sources import boats_read
from services.sources.boat_orders import OrdersError
from services.store.store import Store
from tests.unit.hand_in_world import DISPATCHER, S, on, states
from tests.unit.test_hand_in_keeper import assigned, done, set_aside
from tests.unit.test_sea import START, after, bay, history

SHIPS = {nth: 413_300_100 + nth for nth in range(1, 6)}


class Bay:
    """A demo bay whose clock is set by hand."""

    def __init__(self) -> None:
        self.time = _Hand(START)
        self.sea = Sea(DistrictSettings(boats=200, timebase=self.time, hand_in_factor=1e-6), water=bay())

    def at(self, minutes: float) -> datetime:
        self.time.set(after(self.sea, minutes))
        return self.time.now()

    def id_of(self, number: str) -> str:
        return next(h.id for h in self.sea.dispatch(START).hand_ins if h.id == f"SQ-20261121-{number}")

    def row(self, number: str) -> HandInRequest:
        now, found = self.time.now(), self.id_of(number)
        batch = boats_read.hand_ins({"cursor": "", **self.sea.requests(now)}, now)
        assert not batch.refused
        return next(r for r in batch.states["filed_hand_ins"] if r.id == found)

    def order(self, vessels: Mapping[int, Sequence[str]], version: int = 1, **more: Any) -> Sequence[str]:
        rows = [{"mmsi": SHIPS[nth], "stops": [self.stop(s) for s in stops]} for nth, stops in vessels.items()]
        body = {"plan": "JH-1", "version": version, "vessels": rows, "filed": [], "accepted": [], "ended": []} | more
        return self.sea.order({}, body)["refused"]  # type: ignore[index]

    def stop(self, name: str) -> Mapping[str, Any]:
        if name.startswith("YC"):
            return {"kind": "unload", "warehouse": name}
        return {"kind": "collect", "id": self.id_of(name) if len(name) == 2 else name, "window_to": None}


class _Hand(Timebase):
    """``Timebase`` is frozen: the moment lies outside it."""

    __slots__ = ()
    moments: ClassVar[dict[int, datetime]] = {}

    def __init__(self, start: datetime) -> None:
        super().__init__(0.0, start, 0.0)

    def set(self, at: datetime) -> None:
        self.moments[id(self)] = at

    def now(self) -> datetime:
        return self.moments.get(id(self), self.start)


def test_that_t3_sails_as_the_dispatcher_ordered_and_comes_alongside_in_minutes():
    it = Bay()
    it.at(2)
    assert it.order({3: ["11", "08"]}) == []
    assert it.row("11").vessel_name == "渔清 03"
    it.at(7)
    assert states(it.row("11"))[:5] == ["FILED", "ACCEPTED", "ASSIGNED", "EN_ROUTE", "ALONGSIDE"]
    it.at(60 * 48)
    assert states(it.row("11")) == [s.value for s in tuple(S)[:14]]


def test_that_the_same_orders_said_again_change_nothing():
    it, once = Bay(), Bay()
    for bay_ in (it, once):
        bay_.at(2)
        bay_.order({3: ["11", "08"], 1: ["09"]})
    for minute in (2, 3, 9, 20):
        it.at(minute)
        it.order({3: ["11", "08"], 1: ["09"]}, version=1 if minute < 9 else 2)
    now = after(it.sea, 300)
    assert history(it.sea, now) == history(once.sea, now)


def test_that_an_older_version_of_the_plan_is_not_taken():
    it = Bay()
    it.at(2)
    it.order({3: ["11", "08"]}, version=4)
    assert it.order({3: ["08"]}, version=3) == ["计划 JH-1 已有第 4 版，不收第 3 版"]
    assert it.row("11").state is S.ASSIGNED


def test_that_a_hand_in_moved_under_way_is_reassigned_and_its_vessel_turns_round():
    it = Bay()
    it.at(12)
    it.order({3: ["10"], 2: ["06"], 1: ["12"]})
    it.at(14)
    assert it.row("12").state is S.EN_ROUTE
    it.order({3: ["12", "10"], 1: []}, version=2)
    row = it.row("12")
    assert states(row)[-2:] == ["REASSIGNED", "ASSIGNED"]
    assert row.vessel_name == "渔清 03"
    here = next(v for v in it.sea.vessels(it.time.now())["vessels"] if v["name"] == "渔清 01")
    it.at(30)
    there = next(v for v in it.sea.vessels(it.time.now())["vessels"] if v["name"] == "渔清 01")
    assert (there["lon"], there["lat"]) == pytest.approx((here["lon"], here["lat"]), abs=0.001)


def test_that_what_has_begun_stays_and_the_rest_is_the_list():
    it = Bay()
    it.at(5)
    it.order({2: ["09", "YC-DC", "06"]})
    legs = [w for w in it.sea.dispatch(it.time.now()).ships[1].known(it.time.now()) if w.end > it.time.now()]
    told = [(w.kind.value, w.number or (w.depot.id if w.depot else "")) for w in legs]
    assert told[:6] == [
        ("collect", "05"), ("sail", "09"), ("collect", "09"), ("sail", "YC-DC"), ("unload", "YC-DC"), ("sail", "06"),
    ]  # fmt: skip


def test_that_what_is_ended_at_the_desk_ends_at_sea():
    it = Bay()
    it.at(13)
    ended = [{"id": it.id_of("12"), "state": "CANCELLED", "at": it.time.now().timestamp(), "reason": "船东来电"}]
    assert it.order({}, ended=ended) == []
    assert it.row("12").state is S.CANCELLED
    assert it.row("12").reason == "船东来电"
    it.at(25)
    assert states(it.row("12"))[-1] == "CANCELLED"


@pytest.mark.parametrize("body", [None, [], {}, {"plan": "x", "version": "y"}, {"plan": "x", "version": 1}])
def test_that_orders_that_are_none_are_answered_in_words_and_change_nothing(body):
    it = Bay()
    it.at(2)
    before = it.sea.requests(it.time.now())
    with pytest.raises(BadQuestionError, match="指令读不懂"):
        it.sea.order({}, body)
    assert it.sea.requests(it.time.now()) == before


def test_that_what_the_bureau_does_not_know_is_said_and_the_rest_is_done():
    it = Bay()
    it.at(2)
    refused = it.order({3: ["11", "SQ-none", "YC-XX"]})
    assert refused == ["没有申请 SQ-none", "没有云仓 YC-XX"]
    assert it.row("11").state is S.ASSIGNED


# -- from the case ------------------------------------------------------------------------------------


class Line:
    """The wire from the collector to the bay, with a fault."""

    def __init__(self, it: Bay) -> None:
        self.it, self.sent, self.fault = it, [], ""

    def send(self, orders: Mapping[str, Any]) -> Any:
        if self.fault:
            raise OrdersError(self.fault)
        self.sent.append(orders)
        return self.it.sea.order({}, orders)["refused"]  # type: ignore[index]

    def close(self) -> None:
        return None


def poll(store: Store, keeper: HandIns, it: Bay) -> None:
    now = it.time.now()
    store.take(boats_read.hand_ins({"cursor": "", **it.sea.requests(now)}, now), "hand_ins", now)
    keeper.tick(now)


def plan_of(vessel: int, *ids: str, version: int = 1, at: datetime = START) -> DispatchPlan:
    stops = tuple(PlanStop(StopKind.COLLECT, i, i[-2:], "", "", 0, 0, at, at, at, 0.3) for i in ids)
    routes = (VesselRoute(str(SHIPS[vessel]), f"渔清 {vessel:02d}", stops),)
    return DispatchPlan("JH-261121-001", version, OfferKind.GREEDY, routes, (), 0.0, at, "林*")


def case(store: Store, case_id: str) -> HandInRequest:
    return next(one for one in store.cases("hand_in") if one.id == case_id)


def with_plan(monkeypatch: pytest.MonkeyPatch, store: Store, plan: DispatchPlan) -> None:
    real = Store.snapshot

    def snapshot(self: Store, topic: str, now: datetime, officer: Any = None) -> Any:
        found = real(self, topic, now, officer)
        return found if topic != "dispatch_plan" else type(found)(topic, (plan,), now, Quality.GOOD)

    monkeypatch.setattr(Store, "snapshot", snapshot)


def look(store: Store, keeper: HandIns, it: Bay) -> None:
    """One round of everything the collector asks about the bay."""
    now = it.time.now()
    for read, name in (
        (boats_read.vessels, "vessels"), (boats_read.warehouses, "warehouses"), (boats_read.weather, "sea_weather"),
    ):  # fmt: skip
        store.take(read({"cursor": "", **getattr(it.sea, name.removeprefix("sea_"))(now)}, now), name, now)
    poll(store, keeper, it)


def know_ways(store: Store, now: datetime) -> None:
    topics = ("collection_vessels", "hand_in_requests", "warehouses", "fleet_plans")
    state = FleetState(now, *(store.snapshot(topic, now).records for topic in topics), wave_m=1.4)
    store.put_topic("sea_ways", (straight_ways(tuple(places_of(state)), 1.12, now),), now)


def test_that_t3_plays_whole_from_the_dispatchers_word_to_the_disposal(store):
    it = Bay()
    keeper, line = HandIns(store, LIMITS), Line(it)
    orders = VesselOrders(store, line)
    now = it.at(2)
    look(store, keeper, it)
    know_ways(store, now)
    eleven = it.id_of("11")
    outcome = store.perform(AssignVessel(request_id=eleven, vessel_id=str(SHIPS[3])), DISPATCHER, now)
    assert outcome.refusal == ""
    sent = case(store, eleven)
    assert sent.vessel_name == "渔清 03"
    orders.tick(now)
    for minute, reached in ((2.2, S.ASSIGNED), (5.5, S.ALONGSIDE), (200, S.STORED), (60 * 40, S.CLOSED)):
        it.at(minute)
        look(store, keeper, it)
        orders.tick(it.time.now())
        assert case(store, eleven).state is reached
    whole = case(store, eleven)
    assert states(whole) == [s.value for s in tuple(S)[:14]]
    assert whole.history[2] == sent.history[2]  # who sent it, and when
    assert whole.disposed_t
    assert len(whole.photos) == 3
    assert [s.party for s in whole.signers] == ["boat", "collector", "warehouse", "carrier", "disposer"]
    assert set_aside(store) == []
    assert store.verify_chain() is None


def test_that_orders_that_do_not_arrive_are_said_and_sent_again(sqlite_store, caplog):
    store, it = sqlite_store, Bay()
    line = Line(it)
    orders = VesselOrders(store, line)
    now = it.at(2)
    line.fault = "指令未送达：连接超时"
    for second in range(3):
        orders.tick(now + timedelta(seconds=second))
    (status,) = (s for s in store.snapshot("sources", now).records if s.id == "vessel_orders")
    assert (status.quality, status.error) == (Quality.STALE, "指令未送达：连接超时")
    line.fault = ""
    orders.tick(now + timedelta(seconds=60))
    (status,) = (s for s in store.snapshot("sources", now).records if s.id == "vessel_orders")
    assert status.quality is Quality.GOOD
    assert [r.levelname for r in caplog.records].count("WARNING") == 1


def test_that_a_call_at_the_desk_is_filed_at_the_bureau_and_a_cancel_under_way_turns_the_vessel(
    sqlite_store, monkeypatch
):
    store, it = sqlite_store, Bay()
    keeper, line = HandIns(store, LIMITS), Line(it)
    orders = VesselOrders(store, line)
    now = it.at(2)
    store.take(boats_read.register({"cursor": "", **it.sea.register(now)}, now), "boat_register", now)
    poll(store, keeper, it)
    boat = store.snapshot("boat_register", now).records[50]
    told = FileHandIn(
        vessel_no=boat.vessel_no, pollutant=Pollutant.SEWAGE, est_t=0.2, place="上大陈东", lon=121.93, lat=28.517,
        in_port=False, channel="phone", caller="王海波 13812345678",
    )  # fmt: skip
    filed = done(store, told, now)
    assert (filed.state, filed.caller) == (S.ACCEPTED, "王* 138****5678")
    assert filed.number == "001"
    assigned(store, filed, str(SHIPS[1]), at=now)
    with_plan(monkeypatch, store, plan_of(1, filed.id))
    orders.tick(now)
    it.at(4)
    poll(store, keeper, it)
    going = case(store, filed.id)
    assert going.state is S.EN_ROUTE
    ended = done(store, on(going, CancelHandIn, reason="船东来电不交了"), it.time.now())
    orders.tick(it.time.now())
    assert line.sent[-1]["vessels"][0]["stops"] == []
    it.at(6)
    poll(store, keeper, it)
    assert case(store, filed.id) == ended
    assert it.sea.dispatch(it.time.now()).ships[0].queue == []


def test_that_orders_name_what_the_bureau_gave_a_vessel_beside_the_plan(sqlite_store):
    store, it = sqlite_store, Bay()
    it.at(13)
    poll(store, HandIns(store, LIMITS), it)
    told = orders_for(plan_of(1, "SQ-gone"), store.snapshot("hand_in_requests", it.time.now()).records)
    assert [s["id"] for s in told["vessels"][0]["stops"]] == ["SQ-gone", it.id_of("12")]


def test_that_an_acceptance_is_told_once_it_is_ours(sqlite_store):
    store, it = sqlite_store, Bay()
    it.at(0.5)
    poll(store, HandIns(store, LIMITS), it)
    eleven = case(store, it.id_of("11"))
    assert store.perform(on(eleven, AcceptHandIn), DISPATCHER, it.time.now()).done
    orders = VesselOrders(store, Line(it))
    orders.tick(it.time.now())
    assert it.row("11").state is S.ACCEPTED


# -- the large day --------------------------------------------------------------------------------


def test_that_the_large_day_asks_three_hundred_times_and_a_vessel_fails_at_noon():
    morning = datetime(2026, 11, 21, 3, 30, tzinfo=START.tzinfo)  # 11:30 in Shanghai
    sea = Sea(DistrictSettings(boats=4400, timebase=Timebase(0.0, morning, 0.0), day="300"), water=bay())
    noon = morning + timedelta(hours=0.5)
    today = [h for h in sea.dispatch(morning).hand_ins if h.filed_at > morning - timedelta(hours=9)]
    assert len(today) == 300
    assert len({h.filing.boat for h in today}) == 300
    mean = sum(h.filing.est_t for h in today) / 300
    assert mean == pytest.approx(0.263, rel=0.1)
    assert len(sea.vessels(morning)["vessels"]) == 20
    before = sea.craft(noon - timedelta(minutes=1))
    after_ = sea.craft(noon + timedelta(minutes=30))
    assert {c[1] for c in before} - {c[1] for c in after_} == {"渔清 07"}
    row = next(v for v in sea.vessels(noon + timedelta(minutes=31))["vessels"] if v["name"] == "渔清 07")
    assert (row["doing"], row["sog_kn"]) == ("故障", 0.1)
    assert boats_read.hand_ins({"cursor": "", **sea.requests(noon)}, noon).refused == ()
