"""Do changed rule files run between two transactions, and does a bad one leave the good one active?"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.collect.reload import SOURCE, Reloading
from services.collect.rule_health import HealthTally
from services.collect.rules import rules_from_texts
from services.domain.event import Batch, Event
from services.domain.keeping import Keeping
from services.domain.passage import Passage
from services.domain.rule_file import RuleError
from services.domain.rule_health import RuleState
from services.domain.snapshot import Quality
from services.store.store import Store

AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
RULE = """
id = "R-T-1"
version = 1
title = "超速"
text = "速度超过 80"
event = "passage"
scene = "checkpoints"
where = "speed_kmh > 80"
detect = { kind = "attribute" }
level = "yellow"
key = "{plate_no}"
subject_kind = "passage"
subject_id = "{passage_id}"
subject = "{plate_no:plate}"
wall_subject = "{plate_no:wall_plate}"
place = "{checkpoint_name}"
privacy = "测试"

[[tests]]
name = "快了才算"
detections = 1
events = [{ plate_no = "浙J11111", speed_kmh = 90.0 }, { plate_no = "浙J11111", speed_kmh = 70.0 }]
"""
OFTEN = RULE.replace("R-T-1", "R-T-2").replace(
    '{ kind = "attribute" }', '{ kind = "frequency", by = ["plate_no"], at_least = 3, within_days = 1 }'
)
OFTEN = OFTEN.replace("detections = 1", "detections = 0")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()
    write(shipped / "R-T-1.toml", RULE)
    return shipped, own


def write(file: Path, text: str) -> None:
    """A file whose time differs from any before."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(before + 1_000_000, before + 1_000_000))


def begun(store: Store, folders: tuple[Path, Path], keeping: Keeping | None = None) -> Reloading:
    return Reloading(store, *folders, lambda: AT, keeping)


def passage(number: int, speed: float = 90.0, plate: str = "浙J11111") -> Event:
    at = AT + timedelta(seconds=number)
    record = Passage(f"p{number}", "c1", "d1", at, "椒江二桥", plate_no=plate, speed_kmh=speed)
    return Event("viid", f"p{number}", "passage", at, record)


def raised(store: Store, *events: Event) -> int:
    return len(store.take(Batch(events=events), "viid", AT).alerts)


def status(store: Store) -> tuple[Quality, str]:
    return next((s.quality, s.error) for s in store.snapshot("sources", AT).records if s.id == SOURCE)


def test_that_a_changed_file_runs_from_the_next_look_on(sqlite_store: Store, folders: tuple[Path, Path]) -> None:
    rules = begun(sqlite_store, folders)
    assert raised(sqlite_store, passage(1, 70)) == 0
    faster = RULE.replace("version = 1", "version = 2").replace("speed_kmh > 80", "speed_kmh > 60")
    write(folders[1] / "R-T-1.toml", faster.replace("detections = 1", "detections = 2"))
    assert raised(sqlite_store, passage(2, 70)) == 0
    rules.tick(AT)
    assert raised(sqlite_store, passage(3, 70)) == 1
    assert [(rule.id, rule.version) for rule in rules.rules] == [("R-T-1", 2)]
    (folders[1] / "R-T-1.toml").unlink()
    rules.tick(AT)
    assert rules.rules[0].version == 1
    assert status(sqlite_store) == (Quality.GOOD, "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("speed_kmh > 80", "speed > 80"), ("R-T-1.toml 第 8 行: where", "没有字段 'speed'")),
        (("attribute", "attributes"), ("R-T-1.toml 第 9 行: detect.kind", "attributes")),
        (('level = "yellow"', "level = "), ("R-T-1.toml 第 10 行第", "不是有效的 TOML")),
        (("detections = 1", "detections = 2"), ("R-T-1.toml 第 20 行", "快了才算")),
        (('privacy = "测试"\n', ""), ("R-T-1.toml 第 1 行: privacy", "缺少")),
        (("80", "81"), ("R-T-1.toml 第 3 行: version", "内容已改，版本号未升")),
    ],
)
def test_that_a_file_with_an_error_is_refused_with_its_line_and_the_old_version_stays(
    sqlite_store: Store,
    folders: tuple[Path, Path],
    caplog: pytest.LogCaptureFixture,
    change: tuple[str, str],
    words: tuple[str, ...],
) -> None:
    rules = begun(sqlite_store, folders)
    runner = rules.runner
    text = RULE.replace(*change)
    write(folders[1] / "R-T-1.toml", text if "81" in change else text.replace("version = 1", "version = 2"))
    rules.tick(AT)
    quality, error = status(sqlite_store)
    assert quality is Quality.STALE
    assert all(word in error for word in words), error
    assert rules.runner is runner
    assert raised(sqlite_store, passage(1)) == 1
    (record,) = HealthTally(rules).records(sqlite_store, AT)
    assert (record.state, record.version, record.fired_today) == (RuleState.REFUSED, 1, 1)
    write(folders[1] / "R-T-1.toml", RULE)
    rules.tick(AT)
    assert status(sqlite_store) == (Quality.GOOD, "")


