"""The site's limits and calendar: every mistake is named, and what is set reaches the alerts."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.collect.opening import open_for
from services.collect.site import Site, SiteError, read_site
from services.domain.alert import Action, AlertLevel, Command, Step
from services.domain.levels import LIMITS, Limit, WorkCalendar
from services.domain.life import dues
from services.domain.limit_table import limits_from
from services.domain.officer import Officer, Role
from tests.unit.alert_life import detection

AT = datetime(2026, 9, 30, 6, 0, tzinfo=UTC)  # Wednesday 14:00; the week of the National Day follows


def read(text: str) -> Any:
    table = tomllib.loads(text)
    return limits_from(table.get("limits", {}), table.get("calendar", {}))


def test_that_an_empty_table_is_the_defaults() -> None:
    assert read("") == LIMITS


def test_that_what_is_set_replaces_its_default_and_nothing_else() -> None:
    limits = read(
        """
        [limits]
        bounces = 3
        photos_from = "red"
        shelve_duty = "90min"
        visited = []
        [limits.orange]
        ack = "90s"
        onsite = "4wh"
        close = "2wd"
        ladder = { duty_leader = 250, shift_lead = 120 }
        sign_holds = "2h"
        suspend_most = "5wd"
        """
    )
    orange = limits.levels[AlertLevel.ORANGE]
    assert (limits.bounces, limits.photos_from, limits.visited) == (3, AlertLevel.RED, frozenset())
    assert limits.shelve_duty == timedelta(minutes=90)
    assert orange.limits[Step.ACK] == Limit(timedelta(seconds=90))
    assert orange.limits[Step.ONSITE] == Limit(timedelta(hours=4), working=True)
    assert (orange.limits[Step.CLOSE], orange.suspend_most) == (Limit(days=2), Limit(days=5))
    assert orange.limits[Step.DISPATCH] == LIMITS.levels[AlertLevel.ORANGE].limits[Step.DISPATCH]
    assert orange.ladder == ((120, Role.SHIFT_LEAD), (250, Role.DUTY_LEADER))
    assert limits.levels[AlertLevel.RED] == LIMITS.levels[AlertLevel.RED]


def test_that_holidays_and_worked_weekends_move_the_close() -> None:
    limits = read(
        """
        [calendar]
        holidays = [2026-10-01, 2026-10-02, 2026-10-05, 2026-10-06, 2026-10-07]
        worked_weekends = [2026-10-10]
        opens = 09:00:00
        closes = 17:00:00
        """
    )
    assert limits.calendar == WorkCalendar(
        frozenset({date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)}),
        frozenset({date(2026, 10, 10)}),
        time(9),
        time(17),
    )
    assert limits.due(AlertLevel.YELLOW, Step.CLOSE, AT) == datetime(2026, 10, 10, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[limits]\nbounce = 2", "不认识的键 limits.bounce"),
        ("[limits.red]\nacks = '1min'", "不认识的键 limits.red.acks"),
        ("[limits.red]\nack = 1", "limits.red.ack 须写作"),
        ("[limits.red]\nack = '0min'", "limits.red.ack 须写作"),
        ("[limits.red]\nack = '1.5h'", "limits.red.ack 须写作"),
        ("[limits.red]\nsign_holds = '1wd'", "limits.red.sign_holds 须为 s、min 或 h"),
        ("[limits.red]\nladder = { chief = 150 }", "不认识的键 limits.red.ladder.chief"),
        ("[limits.red]\nladder = { shift_lead = 50 }", "limits.red.ladder.shift_lead 须为 100 至"),
        ("[limits.red]\nladder = 'shift_lead'", "limits.red.ladder 须写作"),
        ("[limits]\nred = 3", "limits.red 须为一张表"),
        ("[limits]\nbounces = true", "limits.bounces 须为 1 至 99 的整数"),
        ("[limits]\nphotos_from = 'pink'", "limits.photos_from 须为 blue、yellow、orange、red 之一"),
        ("[limits]\nvisited = 'community'", "limits.visited 须为场景名的列表"),
        ("[calendar]\nholiday = []", "不认识的键 calendar.holiday"),
        ("[calendar]\nholidays = ['2026-10-01']", "calendar.holidays 须为日期的列表"),
        ("[calendar]\nholidays = [2026-10-01T08:00:00]", "calendar.holidays 须为日期的列表"),
        ("[calendar]\nworked_weekends = [2026-10-01]", "2026-10-01 不是周末"),
        ("[calendar]\nholidays = [2026-10-10]\nworked_weekends = [2026-10-10]", "既是假日又是调休上班日"),
        ("[calendar]\nopens = 18:00:00", "calendar.opens 须早于 closes"),
        ("[calendar]\nopens = '9'", "calendar.opens 须为时刻"),
        ("limits = 3", "limits 须为一张表"),
    ],
)
def test_that_a_mistake_is_named_with_its_key_and_the_file(tmp_path, text: str, said: str) -> None:
    path = tmp_path / "site.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SiteError, match=r"site\.toml") as refused:
        read_site(path)
    assert said in str(refused.value)


def test_that_a_sites_limits_reach_what_is_raised_decided_and_expired(sqlite_url: str) -> None:
    limits = read("[limits]\nshelve_duty = '5min'\nlate_after = '10min'\n[limits.red]\nack = '5min'\n")
    duty = Officer("d", "王建国", Role.DUTY)
    with open_for(Site(store_url=sqlite_url, limits=limits, demo=False)) as store:
        (red,) = store.report([detection(AlertLevel.RED, AT)], AT)
        assert not red.demo
        assert dues(red)[0].due_at == AT + timedelta(minutes=5)
        (late,) = store.expire(AT + timedelta(minutes=14))
        assert [h.late for h in store.happenings(late.id) if h.step is Step.ACK] == [False, False, False]
        (blue,) = store.report([detection(AlertLevel.BLUE, AT, key="R|b")], AT)
        until = AT + timedelta(minutes=6)
        outcome = store.perform(Command(blue.id, Action.SHELVE, 1, "x", until=until), duty, AT)
        assert outcome.refusal == "暂缓超过 5 分钟须值班长"


def test_that_a_demo_site_says_so_on_every_alert_and_a_rebuild_remembers(sqlite_url: str) -> None:
    for demo, key in ((True, "R|1"), (False, "R|2")):
        with open_for(Site(store_url=sqlite_url, demo=demo)) as store:
            store.report([detection(key=key)], AT)
    with open_for(Site(store_url=sqlite_url)) as store:
        store.rebuild()
        alerts = {alert.key: alert.demo for alert in store.snapshot("alerts", AT).records}
    assert alerts == {"R|1": True, "R|2": False}
