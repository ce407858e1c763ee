"""Story: an elder's 24 hours without water, with and without an away notice.

The meter's rows are written into the community's own database; sources, rules, keepers, chains and clocks are
the collector's own. In the middle the collector dies and begins anew over the same store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.collect import community_works, elder_works
from services.district.community_registers import stamp
from services.domain.alert import Action, Alert, AlertLevel, Command, Condition, Work
from services.domain.away import AwayReason, ReportAway
from services.domain.community import Elder, Safety
from services.domain.elder_call import (
    ElderCall,
    EndCall,
    Ending,
    RecordCall,
    Result,
    SendSomebody,
    Step,
    Whom,
)
from services.domain.officer import Officer, Role
from services.domain.reasons import Satisfaction
from services.domain.timebase import SHANGHAI, local
from services.sources.community_tables import CHAOBIAO, HUJIAO
from services.store.store import Store
from tests.system.community_days import LI, WANG, ZHAO, CommunityDays

START = datetime(2026, 11, 21, 8, 0, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
POLICE = Officer("chen", "陈警官", Role.POLICE_ROOM)
OURS = ("community_meters", *(f"community_elder{name}" for name in ("s", "_files", "_devices", "_calls")))
RULES = ("R-ELD-01", "R-ELD-02", "R-ELD-03", "R-ELD-06", "R-ELD-07")


class Home:
    """One elder's meter, read as long as the test says."""

    def __init__(self, day: CommunityDays, index: int) -> None:
        self.day, self.plan = day, day.world.census.elders[index]
        self.total, self._number = day._life._meters.total[index], 1_900_000_000_000 + index

    def read(self, used: float = 0.0) -> None:
        at = local(self.day.clock.now())
        self.total = round(self.total + used, 3)
        self._number += 1_000
        row = {
            "id": self._number,
            "lsh": f"ST{self._number}",
            "bbh": self.plan.meter,
            "cbsj": stamp(at),
            "ljz": self.total,
            "dw": "m3",
        }
        self.day.write(CHAOBIAO, row)

    def pass_hours(self, hours: float, used: float = 0.0) -> None:
        """Two hours at a time, and what is left."""
        while hours > 0:
            self._step(min(2.0, hours), used)
            hours -= 2.0

    def _step(self, hours: float, used: float) -> None:
        self.day.clock.moment += timedelta(hours=hours)
        self.read(used)
        self.day.look()

    @property
    def elder(self) -> Elder:
        return next(one for one in self.day.records("elders") if one.id == self.plan.code)

    def alert(self, rule: str) -> Alert | None:
        mine = (self.plan.house.code, self.plan.code)
        return next((one for one in self.day.alerts(rule) if one.subject_id in mine), None)

    def chain(self) -> ElderCall | None:
        return next((one for one in self.day.records("elder_calls") if one.elder_id == self.plan.code), None)

    def do(self, wish: type, officer: Officer = WANG, **said: Any) -> ElderCall:
        chain = self.chain()
        assert chain is not None
        outcome = self.day.perform(wish(case_id=chain.id, expected_version=chain.version, **said), officer)
        assert outcome.done, outcome.refusal
        self.day.look()
        return outcome.case

    def robot_calls(self, result: str) -> None:
        at = local(self.day.clock.now())
        self._number += 1_000
        row = {"id": self._number, "lsh": f"HJ{self._number}", "lrbh": self.plan.code, "dx": "1", "sx": 0,
               "jg": result, "fs": "1", "hjsj": stamp(at)}  # fmt: skip
        self.day.write(HUJIAO, row)
        self.day.look()


def command(day: CommunityDays, alert: Alert, officer: Officer, *actions: tuple[Action, dict[str, Any]]) -> Alert:
    for action, said in actions:
        now = day.store.alert(alert.id)
        assert now is not None
        outcome = day.perform(Command(alert.id, action, now.version, **said), officer)
        assert outcome.done, (action, outcome.refusal)
    after = day.store.alert(alert.id)
    assert after is not None
    return after


@pytest.fixture
def day(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommunityDays]:
    yield from days(store, tmp_path, monkeypatch)


@pytest.fixture
def short_day(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommunityDays]:
    yield from days(sqlite_store, tmp_path, monkeypatch)


def days(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommunityDays]:
    monkeypatch.setattr(community_works, "PARTS", (elder_works.work,))
    with CommunityDays(store, tmp_path, START, only=RULES) as made:
        made._sources = [one for one in made._sources if one.key in OURS]
        made.look()
        yield made


def quiet_home(day: CommunityDays, index: int = 5) -> Home:
    """The only elder whose meter the test writes; she has just used water."""
    home = Home(day, index)
    home.read(0.03)
    day.look()
    return home


def notes(day: CommunityDays, alert: Alert) -> Sequence[str]:
    now = day.store.alert(alert.id)
    assert now is not None
    return [note.text for note in now.notes]


def test_that_an_elder_nobody_can_reach_for_a_day_is_found(day: CommunityDays, store_url: str) -> None:
    home = quiet_home(day)
    assert home.elder.safety is Safety.CONFIRMED
    home.pass_hours(11.5)
    assert home.alert("R-ELD-01") is None
    home.pass_hours(0.5)
    yellow = home.alert("R-ELD-01")
    assert yellow is not None
    assert yellow.level is AlertLevel.YELLOW
    chain = home.chain()
    assert chain is not None
    assert (chain.step, chain.alert_id) == (Step.PHONE, yellow.id)

    home.robot_calls("3")
    home.robot_calls("3")
    chain = home.chain()
    assert chain is not None
    assert (chain.unanswered, chain.step) == (2, Step.FAMILY)
    assert [call.by for call in chain.calls] == ["机器人", "机器人"]

    with Store.open(store_url) as again:  # the collector died; another takes over
        day.begin(again)
        day.turn(minutes=11)
        after = home.chain()
        assert after is not None
        assert after.calls == chain.calls
        assert (after.step, after.passed[-1].by) == (Step.AGAIN, "时限到")
        a_day_later(day, home)


