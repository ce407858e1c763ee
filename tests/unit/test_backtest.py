"""A back-test counts right: known synthetic truth in, the same figures out, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.collect.rules import RuleRunner
from services.district.history_cases import Finding, course
from services.domain.alert import Command, Verdict
from services.domain.backtest import (
    Episode,
    Judged,
    Matching,
    Rating,
    by_day,
    counted,
    is_net_loss,
    unmatched,
    worst_flood,
)
from services.domain.community_told import GatePassage
from services.domain.event import Batch, Event
from services.domain.keeping import Keeping
from services.domain.officer import Officer, Role
from services.domain.reasons import FalseReason
from services.domain.release import Draft, Stage
from services.domain.rule_file import RuleError
from services.domain.rule_text import (
    NoSuchNumber,
    around_change,
    changes,
    lines_changed,
    numbers_of,
    version_in,
    with_number,
    with_version,
)
from services.history.archive import Archive
from services.history.backtest import backtest, scan_values
from services.history.command import tell
from services.history.version import read_version
from services.history.worker import Worker, checked

START = datetime(2026, 9, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=40)
WANG = Officer("wang", "王某", Role.DUTY)
FILE = Path(__file__).resolve().parents[2] / "resources" / "rules" / "R-POP-01.toml"
TEXT = FILE.read_text(encoding="utf-8")
OLD = version_in(TEXT)


def passage(person: str, day: float, estate: str = "XQ01", **said) -> Event:
    at = START + timedelta(days=day)
    name = f"{person}-{day}"
    plain = {
        "passage_id": name, "estate_id": estate, "estate_name": "城市花园", "gate": "南门", "direction": "in",
        "person_id": person, "category": "unknown", "registered": 0, "resident": 0, "visitor": 0, "passed_at": at,
    }  # fmt: skip
    return Event("gates", name, "gate_passage", at, GatePassage(**{**plain, **said}))


def often(person: str, times: int, first: float = 0) -> list[Event]:
    return [passage(person, first + n) for n in range(times)]


@pytest.fixture
def lived(store):
    """Three matters: ten passages confirmed, eleven false, fourteen confirmed; one of nobody's interest."""
    store.use_rules(RuleRunner([read_version(TEXT, FILE.name).rule], budget=None))
    events = [*often("TEN", 10), *often("ELEVEN", 11, 2), *often("MANY", 14, 5), *often("FEW", 6)]
    for event in sorted(events, key=lambda e: e.occurred_at):
        store.take(Batch(events=(event,)), "gates", event.occurred_at)
    for alert in store.snapshot("alerts", NOW).records:
        judge(store, alert, false="ELEVEN" in alert.key)
    return store


def judge(store, alert, *, false: bool) -> None:
    found = Finding("看过", "公安", reason=FalseReason.KNOWN_PERSON if false else None)
    for taken in course(found):
        now = store.alert(alert.id)
        command = Command(alert.id, taken.action, now.version, **taken.said)
        outcome = store.perform(command, taken.officer, now.last_at + taken.after)
        assert outcome.done, outcome.refusal


def run(store, value=12, **said):
    draft = read_version(with_version(with_number(TEXT, "detect.at_least", value), OLD + 1), FILE.name)
    base = read_version(TEXT, FILE.name)
    return backtest(draft, store, START - timedelta(days=1), NOW, now=NOW, against=base, **said)


def test_that_a_stricter_limit_loses_and_saves_what_it_must(lived):
    test = run(lived)
    assert (test.alerts_before, test.alerts_after) == (3, 1)
    assert (test.before, test.after) == (Rating(2, 1), Rating(1, 0))
    assert [case.key for case in test.lost] == ["R-POP-01|XQ01|TEN"]
    assert (test.net_lost, test.saved, test.saved_reasons) == (1, 1, (("已知人员", 1),))
    assert test.events == 41
    assert test.how == "DuckDB 批量判定"


def test_that_the_back_test_of_the_active_version_finds_every_recorded_alert(lived):
    test = run(lived)
    assert (test.differing, test.recorded) == (0, 3)


def test_that_each_day_adds_up_to_the_whole(lived):
    days = run(lived).days
    assert len(days) == 42
    sums = [sum(getattr(d, f) for d in days) for f in ("kept_confirmed", "kept_false", "lost", "saved", "unjudged")]
    assert sums == [1, 0, 1, 1, 0]


