"""A shift as it is worked: log-in, sixty alerts in ten minutes, every kind of work on them, hand-over.

The moments are chosen so that every figure of alarm performance can be worked out by hand, and is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.collect.performance_summaries import PerformanceSummary
from services.domain.account import Account
from services.domain.alarm_rates import Share
from services.domain.alert import Ack, Action, Alert, AlertLevel, Command, Detection, Evidence, Step, Visibility, Work
from services.domain.duty_sheet import PROMISES, SHELVED, SIGNED
from services.domain.handover import AcceptLine, Handover, PrepareHandover, SignHandover, State, fresh_sheet, remaining
from services.domain.happening import HappeningKind
from services.domain.login import LogIn
from services.domain.officer import Officer, Role
from services.domain.password import LoginRules
from services.domain.promise import MakePromise
from services.domain.reasons import FalseReason, ResultCode, ReturnReason
from services.domain.roster import DAY_AND_NIGHT, Roster, seven_days
from services.domain.timebase import SHANGHAI
from services.domain.yardstick import Yardstick
from services.store import deeds
from services.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

START = datetime(2026, 11, 21, 19, 20, tzinfo=SHANGHAI)
EVERY = timedelta(seconds=10)
RULES = tuple(f"R-T-{letter}" for letter in "ABCDEF")
QUICK = LoginRules(argon2_memory_kib=64, argon2_time=1, argon2_lanes=1)
PASSWORD = "Jiaojiang-2026"

ACCOUNTS = (
    Account("wang", 1, "王海涛", (Role.DUTY,), shift="乙班 08–20"),
    Account("li", 1, "李建国", (Role.SHIFT_LEAD,), shift="乙班 08–20"),
    Account("chen", 1, "陈志远", (Role.DUTY_LEADER,), shift="今日带班"),
    Account("zheng", 1, "郑洁", (Role.DEPT_LIAISON,), department="交通"),
    Account("hu", 1, "胡平", (Role.DEPT_LIAISON,), department="公安"),
    Account("zhao", 1, "赵晓峰", (Role.DUTY,), shift="甲班 20–08"),
    Account("qian", 1, "钱伟民", (Role.SHIFT_LEAD,), shift="甲班 20–08"),
)


def level_of(number: int) -> AlertLevel:
    """Three red, nine orange, twenty-one yellow, twenty-seven blue."""
    place = number % 20
    if place == 0:
        return AlertLevel.RED
    return AlertLevel.ORANGE if place < 4 else AlertLevel.YELLOW if place < 11 else AlertLevel.BLUE


def detection(number: int) -> Detection:
    at = START + number * EVERY
    return Detection(
        key=f"key-{number}",
        rule_id=RULES[number % 6],
        rule_version=1,
        rule_text="规则",
        scene="checkpoints",
        level=level_of(number),
        title=f"预警 {number}",
        subject=f"设备 {number}",
        wall_subject="设备",
        subject_kind="device",
        subject_id=f"device-{number}",
        place=f"卡口 {number}",
        occurred_at=at,
        department="交通",
        evidence=(Evidence("读数", "1"),),
    )


SIGNED_AFTER_S = {AlertLevel.RED: 20, AlertLevel.ORANGE: 100, AlertLevel.YELLOW: 200, AlertLevel.BLUE: 300}
LATE_ORANGE, LEFT_RED = 1, 40  # one is signed after 400 s, one not before the hand-over asks for it


@dataclass
class Shift:
    """The store, the people, and the clock of the test: it is turned and everything due happens."""

    store: Store
    people: dict[str, Officer] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)
    now: datetime = START

    def log_in(self, name: str) -> None:
        outcome = self.store.accounts.log_in(LogIn(name, PASSWORD, "席位 1"), self.now, QUICK)
        assert outcome.done, outcome.refusal
        self.people[name] = outcome.case.officer

    def at(self, moment: datetime) -> None:
        self.now = moment
        self.store.expire(moment)

    def alert(self, number: int) -> Alert:
        found = self.store.alert(self.ids[number])
        assert found is not None
        return found

    def ask(self, name: str, number: int, action: Action, **given: Any) -> str:
        """What an officer asks of an alert, '' or the refusal."""
        alert = self.alert(number)
        return self.store.perform(
            Command(alert.id, action, alert.version, **given), self.people[name], self.now
        ).refusal

    def do(self, name: str, number: int, action: Action, **given: Any) -> None:
        assert self.ask(name, number, action, **given) == ""

    def wish(self, name: str, wish: Any) -> tuple[str, Any]:
        outcome = self.store.perform(wish, self.people[name], self.now)
        return outcome.refusal, outcome.case


def play_the_flood(shift: Shift) -> None:
    """Sixty alerts, ten seconds apart, and the signatures as they come due."""
    moments: list[tuple[datetime, Callable[[], None]]] = []
    for number in range(60):
        raised_at = START + number * EVERY
        moments.append((raised_at, lambda n=number: raise_one(shift, n)))
        wait_s = 400 if number == LATE_ORANGE else SIGNED_AFTER_S[level_of(number)]
        if number != LEFT_RED:
            moments.append((raised_at + timedelta(seconds=wait_s), lambda n=number: shift.do("wang", n, Action.SIGN)))
    for moment, act in sorted(moments, key=lambda one: one[0]):
        shift.at(moment)
        act()


def raise_one(shift: Shift, number: int) -> None:
    (alert,) = shift.store.report([detection(number)], shift.now)
    shift.ids[number] = alert.id


def work_on_some(shift: Shift) -> None:
    shift.at(START + timedelta(minutes=20))
    for number in (0, 4, 5, 6):
        shift.do("wang", number, Action.VERIFY)
    shift.do("wang", 4, Action.DISPATCH, department="交通", text="现场核查")
    assert shift.ask("hu", 4, Action.ACCEPT) in ("非本部门任务", "不在本席范围")
    not_ours = {"return_reason": ReturnReason.NOT_OURS, "department": "公安"}
    shift.do("zheng", 4, Action.RETURN, **not_ours)
    shift.do("wang", 4, Action.DISPATCH, department="公安", text="现场核查")
    shift.do("wang", 0, Action.DISPATCH, department="交通", text="拦截核查", released=(0,))
    shift.at(START + timedelta(minutes=22))
    for name, number in (("hu", 4), ("zheng", 0)):
        shift.do(name, number, Action.ACCEPT)
        shift.do(name, number, Action.HANDLE)
    shift.do("hu", 4, Action.FEEDBACK, result=ResultCode.DONE, text="已处置")
    assert "照片" in shift.ask("zheng", 0, Action.FEEDBACK, result=ResultCode.DONE, text="已拦截")
    shift.do("zheng", 0, Action.FEEDBACK, result=ResultCode.DONE, text="已拦截", photos=("0" * 64,))
    shift.do("wang", 4, Action.REVIEW)
    shift.do("wang", 0, Action.REVIEW)
    shift.do("wang", 5, Action.FALSE_ALARM, false_reason=FalseReason.EQUIPMENT)
    shift.do("wang", 6, Action.NO_ACTION)
    shift.at(START + timedelta(minutes=25))
    for number in (4, 5, 6):
        shift.do("wang", number, Action.CLOSE, text="办结")
    assert shift.ask("wang", 0, Action.CLOSE, text="办结") == "红色须带班领导"
    shift.do("chen", 0, Action.CLOSE, text="车辆已移交")
    assert shift.ask("wang", 20, Action.SHELVE, text="x", until=shift.now + EVERY) == "红色不可暂缓"
    shift.do("wang", 2, Action.SHELVE, text="等待承办单位", until=shift.now + timedelta(minutes=30))
    shift.do("wang", 12, Action.MERGE, parent_id=shift.ids[11])
    assert shift.alert(2).visibility is Visibility.SHELVED
    assert shift.alert(12).work is Work.MERGED


def told(shift: Shift, number: int) -> list[str]:
    said = shift.store.happenings(shift.ids[number])
    return [h.text for h in said if h.kind is HappeningKind.ESCALATED and h.text]


def accept_every_line(shift: Shift, name: str, case: Handover) -> Handover:
    with shift.store.read() as connection:
        world = deeds.Register(connection, shift.now, shift.people[name])
        fresh = fresh_sheet(world, shift.now, case.sheet.shift, case.sheet.next_shift)
    for stand in remaining(case, fresh):
        wish = AcceptLine(case_id=case.id, expected_version=case.version, line_id=stand.line.id, mark=stand.line.mark)
        refusal, case = shift.wish(name, wish)
        assert refusal == ""
    return case


def sign(case: Handover, *, confirmed: bool = True) -> SignHandover:
    return SignHandover(case_id=case.id, expected_version=case.version, confirmed=confirmed)


@pytest.fixture
def shift(store):
    store.accounts.seed(ACCOUNTS, PASSWORD, START, QUICK)
    officers = [account.officer(account.roles[0]) for account in ACCOUNTS]
    store.put_topic("roster", seven_days(Roster(DAY_AND_NIGHT, tuple(officers)), START), START)
    played = Shift(store)
    for name in ("wang", "li", "chen", "zheng", "hu"):
        played.log_in(name)
    play_the_flood(played)
    work_on_some(played)
    return played


def test_that_the_late_ones_were_told_upwards_and_no_other(shift):
    assert [number for number in range(60) if told(shift, number)] == [LATE_ORANGE, LEFT_RED]
    assert told(shift, LATE_ORANGE) == ["duty", "shift_lead", "dept_liaison"]  # signed before 300 %
    assert sorted(told(shift, LEFT_RED)) == ["dept_liaison", "duty", "duty_leader", "shift_lead"]


def test_that_the_figures_of_the_shift_are_right_to_the_digit(shift):
    shift.at(START + timedelta(minutes=30))
    figures = PerformanceSummary(Yardstick()).make(shift.store, shift.now)["alarm_performance"]
    figure = next(one for one in figures if one.id == "shift")
    assert (figure.alarms, figure.alerts, figure.busiest) == (60, 60, 60)
    assert figure.mix == (Share(12, 60), Share(21, 60), Share(27, 60))
    (flood,) = figure.floods
    assert (flood.count, flood.first_rule, flood.start) == (60, "R-T-A", START)
    assert flood.end == START + timedelta(seconds=1150)  # the fifth last alarm leaves the ten minutes
    waits = {w.level: w for w in figure.waits}
    acks = [(waits[level].ack_p50, waits[level].ack_p90) for level in (*reversed(AlertLevel), None)]
    assert acks == [(20, 20), (100, 400), (200, 200), (300, 300), (200, 300)]
    assert [waits[level].signed for level in reversed(AlertLevel)] == [2, 9, 21, 27]
    red, yellow = waits[AlertLevel.RED], waits[AlertLevel.YELLOW]
    assert (red.closed, red.close_p50) == (1, 1500)
    assert (yellow.closed, yellow.close_p50, yellow.close_p90) == (3, 1450, 1460)
    kept = {k.step: (k.kept, k.decided) for k in figure.kept}
    assert kept[Step.ACK] == (58, 60)
    assert figure.bounce == Share(1, 3)
    assert {p.rule_id: (p.right, p.judged) for p in figure.precisions} == {
        "R-T-A": (2, 2),
        "R-T-E": (1, 1),
        "R-T-F": (0, 1),
    }
    assert figure.shelved == Share(1, 55)
    assert (figure.open, figure.unsigned) == (55, 1)


def test_that_the_shift_is_handed_over_only_when_all_is_read(shift):
    _, promise = shift.wish("wang", MakePromise(to_whom="林女士", what="回电", due_at=START + timedelta(hours=2)))
    shift.at(START + timedelta(minutes=28))
    assert shift.wish("wang", PrepareHandover())[0] == "最早 19:50 交接"
    shift.at(START + timedelta(minutes=31))
    assert shift.wish("wang", PrepareHandover())[0] == "有 1 条红色预警未签收，不能交接"
    shift.do("li", LEFT_RED, Action.SIGN)
    refusal, case = shift.wish("wang", PrepareHandover())
    assert refusal == ""
    sections = {section.id: section.lines for section in case.sheet.sections}
    assert [line.subject for line in sections[PROMISES]] == [promise.id]
    assert [line.subject for line in sections[SHELVED]] == [shift.ids[2]]
    assert shift.ids[LEFT_RED] in [line.subject for line in sections[SIGNED]]
    shift.log_in("zhao")
    assert "项未接收" in shift.wish("zhao", sign(case))[0]
    case = accept_every_line(shift, "zhao", case)
    assert shift.wish("zhao", sign(case, confirmed=False))[0] == "签字须先核对本人密码"
    refusal, case = shift.wish("zhao", sign(case))
    assert refusal == "" and case.state is State.TAKEN
    refusal, case = shift.wish("wang", sign(case))
    assert refusal == "" and case.state is State.DONE
    assert {signature.by_id for signature in case.signatures} == {"wang", "zhao"}


def test_that_the_record_of_the_shift_is_whole_and_rebuilds_to_the_same(shift):
    before = [shift.store.snapshot("alerts", shift.now).records, shift.store.cases("account")]
    assert shift.store.verify_chain() is None
    shift.store.rebuild()
    assert [shift.store.snapshot("alerts", shift.now).records, shift.store.cases("account")] == before
    assert all(shift.alert(number).ack is Ack.ACKED for number in range(60) if number != LEFT_RED)