def test_that_a_new_file_that_cannot_be_used_is_said_and_the_others_run(
    sqlite_store: Store, folders: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    write(folders[1] / "R-T-2.toml", "id = ")
    rules = begun(sqlite_store, folders)
    assert [rule.id for rule in rules.rules] == ["R-T-1"]
    assert "R-T-2.toml" in status(sqlite_store)[1]
    health = {record.rule_id: record for record in HealthTally(rules).records(sqlite_store, AT)}
    assert (health["R-T-2"].version, health["R-T-2"].state) == (0, RuleState.REFUSED)


def test_that_a_broken_shipped_rule_does_not_start(sqlite_store: Store, folders: tuple[Path, Path]) -> None:
    write(folders[0] / "R-T-2.toml", "id = ")
    with pytest.raises(RuleError, match=r"R-T-2\.toml 第 1 行: 不是有效的 TOML"):
        begun(sqlite_store, folders)


def test_that_rules_that_did_not_change_keep_what_they_remember(
    sqlite_store: Store, folders: tuple[Path, Path]
) -> None:
    write(folders[1] / "R-T-2.toml", OFTEN)
    rules = begun(sqlite_store, folders)
    slow = [passage(i, 81) for i in range(2)]
    sqlite_store.take(Batch(events=slow), "viid", AT)
    before = next(armed for armed in rules.runner._armed if armed.rule.id == "R-T-2")
    write(folders[1] / "R-T-1.toml", RULE.replace("version = 1", "version = 2"))
    rules.tick(AT)
    assert next(armed for armed in rules.runner._armed if armed.rule.id == "R-T-2") is before
    alerts = sqlite_store.take(Batch(events=[passage(5, 90)]), "viid", AT).alerts
    assert {alert.rule_id for alert in alerts} == {"R-T-1", "R-T-2"}


def test_that_a_comment_may_change_without_a_new_version(sqlite_store: Store, folders: tuple[Path, Path]) -> None:
    rules = begun(sqlite_store, folders)
    runner = rules.runner
    write(folders[0] / "R-T-1.toml", "# 注释\n" + RULE)
    rules.tick(AT)
    assert rules.runner is runner
    assert status(sqlite_store) == (Quality.GOOD, "")


def test_that_an_id_used_twice_is_refused_in_the_second_file(
    sqlite_store: Store, folders: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    write(folders[1] / "R-T-9.toml", RULE)
    rules = begun(sqlite_store, folders)
    assert len(rules.rules) == 1
    assert "R-T-9.toml 第 2 行: id：R-T-1 已用于 R-T-1.toml" in status(sqlite_store)[1]


def test_that_a_rule_that_looks_back_further_than_events_are_kept_is_refused(
    sqlite_store: Store, folders: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    keeping = replace(Keeping(), events={"passage": timedelta(days=3)}, passage_hit=timedelta(days=3))
    rules = begun(sqlite_store, folders, keeping)
    write(folders[1] / "R-T-2.toml", OFTEN.replace("within_days = 1", "within_days = 9"))
    rules.tick(AT)
    assert len(rules.rules) == 1
    assert "retention.passage" in status(sqlite_store)[1]


def test_that_nothing_is_read_or_written_while_nothing_changes(
    sqlite_store: Store, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = begun(sqlite_store, folders)
    runner = rules.runner
    monkeypatch.setattr(Path, "read_text", lambda *_a, **_k: pytest.fail("read again"))
    monkeypatch.setattr(Store, "mark", lambda *_a, **_k: pytest.fail("said again"))
    rules.tick(AT)
    assert rules.runner is runner


def test_that_areas_are_called_by_name_and_a_moved_one_is_taken_over(
    sqlite_store: Store, folders: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    square = '[[areas]]\nname = "油库"\noutline = [[121.0, 28.0], [121.1, 28.0], [121.1, 28.1], [121.0, 28.1]]\n'
    write(folders[1] / "areas.toml", square)
    fence = OFTEN.replace(
        '{ kind = "frequency", by = ["plate_no"], at_least = 3, within_days = 1 }',
        '{ kind = "geofence", by = ["plate_no"], areas = ["油库"], crossing = "enter" }',
    )
    write(folders[1] / "R-T-2.toml", fence)
    rules = begun(sqlite_store, folders)
    first = next(rule for rule in rules.rules if rule.id == "R-T-2")
    write(folders[1] / "areas.toml", square.replace("121.1", "121.2"))
    rules.tick(AT)
    moved = next(rule for rule in rules.rules if rule.id == "R-T-2")
    assert first.detect != moved.detect
    write(folders[1] / "areas.toml", square.replace("121.1", "9999.0"))
    rules.tick(AT)
    assert next(rule for rule in rules.rules if rule.id == "R-T-2") is moved
    assert "areas.toml" in status(sqlite_store)[1]


def test_that_texts_from_anywhere_become_rules_or_an_error_with_its_line() -> None:
    assert [rule.id for rule in rules_from_texts({"a.toml": RULE, "b.toml": OFTEN})] == ["R-T-1", "R-T-2"]
    with pytest.raises(RuleError, match=r"b\.toml 第 2 行: id：R-T-1 已用于 a\.toml"):
        rules_from_texts({"a.toml": RULE, "b.toml": RULE})
