"""A hand-in moves only along its ways, whoever asks for what, and its log makes it anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.boats import (
    HAND_IN_ENDED,
    LIMITS,
    FishingBoat,
    HandInRequest,
    HandInStep,
    Pollutant,
    StateAt,
    may_follow,
    running_limit,
)
from services.domain.deed import Deed, Refused, kind_of
from services.domain.hand_in_case import (
    AcceptHandIn,
    CancelHandIn,
    DisputeWeight,
    FileHandIn,
    HandInAssigned,
    HandInReassigned,
    RejectHandIn,
    ReportFiled,
    ReportNoShow,
    ReportProgress,
    SettleDispute,
    Told,
    why_not_assignable,
)
from services.domain.hand_in_clocks import accept_by, limits_from
from services.domain.hand_in_course import STREAM, decide
from services.domain.hand_in_merge import brought
from services.domain.masked import Masked
from services.domain.officer import ENGINE
from services.store import codec
from services.store.streams import FACTS
from tests.unit.hand_in_world import CADRE, DISPATCHER, MINUTE, NOW, S, on, row, way

BOAT = FishingBoat(
    "412410001", "浙椒渔 61588", 412410001, "300001", 24, 200, "单拖", "海门港", Masked("王海波"), Masked("138"), 2.0
)


class World:
    """A register of one boat and no other case."""

    def __init__(self, *waiting: HandInRequest) -> None:
        self.waiting = waiting

    def case(self, stream, case_id):
        return next((one for one in self.waiting if one.id == case_id), None)

    def cases(self, stream, *, open_only=True):
        return self.waiting

    def alert(self, alert_id):
        return None

    def open_alerts(self):
        return ()

    def topic(self, topic):
        return (BOAT,) if topic == "boat_register" else ()


class Log:
    """One case as its deeds make it, each spelled and read again as the store does."""

    def __init__(self) -> None:
        self.deeds: list[Deed] = []
        self.case: HandInRequest | None = None

    def say(self, fact, officer, at: datetime) -> None:
        kept = codec.decode(FACTS["hand_in", kind_of(type(fact))], codec.encode(fact))
        version = len(self.deeds) + 1
        by = (officer.id, officer.name, officer.role.value)
        deed = Deed("hand_in", "SQ-20261121-11", version, kind_of(type(fact)), at, *by, kept)
        self.case = STREAM.evolve(self.case, deed)
        self.deeds.append(deed)

    def ask(self, wish, officer, at: datetime) -> str:
        try:
            said = decide(self.case, wish, officer, at, World())
        except Refused as why:
            return why.reason_zh
        for one in said:
            self.say(one.fact, officer, at)
        return ""

    def rebuilt(self) -> HandInRequest | None:
        case = None
        for deed in self.deeds:
            case = STREAM.evolve(case, deed)
        return case


def begun(*states) -> Log:
    log = Log()
    assert log.ask(ReportFiled(request=row(*states)), ENGINE, NOW) == ""
    return log


REASON = st.sampled_from(["", " ", "船东改主意"])
MASS = st.sampled_from([0.0, 0.3, 99.0])
EXCEPTIONS = st.sampled_from([RejectHandIn, CancelHandIn, ReportNoShow, DisputeWeight])
STEPS = st.lists(st.sampled_from(list(S)).map(lambda state: StateAt(state, NOW)), max_size=3).map(tuple)
ACTS = st.one_of(
    st.just((AcceptHandIn, {})),
    st.tuples(EXCEPTIONS, st.fixed_dictionaries({"reason": REASON})),
    st.tuples(st.just(SettleDispute), st.fixed_dictionaries({"reason": REASON, "agreed_t": MASS})),
    st.tuples(st.just(ReportProgress), st.fixed_dictionaries({"steps": STEPS, "told": st.just(Told(weighed_t=0.3))})),
    st.tuples(st.sampled_from([HandInAssigned, HandInReassigned]), st.just({})),
    st.just(("time", {})),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ACTS, max_size=14))
def test_that_no_wish_leads_off_the_ways_and_the_log_makes_the_same_case_anew(acts):
    log, at = begun(), NOW
    for act, said in acts:
        at += MINUTE * 3
        before = log.case
        if act == "time":
            at += timedelta(hours=30)
            for due in STREAM.due(log.case):
                for one in STREAM.expire(log.case, due.what, at):
                    log.say(one.fact, ENGINE, at)
            assert not [due for due in STREAM.due(log.case) if due.due_at <= at]
        elif act in (HandInAssigned, HandInReassigned):
            if why_not_assignable(log.case) == "":
                reason = {"reason": "机器故障"} if act is HandInReassigned else {}
                fact = act(vessel_id="1", vessel_name="渔清 01", eta=None, window_to=None, plan_id="JH-1", **reason)
                log.say(fact, DISPATCHER, at)
        else:
            refused = log.ask(on(log.case, act, **said), ENGINE if act is ReportProgress else DISPATCHER, at)
            assert bool(refused) == (log.case is before)
            if refused:
                assert all(letter > "~" or letter in " .,0123456789" for letter in refused if letter.isalpha())
    case = log.case
    assert all(may_follow(a.state, b.state) for a, b in pairwise(case.history))
    assert case.state is case.history[-1].state
    assert case.version == len(log.deeds)
    assert log.rebuilt() == case
    assert codec.decode(HandInRequest, codec.encode(case)) == case
    assert case.state not in HAND_IN_ENDED or STREAM.due(case) == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 13), min_size=1, max_size=6), st.booleans())
def test_that_rows_in_any_order_only_ever_move_a_case_on(cuts, late):
    """What the bureau tells may come twice, late or out of order."""
    log = begun()
    reached = 0
    for cut in [*cuts, *([13] if late else [])]:
        told = row(*way(tuple(S)[cut]))
        news = brought(log.case, told)
        assert bool(news.fault[0]) == (cut < reached)
        if news.is_new:
            assert log.ask(on(log.case, ReportProgress, steps=news.steps, told=news.told), ENGINE, NOW) == ""
        reached = max(reached, cut)
        assert log.case.state is tuple(S)[reached]
        assert not brought(log.case, told).is_new


@pytest.mark.parametrize("act", [AcceptHandIn, RejectHandIn, CancelHandIn, ReportNoShow, DisputeWeight])
def test_that_only_dispatchers_and_duty_officers_act(act):
    said = {} if act is AcceptHandIn else {"reason": "一"}
    assert begun().ask(on(row(), act, **said), CADRE, NOW) == "须渔船调度员或值班人员"


@pytest.mark.parametrize(
    ("until", "act", "refusal"),
    [
        (S.FILED, RejectHandIn, "请写明为何不符"),
        (S.FILED, CancelHandIn, "请写明为何取消"),
        (S.EN_ROUTE, ReportNoShow, "请写明未遇船的情形"),
        (S.WEIGHED, DisputeWeight, "请写明争议何在"),
        (S.ACCEPTED, RejectHandIn, "申请 11 正在已受理，不能判不符"),
        (S.IN_TRANSIT, CancelHandIn, "申请 11 已签收，不能取消"),
        (S.ALONGSIDE, CancelHandIn, "申请 11 正在靠帮，不能取消"),
        (S.CLOSED, CancelHandIn, "申请 11 已办结，不能再改"),
    ],
)
def test_that_what_may_not_be_or_lacks_its_reason_is_refused_in_words(until, act, refusal):
    log = begun(*way(until))
    reason = " " if refusal.startswith("请") else "一"
    assert log.ask(on(log.case, act, reason=reason), DISPATCHER, NOW) == refusal


def test_that_the_order_of_a_vessel_accepts_what_was_not_and_moves_what_had_one():
    log = begun()
    to = {"vessel_name": "渔清 01", "eta": None, "window_to": NOW + MINUTE, "plan_id": "JH-1"}
    log.say(HandInAssigned(vessel_id="1", **to), DISPATCHER, NOW)
    log.say(HandInReassigned(vessel_id="2", **to | {"vessel_name": "渔清 02"}, reason="机器故障"), DISPATCHER, NOW)
    assert [h.state for h in log.case.history] == [S.FILED, S.ACCEPTED, S.ASSIGNED, S.REASSIGNED, S.ASSIGNED]
    assert (log.case.vessel_name, log.case.reason) == ("渔清 02", "机器故障")
    assert running_limit(log.case) == (HandInStep.COLLECT, NOW + MINUTE)


# -- clocks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "due"),
    [("07:00", "07:05"), ("18:59", "19:04"), ("19:00", "07:00+"), ("23:30", "07:00+"), ("03:00", "07:00")],
)
def test_that_at_night_a_hand_in_is_to_be_accepted_when_the_day_begins(filed, due):
    midnight = datetime(2026, 11, 20, 16, 0, tzinfo=NOW.tzinfo)  # in Shanghai

    def moment(said: str) -> datetime:
        hours, minutes = said.rstrip("+").split(":")
        return midnight + timedelta(days=said.endswith("+"), hours=int(hours), minutes=int(minutes))

    assert accept_by(moment(filed), LIMITS) == moment(due)


def test_that_a_site_sets_its_limits_and_a_wrong_one_is_named():
    assert limits_from({"assign": "20min", "opens": 6}) == replace(LIMITS, assign=20 * MINUTE, opens=6)
    for table, words in (
        ({"asign": "1h"}, "不认识的键 boats.limits.asign"),
        ({"assign": "20"}, "boats.limits.assign 须为时长"),
        ({"assign": 20}, "boats.limits.assign 须为时长"),
        ({"opens": 25}, "0–24"),
        ({"opens": 20}, "opens 须早于 closes"),
    ):
        with pytest.raises(ValueError, match=words):
            limits_from(table)


# -- filing at the desk -----------------------------------------------------------------------------------

CALL = FileHandIn(
    vessel_no="61588", pollutant=Pollutant.OILY_WATER, est_t=0.3, place="大陈锚地", lon=121.8, lat=28.5, in_port=False,
    channel="phone", caller="王海波 13812345678",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"vessel_no": " "}, "请写明船名号"),
        ({"vessel_no": "99999"}, "渔船档案里没有 99999"),
        ({"channel": "zlb"}, "渠道须为电话或窗口"),
        ({"est_t": 0}, "估重须在 0 与 50 吨之间"),
        ({"est_t": float("nan")}, "估重须在 0 与 50 吨之间"),
        ({"place": ""}, "请写明位置"),
        ({"lon": 200}, "位置的经纬度不可能"),
        ({"window_to": NOW}, "时窗已过"),
        ({"window_from": NOW + 9 * MINUTE, "window_to": NOW + 5 * MINUTE}, "时窗的止须晚于起"),
        ({"window_to": NOW + timedelta(days=9)}, "时窗不能超过 7 天"),
    ],
)
def test_that_a_call_that_cannot_be_filed_is_refused_in_words(change, refusal):
    with pytest.raises(Refused, match=refusal):
        decide(None, replace(CALL, **change), DISPATCHER, NOW, World())


def test_that_a_call_is_filed_and_accepted_by_who_took_it_and_once_only():
    said = decide(None, CALL, DISPATCHER, NOW, World())
    assert [kind_of(type(one.fact)) for one in said] == ["request_filed", "request_accepted"]
    assert said[0].fact.caller == "王* 138****5678"
    with pytest.raises(Refused, match="已有申请 11 待派船"):
        decide(None, CALL, DISPATCHER, NOW, World(row()))
