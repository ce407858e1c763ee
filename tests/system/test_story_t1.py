"""Story T1, from a gate's rows to a registration: somebody whom the gates know and no register does.

A second person turns out to be a visitor; both are quiet for 90 days, after a restart too. A third does nothing that
matters and is forgotten after 30 days, while the track of an open case stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.domain.alert import Action, Alert, AlertLevel, Command, Verdict, Work
from services.domain.keeping import Keeping
from services.domain.officer import Officer, Role
from services.domain.reasons import FalseReason, Satisfaction
from services.domain.residence import OpenResidence, RecordResidence, Result, State
from services.domain.timebase import SHANGHAI, local
from services.sources.community_tables import MENJIN
from services.store.store import Store
from tests.system.community_days import WANG, CommunityDays

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

START = datetime(2026, 3, 2, 7, 0, tzinfo=SHANGHAI)
CHEN = Officer("chen", "陈警官", Role.POLICE_ROOM)
LIN, GUEST, OTHER = "XQ01-lin", "XQ01-guest", "XQ01-other"
RULE = "R-POP-01"
ASKED = {"satisfaction": Satisfaction.SATISFIED}


class Days(CommunityDays):
    number = 9_000_000_000_000

    def passes(self, who: str, *, inward: bool = True, visitor: int = 0, at_once: bool = True) -> None:
        """One passage now, by the gate of 城市花园."""
        Days.number += 1
        at = local(self.clock.now())
        row = {
            "id": Days.number, "lsh": f"MJ{Days.number}", "xqbh": "XQ01", "mjmc": "南门", "fx": "1" if inward else "2",
            "rybm": who, "rylb": "30" if visitor else "99", "djbz": 0, "czbz": 0, "fkbz": visitor,
            "txsj": f"{at:%Y%m%d%H%M%S}", "ldbh": "XQ0101",
        }  # fmt: skip
        self.write(MENJIN, row)
        if at_once:
            self.poll("community_gates")

    def comes_and_goes(self, *who: str, days: int) -> None:
        """In at half past eight in the evening, out at seven in the morning."""
        for _ in range(days):
            for one in who:
                self.passes(one, inward=False, at_once=False)
            self.clock.moment += timedelta(hours=13, minutes=30)
            for one in who:
                self.passes(one, at_once=False)
            self.poll("community_gates")
            self.clock.moment += timedelta(hours=10, minutes=30)

    def open_of(self, who: str) -> Alert | None:
        return next((a for a in self.alerts(RULE) if a.key.endswith(who) and a.is_open), None)

    def do(self, alert: Alert, action: Action, officer: Officer = WANG, **said: object) -> Alert:
        outcome = self.perform(Command(alert.id, action, alert.version, **said), officer)  # type: ignore[arg-type]
        assert outcome.done, outcome.refusal
        return outcome.alert

    def precision(self) -> str:
        self.clock.moment += timedelta(minutes=1)
        for summary in self._works.summaries:
            if summary.key == "community_figures":
                for topic, records in summary.make(self.store, self.clock.now()).items():
                    self.store.put_topic(topic, records, self.clock.now())
        return next((f.note for f in self.records("community_figures") if f.id == "precision"), "")


@pytest.fixture
def days(store: Store, tmp_path: Path) -> Iterator[Days]:
    with Days(store, tmp_path, START, only=(RULE,), residents=60) as made:
        made.poll("community_gates")
        yield made


@pytest.fixture
def small_days(sqlite_store: Store, tmp_path: Path) -> Iterator[Days]:
    with Days(sqlite_store, tmp_path, START, only=(RULE,), residents=60) as made:
        made.poll("community_gates")
        yield made


def verified(days: Days, alert: Alert, result: Result, **said: str) -> Alert:
    """Sign, verify, hand to the police room, knock at the door, feed back."""
    alert = days.do(alert, Action.SIGN)
    alert = days.do(alert, Action.VERIFY)
    opened = days.perform(OpenResidence(alert_id=alert.id, steward="吴小娟"))
    assert opened.done, opened.refusal
    alert = days.store.alert(alert.id)
    assert (alert.work, alert.department) == (Work.DISPATCHED, "公安")
    assert "联勤警务室" in alert.task
    about = {"case_id": opened.case.id, "expected_version": opened.case.version}
    done = days.perform(RecordResidence(**about, result=result, name="林小明", **said), CHEN)  # type: ignore[arg-type]
    assert done.done, done.refusal
    assert (done.case.state, done.case.officer, done.case.steward, done.case.name) == (State.DONE, "陈*", "吴*", "林*")
    return days.do(days.store.alert(alert.id), Action.REVIEW)


def test_that_a_suspicion_becomes_a_registration_and_is_not_raised_again(days: Days) -> None:
    days.comes_and_goes(LIN, GUEST, days=4)
    days.passes(LIN, inward=False)
    assert not days.alerts(RULE)
    days.clock.moment += timedelta(hours=13)
    days.passes(LIN)
    alert = days.open_of(LIN)
    assert alert is not None
    assert (alert.count, alert.level, alert.scene) == (1, AlertLevel.ORANGE, "community")
    assert [(p.label, p.value) for p in alert.parameters] == [
        ("30 日进出 次", "10"), ("不同日 天", "5"), ("夜宿 次", "4"),
    ]  # fmt: skip
    days_told = {local(days_of).date() for days_of in _moments(days, alert)}
    assert len(days_told) == 5
    assert "·" in alert.subject
    assert LIN not in f"{alert.subject}{alert.wall_subject}{alert.title}{alert.place}"

    assert days.open_of(GUEST) is None
    before = days.precision()
    alert = verified(days, alert, Result.PERMIT, permit_no="331002202611220017")
    case = days.records("residences")[0]
    assert case.permit_no == "3310**********0017"
    assert (case.result, case.is_proved) == (Result.PERMIT, True)
    feedback = [h for h in days.store.happenings(alert.id) if h.kind == "fed_back"][-1]
    assert "民警 陈*" in feedback.text
    assert "331002202611220017" not in feedback.text
    alert = days.do(alert, Action.CLOSE, officer=_leader(), text="已办居住证", **ASKED)
    assert alert.verdict is Verdict.TRUE
    assert (before, days.precision().partition(" · ")[0]) == ("暂无数据", "1 / 1")

    days.clock.moment += timedelta(hours=1)
    days.passes(GUEST, inward=False)
    days.passes(GUEST)
    suspect = days.open_of(GUEST)
    assert suspect is not None
    suspect = verified(days, suspect, Result.VISITOR, text="来看女儿，住到周日")
    suspect = days.do(suspect, Action.FALSE_ALARM, officer=_leader(), false_reason=FalseReason.KNOWN_PERSON)
    days.do(suspect, Action.CLOSE, officer=_leader(), text="确认访客", **ASKED)
    assert days.precision().partition(" · ")[0] == "1 / 2"
    assert days.open_of(GUEST) is None

    days.clock.moment += timedelta(days=20)
    days.comes_and_goes(LIN, GUEST, days=12)
    assert days.open_of(LIN) is None
    assert days.open_of(GUEST) is None
    days.begin(days.store)  # the collector died and came back
    days.comes_and_goes(LIN, GUEST, days=12)
    assert not [a for a in days.alerts(RULE) if a.is_open]
    days.clock.moment += timedelta(days=60)
    days.comes_and_goes(GUEST, days=10)
    assert days.open_of(GUEST) is not None


def test_that_a_track_without_a_hit_is_gone_after_30_days_and_that_of_an_open_case_stays(small_days: Days) -> None:
    days = small_days
    days.comes_and_goes(LIN, days=5)
    days.comes_and_goes(OTHER, days=3)
    assert days.open_of(LIN) is not None
    assert _kept(days) == {LIN: 10, OTHER: 6}
    days.clock.moment += timedelta(days=32)
    sweep(days)
    assert _kept(days) == {LIN: 10}
    alert = days.open_of(LIN)
    assert alert is not None
    alert = verified(days, alert, Result.REGISTERED)
    days.do(alert, Action.CLOSE, officer=_leader(), text="已登记", **ASKED)
    days.clock.moment += timedelta(days=2)
    sweep(days)
    assert _kept(days) == {}


def sweep(days: Days) -> None:
    days.store.use_keeping(Keeping())
    while days.store.sweep(days.clock.now()).more:
        pass


def _leader() -> Officer:
    return Officer("li", "李建国", Role.SHIFT_LEAD)


def _moments(days: Days, alert: Alert) -> list[datetime]:
    with days.store.read() as connection:
        names = "', '".join(alert.event_ids)
        rows = connection.exec_driver_sql(f"SELECT occurred_at FROM inbox WHERE event_id IN ('{names}')").scalars()
        return [datetime.fromtimestamp(at / 1e6, tz=SHANGHAI) for at in rows]


def _kept(days: Days) -> dict[str, int]:
    with days.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT person_id, count(*) FROM event_gate_passage GROUP BY person_id").all()
    return {who: number for who, number in rows if who in (LIN, GUEST, OTHER)}