def test_that_what_was_never_verified_is_unknown_in_the_scan(lived):
    scan = run(lived).scan
    assert scan is not None
    assert (scan.path, scan.active, scan.draft) == ("detect.at_least", 10, 12)
    known = {point.value: point.is_known for point in scan.points}
    assert not any(known[value] for value in (6, 7, 8, 9))
    assert all(known[value] for value in (10, 11, 12, 14))
    ten = next(point for point in scan.points if point.value == 10)
    assert (ten.rating, ten.kept, ten.alerts) == (Rating(2, 1), 1.0, 3)


def test_that_a_looser_version_raises_what_no_verdict_speaks_of(lived):
    test = run(lived, value=6)
    assert test.alerts_after == 4
    assert test.unjudged == 1
    assert test.after == Rating(2, 1)


def test_that_exported_days_are_read_again_until_the_day_changes(lived, tmp_path):
    first = run(lived, cache=tmp_path)
    files = {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    assert len(files) == 19
    again = run(lived, cache=tmp_path)
    assert again.days == first.days
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == files
    late = passage("FEW", 7.5)
    lived.take(Batch(events=(late,)), "gates", NOW)
    assert run(lived, cache=tmp_path).events == 42
    assert len(list(tmp_path.rglob("*.parquet"))) == 19


def test_that_a_case_whose_events_were_let_go_of_is_not_called_lost(lived):
    month = {"gate_passage": timedelta(days=30)}
    lived.use_keeping(Keeping(events=month))
    while lived.sweep(START + timedelta(days=36)).more:
        pass
    test = run(lived)
    assert test.events < 41
    assert test.before.judged == 1
    assert test.lost == ()
    assert "2 件旧预警的事件已过留存期，不计" in test.how


def test_that_an_empty_store_is_tested_to_nothing(store, tmp_path):
    for cache in (None, tmp_path):
        test = run(store, cache=cache)
        assert (test.events, test.alerts_after, test.before.precision) == (0, 0, None)


def test_that_events_before_the_span_only_warm_up(lived):
    draft = read_version(TEXT, FILE.name)
    test = backtest(draft, lived, START + timedelta(days=10), NOW, now=NOW)
    assert test.alerts_after == 2
    assert test.events == 41


def test_that_export_keeps_null_nan_and_personal_data_apart(store):
    import duckdb

    store.take(Batch(events=often("A", 3)), "gates", NOW)
    with duckdb.connect() as duck:
        assert Archive(store).fill(duck, "gate_passage", START - timedelta(days=1), NOW) == 3
        assert duck.execute("SELECT person_id, _source, _n FROM events ORDER BY _n").fetchall() == [
            ("A", "gates", 1), ("A", "gates", 2), ("A", "gates", 3),
        ]  # fmt: skip


# ------------------------------------------------------------------------------------- verb and worker


def test_that_the_verb_tells_the_same_as_plain_json(lived):
    said = tell(lived, "R-POP-01", since=START, until=NOW, now=NOW, settings=["detect.at_least=12"])
    assert (said["alerts_before"], said["alerts_after"], said["net_lost"]) == (3, 1, 1)
    assert said["changes"][0]["path"] == "detect.at_least"


def test_that_a_wrong_rule_or_setting_is_named(sqlite_store):
    with pytest.raises(RuleError, match="没有规则 'R-NO'"):
        tell(sqlite_store, "R-NO", since=START, until=NOW, now=NOW)
    with pytest.raises(RuleError, match=r"detect\.nothing"):
        tell(sqlite_store, "R-POP-01", since=START, until=NOW, now=NOW, settings=["detect.nothing=1"])
    with pytest.raises(RuleError, match="'twelve' 不是数"):
        tell(sqlite_store, "R-POP-01", since=START, until=NOW, now=NOW, settings=["detect.at_least=twelve"])


def test_that_the_worker_checks_tests_and_writes_down_what_was_asked(lived):
    text = with_version(with_number(TEXT, "detect.at_least", 12), OLD + 1)
    wish = Draft(rule_id="R-POP-01", base_version=OLD, text=text, base_text=TEXT, reason="误报多")
    case = lived.perform(wish, WANG, NOW).case
    assert Worker(lived, lambda: NOW).work_off() == 2
    after = lived.cases("rule")[0]
    assert after.stage is Stage.TESTED
    assert after.tested == "90 日 3 → 1，精确率 +33.3 点"
    assert after.gates[0].label == "净丢失确认件"
    record = lived.snapshot("backtests", NOW).records[0]
    assert (record.id, record.doing, record.net_lost) == (case.id, "", 1)
    assert Worker(lived, lambda: NOW).work_off() == 0


def test_that_a_text_that_breaks_its_own_tests_is_stopped_with_the_reason(sqlite_store):
    text = with_version(TEXT.replace("at_least = 10", "at_least = 15"), OLD + 1)
    wish = Draft(rule_id="R-POP-01", base_version=OLD, text=text, base_text=TEXT, reason="x")
    sqlite_store.perform(wish, WANG, NOW)
    assert Worker(sqlite_store, lambda: NOW).work_off() == 1
    case = sqlite_store.cases("rule")[0]
    assert case.stage is Stage.FAILED
    assert "自带测试" in case.complaints[0]


def test_that_a_text_of_another_rule_or_version_is_stopped(sqlite_store):
    text = with_number(TEXT, "detect.at_least", 12)
    wish = Draft(rule_id="R-POP-01", base_version=OLD, text=text, base_text=TEXT, reason="x")
    case = sqlite_store.perform(wish, WANG, NOW).case
    assert checked(case, {})[1] == (f"version 须为 {OLD + 1}，现为 {OLD}",)


# ------------------------------------------------------------------------------------------- counting


def episode(key: str, minutes: float) -> Episode:
    at = START + timedelta(minutes=minutes)
    return Episode(key, at, at, 1)


def test_that_the_worst_flood_is_the_most_within_ten_minutes():
    flood = worst_flood(START + timedelta(minutes=m) for m in (0, 9.99, 10, 11, 40))
    assert (flood.count, flood.at) == (3, START + timedelta(minutes=9.99))
    assert worst_flood([]).count == 0


def test_that_a_verdict_is_matched_within_reach_and_by_its_key():
    kept = Matching([episode("a", 100)], timedelta(minutes=30))
    assert kept.has("a", START + timedelta(minutes=70))
    assert kept.has("a", START + timedelta(minutes=130))
    assert not kept.has("a", START + timedelta(minutes=131))
    assert not kept.has("b", START + timedelta(minutes=100))
    assert unmatched([episode("a", 0), episode("b", 0)], [("a", START)], timedelta(0)) == [episode("b", 0)]


def test_that_days_are_those_of_shanghai():
    case = Judged("1", "a", datetime(2026, 9, 1, 16, 30, tzinfo=UTC), Verdict.TRUE)
    days = by_day([case], Matching([], timedelta(0)), [], START, START + timedelta(days=2))
    assert [(day.day.day, day.lost) for day in days] == [(1, 0), (2, 1), (3, 0)]


def test_that_a_case_without_need_or_found_elsewhere_is_no_net_loss():
    assert is_net_loss(Judged("1", "a", START, Verdict.TRUE))
    assert not is_net_loss(Judged("1", "a", START, Verdict.TRUE, found_by="R-X 次日"))
    assert not is_net_loss(Judged("1", "a", START, Verdict.NO_ACTION))


def test_that_counts_stand_side_by_side_the_most_frequent_first():
    assert [(c.label, c.before, c.after) for c in counted("aab", "b")] == [("a", 2, 0), ("b", 1, 1)]


# --------------------------------------------------------------------------------------------- texts


def test_that_the_numbers_of_a_rule_are_found_with_their_values():
    found = {number.path: number.value for number in numbers_of(TEXT)}
    assert found["detect.at_least"] == 10
    assert found["quiet_days"] == 90
    assert found["level"] == "yellow"
    assert numbers_of("not = toml =") == ()


def test_that_a_new_limit_takes_its_words_and_boundary_tests_with_it():
    text = with_number(TEXT, "detect.at_least", 12)
    assert "30 日内进出 12 次以上" in text
    assert 'limit = "≥ 12"' in text
    assert "第 12 次进出时检出" in text
    assert "11 次不检出" in text


def test_that_a_number_within_a_condition_can_be_set():
    text = 'where = "opacity_pct > 30 AND flag = 1"\ndetect = { kind = "attribute" }\n'
    assert [(n.path, n.value) for n in numbers_of(text)] == [("where.1", 30.0)]
    assert "opacity_pct > 35 AND flag = 1" in with_number(text, "where.1", 35)
    with pytest.raises(NoSuchNumber):
        with_number(text, "detect.at_least", 3)


def test_that_changes_name_the_number_and_both_values():
    text = with_version(with_number(TEXT, "level", "orange"), 2)
    assert changes(TEXT, text) == (("level", "级别", "黄", "橙"),)
    assert lines_changed(TEXT, text) == ('-level = "yellow"', '+level = "orange"')
    assert version_in(text) == 2
    assert around_change("aaa bbb ccc ddd eee fff", "aaa bbb ccc ddd eee ggg").startswith("… ")


def test_that_the_scan_holds_both_values_in_whole_steps():
    assert scan_values(10, 12) == tuple(float(n) for n in range(6, 19))
    assert 0.5 in scan_values(0.5, 0.7)
