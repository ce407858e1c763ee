"""How long things are kept: what may be set, and what a rule needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.collect.rules import read_rules
from services.collect.site import SiteError, read_site
from services.collect.sweeping import Sweeping
from services.domain.keeping import Keeping, keeping_from, settable, too_short
from services.store.errors import StoreBusy
from services.store.sweep import Swept

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def rules():
    return read_rules(ROOT / "resources" / "rules")


def site_with(folder: Path, retention: str):
    path = folder / "site.toml"
    path.write_text(f"[retention]\n{retention}\n", encoding="utf-8")
    return read_site(path)


def test_that_days_of_the_site_file_replace_the_defaults_they_name(tmp_path):
    kept = site_with(tmp_path, "passage = 45\nraw = 3\ntrack = 2").retention
    assert kept == replace(Keeping(), events={**Keeping().events, "passage": 45 * DAY}, raw=3 * DAY, track=2 * DAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("passages = 30", "不认识的键 retention.passages，可用：passage、"),
        ("hand_in_filed = 30", "不认识的键 retention.hand_in_filed"),
        ("passage = 0", "retention.passage 须为 1 至 3650 的整数天数，现为 0"),
        ("passage = 1.5", "现为 1.5"),
        ("passage = true", "现为 True"),
        ("raw = 'week'", "现为 'week'"),
        ("quarantine = 99999", "retention.quarantine 须为"),
    ],
)
def test_that_a_wrong_time_is_refused_with_the_key_and_the_choices(tmp_path, text, said):
    with pytest.raises(SiteError, match=r"site\.toml") as refused:
        site_with(tmp_path, text)
    assert said in str(refused.value)


def test_that_a_retention_that_is_no_table_is_refused(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text("retention = 30\n", encoding="utf-8")
    with pytest.raises(SiteError, match="retention"):
        read_site(path)


def test_that_every_name_that_can_be_set_is_documented():
    text = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
    assert [name for name in settable() if f"`{name}`" not in text] == []


def test_that_the_defaults_are_long_enough_for_the_shipped_rules(rules):
    assert too_short(Keeping(), rules) == ""


def test_that_a_window_longer_than_its_events_are_kept_stops_the_start(rules, sqlite_store):
    with pytest.raises(SiteError) as refused:
        Sweeping(sqlite_store, keeping_from({"gate_passage": 29}), rules)
    assert str(refused.value) == "site.toml: retention.gate_passage 为 29 天，短于规则 R-POP-01 的时间窗 30 天"


def test_that_what_is_kept_for_ever_is_long_enough_for_every_window(rules):
    for_ever = Keeping(events={"gate_passage": None})
    assert too_short(for_ever, rules) == ""
    assert for_ever.events_before("gate_passage", NOW) is None
    assert for_ever.events_before("unheard_of", NOW) is None


class Moody:
    """A store that fails, then sweeps."""

    def __init__(self) -> None:
        self.fails = True
        self.swept: list[datetime] = []

    def use_keeping(self, keeping: Keeping) -> None:
        pass

    def sweep(self, at: datetime) -> Swept:
        if self.fails:
            raise StoreBusy("磁盘已满")
        self.swept.append(at)
        return Swept({}, more=False)


def test_that_a_failing_store_is_said_once_and_the_next_tick_goes_on(caplog):
    caplog.set_level("INFO")
    store = Moody()
    sweeping = Sweeping(store, Keeping(), ())
    sweeping.tick(NOW)
    sweeping.tick(NOW)
    store.fails = False
    sweeping.tick(NOW + DAY)
    sweeping.tick(NOW + 2 * DAY)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert store.swept == [NOW + DAY, NOW + 2 * DAY]