def a_day_later(day: CommunityDays, home: Home) -> None:
    home.pass_hours(14)
    orange = home.alert("R-ELD-02")
    assert orange is not None
    assert (orange.level, home.elder.safety) == (AlertLevel.ORANGE, Safety.PENDING)
    day.turn_until(lambda: (c := home.chain()) is not None and c.step in (Step.FAMILY, Step.DOOR), MINUTE, 60)
    while (chain := home.chain()) is not None and chain.step is Step.FAMILY:
        home.do(RecordCall, whom=Whom.FAMILY, result=Result.NO_ANSWER)
    assert chain is not None
    assert (chain.step, chain.level) == (Step.DOOR, AlertLevel.ORANGE)
    assert chain.due_at - day.clock.now() <= timedelta(minutes=30)
    assert home.alert("R-ELD-03") is None

    home.do(SendSomebody, who="网格员 周丽")
    day.turn(minutes=20)
    home.do(RecordCall, whom=Whom.GRID, result=Result.NO_ANSWER, text="敲门三次无应答")
    red = home.alert("R-ELD-03")
    chain = home.chain()
    assert red is not None
    assert chain is not None
    assert (red.level, chain.step, chain.alert_id) == (AlertLevel.RED, Step.POLICE, red.id)
    assert set(chain.alert_ids) >= {red.id, orange.id}
    found_and_closed(day, home, red)


def found_and_closed(day: CommunityDays, home: Home, red: Alert) -> None:
    task = {"department": "公安", "text": "入户查看"}
    signed = ((Action.SIGN, {}), (Action.VERIFY, {}), (Action.DISPATCH, task), (Action.ACCEPT, {}), (Action.HANDLE, {}))
    command(day, red, WANG, *signed)
    day.turn(minutes=9)
    home.do(RecordCall, whom=Whom.AMBULANCE, result=Result.TROUBLE, text="到场，老人倒地，清醒")
    ended = home.do(EndCall, POLICE, ending=Ending.TO_HOSPITAL, text="公安与 120 开门，两人见证，送医")
    assert not ended.is_open
    after = day.store.alert(red.id)
    assert after is not None
    assert after.work is Work.FEEDBACK
    assert home.elder.safety is Safety.AWAY
    chief = command(day, red, LI, (Action.REVIEW, {}))
    refused = day.perform(Command(red.id, Action.CLOSE, chief.version, text="已送医"), LI)
    assert refused.refusal == "红色须带班领导"
    ending = {"text": "已送医，家属到院", "satisfaction": Satisfaction.SATISFIED}
    closed = command(day, red, ZHAO, (Action.CLOSE, ending))
    assert closed.work is Work.CLOSED
    said = [f"{one.text}" for one in day.store.happenings(red.id)]
    assert any("敲门三次无应答" in text for text in said) or any("送医" in text for text in said)
    assert day.store.verify_chain() is None


def test_that_an_elder_who_is_away_alarms_nobody_and_is_watched_again_from_her_return(short_day: CommunityDays) -> None:
    day = short_day
    home = quiet_home(day)
    until = START.date() + timedelta(days=1)
    outcome = day.perform(ReportAway(elder_id=home.plan.code, reason=AwayReason.FAMILY, until=until))
    assert outcome.done, outcome.refusal
    day.look()
    assert (home.elder.safety, home.elder.note) == (Safety.AWAY, "女儿接走 至 22 日")
    home.pass_hours(39.5)  # to 23:30 of the next day
    assert not any(home.alert(rule) for rule in RULES)
    assert home.chain() is None
    home.pass_hours(1)
    assert home.elder.safety is Safety.PENDING
    (away,) = [one for one in day.records("aways") if one.elder_id == home.plan.code]
    assert (away.is_open, away.by_date, away.text) == (False, True, "到期自动恢复监测")
    assert away.back_at == away.ends_at
    home.pass_hours(17)  # to 17:30: eleven and a half hours of day since she should be back
    assert not any(home.alert(rule) for rule in RULES)
    home.pass_hours(0.5)
    assert home.alert("R-ELD-01") is not None
    assert home.alert("R-ELD-02") is None
    assert home.chain() is not None


def test_that_a_notice_after_the_alert_ends_the_chain_but_closes_nothing(short_day: CommunityDays) -> None:
    day = short_day
    home = quiet_home(day)
    home.pass_hours(12)
    yellow = home.alert("R-ELD-01")
    assert yellow is not None
    assert home.chain() is not None
    told = {"elder_id": home.plan.code, "reason": AwayReason.FAMILY, "until": START.date() + timedelta(days=3)}
    assert day.perform(ReportAway(**told)).refusal == "正在联系老人，请写明由谁告知外出"
    assert day.perform(ReportAway(**told, told_by="女儿 陈小红")).done
    day.turn(minutes=1)
    chain = home.chain()
    assert chain is not None
    assert (chain.is_open, chain.ending) == (False, Ending.AWAY)
    assert "陈小红" not in chain.text
    after = day.store.alert(yellow.id)
    assert after is not None
    assert (after.condition, after.is_open) == (Condition.RTN, True)
    home.pass_hours(16)
    assert home.alert("R-ELD-02") is None
    assert (home.chain() or chain).ended_at == chain.ended_at
