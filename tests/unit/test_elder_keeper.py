"""The keeper of elders over a real store: what is silenced, what never is, and that its death loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.collect.elder_keeper import ElderKeeper
from services.collect.rules import RuleRunner, rules_from_texts
from services.domain.alert import Alert, AlertLevel, Condition
from services.domain.away import AwayReason, ReportAway
from services.domain.community import CareClass, Elder, Safety
from services.domain.community_told import MeterReading
from services.domain.consent import WithdrawConsent
from services.domain.elder_call import ElderCall, RecordCall, Result, Step, Whom
from services.domain.elder_contact import FiledConsent
from services.domain.elder_events import ElderCallTold, ElderDevice
from services.domain.elder_terms import TERMS
from services.domain.event import Batch, Event
from services.domain.fire import FireDeviceReport
from services.domain.masked import Masked
from services.domain.officer import Officer, Role
from services.domain.rule import Rule
from services.domain.timebase import SHANGHAI
from services.store.store import Store

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=SHANGHAI)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WANG = Officer("wang", "王海涛", Role.DUTY)
FILES = Path(__file__).resolve().parents[2] / "resources" / "rules"
USES = ("water", "door", "motion", "outing", "wearable", "button")


@pytest.fixture(scope="module")
def rules() -> Sequence[Rule]:
    return rules_from_texts({p.name: p.read_text(encoding="utf-8") for p in sorted(FILES.glob("R-ELD-*.toml"))})


def elder(index: int = 1, **said: Any) -> Elder:
    told = {"dwelling_id": f"D{index}", "estate_id": "YJ01"} | said
    return Elder(
        f"LR{index}", Masked("林小明"), CareClass.KEY, "云锦苑", "3 幢", Safety.PENDING, (), None, "", "", "", **told
    )


class Watch:
    """One store, one keeper, meters that the test reads, a clock."""

    def __init__(self, store: Store, rules: Sequence[Rule], *elders: Elder) -> None:
        self.store, self.now, self.elders = store, NOW, elders or (elder(),)
        self._rules, self._number = rules, 0
        papers = [FiledConsent(f"T{e.id}", e.id, Masked("林"), "本人", date(2026, 1, 1), USES) for e in self.elders]
        store.put_topic("elder_register", self.elders, NOW)
        store.put_topic("elder_consents", papers, NOW)
        store.put_topic("elder_contacts", (), NOW)
        self.begin()

    def begin(self) -> None:
        """Start the collector's parts, as after its death."""
        self.store.use_rules(RuleRunner(self._rules, now=lambda: self.now))
        self.keeper = ElderKeeper(self.store, TERMS)

    def tell(self, kind: str, record: Any) -> None:
        self._number += 1
        self.store.take(Batch(events=(Event("test", f"{self._number}", kind, self.now, record),)), "test", self.now)

    def read(self, used: float, index: int = 1) -> None:
        name = f"m{self._number}"
        reading = MeterReading(name, f"SB{index}", "water", self.now, 100.0, "m3", f"D{index}", "YJ01", used, 60.0)
        self.tell("meter_reading", reading)

    def device(self, kind: str, index: int = 1) -> None:
        name = f"d{self._number}"
        place = ("YJ01", "云锦苑", "3 幢")
        self.tell(
            "elder_device", ElderDevice(name, f"LR{index}", f"D{index}", "B1", kind, None, "", 0, *place, self.now)
        )

    def hours(self, count: int, used: float = 0.0, step: int = 1) -> None:
        for _ in range(count // step):
            self.now += step * HOUR
            self.read(used)
            self.look()

    def look(self) -> None:
        while self.store.expire(self.now):
            pass
        self.keeper.tick(self.now)

    def alert(self, rule: str) -> Alert | None:
        return next((a for a in self.store.snapshot("alerts", self.now).records if a.rule_id == rule), None)

    def shown(self, index: int = 1) -> Elder:
        return next(e for e in self.store.snapshot("elders", self.now).records if e.id == f"LR{index}")

    def chain(self) -> ElderCall | None:
        return next(iter(self.store.snapshot("elder_calls", self.now).records), None)


@pytest.fixture
def watch(sqlite_store: Store, rules: Sequence[Rule]) -> Watch:
    made = Watch(sqlite_store, rules)
    made.read(0.03)
    made.look()
    return made


def away(watch: Watch) -> None:
    report = ReportAway(elder_id="LR1", reason=AwayReason.FAMILY, until=date(2026, 11, 24), told_by="女儿")
    assert watch.store.perform(report, WANG, watch.now).done
    watch.look()


def test_that_away_silences_silence_and_nothing_else(watch: Watch) -> None:
    away(watch)
    watch.hours(26, step=2)
    assert [watch.alert(rule) for rule in ("R-ELD-01", "R-ELD-02", "R-ELD-03", "R-ELD-05")] == [None] * 4
    assert watch.shown().safety is Safety.AWAY
    watch.device("sos")
    watch.device("smoke")
    watch.look()
    sos, smoke = watch.alert("R-ELD-06"), watch.alert("R-ELD-07")
    assert sos is not None
    assert smoke is not None
    assert {sos.level, smoke.level} == {AlertLevel.RED}
    assert sos.incident_id == smoke.incident_id != ""
    chain = watch.chain()
    assert chain is not None  # somebody calls, notice or not
    assert (chain.step, chain.due_at - watch.now) == (Step.PHONE, 2 * MINUTE)
    watch.now += 3 * MINUTE
    watch.look()
    chain = watch.chain()
    assert chain is not None
    assert chain.step is Step.POLICE


def test_that_a_tap_left_open_is_told_of_an_elder_who_is_away(watch: Watch) -> None:
    away(watch)
    watch.hours(26, used=0.3, step=2)
    assert watch.alert("R-ELD-04") is not None
    assert watch.shown().safety is Safety.AWAY
    assert watch.chain() is None


def test_that_a_collector_that_died_tells_what_ended_meanwhile(watch: Watch) -> None:
    watch.hours(12, step=3)
    raised = watch.alert("R-ELD-01")
    assert raised is not None
    assert watch.chain() is not None
    watch.now += HOUR
    watch.begin()
    watch.read(0.05)
    watch.look()
    after = watch.store.alert(raised.id)
    assert after is not None
    assert (after.condition, after.is_open) == (Condition.RTN, True)
    chain = watch.chain()
    assert chain is not None
    assert (chain.is_open, chain.step) == (True, Step.AGAIN)  # an end of the condition is no proof


def test_that_a_proof_by_a_person_begins_the_hours_anew(watch: Watch) -> None:
    watch.hours(12, step=3)
    chain = watch.chain()
    assert chain is not None
    said = RecordCall(case_id=chain.id, expected_version=chain.version, whom=Whom.ELDER, result=Result.SAFE)
    assert watch.store.perform(said, WANG, watch.now + MINUTE).done
    watch.now += MINUTE
    watch.look()
    assert (watch.shown().safety, watch.shown().proof) == (Safety.CONFIRMED, "电话")
    watch.hours(11, step=11)
    assert watch.alert("R-ELD-01").condition is Condition.RTN  # type: ignore[union-attr]
    watch.hours(2)
    assert watch.alert("R-ELD-01").condition is Condition.ACTIVE  # type: ignore[union-attr]
    assert watch.alert("R-ELD-02") is None
    again = [one for one in watch.store.snapshot("elder_calls", watch.now).records if one.is_open]
    assert len(again) == 1  # and so she is called again


def test_that_a_call_told_by_the_community_counts_once(watch: Watch) -> None:
    watch.hours(12, step=3)
    watch.now += MINUTE
    for _ in range(2):
        watch.tell("elder_call", ElderCallTold("HJ7", "LR1", "elder", 0, "no_answer", True, watch.now))
        watch.look()
    chain = watch.chain()
    assert chain is not None
    assert [(call.call_id, call.by) for call in chain.calls] == [("HJ7", "机器人")]


def test_that_a_familys_word_to_a_robot_is_kept_and_proves_nothing(watch: Watch) -> None:
    watch.hours(12, step=3)
    watch.tell("elder_call", ElderCallTold("HJ8", "LR1", "family", 0, "safe", True, watch.now))
    watch.look()
    chain = watch.chain()
    assert chain is not None
    assert ([call.result for call in chain.calls], chain.is_open) == ([Result.SAFE], True)


def test_that_without_consent_nothing_is_computed_and_the_list_says_so(watch: Watch) -> None:
    watch.hours(12, step=3)
    raised = watch.alert("R-ELD-01")
    assert raised is not None
    assert watch.store.perform(WithdrawConsent(elder_id="LR1", reason="本人"), WANG, watch.now).done
    watch.now += MINUTE
    watch.look()
    shown = watch.shown()
    assert (shown.unmonitored, shown.safety, shown.water_24h) == ("已撤回同意", Safety.UNKNOWN, ())
    after = watch.store.alert(raised.id)
    assert after is not None
    assert after.condition is Condition.RTN
    watch.hours(20, step=4)
    assert watch.alert("R-ELD-02") is None
    watch.device("sos")
    assert watch.alert("R-ELD-06") is not None  # a life goes before a paper


def test_that_a_silent_meter_is_unknown_and_never_safe(sqlite_store: Store, rules: Sequence[Rule]) -> None:
    lost = replace(elder(), safety=Safety.UNKNOWN, silent_device="求助按钮", silent_since=NOW - 30 * HOUR)
    watch = Watch(sqlite_store, rules, lost, elder(2))
    watch.read(0.03, index=2)
    watch.look()
    assert watch.shown().safety is Safety.UNKNOWN
    assert watch.alert("R-ELD-10B") is not None
    assert watch.alert("R-ELD-01") is None
    watch.device("door")
    watch.look()
    assert (watch.shown().safety, watch.shown().proof) == (Safety.CONFIRMED, "门磁")


def test_that_smoke_and_gas_told_by_the_estates_detectors_are_an_elders_too(watch: Watch) -> None:
    watch.tell(
        "fire_device", FireDeviceReport("F1", "YG1", "smoke", "alarm", "YJ01", "云锦苑", watch.now, dwelling_id="D1")
    )
    watch.tell(
        "fire_device", FireDeviceReport("F2", "YG2", "smoke", "alarm", "YJ01", "云锦苑", watch.now, dwelling_id="D9")
    )
    watch.look()
    watch.look()
    told = [a for a in watch.store.snapshot("alerts", watch.now).records if a.rule_id == "R-ELD-07"]
    assert [(a.subject_id, a.count) for a in told] == [("D1", 1)]


def test_that_visits_fall_due_by_class_and_within_a_day_of_a_change(sqlite_store: Store, rules: Sequence[Rule]) -> None:
    seen = {"visited_at": NOW - 33 * 24 * HOUR}
    changed = {"visited_at": NOW - 24 * HOUR, "changed_at": NOW - 20 * HOUR}
    watch = Watch(sqlite_store, rules, elder(1, **seen), elder(2, **changed), elder(3, visited_at=NOW - 4 * 24 * HOUR))
    watch.look()
    late = watch.alert("R-ELD-09")
    assert late is not None
    assert (late.subject_id, late.level) == ("D1", AlertLevel.YELLOW)
    visits = {one.subject_id: one for one in sqlite_store.cases("visit")}
    assert set(visits) == {"LR1", "LR2"}
    assert visits["LR2"].due_at == NOW + 4 * HOUR
    again = tuple(replace(e, visited_at=NOW + HOUR) for e in watch.elders)
    sqlite_store.put_topic("elder_register", again, NOW)
    watch.now += 2 * HOUR
    watch.look()
    assert {one.state.value for one in sqlite_store.cases("visit")} == {"made"}
    watch.look()
    assert [watch.shown(i).visit_on_time for i in (1, 2, 3)] == [False, True, None]
    after = sqlite_store.alert(late.id)
    assert after is not None
    assert after.condition is Condition.RTN
