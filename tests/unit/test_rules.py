"""Do the shipped rules and their runner do in a store what the rule files say?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.collect.rules import WATCHLIST, RuleRunner, event_columns, read_rules
from services.domain import detect_file, rule_file
from services.domain.alert import Action, AlertLevel, Command, Condition, Work
from services.domain.boats import HandInProgress
from services.domain.community_told import CameraEvent, GatePassage
from services.domain.condition import columns_of
from services.domain.event import Batch, Event
from services.domain.kinds import FIGURES
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.rule import Rule
from services.domain.rule_file import RuleError
from services.domain.template import SPECS
from services.domain.watchlist import WatchlistEntry
from services.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "resources" / "rules"
AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
LEAD = Officer("l", "赵明", Role.SHIFT_LEAD)


@pytest.fixture(scope="module")
def rules() -> Sequence[Rule]:
    return read_rules(RULES)


def shipped(rules: Sequence[Rule], rule_id: str) -> Rule:
    return next(rule for rule in rules if rule.id == rule_id)


def gate(number: int, days: float, **fields: object) -> Event:
    at = AT + timedelta(days=days)
    record = GatePassage(
        passage_id=str(number),
        estate_id="E1",
        estate_name="城市花园",
        gate="A2",
        direction="in",
        person_id="p-1",
        category="unknown",
        registered=0,
        resident=0,
        visitor=0,
        passed_at=at,
        building="3 幢",
        known_as="林*",
    )
    return Event("community", str(number), "gate_passage", at, replace(record, **fields))


def passage(number: int, minutes: float = 0, **fields: object) -> Event:
    at = AT + timedelta(minutes=minutes)
    record = Passage(str(number), "331002000000000001", "d1", at, "椒江二桥", plate_no="浙J7M35X", has_plate=True)
    return Event("viid", str(number), "passage", at, replace(record, confidence=0.98, plate_flag="civil", **fields))


def take(store: Store, *events: Event, at: datetime = AT) -> list[str]:
    """Give the events to the store; the ids of alerts they touched."""
    return [alert.id for alert in store.take(Batch(events=events), "test", at).alerts]


# ------------------------------------------------------------------------------------ shipped rules


def test_that_every_shipped_rule_passes_its_own_tests_and_has_a_hit_and_a_miss(rules: Sequence[Rule]) -> None:
    assert {"R-POP-01", "R-CKP-01", "R-CKP-08", "R-FSH-01"} <= {rule.id for rule in rules}
    for rule in rules:
        counts = [test.detections for test in rule.tests]
        assert any(counts), rule.file
        assert 0 in counts, rule.file


def test_that_every_shipped_rule_doubts_itself_and_calls_nobody_guilty(rules: Sequence[Rule]) -> None:
    for rule in rules:
        stances = {line.stance.value for line in rule.evidence}
        assert {"for", "against"} <= stances, rule.file
        words = "".join([rule.title.text, rule.text, *rule.guidance, *(line.text.text for line in rule.evidence)])
        assert not re.search("罪犯|嫌犯|违法人员|可疑人员|坏人", words), rule.file
        assert rule.file == f"{rule.id}.toml"
        assert not re.search("[,;:]", rule.text), rule.file


def test_that_lin_is_found_at_his_tenth_passage_and_not_before(sqlite_store: Store, rules: Sequence[Rule]) -> None:
    sqlite_store.use_rules(RuleRunner(rules))
    assert take(sqlite_store, *(gate(i, i - 27) for i in range(9))) == []
    visitor_day = gate(50, -1, visitor=1, category="visitor")
    assert take(sqlite_store, visitor_day) == []
    (alert,) = sqlite_store.take(Batch(events=[gate(10, 0)]), "test", AT).alerts
    assert (alert.title, alert.level, alert.department) == ("疑似未办理居住登记", AlertLevel.YELLOW, "公安")
    assert alert.subject.startswith("林* · 城市花园 3 幢")
    assert alert.wall_subject == "城市花园 · 一人"
    assert [(p.value, p.limit) for p in alert.parameters] == [("10", "≥ 10"), ("10", "≥ 5"), ("0", "≥ 3 转橙")]
    assert len(alert.event_ids) == 10


def test_that_a_runner_made_anew_counts_on_from_the_store(store: Store, rules: Sequence[Rule]) -> None:
    for i in range(9):
        store.use_rules(RuleRunner(rules))
        assert take(store, gate(i, i - 27)) == []
    store.use_rules(RuleRunner(rules))
    assert len(take(store, gate(10, 0))) == 1


def test_that_after_a_failed_transaction_the_windows_hold_only_what_is_stored(
    sqlite_store: Store, rules: Sequence[Rule]
) -> None:
    sqlite_store.use_rules(RuleRunner(rules))
    take(sqlite_store, *(gate(i, i - 27) for i in range(8)))
    with pytest.raises(Exception, match="不认识的主题"):
        sqlite_store.take(Batch(events=[gate(8, -1)], states={"no_such_topic": ()}), "test", AT)
    assert take(sqlite_store, gate(9, 0)) == []
    assert len(take(sqlite_store, gate(10, 0.1))) == 1


def test_that_a_person_once_explained_is_quiet_for_ninety_days(sqlite_store: Store, rules: Sequence[Rule]) -> None:
    sqlite_store.use_rules(RuleRunner(rules))
    (alert_id,) = take(sqlite_store, *(gate(i, i - 20) for i in range(10)))
    for action, text in ((Action.SIGN, ""), (Action.VERIFY, ""), (Action.NO_ACTION, ""), (Action.CLOSE, "访客")):
        alert = sqlite_store.alert(alert_id)
        assert alert is not None
        assert sqlite_store.perform(Command(alert_id, action, alert.version, text), LEAD, AT).done
    assert take(sqlite_store, gate(20, 1)) == []
    later = [gate(100 + i, 91 + i / 2) for i in range(10)]
    (again,) = sqlite_store.take(Batch(events=later), "test", AT + timedelta(days=97)).alerts
    assert again.previous_id == alert_id


def test_that_the_truck_on_the_bridge_raises_one_alert_that_counts(sqlite_store: Store, rules: Sequence[Rule]) -> None:
    sqlite_store.use_rules(RuleRunner(rules))
    reading = {"opacity_pct": 38.2, "vsp_valid": True}
    first = take(sqlite_store, passage(1, **reading), passage(2, plate_no="浙J11111"))
    second = take(sqlite_store, passage(3, 5, **reading))
    assert first == second
    alert = sqlite_store.alert(first[0])
    assert alert is not None
    assert (alert.title, alert.count, alert.department) == ("尾气超标 38.2 %", 2, "生态环境")
    assert alert.subject == "椒江二桥 · 浙J·7M35X"


def test_that_a_watch_list_speaks_as_soon_as_it_is_stored_and_stops_when_withdrawn(
    sqlite_store: Store, rules: Sequence[Rule]
) -> None:
    sqlite_store.use_rules(RuleRunner(rules))
    day = timedelta(days=1)
    entry = WatchlistEntry("1", "vehicles", "浙J7M35X", "协查", AlertLevel.RED, "公安", AT - day, AT + day)
    assert take(sqlite_store, passage(1)) == []
    sqlite_store.put_topic(WATCHLIST, [entry], AT)
    (alert,) = sqlite_store.take(Batch(events=[passage(2)]), "test", AT).alerts
    assert (alert.title, alert.level, alert.department) == ("布控车辆 协查", AlertLevel.RED, "公安")
    sqlite_store.put_topic(WATCHLIST, [], AT)
    assert take(sqlite_store, passage(3)) == []


def falling(number: int, hours: float, **fields: object) -> Event:
    at = AT + timedelta(hours=hours)
    record = CameraEvent(str(number), "SXT1", "E1", "城市花园", "5 幢", "falling_object", 0.86, at, "", 7, 4.0)
    return Event("cameras", str(number), "camera_event", at, replace(record, **fields))


def test_that_what_fell_is_told_by_building_and_never_by_floor(sqlite_store: Store, rules: Sequence[Rule]) -> None:
    sqlite_store.use_rules(RuleRunner(rules))
    (alert,) = sqlite_store.take(Batch(events=[falling(1, 0), falling(2, 1)]), "test", AT).alerts
    assert (alert.title, alert.level, alert.count) == ("疑似高空抛物", AlertLevel.ORANGE, 2)
    assert (alert.place, alert.wall_subject) == ("城市花园 5 幢", "城市花园 5 幢")
    assert not re.search("[0-9] ?楼|[0-9] ?层", alert.title + alert.subject + alert.wall_subject + alert.place)


def test_that_the_backlog_of_a_new_source_raises_nothing(sqlite_store: Store, rules: Sequence[Rule]) -> None:
    sqlite_store.use_rules(RuleRunner(rules, now=lambda: AT))
    assert take(sqlite_store, falling(1, -24), falling(2, -700)) == []
    assert len(take(sqlite_store, falling(3, -23.9))) == 1


def hand_in(number: int, state: str, waited_min: int) -> Event:
    at = AT + timedelta(minutes=waited_min)
    record = HandInProgress(
        "SQ-07", "07", "浙椒渔 61027", state, waited_min, "OILY_WATER", 0.42, "下大陈锚地", 121.9, 28.4, at, 14
    )
    return Event("boats", str(number), "hand_in_progress", at, record)


def test_that_a_hand_in_without_a_vessel_rises_once_a_level_and_clears_when_one_is_sent(
    sqlite_store: Store, rules: Sequence[Rule]
) -> None:
    sqlite_store.use_rules(RuleRunner(rules))
    touched = [take(sqlite_store, hand_in(i, "ACCEPTED", waited)) for i, waited in enumerate((14, 15, 16, 17, 30, 31))]
    assert [len(alerts) for alerts in touched] == [0, 0, 1, 0, 0, 1]
    (alert,) = sqlite_store.take(Batch(events=[hand_in(9, "ASSIGNED", 0)]), "test", AT).alerts
    assert (alert.title, alert.level, alert.count) == ("未派船 > 30 分", AlertLevel.ORANGE, 2)
    assert (alert.condition, alert.is_open) == (Condition.RTN, True)
    assert (alert.subject, alert.wall_subject) == ("申请 07 · 浙椒渔 61027", "申请 07 · 下大陈锚地")


@dataclass(frozen=True, slots=True)
class _Strange:
    """A record that is not what its kind promises."""

    opacity_pct: str = "很黑"
    vsp_valid: bool = True
    has_plate: bool = True
    confidence: float = 0.99
    plate_flag: str = "civil"


def test_that_a_record_a_rule_cannot_digest_is_said_once_and_the_rest_goes_on(
    sqlite_store: Store, rules: Sequence[Rule], caplog: pytest.LogCaptureFixture
) -> None:
    runner = RuleRunner([shipped(rules, "R-CKP-01")])
    strange = [Event("viid", str(i), "passage", AT, _Strange()) for i in range(3)]
    with sqlite_store.read() as connection:
        found = runner.detections([*strange, passage(9, opacity_pct=40.0, vsp_valid=True)], connection)
    assert len(found) == 1
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "R-CKP-01" in caplog.text


def test_that_clearing_returns_an_alert_to_normal_and_leaves_it_open(tmp_path: Path, sqlite_store: Store) -> None:
    text = (RULES / "R-CKP-01.toml").read_text(encoding="utf-8")
    (tmp_path / "x.toml").write_text(text.replace("detect =", 'clear = "opacity_pct <= 30"\ndetect =', 1))
    sqlite_store.use_rules(RuleRunner(read_rules(tmp_path)))
    (alert_id,) = take(sqlite_store, passage(1, opacity_pct=40.0, vsp_valid=True))
    assert take(sqlite_store, passage(2, opacity_pct=45.0, vsp_valid=True)) == []  # it stands; nothing new
    (alert,) = sqlite_store.take(Batch(events=[passage(3, opacity_pct=10.0, vsp_valid=True)]), "test", AT).alerts
    assert (alert.id, alert.condition, alert.work) == (alert_id, Condition.RTN, Work.NEW)


# -------------------------------------------------------------------------------------------- files


def test_that_a_site_file_of_the_same_name_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    text = (RULES / "R-CKP-01.toml").read_text(encoding="utf-8")
    (tmp_path / "R-CKP-01.toml").write_text(text.replace("version = 3", "version = 7"), encoding="utf-8")
    rules = read_rules(RULES, override=tmp_path)
    assert shipped(rules, "R-CKP-01").version == 7
    assert len(rules) == len(read_rules(RULES))


def test_that_a_missing_site_folder_changes_nothing(tmp_path: Path) -> None:
    assert len(read_rules(RULES, override=tmp_path / "none")) == len(read_rules(RULES))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("opacity_pct > 30", "lower(plate_no) = 'x'"), ("R-CKP-01.toml", "where", "Lower")),
        (("detections = 1", "detections = 5"), ("R-CKP-01.toml", "自带测试", "5 次")),
        (('scene = "checkpoints"', "scene = "), ("R-CKP-01.toml", "TOML")),
        (('id = "R-CKP-01"', 'id = "R-CKP-08"'), ("id", "已用于")),
    ],
)
def test_that_a_bad_site_rule_is_refused_by_file_name(
    tmp_path: Path, change: tuple[str, str], words: tuple[str, ...]
) -> None:
    text = (RULES / "R-CKP-01.toml").read_text(encoding="utf-8")
    (tmp_path / "R-CKP-01.toml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(RuleError) as refused:
        read_rules(RULES, override=tmp_path)
    assert all(word in str(refused.value) for word in words), str(refused.value)


def test_that_rules_may_name_the_columns_of_every_kind_of_event() -> None:
    assert event_columns()["passage"] == columns_of(Passage)


def test_that_the_manual_explains_every_key_of_a_rule_file() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    keys = {
        *rule_file.KEYS,
        *(key for keys in detect_file.DETECT_KEYS.values() for key in keys),
        *detect_file.DETECT_KEYS,
        *rule_file.RAISE_KEYS,
        *rule_file.PARAMETER_KEYS,
        *rule_file.EVIDENCE_KEYS,
        *rule_file.TEST_KEYS,
        *rule_file.EXCUSE_KEYS,
        *rule_file.BUDGET_KEYS,
        *detect_file.SIDES,
        *detect_file.CROSSINGS,
        *detect_file.DIRECTIONS,
        *rule_file.LEVELS,
        *FIGURES,
        *SPECS,
        "entry",
        "times",
        "every_hours",
        "occurred_at",
        "kind_of",
    }
    assert {key for key in keys if f"`{key}`" not in text} == set()
