"""Is a rule that would flood stopped, said and let go on; and do rules in shadow raise nothing?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from services.collect.budgets import key_of
from services.collect.reload import Reloading
from services.collect.rule_health import HealthTally
from services.collect.rules import RuleRunner, rules_from_texts
from services.domain.alert import Action, Alert, AlertLevel, Command, Condition
from services.domain.budget import DEFAULT, Budget, budget_from, said, span_of
from services.domain.event import Batch, Event
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.rule import Rule
from services.domain.rule_file import RuleError
from services.domain.rule_health import RuleHealth, RuleState
from services.store.schema import shadow
from services.store.store import Store
from tests.unit.test_rules_reload import OFTEN, RULE

AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
LEAD = Officer("l", "赵明", Role.SHIFT_LEAD)
HOUR = timedelta(hours=1)
BUDGETED = RULE.replace("level =", 'budget = { alerts = 3, within = "1h" }\nlevel =')
RED = 'raise_level = [{ where = "speed_kmh > 150", level = "red" }]\nlevel ='


class Clock:
    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rule(text: str = BUDGETED) -> Rule:
    return rules_from_texts({"R-T-1.toml": text})[0]


def speeding(numbers: Sequence[int], speed: float = 90.0, at: datetime = AT) -> list[Event]:
    """One plate each."""
    return [
        Event(
            "viid",
            f"p{n}-{at:%H%M%S}-{speed}",
            "passage",
            at,
            Passage(f"p{n}", "c1", "d1", at, "椒江二桥", plate_no=f"浙J{n:05d}", speed_kmh=speed),
        )
        for n in numbers
    ]


def take(store: Store, clock: Clock, events: Sequence[Event]) -> dict[str, Alert]:
    """By key what the events touched."""
    alerts = store.take(Batch(events=events), "viid", clock.now).alerts
    return {alert.key: alert for alert in alerts}


def engine(store: Store, clock: Clock) -> Alert | None:
    return next((a for a in store.snapshot("alerts", clock.now).records if a.key == key_of("R-T-1")), None)


def flood(store: Store, clock: Clock) -> RuleRunner:
    runner = RuleRunner([rule()], now=clock)
    store.use_rules(runner)
    take(store, clock, speeding(range(5)))
    return runner


def test_that_a_rule_over_its_budget_is_stopped_and_says_so_once(store: Store, clock: Clock) -> None:
    runner = RuleRunner([rule()], now=clock)
    store.use_rules(runner)
    assert len(take(store, clock, speeding(range(3)))) == 3
    touched = take(store, clock, speeding(range(3, 7)))
    assert list(touched) == [key_of("R-T-1")]
    alert = touched[key_of("R-T-1")]
    assert (alert.level, alert.rule_id, alert.subject_id) == (AlertLevel.YELLOW, "ENGINE", "R-T-1")
    assert [p.value for p in alert.parameters] == ["3 条 / 1 小时", "4 条"]
    assert take(store, clock, speeding([8])) == {}
    assert runner.budgets.held_today("R-T-1", AT) == 5
    assert runner.budgets.stopped == {"R-T-1"}


def test_that_one_batch_raises_up_to_the_budget_and_holds_the_rest(sqlite_store: Store, clock: Clock) -> None:
    runner = flood(sqlite_store, clock)
    keys = {a.key for a in sqlite_store.snapshot("alerts", AT).records}
    assert keys == {"R-T-1|浙J00000", "R-T-1|浙J00001", "R-T-1|浙J00002", key_of("R-T-1")}
    assert runner.budgets.held_today("R-T-1", AT) == 2


def test_that_repeats_and_red_pass_while_a_rule_is_stopped(sqlite_store: Store, clock: Clock) -> None:
    sqlite_store.use_rules(RuleRunner([rule(BUDGETED.replace("level =", RED, 1))], now=clock))
    take(sqlite_store, clock, speeding(range(5)))
    clock.now += timedelta(minutes=1)
    later = take(sqlite_store, clock, speeding([0, 7], at=clock.now))
    assert list(later) == ["R-T-1|浙J00000"]
    assert later["R-T-1|浙J00000"].count == 2
    clock.now += timedelta(minutes=1)
    red = take(sqlite_store, clock, speeding([9], 160, clock.now))
    assert red["R-T-1|浙J00009"].level is AlertLevel.RED


def test_that_red_alerts_use_up_no_budget(sqlite_store: Store, clock: Clock) -> None:
    sqlite_store.use_rules(RuleRunner([rule(BUDGETED.replace("level =", RED, 1))], now=clock))
    assert len(take(sqlite_store, clock, speeding(range(9), 160))) == 9
    clock.now += timedelta(minutes=1)
    assert len(take(sqlite_store, clock, speeding(range(20, 23), at=clock.now))) == 3


def test_that_a_rule_goes_on_when_its_rate_has_been_low_for_a_whole_window(sqlite_store: Store, clock: Clock) -> None:
    runner = flood(sqlite_store, clock)
    for minutes in (10, 59):
        clock.now = AT + timedelta(minutes=minutes)
        assert take(sqlite_store, clock, speeding([100 + minutes], at=clock.now)) == {}
    clock.now = AT + HOUR
    assert runner.waits
    sqlite_store.report(lambda reader: runner.due(clock.now, reader), clock.now)
    assert not runner.waits
    over = engine(sqlite_store, clock)
    assert over is not None
    assert over.condition is Condition.RTN
    clock.now += timedelta(minutes=1)
    assert len(take(sqlite_store, clock, speeding([200], at=clock.now))) == 1


def test_that_a_rule_stays_stopped_while_it_would_still_flood(sqlite_store: Store, clock: Clock) -> None:
    runner = flood(sqlite_store, clock)
    for minutes in range(5, 125, 5):
        clock.now = AT + timedelta(minutes=minutes)
        assert take(sqlite_store, clock, speeding([1000 + minutes], at=clock.now)) == {}
    assert runner.budgets.stopped
    assert runner.budgets.held_today("R-T-1", clock.now) == 26


def test_that_an_officer_who_closes_the_engines_alert_activates_the_rule(sqlite_store: Store, clock: Clock) -> None:
    flood(sqlite_store, clock)
    alert = engine(sqlite_store, clock)
    assert alert is not None
    clock.now += timedelta(minutes=1)
    for action, text in ((Action.SIGN, ""), (Action.VERIFY, ""), (Action.NO_ACTION, ""), (Action.CLOSE, "已核对")):
        outcome = sqlite_store.perform(Command(alert.id, action, alert.version, text), LEAD, clock.now)
        assert outcome.done, outcome
        alert = sqlite_store.alert(alert.id)
        assert alert is not None
    clock.now += timedelta(minutes=1)
    assert len(take(sqlite_store, clock, speeding(range(50, 53), at=clock.now))) == 3
    assert list(take(sqlite_store, clock, speeding([60], 91, clock.now))) == [key_of("R-T-1")]


def test_that_a_restart_changes_nothing(store: Store, clock: Clock) -> None:
    store.use_rules(RuleRunner([rule()], now=clock))
    take(store, clock, speeding(range(2)))
    store.use_rules(RuleRunner([rule()], now=clock))
    assert "R-T-1|浙J00003" not in take(store, clock, speeding([2, 3]))
    again = RuleRunner([rule()], now=clock)
    store.use_rules(again)
    clock.now += timedelta(minutes=30)
    assert take(store, clock, speeding([4], at=clock.now)) == {}
    assert again.budgets.stopped
    clock.now += timedelta(minutes=59)
    take(store, clock, speeding([5], at=clock.now))
    assert again.budgets.stopped  # watched for less than a whole window
    clock.now += timedelta(minutes=2)
    assert key_of("R-T-1") in take(store, clock, speeding([6], at=clock.now))
    assert not again.budgets.stopped


def test_that_what_was_held_back_today_is_told_and_outlives_a_restart(
    sqlite_store: Store, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "R-T-1.toml").write_text(BUDGETED, encoding="utf-8")
    for events, held in ((range(5), 2), (range(5, 6), 3)):
        rules = Reloading(sqlite_store, tmp_path, None, clock)
        tally = HealthTally(rules)
        tally.records(sqlite_store, clock.now)
        take(sqlite_store, clock, speeding(events))
        sqlite_store.put_topic("rule_health", tally.records(sqlite_store, clock.now), clock.now)
        record = sqlite_store.snapshot("rule_health", clock.now).first()
        assert isinstance(record, RuleHealth)
        assert (record.state, record.fired_today, record.held_back) == (RuleState.STOPPED, 3, held)
        assert record.last_fired_at == AT
    clock.now += timedelta(days=1)
    (record,) = tally.records(sqlite_store, clock.now)
    assert (record.fired_today, record.held_back, record.last_fired_at) == (0, 0, AT)


def test_that_a_failed_transaction_uses_up_no_budget(sqlite_store: Store, clock: Clock) -> None:
    sqlite_store.use_rules(RuleRunner([rule()], now=clock))
    for _ in range(3):
        with pytest.raises(Exception, match="不认识的主题"):
            sqlite_store.take(Batch(events=speeding(range(3)), states={"none_such": ()}), "viid", AT)
    assert len(take(sqlite_store, clock, speeding(range(3)))) == 3


def test_that_a_rule_without_a_budget_has_the_default_one(sqlite_store: Store, clock: Clock) -> None:
    sqlite_store.use_rules(RuleRunner([rule(RULE)], now=clock, budget=Budget(2, HOUR)))
    assert len(take(sqlite_store, clock, speeding(range(5)))) == 3
    sqlite_store.use_rules(RuleRunner([rule(RULE)], now=clock, budget=None))
    assert len(take(sqlite_store, clock, speeding(range(20, 40)))) == 20


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        ('{ alerts = 0, within = "1h" }', "正整数"),
        ('{ alerts = 3, within = "1 week" }', "1h"),
        ('{ alerts = 3, within = "0h" }', "1h"),
        ("{ alerts = 3 }", "within"),
        ("3", "dict"),
    ],
)
def test_that_a_budget_that_cannot_be_is_refused(budget: str, why: str) -> None:
    with pytest.raises(RuleError, match=f"R-T-1.toml.*budget.*{why}"):
        rule(RULE.replace("level =", f"budget = {budget}\nlevel ="))


def test_that_spans_are_read_and_said() -> None:
    spans = {"30min": "30 分钟", "1h": "1 小时", "90min": "90 分钟", "1d": "1 天"}
    for text, words in spans.items():
        span = span_of(text)
        assert span is not None
        assert said(span) == words
    assert span_of("1w") is None


def test_that_the_site_sets_the_budget_of_rules_without_one() -> None:
    assert budget_from({}) == DEFAULT
    assert budget_from({"budget": {"alerts": 7, "within": "30min"}}) == Budget(7, timedelta(minutes=30))
    for table in ({"budgets": 1}, {"budget": 3}, {"budget": {"alerts": 0}}, {"budget": {"within": "x"}}):
        with pytest.raises(ValueError, match="rules"):
            budget_from(table)


# -------------------------------------------------------------------------------------------- shadow


def test_that_rules_in_shadow_write_what_they_find_and_raise_nothing(store: Store, clock: Clock) -> None:
    draft = rule(RULE.replace("version = 1", "version = 2").replace("> 80", "> 85"))
    store.use_rules(RuleRunner([rule(RULE)], [draft], now=clock))
    touched = take(store, clock, [*speeding([1], 82), *speeding([2], 90)])
    assert {alert.rule_version for alert in touched.values()} == {1}
    with store.read() as reader:
        rows = reader.execute(select(shadow)).all()
    assert [(row.rule_id, row.rule_version, row.key, row.level) for row in rows] == [
        ("R-T-1", 2, "R-T-1|浙J00002", AlertLevel.YELLOW)
    ]
    assert '"浙J·00002"' in rows[0].body


def test_that_a_failed_transaction_leaves_nothing_in_the_shadow(sqlite_store: Store, clock: Clock) -> None:
    sqlite_store.use_rules(RuleRunner([], [rule(RULE)], now=clock))
    with pytest.raises(Exception, match="不认识的主题"):
        sqlite_store.take(Batch(events=speeding(range(3)), states={"none_such": ()}), "viid", AT)
    with sqlite_store.read() as reader:
        assert reader.execute(select(shadow)).all() == []


# ------------------------------------------------------------------------------------------- batches


def test_that_any_permutation_of_a_batch_with_doubles_gives_the_same_alerts(
    sqlite_store: Store, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first_seen = OFTEN.replace("R-T-2", "R-T-3").replace(
        'kind = "frequency", by = ["plate_no"], at_least = 3', 'kind = "first_seen", by = ["plate_no"]'
    )
    texts = {"a.toml": RULE, "b.toml": OFTEN, "c.toml": first_seen.replace("detections = 0", "detections = 1")}
    rules = rules_from_texts(texts)
    events = [e for i in range(4) for e in speeding(range(6), at=AT + timedelta(minutes=i))]
    said: list[object] = []
    for seed in range(4):
        sent = [*events, *events[:5]]
        Random(seed).shuffle(sent)
        folder = tmp_path_factory.mktemp("store")
        with Store.open(f"sqlite:///{folder}/d.db") as store:
            store.use_rules(RuleRunner(rules, now=clock))
            touched = take(store, clock, sent)
        said.append([(key, a.id, a.count, a.event_ids, a.level, a.occurred_at) for key, a in touched.items()])
    assert said[0]
    assert all(one == said[0] for one in said)
