"""Do the rules that remember raise, hold back and return to normal in a store, across restarts too?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.collect.listening import Listening
from services.collect.rules import RuleRunner, read_rules
from services.domain.alert import Action, AlertLevel, Command, Condition, FalseReason
from services.domain.community import CareClass, Elder, Safety
from services.domain.community_told import MeterReading
from services.domain.event import Batch, Event
from services.domain.masked import Masked
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.rule import Rule
from services.store.errors import StoreError
from services.store.store import Store

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEAD = Officer("l", "赵明", Role.SHIFT_LEAD)


@pytest.fixture(scope="module")
def rules() -> Sequence[Rule]:
    return read_rules(RULES)


def only(rules: Sequence[Rule], rule_id: str) -> RuleRunner:
    return RuleRunner([rule for rule in rules if rule.id == rule_id])


def reading(hours: float, used: float = 0.0, meter: str = "W1") -> Event:
    at = AT + hours * HOUR
    name = f"{meter}-{hours}"
    record = MeterReading(name, meter, "water", at, 100.0, "m3", f"D-{meter}", "E1", used)
    return Event("meters", name, "meter_reading", at, record)


def elder(dwelling: str, safety: Safety) -> Elder:
    return Elder(
        "LR1", Masked("林小明"), CareClass.HIGH, "城市花园", "3 幢", safety, (), None, "", "", "", dwelling_id=dwelling
    )


def take(store: Store, *events: Event) -> list[str]:
    return [alert.id for alert in store.take(Batch(events=events), "test", events[-1].occurred_at).alerts]


def day_without_water(store: Store) -> list[str]:
    return [alert for half_hours in range(49) for alert in take(store, reading(half_hours / 2))]


# -------------------------------------------------------------------------------------- low water


def test_that_a_day_without_water_is_told_and_the_first_use_returns_it_to_normal(
    store: Store, rules: Sequence[Rule]
) -> None:
    store.put_topic("elders", [elder("D-W1", Safety.PENDING)], AT)
    store.use_rules(only(rules, "R-ELD-02"))
    (alert_id,) = day_without_water(store)
    assert take(store, reading(24.5), reading(25)) == []
    assert take(store, reading(25.5, used=0.0015)) == []  # neither use nor none
    assert take(store, reading(26, used=0.012)) == [alert_id]
    alert = store.alert(alert_id)
    assert alert is not None
    assert (alert.title, alert.level, alert.count) == ("独居老人 24 时未用水", AlertLevel.ORANGE, 1)
    assert (alert.condition, alert.is_open) == (Condition.RTN, True)
    assert "D-W1" not in alert.wall_subject + alert.place


def test_that_an_away_notice_holds_the_alert_back_and_its_end_lets_it_out(
    sqlite_store: Store, rules: Sequence[Rule]
) -> None:
    sqlite_store.put_topic("elders", [elder("D-W1", Safety.AWAY), elder("D-W2", Safety.PENDING)], AT)
    sqlite_store.use_rules(only(rules, "R-ELD-02"))
    assert day_without_water(sqlite_store) == []
    sqlite_store.put_topic("elders", [elder("D-W1", Safety.PENDING)], AT)
    assert len(take(sqlite_store, reading(24.5))) == 1


def test_that_before_the_away_notices_are_known_nothing_is_told(sqlite_store: Store, rules: Sequence[Rule]) -> None:
    sqlite_store.use_rules(only(rules, "R-ELD-02"))
    assert day_without_water(sqlite_store) == []
    sqlite_store.put_topic("elders", [], AT)
    assert len(take(sqlite_store, reading(24.5))) == 1


def test_that_a_runner_made_anew_every_hour_finds_the_same(store: Store, rules: Sequence[Rule]) -> None:
    store.put_topic("elders", [], AT)
    raised: list[str] = []
    for half_hours in range(50):
        if half_hours % 2 == 0:
            store.use_rules(only(rules, "R-ELD-02"))
        raised += take(store, reading(half_hours / 2))
    assert len(raised) == 1


# ----------------------------------------------------------------------------------------- silence


def spoken(hours: float) -> list[Event]:
    return [reading(hours + i / 100, meter=f"W{i}") for i in range(2, 14)]


def listen(store: Store, runner: RuleRunner, hours: float) -> list[str]:
    return [alert.id for alert in store.report(lambda reader: runner.due(AT + hours * HOUR, reader), AT + hours * HOUR)]


def test_that_a_silent_meter_is_told_by_the_clock_once_and_returns_when_it_speaks(
    store: Store, rules: Sequence[Rule]
) -> None:
    runner = only(rules, "R-ELD-10")
    store.use_rules(runner)
    take(store, reading(0), *spoken(1))
    assert listen(store, runner, 25) == []  # all are silent: that is the feed, not the meters
    take(store, *spoken(25))
    (alert_id,) = listen(store, runner, 25.5)
    assert listen(store, runner, 26) == []
    alert = store.alert(alert_id)
    assert alert is not None
    assert (alert.title, alert.level) == ("老人水表失联 26 时", AlertLevel.YELLOW)
    assert take(store, reading(27)) == [alert_id]
    after = store.alert(alert_id)
    assert after is not None
    assert after.condition is Condition.RTN


def test_that_a_silence_that_was_closed_is_not_told_again_after_a_restart(
    sqlite_store: Store, rules: Sequence[Rule]
) -> None:
    runner = only(rules, "R-ELD-10")
    sqlite_store.use_rules(runner)
    take(sqlite_store, reading(0), *spoken(25))
    (alert_id,) = listen(sqlite_store, runner, 25.5)
    for action in (Action.SIGN, Action.VERIFY, Action.FALSE_ALARM, Action.CLOSE):
        alert = sqlite_store.alert(alert_id)
        assert alert is not None
        reason = FalseReason.EQUIPMENT if action is Action.FALSE_ALARM else None
        command = Command(alert_id, action, alert.version, false_reason=reason)
        assert sqlite_store.perform(command, LEAD, AT + 26 * HOUR).done
    again = only(rules, "R-ELD-10")
    sqlite_store.use_rules(again)
    take(sqlite_store, *spoken(27))
    assert listen(sqlite_store, again, 27.5) == []


def test_that_who_fell_silent_while_the_collector_was_down_is_found(store: Store, rules: Sequence[Rule]) -> None:
    store.use_rules(only(rules, "R-ELD-10"))
    take(store, reading(0), *spoken(1))
    runner = only(rules, "R-ELD-10")
    store.use_rules(runner)
    take(store, *spoken(25))
    assert len(listen(store, runner, 25.5)) == 1


def test_that_who_is_not_the_first_to_speak_after_an_outage_of_all_is_not_silent(
    store: Store, rules: Sequence[Rule]
) -> None:
    store.use_rules(only(rules, "R-CKP-22"))
    take(store, *(at_gate(f"C{n}", seconds=n) for n in range(3)))
    runner = only(rules, "R-CKP-22")
    store.use_rules(runner)
    take(store, at_gate("C0", seconds=3600))
    assert listen(store, runner, 1 + 1 / 60) == []
    take(store, *(at_gate("C0", seconds=3660 + n / 100) for n in range(1999)))
    assert len(listen(store, runner, 1.1)) == 2  # two thousand have passed elsewhere by now


def at_gate(checkpoint: str, seconds: float) -> Event:
    at = AT + timedelta(seconds=seconds)
    number = f"{checkpoint}-{seconds}"
    return Event("viid", number, "passage", at, Passage(number, checkpoint, "d", at, plate_no="浙J8T56K"))


def test_that_the_clock_of_absences_says_once_when_the_store_fails(
    sqlite_store: Store, rules: Sequence[Rule], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    runner = only(rules, "R-ELD-10")
    sqlite_store.use_rules(runner)
    clock = Listening(sqlite_store, runner)

    def fails(*_: object) -> None:
        raise StoreError("磁盘已满")

    with monkeypatch.context() as broken:
        broken.setattr(sqlite_store, "report", fails)
        clock.tick(AT)
        clock.tick(AT)
    with caplog.at_level("INFO"):
        clock.tick(AT)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_that_without_an_absence_rule_the_clock_leaves_the_store_alone(
    sqlite_store: Store, rules: Sequence[Rule], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Store, "report")
    Listening(sqlite_store, only(rules, "R-CKP-01")).tick(AT)


# ------------------------------------------------------------------------------------ two places


def passage(number: int, minutes: float, lat: float, **more: Any) -> Event:
    at = AT + timedelta(minutes=minutes)
    record = Passage(
        str(number),
        f"C{number}",
        "d1",
        at,
        f"卡口{number}",
        plate_no="浙J2K86D",
        plate_flag="civil",
        confidence=0.97,
        lon=121.4,
        lat=lat,
        **more,
    )
    return Event("viid", str(number), "passage", at, record)


def test_that_one_plate_at_two_places_is_a_blue_suspicion_until_the_cars_differ(
    store: Store, rules: Sequence[Rule]
) -> None:
    white = {"vehicle_colour": "白", "vehicle_class": "K33"}
    store.use_rules(only(rules, "R-CKP-06"))
    assert take(store, passage(1, 0, 28.60, **white)) == []
    store.use_rules(only(rules, "R-CKP-06"))
    (alert,) = store.take(Batch(events=[passage(2, 1.5, 28.69, **white)]), "test", AT).alerts
    assert (alert.title, alert.level) == ("同号牌两地出现 待核", AlertLevel.BLUE)
    assert alert.subject == "卡口1 → 卡口2 · 浙J·2K86D"
    assert "2K86D" not in alert.wall_subject
    other = passage(3, 3, 28.60, vehicle_colour="黑", vehicle_class="H31")
    (risen,) = store.take(Batch(events=[other]), "test", AT).alerts
    assert (risen.id, risen.title, risen.level) == (alert.id, "疑似套牌", AlertLevel.ORANGE)
